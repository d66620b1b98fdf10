// Small areas: the land round each place with people, lines to branches, and who is too far.
(function () {
  "use strict";

  const ugatuzi = window.ugatuzi;
  const { of, showTip, hideTip } = ugatuzi.tools;
  const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  const loads = new Map(); // by address: the land, or the promise of it

  // Whole numbers of `width` digits each.
  function numbers(text, width) {
    const found = [];
    for (let at = 0; at < text.length; at += width) {
      let value = 0;
      for (let k = 0; k < width; k += 1) value = value * DIGITS.length + DIGITS.indexOf(text[at + k]);
      found.push(value);
    }
    return found;
  }

  // -- the land, loaded once -------------------------------------------------------------------

  function load(address) {
    if (!loads.has(address)) {
      const wait = new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = address;
        script.onload = () => resolve(prepared(ugatuzi.places));
        script.onerror = reject;
        document.body.appendChild(script);
      });
      loads.set(address, wait);
      wait.then((land) => loads.set(address, land));
    }
    return loads.get(address);
  }

  function prepared(raw) {
    const land = raw.land.map((rings) => rings.map(corners));
    return { ...raw, land: land, at: raw.at.map((at) => L.latLng(at[0] / 1000, at[1] / 1000)), boxes: land.map(box) };
  }

  function corners(flat) {
    const ring = [];
    for (let k = 0; k < flat.length; k += 2) ring.push([flat[k] / 1000, flat[k + 1] / 1000]);
    return ring;
  }

  function box(rings) {
    const found = [Infinity, Infinity, -Infinity, -Infinity];
    rings.forEach((ring) => ring.forEach(([lat, lon]) => {
      found[0] = Math.min(found[0], lat);
      found[1] = Math.min(found[1], lon);
      found[2] = Math.max(found[2], lat);
      found[3] = Math.max(found[3], lon);
    }));
    return found;
  }

  function holds(rings, lat, lon) {
    let odd = false;
    rings.forEach((ring) => {
      for (let k = 0, j = ring.length - 1; k < ring.length; j = k, k += 1) {
        const [a, b] = [ring[k], ring[j]];
        if (a[0] > lat !== b[0] > lat && lon < ((b[1] - a[1]) * (lat - a[0])) / (b[0] - a[0]) + a[1]) odd = !odd;
      }
    });
    return odd;
  }

  function place(land, { lat, lng }) {
    return land.boxes.findIndex(([south, west, north, east], k) =>
      lat >= south && lat <= north && lng >= west && lng <= east && holds(land.land[k], lat, lng));
  }

  // A group that is drawn once its land is there, unless it was taken away meanwhile.
  function withLand(address, draw) {
    const group = L.featureGroup();
    let end = () => {};
    let shown = false;
    group.on("add", () => {
      shown = true;
      const land = load(address);
      if (land.then) land.then((ready) => shown && (end = draw(ready, group)));
      else end = draw(land, group);
    });
    group.on("remove", () => {
      shown = false;
      end();
      end = () => {};
      group.clearLayers();
    });
    return group;
  }

  // -- small areas: their fill, their edges, and what is told of them ------------------------------

  ugatuzi.smallAreas = function (map, data) {
    return withLand(data.script, (land, group) => {
      const state = of(map);
      const of_place = numbers(data.of, 1);
      data.fills.forEach((fill, k) => {
        const rings = land.land.flatMap((each, i) => (of_place[i] === k + 1 ? each : []));
        const style = { color: data.seam || fill, weight: data.seam ? 0.6 : 0.8, fillColor: fill, fillOpacity: 1 };
        L.polygon(rings, { pane: "shapes", interactive: false, smoothFactor: 0, className: "ug-land", ...style }).addTo(group);
      });
      if (data.groups) {
        const edge = { pane: "shapes", interactive: false, smoothFactor: 0, color: "#2f3a38", weight: 1.6 };
        L.polyline(edges(land, numbers(data.groups, 2)), edge).addTo(group);
      }
      const columns = data.columns.map((column) => ({ ...column, at: numbers(column.of, 2) }));
      state.places = told(map, land, columns);
      state.places.resume();
      return () => {
        state.places.end();
        state.places = null;
      };
    });
  };

  // The lines between land of different groups, and round all of it.
  function edges(land, groups) {
    const seen = new Map();
    land.land.forEach((rings, i) => rings.forEach((ring) => {
      for (let k = 0, j = ring.length - 1; k < ring.length; j = k, k += 1) {
        const [a, b] = [ring[k].join(), ring[j].join()];
        const key = a < b ? `${a} ${b}` : `${b} ${a}`;
        const other = seen.get(key);
        if (other && other.group === groups[i]) seen.delete(key);
        else seen.set(key, { group: groups[i], line: [ring[j], ring[k]] });
      }
    }));
    return Array.from(seen.values(), (each) => each.line);
  }

  function told(map, land, columns) {
    const state = of(map);
    const lit = L.polygon([], { pane: "lit", interactive: false, smoothFactor: 0, fill: false, color: "#111111", weight: 2.5 });
    let current = -1;

    function lines(i) {
      const area = state.areas.get(land.codes[i]);
      const said = columns.map(({ label, known, at }) => known[at[i]] && (label ? `${label}: ${known[at[i]]}` : known[at[i]]));
      return [land.names[i], area ? area.lines[0] : "", ...said].filter(Boolean);
    }

    function light(i, at, fromMap) {
      if (i !== current) {
        if (fromMap && current >= 0) ugatuzi.lit("point", land.ids[current], false);
        current = i;
        if (i < 0) lit.remove();
        else lit.setLatLngs(land.land[i]).addTo(map);
        if (fromMap && i >= 0) ugatuzi.lit("point", land.ids[i], true);
        if (state.flows) state.flows.only(i < 0 ? null : { point: i });
      }
      if (i < 0) hideTip(map);
      else showTip(map, lines(i), at || land.at[i]);
    }

    const move = (event) => {
      const on = event.originalEvent.target.closest(".leaflet-marker-icon, .leaflet-control, [role=slider]");
      light(on ? -1 : place(land, event.latlng), event.latlng, true);
    };
    const out = () => light(-1, null, true);
    map.on("mousemove", move);
    map.on("mouseout", out);
    return {
      named: (at) => {
        const i = state.chosenPlace >= 0 ? state.chosenPlace : place(land, at);
        return i < 0 ? {} : { point: land.ids[i] };
      },
      light: (id, on) => light(on ? land.ids.indexOf(id) : -1, null, false),
      where: (id) => land.ids.indexOf(id),
      at: (i) => land.at[i],
      resume: () => state.hovered && light(place(land, state.hovered.at), state.hovered.at, true),
      end: () => {
        map.off("mousemove", move);
        map.off("mouseout", out);
        lit.remove();
        hideTip(map);
      },
    };
  }

  // For the tables of the page: a place is lit or chosen as on the map; its area where none is drawn.
  ugatuzi.lightPlace = function (map, id, code, on) {
    const { places } = of(map);
    if (places) places.light(id, on);
    else ugatuzi.lightArea(map, code, on);
  };

  ugatuzi.choosePlace = function (map, id, code) {
    const state = of(map);
    const i = state.places ? state.places.where(id) : -1;
    if (i < 0) return ugatuzi.chooseArea(map, code);
    state.chosenPlace = i;
    const isThere = ugatuzi.chooseArea(map, code, state.places.at(i));
    state.chosenPlace = -1;
    return isThere;
  };

  // -- lines from places to branches ---------------------------------------------------------------

  ugatuzi.flows = function (map, data) {
    return withLand(data.script, (land, group) => {
      const state = of(map);
      const [points, sites, widths] = [numbers(data.points, 2), numbers(data.to, 2), numbers(data.wide, 1)];
      const rows = points.map((i, k) => ({ i: i, site: data.sites[sites[k]], wide: widths[k] }));
      const line = (row) => [land.at[row.i], [row.site.lat, row.site.lon]];
      const drawn = new Map();
      rows.forEach((row) => {
        const key = `${row.site.colour} ${row.wide}`;
        drawn.set(key, [...(drawn.get(key) || []), line(row)]);
      });
      drawn.forEach((lines, key) => {
        const [colour, wide] = key.split(" ");
        L.polyline(lines, { pane: "flows", interactive: false, className: "ug-flow", color: colour, weight: data.widths[wide] }).addTo(group);
      });
      const pane = map.getPane("flows");
      const bold = L.featureGroup();
      state.flows = {
        only: (wanted) => {
          bold.clearLayers();
          bold.remove();
          const own = wanted ? rows.filter((row) => row.i === wanted.point || row.site.id === wanted.site) : [];
          pane.style.opacity = own.length ? "0.2" : "";
          own.forEach((row) => L.polyline(line(row), { pane: "lit", interactive: false, color: row.site.colour, weight: Math.max(1, data.widths[row.wide]) }).addTo(bold));
          if (own.length) bold.addTo(map);
        },
      };
      return () => {
        state.flows.only(null);
        state.flows = null;
      };
    });
  };

  // -- places whose visits go too far, or nowhere -----------------------------------------------------

  ugatuzi.gaps = function (map, data) {
    return withLand(data.script, (land, group) => {
      const [points, sizes, kinds] = [numbers(data.points, 2), numbers(data.sizes, 1), numbers(data.kinds, 1)];
      points.forEach((i, k) => {
        const shared = { pane: "flows", interactive: false, radius: data.radii[sizes[k]], className: `ug-gap ug-gap-${data.styles[kinds[k]]}` };
        L.circleMarker(land.at[i], shared).addTo(group);
      });
      return () => {};
    });
  };
})();
