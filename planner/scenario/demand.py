"""From a scenario's levers to the account of demand: what branches are placed for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planner.demand import Visits, yearly_visits
from planner.demand.account import Adoption, DemandAccount, demand_account, growth_factors
from planner.demand.choice import huff_shares, nearest_shares
from planner.demand.records import recorded_year
from planner.demand.replace import Shares, replaced
from planner.demand.segments import area_of_points
from planner.errors import InputError
from planner.pack.types import Pack
from planner.scenario.checks import scenario_faults
from planner.scenario.impedance import impedance_of
from planner.scenario.names import Names, names_of
from planner.scenario.schema import Scenario
from planner.travel import TravelTimes, default_model, travel_times

Array = NDArray[np.float64]
LEVERS = ("online", "assisted", "information")


def demand_of(
    pack: Pack,
    scenario: Scenario,
    *,
    visits: Visits | None = None,
    travel: TravelTimes | None = None,
) -> DemandAccount:
    """The account of a scenario's demand; what `build` plans for is its `branch`.

    Args:
        pack: A checked pack.
        scenario: The year, the level, and how far each lever is pulled.
        visits: The pack's yearly visits, when already known.
        travel: The pack's travel for the scenario's model, when already known.

    Raises:
        InputError: With every rule that does not fit the pack, levers without figures among them.
    """
    names = names_of(pack, scenario.rules)
    faults = scenario_faults(pack, scenario, names)
    if faults:
        raise InputError(faults)
    return account_of(pack, scenario, names, visits or yearly_visits(pack), travel)


def account_of(
    pack: Pack,
    scenario: Scenario,
    names: Names,
    visits: Visits,
    travel: TravelTimes | None = None,
) -> DemandAccount:
    """The account of a scenario whose names and levers were checked."""
    asked = scenario.demand
    base = _recorded(pack, scenario, getattr(visits, asked.level), travel)
    base = base * growth_factors(pack, asked.year, asked.level)
    return demand_account(pack, base, adoption_of(pack, scenario, names))


def adoption_of(pack: Pack, scenario: Scenario, names: Names | None = None) -> Adoption:
    """How far each lever is pulled, by area and visit type; later entries of `where` win."""
    names = names or names_of(pack, scenario.rules)
    channels = scenario.channels
    shape = (len(pack.areas), len(pack.visit_types))
    pulled = {lever: np.full(shape, float(getattr(channels, lever))) for lever in LEVERS}
    for rule in channels.where:
        areas = [names.area[name] for name in rule.areas] or range(shape[0])
        kinds = [names.visit_type[name] for name in rule.visit_types] or range(shape[1])
        for lever in LEVERS:
            value = getattr(rule, lever)
            if value is not None:
                pulled[lever][np.ix_(list(areas), list(kinds))] = value
    return Adoption(**pulled, minutes=channels.minutes)


# -- records in place of the model ---------------------------------------------------------


def _recorded(pack: Pack, scenario: Scenario, visits: Array, travel: TravelTimes | None) -> Array:
    """The visits of the base year, shape (I, B), with the pack's records in place of the model."""
    year = recorded_year(pack) if scenario.demand.records else None
    if year is None:
        return visits
    area = {entry.code: c for c, entry in enumerate(pack.areas)}
    return replaced(
        visits,
        _shares_today(pack, scenario, travel),
        getattr(year, scenario.demand.level),
        np.array([entry.population for entry in pack.demand_points], dtype=np.float64),
        area_of_points(pack),
        np.array([area[entry.area] for entry in pack.sites], dtype=np.int64),
        year.origins,
    ).visits


def _shares_today(pack: Pack, scenario: Scenario, travel: TravelTimes | None) -> Shares:
    """How people choose among today's branches, for one visit type after another."""
    model = scenario.travel.model or default_model(pack)
    if model == "roads":  # refused before; narrows the type
        raise AssertionError
    ways = travel or travel_times(pack, model)
    offered = [
        set(entry.services_today) if entry.status == "existing" else set() for entry in pack.sites
    ]

    def able(b: int) -> NDArray[np.bool_]:
        needs = set(pack.visit_types[b].services)
        return np.array([needs <= each for each in offered], dtype=np.bool_)

    prior = pack.customers.choice
    if scenario.demand.choice == "huff" and prior is not None:
        given = (prior.attraction.get(entry.id) for entry in pack.sites)
        attraction = np.array([1.0 if each is None else each.value for each in given])
        decay = prior.decay_per_km.value
        return lambda b: huff_shares(ways.km, able(b), attraction, decay)
    near = impedance_of(pack, scenario, ways)
    return lambda b: nearest_shares(near, able(b))
