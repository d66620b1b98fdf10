"""Who is beaten by whom in mean travel and yearly money."""

from __future__ import annotations

from collections.abc import Sequence

from planner.compare.kpis import figure
from planner.compare.likeness import same_pack
from planner.compare.types import Standing
from planner.runs.record import RunRecord


def standings(records: Sequence[RunRecord]) -> tuple[Standing, ...]:
    """Where each member stands among those of its pack; see `Standing`."""
    return tuple(_standing(records, n) for n in range(len(records)))


def _standing(records: Sequence[RunRecord], n: int) -> Standing:
    mine = _figures(records[n])
    annual = figure(records[n], "annual_kes")
    mean_min = figure(records[n], "mean_min")
    money = None if annual is None else int(annual)
    rivals = [
        (m, theirs)
        for m, record in enumerate(records)
        if m != n and same_pack(record, records[n]) and (theirs := _figures(record)) is not None
    ]
    if mine is None or not rivals:
        return Standing(mean_min, money, (), None)
    beaten = tuple(m for m, theirs in rivals if _is_no_worse(theirs, mine) and theirs != mine)
    return Standing(mean_min, money, beaten, not beaten)


def _figures(record: RunRecord) -> tuple[float, ...] | None:
    keys = ("mean_min", "annual_kes", "unserved_visits_per_year")
    found = [figure(record, key) for key in keys]
    return None if None in found else tuple(each for each in found if each is not None)


def _is_no_worse(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return all(mine <= theirs for mine, theirs in zip(one, other, strict=True))
