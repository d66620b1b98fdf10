"""A fault in every cell is told in full, without keeping each of a million one by one."""

from __future__ import annotations

import json

import pytest

from planner.cli import main
from planner.errors import Counted, Fault, InputError, in_full
from planner.pack import check_table
from planner.pack.faults import AT_MOST, Findings, describe_faults, each_changed

ROWS = 5 * AT_MOST


@pytest.fixture
def spoilt(tmp_path):
    """A table of visits with a fault in each row of one column, and one more in its last row."""
    lines = [f"p{n},card,many" for n in range(ROWS)]
    text = "demand_point,visit_type,visits_per_year\n" + "\n".join(lines) + "\nx,,-3\n"
    path = tmp_path / "visits.csv"
    path.write_text(text)
    return path


def test_all_are_counted_and_the_rare_ones_behind_them_are_there(spoilt):
    report = check_table(spoilt, "visits")
    assert len(report.faults) == ROWS + 2
    told = report.as_json_dict()["faults"]
    assert [each["row"] for each in told if each["expected"] == "a number"][:AT_MOST] == list(
        range(2, AT_MOST + 2)
    )
    (more,) = [each for each in told if each["found"].startswith("and ")]
    assert (more["column"], more["found"]) == ("visits_per_year", f"and {ROWS - AT_MOST:,} more")
    assert more["message"].startswith("Write digits only")
    rest = [
        (each["row"], each["column"], each["found"]) for each in told if each["row"] == ROWS + 2
    ]
    assert rest == [(ROWS + 2, "visit_type", "a blank cell"), (ROWS + 2, "visits_per_year", "-3")]


def test_in_words_there_are_twenty_and_how_many_more(spoilt):
    lines = describe_faults(check_table(spoilt, "visits").faults).splitlines()
    assert f"visits.csv, visits_per_year: and {ROWS + 1 - 20} more" in lines
    assert sum("visits_per_year: found" in line for line in lines) == 20


def test_the_command_prints_them_so(spoilt, capsys):
    assert main(["check", str(spoilt), "--as", "visits", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert len(told["faults"]) == AT_MOST + 3


def test_others_of_a_kind_are_one_object_through_every_change():
    findings = Findings()
    for row in range(AT_MOST + 50):
        findings.fault("a.csv", row + 2, "km", "x", "a number", "Write digits")
        findings.fault("a.csv", row + 2, "id", f"i{row}", "each one once", f"It is in row {row}")
    counted = [each for each in findings.faults if isinstance(each, Counted)]
    assert len(counted) == 100
    assert len({id(each) for each in counted}) == 2
    moved = each_changed(
        findings.faults, lambda each: type(each)("b.csv", *list(each.as_dict().values())[1:])
    )
    assert len({id(each) for each in moved if isinstance(each, Counted)}) == 2
    more = [each for each in in_full(moved) if each.found == "and 50 more"]
    assert [(each.file, each.column) for each in more] == [("b.csv", "km"), ("b.csv", "id")]
    assert more[1].message == ""  # what another row says is no advice for these


def test_of_more_kinds_than_anybody_reads_the_first_are_told():
    faults = [Fault("a.csv", row, "id", "x", f"{row}", "") for row in range(1, 30_001)]
    told = in_full(faults)
    assert len(told) == 20_001
    assert told[-1].found == "more than 20,000 faults, 30,000 in all"
    assert str(InputError(faults)).count("\n") == 20_000
    assert in_full(faults[:20_000]) == tuple(faults[:20_000])


def test_rows_at_fault_are_known_also_where_they_are_only_counted():
    own, whole = Findings(), Findings()
    for row in range(AT_MOST + 5):
        own.fault("a.csv", row + 2, "km", "x", "a number")
        own.fault("b.csv", row + 2, "km", "x", "a number")
    whole.fault("a.csv", 7, "id", "x", "each one once")
    whole.take_faults(own)
    last = AT_MOST + 6
    assert len(whole.faults) == 2 * AT_MOST + 11
    assert whole.rows_of("a.csv", "km") == set(range(2, last + 1))
    assert whole.places_in("a.csv") == {(7, "id"), *((row, "km") for row in range(2, last + 1))}
    assert whole.rows_of("c.csv", "km") == whole.places_in("c.csv") == set()


def test_a_table_to_join_to_may_have_a_fault_in_every_row(tmp_path):
    sites = tmp_path / "sites.csv"
    rows = "".join(f"s{n},A{n},001,x,36\n" for n in range(AT_MOST + 3))
    sites.write_text("id,name,area,lat,lon\n" + rows)
    travel = tmp_path / "travel.csv"
    travel.write_text("demand_point,site,minutes\np1,s1,5\n")
    report = check_table(travel, "travel", [sites])
    assert len([each for each in report.faults if each.column == "lat"]) == AT_MOST + 3
    assert "and 3 more" in [each.found for each in in_full(report.faults)]
