"""How often sites and services are chosen, counted by hand."""

from __future__ import annotations

import pytest
from evaluate.tiny import tiny_plan, tiny_problem

from planner.insight.frequency import Choice, frequency
from planner.problem import Rules


@pytest.fixture
def counted():
    """A is kept by the rules; B is in four of five plans, C in two, D in the given one alone."""
    problem = tiny_problem(
        [0, 100],
        [0, 50, 100, 120, 140],
        services=("id", "passport"),
        existing=[0],
        today={0: ["id"]},
        rules=Rules(),
    )
    plans = [
        ("given", "given", {"A": ["id"], "B": ["id", "passport"], "D": ["passport"]}, None),
        ("tie:2", "ties", {"A": ["id"], "B": ["id"], "C": ["passport"]}, None),
        ("x:low", "figures", {"A": ["id"], "B": ["id", "passport"]}, None),
        ("x:high", "figures", {"A": ["id"], "B": ["passport"]}, None),
        ("without:B", "lost", {"A": ["id"], "C": ["id", "passport"]}, 1),
    ]
    choices = [
        Choice(key, family, tiny_plan(problem, mix), barred) for key, family, mix, barred in plans
    ]
    return frequency(problem, choices)


def test_counts_of_all_plans(counted):
    assert counted.whole.plans == 5
    assert counted.whole.open_count.tolist() == [5, 4, 2, 1, 0]
    assert counted.whole.asked.tolist() == [5, 4, 5, 5, 5]
    assert counted.whole.offer_count.tolist() == [[5, 0], [3, 3], [1, 2], [0, 1], [0, 0]]
    assert counted.fixed.tolist() == [True, False, False, False, False]
    assert counted.fixed_offers.tolist()[0] == [True, False]


def test_shares_and_words(counted):
    assert [counted.share(j) for j in range(5)] == [1.0, 1.0, 0.4, 0.2, 0.0]
    words = [counted.how_often(j) for j in range(5)]
    assert words == ["always", "always", "sometimes", "here", "never"]
    assert counted.share(1, 0) == 0.75
    assert counted.how_often(1, 0) == "mostly"
    assert counted.how_often(2, 0) == "sometimes"  # once, but not in the given plan
    assert counted.how_often(3, 1) == "here"


def test_counts_of_each_family(counted):
    assert set(counted.families) == {"given", "ties", "figures", "lost"}
    figures, lost = counted.families["figures"], counted.families["lost"]
    assert (figures.plans, figures.open_count.tolist()) == (2, [2, 2, 0, 0, 0])
    assert (lost.asked.tolist(), lost.open_count.tolist()) == ([1, 0, 1, 1, 1], [1, 0, 1, 0, 0])


def test_a_plan_alone_says_nothing_of_always():
    problem = tiny_problem([0], [0, 1], rules=Rules(duplicates="allow"))
    alone = frequency(problem, [Choice("given", "given", tiny_plan(problem, ["A"]))])
    assert alone.how_often(0) == "here"
    assert alone.how_often(1) == "never"
