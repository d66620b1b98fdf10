"""Two answers to one question, number by number: what differs, in words."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from planner.runs.verify import TOLERANCE

MOST_TOLD = 20
Shares = Mapping[tuple[str, ...], float]


def differing(
    then: Mapping[str, Any], now: Mapping[str, Any], shares_then: Shares, shares_now: Shares
) -> tuple[str, ...]:
    """Each number of two runs that is not the same, in words.

    Args:
        then: The `run.json` of one; likewise `now` of the other.
        now: Of the other.
        shares_then: The share of the visits of a demand point and type that go to a site.
        shares_now: Of the other.
    """
    return tuple(dict.fromkeys(_differing(then, now, shares_then, shares_now)))


def _differing(
    then: Mapping[str, Any], now: Mapping[str, Any], shares_then: Shares, shares_now: Shares
) -> Iterator[str]:
    for key in ("status", "objective", "shortfall"):
        if not same(then.get(key), now.get(key)):
            yield f"{key}: {_shown(then.get(key))} then, {_shown(now.get(key))} now"
    yield from _of_figures(then.get("kpis"), now.get("kpis"))
    yield from _of_branches(then["branches"], now["branches"])
    yield from _of_shares(shares_then, shares_now)


def _of_figures(then: Any, now: Any, place: str = "") -> Iterator[str]:
    """Each figure of the plan that is not the same; figures of only one version are told too."""
    if isinstance(then, Mapping) and isinstance(now, Mapping):
        for key in dict.fromkeys((*then, *now)):
            yield from _of_figures(then.get(key), now.get(key), f"{place}.{key}" if place else key)
    elif isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        for number, (one, other) in enumerate(zip(then, now, strict=True), 1):
            yield from _of_figures(one, other, f"{place} {number}")
    elif not same(then, now):
        yield f"{place or 'figures'}: {_shown(then)} then, {_shown(now)} now"


def _of_branches(then: list[Any], now: list[Any]) -> Iterator[str]:
    before = {each["site"]: each for each in then}
    after = {each["site"]: each for each in now}
    for site in sorted({*before, *after}):
        if site not in after:
            yield f"branch {site}: open then, not now"
        elif site not in before:
            yield f"branch {site}: open now, not then"
        else:
            for key in ("format", "services", "counters"):
                one, other = (_plain(each[site].get(key)) for each in (before, after))
                if one != other:
                    yield f"branch {site}, {key}: {_shown(one)} then, {_shown(other)} now"


def _of_shares(then: Shares, now: Shares) -> Iterator[str]:
    moved = sorted(key for key in {*then, *now} if not same(then.get(key, 0.0), now.get(key, 0.0)))
    for key in moved[:MOST_TOLD]:
        point, kind, site = key
        one, other = then.get(key, 0.0), now.get(key, 0.0)
        yield f"visits of {point} ({kind}) to {site}: {one:.6g} then, {other:.6g} now"
    if len(moved) > MOST_TOLD:
        yield f"visits: and {len(moved) - MOST_TOLD} more ways that differ"


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, list) else value


def same(then: Any, now: Any) -> bool:
    """Whether two values are the same; numbers within 1e-9 of their size."""
    numbers = [isinstance(each, int | float) and not isinstance(each, bool) for each in (then, now)]
    if all(numbers):
        return math.isclose(then, now, rel_tol=TOLERANCE, abs_tol=1e-12)
    return bool(then == now)


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return "none" if value is None else str(value)
