"""The account of demand: what of the visits is avoided, online, assisted, and left for branches."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from planner.demand.segments import area_of_points, area_shares, dimensions, segment_shares
from planner.demand.visits import Visits
from planner.pack.customer_types import Alternatives
from planner.pack.figures import Figure
from planner.pack.types import Pack

Array = NDArray[np.float64]
Level = Literal["low", "mode", "high"]


@dataclass(frozen=True, slots=True, eq=False)
class Adoption:
    """How far each lever is pulled, by area and visit type, shape (C, B), 0 to 1.

    `minutes` is what is left of the counter minutes of a visit, 1 for all of them.
    """

    online: Array
    assisted: Array
    information: Array
    minutes: float = 1.0

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        for array in (self.online, self.assisted, self.information):
            array.setflags(write=False)


@dataclass(frozen=True, slots=True, eq=False)
class DemandAccount:
    """Yearly visits by demand point and visit type, shape (I, B).

    base = avoided + online + assisted + branch; `branch` is what branches must serve.
    """

    base: Array
    avoided: Array
    online: Array
    assisted: Array
    branch: Array

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        for entry in fields(self):
            getattr(self, entry.name).setflags(write=False)

    def totals(self) -> dict[str, float]:
        """The sums in visits a year, by name."""
        return {entry.name: float(getattr(self, entry.name).sum()) for entry in fields(self)}


def demand_account(pack: Pack, base: Array, adoption: Adoption) -> DemandAccount:
    """What the levers make of the base visits.

    Args:
        pack: A checked pack; a figure that it does not give counts as 0.
        base: Visits a year before any lever, shape (I, B).
        adoption: How far the levers are pulled.

    Returns:
        The account, by the formulas of `docs/demand.md`, section 3. With no lever pulled `branch`
        is `base` itself, to the last bit.
    """
    area = area_of_points(pack)
    able = able_online(pack)[area][:, None]
    reach = campaign_reach(pack)[area][:, None] * adoption.information[area]
    avoided = base * _wasted(pack) * _effect(pack) * reach
    rest = base - avoided
    remote = rest * _remote(pack)
    online = remote * adoption.online[area] * able
    assisted = remote * adoption.assisted[area] * (1.0 - able)
    branch = np.maximum(0.0, rest - online - assisted)  # rounding may leave less than nothing
    return DemandAccount(base.copy(), avoided, online, assisted, branch)


def able_online(pack: Pack) -> Array:
    """The share of each area's people who can be online, shape (C,); 0 where nothing is said.

    min(1, share x factor), nobody where that is below the floor. Each dimension of segments then
    multiplies it by sum(share_g x min(1, able x online_g)) / able.
    """
    reach = pack.customers.online
    if reach is None:
        return np.zeros(len(pack.areas))
    share = np.nan_to_num(area_shares(pack, reach.share), nan=0.0)
    able = np.minimum(1.0, share * reach.factor.value)
    able[able < reach.floor.value] = 0.0
    shares = segment_shares(pack)
    factor = np.ones_like(able)
    for dimension in dimensions(pack):
        own = [g for g, e in enumerate(pack.customers.segments) if e.dimension == dimension]
        online = np.array([pack.customers.segments[g].online.value for g in own])
        if (online == 1.0).all():
            continue
        mean = (shares[:, own] * np.minimum(1.0, able[:, None] * online)).sum(axis=1)
        factor *= np.divide(mean, able, out=np.ones_like(able), where=able > 0)
    return np.asarray(np.minimum(1.0, able * factor), dtype=np.float64)


def campaign_reach(pack: Pack) -> Array:
    """The share of each area's people whom a campaign can reach, shape (C,).

    Everybody where the pack names no column; nobody where it says nothing of information.
    """
    information = pack.customers.information
    if information is None:
        return np.zeros(len(pack.areas))
    if information.share is None:
        return np.ones(len(pack.areas))
    return np.nan_to_num(area_shares(pack, information.share), nan=0.0)


def assisted_points(pack: Pack) -> NDArray[np.bool_]:
    """Which sites are in the house of a host that helps people with online services, shape (J,)."""
    words = pack.customers.assisted_hosts
    return np.array(
        [any(word in host for word in words for host in site.hosts) for site in pack.sites],
        dtype=np.bool_,
    )


def grown(pack: Pack, visits: Visits, year: int | None = None, level: Level = "mode") -> Array:
    """The visits of a year, shape (I, B): visits x (1 + growth) ^ years.

    Args:
        pack: A checked pack.
        visits: Of the base year.
        year: The year; None is the base year, and then nothing grows.
        level: Which end of every figure, of the chain and of growth alike.
    """
    at_level: Array = getattr(visits, level)
    return at_level * growth_factors(pack, year, level)


def growth_factors(pack: Pack, year: int | None, level: Level = "mode") -> Array:
    """(1 + growth) ^ years by visit type, shape (B,); 1 exactly in the base year.

    A visit type's own growth stands in place of the general one.
    """
    growth = np.array([end_of(growth_of(pack, kind.id), level) for kind in pack.visit_types])
    return np.asarray((1.0 + growth) ** years_of_growth(pack, year), dtype=np.float64)


def base_year(pack: Pack) -> int | None:
    """The year that the pack's visits are for: that of `demand.toml`, else the pack's."""
    own = None if pack.rates is None else pack.rates.year
    return pack.year if own is None else own


def years_of_growth(pack: Pack, year: int | None) -> int:
    """Years from the base year to the year asked for; 0 where either is not given."""
    base = base_year(pack)
    return 0 if year is None or base is None else year - base


def growth_of(pack: Pack, visit_type: str) -> Figure | None:
    """The growth a year of one visit type; None where the pack says nothing."""
    own = pack.customers.alternatives.get(visit_type)
    return pack.customers.growth if own is None or own.growth is None else own.growth


def end_of(figure: Figure | None, level: Level) -> float:
    """The low, most likely or high value; 0 where there is no figure."""
    if figure is None:
        return 0.0
    return {"low": figure.low, "mode": figure.value, "high": figure.high}[level]


def _alternatives(pack: Pack) -> tuple[Alternatives, ...]:
    given = pack.customers.alternatives
    return tuple(given.get(kind.id, Alternatives(kind.id)) for kind in pack.visit_types)


def _wasted(pack: Pack) -> Array:
    return np.array([end_of(each.wasted, "mode") for each in _alternatives(pack)])


def _remote(pack: Pack) -> Array:
    return np.array([end_of(each.remote, "mode") for each in _alternatives(pack)])


def _effect(pack: Pack) -> float:
    information = pack.customers.information
    return 0.0 if information is None else information.effect.value
