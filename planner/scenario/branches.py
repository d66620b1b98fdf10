"""What a branch is in each format: costs, counters, capacity, and the services it may offer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.pack.types import Format, Pack
from planner.scenario.names import Names, formats_of
from planner.scenario.schema import Scenario


@dataclass(frozen=True, slots=True, eq=False)
class BranchFigures:
    """Figures of J sites in F formats, the first of which is plain.

    Attributes:
        annual_kes: Yearly cost of an open branch, shape (J, F).
        capital_kes: One-off cost of having the format, shape (J, F); 0 for what is there today.
        capacity_visits: Yearly visits, shape (J, F), inf where not given; `counters` likewise.
        allowed: Whether the site may take the format, shape (J, F).
        services: Whether a branch of the format may offer the service, shape (F, S).
        today: Format of each existing branch, shape (J,), -1 where there is none.
        counter_minutes_per_year: What one counter serves; 0 where no site has counters.
    """

    annual_kes: NDArray[np.int64]
    capital_kes: NDArray[np.int64]
    capacity_visits: NDArray[np.float64]
    counters: NDArray[np.float64]
    allowed: NDArray[np.bool_]
    services: NDArray[np.bool_]
    today: NDArray[np.int64]
    counter_minutes_per_year: float


def branch_figures(pack: Pack, scenario: Scenario, names: Names) -> BranchFigures:
    """The figures of every site in every format that a site may take under the scenario.

    A plain branch has the site's own costs, counters and capacity; in a format it has those of
    the format instead, and formats limit counters only.
    """
    by_id = {entry.id: entry for entry in pack.formats}
    formats = [by_id[name] for name in names.format]
    sites = pack.sites
    own = [formats_of(site, scenario.rules) for site in sites]
    allowed = np.zeros((len(sites), 1 + len(formats)), dtype=np.bool_)
    today = np.full(len(sites), -1, dtype=np.int64)
    for j, (site, taken) in enumerate(zip(sites, own, strict=True)):
        allowed[j, [names.format[name] for name in taken] or [0]] = True
        if site.status == "existing":
            today[j] = names.format[site.format_today] if taken else 0
    capital = _costs([site.capital_kes for site in sites], [f.capital_kes for f in formats])
    there = np.flatnonzero(today >= 0)
    capital[there, today[there]] = 0
    counters = _limits([site.counters for site in sites], [f.counters for f in formats])
    has_counters = bool(np.isfinite(counters[allowed]).any())
    return BranchFigures(
        annual_kes=_costs(
            [site.annual_cost_kes for site in sites], [f.annual_cost_kes for f in formats]
        ),
        capital_kes=capital,
        capacity_visits=_limits(
            [site.capacity_visits_per_year for site in sites], [None] * len(formats)
        ),
        counters=counters,
        allowed=allowed,
        services=_services(formats, names),
        today=today,
        counter_minutes_per_year=pack.counter_minutes_per_year.value if has_counters else 0.0,
    )


def _costs(of_sites: Sequence[int], of_formats: Sequence[int]) -> NDArray[np.int64]:
    """Plain costs by site beside those of the formats, shape (J, F)."""
    return np.array([[own, *of_formats] for own in of_sites], dtype=np.int64)


def _limits(
    of_sites: Sequence[float | None], of_formats: Sequence[float | None]
) -> NDArray[np.float64]:
    """Limits likewise; what is not given does not limit."""
    rows = [[own, *of_formats] for own in of_sites]
    return np.array(
        [[np.inf if each is None else each for each in row] for row in rows], dtype=np.float64
    )


def _services(formats: Sequence[Format], names: Names) -> NDArray[np.bool_]:
    may = np.ones((1 + len(formats), len(names.service)), dtype=np.bool_)
    for f, entry in enumerate(formats, start=1):
        if entry.services:
            may[f] = [name in entry.services for name in names.service]
    return may
