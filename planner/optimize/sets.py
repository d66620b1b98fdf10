"""The model's sets: who may go where, what is certain, and which branches would be duplicates."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from planner.problem import PlanningProblem

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

LISTED_ARCS = 60_000  # beyond this many, only the nearest sites of each point are listed
LISTED_ARCS_OF_PARTS = 300_000  # the same for models with most choices already made


@dataclass(frozen=True, slots=True, eq=False)
class DemandClass:
    """Visit types that need the same services; they always choose the same branch.

    Attributes:
        needs: Positions of the services that must be at the branch.
        visits: Yearly visits per demand point, shape (I,).
    """

    needs: tuple[int, ...]
    visits: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Arcs:
    """The sites that demand point i may use for class b, nearest first: N_ib of the model.

    Attributes:
        point: Demand point of each row (i, b) with visits, shape (R,).
        demand_class: Its class, shape (R,).
        start: Row r owns the arcs start[r]:start[r + 1], shape (R + 1,).
        site: Site of each arc.
        cost: Impedance of each arc.
        rest_cost: What a visit costs that uses no listed site, shape (R,). Exact where it goes
            to a branch that is certain; else a valid lower bound (the first site left out);
            inf where there is nothing beyond the listed sites.
        exact: Whether rest_cost is exact or inf, shape (R,).
    """

    point: NDArray[np.int64]
    demand_class: NDArray[np.int64]
    start: NDArray[np.int64]
    site: NDArray[np.int64]
    cost: Floats
    rest_cost: Floats
    exact: Bools


@dataclass(frozen=True, slots=True, eq=False)
class Clique:
    """Sites that are pairwise within the separation of a service, and how many may offer it."""

    service: int
    sites: tuple[int, ...]
    allowed: int


@dataclass(frozen=True, slots=True, eq=False)
class ModelSets:
    """Everything the formulation iterates over.

    `least` and `most` bound y (J,) and z (J, S): locks, what is kept, what is listed.
    `could_offer` (J, S) is what the pack and the mix allow, locks aside.
    """

    classes: tuple[DemandClass, ...]
    cliques: tuple[Clique, ...]
    least_open: Bools
    most_open: Bools
    least_offered: Bools
    most_offered: Bools
    could_offer: Bools


def model_sets(problem: PlanningProblem) -> ModelSets:
    """The sets of a problem."""
    rules = problem.rules
    closed = _positions(rules.locked_closed, len(problem.site_ids))
    kept = problem.existing & ~closed if rules.existing == "keep" else np.zeros_like(closed)
    least_open = kept | (_positions(rules.locked_open, closed.size) & ~closed)
    most_open = ~closed
    least_offered = problem.today & kept[:, None]
    could_offer = np.ones_like(problem.today)
    if rules.mix == "as_listed":
        could_offer = problem.today.copy()
    most_offered = could_offer & most_open[:, None]
    if rules.mix == "as_listed":
        least_offered |= problem.today & least_open[:, None]
        most_open = most_open & (most_offered.any(axis=1) | least_open)
    return ModelSets(
        classes=tuple(_classes(problem)),
        cliques=tuple(_cliques(problem, problem.today & kept[:, None])),
        least_open=least_open,
        most_open=most_open,
        least_offered=least_offered,
        most_offered=most_offered,
        could_offer=could_offer,
    )


def narrowed(sets: ModelSets, off: Bools, absent: Bools, on: Bools, present: Bools) -> ModelSets:
    """The same sets with some free choices made.

    Args:
        sets: The sets.
        off: Sites to close, shape (J,).
        absent: Offerings to leave out, shape (J, S).
        on: Sites to open, shape (J,).
        present: Offerings to make, shape (J, S).
    """
    closing = off & ~sets.least_open
    leaving = (absent | closing[:, None]) & ~sets.least_offered
    making = present & sets.most_offered & ~leaving
    return replace(
        sets,
        least_open=sets.least_open | (on & sets.most_open & ~closing) | making.any(axis=1),
        most_open=sets.most_open & ~closing,
        least_offered=sets.least_offered | making,
        most_offered=sets.most_offered & ~leaving,
    )


def _positions(chosen: frozenset[int], size: int) -> Bools:
    mask = np.zeros(size, dtype=np.bool_)
    mask[sorted(chosen)] = True
    return mask


def _classes(problem: PlanningProblem) -> Iterator[DemandClass]:
    grouped: dict[tuple[int, ...], list[int]] = {}
    for b in range(len(problem.visit_type_ids)):
        needs = tuple(int(s) for s in np.flatnonzero(problem.needs[b]))
        grouped.setdefault(needs, []).append(b)
    for needs, members in sorted(grouped.items()):
        visits = problem.visits[:, members].sum(axis=1)
        if visits.sum() > 0:
            yield DemandClass(needs, visits)


# -- arcs ----------------------------------------------------------------------------------


def model_arcs(
    problem: PlanningProblem,
    sets: ModelSets,
    wider: Mapping[tuple[int, int], int] | None = None,
    *,
    most: int | None = None,
) -> Arcs:
    """The listed sites of every demand point and class.

    A site farther than the nearest branch that is certain to complete the visit is never
    better, so it is left out: exact. If still too many arcs remain, only the nearest sites are
    listed, and what is left out is bounded from below by the first site left out.

    Args:
        problem: The problem.
        sets: Its sets.
        wider: For (point, class), how many sites to list at least; used after a solution
            reached beyond the list.
        most: How many arcs may be listed before lists are shortened; `LISTED_ARCS` by default.
    """
    most = LISTED_ARCS if most is None else most
    rows = [(b, i) for b, c in enumerate(sets.classes) for i in np.flatnonzero(c.visits > 0)]
    by_class = [_class_sites(sets, entry) for entry in sets.classes]
    candidates = [_useful_sites(problem, *by_class[b], int(i)) for b, i in rows]
    many = sum(useful.size for useful, _, _ in candidates) > most
    nearest = max(8, most // max(1, len(rows))) if many else len(problem.site_ids)
    sites, costs, rest, exact = [], [], [], []
    for (b, i), (useful, near, reach) in zip(rows, candidates, strict=True):
        listed = min(useful.size, max(nearest, (wider or {}).get((int(i), b), 0)))
        sites.append(useful[:listed])
        costs.append(near[:listed])
        rest.append(reach if listed == useful.size else float(near[listed]))
        exact.append(listed == useful.size)
    sizes = [len(part) for part in sites]
    empty = np.zeros(0)
    return Arcs(
        point=np.array([i for _, i in rows], dtype=np.int64),
        demand_class=np.array([b for b, _ in rows], dtype=np.int64),
        start=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        site=np.concatenate([empty, *sites]).astype(np.int64),
        cost=np.concatenate([empty, *costs]),
        rest_cost=np.array(rest, dtype=np.float64),
        exact=np.array(exact, dtype=np.bool_),
    )


def _useful_sites(
    problem: PlanningProblem,
    able: NDArray[np.int64],
    certain: NDArray[np.int64],
    point: int,
) -> tuple[NDArray[np.int64], Floats, float]:
    """Sites nearer than every certain branch, nearest first, with their impedances; and that."""
    known = problem.impedance[point, certain]
    reach = float(known.min()) if known.size else math.inf
    near = problem.impedance[point, able]
    order = np.argsort(near, kind="stable")
    inside = order[: int(np.searchsorted(near[order], reach, side="left"))]
    return able[inside], near[inside], reach


def _class_sites(
    sets: ModelSets, entry: DemandClass
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The sites that could complete a class but are not certain to, and those that are."""
    needs = list(entry.needs)
    certain = sets.least_open & sets.least_offered[:, needs].all(axis=1)
    able = sets.most_open & sets.most_offered[:, needs].all(axis=1) & ~certain
    return np.flatnonzero(able), np.flatnonzero(certain)


# -- duplicates ----------------------------------------------------------------------------


def _cliques(problem: PlanningProblem, inherited: Bools) -> Iterator[Clique]:
    """Cliques with R_Ks: one, what is inherited and kept, or what the load near them justifies."""
    if problem.rules.duplicates == "allow":
        return
    for s in range(len(problem.service_ids)):
        conflict = problem.site_km <= problem.separation_km[s]
        np.fill_diagonal(conflict, val=False)
        for sites in maximal_cliques(conflict):
            members = list(sites)
            allowed = max(
                1,
                _justified_by_load(problem, s, members),
                int(inherited[members, s].sum()),
            )
            yield Clique(s, sites, allowed)


def _justified_by_load(problem: PlanningProblem, s: int, members: list[int]) -> int:
    """How many branches the yearly visits near a clique need: R_Ks."""
    largest = float(problem.capacity_visits[members].max())
    if not problem.rules.justified_by_load or not math.isfinite(largest):
        return 1
    near = problem.km[:, members].min(axis=1) <= problem.near_km[s]
    load = float(problem.visits[near][:, problem.does[:, s]].sum())
    if load <= largest:
        return 1
    return min(len(members), math.ceil(load / largest * (1 - 1e-9))) if largest else len(members)


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
