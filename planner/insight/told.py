"""Insights as plain values with ids in place of positions, for JSON and for words."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from planner.evaluate import score
from planner.insight.prices import Price
from planner.insight.ties import NearTies
from planner.insight.why import Use, WhyHere, WhyNot
from planner.insight.worth import Worth
from planner.plan import Plan, SolveReport
from planner.problem import PlanningProblem

_UNITS = {"travel_time": "min", "travel_distance": "km"}


def unit_of(problem: PlanningProblem, currency: str) -> str:
    """The unit of the objective: min, km, or the currency; weighted where some count for more."""
    unit = _UNITS.get(problem.rules.objective, currency)
    return unit if problem.need_weight is None else f"weighted {unit}"


def served_visits(report: SolveReport) -> float:
    """Yearly visits that the plan serves; 1 without any, so that it can divide."""
    if report.plan is None:
        return 1.0
    kpis = score(report.problem, report.plan).kpis
    return max(1.0, kpis.visits_per_year - kpis.unserved_visits_per_year)


def price_told(report: SolveReport, price: Price) -> dict[str, Any]:
    """A price in objective units a year, by visit, and as a share of the objective."""
    visits, value = served_visits(report), report.objective or 0.0

    def by(amount: float | None, divided: float) -> float | None:
        finite = amount is not None and math.isfinite(amount) and divided > 0
        return amount / divided if finite and amount is not None else None

    return {
        "impossible": price.impossible,
        "low": _known(price.low),
        "high": _known(price.high),
        "low_per_visit": by(price.low, visits),
        "high_per_visit": by(price.high, visits),
        "low_share": by(price.low, value),
        "high_share": by(price.high, value),
        "shortfall_low": price.shortfall_low,
        "shortfall_high": price.shortfall_high,
        "opens": _sites(report.problem, price.opens),
        "closes": _sites(report.problem, price.closes),
    }


def use_told(problem: PlanningProblem, use: Use) -> dict[str, Any]:
    """The use of a branch or an offering."""
    return {
        "site": problem.site_ids[use.site],
        "service": None if use.service is None else problem.service_ids[use.service],
        "demand_points": use.points,
        "visits_per_year": use.visits_per_year,
        "people": use.people,
        "stranded_visits_per_year": use.stranded_visits_per_year,
        "mean_min": use.mean_min,
        "minutes_saved_per_year": use.minutes_saved_per_year,
        "objective_saved": _known(use.objective_saved),
    }


def why_told(report: SolveReport, why: WhyHere | WhyNot) -> dict[str, Any]:
    """Why something is, or is not, in a plan."""
    problem = report.problem
    if isinstance(why, WhyHere):
        return {
            **use_told(problem, why.use),
            "in_plan": True,
            "asked_for": why.asked_for,
            "price_of_forcing_out": price_told(report, why.price),
            "clashes": [clash.text for clash in why.without.clashes],
        }
    return {
        "site": problem.site_ids[why.site],
        "service": None if why.service is None else problem.service_ids[why.service],
        "in_plan": False,
        "ruled_out": why.ruled_out,
        "price_of_forcing_in": price_told(report, why.price),
        "clashes": [clash.text for clash in why.with_it.clashes],
    }


def ties_told(problem: PlanningProblem, found: NearTies) -> dict[str, Any]:
    """Near ties, and how often each site and each offering is in them."""
    sites = [
        {
            "site": problem.site_ids[j],
            "plans": int(found.open_count[j]),
            "in_all": bool(found.in_all[j]),
            "by_the_rules": bool(found.fixed[j]),
            "proved": bool(found.proved[j]),
            "services": {
                problem.service_ids[s]: int(found.offer_count[j, s])
                for s in np.flatnonzero(found.offer_count[j]).tolist()
            },
        }
        for j in np.flatnonzero(found.open_count).tolist()
    ]
    return {
        "tolerance": found.tolerance,
        "plans": [
            {
                "objective": tie.objective,
                "excess": tie.excess,
                "opens": _sites(problem, tie.opens),
                "closes": _sites(problem, tie.closes),
                "branches": mixes(problem, tie.plan),
            }
            for tie in found.ties
        ],
        "sites": sorted(sites, key=lambda entry: -int(str(entry["plans"]))),
    }


def mixes(problem: PlanningProblem, plan: Plan) -> dict[str, list[str]]:
    """The open branches of a plan with their services."""
    return {
        problem.site_ids[j]: [problem.service_ids[s] for s in np.flatnonzero(plan.offers[j])]
        for j in np.flatnonzero(plan.is_open).tolist()
    }


def worth_told(report: SolveReport, found: tuple[Worth, ...]) -> list[dict[str, Any]]:
    """What each step of a limit is worth."""
    return [
        {
            "limit": each.limit,
            "now": each.now,
            "then": each.then,
            "proved": each.is_told,
            **price_told(report, each.price),
        }
        for each in found
    ]


def _sites(problem: PlanningProblem, sites: tuple[int, ...]) -> list[str]:
    return [problem.site_ids[j] for j in sites]


def _known(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
