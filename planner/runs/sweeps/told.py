"""A sweep in plain values and in words: points, steps between them, and what they come to."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from planner.insight.frontier import Spot, Step, steps, verdicts
from planner.runs.sweeps.folder import told_of_point
from planner.runs.sweeps.measures import Measure, Measures, spots_of
from planner.runs.sweeps.points import shown
from planner.runs.sweeps.types import Axis, Found, Point

_WORDS = {"no": "no", "maybe": "may be", "yes": "yes"}


def points_told(
    measures: Measures,
    axes: Sequence[Axis],
    points: Sequence[Point],
    found: Sequence[Found | None],
) -> dict[str, Any]:
    """The points with their place on the two measures, and the steps of the frontier."""
    spots = spots_of(measures, points, found, axes)
    judged = verdicts(spots)
    listed = []
    for point, each, spot, verdict in zip(points, found, spots, judged, strict=True):
        told: dict[str, Any] = {"number": point.number, "values": dict(point.values)}
        told |= {"status": "waiting"} if each is None else told_of_point(each)
        told |= {"x": None, "y": None, "y_least": None, "is_beaten": None, "beaten_by": None}
        if spot is not None:
            told |= {"x": spot.x, "y": spot.y, "y_least": spot.y_least}
            if measures.is_judged:
                told |= {"is_beaten": _WORDS[verdict.is_beaten], "beaten_by": verdict.by}
        listed.append(told)
    between = steps(spots) if measures.is_judged else ()
    return {
        "points": listed,
        "steps": [step_told(measures, step, found) for step in between],
        "sentences": list(sentences(measures, spots, between, found)),
    }


def measure_told(measure: Measure) -> dict[str, str]:
    """A measure as plain values."""
    return {"id": measure.id, "label": measure.label, "unit": measure.unit, "title": measure.title}


def step_told(measures: Measures, step: Step, found: Sequence[Found | None]) -> dict[str, Any]:
    """A step as plain values, with its price: what one less of the second measure costs."""
    price = [_per(step.more, saved) for saved in (step.saved, step.most, step.least)]
    start = found[step.start]
    visits = None if start is None else start.visits
    total = None if not visits or measures.x.id not in ("annual_kes", "capital_kes") else visits
    return {
        "from": step.start,
        "to": step.end,
        "more": step.more,
        "saved": step.saved,
        "saved_at_least": step.least,
        "saved_at_most": None if math.isinf(step.most) else step.most,
        "price": price[0],
        "price_at_least": price[1],
        "price_at_most": price[2],
        "price_unit": f"{measures.x.unit or measures.x.label.lower()} for {amount(measures.y, 1)}",
        "price_of_one_saved": None if total is None else _per(step.more, step.saved * total),
    }


def _per(more: float, saved: float) -> float | None:
    return more / saved if saved > 0 and math.isfinite(saved) else None


def sentences(
    measures: Measures,
    spots: Sequence[Spot | None],
    between: Sequence[Step],
    found: Sequence[Found | None],
) -> Iterator[str]:
    """What the sweep comes to, in sentences."""
    done = [each for each in found if each is not None]
    counts = {name: sum(each.status == name for each in done) for name in _OUTCOMES}
    told = [f"{count:,} {_OUTCOMES[name]}" for name, count in counts.items() if count]
    waiting = len(found) - len(done)
    told += [f"{waiting:,} not solved yet"] if waiting else []
    yield f"{len(found):,} points: {', '.join(told)}."
    if not measures.is_judged:
        yield (
            "These points differ in whose travel is counted or how, so they are no choices beside "
            "one another, and none is called dominated."
        )
        return
    yield from _beaten(verdicts(spots))
    if measures.kind is not None:
        yield from _knee(measures, spots, between)


_OUTCOMES = {
    "optimal": "optimal within the gap",
    "feasible": "with a plan whose gap was not closed in the time given",
    "infeasible": "that no plan can keep",
    "unknown": "without a plan in the time given",
    "failed": "that could not be solved",
}


def _beaten(judged: Sequence[Any]) -> Iterator[str]:
    for name, words in (("yes", "dominated"), ("maybe", "may be dominated, within the gaps")):
        listed = [n for n, verdict in enumerate(judged) if verdict.is_beaten == name]
        if listed:
            numbers = ", ".join(str(n) for n in listed)
            plural = "Point" if len(listed) == 1 else "Points"
            be = ("is " if len(listed) == 1 else "are ") if name == "yes" else ""
            yield f"{plural} {numbers} {be}{words}."


def _knee(
    measures: Measures, spots: Sequence[Spot | None], between: Sequence[Step]
) -> Iterator[str]:
    """From where on more of the first measure buys little of the second."""
    places = [spot for spot in spots if spot is not None]
    if not between or len(places) < 2:
        return
    width = max(spot.x for spot in places) - min(spot.x for spot in places)
    unit = max(_nice(width / 20), 1.0 if not measures.x.unit else 0.0)
    rates = [step.saved / step.more * unit for step in between]
    little = _nice(rates[0] / 5)
    at = next((n for n in range(len(rates)) if all(rate < little for rate in rates[n:])), None)
    if little <= 0 or at is None or at == 0:
        return
    start = spots[between[at].start]
    if start is None:
        return
    yield (
        f"From {amount(measures.x, start.x)} on, {amount(measures.x, unit)} more buys less than "
        f"{amount(measures.y, little)}, on the plans found."
    )


def _nice(value: float) -> float:
    """1, 2 or 5 times a power of ten, the nearest at or below."""
    if value <= 0 or not math.isfinite(value):
        return 0.0
    size = 10.0 ** math.floor(math.log10(value))
    return max(size * each for each in (1, 2, 5) if size * each <= value * (1 + 1e-9))


def amount(measure: Measure, value: float) -> str:
    """A figure with its unit, rounded to what a reader needs."""
    if not measure.unit:
        return _counted(f"{value:,.0f}", measure.label.lower())
    if measure.id in ("annual_kes", "capital_kes"):
        in_millions = value / 1e6
        form = ",.0f" if in_millions >= 1e4 else ",.4g"
        return f"{measure.unit} " + (
            f"{format(in_millions, form)} M" if in_millions >= 1 else f"{value:,.0f}"
        )
    return _counted(f"{value:,.4g}", measure.unit)


_ONE = {"minutes": "minute", "branches": "branch", "duplicates": "duplicate"}


def _counted(figure: str, what: str) -> str:
    """A figure and what it counts, one of it where it is one."""
    words = what.split() if figure != "1" else [_ONE.get(word, word) for word in what.split()]
    return f"{figure} {' '.join(words)}"


def lines(told: Mapping[str, Any], measures: Measures) -> Iterator[str]:
    """The sweep as a table on a terminal, then what it comes to."""
    keys = [axis["key"] for axis in told["axes"]]
    head = ["point", *keys, measures.x.title, measures.y.title, "at least", "duplicates", "status"]
    rows = [head]
    for point in told["points"]:
        inner = point.get("kpis") or {}
        pairs = (inner.get("duplicates") or {}).get("pairs")
        counted = "" if pairs is None else f"{point['excess']} excess, {pairs} pairs"
        marks = {"yes": f", dominated by {point['beaten_by']}", "may be": ", may be dominated"}
        rows.append(
            [
                str(point["number"]),
                *(shown(point["values"][key]) for key in keys),
                _whole(point["x"]) if not measures.x.unit else _figure(point["x"]),
                *(_figure(point[name]) for name in ("y", "y_least")),
                counted,
                point["status"] + marks.get(point["is_beaten"], ""),
            ]
        )
    widths = [max(len(row[n]) for row in rows) for n in range(len(head))]
    for row in rows:
        cells = [f"{cell:>{width}}" for cell, width in zip(row[:-1], widths, strict=False)]
        yield "  ".join([*cells, row[-1]]).rstrip()
    for point in told["points"]:
        if point["status"] in ("infeasible", "unknown", "failed"):
            yield f"Point {point['number']}: {point['message']}"
    for step in told["steps"]:
        yield _step_line(step, measures)
    yield from told["sentences"]


def _step_line(step: Mapping[str, Any], measures: Measures) -> str:
    most = step["saved_at_most"]
    sure = (
        f"{step['saved_at_least']:,.3g} to {'?' if most is None else format(most, ',.3g')} proved"
    )
    price = "" if step["price"] is None else f"; {_figure(step['price'])} {step['price_unit']}"
    return (
        f"From point {step['from']} to {step['to']}: {amount(measures.x, step['more'])} more saves "
        f"{step['saved']:,.3g} {measures.y.unit} ({sure}){price}"
    )


def _whole(value: float | None) -> str:
    return "-" if value is None else f"{value:,.0f}"


def _figure(value: float | None) -> str:
    if value is None:
        return "-"
    if isinstance(value, int) or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:,.3f}"
