"""The command about the store itself: where it is, what it holds, its check and its backups."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.commands.options import Add, json_flag, print_json
from planner.errors import EXIT_DONE, EXIT_INPUT, UsageError
from planner.terminal import say

if TYPE_CHECKING:
    from planner.runs.store.state import StoreState


def add_commands(add: Add) -> None:
    """Adds store."""
    store = add("store", _store, "where the store is, what it holds, and whether it is whole")
    store.add_argument("--check", action="store_true", help="look at every byte of it")
    store.add_argument(
        "--backup",
        metavar="FILE",
        help="make a copy, also while others write; a .zip fits any kind of store",
    )
    store.add_argument(
        "--restore",
        metavar="FILE",
        help="put a backup in its place; what stands there stays beside it",
    )
    json_flag(store)


def _store(args: argparse.Namespace) -> int:
    from planner.runs.store import open_store  # noqa: PLC0415 - loads the database
    from planner.runs.store.backup import back_up  # noqa: PLC0415
    from planner.runs.store.check import check_whole  # noqa: PLC0415
    from planner.runs.store.state import state_of  # noqa: PLC0415
    from planner.runs.store.words import backups  # noqa: PLC0415

    if args.restore and args.backup:
        raise UsageError("Give --backup or --restore, not both.")
    more: dict[str, Any] = {}
    if args.restore:
        aside = _restore(Path(args.restore))
        more["replaced"] = None if aside is None else str(aside)
    with open_store() as store:
        state = state_of(store.database)
        found = check_whole(store.database) if args.check or args.backup else ()
        if args.backup and not found:
            more["backup"] = str(back_up(store.database, Path(args.backup)))
    if args.check or found:
        more["faults"] = list(found)
    more["backups"] = [str(each) for each in backups()]
    if args.json:
        print_json(asdict(state) | more)
    else:
        for line in _lines(state, more):
            print(line)
    if found and args.backup:
        say("No backup was made of a store that is damaged.")
    return EXIT_INPUT if found else EXIT_DONE


def _restore(backup: Path) -> Path | None:
    from planner.runs.store.database import connect  # noqa: PLC0415
    from planner.runs.store.restoring import restore  # noqa: PLC0415

    database = connect()
    try:
        return restore(database, backup)
    finally:
        database.close()


def _lines(state: StoreState, more: Mapping[str, Any]) -> Iterator[str]:
    yield f"{state.place}"
    yield f"{state.kind}, schema {state.schema}, {state.megabytes:,.1f} MB"
    for name, number in state.counts.items():
        away = state.put_away.get(name)
        yield f"{name}: {number:,}" + (f" ({away:,} more put away)" if away else "")
    if "faults" in more:
        yield "checked: " + ("all is well" if not more["faults"] else "damaged")
        yield from (f"- {each}" for each in more["faults"])
    if more.get("replaced"):
        yield f"what stood there is now {more['replaced']}"
    if more.get("backup"):
        yield f"copied to {more['backup']}"
    if more["backups"]:
        yield f"backups made by the planner: {', '.join(more['backups'])}"
