"""Uncertainty as plain values with ids in place of positions, for JSON, words and pages."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from planner.insight.assumptions import Assumption
from planner.insight.resolved import Core, Resolved
from planner.insight.sampled import Samples
from planner.insight.uncertain import MEASURES, Measure, Outcome, Tornado
from planner.pack.types import Pack
from planner.plan import SolveReport
from planner.problem import PlanningProblem

SOFT_MARKS = ("assumption", "general", None)  # figures that nobody has counted yet


def labels(figures: Sequence[Assumption], names: Mapping[str, str]) -> dict[str, str]:
    """What each figure is called, by key; with whom it speaks of where the name alone is not one.

    Args:
        figures: All that are told together.
        names: What people call the owners, by id.
    """
    many = Counter(each.name for each in figures)
    return {
        each.key: f"{each.name} ({', '.join(names.get(o, o) for o in each.owners)})"
        if each.owners and (many[each.name] > 1 or each.key.startswith("modes."))
        else each.name
        for each in figures
    }


def owner_names(pack: Pack) -> dict[str, str]:
    """What people call visit types, spreads, segments, sites and modes, by id."""
    spreads = {} if pack.rates is None else pack.rates.spreads
    return {
        **{spread.id: spread.name for spread in spreads.values()},
        **{site.id: site.name for site in pack.sites},
        **{mode.id: mode.name for mode in pack.modes},
        **{segment.id: segment.name for segment in pack.customers.segments},
        **{kind.id: kind.name for kind in pack.visit_types},
    }


def tornado_told(found: Tornado, measure: Measure, names: Mapping[str, str]) -> dict[str, Any]:
    """One figure at a time, sorted by the swing of a measure; those that do not move it last."""
    figures = [swing.assumption for swing in found.swings]
    label = labels(figures, names)
    swings = sorted(found.swings, key=lambda swing: -swing.size(measure))
    return {
        "measure": measure,
        "now": _outcome(found.now),
        "figures": [
            {
                **_figure(swing.assumption),
                "label": label[swing.assumption.key],
                "swing": swing.size(measure),
                "at_low": _outcome(swing.low),
                "at_high": _outcome(swing.high),
            }
            for swing in swings
        ],
        "without_effect": [each.key for each in found.without_effect],
        "left_out": [each.key for each in found.left_out],
    }


def samples_told(found: Samples, measure: Measure) -> dict[str, Any]:
    """The draws: bands of every measure, and what one of them follows."""
    ranks = found.correlations(measure)
    known = [
        {"key": each.key, "rank_correlation": rank}
        for each, rank in zip(found.figures, ranks, strict=True)
        if rank is not None
    ]
    return {
        "draws": len(found.drawn),
        "asked": found.asked,
        "bands": {each: _band(found, each) for each in MEASURES},
        "better_than_today": found.better_than_today,
        "keeps_rules": found.within_rules,
        "follows": sorted(known, key=lambda entry: -abs(float(str(entry["rank_correlation"])))),
        "noise": found.noise,
    }


def resolved_told(
    problem: PlanningProblem, found: Sequence[Resolved], core: Core, left_out: int
) -> dict[str, Any]:
    """The answers at the figures' ends, and how often each site is chosen."""
    sites = [
        {
            "site": problem.site_ids[j],
            "answers": int(core.count[j]),
            "by_the_rules": bool(core.fixed[j]),
        }
        for j in np.flatnonzero(core.count).tolist()
    ]
    return {
        "solved": [_resolved(problem, each) for each in found],
        "left_out": left_out,
        "answers": core.answers,
        "sites": sorted(sites, key=lambda entry: -int(str(entry["answers"]))),
        "robust": [problem.site_ids[j] for j in np.flatnonzero(core.robust)],
        "swing": [problem.site_ids[j] for j in np.flatnonzero(core.swing)],
    }


def joined(
    report: SolveReport, before: Mapping[str, Any], now: Mapping[str, Any]
) -> dict[str, Any]:
    """Two lots of answers about one plan, each as `resolved_told` tells it, as one.

    Args:
        report: The plan, which is an answer of both.
        before: The answers known first.
        now: The others, with what is still left out.
    """
    problem, plan = report.problem, report.plan
    if plan is None:
        raise ValueError("the answer has no plan to keep")
    ids = problem.site_ids
    count = Counter({ids[j]: -1 for j in np.flatnonzero(plan.is_open)})  # it was counted twice
    fixed = set()
    for each in (*before["sites"], *now["sites"]):
        count[each["site"]] += each["answers"]
        if each["by_the_rules"]:
            fixed.add(each["site"])
    answers = before["answers"] + now["answers"] - 1
    sites = [
        {"site": site, "answers": count[site], "by_the_rules": site in fixed}
        for site in ids
        if count[site] > 0
    ]
    return {
        "solved": [*before["solved"], *now["solved"]],
        "left_out": now["left_out"],
        "answers": answers,
        "sites": sorted(sites, key=lambda entry: -count[str(entry["site"])]),
        "robust": [site for site in ids if count[site] == answers and site not in fixed],
        "swing": [site for site in ids if 0 < count[site] < answers],
    }


def _resolved(problem: PlanningProblem, found: Resolved) -> dict[str, Any]:
    high = found.regret_high
    return {
        "key": found.question.assumption.key,
        "end": found.question.end,
        "value": found.question.value,
        "verdict": found.verdict,
        "status": found.answer.status,
        "gap": found.answer.gap,
        "opens": [problem.site_ids[j] for j in found.opens],
        "closes": [problem.site_ids[j] for j in found.closes],
        "kept_objective": None if found.kept is None else _known(found.kept.objective),
        "best_objective": found.answer.objective,
        "regret_low": found.regret_low,
        "regret_high": None if high is None else _known(high),
        "shortfall_more": _known(found.shortfall_more),
    }


def _figure(figure: Assumption) -> dict[str, Any]:
    return {
        "key": figure.key,
        "name": figure.name,
        "of": list(figure.owners),
        "unit": figure.unit,
        "low": figure.low,
        "mode": figure.mode,
        "high": figure.high,
        "confidence": figure.mark.confidence,
        "source": figure.mark.source,
    }


def _outcome(found: Outcome) -> dict[str, Any]:
    measured: dict[str, Any] = {measure: found.value(measure) for measure in MEASURES}
    return asdict(found) | measured | {"shortfall": _known(found.shortfall)}


def _band(found: Samples, measure: Measure) -> dict[str, float] | None:
    band = found.band(measure)
    return None if band is None else {"p10": band[0], "median": band[1], "p90": band[2]}


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None
