"""Which branches would be duplicates of one another, and how many of them may offer a service."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.problem import PlanningProblem

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Clique:
    """Sites that are pairwise within the separation of a service, and how many may offer it."""

    service: int
    sites: tuple[int, ...]
    allowed: int


def cliques(problem: PlanningProblem, kept: Bools) -> Iterator[Clique]:
    """Cliques with R_Ks: one, what is inherited and kept, or what the load near them justifies.

    Args:
        problem: The problem.
        kept: Offerings of today that are kept, shape (J, S).
    """
    if problem.rules.duplicates == "allow":
        return
    for s in range(len(problem.service_ids)):
        conflict = _within(problem.site_km, problem.separation_km[s])
        conflict |= _within(problem.site_min, problem.separation_min[s])
        np.fill_diagonal(conflict, val=False)
        if not conflict.any():
            continue
        capacity = _capacity(problem, s)
        near = _near(problem, s) if problem.rules.justified_by_load else None
        for sites in _cliques_of(np.packbits(conflict).tobytes(), len(problem.site_ids)):
            members = list(sites)
            largest = float(capacity[members].max())
            justified = (
                1 if near is None else _justified_by_load(problem, s, near, members, largest)
            )
            yield Clique(s, sites, max(1, justified, int(kept[members, s].sum())))


def _within(distance: NDArray[np.float64], limit: NDArray[np.float64]) -> Bools:
    return np.asarray((limit >= 0) & (distance <= limit))


def _capacity(problem: PlanningProblem, s: int) -> NDArray[np.float64]:
    """Yearly visits of a service that each site could serve in the best of its formats, (J,)."""
    each = float(problem.service_counter_min[s])
    able = problem.format_allowed & problem.format_services[:, s]
    served = problem.capacity_visits
    if each > 0:
        served = np.minimum(served, counter_minutes(problem) / each)
    return np.asarray(np.where(able, served, 0.0).max(axis=1))


def counter_minutes(problem: PlanningProblem) -> NDArray[np.float64]:
    """Minutes a year that the counters of each site and format serve, inf for no limit, (J, F)."""
    counted = np.isfinite(problem.counters)
    minutes = np.where(counted, problem.counters, 0.0) * problem.counter_minutes_per_year
    return np.where(counted, minutes, np.inf)


def _near(problem: PlanningProblem, s: int) -> Bools:
    """Whether the load of a demand point counts as near each site, shape (J, I)."""
    near = problem.km <= problem.near_km[s][:, None]
    near |= problem.minutes <= problem.near_min[s][:, None]
    return np.ascontiguousarray(near.T)


def _justified_by_load(
    problem: PlanningProblem, s: int, near: Bools, members: list[int], largest: float
) -> int:
    """How many branches the yearly visits near a clique need: R_Ks."""
    if not math.isfinite(largest):
        return 1
    there = near[members].any(axis=0)
    load = float(problem.visits[there][:, problem.does[:, s]].sum())
    if load <= largest:
        return 1
    return min(len(members), math.ceil(load / largest * (1 - 1e-9))) if largest else len(members)


@functools.lru_cache(maxsize=16)
def _cliques_of(packed: bytes, size: int) -> tuple[tuple[int, ...], ...]:
    """The maximal cliques of conflicts between so many sites; questions of a row share them."""
    bits = np.unpackbits(np.frombuffer(packed, dtype=np.uint8), count=size * size)
    return tuple(maximal_cliques(bits.reshape(size, size).astype(np.bool_)))


def maximal_cliques(conflict: Bools) -> list[tuple[int, ...]]:
    """All maximal cliques of two or more vertices, sorted; Bron-Kerbosch with a pivot.

    Bron & Kerbosch 1973; pivot as in Tomita, Tanaka & Takahashi 2006. Sets are bit masks.
    """
    count = conflict.shape[0]
    neighbours = [sum(1 << int(k) for k in np.flatnonzero(conflict[j])) for j in range(count)]
    found: list[tuple[int, ...]] = []

    todo = [(0, (1 << count) - 1, 0)]
    while todo:
        clique, open_set, done = todo.pop()
        if not open_set and not done:
            if clique.bit_count() > 1:
                found.append(tuple(_bits(clique)))
            continue
        pivot = max(_bits(open_set | done), key=lambda v: (open_set & neighbours[v]).bit_count())
        for v in list(_bits(open_set & ~neighbours[pivot])):
            todo.append((clique | 1 << v, open_set & neighbours[v], done & neighbours[v]))
            open_set &= ~(1 << v)
            done |= 1 << v
    return sorted(found)


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
