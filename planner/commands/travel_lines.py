"""What `planner travel --out` tells of the matrix that it wrote, as plain values and in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import numpy as np

from planner.pack.faults import listed
from planner.pack.opening import MOST_TRAVEL_ROWS
from planner.travel import ErrorSize, TravelError
from planner.travel.roads import RoadWays
from planner.travel.snapping import ISLAND, ONE_WAY
from planner.travel_table import TravelTable


def matrix_told(table: TravelTable) -> dict[str, Any]:
    """What stands beside the matrix, as plain values for JSON."""
    pack, pairs, wanted = table.pack, table.pairs, table.wanted
    every = len(pack.demand_points) * len(pack.sites)
    return {
        "rows": pairs.point.size,
        "model": table.model,
        "notes": list(table.notes),
        "known_roads": None if table.error is None else _error_told(table.error),
        "pairs": every,
        "kept": "all"
        if wanted is None
        else {
            "within_min": wanted.within_min,
            "nearest": wanted.nearest,
            "existing_sites": int(wanted.always.sum()),
        },
        "no_route": every - pairs.point.size if wanted is None else None,
        "points_without_route": list(table.lost),
        "roads": None if table.roads is None else _roads_told(table.roads),
        "seconds": table.seconds,
    }


def _roads_told(ways: RoadWays) -> dict[str, Any]:
    """How large the road graph is, and how far places lie from it."""
    layer, is_open = ways.net.layer, ways.net.is_open
    snapping = ways.snapping
    return {
        "file": layer.file,
        "nodes": layer.lat.size,
        "edges": layer.start.size,
        "open_edges": int(is_open.sum()),
        "directed_edges": int((is_open & layer.forward).sum() + (is_open & layer.backward).sum()),
        "links": ways.net.links.km.size,
        "edges_on_islands": ways.parts.count(ISLAND),
        "edges_without_way_there_or_back": ways.parts.count(ONE_WAY),
        "snapping_km": {
            "median": snapping.median,
            "p95": snapping.p95,
            "worst": snapping.worst,
            "worst_name": snapping.worst_name,
            "far": [{"name": name, "km": km} for name, km in snapping.far],
        },
        "without_road": [name for name, _ in snapping.lost],
        "nearest_road_closed": list(snapping.cut),
        "nearer_to_an_island": list(snapping.passed),
        "nearer_to_a_road_without_way_there_or_back": list(snapping.passed_one_way),
        "on_islands": list(snapping.on_island),
        "on_roads_without_way_there_or_back": list(snapping.on_one_way),
    }


def _error_told(judged: TravelError) -> dict[str, Any]:
    """The error of a travel model on the known roads, as plain values.

    Where the model finds no way, kilometres and error are None.
    """
    roads: list[dict[str, Any]] = [
        {
            "from_town": entry.road.from_town,
            "to_town": entry.road.to_town,
            "road_km": entry.road.road_km,
            "modelled_km": _finite(entry.modelled_km),
            "error": _finite(entry.error),
            "doubts": [_told(doubt) for doubt in entry.doubts],
            "source": entry.road.mark.source,
        }
        for entry in judged.roads
    ]
    return {
        **_told(judged, only=ErrorSize),
        "least_km": judged.least_km,
        "without_doubtful": None if judged.sound is None else _told(judged.sound),
        "worst": roads[judged.roads.index(judged.worst)],
        "roads": roads,
    }


def _told(record: Any, only: Any = None) -> dict[str, Any]:
    """A record of figures and words as plain values; `only` the fields of a type."""
    names = [entry.name for entry in fields(only or record)]
    return {name: _finite(getattr(record, name)) for name in names}


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not np.isfinite(value) else value


# -- in words ------------------------------------------------------------------------------


def matrix_lines(table: TravelTable, told: dict[str, Any]) -> Iterator[str]:
    """What was written, in words; `told` is the same as plain values (`matrix_told`)."""
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
            f" on islands, and {roads['edges_without_way_there_or_back']:,} have no way from the"
            " main roads or none back."
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
