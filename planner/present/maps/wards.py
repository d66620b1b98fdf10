"""Small areas on the map: the land round each demand point by a figure or by a branch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.insight.points import PointFigures, Trips
from planner.present.maps.area_layers import class_rows, indicator_title
from planner.present.maps.classes import NO_VALUE, Classes, quantile_classes
from planner.present.maps.ground import DrawnLayer
from planner.present.maps.layers import AreaCell, Areas, Legend, LegendRow
from planner.present.maps.tints import TINTS
from planner.present.places import Places, coded, told_apart
from planner.present.served import places_address
from planner.present.view import View, point_keys

SEAM = "rgba(255, 255, 255, 0.3)"
CLEAR, BORDER = "transparent", "rgba(40, 50, 48, 0.75)"  # areas above small areas
SMALL_SHARE = 0.01  # a branch that fewer of a place's visits go to is not named


@dataclass(frozen=True, slots=True)
class Told:
    """A line of what is told of every place: after a label, or alone where that is empty."""

    label: str
    texts: Sequence[str]


class SmallAreas(DrawnLayer):
    """The land of all demand points, filled by class; nothing is drawn where the class is None."""

    _call = "smallAreas"

    def __init__(
        self,
        places: Places,
        classes: Sequence[int | None],
        fills: Sequence[str],
        columns: Sequence[Told],
        *,
        groups: NDArray[np.int64] | None = None,
    ) -> None:
        """Hand over a digit or two for each place.

        Args:
            places: The land; the map loads it once.
            classes: Of each place, a position in `fills`.
            fills: A colour for each class.
            columns: What is told of each place.
            groups: What each place belongs to, from 0: a line is drawn round what is alike, and
                none between other places.
        """
        super().__init__(
            {
                "script": places_address(places),
                "of": coded((0 if each is None else each + 1 for each in classes), 1),
                "fills": list(fills),
                "columns": [_column(each) for each in columns],
                "groups": "" if groups is None else coded(groups.tolist(), 2),
                "seam": SEAM if groups is None else "",
            }
        )


def _column(told: Told) -> dict[str, object]:
    known = {text: k for k, text in enumerate(dict.fromkeys(told.texts))}
    return {
        "label": told.label,
        "known": list(known),
        "of": coded((known[text] for text in told.texts), 2),
    }


def clear_areas(view: View, description: str) -> Areas:
    """Areas without a fill of their own, over small areas; they are walked and chosen as ever."""
    cells = {area.code: AreaCell(CLEAR, (area.name,)) for area in view.pack.areas}
    return Areas(cells, description=description, border=BORDER)


# -- what is told of a place ---------------------------------------------------------------


def goes_to(view: View, found: Trips) -> Told:
    """Where each place's visits go: the branch, or the branches with their shares."""
    w = view.words
    texts = [w("maps.goes_nowhere")] * len(view.problem.point_ids)
    total = np.bincount(found.point, weights=found.visits, minlength=len(texts))
    named: dict[int, list[tuple[float, int]]] = {}
    for i, j, visits in zip(found.point, found.site, found.visits, strict=True):
        share = float(visits / total[i])
        if share >= SMALL_SHARE:
            named.setdefault(int(i), []).append((share, int(j)))
    for i, branches in named.items():
        names = [
            w("maps.some", name=view.site_name(j), share=w.share(share))
            if len(branches) > 1
            else view.site_name(j)
            for share, j in sorted(branches, reverse=True)
        ]
        texts[i] = ", ".join(names)
    return Told(w("maps.goes_to"), texts)


def travel_time(view: View, figures: PointFigures) -> Told:
    """How long each place's visits take."""
    return Told(view.words("maps.time"), [view.words.minutes(v) for v in figures.minutes.tolist()])


# -- by a figure ---------------------------------------------------------------------------


def values_of(figures: PointFigures, indicator: str) -> list[float | None]:
    """An indicator of each place, None where there is nothing to count."""
    by_name = {
        "minutes": figures.minutes,
        "km": figures.km,
        "within": figures.within,
        "visits": figures.visits,
    }
    return [float(v) if np.isfinite(v) else None for v in by_name[indicator]]


def by_indicator(
    view: View, places: Places, figures: PointFigures, found: Trips, indicator: str
) -> SmallAreas:
    """Small areas filled by an indicator."""
    values = values_of(figures, indicator)
    classes = quantile_classes(values)
    told = [
        Told(
            view.words(f"indicator.{indicator}"),
            [view.shown(indicator, value) for value in values],
        ),
        goes_to(view, found),
    ]
    if indicator != "minutes":
        told.insert(1, travel_time(view, figures))
    return _filled(places, values, classes, told)


def _filled(
    places: Places, values: Sequence[float | None], classes: Classes, told: Sequence[Told]
) -> SmallAreas:
    fills = [*classes.colours, NO_VALUE]
    positions = [classes.position(value) for value in values]
    at = [len(fills) - 1 if position is None else position for position in positions]
    return SmallAreas(places, at, fills, told)


def indicator_rows(view: View, figures: PointFigures, indicator: str) -> list[LegendRow]:
    """One line a class of small areas."""
    return class_rows(view, quantile_classes(values_of(figures, indicator)), indicator)


def indicator_block(
    view: View, figures: PointFigures, indicator: str
) -> tuple[str, list[LegendRow]]:
    """The part of the legend that tells the colours of small areas."""
    return indicator_title(view, indicator), indicator_rows(view, figures, indicator)


def note_block(view: View) -> tuple[str, list[LegendRow]]:
    """Says in the legend that small areas have no official borders here."""
    return "", [LegendRow("none", view.words("maps.legend_places"))]


# -- by a branch ---------------------------------------------------------------------------


def by_branch(view: View, places: Places, figures: PointFigures, found: Trips) -> SmallAreas:
    """Small areas in the colour of the branch that most of their visits go to."""
    number = told_apart(places, figures.site)
    fills = [*TINTS, NO_VALUE]
    nobody = len(fills) - 1
    at = [number[j] % len(TINTS) if j >= 0 else nobody for j in figures.site.tolist()]
    told = [goes_to(view, found), travel_time(view, figures)]
    return SmallAreas(places, at, fills, told, groups=figures.site + 1)


def branch_block(view: View, figures: PointFigures) -> tuple[str, list[LegendRow]]:
    """The part of the legend on service areas."""
    w = view.words
    rows = [LegendRow("fill", w("maps.legend_catchment"), colour=TINTS[0])]
    if (figures.site < 0).any():
        rows.append(LegendRow("fill", w("maps.legend_nobody"), colour=NO_VALUE))
    return w("maps.legend_catchments"), rows


def legend(view: View, *blocks: tuple[str, Sequence[LegendRow]]) -> Legend:
    """A legend that ends with what small areas are."""
    return Legend([*blocks, note_block(view)])


# -- the same as a table -------------------------------------------------------------------

ROWS = 20  # the farthest places; an area's page has all of its places


def table(view: View, figures: PointFigures, area: str | None) -> pd.DataFrame:
    """The farthest places of an area, or of all areas; the longest travel first."""
    w, points = view.words, view.pack.demand_points
    shown = [i for i, point in enumerate(points) if area is None or point.area == area]
    shown.sort(key=lambda i: -np.nan_to_num(figures.minutes[i], nan=np.inf))
    shown, names = shown[:ROWS], {each.code: each.name for each in view.pack.areas}
    rows = [
        {
            w("maps.column_place"): points[i].name,
            **({w("column.area"): names[points[i].area]} if area is None else {}),
            w("column.per_visit"): w.minutes(float(figures.minutes[i])),
            w("column.within_words"): w.share(float(figures.within[i])),
            w("maps.column_far"): round(float(figures.far[i] + figures.unserved[i])),
            w("maps.column_goes_to"): _main_branch(view, int(figures.site[i])),
        }
        for i in shown
    ]
    return pd.DataFrame(rows, index=point_keys(view, shown))


def _main_branch(view: View, site: int) -> str:
    return view.site_name(site) if site >= 0 else view.words("maps.goes_nowhere")
