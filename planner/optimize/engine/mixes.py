"""One site by itself: its best format and its best mix of services at given prices.

Services that some class needs together form a group, and every subset of a group is tried.
Classes of a group with too many services are shared out: the saving of a class is at most the mean
of what each of its services would earn if that service alone earned all of it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from planner.optimize.engine.instance import Bools, Floats, Instance, Ints

LARGEST_GROUP = 10  # services whose subsets are all tried
LARGEST_TABLE = 4_000_000  # sites x subsets


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Services that are chosen together: k of them, m classes.

    Attributes:
        services: Shape (k,).
        classes: Classes that need two or more of them, shape (m,).
        subsets: Whether a subset holds a service, shape (2**k, k), the empty one first.
        completes: Whether a subset completes a class, shape (2**k, m).
        barred: 0 where a site may offer exactly this subset in a format, else inf,
            shape (F, J, 2**k).
    """

    services: Ints
    classes: Ints
    subsets: Floats
    completes: Floats
    barred: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Choices:
    """What every site may choose.

    Attributes:
        share: How much of a class's saving a service earns by itself, shape (B, S).
        single: Whether a service is chosen by itself, shape (S,).
        groups: The other services.
        allowed: What a branch may offer by format, shape (F, J, S).
        least: What it must offer, shape (J, S).
        possible: Whether a site may take a format, shape (F, J).
    """

    share: Floats
    single: Bools
    groups: tuple[Group, ...]
    allowed: Bools
    least: Bools
    possible: Bools


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """What branches (J, F) and offerings (J, S) cost, and what they save each class (B, J)."""

    branch: Floats
    offering: Floats
    saved: Floats


@dataclass(frozen=True, slots=True, eq=False)
class BestMixes:
    """Of every site: value if open (J,), its offers (J, S) and format (J,); inf if it cannot."""

    value: Floats
    offers: Bools
    formats: Ints


def choices_of(instance: Instance) -> Choices:
    """Group the services of an instance."""
    needs = instance.needs
    allowed = instance.offers_most[None] & instance.format_services[:, None, :]
    fits = ~(instance.offers_least[None] & ~allowed).any(axis=2)
    possible = instance.format_allowed.T & fits & allowed.any(axis=2)
    share = np.zeros(needs.shape)
    single = np.ones(instance.services, dtype=np.bool_)
    groups = []
    for members in _tied(needs):
        inside = np.flatnonzero(needs[:, members].any(axis=1))
        table = instance.sites << len(members)
        if len(members) > 1 and (len(members) > LARGEST_GROUP or table > LARGEST_TABLE):
            share[inside] = needs[inside] / needs[inside].sum(axis=1, keepdims=True)
            continue
        alone = needs[inside].sum(axis=1) == 1
        share[inside[alone]] = needs[inside[alone]]
        if len(members) > 1:
            single[members] = False
            groups.append(_group(instance, members, inside[~alone], allowed))
    return Choices(share, single, tuple(groups), allowed, instance.offers_least, possible)


def _tied(needs: Bools) -> list[list[int]]:
    """Services by the classes that tie them together."""
    parts: list[set[int]] = [{s} for s in range(needs.shape[1])]
    for row in needs:
        wanted = set(np.flatnonzero(row).tolist())
        touched = [part for part in parts if part & wanted]
        if len(touched) > 1:
            parts = [part for part in parts if not part & wanted] + [set().union(*touched)]
    return sorted(sorted(part) for part in parts)


def _group(instance: Instance, members: list[int], classes: Ints, allowed: Bools) -> Group:
    bits = np.arange(1 << len(members))[:, None] >> np.arange(len(members))[None] & 1
    subsets: Bools = bits.astype(np.bool_)
    lacks: Bools = instance.needs[classes][:, members]
    missing = np.asarray((lacks[None] & ~subsets[:, None, :]).any(axis=2), dtype=np.bool_)
    least = instance.offers_least[:, members]
    more = (subsets[None, None] & ~allowed[:, :, None, members]).any(axis=3)
    beyond = np.asarray(more, dtype=np.bool_)
    short = np.asarray((least[:, None, :] & ~subsets[None]).any(axis=2), dtype=np.bool_)
    barred: Floats = np.zeros(beyond.shape)
    barred[beyond | short[None]] = math.inf
    return Group(
        np.array(members, dtype=np.int64),
        classes,
        subsets.astype(np.float64),
        (~missing).astype(np.float64),
        barred,
    )


def best_mixes(choices: Choices, prices: Prices) -> BestMixes:
    """The best mix of every site that would be open, with at least one service."""
    formats, sites, services = choices.allowed.shape
    value = np.full(sites, math.inf)
    offers = np.zeros((sites, services), dtype=np.bool_)
    best_format = np.zeros(sites, dtype=np.int64)
    earned = prices.offering + np.einsum("bj,bs->js", prices.saved, choices.share)
    tables = [_table(group, prices, earned) for group in choices.groups]
    every = np.arange(sites)
    for f in range(formats):
        allowed = choices.allowed[f]
        taken = (choices.least | (earned < 0)) & allowed & choices.single
        total = prices.branch[:, f] + np.where(taken, earned, 0.0).sum(axis=1)
        first_cost = np.where(allowed & choices.single, earned, math.inf)
        first = first_cost.argmin(axis=1)
        first_cost = first_cost[every, first]
        first_subset = np.full(sites, -1, dtype=np.int64)
        first_group = np.full(sites, -1, dtype=np.int64)
        for g, (group, table) in enumerate(zip(choices.groups, tables, strict=True)):
            open_table = table + group.barred[f]
            subset = open_table.argmin(axis=1)
            total += open_table[every, subset]
            taken[:, group.services] = group.subsets[subset] > 0
            some = 1 + open_table[:, 1:].argmin(axis=1)
            cheaper = open_table[every, some] < first_cost
            first_cost = np.where(cheaper, open_table[every, some], first_cost)
            first_subset[cheaper] = some[cheaper]
            first_group[cheaper] = g
        empty = ~taken.any(axis=1) & choices.possible[f]
        for j in np.flatnonzero(empty).tolist():
            total[j] += first_cost[j]
            if first_group[j] < 0:
                taken[j, first[j]] = True
            else:
                group = choices.groups[first_group[j]]
                taken[j, group.services] = group.subsets[first_subset[j]] > 0
        better = choices.possible[f] & (total < value)
        value[better] = total[better]
        offers[better] = taken[better]
        best_format[better] = f
    return BestMixes(value, offers, best_format)


def _table(group: Group, prices: Prices, earned: Floats) -> Floats:
    """What every subset of a group costs at every site, shape (J, 2**k)."""
    costs = earned[:, group.services] @ group.subsets.T
    return np.asarray(costs + prices.saved[group.classes].T @ group.completes.T)


def flip_values(choices: Choices, prices: Prices) -> tuple[Floats, Floats]:
    """The least value of every open site with, and without, each service; shape (J, S) each.

    Lower bounds: that a branch offers something is not asked for here. inf where it cannot be.
    """
    formats, sites, services = choices.allowed.shape
    present = np.full((sites, services), math.inf)
    absent = np.full((sites, services), math.inf)
    earned = prices.offering + np.einsum("bj,bs->js", prices.saved, choices.share)
    tables = [_table(group, prices, earned) for group in choices.groups]
    for f in range(formats):
        allowed = choices.allowed[f]
        taken = (choices.least | (earned < 0)) & allowed & choices.single
        total = prices.branch[:, f] + np.where(taken, earned, 0.0).sum(axis=1)
        total = np.where(choices.possible[f], total, math.inf)
        least = [
            table + group.barred[f] for group, table in zip(choices.groups, tables, strict=True)
        ]
        for table in least:
            total = total + table.min(axis=1)
        in_ = total[:, None] + np.where(taken, 0.0, earned)
        out = total[:, None] - np.where(taken, earned, 0.0)
        in_ = np.where(allowed, in_, math.inf)
        out = np.where(choices.least, math.inf, out)
        for group, table in zip(choices.groups, least, strict=True):
            rest = total - np.where(np.isfinite(total), table.min(axis=1), 0.0)
            for k, s in enumerate(group.services.tolist()):
                has = group.subsets[:, k] > 0
                in_[:, s] = rest + table[:, has].min(axis=1)
                out[:, s] = rest + table[:, ~has].min(axis=1)
        present = np.minimum(present, in_)
        absent = np.minimum(absent, out)
    return present, absent
