"""Commands about what is given: a pack and its tables."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from planner.commands.options import Add, json_flag, print_json
from planner.errors import EXIT_DONE, EXIT_INPUT, InputError, UsageError
from planner.pack import (
    KINDS,
    CheckReport,
    builtin_packs,
    check_pack,
    check_table,
    describe_faults,
    find_pack,
)
from planner.scenario import read_scenario
from planner.terminal import say


def add_commands(add: Add) -> None:
    """Adds scenarios and check."""
    scenarios = add("scenarios", _scenarios, "the built-in scenarios of a pack, one a line")
    scenarios.add_argument("pack", help="a built-in pack (immigration) or a folder")
    json_flag(scenarios)

    check = add("check", _check, "every fault in a pack or in one table")
    check.add_argument("path", help="a pack folder or id, or a file with --as")
    check.add_argument("--as", dest="kind", metavar="KIND", help=f"one of {', '.join(KINDS)}")
    check.add_argument("--with", dest="with_files", action="append", default=[], metavar="FILE")
    check.add_argument("--rows", action="store_true", help="with --json: the rows as understood")
    json_flag(check)


def _scenarios(args: argparse.Namespace) -> int:
    folder = find_pack(args.pack)
    entries: list[dict[str, Any]] = []
    for path in sorted((folder / "scenarios").glob("*.toml")):
        scenario = read_scenario(path)
        entries.append(
            {
                "id": path.stem,
                "name": scenario.name,
                "description": scenario.description,
                "travel": {"model": scenario.travel.model, "mode": scenario.travel.mode},
            }
        )
    if args.json:
        print_json({"pack": args.pack, "scenarios": entries})
    else:
        width = max((len(entry["id"]) for entry in entries), default=0)
        for entry in entries:
            told = f"{entry['id']:<{width}}  {entry['name']}. {entry['description']}"
            print(f"{told}{_own_travel(entry['travel'])}")
    if not entries:
        say("This pack has no built-in scenarios.")
    return EXIT_DONE


def _own_travel(travel: dict[str, str | None]) -> str:
    """How a scenario measures travel, where it is not as its pack does."""
    from planner.present.travel import model_name  # noqa: PLC0415
    from planner.present.words import words  # noqa: PLC0415

    model = model_name(words("en"), travel["model"]) if travel["model"] else ""
    mode = f"mode {travel['mode']}" if travel["mode"] else ""
    own = ", ".join(each for each in (model, mode) if each)
    return f" Travel: {own}." if own else ""


def _pack_report(name: str) -> CheckReport:
    """The report of a pack; what is no pack has one fault and the verdict of any other."""
    try:
        return check_pack(find_pack(name))
    except InputError as error:
        return CheckReport("refuse", 0, {}, tuple(error.faults), ())


def _check(args: argparse.Namespace) -> int:
    if args.kind is None:
        if args.with_files or args.rows:
            raise UsageError("--with and --rows go with --as KIND.")
        report = _pack_report(args.path)
    else:
        files = [
            find_pack(name) if name in builtin_packs() and not Path(name).exists() else Path(name)
            for name in args.with_files
        ]
        report = check_table(Path(args.path), args.kind, files, rows=args.rows)
    if args.json:
        print_json(report.as_json_dict())
    else:
        for warning in report.warnings:
            print(f"note: {warning}")
        if report.faults:
            print(describe_faults(report.faults))
        figures = ", ".join(f"{name} {value:,.10g}" for name, value in report.totals.items())
        print(f"{report.verdict}: {report.row_count:,} rows{'; ' if figures else ''}{figures}")
    return EXIT_INPUT if report.faults else EXIT_DONE
