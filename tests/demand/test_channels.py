"""The matrix of kinds and channels, who is shut out, and trips elsewhere, worked by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pack import tiny

from planner.demand.account import able_online
from planner.demand.channels import channel_matrix, trips_elsewhere
from planner.demand.segments import area_of_points
from planner.demand.visits import yearly_visits
from planner.pack import find_pack, read_pack
from planner.pack.customer_types import AreaShare, Customers, OnlineReach
from planner.pack.figures import Figure
from planner.pack.journey_types import Journey, Step

PORTAL = Step("portal", "Apply", "Portal", ("online",), kinds=("apply",))
HELPED = Step("helped", "Apply by help", "Portal", ("assisted", "online"), kinds=("apply",))
PAY = Step("pay", "Pay", "Bank", ("branch", "online"), kinds=("pay",))
SHOW = Step(
    "show", "Show", "Office", ("branch",), visit_type="get_card", visits=1, presence=True,
    kinds=("present",),
)  # fmt: skip
POST = Step("post", "Receive", "Office", ("branch", "courier"), kinds=("collect",))
POLICE = Step("police", "Report", "Police", ("branch",), presence=True)
ASK = Step("ask", "Ask", "Office", ("branch", "online"), kinds=("ask", "feedback"))
CARD = Journey("card", "Card", "All", (PORTAL, HELPED, PAY, SHOW, POST), cases_of="get_card")


@pytest.fixture
def pack(tmp_path):
    plain = read_pack(tiny.write(tmp_path / "pack"))
    one = Figure("factor", 1, 1, 1, "")
    reach = OnlineReach(AreaShare("on"), one, replace(one, value=0.0))
    facts = {area.code: {"on": 20.0 + 40 * c} for c, area in enumerate(plain.areas)}
    return replace(plain, customers=Customers(facts=facts, online=reach), journeys=(CARD,))


def test_the_cells_of_a_journey(pack):
    (row,) = channel_matrix(pack).rows
    apply, pay, present, collect = row.cells
    assert [each.kind for each in row.cells] == ["apply", "pay", "present", "collect"]
    assert (apply.channels, apply.without_coming, apply.online_only) == (
        ("assisted", "online"), True, True,
    )  # fmt: skip
    assert (pay.without_coming, pay.online_only) == (True, False)  # a counter takes it too
    assert (present.without_coming, collect.without_coming) == (False, True)
    assert row.online_only == ("apply",)
    assert row.cell("ask") is None


def test_who_is_shut_out_by_cases_of_each_area(pack):
    (row,) = channel_matrix(pack).rows
    cases = [0.0] * len(pack.areas)
    b = [kind.id for kind in pack.visit_types].index("get_card")
    for area, visits in zip(area_of_points(pack), yearly_visits(pack).mode[:, b], strict=True):
        cases[area] += visits
    assert len({*able_online(pack)}) > 1  # or the weights could not be seen
    by_hand = sum(n * (0.8 - 0.4 * c) for c, n in enumerate(cases)) / sum(cases)
    assert (row.basis, row.shut_out) == ("cases", pytest.approx(by_hand))
    helped = replace(CARD, steps=(HELPED, SHOW))
    (other,) = channel_matrix(replace(pack, journeys=(helped,))).rows
    assert (other.online_only, other.shut_out) == ((), None)


def test_people_stand_in_where_cases_are_not_counted(pack):
    (row,) = channel_matrix(replace(pack, journeys=(replace(CARD, cases_of=""),))).rows
    people = [0.0] * len(pack.areas)
    for area, point in zip(area_of_points(pack), pack.demand_points, strict=True):
        people[area] += point.population
    by_hand = sum(n * (0.8 - 0.4 * c) for c, n in enumerate(people)) / sum(people)
    assert (row.basis, row.shut_out) == ("people", pytest.approx(by_hand))


def test_nothing_is_said_of_who_can_be_online_where_the_pack_does_not(pack):
    matrix = channel_matrix(replace(pack, customers=Customers()))
    assert (matrix.not_able, matrix.rows[0].shut_out, matrix.rows[0].basis) == (None, None, "")
    assert matrix.rows[0].online_only == ("apply",)


def test_journeys_without_a_way_to_ask_or_tell(pack):
    talk = Journey("talk", "Talk", "All", (ASK,))
    told = replace(CARD, id="told", steps=(SHOW, replace(ASK, kinds=("ask",))))
    vague = replace(CARD, id="vague", steps=(SHOW, POLICE))
    matrix = channel_matrix(replace(pack, journeys=(CARD, talk, told, vague)))
    assert [each.id for each in matrix.without_ask] == ["card"]
    assert [each.id for each in matrix.without_feedback] == ["card", "told"]
    assert [each.id for each in matrix.for_asking] == ["talk"]
    assert matrix.rows[3].unnamed == 1  # so nothing is said of what it lacks
    assert matrix.kinds == ("apply", "pay", "ask", "present", "collect", "feedback")


def test_trips_to_other_agencies(pack):
    site = replace(pack.sites[0], hosts=("Town hall", "Central Police station"))
    again = replace(POLICE, id="again")
    journey = replace(CARD, steps=(POLICE, again, SHOW, ASK))
    (police,) = trips_elsewhere(journey, (site, *pack.sites[1:]))
    assert (police.agency, police.steps, police.houses) == ("Police", (POLICE, again), (site,))
    assert trips_elsewhere(journey, pack.sites)[0].houses == ()
    assert trips_elsewhere(CARD, pack.sites) == ()


@pytest.mark.parametrize("name", ["immigration", "one-stop"])
def test_every_step_of_the_built_in_packs_has_a_kind(name):
    matrix = channel_matrix(read_pack(find_pack(name)))
    assert [row.unnamed for row in matrix.rows] == [0] * len(matrix.rows)
