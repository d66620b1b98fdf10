"""A finished run as tables: what opens, which services where, who gains, costs, loads."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.evaluate import Score, todays_network
from planner.plan import Plan
from planner.present.maps.gains import NEAR_MIN, area_changes
from planner.present.view import View, area_keys, site_keys, status_of
from planner.problem import PlanningProblem
from planner.runs.reading import StoredRun


def opened_table(view: View, run: StoredRun, score: Score, plan: Plan) -> pd.DataFrame:
    """The branches to open: whom they serve, and the travel they save; most saved first."""
    w = view.words
    saved = hours_saved(run.problem, plan)
    rows, opened = [], []
    for branch in sorted(score.branches, key=lambda b: -float(saved[b.site])):
        site = view.pack.sites[branch.site]
        if site.status == "existing":
            continue
        opened.append(branch.site)
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
    return pd.DataFrame(rows, index=site_keys(view, opened))


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
    ordered = sorted(score.branches, key=lambda b: (-len(b.services), view.site_name(b.site)))
    for branch in ordered:
        site = view.pack.sites[branch.site]
        row = {w("column.branch"): view.site_name(branch.site)}
        for s in range(len(view.pack.services)):
            old = site.status == "existing" and bool(run.problem.today[branch.site, s])
            mark = "●" if old else "+"
            row[view.service_name(s)] = mark if s in branch.services else ""
        rows.append(row)
    return pd.DataFrame(rows, index=site_keys(view, (branch.site for branch in ordered)))


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
    table = pd.DataFrame(rows, index=area_keys(view, (area.area for area in score.areas)))
    return table.sort_values(w("column.change"), kind="stable")


def area_sentence(view: View, score: Score, before: Score | None) -> str:
    """How many areas gain and lose, and which gains most."""
    w = view.words
    changes = [(c, k) for k, c in enumerate(area_changes(score, before)) if c is not None]
    if not changes:
        return ""
    gained = sum(c < -NEAR_MIN for c, _ in changes)
    lost = sum(c > NEAR_MIN for c, _ in changes)
    most, k = min(changes)
    text = w("result.areas", gained=gained, lost=lost, same=len(changes) - gained - lost)
    if most < -NEAR_MIN:
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
    ordered = sorted(score.branches, key=lambda b: -(b.load.utilisation or 0.0))
    for branch in ordered:
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
    return pd.DataFrame(rows, index=site_keys(view, (branch.site for branch in ordered)))


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


def _whole(value: float | None) -> int | None:
    return None if value is None or not np.isfinite(value) else round(value)
