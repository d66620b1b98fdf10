"""From a scenario's levers to the account of demand: what branches are placed for."""

from __future__ import annotations

import numpy as np

from planner.demand import Visits, yearly_visits
from planner.demand.account import Adoption, DemandAccount, demand_account, grown
from planner.errors import InputError
from planner.pack.types import Pack
from planner.scenario.demand_checks import demand_faults
from planner.scenario.names import Names, names_of
from planner.scenario.schema import Scenario

LEVERS = ("online", "assisted", "information")


def demand_of(
    pack: Pack,
    scenario: Scenario,
    *,
    visits: Visits | None = None,
) -> DemandAccount:
    """The account of a scenario's demand; what `build` plans for is its `branch`.

    Args:
        pack: A checked pack.
        scenario: The year, the level, and how far each lever is pulled.
        visits: The pack's yearly visits, when already known.

    Raises:
        InputError: With every lever that the pack has no figures for, and every unknown name.
    """
    names = names_of(pack, scenario.rules)
    faults = list(demand_faults(pack, scenario, names))
    if faults:
        raise InputError(faults)
    return account_of(pack, scenario, names, visits or yearly_visits(pack))


def account_of(
    pack: Pack,
    scenario: Scenario,
    names: Names,
    visits: Visits,
) -> DemandAccount:
    """The account of a scenario whose names and levers were checked."""
    base = grown(pack, visits, scenario.demand.year, scenario.demand.level)
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
