"""Which uncertain figures would change the chosen sites: solved again at both ends of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from planner.insight.assumptions import Assumption
from planner.insight.changes import must_be
from planner.insight.effort import Effort
from planner.insight.prices import ROUNDING, SAME_VISITS
from planner.insight.uncertain import Kept, Outcome, ends_of, judged
from planner.pack.types import Pack
from planner.plan import Known, Plan, SolveReport
from planner.problem import PlanningProblem
from planner.scenario import Scenario, build

Verdict = Literal["same", "services", "tie", "change", "broken", "impossible", "unknown"]
End = Literal["low", "high"]


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A figure at one of its ends, and the question that this makes."""

    assumption: Assumption
    end: End
    problem: PlanningProblem

    @property
    def value(self) -> float:
        """The figure's value there."""
        return self.assumption.low if self.end == "low" else self.assumption.high


@dataclass(frozen=True, slots=True, eq=False)
class Resolved:
    """The best answer under a changed figure, beside the plan that is kept.

    Attributes:
        question: The figure and its end.
        answer: The answer there.
        kept: What the kept plan does there; None where time did not suffice to assign everybody.
        opens: Sites of the answer that the kept plan does not open; `closes` the other way.
        regret_low: Proved: by keeping its plan one loses at least this, in objective units a
            year. None where the two cannot be compared, as they miss soft rules differently.
        regret_high: Proved: one loses at most this; inf without a bound.
        shortfall_more: Visits by which the kept plan misses soft rules more than the answer.
        verdict: same (the same sites; where services differ, the kept ones may be as good);
            services (the same sites, with other services or formats, proved to be better);
            tie (other sites, but the kept plan may be as good within the gap of its own proof);
            change (other sites, proved to be better than that); broken (the kept plan cannot
            keep the rules there); impossible (no plan can); unknown (none was found in the
            time).
    """

    question: Question
    answer: SolveReport
    kept: Outcome | None
    opens: tuple[int, ...]
    closes: tuple[int, ...]
    regret_low: float | None
    regret_high: float | None
    shortfall_more: float
    verdict: Verdict


@dataclass(frozen=True, slots=True, eq=False)
class Core:
    """How often each site is open over all answers, the kept plan among them.

    Attributes:
        answers: How many.
        count: In how many of them each site is open, shape (J,).
        fixed: Sites that the rules themselves ask for, shape (J,).
    """

    answers: int
    count: NDArray[np.int64]
    fixed: NDArray[np.bool_]

    @property
    def robust(self) -> NDArray[np.bool_]:
        """Sites that every answer chooses, without the rules asking for them; shape (J,)."""
        return np.asarray((self.count == self.answers) & ~self.fixed)

    @property
    def swing(self) -> NDArray[np.bool_]:
        """Sites that some answers choose and others do not; shape (J,)."""
        return np.asarray((self.count > 0) & (self.count < self.answers))


def questions_of(
    report: SolveReport, pack: Pack, scenario: Scenario, figures: Sequence[Assumption]
) -> tuple[Question, ...]:
    """The questions to solve: each figure at each end, where that is another question at all."""
    same = report.problem.fingerprint
    ends: tuple[End, End] = ("low", "high")
    found = [
        Question(figure, end, build(figure.apply(pack, value), scenario))
        for figure in figures
        for end, value in zip(ends, ends_of(figure), strict=True)
    ]
    return tuple(each for each in found if each.problem.fingerprint != same)


def resolve(
    report: SolveReport,
    pack: Pack,
    scenario: Scenario,
    question: Question,
    *,
    effort: Effort,
    others: Sequence[Plan] = (),
) -> Resolved:
    """Solve one of the questions, and hold the plan of the report against the answer.

    Args:
        report: The answer under the figures as they are, with a plan.
        pack: Its pack.
        scenario: Its rules.
        question: One of `questions_of`.
        effort: The time of this question and those that are still to come.
        others: Plans of other questions that may be good here too, besides the report's own.
    """
    if report.plan is None:
        raise ValueError("the answer has no plan to keep")
    known = Known((*others, report.plan), prices=report.prices)
    kept = Kept(pack, scenario, report.plan)
    words = f"{question.assumption.name}, {question.end}"
    answer = effort.solve(question.problem, words, known=known)
    told = judged(question.problem, kept, effort.part(2 * max(1, effort.questions)))
    opens: tuple[int, ...] = ()
    closes: tuple[int, ...] = ()
    low: float | None = None
    high: float | None = None
    more = 0.0
    if answer.plan is not None and answer.objective is not None:
        opens = tuple(np.flatnonzero(answer.plan.is_open & ~report.plan.is_open).tolist())
        closes = tuple(np.flatnonzero(report.plan.is_open & ~answer.plan.is_open).tolist())
    if told is not None and answer.plan is not None and answer.objective is not None:
        more = told.shortfall - answer.shortfall
        if abs(more) <= SAME_VISITS:
            more = 0.0
            rounding = ROUNDING * max(abs(told.objective), abs(answer.objective))
            low = max(0.0, told.objective - answer.objective)
            low = low if low > rounding else 0.0
            bound = -np.inf if answer.bound is None else answer.bound
            high = max(low, told.objective - bound)
    found = Resolved(question, answer, told, opens, closes, low, high, more, "unknown")
    return replace(found, verdict=_verdict(found, report))


def core_of(report: SolveReport, found: Sequence[Resolved]) -> Core:
    """How often each site is open, over the plan of the report and every answer with a plan."""
    problem = report.problem
    plans = [each.plan for each in (report, *(one.answer for one in found))]
    opened = [plan.is_open for plan in plans if plan is not None]
    count = np.array(opened, dtype=np.int64).reshape(len(opened), len(problem.site_ids))
    fixed = np.array([must_be(problem, j) for j in range(len(problem.site_ids))], dtype=np.bool_)
    return Core(len(opened), count.sum(axis=0), fixed)


def _verdict(found: Resolved, report: SolveReport) -> Verdict:
    if found.answer.plan is None or found.kept is None:
        return "impossible" if found.answer.status == "infeasible" else "unknown"
    if not found.kept.keeps_rules and found.answer.shortfall <= SAME_VISITS:
        return "broken"
    if found.shortfall_more > SAME_VISITS:
        is_proved = True
    else:
        unsure = np.inf if report.gap is None else report.gap * found.kept.objective
        is_proved = found.regret_low is not None and found.regret_low > unsure
    if not found.opens and not found.closes:
        return "services" if is_proved else "same"
    return "change" if is_proved else "tie"
