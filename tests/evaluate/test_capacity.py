"""Capacity worked by hand: visits, counter minutes pooled and by service, soft and hard."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.evaluate import listed_network, score
from planner.evaluate.networks import set_aside
from planner.problem import Rules

from .cases import with_rules
from .tiny import tiny_plan, tiny_problem

# One office that does ids (10 counter minutes) and passports (20): 60 and 30 visits a year, so
# 600 + 600 minutes, and 1200 / 90 minutes a visit on average. A counter serves 500 minutes a year.
OFFICE = {
    "points": [0],
    "sites": [0],
    "services": ("id", "passport"),
    "visits": [[60.0, 30.0]],
    "service_counter_min": [10.0, 20.0],
    "counter_minutes_per_year": 500.0,
}


def with_counters(plan, *counters):
    return replace(plan, counters=np.array([counters]))


def test_visits_by_hand():
    problem = tiny_problem(**OFFICE, capacity_visits=80.0, rules=Rules(capacity="hard"))
    judged = score(problem, tiny_plan(problem, "A"))
    assert judged.violations == (
        "A (area 001) serves 90 visits a year; it can serve 80: 10 too many.",
    )
    assert (judged.shortfall, judged.kpis.overloaded_branches) == (0, 1)
    load = judged.branches[0].load
    assert (load.visits, load.capacity_visits, load.utilisation) == (90, 80, 90 / 80)
    soft = score(with_rules(problem, capacity="soft"), tiny_plan(problem, "A"))
    assert (soft.violations, soft.shortfall) == ((), 10)
    assert soft.kpis.shortfall_visits_per_year == 10
    off = score(with_rules(problem, capacity="off"), tiny_plan(problem, "A"))
    assert (off.violations, off.shortfall, off.kpis.overloaded_branches) == ((), 0, 1)


@pytest.mark.parametrize(("counters", "over"), [(3.0, 0), (2.4, 0), (2.0, 200)])
def test_pooled_minutes_by_hand(counters, over):
    problem = tiny_problem(**OFFICE, counters=counters, rules=Rules(capacity="hard"))
    judged = score(problem, tiny_plan(problem, "A"))
    told = "A (area 001) needs 1,200 counter minutes a year; with 2 counters there are 1,000: "
    assert judged.violations == ((f"{told}200 too few.",) if over else ())
    load = judged.branches[0].load
    assert (load.minutes, load.capacity_minutes) == (1200, counters * 500)
    assert load.utilisation == 1200 / (counters * 500)
    soft = score(with_rules(problem, capacity="soft"), tiny_plan(problem, "A"))
    # 200 minutes are 15 visits of 13 1/3 minutes
    assert soft.shortfall == pytest.approx(over / (1200 / 90))


def test_counters_by_service_by_hand():
    """Pooled, three counters carry 1200 minutes; by service, 600 and 600 need two each."""
    rules = Rules(capacity="hard", counters="by_service")
    problem = tiny_problem(**OFFICE, counters=3.0, rules=rules)
    plan = with_counters(tiny_plan(problem, "A"), 2, 1)
    judged = score(problem, plan)
    assert judged.violations == (
        (
            "A (area 001) needs 600 counter minutes a year for passport; "
            "with 1 counter set aside for it there are 500: 100 too few."
        ),
    )
    one, two = judged.branches[0].load.by_service
    assert (one.counters, one.minutes, one.available) == (2, 600, 1000)
    assert (two.counters, two.minutes, two.available) == (1, 600, 500)
    assert judged.branches[0].load.utilisation == 600 / 500
    assert score(problem, with_counters(plan, 2, 2)).violations == (
        "A (area 001) sets aside 4 counters; it has 3.",
    )
    soft = with_rules(problem, capacity="soft")
    assert score(soft, plan).shortfall == pytest.approx(100 / (1200 / 90))
    assert score(soft, with_counters(plan, 2, 2)).violations != ()
    four = replace(problem, counters=np.array([[4.0]]))
    assert score(four, with_counters(plan, 2, 2)).violations == ()


def test_unlimited_counters_need_no_setting_aside():
    rules = Rules(capacity="hard", counters="by_service")
    problem = tiny_problem(**{**OFFICE, "counter_minutes_per_year": 0.0}, rules=rules)
    plan = with_counters(tiny_plan(problem, "A"), 0, 0)
    judged = score(problem, plan)
    assert (judged.violations, judged.branches[0].load.utilisation) == ((), None)


def test_a_branch_without_capacity():
    problem = tiny_problem(**OFFICE, counters=0.0, rules=Rules(capacity="soft"))
    judged = score(problem, tiny_plan(problem, "A"))
    assert (judged.shortfall, judged.branches[0].load.utilisation) == (pytest.approx(90), np.inf)
    idle = tiny_problem(**{**OFFICE, "visits": 0.0}, counters=0.0)
    assert score(idle, tiny_plan(idle, "A")).branches[0].load.utilisation == 0


def test_both_limits_add_up():
    """10 visits above 80, and 200 minutes above 1000 that are 15 visits."""
    problem = tiny_problem(
        **OFFICE, capacity_visits=80.0, counters=2.0, rules=Rules(capacity="soft")
    )
    assert score(problem, tiny_plan(problem, "A")).shortfall == pytest.approx(25)


@pytest.mark.parametrize(("off", "breaks"), [(0.0, 0), (9e-7, 0), (2e-6, 1), (-1.0, 0)])
def test_rounding_is_no_overload(off, breaks):
    problem = tiny_problem(**OFFICE, capacity_visits=90.0 - off, rules=Rules(capacity="hard"))
    judged = score(problem, tiny_plan(problem, "A"))
    assert (len(judged.violations), judged.kpis.overloaded_branches) == (breaks, breaks)


def test_the_formats_capacity_counts():
    problem = tiny_problem(
        **OFFICE,
        formats={"small": ["id", "passport"], "large": ["id", "passport"]},
        capacity_visits=[[1.0, 50.0, 90.0]],
        rules=Rules(capacity="hard"),
    )
    small = replace(tiny_plan(problem, "A"), format=np.array([1]))
    assert score(problem, small).violations == (
        "A (area 001) of the format small serves 90 visits a year; it can serve 50: 40 too many.",
    )
    large = replace(small, format=np.array([2]))
    judged = score(problem, large)
    assert (judged.violations, judged.branches[0].format) == ((), 2)


def test_counters_are_set_aside_where_they_help_most():
    rules = Rules(capacity="soft", counters="by_service")
    problem = tiny_problem(
        **{**OFFICE, "visits": [[70.0, 45.0]]}, counters=3.0, existing=[0], rules=rules
    )
    # 700 and 900 minutes: one counter each is full, and the third takes 400 rather than 200
    today = listed_network(problem, problem.existing)
    assert today.counters.tolist() == [[1, 2]]
    judged = score(problem, today)
    assert judged.violations == ()
    assert judged.branches[0].load.by_service[0].minutes == 700
    few = replace(problem, counters=np.array([[1.0]]))
    assert set_aside(few, today).tolist() == [[1, 0]]
    many = replace(problem, counters=np.array([[9.0]]))
    assert set_aside(many, today).tolist() == [[2, 2]]
