from dataclasses import replace

import pytest

from planner.pack import find_pack
from planner.present import rules
from planner.present.rules import Rules, from_scenario, to_scenario
from planner.scenario import Scenario, read_scenario
from tests.present.cases import problem, today, view

FILES = sorted((find_pack("immigration") / "scenarios").glob("*.toml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_scenario_goes_through_the_form_unchanged(file):
    scenario = read_scenario(file)
    assert to_scenario(from_scenario(scenario), scenario) == scenario


def test_what_the_form_shows_rounded_stays_exact_until_it_is_changed():
    base = Scenario.model_validate(
        {
            "name": "x",
            "pack": "immigration",
            "objective": {"minimize": "travel_distance"},
            "rules": {"annual_kes": {"max": 450_400_000}, "capital_kes": {"max": 900_600_000}},
            "duplicates": {"separation_km": 12.5, "separation_dense_km": 4.0},
            "sites": {"open": ["b", "a"]},
            "travel": {"impedance": "kes"},
            "solve": {"time_limit_s": 0.4},
        }
    )
    shown = from_scenario(base)
    assert to_scenario(shown, base) == base
    after = to_scenario(replace(shown, annual_m=460, locks={"a": "closed"}), base)
    assert after.rules.annual_kes.max == 460_000_000
    assert after.rules.capital_kes.max == 900_600_000
    assert after.sites.open == ()
    assert after.sites.closed == ("a",)
    assert after.duplicates == base.duplicates
    after = to_scenario(replace(shown, objective="travel_time", separation_km=0), base)
    assert after.travel.impedance is None
    assert after.duplicates.separation_km is None
    assert after.duplicates.separation_dense_km is None
    assert after.solve == base.solve


def test_what_the_form_does_not_show_stays():
    base = Scenario.model_validate(
        {
            "name": "x",
            "pack": "immigration",
            "rules": {"branches": {"min": 3, "new_max": 5}, "mix": "as_listed"},
            "solve": {"seed": 7},
        }
    )
    after = to_scenario(Rules(name="y", count_rule="most", count=30), base)
    assert after.rules.branches.max == 30
    assert after.rules.branches.new_max == 5
    assert after.rules.mix == "as_listed"
    assert after.solve.seed == 7
    assert after.name == "y"


def conflicts(**changes):
    given = replace(Rules(name="x"), **changes)
    return rules.conflicts(view(), given, today().score.kpis)


def test_plain_rules_have_no_conflict():
    assert conflicts() == []
    assert conflicts(count_rule="exactly", count=24, has_annual=True, annual_m=450) == []


def test_fewer_branches_than_stay():
    (text,) = conflicts(count_rule="most", count=5)
    assert "10 branches" in text


def test_a_floor_in_every_county_needs_47():
    (text,) = conflicts(floor=1, count_rule="exactly", count=24)
    assert "At least 47" in text


def test_a_closed_county_cannot_have_its_floor():
    inside = [s.id for s in view().pack.sites if s.area == "005"]
    texts = conflicts(floor=1, locks=dict.fromkeys(inside, "closed"))
    assert any("Lamu" in text for text in texts)


def test_a_budget_below_today():
    (text,) = conflicts(has_annual=True, annual_m=100)
    assert "KES" in text


def test_closing_one_of_todays_branches_makes_room():
    office = problem().site_ids[int(problem().existing.argmax())]
    assert conflicts(count_rule="exactly", count=9, locks={office: "closed"}) == []


def test_hints_count_what_money_buys():
    given = Rules(name="x", has_annual=True, annual_m=450)
    text = " ".join(rules.hints(view(), given, today().score.kpis)).replace("\xa0", " ")
    assert "10 branches cost KES 180 M" in text
    each = rules.branch_annual_kes(view())
    assert f"about {270_500_000 // each} more branches" in text
    assert "KES 270 M" in text
