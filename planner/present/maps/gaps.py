"""Gaps on the map: places whose visits travel beyond the standard or have no branch to go to."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planner.insight.points import PointFigures, Trips
from planner.present.maps.ground import DrawnLayer
from planner.present.maps.layers import LegendRow
from planner.present.maps.wards import CLEAR, SmallAreas, Told, goes_to, travel_time
from planner.present.places import Places, coded
from planner.present.served import places_address
from planner.present.view import View

RADII = (1.2, 2.0, 3.2, 4.8, 7.0, 9.5)  # pixels; the circle's land grows with the visits
LEAST = 0.5  # visits a year: fewer are none
_STYLES = ("far", "hollow")  # beyond the standard; nowhere to go


class Gaps(DrawnLayer):
    """A circle for each place that has a gap."""

    _call = "gaps"

    def __init__(
        self,
        places: Places,
        points: NDArray[np.int64],
        sizes: NDArray[np.int64],
        *,
        unserved: NDArray[np.bool_],
    ) -> None:
        """Hand over a few digits for each circle.

        Args:
            places: Where the places lie; the map loads that once.
            points: Positions of the places with a gap.
            sizes: Of each, a position in `RADII`.
            unserved: Of each, whether most of the gap has no branch to go to.
        """
        super().__init__(
            {
                "script": places_address(places),
                "points": coded(points.tolist(), 2),
                "sizes": coded(sizes.tolist(), 1),
                "kinds": coded(unserved.astype(int).tolist(), 1),
                "radii": list(RADII),
                "styles": list(_STYLES),
            }
        )


def gap_layers(
    view: View, places: Places, figures: PointFigures, found: Trips
) -> tuple[SmallAreas, Gaps]:
    """The circles, and the land that tells of each place how many of its visits are meant."""
    w, gap = view.words, figures.far + figures.unserved
    said = [
        w("maps.beyond_of", n=w.count(short), all=w.count(all_visits)) if short >= LEAST else ""
        for short, all_visits in zip(gap.tolist(), figures.visits.tolist(), strict=True)
    ]
    told = [Told(w("maps.beyond"), said), travel_time(view, figures), goes_to(view, found)]
    land = SmallAreas(places, [None] * gap.size, [CLEAR], told)
    points = np.flatnonzero(gap >= LEAST)
    points = points[np.argsort(-gap[points], kind="stable")]  # small circles on large ones
    sizes = np.searchsorted(limits(figures), gap[points], side="left")
    return land, Gaps(
        places, points, sizes, unserved=figures.unserved[points] > figures.far[points]
    )


def limits(figures: PointFigures) -> list[float]:
    """The most visits of each size but the last: by the circle's land, up to the largest gap."""
    most = float((figures.far + figures.unserved).max(initial=0.0))
    return [most * (radius / RADII[-1]) ** 2 for radius in RADII[:-1]]


def block(view: View, figures: PointFigures) -> tuple[str, list[LegendRow]]:
    """The part of the legend on gaps."""
    w = view.words
    gap = figures.far + figures.unserved
    if not (gap >= LEAST).any():
        return w("maps.legend_gaps"), [LegendRow("none", w("maps.legend_no_gaps"))]
    ends = [*limits(figures), float(gap.max())]
    rows = [
        LegendRow("gap", w("maps.legend_up_to", n=w.count(end)), size=radius)
        for end, radius in zip(ends[1:], RADII[1:], strict=True)
    ]
    if (figures.unserved > figures.far).any():
        unserved = w("maps.legend_unserved")
        rows.append(LegendRow("gap", unserved, size=RADII[2], style="dashed"))
    return w("maps.legend_gaps"), rows
