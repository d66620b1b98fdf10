"""A finished run as values: status in words, figures against today, map layers and tables."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.evaluate import Score, todays_network
from planner.plan import Plan, SolveReport
from planner.present.cards import Card, Tone
from planner.present.layers import (
    AreaCell,
    Areas,
    Legend,
    LegendRow,
    Links,
    SiteMark,
    Sites,
    Status,
)
from planner.present.progress import status_of
from planner.present.today import DASH, LAND_BORDER, View, branch_lines, link_layer, link_rows
from planner.problem import PlanningProblem
from planner.runs.reading import StoredRun

BETTER_BLUE = ("#d3e5f0", "#7fb2d3", "#2f74a8")  # less travel than today
WORSE_ORANGE = "#e0863c"
UNCHANGED = "#fbfaf5"
GOOD_GAP = 0.05
NO_GAP = 5e-5  # reads as 0.00 %
_NEAR_MIN = 1.0  # a smaller change of an area's mean is no change


# -- status --------------------------------------------------------------------------------


def status_sentence(view: View, report: SolveReport) -> str:
    """What is known of the answer, exactly."""
    w = view.words
    if report.status == "optimal" and (report.gap or 0.0) < NO_GAP:
        return w("result.optimal_exact")
    if report.status == "optimal":
        return w("result.optimal", gap=w.gap(report.gap or 0.0))
    if report.status == "feasible":
        if report.gap is None:
            return w("result.feasible_unbounded")
        key = "result.feasible" if report.gap <= GOOD_GAP else "result.feasible_wide"
        return w(key, gap=w.gap(report.gap))
    return w(f"result.{report.status}")


_FILE_KEY = re.compile(r"\s*\((?:rules|duplicates|sites|objective)\b[^()]*\)")


def clash_table(view: View, report: SolveReport) -> pd.DataFrame:
    """The rules that cannot hold together: name in the form, what clashes, what would help.

    The keys of the scenario file, which a page has no use for, are left out.
    """
    w = view.words
    return pd.DataFrame(
        [
            {
                w("column.rule_name"): w.texts.get(f"clash.{clash.rule.replace('.', '_')}", ""),
                w("column.clash"): _FILE_KEY.sub("", clash.text),
                w("column.repair"): _FILE_KEY.sub("", clash.repair),
            }
            for clash in report.clashes
        ]
    )


# -- figures against today -----------------------------------------------------------------


def cards(view: View, score: Score, before: Score | None) -> list[Card]:
    """The figures of a plan and how they differ from today, in words."""
    w, k = view.words, score.kpis
    b = before.kpis if before is not None else None
    return [
        _time_card(
            view,
            "kpi.mean_min",
            (k.mean_min, b.mean_min if b else None),
            w("kpi.one_way", km=view.km(k.mean_km)),
        ),
        Card(
            w("kpi.within"),
            w.share(k.within_standard),
            "",
            *_share_change(view, k.within_standard, b.within_standard if b else None),
        ),
        _time_card(view, "kpi.worst_tenth", (k.worst_tenth_min, b.worst_tenth_min if b else None)),
        Card(
            w("kpi.branches"),
            w.count(k.branches),
            w("kpi.without", n=k.areas_without_branch),
            *_plain_change(view, k.branches - b.branches if b else None),
        ),
        Card(
            w("kpi.annual"),
            w.money(k.annual_kes),
            w("kpi.capital_too", cost=w.money(k.capital_kes)),
            *_money_change(view, k.annual_kes - b.annual_kes if b else None),
        ),
        Card(
            w("kpi.duplicates"),
            w.count(k.duplicates.unnecessary),
            w("kpi.duplicates_note", n=k.duplicates.justified),
            *_before(view, b.duplicates.unnecessary if b else None),
        ),
    ]


def _time_card(
    view: View, key: str, now_and_before: tuple[float | None, float | None], note: str = ""
) -> Card:
    """A time of travel with its error, and how it differs from today."""
    now, before = now_and_before
    change, tone = _time_change(view, now, before)
    return replace(view.travel_card(view.words(key), now, note), change=change, tone=tone)


def _time_change(view: View, now: float | None, before: float | None) -> tuple[str, Tone]:
    if now is None or before is None:
        return "", "same"
    change = now - before
    if abs(change) < 0.5:
        return view.words("change.none"), "same"
    key, tone = ("change.shorter", "better") if change < 0 else ("change.longer", "worse")
    return view.words(key, v=view.words.minutes(abs(change))), tone  # type: ignore[return-value]


def _share_change(view: View, now: float | None, before: float | None) -> tuple[str, Tone]:
    if now is None or before is None:
        return "", "same"
    points = (now - before) * 100
    if abs(points) < 0.5:
        return view.words("change.none"), "same"
    if points > 0:
        return view.words("change.points_more", v=f"{points:.0f}"), "better"
    return view.words("change.points_less", v=f"{-points:.0f}"), "worse"


def _plain_change(view: View, change: int | None) -> tuple[str, Tone]:
    return _whole_change(view, change, ("change.more", "change.fewer"), view.words.count)


def _money_change(view: View, change: int | None) -> tuple[str, Tone]:
    return _whole_change(view, change, ("change.dearer", "change.cheaper"), view.words.money)


def _whole_change(
    view: View, change: int | None, more_or_less: tuple[str, str], shown: Callable[[float], str]
) -> tuple[str, Tone]:
    """A change that is neither good nor bad by itself."""
    if change is None:
        return "", "same"
    if change == 0:
        return view.words("change.none"), "same"
    key = more_or_less[0] if change > 0 else more_or_less[1]
    return view.words(key, v=shown(abs(change))), "same"


def _before(view: View, before: int | None) -> tuple[str, Tone]:
    return ("", "same") if before is None else (view.words("change.today", v=before), "same")


# -- the map -------------------------------------------------------------------------------


def area_layer(view: View, score: Score, before: Score | None, selected: str | None) -> Areas:
    """Areas by how their travel changes: blue is shorter than today, orange longer."""
    w = view.words
    changes = area_changes(score, before)
    breaks = _gain_breaks(changes)
    cells = {}
    for area, now, change in zip(view.pack.areas, score.areas, changes, strict=True):
        lines = [area.name, w("map.now", v=w.minutes(now.mean_min))]
        if change is not None:
            lines.append(_change_words(view, change))
        lines.append(w("map.branches_here", n=now.branches))
        cells[area.code] = AreaCell(_change_fill(change, breaks), tuple(lines))
    text = w("map.description_plan", areas=len(cells), branches=score.kpis.branches)
    return Areas(cells, description=text, selected=selected, border=LAND_BORDER)


def area_changes(score: Score, before: Score | None) -> list[float | None]:
    """Change of each area's mean minutes against today; None where either is unknown."""
    if before is None:
        return [None] * len(score.areas)
    return [
        None if a.mean_min is None or b.mean_min is None else a.mean_min - b.mean_min
        for a, b in zip(score.areas, before.areas, strict=True)
    ]


def _gain_breaks(changes: Sequence[float | None]) -> tuple[float, float]:
    gains = [-c for c in changes if c is not None and c < -_NEAR_MIN]
    if not gains:
        return 0.0, 0.0
    low, high = np.quantile(gains, [1 / 3, 2 / 3])
    return float(round(low)), float(round(high))


def _change_fill(change: float | None, breaks: tuple[float, float]) -> str:
    if change is None or abs(change) <= _NEAR_MIN:
        return UNCHANGED
    if change > 0:
        return WORSE_ORANGE
    return BETTER_BLUE[int(-change > breaks[0]) + int(-change > breaks[1])]


def _change_words(view: View, change: float) -> str:
    if abs(change) <= _NEAR_MIN:
        return view.words("change.none")
    key = "change.shorter" if change < 0 else "change.longer"
    return view.words(key, v=view.words.minutes(abs(change)))


def branch_layer(view: View, score: Score) -> Sites:
    """The plan's branches; the number of services stands in the symbol."""
    marks = []
    for branch in score.branches:
        site = view.pack.sites[branch.site]
        if site.lat is None or site.lon is None:
            continue
        marks.append(
            SiteMark(
                site.id,
                site.lat,
                site.lon,
                status_of(site),
                branch_lines(view, score, branch.site),
                radius=5.5 + 0.6 * len(branch.services),
                number=len(branch.services),
            )
        )
    return Sites(marks)


def plan_layers(
    view: View, score: Score, before: Score | None
) -> list[Areas | Links | Sites | Legend]:
    """All that a plan's map shows beside today: areas, duplicates, branches, and the legend."""
    return [
        area_layer(view, score, before, None),
        link_layer(view, score.duplicates),
        branch_layer(view, score),
        legend(view, score, before),
    ]


def legend(view: View, score: Score, before: Score | None) -> Legend:
    """The legend of a plan's map."""
    w = view.words
    shown: list[Status] = ["existing", "proposed", "new"]
    used = {status_of(view.pack.sites[branch.site]) for branch in score.branches}
    rows = [LegendRow("symbol", w(f"status.{s}"), status=s) for s in shown if s in used]
    rows += link_rows(view, score.duplicates)
    blocks = [(w("legend.number"), rows)]
    changes = area_changes(score, before)
    if any(change is not None for change in changes):
        blocks.insert(0, (view.heading(w("legend.change")), _change_rows(view, changes)))
    return Legend(blocks)


def _change_rows(view: View, changes: Sequence[float | None]) -> list[LegendRow]:
    w = view.words
    low, high = _gain_breaks(changes)
    rows = []
    if any(c is not None and c > _NEAR_MIN for c in changes):
        rows.append(LegendRow("fill", w("legend.longer"), colour=WORSE_ORANGE))
    rows.append(LegendRow("fill", w("change.none"), colour=UNCHANGED))
    if high > 0:
        texts = (
            w("legend.up_to", v=w.minutes(low)),
            f"{w.minutes(low)} {DASH} {w.minutes(high)}",
            w("legend.over", v=w.minutes(high)),
        )
        rows += [
            LegendRow("fill", text, colour=colour)
            for text, colour in zip(texts, BETTER_BLUE, strict=True)
        ]
    return rows


# -- tables --------------------------------------------------------------------------------


def opened_table(view: View, run: StoredRun, score: Score, plan: Plan) -> pd.DataFrame:
    """The branches to open: whom they serve, and the travel they save; most saved first."""
    w = view.words
    saved = hours_saved(run.problem, plan)
    rows = []
    for branch in sorted(score.branches, key=lambda b: -float(saved[b.site])):
        site = view.pack.sites[branch.site]
        if site.status == "existing":
            continue
        rows.append(
            {
                w("column.branch"): site.name,
                w("column.area"): view.area_name(int(run.problem.site_area[branch.site])),
                w("column.status"): w(f"status.{status_of(site)}"),
                w("column.services"): len(branch.services),
                w("column.visits"): round(branch.visits_per_year),
                w("column.saved"): round(float(saved[branch.site])),
                w("column.per_visit"): w.minutes(branch.mean_min),
            }
        )
    return pd.DataFrame(rows)


def hours_saved(problem: PlanningProblem, plan: Plan) -> NDArray[np.float64]:
    """Hours one way a year that visits to each branch are shorter than to today's nearest."""
    saved = np.zeros(len(problem.site_ids))
    today = todays_network(problem)
    if today is None:
        return saved
    before = np.full(problem.visits.shape, np.nan)
    old = today.assignment
    before[old.point, old.visit_type] = problem.minutes[old.point, old.site]
    new = plan.assignment
    visits = problem.visits[new.point, new.visit_type] * new.share
    gain = (before[new.point, new.visit_type] - problem.minutes[new.point, new.site]) * visits / 60
    np.add.at(saved, new.site, np.nan_to_num(gain))
    return saved


def mix_table(view: View, run: StoredRun, score: Score) -> pd.DataFrame:
    """Branch by service: offered today, added, or not offered."""
    w = view.words
    rows = []
    for branch in sorted(score.branches, key=lambda b: (-len(b.services), view.site_name(b.site))):
        site = view.pack.sites[branch.site]
        row = {w("column.branch"): view.site_name(branch.site)}
        for s in range(len(view.pack.services)):
            old = site.status == "existing" and bool(run.problem.today[branch.site, s])
            mark = "●" if old else "+"
            row[view.service_name(s)] = mark if s in branch.services else ""
        rows.append(row)
    return pd.DataFrame(rows)


def mix_sentence(view: View, score: Score) -> str:
    """How many kinds of branch there are, and where each service is offered."""
    w = view.words
    kinds = Counter(branch.services for branch in score.branches)
    offered = Counter(s for branch in score.branches for s in branch.services)
    text = ", ".join(f"{view.service_name(s)} {offered[s]}" for s in range(len(view.pack.services)))
    return w("mix.sentence", kinds=len(kinds), branches=len(score.branches), offered=text)


def area_table(view: View, score: Score, before: Score | None) -> pd.DataFrame:
    """Every area's minutes today and under the plan; the most gained first."""
    w = view.words
    changes = area_changes(score, before)
    rows = [
        {
            w("column.area"): view.area_name(now.area),
            w("column.before"): _whole(before.areas[k].mean_min if before else None),
            w("column.after"): _whole(now.mean_min),
            w("column.change"): _whole(changes[k]),
            w("column.branches"): now.branches,
            w("column.visits"): round(now.visits_per_year),
        }
        for k, now in enumerate(score.areas)
    ]
    return pd.DataFrame(rows).sort_values(w("column.change"), kind="stable")


def area_sentence(view: View, score: Score, before: Score | None) -> str:
    """How many areas gain and lose, and which gains most."""
    w = view.words
    changes = [(c, k) for k, c in enumerate(area_changes(score, before)) if c is not None]
    if not changes:
        return ""
    gained = sum(c < -_NEAR_MIN for c, _ in changes)
    lost = sum(c > _NEAR_MIN for c, _ in changes)
    most, k = min(changes)
    text = w("result.areas", gained=gained, lost=lost, same=len(changes) - gained - lost)
    if most < -_NEAR_MIN:
        text += " " + w("result.areas_most", area=view.area_name(k), v=view.minutes(-most))
    return text


def cost_table(view: View, run: StoredRun, score: Score) -> pd.DataFrame:
    """What the plan costs a year and once: kept and new branches, and the limits."""
    w = view.words
    groups = {"cost.kept": True, "cost.new": False}
    rows = []
    for key, existing in groups.items():
        own = [b for b in score.branches if bool(run.problem.existing[b.site]) == existing]
        rows.append(
            _cost_row(view, key, sum(b.annual_kes for b in own), sum(b.capital_kes for b in own))
            | {w("column.branches"): str(len(own))}
        )
    if score.closed:
        spent = _cost_row(view, "cost.closed", None, sum(b.capital_kes for b in score.closed))
        rows.append(spent | {w("column.branches"): str(len(score.closed))})
    k = score.kpis
    total = _cost_row(view, "cost.total", k.annual_kes, k.capital_kes)
    rows.append(total | {w("column.branches"): str(k.branches)})
    limit = run.problem.rules
    if limit.annual_max_kes is not None or limit.capital_max_kes is not None:
        most = _cost_row(view, "cost.limit", limit.annual_max_kes, limit.capital_max_kes)
        count = limit.branches_max
        rows.append(most | {w("column.branches"): "" if count is None else str(count)})
    return pd.DataFrame(rows)


def _cost_row(view: View, key: str, annual: int | None, capital: int | None) -> dict[str, str]:
    w = view.words
    return {
        w("column.item"): w(key),
        w("column.annual"): "" if annual is None else w.money(annual),
        w("column.capital"): "" if capital is None else w.money(capital),
    }


# -- loads and standards ---------------------------------------------------------------------


def load_table(view: View, run: StoredRun, score: Score) -> pd.DataFrame:
    """How full each branch is in its format; the fullest first."""
    w, plan = view.words, run.report.plan
    rows = []
    for branch in sorted(score.branches, key=lambda b: -(b.load.utilisation or 0.0)):
        used = branch.load.utilisation
        rows.append(
            {
                w("column.branch"): view.site_name(branch.site),
                w("column.format"): run.problem.format_ids[branch.format] if plan else "",
                w("column.visits"): round(branch.load.visits),
                w("column.can_serve"): _whole(branch.load.capacity_visits),
                w("column.counters"): _whole(branch.load.counters),
                w("column.counter_work"): round(branch.load.minutes),
                w("column.utilisation"): _whole(None if used is None else used * 100),
            }
        )
    return pd.DataFrame(rows)


def counts_load(run: StoredRun) -> bool:
    """Whether a plan's branches are told with how full they are."""
    return run.problem.rules.capacity != "off" or len(run.problem.format_ids) > 1


def standards_table(view: View, score: Score) -> pd.DataFrame:
    """Every standard with what is asked for and what the plan reaches."""
    w = view.words
    rows = []
    for entry in score.standards:
        place = w("standards.everywhere") if entry.area is None else view.area_name(entry.area)
        rows.append(
            {
                w("column.service"): view.service_name(entry.service),
                w("column.where"): place,
                w("column.standard"): round(entry.within_min),
                w("column.asked"): w.share(entry.share_asked),
                w("column.reached"): w.share(entry.share_reached),
                w("column.short"): math.ceil(entry.visits_short - 1e-6),
                w("column.kind"): w("standards.hard" if entry.is_hard else "standards.soft"),
            }
        )
    return pd.DataFrame(rows)


def shortfall_sentence(view: View, report: SolveReport) -> str:
    """By how many visits soft rules are missed, and whether less is possible; '' when kept."""
    w = view.words
    if report.shortfall < 0.5:
        return ""
    count = w.count(report.shortfall)
    if report.shortfall - report.shortfall_bound < 1.0:
        return w("result.shortfall_least", n=count)
    return w("result.shortfall", n=count, least=w.count(report.shortfall_bound))


def _whole(value: float | None) -> int | None:
    return None if value is None or not np.isfinite(value) else round(value)
