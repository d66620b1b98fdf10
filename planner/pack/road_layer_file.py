"""Reads a road layer: every fault of it at once, or edges between nodes with their speeds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from planner.pack.faults import Findings
from planner.pack.figures import Figure, Mark
from planner.pack.globe import pair_km
from planner.pack.road_cut import cut_lines, measured_km
from planner.pack.road_islands import tell_crossings, tell_islands, tell_traps
from planner.pack.road_meaning import RoadMeaning, understand_roads
from planner.pack.road_order import lines_that_count
from planner.pack.road_place import Extent, are_well_placed, extent_of_rows, lines_there
from planner.pack.road_source import RoadSource, open_roads
from planner.pack.road_told import RoadTold
from planner.pack.road_twins import without_twins
from planner.pack.travel_types import RoadLayer
from planner.pack.types import Pack

Array = NDArray[np.float64]
_OSM = Mark("OpenStreetMap contributors, ODbL 1.0", "found")


@dataclass(frozen=True, slots=True)
class RoadReading:
    """What one reading of a road file gave.

    Attributes:
        layer: The edges, None where the file is at fault.
        road_count: The roads that were read, those that were left out among them.
        island_count: Into how many islands the edges fall.
    """

    layer: RoadLayer | None = None
    road_count: int = 0
    island_count: int = 0


def read_road_layer(
    path: Path,
    class_speeds: Mapping[str, Figure],
    findings: Findings,
    places: Extent | None = None,
    *,
    needs_speed: bool = True,
    as_filed: bool = False,
) -> RoadLayer | None:
    """The roads of a file as edges; None where it is at fault (said in `findings`)."""
    return read_roads(
        path, class_speeds, findings, places, needs_speed=needs_speed, as_filed=as_filed
    ).layer


def read_roads(
    path: Path,
    class_speeds: Mapping[str, Figure],
    findings: Findings,
    places: Extent | None = None,
    *,
    needs_speed: bool = True,
    as_filed: bool = False,
) -> RoadReading:
    """The roads of a file as edges, with counts of what was read.

    Args:
        path: GeoPackage, GeoJSON, zipped Shapefile or OSM PBF.
        class_speeds: The pack's speeds by class.
        findings: Takes faults, and the layer's notes as warnings.
        places: Where the pack's places lie, so that a layer of another region is found.
        needs_speed: Whether a road whose speed is not known is at fault.
        as_filed: Whether roads stand as in the file, not in an order of their own.
    """
    before = len(findings.faults)
    source = open_roads(path, findings)
    if source is None:
        return RoadReading()
    count = source.number.size
    told = RoadTold(source.file, source.number, source.is_osm, findings, list(source.notes))
    has_line = lines_there(source, told)
    if not has_line.any():
        return RoadReading(road_count=count)
    is_placed = are_well_placed(source, places, told)
    measured, straight = _lengths(source, is_placed=is_placed)
    meaning = understand_roads(
        source, has_line, measured, straight, class_speeds, told, needs_speed=needs_speed
    )
    if len(findings.faults) > before:
        return RoadReading(road_count=count)
    layer, road = _edges(source, meaning, measured, told, as_filed=as_filed)
    if not layer.start.size:
        told.fault(None, "no roads for vehicles", "roads", "Every road was left out")
        return RoadReading(road_count=count)
    layer = without_twins(layer, road, told)
    islands = tell_islands(layer, told)
    tell_traps(layer, told)
    tell_crossings(layer, told)
    return RoadReading(replace(layer, notes=tuple(told.notes)), count, islands)


def extent_of_pack(pack: Pack) -> Extent | None:
    """Where the demand points and sites of a pack lie; None where it gives no degrees."""
    places = [{"lat": each.lat, "lon": each.lon} for each in pack.demand_points]
    return extent_of_rows(places + [{"lat": each.lat, "lon": each.lon} for each in pack.sites])


def road_totals(reading: RoadReading) -> dict[str, float]:
    """The totals of a road layer that are worth reporting; none where it is at fault."""
    if reading.layer is None:
        return {}
    return {
        "road_edges": reading.layer.start.size,
        "road_nodes": reading.layer.lat.size,
        "road_km": round(float(reading.layer.km.sum()), 1),
        "road_islands": reading.island_count,
    }


def _lengths(source: RoadSource, *, is_placed: bool) -> tuple[Array, Array]:
    """Kilometres of each road along its vertices, and from end to end of its lines, shape (F,)."""
    size = source.number.size
    if not is_placed:
        return np.full(size, np.nan), np.full(size, np.nan)
    there = np.flatnonzero(np.diff(source.begin))
    first, last = source.xy[source.begin[there]].T, source.xy[source.begin[there + 1] - 1].T
    straight = pair_km(first[1], first[0], last[1], last[0])
    return (
        np.bincount(source.road, measured_km(source.xy, source.begin), size).astype(np.float64),
        np.bincount(source.road[there], straight, size).astype(np.float64),
    )


def _edges(
    source: RoadSource,
    meaning: RoadMeaning,
    measured: Array,
    told: RoadTold,
    *,
    as_filed: bool,
) -> tuple[RoadLayer, NDArray[np.int64]]:
    """The edges of the roads that count, and the road of each edge."""
    counted = lines_that_count(source, meaning, as_filed=as_filed)
    road = counted.road
    cut = cut_lines(counted.xy, counted.begin)
    for lines, what in (
        (cut.points, "Of no length"),
        (cut.loops, "Starting and ending at one place and touching no other road"),
    ):
        if lines.size:
            roads = np.unique(road[lines])
            told.note(f"{what}, left out: {told.named(roads)}.")
    factor = np.ones(measured.size)
    stated = ~np.isnan(meaning.stated_km) & (measured > 0)
    factor[stated] = meaning.stated_km[stated] / measured[stated]
    of = road[cut.line]
    layer = RoadLayer(
        lat=cut.node_xy[:, 1].copy(),
        lon=cut.node_xy[:, 0].copy(),
        start=cut.start,
        end=cut.end,
        km=cut.km * factor[of],
        speed_kmh=meaning.speed_kmh[of],
        forward=meaning.forward[of],
        backward=meaning.backward[of],
        lines=np.ascontiguousarray(cut.xy[:, ::-1]),
        line_of=cut.begin,
        file=source.file,
        mark=_OSM if source.is_osm else Mark(source.attribution or source.file),
    )
    return layer, of
