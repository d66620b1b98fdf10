"""The command about daily work records: what each branch did, and an empty table to fill in."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from planner.commands.options import Add, json_flag, print_json
from planner.errors import EXIT_DONE, UsageError
from planner.pack import find_pack, read_pack
from planner.pack.columns import WORK_RECORDS
from planner.pack.work_records_file import FILE, template
from planner.present.words import words
from planner.runs.files import plain_disk_errors, replace_file
from planner.terminal import say


def add_commands(add: Add) -> None:
    """Adds records."""
    records = add("records", _records, "what the daily work records of a pack say of each branch")
    records.add_argument("pack", nargs="?", help="a built-in pack (immigration) or a folder")
    records.add_argument("--template", metavar="FILE", help="write an empty table and say how")
    json_flag(records)


def _records(args: argparse.Namespace) -> int:
    if (args.pack is None) == (args.template is None):
        raise UsageError("Give a pack, or --template FILE.")
    if args.template is not None:
        return _template(Path(args.template), as_json=args.json)
    from planner.demand.records_told import records_told  # noqa: PLC0415 - not for a template

    told = records_told(read_pack(find_pack(args.pack)))
    if args.json:
        print_json(told)
    else:
        for text in _lines(told):
            print(text)
    return EXIT_DONE


def _template(path: Path, *, as_json: bool) -> int:
    if path.suffix.lower() != ".csv":
        raise UsageError(f"{path.name}: the name must end in .csv.")
    if path.exists():
        raise UsageError(f"{path.name} is there already; give another name.")
    with plain_disk_errors(path.name):
        replace_file(path, template().encode())
    say_of = words("en")
    columns = {each.name: say_of(f"records.means_{each.name}") for each in WORK_RECORDS.columns}
    needed = [each.name for each in WORK_RECORDS.columns if each.required]
    if as_json:
        print_json({"file": path.name, "columns": columns, "needed": needed})
        return EXIT_DONE
    for name, text in columns.items():
        print(f"{name:<12} {'needed  ' if name in needed else '        '} {text}")
    say(f"{path.name} is written: a header to fill in below. Put it into a pack as {FILE}.")
    return EXIT_DONE


def _lines(told: dict[str, Any]) -> Iterator[str]:
    if told["file"] is None:
        yield (
            f"The pack {told['pack']} has no daily work records ({FILE}), so its visits are those"
            " of the model."
        )
        yield "planner records --template FILE writes an empty table."
        return
    yield f"{told['file']}: {told['rows']:,} records of {len(told['branches'])} branches"
    for branch in told["branches"]:
        yield f"{branch['name']} [{branch['site']}], {branch['first']} to {branch['last']}"
        yield (
            f"  {branch['recorded_days']:,} of {branch['open_days']:,} open days recorded,"
            f" {branch['missing_days']:,} missing; {branch['closed_days']:,} closed days"
        )
        types = len(branch["by_visit_type"])
        summed = f", the sum over {types} visit types" if types > 1 else ""
        yield f"  {_day(branch)}; {_year(branch)}{summed}"
        if quality := list(_quality(branch)):
            yield f"  {'; '.join(quality)}"
        for each in branch["by_visit_type"]:
            yield f"  {each['visit_type']}: {_day(each)}; {_year(each)}"
    yield told["method"]
    for text in told["remarks"]:
        yield f"note: {text}"


def _day(told: dict[str, Any]) -> str:
    if told["mean_day"] is None:
        return "no open day recorded at the branch"
    peak = "" if told["peak_day"] is None else f" ({told['peak_day']:.2f} x the mean)"
    return f"mean day {told['mean_day']:,.1f} served, P90 day {told['p90_day']:,.0f}{peak}"


def _year(told: dict[str, Any]) -> str:
    year = told["year"]
    if year["mode"] is None:
        return "no year"
    span = "" if year["low"] is None else f" ({year['low']:,.0f} to {year['high']:,.0f})"
    return f"{year['mode']:,.0f} a year{span}"


def _quality(told: dict[str, Any]) -> Iterator[str]:
    for key, text, form in (
        ("wait_min", "mean wait {} min", ".0f"),
        ("service_min", "{} min at the counter", ".0f"),
        ("right_first_time", "right first time {}", ".0%"),
        ("repeats", "had come before {}", ".0%"),
        ("turned_away", "turned away {}", ".1%"),
        ("served_per_staff_day", "{} served a staff day", ".1f"),
    ):
        if told[key] is not None:
            yield text.format(format(told[key], form))
