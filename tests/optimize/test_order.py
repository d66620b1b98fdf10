"""The order of rows decides nothing: a question is searched in the order of its ids."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from evaluate.cases import rich_problem
from evaluate.naive import best_plan

from planner.evaluate import score
from planner.optimize import Limits, find_plan
from planner.optimize.order import AXES, VALUES, by_id
from planner.plan import Incumbent, Known, Plan
from planner.problem import PlanningProblem

IDS = {"I": "point_ids", "J": "site_ids", "S": "service_ids", "B": "visit_type_ids",
       "C": "area_codes", "D": "division_ids"}  # fmt: skip


def renamed(problem: PlanningProblem, seed: int) -> PlanningProblem:
    """The same question with other ids, so that their order is not that of the rows."""
    at = np.random.default_rng(seed)
    ids = {
        name: tuple(f"{n:02d}" for n in at.permutation(len(getattr(problem, name))))
        for name in IDS.values()
    }
    formats = at.permutation(len(problem.format_ids) - 1)
    return replace(problem, **ids, format_ids=("", *(f"{n:02d}" for n in formats)))


def test_every_array_and_every_row_of_names_has_its_axes():
    problem = rich_problem(3)
    held = {
        each.name
        for each in fields(problem)
        if isinstance(getattr(problem, each.name), (np.ndarray, tuple))
    }
    assert held - {"remarks"} <= set(AXES)
    sizes = {
        letter: len(getattr(problem, name)) for letter, name in (*IDS.items(), ("F", "format_ids"))
    }
    for name in held - {"remarks"}:
        shape = np.shape(getattr(problem, name))
        assert shape == tuple(sizes[letter] for letter in AXES[name]), name
    whole = {name for name in held if np.asarray(getattr(problem, name)).dtype == np.int64}
    money = {name for name in whole if name.endswith("_kes")}
    assert whole - money == set(VALUES)


def test_a_question_in_the_order_of_its_ids_is_left_as_it_is():
    ordered = by_id(renamed(rich_problem(7), 7))
    assert ordered is not None
    assert by_id(ordered.problem) is None


@pytest.mark.parametrize("seed", range(40))
def test_a_question_in_another_order_is_the_same_question(seed):
    problem = renamed(rich_problem(seed), seed)
    ordered = by_id(problem)
    best = best_plan(problem)
    other = best_plan(ordered.problem)
    assert (best is None) == (other is None)
    for letter, name in IDS.items():
        ids = getattr(ordered.problem, name)
        assert list(ids) == sorted(ids), letter
    assert ordered.problem.format_ids[0] == ""
    if best is None:
        return
    assert other.objective == pytest.approx(best.objective, rel=1e-12)
    one, two = score(problem, best.plan), score(ordered.problem, ordered.taken(best.plan))
    assert two.objective.total == pytest.approx(one.objective.total, rel=1e-12)
    assert two.kpis.annual_kes == one.kpis.annual_kes
    assert two.violations == one.violations == ()
    back = ordered.told(ordered.taken(best.plan))
    for name in ("is_open", "offers", "format"):
        assert (getattr(back, name) == getattr(best.plan, name)).all()


@pytest.mark.parametrize("seed", range(12))
def test_the_plan_is_that_of_the_ids_whatever_their_order(seed):
    problem = renamed(rich_problem(seed), seed)
    ordered = by_id(problem)
    told: list[Incumbent] = []
    answer = find_plan(problem, Limits(30, 0.0), on_plan=told.append)
    other = find_plan(ordered.problem, Limits(30, 0.0))
    assert answer.status == other.status
    if answer.plan is None:
        return
    assert named(problem, answer.plan) == named(ordered.problem, other.plan)
    assert told
    assert named(problem, told[-1].plan)[:2] == named(problem, answer.plan)[:2]
    for each in told:
        assert not score(problem, each.plan).violations


def test_what_stands_for_all_takes_no_more_room():
    problem = renamed(rich_problem(4), 4)
    apart = np.broadcast_to(np.array(-1.0), problem.separation_min.shape)
    near = np.broadcast_to(np.arange(apart.shape[0], dtype=float)[:, None], problem.near_km.shape)
    same = replace(problem, separation_min=apart, near_km=near, impedance=problem.minutes)
    ordered = by_id(same)
    assert ordered is not None
    found = ordered.problem
    assert found.separation_min.strides == (0, 0, 0)
    assert found.near_km.strides[1] == 0
    assert found.impedance is found.minutes
    assert found.near_km.shape == problem.near_km.shape
    for at, service in enumerate(found.service_ids):
        assert (found.near_km[at] == problem.service_ids.index(service)).all()


def test_plans_of_other_questions_are_taken_in_their_own_order():
    problem = renamed(rich_problem(3), 3)
    best = best_plan(problem)
    assert best is not None
    ordered = by_id(problem)
    known = ordered.known(Known(plans=(best.plan,)))
    assert named(ordered.problem, known.plans[0]) == named(problem, best.plan)
    assert ordered.known(None) is None
    foreign = replace(best.plan, is_open=best.plan.is_open[:-1])
    assert ordered.taken(foreign) is foreign
    more = replace(best.plan.assignment, point=best.plan.assignment.point + 999)
    network = ordered.taken(replace(best.plan, assignment=more))
    assert named(ordered.problem, network)[:2] == named(problem, best.plan)[:2]
    assert network.assignment.point.size == 0
    no_such = replace(best.plan, format=np.full_like(best.plan.format, 99))
    assert ordered.taken(no_such) is no_such


def named(problem: PlanningProblem, plan: Plan) -> tuple[list[object], ...]:
    """A plan by ids: branches with formats, offerings, who goes where, counters; sorted."""
    sites, services, rows = problem.site_ids, problem.service_ids, plan.assignment
    opened = np.flatnonzero(plan.is_open).tolist()
    goes = zip(rows.point, rows.visit_type, rows.site, rows.share, strict=True)
    counters = np.zeros(plan.offers.shape) if plan.counters is None else plan.counters
    return (
        sorted((sites[j], problem.format_ids[plan.format[j]]) for j in opened),
        sorted((sites[j], services[s]) for j, s in np.argwhere(plan.offers)),
        sorted(
            (problem.point_ids[i], problem.visit_type_ids[b], sites[j], round(float(share), 9))
            for i, b, j, share in goes
        ),
        sorted((sites[j], services[s], int(counters[j, s])) for j, s in np.argwhere(counters)),
    )
