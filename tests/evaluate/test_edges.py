"""The ends of what is judged: no branch, no route, no visits, no minutes, no counters."""

import math
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from pack import tiny

from planner.errors import PlannerError
from planner.evaluate import listed_network, score, todays_network
from planner.evaluate.choice import who_comes
from planner.evaluate.choice_told import coming_told, tie_out_sentence, tie_out_told
from planner.evaluate.doors import no_wrong_door
from planner.evaluate.finder import finder
from planner.evaluate.queues import (
    branch_queues,
    counters_for_wait,
    erlang_c,
    share_waiting_longer,
)
from planner.evaluate.reach import require_minutes
from planner.evaluate.tieout import Counted, tie_out
from planner.pack import read_pack
from planner.pack.customer_types import Choice, Customers, Opening
from planner.pack.figures import Figure
from planner.pack.journey_types import Journey, Step
from planner.pack.types import Site, VisitType
from planner.plan import Assignment, Plan
from planner.problem import Rules
from tests.evaluate.tiny import tiny_plan, tiny_problem

CARD = Step("card", "Card", "Office", ("branch",), visit_type="card", visits=1, presence=True)


@pytest.fixture
def pack(tmp_path):
    plain = read_pack(tiny.write(tmp_path / "pack"))
    return replace(
        plain,
        visit_types=(VisitType("card", "Card", ("c",), ("c",)),),
        sites=tuple(Site(j, f"Branch {j}", "001", 0, 0, "candidate") for j in "AB"),
        customers=Customers(),
        journeys=(Journey("a_card", "A card", "All", (CARD,), cases_of="card"),),
    )


def line(visits=((10,), (20,)), **changes):
    return tiny_problem(
        [0, 9], [0, 10], ("c",), visit_types={"card": ["c"]}, visits=np.array(visits), **changes
    )


def test_where_nothing_is_open_no_start_succeeds(pack):
    problem = line()
    found = no_wrong_door(problem, tiny_plan(problem, []), pack)
    assert (found.by_cases, found.by_visits, found.at_contact) == (0, 0, None)


@pytest.mark.parametrize(
    ("steps", "helped"),
    [
        ((CARD,), 0.5),
        ((Step("ask", "Ask", "Office", ("assisted",)), CARD), 1.0),
        ((CARD, Step("ask", "Ask", "Office", ("assisted",))), 0.5),
        ((replace(CARD, channels=("branch", "assisted")),), 1.0),
    ],
)
def test_help_counts_only_up_to_the_first_visit(pack, steps, helped):
    """Point p1 is nearest to B, which only helps; both points have ten cases."""
    problem = line(visits=((10,), (10,)))
    sites = (pack.sites[0], replace(pack.sites[1], hosts=("Service Centre",)))
    pack = replace(
        pack,
        sites=sites,
        customers=Customers(assisted_hosts=("Service Centre",)),
        journeys=(Journey("a_card", "A card", "All", steps, cases_of="card"),),
    )
    found = no_wrong_door(problem, tiny_plan(problem, ["A"]), pack)
    assert found.at_contact == helped
    assert found.by_cases == 1


def test_without_visits_all_points_of_a_leaflet_count_alike(pack):
    problem = line(visits=((0,), (0,)))
    told = finder(problem, tiny_plan(problem, ["A", "B"]), pack, pack.journeys[0], 0)
    assert [(each.site, each.share) for each in told.visits[0].first] == [(0, 0.5), (1, 0.5)]


def test_a_place_that_nobody_goes_to_is_not_in_the_leaflet(pack):
    problem = line(visits=((10,), (0,)))
    told = finder(problem, tiny_plan(problem, ["A", "B"]), pack, pack.journeys[0], 0)
    assert [(each.site, each.share) for each in told.visits[0].first] == [(0, 1.0)]


def test_a_tail_that_cannot_travel_is_endless():
    problem = line(no_route=[(1, 0)], rules=Rules(tail_share=0.5, tail_beta=0.5))
    plan = tiny_plan(problem, ["A"])
    rows = Assignment(np.array([0, 1]), np.array([0, 0]), np.array([0, 0]), np.ones(2))
    judged = score(problem, Plan(plan.is_open, plan.offers, rows, plan.format))
    assert judged.objective.tail == math.inf
    assert judged.violations


def test_a_tail_of_nobody_is_nothing():
    problem = line(visits=((0,), (0,)), rules=Rules(tail_share=0.5, tail_beta=0.5))
    assert score(problem, tiny_plan(problem, ["A"])).objective.tail == 0


def test_no_counters_are_set_aside_where_a_counter_has_no_minutes():
    rules = Rules(counters="by_service", capacity="counters")
    problem = line(counters=4, counter_minutes_per_year=0.0, service_counter_min=5.0, rules=rules)
    assert listed_network(problem, np.array([True, False])).counters.sum() == 0


def test_a_line_with_nothing_to_do_and_one_that_never_ends():
    assert erlang_c(3, 0.0) == 0
    assert erlang_c(3, -1.0) == 0
    assert erlang_c(3, 3.0) == 1
    assert erlang_c(0, 1.0) == 1
    assert share_waiting_longer(0, 0, 6, 2) == 0
    assert share_waiting_longer(0, 8, 6, 1) == pytest.approx(0.8)
    assert counters_for_wait(0, 6, 5, 0.9) == 0


def test_counters_beyond_all_packs_are_as_many_as_are_busy():
    assert counters_for_wait(1e9, 60, 5, 0.9) == 10**9 + 1


def test_a_matrix_of_costs_tells_no_minutes():
    costs = SimpleNamespace(travel_matrix=SimpleNamespace(has_costs_only=True))
    by_matrix = replace(line(), travel=SimpleNamespace(model="matrix"))
    with pytest.raises(PlannerError, match="neither minutes nor kilometres"):
        require_minutes(costs, by_matrix)
    require_minutes(costs, line())
    require_minutes(SimpleNamespace(travel_matrix=None), by_matrix)
    known = SimpleNamespace(travel_matrix=SimpleNamespace(has_costs_only=False))
    require_minutes(known, by_matrix)


def test_who_comes_is_told_branch_by_branch(pack):
    problem = line(existing=[0], counters=2, service_counter_min=10.0)
    plan = tiny_plan(problem, ["A", "B"])
    coming = who_comes(problem, plan, "nearest")
    queues = branch_queues(problem, plan, coming, Opening(), 120_000)
    told = coming_told(pack, problem, plan, coming, queues)
    assert [(each["site"], each["name"], each["new"]) for each in told["branches"]] == [
        ("A", "Branch A", False),
        ("B", "Branch B", True),
    ]
    assert [each["visits"] for each in told["branches"]] == [{"card": 10.0}, {"card": 20.0}]
    assert told["visits_per_year"] == 30
    assert told["unserved_visits_per_year"] == 0
    assert told["branches_overflowing"] == 0
    assert told["counters"] == 4


def held_against(counts, tolerance=0.05, fit=False):
    problem = line(visits=((30,), (70,)), existing=[0, 1])
    size = np.arange(2)
    counted = Counted(0, "counts", "cards", "2023", size, np.array(counts, float), size)
    prior = Choice(Figure("decay", 0.1, 0.1, 0.1, "a km"), {})
    return problem, tie_out(problem, problem.visits[:, :1], counted, prior, tolerance, fit=fit)


def test_a_tie_out_in_values_and_in_a_sentence(pack):
    problem, held = held_against([30, 70])
    told = tie_out_told(pack, problem, held)
    assert told["agrees"]
    assert told["fit"] is None
    assert [each["rule"] for each in told["rules"]] == ["nearest", "huff"]
    assert [each["count"] for each in told["branches"]] == [30, 70]
    assert "Nearest choice agrees: at most 5 of 100" in tie_out_sentence(told)


@pytest.mark.parametrize(
    ("counts", "words"), [((80, 20), "50 points too few"), ((10, 90), "20 points too")]
)
def test_a_tie_out_that_fails_names_the_worst_branch(pack, counts, words):
    problem, held = held_against(counts)
    told = tie_out_told(pack, problem, held)
    text = tie_out_sentence({**told, "basis": "records"})
    assert words in text
    assert text.startswith("Held against 100 recorded visits, cards (2023): sending everybody")
    assert "More than 5 of 100 is too much" in text


def test_there_is_no_network_of_today_where_nothing_is_there():
    assert todays_network(line()) is None
