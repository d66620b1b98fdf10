"""Branches, their formats and their mixes: what may stand, what stays, how many."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from planner.evaluate.flows import live_offers, offered_today
from planner.evaluate.rules.words import (
    branch_count,
    format_words,
    joined,
    names,
    site_mask,
    site_words,
)
from planner.plan import Plan
from planner.problem import PlanningProblem


def _offers_at_closed(problem: PlanningProblem, plan: Plan) -> Iterator[str]:
    for j in np.flatnonzero(~plan.is_open & plan.offers.any(axis=1)).tolist():
        offered = names(problem.service_ids, np.flatnonzero(plan.offers[j]))
        yield f"{site_words(problem, j)} is not open and yet offers {offered}."


def _offers_nothing(problem: PlanningProblem, plan: Plan) -> Iterator[str]:
    for j in np.flatnonzero(plan.is_open & ~plan.offers.any(axis=1)).tolist():
        yield f"{site_words(problem, j)} is open and offers no service."


def _format_not_allowed(problem: PlanningProblem, plan: Plan) -> Iterator[str]:
    for j in np.flatnonzero(plan.is_open).tolist():
        f = int(plan.format[j])
        if not problem.format_allowed[j, f]:
            may = np.flatnonzero(problem.format_allowed[j]).tolist()
            told = joined([format_words(problem, g) for g in may]) if may else "none"
            yield (
                f"{site_words(problem, j)} has the format {format_words(problem, f)}, which the "
                f"site may not take; it may take {told}."
            )


def _service_not_allowed(problem: PlanningProblem, plan: Plan) -> Iterator[str]:
    for j in np.flatnonzero(plan.is_open).tolist():
        f = int(plan.format[j])
        wrong = np.flatnonzero(plan.offers[j] & ~problem.format_services[f])
        if wrong.size:
            yield (
                f"{site_words(problem, j)} offers {names(problem.service_ids, wrong)}, which a "
                f"branch of the format {format_words(problem, f)} may not offer."
            )


def _existing_kept(problem: PlanningProblem, plan: Plan) -> Iterator[str]:
    """Today's branches stay, and under `keep` their services, unless the site is locked closed."""
    if problem.rules.existing == "may_close":
        return
    stays = problem.existing & ~site_mask(problem, problem.rules.locked_closed)
    dropped = offered_today(problem) & ~plan.offers
    for j in np.flatnonzero(stays).tolist():
        if not plan.is_open[j]:
            yield f"{site_words(problem, j)} is a branch today and must stay; the plan closes it."
        elif problem.rules.existing == "keep" and dropped[j].any():
            services = names(problem.service_ids, np.flatnonzero(dropped[j]))
            where = site_words(problem, j)
            yield f"{where} offers {services} today; the plan drops what must stay."


def _mix_as_listed(problem: PlanningProblem, plan: Plan) -> Iterator[str]:
    if problem.rules.mix != "as_listed":
        return
    listed = problem.today & (problem.existing | problem.proposed)[:, None]
    for j in np.flatnonzero(plan.is_open & (live_offers(plan) != listed).any(axis=1)).tolist():
        where = site_words(problem, j)
        added = np.flatnonzero(plan.offers[j] & ~listed[j])
        dropped = np.flatnonzero(listed[j] & ~plan.offers[j])
        if not listed[j].any():
            offered = names(problem.service_ids, added)
            yield f"{where}: nothing is listed there, and the plan offers {offered}."
            continue
        parts = []
        if added.size:
            parts.append(f"adds {names(problem.service_ids, added)}")
        if dropped.size:
            parts.append(f"drops {names(problem.service_ids, dropped)}")
        told = names(problem.service_ids, np.flatnonzero(listed[j]))
        yield f"{where} must offer what is listed ({told}); the plan {joined(parts)}."


def _branch_count(problem: PlanningProblem, plan: Plan) -> Iterator[str]:
    rules, count = problem.rules, int(plan.is_open.sum())
    if rules.branches_min is not None and count < rules.branches_min:
        yield f"The plan opens {branch_count(count)}; at least {rules.branches_min:,} must be open."
    if rules.branches_max is not None and count > rules.branches_max:
        yield f"The plan opens {branch_count(count)}; at most {rules.branches_max:,} may be open."


def _new_count(problem: PlanningProblem, plan: Plan) -> Iterator[str]:
    new, limit = int((plan.is_open & ~problem.existing).sum()), problem.rules.new_max
    if limit is not None and new > limit:
        yield f"The plan has {branch_count(new, 'new ')}; at most {limit:,} are allowed."


CHECKS = (
    ("offers.closed", _offers_at_closed),
    ("offers.none", _offers_nothing),
    ("formats.site", _format_not_allowed),
    ("formats.services", _service_not_allowed),
    ("rules.existing", _existing_kept),
    ("rules.mix", _mix_as_listed),
    ("rules.branches", _branch_count),
    ("rules.branches.new_max", _new_count),
)
