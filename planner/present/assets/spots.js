// Pictures of maps and the tables of the page in step, where no map with a script of its own stands.
//
// Over a picture lie shapes, `.ug-spot`, which say what they tell of as the rows of tables do: by
// data-site (a branch) or data-point (a small area). What is lit in one is lit in the other; a
// click marks it in both, and a second click takes the mark back.
(function () {
  "use strict";

  if (window.ugatuziSpots) return;
  window.ugatuziSpots = true;

  const ROW = ".ug-linked tr[data-site], .ug-linked tr[data-point]";
  const SPOT = ".ug-spot";
  let lit = null; // the row or the spot under the pointer or with the focus

  const told = (node) => (node.dataset.point ? ["point", node.dataset.point] : ["site", node.dataset.site]);
  const alike = (node, what) => {
    const [kind, id] = told(node);
    return document.querySelectorAll(`:is(${what})[data-${kind}="${window.CSS.escape(id)}"]`);
  };

  function light(node, on) {
    alike(node, ROW).forEach((row) => {
      row.classList.toggle("ug-lit", on);
      if (on && row !== node) window.ugatuziPage.intoView(row);
    });
    alike(node, SPOT).forEach((spot) => {
      spot.classList.toggle("ug-lit", on);
      const name = spot.parentElement.querySelector(".ug-spot-name");
      name.hidden = !on;
      if (!on) return;
      name.textContent = spot.dataset.name;
      name.style.left = spot.dataset.x;
      name.style.top = spot.dataset.y;
      name.classList.toggle("ug-left", parseFloat(spot.dataset.x) > 55);
    });
  }

  function turnTo(node) {
    if (node === lit) return;
    if (lit) light(lit, false);
    lit = node;
    if (node) light(node, true);
  }

  function choose(node) {
    const was = node.matches(ROW) ? node.getAttribute("aria-selected") === "true" : node.classList.contains("ug-chosen");
    document.querySelectorAll(ROW).forEach((row) => row.removeAttribute("aria-selected"));
    document.querySelectorAll(SPOT).forEach((spot) => spot.classList.remove("ug-chosen"));
    if (was) return;
    alike(node, ROW).forEach((row) => row.setAttribute("aria-selected", "true"));
    alike(node, SPOT).forEach((spot) => spot.classList.add("ug-chosen"));
  }

  // A page without such pictures, or with a map that is in step by itself, is left alone.
  const node = (event) => {
    if (!(event.target instanceof Element) || !document.querySelector(SPOT)) return null;
    return event.target.closest(`${ROW}, ${SPOT}`);
  };
  document.addEventListener("pointerover", (event) => turnTo(node(event) || document.activeElement?.closest(ROW) || null));
  document.addEventListener("focusin", (event) => turnTo(node(event)));
  document.addEventListener("focusout", (event) => node(event) && turnTo(null));
  document.addEventListener("click", (event) => {
    const at = node(event);
    if (at && !event.target.closest("a, button, input")) choose(at);
  });
})();
