"""Ferries, new links and closed roads, applied to the roads of a layer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from planner.errors import Fault, InputError
from planner.pack.globe import pair_km
from planner.pack.travel_types import RoadChange, RoadLayer
from planner.pack.types import Pack
from planner.travel.joins import RoadLines
from planner.travel.legs import leg_km, leg_minutes
from planner.travel.links import flat
from planner.travel.places import places_at
from planner.travel.road_net import NO_LINKS, Links, RoadNet, RoadPoints
from planner.travel.snapping import FAR_KM, nearest, some_lines

ONE_PLACE_KM = 0.01  # ends so near to each other close the nearest road, not what lies between
CLOSED_WITHIN_KM = 0.5  # of such a place


def changed(
    pack: Pack, layer: RoadLayer, lines: RoadLines, changes: Sequence[RoadChange]
) -> tuple[RoadNet, tuple[str, ...]]:
    """The roads of a layer with the changes made, and what each of them did, in sentences.

    Roads are closed first; ferries and links join what is open then.

    Args:
        pack: Its figures make legs and what a link leaves out.
        layer: The roads.
        lines: Their lines.
        changes: In the order of their file.

    Raises:
        InputError: A closure closes nothing, or a ferry or link joins nothing; all of them told.
    """
    is_open = layer.forward | layer.backward
    faults: list[Fault] = []
    notes = []
    shut = np.zeros_like(is_open)
    for change in changes:
        if change.kind == "closed":
            edges = _crossed(change, lines, is_open)
            shut[edges] = True
            if edges.size:
                notes.append(
                    f"{called(change)} closed: {edges.size:,} edges of the roads,"
                    f" {layer.km[edges].sum():.2f} km, taken out."
                )
            else:
                faults.append(_closes_nothing(change))
    is_open &= ~shut
    added = [change for change in changes if change.kind != "closed"]
    links = NO_LINKS
    if added and is_open.any():
        links, told = _linked(pack, lines, np.flatnonzero(is_open), added, faults)
        notes += told
    if changes and not is_open.any():
        faults.append(
            Fault(changes[0].file, None, None, "every road closed", "roads that are open", "")
        )
    if faults:
        raise InputError(faults)
    return RoadNet(layer, is_open, links), tuple(notes)


def _crossed(change: RoadChange, lines: RoadLines, is_open: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The open edges that a closure takes out."""
    lat = np.array([change.from_lat, change.to_lat])
    lon = np.array([change.from_lon, change.to_lon])
    if pair_km(lat[0], lon[0], lat[1], lon[1]) <= ONE_PLACE_KM:
        edges = np.flatnonzero(is_open)
        if not edges.size:
            return edges
        point, km = nearest(some_lines(lines, edges), edges, lat[:1], lon[:1])
        return point.edge[km <= CLOSED_WITHIN_KM]
    line = shapely.linestrings(flat(lat, lon, lines.middle))
    crossed = np.sort(lines.tree.query(line, predicate="intersects"))
    return np.asarray(crossed[is_open[crossed]], dtype=np.int64)


def _linked(
    pack: Pack,
    lines: RoadLines,
    edges: NDArray[np.int64],
    added: Sequence[RoadChange],
    faults: list[Fault],
) -> tuple[Links, list[str]]:
    """The links between open roads; what is at fault is noted."""
    ends = [(each.from_lat, each.from_lon, each.to_lat, each.to_lon) for each in added]
    from_lat, from_lon, to_lat, to_lon = np.array(ends, dtype=np.float64).T
    tree = some_lines(lines, edges)
    start, start_km = nearest(tree, edges, from_lat, from_lon)
    end, end_km = nearest(tree, edges, to_lat, to_lon)
    here, there = places_at(pack, from_lat, from_lon), places_at(pack, to_lat, to_lon)
    figures = pack.travel
    legs = leg_km(figures, here, start_km), leg_km(figures, there, end_km)
    straight = pair_km(from_lat, from_lon, to_lat, to_lon)
    is_ferry = np.array([each.kind == "ferry" for each in added])
    km = _given(
        [each.km for each in added],
        np.where(is_ferry, straight, leg_km(figures, here, straight)),
    )
    minutes = _given([each.minutes for each in added], leg_minutes(figures, here, km))
    notes = []
    for at, change in enumerate(added):
        lost = [
            _joins_nothing(change, place.names[at], float(away[at]))
            for place, away in ((here, start_km), (there, end_km))
            if away[at] > FAR_KM
        ]
        if not lost and start.edge[at] == end.edge[at] and start.share[at] == end.share[at]:
            lost = [_joins_itself(change)]
        faults += lost
        notes.append(
            f"{called(change)}: {minutes[at]:.0f} minutes, {km[at]:.2f} km, and legs of"
            f" {legs[0][at]:.2f} and {legs[1][at]:.2f} km to the nearest roads"
            f"{_worked_out(change)}{'' if change.both_ways else '; one way'}."
        )
    km = km + legs[0] + legs[1]
    minutes = minutes + leg_minutes(figures, here, legs[0]) + leg_minutes(figures, there, legs[1])
    back = np.flatnonzero([each.both_ways for each in added])
    return (
        Links(
            _with(start, end, back),
            _with(end, start, back),
            np.concatenate([km, km[back]]),
            np.concatenate([minutes, minutes[back]]),
        ),
        notes,
    )


def _given(values: Sequence[float | None], otherwise: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.array(
        [other if value is None else value for value, other in zip(values, otherwise, strict=True)],
        dtype=np.float64,
    )


def _with(points: RoadPoints, more: RoadPoints, chosen: NDArray[np.int64]) -> RoadPoints:
    return RoadPoints(
        np.concatenate([points.edge, more.edge[chosen]]),
        np.concatenate([points.share, more.share[chosen]]),
    )


# -- in words ------------------------------------------------------------------------------


def called(change: RoadChange) -> str:
    """What a change is called: its kind, and its name or where it is."""
    kind = {"ferry": "Ferry", "link": "Link", "closed": "Road"}[change.kind]
    return f"{kind} {change.name or _ends(change)}"


def _ends(change: RoadChange) -> str:
    return (
        f"{change.from_lat:.5f}, {change.from_lon:.5f} - {change.to_lat:.5f}, {change.to_lon:.5f}"
    )


def _worked_out(change: RoadChange) -> str:
    told = []
    if change.km is None:
        told.append("km of the straight line" + ("" if change.kind == "ferry" else " x circuity"))
    if change.minutes is None:
        told.append("minutes at the speed of the area")
    return f" ({', '.join(told)})" if told else ""


def _closes_nothing(change: RoadChange) -> Fault:
    return Fault(
        change.file, change.row or None, "kind",
        f"closed, {change.name or _ends(change)}: no road there",
        "a line that crosses an open road", "Draw it across the road, from one side to the other",
    )  # fmt: skip


def _joins_nothing(change: RoadChange, place: str, km: float) -> Fault:
    return Fault(
        change.file, change.row or None, "kind",
        f"{change.kind}, {change.name or _ends(change)}: {km:.1f} km from {place} to a road",
        f"a road within {FAR_KM:g} km of both ends", "Correct the place, or add the roads there",
    )  # fmt: skip


def _joins_itself(change: RoadChange) -> Fault:
    return Fault(
        change.file, change.row or None, "kind",
        f"{change.kind}, {change.name or _ends(change)}: both ends join one point of one road",
        "ends that join different roads, or different places of one",
        "Correct the places, or add the roads on the far side",
    )  # fmt: skip
