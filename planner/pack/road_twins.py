"""Takes out edges that are there twice, drawn along the same vertices."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.pack.road_cut import place_keys
from planner.pack.road_told import RoadTold
from planner.pack.travel_types import RoadLayer

_SAME_KM = 0.01  # lengths that differ by less are one


def without_twins(layer: RoadLayer, road: NDArray[np.int64], told: RoadTold) -> RoadLayer:
    """The layer with one of each pair of like edges, open both ways where either is.

    Pairs of different speeds or lengths stay: of parallel edges the fastest counts anyway.

    Args:
        layer: The edges.
        road: The road of each edge, shape (E,).
        told: Is told which roads were there twice.
    """
    first, later = _twins(layer)
    if not later.size:
        return layer
    speed, km = layer.speed_kmh, layer.km
    same_speed = (speed[first] == speed[later]) | np.isnan(speed[first]) & np.isnan(speed[later])
    same = same_speed & (np.abs(km[first] - km[later]) <= _SAME_KM * km[first])
    unlike = np.unique(road[np.concatenate([first[~same], later[~same]])])
    if unlike.size:
        told.note(
            "Drawn along the same line with other speeds or lengths, so that the faster counts:"
            f" {told.named(unlike)}."
        )
    if not same.any():
        return layer
    first, later = first[same], later[same]
    told.note(f"Drawn twice, taken once: {told.named(np.unique(road[later]))}.")
    forward, backward = layer.forward.copy(), layer.backward.copy()
    turned = layer.start[first] != layer.start[later]
    np.logical_or.at(forward, first, np.where(turned, backward[later], forward[later]))
    np.logical_or.at(backward, first, np.where(turned, layer.forward[later], backward[later]))
    kept = np.ones(layer.start.size, dtype=np.bool_)
    kept[later] = False
    size = np.diff(layer.line_of)
    return replace(
        layer,
        start=layer.start[kept],
        end=layer.end[kept],
        km=km[kept],
        speed_kmh=speed[kept],
        forward=forward[kept],
        backward=backward[kept],
        lines=layer.lines[np.repeat(kept, size)],
        line_of=np.concatenate([[0], np.cumsum(size[kept])]),
    )


def _twins(layer: RoadLayer) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of edges with the same ends and the same vertices, each later one with the first."""
    low, high = np.minimum(layer.start, layer.end), np.maximum(layer.start, layer.end)
    size = np.diff(layer.line_of)
    content = np.add.reduceat(mixed(place_keys(layer.lines)), layer.line_of[:-1])
    order = np.lexsort((np.arange(size.size), content, size, high, low))
    same = np.ones(order.size, dtype=np.bool_)
    same[0] = False
    for key in (low, high, size, content):
        same[1:] &= key[order][1:] == key[order][:-1]
    first = order[np.maximum.accumulate(np.where(same, 0, np.arange(order.size)))]
    return first[same], order[same]


def mixed(keys: NDArray[Any]) -> NDArray[np.uint64]:
    """Numbers whose sums tell sets of places apart, whatever their order (splitmix64)."""
    value = keys.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(value ^ (value >> np.uint64(31)), dtype=np.uint64)
