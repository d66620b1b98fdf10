// The tables of the page and the maps of this frame in step: what is lit or chosen in one is in both.
//
// A row says what it tells of by data-code (an area), data-site and data-site2 (branches) or
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
      if (on) intoView(row);
    });
  };

  ugatuzi.chosen = function (kind, id) {
    if (!page) return;
    ugatuzi.marked = { kind: kind, id: id };
    page.querySelectorAll(".ug-linked tr[aria-selected=true]").forEach((row) => row.removeAttribute("aria-selected"));
    if (id) rowsOf(kind, id).forEach((row) => row.dataset.point || row.setAttribute("aria-selected", "true"));
  };

  // Within the table's own box: the page stays where it is.
  function intoView(row) {
    const box = row.closest(".ug-table");
    if (!box || box.scrollHeight <= box.clientHeight) return;
    const head = box.querySelector("thead");
    const [inner, outside] = [row.getBoundingClientRect(), box.getBoundingClientRect()];
    const top = outside.top + (head ? head.getBoundingClientRect().height : 0);
    if (inner.top < top) box.scrollTop -= top - inner.top;
    else if (inner.bottom > outside.bottom) box.scrollTop += inner.bottom - outside.bottom;
  }

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

  // -- the keyboard: a table is one stop of the Tab key, arrows walk over its rows --------------------

  const STEPS = { ArrowUp: -1, ArrowDown: 1, PageUp: -10, PageDown: 10, Home: -Infinity, End: Infinity };

  function walk(row, step) {
    const rows = Array.from(row.parentElement.children).filter((each) => each.matches(ROW));
    const to = rows[Math.min(rows.length - 1, Math.max(0, rows.indexOf(row) + step))];
    stop(to);
    to.focus({ preventScroll: true });
    intoView(to);
    to.scrollIntoView({ block: "nearest", inline: "nearest" }); // here the focus moves: it must be seen
  }

  function stop(row) {
    row.closest("table").querySelectorAll("tr[tabindex='0']").forEach((each) => each !== row && (each.tabIndex = -1));
    row.tabIndex = 0;
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
      if (!row || event.target.closest("a, button, input") || event.defaultPrevented) return;
      stop(row);
      choose(row);
    });
    on("keydown", (row, event) => {
      if (!row || event.target !== row || event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
      if (event.key in STEPS) walk(row, STEPS[event.key]);
      else if (event.key === "Enter" || event.key === " ") choose(row);
      else return;
      event.preventDefault();
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
