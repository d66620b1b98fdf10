"""Whether the vertices of roads are places on the globe, and near those of the pack."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.pack.globe import pair_km
from planner.pack.road_source import RoadSource
from planner.pack.road_table import LINE, NOTHING, OTHER
from planner.pack.road_told import RoadTold, km_text

_NOWHERE_DEGREES = 1e-6  # a vertex so near to 0, 0 in the sea stands for none
_FAR_DEGREES = 1.0  # a layer may end so far from the pack's places: some 110 km


@dataclass(frozen=True, slots=True)
class Extent:
    """The degrees between which places lie."""

    south: float
    west: float
    north: float
    east: float

    def __str__(self) -> str:
        """As people read it: latitudes, then longitudes."""
        return (
            f"latitudes {self.south:.6g} to {self.north:.6g},"
            f" longitudes {self.west:.6g} to {self.east:.6g}"
        )

    @property
    def swapped(self) -> Extent:
        """With latitudes and longitudes exchanged."""
        return Extent(self.west, self.south, self.east, self.north)

    def is_near(self, other: Extent) -> bool:
        """Whether both meet, or nearly so."""
        return (
            self.south <= other.north + _FAR_DEGREES
            and other.south <= self.north + _FAR_DEGREES
            and self.west <= other.east + _FAR_DEGREES
            and other.west <= self.east + _FAR_DEGREES
        )

    def holds(self, other: Extent) -> bool:
        """Whether the other lies inside."""
        return (
            self.south <= other.south
            and self.west <= other.west
            and other.north <= self.north
            and other.east <= self.east
        )

    @property
    def middle(self) -> tuple[float, float]:
        """Latitude and longitude of its middle."""
        return (self.south + self.north) / 2, (self.west + self.east) / 2


_GLOBE = Extent(-90, -180, 90, 180)


def extent_of(lat: NDArray[np.float64], lon: NDArray[np.float64]) -> Extent | None:
    """The extent of places; None where there are none."""
    if not lat.size:
        return None
    return Extent(float(lat.min()), float(lon.min()), float(lat.max()), float(lon.max()))


def extent_of_rows(rows: Iterable[Mapping[str, object]]) -> Extent | None:
    """The extent of the places in rows of tables, as far as they give any."""
    places = [
        (float(lat), float(lon))
        for row in rows
        if isinstance(lat := row.get("lat"), (int, float))
        and isinstance(lon := row.get("lon"), (int, float))
    ]
    lat_lon = np.array(places, dtype=np.float64).reshape(-1, 2)
    return extent_of(lat_lon[:, 0], lat_lon[:, 1])


def lines_there(source: RoadSource, told: RoadTold) -> NDArray[np.bool_]:
    """Which roads have a line, shape (F,); the others are told, and none at all is a fault."""
    is_line = np.asarray(source.kind == LINE)
    if not source.number.size:
        told.fault(None, "no roads", "a layer of lines", "Export the roads again")
    elif not is_line.any():
        told.fault(None, "no lines", "lines", "A road layer holds roads as lines")
    else:
        for kind, what in ((NOTHING, "Without a line"), (OTHER, "Points or areas")):
            roads = np.flatnonzero(source.kind == kind)
            if roads.size:
                told.note(f"{what}, left out: {told.named(roads)}.")
    return is_line


def are_well_placed(source: RoadSource, pack: Extent | None, told: RoadTold) -> bool:
    """Whether all vertices are places on the globe, near those of the pack; if not, a fault.

    Args:
        source: The roads.
        pack: Where the pack's places lie; None where they are not known.
        told: Takes the fault.
    """
    is_number = np.isfinite(source.xy).all(axis=1)
    owner = np.repeat(source.road, np.diff(source.begin))
    is_nowhere = (np.abs(source.xy) < _NOWHERE_DEGREES).all(axis=1)
    bad = np.unique(owner[~is_number | is_nowhere])
    for vertices, found in (
        (~is_number, "coordinates that are no numbers"),
        (is_nowhere, "a vertex at 0, 0"),
    ):
        told.faults(
            np.unique(owner[vertices]), "geometry", found, "degrees",
            "Draw the road again, or delete it",
        )  # fmt: skip
    east, north = source.xy[is_number].T
    extent = extent_of(north, east)
    if extent is None:
        return False
    if not _GLOBE.holds(extent):
        _fault_no_degrees(source, owner, pack, extent, told)
        return False
    if pack is not None and not extent.is_near(pack):
        _fault_far(extent, pack, told)
        return False
    if pack is not None and not bad.size:
        _tell_far_roads(source, owner, pack, told)
    return not bad.size


def _tell_far_roads(
    source: RoadSource, owner: NDArray[np.int64], pack: Extent, told: RoadTold
) -> None:
    low = np.array([pack.west, pack.south]) - _FAR_DEGREES
    high = np.array([pack.east, pack.north]) + _FAR_DEGREES
    far = np.unique(owner[((source.xy < low) | (source.xy > high)).any(axis=1)])
    if far.size:
        told.note(f"More than a degree away from the pack's places: {told.named(far)}.")


def _fault_no_degrees(
    source: RoadSource,
    owner: NDArray[np.int64],
    pack: Extent | None,
    extent: Extent,
    told: RoadTold,
) -> None:
    out = (np.abs(source.xy) > np.array([180, 90])).any(axis=1)
    roads = np.unique(owner[out])
    are_most = roads.size * 2 > source.number.size
    if not are_most:
        told.faults(
            roads, "geometry", "coordinates outside the globe", "degrees (EPSG:4326)",
            "Draw the road again, or delete it",
        )  # fmt: skip
        return
    if _GLOBE.holds(extent.swapped) and (pack is None or extent.swapped.is_near(pack)):
        message = "Latitude and longitude look exchanged; export with x = longitude, y = latitude"
    else:
        message = "They look like metres; declare their coordinate system, or export as EPSG:4326"
    told.fault("geometry", str(extent), "degrees (EPSG:4326)", message)


def _fault_far(extent: Extent, pack: Extent, told: RoadTold) -> None:
    if extent.swapped.is_near(pack):
        message = (
            "Latitude and longitude are exchanged: the other way round the roads lie where the"
            " pack's places are; export with x = longitude, y = latitude"
        )
    else:
        km = float(pair_km(*extent.middle, *pack.middle))
        message = (
            f"The roads lie {km_text(km)} from the pack's places, middle to middle: another"
            " region, or a wrong coordinate system"
        )
    told.fault("geometry", str(extent), f"roads near the pack's places, {pack}", message)
