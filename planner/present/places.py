"""The land round each demand point for the maps, as one script made once for a pack."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache

import networkx as nx
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from planner.errors import PlannerError
from planner.pack.types import Area, DemandPoint, Pack
from planner.present.escape import script_data
from planner.present.geometry import light_areas

PER_DEGREE = 1000  # corners are whole thousandths of a degree, about 110 m
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """The land of a pack's demand points.

    `script` gives the map `ugatuzi.places`, in the pack's order: id, name, area code, place
    (latitude and longitude) and the rings of its land, in whole thousandths of a degree.
    `touching`: positions of points whose land touches, shape (m, 2), the smaller one first.
    """

    script: str
    touching: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Key:
    """What the land follows from; the pack itself is only carried along."""

    areas: tuple[Area, ...]
    points: tuple[DemandPoint, ...]
    pack: Pack = field(compare=False)


def places_of_pack(pack: Pack) -> Places | None:
    """The land nearest to each demand point within its area; None where points have no degrees.

    The outlines are those that the map draws, so that the edges of both fall together.
    """
    return _cut(_Key(pack.areas, pack.demand_points, pack))


@lru_cache(maxsize=4)
def _cut(key: _Key) -> Places | None:
    from planner.insight.catchments import tiles  # noqa: PLC0415 - the first page needs no land

    light = {area.code: area for area in light_areas(key.areas)}
    areas = tuple(light.get(area.code, area) for area in key.areas)
    points = key.points
    try:
        owner, land = tiles(replace(key.pack, areas=areas), np.arange(len(points)))
    except PlannerError:
        return None
    of_point: list[BaseGeometry] = [shapely.Polygon() for _ in points]
    for position, outline in zip(owner, land, strict=True):
        of_point[position] = outline
    content = {
        "ids": [point.id for point in points],
        "names": [point.name for point in points],
        "codes": [point.area for point in points],
        "at": [_whole((point.lat, point.lon)) for point in points],
        "land": [_rings(outline) for outline in of_point],
    }
    start = "window.ugatuzi = window.ugatuzi || {};\nwindow.ugatuzi.places = "
    return Places(f"{start}{script_data(content)};\n", _touching(of_point))


def _rings(outline: BaseGeometry) -> list[list[int]]:
    """Every ring as latitude, longitude, latitude, ...; holes and parts alike: filled by parity."""
    parts = getattr(outline, "geoms", [outline])
    rings = [ring for part in parts for ring in (part.exterior, *part.interiors)]
    return [
        _whole(np.asarray(ring.coords)[:-1, ::-1].ravel()) for ring in rings if not ring.is_empty
    ]


def _whole(degrees: Iterable[float | None]) -> list[int]:
    return [round((value or 0.0) * PER_DEGREE) for value in degrees]


def _touching(land: list[BaseGeometry]) -> NDArray[np.int64]:
    first, second = shapely.STRtree(land).query(land, predicate="intersects")
    return np.asarray(np.column_stack([first, second])[first < second], dtype=np.int64)


def told_apart(places: Places, group: NDArray[np.int64]) -> dict[int, int]:
    """A number for each group of points so that groups whose land touches differ.

    Args:
        places: The land.
        group: Of each point, such as its branch; shape (I,), -1 for none.
    """
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(sorted({int(g) for g in group if g >= 0}))
    pairs = group[places.touching]
    apart = pairs[(pairs[:, 0] != pairs[:, 1]) & (pairs.min(axis=1, initial=0) >= 0)]
    graph.add_edges_from((int(a), int(b)) for a, b in np.unique(np.sort(apart, axis=1), axis=0))
    found: dict[int, int] = nx.greedy_color(graph, strategy="smallest_last")
    return found


def coded(values: Iterable[int], width: int) -> str:
    """Whole numbers from 0 as letters and digits, `width` of them each: 62 to the power of it.

    Raises:
        ValueError: A number is below 0 or too large for the width.
    """
    said = []
    for value in values:
        if not 0 <= value < len(_DIGITS) ** width:
            raise ValueError(f"{value} cannot be written with {width} digits")
        digits, rest = "", value
        for _ in range(width):
            rest, digit = divmod(rest, len(_DIGITS))
            digits = _DIGITS[digit] + digits
        said.append(digits)
    return "".join(said)
