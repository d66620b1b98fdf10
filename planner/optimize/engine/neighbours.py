"""Nearest-site lists: from a matrix of impedances or from coordinates in the plane."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

Costs = NDArray[Any]  # double precision, or single where there are very many
Rounding = Literal["none", "nearest", "down"]
SINGLE_FROM = 10_000_000  # arcs from which costs are kept in single precision
MANY_SITES = 5_000  # from which it pays to number them by where they lie
FIRST_MET = 4  # sites of a row that tell where they lie
CHUNK = 4_000_000  # entries of a matrix sorted at a time
_ROUNDED: dict[Rounding, Callable[[NDArray[np.float64]], NDArray[np.float64]]] = {
    "none": np.asarray,
    "nearest": lambda d: np.floor(d + 0.5),
    "down": np.floor,
}


@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """For every row of demand the sites that it may use, nearest first.

    Rows without visits, and rows that no site can reach, have no list: they cost nothing.

    Attributes:
        sites: How many sites there are, J.
        start: Row r owns the arcs start[r]:start[r + 1], shape (R + 1,).
        site: Site of each arc.
        cost: Visits x impedance of each arc; never above the true cost (single precision is
            rounded down).
        reach: What row r costs at least beyond its list, shape (R,): the first cost left out;
            where nothing is left out, more than any choice of sites that reaches all rows.
        exact: Whether nothing is left out, shape (R,).
        unreachable: A cost above the travel to any choice of sites that reaches all rows.
        is_whole: Whether all true costs are whole numbers.
        travel: The true total cost of a set of sites (positions), inf where it leaves a row
            without a route.
    """

    sites: int
    start: NDArray[np.int64]
    site: NDArray[np.int32]
    cost: Costs
    reach: NDArray[np.float64]
    exact: NDArray[np.bool_]
    unreachable: float
    is_whole: bool
    travel: Callable[[NDArray[np.int64]], float]


def from_matrix(
    impedance: NDArray[np.float64],
    visits: NDArray[np.float64] | None = None,
    *,
    nearest: int | None = None,
) -> Neighbours:
    """Lists from impedances.

    Args:
        impedance: Not negative, inf for no route, shape (I, J).
        visits: Shape (I,); one each when left out.
        nearest: The longest list to keep; all sites when left out.
    """
    weight = np.ones(impedance.shape[0]) if visits is None else visits
    count = impedance.shape[1]
    rows = np.flatnonzero((weight > 0) & np.isfinite(impedance).any(axis=1))
    listed = count if nearest is None else min(nearest, count)
    sites = np.empty((rows.size, listed), dtype=np.int32)
    costs = np.empty((rows.size, listed))
    beyond = np.full(rows.size, np.inf)
    farthest = np.empty(rows.size)
    whole = True
    step = max(1, CHUNK // max(1, count))
    for low in range(0, rows.size, step):
        part = rows[low : low + step]
        values = impedance[part] * weight[part, None]
        finite = np.isfinite(values)
        farthest[low : low + step] = np.where(finite, values, 0.0).max(axis=1)
        whole = whole and bool((values[finite] == np.rint(values[finite])).all())
        if listed < count:
            near = np.argpartition(values, listed, axis=1)[:, : listed + 1]
            near.sort(axis=1)  # equal costs stay in the order of the sites
            some = np.take_along_axis(values, near, axis=1)
        else:
            near, some = None, values
        order = np.argsort(_short(some, whole=whole), axis=1, kind="stable")
        ordered = np.take_along_axis(some, order, axis=1)
        named = order if near is None else np.take_along_axis(near, order, axis=1)
        sites[low : low + step] = named[:, :listed]
        costs[low : low + step] = ordered[:, :listed]
        if listed < count:
            beyond[low : low + step] = ordered[:, listed]

    def travel(chosen: NDArray[np.int64]) -> float:
        total = 0.0
        for low in range(0, rows.size, step):
            part = rows[low : low + step]
            near = impedance[np.ix_(part, chosen)].min(axis=1, initial=np.inf)
            total += float(near @ weight[part])
        return total

    return _lists(count, sites, costs, beyond, farthest, travel, is_whole=whole)


def from_points(
    points: NDArray[np.float64],
    sites: NDArray[np.float64] | None = None,
    visits: NDArray[np.float64] | None = None,
    *,
    nearest: int,
    rounding: Rounding = "none",
) -> Neighbours:
    """Lists from straight lines in the plane.

    Args:
        points: Coordinates, shape (I, 2).
        sites: Coordinates, shape (J, 2); the points themselves when left out.
        visits: Shape (I,); one each when left out.
        nearest: The longest list to keep.
        rounding: What is done to each distance before it is weighted.
    """
    rounded = _ROUNDED[rounding]
    where = points if sites is None else sites
    weight = np.ones(len(points)) if visits is None else visits
    rows = np.flatnonzero(weight > 0)
    tree = cKDTree(where)
    # rows that lie together stand together, which keeps the working set of each loop small
    rows = rows[np.argsort(_along_a_curve(points[rows]), kind="stable")]
    count = len(where)
    listed = min(nearest, count)
    asked = min(listed + 1, count)
    single = rows.size * listed >= SINGLE_FROM
    named = np.empty((rows.size, listed), dtype=np.int32)
    costs = np.empty((rows.size, listed), dtype=np.float32 if single else np.float64)
    beyond = np.full(rows.size, np.inf)
    farthest = np.empty(rows.size)
    whole = True
    corner = np.maximum(where.max(axis=0) - points[rows], points[rows] - where.min(axis=0))
    far = rounded(np.hypot(corner[:, 0], corner[:, 1])) * weight[rows]
    step = max(1, CHUNK // asked)
    for low in range(0, rows.size, step):
        part = rows[low : low + step]
        distance, order = tree.query(points[part], k=asked)
        values = rounded(distance.reshape(part.size, asked)) * weight[part, None]
        order = order.reshape(part.size, asked)
        whole = whole and bool((values == np.rint(values)).all())
        named[low : low + step] = order[:, :listed]
        costs[low : low + step] = (
            _rounded_down(values[:, :listed]) if single else values[:, :listed]
        )
        if listed < count:
            beyond[low : low + step] = values[:, listed]
    farthest[:] = far

    def travel(chosen: NDArray[np.int64]) -> float:
        near, _ = cKDTree(where[chosen]).query(points[rows], k=1)
        return float(rounded(np.asarray(near)) @ weight[rows])

    whole = whole and (rounding != "none" or listed == count) and _is_whole(weight[rows])
    return _lists(count, named, costs, beyond, farthest, travel, is_whole=whole)


def together(lists: Neighbours) -> tuple[Neighbours, NDArray[np.int64]]:
    """The same lists with sites numbered by where rows first meet them.

    Rows that lie together then use sites that stand together in memory.

    Returns:
        The lists, and the old number of each new one, shape (J,).
    """
    if lists.sites < MANY_SITES:
        return lists, np.arange(lists.sites)
    met = np.full(lists.sites, lists.site.size, dtype=np.int64)
    few = min(FIRST_MET, max(1, lists.site.size // max(1, lists.start.size - 1)))
    for k in reversed(range(few)):  # a row's nearest sites count first
        where = lists.start[:-1] + k
        where = where[where < lists.start[1:]]
        np.minimum.at(met, lists.site[where], where)
    names = np.argsort(met, kind="stable")
    number = np.empty(lists.sites, dtype=np.int32)
    number[names] = np.arange(lists.sites)

    def travel(chosen: NDArray[np.int64]) -> float:
        return lists.travel(names[chosen])

    return replace(lists, site=number[lists.site], travel=travel), names


def _lists(
    count: int,
    site: NDArray[np.int32],
    cost: Costs,
    beyond: NDArray[np.float64],
    farthest: NDArray[np.float64],
    travel: Callable[[NDArray[np.int64]], float],
    *,
    is_whole: bool,
) -> Neighbours:
    """Lists of one length made into rows without the sites that are out of reach."""
    unreachable = 1.0 + float(np.ceil(farthest.sum()))
    exact = ~np.isfinite(beyond)
    lengths = np.full(site.shape[0], site.shape[1], dtype=np.int64)
    if site.size and not np.isfinite(cost[:, -1]).all():
        finite = np.isfinite(cost)
        lengths = finite.sum(axis=1)
        site, cost = site[finite], cost[finite]
    return Neighbours(
        sites=count,
        start=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        site=np.ascontiguousarray(site).reshape(-1),
        cost=np.ascontiguousarray(cost).reshape(-1),
        reach=np.where(exact, unreachable, beyond),
        exact=exact,
        unreachable=unreachable,
        is_whole=is_whole,
        travel=travel,
    )


def _short(values: NDArray[np.float64], *, whole: bool) -> NDArray[np.float64] | NDArray[np.uint16]:
    """The same order in fewer bits where that is possible: sixteen bits are sorted faster."""
    if whole and values.size and values.max() < 2**16:
        return values.astype(np.uint16)
    return values


def _is_whole(values: NDArray[np.float64]) -> bool:
    return bool((values == np.rint(values)).all())


def _rounded_down(values: NDArray[np.float64]) -> NDArray[np.float32]:
    single = values.astype(np.float32)
    above = single.astype(np.float64) > values
    single[above] = np.nextafter(single[above], np.float32(-np.inf))
    return single


def _along_a_curve(points: NDArray[np.float64]) -> NDArray[np.uint64]:
    """A number for each point that is close for points that lie together (Morton 1966)."""
    if not len(points):
        return np.zeros(0, dtype=np.uint64)
    low, size = points.min(axis=0), np.ptp(points, axis=0).max() or 1.0
    cells = ((points - low) / size * (2**16 - 1)).astype(np.uint64)
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        cells = (cells | (cells << np.uint64(shift))) & np.uint64(mask)
    return np.asarray(cells[:, 0] | (cells[:, 1] << np.uint64(1)), dtype=np.uint64)
