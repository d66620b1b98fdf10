"""The command that takes a whole store, or a part of it, from one place to another."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from planner.commands.options import Add, json_flag, print_json
from planner.errors import EXIT_DONE, UsageError
from planner.terminal import say

if TYPE_CHECKING:
    from planner.runs.store.workspace import Brought

_PLURAL = {"pack": "packs", "scenario": "scenarios", "run": "runs", "study": "studies"}


def add_commands(add: Add) -> None:
    """Adds workspace."""
    words = "take scenarios, runs and studies from one store to another, as one zip"
    workspace = add("workspace", _workspace, words)
    workspace.add_argument("what", choices=("export", "import"), metavar="export|import")
    workspace.add_argument("file", metavar="FILE.zip")
    workspace.add_argument("--tag", metavar="T", help="export only what has this tag")
    json_flag(workspace)


def _workspace(args: argparse.Namespace) -> int:
    return _export(args) if args.what == "export" else _import(args)


def _export(args: argparse.Namespace) -> int:
    from planner.runs.store import open_store  # noqa: PLC0415 - loads the database
    from planner.runs.store.workspace import export_workspace  # noqa: PLC0415

    path = Path(args.file)
    with open_store() as store:
        taken = export_workspace(store, path, tag=args.tag)
    if args.json:
        print_json({"file": args.file, "counts": taken.counts, "remarks": list(taken.remarks)})
    else:
        listed = ", ".join(f"{number} {kind}" for kind, number in taken.counts.items())
        print(f"{args.file}: {listed}.")
    for remark in taken.remarks:
        say(remark)
    return EXIT_DONE


def _import(args: argparse.Namespace) -> int:
    from planner.runs.store import open_store  # noqa: PLC0415
    from planner.runs.store.workspace import import_workspace  # noqa: PLC0415

    if args.tag is not None:
        raise UsageError("--tag is of an export; all that is in a workspace is imported.")
    with open_store() as store:
        brought = import_workspace(store, Path(args.file))
    if args.json:
        keys = ("kind", "id", "name", "outcome", "new_id")
        print_json({"brought": [{key: getattr(each, key) for key in keys} for each in brought]})
    else:
        for line in _lines(brought):
            print(line)
    return EXIT_DONE


def _lines(brought: Sequence[Brought]) -> Iterator[str]:
    """How many came in and how many were there, by kind; by name what came in beside another."""
    if not brought:
        yield "The workspace is empty."
    counts: Counter[tuple[str, str]] = Counter((each.kind, each.outcome) for each in brought)
    for kind, plural in _PLURAL.items():
        came = counts[kind, "new"] + counts[kind, "beside"]
        there = counts[kind, "there"] + counts[kind, "beside_there"]
        if came or there:
            yield f"{plural}: {came} came in, {there} were here already"
    for each in brought:
        if each.outcome == "beside":
            yield (
                f"The {each.kind} {each.name} [{each.id}] differs from the one here, which stays "
                f"as it is; it came in beside it as {each.new_id}."
            )
        elif each.outcome == "beside_there":
            yield (
                f"The {each.kind} {each.name} [{each.id}] differs from the one here; it came in "
                f"before as {each.new_id}."
            )
