"""Locks: sites, offerings and formats that the scenario settles."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from planner.evaluate.flows import live_offers
from planner.evaluate.rules.words import format_words, site_mask, site_words
from planner.plan import Plan
from planner.problem import PlanningProblem


def _locked_open(problem: PlanningProblem, plan: Plan) -> Iterator[str]:
    for j in np.flatnonzero(site_mask(problem, problem.rules.locked_open) & ~plan.is_open).tolist():
        yield f"{site_words(problem, j)} must be open by the scenario, and the plan closes it."


def _locked_closed(problem: PlanningProblem, plan: Plan) -> Iterator[str]:
    for j in np.flatnonzero(
        site_mask(problem, problem.rules.locked_closed) & plan.is_open
    ).tolist():
        yield f"{site_words(problem, j)} must stay closed by the scenario, and the plan opens it."


def _locked_offered(problem: PlanningProblem, plan: Plan) -> Iterator[str]:
    offers = live_offers(plan)
    for j, s in sorted(problem.rules.locked_offered):
        if not offers[j, s]:
            yield (
                f"{site_words(problem, j)} must offer {problem.service_ids[s]} by the scenario, "
                "and the plan does not."
            )


def _locked_withheld(problem: PlanningProblem, plan: Plan) -> Iterator[str]:
    offers = live_offers(plan)
    for j, s in sorted(problem.rules.locked_withheld):
        if offers[j, s]:
            yield (
                f"{site_words(problem, j)} must not offer {problem.service_ids[s]} by the "
                "scenario, and the plan does."
            )


def _locked_format(problem: PlanningProblem, plan: Plan) -> Iterator[str]:
    for j, f in sorted((problem.rules.locked_format or {}).items()):
        if plan.is_open[j] and plan.format[j] != f:
            yield (
                f"{site_words(problem, j)} must have the format {format_words(problem, f)} by the "
                f"scenario; in the plan it is {format_words(problem, int(plan.format[j]))}."
            )


CHECKS = (
    ("sites.open", _locked_open),
    ("sites.closed", _locked_closed),
    ("sites.offered", _locked_offered),
    ("sites.withheld", _locked_withheld),
    ("sites.format", _locked_format),
)
