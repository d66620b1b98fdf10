"""Rules with one thing changed: a site or an offering forced in or out, a network held fast."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from planner.problem import PlanningProblem


def with_rules(problem: PlanningProblem, **changes: Any) -> PlanningProblem:
    """The same problem under other rules."""
    return replace(problem, rules=replace(problem.rules, **changes))


def forced_out(problem: PlanningProblem, site: int, service: int | None = None) -> PlanningProblem:
    """The problem with a site locked closed, or a service withheld there."""
    rules = problem.rules
    if service is not None:
        pair = frozenset({(site, service)})
        return with_rules(
            problem,
            locked_withheld=rules.locked_withheld | pair,
            locked_offered=rules.locked_offered - pair,
        )
    return with_rules(
        problem,
        locked_closed=rules.locked_closed | {site},
        locked_open=rules.locked_open - {site},
        locked_offered=frozenset(pair for pair in rules.locked_offered if pair[0] != site),
    )


def forced_in(problem: PlanningProblem, site: int, service: int | None = None) -> PlanningProblem:
    """The problem with a site locked open, or a service that must be offered there."""
    rules = problem.rules
    if service is None:
        return with_rules(
            problem,
            locked_open=rules.locked_open | {site},
            locked_closed=rules.locked_closed - {site},
        )
    pair = frozenset({(site, service)})
    return with_rules(
        problem,
        locked_offered=rules.locked_offered | pair,
        locked_withheld=rules.locked_withheld - pair,
        locked_closed=rules.locked_closed - {site},
    )


def must_be(problem: PlanningProblem, site: int, service: int | None = None) -> bool:
    """Whether the rules themselves ask for a branch there, or for a service there."""
    rules = problem.rules
    stays = bool(problem.existing[site]) and site not in rules.locked_closed
    if service is not None:
        kept = rules.existing == "keep" and stays and bool(problem.today[site, service])
        return kept or (site, service) in rules.locked_offered
    locked = site in rules.locked_open or any(j == site for j, _ in rules.locked_offered)
    return locked or (stays and rules.existing != "may_close")


def may_not_be(problem: PlanningProblem, site: int, service: int | None = None) -> bool:
    """Whether the scenario locks a site closed, or withholds a service there."""
    rules = problem.rules
    withheld = service is not None and (site, service) in rules.locked_withheld
    return withheld or site in rules.locked_closed
