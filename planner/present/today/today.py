"""Today's page as values: figures, sentences and tables of a listed network."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.evaluate import Score
from planner.present.cards import Card
from planner.present.view import View, area_keys, point_keys

_MOST_FAR = 3  # areas named in the summary


def kpi_cards(view: View, score: Score) -> list[Card]:
    """The six figures of a network."""
    w, k = view.words, score.kpis
    return [
        view.travel_card(w("kpi.mean_min"), k.mean_min, w("kpi.one_way", km=view.km(k.mean_km))),
        Card(w("kpi.within"), w.share(k.within_standard), w("kpi.within_note")),
        view.travel_card(w("kpi.worst_tenth"), k.worst_tenth_min, w("kpi.worst_tenth_note")),
        Card(
            w("kpi.branches"), w.count(k.branches), w.counted("kpi.without", k.areas_without_branch)
        ),
        Card(w("kpi.visits"), w.count(k.visits_per_year), w("kpi.visits_note")),
        Card(w("kpi.annual"), w.money(k.annual_kes), w("kpi.annual_note")),
    ]


def summary(view: View, score: Score) -> str:
    """The network in three sentences: where people travel far, what is doubled, who is left out."""
    said = [_far(view, score), _doubled(view, score), _beyond(view, score)]
    return " ".join([*said, *unserved(view, score)])


def _far(view: View, score: Score) -> str:
    """How long a visit takes, and in which areas longest."""
    w, known = view.words, [area for area in score.areas if area.mean_min is not None]
    known.sort(key=lambda area: -(area.mean_min or 0))
    mean = view.minutes(score.kpis.mean_min)
    names = [
        w("today.summary_area", area=view.area_name(area.area), minutes=w.minutes(area.mean_min))
        for area in known[:_MOST_FAR]
    ]
    if len(known) < 2:
        return w("today.summary_mean", minutes=mean)
    return w("today.summary_far", minutes=mean, areas=", ".join(names))


def _doubled(view: View, score: Score) -> str:
    """How often the same service is offered twice within its own separation, and what of it."""
    w, found = view.words, score.duplicates
    needless = [pair for pair in found if not pair.justified]
    if not found:
        return w("today.summary_single")
    if not needless:
        return w("today.summary_justified", n=w.count(len(found)))
    near = min(needless, key=lambda pair: (pair.km, pair.site_a, pair.site_b))
    return w(
        "today.summary_doubled",
        n=w.count(len(found)),
        needless=w.count(len(needless)),
        a=view.site_name(near.site_a),
        b=view.site_name(near.site_b),
        km=view.km(near.km),
    )


def _beyond(view: View, score: Score) -> str:
    """How many visits are beyond the standard, and how many areas have no branch."""
    w, k = view.words, score.kpis
    bare = {"n": w.count(k.areas_without_branch), "all": w.count(len(score.areas))}
    if k.within_standard is None:
        return w("today.summary_bare", **bare)
    return w("today.summary_standard", share=w.share(1.0 - k.within_standard), **bare)


def unserved(view: View, score: Score) -> list[str]:
    """What must be said of visits that have no branch to go to; nothing when there are none."""
    lost = score.kpis.unserved_visits_per_year
    return [view.words("today.summary_unserved", n=view.words.count(lost))] if lost > 0 else []


def area_table(view: View, score: Score) -> pd.DataFrame:
    """Every area with its figures, the longest travel first: the map's data."""
    w = view.words
    rows = [
        {
            w("column.area"): view.area_name(area.area),
            w("column.mean_min"): _rounded(area.mean_min),
            w("column.mean_km"): _rounded(area.mean_km),
            w("column.within"): _rounded((area.within_standard or 0) * 100),
            w("column.worst_min"): _rounded(area.worst_min),
            w("column.visits"): _rounded(area.visits_per_year),
            w("column.branches"): area.branches,
        }
        for area in score.areas
    ]
    table = pd.DataFrame(rows, index=area_keys(view, (area.area for area in score.areas)))
    return table.sort_values(w("column.mean_min"), ascending=False)


def worst_areas(view: View, score: Score, count: int = 8) -> pd.DataFrame:
    """The areas with the longest travel, in words."""
    w = view.words
    known = [area for area in score.areas if area.mean_min is not None]
    known.sort(key=lambda area: -(area.mean_min or 0))
    return pd.DataFrame(
        [
            {
                w("column.area"): view.area_name(area.area),
                w("column.per_visit"): w.minutes(area.mean_min),
                w("column.distance"): w.km(area.mean_km),
                w("column.within_words"): w.share(area.within_standard),
            }
            for area in known[:count]
        ],
        index=area_keys(view, (area.area for area in known[:count])),
    )


def worst_points(view: View, score: Score, count: int = 8) -> pd.DataFrame:
    """The farthest demand point of each area, in words; the farthest areas first."""
    w = view.words
    farthest: dict[int, int] = {}
    for i in np.argsort(-np.nan_to_num(score.point_min, nan=-1.0), kind="stable").tolist():
        if np.isfinite(score.point_min[i]):
            farthest.setdefault(int(view.problem.point_area[i]), i)
    return pd.DataFrame(
        [
            {
                w("column.point"): view.pack.demand_points[i].name,
                w("column.area"): view.area_name(area),
                w("column.per_visit"): w.minutes(float(score.point_min[i])),
            }
            for area, i in list(farthest.items())[:count]
        ],
        index=point_keys(view, list(farthest.values())[:count]),
    )


def area_card(view: View, score: Score, code: str) -> list[Card]:
    """The figures of one area."""
    w = view.words
    area = score.areas[view.problem.area_codes.index(code)]
    return [
        view.travel_card(
            w("kpi.mean_min"), area.mean_min, w("kpi.one_way", km=view.km(area.mean_km))
        ),
        Card(w("kpi.within"), w.share(area.within_standard)),
        Card(w("kpi.branches_here"), w.count(area.branches)),
    ]


def _rounded(value: float | None) -> int | None:
    return None if value is None or not np.isfinite(value) else round(value)
