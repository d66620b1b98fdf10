"""How firm a plan is, as plain values with ids and names in place of positions."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from planner.evaluate import score
from planner.insight.assumptions import Assumption
from planner.insight.frequency import Frequency, Tally
from planner.insight.lost import Loss
from planner.insight.lost_shock import Shock, hurts_most
from planner.insight.regret import Cell, Regret
from planner.insight.resolved import Question, Resolved
from planner.insight.robust import Robust, key_of
from planner.insight.told import price_told, unit_of
from planner.insight.uncertain_told import labels, owner_names
from planner.pack.types import Pack
from planner.plan import Plan
from planner.problem import PlanningProblem

MOVES_LISTED = 5  # branches that take most of a lost one's customers


def robust_told(found: Robust, pack: Pack, name: str) -> dict[str, Any]:
    """Everything that was found, for JSON, tables and words.

    Args:
        found: What was found.
        pack: Its pack.
        name: The scenario's name.
    """
    problem, report = found.report.problem, found.report
    label = _labels(found, pack)
    most = hurts_most(found.shocks)
    return {
        "schema": 1,
        "name": name,
        "pack": pack.id,
        "unit": unit_of(problem, pack.currency),
        "objective": report.objective,
        "gap": report.gap,
        "mean_min": None if report.plan is None else score(problem, report.plan).kpis.mean_min,
        "tolerance": None if found.ties is None else found.ties.tolerance,
        "plans": {
            "all": found.frequency.whole.plans,
            **{family: tally.plans for family, tally in found.frequency.families.items()},
        },
        "sites": _sites(found.frequency, problem, pack),
        "ends": [_end(each, problem, label) for each in found.ends],
        "losses": [_loss(each, found, pack) for each in found.losses],
        "shocks": [_shock(each, problem, pack) for each in found.shocks],
        "hurts_most": None if most is None else problem.site_ids[most.site],
        "regret": _regret(found, label),
        "left_out": {
            "ends": [_question(each, label) for each in found.left_out.ends],
            "sites": [problem.site_ids[j] for j in found.left_out.sites],
            "futures": [_named(key, found, label) for key in found.left_out.futures],
            "unsure": [_named(key, found, label) for key in found.left_out.unsure],
        },
    }


def _labels(found: Robust, pack: Pack) -> dict[str, str]:
    asked: Sequence[Question] = [each.question for each in found.ends]
    figures: dict[str, Assumption] = {
        each.assumption.key: each.assumption for each in (*asked, *found.left_out.ends)
    }
    return labels(list(figures.values()), owner_names(pack))


def _question(asked: Question, label: Mapping[str, str]) -> dict[str, Any]:
    figure = asked.assumption
    return {
        "figure": figure.key,
        "label": label[figure.key],
        "end": asked.end,
        "value": asked.value,
        "unit": figure.unit,
        "confidence": figure.mark.confidence,
        "source": figure.mark.source,
    }


# -- how often -----------------------------------------------------------------------------


def _sites(found: Frequency, problem: PlanningProblem, pack: Pack) -> list[dict[str, Any]]:
    """Sites that some plan opens, the most often chosen first."""
    sites = [
        {
            "site": problem.site_ids[j],
            "name": pack.sites[j].name,
            "area": problem.area_codes[int(problem.site_area[j])],
            "share": found.share(j),
            "how": found.how_often(j),
            "in_plan": bool(found.given.is_open[j]),
            "by_the_rules": bool(found.fixed[j]),
            **_counts(found, j),
            "services": _services(found, problem, j),
        }
        for j in np.flatnonzero(found.whole.open_count).tolist()
    ]
    return sorted(sites, key=lambda each: (-float(str(each["share"])), not each["in_plan"]))


def _services(found: Frequency, problem: PlanningProblem, j: int) -> list[dict[str, Any]]:
    return [
        {
            "service": problem.service_ids[s],
            "share": found.share(j, s),
            "how": found.how_often(j, s),
            "in_plan": bool(found.given.offers[j, s]),
            "by_the_rules": bool(found.fixed_offers[j, s]),
            **_counts(found, j, s),
        }
        for s in np.flatnonzero(found.whole.offer_count[j]).tolist()
    ]


def _counts(found: Frequency, j: int, s: int | None = None) -> dict[str, Any]:
    def count(tally: Tally) -> dict[str, int]:
        plans = tally.open_count[j] if s is None else tally.offer_count[j, s]
        return {"plans": int(plans), "of": int(tally.asked[j])}

    families = {family: count(tally) for family, tally in found.families.items()}
    return {**count(found.whole), "families": families}


# -- figures and losses --------------------------------------------------------------------


def _end(found: Resolved, problem: PlanningProblem, label: Mapping[str, str]) -> dict[str, Any]:
    return {
        **_question(found.question, label),
        "status": found.answer.status,
        "gap": found.answer.gap,
        "verdict": found.verdict,
        "opens": [problem.site_ids[j] for j in found.opens],
        "closes": [problem.site_ids[j] for j in found.closes],
    }


def _loss(found: Loss, whole: Robust, pack: Pack) -> dict[str, Any]:
    problem, answer = whole.report.problem, found.answer
    key = key_of(whole.report, found)
    mean = None
    if answer.plan is not None:
        mean = score(answer.problem, answer.plan).kpis.mean_min
    return {
        "site": problem.site_ids[found.site],
        "name": pack.sites[found.site].name,
        "is_existing": found.is_existing,
        "status": answer.status,
        "gap": answer.gap,
        "is_sure": key not in whole.left_out.unsure and answer.plan is not None,
        "opens": [problem.site_ids[j] for j in found.opens],
        "closes": [problem.site_ids[j] for j in found.closes],
        "mean_min": mean,
        "price": price_told(whole.report, found.price),
        "clashes": [clash.text for clash in answer.clashes],
    }


def _shock(found: Shock, problem: PlanningProblem, pack: Pack) -> dict[str, Any]:
    area = found.worst_area
    return {
        "site": problem.site_ids[found.site],
        "name": pack.sites[found.site].name,
        "is_existing": bool(problem.existing[found.site]),
        "visits_per_year": found.visits,
        "moved_visits_per_year": found.moved,
        "stranded_visits_per_year": found.stranded,
        "extra_min_per_year": found.extra_min,
        "extra_min_per_visit": found.extra_min_per_visit,
        "mean_min": found.mean_min,
        "worst_area": None if area is None else problem.area_codes[area],
        "worst_area_name": None if area is None else pack.areas[area].name,
        "worst_area_extra_min": found.worst_area_min,
        "services_lost": [problem.service_ids[s] for s in found.services],
        "overrun_visits_per_year": found.overrun,
        "overfull": [problem.site_ids[j] for j in found.overfull],
        "goes_to": [
            {
                "site": problem.site_ids[move.site],
                "name": pack.sites[move.site].name,
                "visits_per_year": move.visits,
                "share": move.visits / found.visits if found.visits > 0 else 0.0,
                "min": move.minutes,
                "extra_min": move.minutes - move.before_min,
            }
            for move in found.moves[:MOVES_LISTED]
        ],
        "goes_to_others": max(0, len(found.moves) - MOVES_LISTED),
    }


# -- regret --------------------------------------------------------------------------------


def _regret(found: Robust, label: Mapping[str, str]) -> dict[str, Any] | None:
    regret, problem = found.regret, found.report.problem
    if not regret.futures:
        return None
    first = regret.plans[0]
    plans = []
    for number, (keys, plan) in enumerate(zip(found.plans, regret.plans, strict=True)):
        worst = regret.worst(number)
        plans.append(
            {
                "keys": list(keys),
                "where": _named(keys[0], found, label),
                "is_given": number == 0,
                "rank": regret.order.index(number) + 1,
                "worst_future": regret.futures[worst].key,
                "largest": _cell(regret.cells[number][worst]),
                "mean": regret.mean(number),
                "opens": _more(problem, plan, first),
                "closes": _more(problem, first, plan),
                "cells": [_cell(cell) for cell in regret.cells[number]],
            }
        )
    return {
        "visits_per_year": float(problem.visits.sum()),
        "futures": [_future(found, at, label) for at in range(len(regret.futures))],
        "plans": plans,
        "safest": regret.order[0],
        "order": list(regret.order),
        "says": _says(regret),
    }


def _more(problem: PlanningProblem, plan: Plan, other: Plan) -> list[str]:
    """Sites that a plan opens and the other one does not."""
    return [problem.site_ids[j] for j in np.flatnonzero(plan.is_open & ~other.is_open).tolist()]


def _future(found: Robust, at: int, label: Mapping[str, str]) -> dict[str, Any]:
    future = found.regret.futures[at]
    return {**_named(future.key, found, label), "bound": future.bound}


def _named(key: str, found: Robust, label: Mapping[str, str]) -> dict[str, Any]:
    """What a plan or a future is, by its key: its kind, and what it is the kind of."""
    ends = {key_of(found.report, each): each.question for each in found.ends}
    if key in ends:
        return {"key": key, "kind": ends[key].end, **_question(ends[key], label)}
    head, _, rest = key.partition(":")
    if head == "without":
        return {"key": key, "kind": "lost", "site": rest}
    if head == "tie":
        return {"key": key, "kind": "tie", "number": int(rest)}
    return {"key": key, "kind": head, "run": rest} if head == "run" else {"key": key, "kind": key}


def _says(regret: Regret) -> str:
    """How the safest plan compares with the given one: same, safer or no_worse; or that none is.

    None is safe where each plan breaks a rule in some future in which another plan keeps it.
    """
    safest = regret.order[0]
    if regret.largest(safest).breaks_more:
        return "none"
    if safest == 0:
        return "same"
    first, best = regret.largest(0).size, regret.largest(safest).size
    return "safer" if best < first else "no_worse"


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "objective": _known(cell.objective),
        "mean_min": cell.mean_min,
        "keeps_rules": cell.keeps_rules,
        "low": cell.low,
        "high": _known(cell.high),
        "extra_min": cell.extra_min,
        "missed_more": cell.missed_more,
        "breaks_more": cell.breaks_more,
        "broken": cell.broken,
    }


def _known(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
