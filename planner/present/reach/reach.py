"""The page on reach as values: figures, sentences and tables of who has a branch in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from planner.demand.segments import dimension_of
from planner.errors import PlannerError
from planner.evaluate.reach import Band, Reach, reach
from planner.evaluate.within import Part, Within
from planner.insight.catchments import Catchment, catchments
from planner.insight.isochrones import Isochrones, isochrones
from planner.insight.reach_told import worst_backed
from planner.present.cards import Card
from planner.present.subjects import Subject
from planner.present.view import View, area_keys

CHOICES = (15, 30, 45, 60, 90, 120, 180, 240, 360)  # minutes to choose thresholds from
FIRST = (30, 60, 120, 240)
MOST = 4  # thresholds at once: as many as colours can be told apart
DASH = "\N{EN DASH}"


@dataclass(frozen=True, slots=True, eq=False)
class Reached:
    """Everything that the page shows of one network.

    `branches`: positions of the open ones. `areas` and `bands` are None where they cannot be drawn.
    """

    reach: Reach
    branches: tuple[int, ...]
    areas: tuple[Catchment, ...] | None
    bands: Isochrones | None


def worked_out(subject: Subject, within_min: Sequence[float], kind: int | None) -> Reached:
    """Reach, service areas and bands of a network, worked out once.

    Raises:
        PlannerError: No minutes are known.
    """
    found: Reached = _kept(subject.id, tuple(within_min), kind, subject)
    return found


def _work_out(
    key: str, within_min: tuple[float, ...], kind: int | None, _subject: Subject
) -> Reached:
    del key  # the name under which the answer is kept
    pack, problem, plan = _subject.pack, _subject.problem, _subject.plan
    found = reach(pack, problem, plan, within_min, None if kind is None else [kind])
    areas = bands = None
    if has_places(_subject):
        areas = catchments(pack, problem, plan, kind)
        try:
            bands = isochrones(pack, problem, plan, within_min, kind)
        except PlannerError:
            bands = None  # a matrix, or no branch: `no_bands` says it in the page's language
    return Reached(found, tuple(np.flatnonzero(plan.is_open).tolist()), areas, bands)


_kept = st.cache_resource(_work_out, show_spinner=False, max_entries=24)


def has_places(subject: Subject) -> bool:
    """Whether demand points have degrees, so that a map can be drawn."""
    pack = subject.pack
    return not pack.projected and all(point.lat is not None for point in pack.demand_points)


def no_bands(view: View, found: Reached) -> str:
    """Why there are no bands of minutes; empty where there are."""
    if found.bands is not None:
        return ""
    if found.areas is None:
        return view.words("reach.no_places")
    is_matrix = view.problem.travel is not None and view.problem.travel.model == "matrix"
    return view.words("reach.no_bands_matrix" if is_matrix else "reach.no_bands_branch")


# -- sentences and cards -------------------------------------------------------------------


def summary(view: View, found: Reached) -> list[str]:
    """Who has a branch in time, and what the next one would cost."""
    w, whole = view.words, found.reach.all
    if not whole.visits:
        return [w("reach.no_visits")]
    within = [
        w("reach.share_within", share=w.share(share), minutes=w.minutes(limit))
        for share, limit in zip(whole.nearest.shares, found.reach.within_min, strict=True)
    ]
    said = [w("reach.summary", within=", ".join(within), mean=view.minutes(whole.nearest.mean_min))]
    if whole.nearest.none:
        said.append(w("reach.summary_none", share=w.share(whole.nearest.none)))
    if whole.extra_min is not None:
        said.append(w("reach.summary_second", minutes=view.minutes(whole.extra_min)))
    if whole.second.none:
        said.append(w("reach.summary_no_second", share=w.share(whole.second.none)))
    return said


def cards(view: View, found: Reached) -> list[Card]:
    """The share within each threshold, of visits and of people; the second branch."""
    w, whole = view.words, found.reach.all
    shares = zip(
        found.reach.within_min, whole.nearest.shares, whole.people_nearest.shares, strict=True
    )
    shown = [
        Card(
            w("reach.card_within", minutes=w.minutes(limit)),
            w.share(visits),
            w("reach.card_people", share=w.share(people)),
        )
        for limit, visits, people in shares
    ]
    shown.append(
        view.travel_card(
            w("reach.card_mean"), whole.nearest.mean_min,
            w("reach.card_standard", share=w.share(whole.nearest.standard)),
        )
    )  # fmt: skip
    shown.append(
        view.travel_card(
            w("reach.card_second"), whole.second.mean_min,
            w("reach.card_standard", share=w.share(whole.second.standard)),
        )
    )  # fmt: skip
    return shown


def bands_note(view: View, bands: Isochrones) -> str:
    """How the bands were drawn, and how far off their lines are."""
    w = view.words
    said = w("reach.drawn", km=w.km(bands.surface.step_km))
    if bands.off_min is None or bands.off_most_min is None:
        return said
    off = w(
        "reach.drawn_off",
        median=w.number(round(bands.off_min, 1)),
        most=w.number(round(bands.off_most_min, 1)),
        share=w.share(bands.agree),
    )
    return f"{said} {off}"


# -- tables --------------------------------------------------------------------------------


def whole_table(view: View, found: Reached) -> pd.DataFrame:
    """All visits by nearest choice and as assigned, people, and each visit type."""
    w, whole = view.words, found.reach.all
    rows = [
        _row(view, found, w("reach.row_all"), whole, whole.nearest),
        _row(view, found, w("reach.row_assigned"), whole, whole.assigned),
        _row(view, found, w("reach.row_people"), whole, whole.people_nearest, whole.people),
    ]
    if len(found.reach.kinds) > 1:
        for b, part in zip(found.reach.kinds, found.reach.by_type, strict=True):
            rows.append(_row(view, found, w.name(view.pack.visit_types[b]), part, part.nearest))
    return pd.DataFrame(rows).rename(columns={w("column.visits"): w("reach.column_count")})


def group_table(view: View, found: Reached) -> pd.DataFrame:
    """Every group of people."""
    w = view.words
    named = {(each.dimension, each.id): each for each in view.pack.customers.segments}
    return pd.DataFrame(
        [
            _row(
                view,
                found,
                f"{w.name(dimension_of(view.pack, each.dimension))}: "
                f"{w.name(named[each.dimension, each.segment])}",
                each.part,
                each.part.nearest,
            )
            for each in found.reach.by_group
        ]
    )


def not_apart(view: View, found: Reached) -> str:
    """Which dimensions tell nothing, as their groups are the same everywhere."""
    w = view.words
    names = [w.name(dimension_of(view.pack, name)) for name in found.reach.not_apart]
    return w("reach.not_apart", names=", ".join(names)) if names else ""


def band_table(view: View, found: Reached) -> pd.DataFrame:
    """Areas alike in a share of their people."""
    return pd.DataFrame(
        [
            _row(view, found, _band_name(view, each), each.part, each.part.nearest)
            for each in found.reach.by_band
        ]
    )


def _band_name(view: View, band: Band) -> str:
    w = view.words
    named = {(each.dimension, each.id): each for each in view.pack.customers.segments}
    ends = dict.fromkeys(_end(view, share) for share in (band.low, band.high))
    return w(
        "reach.band",
        name=w.name(named[band.fact, band.segment]),
        ends=f" {DASH} ".join(ends),
        n=len(band.areas),
    )


def _end(view: View, share: float) -> str:
    """An end of a band; below 10 % to a tenth, so that bands side by side differ."""
    w = view.words
    return w.percent(share) if 0.01 <= share < 0.0995 else w.share(share)


def orders(view: View, found: Reached) -> dict[str, str]:
    """By what the table of areas can be sorted, and how that is called."""
    w = view.words
    limits = {
        f"within.{k}": w("reach.order_within", minutes=w.minutes(limit))
        for k, limit in enumerate(found.reach.within_min)
    }
    return {
        "far": w("reach.order_far"),
        **limits,
        "visits": w("reach.order_visits"),
        "name": w("reach.order_name"),
    }


def area_table(view: View, found: Reached, order: str) -> pd.DataFrame:
    """Every area with visits."""
    areas = found.reach.by_area

    def far(c: int) -> tuple[float, ...]:
        return -(areas[c].nearest.none or 0.0), -(areas[c].nearest.mean_min or 0.0)

    def key(c: int) -> tuple[object, ...]:
        if order.startswith("within."):
            k = int(order.removeprefix("within."))
            return (areas[c].nearest.shares[k] or 0.0, *far(c))
        if order == "name":
            return (view.area_name(c).casefold(),)
        return (-areas[c].visits,) if order == "visits" else far(c)

    counted = [c for c, part in enumerate(areas) if part.visits > 0]
    ordered = sorted(counted, key=key)
    rows = [_row(view, found, view.area_name(c), areas[c], areas[c].nearest) for c in ordered]
    return _of_areas(view, ordered, rows)


def backup_table(view: View, found: Reached) -> pd.DataFrame:
    """The second branch by area, worst first."""
    w = view.words
    rows: list[dict[str, object]] = []
    worst = worst_backed(found.reach.by_area)
    for c in worst:
        part = found.reach.by_area[c]
        row = _row(view, found, view.area_name(c), part, part.second)
        rows.append(
            row
            | {
                w("reach.column_standard"): w.share(part.second.standard),
                w("reach.column_extra"): w.minutes(part.extra_min),
            }
        )
    return _of_areas(view, worst, rows)


def _of_areas(view: View, areas: Sequence[int], rows: Sequence[dict[str, object]]) -> pd.DataFrame:
    names = {view.words("reach.column_who"): view.words("column.area")}
    return pd.DataFrame(rows, index=area_keys(view, areas)).rename(columns=names)


def _row(
    view: View, found: Reached, name: str, part: Part, told: Within, count: float | None = None
) -> dict[str, object]:
    """A line of a table; `count` stands in place of the visits where people are counted."""
    w, whole = view.words, found.reach.all
    shares = {
        w("reach.column_within", minutes=w.minutes(limit)): w.share(share)
        for limit, share in zip(found.reach.within_min, told.shares, strict=True)
    }
    row = {
        w("reach.column_who"): name,
        w("column.visits"): round(part.visits if count is None else count),
        w("reach.column_mean"): w.minutes(told.mean_min),
        **shares,
    }
    somewhere = whole.second if told is part.second else whole.nearest
    return row | ({w("reach.column_none"): w.share(told.none)} if somewhere.none else {})
