"""How far the nearest branch is from anywhere: bands of minutes, drawn from the travel model."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from contourpy import FillType, contour_generator
from numpy.typing import NDArray
from scipy.interpolate import RegularGridInterpolator
from scipy.spatial import KDTree
from shapely.geometry.base import BaseGeometry

from planner.errors import PlannerError
from planner.evaluate.doors import able_branches
from planner.evaluate.within import two_nearest
from planner.insight.land import faces, grounds, inside, joined, lighter, points_in_degrees, squeeze
from planner.pack.faults import Findings
from planner.pack.lakes_file import read_lakes
from planner.pack.types import Pack
from planner.plan import Plan
from planner.problem import PlanningProblem
from planner.travel import (
    Places,
    TravelTimes,
    TravelTold,
    Ways,
    default_model,
    door_to_door,
    places_at,
    places_of,
    ways_of,
)

Floats = NDArray[np.float64]
STEPS = 150  # of the grid along the longer side of the land
EDGE_STEPS = 1.5  # so far outside the land the model is still asked
SIMPLER = 0.1  # of a step: how far a drawn line may be moved
KM_PER_DEGREE = 111.195
NO_ROUTE = 10.0  # times the last threshold: what stands for no route while lines are drawn
BLOCK_PAIRS = 2_000_000
MATRIX_HAS_NO_BANDS = (
    "A matrix of travel knows its own pairs only, so no bands can be drawn from it; "
    "service areas can."
)


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """Minutes one way to the nearest branch from a regular grid of places.

    Attributes:
        lat: Of the rows in degrees, shape (R,), rising; `lon` of the columns, shape (C,).
        minutes: Shape (R, C); inf where no branch can be reached, or far outside the land.
        known: Where the travel model was asked, shape (R, C).
    """

    lat: Floats
    lon: Floats
    minutes: Floats
    known: NDArray[np.bool_]

    @property
    def step_km(self) -> float:
        """Kilometres between two rows."""
        return float(self.lat[1] - self.lat[0]) * KM_PER_DEGREE


@dataclass(frozen=True, slots=True, eq=False)
class Isochrones:
    """The land by how far the nearest branch is.

    Attributes:
        within_min: The thresholds, rising.
        bands: Up to the first threshold, up to each next one, and last what is farther or has no
            route: polygons in degrees that tile the land without lakes, shape (T + 1,).
        surface: What they were drawn from.
        off_min: How far lines between the places of the grid are off the model at the demand
            points, in minutes: the median; `off_most_min` is what 95 of 100 stay below. None
            where no demand point has a branch.
        agree: Share of the demand points that lie in the band of their own minutes.
        seconds: What it took.
    """

    within_min: tuple[float, ...]
    bands: tuple[BaseGeometry, ...]
    surface: Surface
    off_min: float | None
    off_most_min: float | None
    agree: float | None
    seconds: float


def isochrones(
    pack: Pack,
    problem: PlanningProblem,
    plan: Plan,
    within_min: Sequence[float],
    kind: int | None = None,
) -> Isochrones:
    """Bands of minutes around the open branches, by the problem's own travel model and mode.

    Lines are drawn between the places of a regular grid (marching squares), clipped to the areas
    without their lakes, and simplified by a tenth of a step.

    Args:
        pack: The pack.
        problem: The problem, made of the pack.
        plan: The network.
        within_min: Thresholds in minutes (<=), rising.
        kind: Position of a visit type that the branch must be able to complete; None: any of them.

    Raises:
        PlannerError: The model is a matrix, which knows its own pairs only; the demand points have
            no degrees; or no open branch can complete the visit.
        InputError: The pack lacks what the model needs.
    """
    told = problem.travel or TravelTold(default_model(pack))
    if told.model == "matrix":
        raise PlannerError(MATRIX_HAS_NO_BANDS)
    began = time.perf_counter()
    kinds = able_branches(problem, plan)
    able = kinds.any(axis=1) if kind is None else kinds[:, kind]
    if not able.any():
        raise PlannerError("No branch is open that could complete such a visit.")
    land = dry_land(pack)
    branches = places_of(pack, [pack.sites[j] for j in np.flatnonzero(able).tolist()])
    surface = surface_of(pack, ways_of(pack, told.model), branches, land, told.mode)
    bands = _bands(surface, land, tuple(within_min))
    off, agree = _held(pack, problem, plan, kind, surface, bands, tuple(within_min))
    return Isochrones(
        within_min=tuple(within_min),
        bands=tuple(bands),
        surface=surface,
        off_min=float(np.median(off)) if off.size else None,
        off_most_min=float(np.quantile(off, 0.95)) if off.size else None,
        agree=agree,
        seconds=time.perf_counter() - began,
    )


def dry_land(pack: Pack) -> BaseGeometry:
    """All areas with demand points, without the pack's lakes.

    Raises:
        PlannerError: The demand points have no degrees.
    """
    land = shapely.union_all([part.outline for part in grounds(pack)])
    if pack.lakes is None:
        return land
    lakes = read_lakes(pack.lakes, Findings())
    return land if lakes is None else land.difference(lakes)


# -- the surface ---------------------------------------------------------------------------


def surface_of(
    pack: Pack, ways: Ways, branches: Places, land: BaseGeometry, mode: str = ""
) -> Surface:
    """Minutes to the nearest of some branches from a grid over the land."""
    west, south, east, north = land.bounds
    narrow = squeeze(points_in_degrees(pack))
    step = max(north - south, (east - west) * narrow) / STEPS
    lat = np.arange(south - 2 * step, north + 2.5 * step, step)
    lon = np.arange(west - 2 * step / narrow, east + 2.5 * step / narrow, step / narrow)
    every_lon, every_lat = np.meshgrid(lon, lat)
    wide = shapely.buffer(land, EDGE_STEPS * step / narrow)
    shapely.prepare(wide)
    known = np.asarray(shapely.intersects_xy(wide, every_lon, every_lat), dtype=np.bool_)
    at = every_lat[known], every_lon[known]
    found = np.empty(at[0].size)
    rows = max(1, BLOCK_PAIRS // len(branches))
    for begin in range(0, found.size, rows):
        part = tuple(axis[begin : begin + rows] for axis in at)
        found[begin : begin + rows] = _to_nearest(pack, ways, branches, part[0], part[1], mode)
    minutes = np.full(known.shape, np.inf)
    minutes[known] = found
    return Surface(lat, lon, minutes, known)


def _to_nearest(
    pack: Pack, ways: Ways, branches: Places, lat: Floats, lon: Floats, mode: str
) -> Floats:
    """Minutes door to door of people who live at some places, shape (n,)."""
    km, minutes = ways.between(places_at(pack, lat, lon), branches)
    no_sites = np.zeros((0, 0))
    measured = TravelTimes(minutes, km, no_sites, no_sites)
    there = _living_at(pack, lat, lon) if mode else pack
    travelled = door_to_door(there, measured, mode or None)
    return np.asarray(travelled.minutes.min(axis=1), dtype=np.float64)


def _living_at(pack: Pack, lat: Floats, lon: Floats) -> Pack:
    """The pack with its people at other places: each of the area whose demand points are near.

    The area whose outline holds the place, where it has demand points, else that of the nearest
    demand point.
    """
    places = points_in_degrees(pack)
    narrow = squeeze(places)
    tree = KDTree(np.column_stack([places.north, places.east * narrow]))
    _, like = tree.query(np.column_stack([lat, lon * narrow]))
    first = {point.area: i for i, point in reversed(list(enumerate(pack.demand_points)))}
    held = [(a.outline, first[a.code]) for a in pack.areas if a.outline and a.code in first]
    holders = shapely.STRtree([outline for outline, _ in held])
    at, area = holders.query(shapely.points(lon, lat), predicate="intersects")
    like[at] = [held[k][1] for k in area]
    points = tuple(pack.demand_points[i] for i in like.tolist())
    return replace(pack, demand_points=points)


# -- the bands -----------------------------------------------------------------------------


def _bands(
    surface: Surface, land: BaseGeometry, within_min: tuple[float, ...]
) -> list[BaseGeometry]:
    """The land cut along the lines of equal minutes; each face belongs to the innermost band."""
    height = _filled(surface, NO_ROUTE * within_min[-1])
    drawn = contour_generator(
        surface.lon, surface.lat, height, name="serial", fill_type=FillType.OuterOffset
    )
    inner = [_region(drawn.filled(-1.0, limit)) for limit in within_min]
    pieces = faces([shapely.boundary(land), *(shapely.boundary(part) for part in inner)])
    lon, lat = inside(pieces)
    band = np.full(pieces.size, len(within_min), dtype=np.int64)
    for k in reversed(range(len(within_min))):
        shapely.prepare(inner[k])
        band[shapely.intersects_xy(inner[k], lon, lat)] = k
    shapely.prepare(land)
    band[~shapely.intersects_xy(land, lon, lat)] = -1
    step = float(surface.lat[1] - surface.lat[0])
    return lighter(joined(pieces, band, len(within_min) + 1), SIMPLER * step)


def _filled(surface: Surface, no_route: float) -> Floats:
    """Minutes everywhere: far outside those of the nearest place that was asked, capped."""
    height = np.minimum(surface.minutes, no_route)
    row, column = np.nonzero(surface.known)
    if not surface.known.all():
        out_row, out_column = np.nonzero(~surface.known)
        tree = KDTree(np.column_stack([row, column]))
        _, near = tree.query(np.column_stack([out_row, out_column]))
        height[out_row, out_column] = height[row[near], column[near]]
    return np.asarray(height)


def _region(filled: Any) -> BaseGeometry:
    """Polygons from the contour library: corners of each, and where its rings begin."""
    polygons = []
    for corners, offset in zip(*filled, strict=True):
        rings = [corners[a:b] for a, b in pairwise(offset)]
        polygons.append(shapely.Polygon(rings[0], rings[1:]))
    return shapely.union_all(polygons)


def _held(
    pack: Pack,
    problem: PlanningProblem,
    plan: Plan,
    kind: int | None,
    surface: Surface,
    bands: Sequence[BaseGeometry],
    within_min: tuple[float, ...],
) -> tuple[Floats, float | None]:
    """Minutes between the grid and the model at the demand points, and how many bands agree."""
    near = two_nearest(problem, plan).minutes
    own = near.min(axis=1) if kind is None else near[:, kind]
    places = points_in_degrees(pack)
    at = np.column_stack([places.north, places.east])
    height = RegularGridInterpolator(
        (surface.lat, surface.lon), _filled(surface, np.inf), bounds_error=False, fill_value=np.inf
    )
    with np.errstate(invalid="ignore"):  # places without a route
        drawn = height(at)
    both = np.isfinite(own) & np.isfinite(drawn)
    shown = np.full(own.size, -1, dtype=np.int64)
    for k, band in enumerate(bands):
        shapely.prepare(band)
        shown[shapely.intersects_xy(band, places.east, places.north)] = k
    on_land = shown >= 0
    right = shown == np.searchsorted(np.array(within_min), own)
    return np.abs(drawn - own)[both], float(right[on_land].mean()) if on_land.any() else None
