"""Tables of an export beside those that a run keeps: who goes where, services, rules, sources."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any

import numpy as np

from planner.errors import PlannerError
from planner.evaluate import Score
from planner.evaluate.reach import require_minutes
from planner.export.columns import Column
from planner.insight.assumptions import assumptions
from planner.insight.catchments import Catchment
from planner.insight.duplicates import audit_duplicates, group_table_of, table_of
from planner.pack.figures import Figure, Mark
from planner.pack.types import Pack
from planner.plan import Plan
from planner.present.words import Words
from planner.runs import StoredRun
from planner.runs.content import offering_visits, today_offers
from planner.runs.table import Cell, Table
from planner.scenario import Scenario
from planner.scenario.recorded import planned_visits

Row = tuple[Cell, ...]


def assignment(run: StoredRun, plan: Plan, stored: Table) -> Table:
    """The stored assignment with names and yearly visits."""
    pack, who = run.pack, plan.assignment
    area_name = {area.code: area.name for area in pack.areas}
    rows = []
    for n, (_, _, _, share, minutes, km) in enumerate(stored.rows):
        i, b, j = int(who.point[n]), int(who.visit_type[n]), int(who.site[n])
        point, kind, site = pack.demand_points[i], pack.visit_types[b], pack.sites[j]
        visits = float(who.share[n] * run.problem.visits[i, b])
        rows.append(
            (
                *(point.id, point.name, point.area, area_name[point.area]),
                *(kind.id, kind.name, site.id, site.name),
                *(share, visits, minutes, km),
            )
        )
    keys = (
        *("demand_point", "name", "area", "area_name"),
        *("visit_type", "visit_type_name", "site", "site_name"),
        *("share", "visits_per_year", "minutes", "km"),
    )
    return Table("assignment", keys, tuple(rows))


def lines(rows: Sequence[Row], columns: Sequence[Column]) -> Table:
    """The assignment by demand point and branch: the visits of all types added up.

    Args:
        rows: Of the table `assignment`.
        columns: Its columns.
    """
    at = {column.key: position for position, column in enumerate(columns)}
    keys = ("demand_point", "name", "site", "site_name", "visits_per_year", "minutes", "km")
    found: dict[tuple[Cell, Cell], list[Row]] = {}
    for row in rows:
        found.setdefault((row[at["demand_point"]], row[at["site"]]), []).append(
            tuple(row[at[key]] for key in keys)
        )
    return Table(
        "lines",
        keys,
        tuple(
            (*alike[0][:4], math.fsum(float(row[4] or 0) for row in alike), *alike[0][5:])
            for alike in found.values()
        ),
    )


def catchments(pack: Pack, found: Sequence[Catchment], colours: Sequence[str]) -> Table:
    """Service areas; the site is empty for land that no branch serves.

    Args:
        pack: The pack.
        found: The service areas.
        colours: A fill for each that tells it from its neighbours.
    """
    rows = []
    for each, colour in zip(found, colours, strict=True):
        site = None if each.site is None else pack.sites[each.site]
        rows.append(
            (
                *(("", "") if site is None else (site.id, site.name)),
                *(each.points, each.people, each.visits, each.own_share, each.mean_min),
                "#ffffff" if site is None else colour,
            )
        )
    keys = (
        *("site", "site_name", "demand_points", "people", "visits_per_year"),
        *("share_to_this_branch", "mean_min", "colour"),
    )
    return Table("catchments", keys, tuple(rows))


def services(run: StoredRun, plan: Plan, judged: Score) -> Table:
    """Each service with its branches, visits, travel and duplicates."""
    problem, who = run.problem, plan.assignment
    visits = who.share * problem.visits[who.point, who.visit_type]
    minutes = problem.minutes[who.point, who.site]
    total, today = offering_visits(plan, problem).sum(axis=0), today_offers(problem)
    rows = []
    for s, service in enumerate(run.pack.services):
        counts = np.where(problem.does[who.visit_type, s], visits, 0.0)
        travel = np.where(counts > 0, counts * minutes, 0.0).sum()
        mean = float(travel / counts.sum()) if counts.sum() > 0 else None
        pairs = [pair for pair in judged.duplicates if pair.service == s]
        justified = sum(pair.justified for pair in pairs)
        rows.append(
            (
                *(service.id, service.name, service.division),
                *(int(plan.offers[:, s].sum()), int(today[:, s].sum()), float(total[s]), mean),
                *(len(pairs), justified, len(pairs) - justified),
                *(service.standard_min, service.separation_km, service.separation_dense_km),
                *(service.annual_cost_kes, service.mark.source, service.mark.confidence),
            )
        )
    keys = (
        *("service", "name", "division", "branches", "branches_today"),
        *("visits_per_year", "mean_min"),
        *("duplicate_pairs", "duplicate_justified", "duplicate_unnecessary"),
        *("standard_min", "separation_km", "separation_dense_km"),
        *("annual_cost_kes", "source", "confidence"),
    )
    return Table("services", keys, tuple(rows))


def can_audit(run: StoredRun) -> bool:
    """Whether travel is told in minutes, without which nothing doubled can be judged."""
    try:
        require_minutes(run.pack, run.problem)
    except PlannerError:
        return False
    return True


def audit(run: StoredRun, plan: Plan, judged: Score) -> tuple[Table, ...]:
    """What is doubled, judged: pairs, and the branches of groups; nothing without minutes."""
    if not can_audit(run):
        return ()
    found = audit_duplicates(run.problem, plan, judged, run.pack)
    pairs, groups = table_of(found, run.pack), group_table_of(found, run.pack)
    return (
        Table("audit", pairs.columns, pairs.rows),
        Table("groups", groups.columns, groups.rows),
    )


def rules(run: StoredRun, w: Words) -> Table:
    """Every key of the scenario with its value."""
    asked = {**run.scenario.model_dump(mode="json", exclude={"origin"}), "pack": run.pack.id}
    return Table("rules", ("key", "value"), tuple(_flat(asked, w)))


def _flat(values: Mapping[str, Any], w: Words, prefix: str = "") -> Iterator[Row]:
    for name, value in values.items():
        key = f"{prefix}{name}"
        if isinstance(value, Mapping):
            yield from _flat(value, w, f"{key}.")
        elif isinstance(value, list | tuple):
            yield key, ";".join(map(str, value))
        elif value is None:
            yield key, w("export.no_rule")
        else:
            yield key, value


def sources(pack: Pack, scenario: Scenario) -> Table:
    """Where every figure comes from, with its range and mark."""
    rows: list[Row] = [
        ("attribution", "", line, None, None, None, "", "", "", "") for line in pack.attribution
    ]
    rows += [_figure("travel", "", figure) for figure in _travel_figures(pack)]
    for total in planned_visits(pack, scenario).totals:
        kind = total.visit_type
        whole = Figure("visits_per_year", total.mode, total.low, total.high, "visits a year")
        rows.append(_figure("visits", kind, whole, total.mark))
        rows += [_figure("visits", kind, figure) for figure in total.chain]
    rows += [
        _figure(section, each.key.removeprefix(f"{section}."), each.figure)
        for section in ("spreads", "customers", "modes")
        for each in assumptions(pack, scenario.travel.mode)
        if each.key.startswith(f"{section}.")
    ]
    for section, entries in (
        ("services", pack.services),
        ("visit types", pack.visit_types),
        ("sites", pack.sites),
    ):
        for entry in entries:
            mark = _mark_cells(entry.mark)
            rows.append((section, entry.id, entry.name, None, None, None, "", *mark))
    marks = dict.fromkeys(point.mark for point in pack.demand_points)
    rows += [
        ("demand points", "", "", None, None, None, "", *_mark_cells(mark))
        for mark in marks
        if mark.source
    ]
    keys = (
        *("section", "id", "figure", "value", "low", "high", "unit"),
        *("source", "confidence", "note"),
    )
    return Table("sources", keys, tuple(rows))


def _travel_figures(pack: Pack) -> list[Figure]:
    """Every figure that the pack gives of travel."""
    given = (getattr(pack.travel, each.name) for each in fields(pack.travel))
    return [each for each in given if isinstance(each, Figure)]


def _figure(section: str, key: str, figure: Figure, mark: Mark | None = None) -> Row:
    numbers = (figure.value, figure.low, figure.high)
    return (section, key, figure.name, *numbers, figure.unit, *_mark_cells(mark or figure.mark))


def _mark_cells(mark: Mark) -> tuple[str, str, str]:
    return (mark.source, mark.confidence or "", mark.note)
