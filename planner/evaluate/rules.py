"""Which rules a plan breaks, each in a sentence with names and figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.evaluate.cliques import CliqueExcess, excess_offers
from planner.evaluate.flows import (
    SHARE_TOLERANCE,
    branch_capital_kes,
    live_offers,
    network_annual_kes,
    served_share,
)
from planner.evaluate.form import form_faults
from planner.plan import Plan
from planner.problem import PlanningProblem

LISTED = 20


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule: a short key, and the sentence a reader gets."""

    rule: str
    text: str


def violations(problem: PlanningProblem, plan: Plan) -> tuple[Violation, ...]:
    """Everything a plan breaks; of each rule at most 20 cases are told, the rest counted.

    A plan that cannot be read (shapes, positions, shares that are no numbers) is told as such
    and not looked at further.
    """
    broken = [Violation("form", text) for text in form_faults(problem, plan)]
    if broken:
        return tuple(broken)
    for rule, check in _CHECKS:
        texts = list(check(problem, plan))
        broken.extend(Violation(rule, text) for text in texts[:LISTED])
        if len(texts) > LISTED:
            more = f"... and {len(texts) - LISTED:,} more like the {LISTED} above."
            broken.append(Violation(rule, more))
    return tuple(broken)


# -- who goes where ------------------------------------------------------------------------


def _closed_branch_serves(problem: PlanningProblem, plan: Plan) -> Iterator[str]:
    rows = plan.assignment
    for row in np.flatnonzero((rows.share != 0) & ~plan.is_open[rows.site]).tolist():
        yield f"{_row(problem, plan, row)}, which is not open."


def _service_missing(problem: PlanningProblem, plan: Plan) -> Iterator[str]:
    rows = plan.assignment
    lacks = problem.needs[rows.visit_type] & ~plan.offers[rows.site]
    wrong = (rows.share != 0) & plan.is_open[rows.site] & lacks.any(axis=1)
    for row in np.flatnonzero(wrong).tolist():
        missing = _names(problem.service_ids, np.flatnonzero(lacks[row]))
        yield f"{_row(problem, plan, row)}, which does not offer {missing}."


def _no_route(problem: PlanningProblem, plan: Plan) -> Iterator[str]:
    rows = plan.assignment
    reached = np.isfinite(problem.impedance[rows.point, rows.site])
    for row in np.flatnonzero((rows.share != 0) & ~reached).tolist():
        yield f"{_row(problem, plan, row)}, to which there is no route."


def _share_out_of_range(problem: PlanningProblem, plan: Plan) -> Iterator[str]:
    share = plan.assignment.share
    wrong = (share < -SHARE_TOLERANCE) | (share > 1 + SHARE_TOLERANCE)
    for row in np.flatnonzero(wrong).tolist():
        yield f"{_row(problem, plan, row)}: the share must lie between 0 and 1."


def _served_twice(problem: PlanningProblem, plan: Plan) -> Iterator[str]:
    served = served_share(problem, plan.assignment)
    for i, b in np.argwhere(served > 1 + SHARE_TOLERANCE).tolist():
        yield (
            f"{_who(problem, i, b)} are served more than once: "
            f"their shares add up to {served[i, b]:.9g}, expected 1."
        )


def _visits_lost(problem: PlanningProblem, plan: Plan) -> Iterator[str]:
    """Visits that an open branch could complete, and that go nowhere."""
    served, short = _short(problem, plan)
    offers = live_offers(plan)
    for b in np.flatnonzero(short.any(axis=0)).tolist():
        able = np.flatnonzero(plan.is_open & offers[:, problem.needs[b]].all(axis=1))
        who = np.flatnonzero(short[:, b])
        for i, j in _nearest_of(problem, who, able):
            if j is not None:
                yield (
                    f"{_who(problem, i, b)} are not all served: their shares add up to "
                    f"{served[i, b]:.9g}, expected 1; {_site(problem, j)} could serve them."
                )


def _nobody_serves(problem: PlanningProblem, plan: Plan) -> Iterator[str]:
    """Visits that no open branch can complete though some site could, locked closed or not."""
    _, short = _short(problem, plan)
    offers = live_offers(plan)
    listed = problem.today if problem.rules.mix == "as_listed" else np.ones_like(problem.today)
    for b in np.flatnonzero(short.any(axis=0)).tolist():
        needs = problem.needs[b]
        able = np.flatnonzero(plan.is_open & offers[:, needs].all(axis=1))
        could = np.flatnonzero(listed[:, needs].all(axis=1))
        who = np.flatnonzero(short[:, b])
        stranded = np.array([i for i, j in _nearest_of(problem, who, able) if j is None], int)
        for i, j in _nearest_of(problem, stranded, could):
            if j is not None:
                yield (
                    f"Nobody serves {_who(problem, i, b, start=False)}: no open branch offers "
                    f"{_names(problem.service_ids, np.flatnonzero(needs))} with a route from "
                    f"there; the nearest site that could is {_site(problem, j)}."
                )


def _short(problem: PlanningProblem, plan: Plan) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    served = served_share(problem, plan.assignment)
    return served, (problem.visits > 0) & (served < 1 - SHARE_TOLERANCE)


def _nearest_of(
    problem: PlanningProblem, who: NDArray[np.int64], sites: NDArray[np.int64]
) -> Iterator[tuple[int, int | None]]:
    """Each point with the nearest of the sites, None where none has a route."""
    if sites.size == 0:
        yield from ((i, None) for i in who.tolist())
        return
    reach = problem.impedance[np.ix_(who, sites)]
    best = reach.argmin(axis=1)
    for position, i in enumerate(who.tolist()):
        found = np.isfinite(reach[position, best[position]])
        yield i, int(sites[best[position]]) if found else None


# -- branches and what they offer ----------------------------------------------------------


def _offers_at_closed(problem: PlanningProblem, plan: Plan) -> Iterator[str]:
    for j in np.flatnonzero(~plan.is_open & plan.offers.any(axis=1)).tolist():
        offered = _names(problem.service_ids, np.flatnonzero(plan.offers[j]))
        yield f"{_site(problem, j)} is not open and yet offers {offered}."


def _offers_nothing(problem: PlanningProblem, plan: Plan) -> Iterator[str]:
    for j in np.flatnonzero(plan.is_open & ~plan.offers.any(axis=1)).tolist():
        yield f"{_site(problem, j)} is open and offers no service."


def _locked_open(problem: PlanningProblem, plan: Plan) -> Iterator[str]:
    for j in np.flatnonzero(_mask(problem, problem.rules.locked_open) & ~plan.is_open).tolist():
        yield f"{_site(problem, j)} must be open by the scenario, and the plan closes it."


def _locked_closed(problem: PlanningProblem, plan: Plan) -> Iterator[str]:
    for j in np.flatnonzero(_mask(problem, problem.rules.locked_closed) & plan.is_open).tolist():
        yield f"{_site(problem, j)} must stay closed by the scenario, and the plan opens it."


def _existing_kept(problem: PlanningProblem, plan: Plan) -> Iterator[str]:
    """Today's branches and their services stay, except where the scenario closes the site."""
    if problem.rules.existing != "keep":
        return
    kept = problem.existing & ~_mask(problem, problem.rules.locked_closed)
    for j in np.flatnonzero(kept).tolist():
        dropped = np.flatnonzero(problem.today[j] & ~plan.offers[j])
        if not plan.is_open[j]:
            yield f"{_site(problem, j)} is a branch today and must stay; the plan closes it."
        elif dropped.size:
            services = _names(problem.service_ids, dropped)
            yield f"{_site(problem, j)} offers {services} today; the plan drops what must stay."


def _mix_as_listed(problem: PlanningProblem, plan: Plan) -> Iterator[str]:
    if problem.rules.mix != "as_listed":
        return
    listed = problem.today & (problem.existing | problem.proposed)[:, None]
    for j in np.flatnonzero(plan.is_open & (live_offers(plan) != listed).any(axis=1)).tolist():
        added = np.flatnonzero(plan.offers[j] & ~listed[j])
        dropped = np.flatnonzero(listed[j] & ~plan.offers[j])
        if not listed[j].any():
            offered = _names(problem.service_ids, added)
            yield f"{_site(problem, j)}: nothing is listed there, and the plan offers {offered}."
            continue
        parts = []
        if added.size:
            parts.append(f"adds {_names(problem.service_ids, added)}")
        if dropped.size:
            parts.append(f"drops {_names(problem.service_ids, dropped)}")
        told = _names(problem.service_ids, np.flatnonzero(listed[j]))
        yield f"{_site(problem, j)} must offer what is listed ({told}); the plan {_and(parts)}."


def _branch_count(problem: PlanningProblem, plan: Plan) -> Iterator[str]:
    rules, count = problem.rules, int(plan.is_open.sum())
    if rules.branches_min is not None and count < rules.branches_min:
        yield f"The plan opens {_branches(count)}; at least {rules.branches_min:,} must be open."
    if rules.branches_max is not None and count > rules.branches_max:
        yield f"The plan opens {_branches(count)}; at most {rules.branches_max:,} may be open."


def _new_count(problem: PlanningProblem, plan: Plan) -> Iterator[str]:
    new, limit = int((plan.is_open & ~problem.existing).sum()), problem.rules.new_max
    if limit is not None and new > limit:
        yield f"The plan has {_branches(new, 'new ')}; at most {limit:,} are allowed."


def _capital(problem: PlanningProblem, plan: Plan) -> Iterator[str]:
    spent = branch_capital_kes(problem, plan.is_open)
    yield from _over_budget("The new branches cost", "once", spent, problem.rules.capital_max_kes)


def _annual(problem: PlanningProblem, plan: Plan) -> Iterator[str]:
    spent = network_annual_kes(problem, plan)
    yield from _over_budget("The network costs", "a year", spent, problem.rules.annual_max_kes)


def _over_budget(what: str, when: str, spent: int, limit: int | None) -> Iterator[str]:
    if limit is not None and spent > limit:
        yield f"{what} {spent:,} {when}; the budget is {limit:,}: {spent - limit:,} too much."


def _area_branches(problem: PlanningProblem, plan: Plan) -> Iterator[str]:
    floor = problem.rules.floor_branches
    count = np.bincount(problem.site_area[plan.is_open], minlength=len(problem.area_codes))
    for c in np.flatnonzero(count < floor).tolist():
        yield (
            f"Area {problem.area_codes[c]} has {_branches(int(count[c]))}; "
            f"every area must have at least {floor:,}."
        )


def _area_services(problem: PlanningProblem, plan: Plan) -> Iterator[str]:
    offers = live_offers(plan)
    for s, floor in sorted((problem.rules.floor_services or {}).items()):
        count = np.bincount(problem.site_area[offers[:, s]], minlength=len(problem.area_codes))
        for c in np.flatnonzero(count < floor).tolist():
            yield (
                f"Area {problem.area_codes[c]} has {_branches(int(count[c]))} offering "
                f"{problem.service_ids[s]}; every area must have at least {floor:,}."
            )


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
        f"{problem.service_ids[entry.service]} is offered at {_names(problem.site_ids, offering)}, "
        f"all within the separation of one another; {entry.allowed:,} of these "
        f"{entry.offers:,} may offer it"
    )


# In the order in which they are told.
_CHECKS: tuple[tuple[str, Callable[[PlanningProblem, Plan], Iterator[str]]], ...] = (
    ("assignment.closed", _closed_branch_serves),
    ("assignment.missing_service", _service_missing),
    ("assignment.no_route", _no_route),
    ("assignment.share", _share_out_of_range),
    ("assignment.twice", _served_twice),
    ("assignment.lost", _visits_lost),
    ("assignment.nobody", _nobody_serves),
    ("offers.closed", _offers_at_closed),
    ("offers.none", _offers_nothing),
    ("sites.open", _locked_open),
    ("sites.closed", _locked_closed),
    ("rules.existing", _existing_kept),
    ("rules.mix", _mix_as_listed),
    ("rules.branches", _branch_count),
    ("rules.branches.new_max", _new_count),
    ("rules.capital_kes", _capital),
    ("rules.annual_kes", _annual),
    ("rules.branches_per_area", _area_branches),
    ("rules.branches_per_area.services", _area_services),
    ("duplicates", _duplicates),
)


# -- words ---------------------------------------------------------------------------------


def _row(problem: PlanningProblem, plan: Plan, row: int) -> str:
    rows = plan.assignment
    i, b, j = int(rows.point[row]), int(rows.visit_type[row]), int(rows.site[row])
    sent = _figure(float(problem.visits[i, b] * rows.share[row]))
    return (
        f"Demand point {problem.point_ids[i]} sends {sent} visits a year of type "
        f"{problem.visit_type_ids[b]} (share {rows.share[row]:.9g}) to {_site(problem, j)}"
    )


def _who(problem: PlanningProblem, point: int, kind: int, *, start: bool = True) -> str:
    visits = _figure(float(problem.visits[point, kind]))
    return (
        f"{'The' if start else 'the'} {visits} visits a year of type "
        f"{problem.visit_type_ids[kind]} from demand point {problem.point_ids[point]}"
    )


def _site(problem: PlanningProblem, site: int) -> str:
    area = problem.area_codes[int(problem.site_area[site])]
    return f"{problem.site_ids[site]} (area {area})"


def _names(ids: tuple[str, ...], positions: NDArray[np.int64] | list[int]) -> str:
    return _and([ids[position] for position in list(positions)])


def _and(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _branches(count: int, kind: str = "") -> str:
    number = f"{count:,}" if count else "no"
    return f"{number} {kind}{'branch' if count < 2 else 'branches'}"


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value == round(value) else f"{value:,.3f}"


def _mask(problem: PlanningProblem, positions: frozenset[int]) -> NDArray[np.bool_]:
    mask = np.zeros(len(problem.site_ids), dtype=np.bool_)
    mask[sorted(positions)] = True
    return mask
