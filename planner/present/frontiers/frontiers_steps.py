"""Steps of a frontier and all of its points: prices in words, which are beaten, tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from planner.present.compare.compare_said import rule_name
from planner.present.frontiers.frontiers import (
    COUNTS,
    MONEY,
    Seen,
    amount,
    axis_title,
    counted_within,
    each,
    label,
    one_price,
    one_unit,
    proved,
    span,
    value_text,
    values_text,
)
from planner.present.results.results import NO_GAP
from planner.present.view import DASH

# -- steps ---------------------------------------------------------------------------------


def neighbour(seen: Seen, number: int) -> Mapping[str, Any] | None:
    """The next point of the frontier with less of the first measure; None for the first."""
    step = step_to(seen, number)
    if step is not None:
        return seen.point(step["from"])
    own = seen.point(number)
    less = [point for point in seen.best if own["x"] is not None and point["x"] < own["x"]]
    return less[-1] if less else None


def step_to(seen: Seen, number: int) -> Mapping[str, Any] | None:
    """The step of the frontier that ends at the place of a point; None where there is none."""
    own = seen.point(number)
    place = (own["x"], own["y"])
    for step in seen.told["steps"]:
        end = seen.point(step["to"])
        if (end["x"], end["y"]) == place and own["is_beaten"] == "no":
            return step  # type: ignore[no-any-return]
    return None


def step_sentences(seen: Seen, number: int) -> list[str]:
    """What a point takes more than its neighbour, what that saves, and the price of one."""
    w, step = seen.view.words, step_to(seen, number)
    if step is None:
        return [_no_step(seen, number)]
    start = seen.point(step["from"])
    told = [
        w(
            "frontiers.against",
            n=start["number"],
            values=values_text(seen, start),
            more=amount(seen, "x", step["more"]),
            saved=amount(seen, "y", step["saved"], is_step=True),
            proved=proved(seen, step["saved_at_least"], step["saved_at_most"]),
        )
    ]
    return [*told, price_text(seen, step)]


def _no_step(seen: Seen, number: int) -> str:
    w, own = seen.view.words, seen.point(number)
    if own["is_beaten"] in ("yes", "may be"):
        return verdict(seen, own)
    return w("frontiers.is_first") if seen.is_judged else w("frontiers.not_judged")


def price_text(seen: Seen, step: Mapping[str, Any]) -> str:
    """What one of what is saved costs, with the range that the gaps leave."""
    w = seen.view.words
    if step["price"] is None:
        return w("frontiers.price_none")
    if step["price_of_one_saved"] is not None:
        whole = step["price_of_one_saved"] / step["price"]
        ends = [
            None if step[name] is None else one_price(seen, whole * step[name])
            for name in ("price_at_least", "price_at_most")
        ]
        price = one_price(seen, step["price_of_one_saved"])
        return w("frontiers.price_money", v=price, unit=one_unit(seen), range=span(seen, ends))
    most, more = step["saved_at_most"], step["more"]
    ends = [
        each(seen, step["saved_at_least"] / more),
        None if most is None else each(seen, most / more),
    ]
    key = f"frontiers.price_{seen.kind if seen.kind in ('duplicates', 'branches') else 'other'}"
    return w(key, v=each(seen, step["saved"] / more), range=span(seen, ends))


# -- tables --------------------------------------------------------------------------------


def verdict(seen: Seen, point: Mapping[str, Any]) -> str:
    """Whether a point is on the frontier, and which other is better on what."""
    w = seen.view.words
    if point["x"] is None:
        return w(f"frontiers.status_{point['status']}")
    if point["is_beaten"] is None:
        return ""
    if point["is_beaten"] == "no":
        return w("frontiers.verdict_no")
    by = seen.point(point["beaten_by"])
    key = "frontiers.verdict_yes" if point["is_beaten"] == "yes" else "frontiers.verdict_maybe"
    better = [label(seen, which) for which in ("x", "y") if by[which] < point[which]]
    return w(key, n=by["number"], what=w("frontiers.and").join(better))


def point_table(seen: Seen) -> pd.DataFrame:
    """Every point with its figures: the chart's data."""
    w, rows = seen.view.words, []
    name = w("frontiers.column_pairs")
    doubled = w("separation.row", name=name, within=counted_within(seen))
    for point in seen.points:
        kpis = point.get("kpis") or {}
        pairs = (kpis.get("duplicates") or {}).get("pairs")
        row: dict[str, object] = {w("frontiers.column_point"): str(point["number"])}
        row |= {rule_name(w, key): value_text(point, key) for key in seen.keys}
        row |= {
            _head(seen, which): "" if point[which] is None else _cell(seen, which, point[which])
            for which in ("x", "y")
        }
        least = point["y_least"]
        row[w("frontiers.column_least")] = "" if least is None else amount(seen, "y", least)
        row[w("kpi.worst_tenth")] = w.minutes(kpis["worst_tenth_min"]) if kpis else ""
        if seen.measure("x") not in MONEY:
            row[w("kpi.annual")] = w.money(kpis["annual_kes"]) if kpis else ""
        row[w("kpi.branches")] = w.count(kpis["branches"]) if kpis else ""
        row[doubled] = "" if pairs is None else w.count(pairs)
        row[w("frontiers.column_status")] = _status(seen, point)
        row[w("frontiers.column_verdict")] = verdict(seen, point)
        rows.append(row)
    return pd.DataFrame(rows)


def _head(seen: Seen, which: str) -> str:
    """What heads the column of a measure; of duplicates also how they are counted."""
    return axis_title(seen, which) if seen.measure(which) == "excess" else label(seen, which)


def _cell(seen: Seen, which: str, value: float) -> str:
    """A value where the heading says what is counted."""
    is_count = seen.measure(which) in COUNTS
    return seen.view.words.count(value) if is_count else amount(seen, which, value)


def _status(seen: Seen, point: Mapping[str, Any]) -> str:
    w, gap = seen.view.words, point.get("gap")
    said = w(f"frontiers.status_{point['status']}")
    return f"{said} ({w.gap(gap)})" if gap is not None and gap > NO_GAP else said


def step_table(seen: Seen) -> pd.DataFrame:
    """Every step of the frontier: what it takes, what it saves, its price."""
    w = seen.view.words
    return pd.DataFrame(
        [
            {
                w("frontiers.column_step"): f"{step['from']} {DASH} {step['to']}",
                w("frontiers.column_more", what=label(seen, "x")): _cell(seen, "x", step["more"]),
                w("frontiers.column_saved", what=label(seen, "y")): each(seen, step["saved"]),
                w("frontiers.column_proved"): proved(
                    seen, step["saved_at_least"], step["saved_at_most"]
                ),
                w("frontiers.column_price"): price_text(seen, step),
            }
            for step in seen.told["steps"]
        ]
    )
