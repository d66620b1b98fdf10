"""Who travels how in a network: each mode's part of the trips, near and far, area by area."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.demand.segments import area_of_points
from planner.evaluate.flows import Floats, row_visits
from planner.evaluate.means import mean
from planner.pack.types import Pack
from planner.plan import Plan
from planner.problem import PlanningProblem
from planner.travel import TravelTimes, places_of, trip_cost_kes
from planner.travel.modes import mode_groups, mode_trips, shares_taken

BANDS_KM = (0.0, 5.0, 20.0, 50.0, 100.0, 200.0)  # where each band of distance begins


@dataclass(frozen=True, slots=True)
class Trips:
    """Means over some visits; None without any.

    Attributes:
        visits: A year.
        km: One way; `minutes` likewise, waiting included.
        fare_kes: Paid for a return trip.
        kes: That and the value of the time it takes.
        left_out: Visits that cannot be made so: too far for the mode.
    """

    visits: float
    km: float | None
    minutes: float | None
    fare_kes: float | None
    kes: float | None
    left_out: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class TravelUse:
    """How the visits of a network travel, by M modes.

    Attributes:
        whole: All visits, by the modes that customers take.
        modes: The visits that take each mode, M of them.
        bands: Visits by distance and mode, shape (K, M), from each of `BANDS_KM` on.
        areas: Visits by area and mode, shape (C, M).
        area_trips: All visits of each area, C of them.
        groups: Visits by group and mode, shape (G, M).
        group_names: Ids of the segments of each group.
        only: All visits by one mode alone, M of them.
        door_to_door: All visits at the travel model's own speeds, without a mode.
        without_route: Visits that go where the travel model knows no way.
    """

    whole: Trips
    modes: tuple[Trips, ...]
    bands: Floats
    areas: Floats
    area_trips: tuple[Trips, ...]
    groups: Floats
    group_names: tuple[tuple[str, ...], ...]
    only: tuple[Trips, ...]
    door_to_door: Trips
    without_route: float


def who_travels_how(
    pack: Pack, problem: PlanningProblem, plan: Plan, measured: TravelTimes, usual: TravelTimes
) -> TravelUse:
    """The modes that the visits of a network take, people going where the plan sends them.

    All groups of an area are taken to make as many visits a head.

    Args:
        pack: A pack with modes.
        problem: The problem that the plan answers.
        plan: The network with who goes where.
        measured: The pack's travel by the scenario's model, without mode (`measured_times`).
        usual: The same door to door (`travel_times` without a mode).
    """
    rows = plan.assignment
    pair = rows.point * len(pack.sites) + rows.site
    pairs, at = np.unique(pair, return_inverse=True)
    sent = row_visits(problem, rows)
    visits = np.asarray(np.bincount(at, weights=sent, minlength=pairs.size), dtype=np.float64)
    point, site = pairs // len(pack.sites), pairs % len(pack.sites)
    km, minutes = measured.km[point, site], measured.minutes[point, site]
    is_there = np.isfinite(km) & np.isfinite(minutes) & (visits > 0)
    lost = float(visits[~np.isfinite(km) | ~np.isfinite(minutes)].sum())
    point, site, visits = point[is_there], site[is_there], visits[is_there]
    km, minutes = km[is_there], minutes[is_there]

    slow = places_of(pack, pack.demand_points).slow[point]
    taken, cost = mode_trips(pack, km, minutes, slow)
    groups, area = mode_groups(pack), area_of_points(pack)[point]
    share = shares_taken(cost, groups.able) * groups.share[area].T[:, None, :]
    by_group = share * visits  # (G, M, F)
    by_mode = by_group.sum(axis=0)
    hourly = pack.travel.value_of_time_kes_per_hour.value
    band = np.searchsorted(BANDS_KM, km, side="right") - 1
    each = [(km, taken[m], cost[m], by_mode[m]) for m in range(len(pack.modes))]
    usual_min, usual_km = usual.minutes[point, site], usual.km[point, site]
    return TravelUse(
        whole=_together(each, hourly),
        modes=tuple(_trips(*values, hourly) for values in each),
        bands=_by(band, by_mode, len(BANDS_KM)),
        areas=_by(area, by_mode, len(pack.areas)),
        area_trips=tuple(
            _together([tuple(value[area == c] for value in values) for values in each], hourly)
            for c in range(len(pack.areas))
        ),
        groups=by_group.sum(axis=2),
        group_names=groups.names,
        only=tuple(_trips(*values[:3], visits, hourly) for values in each),
        door_to_door=_trips(
            usual_km, usual_min, trip_cost_kes(usual_min, usual_km, pack.travel), visits, hourly
        ),
        without_route=lost,
    )


def _trips(km: Floats, minutes: Floats, cost: Floats, visits: Floats, hourly: float) -> Trips:
    """The means of some visits, those that cannot be made so left out."""
    able = np.isfinite(cost)
    made = visits[able]
    fare = cost[able] - 2 * minutes[able] / 60 * hourly
    return Trips(
        visits=float(made.sum()),
        km=mean(km[able], made),
        minutes=mean(minutes[able], made),
        fare_kes=mean(fare, made),
        kes=mean(cost[able], made),
        left_out=float(visits[~able].sum()),
    )


def _together(each: Sequence[tuple[Floats, ...]], hourly: float) -> Trips:
    """The means over all modes."""
    km, minutes, cost, visits = (np.concatenate(values) for values in zip(*each, strict=True))
    used = visits > 0
    return _trips(km[used], minutes[used], cost[used], visits[used], hourly)


def _by(group: NDArray[np.int64], by_mode: Floats, size: int) -> Floats:
    """Visits of each group by mode, shape (size, M)."""
    sums = [np.bincount(group, weights=visits, minlength=size) for visits in by_mode]
    return np.stack(sums, axis=1)
