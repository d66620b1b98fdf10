"""What straight lines may not cross: lakes, and the outside of all areas together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.geometry.base import BaseGeometry

from planner.errors import InputError
from planner.pack.faults import Findings
from planner.pack.lakes_file import read_lakes
from planner.pack.types import Pack
from planner.travel.great_circle import EARTH_RADIUS_KM

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

OUTLINE_KM = (
    1.5  # how far off coarse outlines of lakes and areas are: obstacles count from there in
)
SIMPLE_KM = 0.5  # what corners may be moved by, well inside OUTLINE_KM
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
        notes: What was opened or left out, in sentences.
    """

    plane: Plane
    outline: BaseGeometry
    notes: tuple[str, ...] = ()

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
        core = shapely.buffer(self.outline, -TOUCH_KM, join_style="mitre")
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
    lakes = _lakes(pack) if "lakes" in pack.travel.avoid else None
    outlines = [area.outline for area in pack.areas if area.outline is not None]
    notes = []
    land = None
    if "border" in pack.travel.avoid:
        if outlines and len(outlines) == len(pack.areas):
            land = shapely.union_all(outlines)
        else:
            notes.append("Lines may leave the areas: not every area has an outline.")
    given = [each for each in (lakes, land) if each is not None and not each.is_empty]
    if not given:
        return Obstacles(Plane(0.0, 0.0), shapely.Polygon(), tuple(notes))
    west, south, east, north = shapely.union_all([each.envelope for each in given]).bounds
    plane = Plane((south + north) / 2, (west + east) / 2)
    parts = [] if lakes is None else [_drawn(lakes, plane)]
    if land is not None:
        parts.append(_outside(_drawn(land, plane)))
    outline = shapely.union_all(parts).buffer(-OUTLINE_KM).simplify(SIMPLE_KM)
    places = plane.place(*_places(pack))
    outline = _opened(outline, places[~np.isnan(places).any(axis=1)], notes)
    return Obstacles(plane, outline, tuple(notes))


def _lakes(pack: Pack) -> BaseGeometry | None:
    if pack.lakes is None:
        return None
    findings = Findings()
    lakes = read_lakes(pack.lakes, findings)
    if lakes is None:
        raise InputError(findings.faults)
    return lakes


def _places(pack: Pack) -> tuple[Array, Array]:
    """Degrees of everything in the pack that trips start at, end at or are led through."""
    places = [(entry.lat, entry.lon) for entry in pack.demand_points]
    places += [(entry.lat, entry.lon) for entry in pack.sites]
    placed = [(lat, lon) for lat, lon in places if lat is not None and lon is not None]
    placed += [(town.lat, town.lon) for town in pack.towns]
    placed += [(road.from_lat, road.from_lon) for road in pack.known_roads]
    placed += [(road.to_lat, road.to_lon) for road in pack.known_roads]
    degrees = np.array(placed, dtype=np.float64).reshape(-1, 2)
    return degrees[:, 0], degrees[:, 1]


def _drawn(outline: BaseGeometry, plane: Plane) -> BaseGeometry:
    return shapely.transform(outline, lambda at: plane.place(at[:, 1], at[:, 0])).buffer(0)


def _outside(land: BaseGeometry) -> BaseGeometry:
    """A broad frame round the land, with all that is no land inside it."""
    west, south, east, north = land.bounds
    broad = max(east - west, north - south) + 4 * OUTLINE_KM
    return shapely.box(west - broad, south - broad, east + broad, north + broad).difference(land)


def _opened(outline: BaseGeometry, places: Array, notes: list[str]) -> BaseGeometry:
    """The obstacles with ways in: to the places that lie in them, and to those cut off."""
    points = np.atleast_1d(np.asarray(shapely.points(places)))
    held = points[shapely.intersects(outline, points)]
    if held.size:
        reach = shapely.distance(outline.boundary, held) + OPENING_KM
        outline = outline.difference(shapely.union_all(shapely.buffer(held, reach)))
        outline = outline.simplify(OPENING_KM / 5)
    pieces = _with_places(outline, points)
    joined = pieces.pop(0) if pieces else shapely.Polygon()
    crossings = []
    while pieces:
        nearest = int(np.argmin(shapely.distance(joined, pieces)))
        island = pieces.pop(nearest)
        crossings.append(shapely.shortest_line(island, joined).buffer(OPENING_KM))
        joined = joined.union(island)
    if crossings:
        outline = outline.difference(shapely.union_all(crossings))
        parts = "1 part is" if len(crossings) == 1 else f"{len(crossings)} parts are"
        notes.append(
            f"{parts} cut off by water or the border, and joined to the others by the shortest"
            " crossing."
        )
    return outline


def _with_places(outline: BaseGeometry, points: NDArray[np.object_]) -> list[BaseGeometry]:
    """The parts that the obstacles leave, as far as places lie in them; that of the most first."""
    everything = shapely.union_all([outline.envelope, *points]).envelope
    parts = shapely.get_parts(everything.buffer(OUTLINE_KM).difference(outline))
    _, part = shapely.STRtree(parts).query(points, predicate="intersects")
    count = np.bincount(part, minlength=parts.size)
    return [parts[i] for i in np.argsort(-count, kind="stable") if count[i]]
