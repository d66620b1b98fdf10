"""What each road of a file means: whether it counts, its speed, its directions, its length."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.pack.faults import listed
from planner.pack.figures import Figure
from planner.pack.grid import header_key
from planner.pack.road_columns import RoadColumn, columns_by_role
from planner.pack.road_lengths import speeds_of_minutes, stated_km
from planner.pack.road_source import RoadSource
from planner.pack.road_speeds import Classes, classes_of, own_speeds, with_class_speeds
from planner.pack.road_told import RoadTold
from planner.pack.road_words import ENTRY, NO_ENTRY, ROUND, directions_of

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
_OSM_CLASSES = frozenset({"highway", "fclass"})


@dataclass(frozen=True, slots=True, eq=False)
class RoadMeaning:
    """What F roads mean.

    Attributes:
        counts: Whether it is a road for vehicles with a line, shape (F,).
        speed_kmh: Its speed, nan where not known, shape (F,).
        forward: Whether one may drive as its line runs, shape (F,); `backward` against it.
        stated_km: The length that it states, nan where measured, shape (F,).
    """

    counts: Mask
    speed_kmh: Array
    forward: Mask
    backward: Mask
    stated_km: Array


def understand_roads(
    source: RoadSource,
    counts: Mask,
    measured: Array,
    straight: Array,
    class_speeds: Mapping[str, Figure],
    told: RoadTold,
    *,
    needs_speed: bool,
) -> RoadMeaning:
    """What the columns of a road file say of its roads.

    Args:
        source: The file.
        counts: Which roads have a line, shape (F,).
        measured: Kilometres along their vertices, nan where the places are at fault, shape (F,).
        straight: Kilometres from end to end likewise.
        class_speeds: The pack's speeds by class.
        told: Takes the faults and what was understood.
        needs_speed: Whether a road whose speed is not known is at fault.
    """
    columns = columns_by_role(source.columns, told)
    nothing = np.full(counts.size, np.nan)
    if needs_speed and not {"class", "speed", "minutes"} & columns.keys():
        told.fault(
            None, f"neither a class nor a speed; columns: {listed(source.headers, 40) or 'none'}",
            "a column class (highway, fclass) or speed_kmh (maxspeed)",
        )  # fmt: skip
        needs_speed = False
    classes = None
    if "class" in columns:
        classes = classes_of(columns["class"], class_speeds)
        counts = counts & _for_vehicles(classes, counts, measured, told)
    is_osm_words = source.is_osm or (
        "class" in columns and header_key(columns["class"].header) in _OSM_CLASSES
    )
    counts = counts & _may_enter(columns, counts, measured, told)
    measured, straight = np.where(counts, measured, np.nan), np.where(counts, straight, np.nan)
    forward, backward = _directions(columns, classes, counts, told, is_osm_words=is_osm_words)
    stated = nothing
    if "length" in columns:
        stated = stated_km(columns["length"], measured, straight, told)
    own = nothing
    if "speed" in columns:
        own = own_speeds(columns["speed"], counts, told, is_zero_blank=_is_geofabrik(classes))
    if "minutes" in columns:
        km = np.where(np.isnan(stated), measured, stated)
        timed = speeds_of_minutes(columns["minutes"], km, told)
        own = np.where(np.isnan(timed), own, timed)
    if not np.isnan(own).all():
        given = int((~np.isnan(own) & counts).sum())
        told.note(f"Speed of their own, taken as driven: {told.count(given)}.")
    speed = own
    if needs_speed:
        speed, is_left_out = with_class_speeds(own, classes, counts, told)
        counts = counts & ~is_left_out
    closed = counts & ~forward & ~backward
    if closed.any():
        told.note(f"Closed in both directions, left out: {told.count(int(closed.sum()))}.")
    return RoadMeaning(counts & ~closed, speed, forward, backward, stated)


def _is_geofabrik(classes: Classes | None) -> bool:
    return classes is not None and header_key(classes.header) == "fclass"


def _for_vehicles(classes: Classes, counts: Mask, measured: Array, told: RoadTold) -> Mask:
    """Which roads are of a class for vehicles; the others are told by class."""
    is_road = np.array(classes.is_road)[classes.of]
    left_out = counts & ~is_road
    if left_out.any():
        number = np.bincount(classes.of[left_out], minlength=len(classes.texts))
        named = [f"{classes.texts[at]} ({number[at]:,})" for at in np.flatnonzero(number)]
        km = float(np.nansum(measured[left_out]))
        told.note(
            f"No roads for vehicles, left out: {told.count(int(left_out.sum()), km)}:"
            f" {listed(named, 30)}."
        )
    return is_road


def _may_enter(
    columns: Mapping[str, RoadColumn], counts: Mask, measured: Array, told: RoadTold
) -> Mask:
    """Which roads motor vehicles may use; a word on vehicles counts before one on access."""
    may = np.ones(counts.size, dtype=np.bool_)
    for role in ("access", "motor vehicles"):
        if role in columns:
            texts, codes = columns[role].coded
            words = [text.casefold() for text in texts]
            may &= ~np.array([*(word in NO_ENTRY for word in words), False])[codes]
            if role == "motor vehicles":
                may |= np.array([*(word in ENTRY for word in words), False])[codes]
    shut = counts & ~may
    if shut.any():
        km = float(np.nansum(measured[shut]))
        told.note(f"Not open to the public, left out: {told.count(int(shut.sum()), km)}.")
    return may


def _directions(
    columns: Mapping[str, RoadColumn],
    classes: Classes | None,
    counts: Mask,
    told: RoadTold,
    *,
    is_osm_words: bool,
) -> tuple[Mask, Mask]:
    """Whether each road may be driven along its line, and against it."""
    forward, backward = np.ones((2, counts.size), dtype=np.bool_)
    said = np.zeros(counts.size, dtype=np.bool_)
    if "one-way" in columns:
        column = columns["one-way"]
        texts, codes = column.coded
        meant, why = directions_of(texts, is_geofabrik=_is_geofabrik(classes))
        if why:
            told.fault(column.header, listed(texts), "yes and no, or F, T and B", why)
        else:
            _tell_unknown(column, [text for text in texts if text not in meant], counts, told)
        words = [meant.get(text, "both") for text in texts] + ["both"]
        forward = np.array([word in {"both", "forward"} for word in words])[codes]
        backward = np.array([word in {"both", "backward"} for word in words])[codes]
        said = codes >= 0
    implied = np.zeros(counts.size, dtype=np.bool_)
    if is_osm_words and classes is not None:
        implied = np.array([text.casefold() == "motorway" for text in classes.texts])[classes.of]
    if "junction" in columns:
        texts, codes = columns["junction"].coded
        implied |= np.array([*(text.casefold() in ROUND for text in texts), False])[codes]
    implied &= ~said
    backward = backward & ~implied
    one_way = counts & (forward ^ backward)
    if one_way.any():
        text = f"One-way: {told.count(int(one_way.sum()))}"
        by_kind = int((implied & counts).sum())
        more = f", {by_kind:,} of them as motorways or roundabouts" if by_kind else ""
        told.note(f"{text}{more}.")
    return forward, backward


def _tell_unknown(column: RoadColumn, texts: list[str], counts: Mask, told: RoadTold) -> None:
    """Words of a one-way column that mean nothing: a fault each; in OpenStreetMap only told."""
    if texts and told.is_osm:
        told.note(f"One-way {listed(texts)}: taken as both ways.")
        return
    every, codes = column.coded
    for text in texts:
        roads = np.flatnonzero(counts & (codes == every.index(text)))
        told.fault(
            column.header, f"{text}: {told.named(roads)}", "yes, no or -1",
            "Write yes for along the line, -1 for against it, no for both ways",
        )  # fmt: skip
