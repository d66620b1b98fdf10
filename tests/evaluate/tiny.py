"""Tiny problems on a line or a plane, small enough to work by hand, and plans for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from planner.evaluate import nearest_assignment
from planner.plan import Plan
from planner.problem import PlanningProblem, Rules

SITE_NAMES = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def tiny_problem(
    points: Sequence[Any],
    sites: Sequence[Any],
    services: Sequence[str] = ("passport",),
    *,
    visit_types: Mapping[str, Sequence[str]] | None = None,
    does: Mapping[str, Sequence[str]] | None = None,
    visits: Any = 10.0,
    minutes_per_km: float = 1.0,
    impedance_per_km: float | None = None,
    no_route: Iterable[tuple[int, int]] = (),
    point_area: Sequence[int] | None = None,
    site_area: Sequence[int] | None = None,
    areas: int | None = None,
    separation_km: Any = -1.0,
    near_km: Any | None = None,
    standard_min: Any = np.inf,
    existing: Iterable[int] = (),
    proposed: Iterable[int] = (),
    today: Mapping[int, Sequence[str]] | None = None,
    branch_annual_kes: Any = 0,
    offering_annual_kes: Any = 0,
    capital_kes: Any = 0,
    capacity_visits: Any = np.inf,
    formats: Mapping[str, Sequence[str]] | None = None,
    format_allowed: Any | None = None,
    today_format: Sequence[int] | None = None,
    counters: Any = np.inf,
    counter_minutes_per_year: float = 100_000.0,
    service_counter_min: Any = 0.0,
    offering_capital_kes: Any = 0,
    closing_kes: Any = 0,
    offering_closing_kes: Any = 0,
    separation_min: Any = -1.0,
    near_min: Any | None = None,
    divisions: Sequence[str] = (),
    service_division: Sequence[int] | None = None,
    rules: Rules | None = None,
) -> PlanningProblem:
    """A problem whose distances can be read off the places.

    Args:
        points: Where the demand points are: kilometres along a line, or (x, y) in km.
            They are called p0, p1, ...
        sites: Where the sites are, likewise; called A, B, ..., Z, A1, ...
        services: Service ids.
        visit_types: Services needed by each visit type; one type per service when left out.
        does: Services worked on, where they differ from those needed.
        visits: Yearly visits: one number, one per point, or points x visit types.
        minutes_per_km: Travel time; the impedance is the minutes unless `impedance_per_km`.
        impedance_per_km: What the objective counts for a kilometre.
        no_route: Pairs (point, site) that are not connected.
        point_area: Area position of each point, likewise `site_area`; all in the first area
            when left out.
        areas: How many areas there are; as many as are named when left out.
        separation_km: One for all, or anything that broadcasts to (S, J, J); -1 for never.
        near_km: Broadcasts to (S, I); the largest separation of the service when left out.
        standard_min: One for all or one per service.
        existing: Positions of today's branches; they offer every service unless `today` says.
        proposed: Positions of announced branches; likewise.
        today: Listed services by site position.
        branch_annual_kes: One for all, one per site, or sites x formats; likewise
            `capital_kes`, `capacity_visits` and `counters`; `offering_annual_kes` broadcasts
            to (J, S), and so do `offering_capital_kes` and `offering_closing_kes`.
        formats: Services by format; format 0 is plain and always there.
        format_allowed: Sites x formats; when left out, only plain without formats, and any but
            plain with them.
        today_format: By site, -1 for none; plain for existing sites when left out.
        service_counter_min: One for all or one per service.
        separation_min: As `separation_km`; `near_min` as `near_km`.
        service_division: By service, -1 for none.
        rules: The scenario's rules; the defaults when left out.
    """
    place, spot = _places(points), _places(sites)
    size, J, S = len(place), len(spot), len(services)
    visit_types = visit_types or {service: [service] for service in services}
    B = len(visit_types)
    needs = _membership(visit_types, services)
    done = needs.copy() if does is None else _membership({**visit_types, **does}, services)

    km = np.linalg.norm(place[:, None] - spot[None, :], axis=2)
    for i, j in no_route:
        km[i, j] = np.inf
    minutes = km * minutes_per_km
    impedance = minutes.copy() if impedance_per_km is None else km * impedance_per_km

    separation = np.array(np.broadcast_to(np.asarray(separation_km, float), (S, J, J)))
    near = separation.max(axis=(1, 2))[:, None] if near_km is None else near_km
    apart = np.array(np.broadcast_to(np.asarray(separation_min, float), (S, J, J)))
    near_by_time = apart.max(axis=(1, 2))[:, None] if near_min is None else near_min
    formats = formats or {}
    F = 1 + len(formats)
    may_take = np.zeros((J, F), dtype=bool)
    may_take[:, 1 if formats else 0 :] = True
    if format_allowed is not None:
        may_take = np.array(np.broadcast_to(format_allowed, (J, F)), dtype=bool)
    listed = np.zeros((J, S), dtype=bool)
    there = [*existing, *proposed]
    for j, names in {**dict.fromkeys(there, tuple(services)), **(today or {})}.items():
        listed[j] = [service in names for service in services]

    home = np.zeros(size, dtype=np.int64) if point_area is None else np.array(point_area, np.int64)
    ground = np.zeros(J, dtype=np.int64) if site_area is None else np.array(site_area, np.int64)
    count = areas if areas is not None else int(max([0, *home.tolist(), *ground.tolist()])) + 1
    amount = np.asarray(visits, dtype=float)
    amount = amount[:, None] if amount.ndim == 1 else amount

    return PlanningProblem(
        point_ids=tuple(f"p{i}" for i in range(size)),
        site_ids=tuple(SITE_NAMES[j % 26] + (str(j // 26) if j > 25 else "") for j in range(J)),
        service_ids=tuple(services),
        visit_type_ids=tuple(visit_types),
        area_codes=tuple(f"{c + 1:03d}" for c in range(count)),
        point_area=home,
        site_area=ground,
        visits=np.array(np.broadcast_to(amount, (size, B))),
        needs=needs,
        does=done,
        minutes=minutes,
        km=km,
        impedance=impedance,
        site_km=np.linalg.norm(spot[:, None] - spot[None, :], axis=2),
        separation_km=separation,
        near_km=np.array(np.broadcast_to(near, (S, size)), dtype=float),
        standard_min=np.array(np.broadcast_to(standard_min, S), dtype=float),
        existing=np.isin(np.arange(J), list(existing)),
        proposed=np.isin(np.arange(J), list(proposed)),
        today=listed,
        branch_annual_kes=_by_format(branch_annual_kes, (J, F), np.int64),
        offering_annual_kes=np.array(np.broadcast_to(offering_annual_kes, (J, S)), np.int64),
        capital_kes=_by_format(capital_kes, (J, F), np.int64),
        capacity_visits=_by_format(capacity_visits, (J, F), np.float64),
        rules=rules or Rules(),
        area_names=tuple(f"{c + 1:03d}" for c in range(count)),
        format_ids=("", *formats),
        format_allowed=may_take,
        format_services=np.array(
            [[True] * S, *([s in mix for s in services] for mix in formats.values())], dtype=bool
        ),
        today_format=np.where(np.isin(np.arange(J), list(existing)), 0, -1)
        if today_format is None
        else np.array(today_format, np.int64),
        counters=_by_format(counters, (J, F), np.float64),
        counter_minutes_per_year=float(counter_minutes_per_year),
        service_counter_min=np.array(np.broadcast_to(service_counter_min, S), dtype=float),
        offering_capital_kes=np.array(np.broadcast_to(offering_capital_kes, (J, S)), np.int64),
        closing_kes=np.array(np.broadcast_to(closing_kes, J), np.int64),
        offering_closing_kes=np.array(np.broadcast_to(offering_closing_kes, (J, S)), np.int64),
        site_min=np.linalg.norm(spot[:, None] - spot[None, :], axis=2) * minutes_per_km,
        separation_min=apart,
        near_min=np.array(np.broadcast_to(near_by_time, (S, size)), dtype=float),
        division_ids=tuple(divisions),
        service_division=np.full(S, -1, np.int64)
        if service_division is None
        else np.array(service_division, np.int64),
    )


def _by_format(values: Any, shape: tuple[int, int], kind: Any) -> np.ndarray:
    """One figure for all, one per site (for every format), or sites x formats."""
    given = np.asarray(values)
    given = given[:, None] if given.ndim == 1 else given
    return np.array(np.broadcast_to(given, shape), dtype=kind)


def tiny_plan(
    problem: PlanningProblem, branches: Mapping[str, Sequence[str]] | Iterable[str]
) -> Plan:
    """These sites open, each with these services (all of them when only sites are named).

    Every visit goes to the nearest branch that can complete it.
    """
    everything = problem.service_ids
    mixes = dict(branches) if isinstance(branches, Mapping) else dict.fromkeys(branches, everything)
    is_open = np.array([site in mixes for site in problem.site_ids], dtype=bool)
    offers = np.array(
        [[s in mixes.get(site, ()) for s in everything] for site in problem.site_ids], dtype=bool
    ).reshape(len(problem.site_ids), len(everything))
    return Plan(is_open, offers, nearest_assignment(problem, is_open, offers))


def _places(places: Sequence[Any]) -> np.ndarray:
    spots = np.asarray(places, dtype=float)
    return spots.reshape(len(places), 1) if spots.ndim == 1 else spots


def _membership(groups: Mapping[str, Sequence[str]], services: Sequence[str]) -> np.ndarray:
    rows = [[service in group for service in services] for group in groups.values()]
    return np.array(rows, dtype=bool).reshape(len(groups), len(services))
