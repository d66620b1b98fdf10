"""The planning problem that a scenario makes of a pack: arrays in the pack's order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from planner.demand import Visits, yearly_visits
from planner.demand.account import DemandAccount, assisted_points
from planner.demand.segments import need_weights
from planner.errors import Fault, InputError
from planner.pack.types import Pack, Service
from planner.problem import PlanningProblem
from planner.scenario.branches import branch_figures
from planner.scenario.checks import scenario_faults
from planner.scenario.demand import account_of
from planner.scenario.faults import FILE
from planner.scenario.impedance import impedance_of
from planner.scenario.names import names_of
from planner.scenario.phases import end_state
from planner.scenario.rules import IMPEDANCE, duplicate_rule, rules_of
from planner.scenario.schema import DuplicatesSection, Scenario
from planner.scenario.travel import travel_of
from planner.travel import TravelTimes

Array = NDArray[np.float64]
Measure = Literal["km", "min"]


def build(
    pack: Pack,
    scenario: Scenario,
    *,
    visits: Visits | None = None,
    travel: TravelTimes | None = None,
) -> PlanningProblem:
    """The planning problem that a scenario makes of a pack; of a roadmap, its end state.

    Args:
        pack: A checked pack.
        scenario: The rules.
        visits: The pack's yearly visits, when already known.
        travel: The pack's travel for the scenario's model, when already known.

    Raises:
        InputError: With every rule that does not fit the pack or is not supported yet.
    """
    names = names_of(pack, scenario.rules)
    faults = scenario_faults(pack, scenario, names)
    if faults:
        raise InputError(faults)
    scenario = end_state(scenario)
    travel = travel or travel_of(pack, scenario)
    account, remarks = account_of(pack, scenario, names, visits or yearly_visits(pack), travel)
    asked = scenario.demand.need_weights
    weight = need_weights(pack, asked) if asked else None
    own = scenario.duplicates
    dense = np.array([entry.area in pack.dense_areas for entry in pack.sites], dtype=np.bool_)
    both_dense = dense[:, None] & dense[None, :]
    point_dense = np.array([entry.area in pack.dense_areas for entry in pack.demand_points])
    separation_km = _separations(pack.services, own, both_dense, "km")
    separation_min = _separations(pack.services, own, both_dense, "min")
    lacks = list(_unknown_units(scenario, travel))
    if duplicate_rule(pack, scenario) != "allow":
        known = _are_known(separation_km, travel.site_km)
        if not (known and _are_known(separation_min, travel.site_min)):
            message = "Distances between sites are unknown: allow duplicates, or give places."
            lacks.append(Fault(FILE, None, "duplicates.rule", own.rule, "", message))
    if lacks:
        raise InputError(lacks)
    branches = branch_figures(pack, scenario, names)
    services = pack.services
    existing = np.array([entry.status == "existing" for entry in pack.sites], dtype=np.bool_)
    listed = [() if entry.status == "candidate" else entry.services_today for entry in pack.sites]
    today = _membership(listed, names.service)
    kept = existing[:, None] & today
    return PlanningProblem(
        point_ids=tuple(entry.id for entry in pack.demand_points),
        site_ids=tuple(names.site),
        service_ids=tuple(names.service),
        visit_type_ids=tuple(entry.id for entry in pack.visit_types),
        area_codes=tuple(entry.code for entry in pack.areas),
        area_names=tuple(entry.name for entry in pack.areas),
        point_area=_places([entry.area for entry in pack.demand_points], names.area),
        site_area=_places([entry.area for entry in pack.sites], names.area),
        visits=account.branch,
        needs=_membership([entry.services for entry in pack.visit_types], names.service),
        does=_membership([entry.services_done for entry in pack.visit_types], names.service),
        minutes=travel.minutes,
        km=travel.km,
        impedance=_weighted(impedance_of(pack, scenario, travel), weight),
        site_km=travel.site_km,
        separation_km=separation_km,
        near_km=_separations(services, own, point_dense, "km"),
        standard_min=np.array([_or(entry.standard_min, np.inf) for entry in services]),
        existing=existing,
        proposed=np.array([entry.status == "proposed" for entry in pack.sites], dtype=np.bool_),
        today=today,
        branch_annual_kes=branches.annual_kes,
        offering_annual_kes=_offerings(pack, [entry.annual_cost_kes for entry in services]),
        capital_kes=branches.capital_kes,
        capacity_visits=branches.capacity_visits,
        rules=rules_of(pack, scenario, names),
        format_ids=("", *names.format),
        format_allowed=branches.allowed,
        format_services=branches.services,
        today_format=branches.today,
        counters=branches.counters,
        counter_minutes_per_year=branches.counter_minutes_per_year,
        service_counter_min=scenario.channels.minutes
        * np.array([_or(e.counter_min_per_visit, 0.0) for e in services]),
        offering_capital_kes=np.where(kept, 0, _offerings(pack, [e.capital_kes for e in services])),
        closing_kes=np.array(
            [e.closing_kes if e.status == "existing" else 0 for e in pack.sites], dtype=np.int64
        ),
        offering_closing_kes=np.where(kept, _offerings(pack, [e.closing_kes for e in services]), 0),
        site_min=travel.site_min,
        separation_min=separation_min,
        near_min=_separations(services, own, point_dense, "min"),
        division_ids=tuple(names.division),
        service_division=_places([entry.division for entry in services], names.division),
        travel=None if travel.told is None else replace(travel.told, notes=travel.notes),
        trip_kes=travel.kes,
        need_weight=weight,
        demand={**account.totals(), **_assisted_travel(pack, account, travel)},
        currency=pack.currency,
        remarks=remarks,
    )


def _assisted_travel(pack: Pack, account: DemandAccount, travel: TravelTimes) -> dict[str, float]:
    """How far the visits at assisted points travel one way, each to the nearest one in minutes."""
    points = assisted_points(pack)
    visits = account.assisted.sum(axis=1)
    if not visits.any() or not points.any():
        return {}
    nearest = np.where(points, travel.minutes, np.inf).min(axis=1)
    near = np.isfinite(nearest) & (visits > 0)
    if not near.any():
        return {}
    return {"assisted_mean_min": float(np.average(nearest[near], weights=visits[near]))}


def _or(value: float | None, fallback: float) -> float:
    return fallback if value is None else value


def _places(names: Sequence[str], position: Mapping[str, int]) -> NDArray[np.int64]:
    """The position of each name, -1 for none."""
    return np.array([position.get(name, -1) for name in names], dtype=np.int64)


def _membership(groups: list[tuple[str, ...]], position: Mapping[str, int]) -> NDArray[np.bool_]:
    table = np.zeros((len(groups), len(position)), dtype=np.bool_)
    for row, group in enumerate(groups):
        for name in group:
            table[row, position[name]] = True
    return table


def _offerings(pack: Pack, by_service: list[int]) -> NDArray[np.int64]:
    """A figure of each service, the same at every site, shape (J, S)."""
    return np.tile(np.array(by_service, dtype=np.int64), (len(pack.sites), 1))


# -- travel --------------------------------------------------------------------------------


def _weighted(impedance: Array, weight: Array | None) -> Array:
    """A minute of those in greater need counts for more."""
    return impedance if weight is None else impedance * weight[:, None]


def _unknown_units(scenario: Scenario, travel: TravelTimes) -> Iterator[Fault]:
    """Rules in a unit that the matrix does not give."""
    kind = IMPEDANCE[scenario.objective.minimize]
    told = "The matrix gives costs only; bring minutes or km, or leave this out."
    if kind in travel.unknown:
        asked = scenario.objective.minimize
        yield Fault(FILE, None, "objective.minimize", asked, "travel_cost | total_cost", told)
    if "minutes" in travel.unknown and scenario.standards:
        found = ", ".join(scenario.standards)
        yield Fault(FILE, None, "standards", found, "no standards in minutes", told)


# -- duplicates ----------------------------------------------------------------------------


def _separations(
    services: Sequence[Service],
    own: DuplicatesSection,
    dense: NDArray[np.bool_],
    measure: Measure,
) -> Array:
    """D_s in one measure for each service and each entry of `dense`; -1 where there is none.

    The scenario's separation, in one measure, replaces all of the pack's in both.
    """
    replaced = own.separation_km is not None or own.separation_min is not None
    layers = []
    for entry in services:
        source = own if replaced else entry
        wide = _or(getattr(source, f"separation_{measure}"), -1.0)
        layers.append(
            np.where(dense, _or(getattr(source, f"separation_dense_{measure}"), wide), wide)
        )
    return np.array(layers, dtype=np.float64).reshape(len(services), *dense.shape)


def _are_known(separation: Array, between: Array) -> bool:
    """Whether sites are known to lie near or far, wherever a separation asks."""
    others = ~np.eye(between.shape[0], dtype=bool)
    return bool((separation < 0).all() or np.isfinite(between[others]).all())
