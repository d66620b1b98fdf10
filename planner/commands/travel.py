"""The command about travel: the matrix by a model, and how far off the model is."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import get_args

from planner.commands.options import Add, count, json_flag, number_between, print_json
from planner.errors import EXIT_DONE, PlannerError, UsageError
from planner.pack import find_pack, read_pack
from planner.pack.travel_types import TravelModel
from planner.pack.types import Pack
from planner.terminal import Paced, say
from planner.travel.pairs import NEAREST


def add_commands(add: Add) -> None:
    """Adds travel."""
    travel = add("travel", _travel, "the travel matrix, and how far off each travel model is")
    travel.add_argument("pack")
    travel.add_argument("--out", metavar="FILE", help=".csv or .parquet")
    travel.add_argument(
        "--model", choices=get_args(TravelModel), metavar="NAME",
        help=f"{', '.join(get_args(TravelModel))} (the pack's)",
    )  # fmt: skip
    travel.add_argument(
        "--roads", type=Path, metavar="FILE",
        help="a road layer: GeoPackage, GeoJSON, zipped Shapefile, .osm.pbf (the pack's)",
    )  # fmt: skip
    travel.add_argument(
        "--changes", type=Path, metavar="FILE",
        help="ferries, links and closed roads, in place of the pack's",
    )  # fmt: skip
    travel.add_argument(
        "--nearest", type=count, metavar="K",
        help=f"keep the K nearest sites of each point, and those within --within ({NEAREST})",
    )  # fmt: skip
    travel.add_argument(
        "--within", type=_minutes, metavar="MIN",
        help="keep the sites within so many minutes (the longest standard), and the nearest",
    )  # fmt: skip
    travel.add_argument(
        "--judge", action="store_true",
        help="hold every travel model against the roads of known length, and fit them",
    )  # fmt: skip
    json_flag(travel)


def _minutes(text: str) -> float:
    return number_between(text, 0, 100_000, "minutes, from 0 to 100000")


def _travel(args: argparse.Namespace) -> int:
    pack = read_pack(find_pack(args.pack))
    if args.judge:
        for name in ("out", "model", "changes", "nearest", "within"):
            if getattr(args, name) is not None:
                raise UsageError(f"--{name} does not go with --judge: only --roads and --json do.")
        return _judge(pack, args)
    if not args.out:
        raise UsageError(
            "Say what to do: --out FILE writes the matrix, --judge says how far off the models are."
        )
    return _matrix(pack, args)


def _matrix(pack: Pack, args: argparse.Namespace) -> int:
    from planner.commands.travel_lines import matrix_lines, matrix_told  # noqa: PLC0415 - loads pandas
    from planner.tables import table_kind, write_table  # noqa: PLC0415
    from planner.travel_table import MatrixAsked, travel_table  # noqa: PLC0415

    out, kinds = Path(args.out), ("csv", "parquet")
    table_kind(out, kinds)  # a wrong name is told before the work
    asked = MatrixAsked(args.model, args.roads, args.changes, args.nearest, args.within)
    table = travel_table(pack, asked, Paced())
    write_table(table.frame, out, kinds)
    told = matrix_told(table)
    if args.json:
        print_json(told)
    for line in matrix_lines(table, told):
        say(line)
    return EXIT_DONE


def _judge(pack: Pack, args: argparse.Namespace) -> int:
    from planner.commands.travel_judged import verdict_lines, verdict_told  # noqa: PLC0415
    from planner.travel.verdict import judge_models  # noqa: PLC0415

    verdict = judge_models(replace(pack, road_layer=args.roads) if args.roads else pack)
    if verdict is None:
        raise PlannerError(
            "There is nothing to hold the travel models against: give `known_roads` in pack.toml."
        )
    if args.json:
        print_json(verdict_told(verdict))
    else:
        for line in verdict_lines(verdict):
            print(line)
    return EXIT_DONE
