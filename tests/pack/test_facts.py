"""Tables of facts by area: every kind of table, and what a spread needs of them."""

from __future__ import annotations

import csv
import io

import pytest

from pack import tiny
from pack.files import workbook
from planner.demand import yearly_visits
from planner.pack import read_pack
from planner.pack.check import check_pack


def rated(folder, demand=tiny.DEMAND, facts=tiny.FACTS, **changes):
    changes = {"visits_csv": None, "demand_toml": demand, "facts_csv": facts} | changes
    return tiny.write(folder, **changes)


def cells(facts=tiny.FACTS):
    head, *rows = csv.reader(io.StringIO(facts))
    return [head, *([code, town, *map(float, others)] for code, town, *others in rows)]


def test_a_workbook_is_read_like_text(tmp_path):
    by_text = read_pack(rated(tmp_path / "text"))
    named = tiny.DEMAND.replace("facts.csv", "facts.xlsx")
    folder = rated(tmp_path / "book", named, None)
    workbook(folder / "facts.xlsx", cells())
    by_book = read_pack(folder)
    assert by_book.rates.facts == by_text.rates.facts
    assert (yearly_visits(by_book).mode == yearly_visits(by_text).mode).all()


def test_a_title_above_the_header_is_told(tmp_path):
    report = check_pack(rated(tmp_path, facts="Facts of 2024,,,\n" + tiny.FACTS))
    assert report.verdict == "warn"
    assert any("facts.csv: row 1 above the header" in each for each in report.warnings)


@pytest.mark.parametrize("content", [b"%PDF-1.4", b"\xd0\xcf\x11\xe0", b'{"type": "x"}'])
def test_what_is_no_table_is_one_fault(tmp_path, content):
    fault = tiny.the_fault(rated(tmp_path, facts=content))
    assert fault.file == "facts.csv"


def test_a_year_has_four_digits(tmp_path):
    fault = tiny.the_fault(rated(tmp_path, tiny.DEMAND.replace("year = 2024", "year = 22")))
    assert (fault.file, fault.column) == ("demand.toml", "year")
    assert "1900 to 2200" in fault.expected


LOW_ZERO = (
    '{ mode = 1, low = 0, high = 2, unit = "times", source = "t", confidence = "assumption" }'
)


@pytest.mark.parametrize(
    ("old", "new", "facts", "found"),
    [
        ("80,40.5", "0,40.5", tiny.FACTS.replace("20,10", "0,10"), "0 in every area"),
        ("weight = 1.0", "weight = 0", None, "0 in every area"),
        ("weight = 1.0", f"weight = {LOW_ZERO}", None, "term 1 at its low weight"),
    ],
)
def test_a_spread_without_any_weight_is_a_fault(tmp_path, old, new, facts, found):
    facts = (facts or tiny.FACTS).replace(old, new)
    fault = tiny.the_fault(rated(tmp_path, tiny.DEMAND.replace(old, new), facts))
    assert (fault.file, fault.column) == ("demand.toml", "spreads.adults.terms")
    assert found in fault.found
    assert "adults, net_pct in facts.csv" in fault.message


def test_a_weight_in_one_area_is_enough(tmp_path):
    pack = read_pack(rated(tmp_path, facts=tiny.FACTS.replace("80,40.5", "0,40.5")))
    assert yearly_visits(pack).mode[:, 0].tolist() == [0, 0, 100]


def test_nobody_anywhere_is_told_and_shared_alike(tmp_path):
    points = tiny.FILES["demand_points.csv"]
    for people in (",100\n", ",50\n", ",30\n"):
        points = points.replace(people, ",0\n")
    pack = read_pack(rated(tmp_path, demand_points_csv=points))
    assert yearly_visits(pack).mode[:, 1].tolist() == pytest.approx([2 / 3] * 3)
    assert any("shared equally" in each for each in pack.warnings)
