// A map in a file of its own: its views and the words between them were written beside it.
(function () {
  "use strict";

  const ugatuzi = window.ugatuzi;
  const { ground, views } = ugatuzi.shown;
  const [[south, west], [north, east]] = ugatuzi.geometry.extent;
  const map = L.map("map_div", {
    center: [(south + north) / 2, (west + east) / 2],
    zoom: 6,
    zoomSnap: 0.25,
    zoomDelta: 0.5,
    minZoom: 4,
    maxZoom: 12,
    keyboard: false,
    attributionControl: false, // stands in the legend
  });
  ugatuzi.prepare(map, ground);
  document.getElementById("legend").appendChild(document.querySelector(".ug-legend"));
  const group = L.featureGroup().addTo(map);

  function show(view) {
    group.clearLayers();
    view.forEach(({ call, data }) => ugatuzi[call](map, data).addTo(group));
  }

  document.querySelectorAll("input[name=view]").forEach((button, at) => {
    button.addEventListener("change", () => button.checked && show(views[at]));
  });
  show(views[0]);
})();
