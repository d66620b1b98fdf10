"""Who lives in an area, and what they could do without coming: figures with sources and marks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.demand.account import campaign_reach
from planner.demand.segments import area_shares, dimension_of, segment_shares
from planner.pack.figures import Mark
from planner.present.compare.compare import people_count
from planner.present.journeys.journeys import mark_word
from planner.present.place.place_facts import Side, visits_here
from planner.present.view import DASH, View

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure of an area's people beside that of all areas, with where it comes from."""

    what: str
    here: str
    everywhere: str
    mark: Mark


def facts(view: View, code: str) -> list[Fact]:
    """What the pack knows of the people of an area."""
    pack, w = view.pack, view.words
    c = [area.code for area in pack.areas].index(code)
    people = np.zeros(len(pack.areas))
    for point, area in zip(pack.demand_points, view.problem.point_area.tolist(), strict=True):
        people[area] += point.population
    marks = dict.fromkeys(point.mark for point in pack.demand_points if point.area == code)
    found = [
        Fact(
            w("place.population"),
            people_count(w, float(people[c])),
            people_count(w, float(people.sum())),
            next(iter(marks), Mark()),
        )
    ]
    found += _segments(view, c, people)
    reach = pack.customers.online
    if reach is not None:
        share, factor = area_shares(pack, reach.share), reach.factor
        ends = [np.minimum(1.0, share * each) for each in (factor.value, factor.low, factor.high)]
        mark = factor.mark
        source = "; ".join(each for each in (reach.mark.source, mark.source) if each)
        found.append(
            Fact(
                w("place.online_able"),
                _span(view, [float(each[c]) for each in ends]),
                _span(view, [_mean(each, people) for each in ends]),
                Mark(source, mark.confidence),
            )
        )
    if pack.customers.information is not None:
        reached = campaign_reach(pack)
        found.append(
            Fact(
                w("place.phone"),
                w.share(float(reached[c])),
                w.share(_mean(reached, people)),
                pack.customers.information.mark,
            )
        )
    return found


def _segments(view: View, c: int, people: Floats) -> Iterator[Fact]:
    """The parts of the people whose share the pack gives; what is only the rest is left out."""
    pack, w = view.pack, view.words
    shares = segment_shares(pack)
    for g, segment in enumerate(pack.customers.segments):
        if segment.share is None:
            continue
        dimension = w.name(dimension_of(pack, segment.dimension))
        yield Fact(
            w("place.segment", dimension=dimension, name=w.name(segment)),
            w.share(float(shares[c, g])),
            w.share(_mean(shares[:, g], people)),
            segment.mark,
        )


def _mean(shares: Floats, people: Floats) -> float:
    """The share of all people, of areas whose share is known."""
    known = np.isfinite(shares) & (people > 0)
    total = float(people[known].sum())
    return float(shares[known] @ people[known]) / total if total > 0 else float("nan")


def _span(view: View, ends: list[float]) -> str:
    """A share with its low and high: 61 % (47 % to 75 %)."""
    mode, low, high = (view.words.share(each) for each in ends)
    return mode if low == high else view.words("place.span", mode=mode, low=low, high=high)


def fact_table(view: View, found: list[Fact]) -> pd.DataFrame:
    """The figures of the people as a table."""
    w = view.words
    return pd.DataFrame(
        [
            {
                w("column.figure"): fact.what,
                w("place.here"): fact.here,
                w("place.everywhere"): fact.everywhere,
                w("column.mark"): mark_word(w, fact.mark.confidence),
                w("column.source"): fact.mark.source,
            }
            for fact in found
        ]
    )


# -- what needs nobody to come -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Remote:
    """One visit type: the area's yearly visits in person, and how many need nobody to come.

    `spared`: most likely, least and most; None where the pack does not say.
    """

    kind: int
    visits: float
    spared: tuple[float, float, float] | None


def remote(side: Side, code: str) -> list[Remote]:
    """Every visit type that people of the area come for."""
    pack = side.view.pack
    found = []
    for b, visits in visits_here(side, code):
        if visits <= 0:
            continue
        said = pack.customers.alternatives.get(pack.visit_types[b].id)
        figure = None if said is None else said.remote
        spared = None
        if figure is not None:
            spared = (visits * figure.value, visits * figure.low, visits * figure.high)
        found.append(Remote(b, visits, spared))
    return found


def remote_table(side: Side, found: list[Remote]) -> pd.DataFrame:
    """The same as a table, with where each share comes from."""
    view = side.view
    w, rows = view.words, []
    for each in found:
        kind = view.pack.visit_types[each.kind]
        said = view.pack.customers.alternatives.get(kind.id)
        mark = Mark() if said is None or said.remote is None else said.remote.mark
        rows.append(
            {
                w("column.visit_type"): w.name(kind),
                w("column.visits"): round(each.visits),
                w("place.spared"): _counts(view, each.spared),
                w("column.mark"): "" if each.spared is None else mark_word(w, mark.confidence),
                w("column.source"): mark.source,
            }
        )
    return pd.DataFrame(rows)


def _counts(view: View, spared: tuple[float, float, float] | None) -> str:
    if spared is None:
        return DASH
    mode, low, high = (view.words.count(each) for each in spared)
    return mode if low == high else view.words("place.span", mode=mode, low=low, high=high)


def remote_sentence(side: Side, found: list[Remote]) -> str:
    """How many visits a year nobody need make, and that this needs people who can be online."""
    w = side.view.words
    known = [each.spared for each in found if each.spared is not None]
    if not known:
        return w("place.remote_unknown")
    mode, low, high = (sum(each[k] for each in known) for k in range(3))
    total = sum(each.visits for each in found)
    span = _counts(side.view, (mode, low, high))
    return w("place.remote", spared=span, of=w.count(total))
