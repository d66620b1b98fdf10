"""The first sheets of an export: what is known of a run, its figures, and what it changes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from planner.evaluate import Kpis, Score
from planner.export.columns import code_words
from planner.percent import NOISE, percent_up
from planner.plan import Plan
from planner.present import travel
from planner.present.words import Words
from planner.runs import StoredRun
from planner.runs.content import objective_unit, today_offers
from planner.runs.table import Cell, Table

Row = tuple[Cell, ...]


def summary(run: StoredRun, judged: Score, w: Words) -> Table:
    """What is known of a run, its figures against today, and its notes."""
    before = _kpi_rows(run.baseline.kpis, w) if run.baseline else {}
    rows: list[Row] = [
        ("run", figure, value, None, None, unit) for figure, value, unit in _run_rows(run, w)
    ]
    for figure, (now, unit) in _kpi_rows(judged.kpis, w).items():
        then = before.get(figure, (None, unit))[0]
        rows.append(("figures", figure, now, then, _minus(now, then), unit))
    rows.extend(("notes", note, None, None, None, "") for note in w.in_english(run.report.notes))
    keys = ("section", "figure", "plan", "today", "change", "unit")
    return Table("summary", keys, tuple(rows))


def _run_rows(run: StoredRun, w: Words) -> Iterator[tuple[str, Cell, str]]:
    report, unit = run.report, _objective_unit(run, w)

    def row(name: str, value: Cell, unit: str = "") -> tuple[str, Cell, str]:
        return w(f"export.run.{name}"), value, unit

    yield row("scenario", run.scenario.name)
    yield row("pack", run.pack.name)
    yield row("year", None if run.pack.year is None else str(run.pack.year))
    yield row("run", run.id)
    yield row("created", str(run.info["created"]))
    yield row("version", str(run.info["version"]))
    yield row("fingerprint", str(run.info["fingerprint"]))
    yield row("status", status_words(w, report.status, report.gap))
    yield row("objective", report.objective, unit)
    yield row("bound", report.bound, unit)
    yield row("gap", report.gap, w("export.unit.share"))
    yield row("solver", report.solver)
    yield row("seconds", report.seconds, w("export.unit.seconds"))
    yield from _travel_rows(run, w)
    for line in run.pack.attribution:
        yield row("attribution", line)


def _objective_unit(run: StoredRun, w: Words) -> str:
    """The unit of what is made least, a year."""
    unit = objective_unit(run.problem, run.pack)
    plain = unit.removeprefix("weighted ")
    told = code_words(w, "unit", plain)
    return w("export.unit.weighted" if plain != unit else "export.unit.year", unit=told)


def _travel_rows(run: StoredRun, w: Words) -> Iterator[tuple[str, Cell, str]]:
    """How travel is measured, and how far off that is on the roads of known length."""
    told = run.problem.travel
    yield w("export.run.travel"), unbroken(travel.source_line(w, told, run.pack)), ""
    if told is None:
        return
    share = w("export.unit.share")
    yield w("export.run.known_roads"), told.known_count, ""
    yield w("export.run.error"), told.error, share
    yield w("export.run.worst"), told.worst, share


def unbroken(text: str) -> str:
    """A text whose spaces are plain ones."""
    return text.replace("\N{NO-BREAK SPACE}", " ")


def status_words(w: Words, status: str, gap: float | None) -> str:
    """A status with what is proved, in a sentence."""
    told = code_words(w, "run", status)
    if status == "optimal":
        if gap is not None and gap > NOISE:
            return w("export.status_within", status=told, gap=_percent(gap))
        return w("export.status_proved", status=told)
    if gap is None:
        return w("export.status_unbounded", status=told)
    return w("export.status_bounded", status=told, gap=_percent(gap))


def _percent(share: float) -> str:
    """A share in per cent with two digits, rounded up so that it promises nothing more."""
    percent = max(share * 100, 0.001)
    digits = min(3, max(0, 1 - math.floor(math.log10(percent))))
    return f"{percent_up(share, digits)} %"


def _kpi_rows(kpis: Kpis, w: Words) -> dict[str, tuple[Cell, str]]:
    """Each figure with its unit, by its name."""
    figures: tuple[tuple[str, Cell, str], ...] = (
        ("visits", kpis.visits_per_year, "year"),
        ("unserved", kpis.unserved_visits_per_year, "year"),
        ("mean_min", kpis.mean_min, "min"),
        ("mean_km", kpis.mean_km, "km"),
        ("within", kpis.within_standard, "share"),
        ("worst_tenth", kpis.worst_tenth_min, "min"),
        ("branches", kpis.branches, ""),
        ("offerings", kpis.offerings, ""),
        ("pairs", kpis.duplicates.pairs, ""),
        ("justified", kpis.duplicates.justified, ""),
        ("unnecessary", kpis.duplicates.unnecessary, ""),
        ("capital", kpis.capital_kes, "money"),
        ("annual", kpis.annual_kes, "money_year"),
        ("without", kpis.areas_without_branch, ""),
        ("missed", kpis.shortfall_visits_per_year, "year"),
        ("overloaded", kpis.overloaded_branches, ""),
    )
    return {
        w(f"export.figure.{name}"): (value, w(f"export.figure_unit.{unit}") if unit else "")
        for name, value, unit in figures
    }


def _minus(now: Cell, then: Cell) -> Cell:
    if isinstance(now, int | float) and isinstance(then, int | float):
        return now - then
    return None


def changes(run: StoredRun, plan: Plan) -> Table:
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
