"""Reads a road layer: every fault of it at once, or edges between nodes with their speeds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from planner.pack.faults import Findings
from planner.pack.figures import Figure, Mark
from planner.pack.road_classes import class_key, speed_of_class
from planner.pack.road_columns import ROLES
from planner.pack.road_cut import cut_lines
from planner.pack.road_source import open_roads
from planner.pack.travel_types import RoadLayer


def read_road_layer(
    path: Path, class_speeds: Mapping[str, Figure], findings: Findings
) -> RoadLayer | None:
    """The roads of a file as edges; None where it is at fault (said in `findings`).

    Args:
        path: GeoPackage, GeoJSON, zipped Shapefile or OSM PBF.
        class_speeds: The pack's speeds by class.
        findings: Takes faults, and what was understood, left out and assumed.
    """
    source = open_roads(path, findings)
    if source is None:
        return None
    given = {class_key(name): each for name, each in class_speeds.items()}
    speed = np.full(source.number.size, np.nan)
    column = next((source.columns[key] for key in ROLES["class"] if key in source.columns), None)
    if column is not None and column.codes is not None:
        found = [speed_of_class(class_key(value), given) for value in column.values]
        values = np.array([np.nan if each is None else each.value for each in found] + [np.nan])
        speed = values[column.codes]
    cut = cut_lines(source.xy, source.begin)
    road = source.road[cut.line]
    both = np.ones(road.size, dtype=np.bool_)
    return RoadLayer(
        lat=cut.node_xy[:, 1].copy(),
        lon=cut.node_xy[:, 0].copy(),
        start=cut.start,
        end=cut.end,
        km=cut.km,
        speed_kmh=speed[road],
        forward=both,
        backward=both.copy(),
        lines=cut.xy[:, ::-1].copy(),
        line_of=cut.begin,
        file=source.file,
        mark=Mark(source.file),
    )
