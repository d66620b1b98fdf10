"""Changes that few make: cells read as something else, workbooks with notes, tables gone."""

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from planner.errors import InputError
from planner.pack import read_pack
from planner.pack.columns import SCHEMAS
from planner.pack.edits import AddSite, GivenTable, SetCells, renamed
from planner.pack.edits_text import edit_text_table
from planner.pack.edits_write import _as_text, apply_edits, check_edits
from tests.pack import tiny
from tests.pack.files import repacked, sheet_xml, workbook

DAY = date(2026, 11, 22)
SITES = [line.split(",") for line in tiny.FILES["sites.csv"].splitlines()]
NEW = (
    *(("name", "Beta town"), ("area", "001"), ("lat", "-0.2"), ("lon", "36.2")),
    ("status", "candidate"),
)


def put(kind, row, **cells):
    return SetCells(kind, row, tuple(cells.items()), DAY, "Asha")


def cell(ref, value, formula=""):
    """A cell of a worksheet: a number, or a text in its place."""
    told = f"<f>{formula}</f>" if formula else ""
    if value.lstrip("-").replace(".", "").isdigit():
        return f'<c r="{ref}">{told}<v>{value}</v></c>'
    return f'<c r="{ref}" t="inlineStr"><is><t>{value}</t></is></c>'


def as_book(folder, rows, formula=""):
    """The sites as another program writes them into a workbook; `formula` stands in cell H3."""
    lines = "".join(
        f'<row r="{at}">'
        + "".join(
            cell(f"{'ABCDEFGHIJ'[place]}{at}", text, formula if (at, place) == (3, 7) else "")
            for place, text in enumerate(row)
            if text
        )
        + "</row>"
        for at, row in enumerate(rows, start=1)
    )
    plain = workbook(folder.parent / "plain.xlsx", [["x"]])
    changes = {"xl/worksheets/sheet1.xml": sheet_xml(lines)}
    return repacked(plain, folder / "sites.xlsx", changes)


@pytest.mark.parametrize(
    ("kind", "row", "cells", "written"),
    [
        ("services", "c", {"standard_min": "120.50"}, "120.50"),
        ("services", "c", {"annual_cost_kes": "2 000"}, "2 000"),
        ("sites", "s1", {"services_today": "d ; c"}, "d ; c"),
        ("sites", "s1", {"status": "Proposed"}, "Proposed"),
    ],
)
def test_what_says_the_same_in_other_letters_is_taken_as_meant(tmp_path, kind, row, cells, written):
    folder = tiny.write(tmp_path / "p")
    own = apply_edits(folder, [put(kind, row, **cells)], tmp_path / "q")
    assert written in (own / f"{kind}.csv").read_text()
    assert not check_edits(folder, [put(kind, row, **cells)], tmp_path / "r").faults


def test_a_number_that_may_be_read_as_another_is_refused_with_both(tmp_path):
    folder = tiny.write(tmp_path / "p")
    with pytest.raises(InputError) as told:
        apply_edits(folder, [put("sites", "s2", capital_kes="1,234")], tmp_path / "q")
    (fault,) = told.value.faults
    assert (fault.file, fault.row, fault.column) == ("sites.csv", 3, "capital_kes")
    assert (fault.found, fault.expected) == ("1234", "1,234")


def test_only_a_source_changed_leaves_the_mark_of_the_row(tmp_path):
    sites = tiny.FILES["sites.csv"].replace("capital_kes\n", "capital_kes,source,confidence\n")
    sites = sites.replace(",c,0\n", ",c,0,old,found\n").replace("900000\n", "900000,,\n")
    folder = tiny.write(tmp_path / "p", sites_csv=sites)
    edits = [put("sites", "s1", source="a list"), put("sites", "s2", source="own", lat="-0.4")]
    first, second = read_pack(apply_edits(folder, edits, tmp_path / "q")).sites
    assert (first.mark.source, first.mark.confidence) == ("a list", "found")
    assert (second.mark.source, second.mark.confidence) == ("own", "assumption")


def test_an_edit_that_cannot_be_made_is_told_by_the_check_too(tmp_path):
    folder = tiny.write(tmp_path / "p")
    checked = check_edits(folder, [put("sites", "s9", name="x")], tmp_path / "q")
    assert [(each.file, each.row, each.column) for each in checked.faults] == [("changes", 1, "id")]
    assert checked.warnings == ()


def test_an_edit_goes_by_the_name_that_its_author_gives_later():
    edit = put("sites", "s1", name="x")
    assert renamed(edit, "Ben") == SetCells("sites", "s1", (("name", "x"),), DAY, "Ben")


# -- workbooks -----------------------------------------------------------------------------


def test_a_workbook_with_formulas_is_written_as_csv_with_their_values(tmp_path):
    folder = tiny.write(tmp_path / "p", sites_csv=None)
    as_book(folder, SITES, formula="450000*2")
    own = apply_edits(folder, [put("sites", "s1", name="Alpha")], tmp_path / "q")
    assert not (own / "sites.xlsx").exists()
    assert [(each.name, each.capital_kes) for each in read_pack(own).sites] == [
        ("Alpha", 0),
        ("Gamma town", 900_000),
    ]


def test_a_new_column_stands_beside_those_that_are_nobodys(tmp_path):
    folder = tiny.write(tmp_path / "p", sites_csv=None)
    head, *rows = SITES
    workbook(folder / "sites.xlsx", [[*head, "remark"], *([*row, "keep"] for row in rows)])
    own = apply_edits(folder, [put("sites", "s2", lat="-0.4")], tmp_path / "q")
    sheet = openpyxl.load_workbook(own / "sites.xlsx").active
    assert [each.value for each in sheet[1]][8] == "remark"
    assert [each.value for each in sheet[3]][8] == "keep"
    assert read_pack(own).sites[1].mark.confidence == "assumption"


def test_a_new_site_goes_above_the_total_that_ends_a_sheet(tmp_path):
    folder = tiny.write(tmp_path / "p", sites_csv=None)
    workbook(folder / "sites.xlsx", [*SITES, ["Total", *[None] * 6, 900000]])
    own = apply_edits(folder, [AddSite("beta", NEW, DAY)], tmp_path / "q")
    sheet = openpyxl.load_workbook(own / "sites.xlsx").active
    assert [row[0].value for row in sheet.iter_rows()] == ["id", "s1", "s2", "beta", "Total"]
    assert [site.id for site in read_pack(own).sites] == ["beta", "s1", "s2"]


def test_ids_that_a_workbook_holds_as_numbers_are_found(tmp_path):
    rows = [[{"s1": "1.0", "s2": "2.0"}.get(text, text) for text in row] for row in SITES]
    folder = tiny.write(tmp_path / "p", sites_csv=None)
    as_book(folder, rows)
    own = apply_edits(folder, [put("sites", "2", name="Gamma")], tmp_path / "q")
    assert (own / "sites.xlsx").exists()
    assert [(each.id, each.name) for each in read_pack(own).sites][1] == ("2", "Gamma")


def test_cells_of_a_workbook_are_emptied_and_take_what_is_no_number(tmp_path):
    folder = tiny.write(tmp_path / "p", sites_csv=None)
    workbook(folder / "sites.xlsx", SITES)
    own = apply_edits(folder, [put("sites", "s2", capital_kes="")], tmp_path / "q")
    assert openpyxl.load_workbook(own / "sites.xlsx").active["H3"].value is None
    assert read_pack(own).sites[1].capital_kes == 0
    checked = check_edits(folder, [put("sites", "s2", capital_kes="many")], tmp_path / "r")
    assert [(each.file, each.row, each.found) for each in checked.faults] == [
        ("sites.xlsx", 3, "many")
    ]


# -- files that changed meanwhile ----------------------------------------------------------


def test_a_table_that_is_gone_meanwhile_is_a_fault(tmp_path):
    gone = GivenTable("sites", tmp_path / "sites.geojson", frozenset(), {}, {})
    with pytest.raises(InputError, match=r"sites\.geojson"):
        _as_text(gone, Path(tmp_path))
    with pytest.raises(InputError, match="an empty file"):
        edit_text_table(b"", "sites.csv", SCHEMAS["sites"], {}, [], 1)
