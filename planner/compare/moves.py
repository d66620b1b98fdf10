"""What became of branches: opened, closed, other services, another format; shared and own."""

from __future__ import annotations

from collections.abc import Sequence

from planner.compare.likeness import same_pack
from planner.compare.types import BranchUse, Move, Moves, Shared
from planner.runs.record import BranchRow, RunRecord


def tells_branches(record: RunRecord) -> bool:
    """Whether a record has a network whose branches it tells."""
    if record.is_today and "baseline_branches" in record.missing:
        return False
    return record.kpis is not None


def moves_against(record: RunRecord, base: RunRecord) -> Moves | None:
    """The moves that make `record`'s network of the base's; None where there is no telling."""
    if not (tells_branches(record) and tells_branches(base) and same_pack(record, base)):
        return None
    before = {row.site: row for row in base.branches}
    after = {row.site: row for row in record.branches}
    moves = []
    for site in {**before, **after}:
        move = _move(before.get(site), after.get(site))
        if move is not None:
            moves.append(move)
    changed = [move for move in moves if move.kind == "changed"]
    return Moves(
        opened=sum(move.kind == "opened" for move in moves),
        closed=sum(move.kind == "closed" for move in moves),
        services_added=sum(len(move.services_added) for move in changed),
        services_ended=sum(len(move.services_ended) for move in changed),
        formats_changed=sum(move.format_before != move.format_after for move in changed),
        moves=tuple(sorted(moves, key=lambda move: (_ORDER[move.kind], move.area, move.site))),
    )


_ORDER = {"opened": 0, "closed": 1, "changed": 2}


def _move(before: BranchRow | None, after: BranchRow | None) -> Move | None:
    had = () if before is None else before.services
    has = () if after is None else after.services
    added = tuple(name for name in has if name not in had)
    ended = tuple(name for name in had if name not in has)
    row = after or before
    if row is None or (
        before and after and not added and not ended and before.format == row.format
    ):
        return None
    return Move(
        kind="opened" if before is None else "closed" if after is None else "changed",
        site=row.site,
        name=row.name,
        area=row.area,
        area_name=row.area_name,
        services_added=added,
        services_ended=ended,
        format_before=None if before is None else before.format,
        format_after=None if after is None else after.format,
    )


def shared_branches(records: Sequence[RunRecord], base: int) -> Shared | None:
    """Branches that all members have, and those that some have; of members of the base's pack.

    None where fewer than two of them tell their branches.
    """
    who = [
        n
        for n, each in enumerate(records)
        if tells_branches(each) and same_pack(each, records[base])
    ]
    if len(who) < 2:
        return None
    rows: dict[str, BranchRow] = {}
    users: dict[str, list[int]] = {}
    for n in who:
        for row in records[n].branches:
            rows.setdefault(row.site, row)
            users.setdefault(row.site, []).append(n)
    uses = sorted(
        (
            BranchUse(row.site, row.name, row.area, row.area_name, tuple(users[site]))
            for site, row in rows.items()
        ),
        key=lambda use: (use.area, use.site),
    )
    return Shared(
        in_all=tuple(use for use in uses if len(use.members) == len(who)),
        in_some=tuple(use for use in uses if len(use.members) < len(who)),
    )
