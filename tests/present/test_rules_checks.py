"""Checks before solving: what is told as certain is so, and the sentence says what would help."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from evaluate.cases import rich_problem
from evaluate.naive import best_plan

from planner import scenario
from planner.pack import find_pack
from planner.present.rules import rules_hints
from planner.present.rules.rules_checks import checks, room_and_load
from planner.present.rules.rules_ground import Ground
from planner.present.rules.rules_problem import Asked
from planner.scenario import Scenario, read_scenario
from tests.present.cases import pack, today, view

FILES = sorted((find_pack("immigration") / "scenarios").glob("*.toml"))


def asked(**tables):
    rules = Scenario.model_validate({"name": "x", "pack": "immigration", **tables})
    built = scenario.build(pack(), rules)
    return Asked(built, (), checks(built))


def clashes(**tables):
    return rules_hints.clashes(view(), asked(**tables))


def names(found, *, certain=True):
    return [each.name for each in found.checks if each.is_certain == certain]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_ready_scenario_is_called_impossible_that_is_not(file):
    built = scenario.build(pack(), read_scenario(file))
    assert [each.name for each in checks(built) if each.is_certain] == []


def test_fewer_branches_than_stay():
    (text,) = clashes(rules={"branches": {"max": 5}})
    assert "At least 10 branches" in text


def test_a_floor_in_every_area_needs_47_of_them_37_new():
    floor = {"branches_per_area": {"min": 1}}
    (text,) = clashes(rules={"branches": {"exactly": 24}} | floor)
    assert "At least 47" in text
    found = asked(rules={"branches": {"new_max": 3}} | floor)
    assert names(found) == ["new"]
    (check,) = [each for each in found.checks if each.is_certain]
    built = found.problem
    without = set(built.site_area.tolist()) - set(built.site_area[built.existing].tolist())
    assert check.counts["least"] == len(without)


def test_a_closed_area_cannot_have_its_floor():
    inside = [site.id for site in pack().sites if site.area == "005"]
    texts = clashes(rules={"branches_per_area": {"areas": {"Lamu": 1}}}, sites={"closed": inside})
    assert any("Lamu" in text for text in texts)


def test_closing_one_of_todays_branches_makes_room():
    office = next(site.id for site in pack().sites if site.status == "existing")
    assert clashes(rules={"branches": {"exactly": 9}}, sites={"closed": [office]}) == []


def test_money_below_what_stays_is_certain_and_a_tight_budget_is_not():
    assert names(asked(rules={"annual_kes": {"max": 100_000_000}})) == ["annual_today"]
    cost = today().score.kpis.annual_kes
    assert names(asked(rules={"annual_kes": {"max": cost}})) == []
    new = {"branches": {"exactly": 24}}
    assert names(asked(rules=new | {"annual_kes": {"max": cost}})) == ["annual_new"]
    assert names(asked(rules=new | {"capital_kes": {"max": 1_000_000}})) == ["capital_new"]
    tight = asked(rules=new | {"annual_kes": {"max": 380_000_000}})
    assert (names(tight), names(tight, certain=False)) == ([], ["annual_tight"])
    (text,) = rules_hints.doubts(view(), tight)
    assert "14 new branches" in text


def test_locks_that_cost_more_than_the_one_off_budget():
    sites = [site.id for site in pack().sites if site.status == "candidate"][:3]
    found = asked(rules={"capital_kes": {"max": 10_000_000}}, sites={"open": sites})
    assert names(found) == ["capital_today"]


def test_a_division_below_what_stays():
    divisions = {"Citizenship": 1}
    found = asked(rules={"annual_kes": {"divisions": divisions}})
    assert names(found) == ["division_annual"]


def test_a_standard_that_no_site_can_reach():
    service = pack().services[3]
    standard = {"share": 1.0, "within_min": 5}
    (text,) = clashes(standards={service.id: standard})
    assert service.name in text
    assert "5 min" in text.replace("\xa0", " ")
    soft = asked(standards={service.id: standard | {"mode": "soft"}})
    assert (names(soft), names(soft, certain=False)) == ([], ["soft_far"])


def test_capacity_short_of_demand_is_certain_only_where_it_must_be_kept():
    least = {"branches": {"max": 10}}
    room, load = room_and_load(Ground(asked(rules=least).problem))
    assert room > 0
    more = {"year": 2060}  # far more visits than ten branches can serve
    hard = asked(rules=least | {"capacity": "hard"}, demand=more)
    soft = asked(rules=least | {"capacity": "soft"}, demand=more)
    assert names(hard) == ["capacity_short"]
    assert (names(soft), names(soft, certain=False)) == ([], ["capacity_short"])
    assert room_and_load(Ground(hard.problem))[1] > load
    (text,) = rules_hints.clashes(view(), hard)
    assert "can serve less than what comes" in text


def test_two_locked_sites_too_near():
    rules = {"rule": "forbid", "separation_km": 60, "justified_by_load": False}
    service = pack().services[0].id
    new = [site.id for site in pack().sites if site.area == "047" and site.status != "existing"][:2]
    offer = {site: [service] for site in new}
    assert "locked_near" in names(asked(duplicates=rules, sites={"offer": offer}))
    free = rules | {"rule": "allow"}
    assert names(asked(duplicates=free, sites={"offer": offer})) == []
    load = asked(duplicates=rules | {"justified_by_load": True}, sites={"offer": offer})
    assert "locked_near" in names(load, certain=False)


def test_hints_count_what_money_buys():
    rules = Scenario.model_validate(
        {"name": "x", "pack": "immigration", "rules": {"annual_kes": {"max": 450_000_000}}}
    )
    built = scenario.build(pack(), rules)
    lines = rules_hints.of_group(view(), "money", rules, built, today().score.kpis)
    text = " ".join(lines).replace("\xa0", " ")
    assert "10 branches cost KES 180 M" in text
    each = rules_hints.branch_annual_kes(built)
    assert f"about {270_500_000 // each} more branches" in text
    assert "KES 270 M" in text


@pytest.mark.parametrize("group", ["best", "many", "money", "close", "standards", "capacity"])
@pytest.mark.parametrize("language", ["en", "sw"])
def test_every_group_has_a_hint_in_both_languages(group, language):
    rules = Scenario.model_validate(
        {"name": "x", "pack": "immigration", "standards": {pack().services[0].id: 0.5}}
    )
    built = scenario.build(pack(), rules)
    assert rules_hints.of_group(view(language), group, rules, built, today().score.kpis)


@pytest.mark.parametrize("language", ["en", "sw"])
def test_every_check_has_words(language):
    found = asked(
        rules={
            "branches": {"exactly": 24, "new_max": 2},
            "branches_per_area": {"min": 1},
            "annual_kes": {"max": 1, "divisions": {"Citizenship": 1}},
            "capital_kes": {"max": 1},
            "capacity": "soft",
        },
        standards={pack().services[3].id: {"share": 1.0, "within_min": 5}},
        duplicates={"rule": "forbid"},
    )
    said = [rules_hints.sentence(view(language), each) for each in found.checks]
    assert len(said) >= 6
    assert all("{" not in each for each in said)


def test_what_is_called_impossible_has_no_plan_among_all_networks():
    called, seen = 0, Counter()
    for seed in range(60):
        plain = rich_problem(seed)
        rng = np.random.default_rng(seed)
        for changes in (
            {"branches_max": int(rng.integers(0, 3))},
            {"new_max": 0, "floor_branches": 1},
            {"annual_max_kes": int(rng.integers(1, 40)) * 1_000},
            {"floor_services": {0: 1}, "locked_closed": frozenset({0})},
        ):
            built = replace(plain, rules=replace(plain.rules, **changes))
            found = [each.name for each in checks(built) if each.is_certain]
            if found:
                called += 1
                seen.update(found)
                assert best_plan(built) is None, (seed, changes, found)
    assert called > 20
    assert len(seen) >= 4
