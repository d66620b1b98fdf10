"""From a scenario's levers to the account of demand: what branches are placed for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planner.demand import Visits, yearly_visits
from planner.demand.account import Adoption, DemandAccount, demand_account, growth_factors
from planner.demand.choice import huff_shares, nearest_shares
from planner.demand.records import recorded_year
from planner.demand.replace import Replaced, Shares, replaced
from planner.demand.segments import area_of_points
from planner.errors import InputError
from planner.pack.types import Pack
from planner.scenario.checks import scenario_faults
from planner.scenario.impedance import impedance_of
from planner.scenario.names import Names, names_of
from planner.scenario.schema import Scenario
from planner.scenario.travel import travel_of
from planner.travel import TravelTimes

Array = NDArray[np.float64]
LEVERS = ("online", "assisted", "information")
_TOLD = 5  # differences from the records


def demand_of(
    pack: Pack,
    scenario: Scenario,
    *,
    visits: Visits | None = None,
    travel: TravelTimes | None = None,
) -> DemandAccount:
    """The account of a scenario's demand; what `build` plans for is its `branch`.

    Arguments and errors are those of `checked_account`.
    """
    return checked_account(pack, scenario, visits=visits, travel=travel)[0]


def checked_account(
    pack: Pack,
    scenario: Scenario,
    *,
    visits: Visits | None = None,
    travel: TravelTimes | None = None,
) -> tuple[DemandAccount, tuple[str, ...]]:
    """The account of a scenario's demand, and what must be said of it.

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
) -> tuple[DemandAccount, tuple[str, ...]]:
    """The account of a scenario whose names and levers were checked, and what to say of it."""
    asked = scenario.demand
    model = getattr(visits, asked.level)
    found = recorded_visits(pack, scenario, model, travel)
    base = model if found is None else found.visits
    base = base * growth_factors(pack, asked.year, asked.level)
    account = demand_account(pack, base, adoption_of(pack, scenario, names))
    return account, () if found is None else records_words(pack, scenario, found)


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


def recorded_visits(
    pack: Pack, scenario: Scenario, visits: Array, travel: TravelTimes | None = None
) -> Replaced | None:
    """The visits of the base year with the pack's records in place of the model; None without."""
    year = recorded_year(pack) if scenario.demand.records else None
    if year is None:
        return None
    area = {entry.code: c for c, entry in enumerate(pack.areas)}
    return replaced(
        visits,
        _shares_today(pack, scenario, travel),
        getattr(year, scenario.demand.level),
        np.array([entry.population for entry in pack.demand_points], dtype=np.float64),
        area_of_points(pack),
        np.array([area[entry.area] for entry in pack.sites], dtype=np.int64),
        year.origins,
    )


def records_words(pack: Pack, scenario: Scenario, found: Replaced) -> tuple[str, ...]:
    """What must be said where people who choose again would not be where they were recorded.

    The largest differences first, with branch and visit type.
    """
    order = np.argsort(-np.abs(found.off), axis=None, kind="stable")
    places = [divmod(int(each), found.off.shape[1]) for each in order]
    off = [(j, b, float(found.off[j, b])) for j, b in places if found.off[j, b]]
    if not off or pack.work_records is None:
        return ()
    told = [
        f"{pack.sites[j].id} of {pack.visit_types[b].id} {abs(by):,.0f} too"
        f" {'many' if by > 0 else 'few'}"
        for j, b, by in off[:_TOLD]
    ]
    more = f"; and {len(off) - _TOLD} more" if len(off) > _TOLD else ""
    words = (
        f"{pack.work_records.file}: how people choose (demand.choice {scenario.demand.choice}) "
        f"does not lead to all that was recorded. Choosing again, visits a year at "
        f"{'; '.join(told)}{more}. The recorded visits stand in the sum; from which places they "
        "come is uncertain."
    )
    return (words,)


def _shares_today(pack: Pack, scenario: Scenario, travel: TravelTimes | None) -> Shares:
    """How people choose among today's branches, for one visit type after another."""
    ways = travel or travel_of(pack, scenario)
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
