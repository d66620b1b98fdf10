"""Duplicates where the scenario forbids or caps them."""

from __future__ import annotations

from collections.abc import Iterator

from planner.evaluate.cliques import CliqueExcess, excess_offers
from planner.evaluate.rules.words import names
from planner.plan import Plan
from planner.problem import PlanningProblem


def _duplicates(problem: PlanningProblem, plan: Plan) -> Iterator[str]:
    rule = problem.rules.duplicates
    if rule not in ("forbid", "cap"):
        return
    found = excess_offers(problem, plan)
    if rule == "forbid":
        # The same branches may stand in several cliques; one sentence is enough.
        told = dict.fromkeys(_excess(problem, plan, entry) for entry in found)
        yield from (f"Unnecessary duplicates are forbidden: {text}." for text in told)
        return
    total, limit = sum(entry.excess for entry in found), problem.rules.duplicates_max
    if total > limit:
        yield (
            f"The plan has {total:,} excess duplicates; at most {limit:,} are allowed. "
            f"The first: {_excess(problem, plan, found[0])}."
        )


def _excess(problem: PlanningProblem, plan: Plan, entry: CliqueExcess) -> str:
    offering = [j for j in entry.sites if plan.is_open[j] and plan.offers[j, entry.service]]
    return (
        f"{problem.service_ids[entry.service]} is offered at {names(problem.site_ids, offering)}, "
        f"all within the separation of one another; {entry.allowed:,} of these "
        f"{entry.offers:,} may offer it"
    )


CHECKS = (("duplicates", _duplicates),)
