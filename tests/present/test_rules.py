"""The fields of the form: each reads a scenario and writes it back, for every ready scenario."""

from dataclasses import replace

import numpy as np
import pytest

from planner.pack import find_pack, read_pack
from planner.present.rules.rules_field import MILLION, On, back_to
from planner.present.rules.rules_fields import FIELDS
from planner.present.rules.rules_grids import after_edits
from planner.present.rules.rules_tables import (
    division_grid,
    floor_area_grid,
    floor_service_grid,
    standard_grid,
)
from planner.scenario import Scenario, read_scenario
from planner.scenario.change import differing_keys, with_keys
from tests.present.cases import pack, view

FILES = sorted(
    file
    for name in ("immigration", "one-stop")
    for file in (find_pack(name) / "scenarios").glob("*.toml")
)
PACKS = {name: read_pack(find_pack(name)) for name in ("immigration", "one-stop")}


def written(name, value, rules, on_pack=None):
    on = On(rules, on_pack or pack())
    return with_keys(rules, FIELDS[name].write(value, on))


def read(name, rules):
    return FIELDS[name].read(On(rules, pack()))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_a_field_shows_is_what_it_writes(file):
    rules = read_scenario(file)
    on = On(rules, PACKS[rules.pack])
    for field in FIELDS.values():
        if field.is_shown(on) and field.is_open(on):
            after = with_keys(rules, field.write(field.read(on), on))
            assert differing_keys(rules, after) == [], field.name


def plain(**tables):
    return Scenario.model_validate({"name": "x", "pack": "immigration", **tables})


def test_shillings_stay_until_millions_are_typed():
    rules = plain(rules={"annual_kes": {"max": 450_400_001}})
    assert read("annual_m", rules) == pytest.approx(450.400001)
    assert written("annual_m", 460.0, rules).rules.annual_kes.max == 460 * MILLION
    assert written("annual_m", None, rules).rules.annual_kes.max is None


def test_the_number_of_branches_is_one_rule_in_three_keys():
    rules = plain(rules={"branches": {"min": 20, "max": 24}})
    assert (read("count_rule", rules), read("count", rules), read("count_min", rules)) == (
        "most",
        24,
        20,
    )
    exact = written("count_rule", "exactly", rules)
    assert exact.rules.branches.model_dump(exclude_none=True) == {"exactly": 24}
    fewer = written("count", 18, rules)
    assert (fewer.rules.branches.min, fewer.rules.branches.max) == (18, 18)
    free = written("count_rule", "any", rules)
    assert free.rules.branches.model_dump(exclude_none=True) == {"min": 20}
    today = sum(site.status == "existing" for site in pack().sites)
    assert written("count_rule", "most", plain()).rules.branches.max == today


def test_the_goal_frees_what_travel_is_counted_in():
    rules = plain(objective={"minimize": "travel_distance"}, travel={"impedance": "km"})
    assert written("objective", "travel_time", rules).travel.impedance is None


def test_a_separation_is_in_one_measure():
    rules = plain(duplicates={"separation_km": 12.5, "separation_dense_km": 4.0})
    assert [read(f"separation{each}", rules) for each in ("_by", "", "_dense")] == ["km", 12.5, 4.0]
    minutes = written("separation_by", "min", rules).duplicates
    assert (minutes.separation_km, minutes.separation_min) == (None, 60.0)
    assert minutes.separation_dense_km is None
    own = written("separation", None, rules).duplicates
    assert own.separation_km is None
    assert own.separation_dense_km is None


@pytest.mark.parametrize("name", PACKS)
def test_a_separation_for_all_begins_at_the_smallest_that_a_service_has_of_its_own(name):
    own = [each.separation_km for each in PACKS[name].services]
    rules = written("separation_by", "km", plain(), PACKS[name])
    assert rules.duplicates.separation_km == min(filter(None, own))


def test_a_separation_in_minutes_begins_at_the_smallest_of_the_pack():
    services = (replace(PACKS["immigration"].services[0], separation_min=25.0),)
    on = replace(PACKS["immigration"], services=services)
    assert written("separation_by", "min", plain(), on).duplicates.separation_min == 25


def test_formats_are_left_out_off_or_listed():
    ids = [each.id for each in pack().formats]
    assert written("formats", "these", plain()).rules.formats == tuple(ids)
    assert written("formats", "off", plain()).rules.formats == "off"
    these = plain(rules={"formats": ids})
    assert written("format_list", ids[:1], these).rules.formats == tuple(ids[:1])
    assert written("formats", "listed", these).rules.formats is None


def test_levers_and_weights_are_in_percent():
    rules = written("tail_share", 45.0, written("online", 30.0, plain()))
    assert (rules.objective.tail_share, rules.channels.online) == (0.45, 0.3)
    assert written("minutes", 90.0, rules).channels.minutes == 0.9
    assert written("gap_percent", 0.05, rules).solve.gap == 0.0005


def test_a_rule_goes_back_to_the_base_with_its_companions():
    base = plain(rules={"branches": {"exactly": 24}})
    mine = written("count_rule", "any", base)
    keys = back_to(mine, FIELDS["count"].keys, base)
    assert with_keys(mine, keys) == base
    assert back_to(base, FIELDS["count"].keys, base) == {}


# -- tables --------------------------------------------------------------------------------


def set_cell(grid, row, column, value, rules):
    found = grid.cells(rules)
    base = {each: {c: found.get(each, {}).get(c) for c in grid.columns} for each in grid.rows}
    number = list(grid.rows).index(row)
    return after_edits(grid, base, {number: {column: value}}, rules)


def test_a_standard_is_set_by_its_share_or_begun_by_its_minutes():
    grid, service = standard_grid(view()), pack().services[0].id
    rules = set_cell(grid, service, "share", 85, plain())
    assert rules.standards[service].share == 0.85
    rules = set_cell(grid, service, "mode", "soft", rules)
    rules = set_cell(grid, service, "scope", "area", rules)
    assert (rules.standards[service].mode, rules.standards[service].scope) == ("soft", "area")
    assert set_cell(grid, service, "share", None, rules).standards == {}
    begun = set_cell(grid, service, "within_min", 60, plain()).standards[service]
    assert (begun.share, begun.within_min) == (0.9, 60)


def test_a_floor_by_name_stays_by_name():
    grid = floor_area_grid(view())
    rules = plain(rules={"branches_per_area": {"areas": {"Turkana": 1}}})
    assert grid.cells(rules)["023"] == {"least": 1}
    assert set_cell(grid, "023", "least", 2, rules).rules.branches_per_area.areas == {"Turkana": 2}
    both = set_cell(grid, "047", "least", 1.0, rules).rules.branches_per_area.areas
    assert both == {"Turkana": 1, "047": 1}
    service = pack().services[0].id
    after = set_cell(floor_service_grid(view()), service, "least", 1, rules)
    assert after.rules.branches_per_area.services == {service: 1}


def test_a_division_has_budgets_of_its_own_in_millions():
    grid = division_grid(view())
    division = next(iter(grid.rows))
    rules = set_cell(grid, division, "annual_kes", 90.5, plain())
    assert rules.rules.annual_kes.divisions == {division: 90_500_000}
    assert set_cell(grid, division, "annual_kes", None, rules).rules.annual_kes.divisions == {}
    assert np.isclose(grid.cells(rules)[division]["annual_kes"], 90.5)
