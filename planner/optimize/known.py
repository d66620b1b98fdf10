"""What other questions hand on: their plans as first plans, their bounds where they hold."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planner.errors import ContradictionError
from planner.optimize.engine.handed_on import HeadStart
from planner.optimize.formulation import has_soft_rules
from planner.optimize.network import (
    Bools,
    Network,
    assignment_travel,
    cheapest_choice,
    excess_by_clique,
    is_plan_of,
    standing_cost,
    travel_objective,
)
from planner.optimize.sets import ModelSets
from planner.optimize.state import Search
from planner.plan import Plan
from planner.problem import PlanningProblem, Rules

NOTE = "The bound follows from what was proved of other questions, with looser rules or weights."
ROUNDING_OF_BOUNDS = 1e-6  # relative: solvers prove their bounds within such tolerances


def take_plans(search: Search, sets: ModelSets) -> None:
    """Take the best of the known plans that keep every rule of the search's question.

    Where everybody is nearest is what a network can cost at least, whatever the other rules: once
    that is no less than the best plan, the rest need no assignment.
    """
    found = {}
    for plan in () if search.known is None else search.known.plans:
        network = network_of_plan(search.problem, plan)
        if network is not None and keeps_network_rules(search.problem, sets, network):
            found[network.offers.tobytes() + network.format.tobytes()] = network
    least = [_least(search.problem, sets, network) for network in found.values()]
    networks = list(found.values())
    for n in sorted(range(len(networks)), key=lambda n: (least[n], n)):
        in_order = search.aim.what == "objective"
        if search.over() or (in_order and least[n] >= search.upper):
            return
        search.offer(networks[n], sets, "prepare")


def _least(problem: PlanningProblem, sets: ModelSets, network: Network) -> float:
    """What a network's plans cost at least."""
    nearest = assignment_travel(problem, cheapest_choice(problem, network))
    return travel_objective(problem, *nearest) + standing_cost(problem, sets, network)


def take_bound(search: Search) -> None:
    """Take the known bound."""
    bound = _carried(search)
    if bound is not None:
        search.raise_bound(bound)


def check_carried(search: Search) -> None:
    """Hold the known bound against the best plan, and say so where it is what is told.

    Raises:
        ContradictionError: The plan is better than the bound allows.
    """
    bound, upper = _carried(search), search.upper
    if bound is None or search.best is None:
        return
    if bound > upper + ROUNDING_OF_BOUNDS * max(1.0, abs(upper)):
        raise ContradictionError(
            "The plan is not shown: a bound from another question says that no plan costs less "
            f"than {bound!r}, and this plan costs {upper!r}."
        )
    if bound >= search.lower:
        search.note(NOTE)


def _carried(search: Search) -> float | None:
    """The known bound; not where rules are soft, as it says nothing of what falls short."""
    if search.known is None or has_soft_rules(search.problem):
        return None
    return search.known.bound


def head_start(search: Search, sets: ModelSets) -> HeadStart | None:
    """What the engine begins from; None where nothing is known.

    The best plan; where none of those known keeps the rules, the first of them without what no
    plan of this question has, for the engine to mend.
    """
    known = search.known
    if known is None or not (known.plans or known.prices):
        return None
    network = search.best
    for plan in known.plans:
        if network is None:
            network = network_of_plan(search.problem, plan)
    return HeadStart(None if network is None else _fitted(sets, network), known.prices)


def _fitted(sets: ModelSets, network: Network) -> tuple[Bools, Bools, NDArray[np.int64]]:
    """A network within what every plan has, and what no plan has."""
    is_open = (network.is_open | sets.least_open) & sets.most_open
    wanted = np.where(network.is_open[:, None], network.format[:, None], 0)
    taken = np.arange(sets.most_format.shape[1])[None, :] == wanted
    formats = (2 * (taken & sets.most_format) + sets.most_format).argmax(axis=1)
    offers = (network.offers | sets.least_offered) & sets.most_offered & is_open[:, None]
    return is_open, offers & sets.format_services[formats], np.where(is_open, formats, 0)


def network_of_plan(problem: PlanningProblem, plan: Plan) -> Network | None:
    """A plan's network; None where it is one of other sites, services or formats."""
    if not is_plan_of(problem, plan):
        return None
    is_open = plan.is_open.astype(np.bool_)
    offers = plan.offers.astype(np.bool_) & is_open[:, None]
    return Network(is_open, offers, np.where(is_open, plan.format, -1).astype(np.int64))


def keeps_network_rules(problem: PlanningProblem, sets: ModelSets, network: Network) -> bool:
    """Whether a network keeps every rule on branches, formats, offerings and duplicates.

    Money, and what visits ask for, are seen to by `Search.offer`.
    """
    return (
        _keeps_choices(problem, sets, network)
        and _keeps_counts(problem, network)
        and _keeps_duplicates(problem.rules, sets, network.offers)
    )


def _keeps_choices(problem: PlanningProblem, sets: ModelSets, network: Network) -> bool:
    """Locks, what is kept or listed, and what formats allow: (3), (4) and (11) of the model."""
    is_open, offers, at = network.is_open, network.offers, np.flatnonzero(network.is_open)
    formats = network.format[at]
    if (formats < 0).any() or not sets.most_format[at, formats].all():
        return False
    could: Bools = sets.most_offered[at] & sets.format_services[formats]
    must: Bools = sets.least_offered.copy()
    if problem.rules.mix == "as_listed":
        must |= problem.today & is_open[:, None]
    return bool(
        sets.most_open[at].all()
        and is_open[sets.least_open].all()
        and offers[at].any(axis=1).all()
        and not (offers[at] & ~could).any()
        and not (must & ~offers).any()
    )


def _keeps_counts(problem: PlanningProblem, network: Network) -> bool:
    """Branch counts and floors: (6) and (9) of the model."""
    rules, is_open = problem.rules, network.is_open
    count, new = int(is_open.sum()), int((is_open & ~problem.existing).sum())
    if count < (rules.branches_min or 0):
        return False
    if rules.branches_max is not None and count > rules.branches_max:
        return False
    if rules.new_max is not None and new > rules.new_max:
        return False
    return keeps_floors(problem, network)


def keeps_floors(problem: PlanningProblem, network: Network) -> bool:
    """Whether every area has its least branches, and its least offerings of each service."""
    rules = problem.rules
    for c in range(len(problem.area_codes)):
        here = network.is_open & (problem.site_area == c)
        if int(here.sum()) < (rules.floor_areas or {}).get(c, rules.floor_branches):
            return False
        for s, least in (rules.floor_services or {}).items():
            if int((here & network.offers[:, s]).sum()) < least:
                return False
    return True


def _keeps_duplicates(rules: Rules, sets: ModelSets, offers: Bools) -> bool:
    """(7) of the model."""
    if rules.duplicates not in ("forbid", "cap"):
        return True
    excess = int(excess_by_clique(sets, offers).sum())
    return excess <= (rules.duplicates_max if rules.duplicates == "cap" else 0)
