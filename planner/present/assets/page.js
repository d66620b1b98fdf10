// What the page needs beyond Streamlit: names for who hears it, keys, and two remembered choices.
// Everything arrives in the attributes of one element, `.ug-page`, and goes out as plain text.
(function () {
  "use strict";

  if (window.ugatuziPage) return;
  window.ugatuziPage = { intoView }; // also for the maps' frames

  const said = () => document.querySelector(".ug-page")?.dataset || {};
  const byTest = (name) => document.querySelectorAll(`[data-testid="${name}"]`);
  const set = (node, name, value) => {
    if (node.getAttribute(name) !== value) node.setAttribute(name, value);
  };

  // -- for who hears the page ------------------------------------------------------------------

  function mend() {
    const given = said();
    if (given.lang) set(document.documentElement, "lang", given.lang);
    for (const link of byTest("stSkipToContent")) {
      if (given.skip && link.textContent !== given.skip) link.textContent = given.skip;
    }
    sections();
    headings();
    for (const box of byTest("stFileUploaderDropzone")) set(box, "role", "group");
    stops();
    remember(given);
    address(given.address);
  }

  // A list may hold nothing but items: the sections of the navigation are groups of links.
  function sections() {
    for (const list of byTest("stSidebarNavItems")) {
      set(list, "role", "none");
      for (const item of list.querySelectorAll("li")) set(item, "role", "none");
      for (const head of list.querySelectorAll("header")) {
        const section = head.parentElement;
        set(section, "role", "group");
        set(section, "aria-label", head.querySelector("p")?.textContent || "");
        set(head, "role", "none");
        const name = head.firstElementChild;
        set(name, "role", "button");
        set(name, "tabindex", "0");
        set(name, "aria-expanded", String(section.querySelector("li") !== null));
        if (name.ugKeys) continue;
        name.ugKeys = true;
        name.addEventListener("keydown", (event) => {
          if (event.key !== "Enter" && event.key !== " ") return;
          event.preventDefault();
          name.click();
        });
      }
    }
  }

  // Levels without a gap: a part of a page is of the second level unless it stands under one.
  function headings() {
    let under = 1;
    for (const part of document.querySelectorAll("[data-testid=stMain] :is(h1, h2, h3, h4)")) {
      const own = Number(part.tagName[1]);
      const level = Math.min(own, under + 1);
      if (level === own) part.removeAttribute("aria-level");
      else set(part, "aria-level", String(level));
      under = own === 3 && level === 2 && under < 2 ? 1 : level;
    }
  }

  // A table that goes on sideways is a stop of the Tab key, unless its rows are: arrows scroll it.
  function stops() {
    for (const box of document.querySelectorAll(".ug-table:not(.ug-scrolls, .ug-linked)")) {
      if (box.scrollWidth > box.clientWidth + 1) set(box, "tabindex", "0");
      else box.removeAttribute("tabindex");
    }
  }

  // -- choices of this browser: the first steps are closed, the keys are off, the language --------

  let kept = "";
  function remember(given) {
    if (given.keep === undefined || given.keep === kept) return;
    kept = given.keep;
    for (const pair of kept.split(";")) {
      document.cookie = `ugatuzi_${pair}; path=/; max-age=31536000; samesite=lax`;
    }
  }

  // The links between pages leave it out; put back here it adds no step to the way back.
  function address(pairs) {
    if (!pairs) return;
    const here = new URL(location.href);
    const missing = pairs.split(";").map((pair) => pair.split("=")).filter(([name]) => !here.searchParams.has(name));
    if (!missing.length) return;
    missing.forEach(([name, value]) => here.searchParams.set(name, value));
    history.replaceState(history.state, "", here);
  }

  // -- keys: ? tells them, g and a letter opens a page -------------------------------------------

  let waiting = 0;
  const writes = "input, textarea, select, [contenteditable=true], [role=combobox], [role=listbox]";

  function goes(letter) {
    const pairs = (said().go || "").split(";").map((pair) => pair.split(":"));
    const found = pairs.find(([key]) => key === letter);
    if (!found) return false;
    const paths = (link) => new URL(link.href).pathname.split("/").pop();
    const links = [...byTest("stSidebarNavLink")];
    const link = links.find((each) => paths(each) === found[1]);
    if (link) link.click();
    return Boolean(link);
  }

  window.addEventListener(
    "keydown",
    (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || said().keys !== "on") return;
      if (event.target.closest && event.target.closest(writes)) return;
      if (document.querySelector("[role=dialog]")) return;
      const second = Date.now() - waiting < 1500;
      waiting = 0;
      if (second && goes(event.key)) {
        event.preventDefault();
        event.stopImmediatePropagation();
      } else if (event.key === "g") {
        waiting = Date.now();
      } else if (event.key === "?") {
        document.querySelector(".st-key-keys_open button")?.click();
      }
    },
    true,
  );

  // -- a table whose rows tell of places is one stop of the Tab key: arrows walk over its rows -----

  const ROW = ".ug-linked tr[data-code], .ug-linked tr[data-site], .ug-linked tr[data-point]";
  const STEPS = { ArrowUp: -1, ArrowDown: 1, PageUp: -10, PageDown: 10, Home: -Infinity, End: Infinity };

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

  function stopAt(row) {
    row.closest("table").querySelectorAll("tr[tabindex='0']").forEach((each) => each !== row && (each.tabIndex = -1));
    row.tabIndex = 0;
  }

  function walk(row, step) {
    const rows = Array.from(row.parentElement.children).filter((each) => each.matches(ROW));
    const to = rows[Math.min(rows.length - 1, Math.max(0, rows.indexOf(row) + step))];
    stopAt(to);
    to.focus({ preventScroll: true });
    intoView(to);
    to.scrollIntoView({ block: "nearest", inline: "nearest" }); // here the focus moves: it must be seen
  }

  document.addEventListener("click", (event) => {
    const row = event.target.closest?.(ROW);
    if (row && !event.target.closest("a, button, input")) stopAt(row);
  });
  document.addEventListener("keydown", (event) => {
    const row = event.target.closest?.(ROW);
    if (!row || event.target !== row || event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key in STEPS) walk(row, STEPS[event.key]);
    else if (event.key === "Enter" || event.key === " ") row.click();
    else return;
    event.preventDefault();
  });

  let planned = 0;
  function soon() {
    planned ||= setTimeout(() => {
      planned = 0;
      mend();
    }, 80);
  }
  window.addEventListener("resize", soon);
  new MutationObserver(soon).observe(document.body, { childList: true, subtree: true, attributeFilter: ["data-lang", "data-keep", "data-address", "data-test-script-state"] });
  mend();
})();
