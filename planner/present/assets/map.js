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
    layer.toGeoJSON = () => ({ type: "Feature", properties: properties, geometry: null });
    return layer;
  }

  // -- the ground: panes, lakes, roads, scale, attribution, keyboard --------------------------

  ugatuzi.prepare = function (map, options) {
    ugatuzi.ground(map);
    legendBox(options);
  };

  // All of a map but its legend, which two maps in one frame share, as they share their view.
  ugatuzi.ground = function (map, leader) {
    const view = leader ? of(leader).view : { touched: false };
    states.set(map, { current: null, areas: new Map(), live: null, view: view });
    const panes = { shapes: 390, areas: 400, ground: 410, labels: 415, links: 420, sites: 600 };
    for (const name in panes) {
      map.createPane(name).style.zIndex = panes[name];
      if (["shapes", "ground", "labels"].includes(name)) map.getPane(name).style.pointerEvents = "none";
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
    keyboard(map);
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

  // The whole country until somebody moves the map, also when the page changes its width.
  function keepInView(map) {
    const bounds = L.geoJSON(ugatuzi.geometry.areas).getBounds();
    const view = of(map).view;
    const fit = () => {
      map.invalidateSize({ animate: false });
      const size = map.getSize();
      if (!view.touched && size.x > 40 && size.y > 40) map.fitBounds(bounds, { padding: [4, 4], animate: false });
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

  // -- areas -----------------------------------------------------------------------------------

  // `side` names panes of their own: the same areas once more, on top, for a swipe.
  ugatuzi.areas = function (map, data, side = "") {
    const state = of(map);
    if (!side) state.areas = new Map();
    const group = L.featureGroup();
    const layer = L.geoJSON(ugatuzi.geometry.areas, {
      pane: `areas${side}`,
      style: (feature) => style(data, feature.properties.code),
      onEachFeature: (feature, path) => {
        const code = feature.properties.code;
        const cell = data.cells[code];
        if (!cell) return;
        reports(path, { code: code });
        path.bindTooltip(tip(cell.lines), { sticky: true, className: "ug-tooltip" });
        noStop(path);
        const drawn = { path: path, base: style(data, code) };
        const entry = state.areas.get(code) || { lines: cell.lines, drawn: [] };
        entry.drawn.push(drawn);
        path.on("mouseover", () => emphasise(entry, true));
        path.on("mouseout", () => emphasise(entry, state.current === code && focused(map)));
        if (side) return;
        state.areas.set(code, entry);
        label(feature.properties.at, cell.lines[0], "ug-name").addTo(group);
      },
    });
    layer.addTo(group);
    if (side) return group;
    if (data.selected && state.areas.has(data.selected)) {
      state.current = data.selected;
      map.whenReady(() => shape(state.areas.get(data.selected)).bringToFront());
    }
    map.getContainer().setAttribute("aria-label", data.description);
    return group;
  };

  function style(data, code) {
    const cell = data.cells[code] || {};
    const chosen = data.selected === code;
    return {
      fillColor: cell.fill || "#fbfaf5",
      fillOpacity: 1,
      color: chosen ? "#b3005e" : data.border,
      weight: chosen ? 3.5 : 1,
      className: "ug-area",
    };
  }

  const shape = (entry) => entry.drawn[0].path;
  const middle = (entry) => shape(entry).getBounds().getCenter();

  function emphasise(entry, on) {
    entry.drawn.forEach(({ path, base }) => {
      path.setStyle(on ? { color: "#111111", weight: 3 } : base);
      if (on) path.bringToFront();
    });
  }

  // -- the keyboard: one tab stop, arrows walk over the areas, Enter chooses ---------------------

  // A tooltip listens for focus, and a shape that listens becomes a stop of the Tab key.
  const noStop = (path) => path.on("add", () => path.getElement().setAttribute("tabindex", "-1"));

  const focused = (map) => document.activeElement === map.getContainer();

  function keyboard(map) {
    const [box, state] = [map.getContainer(), of(map)];
    box.tabIndex = 0;
    box.setAttribute("role", "application");
    state.live = element("div", "ug-live");
    state.live.setAttribute("role", "status");
    box.appendChild(state.live);
    box.addEventListener("focus", () => walk(map, state.current || first(state)));
    box.addEventListener("blur", () => leave(state));
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

  function leave(state) {
    const entry = state.areas.get(state.current);
    if (entry) {
      emphasise(entry, false);
      shape(entry).closeTooltip();
    }
  }

  function walk(map, code) {
    const state = of(map);
    leave(state);
    const entry = state.areas.get(code);
    if (!entry) return;
    state.current = code;
    emphasise(entry, true);
    shape(entry).openTooltip(middle(entry));
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

  // -- land under the areas: bands of minutes, service areas ----------------------------------------

  ugatuzi.shapes = function (map, data) {
    const group = L.featureGroup();
    data.shapes.forEach((land) => {
      const style = { stroke: Boolean(land.edge), color: land.edge, weight: 2.2, fillColor: land.fill, fillOpacity: 1 };
      L.geoJSON(land.geometry, { pane: "shapes", interactive: false, smoothFactor: 0, style: style }).addTo(group);
    });
    return group;
  };

  // -- branches and sites ------------------------------------------------------------------------

  const shapes = {
    square: (r) => drawing("rect", { x: -r * 0.9, y: -r * 0.9, width: r * 1.8, height: r * 1.8 }),
    diamond: (r) => drawing("path", { d: `M0 ${-r * 1.2}L${r * 1.2} 0L0 ${r * 1.2}L${-r * 1.2} 0Z` }),
    circle: (r) => drawing("circle", { r: r }),
    triangle: (r) => drawing("path", { d: `M0 ${-r * 1.2}L${r * 1.2} ${r}L${-r * 1.2} ${r}Z` }),
    cross: (r) => drawing("path", { d: `M${-r} ${-r}L${r} ${r}M${r} ${-r}L${-r} ${r}` }),
    dot: (r) => drawing("circle", { r: r * 0.55 }),
    plus: (r) => drawing("path", { d: crossed(r * 1.25, r * 0.45) }),
    bar: (r) => drawing("rect", { x: -r * 1.3, y: -r * 0.5, width: r * 2.6, height: r }),
    hexagon: (r) => drawing("path", { d: `M${-r * 1.2} 0L${-r * 0.6} ${-r}H${r * 0.6}L${r * 1.2} 0L${r * 0.6} ${r}H${-r * 0.6}Z` }),
    ring: (r) => drawing("circle", { r: r * 0.6 }),
    disc: (r) => drawing("circle", { r: r }),
    most: (r) => slice(r, 0.7),
    some: (r) => slice(r, 0.3),
    hollow: (r) => drawing("circle", { r: r, fill: "#ffffff" }),
  };

  // A white circle of which a part is filled, clockwise from the top.
  function slice(r, part) {
    const [x, y] = [r * Math.sin(2 * Math.PI * part), -r * Math.cos(2 * Math.PI * part)];
    const whole = drawing("g", {});
    whole.appendChild(drawing("circle", { r: r, fill: "#ffffff" }));
    whole.appendChild(drawing("path", { d: `M0 0V${-r}A${r} ${r} 0 ${part > 0.5 ? 1 : 0} 1 ${x} ${y}Z` }));
    return whole;
  }

  // A plus whose arms reach to `r` and are twice `half` thick.
  function crossed(r, half) {
    const [long, thick] = [r - half, 2 * half];
    return `M${-half} ${-r}h${thick}v${long}h${long}v${thick}h${-long}v${long}h${-thick}v${-long}h${-long}v${-thick}h${long}Z`;
  }

  function symbol(kind, radius, number) {
    const half = Math.ceil(radius * 1.2 + 2.5);
    const box = [-half, -half, 2 * half, 2 * half];
    const svg = drawing("svg", { width: 2 * half, height: 2 * half, viewBox: box.join(" ") });
    svg.setAttribute("class", `ug-symbol ug-${kind.status}`);
    if (kind.shape === "cross") {
      const halo = shapes.cross(radius);
      halo.setAttribute("class", "ug-halo");
      svg.appendChild(halo);
    }
    svg.appendChild(shapes[kind.shape](radius));
    if (number) {
      const text = drawing("text", { "text-anchor": "middle", y: kind.shape === "triangle" ? 6 : 4 });
      text.textContent = number;
      svg.appendChild(text);
    }
    return { svg: svg, size: 2 * half };
  }

  ugatuzi.sites = function (map, data, side = "") {
    const group = L.featureGroup();
    data.sites.forEach((site) => {
      const drawn = symbol(data.kinds[site.kind], site.radius, site.number);
      const icon = L.divIcon({
        className: "ug-site",
        html: drawn.svg,
        iconSize: [drawn.size, drawn.size],
      });
      const marker = L.marker([site.lat, site.lon], {
        icon: icon,
        pane: `sites${side}`,
        keyboard: false,
        riseOnHover: true,
        zIndexOffset: site.over,
      });
      marker.bindTooltip(tip(site.lines), { className: "ug-tooltip", direction: "top" });
      reports(marker, { site: site.id }).addTo(group);
    });
    return group;
  };

  // -- links between branches that offer the same service ------------------------------------------

  const strokes = {
    solid: { color: "#1c2624", dashArray: null },
    dashed: { color: "#b3005e", dashArray: "7 5" },
    dotted: { color: "#717d79", dashArray: "2 4" },
  };

  ugatuzi.links = function (map, data, side = "") {
    const group = L.featureGroup();
    data.links.forEach((link) => {
      const ends = [link.from, link.to];
      const shared = { pane: `links${side}`, lineCap: "butt" };
      L.polyline(ends, { ...shared, color: "#ffffff", weight: 2 * data.weight, interactive: false }).addTo(group);
      const line = L.polyline(ends, {
        ...shared,
        className: "ug-link",
        ...strokes[link.style],
        weight: data.weight,
      });
      line.bindTooltip(tip(link.lines), { sticky: true, className: "ug-tooltip" });
      noStop(line);
      reports(line, {}).addTo(group);
    });
    return group;
  };

  // -- the links of a road graph: one shape, behind everything that tells something ------------------

  ugatuzi.lines = function (map, data) {
    const drawn = { pane: "ground", interactive: false, className: "ug-line", weight: 0.6, fill: false };
    return L.featureGroup([L.polyline(data.lines, drawn)]);
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
      box.appendChild(symbol(row.kind, 6, "").svg);
      return box;
    },
    link: (row) => element("span", `ug-key ug-key-link ug-key-${row.style}`),
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
})();
