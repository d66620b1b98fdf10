"""The model of what fixing leaves, for PuLP: where little is left, it closes the gap.

Stated by radii (Cornuéjols, Nemhauser & Wolsey 1980; García, Labbé & Marín 2011): beyond_k says
that no able site is among a row's k nearest, and pays the way on to the next. Rows whose k nearest
are the same sites share one: that makes the model small where many points lie near few sites.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import pulp

from planner.optimize.engine.fixing import Fixed
from planner.optimize.engine.instance import Bools, Instance, Ints, able_sites
from planner.optimize.solvers import Controls, solve_model

LARGEST = 60_000  # arcs of rows, over all classes: larger models are not tried here
NODES = 2_000  # of the solver's tree
SHARE = 0.9  # of the gap asked for, so that rounding does not spoil it

Row = tuple[list[tuple[pulp.LpVariable, float]], str, float]


@dataclass(frozen=True, slots=True, eq=False)
class Survivors:
    """What the model of the survivors says.

    Attributes:
        lower: A bound of every network better than the known one.
        network: is_open (J,), offers (J, S), formats (J,) of the best found; None without one.
    """

    lower: float
    network: tuple[Bools, Bools, Ints] | None


def size_of(instance: Instance) -> int:
    """About how large the model would be: arcs of rows with visits."""
    able = able_sites(instance.needs, instance.offers_most & instance.open_most[:, None])
    point = np.repeat(np.arange(instance.points), np.diff(instance.start))
    return sum(
        int((able[b, instance.site] & (instance.weight[b, point] > 0)).sum())
        for b in range(instance.classes)
    )


def solve_survivors(
    instance: Instance,
    fixed: Fixed,
    *,
    upper: float,
    lower: float,
    gap: float,
    seconds: float,
    seed: int,
    should_stop: Callable[[], bool],
    start: tuple[Bools, Bools, Ints] | None = None,
) -> Survivors | None:
    """Solve the model of an instance that was made smaller; None when nothing came of it.

    Its bound holds for all networks better than `upper`: what they have in common is all that
    was fixed. That no network is left proves nothing here, because the known one is never lost.

    Args:
        instance: The narrowed instance.
        fixed: What is settled in networks better than `upper`.
        upper: Objective of the known network.
        lower: The bound so far; sets the unit in which the solver counts.
        gap: Relative gap at which the solver may stop.
        seconds: Outer limit of time.
        seed: Of the solver.
        should_stop: Asked now and then.
        start: The known network, for the solver to begin from: is_open, offers, formats.
    """
    stated = _Stated(instance, fixed, max(1e-6 * abs(upper), upper - lower) / 100)
    if not stated.is_possible:
        return None
    size = abs(upper - stated.constant)
    controls = Controls(
        seconds=min(1e7, seconds),
        gap=SHARE * gap * abs(upper) / size if size else 0.0,
        threads=1,
        seed=seed,
        should_stop=should_stop,
        nodes=NODES,
    )
    first = None if start is None else stated.values_of(*start)
    solved = solve_model(stated.model, "highs", controls, start=first)
    if solved.outcome in ("infeasible", "failed"):
        return None
    network = None if solved.objective is None else stated.network()
    return Survivors(solved.bound * stated.unit + stated.constant, network)


class _Stated:
    """The model under construction; costs are counted in `unit`, less `constant`."""

    def __init__(self, instance: Instance, fixed: Fixed, unit: float) -> None:
        self.instance = instance
        self.unit = unit
        self.constant = 0.0
        self.is_possible = True
        self.model = pulp.LpProblem("survivors", pulp.LpMinimize)
        self._cost: dict[pulp.LpVariable, float] = {}
        self._choices()
        self._counts()
        self._budgets()
        self._cliques()
        self._floors()
        self._rows(fixed)
        terms = [(variable, cost / unit) for variable, cost in self._cost.items()]
        self.model.setObjective(pulp.LpAffineExpression(terms))

    def network(self) -> tuple[Bools, Bools, Ints]:
        """The network that the solver's values speak of."""
        instance = self.instance
        is_open = np.zeros(instance.sites, dtype=np.bool_)
        formats = np.zeros(instance.sites, dtype=np.int64)
        offers = np.zeros_like(instance.offers_most)
        for (j, f), variable in self._taken.items():
            if (variable.varValue or 0.0) > 0.5:
                is_open[j], formats[j] = True, f
        for (j, s), variable in self._offered.items():
            offers[j, s] = (variable.varValue or 0.0) > 0.5
        return is_open, offers & is_open[:, None], formats

    def values_of(self, is_open: Bools, offers: Bools, formats: Ints) -> dict[str, float]:
        """The whole variables' values in a network, by name."""
        taken = {y.name: float(is_open[j] and formats[j] == f) for (j, f), y in self._taken.items()}
        offered = {z.name: float(offers[j, s]) for (j, s), z in self._offered.items()}
        return taken | offered

    def _add(self, terms: Iterable[tuple[pulp.LpVariable, float]], sense: int, side: float) -> None:
        self.model += pulp.LpConstraint(pulp.LpAffineExpression(terms), sense, None, side)

    def _variable(self, name: str, cost: float, *, whole: bool = True) -> pulp.LpVariable:
        kind = pulp.LpInteger if whole else pulp.LpContinuous
        variable = self.model.add_variable(name, 0, 1, kind)
        if cost:
            self._cost[variable] = cost
        return variable

    def _choices(self) -> None:
        """Formats, offerings, and who can complete which class."""
        instance = self.instance
        allowed = instance.offers_most & instance.open_most[:, None]
        self._taken = {
            (j, f): self._variable(f"y_{j}_{f}", float(instance.branch_cost[j, f]))
            for j in np.flatnonzero(allowed.any(axis=1)).tolist()
            for f in np.flatnonzero(instance.format_allowed[j]).tolist()
        }
        self._formats: dict[int, list[tuple[pulp.LpVariable, float]]] = {}
        for (j, _), variable in self._taken.items():
            self._formats.setdefault(j, []).append((variable, 1.0))
        self._offered = {
            (j, s): self._variable(f"z_{j}_{s}", float(instance.offering_cost[j, s]))
            for j in self._formats
            for s in np.flatnonzero(allowed[j]).tolist()
        }
        for j, formats in self._formats.items():
            self._add(formats, pulp.LpConstraintLE, 1.0)
            if instance.open_least[j]:
                self._add(formats, pulp.LpConstraintGE, 1.0)
            some = [(z, 1.0) for (k, _), z in self._offered.items() if k == j]
            opened = [(y, -1.0) for y, _ in formats]
            self._add([*some, *opened], pulp.LpConstraintGE, 0.0)
        for (j, s), z in self._offered.items():
            fitting = [
                (y, -1.0)
                for (k, f), y in self._taken.items()
                if k == j and instance.format_services[f, s]
            ]
            self._add([(z, 1.0), *fitting], pulp.LpConstraintLE, 0.0)
            if instance.offers_least[j, s]:
                opened = [(y, -1.0) for y, _ in self._formats[j]]
                self._add([(z, 1.0), *opened], pulp.LpConstraintGE, 0.0)
        self._missing(instance)
        self._able: dict[tuple[int, int], pulp.LpVariable] = {}
        for b, needs in enumerate(instance.needs):
            wanted = np.flatnonzero(needs).tolist()
            for j in self._formats:
                parts = [self._offered.get((j, s)) for s in wanted]
                if any(part is None for part in parts):
                    continue
                if len(parts) == 1:
                    self._able[b, j] = parts[0]
                    continue
                able = self._able[b, j] = self._variable(f"a_{j}_{b}", 0.0, whole=False)
                for part in parts:
                    self._add([(able, 1.0), (part, -1.0)], pulp.LpConstraintLE, 0.0)

    def _missing(self, instance: Instance) -> None:
        """Nothing is possible where a branch that must be cannot, or what it must offer."""
        there = set(self._formats)
        must = set(np.flatnonzero(instance.open_least).tolist())
        least = {tuple(entry) for entry in np.argwhere(instance.offers_least).tolist()}
        for j, s in least:
            if j in there and (j, s) not in self._offered:
                for y, _ in self._formats[j]:
                    self._add([(y, 1.0)], pulp.LpConstraintLE, 0.0)
        self.is_possible = must <= there

    def _counts(self) -> None:
        instance = self.instance
        opened = [term for terms in self._formats.values() for term in terms]
        fresh = [t for j, terms in self._formats.items() if instance.is_new[j] for t in terms]
        self._add(opened, pulp.LpConstraintGE, instance.branches_least)
        self._add(opened, pulp.LpConstraintLE, instance.branches_most)
        self._add(fresh, pulp.LpConstraintLE, instance.new_most)

    def _budgets(self) -> None:
        instance = self.instance
        for m, limit in enumerate(instance.budget_limit.tolist()):
            terms = [
                (y, float(instance.budget_branch[m, j, f])) for (j, f), y in self._taken.items()
            ]
            terms += [
                (z, float(instance.budget_offering[m, j, s])) for (j, s), z in self._offered.items()
            ]
            self._add([(v, c) for v, c in terms if c], pulp.LpConstraintLE, float(limit))

    def _cliques(self) -> None:
        instance = self.instance
        excess = []
        for q, service in enumerate(instance.clique_service.tolist()):
            part = slice(instance.clique_start[q], instance.clique_start[q + 1])
            keys = [(j, service) for j in instance.clique_site[part].tolist()]
            terms = [(self._offered[key], 1.0) for key in keys if key in self._offered]
            allowed, price = int(instance.clique_allowed[q]), float(instance.clique_price[q])
            if len(terms) <= allowed:
                continue
            if math.isfinite(price):
                over = self.model.add_variable(f"r_{q}", 0, len(terms))
                self._cost[over] = price
                excess.append((over, 1.0))
                terms.append((over, -1.0))
            self._add(terms, pulp.LpConstraintLE, float(allowed))
        if instance.excess_most is not None and excess:
            self._add(excess, pulp.LpConstraintLE, float(instance.excess_most))

    def _floors(self) -> None:
        instance = self.instance
        for p, service in enumerate(instance.floor_service.tolist()):
            part = slice(instance.floor_start[p], instance.floor_start[p + 1])
            sites = instance.floor_site[part].tolist()
            if service < 0:
                terms = [term for j in sites for term in self._formats.get(j, ())]
            else:
                keys = [(j, service) for j in sites]
                terms = [(self._offered[key], 1.0) for key in keys if key in self._offered]
            self._add(terms, pulp.LpConstraintGE, float(instance.floor_least[p]))

    def _rows(self, fixed: Fixed) -> None:
        """Who goes where, by radii; sites beyond what is settled serve nobody."""
        instance = self.instance
        start = instance.start.tolist()
        beyond: dict[tuple[int, frozenset[int]], pulp.LpVariable] = {}
        nobody: set[tuple[int, frozenset[int]]] = set()
        must = instance.offers_least & instance.open_least[:, None]
        sure = able_sites(instance.needs, must)
        for b, i in np.argwhere(instance.weight > 0).tolist():
            w, rest, most = (
                float(instance.weight[b, i]),
                float(instance.rest[b, i]),
                float(fixed.within[b, i]),
            )
            arcs = [
                (cost, j)
                for cost, j in zip(
                    instance.cost[start[i] : start[i + 1]].tolist(),
                    instance.site[start[i] : start[i + 1]].tolist(),
                    strict=True,
                )
                if (b, j) in self._able and cost < rest and cost <= most
            ]
            onward = rest if rest <= most else math.inf
            if not arcs:
                if math.isinf(onward):
                    self.is_possible = False
                    return
                self.constant += w * onward
                continue
            self.constant += w * arcs[0][0]
            near: frozenset[int] = frozenset()
            before: pulp.LpVariable | None = None
            for k, (cost, j) in enumerate(arcs):
                near |= {j}
                if sure[b, j]:
                    break
                further = arcs[k + 1][0] if k + 1 < len(arcs) else onward
                known = beyond.get((b, near))
                terms = [(self._able[b, j], 1.0)]
                if before is not None:
                    terms.append((before, -1.0))
                side = 1.0 if before is None else 0.0
                if math.isinf(further):
                    if (b, near) not in nobody:
                        nobody.add((b, near))
                        self._add(terms, pulp.LpConstraintGE, side)
                    break
                if known is None:
                    known = beyond[b, near] = self._variable(
                        f"beyond_{len(beyond)}", 0.0, whole=False
                    )
                    self._add([*terms, (known, 1.0)], pulp.LpConstraintGE, side)
                self._cost[known] = self._cost.get(known, 0.0) + w * (further - cost)
                before = known
