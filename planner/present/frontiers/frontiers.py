"""A sweep as its page sees it: its points, what its two measures are called, figures in words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from planner.present.compare.compare_said import rule_name
from planner.present.results import separations
from planner.present.view import View
from planner.present.words import Words
from planner.runs.jobs import JobState
from planner.runs.store import Study
from planner.runs.sweeps.points import shown
from planner.scenario import Scenario

MONEY = ("annual_kes", "capital_kes")
COUNTS = ("branches", "excess")
_FINE_SPAN, _LARGE = 5.0, 100.0  # below these second decimals tell neighbours apart


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A sweep, and what its page calls everything.

    Attributes:
        view: Words, the pack and the problem of the base scenario.
        told: As `sweep.json` holds it, with its points.
        scenario: The base.
        is_priced: Duplicates have a price in the goal.
        today: Where today's network lies on both measures; None where that is not known.
    """

    view: View
    told: Mapping[str, Any]
    scenario: Scenario
    is_priced: bool
    today: tuple[float, float] | None = None

    @property
    def points(self) -> Sequence[Mapping[str, Any]]:
        """All points."""
        return self.told["points"]  # type: ignore[no-any-return]

    @property
    def placed(self) -> list[Mapping[str, Any]]:
        """The points with a plan."""
        return [point for point in self.points if point["x"] is not None]

    @property
    def best(self) -> list[Mapping[str, Any]]:
        """The points on the frontier, from the least of the first measure on."""
        found = [point for point in self.placed if point["is_beaten"] == "no"]
        return sorted(found, key=lambda point: (point["x"], point["y"], point["number"]))

    @property
    def keys(self) -> list[str]:
        """The keys that were varied."""
        return [axis["key"] for axis in self.told["axes"]]

    @property
    def kind(self) -> str:
        """Which frontier it is; `values` where it is none."""
        return self.told["frontier"] or "values"

    @property
    def is_judged(self) -> bool:
        """Whether its points are choices beside each other."""
        return bool(self.told["measures"]["is_judged"])

    @property
    def is_grid(self) -> bool:
        """Whether two keys were varied."""
        return len(self.told["axes"]) > 1

    def measure(self, which: str) -> str:
        """Which figure a measure is: `x` or `y`."""
        return str(self.told["measures"][which]["id"])

    def point(self, number: int) -> Mapping[str, Any]:
        """A point by its number."""
        return next(point for point in self.points if point["number"] == number)


# -- measures in words ---------------------------------------------------------------------


def label(seen: Seen, which: str) -> str:
    """What a measure is called."""
    w, name = seen.view.words, seen.measure(which)
    goal = seen.scenario.objective
    if name == "objective_per_visit":
        said = w("frontiers.measure_cost" if goal.minimize == "total_cost" else "frontiers.travel")
        if goal.tail_share > 0:
            said = w("frontiers.with_tail", what=said, share=w.share(goal.tail_share))
    else:
        said = w(f"frontiers.measure_{name}", share=w.share(goal.tail_beta))
    is_goal = name in ("objective_per_visit", "tail") or (name == "mean" and seen.kind == "equity")
    return w("frontiers.with_price", what=said) if seen.is_priced and is_goal else said


def axis_title(seen: Seen, which: str) -> str:
    """A measure with its unit, as an axis names it; money in millions."""
    w, name = seen.view.words, seen.measure(which)
    if name == "excess":
        return w("separation.row", name=label(seen, which), within=counted_within(seen))
    if name in COUNTS:
        return label(seen, which)
    unit = w("frontiers.unit_millions") if name in MONEY else w("frontiers.unit", unit=_unit(seen))
    return f"{label(seen, which)} ({unit})"


def counted_within(seen: Seen) -> str:
    """By which separation the duplicates of the points are counted."""
    w = seen.view.words
    varies = any(key.startswith("duplicates.separation") for key in seen.keys)
    return w("separation.each") if varies else separations.within(w, seen.scenario)


def _unit(seen: Seen) -> str:
    """The unit of travel in the goal."""
    w, scenario = seen.view.words, seen.scenario
    names = {"travel_time": "minutes", "travel_distance": "km"}
    found = names.get(scenario.objective.minimize)
    unit = w(f"frontiers.unit_{found}") if found else seen.view.pack.currency
    return w("frontiers.unit_weighted", unit=unit) if scenario.demand.need_weights else unit


def plotted(seen: Seen, which: str, value: float) -> float:
    """A value as the chart draws it."""
    return value / 1e6 if seen.measure(which) in MONEY else value


def amount(seen: Seen, which: str, value: float, *, is_step: bool = False) -> str:
    """A value of a measure with its unit; `is_step` for what lies between two."""
    w, name = seen.view.words, seen.measure(which)
    if name in MONEY:
        return w.money(value)
    if name in COUNTS:
        return w.counted(f"frontiers.{name}", value)
    return _travel(seen, which, value, is_step=is_step)


def _travel(seen: Seen, which: str, value: float, *, is_step: bool) -> str:
    w, goal = seen.view.words, seen.scenario.objective.minimize
    values = [point[which] for point in seen.placed]
    is_near = max(values, default=0.0) - min(values, default=0.0) < _FINE_SPAN
    is_fine = is_step or (is_near and value < _LARGE)
    least = 0.01 if is_fine else 0.1
    is_tiny = 0 < value < least / 2
    figure = f"{least if is_tiny else value:,.{2 if is_fine else 1}f}"
    if goal == "travel_time":
        said = w.unit("minutes", m=figure)
    elif goal == "travel_distance":
        said = w.unit("km", v=figure)
    else:
        said = w.unit("money", v=figure)
    if seen.scenario.demand.need_weights:
        said = w("frontiers.unit_weighted", unit=said)
    return w("frontiers.less_than", v=said) if is_tiny else said


def sure(seen: Seen, text: str) -> str:
    """A figure of travel with its error, where it is one."""
    is_travel = seen.scenario.objective.minimize in ("travel_time", "travel_distance")
    return seen.view.sure(text) if is_travel else text


def values_text(seen: Seen, point: Mapping[str, Any]) -> str:
    """What was set for a point: `No more duplicates than: 3`."""
    w = seen.view.words
    return "; ".join(f"{rule_name(w, key)}: {value_text(point, key)}" for key in seen.keys)


def value_text(point: Mapping[str, Any], key: str) -> str:
    """The value of a key at a point."""
    return shown(point["values"][key])


def point_name(seen: Seen, point: Mapping[str, Any]) -> str:
    """A point in a list: its number, what was set, and what it takes."""
    w = seen.view.words
    said = w("frontiers.point", n=point["number"], values=values_text(seen, point))
    if point["x"] is None:
        status = w(f"frontiers.status_{point['status']}")
        return f"{said} · {status}"
    return f"{said} · {amount(seen, 'x', point['x'])} · {amount(seen, 'y', point['y'])}"


def title(seen: Seen) -> str:
    """What the chart shows."""
    w = seen.view.words
    if seen.is_grid:
        return w("frontiers.grid", keys=w("frontiers.and").join(rule_name(w, k) for k in seen.keys))
    return w("frontiers.over", y=label(seen, "y"), x=label(seen, "x"))


def sweep_name(w: Words, study: Study) -> str:
    """A kept sweep in a list: what was varied of which scenario, and when."""
    kind = (study.told or {}).get("frontier") or "values"
    made = study.created.astimezone().strftime("%Y-%m-%d %H:%M")
    return f"{w(f'frontiers.kind_{kind}')}: {study.name} · {made}"


# -- differences and prices ---------------------------------------------------------------


def each(seen: Seen, value: float) -> str:
    """A difference of the second measure."""
    return amount(seen, "y", value, is_step=True)


def one_price(seen: Seen, value: float) -> str:
    """A price: two decimals below a hundred."""
    w = seen.view.words
    return w.money(value) if value >= 100 else w.unit("money", v=f"{value:,.2f}")


def one_unit(seen: Seen) -> str:
    """What one of what is saved is: a minute, a kilometre."""
    goal = seen.scenario.objective.minimize
    key = {"travel_time": "minute", "travel_distance": "km"}.get(goal, "money")
    return seen.view.words(f"frontiers.one_{key}")


def span(seen: Seen, ends: Sequence[str | None]) -> str:
    """The range that is proved, in words; None for an end of which nothing is known."""
    w, (low, high) = seen.view.words, ends
    if low is None:
        return w("frontiers.range_unknown")
    if high is None:
        return w("frontiers.range_open", low=low)
    return w("frontiers.range", low=low, high=high)


def proved(seen: Seen, least: float, most: float | None) -> str:
    """The range that is proved of a difference of the second measure."""
    known = most is not None and math.isfinite(most)
    ends = [least, most if known else None]
    return span(seen, [None if end is None else each(seen, end) for end in ends])


# -- a sweep under way ---------------------------------------------------------------------


def progress_sentence(w: Words, job: JobState, told: Mapping[str, Any] | None) -> str:
    """Where a sweep stands: how many points are done, for how long."""
    if job.status in ("stopping", "keeping"):
        return w(f"progress.{job.status}")
    if job.status == "queued":
        return w("progress.queued", n=job.position) if job.position else w("progress.starting")
    seconds = w.count(job.seconds)
    if told is None:
        return w("frontiers.preparing", s=seconds)
    done = sum(point["status"] != "waiting" for point in told["points"])
    return w("frontiers.progress", k=done, n=len(told["points"]), s=seconds)


def share_done(told: Mapping[str, Any] | None) -> float:
    """How much of a sweep is done, 0 to 1."""
    if told is None or not told["points"]:
        return 0.0
    done = sum(point["status"] != "waiting" for point in told["points"])
    return float(done / len(told["points"]))
