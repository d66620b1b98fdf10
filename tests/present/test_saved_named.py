"""What a plan is called whose rules were changed: it tells the change, and is never too long."""

import pytest

from planner.present.saved.saved_named import (
    MOST_SIGNS,
    changed_name,
    first_name,
    named,
)
from planner.present.words import words
from planner.scenario import Scenario
from planner.scenario.change import with_keys
from tests.present.cases import pack

BASE = Scenario(
    name="Best fourteen more",
    pack="immigration",
    rules={"branches": {"exactly": 24}, "annual_kes": {"max": 450_000_000}},
)
FEWER = {"rules.branches.exactly": None, "rules.branches.max": 20}


def called(keys, language="en", base=BASE):
    w = words(language).of_pack(pack())
    return named(w, pack(), base, with_keys(base, keys)).name


def test_the_name_tells_the_change():
    keys = {**FEWER, "rules.annual_kes.max": 400_000_000, "duplicates.separation_km": 60.0}
    assert called(keys) == "Best fourteen more, changed: at most 20, KES 400 M, 60 km"
    told = called({"rules.branches.exactly": None})
    assert told == "Best fourteen more, changed: Number of branches: no limit"
    exact = called({"rules.branches.exactly": 20, "rules.existing": "may_close"})
    assert exact == (
        "Best fourteen more, changed: exactly 20, Today's branches: May close or drop services"
    )


def test_a_name_of_ones_own_and_rules_that_are_the_same_stay():
    assert called({"name": "Mine", **FEWER}) == "Mine"
    assert called({"description": "other words"}) == BASE.name


@pytest.mark.parametrize("language", ["en", "sw"])
def test_many_changes_of_a_long_name_leave_it_short(language):
    sites = [each.id for each in pack().sites[:9]]
    keys = {
        **FEWER,
        "sites.open": sites,
        "objective.tail_share": 0.4,
        "rules.capacity": "soft",
        "solve.threads": 2,
    }
    w = words(language).of_pack(pack())
    for base in (BASE, BASE.model_copy(update={"name": "long " * 40})):
        name = changed_name(w, pack(), base, with_keys(base, keys))
        assert len(name) <= MOST_SIGNS
        assert any(name.endswith(w("saved.more", n=n)) for n in (3, 4))


@pytest.mark.parametrize("language", ["en", "sw"])
def test_a_changed_plan_that_is_changed_again_is_told_once(language):
    once = with_keys(BASE, FEWER).model_copy(update={"name": called(FEWER, language)})
    assert first_name(once.name) == BASE.name
    again = called({"rules.branches.max": 22}, "en", once)
    assert again == "Best fourteen more, changed: at most 22"
    assert first_name(BASE.name) == BASE.name
