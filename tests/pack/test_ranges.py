"""Ranges in demand: of a spread's weights and powers, and of visits that rows give."""

from __future__ import annotations

import pytest

from pack import tiny
from pack.test_write import round_trip, same
from planner.pack import read_pack
from planner.pack.check import check_table
from planner.pack.figures import Mark

POWER = '{ mode = 0.5, low = 0, high = 1, unit = "power", source = "t", confidence = "general" }'
VISITS = (
    "demand_point,visit_type,visits_per_year,{low},{high}\np1,get_card,10,7,12\np3,get_deed,4,,\n"
)


def rated(tmp_path, old, new):
    demand = tiny.DEMAND.replace(old, new)
    assert demand != tiny.DEMAND
    return tiny.write(tmp_path / "a", visits_csv=None, demand_toml=demand, facts_csv=tiny.FACTS)


# -- weights and powers --------------------------------------------------------------------


def test_a_plain_number_is_certain_and_has_the_mark_of_its_spread(tmp_path):
    (term,) = read_pack(rated(tmp_path, "= 0.5", f"= {POWER}")).rates.spreads["adults"].terms
    plain, ranged = term.powers["adults"], term.powers["net_pct"]
    assert (plain.low, plain.value, plain.high) == (1, 1, 1)
    assert plain.mark == term.weight.mark == Mark("census", "derived")
    assert (ranged.low, ranged.value, ranged.high, ranged.unit) == (0, 0.5, 1, "power")
    assert ranged.mark == Mark("t", "general")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("= 0.5", f"= {POWER}"),
        ("weight = 1.0", f"weight = {POWER.replace('low = 0', 'low = 0.2')}"),
        ("= 0.5", "= -0.5"),
    ],
)
def test_terms_read_again_as_they_were(tmp_path, old, new):
    pack = read_pack(rated(tmp_path, old, new))
    assert same(pack, round_trip(pack, tmp_path))


@pytest.mark.parametrize(
    ("old", "new", "column", "found"),
    [
        ("weight = 1.0", "weight = -1", "weight", "-1"),
        ("weight = 1.0, ", "", "weight", "missing key: weight"),
        ("= 0.5", '= "half"', "powers.net_pct", "half"),
        ("= 0.5", f"= {POWER.replace('high = 1', 'high = 0.4')}", "powers.net_pct.mode", "0, 0.5"),
        ("= 0.5", f"= {POWER.replace('low = 0, ', '')}", "powers.net_pct.low", "missing key"),
        ("= 0.5", f"= {POWER.replace('unit', 'units')}", "powers.net_pct.units", "unknown key"),
        ("weight = 1.0", f"weight = {POWER.replace('low = 0', 'low = -1')}", "weight.low", "-1"),
    ],
)
def test_each_fault_of_a_term(tmp_path, old, new, column, found):
    told = tiny.faults(rated(tmp_path, old, new))
    place = f"spreads.adults.terms[1].{column}"
    assert any(each.column == place and found in each.found for each in told), map(str, told)


def test_a_power_that_may_be_negative_needs_facts_above_0(tmp_path):
    power = POWER.replace("low = 0,", "low = -1,")
    folder = rated(tmp_path, "= 0.5", f"= {power}")
    (folder / "facts.csv").write_text(tiny.FACTS.replace("40.5", "0"), encoding="utf-8")
    fault = tiny.the_fault(folder)
    assert (fault.column, fault.found) == ("net_pct", "below 0 in 001")


# -- visits --------------------------------------------------------------------------------


@pytest.mark.parametrize(("low", "high"), [("low", "high"), ("visits_low", "Visits high")])
def test_rows_may_have_a_low_and_a_high(tmp_path, low, high):
    pack = read_pack(tiny.write(tmp_path / "a", visits_csv=VISITS.format(low=low, high=high)))
    card, deed = pack.visits
    assert (card.least, card.visits_per_year, card.most) == (7, 10, 12)
    assert (deed.low, deed.high, deed.least, deed.most) == (None, None, 4, 4)
    assert same(pack, round_trip(pack, tmp_path))


def test_totals_of_areas_may_too(tmp_path):
    table = "area,visit_type,visits_per_year,low,high\n001,get_card,10,,12\n002,get_deed,4,3,\n"
    pack = read_pack(tiny.write(tmp_path / "a", visits_csv=None, area_demand_csv=table))
    assert [(row.least, row.most) for row in pack.area_demand] == [(10, 12), (3, 4)]
    assert same(pack, round_trip(pack, tmp_path))


ROWS = {
    "low above": ("p1,get_card,10,11,12", 2, "low", "11", "low <= visits_per_year (10)"),
    "high below": ("p1,get_card,10,7,9", 2, "high", "9", "high >= visits_per_year (10)"),
    "negative": ("p1,get_card,10,-1,12", 2, "low", "-1", "a number >= 0"),
    "no number": ("p1,get_card,10,7,many", 2, "high", "many", "a number"),
}


@pytest.mark.parametrize("case", ROWS)
def test_each_fault_of_a_range_has_its_row(tmp_path, case):
    line, row, column, found, expected = ROWS[case]
    text = f"demand_point,visit_type,visits_per_year,low,high\n{line}\n"
    folder = tiny.write(tmp_path / "a", visits_csv=text)
    fault = tiny.the_fault(folder)
    assert (fault.file, fault.row, fault.column) == ("visits.csv", row, column)
    assert (fault.found, fault.expected) == (found, expected)
    checked = check_table(folder / "visits.csv", "visits", [tiny.write(tmp_path / "sound")])
    assert [(each.row, each.column) for each in checked.faults] == [(row, column)]


def test_a_range_of_no_visits_is_a_fault(tmp_path):
    table = (
        "area,visit_type,visits_per_year,population,low,high\n001,get_card,,150,1,2\n"
        "002,get_card,5,9,,\n"
    )
    told = tiny.faults(tiny.write(tmp_path / "a", visits_csv=None, area_demand_csv=table))
    assert [(each.row, each.column, each.found) for each in told] == [
        (2, "visits_per_year", "a blank cell beside low 1"),
        (2, "visits_per_year", "a blank cell beside high 2"),
    ]
