"""What was done, held against the plan: days, money, visits; every fault of a table at its cell."""

import json
from datetime import date
from pathlib import Path

import pytest

from planner.pack import read_pack
from planner.pack.faults import Findings
from planner.runs import read_run
from planner.runs.as_pack import branches_of
from planner.runs.tracking.held import curve, hold
from planner.runs.tracking.kept import keep_done, kept_done
from planner.runs.tracking.standing import standing
from planner.runs.tracking.table import SCHEMA, read_done, template
from planner.runs.tracking.told import COLUMNS, tracking_table, tracking_told
from planner.runs.tracking.works import planned_works
from tests.command_line import run as command
from tests.runs import cases

HEAD = "site,name,service,phase,due,opened,closed,capital_kes,visits,visits_from,visits_to\n"
TODAY = date(2026, 6, 30)


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    monkeypatch.setenv("UGATUZI_HOME", str(tmp_path / "home"))
    return read_run(cases.write_answer(tmp_path))


def read(tiny, tmp_path, rows, today=TODAY):
    path = tmp_path / "done.csv"
    path.write_text(HEAD + rows, encoding="utf-8")
    findings = Findings()
    return read_done(path, tiny.pack, findings, today=today), findings


def held(tiny, tmp_path, rows, on=TODAY):
    entries, findings = read(tiny, tmp_path, rows)
    assert findings.faults == []
    return hold(tiny, entries, on)


def the(found, site, service=None):
    return next(e for e in found.lines if (e.site_id, e.service) == (site, service))


def test_the_plan_asks_for_a_branch_and_nothing_else(tiny):
    # the plan opens 021-town with both services beside today's two branches
    works = planned_works(tiny)
    assert [(w.kind, w.site, w.service) for w in works] == [("open", 1, None)]
    branch = next(each for each in tiny.score.branches if each.site == 1)
    assert (works[0].capital_kes, works[0].visits_per_year) == (
        branch.capital_kes, branch.visits_per_year,
    )  # fmt: skip
    assert works[0].capital_kes == 9_000_000


def test_days_money_and_visits_are_held_against_the_plan(tiny, tmp_path):
    rows = "021-town,,,First,2026-03-01,2026-03-11,,9500000,70,2026-04-01,2026-04-30\n"
    found = held(tiny, tmp_path, rows)
    line = the(found, "021-town")
    assert (line.state, line.late_days, line.done) == ("done", 10, date(2026, 3, 11))
    assert (line.capital_plan, line.capital_done) == (9_000_000, 9_500_000)
    a_year = planned_works(tiny)[0].visits_per_year
    assert line.days == 30
    assert line.visits_plan == pytest.approx(a_year * 30 / 365)
    assert line.visits_done == 70
    sums = found.sums
    assert (sums.planned, sums.done, sums.late, sums.extra) == (1, 1, 1, 0)
    assert (sums.capital_done, sums.capital_plan) == (9_500_000, 9_000_000)
    assert found.by_phase()["First"] == sums


def test_as_it_stood_before_it_was_done(tiny, tmp_path):
    rows = "021-town,,,,2026-03-01,2026-03-11,,9500000,70,2026-04-01,2026-04-30\n"
    found = held(tiny, tmp_path, rows, on=date(2026, 3, 5))
    line = the(found, "021-town")
    assert (line.state, line.late_days, line.done) == ("overdue", 4, None)
    assert (line.days, line.visits_done) == (0, None)
    assert the(held(tiny, tmp_path, rows, on=date(2026, 2, 1)), "021-town").state == "to_come"


def test_what_the_table_does_not_tell_is_missing_not_done(tiny):
    found = hold(tiny, (), TODAY)
    assert [(e.kind, e.state) for e in found.lines] == [("open", "undated")]
    assert found.sums.capital_plan_all == 9_000_000
    assert found.sums.paid_lines == found.sums.counted_lines == 0


def test_what_no_plan_has_is_told(tiny, tmp_path):
    rows = (
        "013-chuka,,,,,2026-02-01,,,,,\n"  # a site of the pack that the plan leaves closed
        "x-1,<b>'; DROP,,,,2026-02-01,,100,,,\n"  # one that the pack does not have
        "028-iten,,permit,,,2026-02-01,,,,,\n"  # a service that the plan gives it not
        "099-voi,,,,,,2026-05-01,,,,\n"  # a branch that the plan keeps
    )
    found = held(tiny, tmp_path, rows)
    extra = {(e.site_id, e.service): e for e in found.lines if e.kind == "extra"}
    assert set(extra) == {("013-chuka", None), ("x-1", None), ("028-iten", 1), ("099-voi", None)}
    assert extra["x-1", None].name == "<b>'; DROP"
    assert extra["099-voi", None].done == date(2026, 5, 1)
    assert found.sums.extra == 4
    assert found.sums.done == 0


def test_visits_of_a_branch_that_stays_are_compared_too(tiny, tmp_path):
    found = held(tiny, tmp_path, "099-voi,,,,,,,,40,2025-01-01,2025-12-31\n")
    line = the(found, "099-voi")
    branch = next(each for each in tiny.score.branches if each.site == 3)
    assert (line.kind, line.days) == ("keep", 365)
    assert line.visits_plan == pytest.approx(branch.visits_per_year)


def test_every_fault_is_told_at_its_cell(tiny, tmp_path):
    rows = (
        "021-twon,,,,,,,,,,\n"
        "021-town,,pasport,,,2026-08-01,,-5,,2026-01-01,\n"
        "028-iten,,,,,2026-03-01,2026-02-01,,5,2026-02-01,2026-01-01\n"
        "099-voi,,,,soon,,,,7,,\n"
        "099-voi,,,,,,,,,,\n"
    )
    _, findings = read(tiny, tmp_path, rows)
    assert {(f.row, f.column) for f in findings.faults} == {
        (2, "site"), (3, "service"), (3, "opened"), (3, "capital_kes"), (3, "visits_from"),
        (4, "closed"), (4, "visits_to"), (4, "visits_from"),
        (5, "due"), (5, "visits_from"), (5, "visits_to"), (6, "site + service"),
    }  # fmt: skip
    assert "Did you mean 021-town?" in next(f for f in findings.faults if f.row == 2).message


def test_a_branch_whose_place_is_turned_is_a_fault(tiny, tmp_path):
    path = tmp_path / "done.csv"
    area = tiny.pack.areas[0].outline.centroid
    for lat, lon, words in (
        (area.x, area.y, "swapped"), (area.y, area.x, ""), (0.9 * area.y, area.x + 90, "")
    ):  # fmt: skip
        path.write_text(f"site,name,opened,lat,lon\n900-new,A new one,2026-01-02,{lat},{lon}\n")
        findings = Findings()
        read_done(path, tiny.pack, findings, today=TODAY)
        told = [each.message for each in findings.faults]
        assert [words in each for each in told] == ([True] if words else [])


def test_a_service_is_there_while_its_branch_is(tiny, tmp_path):
    path = tmp_path / "done.csv"
    service = tiny.pack.services[0].id
    stands = next(each.id for each in tiny.pack.sites if each.status == "existing")
    path.write_text(
        "site,name,service,opened,closed\n"
        "900-new,A new one,,2026-02-02,2026-05-05\n"
        f"900-new,A new one,{service},2026-02-01,2026-05-06\n"
        f"900-new,A new one,{tiny.pack.services[1].id},2026-02-02,2026-05-05\n"
        f"{stands},,,2026-02-02,\n"
        f"{stands},,{service},2026-02-01,\n"
    )
    findings = Findings()
    read_done(path, tiny.pack, findings, today=TODAY)
    assert [(f.row, f.column, f.expected) for f in findings.faults] == [
        (3, "opened", "a day from 2026-02-02 on"),
        (3, "closed", "a day up to 2026-05-05"),
    ]


def test_a_total_that_is_not_the_sum_is_told(tiny, tmp_path):
    rows = "021-town,,,,,2026-01-02,,900,5,2026-01-02,2026-02-01\nTotal,,,,,,,900,6,,\n"
    _, findings = read(tiny, tmp_path, rows)
    assert findings.faults == []
    assert any("visits" in each and "6" in each and "5" in each for each in findings.warnings)
    assert not any("capital_kes" in each for each in findings.warnings)


def test_the_template_is_a_table_that_can_be_read(tiny, tmp_path):
    path = tmp_path / "done.csv"
    path.write_bytes(template(tiny, {"021-town": "First"}))
    findings = Findings()
    entries = read_done(path, tiny.pack, findings, today=TODAY)
    assert findings.faults == []
    assert [(e.site_id, e.phase, e.opened) for e in entries] == [("021-town", "First", None)]
    head = path.read_text(encoding="utf-8-sig").splitlines()[0].replace('"', "")
    assert head.split(",") == [column.name for column in SCHEMA.columns]


def test_the_curve_counts_up_to_each_day(tiny, tmp_path):
    rows = "021-town,,,,2026-03-01,2026-03-11,,,,,\n"
    steps = curve(held(tiny, tmp_path, rows))
    assert [(s.day.isoformat(), s.due, s.done, s.done_kes) for s in steps] == [
        ("2026-03-01", 1, 0, 0),
        ("2026-03-11", 1, 1, 9_000_000),
    ]


def test_tables_are_kept_with_the_plan_and_none_is_lost(tiny):
    keep_done(tiny.id, b"one", ".csv")
    keep_done(tiny.id, b"two", ".XLSX")
    keep_done(tiny.id, b"two", ".xlsx")
    found = kept_done(tiny.id)
    assert [(e.number, e.path.suffix, e.path.read_bytes()) for e in found] == [
        (2, ".xlsx", b"two"),
        (1, ".csv", b"one"),
    ]
    assert kept_done("0" * 16) == ()


def test_the_command_tells_keeps_and_reads_again(tiny, tmp_path, capsys):
    path = tmp_path / "mine.csv"
    status, out, _ = command(capsys, "tracking", tiny.path, "--template", path)
    assert status == 0
    assert "1 rows" in out
    assert command(capsys, "tracking", tiny.path)[0] == 2  # none is kept yet
    rows = "021-town,,,,2026-03-01,2026-03-11,,9500000,,,\n"
    path.write_text(HEAD + rows, encoding="utf-8")
    asked = ("--on", "2026-06-30", "--json")
    status, out, _ = command(capsys, "tracking", tiny.path, "--done", path, "--keep", *asked)
    assert status == 0
    again = command(capsys, "tracking", tiny.path, *asked)[1]
    told = json.loads(out)
    assert told == json.loads(again)
    assert told["sums"]["late"] == 1
    assert told["lines"][0]["capital_done_kes"] == 9_500_000
    status, out, _ = command(capsys, "tracking", tiny.path, "--on", "2026-06-30")
    assert "10 days late" in out
    path.write_text(HEAD + "021-twon,,,,,,,,,,\n", encoding="utf-8")
    status, out, err = command(capsys, "tracking", tiny.path, "--done", path, "--keep")
    assert status == 1
    assert "mine.csv row 2, site" in err
    assert len(kept_done(tiny.id)) == 1  # a table at fault is not kept


def test_the_table_says_what_the_values_say(tiny, tmp_path):
    rows = "021-town,,,,2026-03-01,2026-03-11,,9500000,70,2026-04-01,2026-04-30\n"
    found = held(tiny, tmp_path, rows)
    table = tracking_table(tiny, found)
    assert table.columns == COLUMNS
    told = tracking_told(tiny, found)
    assert [tuple(line.values()) for line in told["lines"]] == [*table.rows]


# -- what really stands ---------------------------------------------------------------------


def sites_of(pack):
    return {s.id: (s.services_today, s.opened) for s in pack.sites if s.status == "existing"}


def test_only_what_was_done_stands_in_the_new_pack(tiny, tmp_path, capsys):
    path = tmp_path / "done.csv"
    rows = (
        "021-town,,,,,2026-03-11,,,,,\n"
        "021-town,,permit,,2026-09-01,,,,,,\n"  # not begun yet
        "099-voi,,,,,,2026-05-01,,,,\n"  # closed without a plan
        "013-chuka,,,,,2026-04-01,,,,,\n"  # opened without a plan
        "013-chuka,,passport,,,2026-04-02,,,,,\n"
        "x-1,Elsewhere,,,,2026-04-02,,,,,\n"
    )
    path.write_text(HEAD + rows, encoding="utf-8")
    asked = ("--done", path, "--on", "2026-06-30", "--out", tmp_path / "own", "--json")
    status, out, err = command(capsys, "adopt", tiny.path, *asked)
    assert status == 0
    told = json.loads(out)
    pack = read_pack(Path(told["pack"]))
    assert sites_of(pack) == {
        "028-iten": (("passport",), ""),
        "021-town": (("passport",), "2026-03-11"),
        "013-chuka": (("passport",), "2026-04-01"),
    }
    assert "Elsewhere opened, but the pack has no such site" in err
    assert told["same_as_the_plan"] is None
    assert pack.limits[-1].startswith("Today's branches are those that stood on 2026-06-30")
    source = next(s.mark.source for s in pack.sites if s.id == "021-town")
    assert "what was done by 2026-06-30 for the plan Three offices" in source


def test_when_all_is_done_the_plan_stands(tiny, tmp_path):
    found = held(tiny, tmp_path, "021-town,,,,,2026-03-11,,,,,\n")
    assert standing(tiny, found).branches == branches_of(tiny)
    nothing = standing(tiny, hold(tiny, (), TODAY))
    assert list(nothing.branches) == ["028-iten", "099-voi"]
    assert nothing.opened == ()
