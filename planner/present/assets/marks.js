// What stands on the areas: land in bands, symbols of branches and sites, links and lines.
(function () {
  "use strict";

  const ugatuzi = window.ugatuzi;
  const { drawing, tip, reports, of, noStop } = ugatuzi.tools;

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

  ugatuzi.symbol = function (kind, radius, number) {
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
  };

  ugatuzi.sites = function (map, data, side = "") {
    const [group, state] = [L.featureGroup(), of(map)];
    if (!side) state.sites = new Map();
    data.sites.forEach((site) => {
      const drawn = ugatuzi.symbol(data.kinds[site.kind], site.radius, site.number);
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
      marker.on("mouseover", () => told(state, site.id, true));
      marker.on("mouseout", () => told(state, site.id, false));
      marker.on("click", () => ugatuzi.chosen("site", site.id));
      state.sites.set(site.id, [...(state.sites.get(site.id) || []), marker]);
      reports(marker, () => ({ site: site.id })).addTo(group);
    });
    return group;
  };

  function told(state, id, on) {
    if (state.flows) state.flows.only(on ? { site: id } : null);
    ugatuzi.lit("site", id, on);
  }

  // For the tables of the page: a symbol is lit or chosen as on the map.
  ugatuzi.lightSite = function (map, id, on) {
    const state = of(map);
    (state.sites.get(id) || []).forEach((marker) => {
      if (!marker.getElement()) return;
      marker.getElement().classList.toggle("ug-lit", on);
      if (on) marker.openTooltip();
      else marker.closeTooltip();
    });
    if (state.flows) state.flows.only(on ? { site: id } : null);
  };

  ugatuzi.chooseSite = function (map, id) {
    const [marker] = of(map).sites.get(id) || [];
    if (marker) marker.fire("click", { latlng: marker.getLatLng() }, true);
    return Boolean(marker);
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
        ...(link.colour ? { color: link.colour } : {}),
        weight: data.weight,
      });
      line.bindTooltip(tip(link.lines), { sticky: true, className: "ug-tooltip" });
      noStop(line);
      reports(line, () => ({})).addTo(group);
    });
    return group;
  };

  // -- the links of a road graph: one shape, behind everything that tells something ------------------

  ugatuzi.lines = function (map, data) {
    const drawn = { pane: "ground", interactive: false, className: "ug-line", weight: 0.6, fill: false };
    return L.featureGroup([L.polyline(data.lines, drawn)]);
  };
})();
