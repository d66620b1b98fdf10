"""What a journey takes and what of it is needless, on journeys worked by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planner.demand.journeys import asked_often, count_journey
from planner.pack import find_pack, read_pack
from planner.pack.customer_types import Alternatives
from planner.pack.figures import Figure, Mark
from planner.pack.journey_types import Journey, Paper, Step

FOUND, ASSUMED = Mark("s", "found"), Mark("s", "assumption")
ID = Paper("id", "Identity card", "Registrar", mark=FOUND)
FORM = Paper("form", "Form", mark=FOUND)
PHOTO = Paper("photo", "Photograph", mark=FOUND)
ADDRESS = Paper("address", "Address", is_fact=True, mark=FOUND)


def minutes(low, value, high):
    return Figure("minutes", value, low, high, "minutes", ASSUMED)


APPLY = Step(
    "apply", "Apply", "Office", ("assisted", "online"), minutes=minutes(5, 10, 20),
    fee_kes=100, adds_value=True, asks=("id", "address"), gives=("form",), mark=FOUND,
)  # fmt: skip
PAY = Step(
    "pay", "Pay", "Portal", ("online",), minutes=minutes(1, 30, 60), fee_kes=50, adds_value=False,
    asks=("address",), mark=FOUND,
)  # fmt: skip
SHOW = Step(
    "show", "Show papers", "Office", ("branch",), visit_type="show", visits=1.5, presence=True,
    asks=("id", "form", "photo", "address"), mark=ASSUMED,
)  # fmt: skip
FETCH = Step(
    "fetch", "Fetch", "Office", ("branch",), visit_type="fetch", visits=1, adds_value=True,
    mark=FOUND,
)  # fmt: skip
POLICE = Step("police", "Report", "Police", ("branch",), presence=True, asks=("id",), mark=FOUND)
JOURNEY = Journey(
    "card", "Card", "Everyone", (POLICE, APPLY, PAY, SHOW, FETCH),
    papers=(ID, ADDRESS, FORM, PHOTO),
)  # fmt: skip


def test_counts_of_a_case():
    count = count_journey(JOURNEY)
    assert count.agencies == ("Police", "Office", "Portal")
    assert (count.visits, count.in_person, count.elsewhere, count.remote) == (2.5, 2, 1, 2)
    assert count.visits_spared == 1  # fetching needs nobody to come
    assert count.minutes == (6, 40, 80)
    assert (
        count.minutes_unknown == 3
    )  # the police and both visits; travel and counter are no own minutes
    assert (count.fees, count.fees_unknown) == (150, 3)


def test_what_adds_value():
    count = count_journey(JOURNEY)
    steps, own = count.steps_adding, count.minutes_adding
    assert (steps.adding, steps.of, steps.not_judged) == (2, 3, 2)
    assert (own.adding, own.of, own.share) == (10, 40, 0.25)
    unjudged = count_journey(replace(JOURNEY, steps=(POLICE,)))
    assert unjudged.steps_adding.share is None
    assert unjudged.minutes is None


def test_papers_that_must_be_there_first():
    brought = count_journey(JOURNEY).brought
    assert [(each.paper.id, each.is_foreign) for each in brought] == [
        ("id", True),
        ("photo", False),
    ]
    assert [step.id for step in brought[0].steps] == ["police", "apply", "show"]
    own = replace(JOURNEY, papers=(replace(ID, agency="Office"), ADDRESS, FORM, PHOTO))
    assert not count_journey(own).brought[0].is_foreign


def test_asked_twice_by_one_agency_and_by_several():
    identity, address = count_journey(JOURNEY).asked_twice
    assert (identity.paper, identity.within, identity.over) == (
        ID,
        ("Office",),
        ("Police", "Office"),
    )
    assert identity.mark == "assumption"  # of the step at the counter
    assert (address.paper, address.over) == (ADDRESS, ("Office", "Portal"))
    alone = count_journey(replace(JOURNEY, steps=(APPLY, replace(SHOW, mark=Mark()))))
    assert [(each.over, each.mark) for each in alone.asked_twice] == [((), None), ((), None)]


def test_what_an_agency_gave_and_asks_back():
    (back,) = count_journey(JOURNEY).given_back
    assert (back.paper, back.given.id, back.asked.id) == (FORM, "apply", "show")
    by_portal = replace(APPLY, agency="Portal")
    other = count_journey(replace(JOURNEY, steps=(by_portal, SHOW)))
    assert other.given_back == ()  # another agency gave it


def test_what_could_be_remote():
    (fetch,) = count_journey(JOURNEY).could_be_remote
    assert (fetch.steps, fetch.visits, fetch.share) == ((FETCH,), 1, None)
    half = Figure("remote", 0.5, 0, 1, "share", ASSUMED)
    said = {"show": Alternatives("show", remote=half), "fetch": Alternatives("fetch", remote=half)}
    first, show = count_journey(JOURNEY, said).could_be_remote
    assert first == fetch  # what the journey says of a step goes before the pack's share
    assert (show.steps, show.visits, show.share) == ((SHOW,), 0.75, half)
    again = replace(SHOW, id="again", visits=1)
    both = count_journey(replace(JOURNEY, steps=(SHOW, again)), said).could_be_remote
    assert [(each.steps, each.visits) for each in both] == [((SHOW, again), 1.25)]
    by_post = replace(FETCH, channels=("branch", "courier"))
    posted = count_journey(replace(JOURNEY, steps=(by_post,)))
    assert posted.could_be_remote == ()
    assert posted.visits_spared == 1


def test_asked_in_many_journeys():
    short = replace(JOURNEY, id="short", steps=(APPLY,))
    none = replace(JOURNEY, id="none", steps=(FETCH,))
    first, second = asked_often((JOURNEY, short, none))
    assert (first.paper, first.times, len(first.journeys)) == (ID, 4, 2)
    assert (second.paper, second.times, second.agencies) == (ADDRESS, 4, ("Office", "Portal"))
    assert asked_often((JOURNEY, none)) == ()


@pytest.fixture(scope="module")
def counts():
    pack = read_pack(find_pack("immigration"))
    return {each.id: count_journey(each, pack.customers.alternatives) for each in pack.journeys}


def test_the_passport_of_the_built_in_pack(counts):
    passport = counts["passport"]
    assert (passport.visits, passport.visits_spared, passport.fees) == (2.25, 1, 7500)
    assert {each.paper.agency for each in passport.brought if each.is_foreign} == {
        "National Registration Bureau",
        "Civil Registration Services",
    }
    assert [each.paper.id for each in passport.given_back] == ["printed_form", "invoices"]


def test_what_needs_no_presence_has_no_visits(counts):
    for name in ("work_permit", "travel_authorisation", "enquiry"):
        assert (counts[name].visits, counts[name].elsewhere) == (0, 0)
    assert counts["passport_replacement"].elsewhere == 1


def test_two_steps_in_one_visit_count_it_once():
    seal = Step("seal", "Seal", "Registrar", ("branch",), visit_type="fetch", same_visit_as="fetch")
    count = count_journey(replace(JOURNEY, steps=(SHOW, FETCH, seal)))
    assert (count.visits, count.in_person, count.same_visit, count.visits_spared) == (2.5, 3, 1, 1)
    assert [each.visits for each in count.could_be_remote] == [1, 0]
    strict = replace(seal, presence=True)
    kept = count_journey(replace(JOURNEY, steps=(SHOW, FETCH, strict)))
    assert kept.visits_spared == 0  # somebody must come to that visit for the seal
    assert [each.visits for each in kept.could_be_remote] == [0]
