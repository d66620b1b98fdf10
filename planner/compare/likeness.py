"""Whether members may be put beside one another, and what a reader must know before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from planner.compare.types import Member, Remark
from planner.runs.record import RunRecord

_SEPARATIONS = ("separation_km", "separation_min")
_DEMAND = ("visits",)
_TRAVEL = ("minutes", "km")
_COUNTED = ("minimize", "tail_share", "tail_beta")


REMARKS = (  # every key of `warnings`, most important first
    *("packs_differ", "pack_edited", "demand_differs", "travel_differs", "points_differ"),
    *("objectives_differ", "prices_differ", "duplicates_counted_otherwise"),
    *("no_plan_infeasible", "no_plan_unknown", "no_branch_today", "same_run", "not_told"),
)


def same_pack(one: RunRecord, other: RunRecord) -> bool:
    """Whether two records are of one pack by its id; its files may differ."""
    return bool(one.info["pack"]["id"] == other.info["pack"]["id"])


def same_points(one: RunRecord, other: RunRecord) -> bool:
    """Whether both tell of the same demand points, so that people can be compared."""
    if not one.points or not other.points or not same_pack(one, other):
        return False
    return {row.point for row in one.points} == {row.point for row in other.points}


def same_objective(one: RunRecord, other: RunRecord) -> bool:
    """Whether both objectives count the same in the same unit, so that they may be subtracted."""
    if one.is_today or other.is_today or not same_pack(one, other):
        return False
    return _counted(one) == _counted(other)


def same_duplicates(one: RunRecord, other: RunRecord) -> bool:
    """Whether both count the same pairs of branches as duplicates, and justify them alike."""
    if not same_pack(one, other):
        return False
    mine, theirs = one.scenario.duplicates, other.scenario.duplicates
    asked = ("separation_km", "separation_dense_km", "separation_min", "separation_dense_min")
    keys = ("justified_by_load", *asked)
    if any(getattr(mine, key) != getattr(theirs, key) for key in keys):
        return False
    return not _differ(one, other, _SEPARATIONS, None)


def _counted(record: RunRecord) -> tuple[Any, ...]:
    scenario = record.scenario
    return (
        record.info.get("objective_unit"),
        *(getattr(scenario.objective, key) for key in _COUNTED),
        scenario.demand.need_weights,
    )


def _differ(one: RunRecord, other: RunRecord, parts: Sequence[str], told: str | None) -> bool:
    """Whether inputs differ: by their prints, or, in older runs, by a key that tells of them."""
    mine, theirs = one.info.get("inputs"), other.info.get("inputs")
    if mine is None or theirs is None:
        return told is not None and bool(one.info.get(told) != other.info.get(told))
    return any(mine.get(part) != theirs.get(part) for part in parts)


def warnings(
    records: Sequence[RunRecord], members: Sequence[Member], base: int
) -> tuple[Remark, ...]:
    """What must be said before any figure, most important first."""
    return tuple(
        remark for said in _ALL for remark in said(records, members, base) if remark is not None
    )


def _others(records: Sequence[RunRecord], base: int) -> list[int]:
    return [n for n in range(len(records)) if n != base]


def _packs(records: Sequence[RunRecord], members: Sequence[Member], base: int) -> Iterator[Remark]:
    here = records[base]
    apart = tuple(n for n in _others(records, base) if not same_pack(here, records[n]))
    if apart:
        names = tuple(dict.fromkeys(members[n].pack_name for n in (base, *apart)))
        yield Remark("packs_differ", {"packs": names}, apart)
    edited = tuple(
        n
        for n in _others(records, base)
        if n not in apart and _is_edited(members[n], members[base], records[n], here)
    )
    if edited:
        yield Remark("pack_edited", {"pack": members[base].pack_name}, edited)


def _is_edited(member: Member, base: Member, record: RunRecord, here: RunRecord) -> bool:
    """Whether a pack's files differ, and anything that the problem is made of."""
    if not member.pack_print or not base.pack_print or member.pack_print == base.pack_print:
        return False
    mine, theirs = record.info.get("inputs"), here.info.get("inputs")
    if mine is None or theirs is None:
        return True
    return any(mine.get(part) != theirs.get(part) for part in {*mine, *theirs} - {"rules"})


def _demand(records: Sequence[RunRecord], _: Sequence[Member], base: int) -> Iterator[Remark]:
    here = records[base]
    near = [n for n in _others(records, base) if same_pack(here, records[n])]
    demand = tuple(n for n in near if _differ(here, records[n], _DEMAND, "demand"))
    if demand:
        yield Remark("demand_differs", {}, demand)
    travel = tuple(n for n in near if _differ(here, records[n], _TRAVEL, "travel"))
    if travel:
        yield Remark("travel_differs", {}, travel)
    points = tuple(
        n for n in near if here.points and records[n].points and not same_points(here, records[n])
    )
    if points:
        yield Remark("points_differ", {}, points)


def _objectives(
    records: Sequence[RunRecord], members: Sequence[Member], base: int
) -> Iterator[Remark]:
    here = records[base]
    if here.is_today or here.kpis is None:
        return
    near = [
        n
        for n in _others(records, base)
        if records[n].kpis is not None and not records[n].is_today and same_pack(here, records[n])
    ]
    apart = tuple(n for n in near if not same_objective(here, records[n]))
    if apart:
        units = tuple(dict.fromkeys(members[n].objective_unit for n in (base, *apart)))
        yield Remark("objectives_differ", {"units": units}, apart)
    priced = tuple(n for n in near if n not in apart and _price(records[n]) != _price(here))
    if priced:
        yield Remark("prices_differ", {}, priced)


def _price(record: RunRecord) -> tuple[Any, ...] | None:
    """What a duplicate costs in the objective; None where it has no price."""
    asked = record.scenario.duplicates
    if asked.rule != "price":
        return None
    return tuple(value for key, value in asked.model_dump().items() if key != "max")


def _duplicates(records: Sequence[RunRecord], _: Sequence[Member], base: int) -> Iterator[Remark]:
    here = records[base]
    apart = tuple(
        n
        for n in _others(records, base)
        if here.kpis is not None
        and records[n].kpis is not None
        and same_pack(here, records[n])
        and not same_duplicates(here, records[n])
    )
    if apart:
        yield Remark("duplicates_counted_otherwise", {}, apart)


def _plans(records: Sequence[RunRecord], members: Sequence[Member], _: int) -> Iterator[Remark]:
    for status in ("infeasible", "unknown"):
        without = tuple(n for n, member in enumerate(members) if member.status == status)
        if without:
            yield Remark(f"no_plan_{status}", {}, without)
    nobody = tuple(n for n, each in enumerate(records) if each.is_today and each.kpis is None)
    if nobody:
        yield Remark("no_branch_today", {}, nobody)


def _twice(records: Sequence[RunRecord], _: Sequence[Member], __: int) -> Iterator[Remark]:
    told: set[int] = set()
    for n, record in enumerate(records):
        alike = tuple(m for m, other in enumerate(records) if m >= n and _is_same(record, other))
        if len(alike) > 1 and n not in told:
            told.update(alike)
            yield Remark("same_run", {}, alike)


def _is_same(one: RunRecord, other: RunRecord) -> bool:
    """Whether two are one run; by all it says, as two may be of one second and question."""
    return one.is_today == other.is_today and one.info == other.info


def _older(_: Sequence[RunRecord], members: Sequence[Member], __: int) -> Iterator[Remark]:
    for n, member in enumerate(members):
        if member.missing:
            yield Remark("not_told", {"missing": member.missing}, (n,))


_ALL = (_packs, _demand, _objectives, _duplicates, _plans, _twice, _older)
