"""Queues: known values of M/M/c, sums in exact fractions, and the counters of a branch."""

import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from planner.commands.choice import _branch_words
from planner.evaluate.choice import who_comes
from planner.evaluate.choice_told import queue_told
from planner.evaluate.queues import (
    BranchQueue,
    branch_queues,
    counters_for_utilisation,
    counters_for_wait,
    erlang_c,
    peak_arrivals,
    queue_at,
    share_waiting_longer,
)
from planner.pack.customer_types import Opening
from planner.pack.figures import Figure
from planner.plan import Plan
from planner.problem import PlanningProblem
from tests.evaluate.tiny import tiny_plan, tiny_problem


def exact_erlang_c(c: int, a: Fraction) -> Fraction:
    """The textbook sum with factorials, without rounding."""
    rest = sum(a**n / math.factorial(n) for n in range(c))
    last = a**c / math.factorial(c) / (1 - a / c)
    return last / (rest + last)


def test_one_counter_is_rho_over_mu_less_lambda() -> None:
    """lambda 8, mu 10 an hour: 0.8 / 2 h = 24 min; the share that waits is rho."""
    queue = queue_at(8, 6, 1)
    assert queue.utilisation == pytest.approx(0.8)
    assert queue.waits == pytest.approx(0.8)
    assert queue.wait_min == pytest.approx(24)
    assert queue.overflow == 0


def test_two_counters_by_hand() -> None:
    """a = 1, c = 2: C = 1/3; mu = 10 an hour: wait = 1/3 / (20 - 10) h = 2 min."""
    assert erlang_c(2, 1.0) == pytest.approx(1 / 3)
    assert queue_at(10, 6, 2).wait_min == pytest.approx(2)


def test_a_published_value() -> None:
    """Erlang C for 8 erlang on 10 servers is 0.409 in the usual tables."""
    assert erlang_c(10, 8.0) == pytest.approx(0.40918, abs=5e-6)


@pytest.mark.parametrize(
    ("c", "a"), [(1, "0.1"), (3, "2.9"), (12, "9.6"), (40, "36"), (40, "39.9")]
)
def test_against_the_sum_in_fractions(c: int, a: str) -> None:
    assert erlang_c(c, float(a)) == pytest.approx(float(exact_erlang_c(c, Fraction(a))), rel=1e-12)


def test_very_many_counters_neither_overflow_nor_end() -> None:
    assert 0 < erlang_c(5000, 4900.0) < 1
    assert erlang_c(5000, 1.0) == 0


def test_steady_work_halves_the_wait_and_uneven_work_lengthens_it() -> None:
    plain = queue_at(30, 6, 4).wait_min or 0
    assert queue_at(30, 6, 4, 0.0).wait_min == pytest.approx(plain / 2)
    assert queue_at(30, 6, 4, 1.5).wait_min == pytest.approx(plain * 3.25 / 2)


def test_a_queue_that_overflows_has_no_wait() -> None:
    """30 an hour at 2 counters of 10 an hour each: 10 an hour too many."""
    queue = queue_at(30, 6, 2)
    assert queue.wait_min is None
    assert queue.overflow == pytest.approx(10)
    assert queue.utilisation == pytest.approx(1.5)
    assert share_waiting_longer(1e6, 30, 6, 2) == 1
    at_the_rate = queue_at(20, 6, 2)
    assert at_the_rate.wait_min is None
    assert at_the_rate.overflow == 0
    assert queue_at(5, 6, 0).utilisation == math.inf
    assert queue_at(0, 6, 0).wait_min == 0


def test_share_that_waits_longer() -> None:
    """M/M/1 with lambda 8, mu 10: P(wait > t) = 0.8 e^(-2t), t in hours."""
    assert share_waiting_longer(30, 8, 6, 1) == pytest.approx(0.8 * math.exp(-1))
    assert share_waiting_longer(0, 8, 6, 1) == pytest.approx(0.8)


def test_mean_wait_is_the_area_under_the_share_that_waits_longer() -> None:
    step = 0.01
    minutes = np.arange(0, 400, step) + step / 2
    for variation in (0.5, 1.0, 1.4):
        area = sum(share_waiting_longer(t, 33, 6, 4, variation) for t in minutes.tolist()) * step
        assert area == pytest.approx(queue_at(33, 6, 4, variation).wait_min or 0, rel=1e-4)


def test_counters_for_utilisation() -> None:
    """48 an hour of 10 minutes is 8 counters' work; at 0.8 that takes exactly 10."""
    assert counters_for_utilisation(48, 10, 0.8) == 10
    assert counters_for_utilisation(48.1, 10, 0.8) == 11
    assert counters_for_utilisation(0, 10, 0.8) == 0


def test_counters_for_wait_are_the_fewest() -> None:
    for arrivals in (0.5, 7, 48, 400):
        c = counters_for_wait(arrivals, 10, 15, 0.95)
        assert share_waiting_longer(15, arrivals, 10, c) <= 0.05
        assert share_waiting_longer(15, arrivals, 10, c - 1) > 0.05
    assert counters_for_wait(0, 10, 15, 0.95) == 0
    assert counters_for_wait(60, 10, 0, 1.0) > 20  # nobody waits: C itself must vanish


# -- branches ------------------------------------------------------------------------------


def figure(value: float) -> Figure:
    return Figure("", value, value, value, "")


OPENING = Opening(
    days_per_year=figure(250),
    hours_per_day=figure(8),
    peak_day=figure(1.2),
    peak_hour=figure(1.5),
    utilisation=figure(0.8),
    idle_below=figure(0.3),
)


def network(**given: object) -> tuple[PlanningProblem, Plan]:
    """20,000 papers of 10 minutes at A, 2,000 cards of 5 minutes at B, in 2,000 hours a year."""
    problem = tiny_problem(
        [0.0, 100.0],
        [0.0, 100.0],
        ("paper", "card"),
        visits=np.array([[20_000.0, 0.0], [0.0, 2_000.0]]),
        existing=[0],
        **{"service_counter_min": [10.0, 5.0], **given},  # type: ignore[arg-type]
    )
    return problem, tiny_plan(problem, {"A": ["paper"], "B": ["paper", "card"]})


def queues(
    problem: PlanningProblem, plan: Plan, minutes: float = 100_000
) -> tuple[BranchQueue, ...]:
    return branch_queues(problem, plan, who_comes(problem, plan, "assigned"), OPENING, minutes)


def test_peak_hour() -> None:
    """20,000 / 250 days / 8 hours = 10; x 1.2 x 1.5 = 18."""
    assert peak_arrivals(20_000, OPENING) == pytest.approx(18)


def test_counters_that_are_given() -> None:
    first, second = queues(*network(counters=[2, 1]))
    assert (first.counters, first.basis) == (2, "given")
    assert first.arrivals_per_hour == pytest.approx(18)
    assert first.use == pytest.approx(200_000 / (2 * 120_000))
    assert first.peak == queue_at(18, 10, 2)
    assert first.overflows
    assert first.peak.overflow == pytest.approx(6)
    assert (first.needed, first.missing) == (4, 2)  # 3 counters' work / 0.8 = 3.75
    assert first.needed_for_wait == counters_for_wait(18, 10, 30, 0.95)
    assert not first.is_idle
    assert second.use == pytest.approx(10_000 / 120_000)
    assert (second.needed, second.missing, second.is_idle) == (1, 0, True)


def test_desks_say_what_each_service_uses() -> None:
    _, second = queues(*network(counters=[2, 3]))
    paper, card = second.desks
    assert (paper.service, paper.use, paper.is_idle) == (0, 0, True)
    assert (card.counters, card.is_idle) == (1, True)
    assert card.use == pytest.approx(10_000 / 120_000)
    problem, plan = network(counters=[2, 3])
    set_aside = np.array([[2, 0], [1, 2]])
    _, second = queues(problem, replace(plan, counters=set_aside))
    assert [desk.counters for desk in second.desks] == [1, 2]
    assert second.desks[1].use == pytest.approx(10_000 / 240_000)


def test_counters_that_follow_from_the_yearly_capacity() -> None:
    """Mean visit: 210,000 / 22,000 min; 52,381 visits of it are 500,000 minutes: 5 counters."""
    first, _ = queues(*network(capacity_visits=[500_000 / (210_000 / 22_000), 10.0]))
    assert (first.counters, first.basis) == (5, "derived")


def test_counters_that_nobody_knows_are_those_needed() -> None:
    first, _ = queues(*network())
    assert (first.counters, first.basis, first.missing) == (4, "needed", 0)


def test_unknown_counter_minutes_are_said_not_guessed() -> None:
    first, second = queues(*network(service_counter_min=[10.0, 0.0], counters=[2, 2]))
    assert (first.unknown_visits, first.unknown_services) == (0, ())
    assert second.unknown_visits == 2_000
    assert second.unknown_services == (1,)
    assert [desk.service for desk in second.desks] == [0]
    assert (second.needed, second.arrivals_per_hour) == (0, 0)
    assert not second.is_measured
    assert second.is_idle is None
    assert second.desks[0].is_idle  # nobody comes for what this one does
    assert first.is_measured
    assert first.is_idle is False


def test_a_busy_branch_is_not_idle_whatever_the_unknown_visits_take() -> None:
    problem, plan = network(service_counter_min=[10.0, 0.0], counters=[1, 1])
    both = who_comes(problem, plan, "assigned")
    visits = both.visits.copy()
    visits[0, 1], visits[1, 0] = 500, 12_000  # 12,000 x 10 minutes of 120,000
    first, second = branch_queues(problem, plan, replace(both, visits=visits), OPENING, 120_000)
    assert (first.unknown_visits, first.is_idle) == (500, False)
    assert (second.unknown_visits, second.is_idle, second.is_measured) == (2_000, False, True)
    visits = visits.copy()
    visits[1, 0] = 1_000
    _, second = branch_queues(problem, plan, replace(both, visits=visits), OPENING, 120_000)
    assert (second.is_idle, second.is_measured) == (None, True)


def test_what_is_not_known_of_a_queue_is_told_as_none_and_in_words() -> None:
    problem, plan = network(service_counter_min=[10.0, 0.0])
    told = queue_told(problem, queues(problem, plan)[1])
    unknown = ("idle", "wait_min", "use_of_year", "use_at_peak", "counters", "counters_needed")
    assert [told[name] for name in unknown] == [None] * 6
    assert not told["overflows"]
    words = _branch_words({"name": "East", **told, "site": "e"})
    assert "counters and wait not known" in words
    assert "; whether it is idle is not known" in words
    given = queue_told(
        problem, queues(*network(service_counter_min=[10.0, 0.0], counters=[2, 2]))[1]
    )
    assert ", 2 counters, wait not known;" in _branch_words({"name": "East", **given, "site": "e"})
