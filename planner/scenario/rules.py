"""From the scenario's sections to `Rules`, with positions instead of names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from planner.pack.types import Pack
from planner.problem import DuplicateRule, Objective, Rules, Standard
from planner.scenario.names import Names
from planner.scenario.schema import Scenario, StandardRule
from planner.travel import kes_per_minute

IMPEDANCE: Mapping[Objective, str] = {
    "travel_time": "minutes",
    "travel_distance": "km",
    "travel_cost": "kes",
    "total_cost": "kes",
}


def rules_of(pack: Pack, scenario: Scenario, names: Names) -> Rules:
    """The rules of a scenario whose names are all known."""
    section, sites = scenario.rules, scenario.sites
    count, floor = section.branches, section.branches_per_area
    return Rules(
        objective=scenario.objective.minimize,
        tail_share=scenario.objective.tail_share,
        tail_beta=scenario.objective.tail_beta,
        branches_min=count.min if count.exactly is None else count.exactly,
        branches_max=count.max if count.exactly is None else count.exactly,
        new_max=count.new_max,
        capital_max_kes=section.capital_kes.max,
        annual_max_kes=section.annual_kes.max,
        division_capital_max_kes=_placed(section.capital_kes.divisions, names.division),
        division_annual_max_kes=_placed(section.annual_kes.divisions, names.division),
        existing=section.existing,
        mix=section.mix,
        floor_branches=floor.min,
        floor_areas=_placed(floor.areas, names.area),
        floor_services=_placed(floor.services, names.service),
        capacity=section.capacity,
        counters=section.counters,
        assignment=section.assignment,
        standards=tuple(_standards(pack, scenario, names)),
        duplicates=duplicate_rule(pack, scenario),
        duplicates_max=scenario.duplicates.max,
        duplicates_price=price_in_objective(
            pack, scenario.objective.minimize, scenario.duplicates.price_min_per_visit
        ),
        justified_by_load=scenario.duplicates.justified_by_load,
        locked_open=frozenset(names.site[name] for name in sites.open),
        locked_closed=frozenset(names.site[name] for name in sites.closed),
        locked_offered=_pairs(sites.offer, names),
        locked_withheld=_pairs(sites.withhold, names),
        locked_format=_placed(
            {site: names.format[name] for site, name in sites.formats.items()}, names.site
        ),
    )


def duplicate_rule(pack: Pack, scenario: Scenario) -> DuplicateRule:
    """The scenario's rule; left out, allow where the pack gives its sites no places."""
    placed = all(site.lat is not None or site.x is not None for site in pack.sites)
    if placed or "rule" in scenario.duplicates.model_fields_set:
        return scenario.duplicates.rule
    return "allow"


def price_in_objective(pack: Pack, objective: Objective, minutes: float) -> float:
    """A price in minutes a visit, in the objective's own unit.

    Kilometres at the pack's ordinary speed; shillings at what a minute of travel costs, there
    and back (fare and value of time).
    """
    if objective == "travel_time":
        return minutes
    if objective == "travel_distance":
        return minutes / 60 * pack.travel.speed_kmh.value
    return minutes * kes_per_minute(pack.travel)


def _placed(given: Mapping[str, int], position: Mapping[str, int]) -> dict[int, int] | None:
    """A figure by position, in the pack's order; None where none is given."""
    return {p: given[name] for p, name in sorted((position[n], n) for n in given)} or None


def _pairs(given: Mapping[str, tuple[str, ...]], names: Names) -> frozenset[tuple[int, int]]:
    return frozenset(
        (names.site[site], names.service[name]) for site, each in given.items() for name in each
    )


def _standards(pack: Pack, scenario: Scenario, names: Names) -> Iterator[Standard]:
    """The standards in the pack's order: a service's national one first, then area by area."""
    for s, entry in enumerate(pack.services):
        rule = scenario.standards.get(entry.id)
        if rule is None:
            continue
        within = entry.standard_min if rule.within_min is None else rule.within_min
        if within is None:  # refused before; narrows the type
            raise AssertionError
        for area, share in _shares(rule, names, len(pack.areas)):
            yield Standard(s, area, share, float(within), rule.mode == "hard")


def _shares(rule: StandardRule, names: Names, areas: int) -> Iterator[tuple[int | None, float]]:
    """The share that holds nationally (None) and in each area that has one; 0 asks for nothing."""
    own = {names.area[name]: share for name, share in rule.areas.items()}
    if rule.share and rule.scope == "national":
        yield None, rule.share
    for area in range(areas):
        everywhere = rule.share if rule.scope == "area" else None
        share = own.get(area, everywhere)
        if share:
            yield area, share
