"""Levers and packages as plain values with ids in place of positions, for JSON and for words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from planner.insight.levers.answer import Answer, cannot_be_told_apart, high_ratio, low_ratio
from planner.insight.levers.answer import verdict as verdict_of
from planner.insight.levers.menu import Menu
from planner.insight.levers.outcomes import Effect, LeftOut, Outcome
from planner.insight.levers.packages import Point
from planner.pack.figures import Figure
from planner.problem import PlanningProblem


def levers_told(answer: Answer) -> dict[str, Any]:
    """The ranking, with ranges, figures and what was left out."""
    ground = answer.ground
    problem, effects = ground.problem, answer.effects
    visits = float(ground.base.sum())
    ranked = [effect_told(each, problem, visits, effects) for each in effects]
    best = effects[0] if effects else None
    return {
        "currency": ground.pack.currency,
        "areas": len(problem.area_codes),
        "counter_minutes_per_year": ground.pack.counter_minutes_per_year.value,
        "visits_per_year": visits,
        "knowledge": ground.knowledge,
        "counters_known": all(queue.basis != "needed" for queue in answer.plan.queues),
        "levers": ranked,
        "counters": [effect_told(each, problem, visits, ()) for each in answer.counters],
        "left_out": [left_out_told(each) for each in answer.left_out],
        "best_may_be": []
        if best is None
        else [_name(each, problem) for each in cannot_be_told_apart(best, effects)],
    }


def _name(effect: Effect, problem: PlanningProblem) -> dict[str, Any]:
    kind, site = effect.visit_type, effect.site
    return {
        "lever": effect.lever,
        "visit_type": None if kind is None else problem.visit_type_ids[kind],
        "site": None if site is None else problem.site_ids[site],
    }


def effect_told(
    effect: Effect, problem: PlanningProblem, visits: float, others: tuple[Effect, ...]
) -> dict[str, Any]:
    """One step; `visits` are those that its share is of, `others` those it may not differ from."""
    likely = effect.likely
    return {
        **_name(effect, problem),
        "visits": likely.visits,
        "visits_share": likely.visits / visits if visits > 0 else 0.0,
        "saved_per_kes": likely.ratio,
        "saved_per_kes_low": _finite(low_ratio(effect)),
        "saved_per_kes_high": _finite(high_ratio(effect)),
        "verdict": verdict_of(effect),
        "worst": _outcome_told(effect.worst),
        "likely": _outcome_told(likely),
        "best": _outcome_told(effect.best),
        "known_kes": effect.known_kes,
        "unproved_kes": effect.unproved_kes,
        "not_told_apart_from": [_name(e, problem) for e in cannot_be_told_apart(effect, others)],
        "figures": [_figure_told(each) for each in effect.figures],
    }


def _outcome_told(outcome: Outcome) -> dict[str, float]:
    return {
        "visits": outcome.visits,
        "travel_min": outcome.travel_min,
        "wait_min": outcome.wait_min,
        "travel_kes": outcome.travel_kes,
        "customers_kes": outcome.kes,
        "public_kes": outcome.cost,
        "counter_min_freed": outcome.counter_min,
        "first_step_kes": outcome.first_cost,
    }


def _figure_told(figure: Figure) -> dict[str, Any]:
    return {
        "name": figure.name,
        "mode": figure.value,
        "low": figure.low,
        "high": figure.high,
        "unit": figure.unit,
        "confidence": figure.mark.confidence,
        "source": figure.mark.source,
        "note": figure.mark.note,
    }


def left_out_told(each: LeftOut) -> dict[str, Any]:
    """What cannot be reckoned, why, and the keys that would help."""
    return {"lever": each.lever, "why": each.why, "keys": list(each.keys)}


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


# -- packages ------------------------------------------------------------------------------


def packages_told(menu: Menu, points: tuple[Point, ...]) -> dict[str, Any]:
    """The best package at each budget."""
    return {
        "networks": [
            {
                "opens": _ids(menu, each.opens),
                "branches": int(each.plan.is_open.sum()),
                "annual_kes": each.annual_kes,
            }
            for each in menu.networks
        ],
        "levels": sorted({*menu.levels.reshape(-1).tolist()}),
        "visits_not_compared": menu.visits_left_out,
        "left_out": [left_out_told(each) for each in menu.left_out],
        "budgets": [point_told(menu, each) for each in points],
    }


def point_told(menu: Menu, point: Point) -> dict[str, Any]:
    """One budget: what is bought, what it does, and what more money would buy."""
    bought, package, problem = point.bought, point.bought.package, menu.ground.problem
    return {
        "budget": bought.budget,
        "spent_kes": package.kes,
        "spent": _spent(bought.spent),
        "customers_kes": bought.kes,
        "travel_kes": bought.travel_kes,
        "travel_min": bought.travel_min,
        "wait_kes": bought.wait_kes,
        "wait_kes_as_chosen": bought.chosen_wait_kes,
        "chosen_kes": package.saved,
        "bound": _finite(package.bound),
        "gap": _finite(package.gap),
        "opens": _ids(menu, bought.network.opens),
        "branches": int(bought.network.plan.is_open.sum()),
        "counters": {
            problem.site_ids[j]: int(bought.more[j]) for j in np.flatnonzero(bought.more).tolist()
        },
        "visits": bought.account.totals(),
        "pulled": _pulled(menu, point),
        "next": {
            "more": point.next.more,
            "customers_kes": point.next.kes,
            "saved_per_kes": point.next.ratio,
            "lever": point.next.lever,
            "spent": _spent(point.next.spent),
        },
    }


def _spent(spent: Mapping[Any, float]) -> dict[str, float]:
    return {str(lever): float(kes) for lever, kes in spent.items()}


def _ids(menu: Menu, sites: tuple[int, ...]) -> list[str]:
    return [menu.ground.problem.site_ids[j] for j in sites]


def _pulled(menu: Menu, point: Point) -> list[dict[str, Any]]:
    """Levels above today's, by lever, visit type and level, with the areas."""
    ground, adoption = menu.ground, point.bought.adoption
    problem, found = ground.problem, []
    for lever in ("online", "assisted"):
        then, now = getattr(adoption, lever), getattr(ground.adoption, lever)
        for b, kind in enumerate(problem.visit_type_ids):
            for level in np.unique(then[then[:, b] > now[:, b], b]).tolist():
                chosen = np.flatnonzero((then[:, b] == level) & (then[:, b] > now[:, b])).tolist()
                areas = [problem.area_codes[c] for c in chosen]
                found.append({"lever": lever, "visit_type": kind, "level": level, "areas": areas})
    told = adoption.information.max(axis=1, initial=0.0)
    more = told > ground.adoption.information.max(axis=1, initial=0.0)
    for level in np.unique(told[more]).tolist():
        areas = [problem.area_codes[c] for c in np.flatnonzero(more & (told == level)).tolist()]
        found.append({"lever": "information", "visit_type": None, "level": level, "areas": areas})
    return found
