// The tables of the page and the maps of this frame in step: what is lit or chosen in one is in both.
//
// The page's own script walks over rows by the keyboard. A row says what it tells of by data-code (an area), data-site and data-site2 (branches) or
// data-point with its data-code (a small area). The listeners stand on the page itself, so that a
// table may come and go; they end with the frame.
(function () {
  "use strict";

  const ugatuzi = window.ugatuzi;
  const ROW = ".ug-linked tr[data-code], .ug-linked tr[data-site], .ug-linked tr[data-point]";
  const page = outer();
  let lit = null; // the row under the pointer or with the focus
  let said = ""; // the area that the page said last

  function outer() {
    try {
      return window.parent === window ? null : window.parent.document;
    } catch {
      return null; // the map stands in a page of others
    }
  }

  const rowsOf = (kind, id) => {
    const value = window.CSS.escape(id);
    const more = kind === "site" ? `, .ug-linked tr[data-site2="${value}"]` : "";
    return page.querySelectorAll(`.ug-linked tr[data-${kind}="${value}"]${more}`);
  };

  // -- from the map to the tables ------------------------------------------------------------------

  ugatuzi.lit = function (kind, id, on) {
    if (!page) return;
    rowsOf(kind, id).forEach((row) => {
      if (kind === "code" && row.dataset.point) return; // a place of the area, not the area
      row.classList.toggle("ug-lit", on);
      if (on) window.parent.ugatuziPage.intoView(row);
    });
  };

  ugatuzi.chosen = function (kind, id) {
    if (!page) return;
    ugatuzi.marked = { kind: kind, id: id };
    page.querySelectorAll(".ug-linked tr[aria-selected=true]").forEach((row) => row.removeAttribute("aria-selected"));
    if (id) rowsOf(kind, id).forEach((row) => row.dataset.point || row.setAttribute("aria-selected", "true"));
  };

  // -- from the tables to the map ------------------------------------------------------------------

  function light(row, on) {
    const { code, site, site2, point } = row.dataset;
    row.classList.toggle("ug-lit", on);
    ugatuzi.maps.forEach((map) => {
      if (point) ugatuzi.lightPlace(map, point, code, on);
      else if (site) [site, site2].forEach((each) => each && ugatuzi.lightSite(map, each, on));
      else ugatuzi.lightArea(map, code, on);
    });
  }

  function turnTo(row) {
    if (row === lit) return;
    if (lit) light(lit, false);
    lit = row;
    if (row) light(row, true);
  }

  function choose(row) {
    const { code, site, point } = row.dataset;
    for (const map of ugatuzi.maps) {
      if (point ? ugatuzi.choosePlace(map, point, code) : site ? ugatuzi.chooseSite(map, site) : ugatuzi.chooseArea(map, code)) return;
    }
  }

  function listen(signal) {
    const on = (name, act) => page.addEventListener(name, (event) => {
      if (!window.frameElement || !window.frameElement.isConnected) return;
      const row = event.target instanceof window.parent.Element ? event.target.closest(ROW) : null;
      act(row, event);
    }, { signal: signal });
    on("pointerover", (row, event) => {
      if (event.target !== window.frameElement) ugatuzi.maps.forEach(ugatuzi.away);
      turnTo(row || page.activeElement.closest(ROW));
    });
    on("focusin", (row) => turnTo(row));
    on("focusout", (row) => row && turnTo(null));
    on("click", (row, event) => {
      if (row && !event.target.closest("a, button, input") && !event.defaultPrevented) choose(row);
    });
  }

  // What the page says is chosen; a table that comes later shows it too.
  function remember(chooses) {
    const told = chooses && page.querySelector(".ug-chosen-area");
    if (told && told.dataset.code !== said) {
      said = told.dataset.code;
      ugatuzi.mark(said || null);
    }
    const { kind, id } = ugatuzi.marked || {};
    if (id && Array.from(rowsOf(kind, id)).some((row) => !row.dataset.point && !row.hasAttribute("aria-selected"))) ugatuzi.chosen(kind, id);
    if (lit && !lit.isConnected) turnTo(null);
  }

  ugatuzi.step = function ({ chooses }) {
    if (!page) return;
    const ends = new AbortController();
    let waits = 0;
    const watch = new MutationObserver(() => {
      window.cancelAnimationFrame(waits);
      waits = window.requestAnimationFrame(() => remember(chooses));
    });
    watch.observe(page.body, { childList: true, subtree: true, attributeFilter: ["data-code"] });
    remember(chooses);
    window.addEventListener("pagehide", () => {
      ends.abort();
      watch.disconnect();
      page.querySelectorAll(".ug-linked tr.ug-lit").forEach((row) => row.classList.remove("ug-lit"));
    });
    listen(ends.signal);
  };
})();
