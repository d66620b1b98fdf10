"""One small case for each rule, worked by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from evaluate.cases import with_rules
from evaluate.tiny import tiny_problem

from planner.evaluate import score
from planner.optimize import Answer, Limits, find_plan
from planner.problem import PlanningProblem, Rules, Standard

EXACT = Limits(seconds=30, gap=0.0)
BOTH = ("id", "passport")


def solved(problem: PlanningProblem, **rules: object) -> Answer:
    """The optimal answer under these rules, checked by the judge."""
    problem = with_rules(problem, duplicates="allow", **rules)
    answer = find_plan(problem, EXACT)
    assert answer.status == "optimal", (answer.status, answer.notes)
    judged = score(problem, answer.plan)
    assert judged.violations == ()
    assert judged.objective.total == pytest.approx(answer.objective, rel=1e-9, abs=1e-9)
    return answer


def impossible(problem: PlanningProblem, **rules: object) -> None:
    answer = find_plan(with_rules(problem, duplicates="allow", **rules), EXACT)
    assert answer.status == "infeasible"
    assert answer.plan is None


def shares(answer: Answer) -> dict[tuple[int, int], float]:
    """Share of each point's visits that goes to a site."""
    rows = answer.plan.assignment
    zipped = zip(rows.point.tolist(), rows.site.tolist(), rows.share.tolist(), strict=True)
    return {(i, j): pytest.approx(share, abs=1e-9) for i, j, share in zipped}


# -- formats -------------------------------------------------------------------------------


def one_site_two_formats() -> PlanningProblem:
    return tiny_problem(
        [10],
        [0],
        BOTH,
        visit_types={"id": ["id"], "both": BOTH},
        visits=[[5, 3]],
        formats={"desk": ["id"], "office": BOTH},
        branch_annual_kes=[[0, 100, 250]],
        capital_kes=[[0, 1000, 4000]],
        offering_annual_kes=[[1, 20]],
    )


def test_a_branch_takes_the_format_that_offers_what_is_needed():
    answer = solved(one_site_two_formats(), objective="total_cost")
    assert answer.plan.format.tolist() == [2]
    assert answer.objective == 80 + 250 + 21


def test_a_format_that_may_not_offer_a_service_strands_its_visits():
    impossible(one_site_two_formats(), locked_format={0: 1})
    impossible(one_site_two_formats(), capital_max_kes=3999)
    assert solved(one_site_two_formats(), capital_max_kes=4000).objective == 80


def test_todays_format_costs_no_capital_and_another_one_its_own():
    problem = replace(one_site_two_formats(), existing=np.array([True]))
    problem = replace(problem, today=np.array([[True, False]]), today_format=np.array([1]))
    assert solved(problem, capital_max_kes=4000).plan.format.tolist() == [2]
    impossible(problem, capital_max_kes=3999)
    at_home = replace(problem, today_format=np.array([2]))
    assert solved(at_home, capital_max_kes=0).plan.format.tolist() == [2]


# -- money -----------------------------------------------------------------------------------


def test_closing_and_giving_up_cost_once_and_to_the_last_shilling():
    """A is open today with both; moving to B: 70 for A, 8 and 4 for its offerings, 500 + 2 x 30."""
    problem = tiny_problem(
        [0, 1],
        [50, 0],
        BOTH,
        existing=[0],
        capital_kes=[0, 500],
        closing_kes=70,
        offering_closing_kes=[[8, 4]],
        offering_capital_kes=30,
    )
    moved = 70 + 8 + 4 + 500 + 60
    one = {"existing": "may_close", "branches_max": 1}
    assert solved(problem, **one, capital_max_kes=moved).plan.is_open.tolist() == [False, True]
    assert solved(problem, **one, capital_max_kes=moved - 1).plan.is_open.tolist() == [True, False]
    impossible(problem, **one, capital_max_kes=moved - 1, locked_closed=frozenset({0}))


def test_a_division_has_a_budget_of_its_own():
    """Passports cost 7 a year and 20 once at each new branch; both branches would serve all."""
    problem = tiny_problem(
        [0, 100],
        [0, 100],
        BOTH,
        visit_types={"passport": ["passport"]},
        offering_annual_kes=[[1, 7]],
        offering_capital_kes=[[5, 20]],
        divisions=("registry", "borders"),
        service_division=[0, 1],
    )
    assert solved(problem, division_annual_max_kes={1: 14}).objective == 0
    assert solved(problem, division_annual_max_kes={1: 13}).objective == 1000
    assert solved(problem, division_capital_max_kes={1: 40}).objective == 0
    assert solved(problem, division_capital_max_kes={1: 39}).objective == 1000
    assert solved(problem, division_annual_max_kes={0: 0}).objective == 0
    impossible(problem, division_annual_max_kes={1: 6})


def test_existing_branches_may_change_but_not_close():
    problem = tiny_problem(
        [0], [0, 40], BOTH, visit_types={"id": ["id"]}, existing=[1], today={1: ["passport"]}
    )
    kept = solved(problem)
    assert kept.plan.offers[1].tolist() == [False, True]
    changed = solved(problem, existing="may_change", branches_max=1)
    assert changed.plan.is_open.tolist() == [False, True]
    assert changed.plan.offers[1, 0]
    gone = solved(problem, existing="may_close", branches_max=1)
    assert gone.plan.is_open.tolist() == [True, False]


# -- capacity ----------------------------------------------------------------------------------


def crowded() -> PlanningProblem:
    """Ten visits at A and six at B, 100 km apart; A serves eight, B nine."""
    return tiny_problem([0, 100], [0, 100], visits=[10, 6], capacity_visits=[8, 9])


def test_what_does_not_fit_goes_to_the_next_branch():
    answer = solved(crowded(), capacity="hard")
    assert shares(answer) == {(0, 0): 0.8, (0, 1): 0.2, (1, 1): 1.0}
    assert answer.objective == pytest.approx(200)
    assert answer.shortfall is None


def test_one_visit_too_many():
    full = replace(crowded(), capacity_visits=np.array([[8.0], [8.0]]))
    assert solved(full, capacity="hard").objective == pytest.approx(200)
    short = replace(crowded(), capacity_visits=np.array([[8.0], [7.0]]))
    impossible(short, capacity="hard")
    soft = solved(short, capacity="soft")
    assert soft.shortfall == pytest.approx(1)
    assert soft.shortfall_bound == pytest.approx(1)
    # the one too many stays where it comes from; the other one that A has no room for travels
    assert soft.objective == pytest.approx(100)
    assert solved(short, capacity="off").objective == 0


def test_a_point_that_may_not_be_split():
    """All ten go to B, and B has no room for its own six: nothing fits but the swap."""
    problem = replace(crowded(), capacity_visits=np.array([[8.0], [10.0]]))
    whole = solved(problem, capacity="hard", assignment="single")
    assert shares(whole) == {(0, 1): 1.0, (1, 0): 1.0}
    assert whole.objective == 1600
    impossible(crowded(), capacity="hard", assignment="single")


def test_counter_minutes_are_shared_by_the_services():
    """Ten id visits of 5 minutes and ten passport visits of 20: 250 minutes at A."""
    problem = tiny_problem(
        [0],
        [0, 60],
        BOTH,
        visits=[[10, 10]],
        counters=[2, 9],
        counter_minutes_per_year=125,
        service_counter_min=[5, 20],
    )
    assert solved(problem, capacity="hard").objective == 0
    less = replace(problem, counter_minutes_per_year=124.5)
    # one minute too much: a twentieth of a passport visit, which travels 60
    assert solved(less, capacity="hard").objective == pytest.approx(60 / 20)
    soft = solved(less, capacity="soft", locked_closed=frozenset({1}))
    assert soft.shortfall == pytest.approx(1 / 12.5)  # in visits of the mean length


def test_counters_are_set_aside_by_service():
    """125 minutes a counter: passports need two of the two, ids (50 minutes) one of their own."""
    problem = tiny_problem(
        [0],
        [0, 60],
        BOTH,
        visits=[[10, 10]],
        counters=[2, 9],
        counter_minutes_per_year=125,
        service_counter_min=[5, 20],
    )
    answer = solved(problem, capacity="hard", counters="by_service")
    # ids stay with one counter; of the passports 125 / 20 stay and 3.75 travel
    assert answer.objective == pytest.approx(3.75 * 60)
    assert answer.plan.counters[0].tolist() == [1, 1]
    assert answer.plan.counters[1].tolist() == [0, 1]
    three = replace(problem, counters=np.array([[3.0], [9.0]]))
    assert solved(three, capacity="hard", counters="by_service").objective == 0


# -- standards ---------------------------------------------------------------------------------


def far_and_near(**standard: object) -> PlanningProblem:
    """Ninety visits at A, ten 100 minutes away at B; one branch."""
    wanted = {"service": 0, "area": None, "share": 0.9, "within_min": 30.0, **standard}
    return tiny_problem(
        [0, 100],
        [0, 100],
        visits=[90, 10],
        point_area=[0, 1],
        site_area=[0, 1],
        rules=Rules(branches_max=1, standards=(Standard(**wanted),)),
    )


def test_a_standard_is_kept_or_missed_by_one_visit():
    assert solved(far_and_near()).objective == 1000
    impossible(far_and_near(share=0.91))
    soft = solved(far_and_near(share=0.91, is_hard=False))
    assert soft.shortfall == pytest.approx(1)
    assert soft.objective == 1000


def test_a_standard_of_an_area_decides_where_the_branch_is():
    assert solved(far_and_near(area=1, share=1.0)).objective == 9000
    missed = solved(far_and_near(area=1, share=0.3, is_hard=False), locked_closed=frozenset({1}))
    assert missed.shortfall == pytest.approx(3)


def test_a_standard_in_minutes_sends_visits_past_the_cheapest_branch():
    """Fares: the near branch is dearer. Half must be within 30 minutes."""
    problem = tiny_problem(
        [0],
        [10, 100],
        rules=Rules(
            objective="travel_cost", standards=(Standard(0, None, 0.5, 30.0),), duplicates="allow"
        ),
    )
    problem = replace(problem, impedance=np.array([[9.0, 2.0]]))
    assert shares(solved(problem)) == {(0, 0): 0.5, (0, 1): 0.5}
    assert solved(problem).objective == pytest.approx(5 * 9 + 5 * 2)
    whole = solved(problem, assignment="single")
    assert whole.objective == 90


def test_visits_that_no_site_reaches_count_for_a_standard():
    problem = tiny_problem(
        [0, 5],
        [0],
        visits=[6, 4],
        no_route=[(1, 0)],
        rules=Rules(standards=(Standard(0, None, 0.7, 30.0, is_hard=False),)),
    )
    assert solved(problem).shortfall == pytest.approx(1)


# -- the worst served ----------------------------------------------------------------------------


@pytest.mark.parametrize(("weight", "site"), [(0.0, 0), (1.0, 1)])
def test_the_worst_served_draw_the_branch(weight, site):
    """Nine visits at 0 and one at 100: on average A (at 0) is best, for the worst tenth B (90)."""
    problem = tiny_problem([0, 100], [0, 90], visits=[9, 1])
    answer = solved(problem, branches_max=1, tail_share=weight, tail_beta=0.1)
    assert answer.plan.is_open.tolist() == [site == 0, site == 1]
    # mean: 100; the worst tenth at B are nine visits of 90: all ten weigh 90 x 10
    assert answer.objective == pytest.approx(100 if weight == 0 else 900)


def test_a_tail_in_part():
    problem = tiny_problem([0, 30, 70], [0], visits=[5, 3, 2])
    answer = solved(problem, tail_share=0.4, tail_beta=0.4)
    tail = (2 * 70 + 2 * 30) / 4 * 10
    assert answer.objective == pytest.approx(0.6 * 230 + 0.4 * tail)


# -- floors, separation, locks ---------------------------------------------------------------


def test_a_floor_of_one_area_replaces_the_floor_of_all():
    problem = tiny_problem([0], [0, 10, 20], site_area=[0, 1, 1], areas=2, branch_annual_kes=5)
    floors = {"objective": "total_cost", "floor_branches": 1}
    assert solved(problem, **floors).plan.is_open.sum() == 2
    assert solved(problem, **floors, floor_areas={1: 2}).plan.is_open.sum() == 3
    assert solved(problem, **floors, floor_areas={1: 0}).plan.is_open.sum() == 1


@pytest.mark.parametrize("measure", ["separation_km", "separation_min"])
def test_a_duplicate_by_kilometres_or_by_minutes(measure):
    limit = 10.0 if measure == "separation_km" else 20.0
    for apart, count in ((10.0, 1), (10.01, 2)):
        problem = tiny_problem([0, apart], [0, apart], minutes_per_km=2.0, **{measure: limit})
        problem = with_rules(problem, duplicates="forbid")
        answer = find_plan(problem, EXACT)
        assert answer.plan.is_open.sum() == count
        assert score(problem, answer.plan).violations == ()


def test_counters_limit_what_the_load_justifies():
    """Twenty visits of ten minutes near both; a counter of 100 minutes serves ten of them."""
    problem = tiny_problem(
        [0, 5],
        [0, 5],
        separation_km=10.0,
        counters=1,
        counter_minutes_per_year=100,
        service_counter_min=10,
        rules=Rules(duplicates="forbid"),
    )
    assert find_plan(problem, EXACT).objective == 0
    wide = replace(problem, counters=np.array([[2.0], [2.0]]))
    assert find_plan(wide, EXACT).objective == 50


def test_offerings_are_locked():
    problem = tiny_problem([0, 50], [0, 50], BOTH, offering_annual_kes=3)
    offered = solved(problem, objective="total_cost", locked_offered=frozenset({(1, 1)}))
    assert offered.plan.offers[1, 1]
    withheld = solved(problem, locked_withheld=frozenset({(0, 1)}))
    assert withheld.plan.offers[0].tolist() == [True, False]
    impossible(problem, locked_offered=frozenset({(1, 1)}), locked_closed=frozenset({1}))
    impossible(problem, locked_withheld=frozenset({(0, 1), (1, 1)}))
    today = replace(problem, existing=np.array([True, False]))
    today = replace(today, today=np.array([[True, True], [False, False]]))
    impossible(today, locked_withheld=frozenset({(0, 1)}))


def test_a_listed_mix_is_offered_as_a_whole():
    """Passports at B are a duplicate that costs; B may not open without them."""
    problem = tiny_problem(
        [0, 9],
        [0, 9],
        BOTH,
        proposed=[0, 1],
        separation_km=[[[-1.0]], [[20.0]]],
        rules=Rules(mix="as_listed", duplicates="forbid"),
    )
    answer = find_plan(problem, EXACT)
    assert answer.plan.offers.sum(axis=1).tolist() in ([2, 0], [0, 2])
    assert answer.objective == 180


@pytest.mark.parametrize("capacity", ["soft", "hard"])
def test_counters_by_service_without_any_counter_given_limit_nothing(capacity):
    problem = tiny_problem(
        points=[0, 10],
        sites=[0, 10],
        counter_minutes_per_year=0.0,
        service_counter_min=7.0,
        capacity_visits=500.0,
        rules=Rules(capacity=capacity, counters="by_service", duplicates="allow"),
    )
    answer = find_plan(problem, Limits(gap=0.0))
    assert answer.status == "optimal"
    assert answer.objective == 0
    assert answer.plan.counters.tolist() == [[0], [0]]
    assert score(problem, answer.plan).violations == ()
