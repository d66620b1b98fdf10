"""Points of a frontier held against one another: which are beaten, and what the next step costs."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

ROUNDING = 1e-9  # relative
Beaten = Literal["no", "maybe", "yes"]


@dataclass(frozen=True, slots=True)
class Spot:
    """A plan on two measures, both better where they are smaller.

    Attributes:
        x: What the plan takes of the first measure, such as money.
        y: What it takes of the second, such as minutes.
        y_least: Proved: no plan with no more than `x` takes less than this of the second; -inf
            where nothing is proved.
    """

    x: float
    y: float
    y_least: float = -math.inf


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a point is beaten by another, and by which.

    `is_beaten`: yes where another plan is at least as good on both measures and better on one,
    and no plan of the point's own question could undo that; maybe where what lies between them
    is within what was not proved; no otherwise.
    """

    is_beaten: Beaten
    by: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """From one point of the frontier to the next: more of the first measure, less of the second.

    Attributes:
        start: Position of the point with less of the first measure; `end` of the next.
        more: How much more of the first measure the next takes.
        saved: How much less of the second.
        least: Proved: the best plans at both ends differ by no less.
        most: Proved: they differ by no more; inf where nothing is proved.
    """

    start: int
    end: int
    more: float
    saved: float
    least: float
    most: float


def verdicts(spots: Sequence[Spot | None]) -> tuple[Verdict, ...]:
    """For each point whether another beats it; one without a plan beats none and is not beaten.

    Source: dominance as in Haimes, Lasdon & Wismer (1971); the gaps are ours.
    """
    return tuple(_verdict(n, spots) for n in range(len(spots)))


def steps(spots: Sequence[Spot | None]) -> tuple[Step, ...]:
    """What lies between neighbours on the frontier, among the points that no other beats.

    With least values L <= best <= y at both ends, and as what is possible with less of the first
    measure is possible with more: the best saves at least max(L, L') - y' and at most y - L'.
    """
    judged = verdicts(spots)
    kept = [n for n, spot in enumerate(spots) if spot is not None and judged[n].is_beaten == "no"]
    kept.sort(key=lambda n: (_of(spots, n).x, _of(spots, n).y, n))
    return tuple(_steps(spots, kept))


def _steps(spots: Sequence[Spot | None], kept: list[int]) -> Iterator[Step]:
    different = kept[:1] + [
        end
        for start, end in itertools.pairwise(kept)
        if not _same(_of(spots, start).x, _of(spots, end).x)
    ]
    for start, end in itertools.pairwise(different):
        here, there = _of(spots, start), _of(spots, end)
        proved = max(here.y_least, there.y_least) - there.y
        yield Step(
            start,
            end,
            more=there.x - here.x,
            saved=max(0.0, here.y - there.y),
            least=max(0.0, proved),
            most=max(0.0, here.y - there.y_least),
        )


def _verdict(n: int, spots: Sequence[Spot | None]) -> Verdict:
    own = spots[n]
    if own is None:
        return Verdict("no")
    better = [k for k, other in enumerate(spots) if other is not None and _beats(other, own)]
    if not better:
        return Verdict("no")
    by = min(better, key=lambda k: (_of(spots, k).y, _of(spots, k).x, k))
    is_sure = _of(spots, by).y <= own.y_least + _slack(own.y)
    return Verdict("yes" if is_sure else "maybe", by)


def _beats(other: Spot, own: Spot) -> bool:
    """At least as good on both measures, and better on one; equal ones are both kept."""
    no_worse = other.x <= own.x + _slack(own.x) and other.y <= own.y + _slack(own.y)
    better = other.x < own.x - _slack(own.x) or other.y < own.y - _slack(own.y)
    return no_worse and better


def _same(one: float, other: float) -> bool:
    return abs(one - other) <= _slack(max(abs(one), abs(other)))


def _slack(value: float) -> float:
    return ROUNDING * abs(value)


def _of(spots: Sequence[Spot | None], n: int) -> Spot:
    spot = spots[n]
    if spot is None:
        raise ValueError("a point without a plan has no place on the frontier")
    return spot
