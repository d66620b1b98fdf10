"""The exact finish for one demand class: Lagrangian branch and bound, or a model for PuLP."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planner.optimize.engine import one_class_kernels as kernels
from planner.optimize.engine.one_class import (
    Choice,
    Climb,
    Floats,
    Run,
    ascend,
    climb_from,
    is_decided,
    narrowed,
    root_places,
    tightened,
)
from planner.optimize.engine.one_class_proof import prove_by_model

ROUND = 30  # iterations between two attempts to fix
ROUNDS = 2  # ... and so many of them in a node
TRIED = 150  # nodes after which a small rest is handed to PuLP
MODEL_ARCS, MODEL_ARCS_OF_ROW = 100_000, 12  # the most arcs of such a rest, and a row's share
STEP = 0.7  # step factor at the foot of a node: it starts from its parent's multipliers


def prove(run: Run, choice: Choice, multiplier: Floats, mean: Floats) -> None:
    """Go through all that is left to choose; raises the run's bound when nothing is left.

    Each node is the choice that its parent leaves with one site opened or closed, so that its
    lists are shorter than the parent's. Where a list was cut off, a node can end without a
    proof; its bound then limits the run's.
    """
    whole = climb_from(choice, multiplier, STEP, mean)
    open_nodes = [(run.lower, choice, multiplier, mean)]
    unproved = np.inf
    while open_nodes:
        if run.nodes == TRIED and _suits_a_model(whole.choice):
            left = tightened(run, whole)
            if left is not None:
                prove_by_model(run, left)
            else:
                run.close()
            if run.is_proved():
                return
        if run.stop():
            run.raise_bound(min(unproved, *(entry[0] for entry in open_nodes)))
            return
        bound, choice, multiplier, mean = open_nodes.pop()
        if bound >= run.target:
            continue
        run.nodes += 1
        way = _bounded(run, choice, multiplier, mean)
        if way is None:
            continue
        bound = max(bound, way.bound)
        if is_decided(way.choice):
            if _leaf(run, way.choice):
                unproved = min(unproved, bound)
            continue
        j = _most_undecided(way)
        for fate in (2, 1):
            child = _child(way, j, fate)
            if child is not None:
                open_nodes.append((bound, child, way.best, np.delete(way.mean, j)))
    if unproved < run.target:
        run.raise_bound(unproved)
    else:
        run.close()


def _bounded(run: Run, choice: Choice, multiplier: Floats, mean: Floats) -> Climb | None:
    """A node's bound, and what is left of its choice; None when it holds nothing better."""
    way = climb_from(choice, multiplier, STEP, mean)
    for _ in range(ROUNDS):
        if is_decided(way.choice):
            return way
        ascend(run, way, ROUND)
        if way.bound >= run.target:
            return None
        _offer(run, way.choice, way.chosen)
        left = tightened(run, way)
        if left is None:
            return None
        if left.site.size < way.choice.site.size:
            where = np.searchsorted(way.choice.names, left.names)
            known = way.bound
            way = climb_from(left, way.best, float(way.state[1]), way.mean[where])
            way.state[0] = known
    return way


def _suits_a_model(choice: Choice) -> bool:
    """Whether linear programming closes the gap sooner than the multipliers do.

    So it is where rows have few arcs left: then the relaxation is small, and nearly whole.
    """
    return choice.site.size <= min(MODEL_ARCS, MODEL_ARCS_OF_ROW * (choice.start.size - 1))


def _leaf(run: Run, choice: Choice) -> bool:
    """Offer the only set that is left; returns whether its cost is more than its bound."""
    _offer(run, choice, np.full(choice.fixed.size, choice.most > 0))
    return not choice.exact.all()


def _offer(run: Run, choice: Choice, chosen: NDArray[np.bool_]) -> None:
    root = run.root
    is_open = root_places(run, choice, chosen)
    listed = kernels.total_cost(root.start, root.site, root.cost, root.reach, is_open)
    if root.constant + listed + root.fixed[is_open].sum() < run.upper:
        run.offer(np.concatenate([root.opened, root.names[is_open]]))


def _most_undecided(way: Climb) -> int:
    """The site whose choice changed most during the climb."""
    return int(np.argmin(np.abs(way.mean - 0.5)))


def _child(way: Climb, j: int, fate: int) -> Choice | None:
    fates = np.zeros(way.choice.fixed.size, dtype=np.int8)
    fates[j] = fate
    return narrowed(way.choice, way.best, np.zeros(fates.size), fates, np.inf)
