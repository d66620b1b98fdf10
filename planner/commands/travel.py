"""The command about travel: the matrix by a model, and how far off the model is."""

from __future__ import annotations

import argparse
from pathlib import Path

from planner.commands.options import Add, json_flag, print_json
from planner.errors import EXIT_DONE
from planner.pack import find_pack, read_pack
from planner.terminal import say


def add_commands(add: Add) -> None:
    """Adds travel."""
    travel = add("travel", _travel, "the travel matrix by the default model")
    travel.add_argument("pack")
    travel.add_argument("--out", required=True, metavar="FILE", help=".csv or .parquet")
    json_flag(travel)


def _travel(args: argparse.Namespace) -> int:
    from planner.tables import known_road_error, travel_table, write_table  # noqa: PLC0415

    pack = read_pack(find_pack(args.pack))
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
