"""The fewest branches of which every place reaches one: a hitting set, proved where it is small."""

from __future__ import annotations

from collections.abc import Iterable

TRIES = 20_000


def fewest(sets: Iterable[frozenset[int]]) -> tuple[int, bool]:
    """The fewest elements that hit every set.

    Sets that hold another one are hit with it. The element in most sets is then either taken or
    not; a branch ends where sets that share nothing, each needing an element, are too many.

    Returns:
        The number, and whether it is proved to be the fewest; else it is a number that will do.
    """
    search = _Search(_minimal(sets))
    return search.best, search.tries < TRIES


def _minimal(sets: Iterable[frozenset[int]]) -> list[frozenset[int]]:
    """The sets that hold no other one, small ones first."""
    kept: list[frozenset[int]] = []
    for each in sorted(set(sets), key=lambda s: (len(s), sorted(s))):
        if not any(other <= each for other in kept):
            kept.append(each)
    return kept


class _Search:
    """Branch and bound over which element to take next."""

    def __init__(self, sets: list[frozenset[int]]) -> None:
        self.tries = 0
        self.best = _greedy(sets)
        self._go(sets, 0)

    def _go(self, sets: list[frozenset[int]], taken: int) -> None:
        self.tries += 1
        if self.tries >= TRIES:
            return
        if not sets:
            self.best = min(self.best, taken)
            return
        if taken + _apart(sets) >= self.best:
            return
        smallest = sets[0]
        if not smallest:
            return  # cannot be hit once its elements are left out
        element = max(sorted(smallest), key=lambda e: sum(e in s for s in sets))
        self._go([s for s in sets if element not in s], taken + 1)
        if len(smallest) > 1:
            self._go(_minimal(s - {element} for s in sets), taken)


def _apart(sets: list[frozenset[int]]) -> int:
    """How many of the sets share no element with one another, small ones first: a lower bound."""
    used: set[int] = set()
    count = 0
    for each in sets:
        if used.isdisjoint(each):
            used |= each
            count += 1
    return count


def _greedy(sets: list[frozenset[int]]) -> int:
    left, count = list(sets), 0
    while left:
        element = max(sorted(frozenset.union(*left)), key=lambda e: sum(e in s for s in left))
        left = [s for s in left if element not in s]
        count += 1
    return count
