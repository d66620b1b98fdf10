"""In which order points are solved, and from whom each may begin: fixed, whoever is quicker."""

from __future__ import annotations

import itertools
from collections.abc import Sequence


def neighbours(sizes: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    """For each point those that are solved before it and hand on what they know.

    Along one key both ends come first, then the middle, then the middles of what is left: each
    point begins from the nearest that are done on either side, so that a looser question gives a
    bound and a tighter one a plan. On a grid each point has the neighbours along both keys. They
    do not depend on who is done first, and so neither does what a point begins from.

    Args:
        sizes: How many values each key has.

    Returns:
        By the number of the point (the last key running fastest), nearest first.
    """
    lines = [_line(size) for size in sizes]
    places = list(itertools.product(*map(range, sizes)))
    number = {place: n for n, place in enumerate(places)}
    found = []
    for place in places:
        near = [
            (abs(other - at), number[(*place[:axis], other, *place[axis + 1 :])])
            for axis, at in enumerate(place)
            for other in lines[axis][at]
        ]
        found.append(tuple(n for _, n in sorted(near)))
    return tuple(found)


def depths(before: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """How many rounds lie before each point; those of one round do not wait for each other."""
    known: dict[int, int] = {}

    def depth(number: int) -> int:
        if number not in known:
            known[number] = 1 + max((depth(each) for each in before[number]), default=-1)
        return known[number]

    return tuple(depth(number) for number in range(len(before)))


def _line(size: int) -> dict[int, tuple[int, ...]]:
    """For each place of a line those before it, by halving."""
    if size == 1:
        return {0: ()}
    found: dict[int, tuple[int, ...]] = {0: (), size - 1: ()}
    gaps = [(0, size - 1)]
    while gaps:
        low, high = gaps.pop(0)
        middle = (low + high) // 2
        if middle != low:
            found[middle] = (low, high)
            gaps += [(low, middle), (middle, high)]
    return found
