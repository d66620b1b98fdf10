"""The recipe: records of two to six networks in, a comparison out."""

from __future__ import annotations

from collections.abc import Sequence

from planner.compare.frontier import standings
from planner.compare.inputs import inputs_of
from planner.compare.kpis import kpi_rows
from planner.compare.likeness import warnings
from planner.compare.members import member_of
from planner.compare.moves import moves_against, shared_branches
from planner.compare.people import area_differences, people_of, point_changes
from planner.compare.types import Comparison
from planner.errors import UsageError
from planner.runs.record import RunRecord

FEWEST, MOST = 2, 6


def compare(records: Sequence[RunRecord], *, base: int = 0) -> Comparison:
    """Put records side by side, each against the base.

    Args:
        records: Two to six, as `read_record`, `today_of` or `todays_record` give them; one may
            be there twice.
        base: Position of the one that the others are told against.

    Raises:
        UsageError: Too few or too many records, or no such base.
    """
    require_members(len(records), base)
    here = records[base]
    members = tuple(map(member_of, records))
    changes = [None if n == base else point_changes(each, here) for n, each in enumerate(records)]
    names = {row.code: row.name for row in here.areas}
    return Comparison(
        members=members,
        base=base,
        warnings=warnings(records, members, base),
        inputs=inputs_of(records, base),
        kpis=kpi_rows(records, base),
        moves=tuple(
            None if n == base else moves_against(each, here) for n, each in enumerate(records)
        ),
        areas=area_differences(records, base, changes),
        people=tuple(None if each is None else people_of(each, names) for each in changes),
        branches=shared_branches(records, base),
        frontier=standings(records),
    )


def require_members(number: int, base: int) -> None:
    """Refuse a comparison of too few or too many, or against one that is not there.

    Raises:
        UsageError: Saying what was found and what is expected.
    """
    if not FEWEST <= number <= MOST:
        raise UsageError(
            f"A comparison has {FEWEST} to {MOST} members; {number} "
            f"{'was' if number == 1 else 'were'} given."
        )
    if not 0 <= base < number:
        raise UsageError(
            f"The base is one of the {number} members, numbered from 1; found {base + 1}."
        )
