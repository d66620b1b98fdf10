"""The command that puts runs and today's network side by side."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from planner.commands.options import Add, count, is_run, json_flag, print_json, run_folder
from planner.errors import EXIT_DONE, Fault, InputError, PlannerError, UsageError
from planner.terminal import say

if TYPE_CHECKING:
    from planner.compare import Comparison
    from planner.runs.record import RunRecord

_TODAY = "today"


def add_commands(add: Add) -> None:
    """Adds compare."""
    compare = add(
        "compare", _compare, "two to six runs side by side: what was asked, and what came of it"
    )
    compare.add_argument(
        "members",
        nargs="+",
        metavar="MEMBER",
        help="a run folder, run:ID, a pack (its network of today), "
        "or today (today's network of the first run)",
    )
    compare.add_argument(
        "--base", type=count, default=1, metavar="N", help="which one the others are told against"
    )
    compare.add_argument("--out", metavar="FILE", help="also as a .csv file")
    json_flag(compare)


def _compare(args: argparse.Namespace) -> int:
    from planner.compare import compare, told  # noqa: PLC0415 - not all commands
    from planner.compare.lines import lines_of  # noqa: PLC0415

    out = None if args.out is None else _free_csv(Path(args.out))
    _require_number(args)
    found = compare(_records(args.members), base=args.base - 1)
    if out is not None:
        _write(found, out)
    if args.json:
        print_json(told(found))
    else:
        for line in lines_of(found):
            print(line)
    return EXIT_DONE


def _require_number(args: argparse.Namespace) -> None:
    """Refuse a number of members, or a base, before anything is read."""
    from planner.compare import require_members  # noqa: PLC0415

    require_members(len(args.members), args.base - 1)


def _records(members: Sequence[str]) -> list[RunRecord]:
    """Every member's record; with every fault of all of them, each with its member's name."""
    from planner.runs.record import today_of  # noqa: PLC0415

    faults: list[Fault] = []
    found: dict[str, RunRecord] = {}
    for text in dict.fromkeys(each for each in members if each != _TODAY):
        try:
            found[text] = _record(text)
        except PlannerError as error:
            faults += _faults_of(text, error)
    if faults:
        raise InputError(faults)
    first = next(
        (found[each] for each in members if each in found and _tells_run(found[each])), None
    )
    if _TODAY in members and first is None:
        raise UsageError(
            "today is today's network of the first run; name a run beside it, or a pack."
        )
    if _TODAY in members and first is not None:
        found[_TODAY] = today_of(first)
    return [found[each] for each in members]


def _tells_run(record: RunRecord) -> bool:
    return not record.is_today


def _record(text: str) -> RunRecord:
    from planner.runs.record import read_record  # noqa: PLC0415

    if is_run(text):
        return read_record(run_folder(text))
    from planner.compare.todays import todays_record  # noqa: PLC0415 - loads the judge
    from planner.pack import find_pack, read_pack  # noqa: PLC0415

    return todays_record(read_pack(find_pack(text)))


def _faults_of(text: str, error: PlannerError) -> list[Fault]:
    """What is wrong with one member, by its name."""
    name = Path(text).name or text
    if not isinstance(error, InputError):
        return [Fault(name, None, None, "nothing to compare", "", str(error))]
    if not is_run(text) and not Path(text).exists():
        message = "Give a run folder, run:ID, a pack, or today."
        return [Fault(name, None, None, "no run and no pack", "", message)]
    return [replace(each, file=f"{name}: {each.file}") for each in error.faults]


def _free_csv(path: Path) -> Path:
    if path.suffix.lower() != ".csv":
        raise UsageError(f"The comparison is written as .csv; found {path.name}.")
    return path


def _write(found: Comparison, path: Path) -> None:
    from planner.compare.table import table_of  # noqa: PLC0415
    from planner.runs.files import plain_disk_errors, replace_file  # noqa: PLC0415
    from planner.runs.table import csv_bytes  # noqa: PLC0415

    with plain_disk_errors(path.name):
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, csv_bytes(table_of(found), mark=True))
    say(f"Written: {path.name}")
