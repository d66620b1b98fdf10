"""The smallest number of a group's branches that carry its load, and which ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from planner.evaluate.flows import Floats
from planner.insight.duplicates.carrying import Carrying, Cells

EXACT = 10
"""Groups of up to so many branches are looked at set by set, larger ones by leaving out."""
Kept = tuple[int, ...]
Cost = Callable[[Kept], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Smallest:
    """The smallest sets of members that carry the load; positions within the group.

    `least` is proved; `best` is a set of `most` members, of all smallest ones the first by cost.
    `sets`: how many smallest sets there are, `in_all` the members of every one; None where the
    group is too large to look at all of them. `carried`: whether even all members carry the load.
    """

    least: int
    best: Kept
    sets: int | None
    in_all: frozenset[int] | None
    carried: bool

    @property
    def most(self) -> int:
        """The size of the set that was found."""
        return len(self.best)


def smallest(
    load: Carrying,
    forced: frozenset[int],
    allowed: Callable[[Kept], bool],
    cost: Cost,
    order: Kept,
) -> Smallest:
    """The smallest sets that carry the load, with those that must stay.

    More members never carry less, so the first size at which a set does is the smallest.

    Args:
        load: The group's visits and rooms.
        forced: Members that stay whatever the load.
        allowed: Whether a set keeps the rules; a larger set keeps them too.
        cost: What tells sets of one size apart, the least first.
        order: In which members of a large group are tried to be left out.
    """
    count = load.cells.may.shape[1]
    everyone = tuple(range(count))
    if not load.carries(everyone):
        return Smallest(count, everyone, 1, frozenset(everyone), carried=False)
    first = max(_least_by_room(load.cells, 1.0), len(forced), 1)
    if count > EXACT:
        best = _left_out(load, forced, allowed, order)
        return Smallest(min(first, len(best)), best, None, None, carried=True)
    for size in range(first, count + 1):
        found = [
            kept for kept in _sets(count, size, forced) if allowed(kept) and load.carries(kept)
        ]
        if found:
            best = min(found, key=lambda kept: (*cost(kept), kept))
            return Smallest(
                size, best, len(found), frozenset.intersection(*map(frozenset, found)), carried=True
            )
    return Smallest(count, everyone, 1, frozenset(everyone), carried=True)


def number_at(
    load: Carrying, forced: frozenset[int], allowed: Callable[[Kept], bool], factor: float
) -> int | None:
    """The smallest number at a multiple of the load; None where all together are too few.

    Also None for groups that are too large to look at every set.
    """
    count = load.cells.may.shape[1]
    if count > EXACT or not load.carries(tuple(range(count)), factor):
        return None
    first = max(_least_by_room(load.cells, factor), len(forced), 1)
    return next(
        size
        for size in range(first, count + 1)
        if any(allowed(kept) and load.carries(kept, factor) for kept in _sets(count, size, forced))
    )


def _sets(count: int, size: int, forced: frozenset[int]) -> Iterator[Kept]:
    free = [n for n in range(count) if n not in forced]
    for some in combinations(free, size - len(forced)):
        yield tuple(sorted((*forced, *some)))


def _least_by_room(cells: Cells, factor: float) -> int:
    """No fewer can do: so many of the largest rooms are needed for all visits, and for all work."""
    total = factor * float(cells.visits.sum())
    work = factor * float((cells.visits * cells.work).sum())
    return max(_first(cells.room_visits, total), _first(cells.room_work, work))


def _first(rooms: Floats, total: float) -> int:
    summed = np.cumsum(np.sort(np.maximum(rooms, 0.0))[::-1])
    return int(np.searchsorted(summed, total * (1 - 1e-9))) + 1


def _left_out(
    load: Carrying, forced: frozenset[int], allowed: Callable[[Kept], bool], order: Kept
) -> Kept:
    """Members left out one after another, in an order, each where the rest still carry."""
    kept = tuple(range(load.cells.may.shape[1]))
    for out in order:
        rest = tuple(n for n in kept if n != out)
        if rest and out not in forced and allowed(rest) and load.carries(rest):
            kept = rest
    return kept
