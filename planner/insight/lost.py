"""A branch that is lost: the network that is left, and the best plan without it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from planner.evaluate import score
from planner.insight.changes import forced_out, must_be, with_rules
from planner.insight.effort import Effort
from planner.insight.prices import Price, price_between
from planner.plan import Assignment, Known, Plan, SolveReport
from planner.problem import PlanningProblem


def question_without(problem: PlanningProblem, site: int) -> PlanningProblem:
    """The question for a network that has lost a branch and need not make up for it.

    The site is locked closed, least numbers of branches are waived, and the loss itself costs
    nothing. Every plan that keeps the rules keeps these without the branch, but for those about
    who goes where; and so does every plan that keeps all rules with the site locked closed.
    """
    closing, stopping = problem.closing_kes.copy(), problem.offering_closing_kes.copy()
    closing[site], stopping[site] = 0, 0
    waived = with_rules(
        forced_out(problem, site),
        branches_min=None,
        floor_branches=0,
        floor_areas=None,
        floor_services=None,
    )
    return replace(waived, closing_kes=closing, offering_closing_kes=stopping)


def network_without(plan: Plan, site: int) -> Plan:
    """A plan's sites, services and formats without a branch; nobody goes anywhere yet."""
    is_open, offers, formats = plan.is_open.copy(), plan.offers.copy(), plan.format.copy()
    is_open[site], offers[site], formats[site] = False, False, -1
    none = np.zeros(0, dtype=np.int64)
    return Plan(is_open, offers, Assignment(none, none, none, np.zeros(0)), formats)


@dataclass(frozen=True, slots=True, eq=False)
class Loss:
    """The best plan without one of the branches, looked for anew.

    Attributes:
        site: The branch.
        is_existing: Whether it is a branch today.
        answer: The answer to the rules with the site locked closed.
        floor: No network without the branch is better than this, also one that has fewer
            branches than the rules ask for; None where nothing is proved.
        opens: Sites that the answer opens and the plan does not; `closes` the other way, without
            the branch itself.
        price: By how much the best objective rises.
    """

    site: int
    is_existing: bool
    answer: SolveReport
    floor: float | None
    opens: tuple[int, ...]
    closes: tuple[int, ...]
    price: Price


def branches_to_lose(problem: PlanningProblem, plan: Plan) -> tuple[int, ...]:
    """Open branches whose loss is worth a new plan: those not forced, then those of today."""
    opened = np.flatnonzero(plan.is_open).tolist()
    free = [j for j in opened if not problem.existing[j] and not must_be(problem, j)]
    return (*free, *(j for j in opened if problem.existing[j]))


def plan_without(report: SolveReport, site: int, *, effort: Effort) -> Loss:
    """The best plan without a branch, under all other rules.

    The question without least numbers is solved first. Where its answer keeps those as well, as
    it does unless money decides, it answers both.

    Args:
        report: An answer with a plan, and its question.
        site: An open site of the plan.
        effort: The time of this question and those that are still to come.
    """
    problem = report.problem
    if report.plan is None:
        raise ValueError("the answer has no plan that could lose a branch")
    words = f"without {problem.site_ids[site]}"
    free, strict = question_without(problem, site), forced_out(problem, site)
    known = Known(plans=(report.plan,), prices=report.prices)
    answer = effort.solve(free, words, known=known)
    floor = answer.bound
    if answer.plan is not None and not score(strict, answer.plan).violations:
        answer = replace(answer, problem=strict)
    elif answer.status != "infeasible":
        effort.questions += 1
        plans = (report.plan,) if answer.plan is None else (answer.plan, report.plan)
        answer = effort.solve(strict, words, known=Known(plans, floor, answer.prices))
    else:
        answer = replace(answer, problem=strict)
    opens: tuple[int, ...] = ()
    closes: tuple[int, ...] = ()
    if answer.plan is not None:
        opens = tuple(np.flatnonzero(answer.plan.is_open & ~report.plan.is_open).tolist())
        gone = report.plan.is_open & ~answer.plan.is_open
        closes = tuple(j for j in np.flatnonzero(gone).tolist() if j != site)
    is_existing = bool(problem.existing[site])
    price = price_between(report, answer, restricts=not must_be(problem, site))
    return Loss(site, is_existing, answer, floor, opens, closes, price)
