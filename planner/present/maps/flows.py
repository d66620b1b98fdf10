"""Lines on the map from each place with people to the branches that it goes to."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from planner.insight.points import PointFigures, Trips
from planner.present.maps.ground import DrawnLayer
from planner.present.maps.layers import LegendRow
from planner.present.maps.wards import CLEAR, SmallAreas, goes_to, travel_time
from planner.present.places import Places, coded, told_apart
from planner.present.served import places_address
from planner.present.view import View

# Dark enough for a thin line on paper; neighbours differ, so few are enough.
INKS = ("#0064a6", "#a34f00", "#00735a", "#97357a", "#6b5b00", "#b0320a", "#46549a", "#4a5552")
WIDTHS = (0.7, 1.2, 1.9, 2.8, 4.0)  # pixels


class Flows(DrawnLayer):
    """A line for each place and branch that it sends visits to."""

    _call = "flows"

    def __init__(
        self,
        places: Places,
        found: Trips,
        width: Sequence[int],
        sites: Sequence[dict[str, object]],
        to: Sequence[int],
    ) -> None:
        """Hand over a few digits for each line.

        Args:
            places: Where the places lie; the map loads that once.
            found: The lines; those whose branch has no place are left out by who calls.
            width: Of each line, a position in `WIDTHS`.
            sites: The branches: id, lat, lon, colour.
            to: Of each line, a position in `sites`.
        """
        super().__init__(
            {
                "script": places_address(places),
                "points": coded(found.point.tolist(), 2),
                "to": coded(to, 2),
                "wide": coded(width, 1),
                "widths": list(WIDTHS),
                "sites": list(sites),
            }
        )


def line_layers(
    view: View, places: Places, figures: PointFigures, found: Trips
) -> tuple[SmallAreas, Flows]:
    """The lines, and the land that tells of each place what its lines mean."""
    told = [goes_to(view, found), travel_time(view, figures)]
    land = SmallAreas(places, [None] * len(figures.visits), [CLEAR], told)
    number = told_apart(places, figures.site)
    branches = sorted({int(j) for j in found.site})
    sites: list[dict[str, object]] = []
    position: dict[int, int] = {}
    for j in branches:
        site = view.pack.sites[j]
        if site.lat is not None and site.lon is not None:
            position[j] = len(sites)
            colour = INKS[number.get(j, len(INKS) - 1) % len(INKS)]
            sites.append({"id": site.id, "lat": site.lat, "lon": site.lon, "colour": colour})
    kept = np.isin(found.site, list(position))
    drawn = Trips(found.point[kept], found.site[kept], found.visits[kept], found.within[kept])
    to = [position[j] for j in drawn.site.tolist()]
    return land, Flows(places, drawn, widths(drawn), sites, to)


def widths(found: Trips) -> list[int]:
    """The class of each line: the first whose limit its visits keep."""
    return [int(k) for k in np.searchsorted(limits(found), found.visits, side="left")]


def limits(found: Trips) -> list[float]:
    """The most visits of each class of width but the last, at equal parts of the lines."""
    if found.visits.size == 0:
        return []
    ends = np.quantile(found.visits, np.arange(1, len(WIDTHS)) / len(WIDTHS))
    return [float(v) for v in ends]


def block(view: View, found: Trips) -> tuple[str, list[LegendRow]]:
    """The part of the legend on widths."""
    w = view.words
    ends = [*limits(found), float(found.visits.max(initial=0.0))]
    rows = [
        LegendRow("flow", w("maps.legend_up_to", n=w.count(end)), size=width)
        for end, width in zip(ends, WIDTHS, strict=False)
        if found.visits.size
    ]
    return w("maps.legend_lines"), rows
