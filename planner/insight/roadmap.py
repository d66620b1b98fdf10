"""Which branch first: nested phases, each held against its own best, with a proved gap."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from planner.errors import Fault, InputError
from planner.evaluate import score
from planner.insight.changes import with_rules
from planner.insight.effort import Effort
from planner.optimize import Limits
from planner.pack.types import Pack
from planner.plan import Plan, Progress, SolveReport
from planner.problem import PlanningProblem
from planner.scenario import Scenario, build, phase_scenarios
from planner.solve import limits_of


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """One phase of a roadmap.

    Attributes:
        name: The phase's name.
        report: The phase's plan within the roadmap, judged under the phase's own rules; its
            bound is that of the phase alone. Without a plan where there is no roadmap.
        own: The best plan of the phase alone, free of what comes before and after.
    """

    name: str
    report: SolveReport
    own: SolveReport

    @property
    def price(self) -> tuple[float, float] | None:
        """What nesting costs this phase, in objective units a year: from at least to at most."""
        value, bound = self.report.objective, self.report.bound
        if value is None or self.own.objective is None:
            return None
        most = float("inf") if bound is None else value - bound
        return max(0.0, value - self.own.objective), max(0.0, most)


@dataclass(frozen=True, slots=True, eq=False)
class Roadmap:
    """Phases whose plans are nested: what is opened or offered stays.

    Attributes:
        stages: The phases in order.
        objective: Sum over the phases, each with its weight; None without a roadmap.
        bound: No nested plans are better than this; None where some phase has no bound.
        gap: (objective - bound) / objective, None when unknown, 0 when the objective is 0.
        anchor: The phase whose own best the roadmap grew from; None without a roadmap.
    """

    stages: tuple[Stage, ...]
    objective: float | None
    bound: float | None
    gap: float | None
    anchor: int | None


def roadmap(
    pack: Pack,
    scenario: Scenario,
    *,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Roadmap:
    """The roadmap of a scenario with phases, in the time limit of the scenario.

    Raises:
        InputError: The scenario does not fit the pack, or has fewer than two phases.
        ContradictionError: The judge disagrees with the optimiser; no plan may be shown.
    """
    scenarios = phase_scenarios(scenario)
    if len(scenarios) < 2:
        message = "A roadmap needs two phases or more: write each as [[phases]] with its limits."
        found = f"{len(scenarios)} phases"
        raise InputError([Fault("scenario", None, "phases", found, "at least 2", message)])
    problems = [build(pack, each) for each in scenarios]
    names = [phase.name for phase in scenario.phases]
    return nested_phases(
        problems,
        names,
        limits=limits_of(scenario),
        on_progress=on_progress,
        should_stop=should_stop,
    )


def nested_phases(
    problems: Sequence[PlanningProblem],
    names: Sequence[str],
    *,
    limits: Limits,
    weights: Sequence[float] | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Roadmap:
    """Nested plans for phases that differ in their limits.

    Every phase is solved alone first: the weighted sum of these bounds is a bound of all nested
    plans. Then a chain grows from each phase's own best, earlier phases inside it, later ones
    around it (11), and the best chain is kept.

    Args:
        problems: The question of each phase, over the same sites and services.
        names: A name for each.
        limits: Of all solves together; gap, solver, threads and seed are those of each.
        weights: What a year of each phase counts; all the same when left out.
        on_progress: Called now and then.
        should_stop: Asked now and then; True keeps what is found so far.
    """
    count = len(problems)
    effort = Effort(limits, 2 * count, on_progress, should_stop)  # half of the time for these
    own = [
        effort.solve(problem, f"{name} alone")
        for problem, name in zip(problems, names, strict=True)
    ]
    share = [1.0] * count if weights is None else [float(weight) for weight in weights]
    if any(report.plan is None for report in own):
        stages = [Stage(n, replace(r, plan=None), r) for n, r in zip(names, own, strict=True)]
        return Roadmap(tuple(stages), None, None, None, None)
    best: tuple[tuple[float, float], int, list[Plan]] | None = None
    effort.questions = count * (count - 1)
    anchors = [count - 1, *range(count - 1)]  # the end state first: it is what is wanted
    for anchor in anchors:
        chain = _chain(problems, names, own, anchor, effort)
        if chain is None:
            continue
        value = _value(problems, chain, share)
        if best is None or value < best[0]:
            best = value, anchor, chain
        if value[1] <= sum(w * (r.objective or 0.0) for w, r in zip(share, own, strict=True)):
            break  # nesting costs nothing
    if best is None:
        stages = [
            Stage(n, replace(r, status="unknown", plan=None, objective=None, gap=None), r)
            for n, r in zip(names, own, strict=True)
        ]
        return Roadmap(tuple(stages), None, _bound(own, share), None, None)
    _, anchor, chain = best
    stages = [
        _stage(name, plan, report, limits.gap)
        for name, plan, report in zip(names, chain, own, strict=True)
    ]
    total = sum(w * (each.report.objective or 0.0) for w, each in zip(share, stages, strict=True))
    bound = _bound([each.report for each in stages], share)
    return Roadmap(tuple(stages), total, bound, _gap(total, bound), anchor)


def _bound(reports: Sequence[SolveReport], weights: Sequence[float]) -> float | None:
    bounds = [report.bound for report in reports]
    known = [bound for bound in bounds if bound is not None]
    if len(known) < len(bounds):
        return None
    return sum(w * bound for w, bound in zip(weights, known, strict=True))


def _gap(value: float, bound: float | None) -> float | None:
    if bound is None:
        return None
    return max(0.0, (value - bound) / value) if value > 0 else 0.0


def _value(
    problems: Sequence[PlanningProblem], chain: Sequence[Plan], weights: Sequence[float]
) -> tuple[float, float]:
    """What a chain is worth: shortfalls of soft rules first, then the weighted objectives."""
    missed = total = 0.0
    for problem, plan, weight in zip(problems, chain, weights, strict=True):
        judged = score(problem, plan)
        missed += weight * judged.shortfall
        total += weight * judged.objective.total
    return round(missed, 6), total


def _stage(name: str, plan: Plan, own: SolveReport, gap_asked: float) -> Stage:
    """The chain's plan of a phase, with what the phase alone proves of it."""
    judged = score(own.problem, plan)
    value = judged.objective.total
    bound = None if own.bound is None else min(own.bound, value)
    gap = _gap(value, bound)
    within = gap is not None and gap <= gap_asked and judged.shortfall <= own.shortfall_bound
    told = replace(
        own,
        status="optimal" if within else "feasible",
        plan=plan,
        objective=value,
        bound=bound,
        gap=gap,
        shortfall=judged.shortfall,
    )
    alone = own.shortfall, float("inf") if own.objective is None else own.objective
    return Stage(name, told, told if (judged.shortfall, value) < alone else own)


# -- chains --------------------------------------------------------------------------------


def _chain(
    problems: Sequence[PlanningProblem],
    names: Sequence[str],
    own: Sequence[SolveReport],
    anchor: int,
    effort: Effort,
) -> list[Plan] | None:
    """Plans that grow from the anchor's own best; None where some phase finds none in it."""
    start = own[anchor].plan
    if start is None:
        return None
    plans = {anchor: start}
    for p in (*range(anchor - 1, -1, -1), *range(anchor + 1, len(problems))):
        neighbour = plans[p + 1] if p < anchor else plans[p - 1]
        variants = _inside if p < anchor else _around
        found = [
            plan
            for nested in variants(problems[p], neighbour)
            if (plan := _nested_plan(problems[p], nested, names[p], effort)) is not None
        ]
        if not found:
            effort.questions -= max(0, len(problems) - 1 - len(plans))
            return None
        plans[p] = min(found, key=lambda plan: _value([problems[p]], [plan], [1.0]))
    return [plans[p] for p in range(len(problems))]


def _nested_plan(
    problem: PlanningProblem, nested: PlanningProblem, name: str, effort: Effort
) -> Plan | None:
    """The best plan of a phase within the locks, if it keeps the phase's own rules as well."""
    effort.questions = max(1, effort.questions)
    plan = effort.solve(nested, f"{name}, nested").plan
    if plan is None or score(problem, plan).violations:
        return None
    return plan


def _inside(problem: PlanningProblem, later: Plan) -> Iterator[PlanningProblem]:
    """The question of a phase whose plan must lie inside a later one.

    Formats stay. Where a branch of today changes its format later on, it may have changed
    already, or not yet: two questions.
    """
    rules = problem.rules
    opened = np.flatnonzero(later.is_open).tolist()
    absent = np.argwhere(later.is_open[:, None] & ~later.offers).tolist()
    nested = with_rules(
        problem,
        locked_closed=rules.locked_closed | set(np.flatnonzero(~later.is_open).tolist()),
        locked_withheld=rules.locked_withheld | {(j, s) for j, s in absent},
        locked_format={j: int(later.format[j]) for j in opened},
    )
    yield nested
    today = problem.today_format
    changed = [j for j in opened if problem.existing[j] and today[j] not in (-1, later.format[j])]
    if changed:
        before = {j: int(today[j]) for j in changed}
        yield with_rules(nested, locked_format={**(nested.rules.locked_format or {}), **before})


def _around(problem: PlanningProblem, earlier: Plan) -> Iterator[PlanningProblem]:
    """The question of a phase whose plan must hold an earlier one.

    Formats stay, but a branch that still has today's may change it.
    """
    rules = problem.rules
    opened = np.flatnonzero(earlier.is_open).tolist()
    offered = np.argwhere(earlier.offers & earlier.is_open[:, None]).tolist()
    stays = {
        j: int(earlier.format[j])
        for j in opened
        if not (problem.existing[j] and problem.today_format[j] == earlier.format[j])
    }
    yield with_rules(
        problem,
        locked_open=rules.locked_open | set(opened),
        locked_offered=rules.locked_offered | {(j, s) for j, s in offered},
        locked_format={**(rules.locked_format or {}), **stays},
    )
