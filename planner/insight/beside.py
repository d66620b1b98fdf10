"""What a branch or a service more would do with all else the same, and which rules bear on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.evaluate import score
from planner.evaluate.cliques import excess_offers
from planner.evaluate.money import annual_kes, capital_kes
from planner.insight.assigning import assigned
from planner.insight.effort import Effort
from planner.optimize.sets import ModelSets, model_sets
from planner.plan import Plan, SolveReport
from planner.problem import PlanningProblem


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A rule that the network with something more would break.

    Attributes:
        rule: closed, withheld, branches, new, annual, capital, duplicates.
        limit: What the rule allows; None where it is no number.
        then: What it would come to; None likewise.
    """

    rule: str
    limit: float | None = None
    then: float | None = None


@dataclass(frozen=True, slots=True)
class Beside:
    """A branch more, or a service more at a branch, beside all that the plan has.

    Attributes:
        site: Position of the site.
        service: Position of the service; None for a branch.
        services: Services that would begin there: all that may be offered, or the one.
        visits_per_year: Visits that would go there (and need the service).
        newly_served_per_year: Those of all visits that find no branch in the plan.
        minutes_saved_per_year: Minutes one way that all visits served already would save.
        objective_saved: By how much the objective would fall; below 0 where it would rise.
        annual_kes: Yearly cost more.
        capital_kes: One-off cost more.
        obstacles: Rules that it would break.
    """

    site: int
    service: int | None
    services: tuple[int, ...]
    visits_per_year: float
    newly_served_per_year: float
    minutes_saved_per_year: float
    objective_saved: float
    annual_kes: int
    capital_kes: int
    obstacles: tuple[Obstacle, ...]


def beside(
    report: SolveReport, site: int, service: int | None = None, *, effort: Effort
) -> Beside | None:
    """What something more would do for people, and which rules it would break; exact.

    Args:
        report: An answer with a plan, and its question.
        site: A site; one that the plan opens where a service is asked about.
        service: A service that the plan does not offer there; a branch with all services that
            may be offered there when left out.
        effort: The time, where rules say who goes where.

    Returns:
        None where no branch can be there at all, whatever the rules, or time did not suffice.
    """
    problem, plan = report.problem, report.plan
    if plan is None:
        raise ValueError("the answer has no plan to ask about")
    sets = model_sets(problem)
    begun = _begun(problem, sets, plan, site, service)
    format_ = None if begun is None else _format(problem, plan, site, begun)
    if begun is None or format_ is None:
        return None
    is_open, offers, formats = plan.is_open.copy(), plan.offers.copy(), plan.format.copy()
    offers[site] |= begun
    is_open[site], formats[site] = True, format_
    after = assigned(problem, sets, is_open, offers, formats, effort=effort)
    if after is None:
        return None
    before_kpis, kpis = score(problem, plan), score(problem, after)
    rows = after.assignment
    sent = problem.visits[rows.point, rows.visit_type] * rows.share
    there = rows.site == site
    if service is not None:
        there &= problem.needs[rows.visit_type, service]
    unserved = before_kpis.kpis.unserved_visits_per_year - kpis.kpis.unserved_visits_per_year
    saved = _minutes(problem, plan) - _minutes(problem, after, like=plan)
    return Beside(
        site=site,
        service=service,
        services=tuple(np.flatnonzero(begun).tolist()),
        visits_per_year=float(sent[there].sum()),
        newly_served_per_year=max(0.0, unserved),
        minutes_saved_per_year=saved,
        objective_saved=before_kpis.objective.total - kpis.objective.total,
        annual_kes=sum(annual_kes(problem, after)) - sum(annual_kes(problem, plan)),
        capital_kes=sum(capital_kes(problem, after)) - sum(capital_kes(problem, plan)),
        obstacles=tuple(_obstacles(problem, plan, after, site, service)),
    )


def _begun(
    problem: PlanningProblem, sets: ModelSets, plan: Plan, site: int, service: int | None
) -> NDArray[np.bool_] | None:
    """Services that would begin, shape (S,): locks aside, as far as pack and mix allow."""
    could = sets.could_offer[site] & ~plan.offers[site]
    if service is not None:
        alone = np.zeros_like(could)
        alone[service] = could[service]
        return alone if alone.any() else None
    if site in problem.rules.locked_closed:
        return could if could.any() else None
    wanted = could & sets.most_offered[site]
    return wanted if wanted.any() else None


def _format(
    problem: PlanningProblem, plan: Plan, site: int, begun: NDArray[np.bool_]
) -> int | None:
    """The format that the branch has, if it will do; else the cheapest that will."""
    mix = plan.offers[site] | begun
    fits = problem.format_allowed[site] & problem.format_services[:, mix].all(axis=1)
    if plan.is_open[site] and fits[plan.format[site]]:
        return int(plan.format[site])
    choice = np.flatnonzero(fits)
    if choice.size == 0:
        return None
    return int(choice[problem.branch_annual_kes[site, choice].argmin()])


def _minutes(problem: PlanningProblem, plan: Plan, *, like: Plan | None = None) -> float:
    """Minutes one way a year of all visits; only of those that another plan serves too."""
    rows = plan.assignment
    sent = problem.visits[rows.point, rows.visit_type] * rows.share
    if like is not None:
        served = np.zeros(problem.visits.shape)
        own = like.assignment
        np.add.at(served, (own.point, own.visit_type), own.share)
        sent = sent * np.minimum(1.0, served[rows.point, rows.visit_type])
    minutes = problem.minutes[rows.point, rows.site]
    return float(sent[sent > 0] @ minutes[sent > 0])


# -- rules ---------------------------------------------------------------------------------


def _obstacles(
    problem: PlanningProblem,
    plan: Plan,
    after: Plan,
    site: int,
    service: int | None,
) -> Iterator[Obstacle]:
    rules = problem.rules
    if site in rules.locked_closed:
        yield Obstacle("closed")
    elif service is not None and (site, service) in rules.locked_withheld:
        yield Obstacle("withheld")
    opened = int(after.is_open.sum())
    if opened > plan.is_open.sum():
        if rules.branches_max is not None and opened > rules.branches_max:
            yield Obstacle("branches", rules.branches_max, opened)
        new = int((after.is_open & ~problem.existing).sum())
        if rules.new_max is not None and new > rules.new_max:
            yield Obstacle("new", rules.new_max, new)
    for rule, limit, costs in (
        ("annual", rules.annual_max_kes, annual_kes),
        ("capital", rules.capital_max_kes, capital_kes),
    ):
        then = sum(costs(problem, after))
        if limit is not None and then > limit:
            yield Obstacle(rule, limit, then)
    if rules.duplicates in ("forbid", "cap"):
        most = rules.duplicates_max if rules.duplicates == "cap" else 0
        excess = sum(each.excess for each in excess_offers(problem, after))
        if excess > most:
            yield Obstacle("duplicates", most, excess)


def holding(report: SolveReport, site: int, service: int | None = None) -> tuple[str, ...]:
    """The rules that ask for a branch of the plan, or for a service there, by their names.

    `open`: locked open. `offer`: a service is asked for there. `kept`: a branch of today that
    the rules keep. `floor`: its area has no branch more than the floor. `floor_service`: of a
    service, no more than its floor.
    """
    problem, plan, rules = report.problem, report.plan, report.problem.rules
    if plan is None:
        raise ValueError("the answer has no plan to ask about")
    found = []
    if service is None and site in rules.locked_open:
        found.append("open")
    asked = {s for j, s in rules.locked_offered if j == site}
    if asked and (service is None or service in asked):
        found.append("offer")
    stays = bool(problem.existing[site]) and site not in rules.locked_closed
    if stays and _is_kept(problem, site, service):
        found.append("kept")
    area = int(problem.site_area[site])
    inside = problem.site_area == area
    floor = (rules.floor_areas or {}).get(area, rules.floor_branches)
    if service is None and 0 < floor >= int((plan.is_open & inside).sum()):
        found.append("floor")
    for s, least in (rules.floor_services or {}).items():
        is_asked = plan.offers[site, s] and (service is None or service == s)
        if is_asked and 0 < least >= int((plan.offers[:, s] & inside).sum()):
            found.append("floor_service")
            break
    return tuple(found)


def _is_kept(problem: PlanningProblem, site: int, service: int | None) -> bool:
    if service is None:
        return problem.rules.existing != "may_close"
    return problem.rules.existing == "keep" and bool(problem.today[site, service])
