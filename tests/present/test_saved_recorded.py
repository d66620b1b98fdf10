"""What a run fills in by itself is no difference between a plan and the rules it was made from."""

from planner.present.saved.saved_recorded import as_asked, differing_rules, recorded
from planner.scenario import Scenario
from planner.scenario.change import differing_keys, with_keys
from tests.present.cases import pack

BASE = Scenario(name="Base", pack="immigration", rules={"branches": {"max": 24}})
MORE = with_keys(BASE, {"rules.branches.max": 30})


def keys(found):
    return [key for key, *_ in found]


def test_a_run_fills_in_the_travel_model_and_what_is_counted():
    run = recorded(pack(), BASE)
    assert keys(differing_keys(BASE, run)) == ["travel.model", "travel.impedance"]
    assert differing_rules(pack(), BASE, run) == []
    assert differing_rules(pack(), run, BASE) == []


def test_what_was_asked_differently_is_told_and_nothing_else():
    run = recorded(pack(), MORE)
    assert differing_rules(pack(), BASE, run) == [("rules.branches.max", 24, 30)]
    other = with_keys(BASE, {"travel.model": "great_circle"})
    assert keys(differing_rules(pack(), recorded(pack(), other), BASE)) == ["travel.model"]
    assert differing_rules(pack(), BASE, with_keys(BASE, {"name": "Mine"})) == []
    money = with_keys(BASE, {"objective.minimize": "total_cost"})
    assert keys(differing_rules(pack(), BASE, money)) == ["objective.minimize"]


def test_the_rules_of_a_run_open_as_they_were_asked():
    asked = as_asked(pack(), recorded(pack(), MORE), BASE)
    assert keys(differing_keys(BASE, asked)) == ["rules.branches.max"]
    assert keys(differing_keys(BASE, as_asked(pack(), recorded(pack(), BASE)))) == []
    own = with_keys(BASE, {"travel.model": "great_circle"})
    kept = as_asked(pack(), recorded(pack(), own), BASE)
    assert keys(differing_keys(BASE, kept)) == ["travel.model"]


def test_what_the_scenario_says_itself_stays_said():
    said = recorded(pack(), BASE)
    assert differing_keys(said, as_asked(pack(), recorded(pack(), said), said)) == []
