"""What is behind the numbers of the Demand page: chains of figures, groups of people, levers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.demand.account import Adoption, demand_account
from planner.demand.chain import chain_of
from planner.demand.chain_told import exact
from planner.demand.chain_types import Chain, detail_in_force, in_force
from planner.demand.segments import dimension_of, segment_shares, segment_split
from planner.pack.customer_types import Segment
from planner.pack.figures import Figure
from planner.present.demand.demand import (
    DASH,
    Seen,
    by_area,
    mark_word,
    of_type,
    people,
    three_figures,
)
from planner.present.method import source_text
from planner.present.words import Words

HALF = 0.5
SHARE = "share"  # the unit of figures whose name says so already

# -- the chain of figures ------------------------------------------------------------------


def chain(seen: Seen, kind: int) -> Chain:
    """The chain behind the visits of a type in the chosen area."""
    visit_type = seen.pack.visit_types[kind].id
    return chain_of(seen.demand.asked, visit_type, area=seen.area or None)


def chain_table(seen: Seen, found: Chain) -> pd.DataFrame:
    """The links, each with the figures it is worked out from; the product of all at the end."""
    w = seen.words
    rows = []
    for number, link in enumerate(found.links):
        sign = "\N{MULTIPLICATION SIGN} " if number else ""
        step = sign + w(f"demand.step_{link.step}")
        rows.append(_figure_row(w, step, link.figure, in_force(found, link)))
        rows += [
            _figure_row(w, w("demand.from"), each, detail_in_force(found, link, each))
            for each in link.details
        ]
    product = Figure("", found.mode, found.low, found.high, w("demand.unit"))
    rows.append(_figure_row(w, w("demand.product"), product, found.value))
    return pd.DataFrame(rows)


def _figure_row(words: Words, step: str, figure: Figure, value: float) -> dict[str, str]:
    low, high = (
        words.count(each) if figure.high >= 1000 else three_figures(words, each)
        for each in (figure.low, figure.high)
    )
    if low == high:  # apart, but by less than is shown
        low, high = exact(figure.low), exact(figure.high)
    return {
        words("demand.step"): step,
        words("column.value"): exact(value),
        words("column.figure"): f"{figure.name}, {figure.unit}" if figure.name else figure.unit,
        words("demand.low_high"): "" if figure.low == figure.high else f"{low} {DASH} {high}",
        words("column.mark"): mark_word(words, figure.mark),
        words("column.source"): source_text(figure.mark),
    }


# -- segments ------------------------------------------------------------------------------


def segment_table(seen: Seen) -> pd.DataFrame:
    """Who the people of the area are, and which share of the visits is theirs.

    Shares of several areas are means: of people by population, of visits by visits.
    """
    w, pack = seen.words, seen.pack
    every = pack.customers.segments
    here = np.array([seen.area in ("", area.code) for area in pack.areas])
    shares, heads = segment_shares(pack), people(seen) * here
    by_type = np.stack(
        [
            by_area(seen, seen.demand.account.base[:, b]) * here
            for b in range(len(pack.visit_types))
        ],
        axis=1,
    )
    kinds = range(len(pack.visit_types)) if seen.visit_type is None else [seen.visit_type]
    rows = []
    for g, each in enumerate(every):
        own = [s for s in every if s.dimension == each.dimension]
        split = segment_split(pack, each.dimension)[:, :, own.index(each)]
        theirs = float((split * by_type)[:, kinds].sum())
        total = float(by_type[:, kinds].sum())
        rows.append(
            {
                w("demand.dimension"): w.name(dimension_of(pack, each.dimension)),
                w("demand.segment"): w.name(each),
                w("demand.of_people"): _percent(float(shares[:, g] @ heads), heads.sum()),
                w("demand.of_visits"): _percent(theirs, total),
                **_segment_figures(w, each),
                w("column.mark"): mark_word(w, each.mark),
                w("column.source"): source_text(each.mark),
            }
        )
    return pd.DataFrame(rows)


def _segment_figures(words: Words, segment: Segment) -> dict[str, str]:
    return {
        words("demand.online_factor"): words.number(segment.online.value),
        words("demand.need_weight"): words.number(segment.need_weight.value),
    }


def _percent(part: float, whole: float) -> float | None:
    """A share in percent with one decimal; None of nothing."""
    return round(part / whole * 100, 1) if whole > 0 else None


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None


# -- the levers ----------------------------------------------------------------------------


def levers_there(seen: Seen) -> tuple[str, ...]:
    """The levers that the pack has figures for."""
    customers = seen.pack.customers
    alternatives = customers.alternatives.values()
    remote = customers.online is not None and any(each.remote for each in alternatives)
    there = {
        "information": customers.information is not None
        and any(each.wasted for each in alternatives),
        "online": remote,
        "assisted": remote and bool(customers.assisted_hosts),
    }
    return tuple(lever for lever, is_there in there.items() if is_there)


def lever_table(seen: Seen) -> pd.DataFrame:
    """What each lever at one half, and all of them, would take from the branches."""
    w, there = seen.words, levers_there(seen)
    rows = []
    together = [there] if len(there) > 1 else []
    for pulled in (*((lever,) for lever in there), *together):
        account = demand_account(seen.pack, seen.demand.account.base, _half(seen, pulled))
        inside = seen.inside
        fates = {
            name: float(of_type(getattr(account, name), seen.visit_type)[inside].sum())
            for name in ("base", "avoided", "online", "assisted", "branch")
        }
        rows.append(
            {
                w("demand.lever"): w(f"demand.lever_{pulled[0] if len(pulled) == 1 else 'all'}"),
                w("demand.avoided"): _about(fates["avoided"], fates["base"]),
                w("demand.online"): _about(fates["online"], fates["base"]),
                w("demand.assisted"): _about(fates["assisted"], fates["base"]),
                w("demand.left"): _about(fates["branch"], fates["base"]),
                w("demand.less"): w.share(_ratio(fates["base"] - fates["branch"], fates["base"])),
            }
        )
    return pd.DataFrame(rows)


def _about(part: float, whole: float) -> float:
    """A part of visits, no finer than a thousandth of them all: the figures are no surer."""
    step = 10.0 ** max(0, int(np.log10(whole)) - 3) if whole >= 1 else 1.0
    return round(part / step) * step


def _half(seen: Seen, pulled: tuple[str, ...]) -> Adoption:
    shape = (len(seen.pack.areas), len(seen.pack.visit_types))
    online, assisted, information = (
        np.full(shape, HALF if name in pulled else 0.0)
        for name in ("online", "assisted", "information")
    )
    return Adoption(online, assisted, information)


def lever_figures(seen: Seen) -> pd.DataFrame:
    """The figures of the formula: what the levers do to visits of each type, and who can follow."""
    w, customers = seen.words, seen.pack.customers
    rows = []
    for b, kind in enumerate(seen.pack.visit_types):
        own = customers.alternatives.get(kind.id)
        for name in ("wasted", "remote"):
            figure = None if own is None else getattr(own, name)
            if figure is not None and seen.visit_type in (None, b):
                rows.append(_lever_row(w, f"{seen.kind_name(b)}: {w(f'demand.{name}')}", figure))
    if customers.information is not None:
        rows.append(_lever_row(w, w("demand.effect"), customers.information.effect))
    if customers.online is not None:
        rows.append(_lever_row(w, w("demand.factor"), customers.online.factor))
        rows.append(_lever_row(w, w("demand.floor"), customers.online.floor))
    return pd.DataFrame(rows)


def _lever_row(words: Words, name: str, figure: Figure) -> dict[str, str]:
    row = _figure_row(words, "", figure, figure.value)
    row.pop(words("demand.step"))
    figure_key = words("column.figure")
    return {figure_key: name if figure.unit == SHARE else f"{name}, {figure.unit}"} | {
        key: value for key, value in row.items() if key != figure_key
    }
