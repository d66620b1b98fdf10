"""The rules and the figures once more, in plain loops over every set: slow, and easy to trust.

The oracle for small problems under every rule of docs/model.md is

    best_plan(problem) -> Best(plan, objective, shortfall), or None where no plan keeps the rules

It looks at every network (open sites, formats, mixes). Where nearest choice keeps capacity,
standards and single assignment it is the best that a network can do; elsewhere the best
assignment, with counters, is found by a small mixed-integer program (scipy's `milp`). Least
shortfall comes first, then the least objective. Both figures are then recomputed from the plan by
`shortfall` and `objective`, in loops. `best_network` is the same as (plan, objective).

`keeps_rules(problem, plan)` says whether any given plan keeps every hard rule. Three or four
sites, two services and two or three formats are about as much as is sensible.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, combinations, product
from typing import NamedTuple

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from planner.evaluate import nearest_assignment
from planner.plan import Assignment, Plan
from planner.problem import PlanningProblem, Standard


class Best(NamedTuple):
    """The best plan: least shortfall first, then the least objective."""

    plan: Plan
    objective: float
    shortfall: float


# -- networks ------------------------------------------------------------------------------


def every_network(problem: PlanningProblem) -> Iterator[Plan]:
    """Every choice of branches, formats and mixes of at least one service, nearest choice.

    Also formats that a site may not take, and services that a format may not offer.
    """
    for plan in _empty_networks(problem):
        yield with_nearest_choice(problem, plan.is_open, plan.offers, plan.format)


def allowed_networks(problem: PlanningProblem) -> Iterator[Plan]:
    """The networks that keep every rule on branches, formats and mixes, nearest choice."""
    for plan in _empty_networks(problem):
        if keeps_network_rules(problem, plan):
            yield with_nearest_choice(problem, plan.is_open, plan.offers, plan.format)


def _empty_networks(problem: PlanningProblem) -> Iterator[Plan]:
    services = range(len(problem.service_ids))
    formats = range(len(problem.format_ids))
    mixes = chain.from_iterable(combinations(services, n) for n in range(1, len(services) + 1))
    choices = [(-1, ()), *((f, mix) for mix in mixes for f in formats)]
    none = np.zeros(0, dtype=np.int64)
    nobody = Assignment(none, none, none, np.zeros(0))
    for choice in product(choices, repeat=len(problem.site_ids)):
        is_open = np.array([f >= 0 for f, _ in choice])
        offers = np.array([[s in mix for s in services] for _, mix in choice])
        yield Plan(is_open, offers, nobody, np.array([f for f, _ in choice]))


def with_nearest_choice(problem, is_open, offers, formats) -> Plan:
    """The network with everyone at the nearest branch, and as many counters as that takes."""
    plan = Plan(is_open, offers, nearest_assignment(problem, is_open, offers), formats)
    if problem.rules.counters == "by_service" and problem.rules.capacity != "off":
        plan = replace(plan, counters=_needed_counters(problem, plan))
    return plan


def _needed_counters(problem: PlanningProblem, plan: Plan) -> np.ndarray:
    """Whole counters that carry all the work of a service, whether the branch has them or not."""
    needed = np.zeros(plan.offers.shape, dtype=np.int64)
    for (j, s), minutes in _minutes(problem, plan).items():
        if problem.counter_minutes_per_year > 0:
            needed[j, s] = math.ceil(minutes / problem.counter_minutes_per_year - 1e-9)
    return needed


def right_networks(problem: PlanningProblem) -> Iterator[Plan]:
    """The networks that keep every rule with nearest choice."""
    return (plan for plan in allowed_networks(problem) if keeps_assignment_rules(problem, plan))


def best_network(problem: PlanningProblem) -> tuple[Plan, float] | None:
    """The best plan with its objective; None where no plan keeps every rule."""
    found = best_plan(problem)
    return None if found is None else (found.plan, found.objective)


def best_plan(problem: PlanningProblem) -> Best | None:
    """The best of all plans, as told at the top."""
    networks = list(allowed_networks(problem))
    is_soft = problem.rules.capacity == "soft" or any(
        not standard.is_hard for standard in problem.rules.standards
    )
    least = math.inf if is_soft else 0.0
    reach: dict[int, float] = {}
    for n, plan in enumerate(networks):
        if is_soft and least > 0:
            reach[n] = _least_shortfall(problem, plan)
            least = min(least, reach[n])
    if math.isinf(least):
        return None
    # Nearest choice is the least that a network's objective can be, whatever the other rules.
    floor = [objective(problem, plan) for plan in networks]
    best = None
    for n in sorted(range(len(networks)), key=lambda n: (floor[n], n)):
        if best is not None and floor[n] >= best.objective:
            break
        if reach.get(n, least) > least + 1e-6:
            continue
        plan = _best_assignment(problem, networks[n], least if is_soft else None)
        if plan is not None and (best is None or objective(problem, plan) < best.objective - 1e-9):
            best = Best(plan, objective(problem, plan), shortfall(problem, plan))
    return best


# -- the best assignment of one network ----------------------------------------------------


def _least_shortfall(problem: PlanningProblem, network: Plan) -> float:
    if keeps_assignment_rules(problem, network) and shortfall(problem, network) == 0:
        return 0.0
    found = _Program(problem, network).solve("shortfall")
    return math.inf if found is None else shortfall(problem, found)


def _best_assignment(problem: PlanningProblem, network: Plan, most: float | None) -> Plan | None:
    """The plan of least objective with no more shortfall than `most`; None where there is none."""
    if (
        keeps_assignment_rules(problem, network)
        and shortfall(problem, network) <= (most or 0.0) + 1e-9
    ):
        return network
    return _Program(problem, network).solve("objective", most)


class _Program:
    """Shares, counters, shortfalls and the tail of one network as a mixed-integer program."""

    def __init__(self, problem: PlanningProblem, network: Plan) -> None:
        self.problem, self.network = problem, network
        self.cost: dict[str, list[float]] = {"shortfall": [], "objective": []}
        self.whole: list[int] = []
        self.upper: list[float] = []
        self.rows: list[tuple[dict[int, float], float, float]] = []
        self.arcs = self._assignment()
        self.counters = self._capacity()
        self._standards()
        self._tail()

    def _variable(self, upper=math.inf, *, whole=False, missed=0.0, worth=0.0) -> int:
        self.cost["shortfall"].append(missed)
        self.cost["objective"].append(worth)
        self.whole.append(int(whole))
        self.upper.append(upper)
        return len(self.upper) - 1

    def _assignment(self) -> dict[tuple[int, int, int], int]:
        problem, plan = self.problem, self.network
        arcs = {}
        for i, b in product(range(len(problem.point_ids)), range(len(problem.visit_type_ids))):
            own = [
                j
                for j in np.flatnonzero(plan.is_open).tolist()
                if math.isfinite(problem.impedance[i, j]) and plan.offers[j, problem.needs[b]].all()
            ]
            if problem.visits[i, b] <= 0 or not own:
                continue
            for j in own:
                travel = problem.visits[i, b] * problem.impedance[i, j]
                arcs[i, b, j] = self._variable(
                    1.0,
                    whole=problem.rules.assignment == "single",
                    worth=(1 - problem.rules.tail_share) * travel,
                )
            self.rows.append(({arcs[i, b, j]: 1.0 for j in own}, 1.0, 1.0))
        return arcs

    def _capacity(self) -> dict[tuple[int, int], int]:
        problem, plan, counters = self.problem, self.network, {}
        rules, each = problem.rules, problem.counter_minutes_per_year
        if rules.capacity == "off":
            return counters
        length = _mean_length(problem)
        for j in np.flatnonzero(plan.is_open).tolist():
            own = {(i, b): x for (i, b, site), x in self.arcs.items() if site == j}
            load = {x: float(problem.visits[i, b]) for (i, b), x in own.items()}
            self._limit(load, float(problem.capacity_visits[j, plan.format[j]]), 1.0)
            number = float(problem.counters[j, plan.format[j]])
            if math.isinf(number):
                continue
            work: dict[int, dict[int, float]] = {s: {} for s in range(len(problem.service_ids))}
            for (i, b), x in own.items():
                for s, row in work.items():
                    if problem.does[b, s]:
                        row[x] = float(problem.visits[i, b] * problem.service_counter_min[s])
            if rules.counters == "pooled":
                total: dict[int, float] = {}
                for row in work.values():
                    for x, minutes in row.items():
                        total[x] = total.get(x, 0.0) + minutes
                self._limit(total, number * each, length)
                continue
            for s, row in work.items():
                counters[j, s] = self._variable(number, whole=True)
                self._limit({**row, counters[j, s]: -each}, 0.0, length)
            self.rows.append(({counters[j, s]: 1.0 for s in work}, 0.0, number))
        return counters

    def _limit(self, row: dict[int, float], limit: float, unit: float) -> None:
        if math.isinf(limit):
            return
        if self.problem.rules.capacity == "soft" and unit > 0:
            row = {**row, self._variable(missed=1.0): -unit}
        self.rows.append((row, -math.inf, limit))

    def _standards(self) -> None:
        problem = self.problem
        for standard in problem.rules.standards:
            row = {
                x: float(problem.visits[i, b])
                for (i, b, j), x in self.arcs.items()
                if problem.does[b, standard.service]
                and _is_from(problem, standard, i)
                and problem.minutes[i, j] <= standard.within_min
            }
            if not standard.is_hard:
                row[self._variable(missed=1.0)] = 1.0
            self.rows.append((row, standard.share * _asked(problem, standard), math.inf))

    def _tail(self) -> None:
        rules, problem = self.problem.rules, self.problem
        if rules.tail_share <= 0:
            return
        served: dict[int, float] = {}
        for i, b in {(i, b) for i, b, _ in self.arcs}:
            served[i] = served.get(i, 0.0) + float(problem.visits[i, b])
        level = self._variable(worth=rules.tail_share * sum(served.values()))
        for i, visits in served.items():
            above = self._variable(worth=rules.tail_share * visits / rules.tail_beta)
            row = {
                x: -float(problem.visits[i, b] * problem.impedance[i, j]) / visits
                for (point, b, j), x in self.arcs.items()
                if point == i
            }
            self.rows.append(({**row, level: 1.0, above: 1.0}, 0.0, math.inf))

    def solve(self, goal: str, most: float | None = None) -> Plan | None:
        """The plan of least shortfall, or of least objective with no more shortfall than that."""
        rows = list(self.rows)
        if most is not None:
            missed = {x: cost for x, cost in enumerate(self.cost["shortfall"]) if cost}
            rows.append((missed, -math.inf, most + 1e-7))
        size = len(self.upper)
        if size == 0:  # nobody to be served
            return None if any(low > 0 for _, low, _ in rows) else self._plan(np.zeros(0))
        matrix = np.zeros((len(rows), size))
        for n, (row, _, _) in enumerate(rows):
            matrix[n, list(row)] = list(row.values())
        limits = np.array([[low, high] for _, low, high in rows]).reshape(-1, 2)
        found = milp(
            np.array(self.cost[goal]),
            integrality=np.array(self.whole),
            bounds=Bounds(0.0, np.array(self.upper)),
            constraints=LinearConstraint(matrix, limits[:, 0], limits[:, 1]),
            options={"mip_rel_gap": 0.0},
        )
        assert found.status in (0, 2), found.message
        return self._plan(found.x) if found.status == 0 else None

    def _plan(self, values: np.ndarray) -> Plan:
        share = {key: float(values[x]) for key, x in self.arcs.items() if values[x] >= 1e-9}
        total: dict[tuple[int, int], float] = {}
        for (i, b, _), part in share.items():
            total[i, b] = total.get((i, b), 0.0) + part
        rows = [(i, b, j, part / total[i, b]) for (i, b, j), part in share.items()]
        point, kind, site = (np.array([row[n] for row in rows], dtype=np.int64) for n in range(3))
        assignment = Assignment(point, kind, site, np.array([row[3] for row in rows], dtype=float))
        counters = None
        if self.network.counters is not None:
            counters = np.zeros(self.network.offers.shape, dtype=np.int64)
            for where, x in self.counters.items():
                counters[where] = round(float(values[x]))
        return replace(self.network, assignment=assignment, counters=counters)


# -- rules ---------------------------------------------------------------------------------


def keeps_rules(problem: PlanningProblem, plan: Plan) -> bool:
    """Whether a plan keeps every hard rule."""
    return keeps_network_rules(problem, plan) and keeps_assignment_rules(problem, plan)


def keeps_network_rules(problem: PlanningProblem, plan: Plan) -> bool:
    """Whether branches, formats and mixes keep their rules, whoever goes where."""
    rules = problem.rules
    sites = range(len(problem.site_ids))
    opened = [j for j in sites if plan.is_open[j]]
    new = [j for j in opened if not problem.existing[j]]
    mix = {j: set(np.flatnonzero(plan.offers[j]).tolist()) for j in opened}
    listed = {j: set(np.flatnonzero(problem.today[j]).tolist()) for j in sites}
    for j in opened:
        f = plan.format[j]
        if not problem.format_allowed[j, f]:
            return False
        if not mix[j] <= set(np.flatnonzero(problem.format_services[f]).tolist()):
            return False
    limits = [
        (rules.branches_max, len(opened)),
        (rules.new_max, len(new)),
        (rules.capital_max_kes, capital_kes(problem, plan)),
        (rules.annual_max_kes, annual_kes(problem, plan)),
        *(
            (limit, division_kes(problem, plan, d, "capital"))
            for d, limit in (rules.division_capital_max_kes or {}).items()
        ),
        *(
            (limit, division_kes(problem, plan, d, "annual"))
            for d, limit in (rules.division_annual_max_kes or {}).items()
        ),
    ]
    if any(limit is not None and spent > limit for limit, spent in limits):
        return False
    if len(opened) < (rules.branches_min or 0):
        return False
    if not rules.locked_open <= set(opened) or rules.locked_closed & set(opened):
        return False
    if any(j not in mix or s not in mix[j] for j, s in rules.locked_offered):
        return False
    if any(j in mix and s in mix[j] for j, s in rules.locked_withheld):
        return False
    for j, f in (rules.locked_format or {}).items():
        if j in mix and plan.format[j] != f:
            return False
    if rules.existing != "may_close":
        for j in np.flatnonzero(problem.existing).tolist():
            if j in rules.locked_closed:
                continue
            if j not in mix or (rules.existing == "keep" and not listed[j] <= mix[j]):
                return False
    if rules.mix == "as_listed" and any(mix[j] != listed[j] for j in opened):
        return False
    for c in range(len(problem.area_codes)):
        here = [j for j in opened if problem.site_area[j] == c]
        if len(here) < (rules.floor_areas or {}).get(c, rules.floor_branches):
            return False
        for s, least in (rules.floor_services or {}).items():
            if sum(s in mix[j] for j in here) < least:
                return False
    if rules.duplicates == "forbid" and sum(excess(problem, plan)) > 0:
        return False
    if rules.duplicates == "cap" and sum(excess(problem, plan)) > rules.duplicates_max:
        return False
    return not any(_left_out(problem, mix, listed))


def _left_out(
    problem: PlanningProblem, mix: dict[int, set[int]], listed: dict[int, set[int]]
) -> Iterator[bool]:
    """For every group of visits: whether no branch can serve it although some site could."""
    as_listed = problem.rules.mix == "as_listed"
    may = [set(np.flatnonzero(row).tolist()) for row in problem.format_services]
    for i, b in product(range(len(problem.point_ids)), range(len(problem.visit_type_ids))):
        needs = set(np.flatnonzero(problem.needs[b]).tolist())
        reach = [j for j in listed if math.isfinite(problem.impedance[i, j])]
        served = any(j in mix and needs <= mix[j] for j in reach)
        could = any(
            needs <= (listed[j] if as_listed else may[f]) and (not as_listed or listed[j] <= may[f])
            for j in reach
            for f in np.flatnonzero(problem.format_allowed[j]).tolist()
        )
        yield problem.visits[i, b] > 0 and could and not served


def keeps_assignment_rules(problem: PlanningProblem, plan: Plan) -> bool:
    """Whether everyone goes, once, where they can be served, within capacity and standards.

    Visits that no branch can serve may stay away.
    """
    rows = list(_rows(plan))
    served: dict[tuple[int, int], float] = {}
    for i, b, j, share in rows:
        if share == 0:
            continue
        if not plan.is_open[j] or not plan.offers[j, problem.needs[b]].all():
            return False
        if not math.isfinite(problem.impedance[i, j]) or not -1e-6 <= share <= 1 + 1e-6:
            return False
        served[i, b] = served.get((i, b), 0.0) + share
    for i, b in product(range(len(problem.point_ids)), range(len(problem.visit_type_ids))):
        able = any(
            plan.is_open[j]
            and plan.offers[j, problem.needs[b]].all()
            and math.isfinite(problem.impedance[i, j])
            for j in range(len(problem.site_ids))
        )
        if problem.visits[i, b] > 0 and abs(served.get((i, b), 0.0) - able) > 1e-6:
            return False
        goes = {j for point, kind, j, share in rows if (point, kind) == (i, b) and share > 1e-6}
        if problem.rules.assignment == "single" and problem.visits[i, b] > 0 and len(goes) > 1:
            return False
    if problem.rules.capacity == "hard" and any(_overload(problem, plan).values()):
        return False
    if plan.counters is not None:
        for j in range(len(problem.site_ids)):
            most = problem.counters[j, plan.format[j]] if plan.is_open[j] else 0
            if sum(plan.counters[j].tolist()) > most:
                return False
    return not any(
        standard.is_hard and _missing(problem, plan, standard)
        for standard in problem.rules.standards
    )


def shortfall(problem: PlanningProblem, plan: Plan) -> float:
    """Visits by which soft capacity and soft standards are missed."""
    total = 0.0
    if problem.rules.capacity == "soft":
        total += sum(_overload(problem, plan).values())
    for standard in problem.rules.standards:
        if not standard.is_hard:
            total += _missing(problem, plan, standard)
    return total


def _over(value: float, limit: float) -> float:
    return value - limit if value - limit > 1e-9 * limit + 1e-6 else 0.0


def _overload(problem: PlanningProblem, plan: Plan) -> dict[int, float]:
    """Visits above capacity of every open branch, minutes counted in visits of mean length."""
    each, over = problem.counter_minutes_per_year, {}
    length = _mean_length(problem)
    minutes = _minutes(problem, plan)
    for j in np.flatnonzero(plan.is_open).tolist():
        f = plan.format[j]
        load = sum(problem.visits[i, b] * share for i, b, k, share in _rows(plan) if k == j)
        over[j] = _over(load, problem.capacity_visits[j, f])
        number = problem.counters[j, f]
        if math.isinf(number):
            continue
        own = {s: minutes.get((j, s), 0.0) for s in range(len(problem.service_ids))}
        if plan.counters is None:
            long = _over(sum(own.values()), number * each)
        else:
            long = sum(_over(own[s], int(plan.counters[j, s]) * each) for s in own)
        over[j] += long / length if long else 0.0
    return over


def _minutes(problem: PlanningProblem, plan: Plan) -> dict[tuple[int, int], float]:
    """Counter minutes by site and service."""
    total: dict[tuple[int, int], float] = {}
    for i, b, j, share in _rows(plan):
        for s in np.flatnonzero(problem.does[b]).tolist():
            work = problem.visits[i, b] * share * problem.service_counter_min[s]
            total[j, s] = total.get((j, s), 0.0) + float(work)
    return total


def _mean_length(problem: PlanningProblem) -> float:
    work = visits = 0.0
    for i, b in product(range(len(problem.point_ids)), range(len(problem.visit_type_ids))):
        visits += problem.visits[i, b]
        for s in np.flatnonzero(problem.does[b]).tolist():
            work += problem.visits[i, b] * problem.service_counter_min[s]
    return work / visits if visits > 0 else 0.0


def _is_from(problem: PlanningProblem, standard: Standard, point: int) -> bool:
    return standard.area is None or problem.point_area[point] == standard.area


def _asked(problem: PlanningProblem, standard: Standard) -> float:
    """All visits that a standard speaks of."""
    return sum(
        float(problem.visits[i, b])
        for i, b in product(range(len(problem.point_ids)), range(len(problem.visit_type_ids)))
        if problem.does[b, standard.service] and _is_from(problem, standard, i)
    )


def _missing(problem: PlanningProblem, plan: Plan, standard: Standard) -> float:
    near = 0.0
    for i, b, j, share in _rows(plan):
        is_meant = problem.does[b, standard.service] and _is_from(problem, standard, i)
        if is_meant and problem.minutes[i, j] <= standard.within_min:
            near += problem.visits[i, b] * share
    return _over(standard.share * _asked(problem, standard), near)


def _rows(plan: Plan) -> Iterator[tuple[int, int, int, float]]:
    rows = plan.assignment
    columns = (rows.point.tolist(), rows.visit_type.tolist(), rows.site.tolist())
    return zip(*columns, rows.share.tolist(), strict=True)


# -- money ---------------------------------------------------------------------------------


def annual_kes(problem: PlanningProblem, plan: Plan) -> int:
    """Yearly cost of branches and offerings."""
    total = 0
    for j in np.flatnonzero(plan.is_open).tolist():
        total += int(problem.branch_annual_kes[j, plan.format[j]])
        for s in np.flatnonzero(plan.offers[j]).tolist():
            total += int(problem.offering_annual_kes[j, s])
    return total


def capital_kes(problem: PlanningProblem, plan: Plan) -> int:
    """One-off cost of all that differs from today."""
    total = 0
    for j in range(len(problem.site_ids)):
        if not plan.is_open[j]:
            total += int(problem.closing_kes[j]) if problem.existing[j] else 0
        elif not problem.existing[j] or plan.format[j] != problem.today_format[j]:
            total += int(problem.capital_kes[j, plan.format[j]])
        for s in range(len(problem.service_ids)):
            total += _change_kes(problem, plan, j, s)
    return total


def _change_kes(problem: PlanningProblem, plan: Plan, j: int, s: int) -> int:
    was = bool(problem.existing[j] and problem.today[j, s])
    now = bool(plan.is_open[j] and plan.offers[j, s])
    if now and not was:
        return int(problem.offering_capital_kes[j, s])
    return int(problem.offering_closing_kes[j, s]) if was and not now else 0


def division_kes(problem: PlanningProblem, plan: Plan, division: int, kind: str) -> int:
    """What a division's offerings cost, `annual` or `capital`."""
    total = 0
    for j, s in product(range(len(problem.site_ids)), range(len(problem.service_ids))):
        if problem.service_division[s] == division:
            if kind == "capital":
                total += _change_kes(problem, plan, j, s)
            elif plan.is_open[j] and plan.offers[j, s]:
                total += int(problem.offering_annual_kes[j, s])
    return total


# -- duplicates ----------------------------------------------------------------------------


def cliques(problem: PlanningProblem, service: int) -> list[set[int]]:
    """Maximal sets of two sites or more that are pairwise within the separation."""
    sites = range(len(problem.site_ids))
    close = [
        set(group)
        for size in range(2, len(sites) + 1)
        for group in combinations(sites, size)
        if all(
            problem.site_km[j, k] <= problem.separation_km[service, j, k]
            or problem.site_min[j, k] <= problem.separation_min[service, j, k]
            for j, k in combinations(group, 2)
        )
    ]
    return [group for group in close if not any(group < other for other in close)]


def excess(problem: PlanningProblem, plan: Plan) -> list[int]:
    """Excess duplicates of each service over all its cliques."""
    return [
        sum(
            max(0, sum(int(plan.offers[j, s]) for j in group) - _allowed(problem, s, group))
            for group in cliques(problem, s)
        )
        for s in range(len(problem.service_ids))
    ]


def _allowed(problem: PlanningProblem, service: int, group: set[int]) -> int:
    inherited = 0
    if problem.rules.existing == "keep":
        stays = [j for j in group if problem.existing[j] and j not in problem.rules.locked_closed]
        inherited = sum(int(problem.today[j, service]) for j in stays)
    capacity = max(_most_visits(problem, service, j) for j in group)
    if not problem.rules.justified_by_load or math.isinf(capacity):
        return max(1, inherited)
    load = 0.0
    for i in range(len(problem.point_ids)):
        by_km = min(problem.km[i, j] for j in group) <= problem.near_km[service, i]
        by_min = min(problem.minutes[i, j] for j in group) <= problem.near_min[service, i]
        if by_km or by_min:
            for b in range(len(problem.visit_type_ids)):
                load += problem.visits[i, b] * problem.does[b, service]
    if capacity <= 0:
        return max(1, inherited, len(group) if load > 0 else 1)
    return max(1, inherited, math.ceil(load / capacity - 1e-9))


def _most_visits(problem: PlanningProblem, service: int, site: int) -> float:
    """Visits of a service that a site could serve in the best of its formats."""
    most = 0.0
    for f in np.flatnonzero(problem.format_allowed[site]).tolist():
        if problem.format_services[f, service]:
            visits, each = problem.capacity_visits[site, f], problem.service_counter_min[service]
            if each > 0 and not math.isinf(problem.counters[site, f]):
                work = problem.counters[site, f] * problem.counter_minutes_per_year
                visits = min(visits, work / each)
            most = max(most, float(visits))
    return most


# -- the objective -------------------------------------------------------------------------


def objective(problem: PlanningProblem, plan: Plan) -> float:
    """Travel, its tail, priced duplicates and, where total cost counts, yearly costs."""
    rules = problem.rules
    travel: dict[int, float] = {}
    visits: dict[int, float] = {}
    for i, b, j, share in _rows(plan):
        sent = problem.visits[i, b] * share
        if sent > 0:
            travel[i] = travel.get(i, 0.0) + sent * problem.impedance[i, j]
            visits[i] = visits.get(i, 0.0) + sent
    total = (1 - rules.tail_share) * sum(travel.values())
    if rules.tail_share > 0:
        left = rules.tail_beta * sum(visits.values())
        worst = 0.0
        for i in sorted(visits, key=lambda i: -travel[i] / visits[i]):
            taken = min(left, visits[i])
            worst += taken * travel[i] / visits[i]
            left -= taken
        total += rules.tail_share * worst / rules.tail_beta
    if rules.duplicates == "price":
        for s, count in enumerate(excess(problem, plan)):
            total += rules.duplicates_price * problem.service_visits[s] * count
    if rules.objective == "total_cost":
        total += annual_kes(problem, plan)
    return float(total)
