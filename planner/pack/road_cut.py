"""Cuts lines into edges wherever two of them share a vertex."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.pack.globe import pair_km

_UNITS_A_DEGREE = 10_000_000  # vertices equal to 1e-7 degrees (a centimetre) are one place

Array = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class CutLines:
    """E edges between N nodes.

    Attributes:
        node_xy: Longitude and latitude of the nodes, shape (N, 2).
        start: Node where each edge starts, shape (E,); `end` likewise.
        line: The line that each edge is a piece of, shape (E,).
        km: Length along the vertices, shape (E,).
        xy: Vertices of the edges as (lon, lat), edge after edge, shape (V, 2).
        begin: Where those of each edge begin, shape (E + 1,).
        points: Lines whose vertices are all one place; they have no edge.
        loops: Lines that start and end at one place and touch no other line; they have none either.
    """

    node_xy: Array
    start: Places
    end: Places
    line: Places
    km: Array
    xy: Array
    begin: Places
    points: Places
    loops: Places


def place_keys(places: Array) -> Places:
    """A number for each place in degrees, the same for those that are equal to 1e-7 degrees."""
    one, other = np.rint(places * _UNITS_A_DEGREE).astype(np.int64).T
    return np.asarray(one * 2**32 + other)


def measured_km(xy: Array, begin: Places) -> Array:
    """Kilometres along the vertices of each line, shape (P,).

    Args:
        xy: Vertices as (lon, lat), line after line, shape (V, 2).
        begin: Where those of each line begin, shape (P + 1,).
    """
    line = np.repeat(np.arange(begin.size - 1), np.diff(begin))
    same = line[1:] == line[:-1]
    km = np.bincount(line[1:][same], _steps_km(xy)[same], minlength=begin.size - 1)
    return km.astype(np.float64)


def cut_lines(xy: Array, begin: Places) -> CutLines:
    """The edges between ends and shared vertices; all others stay inside an edge.

    A piece that starts and ends at one place is parted in its middle, so that no edge is a loop.

    Args:
        xy: Vertices as (lon, lat), line after line, shape (V, 2).
        begin: Where those of each line begin, shape (P + 1,).
    """
    count = begin.size - 1
    line = np.repeat(np.arange(count), np.diff(begin))
    keys = place_keys(xy)
    kept = np.ones(keys.size, dtype=np.bool_)
    kept[1:] = (keys[1:] != keys[:-1]) | (line[1:] != line[:-1])
    xy, line, keys = xy[kept], line[kept], keys[kept]
    size = np.bincount(line, minlength=count)
    kept = size[line] > 1
    points = np.flatnonzero(size < 2)
    xy, line, keys = xy[kept], line[kept], keys[kept]
    _, first, place, times = np.unique(
        keys, return_index=True, return_inverse=True, return_counts=True
    )
    is_first = np.ones(line.size, dtype=np.bool_)
    is_first[1:] = line[1:] != line[:-1]
    is_last = np.roll(is_first, -1)
    cuts = np.flatnonzero(is_first | is_last | (times[place] > 1))
    left, right = _between(cuts, line)
    is_loop = place[left] == place[right]
    is_lone = is_loop & is_first[left] & is_last[right] & (times[place[left]] == 2)
    loops = line[left[is_lone]]
    middles = (left[is_loop & ~is_lone] + right[is_loop & ~is_lone]) // 2
    if middles.size:
        left, right = _between(np.union1d(cuts, middles), line)
    if loops.size:
        kept = ~np.isin(line[left], loops)
        left, right = left[kept], right[kept]
    along = np.concatenate([[0.0], np.cumsum(np.where(is_first[1:], 0.0, _steps_km(xy)))])
    nodes, ends = np.unique(place[np.concatenate([left, right])], return_inverse=True)
    sizes = right - left + 1
    edges_begin = np.concatenate([[0], np.cumsum(sizes)])
    shift = np.repeat(left - edges_begin[:-1], sizes)
    return CutLines(
        node_xy=xy[first[nodes]],
        start=ends[: left.size],
        end=ends[left.size :],
        line=line[left],
        km=along[right] - along[left],
        xy=xy[np.arange(edges_begin[-1]) + shift],
        begin=edges_begin,
        points=points,
        loops=loops,
    )


def _between(cuts: Places, line: Places) -> tuple[Places, Places]:
    """Where the pieces between cuts begin and end, those between two lines left out."""
    left, right = cuts[:-1], cuts[1:]
    same = line[left] == line[right]
    return left[same], right[same]


def _steps_km(xy: Array) -> Array:
    """Kilometres from each place to the next, shape (V - 1,)."""
    lon, lat = xy.T
    return pair_km(lat[:-1], lon[:-1], lat[1:], lon[1:])
