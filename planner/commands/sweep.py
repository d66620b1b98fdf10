"""The command for many solves at once: sweep."""

from __future__ import annotations

import argparse
import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from planner.commands.options import (
    Add,
    StopOnSignal,
    count,
    json_flag,
    named_scenario,
    positive,
    print_json,
    share,
    with_overrides,
)
from planner.errors import EXIT_DONE, EXIT_INFEASIBLE, EXIT_NO_PLAN, UsageError
from planner.pack import read_pack
from planner.pack.manifest import FRONTIERS
from planner.terminal import Paced, say, solvers_silent


def add_commands(add: Add) -> None:
    """Adds sweep."""
    sweep = add("sweep", _sweep, "solve a scenario for many values of a key, or along a frontier")
    sweep.add_argument("scenario", help="a scenario file, or the name of a built-in one")
    sweep.add_argument(
        "--vary",
        action="append",
        default=[],
        metavar="KEY=V1,V2",
        help="values of a key, also FROM..TO:COUNT; twice for a grid",
    )
    sweep.add_argument("--frontier", choices=FRONTIERS, help="a limit over its own range")
    sweep.add_argument("--points", type=count, metavar="N", help="points of a frontier (12)")
    sweep.add_argument("--out", required=True, metavar="DIR", help="the folder to write")
    sweep.add_argument("--workers", type=count, metavar="N", help="processes (as many as cores)")
    sweep.add_argument(
        "--dask", metavar="ADDRESS", help="a Dask scheduler, such as tcp://host:8786"
    )
    sweep.add_argument("--time-limit", type=positive, metavar="S", help="seconds for each point")
    sweep.add_argument("--gap", type=share, metavar="G", help="relative gap to prove")
    sweep.add_argument("--solver", choices=("highs", "cbc"))
    sweep.add_argument("--keep", action="store_true", help="put it into the store as a study")
    json_flag(sweep)


def _sweep(args: argparse.Namespace) -> int:
    from planner.runs.sweeps.asked import axes_of  # noqa: PLC0415 - loads what solves
    from planner.runs.sweeps.run import Asked, prepare, sweep  # noqa: PLC0415
    from planner.runs.sweeps.told import lines  # noqa: PLC0415

    _require_one_way(args)
    axes = axes_of(args.vary)
    named = named_scenario(args.scenario)
    scenario = with_overrides(named.scenario, args)
    pack = read_pack(named.pack_folder)
    asked = Asked(axes, args.frontier, **({} if args.points is None else {"points": args.points}))
    stop, paced = StopOnSignal(), Paced()
    with stop, solvers_silent():
        prepared = prepare(pack, scenario, asked, should_stop=stop)
        for text in (prepared.range_words, *prepared.warnings):
            if text:
                say(text)
        with _keeper(args) as keeper:
            swept = sweep(
                prepared,
                Path(args.out),
                lambda folder: _crew(args, prepared, folder),
                on_count=lambda done, total: paced(f"{done} of {total} points are done"),
                should_stop=stop,
                keeper=keeper,
            )
    if args.json:
        print_json(dict(swept.told))
    else:
        for text in lines(swept.told, swept.measures):
            print(text)
    if keeper is not None:
        say(f"Kept as the study {keeper.id}; planner studies shows it.")
    return _status(swept.told)


@contextlib.contextmanager
def _keeper(args: argparse.Namespace) -> Iterator[Any]:
    """What puts the sweep into the store; nothing where that is not wanted."""
    if not args.keep:
        yield None
        return
    from planner.runs.store import open_store  # noqa: PLC0415
    from planner.runs.sweeps.keeping import Keeper  # noqa: PLC0415

    with open_store() as store:
        yield Keeper(store)


def _require_one_way(args: argparse.Namespace) -> None:
    if bool(args.vary) == bool(args.frontier):
        raise UsageError("Say what to vary: either --vary KEY=V1,V2 or --frontier KIND.")
    if args.points is not None and not args.frontier:
        raise UsageError("--points goes with --frontier; with --vary the values say how many.")


def _crew(args: argparse.Namespace, prepared: Any, folder: Any) -> Any:
    from planner.runs.sweeps.cluster import DaskCrew  # noqa: PLC0415
    from planner.runs.sweeps.local import LocalCrew  # noqa: PLC0415

    if args.dask is not None:
        return DaskCrew(args.dask, prepared.ground, folder.points)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    size = min(args.workers or cores or 1, len(prepared.points))
    return LocalCrew(prepared.ground, prepared.base, size, folder.points)


def _status(told: Any) -> int:
    statuses = {point["status"] for point in told["points"]}
    if statuses & {"optimal", "feasible"}:
        return EXIT_DONE
    return EXIT_INFEASIBLE if statuses == {"infeasible"} else EXIT_NO_PLAN
