"""Classes of roads: what they are called, how fast one drives on them, which are no roads."""

from __future__ import annotations

import re
from collections.abc import Mapping

from planner.pack.figures import Figure, Mark
from planner.pack.grid import header_key

_FOUND = Mark(
    "Malaria Journal 2017 16:2009-3, Table 1",
    "found",
    "Roads of the study: A and B 50 km/h, C and D 30 km/h, on the way (docs/travel.md)",
)
_ALIKE = Mark(
    _FOUND.source, "derived", "Motorway to primary taken as A and B, secondary and tertiary as C, D"
)
_ASSUMED = Mark("planner's default", "assumption", "No figure was found for roads of this class")
_SPEEDS: tuple[tuple[float, float, float, Mark, tuple[str, ...]], ...] = (
    (50, 40, 80, _FOUND, ("a", "b")),
    (30, 20, 50, _FOUND, ("c", "d")),
    (50, 40, 80, _ALIKE, ("motorway", "trunk", "primary")),
    (30, 20, 50, _ALIKE, ("secondary", "tertiary")),
    (20, 10, 40, _ASSUMED, ("e", "unclassified", "residential", "road", "living_street", "busway")),
    (15, 5, 30, _ASSUMED, ("service", "track")),
)
CLASS_SPEEDS: Mapping[str, Figure] = {
    name: Figure(name, value, low, high, "km/h", mark)
    for value, low, high, mark, names in _SPEEDS
    for name in names
}
NOT_FOR_VEHICLES = frozenset(
    {
        "footway", "path", "steps", "pedestrian", "cycleway", "bridleway", "corridor", "elevator",
        "platform", "via_ferrata", "proposed", "construction", "planned", "abandoned", "disused",
        "razed", "demolished", "raceway", "bus_stop", "rest_area", "services", "emergency_bay",
        "escape", "crossing", "trail", "footpath", "sidewalk", "walkway", "no", "none", "railway",
        "rail", "ferry",
    }
)  # fmt: skip
_AROUND = re.compile(r"^(?:road_)?class_|_(?:link|road|class)$|_grade_?[1-5]$")


def class_key(text: str) -> str:
    """A class as the tables of speeds name it: `Class A`, `primary_link`, `Trunk road`."""
    key = header_key(text)
    while (shorter := _AROUND.sub("", key)) != key:
        key = shorter
    return key
