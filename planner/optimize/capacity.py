"""How full a branch may be, (5) of the model: visits, and counter minutes pooled or by service."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pulp
from numpy.typing import NDArray

from planner.optimize.cliques import counter_minutes
from planner.optimize.rows import Choices, Rows
from planner.optimize.serving import Shares
from planner.optimize.sets import ModelSets, has_capacity
from planner.problem import PlanningProblem

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Capacity:
    """What the rows of (5) brought: counters k_js, and shortfalls in visits."""

    counters: dict[tuple[int, int], pulp.LpVariable]
    shortfalls: list[pulp.LpVariable]


def add_capacity(
    rows: Rows,
    problem: PlanningProblem,
    sets: ModelSets,
    choices: Choices,
    shares: Shares,
    *,
    may_fall_short: bool,
) -> Capacity:
    """(5), site by site. A limit that the visits within reach cannot exceed gets no row."""
    brought = Capacity({}, [])
    if not has_capacity(problem):
        return brought
    mean = mean_visit_minutes(problem)
    minutes = counter_minutes(problem)
    for load in _loads(problem, sets, shares):
        j, formats = load.site, choices.taken[load.site]

        def missing(name: str, most: float) -> list[tuple[pulp.LpVariable, float]]:
            if not may_fall_short:
                return []
            brought.shortfalls.append(rows.share(name, most))
            return [(brought.shortfalls[-1], -1.0)]

        most = float(load.visits.sum())
        limits = {f: min(most, float(problem.capacity_visits[j, f])) for f in formats}
        if min(limits.values(), default=most) < most:
            terms = load.terms(load.visits) + [(formats[f], -q) for f, q in limits.items()]
            rows.add([*terms, *missing(f"v_{j}", most)], "<=", 0, f"capacity__{j}")
        if mean <= 0:
            continue
        if problem.rules.counters == "pooled":
            most = float(load.minutes.sum())
            limits = {f: min(most, float(minutes[j, f])) for f in formats}
            if min(limits.values(), default=most) < most:
                terms = load.terms(load.minutes) + [(formats[f], -q) for f, q in limits.items()]
                short = [(v, -mean) for v, _ in missing(f"w_{j}", most / mean)]
                rows.add([*terms, *short], "<=", 0, f"counter_minutes__{j}")
            continue
        if not np.isfinite(problem.counters[j, list(formats)]).any():
            continue
        each = problem.counter_minutes_per_year
        needed = {
            s: math.ceil(float(work.sum()) / each * (1 - 1e-12))
            for s in range(len(problem.service_ids))
            if (work := load.work_on(problem, s)).any()
        }
        most_needed = sum(needed.values())
        counted = {f: min(most_needed, float(problem.counters[j, f])) for f in formats}
        if min(counted.values(), default=most_needed) >= most_needed:
            continue
        aside = []
        for s, many in needed.items():
            work = load.work_on(problem, s)
            counters = rows.share(f"k_{j}_{s}", many, whole=True)
            brought.counters[j, s] = counters
            aside.append((counters, 1.0))
            short = [(v, -mean) for v, _ in missing(f"w_{j}_{s}", float(work.sum()) / mean)]
            rows.add(
                [*load.terms(work), (counters, -each), *short],
                "<=",
                0,
                f"counter_minutes__{j}_{s}",
            )
        taken = [(formats[f], -n) for f, n in counted.items()]
        rows.add([*aside, *taken], "<=", 0, f"counters__{j}")
    return brought


def add_total_capacity(
    rows: Rows, problem: PlanningProblem, sets: ModelSets, choices: Choices
) -> None:
    """All branches together can serve all who must be served: true of every plan that keeps (5).

    It adds nothing to the whole model; the rules alone learn from it how much is needed.
    """
    if not has_capacity(problem):
        return
    for name, each, limit in (
        ("visits", np.ones(len(problem.visit_type_ids)), problem.capacity_visits),
        ("minutes", problem.visit_minutes, counter_minutes(problem)),
    ):
        needed, near = 0.0, np.zeros(len(problem.site_ids))
        for entry in sets.classes:
            amount = entry.visits * each[entry.kinds[0]]
            reach = np.isfinite(problem.impedance)
            near += amount @ (reach & sets.able(entry.needs))
            needed += float(amount[(reach & sets.could_complete(entry.needs)).any(axis=1)].sum())
        most = np.minimum(limit, np.minimum(near, needed)[:, None])
        terms = [
            (v, float(most[j, f])) for j, row in enumerate(choices.taken) for f, v in row.items()
        ]
        if needed > 0:
            rows.add(terms, ">=", needed * (1 - 1e-9), f"total_capacity__{name}")


def mean_visit_minutes(problem: PlanningProblem) -> float:
    """Counter minutes of the mean visit; 0 without visits."""
    total = float(problem.visits.sum())
    return float((problem.visits @ problem.visit_minutes).sum()) / total if total > 0 else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class _Load:
    """The arcs to one site: their shares, visits, counter minutes and visit types."""

    site: int
    x: list[pulp.LpVariable]
    visits: Floats
    minutes: Floats
    kind: NDArray[np.int64]

    def terms(self, amounts: Floats) -> list[tuple[pulp.LpVariable, float]]:
        return [(v, a) for v, a in zip(self.x, amounts.tolist(), strict=True) if a]

    def work_on(self, problem: PlanningProblem, s: int) -> Floats:
        worked = problem.does[self.kind, s] * float(problem.service_counter_min[s])
        return np.asarray(self.visits * worked)


def _loads(problem: PlanningProblem, sets: ModelSets, shares: Shares) -> list[_Load]:
    arcs = shares.arcs
    visits = shares.weight[arcs.row]
    kinds = np.array([entry.kinds[0] for entry in sets.classes], dtype=np.int64)
    kind = kinds[arcs.demand_class[arcs.row]] if kinds.size else arcs.row
    order = np.argsort(arcs.site, kind="stable")
    where, first = np.unique(arcs.site[order], return_index=True)
    loads = []
    for j, own in zip(where.tolist(), np.split(order, first[1:]), strict=True):
        sent = visits[own]
        minutes = sent * problem.visit_minutes[kind[own]]
        loads.append(_Load(j, [shares.x[arc] for arc in own.tolist()], sent, minutes, kind[own]))
    return loads
