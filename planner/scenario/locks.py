"""A scenario with one lock more: a site or a service forced in or out, whatever was locked before.

The same questions as `insight.changes` asks of a problem, as rules that can be kept and read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from planner.scenario.schema import Scenario

Offers = Mapping[str, tuple[str, ...]]


def without_site(scenario: Scenario, site: str) -> Scenario:
    """The scenario with a site locked closed."""
    locks = scenario.sites
    return _locked(
        scenario,
        open=_less(locks.open, site),
        closed=_more(locks.closed, site),
        offer={each: names for each, names in locks.offer.items() if each != site},
    )


def with_site(scenario: Scenario, site: str) -> Scenario:
    """The scenario with a site locked open."""
    locks = scenario.sites
    return _locked(scenario, open=_more(locks.open, site), closed=_less(locks.closed, site))


def without_service(scenario: Scenario, site: str, service: str) -> Scenario:
    """The scenario with a service withheld at a site."""
    locks = scenario.sites
    return _locked(
        scenario,
        offer=_set(locks.offer, site, _less(locks.offer.get(site, ()), service)),
        withhold=_set(locks.withhold, site, _more(locks.withhold.get(site, ()), service)),
    )


def with_service(scenario: Scenario, site: str, service: str) -> Scenario:
    """The scenario with a service that must be offered at a site."""
    locks = scenario.sites
    return _locked(
        scenario,
        closed=_less(locks.closed, site),
        offer=_set(locks.offer, site, _more(locks.offer.get(site, ()), service)),
        withhold=_set(locks.withhold, site, _less(locks.withhold.get(site, ()), service)),
    )


def _locked(scenario: Scenario, **locks: object) -> Scenario:
    sites = scenario.sites.model_copy(update=locks)
    return scenario.model_copy(update={"sites": sites})


def _more(names: Iterable[str], name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*names, name)))


def _less(names: Iterable[str], name: str) -> tuple[str, ...]:
    return tuple(each for each in names if each != name)


def _set(offers: Offers, site: str, names: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    left = {each: own for each, own in offers.items() if each != site}
    return {**left, site: names} if names else left
