"""The linear relaxation: its bound, and what it leaves to decide."""

from __future__ import annotations

from dataclasses import dataclass

from planner.optimize.arcs import model_arcs
from planner.optimize.formulation import formulate
from planner.optimize.parts import (
    Values,
    Wider,
    cores,
    is_confirmed,
    relaxed_values,
    solve_for,
    solve_part,
)
from planner.optimize.rows import OutOfTimeError
from planner.optimize.serve import beyond_the_list
from planner.optimize.sets import ModelSets
from planner.optimize.solvers import Basis
from planner.optimize.state import Search


@dataclass(frozen=True, slots=True, eq=False)
class Relaxed:
    """The relaxation's solution, its reduced costs, and its proved value."""

    values: Values
    costs: Values
    value: float


def relax(search: Search, sets: ModelSets, wider: Wider) -> Relaxed | None:
    """The relaxation, solved with lists as long as it needs; its value is a bound.

    Each time that it goes beyond a list, the list is made longer and the relaxation goes on from
    where it was. None when it ended the search, or nothing came of it. `wider` is added to.
    """
    basis: Basis | None = None
    while not search.stop():
        try:
            with search.stage("build"):
                arcs = model_arcs(search.problem, sets, wider)
                form = formulate(search.problem, sets, arcs, aim=search.aim, until=search.until)
        except OutOfTimeError:
            return None
        with search.stage("bound"):
            controls = search.controls(search.left, on_sign=lambda _: search.tell("bound"))
            solved = solve_for(search, form, controls, relaxed=True, basis=basis)
            if solved.outcome == "infeasible" and search.best is None:
                search.is_impossible = is_confirmed(search, sets, form, relaxed=True)
        if solved.outcome == "infeasible":
            return None
        search.raise_bound(solved.bound * form.scale)
        if solved.outcome != "solved" or search.proved:
            return None
        beyond = beyond_the_list(form, arcs, 3)
        values, costs = relaxed_values(form, sets)
        if not beyond:
            return Relaxed(values, costs, solved.bound * form.scale)
        if basis is None:  # a fair plan soon, while the bound is still being worked on
            part, share = next(cores(sets, values))
            solve_part(search, part, wider, seconds=share * search.left, proves=False)
        basis = solved.basis
        wider |= beyond
    return None
