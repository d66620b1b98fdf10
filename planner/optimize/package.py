"""One budget for all levers: which network, which levels, which counters; the model in PuLP.

For each network k that is on offer a model of its own, as at most one is chosen:

    maximise   saved_k + sum_bcl saved_kbcl x_bcl + sum_m saved_km y_m
    (1)  sum_l x_bcl = 1                            one level for each visit type and area
    (2)  sum_{l with campaign n} x_bcl = v_cn       one campaign for an area, for all visit types
    (3)  x_bcl <= u_b    for levels that are online  a visit type is kept online, or it is not
    (4)  y_m <= y_m-1    within a branch            counters one after the other
    (5)  cost_k + sum kes_bcl x + sum kes_cn v + sum kes_b u + sum kes_m y <= budget

What a level saves depends on the network it meets, so every pair has its own exact figure. Networks
are tried in the order of what their relaxation promises; one that promises less than was found is
proved not to be the best without a search.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pulp
from numpy.typing import NDArray

from planner.optimize.offer import ROUNDING, Package, PackageProblem, Steps, package_of
from planner.optimize.rows import OutOfTimeError, Rows, is_chosen
from planner.optimize.solvers import Controls, solve_model
from planner.optimize.state import Limits


def best_package(
    problem: PackageProblem,
    budget: float,
    limits: Limits,
    should_stop: Callable[[], bool] | None = None,
) -> Package:
    """The package within a yearly budget that saves customers most.

    Args:
        problem: What is on offer; the first network at today's levels costs nothing.
        budget: Money a year above what is spent today.
        limits: Seconds, relative gap and solver of the whole search.
        should_stop: Asked now and then; True keeps the best package found so far.

    Returns:
        The package, its figures summed anew from the problem, with the proved bound. When the time
        ends early, the best that was found: at least the first network at today's levels.

    Raises:
        ValueError: The budget is below 0, or the first network costs something.
    """
    if budget < 0 or problem.network_kes[0] != 0:
        raise ValueError("a budget of 0 or more buys the first network, which costs nothing")
    begin = time.monotonic()
    search = _Search(problem, budget, limits, begin + limits.seconds, should_stop)
    best = search.nothing()
    stated = {k: search.state(k) for k in range(problem.network_kes.size) if search.may_pay(k)}
    promised = sorted(((search.promise(stated[k]), k) for k in stated), reverse=True)
    bounds = [best.saved]
    for promise, k in promised:
        enough = best.saved + max(limits.gap, ROUNDING) * abs(best.saved)
        if promise <= enough:  # it cannot be better, or by no more than is asked to be proved
            bounds.append(promise)
            continue
        found, bound = search.whole(stated[k], k)
        bounds.append(min(promise, bound))
        if found is not None and found.saved > best.saved:
            best = found
    bound = max(*bounds, best.saved)
    return replace(best, bound=bound, seconds=time.monotonic() - begin)


@dataclass(frozen=True, slots=True, eq=False)
class _Stated:
    """One network's model with its variables."""

    rows: Rows
    level: dict[tuple[int, int], dict[int, pulp.LpVariable]]
    steps: list[pulp.LpVariable]
    scale: float
    constant: float

    def saved_at(self, bound: float) -> float:
        """What a lower bound of the model says that customers save at most."""
        return self.constant - bound * self.scale if math.isfinite(bound) else math.inf


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    """One budget, one clock."""

    problem: PackageProblem
    budget: float
    limits: Limits
    until: float
    should_stop: Callable[[], bool] | None

    def nothing(self) -> Package:
        """The first network as it is today."""
        problem = self.problem
        _, kinds, areas, _ = problem.saved.shape
        none = np.zeros(problem.steps[0].kes.size, dtype=np.bool_)
        level = np.zeros((kinds, areas), dtype=np.int64)
        return package_of(problem, 0, level, none)

    def may_pay(self, k: int) -> bool:
        """Whether the money may be enough for network k at the cheapest levels there are."""
        problem = self.problem
        least = float(problem.network_kes[k])
        least += float(problem.use_kes.min(axis=2).sum() + problem.campaign_kes.min(axis=1).sum())
        return least <= self.budget * (1 + ROUNDING) + ROUNDING

    def promise(self, stated: _Stated | None) -> float:
        """What a network saves at most, by its relaxation; -inf where it is too dear."""
        if stated is None:
            return math.inf
        controls, name = self._controls(), self.limits.solver
        solved = solve_model(stated.rows.model, name, controls, relaxed=True)
        if solved.outcome == "infeasible":
            return -math.inf
        return stated.saved_at(solved.bound)

    def whole(self, stated: _Stated | None, k: int) -> tuple[Package | None, float]:
        """The best of network k that is found, and what is proved of it."""
        if stated is None:
            return None, math.inf
        solved = solve_model(stated.rows.model, self.limits.solver, self._controls())
        if solved.outcome == "infeasible":
            return None, -math.inf
        bound = stated.saved_at(solved.bound)
        if solved.objective is None:
            return None, bound
        level = np.zeros(self.problem.saved.shape[1:3], dtype=np.int64)
        for (b, c), chosen in stated.level.items():
            level[b, c] = next(index for index, x in chosen.items() if is_chosen(x))
        steps = np.array([is_chosen(y) for y in stated.steps], dtype=np.bool_)
        package = package_of(self.problem, k, level, steps)
        if package.kes > self.budget * (1 + 1e-9) + 1e-6:  # within the solver's tolerance only
            return None, bound
        return package, bound

    def _controls(self) -> Controls:
        left = self.until - time.monotonic()
        limits = self.limits
        return Controls(
            left, limits.gap, limits.threads, limits.seed, should_stop=self.should_stop, exact=True
        )

    def state(self, k: int) -> _Stated | None:
        """The model of network k; None when the time is over."""
        try:
            return _state(
                self.problem, k, self.budget - float(self.problem.network_kes[k]), self.until
            )
        except OutOfTimeError:
            return None


def _state(problem: PackageProblem, k: int, money: float, until: float) -> _Stated:
    """State (1) to (5) for one network; the objective is divided by `scale`."""
    _, kinds, areas, _ = problem.saved.shape
    rows, terms, costs = Rows(until), [], []
    scale = max(1.0, float(np.abs(problem.saved[k]).max(initial=0.0)))
    unit = max(1.0, money)
    online = [rows.share(f"u_{b}", whole=True) for b in range(kinds)]
    costs += [(u, float(kes) / unit) for u, kes in zip(online, problem.online_kes, strict=True)]
    campaigns = [
        [rows.share(f"v_{c}_{n}", whole=True) for n in range(problem.campaign_kes.shape[1])]
        for c in range(areas)
    ]
    for c, row in enumerate(campaigns):
        costs += [(v, float(problem.campaign_kes[c, n]) / unit) for n, v in enumerate(row)]
    worth_having = _worth_having(problem, k)
    level: dict[tuple[int, int], dict[int, pulp.LpVariable]] = {}
    for b in range(kinds):
        for c in range(areas):
            kept = np.flatnonzero(worth_having[b, c]).tolist()
            chosen = {index: rows.share(f"x_{b}_{c}_{index}", whole=True) for index in kept}
            level[b, c] = chosen
            terms += [(x, -float(problem.saved[k, b, c, n]) / scale) for n, x in chosen.items()]
            costs += [(x, float(problem.use_kes[b, c, n]) / unit) for n, x in chosen.items()]
            rows.add([(x, 1.0) for x in chosen.values()], "==", 1.0, f"one_level__{b}_{c}")  # (1)
            for n, v in enumerate(campaigns[c]):
                mine = [(x, 1.0) for i, x in chosen.items() if problem.campaign[i] == n]
                rows.add([*mine, (v, -1.0)], "==", 0.0, f"one_campaign__{b}_{c}_{n}")  # (2)
            using = [(x, 1.0) for n, x in chosen.items() if problem.online[b, c, n]]
            if using:
                rows.add([*using, (online[b], -1.0)], "<=", 0.0, f"kept_online__{b}_{c}")  # (3)
    steps = _add_steps(rows, problem.steps[k])
    terms += [(y, -float(v) / scale) for y, v in zip(steps, problem.steps[k].saved, strict=True)]
    costs += [(y, float(v) / unit) for y, v in zip(steps, problem.steps[k].kes, strict=True)]
    rows.add(costs, "<=", money / unit, "budget")  # (5)
    rows.model.setObjective(pulp.LpAffineExpression(terms))
    return _Stated(rows, level, steps, scale, float(problem.network_saved[k]))


def _add_steps(rows: Rows, steps: Steps) -> list[Any]:
    """The counters of a network, each after the one before it in the same branch."""
    made: list[Any] = []
    for m, branch in enumerate(steps.branch.tolist()):
        made.append(rows.share(f"y_{m}", whole=True))
        if m and steps.branch[m - 1] == branch:
            rows.add([(made[m], 1.0), (made[m - 1], -1.0)], "<=", 0.0, f"after__{m}")  # (4)
    return made


def _worth_having(problem: PackageProblem, k: int) -> NDArray[np.bool_]:
    """Levels that no other of the same campaign beats or equals, shape (B, C, L).

    One beats another where it saves no less, costs no more and needs no more to be online; of
    levels that are alike in all three the first is kept.
    """
    saved, kes, online = problem.saved[k], problem.use_kes, problem.online
    better = saved[..., None, :] >= saved[..., :, None]
    better &= kes[..., None, :] <= kes[..., :, None]
    better &= online[..., None, :] <= online[..., :, None]
    better &= problem.campaign[None, :] == problem.campaign[:, None]
    alike = better & np.swapaxes(better, -1, -2)
    index = np.arange(saved.shape[-1])
    beaten = better & ~(alike & (index[None, :] >= index[:, None]))
    return np.asarray(~beaten.any(axis=-1))
