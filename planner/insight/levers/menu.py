"""What may be bought: networks, levels of the levers by visit type and area, and counters."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from planner.demand.account import Adoption, able_online
from planner.insight.levers.ground import Array, Ground
from planner.insight.levers.networks import Network
from planner.insight.levers.outcomes import LeftOut, missing_costs
from planner.insight.levers.waiting import yearly_waiting
from planner.optimize.offer import PackageProblem, Steps
from planner.pack.figures import Figure

STEPS = (0.0, 0.25, 0.5)  # levels on offer; half of those who can is as far as the menu goes
MOST_COUNTERS = 6  # on offer at one branch


@dataclass(frozen=True, slots=True, eq=False)
class Menu:
    """What is on offer, in positions and in words.

    Attributes:
        ground: What all is reckoned from.
        networks: K networks; the first is the one that costs nothing.
        levels: (online, assisted, information) of each level, shape (L, 3); a level pulls a lever
            at least so far, and the first leaves everything as it is.
        problem: The same as figures.
        compared: Which visits are compared, shape (I, B): those that every network can complete.
        left_out: What is not on offer, and why.
    """

    ground: Ground
    networks: tuple[Network, ...]
    levels: Array
    problem: PackageProblem
    compared: NDArray[np.bool_]
    left_out: tuple[LeftOut, ...]

    @property
    def visits_left_out(self) -> float:
        """Yearly visits that some network cannot complete, so that no network counts them."""
        return float(self.ground.base[~self.compared].sum())

    def adoption(self, level: NDArray[np.int64]) -> Adoption:
        """How far the levers are pulled at a level of each visit type and area, shape (B, C)."""
        now = self.ground.adoption
        asked = self.levels[level.T]  # (C, B, 3)
        information = self.levels[level[0]][:, 2] if level.size else np.zeros(level.shape[1])
        return replace(
            now,
            online=np.maximum(now.online, asked[..., 0]),
            assisted=np.maximum(now.assisted, asked[..., 1]),
            information=np.maximum(now.information, information[:, None]),
        )


def menu_of(
    ground: Ground, networks: tuple[Network, ...], steps: tuple[float, ...] = STEPS
) -> Menu:
    """The menu of a ground and its networks.

    Args:
        ground: The ground.
        networks: On offer; the first is what there is without spending.
        steps: How far levers may be pulled, from 0.

    What a level saves follows from the formulas of `docs/demand.md`, section 3, summed by area:
    the travel of a network is summed over the visits of an area, and a level is a factor on it.
    """
    costs, left_out = ground.costs, []
    offered: dict[str, tuple[float, ...]] = {}
    needs = {"online": ("online", "online_use"), "assisted": ("assisted_use",)}
    for lever, keys in (*needs.items(), ("information", ("information", "adults"))):
        missing = missing_costs(costs, keys)
        offered[lever] = (0.0,) if missing else steps
        if missing:
            left_out.append(LeftOut(lever, "cost", missing))  # type: ignore[arg-type]
    if not np.isfinite(ground.assisted_kes).any():
        offered["assisted"] = (0.0,)
    order = list(itertools.product(offered["information"], offered["online"], offered["assisted"]))
    levels = np.array([(online, assisted, told) for told, online, assisted in order])
    told = np.array(offered["information"])
    campaign = np.searchsorted(told, levels[:, 2])
    if costs.counter is None:
        left_out.append(LeftOut("counter", "cost", missing_costs(costs, ("counter",))))
    every = [n.trip_kes for n in networks] + [n.known_kes for n in networks]
    compared = np.logical_and.reduce([np.isfinite(trip) for trip in every])
    first = networks[0].annual_kes
    knows = ground.knows(ground.adoption.information)
    visits = ground.problem.visits
    waiting = [yearly_waiting(ground, n, visits, knows).likely for n in networks]
    network_saved = np.array([float((waiting[0] - each).sum()) for each in waiting])
    parts = _Parts.of(ground, levels)
    problem = PackageProblem(
        network_kes=np.array([float(each.annual_kes - first) for each in networks]),
        network_saved=network_saved * ground.kes_per_minute,
        saved=_saved(ground, networks, levels, parts, compared),
        use_kes=_use(ground, parts),
        campaign=campaign.astype(np.int64),
        campaign_kes=_campaigns(ground, told),
        online=_newly_online(ground, levels),
        online_kes=np.full(visits.shape[1], _value(costs.online)),
        steps=tuple(
            _steps(ground, each, waits, knows)
            for each, waits in zip(networks, waiting, strict=True)
        ),
    )
    return Menu(ground, networks, levels, problem, compared, tuple(left_out))


@dataclass(frozen=True, slots=True, eq=False)
class _Parts:
    """Shares of the base visits at each level, shape (B, C, L)."""

    branch: Array
    online: Array
    assisted: Array

    @classmethod
    def of(cls, ground: Ground, levels: Array) -> _Parts:
        """By the formulas of the account of demand, for each area as one."""
        now, pack = ground.adoption, ground.pack
        given = [pack.customers.alternatives.get(kind.id) for kind in pack.visit_types]
        wasted = np.array([0.0 if a is None else _value(a.wasted) for a in given])
        remote = np.array([0.0 if a is None else _value(a.remote) for a in given])
        information = pack.customers.information
        effect = 0.0 if information is None else _value(information.effect)
        able = able_online(pack)[None, :, None]
        pulled = [
            np.maximum(each.T[:, :, None], levels[:, n])
            for n, each in enumerate((now.online, now.assisted, now.information))
        ]
        saved = wasted[:, None, None] * effect * ground.reach[None, :, None] * pulled[2]
        rest = (1 - saved) * remote[:, None, None]
        online, assisted = rest * pulled[0] * able, rest * pulled[1] * (1 - able)
        return cls(np.maximum(0.0, 1 - saved - online - assisted), online, assisted)


def _value(figure: Figure | None) -> float:
    return 0.0 if figure is None else figure.value


def _by_area(ground: Ground, values: Array) -> Array:
    """Sums over the points of an area, shape (B, C), of values by point, shape (I, B)."""
    summed = np.zeros((ground.adoption.online.shape[0], values.shape[1]))
    np.add.at(summed, ground.area, values)
    return summed.T


def _saved(
    ground: Ground,
    networks: tuple[Network, ...],
    levels: Array,
    parts: _Parts,
    compared: NDArray[np.bool_],
) -> Array:
    """What customers save of travel, shape (K, B, C, L), against the first network as it is."""
    base = np.where(compared, ground.base, 0.0)
    there = np.where(np.isfinite(ground.assisted_kes), ground.assisted_kes, 0.0)
    to_assisted = _by_area(ground, base * there[:, None])[:, :, None] * parts.assisted
    now = ground.adoption.information.max(axis=1, initial=0.0)
    told = np.maximum(now[:, None], levels[:, 2]) * ground.reach[:, None]
    knows = ground.knowledge + (1 - ground.knowledge) * told  # (C, L)
    spent = []
    for network in networks:
        every, known = (
            _by_area(ground, base * np.where(compared, trip, 0.0))[:, :, None]
            for trip in (network.trip_kes, network.known_kes)
        )
        travel = every * knows[None] + known * (1 - knows)[None]
        spent.append(parts.branch * travel + to_assisted)
    return np.stack([spent[0][:, :, :1] - each for each in spent])


def _use(ground: Ground, parts: _Parts) -> Array:
    """What a level costs in use more than today's, shape (B, C, L)."""
    visits, costs = _by_area(ground, ground.base)[:, :, None], ground.costs
    total = visits * parts.online * _value(costs.online_use)
    total += visits * parts.assisted * _value(costs.assisted_use)
    return np.asarray(total - total[:, :, :1])


def _campaigns(ground: Ground, told: Array) -> Array:
    """What a campaign costs in each area, shape (C, N): adults newly reached."""
    now = ground.adoption.information.max(axis=1, initial=0.0)[:, None]
    more = np.maximum(now, told[None, :]) - now
    adults = (ground.reach * np.nan_to_num(ground.adults))[:, None]
    return np.asarray(more * adults * _value(ground.costs.information))


def _newly_online(ground: Ground, levels: Array) -> NDArray[np.bool_]:
    """Whether a level puts a visit type online that is not so anywhere, shape (B, C, L)."""
    now = ground.adoption.online
    new = np.asarray((now > 0).sum(axis=0) == 0)
    shape = (now.shape[1], now.shape[0], levels.shape[0])
    return np.broadcast_to(new[:, None, None] & (levels[:, 0] > 0), shape).copy()


def _steps(ground: Ground, network: Network, waits: Array, knows: Array) -> Steps:
    """Counters on offer at each branch, with what each saves at today's visits."""
    cost = ground.costs.counter
    if cost is None:
        nothing = np.zeros(0)
        return Steps(nothing.astype(np.int64), nothing, nothing)
    sites = np.array([queue.site for queue in network.queues], dtype=np.int64)
    before, saved = waits, []
    for number in range(1, MOST_COUNTERS + 1):
        more = np.zeros(waits.size, dtype=np.int64)
        more[sites] = number
        visits = ground.problem.visits
        after = yearly_waiting(ground, network, visits, knows, more=more).likely
        saved.append((before - after)[sites])
        before = after
    by_branch = np.array(saved).T.reshape(-1) * ground.kes_per_minute
    branch = np.repeat(sites, MOST_COUNTERS)
    return Steps(branch, np.maximum(0.0, by_branch), np.full(branch.size, cost.value))
