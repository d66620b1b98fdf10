"""The command about travel: the matrix by a model, and how far off the model is."""

from __future__ import annotations

import argparse
from pathlib import Path

from planner.commands.options import Add, json_flag, print_json
from planner.errors import EXIT_DONE, PlannerError, UsageError
from planner.pack import find_pack, read_pack
from planner.pack.types import Pack
from planner.terminal import say


def add_commands(add: Add) -> None:
    """Adds travel."""
    travel = add("travel", _travel, "the travel matrix, and how far off each travel model is")
    travel.add_argument("pack")
    travel.add_argument("--out", metavar="FILE", help=".csv or .parquet")
    travel.add_argument(
        "--judge", action="store_true",
        help="hold every travel model against the roads of known length, and fit them",
    )  # fmt: skip
    json_flag(travel)


def _travel(args: argparse.Namespace) -> int:
    from planner.tables import known_road_error, travel_table, write_table  # noqa: PLC0415

    pack = read_pack(find_pack(args.pack))
    if args.judge:
        return _judge(pack, args.json)
    if not args.out:
        raise UsageError(
            "Say what to do: --out FILE writes the matrix, --judge says how far off the models are."
        )
    table, model, notes = travel_table(pack)
    write_table(table, Path(args.out), ("csv", "parquet"))
    error = known_road_error(pack, model)
    if args.json:
        print_json({"rows": len(table), "model": model, "notes": list(notes), "known_roads": error})
    say(f"{len(table):,} pairs by the {model.replace('_', '-')} model, one way.")
    for note in notes:
        say(f"note: {note}")
    if error:
        worst = error["worst"]
        say(
            f"Held against {error['count']} road distances that are known, it is "
            f"{error['median']:.1%} off in the median, {error['mean']:.1%} in the mean; "
            f"worst {worst['from_town']}-{worst['to_town']}: {worst['modelled_km']:.0f} km "
            f"modelled, {worst['road_km']:.0f} km known ({worst['error']:+.0%})."
        )
    return EXIT_DONE


def _judge(pack: Pack, as_json: bool) -> int:
    from planner.commands.travel_judged import verdict_lines, verdict_told  # noqa: PLC0415
    from planner.travel.verdict import judge_models  # noqa: PLC0415

    verdict = judge_models(pack)
    if verdict is None:
        raise PlannerError(
            "There is nothing to hold the travel models against: give `known_roads` in pack.toml."
        )
    if as_json:
        print_json(verdict_told(verdict))
    else:
        for line in verdict_lines(verdict):
            print(line)
    return EXIT_DONE
