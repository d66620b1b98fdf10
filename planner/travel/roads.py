"""The travel model `roads`: the fastest ways over a road layer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from planner.errors import InputError
from planner.pack.faults import Findings, listed
from planner.pack.figures import Figure
from planner.pack.road_layer_file import extent_of_pack, read_road_layer
from planner.pack.road_place import Extent
from planner.pack.travel_types import RoadLayer, TravelParameters
from planner.pack.types import Pack
from planner.travel.changes import changed
from planner.travel.joins import RoadLines, road_lines
from planner.travel.pairs import Tell
from planner.travel.places import Places, places_of
from planner.travel.road_graph import Array
from planner.travel.road_net import RoadNet
from planner.travel.snapping import (
    RoadParts,
    Snapped,
    SnappingTold,
    nearest,
    road_parts,
    some_lines,
)
from planner.travel.snapping import snapping_told as told_of
from planner.travel.trips import Trips, trips_between


@dataclass(frozen=True, slots=True, eq=False)
class RoadWays:
    """Legs to the nearest roads, and the fastest ways between over these.

    Attributes:
        figures: What the pack says of travel.
        net: The roads, with ferries and without what is closed.
        parts: Where places may join them.
        snapping: How far the pack's places lie from the roads.
        sources: Where roads and figures come from.
        notes: What was understood of the roads, what was changed, and how places join.
    """

    figures: TravelParameters
    net: RoadNet
    parts: RoadParts
    snapping: SnappingTold
    sources: tuple[str, ...]
    notes: tuple[str, ...]

    def between(self, start: Places, end: Places, tell: Tell | None = None) -> tuple[Array, Array]:
        """Kilometres and minutes, each (n, m), by as many searches as there are fewer places.

        `tell` is told of each search how many are done, and how many there are.
        """
        trips = self.trips(start, end)
        km = np.empty((len(start), len(end)))
        minutes = np.empty_like(km)
        is_by_end = len(end) <= len(start)
        lines = (km.T, minutes.T) if is_by_end else (km, minutes)
        for at, found in enumerate(trips.to_ends() if is_by_end else trips.from_starts()):
            lines[0][at], lines[1][at] = found
            if tell is not None:
                tell(at, len(lines[0]))
        return km, minutes

    def trips(self, start: Places, end: Places) -> Trips:
        """Trips between places, for who does not want all of them at once."""
        places = (start, self.snap(start)), (end, self.snap(end))
        return trips_between(self.net, self.figures, *places)

    def snap(self, places: Places) -> Snapped:
        """Where places join the roads."""
        return self.parts.snap(places.north, places.east)


def road_ways(pack: Pack) -> RoadWays:
    """The road layer of a pack, with its changes, made ready.

    Raises:
        InputError: The layer is at fault, or a change changes nothing.
        ValueError: The pack names no road layer.
    """
    if pack.road_layer is None:
        raise ValueError("ways_of refuses a pack without a road layer")
    speeds = tuple(pack.travel.class_speed_kmh.items())
    layer, lines = _read(
        pack.road_layer,
        _stamp(pack.road_layer),
        speeds,
        extent_of_pack(pack),
        as_filed=pack.as_filed,
    )
    return ways_over(pack, layer, lines)


def ways_over(pack: Pack, layer: RoadLayer, lines: RoadLines) -> RoadWays:
    """A road layer with the changes of a pack, made ready for it.

    Args:
        pack: A pack with places in degrees.
        layer: Roads whose speeds are all known.
        lines: Their lines.

    Raises:
        InputError: A change changes nothing.
    """
    net, notes = changed(pack, layer, lines, pack.road_changes)
    parts = road_parts(net, lines)
    points, sites = places_of(pack, pack.demand_points), places_of(pack, pack.sites)
    north = np.concatenate([points.north, sites.north])
    east = np.concatenate([points.east, sites.east])
    closed_km = _closed_km(net, lines, north, east)
    told = told_of(parts.snap(north, east), closed_km, points.names + sites.names)
    link = pack.travel.link_circuity or pack.travel.circuity
    marks = [layer.mark, *(change.mark for change in pack.road_changes), link.mark]
    sources = [layer.file, *(mark.source for mark in marks)]
    return RoadWays(
        pack.travel,
        net,
        parts,
        told,
        tuple(dict.fromkeys(filter(None, sources))),
        (
            *layer.notes,
            *notes,
            *_idle_links(pack, net, parts),
            *_apart(parts, is_changed=bool(pack.road_changes)),
            *told.sentences,
        ),
    )


def _closed_km(net: RoadNet, lines: RoadLines, north: Array, east: Array) -> Array:
    """Straight km to the nearest road that a change closed, (n,); inf where none is closed."""
    layer = net.layer
    shut = np.flatnonzero((layer.forward | layer.backward) & ~net.is_open)
    if not shut.size:
        return np.full(north.size, np.inf)
    return nearest(some_lines(lines, shut), shut, north, east)[1]


def _apart(parts: RoadParts, *, is_changed: bool) -> tuple[str, ...]:
    """What to tell of islands once changes are made; those of the layer its own notes tell."""
    if not is_changed:
        return ()
    first, *islands = parts.part_km.tolist()
    if not islands:
        return ("With the changes, no road is on an island.",)
    told = f"With the changes, {len(islands):,} islands are left beside {first:,.1f} km of roads"
    return (f"{told}, of at most {islands[0]:,.1f} km: there is no way to them.",)


def _idle_links(pack: Pack, net: RoadNet, parts: RoadParts) -> tuple[str, ...]:
    """What to tell of ferries and links that do not join the main roads on both sides."""
    added = [change for change in pack.road_changes if change.kind != "closed"]
    is_main = np.zeros(net.is_open.size, dtype=np.bool_)
    is_main[parts.main_edge] = True
    joins = is_main[net.links.start.edge] & is_main[net.links.end.edge]
    idle = [
        change.name or change.kind
        for change, is_joined in zip(added, joins[: len(added)].tolist(), strict=True)
        if not is_joined
    ]
    if not idle:
        return ()
    return (f"Ferries and links with an end on no main road: {len(idle)}: {listed(idle)}.",)


def _stamp(path: Path) -> tuple[int, int]:
    """What changes with a file's content; whether there is such a file, its reader tells."""
    try:
        found = path.stat()
    except OSError:
        return (0, 0)
    return found.st_mtime_ns, found.st_size


@lru_cache(maxsize=1)  # questions of one plan ask again and again
def _read(
    path: Path,
    stamp: tuple[int, int],  # noqa: ARG001 - another one is another file
    speeds: tuple[tuple[str, Figure], ...],
    places: Extent | None,
    *,
    as_filed: bool,
) -> tuple[RoadLayer, RoadLines]:
    findings = Findings()
    layer = read_road_layer(path, dict(speeds), findings, places, as_filed=as_filed)
    if layer is None:
        raise InputError(findings.faults)
    return layer, road_lines(layer)
