"""The audit of a network that is given: its scores, and every duplicate with its evidence."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from planner.errors import PlannerError
from planner.evaluate import Score, listed_network, score
from planner.evaluate.choice_told import tie_out_sentence, tie_out_told
from planner.evaluate.reach import require_minutes
from planner.evaluate.tieout import tie_outs
from planner.insight.duplicates import DuplicateAudit, Thresholds, audit_duplicates
from planner.insight.duplicates.told import audit_told
from planner.pack.types import Pack
from planner.plan import Plan
from planner.problem import PlanningProblem
from planner.runs import StoredRun
from planner.runs.content import told_of, travel_told
from planner.scenario import Scenario, build
from planner.terminal import sure, travel_lines

DISTANCES_KM = (15, 30, 60, 100)


@dataclass(frozen=True, slots=True, eq=False)
class Audited:
    """A network to audit, with the question that it stands in and its score."""

    name: str
    pack: Pack
    problem: PlanningProblem
    plan: Plan
    score: Score


def listed(pack: Pack, scenario: Scenario | None = None) -> Audited:
    """Today's network, or the one that a scenario lists.

    Args:
        pack: The data pack.
        scenario: Adds the sites it locks open (each with the services listed for it), takes
            away those it locks closed, and brings its separations and travel model.

    Raises:
        PlannerError: There is no branch to audit.
    """
    asked = scenario or Scenario(name=f"{pack.name}: today", pack=pack.id)
    problem = build(pack, asked)
    rules = problem.rules
    is_open = problem.existing.copy()
    is_open[sorted(rules.locked_open)] = True
    is_open[sorted(rules.locked_closed)] = False
    is_open &= problem.today.any(axis=1)
    if not is_open.any():
        raise PlannerError("There is no branch to audit: the pack lists no existing office.")
    network = listed_network(problem, is_open)
    return Audited(asked.name, pack, problem, network, score(problem, network))


def of_run(run: StoredRun) -> Audited:
    """The plan of a run.

    Raises:
        PlannerError: The run found no plan.
    """
    plan, judged = run.report.plan, run.score
    if plan is None or judged is None:
        raise PlannerError("There is no network to audit: the run found no plan.")
    return Audited(run.scenario.name, run.pack, run.problem, plan, judged)


def audit(pack: Pack, scenario: Scenario | None = None) -> dict[str, Any]:
    """Score today's network, or the one that a scenario lists, as plain values: see `told`."""
    asked = listed(pack, scenario)
    return told(asked, found_of(asked))


def told(asked: Audited, found: DuplicateAudit | None) -> dict[str, Any]:
    """The scores of a network, its duplicates with their evidence, and how they are judged.

    `judged` is None where travel is a matrix of costs alone, by which nothing can be judged.
    """
    pack, problem, network, judged = asked.pack, asked.problem, asked.plan, asked.score
    names = [site.name for site in pack.sites]
    return {
        "schema": 1,
        "name": asked.name,
        "pack": {"id": pack.id, "name": pack.name, "year": pack.year, "currency": pack.currency},
        "fingerprint": problem.fingerprint,
        "travel": travel_told(problem.travel),
        "kpis": judged.kpis.as_dict(),
        "branches": [
            {
                "site": problem.site_ids[entry.site],
                "name": names[entry.site],
                "status": pack.sites[entry.site].status,
                "services": [problem.service_ids[s] for s in entry.services],
                "visits_per_year": entry.visits_per_year,
                "mean_min": entry.mean_min,
                "mean_km": entry.mean_km,
                "annual_kes": entry.annual_kes,
            }
            for entry in judged.branches
        ],
        "duplicates": [
            {
                "service": problem.service_ids[pair.service],
                "site_a": problem.site_ids[pair.site_a],
                "site_b": problem.site_ids[pair.site_b],
                "km": pair.km,
                "separation_km": None if pair.separation_km < 0 else pair.separation_km,
                "minutes": _number(pair.minutes),
                "separation_min": None if pair.separation_min < 0 else pair.separation_min,
                "load_visits_per_year": pair.load,
                "capacity_visits_per_year": _number(pair.capacity),
                "justified": pair.justified,
                "merge": {
                    "ends_at": problem.site_ids[pair.merge.site],
                    "visits_per_year": pair.merge.visits,
                    "stranded_per_year": pair.merge.stranded,
                    "extra_min_per_year": pair.merge.extra_min_per_year,
                    "extra_min_per_visit": pair.merge.extra_min_per_visit,
                    "saved_kes_per_year": pair.merge.saved_kes_per_year,
                },
            }
            for pair in judged.duplicates
        ],
        "tie_outs": [tie_out_told(pack, problem, each) for each in tie_outs(pack, problem)],
        "branch_pairs_within_km": _pairs_within(problem, network),
        "nearest_pair": _nearest_pair(problem, network),
        "areas": [
            {
                "area": problem.area_codes[entry.area],
                "name": problem.area_names[entry.area],
                "visits_per_year": entry.visits_per_year,
                "mean_min": entry.mean_min,
                "mean_km": entry.mean_km,
                "within_standard": entry.within_standard,
                "worst_min": entry.worst_min,
                "branches": entry.branches,
            }
            for entry in judged.areas
        ],
        "judged": None if found is None else audit_told(found, asked.pack),
    }


def found_of(asked: Audited, thresholds: Thresholds | None = None) -> DuplicateAudit | None:
    """The audit of duplicates; None where travel is a matrix of costs alone."""
    try:
        require_minutes(asked.pack, asked.problem)
    except PlannerError:
        return None
    return audit_duplicates(asked.problem, asked.plan, asked.score, asked.pack, thresholds)


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _between_open(problem: PlanningProblem, network: Plan) -> list[tuple[float, int, int]]:
    """Pairs of open branches with a service in common, nearest first, in road km."""
    sites = np.flatnonzero(network.is_open).tolist()
    pairs = [
        (float(problem.site_km[j, k]), j, k)
        for position, j in enumerate(sites)
        for k in sites[position + 1 :]
        if (network.offers[j] & network.offers[k]).any()
    ]
    return sorted(pairs)


def _pairs_within(problem: PlanningProblem, network: Plan) -> dict[str, int]:
    """How many pairs of branches with a service in common lie within some distances."""
    pairs = _between_open(problem, network)
    return {str(limit): sum(km <= limit for km, _, _ in pairs) for limit in DISTANCES_KM}


def _nearest_pair(problem: PlanningProblem, network: Plan) -> dict[str, Any] | None:
    pairs = [pair for pair in _between_open(problem, network) if math.isfinite(pair[0])]
    if not pairs:
        return None
    km, j, k = pairs[0]
    return {"site_a": problem.site_ids[j], "site_b": problem.site_ids[k], "km": km}


def audit_lines(told: dict[str, Any], pack: Pack) -> Iterator[str]:
    """The audit in words."""
    kpis, currency = told["kpis"], told["pack"]["currency"]
    travel = told_of(told["travel"])
    yield told["name"]
    yield (
        f"  {kpis['branches']} branches, {kpis['visits_per_year']:,.0f} visits a year, "
        f"{currency} {kpis['annual_kes']:,} a year"
    )
    if kpis["mean_min"] is not None:
        minutes = sure(f"{kpis['mean_min']:.1f} min", travel)
        km = sure(f"{kpis['mean_km']:.1f} km", travel)
        longest = sure(f"{kpis['worst_tenth_min']:.0f} min", travel)
        yield (
            f"  {minutes} and {km} a visit one way; "
            f"{kpis['within_standard']:.1%} within the standard; "
            f"the worst-served tenth travels {longest}"
        )
        yield from (f"  {text}" for text in travel_lines(travel, pack))
    for held in told["tie_outs"]:
        yield f"  {tie_out_sentence(held)}"
    if kpis["unserved_visits_per_year"]:
        yield f"  {kpis['unserved_visits_per_year']:,.0f} visits a year have no branch to go to"
    nearest = told["nearest_pair"]
    if nearest:
        km = sure(f"{nearest['km']:.0f} km", travel)
        yield (
            f"  nearest pair of branches that share a service: {nearest['site_a']} and "
            f"{nearest['site_b']}, {km} by road"
        )
    counts = ", ".join(
        f"{count} within {km} km" for km, count in told["branch_pairs_within_km"].items()
    )
    yield f"  pairs of branches that share a service: {counts} by road"
    pairs = kpis["duplicates"]
    yield (
        f"  duplicates by each service's own separation: {pairs['pairs']} pairs, "
        f"{pairs['justified']} justified by load, {pairs['unnecessary']} not needed by load"
    )
    for pair in told["duplicates"]:
        verdict = "justified by load" if pair["justified"] else "not needed by load"
        yield (
            f"    {pair['service']}: {pair['site_a']} - {pair['site_b']}, {_apart(pair)}, {verdict}"
        )
        yield f"      {_evidence(pair, currency)}"
    worst = sorted(
        (area for area in told["areas"] if area["mean_min"] is not None),
        key=lambda area: -area["mean_min"],
    )[:5]
    yield "  longest travel, mean one way: " + ", ".join(
        f"{area['name']} {area['mean_min']:.0f} min" for area in worst
    )


def _apart(pair: dict[str, Any]) -> str:
    """How far apart a pair is, in the measure that makes it a duplicate."""
    limit = pair["separation_km"]
    if limit is not None and pair["km"] <= limit:
        return f"{pair['km']:.0f} km (separation {limit:g} km)"
    return f"{pair['minutes']:.0f} min (separation {pair['separation_min']:g} min)"


def _evidence(pair: dict[str, Any], currency: str) -> str:
    """Load against capacity, and what it would mean to offer the service at one place only."""
    load, capacity, merge = (pair[k] for k in ("load_visits_per_year", _CAPACITY, "merge"))
    room = "no capacity given" if capacity is None else f"the larger can serve {capacity:,.0f}"
    words = f"{load:,.0f} visits a year at both, {room}; if {merge['ends_at']} ended it: "
    if merge["stranded_per_year"]:
        return f"{words}{merge['stranded_per_year']:,.0f} visits a year would have nowhere to go"
    extra = merge["extra_min_per_visit"]
    longer = "nobody would move" if extra is None else f"{extra:+.1f} min a visit for "
    moved = "" if extra is None else f"{merge['visits_per_year']:,.0f} visits"
    return f"{words}{longer}{moved}, {currency} {merge['saved_kes_per_year']:,} a year saved"


_CAPACITY = "capacity_visits_per_year"
