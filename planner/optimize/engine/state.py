"""The network under search: fixed ground, changing state, as tuples of arrays for the kernels."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from planner.optimize.engine.instance import Floats, Instance, Ints

Array = NDArray[Any]


class Ground(NamedTuple):
    """What a search does not change; fields not told here are those of `Instance`.

    start, site, cost are the arcs by point, nearest first; begin, point, length the same arcs by
    site. base (B, I): what a row costs that no open branch serves, `far` where it may not stay
    so. Class b needs class_service[class_start[b]:...]; related classes share a service. Cliques
    and floors are listed by offering j * S + s (item_...), floors of branches by site. limits:
    least and most branches, most new ones, most excess. reserve (M,): what the cheapest branch
    takes of each budget.
    """

    start: Array
    site: Array
    cost: Array
    begin: Array
    point: Array
    length: Array
    weight: Array
    base: Array
    far: float
    needs: Array
    class_start: Array
    class_service: Array
    related_start: Array
    related: Array
    open_least: Array
    open_most: Array
    offers_least: Array
    offers_most: Array
    format_allowed: Array
    format_services: Array
    branch_cost: Array
    offering_cost: Array
    budget_branch: Array
    budget_offering: Array
    budget_limit: Array
    reserve: Array
    limits: Array
    is_new: Array
    item_clique_start: Array
    item_clique: Array
    clique_allowed: Array
    clique_price: Array
    item_floor_start: Array
    item_floor: Array
    site_floor_start: Array
    site_floor: Array
    floor_least: Array
    floor_of_branches: Array


class State(NamedTuple):
    """A network and what follows from it.

    lack (B, J): how many services a site still misses for a class; able (B, J). near, second
    (B, I): cost of each row at its nearest and second-nearest able branch, at and second_at
    the branches, -1 for none. gain (B, J): what completing a class there would save, loss (B, J):
    what it would cost not to. numbers: open, new, excess, rows unserved,
    branches that floors still ask for. sums: travel,
    everything else.
    """

    is_open: Array
    formats: Array
    offers: Array
    lack: Array
    able: Array
    near: Array
    second: Array
    at: Array
    second_at: Array
    gain: Array
    loss: Array
    spend: Array
    clique_count: Array
    floor_count: Array
    numbers: Array
    sums: Array


def ground_of(instance: Instance) -> Ground:
    """Prepare an instance for searching."""
    sites, services = instance.sites, instance.services
    begin, point, length = _by_site(instance)
    longest = float(instance.cost.max(initial=0.0))
    known = instance.rest_exact & np.isfinite(instance.rest)
    top = max(longest, float(instance.rest[known].max(initial=0.0)))
    far = FAR * top + 1.0
    clique_of = np.repeat(np.arange(instance.clique_service.size), np.diff(instance.clique_start))
    item = instance.clique_site * services + instance.clique_service[clique_of]
    floor_of = np.repeat(np.arange(instance.floor_least.size), np.diff(instance.floor_start))
    service = instance.floor_service[floor_of]
    whole = service < 0
    floor_item = instance.floor_site * services + service
    clique_start, cliques = _grouped(item, clique_of, sites * services)
    floor_start, floors = _grouped(floor_item[~whole], floor_of[~whole], sites * services)
    site_floor_start, site_floors = _grouped(instance.floor_site[whole], floor_of[whole], sites)
    shared = instance.needs.astype(np.int64) @ instance.needs.T.astype(np.int64) > 0
    excess = -1 if instance.excess_most is None else instance.excess_most
    limits = [instance.branches_least, instance.branches_most, instance.new_most, excess]
    return Ground(
        start=instance.start,
        site=instance.site,
        cost=instance.cost,
        begin=begin,
        point=point,
        length=length,
        weight=instance.weight,
        base=np.where(known, instance.rest, far),
        far=far,
        needs=instance.needs,
        class_start=_starts(instance.needs.sum(axis=1)),
        class_service=np.nonzero(instance.needs)[1].astype(np.int64),
        related_start=_starts(shared.sum(axis=1)),
        related=np.nonzero(shared)[1].astype(np.int64),
        open_least=instance.open_least,
        open_most=instance.open_most,
        offers_least=instance.offers_least,
        offers_most=instance.offers_most,
        format_allowed=instance.format_allowed,
        format_services=instance.format_services,
        branch_cost=instance.branch_cost,
        offering_cost=instance.offering_cost,
        budget_branch=instance.budget_branch,
        budget_offering=instance.budget_offering,
        budget_limit=instance.budget_limit,
        reserve=_cheapest(instance),
        limits=np.array(limits, dtype=np.int64),
        is_new=instance.is_new,
        item_clique_start=clique_start,
        item_clique=cliques,
        clique_allowed=instance.clique_allowed,
        clique_price=instance.clique_price,
        item_floor_start=floor_start,
        item_floor=floors,
        site_floor_start=site_floor_start,
        site_floor=site_floors,
        floor_least=instance.floor_least,
        floor_of_branches=instance.floor_service < 0,
    )


FAR = 3.0  # a row without a branch costs so many times the longest trip, while searching


def _cheapest(instance: Instance) -> Ints:
    """What a branch with one service takes of each budget at least, shape (M,)."""
    cheapest = instance.budget_branch.min(axis=2) + instance.budget_offering.min(axis=2)
    return np.asarray(cheapest.min(axis=1, initial=1 << 62), dtype=np.int64)


def _by_site(instance: Instance) -> tuple[Ints, NDArray[np.int32], Floats]:
    shape = (instance.points, instance.sites)
    rows = csr_array((instance.cost, instance.site, instance.start), shape=shape)
    columns = rows.tocsc()
    return (
        columns.indptr.astype(np.int64),
        columns.indices.astype(np.int32, copy=False),
        columns.data,
    )


def _grouped(keys: Ints, values: Ints, size: int) -> tuple[Ints, Ints]:
    """Values by key: key k owns values[start[k]:start[k + 1]]."""
    order = np.argsort(keys, kind="stable")
    return _starts(np.bincount(keys, minlength=size)), values[order].astype(np.int64)


def _starts(sizes: Ints) -> Ints:
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)


def empty_state(ground: Ground) -> State:
    """The network with no branch at all; rows are filled in by the kernel `rebuild`."""
    classes, points = ground.weight.shape
    sites, services = ground.offers_most.shape
    return State(
        is_open=np.zeros(sites, dtype=np.bool_),
        formats=np.zeros(sites, dtype=np.int64),
        offers=np.zeros((sites, services), dtype=np.bool_),
        lack=np.zeros((classes, sites), dtype=np.int64),
        able=np.zeros((classes, sites), dtype=np.bool_),
        near=np.zeros((classes, points)),
        second=np.zeros((classes, points)),
        at=np.zeros((classes, points), dtype=np.int32),
        second_at=np.zeros((classes, points), dtype=np.int32),
        gain=np.zeros((classes, sites)),
        loss=np.zeros((classes, sites)),
        spend=np.zeros(ground.budget_limit.size, dtype=np.int64),
        clique_count=np.zeros(ground.clique_allowed.size, dtype=np.int64),
        floor_count=np.zeros(ground.floor_least.size, dtype=np.int64),
        numbers=np.zeros(5, dtype=np.int64),
        sums=np.zeros(2),
    )
