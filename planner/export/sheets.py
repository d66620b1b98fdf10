"""The sheets of an export: every table of a run, built once, whatever the format."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from planner.evaluate import Kpis, Score
from planner.export.columns import Column, columns
from planner.insight.assumptions import assumptions
from planner.pack.figures import Figure, Mark
from planner.pack.names import plural
from planner.pack.types import Pack
from planner.plan import Plan
from planner.present import travel
from planner.present.words import words
from planner.runs import StoredRun
from planner.runs.content import objective_unit, offering_visits, run_tables, today_offers
from planner.runs.table import Cell, Table
from planner.scenario import Scenario
from planner.scenario.recorded import planned_visits

Row = tuple[Cell, ...]
_WORDS = words("en")  # exports are read by programs and offices abroad


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table with its columns explained; `key` names a CSV file, `title` a sheet."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    def column(self, key: str) -> list[Cell]:
        """The cells of one column."""
        at = [column.key for column in self.columns].index(key)
        return [row[at] for row in self.rows]


@dataclass(frozen=True, slots=True)
class Imprint:
    """What every file of an export carries."""

    run_id: str
    created: str
    version: str
    fingerprint: str
    attribution: str
    travel: str

    def as_dict(self) -> dict[str, str]:
        """Plain values, in order."""
        return {
            "run_id": self.run_id,
            "created": self.created,
            "version": self.version,
            "fingerprint": self.fingerprint,
            "attribution": self.attribution,
            "travel": self.travel,
        }


def imprint(run: StoredRun) -> Imprint:
    """What every file of a run's export carries."""
    return Imprint(
        run_id=run.id,
        created=str(run.info["created"]),
        version=str(run.info["version"]),
        fingerprint=str(run.info["fingerprint"]),
        attribution="; ".join(run.pack.attribution),
        travel=_plain(travel.source_line(_WORDS, run.problem.travel, run.pack)),
    )


def plan_sheets(run: StoredRun) -> tuple[Sheet, ...]:
    """Every table of a run that has a plan, in the order of the workbook."""
    plan, judged = run.report.plan, run.score
    if plan is None or judged is None:
        raise ValueError(run.report.status)
    stored = {
        table.name: table for table in run_tables(plan, run.problem, judged, run.baseline, run.pack)
    }
    currency = run.pack.currency
    tables = [
        ("Summary", _summary(run, judged)),
        ("Changes", _changes(run, plan)),
        ("Branches", stored["branches"]),
        ("Offerings", stored["offerings"]),
        ("Assignment", _assignment(run, plan, stored["assignment"])),
        (_plural(run.pack.area_label), stored["areas"]),
        ("Services", _services(run, plan, judged)),
        *([("Standards", stored["standards"])] if stored["standards"].rows else []),
        ("Duplicates", stored["duplicates"]),
        ("Rules", _rules(run)),
        ("Sources", _sources(run.pack, run.scenario)),
    ]
    error = _plain(travel.error_text(_WORDS, run.problem.travel))
    sheets = [
        Sheet(table.name, title, columns(table.columns, currency, error), table.rows)
        for title, table in tables
    ]
    meanings = [
        (sheet.title, column.key, column.header, column.unit, column.meaning)
        for sheet in sheets
        for column in sheet.columns
    ]
    keys = ("table", "column", "label", "unit", "meaning")
    dictionary = Sheet("dictionary", "Dictionary", columns(keys, currency, error), tuple(meanings))
    return (*sheets, dictionary)


def _plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def _plural(label: str) -> str:
    """A title from the word for an area: `district` -> `Districts`."""
    word = plural(label)
    return word[:1].upper() + word[1:]


# -- summary -------------------------------------------------------------------------------


def _summary(run: StoredRun, judged: Score) -> Table:
    before = _kpi_rows(run.baseline.kpis, run.pack) if run.baseline else {}
    rows: list[Row] = [
        ("run", figure, value, None, None, unit) for figure, value, unit in _run_rows(run)
    ]
    for figure, (now, unit) in _kpi_rows(judged.kpis, run.pack).items():
        then = before.get(figure, (None, unit))[0]
        rows.append(("figures", figure, now, then, _minus(now, then), unit))
    rows.extend(("notes", note, None, None, None, "") for note in run.report.notes)
    keys = ("section", "figure", "plan", "today", "change", "unit")
    return Table("summary", keys, tuple(rows))


def _run_rows(run: StoredRun) -> Iterator[tuple[str, Cell, str]]:
    report, unit = run.report, f"{objective_unit(run.problem, run.pack)} a year"
    yield "Scenario", run.scenario.name, ""
    yield "Data pack", run.pack.name, ""
    yield "Year of the data", None if run.pack.year is None else str(run.pack.year), ""
    yield "Run", run.id, ""
    yield "Created (UTC)", str(run.info["created"]), ""
    yield "Version of Ugatuzi Planner", str(run.info["version"]), ""
    yield "Fingerprint", str(run.info["fingerprint"]), ""
    yield "Status", status_words(report.status, report.gap), ""
    yield "Objective", report.objective, unit
    yield "Proved limit", report.bound, unit
    yield "Gap", report.gap, "share"
    yield "Solver", report.solver, ""
    yield "Time to solve", report.seconds, "s"
    yield from _travel_rows(run)
    for line in run.pack.attribution:
        yield "Attribution", line, ""


def _travel_rows(run: StoredRun) -> Iterator[tuple[str, Cell, str]]:
    """How travel is measured, and how far off that is on the roads of known length."""
    told = run.problem.travel
    yield "Travel", _plain(travel.source_line(_WORDS, told, run.pack)), ""
    if told is None:
        return
    yield "Roads of known length", told.known_count, ""
    yield "Error of travel on half of them at most", told.error, "share"
    yield "Error of travel on the worst of them", told.worst, "share"


_NOTHING = 1e-9  # a gap that is rounding, not doubt


def status_words(status: str, gap: float | None) -> str:
    """A status with what is proved, in a sentence."""
    if status == "optimal":
        proved = gap is not None and gap > _NOTHING
        return f"optimal: proved to within {_percent(gap or 0.0)}" if proved else "optimal: proved"
    if gap is None:
        return f"{status}: how much better a plan could be is not known"
    return f"{status}: no plan under these rules can beat this by more than {_percent(gap)}"


def _percent(share: float) -> str:
    """A share in per cent with two digits, rounded up so that it promises nothing more."""
    percent = max(share * 100, 0.001)
    digits = min(3, max(0, 1 - math.floor(math.log10(percent))))
    step = 10**digits
    return f"{math.ceil(percent * step - 1e-9) / step:.{digits}f} %"


def _kpi_rows(kpis: Kpis, pack: Pack) -> dict[str, tuple[Cell, str]]:
    money = pack.currency
    return {
        "Visits": (kpis.visits_per_year, "a year"),
        "Unserved visits": (kpis.unserved_visits_per_year, "a year"),
        "Mean travel": (kpis.mean_min, "min, one way"),
        "Mean distance": (kpis.mean_km, "km, one way"),
        "Within standard": (kpis.within_standard, "share"),
        "Worst-served tenth, mean travel": (kpis.worst_tenth_min, "min, one way"),
        "Branches": (kpis.branches, ""),
        "Offerings": (kpis.offerings, ""),
        "Duplicate pairs": (kpis.duplicates.pairs, ""),
        "Duplicate pairs, justified": (kpis.duplicates.justified, ""),
        "Duplicate pairs, unnecessary": (kpis.duplicates.unnecessary, ""),
        "Capital": (kpis.capital_kes, money),
        "Yearly cost": (kpis.annual_kes, f"{money} a year"),
        f"{_plural(pack.area_label)} without a branch": (kpis.areas_without_branch, ""),
        "Visits by which soft rules are missed": (kpis.shortfall_visits_per_year, "a year"),
        "Branches with more work than they can do": (kpis.overloaded_branches, ""),
    }


def _minus(now: Cell, then: Cell) -> Cell:
    if isinstance(now, int | float) and isinstance(then, int | float):
        return now - then
    return None


def _changes(run: StoredRun, plan: Plan) -> Table:
    """What to open, add, end, close and keep, against today."""
    problem, pack = run.problem, run.pack
    area_name = {area.code: area.name for area in pack.areas}
    today = today_offers(problem)
    rows: dict[str, list[Row]] = {action: [] for action in _ACTIONS}
    for j, site in enumerate(pack.sites):

        def note(action: str, services: Any, j: int = j, site: Any = site) -> None:
            names = ";".join(problem.service_ids[s] for s in np.flatnonzero(services[j]))
            rows[action].append(
                (action, site.id, site.name, site.area, area_name[site.area], names)
            )

        if problem.existing[j] and not plan.is_open[j]:
            note("close", today)
        elif plan.is_open[j] and not problem.existing[j]:
            note("open", plan.offers)
        elif plan.is_open[j]:
            added, ended = plan.offers & ~today, today & ~plan.offers
            if added[j].any():
                note("add services", added)
            if ended[j].any():
                note("end services", ended)
            if not added[j].any() and not ended[j].any():
                note("keep", plan.offers)
    keys = ("action", "site", "name", "area", "area_name", "services")
    return Table("changes", keys, tuple(row for action in _ACTIONS for row in rows[action]))


_ACTIONS = ("open", "add services", "end services", "close", "keep")


# -- tables --------------------------------------------------------------------------------


def _assignment(run: StoredRun, plan: Plan, stored: Table) -> Table:
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


def _services(run: StoredRun, plan: Plan, judged: Score) -> Table:
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


def _rules(run: StoredRun) -> Table:
    rules = {**run.scenario.model_dump(mode="json", exclude={"origin"}), "pack": run.pack.id}
    return Table("rules", ("key", "value"), tuple(_flat(rules)))


def _flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[Row]:
    for name, value in values.items():
        key = f"{prefix}{name}"
        if isinstance(value, Mapping):
            yield from _flat(value, f"{key}.")
        elif isinstance(value, list | tuple):
            yield key, ";".join(map(str, value))
        elif value is None:
            yield key, "no such rule"
        else:
            yield key, value


def _sources(pack: Pack, scenario: Scenario) -> Table:
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
