"""Modes of travel: what each takes and costs, and which of them customers take."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from planner.demand.segments import area_of_points, segment_shares
from planner.errors import Fault, InputError, nearest
from planner.pack.figures import Figure
from planner.pack.modes_file import FILE, MIXED
from planner.pack.travel_types import TravelMode
from planner.pack.types import Pack
from planner.travel.places import places_of
from planner.travel.times import TravelTimes

Array = NDArray[np.float64]
BLOCK_ENTRIES = 1_000_000  # shares of groups, modes and pairs that are held at once
_MIXED_NOTE = (
    "Each customer takes the mode that costs least, the time included, among those that they can"
    " use; within a group, who can use one mode is taken to say nothing of another."
)


@dataclass(frozen=True, slots=True, eq=False)
class ModeGroups:
    """G groups of people, each of which can use the modes in its own way.

    Attributes:
        names: Of each group the ids of its segments, one for each dimension that a mode names;
            a single group without any where no mode names one.
        share: Of the people of each area, shape (C, G); sums to 1 in areas with demand points.
        able: Share of each group that can use each of the M modes, shape (G, M).
    """

    names: tuple[tuple[str, ...], ...]
    share: Array
    able: Array


def mode_groups(pack: Pack) -> ModeGroups:
    """The groups that the pack's modes tell apart: every combination of the segments they name.

    Dimensions are taken to be independent of one another within an area.
    """
    named = [use.dimension for mode in pack.modes for use in mode.users if use.dimension]
    segments, shares = pack.customers.segments, segment_shares(pack)
    names: list[tuple[str, ...]] = [()]
    share = np.ones((len(pack.areas), 1))
    for dimension in dict.fromkeys(named):
        own = [g for g, each in enumerate(segments) if each.dimension == dimension]
        names = [(*before, segments[g].id) for before in names for g in own]
        share = (share[:, :, None] * shares[:, None, own]).reshape(len(pack.areas), -1)
    whole = share.sum(axis=1, keepdims=True)
    share = np.divide(share, whole, out=np.zeros_like(share), where=whole > 0)
    able = np.array([[_able(mode, group) for mode in pack.modes] for group in names])
    return ModeGroups(tuple(names), share, able.reshape(len(names), len(pack.modes)))


def _able(mode: TravelMode, group: Sequence[str]) -> float:
    if not mode.users:
        return 1.0
    return next((use.share.value for use in mode.users if use.group in ("", *group)), 0.0)


# -- one mode ------------------------------------------------------------------------------


def mode_trip(
    pack: Pack, mode: TravelMode, km: Array, minutes: Array, slow: NDArray[np.bool_]
) -> tuple[Array, Array]:
    """Minutes one way and the cost of a return trip by one mode.

    Args:
        pack: Its value of time counts.
        mode: The mode.
        km: Kilometres by the travel model, any shape; inf for no route.
        minutes: Minutes by the travel model without waiting, the same shape.
        slow: Whether each trip starts in a slow area, fit for that shape.

    Returns:
        Minutes and cost, each of the shape of `km`; inf where there is no route, or where it is
        farther than the mode goes.
    """
    is_there = np.isfinite(km) & np.isfinite(minutes) & (km <= _value(mode.max_km, np.inf))
    km, minutes = np.where(is_there, km, 0.0), np.where(is_there, minutes, 0.0)
    if mode.speed_kmh is None:
        moving = minutes * _value(mode.time_factor, 1.0)
    else:
        speed = mode.speed_kmh.value
        moving = km / np.where(slow, _value(mode.speed_slow_kmh, speed), speed) * 60
    taken = _value(mode.wait_min, 0.0) + moving
    one_way = (
        km * _value(mode.fare_kes_per_km, 0.0)
        + _value(mode.fare_kes_per_leg, 0.0)
        + taken / 60 * pack.travel.value_of_time_kes_per_hour.value
    )
    return np.where(is_there, taken, np.inf), np.where(is_there, 2 * one_way, np.inf)


def _value(figure: Figure | None, otherwise: float) -> float:
    return otherwise if figure is None else figure.value


# -- all modes together --------------------------------------------------------------------


def mode_trips(
    pack: Pack, km: Array, minutes: Array, slow: NDArray[np.bool_]
) -> tuple[Array, Array]:
    """As `mode_trip` for every mode of the pack: minutes and cost, each (M, *km.shape)."""
    each = [mode_trip(pack, mode, km, minutes, slow) for mode in pack.modes]
    return np.stack([taken for taken, _ in each]), np.stack([cost for _, cost in each])


def shares_taken(kes: Array, able: Array) -> Array:
    """Which share of each group takes each mode: the cheapest that each customer can use.

    Within a group, being able to use one mode says nothing of another: the share that takes a
    mode is the share that can use it, times those who cannot use any mode that costs less. Of
    two that cost the same the one first in the pack is taken.

    Args:
        kes: Cost of a return trip by each mode, shape (M, ...); inf where it is of no use.
        able: Share of each group that can use each mode, shape (G, M).

    Returns:
        Shares, shape (G, M, ...). They sum to 1 over the modes where one that everybody can use
        is of use.
    """
    each = [1] * (kes.ndim - 1)
    may = able.reshape(*able.shape, *each)
    share = np.empty((able.shape[0], *kes.shape))
    for m, cost in enumerate(kes):
        share[:, m] = np.where(np.isfinite(cost), may[:, m], 0.0)
        for n, other in enumerate(kes):
            if n != m:
                is_before = other <= cost if n < m else other < cost
                share[:, m] *= np.where(is_before, 1.0 - may[:, n], 1.0)
    return share


def _mixed(pack: Pack, travel: TravelTimes) -> tuple[Array, Array]:
    """Mean minutes and cost of every pair over the groups, in blocks of points."""
    groups, area = mode_groups(pack), area_of_points(pack)
    slow = places_of(pack, pack.demand_points).slow
    minutes, kes = np.empty_like(travel.km), np.empty_like(travel.km)
    rows = max(1, BLOCK_ENTRIES // max(1, groups.able.size * len(pack.sites)))
    for begin in range(0, len(pack.demand_points), rows):
        part = slice(begin, begin + rows)
        taken, cost = mode_trips(pack, travel.km[part], travel.minutes[part], slow[part, None])
        who = groups.share[area[part]]
        share = np.einsum("ig,gmij->mij", who, shares_taken(cost, groups.able))
        minutes[part] = _mean(share, taken)
        kes[part] = _mean(share, cost)
    return minutes, kes


def _mean(share: Array, values: Array) -> Array:
    """The mean over the modes that are taken; inf where none is."""
    counted = np.where(share > 0, values, 0.0)
    mean = np.einsum("mij,mij->ij", share, counted)
    return np.where((share > 0).any(axis=0), mean, np.inf)


# -- the travel of a scenario --------------------------------------------------------------


def mode_faults(pack: Pack, mode: str | None) -> list[Fault]:
    """What keeps a scenario's mode from being used: the pack has none of that name."""
    known = [each.id for each in pack.modes]
    if mode is None or mode in known or (mode == MIXED and known):
        return []
    near = nearest(mode, [*known, MIXED])
    hint = f"The pack gives no modes: bring {FILE}, or leave travel.mode out."
    if known:
        hint = f"Did you mean {near[0]}?" if near else f"Known: {', '.join([*known, MIXED])}"
    return [Fault("scenario", None, "travel.mode", mode, "a mode of the pack, or mixed", hint)]


def by_mode(pack: Pack, travel: TravelTimes, mode: str) -> TravelTimes:
    """The travel of a pack by one mode for all, or by the mode that each customer takes.

    Args:
        pack: A checked pack with modes.
        travel: Its travel by a model, without waiting.
        mode: The id of a mode, or `mixed`.

    Returns:
        Minutes and cost by the mode; kilometres as they were, but inf where nobody gets there.
        Between sites all stays as it was.

    Raises:
        InputError: There is no such mode, or the travel tells no minutes and kilometres.
    """
    faults = mode_faults(pack, mode)
    if not faults and travel.unknown:
        message = "Modes go by kilometres and minutes, and the matrix gives costs only."
        faults = [Fault("scenario", None, "travel.mode", mode, "nothing", message)]
    if faults:
        raise InputError(faults)
    if mode == MIXED:
        used = pack.modes
        minutes, kes = _mixed(pack, travel)
    else:
        used = tuple(each for each in pack.modes if each.id == mode)
        slow = places_of(pack, pack.demand_points).slow[:, None]
        minutes, kes = mode_trip(pack, used[0], travel.km, travel.minutes, slow)
    told = travel.told
    if told is not None:
        sources = (*told.sources, *(each.mark.source or FILE for each in used))
        told = replace(told, mode=mode, sources=tuple(dict.fromkeys(sources)))
    return replace(
        travel,
        minutes=minutes,
        km=np.where(np.isfinite(minutes), travel.km, np.inf),
        kes=kes,
        notes=(*travel.notes, *_notes(travel, used, minutes, mode)),
        told=told,
    )


def _notes(travel: TravelTimes, used: Sequence[TravelMode], minutes: Array, mode: str) -> list[str]:
    if mode == MIXED:
        notes = [_MIXED_NOTE]
    else:
        notes = [f"Everybody travels by {used[0].name}, whether they can or not."]
    if lost := int((np.isfinite(travel.minutes) & ~np.isfinite(minutes)).sum()):
        most = _value(used[0].max_km, np.inf)
        notes.append(
            f"{lost} of {minutes.size} pairs are farther than the {most:g} km of {used[0].name}:"
            " they have no route."
        )
    if travel.kes is not None:
        notes.append("The matrix's own costs are not used: money is that of the modes.")
    if assumed := list(_assumed(used)):
        notes.append(f"Assumptions of the modes: {'; '.join(assumed)}.")
    return notes


def _assumed(modes: Iterable[TravelMode]) -> Iterable[str]:
    """Each mode's figures that nobody has found, by their names."""
    for mode in modes:
        values = [getattr(mode, entry.name) for entry in fields(mode)]
        values += [use.share for use in mode.users]
        figures = [each for each in values if isinstance(each, Figure)]
        names = dict.fromkeys(e.name for e in figures if e.mark.confidence == "assumption")
        if names:
            yield f"{mode.name} ({', '.join(names)})"
