"""Where do I go, with what, when: on a line of places worked by hand.

Branch A (km 0) gives cards, branch B (km 20) cards and deeds, C (km 30) helps with what can be
done online. p0 lives at km 0, p1 at km 9, both in the West; p2 at km 40, in the East. A kilometre
takes two minutes.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from pack import tiny

from evaluate.tiny import tiny_plan, tiny_problem
from planner import evaluate, scenario
from planner.evaluate.finder import finder
from planner.insight.finder_told import finder_lines, finder_told
from planner.pack import find_pack, read_pack
from planner.pack.customer_types import Customers
from planner.pack.figures import Figure
from planner.pack.journey_types import Journey, Paper, Step
from planner.pack.types import Site, VisitType

ID, SLIP, FORM = Paper("id", "Identity card"), Paper("slip", "Slip"), Paper("form", "Form")
AGE = Paper("age", "Age", is_fact=True)
APPLY = Step(
    "apply", "Apply", "Office", ("assisted", "online"), fee_kes=100, asks=("id",), gives=("form",),
    minutes=Figure("minutes", 20, 10, 40, "minutes"),
)  # fmt: skip
POLICE = Step("police", "Report", "Police", ("branch",), presence=True)
DEED = Step(
    "deed", "Deed", "Office", ("branch",), visit_type="deed", visits=1, presence=True,
    asks=("id", "form", "age"), gives=("slip",),
)  # fmt: skip
SEAL = Step(
    "seal", "Seal", "Court", ("branch",), visit_type="deed", same_visit_as="deed", presence=True,
    asks=("slip", "id"),
)  # fmt: skip
CARD = Step("card", "Card", "Office", ("branch", "courier"), visit_type="card", visits=2)
JOURNEY = Journey(
    "a_deed", "A deed", "All", (APPLY, POLICE, DEED, SEAL, CARD), cases_of="deed",
    standard_days=7, papers=(ID, SLIP, FORM, AGE),
)  # fmt: skip


@pytest.fixture
def pack(tmp_path):
    plain = read_pack(tiny.write(tmp_path / "pack"))
    hosts = {"A": (), "B": (), "C": ("Service Centre East",)}
    return replace(
        plain,
        visit_types=(
            VisitType("card", "Card", ("c",), ("c",)),
            VisitType("deed", "Deed", ("c", "d"), ("c", "d")),
        ),
        sites=tuple(Site(j, j, "001", 0, 0, "candidate", hosts=hosts[j]) for j in hosts),
        customers=Customers(assisted_hosts=("Service Centre",)),
        journeys=(JOURNEY,),
    )


def line(**changes):
    given = {"visits": [[10, 4], [20, 12], [30, 12]], "point_area": [0, 0, 1], **changes}
    return tiny_problem(
        [0, 9, 40],
        [0, 20, 30],
        ("c", "d"),
        visit_types={"card": ["c"], "deed": ["c", "d"]},
        minutes_per_km=2,
        **given,
    )


def near(places):
    return [(each.site, each.share, each.km, each.minutes) for each in places]


def test_one_demand_point(pack):
    problem = line()
    plan = tiny_plan(problem, {"A": ["c"], "B": ["c", "d"]})
    found = finder(problem, plan, pack, JOURNEY, 0, 1)
    deed, card = found.visits
    assert near(deed.first) == [(1, 1, 11, 22)]  # A is nearer, but gives no deeds
    assert deed.second == ()
    assert near(card.first) == [(0, 1, 9, 18)]
    assert near(card.second) == [(1, 1, 11, 22)]
    assert (deed.visits, card.visits, deed.lost) == (1, 2, 0)
    assert near(found.help_at) == [(2, 1, 21, 42)]


def test_all_of_an_area_counts_points_by_their_cases(pack):
    problem = line()
    plan = tiny_plan(problem, {"A": ["c"], "B": ["c", "d"]})
    deed, card = finder(problem, plan, pack, JOURNEY, 0).visits
    assert near(deed.first) == [(1, 1, (4 * 20 + 12 * 11) / 16, (4 * 40 + 12 * 22) / 16)]
    assert (deed.first[0].least_min, deed.first[0].most_min) == (22, 40)
    assert near(card.second) == near(deed.first)
    plan = tiny_plan(problem, {"A": ["c", "d"], "B": ["c"], "C": ["c"]})
    _, card = finder(problem, plan, pack, JOURNEY, 0).visits
    assert near(card.first) == [(0, 1, 0.75 * 9, 0.75 * 18)]
    both = line(point_area=[0, 0, 0])
    plan = tiny_plan(both, {"A": ["c", "d"], "C": ["c", "d"]})
    deed, _ = finder(both, plan, pack, JOURNEY, 0).visits
    assert near(deed.first) == [(0, 16 / 28, 12 * 9 / 16, 12 * 18 / 16), (2, 12 / 28, 10, 20)]


def test_what_to_bring_and_how_to_begin(pack):
    problem = line()
    found = finder(problem, tiny_plan(problem, {"B": ["c", "d"]}), pack, JOURNEY, 1)
    deed, card = found.visits
    assert deed.steps == (DEED, SEAL)
    assert (deed.bring, deed.tell) == ((ID, FORM), (AGE,))  # the slip is given on the spot
    assert (deed.instead, card.instead) == ((), ("courier",))
    assert [(each.where, each.has_help) for each in found.steps] == [
        ("home", True), ("elsewhere", False), ("visit", False), ("visit", False), ("visit", False),
    ]  # fmt: skip
    assert found.get_first == (ID,)
    assert (found.count.visits, found.count.fees, found.count.elsewhere) == (3, 100, 1)
    alone = replace(pack, customers=Customers())
    assert finder(problem, tiny_plan(problem, {"B": ["c", "d"]}), alone, JOURNEY, 1).help_at == ()


def test_places_without_a_branch(pack):
    problem = line(no_route=[(0, 1), (1, 1), (1, 0)])
    plan = tiny_plan(problem, {"A": ["c"], "B": ["c", "d"]})
    deed, card = finder(problem, plan, pack, JOURNEY, 0).visits
    assert (deed.first, deed.lost) == ((), 1)
    assert near(card.first) == [(0, 0.25, 0, 0)]
    assert card.lost == 0.75
    told = finder_told(finder(problem, plan, pack, JOURNEY, 0), pack)
    lines = list(finder_lines(told, "KES"))
    assert "    Where: no branch that can do it has a route" in lines
    assert "    No branch for 75.0% of the people here" in lines


def test_in_words(pack):
    problem = line()
    plan = tiny_plan(problem, {"A": ["c"], "B": ["c", "d"]})
    lines = list(finder_lines(finder_told(finder(problem, plan, pack, JOURNEY, 0, 1), pack), "KES"))
    assert lines[0] == "A deed, from Beta (West)"
    assert "visits to a branch: 3; trips to other agencies: 1; own time 20 min" in lines[1]
    assert "fees KES 100, 4 steps without a figure; promised in 7 days" in lines[1]
    assert "  1. Apply: from home or at a point of assistance" in lines
    assert "  2. Report: in person with Police; the way there is not counted" in lines
    assert "  Nearest point of assistance: C (21 km, 42 min one way)" in lines
    assert "  Visit 1: Deed, then Seal" in lines
    assert "    Bring: Identity card; Form" in lines
    assert "    Know: Age" in lines
    assert "  Visit 2: Card (2 visits on average)" in lines
    assert "    Without coming: courier" in lines
    assert "    If that fails: B (11 km, 22 min one way)" in lines


@pytest.mark.parametrize("name", ["immigration", "one-stop"])
def test_every_journey_of_the_built_in_packs_has_a_leaflet(name):
    pack = read_pack(find_pack(name))
    problem = scenario.build(pack, scenario.Scenario(name="t", pack=name))
    plan = evaluate.todays_network(problem)
    for journey in pack.journeys:
        found = finder(problem, plan, pack, journey, 22)
        assert len(found.steps) == len(journey.steps)
        assert all(visit.first and visit.second for visit in found.visits)
        assert sum(visit.visits for visit in found.visits) == found.count.visits
