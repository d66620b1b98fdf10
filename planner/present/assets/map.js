// Draws the planner's maps with Leaflet. Every text arrives as data and is set as textContent.
(function () {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";
  const ugatuzi = (window.ugatuzi = window.ugatuzi || {});
  const states = new WeakMap(); // a frame may hold two maps
  const of = (map) => states.get(map);
  let legend = null;

  function element(tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function drawing(tag, attributes) {
    const made = document.createElementNS(SVG, tag);
    for (const name in attributes) made.setAttribute(name, attributes[name]);
    return made;
  }

  // Where the pointer is: a first line in bold, then the rest.
  function tip(lines) {
    const box = element("div", "ug-tip");
    lines.forEach((line, k) => box.appendChild(element(k ? "div" : "strong", "", line)));
    return box;
  }

  // A click reports only who was clicked, not the whole outline.
  function reports(layer, properties) {
    layer.toGeoJSON = () => ({ type: "Feature", properties: properties(), geometry: null });
    return layer;
  }

  // One note a map that follows the pointer or the keyboard.
  function showTip(map, lines, at) {
    const state = of(map);
    state.tip ||= L.tooltip({ className: "ug-tooltip", offset: [8, 0] });
    state.tip.setContent(tip(lines)).setLatLng(at).addTo(map);
  }

  const hideTip = (map) => of(map).tip && of(map).tip.remove();

  // -- the ground: panes, lakes, roads, scale, attribution, keyboard --------------------------

  ugatuzi.prepare = function (map, options) {
    ugatuzi.ground(map, null, options);
    legendBox(options);
    ugatuzi.step(options);
  };

  ugatuzi.maps = new Set();

  // All of a map but its legend, which two maps in one frame share, as they share their view.
  ugatuzi.ground = function (map, leader, options) {
    const shared = leader ? of(leader).shared : { touched: false, chosen: null, options: options };
    states.set(map, { current: null, hovered: null, areas: new Map(), sites: new Map(), places: null, flows: null, live: null, tip: null, shared: shared });
    ugatuzi.maps.add(map);
    map.on("unload", () => ugatuzi.maps.delete(map));
    const panes = { shapes: 390, areas: 400, ground: 410, labels: 415, flows: 417, links: 420, lit: 425, sites: 600 };
    for (const name in panes) {
      map.createPane(name).style.zIndex = panes[name];
      if (!["areas", "links", "sites"].includes(name)) map.getPane(name).style.pointerEvents = "none";
    }
    map.getPane("sites").setAttribute("aria-hidden", "true");
    const ground = { pane: "ground", interactive: false };
    const lake = { ...ground, style: { className: "ug-lake", weight: 0.6, fillOpacity: 1 } };
    const road = { ...ground, style: { className: "ug-road", weight: 0.7, fill: false } };
    L.geoJSON(ugatuzi.geometry.roads, road).addTo(map);
    L.geoJSON(ugatuzi.geometry.lakes, lake).addTo(map);
    ugatuzi.geometry.lakes.features.forEach((feature) => {
      label(feature.properties.at, feature.properties.name, "ug-name ug-name-lake").addTo(map);
    });
    L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
    keepInView(map);
    twoFingers(map);
    keyboard(map);
    map.getContainer().classList.toggle("ug-aims", shared.options.takes_points);
    map.on("zoomend", () => nearness(map));
    nearness(map);
  };

  function nearness(map) {
    map.getContainer().classList.toggle("ug-near", map.getZoom() >= 7.25);
  }

  function label(at, text, className) {
    const icon = L.divIcon({ className: className, html: element("span", "", text), iconSize: null });
    return L.marker(at, { icon: icon, pane: "labels", interactive: false, keyboard: false });
  }

  // The whole country, or the places asked for, until somebody moves the map, also when the page
  // changes its width.
  function keepInView(map) {
    const bounds = L.latLngBounds(ugatuzi.geometry.extent);
    const view = of(map).shared;
    const around = (view.options || {}).around || [];
    const first = around.length ? L.latLngBounds(around).pad(0.3) : bounds;
    const fit = () => {
      map.invalidateSize({ animate: false });
      const [size, root] = [map.getSize(), document.documentElement];
      root.style.setProperty("--ug-wide", `${window.innerWidth}px`); // a print is scaled from it
      root.style.setProperty("--ug-tall", `${window.innerHeight}px`);
      if (!view.touched && size.x > 40 && size.y > 40) map.fitBounds(first, { padding: [4, 4], animate: false });
    };
    const box = map.getContainer();
    for (const sign of ["mousedown", "touchstart", "wheel", "keydown"]) {
      const touch = (event) => (view.touched ||= !event.target.closest("[role=slider]"));
      box.addEventListener(sign, touch, { passive: true, capture: true }); // the zoom buttons too
    }
    map.setMaxBounds(bounds.pad(0.6));
    map.scrollWheelZoom.disable(); // the page scrolls; a map that was clicked zooms
    box.addEventListener("mousedown", () => map.scrollWheelZoom.enable());
    box.addEventListener("mouseleave", () => map.scrollWheelZoom.disable());
    const watch = new ResizeObserver(fit);
    watch.observe(box);
    map.on("unload", () => watch.disconnect());
    fit();
  }

  // On a screen that is touched one finger scrolls the page, two move and zoom the map.
  function twoFingers(map) {
    if (!window.matchMedia("(pointer: coarse)").matches) return;
    const box = map.getContainer();
    const note = box.appendChild(element("div", "ug-fingers", of(map).shared.options.two_fingers));
    note.setAttribute("aria-hidden", "true");
    let timer = 0;
    map.dragging.disable();
    box.addEventListener("touchmove", (event) => {
      if (event.touches.length > 1) return event.preventDefault();
      if (event.target.closest("[role=slider]")) return;
      note.classList.add("ug-shown");
      window.clearTimeout(timer);
      timer = window.setTimeout(() => note.classList.remove("ug-shown"), 1200);
    }, { passive: false });
  }

  // -- areas -----------------------------------------------------------------------------------

  // `side` names panes of their own: the same areas once more, on top, for a swipe.
  ugatuzi.areas = function (map, data, side = "") {
    const state = of(map);
    const { answers, chooses } = state.shared.options;
    const chosen = answers && !chooses ? data.selected : state.shared.chosen;
    if (!side) state.areas = new Map();
    const group = L.featureGroup();
    const layer = L.geoJSON(ugatuzi.geometry.areas, {
      pane: `areas${side}`,
      style: (feature) => style(data, feature.properties.code, chosen),
      onEachFeature: (feature, path) => {
        const code = feature.properties.code;
        const cell = data.cells[code];
        if (!cell) return;
        reports(path, () => ({ code: code, ...state.place }));
        const drawn = { path: path, base: style(data, code, false), chosen: style(data, code, true) };
        const entry = state.areas.get(code) || { code: code, lines: cell.lines, drawn: [], isChosen: chosen === code };
        entry.drawn.push(drawn);
        path.on("mouseover mousemove", (event) => hover(map, entry, event.latlng));
        path.on("mouseout", () => endHover(map, entry));
        path.on("add", () => (path.getElement().dataset.code = code));
        path.on("click", (event) => pick(map, entry, event.latlng));
        if (side) return;
        state.areas.set(code, entry);
        label(feature.properties.at, cell.lines[0], "ug-name").addTo(group);
      },
    });
    layer.addTo(group);
    if (side) return group;
    if (chosen && state.areas.has(chosen)) {
      state.current = chosen;
      map.whenReady(() => shape(state.areas.get(chosen)).bringToFront());
    }
    group.on("add", () => resume(map));
    map.getContainer().setAttribute("aria-label", data.description);
    if (chosen || ugatuzi.marked?.kind !== "site") ugatuzi.chosen("code", chosen); // a marked branch stays
    return group;
  };

  // What lay under the pointer still does when the figures of the map change.
  function resume(map) {
    const { hovered, areas, places } = of(map);
    const entry = hovered && areas.get(hovered.code);
    if (entry && !places) hover(map, entry, hovered.at);
  }

  function hover(map, entry, at) {
    const state = of(map);
    const isNew = !state.hovered || state.hovered.code !== entry.code;
    state.hovered = { code: entry.code, at: at };
    if (!state.places) {
      emphasise(entry, true);
      showTip(map, entry.lines, at);
    }
    if (isNew) ugatuzi.lit("code", entry.code, true);
  }

  function endHover(map, entry) {
    const state = of(map);
    state.hovered = null;
    hideTip(map);
    emphasise(entry, false);
    ugatuzi.lit("code", entry.code, false);
  }

  // The pointer is elsewhere on the page, also where the frame was not told that it left.
  ugatuzi.away = function (map) {
    const { hovered, areas } = of(map);
    const entry = hovered && areas.get(hovered.code);
    if (entry) endHover(map, entry);
  };

  // What was clicked is marked at once; where the page does not answer, a second click takes it back.
  function pick(map, entry, at) {
    const { places, shared } = of(map);
    of(map).place = places ? places.named(at) : {};
    if (shared.options.chooses) ugatuzi.mark(entry.code);
    else if (!shared.options.answers) ugatuzi.mark(shared.chosen === entry.code ? null : entry.code);
  }

  // Marks an area as chosen on all maps of the frame, and in tables.
  ugatuzi.mark = function (code) {
    ugatuzi.maps.forEach((map) => {
      const state = of(map);
      state.shared.chosen = code;
      if (code && state.areas.has(code)) state.current = code;
      state.areas.forEach((entry) => {
        entry.isChosen = entry.code === code;
        emphasise(entry, false);
      });
    });
    ugatuzi.chosen("code", code);
  };

  function style(data, code, chosen) {
    const cell = data.cells[code] || {};
    const isChosen = chosen === true || chosen === code;
    return {
      fillColor: cell.fill || "#fbfaf5",
      fillOpacity: 1,
      color: isChosen ? "#b3005e" : data.border,
      weight: isChosen ? 3.5 : 1,
      className: "ug-area",
    };
  }

  const shape = (entry) => entry.drawn[0].path;
  const middle = (entry) => shape(entry).getBounds().getCenter();

  function emphasise(entry, on) {
    entry.drawn.forEach(({ path, base, chosen }) => {
      path.setStyle(on ? { color: "#111111", weight: 3 } : entry.isChosen ? chosen : base);
      if (on || entry.isChosen) path.bringToFront();
    });
  }

  // -- the keyboard: one tab stop, arrows walk over the areas, Enter chooses ---------------------

  // A tooltip listens for focus, and a shape that listens becomes a stop of the Tab key.
  const noStop = (path) => path.on("add", () => path.getElement().setAttribute("tabindex", "-1"));

  function keyboard(map) {
    const [box, state] = [map.getContainer(), of(map)];
    box.tabIndex = 0;
    box.setAttribute("role", "application");
    state.live = element("div", "ug-live");
    state.live.setAttribute("role", "status");
    box.appendChild(state.live);
    box.addEventListener("focus", () => box.matches(":focus-visible") && walk(map, state.current || first(state)));
    box.addEventListener("blur", () => leave(map));
    box.addEventListener("keydown", (event) => {
      const way = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
      if (event.target !== box) return;
      if (way[event.key]) walk(map, nextTo(map, way[event.key]));
      else if (event.key === "Enter" || event.key === " ") choose(state);
      else if (event.key === "+" || event.key === "-") map.setZoom(map.getZoom() + (event.key === "+" ? 1 : -1));
      else return;
      event.preventDefault();
    });
  }

  const first = (state) => state.areas.keys().next().value;

  function leave(map) {
    const state = of(map);
    const entry = state.areas.get(state.current);
    if (!entry) return;
    emphasise(entry, false);
    hideTip(map);
    ugatuzi.lit("code", entry.code, false);
  }

  function walk(map, code) {
    const state = of(map);
    leave(map);
    const entry = state.areas.get(code);
    if (!entry) return;
    state.current = code;
    emphasise(entry, true);
    showTip(map, entry.lines, middle(entry));
    ugatuzi.lit("code", code, true);
    state.live.textContent = entry.lines.join(". ");
  }

  function nextTo(map, way) {
    const state = of(map);
    const here = state.areas.get(state.current);
    if (!here) return first(state);
    const from = map.latLngToLayerPoint(middle(here));
    let best = state.current;
    let least = Infinity;
    state.areas.forEach((entry, code) => {
      const to = map.latLngToLayerPoint(middle(entry)).subtract(from);
      const along = to.x * way[0] + to.y * way[1];
      const aside = Math.abs(to.x * way[1] + to.y * way[0]);
      const cost = along + 2 * aside;
      if (along > 0.5 && aside < 2 * along && cost < least) [best, least] = [code, cost];
    });
    return best;
  }

  function choose(state) {
    const entry = state.areas.get(state.current);
    if (entry) shape(entry).fire("click", { latlng: middle(entry) }, true);
  }

  // -- for the tables of the page: an area, or a place in it, is lit or chosen as on the map ------

  ugatuzi.lightArea = function (map, code, on) {
    const entry = of(map).areas.get(code);
    if (!entry) return;
    emphasise(entry, on);
    if (on) showTip(map, entry.lines, middle(entry));
    else hideTip(map);
  };

  ugatuzi.chooseArea = function (map, code, at) {
    const entry = of(map).areas.get(code);
    if (entry) shape(entry).fire("click", { latlng: at || middle(entry) }, true);
    return Boolean(entry);
  };

  // -- legend ----------------------------------------------------------------------------------------

  // Under the map, so that it never covers a place, and in the same frame, so that it prints with it.
  function legendBox(options) {
    const box = element("div", "ug-legend");
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", options.legend_label);
    legend = box.appendChild(element("div", ""));
    box.appendChild(element("div", "ug-credit", options.attribution));
    document.body.appendChild(box);
  }

  const keys = {
    fill: (row) => {
      const box = element("span", "ug-key ug-key-fill");
      box.style.backgroundColor = row.colour;
      return box;
    },
    symbol: (row) => {
      const box = element("span", "ug-key");
      box.appendChild(ugatuzi.symbol(row.kind, 6, "").svg);
      return box;
    },
    none: () => element("span", "ug-key-none"),
    flow: (row) => {
      const box = element("span", "ug-key ug-key-flow");
      box.style.setProperty("--wide", `${row.size}px`);
      return box;
    },
    gap: (row) => {
      const box = element("span", `ug-key ug-key-gap ug-key-gap-${row.style}`);
      box.style.setProperty("--round", `${2 * row.size}px`);
      return box;
    },
    link: (row) => {
      const box = element("span", `ug-key ug-key-link ug-key-${row.style}`);
      if (row.colour) box.style.setProperty("--ink", row.colour);
      return box;
    },
    road: () => element("span", "ug-key ug-key-link ug-key-road"),
    line: () => element("span", "ug-key ug-key-link ug-key-line"),
  };

  ugatuzi.legend = function (map, data) {
    legend.replaceChildren();
    data.blocks.forEach((block) => {
      const line = element("div", "ug-legend-block");
      line.appendChild(element("span", "ug-legend-title", block.title));
      block.rows.forEach((row) => {
        const entry = element("span", "ug-legend-row");
        entry.appendChild(keys[row.key](row));
        entry.appendChild(element("span", "", row.text));
        line.appendChild(entry);
      });
      legend.appendChild(line);
    });
    return L.layerGroup();
  };

  ugatuzi.tools = { element, drawing, tip, reports, of, noStop, showTip, hideTip };
})();
