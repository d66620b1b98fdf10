"""Who comes, the queues that follow, and the tie-out, as plain values with ids, for JSON."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from planner.evaluate.choice import Coming, new_branches
from planner.evaluate.queues import BranchQueue
from planner.evaluate.tieout import Held, TieOut
from planner.pack.types import Pack
from planner.plan import Plan
from planner.problem import PlanningProblem


def coming_told(
    pack: Pack,
    problem: PlanningProblem,
    plan: Plan,
    coming: Coming,
    queues: Sequence[BranchQueue],
) -> dict[str, Any]:
    """One rule of choice: the network's figures, and every branch with its queue."""
    is_new = new_branches(problem, plan)
    return {
        "rule": coming.rule,
        "knowledge": coming.knowledge,
        "visits_per_year": float(coming.visits.sum()),
        "unserved_visits_per_year": float(coming.unserved.sum()),
        "mean_min": coming.mean_min,
        "mean_km": coming.mean_km,
        "within_standard": coming.within_standard,
        "elsewhere_than_planned": coming.elsewhere,
        "branches_overflowing": sum(queue.overflows for queue in queues),
        "overflow_per_peak_hour": sum(queue.peak.overflow for queue in queues),
        "counters": sum(queue.counters for queue in queues),
        "counters_needed": sum(queue.needed for queue in queues),
        "counters_missing": sum(queue.missing for queue in queues),
        "idle_branches": sum(queue.is_idle is True for queue in queues),
        "branches_of_unknown_use": sum(queue.is_idle is None for queue in queues),
        "idle_desks": sum(desk.is_idle for queue in queues for desk in queue.desks),
        "branches": [
            {
                "site": problem.site_ids[queue.site],
                "name": pack.sites[queue.site].name,
                "new": bool(is_new[queue.site]),
                "visits": {
                    name: float(count)
                    for name, count in zip(
                        problem.visit_type_ids, coming.visits[queue.site], strict=True
                    )
                },
                **queue_told(problem, queue),
            }
            for queue in queues
        ],
    }


def queue_told(problem: PlanningProblem, queue: BranchQueue) -> dict[str, Any]:
    """The queue of one branch; what is not known is None, and a use without counters to use."""
    measured = queue.is_measured
    return {
        "visits_per_year": queue.visits,
        "visits_of_unknown_minutes": queue.unknown_visits,
        "peak_arrivals_per_hour": queue.arrivals_per_hour,
        "counter_min_per_visit": queue.service_min if measured else None,
        "counters": queue.counters if measured or queue.basis != "needed" else None,
        "counters_are": queue.basis,
        "use_of_year": _known(queue.use) if measured else None,
        "use_at_peak": _known(queue.peak.utilisation) if measured else None,
        "overflow_per_peak_hour": queue.peak.overflow,
        "overflows": queue.overflows,
        "wait_min": queue.peak.wait_min if measured else None,
        "counters_needed": queue.needed if measured else None,
        "counters_needed_for_wait": queue.needed_for_wait if measured else None,
        "counters_missing": queue.missing if measured else None,
        "idle": queue.is_idle,
        "desks": [
            {
                "service": problem.service_ids[desk.service],
                "counters": desk.counters,
                "use_of_year": desk.use,
                "idle": desk.is_idle,
            }
            for desk in queue.desks
        ],
        "services_of_unknown_minutes": [problem.service_ids[s] for s in queue.unknown_services],
    }


def tie_out_told(pack: Pack, problem: PlanningProblem, held: TieOut) -> dict[str, Any]:
    """The model against one set of counts, branch by branch and in one figure for each rule."""
    counted, fit = held.counted, held.fit
    ids = [problem.site_ids[j] for j in counted.sites.tolist()]
    told: dict[str, Any] = {
        "basis": counted.basis,
        "what": counted.what,
        "when": counted.when,
        "visit_type": problem.visit_type_ids[counted.visit_type],
        "counted": float(counted.counts.sum()),
        "tolerance": held.tolerance,
        "agrees": any(each.agrees for each in held.held),
        "rules": [_rule_told(pack, held, each) for each in held.held],
        "branches": [
            {
                "site": site,
                "name": pack.sites[j].name,
                "count": float(counted.counts[n]),
                "share": float(counted.shares[n]),
                **{each.rule: float(each.shares[n]) for each in held.held},
            }
            for n, (site, j) in enumerate(zip(ids, counted.sites.tolist(), strict=True))
        ],
        "fit": None,
    }
    if fit is not None:
        size = counted.sites.size
        off = np.abs(fit.left_out[:size] - counted.shares)
        told["fit"] = {
            "decay_per_km": fit.decay,
            "attraction": {ids[n]: float(fit.attraction[n]) for n in fit.asked},
            "free_values": fit.free_values,
            "counts": size,
            "at_limit": fit.at_limit,
            "left_out": {ids[n]: _known(float(fit.left_out[n])) for n in range(size)},
            "left_out_mean_miss": _known(float(np.nanmean(off))) if _any(off) else None,
            "left_out_largest_miss": _known(float(np.nanmax(off))) if _any(off) else None,
        }
    return told


def _rule_told(pack: Pack, held: TieOut, each: Held) -> dict[str, Any]:
    site = pack.sites[int(held.counted.sites[each.worst])]
    return {
        "rule": each.rule,
        "missed": each.missed,
        "agrees": each.agrees,
        "largest_miss": {"site": site.id, "name": site.name, "off": float(each.off[each.worst])},
    }


def _any(values: np.ndarray) -> bool:
    return bool(np.isfinite(values).any())


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


# -- in a sentence -------------------------------------------------------------------------

RULE_WORDS = {
    "nearest": "sending everybody to the nearest branch",
    "huff": "the pack's choice by distance and attraction",
    "fitted": "that choice fitted to these counts",
}


def tie_out_sentence(told: dict[str, Any]) -> str:
    """How far each rule of choice misses what was counted, and what is not to be trusted."""
    missed = "; ".join(
        f"{RULE_WORDS[each['rule']]} misses {_of_100(each)}" for each in told["rules"]
    )
    what = told["what"] if told["basis"] == "counts" else f"recorded visits, {told['what']}"
    text = f"Held against {told['counted']:,.0f} {what} ({told['when']}): {missed}."
    nearest = told["rules"][0]
    allowed = f"{100 * told['tolerance']:.3g} of 100"
    if nearest["agrees"]:
        return f"{text} Nearest choice agrees: at most {allowed} may be at another branch."
    worst = nearest["largest_miss"]
    few = "too few" if worst["off"] < 0 else "too many"
    return (
        f"{text} More than {allowed} is too much: loads of branches by nearest choice are not to "
        f"be trusted, least of all at {worst['name']} ({100 * abs(worst['off']):.0f} points {few})."
    )


def _of_100(rule: dict[str, Any]) -> str:
    return f"{100 * rule['missed']:.1f} of 100"
