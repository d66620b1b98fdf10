"""Ways to spoil a right plan. Each takes (problem, plan, rng), and gives the case that must be
caught with the rule it breaks, or None where the plan leaves nothing to spoil in this way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from planner.plan import Plan
from planner.problem import PlanningProblem, Standard

from .cases import with_rules
from .naive import annual_kes, capital_kes, division_kes, excess, with_nearest_choice

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
    whole = plan.assignment.share == 1
    own = whole & (problem.visits[plan.assignment.point, plan.assignment.visit_type] > 0)
    if not own.any():
        return None
    row = int(rng.choice(np.flatnonzero(own)))
    share = _with_cell(plan.assignment.share, row, 1 - 2e-6)
    return problem, _rows(plan, share=share), "assignment.lost"


@damage
def every_share_short_by_a_hair(problem, plan, rng):
    """Too little in each place to be told there, and more than a visit in a large country."""
    if _counted(problem, plan).size == 0:
        return None
    many = replace(problem, visits=problem.visits * 1e6)
    hair = 9e-7 * rng.choice([-1, 1])
    return many, _rows(plan, share=plan.assignment.share * (1 + hair)), "assignment.rounding"


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
    spent = capital_kes(problem, plan)
    if spent == 0:
        return None
    return with_rules(problem, capital_max_kes=spent - 1), plan, "rules.capital_kes"


def _forgotten(problem, plan, part):
    """A budget that would do if a part of the one-off cost were left out."""
    if part == 0:
        return None
    budget = capital_kes(problem, plan) - int(part)
    return with_rules(problem, capital_max_kes=budget), plan, "rules.capital_kes"


@damage
def closing_cost_forgotten(problem, plan, rng):
    return _forgotten(problem, plan, problem.closing_kes[problem.existing & ~plan.is_open].sum())


@damage
def cost_of_dropping_a_service_forgotten(problem, plan, rng):
    dropped = problem.today & problem.existing[:, None] & ~plan.offers
    return _forgotten(problem, plan, problem.offering_closing_kes[dropped].sum())


@damage
def cost_of_a_new_service_forgotten(problem, plan, rng):
    new = plan.offers & ~(problem.today & problem.existing[:, None])
    return _forgotten(problem, plan, problem.offering_capital_kes[new].sum())


@damage
def cost_of_another_format_forgotten(problem, plan, rng):
    changed = problem.existing & plan.is_open & (plan.format != problem.today_format)
    sites = np.flatnonzero(changed)
    return _forgotten(problem, plan, problem.capital_kes[sites, plan.format[sites]].sum())


@damage
def division_capital_one_shilling_over(problem, plan, rng):
    d = int(rng.integers(len(problem.division_ids) or 1))
    spent = division_kes(problem, plan, d, "capital")
    if spent == 0:
        return None
    budgets = {**(problem.rules.division_capital_max_kes or {}), d: spent - 1}
    changed = with_rules(problem, division_capital_max_kes=budgets)
    return changed, plan, "rules.divisions.capital_kes"


@damage
def division_annual_one_shilling_over(problem, plan, rng):
    d = int(rng.integers(len(problem.division_ids) or 1))
    spent = division_kes(problem, plan, d, "annual")
    if spent == 0:
        return None
    budgets = {**(problem.rules.division_annual_max_kes or {}), d: spent - 1}
    changed = with_rules(problem, division_annual_max_kes=budgets)
    return changed, plan, "rules.divisions.annual_kes"


@damage
def one_shilling_more_for_the_format(problem, plan, rng):
    exact = with_rules(problem, annual_max_kes=annual_kes(problem, plan))
    opened = np.flatnonzero(plan.is_open)
    if opened.size == 0:
        return None
    j = rng.choice(opened)
    where = (j, plan.format[j])
    dearer = _with_cell(problem.branch_annual_kes, where, problem.branch_annual_kes[where] + 1)
    return replace(exact, branch_annual_kes=dearer), plan, "rules.annual_kes"


@damage
def area_floor_broken(problem, plan, rng):
    c = rng.integers(len(problem.area_codes))
    here = problem.site_area == c
    changed = _network(problem, plan, plan.is_open & ~here, plan.offers & ~here[:, None])
    floors = with_rules(problem, floor_branches=1, floor_areas=None)
    return floors, changed, "rules.branches_per_area"


@damage
def floor_of_one_area_broken(problem, plan, rng):
    c = int(rng.integers(len(problem.area_codes)))
    count = int((plan.is_open & (problem.site_area == c)).sum())
    floors = with_rules(problem, floor_areas={c: count + 1})
    return floors, plan, "rules.branches_per_area"


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


# -- formats and locks ---------------------------------------------------------------------


@damage
def format_not_allowed(problem, plan, rng):
    opened = np.flatnonzero(plan.is_open)
    if opened.size == 0:
        return None
    j = rng.choice(opened)
    allowed = _with_cell(problem.format_allowed, (j, plan.format[j]), value=False)
    return replace(problem, format_allowed=allowed), plan, "formats.site"


@damage
def other_format_taken(problem, plan, rng):
    wrong = np.argwhere(~problem.format_allowed & plan.is_open[:, None])
    if wrong.size == 0:
        return None
    j, f = rng.choice(wrong)
    return problem, replace(plan, format=_with_cell(plan.format, j, f)), "formats.site"


@damage
def service_not_allowed_in_the_format(problem, plan, rng):
    offered = np.argwhere(plan.offers)
    if offered.size == 0:
        return None
    j, s = rng.choice(offered)
    may = _with_cell(problem.format_services, (plan.format[j], s), value=False)
    return replace(problem, format_services=may), plan, "formats.services"


@damage
def locked_format_ignored(problem, plan, rng):
    opened = np.flatnonzero(plan.is_open)
    if opened.size == 0 or len(problem.format_ids) == 1:
        return None
    j = int(rng.choice(opened))
    other = [f for f in range(len(problem.format_ids)) if f != plan.format[j]]
    return with_rules(problem, locked_format={j: int(rng.choice(other))}), plan, "sites.format"


@damage
def locked_offering_dropped(problem, plan, rng):
    missing = np.argwhere(~plan.offers)
    if missing.size == 0:
        return None
    j, s = rng.choice(missing).tolist()
    return with_rules(problem, locked_offered=frozenset({(j, s)})), plan, "sites.offered"


@damage
def withheld_service_offered(problem, plan, rng):
    offered = np.argwhere(plan.offers)
    if offered.size == 0:
        return None
    j, s = rng.choice(offered).tolist()
    return with_rules(problem, locked_withheld=frozenset({(j, s)})), plan, "sites.withheld"


@damage
def branch_that_may_only_change_closed(problem, plan, rng):
    closed = problem.existing & ~plan.is_open
    open_to_change = with_rules(problem, existing="may_change", locked_closed=frozenset())
    return (open_to_change, plan, "rules.existing") if closed.any() else None


# -- capacity and standards ----------------------------------------------------------------


def _busy(problem, plan):
    """Branches with at least a visit, and their yearly visits."""
    rows = plan.assignment
    sent = problem.visits[rows.point, rows.visit_type] * rows.share
    load = np.bincount(rows.site, weights=sent, minlength=len(problem.site_ids))
    return np.flatnonzero(load >= 1), load


def _too_small(problem, plan, rng, by):
    """One branch can serve a little less than it must."""
    sites, load = _busy(problem, plan)
    if sites.size == 0:
        return None
    j = rng.choice(sites)
    tight = _with_cell(problem.capacity_visits, (j, plan.format[j]), load[j] - by)
    hard = with_rules(problem, capacity="hard", counters="pooled")
    return replace(hard, capacity_visits=tight), replace(plan, counters=None), "capacity.visits"


@damage
def capacity_missed_by_one_visit(problem, plan, rng):
    return _too_small(problem, plan, rng, 1.0)


@damage
def capacity_missed_by_a_hair(problem, plan, rng):
    return _too_small(problem, plan, rng, 1e-5)


def _work(problem, plan):
    """Counter minutes, shape (J, S)."""
    total = np.zeros(plan.offers.shape)
    rows = plan.assignment
    for n in range(rows.site.size):
        sent = problem.visits[rows.point[n], rows.visit_type[n]] * rows.share[n]
        total[rows.site[n]] += sent * problem.does[rows.visit_type[n]] * problem.service_counter_min
    return total


@damage
def counters_short_by_one_minute(problem, plan, rng):
    work = _work(problem, plan).sum(axis=1)
    busy = np.flatnonzero(work > 1)
    if busy.size == 0:
        return None
    j = rng.choice(busy)
    hard = with_rules(problem, capacity="hard", counters="pooled")
    counters = _with_cell(problem.counters, (j, plan.format[j]), 2.0)
    tight = replace(hard, counters=counters, counter_minutes_per_year=(work[j] - 1) / 2)
    return tight, replace(plan, counters=None), "capacity.minutes"


def _by_service(problem, plan):
    rules = problem.rules
    return rules.capacity != "off" and rules.counters == "by_service" and plan.counters is not None


@damage
def a_services_counter_taken_away(problem, plan, rng):
    if not _by_service(problem, plan):
        return None
    each = problem.counter_minutes_per_year
    limited = np.isfinite(problem.counters[np.arange(plan.format.size), plan.format])
    short = plan.is_open[:, None] & limited[:, None] & (plan.counters > 0)
    short &= _work(problem, plan) > (plan.counters - 1) * each + 1
    if not short.any():
        return None
    j, s = rng.choice(np.argwhere(short))
    counters = _with_cell(plan.counters, (j, s), plan.counters[j, s] - 1)
    hard = with_rules(problem, capacity="hard")
    return hard, replace(plan, counters=counters), "capacity.minutes"


@damage
def more_counters_than_there_are(problem, plan, rng):
    if not _by_service(problem, plan):
        return None
    most = problem.counters[np.arange(plan.format.size), plan.format]
    limited = np.flatnonzero(plan.is_open & np.isfinite(most))
    if limited.size == 0:
        return None
    j = rng.choice(limited)
    counters = plan.counters.copy()
    counters[j, rng.integers(counters.shape[1])] += most[j] - counters[j].sum() + 1
    return problem, replace(plan, counters=counters), "capacity.counters"


@damage
def counters_in_a_closed_branch(problem, plan, rng):
    closed = np.flatnonzero(~plan.is_open)
    if not _by_service(problem, plan) or closed.size == 0:
        return None
    counters = _with_cell(plan.counters, (rng.choice(closed), 0), 1)
    return problem, replace(plan, counters=counters), "capacity.counters"


@damage
def standard_missed_by_one_visit(problem, plan, rng):
    rows = plan.assignment
    sent = problem.visits[rows.point, rows.visit_type] * rows.share
    far = np.flatnonzero((sent >= 1) & (problem.minutes[rows.point, rows.site] > 0))
    if far.size == 0:
        return None
    row = rng.choice(far)
    i, s = rows.point[row], rng.choice(np.flatnonzero(problem.does[rows.visit_type[row]]))
    area = int(problem.point_area[i]) if rng.random() < 0.5 else None
    # a hair stricter than this trip, so that it no longer counts
    limit = float(np.nextafter(problem.minutes[i, rows.site[row]], 0))
    here = np.ones(len(problem.point_ids), bool) if area is None else problem.point_area == area
    counts = here[rows.point] & problem.does[rows.visit_type, s]
    reached = sent[counts & (problem.minutes[rows.point, rows.site] <= limit)].sum()
    total = problem.visits[here][:, problem.does[:, s]].sum()
    share = min(1.0, (reached + 1) / total)
    standard = Standard(int(s), area, float(share), limit)
    others = problem.rules.standards
    return with_rules(problem, standards=(*others, standard)), plan, "rules.standards"


@damage
def single_assignment_split(problem, plan, rng):
    rows = plan.assignment
    whole = rows.share[_counted(problem, plan)] == 1
    for row in rng.permutation(_counted(problem, plan)[whole]).tolist():
        i, b = rows.point[row], rows.visit_type[row]
        able = plan.is_open & plan.offers[:, problem.needs[b]].all(axis=1)
        able &= np.isfinite(problem.impedance[i])
        able[rows.site[row]] = False
        if not able.any():
            continue
        part = rng.choice([2e-6, 0.5])
        split = _rows(
            plan,
            point=np.append(rows.point, i),
            visit_type=np.append(rows.visit_type, b),
            site=np.append(rows.site, rng.choice(np.flatnonzero(able))),
            share=np.append(_with_cell(rows.share, row, 1 - part), part),
        )
        return with_rules(problem, assignment="single"), split, "rules.assignment"
    return None


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


@damage
def format_unreadable(problem, plan, rng):
    j = rng.integers(plan.is_open.size)
    changed = [
        _with_cell(plan.format, j, len(problem.format_ids)),
        _with_cell(plan.format, j, -2),
        _with_cell(plan.format, j, 0 if plan.format[j] == -1 else -1),
        plan.format.astype(float),
        plan.format[:-1],
    ]
    return problem, replace(plan, format=changed[rng.integers(len(changed))]), "form"


@damage
def counters_unreadable(problem, plan, rng):
    if not _by_service(problem, plan):
        return problem, replace(plan, counters=np.zeros(plan.offers.shape, int)), "form"
    changed = [
        None,
        plan.counters.astype(float),
        plan.counters[:, :1],
        _with_cell(plan.counters, (0, 0), -1),
    ]
    return problem, replace(plan, counters=changed[rng.integers(len(changed))]), "form"
