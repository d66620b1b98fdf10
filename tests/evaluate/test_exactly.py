"""Figures where a small wrong change would pass by unseen: the last place, a half, no route."""

from dataclasses import replace

import numpy as np
import pytest

from planner.evaluate import score, violations
from planner.evaluate.choice import who_comes
from planner.evaluate.choice_told import coming_told, tie_out_sentence, tie_out_told
from planner.evaluate.doors import no_wrong_door
from planner.evaluate.duplicates import count_pairs, duplicate_pairs
from planner.evaluate.finder import finder
from planner.evaluate.form import form_faults
from planner.evaluate.journeys import door_to_door
from planner.evaluate.loads import branch_loads
from planner.evaluate.means import group_means
from planner.evaluate.queues import branch_queues
from planner.evaluate.tieout import Counted, tie_out
from planner.pack.customer_types import Choice, Opening
from planner.pack.figures import Figure
from planner.pack.journey_types import Journey, Step
from planner.plan import Assignment, Plan
from planner.problem import Rules
from tests.evaluate.test_edges import held_against, line, pack
from tests.evaluate.tiny import tiny_plan, tiny_problem

__all__ = ["pack"]  # the fixture of the ends, used here too


def with_rows(plan, **columns):
    rows = plan.assignment
    given = {name: getattr(rows, name) for name in ("point", "visit_type", "site", "share")}
    return Plan(plan.is_open, plan.offers, Assignment(**(given | columns)), plan.format)


@pytest.mark.parametrize(("name", "size"), [("point", 2), ("visit_type", 1), ("site", 2)])
def test_the_place_after_the_last_is_not_there(name, size):
    problem = line()
    plan = tiny_plan(problem, ["A", "B"])
    last = getattr(plan.assignment, name).copy()
    last[-1] = size - 1
    assert form_faults(problem, with_rows(plan, **{name: last})) == ()
    last[-1] = size
    (fault,) = form_faults(problem, with_rows(plan, **{name: last}))
    assert f"{name} names what is not there in 1 of 2 rows; the first is row 1: {size}" in fault
    assert [each.rule for each in violations(problem, with_rows(plan, **{name: last}))] == ["form"]
    last[-1] = -1
    assert len(form_faults(problem, with_rows(plan, **{name: last}))) == 1


def test_without_a_visit_nobody_goes_elsewhere():
    problem = line(visits=((0,), (0,)))
    coming = who_comes(problem, tiny_plan(problem, ["A"]), "nearest")
    assert (coming.elsewhere, coming.mean_min, coming.mean_km) == (None, None, None)


def test_the_nearest_rule_heeds_no_attraction():
    problem = line()
    plan = tiny_plan(problem, ["A", "B"])
    strong = Choice(Figure("decay", 0.01, 0.01, 0.01, ""), {"A": Figure("a", 99, 99, 99, "")})
    plain = who_comes(problem, plan, "nearest")
    told = who_comes(problem, plan, "nearest", choice=strong)
    assert np.array_equal(told.visits, plain.visits)
    assert not np.array_equal(who_comes(problem, plan, "huff", choice=strong).visits, plain.visits)


def test_a_point_without_a_route_starts_nowhere(pack):
    problem = line(no_route=[(1, 0), (1, 1)])
    found = no_wrong_door(problem, tiny_plan(problem, ["A", "B"]), pack)
    assert found.by_cases == pytest.approx(10 / 30)
    assert found.by_visits == pytest.approx(10 / 30)


def test_pairs_by_one_distance_for_all_are_close_by_kilometres_alone():
    problem = line(separation_km=1.0, separation_min=50.0)
    plan = tiny_plan(problem, ["A", "B"])
    assert duplicate_pairs(problem, plan, separation_km=9.9) == ()
    (pair,) = duplicate_pairs(problem, plan, separation_km=10.0)
    assert (pair.separation_km, pair.separation_min, pair.km) == (10.0, -1.0, 10.0)
    (own,) = duplicate_pairs(problem, plan)
    assert (own.separation_km, own.separation_min) == (1.0, 50.0)


def test_pairs_are_counted_with_those_that_load_justifies():
    problem = line(visits=((60,), (60,)), separation_km=20.0, capacity_visits=100.0)
    pairs = duplicate_pairs(problem, tiny_plan(problem, ["A", "B"]))
    told = count_pairs(pairs)
    assert (told.pairs, told.justified, told.unnecessary) == (1, 1, 0)
    few = replace(problem, visits=problem.visits / 2)
    told = count_pairs(duplicate_pairs(few, tiny_plan(few, ["A", "B"])))
    assert (told.pairs, told.justified, told.unnecessary) == (1, 0, 1)


def test_half_a_case_still_has_a_nearest_place(pack):
    problem = line(visits=((0.25,), (0.25,)))
    (visit,) = finder(problem, tiny_plan(problem, ["A"]), pack, pack.journeys[0], 0).visits
    assert [(each.site, each.share) for each in visit.first] == [(0, 1.0)]


def test_a_visit_can_stay_away_only_where_each_of_its_steps_can(pack):
    card = Step("card", "Card", "Office", ("branch", "courier"), visit_type="card", visits=1)
    seal = Step("seal", "Seal", "Court", ("branch", "online"), visit_type="card")
    seal = replace(seal, same_visit_as="card")
    both = replace(seal, channels=("courier", "online"))
    there = replace(seal, presence=True)
    problem = line()
    plan = tiny_plan(problem, ["A"])

    def instead(*steps):
        journey = Journey("a_card", "A card", "All", steps, cases_of="card")
        return set(finder(problem, plan, pack, journey, 0).visits[0].instead)

    assert instead(card) == {"courier"}
    assert instead(card, seal) == set()
    assert instead(card, both) == {"courier"}
    assert instead(card, there) == set()


def test_a_journey_without_a_visit_does_not_end_the_list(pack):
    home = Journey("home", "Home", "All", (Step("ask", "Ask", "Office", ("online",)),))
    problem = line()
    plan = tiny_plan(problem, ["A", "B"])
    (told,) = door_to_door(problem, plan, replace(pack, journeys=(home, *pack.journeys)))
    assert told.journey.id == "a_card"
    assert told.own_min == 0
    assert told.travel_min == pytest.approx(2 * (10 * 0 + 20 * 1) / 30)


def test_counters_by_service_are_told_where_there_is_any_of_them():
    """A offers c and has a counter for d; B has neither counters for c nor does it offer d."""
    problem = tiny_problem(
        [0, 9],
        [0, 10],
        ("c", "d", "e"),
        visit_types={"c": ["c"]},
        counters=3,
        counter_minutes_per_year=100.0,
        service_counter_min=0.05,
        rules=Rules(counters="by_service", capacity="limit"),
    )
    plan = tiny_plan(problem, {"A": ["c"], "B": ["c"]})
    plan = replace(plan, counters=np.array([[0, 1, 0], [2, 0, 0]]))
    told = branch_loads(problem, plan)
    assert [(each.service, each.counters) for each in told[0].by_service] == [(0, 0), (1, 1)]
    assert [(each.service, each.counters) for each in told[1].by_service] == [(0, 2)]
    assert told[0].by_service[0].minutes == pytest.approx(0.5)


def test_half_a_visit_of_room_is_half_used_by_a_quarter():
    problem = line(visits=((0.25,), (0.0,)), capacity_visits=0.5)
    assert branch_loads(problem, tiny_plan(problem, ["A"]))[0].utilisation == 0.5
    full = line(visits=((0.25,), (0.0,)), capacity_visits=0.0)
    assert branch_loads(full, tiny_plan(full, ["A"]))[0].utilisation == np.inf
    idle = line(visits=((0.0,), (0.0,)), capacity_visits=0.0)
    assert branch_loads(idle, tiny_plan(idle, ["A"]))[0].utilisation == 0


def test_groups_of_half_a_visit_have_a_mean():
    means = group_means(
        np.array([0, 0, 2]), np.array([4.0, 8.0, 5.0]), np.array([0.25, 0.25, 0.0]), 3
    )
    assert means[0] == 6
    assert np.isnan(means[1:]).all()


def test_a_fit_is_told_with_its_misses(pack):
    """Three counted branches: each can be told by the two others."""
    problem = tiny_problem([1.0, 6.0, 9.0, 14.0], [0.0, 5.0, 10.0], visits=[10.0, 20.0, 70.0, 30.0])
    places = np.arange(3)
    counted = Counted(0, "counts", "cards", "2023", places, np.array([20.0, 40.0, 70.0]), places)
    prior = Choice(Figure("decay", 0.1, 0.1, 0.1, "a km"), {})
    held = tie_out(problem, problem.visits, counted, prior, fit=True)
    sites = (*pack.sites, replace(pack.sites[0], id="C"))
    told = tie_out_told(replace(pack, sites=sites), problem, held)["fit"]
    off = np.abs(held.fit.left_out - counted.shares)
    assert np.isfinite(off).all()
    assert told["left_out_mean_miss"] == pytest.approx(off.mean())
    assert told["left_out_largest_miss"] == pytest.approx(off.max())
    assert told["left_out"] == pytest.approx(dict(zip("ABC", held.fit.left_out, strict=True)))
    assert told["counts"] == 3


def test_a_fit_of_two_counts_leaves_no_miss_to_tell(pack):
    problem, held = held_against([30, 70], fit=True)
    told = tie_out_told(pack, problem, held)["fit"]
    assert not np.isfinite(held.fit.left_out).any()
    assert (told["left_out_mean_miss"], told["left_out_largest_miss"]) == (None, None)
    assert told["left_out"] == {"A": None, "B": None}


def test_idle_branches_and_those_of_unknown_use_are_counted_apart(pack):
    problem = line(visits=((10,), (20_000,)), counters=2, service_counter_min=10.0)
    plan = tiny_plan(problem, ["A", "B"])
    coming = who_comes(problem, plan, "nearest")
    queues = branch_queues(problem, plan, coming, Opening(), 120_000)
    told = coming_told(pack, problem, plan, coming, queues)
    assert [each["idle"] for each in told["branches"]] == [True, False]
    assert (told["idle_branches"], told["branches_of_unknown_use"]) == (1, 0)
    few = line(visits=((10,), (20,)), counters=2, service_counter_min=10.0)
    calm = who_comes(few, plan, "nearest")
    both = coming_told(pack, few, plan, calm, branch_queues(few, plan, calm, Opening(), 120_000))
    assert both["idle_branches"] == 2
    busy = told["branches"][1]
    assert busy["counters_needed_for_wait"] == queues[1].needed_for_wait > 0
    assert busy["use_of_year"] == pytest.approx(200_000 / (2 * 250 * 7.5 * 60))
    unknown = line(visits=((10,), (20,)))
    coming = who_comes(unknown, plan, "nearest")
    queues = branch_queues(unknown, plan, coming, Opening(), 120_000)
    told = coming_told(pack, unknown, plan, coming, queues)
    idle = [each["idle"] for each in told["branches"]]
    assert told["branches_of_unknown_use"] == sum(each is None for each in idle)
    assert told["idle_branches"] == sum(each is True for each in idle)


def test_a_quarter_of_a_case_is_where_it_is(pack):
    problem = line(visits=((0.25,), (0.0,)))
    plan = tiny_plan(problem, ["A", "B"])
    (visit,) = finder(problem, plan, pack, pack.journeys[0], 0).visits
    assert [(each.site, each.share) for each in visit.first] == [(0, 1.0)]


def test_the_sentence_names_the_tolerance_in_hundred(pack):
    problem, held = held_against([80, 20], tolerance=0.2)
    text = tie_out_sentence(tie_out_told(pack, problem, held))
    assert "More than 20 of 100 is too much" in text
    assert "least of all at Branch A (50 points too few)." in text


def test_what_no_plan_scores_is_all_unserved():
    problem = line()
    judged = score(problem, tiny_plan(problem, []))
    assert judged.kpis.unserved_visits_per_year == 30
