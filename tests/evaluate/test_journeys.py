"""No wrong door, door to door and one stop, on a line of three places worked by hand.

Branch A (km 0) gives cards, branch B (km 20) cards and deeds, C (km 30) helps with what can be
done online. p0 lives at km 0, p1 at km 9, p2 at km 40; a kilometre takes a minute.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pack import tiny

from evaluate.tiny import tiny_plan, tiny_problem
from planner import evaluate, scenario
from planner.evaluate.choice import who_comes
from planner.evaluate.doors import no_wrong_door, one_stop, one_stop_share
from planner.evaluate.journeys import door_to_door, peak_waits, return_trip_kes
from planner.evaluate.queues import branch_queues
from planner.pack import find_pack, read_pack
from planner.pack.customer_types import Customers
from planner.pack.figures import Figure
from planner.pack.journey_types import Journey, Step
from planner.pack.types import Site, VisitType

OWN = Figure("minutes", 20, 10, 40, "minutes")
APPLY = Step("apply", "Apply", "Office", ("assisted", "online"), minutes=OWN, fee_kes=100)
CARD = Step("card", "Card", "Office", ("branch",), visit_type="card", visits=2, presence=True)
DEED = Step("deed", "Deed", "Office", ("branch",), visit_type="deed", visits=1, presence=True)
JOURNEYS = (
    Journey("a_card", "A card", "All", (APPLY, CARD), cases_of="card"),
    Journey("a_deed", "A deed", "All", (DEED, APPLY), cases_of="deed"),
    Journey("online", "Online", "All", (APPLY,)),
)


@pytest.fixture
def pack(tmp_path):
    plain = read_pack(tiny.write(tmp_path / "pack"))
    hosts = {"A": (), "B": (), "C": ("Service Centre East",)}
    return replace(
        plain,
        visit_types=(
            VisitType("card", "Card", ("c",), ("c",), visits_per_case=2),
            VisitType("deed", "Deed", ("c", "d"), ("c", "d")),
        ),
        sites=tuple(Site(j, j, "001", 0, 0, "candidate", hosts=hosts[j]) for j in hosts),
        customers=Customers(assisted_hosts=("Service Centre",)),
        journeys=JOURNEYS,
    )


@pytest.fixture
def problem():
    return tiny_problem(
        [0, 9, 40],
        [0, 20, 30],
        ("c", "d"),
        visit_types={"card": ["c"], "deed": ["c", "d"]},
        visits=[[10, 4], [20, 8], [30, 12]],
        point_area=[0, 0, 1],
        service_counter_min=[5, 7],
    )


@pytest.fixture
def plan(problem):
    return tiny_plan(problem, {"A": ["c"], "B": ["c", "d"]})


def test_no_wrong_door(problem, plan, pack):
    doors = no_wrong_door(problem, plan, pack)
    card, deed = doors.journeys
    assert (card.starts, card.is_cases, card.at_branch) == (30, True, 1)
    assert (deed.starts, deed.at_branch) == (24, 0.5)  # p0 and p1 stand before branch A
    assert doors.by_cases == pytest.approx(42 / 54)
    assert doors.by_visits == pytest.approx(72 / 84)
    assert doors.area_cases.tolist() == [27, 27]
    assert doors.area_at_branch == pytest.approx([15 / 27, 1])


def test_points_of_assistance_are_doors_too(problem, plan, pack):
    doors = no_wrong_door(problem, plan, pack)
    card, deed = doors.journeys
    assert (card.at_contact, deed.at_contact) == (1, 0)  # C is nearest to p2: no help for deeds
    assert doors.at_contact == pytest.approx(30 / 54)
    assert doors.area_at_contact == pytest.approx([15 / 27, 15 / 27])
    alone = no_wrong_door(problem, plan, replace(pack, customers=Customers()))
    assert alone.at_contact is None
    assert alone.journeys[0].at_contact is None
    assert np.isnan(alone.area_at_contact).all()


def test_a_branch_in_a_house_of_assistance_gives_both(problem, pack):
    plan = tiny_plan(problem, {"A": ["c"], "B": ["c", "d"], "C": ["c", "d"]})
    _, deed = no_wrong_door(problem, plan, pack).journeys
    assert (deed.at_branch, deed.at_contact) == (0.5, 0.5)


def test_without_cases_visits_stand_in_and_totals_are_none(problem, plan, pack):
    uncounted = tuple(replace(each, cases_of="") for each in JOURNEYS)
    doors = no_wrong_door(problem, plan, replace(pack, journeys=uncounted))
    assert [(each.starts, each.is_cases) for each in doors.journeys] == [(60, False), (24, False)]
    assert doors.by_cases is None
    assert doors.by_visits == pytest.approx(72 / 84)


def test_without_journeys_there_is_nothing_to_say(problem, plan, pack):
    doors = no_wrong_door(problem, plan, replace(pack, journeys=()))
    assert (doors.journeys, doors.by_visits, doors.by_cases) == ((), None, None)
    assert door_to_door(problem, plan, replace(pack, journeys=())) == ()


def test_a_place_without_a_route_has_no_door(pack):
    cut = tiny_problem(
        [0, 9], [0, 20, 30], ("c", "d"), visit_types={"card": ["c"], "deed": ["c", "d"]},
        visits=[[10, 4], [30, 8]], no_route=[(1, 0), (1, 1), (1, 2)],
    )  # fmt: skip
    plan = tiny_plan(cut, {"A": ["c", "d"]})
    assert no_wrong_door(cut, plan, pack).journeys[0].at_branch == 0.25
    card, _ = door_to_door(cut, plan, pack)
    assert (card.cases, card.not_completed, card.travel_min) == (5, 15, 0)


def test_door_to_door(problem, plan, pack):
    card, deed = door_to_door(problem, plan, pack, trip_kes=problem.km * 10)
    assert (card.cases, card.not_completed) == (30, 0)
    assert card.travel_min == pytest.approx((10 * 36 + 15 * 80) / 30)
    assert (card.counter_min, card.own_min, card.fees) == (10, 20, 100)
    assert card.minutes == pytest.approx(52 + 10 + 20)
    assert card.travel_kes == pytest.approx((10 * 180 + 15 * 400) / 30)
    assert card.area_min == pytest.approx([24 + 30, 80 + 30])
    assert card.area_kes == pytest.approx([120, 400])
    assert deed.travel_min == pytest.approx((4 * 40 + 8 * 22 + 12 * 40) / 24)
    assert deed.counter_min == 12


def test_queues_of_the_peak_hour_stand_apart(problem, plan, pack):
    card, _ = door_to_door(problem, plan, pack, peak_wait_min=np.array([3.0, 6.0, np.nan]))
    assert card.peak_wait_min == pytest.approx((15 * 6 + 15 * 12) / 30)
    assert (card.peak_endless, card.peak_unknown) == (0, 0)
    assert card.minutes == pytest.approx(82)  # as without queues
    assert card.area_min == pytest.approx([24 + 30, 80 + 30])
    card, deed = door_to_door(problem, plan, pack, peak_wait_min=np.array([3.0, np.inf, np.nan]))
    assert (card.peak_wait_min, card.peak_endless, card.peak_unknown) == (6, 0.5, 0)
    assert (deed.peak_wait_min, deed.peak_endless) == (None, 1)
    card, _ = door_to_door(problem, plan, pack, peak_wait_min=np.array([np.nan, 6.0, np.nan]))
    assert (card.peak_wait_min, card.peak_endless, card.peak_unknown) == (12, 0, 0.5)
    card, _ = door_to_door(problem, plan, pack)
    assert (card.peak_wait_min, card.peak_endless, card.peak_unknown) == (None, None, None)


def test_waits_are_those_of_counters_that_are_known(problem, plan, pack):
    assert np.isnan(peak_waits(problem, plan, pack)).all()
    counters = replace(problem, counters=np.array([[1.0], [1.0], [1.0]]))
    waits = peak_waits(counters, plan, pack)
    coming = who_comes(counters, plan, "assigned")
    minutes = pack.counter_minutes_per_year.value
    queues = branch_queues(counters, plan, coming, pack.customers.opening, minutes)
    assert waits[:2].tolist() == [each.peak.wait_min for each in queues]
    assert waits[1] > 0
    assert np.isnan(waits[2])
    crowded = replace(counters, visits=problem.visits * 100_000)
    assert np.isposinf(peak_waits(crowded, plan, pack)[:2]).all()
    vague = replace(counters, service_counter_min=np.array([0.0, 7.0]))
    assert np.isnan(peak_waits(vague, plan, pack)).all()


def test_two_steps_in_one_visit_travel_once(problem, plan, pack):
    seal = Step(
        "seal", "Seal", "Court", ("branch",), visit_type="deed", same_visit_as="deed",
        presence=True, fee_kes=30,
    )  # fmt: skip
    both = Journey("both", "Both", "All", (DEED, seal), cases_of="deed")
    alone = replace(both, id="alone", steps=(DEED,))
    case, once = door_to_door(problem, plan, replace(pack, journeys=(both, alone)))
    assert case.counter_min == 12  # 5 of the cards' desk and 7 of the deeds': one visit
    assert case.travel_min == pytest.approx((4 * 40 + 8 * 22 + 12 * 40) / 24) == once.travel_min
    assert case.travel_kes == once.travel_kes
    assert (case.fees, once.fees) == (30, None)


def test_a_case_without_a_branch_is_not_completed(problem, pack):
    card, deed = door_to_door(problem, tiny_plan(problem, {"A": ["c"]}), pack)
    assert (card.cases, card.not_completed) == (30, 0)
    assert (deed.cases, deed.not_completed, deed.minutes) == (0, 24, None)
    assert np.isnan(deed.area_min).all()


def test_a_visit_that_nobody_is_counted_for_goes_to_the_nearest(problem, plan, pack):
    both = Journey("both", "Both", "All", (CARD, DEED), cases_of="card")
    quiet = replace(problem, visits=problem.visits * [1, 0])
    (case,) = door_to_door(quiet, plan, replace(pack, journeys=(both,)))
    assert case.cases == 30
    deeds = (5 * 40 + 10 * 22 + 15 * 40) / 30
    assert case.travel_min == pytest.approx(52 + deeds)


def test_money_of_a_trip(problem, plan, pack):
    card, _ = door_to_door(problem, plan, pack)
    trips = [2 * (4 * km + 80 + km) for km in (0, 9, 20)]  # fare 4 a km, leg 80, 60 an hour
    assert card.travel_kes == pytest.approx(2 * np.dot(trips, [5, 10, 15]) / 30)
    assert return_trip_kes(pack, problem)[1, 0] == pytest.approx(trips[1])
    own = replace(problem, trip_kes=np.full(problem.km.shape, 77.0))
    assert (return_trip_kes(pack, own) == 77).all()


def test_one_stop(problem, plan):
    first, second = one_stop(problem, plan)
    assert (first.site, first.kinds, first.visits_near) == (0, (0,), 42)
    assert first.share == pytest.approx(30 / 42)
    assert (second.kinds, second.share) == ((0, 1), 1)
    assert one_stop_share((first, second)) == pytest.approx(72 / 84)
    assert one_stop_share(()) is None


def test_the_proposal_brings_more_doors_and_more_wrong_ones():
    """Measured: nearer points for passports alone take fewer of the other cases."""
    pack = read_pack(find_pack("immigration"))
    problem = scenario.build(pack, scenario.Scenario(name="t", pack="immigration"))
    today = evaluate.todays_network(problem)
    proposal = evaluate.listed_network(problem, problem.existing | problem.proposed)
    before, after = (no_wrong_door(problem, plan, pack) for plan in (today, proposal))
    assert before.by_cases == pytest.approx(0.906, abs=0.002)
    assert after.by_cases == pytest.approx(0.818, abs=0.002)
    passport, *_ = door_to_door(problem, today, pack)
    assert passport.minutes == pytest.approx(620, abs=1)
    assert door_to_door(problem, proposal, pack)[0].minutes < passport.minutes - 100
