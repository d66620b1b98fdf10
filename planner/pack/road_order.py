"""Puts the lines of a road file in an order of their own: the order of its rows decides nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.pack.road_cut import place_keys
from planner.pack.road_meaning import RoadMeaning
from planner.pack.road_source import RoadSource
from planner.pack.road_twins import mixed


@dataclass(frozen=True, slots=True, eq=False)
class RoadLines:
    """Lines of roads.

    Attributes:
        road: The road of each line, shape (P,).
        xy: Vertices as (lon, lat), line after line, shape (V, 2).
        begin: Where those of each line begin, shape (P + 1,).
    """

    road: NDArray[np.int64]
    xy: NDArray[np.float64]
    begin: NDArray[np.int64]


def lines_that_count(
    source: RoadSource, meaning: RoadMeaning, *, as_filed: bool = False
) -> RoadLines:
    """The lines of the roads for vehicles: by their ends, then by all that is known of them.

    `as_filed`: as they stand in the file.
    """
    lines = np.flatnonzero(meaning.counts[source.road])
    first, last = source.begin[lines], source.begin[lines + 1]
    keys = place_keys(source.xy)
    road = source.road[lines]
    by = (
        _at(keys, first),
        _at(keys, last - 1),
        last - first,
        _content(source.xy, first, last),
        meaning.stated_km[road],
        meaning.speed_kmh[road],
        meaning.forward[road],
        meaning.backward[road],
    )
    order = np.arange(lines.size) if as_filed else np.lexsort(by[::-1])
    first, size = first[order], (last - first)[order]
    begin = np.concatenate([[0], np.cumsum(size)])
    return RoadLines(
        road=road[order],
        xy=source.xy[np.arange(begin[-1]) + np.repeat(first - begin[:-1], size)],
        begin=begin,
    )


def _at(keys: NDArray[np.int64], places: NDArray[np.int64]) -> NDArray[np.int64]:
    """The keys of these vertices; that of another where a line has none."""
    return keys[np.clip(places, 0, keys.size - 1)]


def _content(
    xy: NDArray[np.float64], first: NDArray[np.int64], last: NDArray[np.int64]
) -> NDArray[np.uint64]:
    """A number for all the vertices of each line, to the last digit."""
    bits = np.ascontiguousarray(xy).view(np.int64)
    sums = np.concatenate(
        [np.zeros(1, np.uint64), np.cumsum(mixed(mixed(bits[:, 0]) + bits[:, 1].view(np.uint64)))]
    )
    return np.asarray(sums[last] - sums[first], dtype=np.uint64)
