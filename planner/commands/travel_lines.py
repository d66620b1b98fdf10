"""What `planner travel --out` tells of the matrix that it wrote."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from planner.pack.faults import listed
from planner.pack.opening import MOST_TRAVEL_ROWS
from planner.travel_table import TravelTable


def matrix_lines(table: TravelTable, told: dict[str, Any]) -> Iterator[str]:
    """What was written, in words; `told` is the same as plain values (`travel_told`)."""
    rows, every = told["rows"], told["pairs"]
    yield f"{rows:,} pairs by the {table.model.replace('_', '-')} model, one way."
    if table.wanted is None:
        if lost := told["no_route"]:
            yield f"{lost:,} of {every:,} pairs have no route."
    else:
        kept = told["kept"]
        yield (
            f"Of {every:,} pairs those within {kept['within_min']:g} minutes, the"
            f" {kept['nearest']} nearest sites of each point and the {kept['existing_sites']}"
            f" that exist. For a plan the others have no route."
        )
    if rows > MOST_TRAVEL_ROWS:
        yield (
            f"A pack takes at most {MOST_TRAVEL_ROWS:,} pairs; give a smaller --within or --nearest"
            " to use this matrix in one."
        )
    if lost_points := table.lost:
        yield (
            f"From {len(lost_points):,} demand points no road leads to a site:"
            f" {listed(lost_points, 20)}."
        )
    if roads := told["roads"]:
        yield (
            f"{roads['file']}: {roads['open_edges']:,} edges ({roads['directed_edges']:,} counting"
            f" both directions), {roads['nodes']:,} nodes; {roads['edges_on_islands']:,} edges lie"
            " on islands."
        )
    for note in table.notes:
        yield f"note: {note}"
    if error := told["known_roads"]:
        worst = error["worst"]
        off = (
            "no way found"
            if worst["error"] is None
            else f"{worst['modelled_km']:.0f} km modelled, {worst['road_km']:.0f} km known"
            f" ({worst['error']:+.0%})"
        )
        yield (
            f"Held against {error['count']} road distances that are known, it is"
            f" {_share(error['median'])} off in the median, {_share(error['mean'])} in the mean;"
            f" worst {worst['from_town']}-{worst['to_town']}: {off}."
        )
    stages = ", ".join(f"{name} {took:.1f}" for name, took in told["seconds"].items())
    yield f"Seconds: {stages}."


def _share(value: float | None) -> str:
    return "endlessly" if value is None else f"{value:.1%}"
