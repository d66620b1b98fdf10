"""Every file of a plan read back: the same figures and names, whatever the names are."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
import zipfile
from dataclasses import replace
from html import unescape
from xml.etree import ElementTree as ET

import openpyxl
import pyogrio
import pytest

from planner.errors import PlannerError
from planner.export import FORMATS, export_files, hindrances, plan_sheets, table_keys
from planner.export.as_gpkg import gpkg_files
from planner.export.as_zip import zip_file
from planner.export.columns import code_words
from planner.export.layers import map_layers
from planner.export.sheets import imprint, words_for
from planner.pack import read_pack
from planner.runs.table import clean_text, unguard
from tests.export import hostile
from tests.export.document.runs import listed_run
from tests.pack import tiny

LAYERS = {
    "areas": "areas",
    "demand_points": "points",
    "branches": "branches",
    "duplicates": "duplicates",
}
FORMATS_HERE = tuple(name for name in FORMATS if name not in ("html", "pdf"))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A run with hostile names, its sheets, and its files by the ends of their names."""
    folder = tmp_path_factory.mktemp("hostile")
    run = hostile.run(folder)
    files = export_files(run, FORMATS_HERE)
    stem = next(iter(files)).removesuffix("-summary.csv")
    package = folder / "plan.gpkg"
    package.write_bytes(files[f"{stem}-plan.gpkg"])
    sheets = plan_sheets(run, words_for(run, "en"))
    short = {name.removeprefix(f"{stem}-"): content for name, content in files.items()}
    return run, sheets, short, package


def clean(row):
    return [clean_text(cell) if isinstance(cell, str) else cell for cell in row]


def sheet(made, key):
    return next(each for each in made[1] if each.key == key)


def told(cell):
    """A cell as a file gives it back: nothing is nothing, a figure is a figure."""
    if cell is None or cell == "" or cell != cell:  # noqa: PLR0124 - nan
        return None
    return float(cell) if isinstance(cell, int | float) and not isinstance(cell, bool) else cell


def package_rows(package, table, columns):
    names = ", ".join(f'"{column.key}"' for column in columns)
    with sqlite3.connect(package) as base:
        found = base.execute(f'SELECT {names} FROM "{table}" ORDER BY fid').fetchall()
    flags = {at for at, column in enumerate(columns) if column.kind == "flag"}
    return [
        [bool(cell) if at in flags and cell is not None else cell for at, cell in enumerate(row)]
        for row in found
    ]


# -- the same cells ------------------------------------------------------------------------


def test_every_sheet_has_the_key_that_the_page_offers(made):
    assert tuple(each.key for each in made[1]) == table_keys(made[0])


def test_csv_json_and_package_hold_every_cell_of_every_table(made):
    _, sheets, files, package = made
    machines = {each["key"]: each for each in json.loads(files["tables.json"])["tables"]}
    assert list(machines) == [each.key for each in sheets]
    layer_of = {key: layer for layer, key in LAYERS.items()}
    for each in sheets:
        width = len(each.columns)
        expected = [clean(row) for row in each.rows]
        text = io.StringIO(files[f"{each.key}.csv"].decode("utf-8-sig"), newline="")
        lines = list(csv.reader(text))[1:]
        assert machines[each.key]["rows"] == expected
        assert [column["key"] for column in machines[each.key]["columns"]] == [
            column.key for column in each.columns
        ]
        rows = package_rows(package, layer_of.get(each.key, f"table_{each.key}"), each.columns)
        assert len(lines) == len(rows) == len(expected)
        for line, row, cells in zip(lines, rows, expected, strict=True):
            for at in range(width):
                cell = cells[at]
                if isinstance(cell, bool):
                    assert line[at] == ("yes" if cell else "no")
                    assert row[at] == (cell if each.columns[at].kind == "flag" else line[at])
                elif isinstance(cell, int | float):
                    assert float(line[at]) == cell
                    assert float(row[at]) == cell  # a figure among sentences is text there
                else:
                    assert unguard(line[at]) == (cell or "")
                    assert (row[at] or "") == (cell or "")


def test_the_workbook_holds_every_cell_as_text_or_number(made):
    run, sheets, files, _ = made
    w = words_for(run, "en")
    book = openpyxl.load_workbook(io.BytesIO(files["plan.xlsx"]))
    for page in book:
        for row in page.iter_rows():
            assert {cell.data_type for cell in row} <= {"s", "n"}  # no formula, no error
    for each in sheets:
        if each.key in ("summary", "changes"):
            continue
        rows = list(book[each.title].iter_rows(values_only=True))[1:]
        for line, cells in zip(rows, each.rows, strict=True):
            for column, shown, cell in zip(each.columns, line, clean(cells), strict=True):
                if isinstance(cell, bool):
                    assert shown == ("yes" if cell else "no")
                elif isinstance(cell, int | float):
                    assert shown == pytest.approx(cell, rel=1e-14)
                elif column.kind == "code" and cell:
                    assert shown == code_words(w, column.key, cell)
                else:
                    assert (shown or "") == (cell or "")


def test_the_map_tells_the_same_figures_and_runs_no_name(made):
    _, _, files, _ = made
    page = files["map.html"].decode()
    rows = re.search(r'<table id="branches">.*?</table>', page, re.DOTALL).group()
    cells = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in rows.split("<tr>")[2:]]
    branches = sheet(made, "branches")
    keys = [column.key for column in branches.columns]
    for line, row in zip(cells, branches.rows, strict=True):
        assert unescape(line[1]) == clean_text(row[keys.index("name")])
        values = [json.loads(v) for v in re.findall(r'<data value="([^"]*)">', "".join(line))]
        shown = ("visits_per_year", "mean_min", "mean_km", "capital_kes", "annual_kes")
        assert values == [row[keys.index(key)] for key in shown if row[keys.index(key)] is not None]
    assert "<b>" not in page
    assert "</script><script>alert" not in page
    assert "{{7" not in page
    assert page.count("<script>") == page.count("</script>") == 7
    assert not re.search(
        r"""(?:src|href)\s*=\s*["']""", re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)
    )
    assert not re.search(r"url\((?!#|data:)", page.split("</style>")[0])


def test_the_policy_of_the_map_lets_its_own_scripts_run_and_no_other(made):
    page = made[2]["map.html"].decode()
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page).group(1)
    assert policy.startswith("default-src 'none'; ")
    assert "script-src 'sha256-" in policy
    assert "unsafe-eval" not in policy
    assert policy.count("'sha256-") == page.count("<script>")


def test_visits_on_lines_and_in_service_areas_are_those_of_the_plan(made):
    run, sheets, _, package = made
    layers = {each.key: each for each in map_layers(run, sheets, words_for(run, "en"))}
    total = sum(sheet(made, "assignment").column("visits_per_year"))
    assert sum(layers["assignment_lines"].sheet.column("visits_per_year")) == pytest.approx(total)
    areas = sum(sheet(made, "areas").column("visits_per_year"))
    assert sum(layers["catchments"].sheet.column("visits_per_year")) == pytest.approx(areas)
    points = len(run.pack.demand_points)
    assert sum(layers["catchments"].sheet.column("demand_points")) == points
    for name, layer in layers.items():
        rows = package_rows(package, name, layer.sheet.columns)
        assert [list(map(told, row)) for row in rows] == [
            list(map(told, clean(row))) for row in layer.sheet.rows
        ]


# -- the package ---------------------------------------------------------------------------


def test_the_package_has_the_layers_with_their_places(made):
    run, _, _, package = made
    layers = dict(pyogrio.list_layers(package))
    spatial = {name for name, kind in layers.items() if kind is not None}
    assert spatial == {*LAYERS, "catchments", "assignment_lines"}
    branches = pyogrio.read_dataframe(package, layer="branches")
    assert branches.crs.to_epsg() == 4326
    sites = {site.id: site for site in run.pack.sites}
    for each in branches.itertuples():
        assert (each.geometry.x, each.geometry.y) == (sites[each.site].lon, sites[each.site].lat)
    for each in pyogrio.read_dataframe(package, layer="areas").itertuples():
        outline = next(area.outline for area in run.pack.areas if area.code == each.area)
        assert each.geometry.normalize().equals_exact(
            type(each.geometry)([outline]).normalize(), 1e-12
        )
    lines = pyogrio.read_dataframe(package, layer="assignment_lines")
    ends = [line.coords[-1] for line in lines.geometry]
    assert ends == [(sites[name].lon, sites[name].lat) for name in lines["site"]]


def test_the_package_says_which_run_it_is_of_and_what_columns_mean(made):
    run, _, _, package = made
    marks = {key: clean_text(v) for key, v in imprint(run, words_for(run, "en")).as_dict().items()}
    for layer, _ in pyogrio.list_layers(package):
        if layer != "layer_styles":
            told = pyogrio.read_info(package, layer=layer)["layer_metadata"]
            assert marks.items() <= told.items()
    with sqlite3.connect(package) as base:
        assert base.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert base.execute("PRAGMA foreign_key_check").fetchall() == []
        meanings = dict(
            base.execute(
                "SELECT column_name, title FROM gpkg_data_columns WHERE table_name = 'branches'"
            )
        )
        assert base.execute("SELECT count(*) FROM gpkg_metadata").fetchone()[0] > 0
    assert meanings == {column.key: column.header for column in sheet(made, "branches").columns}


def test_every_layer_has_one_style_that_opens_first_and_reads_as_xml(made):
    package = made[3]
    with sqlite3.connect(package) as base:
        rows = base.execute(
            "SELECT f_table_name, f_geometry_column, styleName, styleQML, useAsDefault "
            "FROM layer_styles"
        ).fetchall()
        columns = {
            name: {row[1] for row in base.execute(f'PRAGMA table_info("{name}")')}
            for name in {row[0] for row in rows}
        }
    assert {row[0] for row in rows} == {*LAYERS, "catchments", "assignment_lines"}
    for layer in {row[0] for row in rows}:
        assert sum(row[4] for row in rows if row[0] == layer) == 1
    for layer, geometry, _, qml, _ in rows:
        assert geometry == "geom"
        top = ET.fromstring(qml.split("\n", 1)[1])
        rules = top.find("renderer-v2/rules")
        symbols = {each.get("name") for each in top.findall("renderer-v2/symbols/symbol")}
        assert {rule.get("symbol") for rule in rules} == symbols
        for rule in rules:
            named = re.findall(r'"(\w+)"', re.sub(r"'(?:[^']|'')*'", "", rule.get("filter", "")))
            assert {*named} <= columns[layer]
        assert {each.get("field") for each in top.find("aliases")} <= columns[layer]


# -- the zip -------------------------------------------------------------------------------


def test_the_zip_holds_the_same_files_and_tells_them(made):
    run, _, files, _ = made
    with zipfile.ZipFile(io.BytesIO(files["everything.zip"])) as archive:
        assert archive.testzip() is None
        inside = {name.split("/", 1)[1]: archive.read(name) for name in archive.namelist()}
        assert len({name.split("/")[0] for name in archive.namelist()}) == 1
    by_name = {name.rsplit("/", 1)[-1]: content for name, content in inside.items()}
    for name, content in files.items():
        if name != "everything.zip":
            assert by_name[name] == content
    assert by_name["scenario.toml"] == (run.path / "scenario.toml").read_bytes()
    readme = inside["README.txt"].decode()
    assert [name for name in inside if name != "README.txt" and f"- {name}: " not in readme] == []
    for line in (run.id, run.info["version"], *map(clean_text, run.pack.attribution)):
        assert line in readme


def test_the_same_run_makes_the_same_bytes(made):
    again = export_files(made[0], FORMATS_HERE)
    stem = next(iter(again)).removesuffix("-summary.csv")
    assert {name.removeprefix(f"{stem}-"): content for name, content in again.items()} == made[2]


def test_what_could_not_be_made_stands_in_the_readme_with_its_reason(made):
    run = made[0]
    w = words_for(run, "en")
    marks = imprint(run, w)
    whole = zip_file(run, "plan", {"plan.xlsx": b"x"}, {"gpkg": "No places."}, marks, w)
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        assert "- gpkg: No places." in archive.read("plan/README.txt").decode()


def test_what_cannot_be_made_is_known_before_it_is_asked_for(made):
    run = made[0]
    points = tuple(replace(each, lat=None, lon=None) for each in run.pack.demand_points)
    bare = replace(run, pack=replace(run.pack, demand_points=points))
    assert {"geojson", "gpkg", "map"} <= hindrances(bare).keys()
    assert not {"csv", "xlsx", "json"} & hindrances(bare).keys()
    assert hindrances(run).keys() <= {"pdf"}  # where the extra is not installed


def test_a_plan_in_metres_is_handed_on_but_for_its_map_layers(tmp_path):
    points = "id,name,area,x,y,population\np1,A,001,0,0,10\np2,B,002,9000,0,10\np3,C,002,8000,0,5\n"
    sites = (
        "id,name,area,x,y,status,services_today\ns1,S,001,0,0,existing,c\n"
        "s2,T,002,9000,0,proposed,c;d\n"
    )
    folder = tiny.write(tmp_path / "tiny", demand_points_csv=points, sites_csv=sites)
    run = listed_run(read_pack(folder), tmp_path)
    assert {"geojson", "gpkg", "map"} <= hindrances(run).keys()
    with pytest.raises(PlannerError, match="latitude and longitude, which 2 of 2 branches"):
        export_files(run, "csv,gpkg")
    for language in ("en", "sw"):
        (whole,) = export_files(run, "zip", language=language).values()
        with zipfile.ZipFile(io.BytesIO(whole)) as archive:
            names = {name.split("/", 1)[1] for name in archive.namelist()}
            readme = next(archive.read(name) for name in archive.namelist() if "README" in name)
        assert {"plan.xlsx", "tables/branches.csv", "machines/tables.json"} <= names
        assert not {"map.html", "layers/plan.gpkg", "layers/branches.geojson"} & names
        for name in ("geojson", "gpkg", "map"):
            assert f"- {name}: Map layers need latitude and longitude" in readme.decode()
        assert ("Kiingereza" in readme.decode()) is (language == "sw")
        assert readme.decode().count("Travel: ") == (1 if language == "en" else 0)


def test_a_layer_that_has_nothing_has_its_columns(made, tmp_path):
    run, sheets, _, _ = made
    w = words_for(run, "en")
    bare = [replace(each, rows=()) if each.key == "duplicates" else each for each in sheets]
    package = tmp_path / "plan.gpkg"
    package.write_bytes(gpkg_files(run, bare, imprint(run, w), w)["plan.gpkg"])
    assert pyogrio.read_info(package, layer="duplicates")["features"] == 0
    assert {column.key for column in sheet(made, "duplicates").columns} <= {
        *pyogrio.read_info(package, layer="duplicates")["fields"]
    }
