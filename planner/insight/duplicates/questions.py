"""Which services of doubled pairs are one question: neither is of use without the other."""

from __future__ import annotations

from collections.abc import Sequence

from planner.evaluate import DuplicatePair
from planner.insight.duplicates.ground import Ground


def questions_of(
    ground: Ground, pairs: Sequence[DuplicatePair]
) -> dict[tuple[int, ...], list[DuplicatePair]]:
    """The pairs of services that are one question, told by the first of them."""
    by_service: dict[int, list[DuplicatePair]] = {}
    for pair in pairs:
        by_service.setdefault(pair.service, []).append(pair)
    alike: dict[tuple[bytes, frozenset[tuple[int, int]]], list[int]] = {}
    for s, own in by_service.items():
        where = frozenset((pair.site_a, pair.site_b) for pair in own)
        alike.setdefault((ground.problem.needs[:, s].tobytes(), where), []).append(s)
    return {tuple(services): by_service[services[0]] for services in alike.values()}
