"""The model of what is left to choose, for PuLP: few arcs, and the best plan as a limit.

Stated by radii (Cornuéjols, Nemhauser & Wolsey 1980; García, Labbé & Marín 2011): beyond_ik says
that row i is not served by its k nearest sites, and pays the way on to the next. It needs no
variable per arc, and equal costs share one.
"""

from __future__ import annotations

import math
import time

import numpy as np
import pulp

from planner.optimize.engine.one_class import Choice, Run, root_places
from planner.optimize.solvers import Controls, Outcome, Sign, solve_model


def prove_by_model(run: Run, choice: Choice) -> None:
    """Solve the model of a choice; offers what it finds and raises the run's bound.

    Everything that a better set could use is in the choice, so a bound of this model, and that
    nothing in it counts as better, hold for all sets.
    """
    run.handed_over = int(choice.site.size)
    unit = max(1e-6 * abs(run.target), run.target - run.lower) / 100
    model, opened, constant = _stated(choice, unit)
    proved = -math.inf

    def on_sign(sign: Sign) -> None:
        nonlocal proved
        if sign.bound is not None:
            proved = sign.bound * unit + constant

    def enough() -> bool:
        asked = run.asked_to_stop is not None and run.asked_to_stop()
        return asked or (proved >= run.target and bool(choice.exact.all()))

    controls = Controls(
        seconds=min(1e7, run.until - time.monotonic()),
        gap=0.0,
        threads=1,
        seed=run.seed,
        on_sign=on_sign,
        should_stop=enough,
    )
    solved = solve_model(model, "highs", controls)
    if solved.objective is not None:
        chosen = np.array([variable.varValue > 0.5 for variable in opened], dtype=np.bool_)
        root = run.root
        is_open = root_places(run, choice, chosen)
        run.offer(np.concatenate([root.opened, root.names[is_open]]))
    _conclude(run, choice, solved.bound * unit + constant, solved.outcome)


def _conclude(run: Run, choice: Choice, bound: float, outcome: Outcome) -> None:
    """What the solver's end says of the whole search."""
    if outcome == "infeasible" or (bound >= run.target and choice.exact.all()):
        run.close()
    elif outcome != "failed":
        run.raise_bound(min(bound, run.target))


def _stated(choice: Choice, unit: float) -> tuple[pulp.LpProblem, list[pulp.LpVariable], float]:
    """The model, its sites, and what its objective leaves out; costs are counted in `unit`."""
    model = pulp.LpProblem("survivors", pulp.LpMinimize)
    opened = [model.add_variable(f"y_{j}", cat="Binary") for j in range(choice.fixed.size)]
    price: list[tuple[pulp.LpVariable, float]] = [
        (variable, cost / unit)
        for variable, cost in zip(opened, choice.fixed.tolist(), strict=True)
        if cost
    ]
    constant = choice.constant
    start = choice.start.tolist()
    for i, reach in enumerate(choice.reach.tolist()):
        costs = choice.cost[start[i] : start[i + 1]].astype(float)
        sites = choice.site[start[i] : start[i + 1]]
        levels, first = np.unique(costs, return_index=True)
        onward = [*levels.tolist()[1:], reach]
        constant += float(levels[0]) if levels.size else reach
        before: pulp.LpVariable | None = None
        for k, group in enumerate(np.split(sites, first[1:]) if levels.size else ()):
            terms = [(opened[j], 1.0) for j in group.tolist()]
            if before is not None:
                terms.append((before, -1.0))
            beyond = None
            if math.isfinite(onward[k]):
                beyond = model.add_variable(f"beyond_{i}_{k}", 0, 1)
                price.append((beyond, (onward[k] - float(levels[k])) / unit))
                terms.append((beyond, 1.0))
            model += _row(terms, 0.0 if before is not None else 1.0)
            before = beyond
    count = [(variable, 1.0) for variable in opened]
    model += _row(count, choice.least)
    model += pulp.LpConstraint(
        pulp.LpAffineExpression(count), pulp.LpConstraintLE, None, choice.most
    )
    model.setObjective(pulp.LpAffineExpression(price))
    return model, opened, constant


def _row(terms: list[tuple[pulp.LpVariable, float]], least: float) -> pulp.LpConstraint:
    return pulp.LpConstraint(pulp.LpAffineExpression(terms), pulp.LpConstraintGE, None, least)
