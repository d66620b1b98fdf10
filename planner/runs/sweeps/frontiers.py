"""Frontiers: which limit is moved, and between which values it says anything."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from planner.errors import Fault, InputError, UsageError
from planner.evaluate import score, todays_network
from planner.evaluate.cliques import excess_offers
from planner.plan import SolveReport
from planner.problem import PlanningProblem
from planner.runs.sweeps.ground import Ground, seed_of
from planner.runs.sweeps.types import MOST_POINTS, Axis, FrontierKind, Seed
from planner.scenario import Scenario
from planner.scenario.change import with_keys

DEFAULT_POINTS = 12
_LEAST_SECONDS = 30.0
_FILE = "--frontier"


@dataclass(frozen=True, slots=True, eq=False)
class Frontier:
    """A frontier made ready: its base, the limit that is moved, and why between these values.

    `seeds`: what finding the range has found already.
    """

    base: Scenario
    axis: Axis
    words: str
    seeds: tuple[Seed, ...] = ()


@dataclass(frozen=True, slots=True)
class _Limit:
    """A limit of the kind "at most": its key, its rule, and what counts against it."""

    key: str
    changes: dict[str, Any]  # of the scenario, before the limit is moved
    freed: dict[str, Any]  # of the rules, where nothing limits
    needs: str  # the least of it, as `least` names it
    what: str
    unit: str


def frontier_of(
    kind: FrontierKind,
    ground: Ground,
    scenario: Scenario,
    count: int,
    *,
    should_stop: Callable[[], bool] | None = None,
) -> Frontier:
    """Find the range of a frontier: epsilon-constraint, Haimes, Lasdon & Wismer (1971).

    Args:
        kind: Which frontier.
        ground: The pack.
        scenario: The rules; those of the limit that is moved give way.
        count: How many points.
        should_stop: Asked now and then.

    Raises:
        InputError: The scenario does not fit the pack, or no plan keeps the other rules.
        UsageError: A frontier has fewer points, or more.
    """
    if not 2 <= count <= MOST_POINTS:
        raise UsageError(f"A frontier has 2 to {MOST_POINTS} points; found {count:,}.")
    if kind == "equity":
        return Frontier(scenario, Axis("objective.tail_share", _even(count)), _EQUITY_WORDS)
    if kind == "duplicates":
        return _duplicates(ground, scenario, count, should_stop)
    return _limited(_limit(kind, ground.pack.currency), ground, scenario, count, should_stop)


_EQUITY_WORDS = (
    "From 0, where all visits count alike, to 1, where only the worst-served share counts."
)


def _limit(kind: FrontierKind, currency: str) -> _Limit:
    if kind == "money":
        rules = {"annual_max_kes": None}
        return _Limit("rules.annual_kes.max", {}, rules, "annual", "a year", currency)
    if kind == "capital":
        rules = {"capital_max_kes": None}
        return _Limit("rules.capital_kes.max", {}, rules, "capital", "once", currency)
    changes = {"rules.branches.exactly": None, "rules.branches.min": None}
    rules = {"branches_min": None, "branches_max": None}
    return _Limit("rules.branches.max", changes, rules, "fewest", "", "branches")


def _limited(
    limit: _Limit,
    ground: Ground,
    scenario: Scenario,
    count: int,
    should_stop: Callable[[], bool] | None,
) -> Frontier:
    from planner.optimize.explain.proofs import least  # noqa: PLC0415 - loads the solvers
    from planner.optimize.explain.watch import Watch  # noqa: PLC0415

    base = with_keys(scenario, {**limit.changes, limit.key: None})
    problem = ground.problem(base)
    free = replace(problem, rules=replace(problem.rules, **limit.freed))
    report = _loosest(free, base, should_stop)
    if report.plan is None:
        raise _no_plan(report)
    need = least(free, limit.needs, Watch(time.monotonic() + _LEAST_SECONDS, should_stop))
    most = _taken(limit, report)
    today = _today(limit, free)
    fewest = need.value if need.value is not None else min(most, today or 0)
    least_words = "that the other rules need" if need.value is not None else "of today"
    values = _whole(fewest, max(fewest, most), count)
    words = (
        f"From {_told(limit, values[0])}, the least {least_words}, to {_told(limit, values[-1])}: "
        "the plan found without this limit takes no more, so more buys nothing beyond the gap."
    )
    if today is not None:
        words += f" Today's network takes {_told(limit, today)}."
    return Frontier(base, Axis(limit.key, values), words, (seed_of(base, report),))


def _duplicates(
    ground: Ground, scenario: Scenario, count: int, should_stop: Callable[[], bool] | None
) -> Frontier:
    allowed = with_keys(scenario, {"duplicates.rule": "allow"})
    base = with_keys(scenario, {"duplicates.rule": "cap"})
    problem = ground.problem(base)
    if (problem.separation_km < 0).all() and (problem.separation_min < 0).all():
        raise InputError(
            [
                Fault(
                    _FILE,
                    None,
                    "duplicates",
                    "no separation",
                    "separation_km in services.csv, or duplicates.separation_km",
                    "Without a separation nothing is a duplicate.",
                )
            ]
        )
    report = _loosest(ground.problem(allowed), allowed, should_stop)
    if report.plan is None:
        raise _no_plan(report)
    most = sum(entry.excess for entry in excess_offers(problem, report.plan))
    values = tuple(dict.fromkeys(round(share * most) for share in _even(count)))
    words = (
        f"From 0 to {most:,}, as many excess duplicates as the plan has that no such rule "
        "limits or prices; excess is counted as the rule cap counts it."
    )
    return Frontier(base, Axis("duplicates.max", values), words, (seed_of(allowed, report),))


def _loosest(
    problem: PlanningProblem, scenario: Scenario, should_stop: Callable[[], bool] | None
) -> SolveReport:
    from planner.solve import limits_of, solve_problem  # noqa: PLC0415 - loads the solvers

    return solve_problem(problem, limits_of(scenario), should_stop=should_stop)


def _no_plan(report: SolveReport) -> InputError:
    if report.status == "infeasible":
        told = " ".join(f"{clash.text} {clash.repair}".strip() for clash in report.clashes)
        found, message = "no plan, even without this limit", told
    else:
        found = "no plan in the time given"
        message = "Without one the range is not known: give it more time (--time-limit)."
    return InputError(
        [Fault(_FILE, None, None, found, "a plan that keeps the other rules", message)]
    )


def _taken(limit: _Limit, report: SolveReport) -> int:
    """How much of a limit a plan takes."""
    if report.plan is None:
        raise ValueError("there is no plan that could take anything")
    kpis = score(report.problem, report.plan).kpis
    return int(
        {"annual": kpis.annual_kes, "capital": kpis.capital_kes}.get(limit.needs, kpis.branches)
    )


def _today(limit: _Limit, problem: PlanningProblem) -> int | None:
    """How much of it today's network takes; None where there is none, or it costs nothing."""
    today = todays_network(problem)
    if today is None or limit.needs == "capital":
        return None
    kpis = score(problem, today).kpis
    return int(kpis.annual_kes if limit.needs == "annual" else kpis.branches)


def _even(count: int) -> tuple[float, ...]:
    return tuple(np.linspace(0.0, 1.0, max(2, count)).round(9).tolist())


def _whole(least: int, most: int, count: int) -> tuple[int, ...]:
    """Whole values from the least to the most, both as they are, and round ones between."""
    step = (most - least) / max(1, count - 1)
    unit = max(1, 10 ** math.floor(math.log10(step / 5))) if step >= 5 else 1
    between = [round((least + share * (most - least)) / unit) * unit for share in _even(count)]
    inner = [value for value in between[1:-1] if least < value < most]
    return tuple(dict.fromkeys((least, *inner, most)))


def _told(limit: _Limit, value: int) -> str:
    if limit.unit == "branches":
        return f"{value:,} branches"
    return f"{limit.unit} {value:,} {limit.what}"
