"""Ten points more of the levers on visits: online, at an assisted point, better informed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

import numpy as np

from planner.demand.account import Adoption, assisted_points
from planner.insight.levers.ground import ENDS, Array, End, Ground, cost_at
from planner.insight.levers.networks import Network
from planner.insight.levers.outcomes import (
    FILE,
    Effect,
    LeftOut,
    Outcome,
    effect_of,
    missing_costs,
)
from planner.insight.levers.waiting import yearly_waiting
from planner.pack.figures import Figure

VisitLever = Literal["online", "assisted", "information"]
STEP = 0.1  # of adoption: ten points


def visit_effects(
    ground: Ground, network: Network, part: Array | None = None
) -> Iterator[Effect | LeftOut]:
    """What ten points more of each lever on visits do: online, assisted, information.

    Args:
        ground: The ground.
        network: The network.
        part: Share of the visits of each point and visit type that the step reaches, shape (I, B),
            such as those of one branch; None for all. A campaign pays for all adults of the points
            that it reaches, and what it costs to be online at all is counted whole.
    """
    costs, kinds = ground.costs, range(ground.base.shape[1])
    needs: dict[VisitLever, tuple[str, ...]] = {
        "online": ("online", "online_use"),
        "assisted": ("assisted_use",),
    }
    for lever, needed in needs.items():
        missing = missing_costs(costs, needed)
        if missing:
            yield LeftOut(lever, "cost", missing)
            continue
        if lever == "assisted" and not assisted_points(ground.pack).any():
            yield LeftOut(lever, "points", (f"{FILE} assisted_hosts",))
            continue
        found = [_pulled(ground, network, lever, b, part) for b in kinds]
        told = [effect for effect in found if effect is not None]
        yield from told
        if not told:
            yield LeftOut(lever, "effect", (f"{FILE} [visit_types.remote]",))
    missing = missing_costs(costs, ("information", "adults"))
    if missing:
        yield LeftOut("information", "cost", missing)
    else:
        effect = _pulled(ground, network, "information", None, part)
        keys = (f"{FILE} [visit_types.wasted]", f"{FILE} [information.effect]")
        yield effect or LeftOut("information", "effect", keys)


def _pulled(
    ground: Ground, network: Network, lever: VisitLever, kind: int | None, part: Array | None
) -> Effect | None:
    """Ten points more of one lever, for one visit type or all; None where nothing can change."""
    more = raised(ground.adoption, lever, kind)
    if (getattr(more, lever) <= getattr(ground.adoption, lever)).all():
        return None
    outcomes = {end: _visits_outcome(ground, network, more, end, part) for end in ENDS}
    likely = outcomes["likely"]
    if likely.visits <= 0 and outcomes["best"].visits <= 0 and likely.travel_kes == 0:
        return None
    known = 0.0
    if lever == "information":
        now, then = (ground.knows(each.information) for each in (ground.adoption, more))
        account = ground.account(ground.adoption)
        reached = account.branch if part is None else account.branch * part
        known = travel_of(reached, network.kes(now) - network.kes(then))
    figures = _figures(ground, lever, kind)
    return effect_of(lever, outcomes, figures, visit_type=kind, known_kes=known)


def raised(adoption: Adoption, lever: VisitLever, kind: int | None, step: float = STEP) -> Adoption:
    """The adoption with one lever pulled a step further, up to 1, for one visit type or all."""
    pulled = getattr(adoption, lever).copy()
    columns = slice(None) if kind is None else slice(kind, kind + 1)
    pulled[:, columns] = np.minimum(1.0, pulled[:, columns] + step)
    return replace(adoption, **{lever: pulled})


def _visits_outcome(
    ground: Ground, network: Network, more: Adoption, end: End, part: Array | None
) -> Outcome:
    """From the account of demand before and after, at one end of the figures."""
    before, after = ground.account(ground.adoption, end), ground.account(more, end)
    knew, knows = ground.knows(ground.adoption.information), ground.knows(more.information)
    share = np.ones_like(before.branch) if part is None else part
    knows = np.where((share > 0).any(axis=1), knows, knew)
    branch = before.branch + (after.branch - before.branch) * share
    assisted = (after.assisted - before.assisted) * share
    online = (after.online - before.online) * share
    saved = {}
    for unit in ("minutes", "kes"):
        trip, trip_after = getattr(network, unit)(knew), getattr(network, unit)(knows)
        there = ground.assisted_min if unit == "minutes" else ground.assisted_kes
        saved[unit] = travel_of(before.branch, trip) - travel_of(branch, trip_after)
        saved[unit] -= travel_of(assisted, there[:, None])
    waited = yearly_waiting(ground, network, before.branch, knew).at(end).sum()
    waits = yearly_waiting(ground, network, branch, knows).at(end).sum()
    wait_min = float(waited - waits)
    fewer, upkeep = before.branch - branch, _upkeep(ground, more, end)
    return Outcome(
        visits=float(np.abs(fewer).sum()),
        travel_min=saved["minutes"],
        wait_min=wait_min,
        travel_kes=saved["kes"],
        kes=saved["kes"] + wait_min * ground.kes_per_minute,
        cost=_use_cost(ground, online, assisted, end)
        + _campaign_cost(ground, more, end, share)
        + upkeep,
        counter_min=float((fewer @ ground.problem.visit_minutes).sum()),
        first_cost=upkeep,
    )


def travel_of(visits: Array, trip: Array) -> float:
    """Trips of visits; those that nobody makes count nothing, wherever they would lead."""
    return float(np.where(visits != 0, visits * np.nan_to_num(trip, posinf=0.0), 0.0).sum())


def _use_cost(ground: Ground, online: Array, assisted: Array, end: End) -> float:
    """What visits more online and more at assisted points cost."""
    costs = ground.costs
    by_online = float(online.sum()) * cost_at(costs.online_use, end)
    return by_online + float(assisted.sum()) * cost_at(costs.assisted_use, end)


def _campaign_cost(ground: Ground, more: Adoption, end: End, share: Array) -> float:
    """Adults newly reached, each once, whatever a campaign tells of.

    Of an area only the people of the points with a share count: adults as the population is.
    """
    people = np.array([point.population for point in ground.pack.demand_points])
    told = np.where((share > 0).any(axis=1), people, 0.0)
    areas = ground.adults.size
    whole, near = (np.bincount(ground.area, each, minlength=areas) for each in (people, told))
    inside = np.divide(near, whole, out=np.ones(areas), where=whole > 0)
    levels = [each.information.max(axis=1, initial=0.0) for each in (ground.adoption, more)]
    reached = (levels[1] - levels[0]) * ground.reach * np.nan_to_num(ground.adults) * inside
    return float(reached.sum()) * cost_at(ground.costs.information, end)


def _upkeep(ground: Ground, more: Adoption, end: End) -> float:
    """What visit types cost that were not online before."""
    newly = (more.online > 0).any(axis=0) & ~(ground.adoption.online > 0).any(axis=0)
    return float(newly.sum()) * cost_at(ground.costs.online, end)


def _figures(ground: Ground, lever: VisitLever, kind: int | None) -> tuple[Figure, ...]:
    """What the pack says of a lever on visits."""
    own, costs = ground.pack.customers, ground.costs
    ids = ground.problem.visit_type_ids
    shown = ids if kind is None else ids[kind : kind + 1]
    chosen = [own.alternatives[name] for name in shown if name in own.alternatives]
    factor = None if own.online is None else own.online.factor
    effect = None if own.information is None else own.information.effect
    found: dict[VisitLever, list[Figure | None]] = {
        "online": [*(each.remote for each in chosen), factor, costs.online, costs.online_use],
        "assisted": [*(each.remote for each in chosen), factor, costs.assisted_use],
        "information": [*(each.wasted for each in chosen), effect, costs.information],
    }
    return tuple(figure for figure in found[lever] if figure is not None)
