"""The recipe, and the one way to a plan: state the problem, optimise, have it judged, report."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from planner.errors import ContradictionError
from planner.evaluate import Score, score
from planner.optimize import Answer, Limits, find_plan
from planner.pack.types import Pack
from planner.plan import Incumbent, Known, Progress, SolveReport
from planner.problem import PlanningProblem
from planner.scenario import Scenario, build
from planner.scenario.travel import model_of

TOLERANCE = 1e-9  # relative: both sides add the same figures in another order
SHORTFALL_TOLERANCE = 1e-6  # relative: a difference of figures that are many times larger


def solve(
    pack: Pack,
    scenario: Scenario,
    *,
    known: Known | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    on_plan: Callable[[Incumbent], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> SolveReport:
    """Solve a scenario and have the plan checked before anyone sees it.

    Args:
        pack: A checked pack.
        scenario: The rules and limits.
        known: What other questions hand on: their plans, and a bound where it holds.
        on_progress: Called now and then from the solving thread.
        on_plan: Given each better plan as it is found, before it is judged.
        should_stop: Asked now and then; True keeps the best plan found so far.

    Raises:
        InputError: The scenario does not fit the pack.
        ContradictionError: The judge disagrees with the optimiser, or the plan with a bound in
            `known`; no plan may be shown.
    """
    begin = time.monotonic()
    if on_progress is not None:
        on_progress(Progress(0.0, "travel"))
    problem = build(pack, scenario)
    stated = time.monotonic() - begin
    report = solve_problem(
        problem,
        limits_of(scenario),
        known=known,
        on_progress=on_progress,
        on_plan=on_plan,
        should_stop=should_stop,
    )
    return replace(
        report,
        notes=(*report.notes, *matrix_words(pack, scenario)),
        seconds=report.seconds + stated,
        seconds_by_stage={"load": 0.0, "travel": stated, **report.seconds_by_stage},
    )


def matrix_words(pack: Pack, scenario: Scenario) -> tuple[str, ...]:
    """What must be said where a pack's own travel matrix stands unused."""
    if pack.travel_matrix is None or model_of(pack, scenario) == "matrix":
        return ()
    return ('The pack brings a travel matrix that is not used: travel.model = "matrix" uses it.',)


def limits_of(scenario: Scenario) -> Limits:
    """When a scenario's search stops, and with what it searches."""
    asked = scenario.solve
    return Limits(asked.time_limit_s, asked.gap, asked.solver, asked.threads, asked.seed)


def solve_problem(
    problem: PlanningProblem,
    limits: Limits,
    *,
    known: Known | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    on_plan: Callable[[Incumbent], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> SolveReport:
    """Solve a problem as stated and have the plan checked before anyone sees it.

    Args:
        problem: The question.
        limits: When to stop.
        known: What other questions hand on: their plans, and a bound where it holds.
        on_progress: Called now and then from the solving thread.
        on_plan: Given each better plan as it is found, before it is judged.
        should_stop: Asked now and then; True keeps the best plan found so far.

    Raises:
        ContradictionError: The judge disagrees with the optimiser, or the plan with a bound in
            `known`; no plan may be shown.
    """
    begin = time.monotonic()
    answer = find_plan(
        problem,
        limits,
        known=known,
        on_progress=on_progress,
        on_plan=on_plan,
        should_stop=should_stop,
    )
    found = time.monotonic()
    if on_progress is not None:
        on_progress(_checking(found - begin, answer))
    judged = _judged(problem, answer)
    objective = None if judged is None else judged.objective.total
    done = time.monotonic()
    report = SolveReport(
        problem=problem,
        status=answer.status,
        plan=answer.plan,
        objective=objective,
        bound=None if objective is None else answer.bound,
        gap=answer.gap,
        solver=limits.solver,
        seconds=done - begin,
        seconds_by_stage={**answer.seconds_by_stage, "check": done - found},
        peak_memory_mb=peak_memory_mb(),
        shortfall=0.0 if judged is None else judged.shortfall,
        shortfall_bound=answer.shortfall_bound or 0.0,
        clashes=answer.clashes,
        notes=(*answer.notes, *demand_words(problem), *unserved_words(problem, judged)),
        prices=answer.prices,
    )
    if objective is not None and answer.bound is not None:
        bound = min(answer.bound, objective)
        gap = 0.0 if objective <= 0 else (objective - bound) / objective
        report = replace(report, bound=bound, gap=gap)
    return report


def _checking(seconds: float, answer: Answer) -> Progress:
    return Progress(seconds, "check", answer.objective, answer.bound, answer.gap)


def _judged(problem: PlanningProblem, answer: Answer) -> Score | None:
    """The plan's score, after the judge found nothing wrong and agrees on the objective."""
    if answer.plan is None or answer.objective is None:
        return None
    judged = score(problem, answer.plan)
    if judged.violations:
        raise ContradictionError(
            "The plan does not pass the independent check, so it is not shown:\n"
            + "\n".join(judged.violations)
        )
    if not math.isclose(judged.objective.total, answer.objective, rel_tol=TOLERANCE, abs_tol=1e-6):
        raise ContradictionError(
            "The plan is not shown: the optimiser and the independent check disagree on its "
            f"objective ({answer.objective!r} and {judged.objective.total!r})."
        )
    told = answer.shortfall or 0.0
    if not math.isclose(judged.shortfall, told, rel_tol=SHORTFALL_TOLERANCE, abs_tol=1e-4):
        raise ContradictionError(
            "The plan is not shown: the optimiser and the independent check disagree on by how "
            f"many visits it misses soft rules ({told!r} and {judged.shortfall!r})."
        )
    return judged


def demand_words(problem: PlanningProblem) -> tuple[str, ...]:
    """What must be said of the visits, of pulled levers, and of an objective that is weighted."""
    words = [*problem.remarks]
    demand = problem.demand
    if demand is not None and demand["branch"] < demand["base"]:
        minutes = demand.get("assisted_mean_min")
        far = "" if minutes is None else f", {minutes:,.0f} min away one way on average"
        words.append(
            f"Of {demand['base']:,.0f} visits a year {demand['avoided']:,.0f} are avoided by "
            f"information, {demand['online']:,.0f} are done online and {demand['assisted']:,.0f} "
            f"at assisted points{far}; the plan is for the {demand['branch']:,.0f} that are left."
        )
    if problem.need_weight is not None:
        low, high = problem.need_weight.min(), problem.need_weight.max()
        words.append(
            "Every need weight that the scenario asks for is 1, so all visits count alike."
            if low == high == 1.0
            else f"The objective is weighted: a visit counts {low:.2f} to {high:.2f} times, by "
            "the need weights of the people of its area. Means and standards are not weighted."
        )
    return tuple(words)


def unserved_words(problem: PlanningProblem, judged: Score | None) -> tuple[str, ...]:
    """What must be said of visits that no plan can serve; nothing when there are none."""
    if judged is None or judged.kpis.unserved_visits_per_year <= 0:
        return ()
    lost = judged.kpis.unserved_visits_per_year
    unreached = problem.visits.sum(axis=1) > 0
    unreached &= ~np.isfinite(problem.impedance).any(axis=1)
    names = [problem.point_ids[i] for i in np.flatnonzero(unreached)]
    words = (
        f"{lost:,.0f} of {judged.kpis.visits_per_year:,.0f} visits a year are not served and "
        "count in no average: "
    )
    if names:
        more = f" and {len(names) - 5} more" if len(names) > 5 else ""
        return (f"{words}no site can be reached from {', '.join(names[:5])}{more}.",)
    return (f"{words}no site within reach may offer what they need.",)


def peak_memory_mb() -> float:
    """The most memory this process has held so far, in megabytes (10^6 bytes)."""
    if sys.platform == "win32":
        import psutil  # noqa: PLC0415 - only there

        return float(psutil.Process().memory_info().peak_wset) / 1e6
    import resource  # noqa: PLC0415 - not on Windows

    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used / 1e6 if sys.platform == "darwin" else used * 1024 / 1e6
