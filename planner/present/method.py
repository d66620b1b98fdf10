"""What the Method page tells: the figures of the pack with their sources and marks, as tables."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from planner.demand import Visits
from planner.pack.figures import Figure, Mark
from planner.present.view import View

EQUATIONS = (
    ("method.eq_assign", "Σ(j) x(i,b,j) = 1"),
    ("method.eq_complete", "x(i,b,j) ≤ a(j,b) ≤ z(j,s) for s∈S(b)"),
    ("method.eq_open", "z(j,s) ≤ y(j) ≤ Σ(s) z(j,s)"),
    ("method.eq_money", "Σ(j) (F(j) y(j) + Σ(s) f(j,s) z(j,s)) ≤ B"),
    ("method.eq_duplicates", "Σ(j∈K) z(j,s) ≤ R(K,s) + r(K,s)"),
    ("method.eq_floor", "Σ(j∈c) y(j) ≥ φ(c)"),
    ("method.eq_goal", "min Σ V(i,b) t(i,j) x(i,b,j) + λ Σ r(K,s)"),
)


def equation_table(view: View) -> pd.DataFrame:
    """The model in words beside its equations, numbered."""
    w = view.words
    return pd.DataFrame(
        [
            {
                w("column.number"): f"({number})",
                w("column.in_words"): w(key),
                w("column.equation"): equation.replace(" ", "\N{NO-BREAK SPACE}"),
            }
            for number, (key, equation) in enumerate(EQUATIONS, 1)
        ]
    )


def travel_table(view: View) -> pd.DataFrame:
    """The travel model's figures."""
    t = view.pack.travel
    names = (
        *("circuity", "circuity_slow", "link_circuity", "road_factor", "speed_kmh"),
        *("speed_slow_kmh", "wait_min", "local_min", "fare_kes_per_km", "local_leg_kes"),
        "value_of_time_kes_per_hour",
    )
    figures = {view.words(f"travel.{name}"): getattr(t, name) for name in names}
    for kind, figure in t.class_speed_kmh.items():
        figures[view.words("travel.class_speed", kind=kind.replace("_", " "))] = figure
    rows = [
        {view.words("column.figure"): name} | figure_cells(view, figure)
        for name, figure in figures.items()
        if figure is not None
    ]
    return pd.DataFrame(rows)


def travel_error(view: View) -> str:
    """How far the travel model in force is off on roads that are known."""
    w, told = view.words, view.problem.travel
    if told is None or told.error is None or not np.isfinite([told.error, told.worst or 0.0]).all():
        return view.how_sure
    return w(
        "method.travel_error",
        n=told.known_count,
        median=w.percent(told.error),
        worst=w.percent(told.worst or 0.0),
    )


def travel_words(view: View) -> list[str]:
    """How distance and time come about in the model in force, and what holds for every model."""
    w, told = view.words, view.problem.travel
    own = [] if told is None else [w(f"travel.how_{told.model}"), view.travel_line]
    return [*own, w("method.travel_words")]


def slow_areas(view: View) -> str:
    """Which areas have the slower speed; nothing where none has."""
    slow = view.pack.travel.slow_areas
    names = ", ".join(area.name for area in view.pack.areas if area.code in slow)
    return view.words("method.slow", areas=names) if names else ""


def limits(view: View) -> list[str]:
    """What to keep in mind: of the pack's data as it says itself, then of the method."""
    w, pack = view.words, view.pack
    own = (pack.limits_sw if w.language == "sw" else ()) or pack.limits
    kinds = ("assumptions", "nearest", "capacity", "duplicates")
    told = view.problem.travel
    of_travel = [] if told is None else [w(f"travel.limit_{told.model}")]
    return [*own, *(w(f"method.limit_{kind}") for kind in kinds), *of_travel]


def demand_table(view: View, visits: Visits) -> pd.DataFrame:
    """Yearly visits of each visit type."""
    w = view.words
    kinds = {kind.id: kind for kind in view.pack.visit_types}
    return pd.DataFrame(
        [
            {
                w("column.visit_type"): w.name(kinds[total.visit_type]),
                w("column.low"): round(total.low),
                w("column.mode"): round(total.mode),
                w("column.high"): round(total.high),
                w("column.spread"): total.spread,
                w("column.mark"): mark_name(view, total.mark),
            }
            for total in visits.totals
        ]
    )


def chain_table(view: View, visits: Visits) -> pd.DataFrame:
    """Every figure that the visits are a product of."""
    w = view.words
    kinds = {kind.id: kind for kind in view.pack.visit_types}
    return pd.DataFrame(
        [
            {
                w("column.visit_type"): w.name(kinds[total.visit_type]),
                w("column.figure"): figure.name,
            }
            | figure_cells(view, figure)
            for total in visits.totals
            for figure in total.chain
        ]
    )


def service_table(view: View) -> pd.DataFrame:
    """Standards, separations, counter minutes and yearly costs of the services."""
    w = view.words
    return pd.DataFrame(
        [
            {
                w("column.item"): w.name(service),
                w("column.standard"): _plain(view, service.standard_min),
                w("column.separation"): _plain(view, service.separation_km),
                w("column.separation_dense"): _plain(view, service.separation_dense_km),
                w("column.counter"): _plain(view, service.counter_min_per_visit),
                w("column.annual"): w.money(service.annual_cost_kes),
                w("column.mark"): mark_name(view, service.mark),
                w("column.source"): source_text(service.mark),
            }
            for service in view.pack.services
        ]
    )


def cost_table(view: View) -> pd.DataFrame:
    """What a branch costs: in each format, and for sites without formats the range by status."""
    w = view.words
    rows = [
        {
            w("column.branch"): w.name(each),
            w("column.sites"): sum(each.id in site.formats for site in view.pack.sites),
            w("column.annual"): w.money(each.annual_cost_kes),
            w("column.capital"): w.money(each.capital_kes),
        }
        for each in view.pack.formats
    ]
    plain = [site for site in view.pack.sites if not site.formats]
    for status in ("existing", "proposed", "candidate"):
        sites = [site for site in plain if site.status == status]
        if sites:
            rows.append(
                {
                    w("column.branch"): w(f"status.{status}"),
                    w("column.sites"): len(sites),
                    w("column.annual"): _range(view, (s.annual_cost_kes for s in sites)),
                    w("column.capital"): _range(view, (s.capital_kes for s in sites)),
                }
            )
    return pd.DataFrame(rows)


def mark_name(view: View, mark: Mark) -> str:
    """How far a figure can be trusted, in a word."""
    return view.words(f"mark.{mark.confidence}") if mark.confidence else ""


def figure_cells(view: View, figure: Figure) -> dict[str, str]:
    """A figure's cells in a table: range, unit, mark and source."""
    w = view.words
    return {
        w("column.low"): w.number(figure.low),
        w("column.mode"): w.number(figure.value),
        w("column.high"): w.number(figure.high),
        w("column.unit"): figure.unit,
        w("column.mark"): mark_name(view, figure.mark),
        w("column.source"): source_text(figure.mark),
    }


def source_text(mark: Mark) -> str:
    """The source of a figure with its note."""
    return f"{mark.source}. {mark.note}" if mark.note else mark.source


def _plain(view: View, value: float | None) -> str:
    return "" if value is None else view.words.number(value)


def _range(view: View, values: Iterable[int]) -> str:
    money, known = view.words.money, sorted(set(values))
    if len(known) == 1:
        return money(known[0])
    return view.words("cost.range", low=money(known[0]), high=money(known[-1]))
