"""Remedies as plain values with ids in place of positions, and as lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from planner.insight.levers.told import effect_told, left_out_told
from planner.insight.levers.words import VERDICTS, WHY, step_words
from planner.insight.remedies import BranchRemedies
from planner.pack.types import Pack
from planner.problem import PlanningProblem

Told = Mapping[str, Any]
FLAGS = {
    "rating": "mean rating {value:.2f}, should reach {limit:g}",
    "audit": "audit {value:.0%} of the points, should reach {limit:.0%}",
    "wait": "recorded wait {value:.0f} min, {limit:g} aimed at",
    "turned_away": "{value:.0%} turned away by the records, {limit:.0%} at most",
    "overflow": "{value:.0%} of what its counters can serve at the peak hour",
}
LEFT = {
    "online": "a step online",
    "assisted": "an assisted point",
    "information": "information",
    "counter": "a counter more",
    "minutes": "work redesigned",
    "branch": "a branch or service nearer",
}


def remedies_told(
    pack: Pack, problem: PlanningProblem, found: Sequence[BranchRemedies]
) -> dict[str, Any]:
    """Every flagged branch with flags, remedies and what has no figure."""
    return {
        "currency": pack.currency,
        "branches": [_branch_told(problem, each) for each in found],
    }


def _branch_told(problem: PlanningProblem, each: BranchRemedies) -> dict[str, Any]:
    return {
        "site": problem.site_ids[each.site],
        "flags": [
            {"rule": flag.rule, "value": flag.value, "limit": flag.limit} for flag in each.flags
        ],
        "visits": each.visits,
        "missing_counters": each.missing,
        "remedies": [
            {**effect_told(one.effect, problem, each.visits, ()), "is_new": one.is_new}
            for one in each.remedies
        ],
        "left_out": [left_out_told(one) for one in each.left_out],
        "without_figure": [{"what": what, "value": value} for what, value in each.weak],
    }


def remedy_lines(told: Told, names: Mapping[str, str]) -> Iterator[str]:
    """Branch by branch: why it is flagged, and what would help, the best for the money first."""
    if not told["branches"]:
        yield (
            "No branch is flagged: no rating, audit, recorded wait or share turned away is past "
            "its threshold, and no known counters overflow. Add survey.csv, audit.csv or "
            "work_records.csv to have branches judged."
        )
    money = told["currency"]
    for each in told["branches"]:
        why = "; ".join(FLAGS[flag["rule"]].format(**flag) for flag in each["flags"])
        yield f"{names.get(each['site'], each['site'])}, {each['visits']:,.0f} visits a year: {why}"
        if each["missing_counters"]:
            yield f"  lacks {each['missing_counters']} counters at the peak hour"
        for rank, one in enumerate(each["remedies"], 1):
            likely, ratio = one["likely"], one["saved_per_kes"]
            rate = "costs nothing" if ratio is None else f"{ratio:.2f} {money} saved for each"
            yield (
                f"  {rank}. {remedy_words(one, names)}: {rate} (customers save {money} "
                f"{likely['customers_kes']:,.0f}, it costs {money} {likely['public_kes']:,.0f} a "
                f"year); {VERDICTS[one['verdict']]}"
            )
        if not each["remedies"]:
            yield "  nothing that can be reckoned saves its customers anything"
        for one in each["left_out"]:
            if one["why"] == "branch":
                yield "  no figure: the plan adds no branch or service that is nearer to them"
                continue
            reason = WHY[one["why"]].format(keys=", ".join(one["keys"]))
            yield f"  no figure: {LEFT[one['lever']]}, {reason}"
        for one in each["without_figure"]:
            yield f"  no figure: what mending this costs and saves: {one['what']}"


def remedy_words(one: Told, names: Mapping[str, str]) -> str:
    """What one remedy is."""
    if one["lever"] == "minutes":
        return "work redesigned there"
    if one["lever"] == "branch":
        place = names.get(one["site"], one["site"])
        return f"{'a branch' if one['is_new'] else 'more services'} at {place}"
    if one["lever"] == "counter":
        return "one counter more there"
    return f"{step_words(one, names)}, for its catchment"
