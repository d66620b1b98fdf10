"""A sheet of branches with what few people change: formats, new branches, rows that say nothing."""

from __future__ import annotations

import csv
import runpy
import sys
from datetime import date
from pathlib import Path

import pytest

from planner.errors import Fault, PlannerError
from planner.export import export_run, plan_sheets, table_keys
from planner.export.returned import placed_in_sheet, read_branches
from planner.export.schemas import published
from planner.export.sheets import words_for
from planner.pack import read_pack
from planner.pack.edits import AddSite
from planner.pack.faults import Findings
from planner.runs import judge_and_write, read_run
from planner.runs.as_pack import branches_of
from tests.command_line import run as command
from tests.runs import cases
from tests.runs.test_as_pack import run_of

ON = date(2026, 2, 3)
GPO = "047-nairobi-gpo"
ALL = "id_cards;police_abstract;police_clearance;birth_records;driving_licences;collection"
SHORT = ("site", "name", "format", "services")
HEAD = ("site", "name", "area", "lat", "lon", "format", "services")


@pytest.fixture(scope="module")
def with_formats(tmp_path_factory):
    return run_of(tmp_path_factory.mktemp("formats"), "one-stop", {}, formats=1)


@pytest.fixture
def tiny(tmp_path):
    return read_run(cases.write_answer(tmp_path))


@pytest.fixture
def without_plan(tmp_path):
    pack = read_pack(cases.write_pack(tmp_path / "tiny"))
    rules = cases.scenario(str(tmp_path / "tiny"))
    return read_run(judge_and_write(cases.no_answer(pack, rules), pack, rules, tmp_path / "run"))


def sheet(folder, *rows, head=HEAD):
    path = folder / "edited.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([head, *rows])
    return path


def read(path, run):
    findings = Findings()
    back = read_branches(path, run, findings, on=ON)
    return back, [(each.row, each.column, each.found) for each in findings.faults]


# -- formats -------------------------------------------------------------------------------


def test_a_new_branch_has_the_format_that_it_is_given(with_formats, tmp_path):
    new = ("new-1", "Gate", "047", -1.29, 36.82, "desk", "collection")
    back, faults = read(sheet(tmp_path, new), with_formats)
    assert faults == []
    (site,) = back.more
    assert isinstance(site, AddSite)
    assert {("formats", "desk"), ("format_today", "desk")} <= set(site.cells)


def test_a_format_offers_what_it_may_and_no_more(with_formats, tmp_path):
    new = ("new-1", "Gate", "047", -1.29, 36.82, "desk", "collection;id_cards")
    _, faults = read(sheet(tmp_path, new), with_formats)
    assert faults == [(2, "services", "id_cards")]


def test_a_sheet_without_its_services_does_not_take_them_all_out(tiny, tmp_path):
    _, faults = read(sheet(tmp_path, ("028-iten", ""), head=("site", "format")), tiny)
    assert faults == [(1, "format+services", "missing column: format+services")]


def test_a_branch_that_needs_a_format_is_not_without(with_formats, tmp_path):
    _, faults = read(sheet(tmp_path, (GPO, "", "", "", "", "", ALL)), with_formats)
    assert (2, "format", "a blank cell") in faults


# -- rows ----------------------------------------------------------------------------------


def test_a_row_without_a_site_is_one_fault_and_takes_nothing_out(tiny, tmp_path):
    path = sheet(tmp_path, ("", "x", "", ""), ("028-iten", "Iten", "", "passport"), head=SHORT)
    back, faults = read(path, tiny)
    assert faults == [(2, "site", "a blank cell")]
    assert back.edited == ()


def test_a_branch_that_is_put_in_has_no_figures_yet(tiny, tmp_path):
    planned = branches_of(tiny)
    site = next(each for each in tiny.pack.sites if each.id not in planned)
    head = ("site", "area", "status", "format", "services", "visits_per_year")
    row = (site.id, site.area, "candidate", "", "passport", 7)
    _, faults = read(sheet(tmp_path, row, head=head), tiny)
    assert faults == [(2, "visits_per_year", "7")]
    back, faults = read(sheet(tmp_path, (*row[:5], ""), head=head), tiny)
    assert faults == []
    assert back.branches[site.id].services == ("passport",)


def test_faults_of_the_new_pack_are_told_at_the_rows_they_come_from(tiny, tmp_path):
    back, _ = read(sheet(tmp_path, ("028-iten", "Iten", "", "passport"), head=SHORT), tiny)
    faults = [
        Fault("sites.csv", 2, "services_today", "x", "y", ""),
        Fault("sites.csv", 3, "lat", "x", "y", ""),
        Fault("visits.csv", 2, "site", "x", "y", ""),
        Fault("sites.csv", None, None, "x", "y", ""),
    ]
    first, *others = placed_in_sheet(faults, back, tiny)
    assert (first.file, first.row, first.column) == ("edited.csv", 2, "services")
    assert others == faults[1:]


def test_the_command_tells_every_edit_in_a_line(tiny, tmp_path, capsys):
    path = next(each for each in export_run(tiny, "csv", tmp_path / "out")
                if each.name.endswith("branches.csv"))  # fmt: skip
    head, *rows = csv.reader(path.read_text("utf-8-sig").splitlines())
    at = {name: head.index(name) for name in ("site", "note", "services")}
    planned = branches_of(tiny)
    new = next(each.id for each in tiny.pack.sites if each.id not in planned)
    kept = [row for row in rows if row[at["site"]] != "099-voi"]
    (iten,) = [at_row for at_row, row in enumerate(kept, 2) if row[at["site"]] == "028-iten"]
    kept[iten - 2][at["note"]] = "new wing"
    added = [""] * len(head)
    added[at["site"]], added[at["services"]] = new, "passport"
    status, out, _ = command(
        capsys, "adopt", tiny.path, "--sites", sheet(tmp_path, *kept, added, head=head),
        "--out", tmp_path / "own",
    )  # fmt: skip
    assert status == 0
    lines = out.splitlines()
    assert f"- row {iten}: 028-iten, note: blank -> new wing" in lines
    assert f"- row {len(kept) + 2}: put in: {new}" in lines
    assert "- taken out: 099-voi" in lines


# -- runs without a plan, and without some sheets ------------------------------------------


def test_a_run_without_a_plan_has_no_sheets_to_come_back_or_to_go_out(without_plan, tmp_path):
    path = sheet(tmp_path, ("028-iten", "Iten", "", "passport"), head=SHORT)
    with pytest.raises(PlannerError, match="no plan to adopt: its status is infeasible"):
        read(path, without_plan)
    with pytest.raises(ValueError, match="infeasible"):
        plan_sheets(without_plan, words_for(without_plan, "en"))


def test_sheets_that_a_run_has_not_are_not_named(tiny, without_plan):
    assert {"standards", "audit", "groups"} & set(table_keys(tiny)) == {"audit", "groups"}
    assert "standards" not in table_keys(without_plan)


def test_a_rule_on_standards_has_its_sheet(tmp_path):
    pack = read_pack(cases.write_pack(tmp_path / "tiny"))
    rules = cases.scenario(str(tmp_path / "tiny"), standards={"passport": 0.1})
    run = read_run(judge_and_write(cases.answer(pack, rules), pack, rules, tmp_path / "run"))
    assert "standards" in table_keys(run)
    assert tuple(each.key for each in plan_sheets(run, words_for(run, "en"))) == table_keys(run)


def test_where_trips_are_told_in_money_alone_nothing_doubled_is_named(tmp_path):
    folder = cases.write_pack(tmp_path / "tiny")
    pairs = (f"p{point},{site},{50 * point}\n" for point in range(1, 5)
             for site in ("028-iten", "021-town", "013-chuka", "099-voi"))  # fmt: skip
    (folder / "travel.csv").write_text(f"demand_point,site,kes\n{''.join(pairs)}")
    pack = read_pack(folder)
    asked = {"travel": {"model": "matrix"}, "objective": {"minimize": "travel_cost"}}
    rules = cases.scenario(str(folder), **asked)
    run = read_run(judge_and_write(cases.answer(pack, rules), pack, rules, tmp_path / "run"))
    assert not {"standards", "audit", "groups"} & set(table_keys(run))
    assert tuple(each.key for each in plan_sheets(run, words_for(run, "en"))) == table_keys(run)


def test_the_schemas_are_written_anew_by_their_module(monkeypatch):
    written = {}
    monkeypatch.delitem(sys.modules, "planner.export.schemas")
    monkeypatch.setattr(
        Path, "write_text", lambda path, text, **_: written.update({path.name: text.encode()})
    )
    runpy.run_module("planner.export.schemas", run_name="__main__")
    assert written == published()
