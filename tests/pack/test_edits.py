"""Changes to sites, services and formats: undo, what differs, and files that stay as they were."""

import csv
import io
import json
import shutil
from datetime import date

import openpyxl
import pytest

from planner.errors import InputError
from planner.pack import data_root, data_rows, find_pack, read_pack
from planner.pack.edits import (
    AddSite,
    Draft,
    RemoveSite,
    SetCells,
    apply_in_memory,
    given_tables,
    taken_back,
)
from planner.pack.edits_write import apply_edits, check_edits
from tests.pack import tiny

DAY = date(2026, 11, 22)
NEW = (
    ("name", "Beta town"),
    ("area", "001"),
    ("lat", "-0.2"),
    ("lon", "36.2"),
    ("status", "candidate"),
    ("annual_cost_kes", "500000"),
)


def put(kind, row, by="Asha", **cells):
    return SetCells(kind, row, tuple(cells.items()), DAY, by)


def added(key="beta", **cells):
    return AddSite(key, tuple((dict(NEW) | cells).items()), DAY, "Asha")


def rows_of(content):
    return list(csv.reader(io.StringIO(content)))


def test_undo_and_redo_walk_through_the_edits_and_a_new_one_forgets_what_was_taken_back():
    first, second, third = (put("sites", "s1", name=name) for name in ("A", "B", "C"))
    draft = Draft().do(first).do(second)
    assert draft.undo().done == (first,)
    assert draft.undo().redo() == draft
    assert draft.undo().do(third) == Draft((first, third))
    assert Draft().undo() == Draft().redo() == Draft()


def test_cells_set_back_by_hand_are_no_change(tmp_path):
    given = given_tables(tiny.write(tmp_path / "p"))
    once = apply_in_memory(given, [put("sites", "s2", capital_kes="700000", name="Other")])
    assert {(each.column, each.before, each.after) for each in once.changes} == {
        ("capital_kes", "900000", "700000"),
        ("name", "Gamma town", "Other"),
    }
    back = [taken_back(each, on=DAY) for each in once.changes]
    edits = [put("sites", "s2", capital_kes="700000", name="Other"), *back]
    assert not apply_in_memory(given, edits).changes


def test_every_edit_that_cannot_be_made_is_told_at_once(tmp_path):
    given = given_tables(tiny.write(tmp_path / "p"))
    with pytest.raises(InputError) as told:
        apply_in_memory(
            given,
            [
                put("sites", "s9", name="x"),
                put("sites", "s1", nonsense="x"),
                put("formats", "f", name="x"),
                added("s1"),
                RemoveSite("s1", DAY),
                put("sites", "s1", id="other"),
            ],
        )
    assert [each.row for each in told.value.faults] == [1, 2, 3, 4, 5, 6]
    assert "Did you mean" in told.value.faults[0].message


def test_only_the_changed_cell_and_the_mark_of_its_row_differ(tmp_path):
    folder = tiny.write(
        tmp_path / "p",
        sites_csv="id;name;area;lat;lon;status;services_today;capital_kes;remark;source;confidence\r\n"
        's1;"Alpha ""Old"" town";001;-0,50;36,5;existing;c;0;"keep; me";a list;found\r\n'
        "s2;Gamma town;002;-0,50;37,5;candidate;;900 000;x;;\r\n",
    )
    before = (folder / "sites.csv").read_bytes().decode()
    own = apply_edits(
        folder,
        [put("sites", "s2", capital_kes="700000"), put("sites", "s1", lat="-0.45")],
        tmp_path / "q",
    )
    after = (own / "sites.csv").read_bytes().decode()
    lines, were = after.split("\r\n"), before.split("\r\n")
    assert lines[0] == were[0]
    assert lines[1].startswith('s1;"Alpha ""Old"" town";001;-0,45;36,5;existing;c;0;"keep; me";')
    assert "a list; lat: changed in the planner on 2026-11-22 by Asha, the other" in lines[1]
    assert lines[1].endswith(";assumption")
    assert lines[2] == (
        "s2;Gamma town;002;-0,50;37,5;candidate;;700000;x;"
        "capital_kes: changed in the planner on 2026-11-22 by Asha;assumption"
    )
    assert (folder / "sites.csv").read_bytes().decode() == before  # the pack stays as it is
    others = [path.name for path in folder.iterdir() if path.name != "sites.csv"]
    assert all((own / name).read_bytes() == (folder / name).read_bytes() for name in others)
    pack = read_pack(own)
    assert (pack.sites[1].capital_kes, pack.sites[0].lat) == (700_000, -0.45)
    assert pack.sites[1].mark.confidence == "assumption"


def test_no_edit_writes_every_table_as_it_is(tmp_path):
    folder = find_pack("immigration")
    own = apply_edits(folder, [], tmp_path / "q")
    for name in ("sites.csv", "services.csv", "formats.csv", "pack.toml"):
        assert (own / name).read_bytes() == (folder / name).read_bytes()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_the_encoding_stays_and_a_name_it_cannot_hold_is_not_lost(tmp_path, encoding):
    text = "id,name,area,lat,lon,status\ns1,Café,001,-0.5,36.5,existing\n"
    folder = tiny.write(tmp_path / "p", sites_csv=text.encode(encoding))
    own = apply_edits(folder, [put("sites", "s1", lat="-0.4")], tmp_path / "q")
    assert (own / "sites.csv").read_bytes().decode(encoding).startswith("id,name,area,lat,lon,st")
    assert read_pack(own).sites[0].name == "Café"
    own = apply_edits(folder, [put("sites", "s1", name="Ŵ — 🇰🇪")], tmp_path / "r")
    assert read_pack(own).sites[0].name == "Ŵ — 🇰🇪"


def test_a_new_site_stands_below_the_last_one_and_above_the_totals(tmp_path):
    text = tiny.FILES["sites.csv"].rstrip("\n") + "\nTotal,,,,,,,900000\nSource: a list,,,,,,,"
    folder = tiny.write(tmp_path / "p", sites_csv=text)
    own = apply_edits(folder, [added(), added("delta", name='D "x", y')], tmp_path / "q")
    rows = rows_of((own / "sites.csv").read_text())
    assert [row[0] for row in rows] == [
        "id",
        "s1",
        "s2",
        "beta",
        "delta",
        "Total",
        "Source: a list",
    ]
    assert rows[0][-3:] == ["annual_cost_kes", "source", "confidence"]
    pack = read_pack(own)
    assert [site.id for site in pack.sites] == ["beta", "delta", "s1", "s2"]
    beta, delta = pack.sites[:2]
    assert delta.name == 'D "x", y'
    assert beta.mark.source == "added in the planner on 2026-11-22 by Asha"
    assert (beta.annual_cost_kes, beta.mark.confidence) == (500_000, "assumption")


def test_an_added_site_can_be_changed_moved_and_taken_out(tmp_path):
    folder = tiny.write(tmp_path / "p")
    edits = [added(), put("sites", "beta", lat="-0.3", name="Beta market")]
    tables = apply_in_memory(given_tables(folder), edits)
    assert not tables.changes  # it is new as a whole
    site = read_pack(apply_edits(folder, edits, tmp_path / "q")).sites[0]
    assert (site.name, site.lat) == ("Beta market", -0.3)
    own = apply_edits(folder, [*edits, RemoveSite("beta", DAY)], tmp_path / "r")
    assert (own / "sites.csv").read_bytes() == (folder / "sites.csv").read_bytes()


@pytest.mark.parametrize(
    "name",
    ["=1+1", "+SUM(A1)", "-x", "@x", "'=x", "<img src=x onerror=alert(1)>", "{{7*7}}", "${x}",
     "Murang'a", 'a "b", c; d', "مرحبا 🇰🇪", "0012", "1,5"],
)  # fmt: skip
def test_a_name_reads_back_as_it_was_typed(tmp_path, name):
    folder = tiny.write(tmp_path / "p")
    edits = [put("sites", "s2", name=name), added(name=name)]
    own = apply_edits(folder, edits, tmp_path / "q")
    named = {site.id: site.name for site in read_pack(own).sites}
    assert named == {"s1": "Alpha town", "s2": name, "beta": name}
    first = rows_of((own / "sites.csv").read_text())[2][1]
    assert first[0] not in "=+-@"


def test_a_row_that_would_be_read_as_a_total_is_refused_not_lost(tmp_path, monkeypatch):
    folder = tiny.write(tmp_path / "p")
    monkeypatch.setattr(data_rows, "_has_place", lambda *_cells: False)  # as without coordinates
    with pytest.raises(InputError) as told:
        apply_edits(folder, [added("total")], tmp_path / "q")
    assert told.value.faults[0].expected == "total"


def test_a_site_that_is_called_total_comes_back(tmp_path):
    folder = tiny.write(tmp_path / "p")
    own = apply_edits(folder, [added("total")], tmp_path / "q")
    assert "total" in [site.id for site in read_pack(own).sites]


def test_faults_of_changed_cells_come_with_their_row_and_column_all_at_once(tmp_path):
    folder = tiny.write(tmp_path / "p")
    edits = [
        put("sites", "s2", lat="-0.5", lon="36.2"),
        put("services", "c", standard_min="-5"),
        put("sites", "s1", services_today="c;nothing"),
    ]
    checked = check_edits(folder, edits, tmp_path / "q")
    assert {(each.file, each.row, each.column) for each in checked.faults} == {
        ("sites.csv", 3, "lat"),
        ("sites.csv", 2, "services_today"),
        ("services.csv", 2, "standard_min"),
    }
    fine = check_edits(folder, edits[:0], tmp_path / "r")
    assert not fine.faults
    assert fine.warnings == read_pack(folder).warnings


def workbook(path, formula=None):
    book = openpyxl.Workbook()
    book.active.title = "notes"
    book.active["A1"] = "about"
    sheet = book.create_sheet("sites")
    for row in rows_of("a title\n" + tiny.FILES["sites.csv"]):
        sheet.append([float(c) if c.lstrip("-").replace(".", "").isdigit() and k > 2 else c
                      for k, c in enumerate(row)])  # fmt: skip
    sheet["H4"].number_format = "#,##0"
    from openpyxl.comments import Comment

    sheet["H4"].comment = Comment("ask the county", "Asha")
    if formula:
        sheet["J4"] = formula
    book.save(path)


def test_a_workbook_keeps_formats_comments_and_other_sheets(tmp_path):
    folder = tiny.write(tmp_path / "p", sites_csv=None)
    workbook(folder / "sites.xlsx")
    own = apply_edits(
        folder, [put("sites", "s2", capital_kes="700000", name="=1+1"), added()], tmp_path / "q"
    )
    book = openpyxl.load_workbook(own / "sites.xlsx")
    sheet = book["sites"]
    assert (sheet["H4"].value, sheet["H4"].number_format) == (700_000, "#,##0")
    assert sheet["H4"].comment.text == "ask the county"
    assert sheet["B4"].data_type == "s"
    assert book["notes"]["A1"].value == "about"
    assert sheet["H5"].number_format == "#,##0"
    sites = read_pack(own).sites
    assert [site.name for site in sites] == ["Beta town", "Alpha town", "=1+1"]
    assert sites[0].annual_cost_kes == 500_000


def test_a_map_layer_is_written_as_csv_with_all_of_its_columns(tmp_path):
    folder = tiny.write(tmp_path / "p", sites_csv=None)
    features = [
        {"type": "Feature", "properties": {"id": key, "name": key, "area": area, "odd": "x"},
         "geometry": {"type": "Point", "coordinates": [lon, -0.5]}}
        for key, area, lon in (("s1", "001", 36.5), ("s2", "002", 37.5))
    ]  # fmt: skip
    layer = {"type": "FeatureCollection", "features": features}
    (folder / "sites.geojson").write_text(json.dumps(layer))
    own = apply_edits(folder, [put("sites", "s2", lon="37.6")], tmp_path / "q")
    assert not (own / "sites.geojson").exists()
    assert rows_of((own / "sites.csv").read_text())[0][:6] == [
        "id",
        "name",
        "area",
        "odd",
        "lat",
        "lon",
    ]
    assert [site.lon for site in read_pack(own).sites] == [36.5, 37.6]


@pytest.mark.parametrize("name", ["immigration", "one-stop"])
def test_a_built_in_pack_with_edits_stands_alone(tmp_path, name):
    folder = find_pack(name)
    before = read_pack(folder)
    key = before.sites[-1].id
    own = apply_edits(folder, [put("sites", key, closing_kes="5")], tmp_path / "q")
    shutil.move(own.parent if own.parent != tmp_path else own, tmp_path / "elsewhere")
    moved = next((tmp_path / "elsewhere").rglob("pack.toml")).parent
    after = read_pack(moved)
    assert after.sites[-1].closing_kes == 5
    assert after.sites[:-1] == before.sites[:-1]
    assert (after.demand_points, after.services) == (before.demand_points, before.services)


def test_the_program_in_the_docs_runs(tmp_path, monkeypatch):
    text = (data_root().parent / "docs" / "sites.md").read_text(encoding="utf-8")
    program = text.split("```python\n")[1].split("```")[0]
    monkeypatch.chdir(tmp_path)
    names = {}
    exec(program, names)
    sites = {site.id: site for site in names["pack"].sites}
    assert sites["034-new-market"].name == "New market"
    assert sites["047-nyayo-house"].annual_cost_kes == 14_000_000
