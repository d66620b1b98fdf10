"""An edited workbook of an export comes back through the door, with every fault at its cell."""

import io
import json
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from planner.export import export_run
from planner.export.returned import EDITABLE, read_branches
from planner.pack import find_pack, read_pack
from planner.pack.faults import Findings
from planner.present.words import words
from planner.runs import read_run
from planner.runs.as_pack import branches_of
from tests.command_line import run as command
from tests.runs import cases

ON = date(2026, 2, 3)


@pytest.fixture
def tiny(tmp_path):
    return read_run(cases.write_answer(tmp_path))


class Book:
    """An exported workbook in an editor's hands."""

    def __init__(self, run, folder, language="en"):
        path = next(
            p for p in export_run(run, "xlsx", folder / "out", language=language)
            if p.suffix == ".xlsx"
        )  # fmt: skip
        self.book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))
        self.page = self.book[words(language)("export.sheet.branches")]
        self.path = folder / "edited.xlsx"
        self.heads = {str(c.value).split(" (")[0]: c.column for c in self.page[1]}
        self.w = words(language)

    def cell(self, site, key):
        row = next(r for r in range(2, 99) if self.page.cell(r, 1).value == site)
        return self.page.cell(row, self.heads[self.w(f"columns.{key}.label")])

    def put(self, site, **cells):
        for key, value in cells.items():
            self.cell(site, key).value = value
        return self

    def drop(self, site):
        self.page.delete_rows(self.cell(site, "site").row)
        return self

    def add(self, site, **cells):
        row = self.page.max_row + 1
        self.page.cell(row, 1).value = site
        return self.put(site, **cells)

    def read(self, run):
        self.book.save(self.path)
        findings = Findings()
        return read_branches(self.path, run, findings, on=ON), findings


@pytest.mark.parametrize("language", ["en", "sw"])
def test_a_workbook_that_nobody_edited_says_nothing_new(tiny, tmp_path, language):
    back, findings = Book(tiny, tmp_path, language).read(tiny)
    assert findings.faults == []
    assert back.edited == back.more == ()


def test_what_was_edited_is_listed_and_becomes_the_network(tiny, tmp_path):
    book = Book(tiny, tmp_path).put("028-iten", services="permit; passport", note="new wing")
    back, findings = book.drop("099-voi").read(tiny)
    assert findings.faults == []
    assert [(e.row, e.site, e.column, e.before, e.after) for e in back.edited] == [
        (3, "028-iten", "note", "", "new wing"),
        (3, "028-iten", "services", "passport", "passport;permit"),
        (None, "099-voi", "site", "099-voi", ""),
    ]
    assert back.branches["028-iten"].services == ("passport", "permit")
    assert "099-voi" not in back.branches


def test_every_fault_is_told_at_once_with_row_and_column(tiny, tmp_path):
    book = Book(tiny, tmp_path)
    book.put("028-iten", services="pasport", visits_per_year=99, format="palace")
    book.put("099-voi", mean_min=1, lat="north")
    book.add("nowhere", services="passport")
    _, findings = book.read(tiny)
    told = {(f.row, f.column) for f in findings.faults}
    last = book.page.max_row
    assert {(3, "services"), (3, "visits_per_year"), (3, "format"), (last, "site")} <= told
    rows = {f.column: f.row for f in findings.faults if f.column in {"mean_min", "lat"}}
    assert rows["mean_min"] == rows["lat"] == book.cell("099-voi", "site").row
    spelt = next(f for f in findings.faults if f.column == "services")
    assert "Did you mean passport?" in spelt.message
    computed = next(f for f in findings.faults if f.column == "visits_per_year")
    assert all(name in computed.message for name in EDITABLE)


def test_a_site_that_is_new_comes_with_its_place(tiny, tmp_path, capsys):
    book = Book(tiny, tmp_path)
    book.add("new-1", name="=1+1 <b>'; DROP", area="028", lat=0.4, lon=35.4, services="passport")
    book.cell("new-1", "name").data_type = "s"  # a text, as the export itself writes it
    book.book.save(book.path)
    status, out, _ = command(
        capsys, "adopt", tiny.path, "--sites", book.path, "--out", tmp_path / "own", "--json"
    )
    told = json.loads(out)
    assert status == 0, told
    assert told["added"] == ["new-1"]
    pack = read_pack(Path(told["pack"]))
    site = next(each for each in pack.sites if each.id == "new-1")
    assert (site.name, site.status, site.services_today) == (
        "=1+1 <b>'; DROP", "existing", ("passport",),
    )  # fmt: skip


def test_a_site_of_the_pack_is_put_in_by_its_id(tiny, tmp_path):
    planned = branches_of(tiny)
    site = next(each for each in tiny.pack.sites if each.id not in planned)
    book = Book(tiny, tmp_path)
    book.add(site.id, services="passport", note="as agreed")
    back, findings = book.read(tiny)
    assert findings.faults == []
    assert back.branches[site.id].services == ("passport",)
    (own,) = back.more  # its name and its place stay as the pack has them
    assert own.cells == (("note", "as agreed"),)
    book.put(next(iter(planned)), lat="")
    back, findings = book.read(tiny)
    assert any(each.column == "lat" and not each.after for each in back.edited)


def test_the_command_refuses_a_sheet_at_fault_and_writes_nothing(tiny, tmp_path, capsys):
    book = Book(tiny, tmp_path).put("028-iten", lat=95)
    book.book.save(book.path)
    status, out, err = command(
        capsys, "adopt", tiny.path, "--sites", book.path, "--out", tmp_path / "own", "--json"
    )
    assert status == 1
    assert not (tmp_path / "own").exists()
    faults = json.loads(out)["faults"]
    assert [(f["file"], f["row"], f["column"]) for f in faults] == [("edited.xlsx", 3, "lat")]
    assert "edited.xlsx row 3, lat" in err


def test_the_command_keeps_a_pack_of_ones_own(tiny, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("UGATUZI_HOME", str(tmp_path / "home"))
    status, out, err = command(capsys, "adopt", tiny.path, "--name", "After it", "--json")
    assert status == 0
    told = json.loads(out)
    assert told["pack"] == "after-it"
    assert told["same_as_the_plan"] is True
    assert "after-it" in err
    pack = read_pack(find_pack("after-it"))
    assert pack.name == "After it"
    assert sum(site.status == "existing" for site in pack.sites) == 3
