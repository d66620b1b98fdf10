"""The best use of one budget, reckoned anew before it is shown, and where the next money goes."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.demand.account import Adoption, DemandAccount, demand_account
from planner.errors import ContradictionError
from planner.insight.levers.ground import Array, Ground, cost_at
from planner.insight.levers.menu import Menu
from planner.insight.levers.networks import Network
from planner.insight.levers.outcomes import Lever
from planner.insight.levers.waiting import yearly_waiting
from planner.optimize.offer import Package
from planner.optimize.package import best_package
from planner.optimize.state import Limits

TOLERANCE = 1e-9  # relative to all travel: both roads add the same figures in another order
BUYERS: tuple[Lever, ...] = ("online", "assisted", "information", "counter", "branch")


@dataclass(frozen=True, slots=True, eq=False)
class Bought:
    """A package with what it does, recomputed from the visits of every demand point.

    Attributes:
        budget: Money a year above today's spending.
        package: What was chosen, and the proved bound.
        network: The network bought.
        adoption: How far each lever is then pulled.
        account: The account of demand that follows.
        more: Counters added at each site, shape (J,).
        spent: Money a year by lever.
        travel_kes: What customers save of trips.
        travel_min: Minutes of return trips saved.
        wait_kes: What they save of waiting, with the visits that are then left.
        chosen_wait_kes: The same as the choice reckoned it, with today's visits.
    """

    budget: float
    package: Package
    network: Network
    adoption: Adoption
    account: DemandAccount
    more: NDArray[np.int64]
    spent: Mapping[Lever, float]
    travel_kes: float
    travel_min: float
    wait_kes: float
    chosen_wait_kes: float

    @property
    def kes(self) -> float:
        """What customers save a year."""
        return self.travel_kes + self.wait_kes


@dataclass(frozen=True, slots=True)
class NextMoney:
    """What a little more money would buy.

    Attributes:
        more: How much more a year.
        kes: What customers would save more, as the choice reckons it.
        spent: By how much the spending on each lever would change.
        lever: The one whose spending would grow most; None where nothing more would be bought.
    """

    more: float
    kes: float
    spent: Mapping[Lever, float]
    lever: Lever | None

    @property
    def ratio(self) -> float:
        """KES that customers would save for each KES more."""
        return self.kes / self.more


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """One budget of the frontier: the best package, and what more money would buy."""

    bought: Bought
    next: NextMoney


def spend(
    menu: Menu,
    budgets: tuple[float, ...],
    limits: Limits,
    *,
    more: float,
    should_stop: Callable[[], bool] | None = None,
) -> tuple[Point, ...]:
    """The best package at each budget, and where the next money goes.

    Args:
        menu: What is on offer.
        budgets: Money a year above today's spending.
        limits: Of all solves together: each gets an even share of the seconds.
        more: The little more that is asked about at each budget.
        should_stop: Asked now and then; True keeps the best found so far.

    Raises:
        ContradictionError: A package does not cost or save what the choice said.
    """
    asked = sorted({*budgets, *(budget + more for budget in budgets)})
    each = Limits(
        limits.seconds / len(asked), limits.gap, limits.solver, limits.threads, limits.seed
    )
    found = {
        budget: bought_of(menu, budget, best_package(menu.problem, budget, each, should_stop))
        for budget in asked
    }
    return tuple(
        Point(found[budget], _next(found[budget], found[budget + more], more)) for budget in budgets
    )


def _next(now: Bought, then: Bought, more: float) -> NextMoney:
    spent = {lever: then.spent[lever] - now.spent[lever] for lever in BUYERS}
    lever = max(BUYERS, key=lambda each: spent[each])
    kes = max(0.0, then.package.saved - now.package.saved)
    return NextMoney(more, kes, spent, lever if spent[lever] > 0 and kes > 0 else None)


def bought_of(menu: Menu, budget: float, package: Package) -> Bought:
    """A package as it works out when every demand point is reckoned anew.

    Raises:
        ContradictionError: It costs or saves something else than the choice said.
    """
    ground, problem = menu.ground, menu.problem
    network, adoption = menu.networks[package.network], menu.adoption(package.level)
    base = np.where(menu.compared, ground.base, 0.0)
    was = demand_account(ground.pack, ground.base, ground.adoption)
    account = demand_account(ground.pack, ground.base, adoption)
    first = menu.networks[0]
    before_kes, before_min = _spent(ground, first, ground.adoption, base)
    after_kes, after_min = _spent(ground, network, adoption, base)
    travel = before_kes - after_kes
    offered = problem.steps[package.network]
    more = np.zeros(len(ground.problem.site_ids), dtype=np.int64)
    np.add.at(more, offered.branch[package.steps], 1)
    spent = _spending(menu, network, was, account, adoption, int(more.sum()))
    steps_saved = float(offered.saved[package.steps].sum())
    chosen_wait = float(problem.network_saved[package.network]) + steps_saved
    knew, knows = ground.knows(ground.adoption.information), ground.knows(adoption.information)
    waited = yearly_waiting(ground, first, was.branch, knew).likely.sum()
    waits = yearly_waiting(ground, network, account.branch, knows, more=more).likely.sum()
    size = max(before_kes, abs(package.saved))
    _agree("saves", travel, package.saved - chosen_wait, size)
    _agree("costs", sum(spent.values()), package.kes, max(1.0, abs(package.kes)))
    return Bought(
        budget=budget,
        package=package,
        network=network,
        adoption=adoption,
        account=account,
        more=more,
        spent=spent,
        travel_kes=travel,
        travel_min=before_min - after_min,
        wait_kes=float(waited - waits) * ground.kes_per_minute,
        chosen_wait_kes=chosen_wait,
    )


def _agree(what: str, recomputed: float, chosen: float, size: float) -> None:
    if math.isclose(recomputed, chosen, rel_tol=TOLERANCE, abs_tol=TOLERANCE * size + 1e-6):
        return
    message = (
        f"The package is not shown: what it {what} a year was chosen as {chosen!r} and is "
        f"{recomputed!r} when every demand point is reckoned anew."
    )
    raise ContradictionError(message)


def _spent(
    ground: Ground, network: Network, adoption: Adoption, base: Array
) -> tuple[float, float]:
    """What all trips of the visits cost and how long they take, row by row of who goes where."""
    account, knows = demand_account(ground.pack, base, adoption), ground.knows(adoption.information)
    assisted = account.assisted.sum(axis=1)
    helped = assisted > 0
    sums = []
    for trip, there in (
        (ground.trip_kes, ground.assisted_kes),
        (ground.trip_min, ground.assisted_min),
    ):
        total = float((assisted[helped] * there[helped]).sum())
        for rows, share in ((network.plan.assignment, knows), (network.known, 1 - knows)):
            sent = account.branch[rows.point, rows.visit_type] * rows.share * share[rows.point]
            total += float((sent * trip[rows.point, rows.site])[sent > 0].sum())
        sums.append(total)
    return sums[0], sums[1]


def _spending(
    menu: Menu,
    network: Network,
    was: DemandAccount,
    account: DemandAccount,
    adoption: Adoption,
    counters: int,
) -> dict[Lever, float]:
    """Money a year by lever, from the visits and people that it is spent on."""
    ground, costs = menu.ground, menu.ground.costs
    now = ground.adoption
    newly = (adoption.online > now.online).any(axis=0) & ~(now.online > 0).any(axis=0)
    told = adoption.information.max(axis=1) - now.information.max(axis=1)
    reached = float((told * ground.reach * np.nan_to_num(ground.adults)).sum())
    online = float((account.online - was.online).sum())
    assisted = float((account.assisted - was.assisted).sum())
    return {
        "online": online * cost_at(costs.online_use, "likely")
        + int(newly.sum()) * cost_at(costs.online, "likely"),
        "assisted": assisted * cost_at(costs.assisted_use, "likely"),
        "information": reached * cost_at(costs.information, "likely"),
        "counter": counters * cost_at(costs.counter, "likely"),
        "branch": float(network.annual_kes - menu.networks[0].annual_kes),
    }
