// Two plans on one ground: side by side in step, or one over the other with a handle between.
(function () {
  "use strict";

  const ugatuzi = window.ugatuzi;
  const PANES = ["areas", "links", "sites"];
  const AFTER = "-after";
  const STEPS = { ArrowLeft: -2, ArrowDown: -2, ArrowRight: 2, ArrowUp: 2, PageDown: -10, PageUp: 10, Home: -100, End: 100 };

  function element(tag, className, text) {
    const made = document.createElement(tag);
    made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  // A group that sets something up when it is put on the map, and takes it away with itself.
  function whileShown(map, start) {
    const group = L.featureGroup();
    let end = () => {};
    group.on("add", () => (end = start(group)));
    group.on("remove", () => end());
    return group;
  }

  function drawn(map, layers, side) {
    return layers.map((layer) => ugatuzi[layer.call](map, layer.data, side));
  }

  function named(map, text, side) {
    const made = element("div", `ug-plan ug-plan-${side}`, text);
    map.getContainer().appendChild(made);
    return made;
  }

  // -- swipe: what lies left of the handle is one plan, what lies right of it the other ------------

  ugatuzi.swipe = function (map, data) {
    for (const name of PANES) {
      const pane = map.getPane(name + AFTER) || map.createPane(name + AFTER);
      pane.style.zIndex = Number(map.getPane(name).style.zIndex) + 1;
    }
    map.getPane(`sites${AFTER}`).setAttribute("aria-hidden", "true");
    return whileShown(map, (group) => {
      drawn(map, data.layers, AFTER).forEach((layer) => layer.addTo(group));
      const names = [named(map, data.left, "left"), named(map, data.right, "right")];
      const handle = slider(map, data);
      map.on("move resize viewreset zoomend", handle.clip);
      handle.clip();
      return () => {
        map.off("move resize viewreset zoomend", handle.clip);
        handle.remove();
        names.forEach((each) => each.remove());
        PANES.forEach((name) => (map.getPane(name).style.clipPath = ""));
      };
    });
  };

  function slider(map, data) {
    const box = map.getContainer();
    const bar = element("div", "ug-swipe");
    const said = { role: "slider", tabindex: "0", "aria-label": data.label, "aria-orientation": "horizontal", "aria-valuemin": 0, "aria-valuemax": 100 };
    for (const name in said) bar.setAttribute(name, said[name]);
    bar.appendChild(element("span", "ug-grip"));
    let share = 50;

    function clip() {
      const size = map.getSize();
      const start = map.containerPointToLayerPoint([0, 0]);
      const end = map.containerPointToLayerPoint(size);
      const at = start.x + (size.x * share) / 100;
      for (const name of PANES) {
        map.getPane(name).style.clipPath = land(start.x, at, start.y, end.y);
        map.getPane(name + AFTER).style.clipPath = land(at, end.x, start.y, end.y);
      }
      bar.style.left = `${share}%`;
      bar.setAttribute("aria-valuenow", Math.round(share));
      bar.setAttribute("aria-valuetext", `${data.left}: ${Math.round(share)} %`);
    }

    function moveTo(value) {
      share = Math.min(100, Math.max(0, value));
      clip();
    }

    bar.addEventListener("keydown", (event) => {
      if (!(event.key in STEPS)) return;
      moveTo(share + STEPS[event.key]);
      event.preventDefault();
      event.stopPropagation();
    });
    bar.addEventListener("pointerdown", (event) => {
      bar.setPointerCapture(event.pointerId);
      bar.focus();
      event.preventDefault();
    });
    bar.addEventListener("pointermove", (event) => {
      if (!bar.hasPointerCapture(event.pointerId)) return;
      const edge = box.getBoundingClientRect();
      moveTo(((event.clientX - edge.left) / edge.width) * 100);
    });
    L.DomEvent.disableClickPropagation(bar); // dragging the handle does not drag the map
    box.appendChild(bar);
    return { clip: clip, remove: () => bar.remove() };
  }

  const land = (left, right, top, bottom) =>
    `polygon(${left}px ${top}px, ${right}px ${top}px, ${right}px ${bottom}px, ${left}px ${bottom}px)`;

  // -- side by side: a second map that follows the first, and leads it where it is moved itself -----

  ugatuzi.beside = function (map, data) {
    return whileShown(map, () => {
      const parent = document.getElementById("parent");
      parent.classList.add("ug-two");
      const place = document.getElementById("map_div2");
      const view = { center: map.getCenter(), zoom: map.getZoom() };
      const second = L.map(place, { ...map.options, ...view, zoomControl: false });
      ugatuzi.ground(second, map);
      drawn(second, data.layers, "").forEach((layer) => layer.addTo(second));
      const name = named(map, data.left, "right");
      named(second, data.right, "right");
      const apart = inStep(map, second);
      return () => {
        apart();
        name.remove();
        second.remove();
        place.replaceChildren();
        parent.classList.remove("ug-two");
      };
    });
  };

  // The map that is moved leads. While its zoom is drawn the other is there already and waits.
  function inStep(one, other) {
    let leads = null;

    function put(from, to, center, zoom) {
      const before = leads;
      leads = from;
      if (zoom !== to.getZoom() || !center.equals(to.getCenter(), 1e-7)) to.setView(center, zoom, { animate: false });
      leads = before;
    }

    const follow = (from, to) => ({
      move: () => (!leads || leads === from) && put(from, to, from.getCenter(), from.getZoom()),
      zoomanim: (event) => {
        if (leads && leads !== from) return;
        leads = from;
        put(from, to, event.center, event.zoom);
      },
      zoomend: () => (leads === from) && (leads = null),
    });
    const pairs = [[one, follow(one, other)], [other, follow(other, one)]];
    pairs.forEach(([map, events]) => map.on(events));
    return () => pairs.forEach(([map, events]) => map.off(events));
  }
})();
