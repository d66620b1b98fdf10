"""Why a branch or an offering is in a plan, why another is not, and what forcing it costs."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from planner.evaluate import score
from planner.insight.assigning import assigned
from planner.insight.changes import forced_in, forced_out, may_not_be, must_be
from planner.insight.effort import Effort
from planner.insight.prices import Price, price_between
from planner.optimize.sets import model_sets
from planner.plan import Plan, SolveReport
from planner.problem import PlanningProblem


@dataclass(frozen=True, slots=True)
class Use:
    """What a branch, or one service there, does for people, with everything else the same.

    Attributes:
        site: Position of the site.
        service: Position of the service; None for the whole branch.
        points: Demand points that send somebody.
        visits_per_year: Visits that go there and need it.
        people: People behind them: of each point the share of its visits that go there; None
            where populations were not given.
        stranded_visits_per_year: Visits that would find no other branch without it.
        mean_min: Minutes one way of the visits that go there and would find another branch.
        minutes_saved_per_year: Minutes one way that all visits together save by it, over those
            that would still find a branch.
        objective_saved: By how much the objective would rise without it and all else the same;
            inf where visits would be stranded or rules about who goes where could not be kept.
    """

    site: int
    service: int | None
    points: int
    visits_per_year: float
    people: float | None
    stranded_visits_per_year: float
    mean_min: float | None
    minutes_saved_per_year: float | None
    objective_saved: float


@dataclass(frozen=True, slots=True)
class WhyHere:
    """Why something is in the plan: its use, and the price of the best plan without it."""

    use: Use
    asked_for: bool  # the rules ask for it, whatever it is worth
    price: Price
    without: SolveReport


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Why something is not in the plan: the price of the best plan with it."""

    site: int
    service: int | None
    ruled_out: bool  # the scenario locks it out, whatever it is worth
    price: Price
    with_it: SolveReport


def why_here(
    report: SolveReport,
    site: int,
    service: int | None = None,
    *,
    effort: Effort,
    people: NDArray[np.float64] | None = None,
) -> WhyHere:
    """Why a branch is in a plan, or a service offered there.

    The use is exact: the branch is closed, everybody goes elsewhere, nothing else changes. The
    price is that of the best plan without it, from proved bounds.

    Args:
        report: An answer with a plan, and its question.
        site: An open site of the plan.
        service: A service that it offers; the whole branch when left out.
        effort: The time for one solve more.
        people: Population of each demand point, shape (I,).
    """
    problem = report.problem
    use = use_of(report, site, service, effort=effort, people=people)
    asked = forced_out(problem, site, service)
    without = effort.solve(asked, f"without {_name(problem, site, service)}")
    required = must_be(problem, site, service)
    return WhyHere(
        use=use,
        asked_for=required,
        price=price_between(report, without, restricts=not required),
        without=without,
    )


def why_not(
    report: SolveReport, site: int, service: int | None = None, *, effort: Effort
) -> WhyNot:
    """Why a site is not in a plan, or a service not offered there: the price of having it.

    Args:
        report: An answer with a plan, and its question.
        site: A site.
        service: A service that the plan does not offer there; a branch there when left out.
        effort: The time for one solve more.
    """
    problem = report.problem
    asked = forced_in(problem, site, service)
    with_it = effort.solve(asked, f"with {_name(problem, site, service)}")
    ruled_out = may_not_be(problem, site, service)
    price = price_between(report, with_it, restricts=not ruled_out)
    return WhyNot(site, service, ruled_out, price, with_it)


def _name(problem: PlanningProblem, site: int, service: int | None) -> str:
    name = problem.site_ids[site]
    return name if service is None else f"{problem.service_ids[service]} at {name}"


# -- use: everything else the same ---------------------------------------------------------


def use_of(
    report: SolveReport,
    site: int,
    service: int | None = None,
    *,
    effort: Effort,
    people: NDArray[np.float64] | None = None,
) -> Use:
    """What a branch, or a service there, does for people, by closing it and nothing else.

    Args:
        report: An answer with a plan, and its question.
        site: An open site of the plan.
        service: A service that it offers; the whole branch when left out.
        effort: The time, where rules say who goes where.
        people: Population of each demand point, shape (I,).
    """
    problem, plan = report.problem, _plan_of(report)
    sent = _sent(problem, plan)
    rows = plan.assignment
    there = rows.site == site
    if service is not None:
        there &= problem.needs[rows.visit_type, service]
    visits = np.zeros(len(problem.point_ids))
    np.add.at(visits, rows.point[there], sent[there])
    behind = None
    if people is not None:
        all_visits = problem.visits.sum(axis=1)
        share = np.divide(visits, all_visits, out=np.zeros_like(visits), where=all_visits > 0)
        behind = float(share @ people)
    known = Use(
        site=site,
        service=service,
        points=int((visits > 0).sum()),
        visits_per_year=float(visits.sum()),
        people=behind,
        stranded_visits_per_year=0.0,
        mean_min=None,
        minutes_saved_per_year=None,
        objective_saved=math.inf,
    )
    without = _network_without(plan, site, service)
    after = assigned(problem, model_sets(problem), *without, effort=effort)
    if after is None:
        return known
    lost = _served(problem, plan) & ~_served(problem, after)
    stay = ~lost[rows.point, rows.visit_type]
    minutes = problem.minutes[rows.point, rows.site]
    there_and_stay = there & stay
    moved = float(sent[there_and_stay].sum())
    rows_after = after.assignment
    minutes_after = problem.minutes[rows_after.point, rows_after.site]
    saved = _total(_sent(problem, after), minutes_after) - _total(sent[stay], minutes[stay])
    stranded = float(problem.visits[lost].sum())
    rise = score(problem, after).objective.total - score(problem, plan).objective.total
    return replace(
        known,
        stranded_visits_per_year=stranded,
        mean_min=_total(sent[there_and_stay], minutes[there_and_stay]) / moved if moved else None,
        minutes_saved_per_year=saved,
        objective_saved=math.inf if stranded else rise,
    )


def _network_without(
    plan: Plan, site: int, service: int | None
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.int64]]:
    is_open, offers, formats = plan.is_open.copy(), plan.offers.copy(), plan.format.copy()
    offers[site, slice(None) if service is None else service] = False
    if not offers[site].any():
        is_open[site], formats[site] = False, -1
    return is_open, offers, formats


def _plan_of(report: SolveReport) -> Plan:
    if report.plan is None:
        raise ValueError("the answer has no plan to ask about")
    return report.plan


def _sent(problem: PlanningProblem, plan: Plan) -> NDArray[np.float64]:
    rows = plan.assignment
    sent = problem.visits[rows.point, rows.visit_type] * rows.share
    return np.asarray(sent, dtype=np.float64)


def _served(problem: PlanningProblem, plan: Plan) -> NDArray[np.bool_]:
    """Whether any visits of a point and type go somewhere, shape (I, B)."""
    served = np.zeros(problem.visits.shape, dtype=np.bool_)
    rows = plan.assignment
    served[rows.point[rows.share > 0], rows.visit_type[rows.share > 0]] = True
    return served & (problem.visits > 0)


def _total(visits: NDArray[np.float64], minutes: NDArray[np.float64]) -> float:
    return float(visits[visits > 0] @ minutes[visits > 0])
