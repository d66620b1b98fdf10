"""The command that takes a travel matrix of another program: understood, compared, written."""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from planner.commands.options import Add, count, json_flag, print_json
from planner.errors import EXIT_DONE
from planner.pack import find_pack
from planner.pack.matrix_programs import IN_KM, IN_MINUTES, IdsAs, MatrixChoices
from planner.pack.packfile import read_pack_with_matrix
from planner.pack.travel_types import TravelMatrix
from planner.pack.types import Pack
from planner.terminal import say

if TYPE_CHECKING:
    from planner.travel.strange import Comparison, Likeness, StrangePair

_REASONS = {
    "faster": "faster than 120 km/h in a straight line",
    "shorter": "shorter than the straight line",
    "over_water": "as short as the straight line, though a lake lies in the way",
    "roundabout": "more than 3 times the straight line",
    "slow": "slower than 3 km/h",
    "fast": "faster than 130 km/h",
    "disagrees": "more than twice or less than half the model's minutes, the usual ratio taken off",
}


def add_commands(add: Add) -> None:
    """Adds matrix."""
    matrix = add("matrix", _matrix, "take a travel matrix of another program, and judge it")
    matrix.add_argument("file", help="CSV, Parquet, XLSX, or a JSON answer")
    matrix.add_argument("pack", help="a built-in pack or a folder")
    matrix.add_argument(
        "--units", type=_units, default={}, metavar="minutes=s,km=m",
        help=f"what times ({', '.join(IN_MINUTES)}) and distances ({', '.join(IN_KM)}) are in",
    )  # fmt: skip
    matrix.add_argument(
        "--ids", choices=get_args(IdsAs), help="what names the places, where it may be either"
    )
    matrix.add_argument("--column", default="", metavar="NAME", help="the column of times")
    matrix.add_argument(
        "--direction", choices=("to_sites", "from_sites"), default="to_sites",
        help="from_sites: take the way from the site for the way there",
    )  # fmt: skip
    matrix.add_argument("--out", metavar="FILE", help="write it in the planner's own columns")
    matrix.add_argument("--worst", type=count, default=5, metavar="N", help="for each reason (5)")
    json_flag(matrix)


def _units(text: str) -> dict[str, str]:
    """`minutes=s,km=m` as a mapping."""
    given: dict[str, str] = {}
    for part in text.split(","):
        name, _, unit = (each.strip() for each in part.partition("="))
        known = {"minutes": IN_MINUTES, "km": IN_KM}.get(name)
        if known is None or unit not in known or name in given:
            raise argparse.ArgumentTypeError(
                f"found {part}; expected minutes={'|'.join(IN_MINUTES)} or km={'|'.join(IN_KM)}"
            )
        given[name] = unit
    return given


def _matrix(args: argparse.Namespace) -> int:
    from planner.travel.strange import compared  # noqa: PLC0415 - only this command needs it

    file = Path(args.file)
    choices = MatrixChoices(
        time_unit=args.units.get("minutes"),
        distance_unit=args.units.get("km"),
        ids=args.ids,
        column=args.column,
        from_sites=args.direction == "from_sites",
    )
    pack = read_pack_with_matrix(find_pack(args.pack), file, choices)
    matrix = pack.travel_matrix
    assert matrix is not None  # noqa: S101 - it was read in place of the pack's own
    held = compared(pack, matrix, args.worst)
    if args.out:
        _write(pack, matrix, Path(args.out))
    notes = [text for text in pack.warnings if text.startswith(f"{file.name}: ")]
    if args.json:
        print_json({**_told(pack, matrix, notes), "comparison": _held_told(pack, held)})
    else:
        for text in (*_lines(pack, matrix, notes), *_held_lines(pack, held)):
            print(text)
    if args.out:
        say(f"Written: {args.out}. As travel.csv or travel.parquet of a pack it counts for")
        say('scenarios with travel.model = "matrix".')
    return EXIT_DONE


def _write(pack: Pack, matrix: TravelMatrix, path: Path) -> None:
    """The pairs with a route in the planner's own columns; what is not known stays blank."""
    import numpy as np  # noqa: PLC0415
    import pandas as pd  # noqa: PLC0415

    from planner.tables import write_table  # noqa: PLC0415

    columns = {
        "demand_point": [pack.demand_points[i].id for i in matrix.point.tolist()],
        "site": [pack.sites[j].id for j in matrix.site.tolist()],
    }
    given = {"minutes": matrix.minutes, "km": matrix.km, "kes": matrix.kes}
    figures = {name: values for name, values in given.items() if not np.isnan(values).all()}
    write_table(pd.DataFrame({**columns, **figures}), path, ("csv", "parquet"))


# -- words ---------------------------------------------------------------------------------


def _lines(pack: Pack, matrix: TravelMatrix, notes: Sequence[str]) -> list[str]:
    program = f", of {matrix.program}" if matrix.program else ""
    pairs = len(pack.demand_points) * len(pack.sites)
    head = f"{matrix.file}{program}: {matrix.point.size:,} of {pairs:,} pairs have a route."
    return [head, *(f"note: {text.removeprefix(f'{matrix.file}: ')}" for text in notes)]


def _held_lines(pack: Pack, held: Comparison) -> list[str]:
    if held.model is None:
        return ["Held against no model: the pack's places have no coordinates."]
    name = held.model.replace("_", "-")
    lines = [
        f"Held against the {name} model: {unit} {_likeness_words(each)}"
        for unit, each in (("minutes", held.likeness), ("km", held.km_likeness))
        if each is not None
    ]
    lines.append("Strange pairs:" if held.counts else "No pair looks strange.")
    lines += [f"  {count:,} {_REASONS[reason]}" for reason, count in held.counts.items()]
    for head, pairs in (
        ("The worst of each:", held.strange),
        ("Furthest from the model's minutes, the usual ratio taken off:", held.unlike),
    ):
        if pairs:
            lines += [head, *(f"  {_pair_words(pack, each)}" for each in pairs)]
    return lines


def _likeness_words(likeness: Likeness) -> str:
    alike = "" if likeness.correlation is None else f", correlation {likeness.correlation:.3f}"
    return (
        f"are {likeness.median:.2f} times the model's in the median of {likeness.pairs:,} pairs"
        f" (a tenth below {likeness.low:.2f}, a tenth above {likeness.high:.2f}{alike})."
    )


def _pair_words(pack: Pack, pair: StrangePair) -> str:
    start, end = pack.demand_points[pair.point], pack.sites[pair.site]
    why = f": {'; '.join(_REASONS[reason] for reason in pair.reasons)}" if pair.reasons else ""
    return (
        f"{start.name or start.id} to {end.name or end.id}: {pair.straight_km:,.1f} km straight;"
        f" matrix {_figure(pair.km)} km, {_figure(pair.minutes)} min; model"
        f" {_figure(pair.model_km)} km, {_figure(pair.model_minutes)} min{why}"
    )


def _figure(value: float) -> str:
    return f"{value:,.1f}" if math.isfinite(value) else "no"


def _told(pack: Pack, matrix: TravelMatrix, notes: Sequence[str]) -> dict[str, Any]:
    pairs = len(pack.demand_points) * len(pack.sites)
    reached = set(matrix.point.tolist()), set(matrix.site.tolist())
    return {
        "file": matrix.file,
        "program": matrix.program,
        "units": matrix.units,
        "understood": list(matrix.words),
        "notes": list(notes),
        "pairs": matrix.point.size,
        "without_route": pairs - matrix.point.size,
        "points_without_route": [
            each.id for i, each in enumerate(pack.demand_points) if i not in reached[0]
        ],
        "sites_without_route": [
            each.id for j, each in enumerate(pack.sites) if j not in reached[1]
        ],
    }


def _held_told(pack: Pack, held: Comparison) -> dict[str, Any]:
    return {
        "model": held.model,
        "minutes_ratio": None if held.likeness is None else asdict(held.likeness),
        "km_ratio": None if held.km_likeness is None else asdict(held.km_likeness),
        "strange_counts": dict(held.counts),
        "strange": [_pair_told(pack, each) for each in held.strange],
        "furthest_from_the_model": [_pair_told(pack, each) for each in held.unlike],
    }


def _pair_told(pack: Pack, pair: StrangePair) -> dict[str, Any]:
    point, site = pack.demand_points[pair.point], pack.sites[pair.site]
    figures = ("straight_km", "km", "minutes", "model_km", "model_minutes")
    return {
        "demand_point": point.id,
        "point_name": point.name,
        "site": site.id,
        "site_name": site.name,
        "reasons": list(pair.reasons),
        **{
            name: value if math.isfinite(value := getattr(pair, name)) else None for name in figures
        },
    }
