"""What straight lines may not cross: lakes, and the outside of all areas together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.geometry.base import BaseGeometry

from planner.errors import InputError
from planner.pack.faults import Findings
from planner.pack.globe import EARTH_RADIUS_KM
from planner.pack.lakes_file import read_lakes
from planner.pack.travel_types import Obstacle
from planner.pack.types import Area, Pack
from planner.travel.places import places_of

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

OUTLINE_KM = 1.5  # how far off coarse outlines are: obstacles count from there inward
SIMPLE_KM = 0.5  # what corners may be moved by, well inside OUTLINE_KM
MOST_CORNERS = 3_000  # of obstacles; with more, corners are moved farther
OPENING_KM = 0.5  # half the width of a way that is opened into an obstacle
TOUCH_KM = 0.001  # a line that touches a corner passes
NEAR_SIDE = np.cos(np.radians(80))  # of the globe: beyond, the plane of straight lines has no place
BLOCK_LINES = 200_000


@dataclass(frozen=True, slots=True)
class Plane:
    """The gnomonic plane: kilometres round a middle, every great circle a straight line.

    Distances in it are not to scale far from the middle; lengths are measured on the globe.
    """

    lat: float
    lon: float

    def place(self, lat: ArrayLike, lon: ArrayLike) -> Array:
        """Places in the plane, shape (n, 2), east and north; nan on the far side of the globe."""
        north, east = np.radians(lat), np.radians(np.subtract(lon, self.lon))
        middle = np.radians(self.lat)
        near = np.sin(middle) * np.sin(north) + np.cos(middle) * np.cos(north) * np.cos(east)
        near = np.where(near > NEAR_SIDE, near, np.nan)
        x = np.cos(north) * np.sin(east) / near
        y = (np.cos(middle) * np.sin(north) - np.sin(middle) * np.cos(north) * np.cos(east)) / near
        return EARTH_RADIUS_KM * np.column_stack([np.ravel(x), np.ravel(y)])

    def degrees(self, places: Array) -> tuple[Array, Array]:
        """Latitudes and longitudes of places in the plane, shape (n, 2)."""
        x, y = (places / EARTH_RADIUS_KM).T
        middle = np.radians(self.lat)
        # The place is the middle plus x steps east and y steps north, on the way to the sphere.
        up = np.sin(middle) + y * np.cos(middle)
        out = np.cos(middle) - y * np.sin(middle)
        return (
            np.degrees(np.arctan2(up, np.hypot(out, x))),
            self.lon + np.degrees(np.arctan2(x, out)),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Obstacles:
    """Polygons that no straight line may cross.

    Attributes:
        plane: Where they are drawn.
        outline: All of them, in the plane; empty where nothing is in the way.
        avoided: What they are.
        notes: What was left out, in sentences.
        cut_off: Places that only a crossing joins to the others.
    """

    plane: Plane
    outline: BaseGeometry
    avoided: tuple[Obstacle, ...] = ()
    notes: tuple[str, ...] = ()
    cut_off: tuple[str, ...] = ()

    @property
    def core(self) -> BaseGeometry:
        """What stops a line: the obstacles but for their very edge."""
        return shapely.buffer(self.outline, -TOUCH_KM, join_style="mitre")

    @property
    def any(self) -> bool:
        """Whether anything is in the way anywhere."""
        return not self.outline.is_empty

    def crosses(
        self, start_lat: ArrayLike, start_lon: ArrayLike, end_lat: ArrayLike, end_lon: ArrayLike
    ) -> Flags:
        """Whether the great circle of each pair crosses an obstacle, or ends in one, shape (n,).

        To touch an edge or a corner is not to cross. Pairs with an end on the far side of the
        globe, where no obstacle lies, do not cross.

        Args:
            start_lat: Latitudes in degrees, shape (n,); the others likewise.
            start_lon: Longitudes of the starts.
            end_lat: Latitudes of the ends.
            end_lon: Longitudes of the ends.
        """
        return self.blocks(
            self.plane.place(start_lat, start_lon), self.plane.place(end_lat, end_lon)
        )

    def blocks(self, start: Array, end: Array) -> Flags:
        """As `crosses`, for places in the plane, shape (n, 2) each."""
        crossed = np.zeros(len(start), dtype=np.bool_)
        if not self.any:
            return crossed
        core = self.core
        shapely.prepare(core)
        west, south, east, north = core.bounds
        low, high = np.minimum(start, end), np.maximum(start, end)
        near = (low <= (east, north)).all(axis=1) & (high >= (west, south)).all(axis=1)
        places = np.flatnonzero(near)
        for begin in range(0, places.size, BLOCK_LINES):
            part = places[begin : begin + BLOCK_LINES]
            lines = shapely.linestrings(np.stack([start[part], end[part]], axis=1))
            crossed[part] = shapely.intersects(core, lines)
        return crossed


def obstacles_of(pack: Pack) -> Obstacles:
    """What straight lines between places of a pack in degrees may not cross.

    Lakes count where `avoid` names them and the pack has any; the outside of all areas together
    where it names the border and every area has an outline. Both count from `OUTLINE_KM` inward,
    as outlines are coarse. Where places of the pack lie in an obstacle all the same, it is opened
    round them as far as its nearest edge; and what lies cut off from the others (an island) is
    joined by its shortest crossing.

    Raises:
        InputError: The file of lakes cannot be read.
    """
    lakes = pack.lakes if "lakes" in pack.travel.avoid else None
    stamp = (0, 0)
    if lakes is not None and lakes.is_file():
        stamp = (lakes.stat().st_mtime_ns, lakes.stat().st_size)
    areas = pack.areas if "border" in pack.travel.avoid else ()
    return _made(lakes, stamp, areas, tuple(_places(pack).items()))


@lru_cache(maxsize=4)  # a study of what is uncertain asks for the same hundreds of times
def _made(
    file: Path | None,
    stamp: tuple[int, int],  # of the file: it may be changed  # noqa: ARG001
    areas: tuple[Area, ...],
    places: tuple[tuple[tuple[float, float], str], ...],
) -> Obstacles:
    notes: list[str] = []
    lakes = None if file is None else _lakes(file)
    land = _land(areas, notes) if areas else None
    given = [each for each in (lakes, land) if each is not None and not each.is_empty]
    if not given:
        return Obstacles(Plane(0.0, 0.0), shapely.Polygon(), (), tuple(notes))
    west, south, east, north = shapely.union_all([each.envelope for each in given]).bounds
    plane = Plane((south + north) / 2, (west + east) / 2)
    if np.isnan(plane.place([south, south, north, north], [west, east, west, east])).any():
        notes.append("Nothing is avoided: lakes and areas span too much of the globe.")
        return Obstacles(plane, shapely.Polygon(), (), tuple(notes))
    parts = [] if lakes is None else [_drawn(lakes, plane)]
    if land is not None:
        parts.append(_outside(_drawn(land, plane)))
    outline = shapely.union_all(parts)
    if shapely.get_num_coordinates(outline) > MOST_CORNERS:
        outline = _simple(outline)  # else to shrink it could take minutes
    outline = _simple(outline.buffer(-OUTLINE_KM))
    at = plane.place(*np.array([each for each, _ in places], dtype=np.float64).reshape(-1, 2).T)
    near = ~np.isnan(at).any(axis=1)
    names = np.array([name for _, name in places], dtype=object)[near]
    outline, cut_off = _opened(outline, at[near], names)
    kinds: tuple[tuple[Obstacle, BaseGeometry | None], ...] = (("lakes", lakes), ("border", land))
    avoided = tuple(kind for kind, given in kinds if given is not None)
    return Obstacles(plane, outline, avoided, tuple(notes), cut_off)


def _lakes(file: Path) -> BaseGeometry:
    findings = Findings()
    lakes = read_lakes(file, findings)
    if lakes is None:
        raise InputError(findings.faults)
    return lakes


def _land(areas: tuple[Area, ...], notes: list[str]) -> BaseGeometry | None:
    """All areas together; None where an area has no outline, which is noted."""
    outlines = [area.outline for area in areas if area.outline is not None]
    if len(outlines) < len(areas):
        notes.append("Lines may leave the areas: not every area has an outline.")
        return None
    return shapely.union_all(outlines)


def _simple(outline: BaseGeometry) -> BaseGeometry:
    """The outline with as few corners as its accuracy allows, and never endlessly many."""
    by = SIMPLE_KM
    simple = outline.simplify(by)
    while shapely.get_num_coordinates(simple) > MOST_CORNERS:
        by *= 2
        simple = outline.simplify(by)
    return simple.buffer(0)


def _places(pack: Pack) -> dict[tuple[float, float], str]:
    """Names by degrees of everything in the pack that trips start at, end at or lead through."""
    named: dict[tuple[float, float], str] = {}
    for entries in (pack.sites, pack.demand_points):
        places = places_of(pack, entries)
        named |= zip(zip(places.north, places.east, strict=True), places.names, strict=True)
    named |= {(town.lat, town.lon): town.name for town in pack.towns}
    named |= {(road.from_lat, road.from_lon): road.from_town for road in pack.known_roads}
    named |= {(road.to_lat, road.to_lon): road.to_town for road in pack.known_roads}
    return {place: name for place, name in named.items() if not np.isnan(place).any()}


def _drawn(outline: BaseGeometry, plane: Plane) -> BaseGeometry:
    return shapely.transform(outline, lambda at: plane.place(at[:, 1], at[:, 0])).buffer(0)


def _outside(land: BaseGeometry) -> BaseGeometry:
    """A broad frame round the land, with all that is no land inside it."""
    west, south, east, north = land.bounds
    broad = max(east - west, north - south) + 4 * OUTLINE_KM
    return shapely.box(west - broad, south - broad, east + broad, north + broad).difference(land)


def _opened(
    outline: BaseGeometry,
    at: Array,
    names: NDArray[np.object_],
) -> tuple[BaseGeometry, tuple[str, ...]]:
    """The obstacles with ways in: to places that lie in them, and to those that are cut off."""
    places = np.array([*map(shapely.Point, at)], dtype=object)
    held = places[shapely.intersects(outline, places)]
    if held.size:
        reach = shapely.distance(outline.boundary, held) + OPENING_KM
        outline = outline.difference(shapely.union_all(shapely.buffer(held, reach)))
        outline = outline.simplify(OPENING_KM / 5)
    everything = shapely.union_all([outline.envelope, *places]).envelope.buffer(OUTLINE_KM)
    parts = shapely.get_parts(everything.difference(outline))
    place, part = shapely.STRtree(parts).query(places, predicate="intersects")
    count = np.bincount(part, minlength=parts.size)
    apart = [int(each) for each in np.argsort(-count, kind="stable") if count[each]]
    joined = parts[apart.pop(0)] if apart else everything
    crossings: list[BaseGeometry] = []
    islands: list[str] = []
    while apart:
        nearest = apart.pop(int(np.argmin(shapely.distance(joined, parts[apart]))))
        crossings.append(shapely.shortest_line(parts[nearest], joined).buffer(OPENING_KM))
        islands += dict.fromkeys(names[place[part == nearest]])
        joined = joined.union(parts[nearest])
    # What no place lies in (a lake's empty island) is filled: so all that is left hangs together.
    filled = everything.difference(shapely.union_all([joined, *crossings]))
    return filled, tuple(islands)
