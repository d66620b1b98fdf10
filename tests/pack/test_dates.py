"""Dates as people send them: understood where they can mean one day, else refused."""

from datetime import date

import pytest

from planner.pack.columns import Column, Schema
from planner.pack.dates import NotADate, ReadDate, read_date
from planner.pack.faults import Findings
from planner.pack.opening import open_table

APRIL = date(2026, 4, 3)


@pytest.mark.parametrize(
    ("text", "by"),
    [
        ("2026-04-03", "iso"),
        ("2026-4-3", "iso"),
        ("2026/04/03", "iso"),
        ("2026-04-03 10:21:33", "time"),
        ("2026-04-03T00:00", "time"),
        ("3/4/2026", "day first"),
        ("03.04.2026", "day first"),
        ("03-04-2026", "day first"),
        ("3 April 2026", "name"),
        ("3-Apr-2026", "name"),
        ("3rd Aprili 2026", "name"),
        ("April 3, 2026", "name"),
    ],
)
def test_a_date_in_its_usual_forms(text, by):
    assert read_date(text) == ReadDate(APRIL, by)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("4/30/2026", "day first"),
        ("31/4/2026", "no such day"),
        ("2026-02-29", "no such day"),
        ("3/4/26", "four digits"),
        ("3 Foo 2026", "No month is called Foo"),
        ("1226-04-03", "Years are 1990 to 2100"),
        ("46115", "2026-04-03"),  # a day number outside a workbook
        ("yesterday", ""),
        ("12", ""),
        ("", ""),
    ],
)
def test_what_is_no_date_says_what_to_do(text, hint):
    read = read_date(text)
    assert isinstance(read, NotADate)
    assert hint in read.message


def test_a_workbooks_day_number_is_its_day():
    assert read_date(46115, workbook=True) == ReadDate(APRIL, "number")
    assert isinstance(read_date(12, workbook=True), NotADate)


def test_a_column_of_dates_tells_its_faults_and_how_it_was_read(tmp_path):
    file = tmp_path / "days.csv"
    file.write_text("date\n2026-04-03\n3/4/2026\n4/30/2026\n\nyesterday\n")
    findings = Findings()
    table = open_table(file, Schema("days", (Column("date", "date"),), key=()), findings)
    assert [row.day("date") for row in table.rows] == [APRIL, APRIL, None, None]
    assert [(fault.row, fault.found) for fault in findings.faults] == [
        (4, "4/30/2026"),
        (6, "yesterday"),
    ]
    assert findings.warnings[0].endswith("read day first, such as 3/4/2026 as 2026-04-03")
    assert any("no day is above 12" in each for each in findings.warnings)


def test_a_workbooks_dates(tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    for cells in (["date", "who"], [APRIL, "a"], [46115, "b"]):
        book.active.append(cells)
    book.save(tmp_path / "days.xlsx")
    findings = Findings()
    schema = Schema("days", (Column("date", "date"), Column("who")), key=())
    table = open_table(tmp_path / "days.xlsx", schema, findings)
    assert [row.day("date") for row in table.rows] == [APRIL, APRIL]
    assert not findings.faults
