"""What keeps a scenario from being asked of a pack: unknown names, contradictions, lacks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from planner.errors import Fault
from planner.pack.types import Pack, Site
from planner.scenario.demand_checks import AREA, demand_faults
from planner.scenario.faults import fault, unknown_names
from planner.scenario.names import Names, formats_of, names_of
from planner.scenario.rules import IMPEDANCE
from planner.scenario.schema import Scenario
from planner.travel.modes import mode_faults


def faults_on(pack: Pack, scenario: Scenario) -> list[Fault]:
    """Every fault of a scenario on a pack that can be told without travel."""
    return scenario_faults(pack, scenario, names_of(pack, scenario.rules))


def scenario_faults(pack: Pack, scenario: Scenario, names: Names) -> list[Fault]:
    """Every fault of a scenario that can be told without travel: refused, never ignored."""
    return [
        *_unit_faults(scenario),
        *_unknown_names(pack, scenario, names),
        *mode_faults(pack, scenario.travel.mode),
        *_areas_twice(scenario, names),
        *_lock_faults(pack, scenario, names),
        *_standard_faults(pack, scenario, names),
        *_capacity_faults(pack, scenario),
        *demand_faults(pack, scenario, names),
    ]


def _unit_faults(scenario: Scenario) -> Iterator[Fault]:
    expected = IMPEDANCE[scenario.objective.minimize]
    if scenario.travel.impedance not in (None, expected):
        message = f"objective.minimize = {scenario.objective.minimize} counts {expected}."
        yield fault("travel.impedance", str(scenario.travel.impedance), expected, message)


def _unknown_names(pack: Pack, scenario: Scenario, names: Names) -> Iterator[Fault]:
    formats = {entry.id for entry in pack.formats}
    sites, rules = scenario.sites, scenario.rules
    asked: list[tuple[str, Iterable[str], Iterable[str]]] = [
        ("sites.open", sites.open, names.site),
        ("sites.closed", sites.closed, names.site),
        ("sites.offer", sites.offer, names.site),
        ("sites.withhold", sites.withhold, names.site),
        ("sites.formats", sites.formats, names.site),
        *((f"sites.offer.{site}", each, names.service) for site, each in sites.offer.items()),
        *((f"sites.withhold.{site}", each, names.service) for site, each in sites.withhold.items()),
        *((f"sites.formats.{site}", (each,), formats) for site, each in sites.formats.items()),
        ("rules.branches_per_area.services", rules.branches_per_area.services, names.service),
        ("rules.formats", () if rules.formats in (None, "off") else rules.formats or (), formats),
        ("standards", scenario.standards, names.service),
        *_budgets(scenario, names),
        *((key, given, names.area) for key, given in _by_area(scenario)),
    ]
    for key, given, known in asked:
        expected = _EXPECTED.get(key.rpartition(".")[2], "an id of the pack")
        yield from unknown_names(key, given, known, expected)


_EXPECTED = {
    "areas": AREA,
    "divisions": "a division of services.csv",
}


def _budgets(
    scenario: Scenario, names: Names
) -> Iterator[tuple[str, Iterable[str], Iterable[str]]]:
    rules = scenario.rules
    yield "rules.capital_kes.divisions", rules.capital_kes.divisions, names.division
    yield "rules.annual_kes.divisions", rules.annual_kes.divisions, names.division
    for number, phase in enumerate(scenario.phases):
        for name in ("capital_kes", "annual_kes"):
            budget = getattr(phase, name)
            if budget is not None:
                yield f"phases.{number}.{name}.divisions", budget.divisions, names.division


def _by_area(scenario: Scenario) -> Iterator[tuple[str, Iterable[str]]]:
    """The keys whose entries are named by area."""
    yield "rules.branches_per_area.areas", scenario.rules.branches_per_area.areas
    for service, rule in scenario.standards.items():
        yield f"standards.{service}.areas", rule.areas


def _areas_twice(scenario: Scenario, names: Names) -> Iterator[Fault]:
    """An area by its code and by its name again."""
    for key, given in _by_area(scenario):
        seen: dict[int, str] = {}
        for name in given:
            first = seen.setdefault(names.area.get(name, -1), name)
            if first != name and name in names.area:
                message = f"{first} is the same area; leave one of them out."
                yield fault(key, name, "each area once", message)


def _lock_faults(pack: Pack, scenario: Scenario, names: Names) -> Iterator[Fault]:
    """Locks that no plan can keep, each by itself; what clashes beyond, the optimiser tells."""
    services = {entry.id: entry.services for entry in pack.formats}
    for site in pack.sites:
        formats = formats_of(site, scenario.rules)
        chosen = scenario.sites.formats.get(site.id)
        if chosen is not None and chosen in services and chosen not in formats:
            message = "The site may not take this format; see rules.formats and sites.csv."
            expected = " | ".join(formats) or "no format: the site is plain"
            yield fault(f"sites.formats.{site.id}", chosen, expected, message)
            chosen = None
        yield from _offer_faults(site, scenario, services, (chosen,) if chosen else formats)
        yield from _withhold_faults(site, scenario, names)


def _offer_faults(
    site: Site,
    scenario: Scenario,
    services: Mapping[str, tuple[str, ...]],
    formats: tuple[str, ...],
) -> Iterator[Fault]:
    wanted = scenario.sites.offer.get(site.id, ())
    key = f"sites.offer.{site.id}"
    if scenario.rules.mix == "as_listed":
        listed = () if site.status == "candidate" else site.services_today
        for name in wanted:
            if name not in listed:
                message = 'rules.mix = "as_listed" offers only what the pack lists for the site.'
                yield fault(key, name, " | ".join(listed) or "nothing", message)
    may = [set(services[each]) if services.get(each) else None for each in formats]
    if wanted and may and not any(each is None or each >= set(wanted) for each in may):
        message = "No format that the site may take offers these together."
        yield fault(key, " | ".join(wanted), "services of one format", message)


def _withhold_faults(site: Site, scenario: Scenario, names: Names) -> Iterator[Fault]:
    withheld = scenario.sites.withhold.get(site.id, ())
    key = f"sites.withhold.{site.id}"
    closed = site.id in scenario.sites.closed
    kept = site.status == "existing" and scenario.rules.existing == "keep" and not closed
    if kept:
        for name in withheld:
            if name in site.services_today:
                message = 'It is offered there today and rules.existing = "keep" keeps it.'
                yield fault(key, name, "a service that is not kept", message)
    stays = kept or (site.status == "existing" and scenario.rules.existing == "may_change")
    stays = (stays and not closed) or site.id in scenario.sites.open
    if stays and set(withheld) >= set(names.service):
        message = "The site is open by another rule, and an open branch offers some service."
        yield fault(key, "every service", "some service left", message)


def _standard_faults(pack: Pack, scenario: Scenario, names: Names) -> Iterator[Fault]:
    for service, rule in scenario.standards.items():
        if service not in names.service or rule.within_min is not None:
            continue
        if pack.services[names.service[service]].standard_min is None:
            message = "The pack gives this service no standard_min; say within_min here."
            yield fault(f"standards.{service}.within_min", "nothing", "minutes", message)


def _capacity_faults(pack: Pack, scenario: Scenario) -> Iterator[Fault]:
    """A capacity that limits nothing, or counters without the minutes that they work."""
    rules = scenario.rules
    if rules.capacity == "off":
        return
    formats = {entry.id: entry for entry in pack.formats}
    has_visits = has_counters = False
    for site in pack.sites:
        own = [formats[each] for each in formats_of(site, rules) if each in formats]
        has_counters |= any(each.counters is not None for each in own)
        if not own:
            has_counters |= site.counters is not None
            has_visits |= site.capacity_visits_per_year is not None
    if not has_visits and not has_counters:
        message = "No site has counters or capacity_visits_per_year, so this would limit nothing."
        yield fault("rules.capacity", rules.capacity, "off", message)
    if has_counters:
        silent = [entry.id for entry in pack.services if entry.counter_min_per_visit is None]
        if silent:
            message = "Counters limit capacity; services.csv must say how long a visit takes."
            found = f"no counter_min_per_visit of {', '.join(silent)}"
            yield fault("rules.capacity", found, "minutes for every service", message)
