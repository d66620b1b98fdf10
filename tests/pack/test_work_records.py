"""Daily records: every fault with its row, every gap named, nothing filled in."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from planner.demand.records import branch_records
from planner.errors import Fault
from planner.pack import check_table, read_pack, write_pack
from planner.pack.customer_types import Opening
from planner.pack.open_days import gaps, is_open, open_days
from tests.pack import tiny
from tests.pack.files import workbook

HEAD = "date,branch,service,served\n"
SERVICES = "id,name,division,standard_min\nc,Card,Cards,120\nd,Deed,Land,\n"
TYPES = "id,name,services,services_done\nget_card,Get a card,c,\nget_deed,Get a deed,c;d,d\n"


def folder(tmp_path: Path, rows: str, head: str = HEAD, **changes: str) -> Path:
    given = {"services_csv": SERVICES, "visit_types_csv": TYPES} | changes
    return tiny.write(tmp_path / "pack", work_records_csv=head + rows, **given)


def fault(tmp_path: Path, rows: str, head: str = HEAD) -> Fault:
    return tiny.the_fault(folder(tmp_path, rows, head))


def records(tmp_path: Path, rows: str, head: str = HEAD):
    found = read_pack(folder(tmp_path, rows, head)).work_records
    assert found is not None
    return found


# -- what is understood --------------------------------------------------------------------


def test_a_record_is_joined_to_the_pack(tmp_path):
    head = (
        "day,office,division,service,channel,customers_served,customers_turned_away,avg_wait_min,"
        "service_minutes,staff_on_duty,origin_county,first_visit,complete,source,confidence\n"
    )
    row = "2024-01-02,s1,Land,Get a deed,Outreach,12,3,20.5,8,2.5,West,ndiyo,0,book,found\n"
    found = records(tmp_path, row, head)
    told = {name: getattr(found, name).tolist() for name in found.__slots__[1:-1]}
    assert told == {
        "row": [2],
        "day": [date(2024, 1, 2).toordinal()],
        "site": [0],
        "visit_type": [1],
        "service": [-1],
        "channel": [3],
        "served": [12.0],
        "turned_away": [3.0],
        "wait_min": [20.5],
        "service_min": [8.0],
        "staff": [2.5],
        "origin": [0],
        "first_visit": [1],
        "complete": [0],
        "mark": [0],
    }
    assert (found.marks[0].source, found.marks[0].confidence) == ("book", "found")
    with pytest.raises(ValueError):
        found.served[0] = 1


@pytest.mark.parametrize(
    ("text", "visit_type", "service"),
    [
        ("get_card", 0, -1),
        ("GET A DEED", 1, -1),
        ("c", 0, 0),  # a service that one visit type works on
        ("Deed", 1, 1),
    ],
)
def test_a_service_stands_for_the_visit_type_that_works_on_it(tmp_path, text, visit_type, service):
    found = records(tmp_path, f"2024-01-02,s1,{text},1\n")
    assert (found.visit_type[0], found.service[0]) == (visit_type, service)


def test_a_branch_is_found_by_its_name_and_that_is_told(tmp_path):
    at = folder(tmp_path, "2024-01-02,alpha TOWN,get_card,1\n")
    assert read_pack(at).work_records.site.tolist() == [0]
    tiny.warning(at, "branch: understood alpha TOWN as s1")


@pytest.mark.parametrize("text", ["25/1/2024", "25-01-2024", "2024/01/25", "25 January 2024"])
def test_dates_as_people_write_them(tmp_path, text):
    at = folder(tmp_path, f"{text},s1,get_card,1\n")
    assert read_pack(at).work_records.day.tolist() == [date(2024, 1, 25).toordinal()]
    if text.startswith("25/"):
        tiny.warning(at, "read day first", text)


def test_a_date_that_could_be_month_first_is_told(tmp_path):
    at = folder(tmp_path, "02/10/2023,s1,get_card,1\n12/10/2023,s1,get_card,1\n")
    tiny.warning(at, "no day is above 12", "02/10/2023 as 2023-10-02")
    told = read_pack(folder(tmp_path, "02/10/2023,s1,c,1\n13/10/2023,s1,c,1\n")).warnings
    assert not any("no day is above 12" in each for each in told)


def test_dates_in_two_forms_are_told(tmp_path):
    at = folder(tmp_path, "2024-01-30,s1,get_card,1\n31/01/2024,s1,get_card,1\n")
    tiny.warning(at, "several ways", "1 such as 31/01/2024 as 2024-01-31")


def test_a_workbook_is_read_like_the_text_table(tmp_path):
    rows = [["date", "branch", "service", "served"], [date(2024, 1, 2), "s1", "get_card", 7]]
    at = tiny.write(tmp_path / "pack", visit_types_csv=TYPES)
    workbook(at / "work_records.xlsx", rows)
    found = read_pack(at).work_records
    assert (found.day.tolist(), found.served.tolist()) == ([date(2024, 1, 2).toordinal()], [7.0])


def test_a_blank_channel_is_told(tmp_path):
    head = "date,branch,service,served,channel\n"
    rows = "2024-01-02,s1,get_card,1,\n2024-01-02,s1,get_card,1,online\n"
    at = folder(tmp_path, rows, head)
    assert read_pack(at).work_records.channel.tolist() == [0, 2]
    tiny.warning(at, "channel: blank in 1 rows")


# -- faults --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "column", "message"),
    [
        ("2024-13-02,s1,get_card,1", "date", "no such day"),
        ("01/25/2024,s1,get_card,1", "date", "day first"),
        ("02/10/23,s1,get_card,1", "date", "four digits"),
        ("1989-12-29,s1,get_card,1", "date", "mend the year"),
        ("2101-01-03,s1,get_card,1", "date", "mend the year"),
        ("1850-01-03,s1,get_card,1", "date", "Years are 1990 to 2100; mend the year"),
        (",s1,get_card,1", "date", "never 0"),
        ("2024-01-02,Alpa town,get_card,1", "branch", "Did you mean Alpha town?"),
        ("2024-01-02,s1,get_crad,1", "service", "Did you mean get_card?"),
        ("2024-01-02,s1,get_card,-1", "served", ""),
        ("2024-01-02,s1,get_card,many", "served", "digits"),
        ("2024-01-02,s1,get_card,1.5", "served", ""),
        ("2024-01-02,s1,get_card,", "served", "never 0"),
    ],
)
def test_a_cell_at_fault(tmp_path, row, column, message):
    found = fault(tmp_path, f"2024-01-01,s1,get_card,1\n{row}\n")
    assert (found.file, found.row, found.column) == ("work_records.csv", 3, column)
    assert message in found.message


@pytest.mark.parametrize(
    ("column", "cell", "message"),
    [
        ("wait_min", "1441", ""),
        ("wait_min", "-1", ""),
        ("service_min", "long", "digits"),
        ("turned_away", "-2", ""),
        ("staff", "-1", ""),
        ("origin_area", "Wset", "Did you mean West"),
        ("division", "Lands", "Did you mean Land?"),
        ("division", "Land", "the division of get_card"),
        ("first_visit", "2", "Leave the cell blank"),
        ("complete", "perhaps", "Leave the cell blank"),
        ("channel", "phone", ""),
    ],
)
def test_a_further_cell_at_fault(tmp_path, column, cell, message):
    head = f"date,branch,service,served,{column}\n"
    found = fault(tmp_path, f"2024-01-02,s1,get_card,1,{cell}\n", head)
    assert (found.row, found.column, found.found) == (2, column, cell)
    assert message in found.message


def test_every_fault_at_once_each_with_its_row(tmp_path):
    rows = "2024-01-02,nobody,get_card,1\nsoon,s1,nothing,-4\n2024-01-03,nobody,get_card,1\n"
    found = tiny.faults(folder(tmp_path, rows))
    assert {(each.row, each.column) for each in found} == {
        (2, "branch"), (4, "branch"), (3, "date"), (3, "service"), (3, "served")
    }  # fmt: skip


def test_a_service_of_several_visit_types_must_be_named_by_one(tmp_path):
    types = TYPES.replace("c;d,d", "c;d,c;d")
    at = folder(tmp_path, "2024-01-02,s1,Card,1\n", visit_types_csv=types)
    found = tiny.the_fault(at)
    assert found.expected == "get_card or get_deed"
    assert "several visit types" in found.message


def test_two_records_of_one_day_are_a_fault_that_names_both_rows(tmp_path):
    alike = fault(tmp_path, "2024-01-02,s1,get_card,1\n2024-01-02,s1,get_card,2\n")
    assert (alike.row, "row 2" in alike.message) == (3, True)
    otherwise = fault(tmp_path, "2024-01-02,s1,c,1\n2/1/2024,Alpha town,get_card,2\n")
    assert (otherwise.row, "Row 2" in otherwise.message) == (3, True)


def test_rows_may_part_the_customers_of_one_day(tmp_path):
    head = "date,branch,service,served,origin_area,first_visit,complete\n"
    rows = [f"2024-01-02,s1,c,1,{a},{f},{c}" for a in ("001", "2", "") for f in "01" for c in "01"]
    assert records(tmp_path, "\n".join(rows), head).row.size == 12


def test_rows_that_part_one_day_name_the_same_staff(tmp_path):
    head = "date,branch,service,served,origin_area,staff\n"
    found = fault(tmp_path, "2024-01-02,s1,c,1,001,3\n2024-01-02,s1,c,1,002,4\n", head)
    assert (found.row, found.column, found.expected) == (3, "staff", "3, as in row 2")


# -- warnings ------------------------------------------------------------------------------


def test_working_days_without_a_record_are_named_with_the_rows_beside_them(tmp_path):
    days = ("2024-03-04", "2024-03-06", "2024-03-07", "2024-03-12")
    at = folder(tmp_path, "".join(f"{day},s1,get_card,1\n" for day in days))
    told = tiny.warning(at, "s1 has no record of what was served there on 3 working days")
    assert "2024-03-05 (between rows 2 and 3)" in told
    assert "2024-03-08 to 2024-03-11 (between rows 4 and 5)" in told


def test_a_day_with_online_records_alone_is_missing_everywhere(tmp_path):
    head = "date,branch,service,served,channel\n"
    rows = [f"2024-03-0{day},s1,get_card,1,{how}\n" for day, how in ((4, "branch"), (5, "online"))]
    at = folder(tmp_path, "".join(rows) + "2024-03-06,s1,get_card,1,branch\n", head)
    tiny.warning(at, "s1 has no record of what was served there on 1 working day", "2024-03-05")
    (branch,) = branch_records(read_pack(at))
    assert (branch.total.missing_days, branch.total.recorded_days) == (1, 2)


def test_a_holiday_is_no_gap_and_a_record_of_it_is_told(tmp_path):
    opening = """[opening]
weekdays = [0, 1, 2, 3, 4]
holidays = [2024-03-05]
"""
    rows = "2024-03-04,s1,get_card,1\n2024-03-06,s1,get_card,1\n"
    at = folder(tmp_path, rows, customers_toml=opening)
    assert not any("no record of what" in each for each in read_pack(at).warnings)
    (at / "work_records.csv").write_text(HEAD + rows + "2024-03-05,s1,get_card,1\n")
    tiny.warning(at, "records on 1 closed day", "2024-03-05 Tuesday (row 4)")


def test_a_site_that_is_not_open_today_is_told_with_its_rows(tmp_path):
    at = folder(tmp_path, "2024-03-04,s2,get_card,1\n2024-03-05,s2,get_card,1\n")
    tiny.warning(at, "s2 (Gamma town) is candidate", "rows 2, 3")
    tiny.warning(at, "no record of 1 branch open today, where", "s1")


def test_what_the_records_do_not_cover_is_told(tmp_path):
    at = folder(tmp_path, "2024-03-04,s1,get_card,1\n2024-03-05,s1,get_deed,1\n")
    tiny.warning(at, "fewer than 20 recorded days", "s1 (2)")
    tiny.warning(at, "not recorded on every", "s1 get_card on 1 of 2, s1 get_deed on 1 of 2")
    tiny.warning(at, "services_today do not allow", "get_deed (row 3)")
    at = folder(tmp_path, "2024-03-04,s1,get_card,1\n")
    tiny.warning(at, "no record of 1 visit type, whose", "get_deed")


# -- days ----------------------------------------------------------------------------------


def test_open_days_and_gaps():
    opening = Opening(weekdays=(0, 2), holidays=(date(2024, 1, 3),))  # Mondays and Wednesdays
    first, last = date(2024, 1, 1).toordinal(), date(2024, 1, 15).toordinal()
    days = open_days(first, last, opening)
    assert [date.fromordinal(each).day for each in days.tolist()] == [1, 8, 10, 15]
    assert is_open(np.array([first, first + 1, first + 2]), opening).tolist() == [
        True,
        False,
        False,
    ]
    (gap,) = gaps(np.array([first, last]), opening)
    assert (gap.first.day, gap.last.day, gap.days) == (8, 10, 2)
    assert gaps(np.zeros(0, dtype=np.int64), opening) == []


# -- the doors -----------------------------------------------------------------------------


def test_a_table_is_checked_against_a_pack(tmp_path):
    at = folder(tmp_path, "2024-03-04,s1,c,4\n")
    file = tmp_path / "sent.csv"
    file.write_text("date,branch,service,served\n4/3/2024,Alpha town,c,4\n")
    report = check_table(file, "work-records", [at], rows=True)
    assert (report.verdict, report.totals) == ("warn", {"served": 4})
    row = {"row": 2, "date": "2024-03-04", "branch": "s1", "service": "get_card"}
    assert report.table == (row | {"channel": "branch", "served": 4},)
    file.write_text("date,branch,service,served\n4/3/2024,Beta,c,4\n")
    assert check_table(file, "work_records", [at]).verdict == "refuse"
    alone = check_table(file, "work_records")
    assert any("were not checked" in each for each in alone.warnings)
    assert not alone.faults


def test_a_table_that_is_no_pack_is_not_enough_to_join_to(tmp_path):
    at = folder(tmp_path, "2024-03-04,s1,c,4\n")
    report = check_table(at / "work_records.csv", "work_records", [at / "sites.csv"])
    assert any("were not checked" in each for each in report.warnings)


def test_records_are_written_and_read_back(tmp_path):
    head = "date,branch,service,served,wait_min,origin_area,first_visit,channel,source,note\n"
    rows = (
        "2024-03-04,s1,c,4,1.125,001,1,branch,book,=1\n"
        "2024-03-04,s1,get_deed,0,,,,courier,,\n2024-03-05,s1,d,1000,0,2,0,branch,book,\n"
    )
    pack = read_pack(folder(tmp_path, rows, head))
    write_pack(pack, tmp_path / "again")
    again = read_pack(tmp_path / "again")
    assert again.work_records == pack.work_records
    assert hash(again.work_records) == hash(pack.work_records)
    other = read_pack(folder(tmp_path, rows.replace("1.125", "1.5"), head))
    assert other.work_records != pack.work_records
