"""Ways to spoil a right plan. Each takes (problem, plan, rng), and gives the case that must be
caught with the rule it breaks, or None where the plan leaves nothing to spoil in this way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from planner.plan import Plan
from planner.problem import PlanningProblem

from .cases import with_rules
from .naive import annual_kes, excess, with_nearest_choice

Spoilt = tuple[PlanningProblem, Plan, str]
Damage = Callable[[PlanningProblem, Plan, np.random.Generator], Spoilt | None]

KINDS: dict[str, Damage] = {}


def damage(function: Damage) -> Damage:
    KINDS[function.__name__] = function
    return function


def _rows(plan: Plan, **columns: np.ndarray) -> Plan:
    return replace(plan, assignment=replace(plan.assignment, **columns))


def _counted(problem: PlanningProblem, plan: Plan) -> np.ndarray:
    rows = plan.assignment
    return np.flatnonzero(problem.visits[rows.point, rows.visit_type] > 0)


def _with_cell(column: np.ndarray, at: int, value: object) -> np.ndarray:
    changed = column.copy()
    changed[at] = value
    return changed


def _with_share(problem: PlanningProblem, plan: Plan, rng: np.random.Generator, value: float):
    counted = _counted(problem, plan)
    if counted.size == 0:
        return None
    return _rows(plan, share=_with_cell(plan.assignment.share, int(rng.choice(counted)), value))


def _network(problem: PlanningProblem, plan: Plan, is_open: np.ndarray, offers: np.ndarray) -> Plan:
    """Other branches and mixes, nearest choice; new branches in a format that may offer it all."""
    formats = np.where(is_open, plan.format, -1)
    for j in np.flatnonzero(is_open & ~plan.is_open).tolist():
        may = np.flatnonzero(problem.format_allowed[j]).tolist()
        fits = [f for f in may if not (offers[j] & ~problem.format_services[f]).any()]
        formats[j] = (fits or may)[0]
    return with_nearest_choice(problem, is_open, offers, formats)


def _without(plan: Plan, site: int) -> Plan:
    """The branch closed, and who goes there left as it is."""
    return replace(
        plan,
        is_open=_with_cell(plan.is_open, site, value=False),
        format=_with_cell(plan.format, site, -1),
    )


# -- who goes where ------------------------------------------------------------------------


@damage
def closed_branch_serves(problem, plan, rng):
    closed, rows = np.flatnonzero(~plan.is_open), plan.assignment
    if closed.size == 0 or rows.site.size == 0:
        return None
    row = int(rng.integers(rows.site.size))
    site = _with_cell(rows.site, row, rng.choice(closed))
    return problem, _rows(plan, site=site), "assignment.closed"


@damage
def serving_branch_closed(problem, plan, rng):
    if plan.assignment.site.size == 0:
        return None
    j = rng.choice(plan.assignment.site)
    return problem, _without(plan, j), "assignment.closed"


@damage
def needed_service_missing(problem, plan, rng):
    rows = plan.assignment
    if rows.site.size == 0:
        return None
    row = int(rng.integers(rows.site.size))
    offers = plan.offers.copy()
    offers[rows.site[row], rng.choice(np.flatnonzero(problem.needs[rows.visit_type[row]]))] = False
    return problem, replace(plan, offers=offers), "assignment.missing_service"


@damage
def route_missing(problem, plan, rng):
    rows = plan.assignment
    if rows.site.size == 0:
        return None
    row = int(rng.integers(rows.site.size))
    impedance = problem.impedance.copy()
    impedance[rows.point[row], rows.site[row]] = np.inf
    return replace(problem, impedance=impedance), plan, "assignment.no_route"


@damage
def sent_where_no_route_leads(problem, plan, rng):
    rows = plan.assignment
    stuck = ~np.isfinite(problem.impedance[rows.point])
    pairs = np.argwhere(stuck)
    if pairs.size == 0:
        return None
    row, j = rng.choice(pairs)
    return problem, _rows(plan, site=_with_cell(rows.site, row, j)), "assignment.no_route"


@damage
def row_lost(problem, plan, rng):
    counted = _counted(problem, plan)
    if counted.size == 0:
        return None
    rows, lost = plan.assignment, int(rng.choice(counted))
    names = ("point", "visit_type", "site", "share")
    kept = {name: np.delete(getattr(rows, name), lost) for name in names}
    return problem, _rows(plan, **kept), "assignment.lost"


@damage
def share_lost(problem, plan, rng):
    changed = _with_share(problem, plan, rng, 1 - 2e-6)
    return changed and (problem, changed, "assignment.lost")


@damage
def share_negative(problem, plan, rng):
    changed = _with_share(problem, plan, rng, -0.25)
    return changed and (problem, changed, "assignment.share")


@damage
def share_above_one(problem, plan, rng):
    changed = _with_share(problem, plan, rng, 1 + 2e-6)
    return changed and (problem, changed, "assignment.share")


@damage
def share_no_number(problem, plan, rng):
    value = rng.choice([np.nan, np.inf, -np.inf])
    changed = _with_share(problem, plan, rng, value)
    return changed and (problem, changed, "form")


@damage
def served_twice(problem, plan, rng):
    rows = plan.assignment
    if rows.site.size == 0:
        return None
    again = int(rng.integers(rows.site.size))
    twice = {
        name: np.append(getattr(rows, name), getattr(rows, name)[again])
        for name in ("point", "visit_type", "site", "share")
    }
    return problem, _rows(plan, **twice), "assignment.twice"


@damage
def nobody_serves(problem, plan, rng):
    counted = _counted(problem, plan)
    if counted.size == 0:
        return None
    kind = plan.assignment.visit_type[rng.choice(counted)]
    offers = plan.offers.copy()
    offers[:, rng.choice(np.flatnonzero(problem.needs[kind]))] = False
    return problem, _network(problem, plan, plan.is_open, offers), "assignment.nobody"


# -- branches and rules --------------------------------------------------------------------


@damage
def offers_where_closed(problem, plan, rng):
    closed = np.flatnonzero(~plan.is_open)
    if closed.size == 0:
        return None
    offers = plan.offers.copy()
    offers[rng.choice(closed), rng.integers(offers.shape[1])] = True
    return problem, replace(plan, offers=offers), "offers.closed"


@damage
def empty_branch(problem, plan, rng):
    j = rng.integers(plan.is_open.size)
    offers = plan.offers.copy()
    offers[j] = False
    is_open = _with_cell(plan.is_open, j, value=True)
    return problem, _network(problem, plan, is_open, offers), "offers.none"


@damage
def locked_open_closed(problem, plan, rng):
    closed = np.flatnonzero(~plan.is_open)
    if closed.size == 0:
        return None
    lock = problem.rules.locked_open | {int(rng.choice(closed))}
    return with_rules(problem, locked_open=lock), plan, "sites.open"


@damage
def locked_closed_opened(problem, plan, rng):
    opened = np.flatnonzero(plan.is_open)
    if opened.size == 0:
        return None
    lock = problem.rules.locked_closed | {int(rng.choice(opened))}
    return with_rules(problem, locked_closed=lock), plan, "sites.closed"


def _kept_sites(problem):
    sites = np.flatnonzero(problem.existing)
    return [j for j in sites.tolist() if j not in problem.rules.locked_closed]


@damage
def existing_branch_closed(problem, plan, rng):
    kept = _kept_sites(problem)
    if not kept or problem.rules.existing != "keep":
        return None
    j = rng.choice(kept)
    is_open, offers = plan.is_open.copy(), plan.offers.copy()
    is_open[j] = offers[j] = False
    return problem, _network(problem, plan, is_open, offers), "rules.existing"


@damage
def todays_service_dropped(problem, plan, rng):
    kept = _kept_sites(problem)
    if not kept or problem.rules.existing != "keep":
        return None
    j = rng.choice(kept)
    offers = plan.offers.copy()
    offers[j, rng.choice(np.flatnonzero(problem.today[j]))] = False
    return problem, _network(problem, plan, plan.is_open, offers), "rules.existing"


@damage
def mix_changed(problem, plan, rng):
    opened = np.flatnonzero(plan.is_open)
    if problem.rules.mix != "as_listed" or opened.size == 0:
        return None
    j, s = rng.choice(opened), rng.integers(plan.offers.shape[1])
    offers = plan.offers.copy()
    offers[j, s] = not offers[j, s]
    return problem, _network(problem, plan, plan.is_open, offers), "rules.mix"


@damage
def candidate_opened_though_nothing_is_listed(problem, plan, rng):
    unlisted = np.flatnonzero(~problem.today.any(axis=1))
    if problem.rules.mix != "as_listed" or unlisted.size == 0:
        return None
    j = rng.choice(unlisted)
    is_open, offers = plan.is_open.copy(), plan.offers.copy()
    is_open[j] = offers[j] = True
    return problem, _network(problem, plan, is_open, offers), "rules.mix"


@damage
def extra_branch(problem, plan, rng):
    closed = np.flatnonzero(~plan.is_open)
    if closed.size == 0:
        return None
    tight = with_rules(problem, branches_max=int(plan.is_open.sum()))
    j = rng.choice(closed)
    is_open, offers = plan.is_open.copy(), plan.offers.copy()
    is_open[j] = offers[j] = True
    return tight, _network(problem, plan, is_open, offers), "rules.branches"


@damage
def too_few_branches(problem, plan, rng):
    tight = with_rules(problem, branches_min=int(plan.is_open.sum()) + 1)
    return tight, plan, "rules.branches"


@damage
def too_many_new(problem, plan, rng):
    new = int((plan.is_open & ~problem.existing).sum())
    if new == 0:
        return None
    return with_rules(problem, new_max=new - 1), plan, "rules.branches.new_max"


@damage
def annual_one_shilling_over(problem, plan, rng):
    spent = annual_kes(problem, plan)
    return with_rules(problem, annual_max_kes=spent - 1), plan, "rules.annual_kes"


@damage
def capital_one_shilling_over(problem, plan, rng):
    new = np.flatnonzero(plan.is_open & ~problem.existing)
    if new.size == 0:
        return None
    exact = with_rules(problem, capital_max_kes=int(problem.capital_kes[new, 0].sum()))
    j = rng.choice(new)
    capital = _with_cell(problem.capital_kes, (j, 0), problem.capital_kes[j, 0] + 1)
    return replace(exact, capital_kes=capital), plan, "rules.capital_kes"


@damage
def area_floor_broken(problem, plan, rng):
    c = rng.integers(len(problem.area_codes))
    here = problem.site_area == c
    changed = _network(problem, plan, plan.is_open & ~here, plan.offers & ~here[:, None])
    return with_rules(problem, floor_branches=1), changed, "rules.branches_per_area"


@damage
def service_floor_broken(problem, plan, rng):
    s, c = int(rng.integers(2)), int(rng.integers(len(problem.area_codes)))
    count = int((plan.offers[:, s] & (problem.site_area == c)).sum())
    floors = {**(problem.rules.floor_services or {}), s: count + 1}
    return with_rules(problem, floor_services=floors), plan, "rules.branches_per_area.services"


@damage
def duplicate_added(problem, plan, rng):
    forbidding = with_rules(problem, duplicates="forbid")
    if sum(excess(problem, plan)):
        return forbidding, plan, "duplicates"
    is_open, offers = plan.is_open.copy(), plan.offers.copy()
    for j in rng.permutation(is_open.size):
        is_open[j] = offers[j] = True
        changed = _network(problem, plan, is_open, offers)
        if sum(excess(problem, changed)):
            return forbidding, changed, "duplicates"
    return None


@damage
def one_duplicate_above_the_cap(problem, plan, rng):
    total = sum(excess(problem, plan))
    if total == 0:
        return None
    capped = with_rules(problem, duplicates="cap", duplicates_max=total - 1)
    return capped, plan, "duplicates"


# -- what cannot be read -------------------------------------------------------------------


@damage
def shape_wrong(problem, plan, rng):
    changed = [
        replace(plan, is_open=plan.is_open[:-1]),
        replace(plan, offers=plan.offers[:, :-1]),
        replace(plan, offers=plan.offers.T.copy().reshape(-1)),
        _rows(plan, share=np.append(plan.assignment.share, 1.0)),
        _rows(plan, site=plan.assignment.site[None, :]),
    ]
    return problem, changed[rng.integers(len(changed))], "form"


@damage
def position_unknown(problem, plan, rng):
    rows = plan.assignment
    if rows.site.size == 0:
        return None
    name = rng.choice(["point", "visit_type", "site"])
    value = rng.choice([-1, 99])
    column = _with_cell(getattr(rows, name), int(rng.integers(rows.site.size)), value)
    return problem, _rows(plan, **{name: column}), "form"


@damage
def kind_of_number_wrong(problem, plan, rng):
    rows = plan.assignment
    changed = [
        replace(plan, is_open=plan.is_open.astype(float)),
        replace(plan, offers=plan.offers.astype(float)),
    ]
    if rows.site.size:
        changed.append(_rows(plan, site=rows.site.astype(float)))
        changed.append(_rows(plan, share=rows.share.astype(complex)))
    return problem, changed[rng.integers(len(changed))], "form"
