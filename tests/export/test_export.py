from __future__ import annotations

import csv
import errno
import json
import os
import re
from dataclasses import replace

import geopandas
import openpyxl
import pytest

from planner.errors import ContradictionError, InputError, PlannerError, UsageError
from planner.export import FORMATS, export_run, plan_sheets
from planner.export.as_geojson import geojson_files
from planner.export.as_xlsx import sheet_name, text_cell
from planner.export.columns import code_words
from planner.export.handover import file_stem
from planner.export.sheets import imprint, words_for
from planner.export.summary import _percent, status_words
from planner.export.tables import sources
from planner.pack import find_pack, read_pack
from planner.present.results import handing
from planner.present.words import words as language_words
from planner.runs import judge_and_write, read_run
from planner.runs.table import unguard
from planner.scenario import Scenario, build
from tests.command_line import run as command
from tests.runs import cases

KEYS = [
    *("summary", "changes", "branches", "offerings", "assignment", "areas"),
    *(
        "points",
        "services",
        "duplicates",
        "audit",
        "groups",
        "rules",
        "sources",
        "dictionary",
    ),
]
MARKS = ["run_id", "created", "version", "fingerprint", "attribution", "travel"]
ALL = "csv,xlsx,geojson"
ENGLISH = language_words("en")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A run and its export in every format."""
    folder = tmp_path_factory.mktemp("export")
    run = cases.write_answer(folder)
    return run, export_run(run, ALL, folder / "out")


def sheets_of(run, language="en"):
    return plan_sheets(run, words_for(run, language))


def csv_table(made, key):
    path = next(path for path in made[1] if path.name.endswith(f"-{key}.csv"))
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def book(made):
    return openpyxl.load_workbook(next(path for path in made[1] if path.suffix == ".xlsx"))


def collection(made):
    return json.loads(made[1][-1].read_text(encoding="utf-8"), parse_constant=pytest.fail)


def test_the_files_are_named_by_scenario_and_fingerprint_in_safe_letters(made):
    run, files = made
    stem = f"three-offices-{read_run(run).info['fingerprint'][:8]}"
    names = [f"{stem}-{key}.csv" for key in KEYS]
    assert [path.name for path in files] == [
        *names,
        f"{stem}-plan.xlsx",
        f"{stem}-branches.geojson",
    ]
    assert sorted(files[0].parent.iterdir()) == sorted(files)
    assert all(re.fullmatch(r"[a-z0-9.-]+", path.name) for path in files)


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("Elgeyo/Marakwet: 3 öffices", "elgeyo-marakwet-3-offices-"),
        ("../../etc/passwd", "etc-passwd-"),
        ("東京", "plan-"),
        ("CON", "con-"),
        ("x" * 200, "x" * 40 + "-"),
        ("a\0b\nc", "a-b-c-"),
    ],
)
def test_any_scenario_name_makes_a_safe_file_name(tmp_path, pack, name, stem):
    rules = cases.scenario(name=name)
    run = judge_and_write(cases.answer(pack, rules), pack, rules, tmp_path / "run")
    assert file_stem(read_run(run)).startswith(stem)


@pytest.fixture
def pack(tmp_path):
    return read_pack(cases.write_pack(tmp_path / "tiny"))


def test_the_page_names_files_as_the_command_does(tmp_path):
    run = cases.write_answer(tmp_path)
    kinds = ("xlsx", "geojson", "map")
    made = {path.name for path in export_run(run, kinds, tmp_path / "out")}
    assert made == {handing.file_name(file_stem(read_run(run)), kind) for kind in kinds}


# -- the same plan in every format -----------------------------------------------------------


def test_every_format_has_the_same_branches_and_numbers(made):
    run = read_run(made[0])
    rows = csv_table(made, "branches")
    points = geopandas.read_file(made[1][-1])
    sheet = list(book(made)["Branches"].iter_rows(values_only=True))
    header = {name: at for at, name in enumerate(sheet[0])}
    info = run.info["branches"]
    ids = [branch["site"] for branch in info]
    assert [row["site"] for row in rows] == ids
    assert points["site"].tolist() == ids
    assert [row[0] for row in sheet[1:]] == ids
    for branch, row, point, cells in zip(info, rows, points.itertuples(), sheet[1:], strict=True):
        for key, label in (
            ("visits_per_year", "Visits (a year)"),
            ("mean_min", "Mean travel (min, one way, error not measured)"),
            ("mean_km", "Mean distance (km, one way, error not measured)"),
            ("annual_kes", "Yearly cost (KES a year)"),
            ("capital_kes", "Capital (KES)"),
        ):
            assert float(row[key]) == branch[key]
            assert getattr(point, key) == branch[key]
            assert cells[header[label]] == pytest.approx(branch[key], rel=1e-14)
            assert not isinstance(cells[header[label]], str)
        assert row["services"].split(";") == branch["services"] == list(point.services)
        assert point.format is None
        assert point.status == branch["status"]


@pytest.mark.parametrize("key", KEYS)
def test_workbook_and_csv_hold_the_same_cells(made, key):
    run = read_run(made[0])
    w = words_for(run, "en")
    sheet = next(each for each in sheets_of(run) if each.key == key)
    rows = csv_table(made, key)
    assert [*rows[0]] == [*(column.key for column in sheet.columns), *MARKS]
    pages = book(made)
    if key == "changes":
        page = list(pages["Summary"].iter_rows(values_only=True))
        start = next(n for n, row in enumerate(page) if row[0] == "Action")
        cells = page[start + 1 :]
    elif key == "summary":
        cells = list(pages["Summary"].iter_rows(values_only=True))[1 : len(rows) + 1]
    else:
        cells = list(pages[sheet.title].iter_rows(values_only=True))[1:]
    assert len(rows) == len(cells) == len(sheet.rows)
    for row, line, raw in zip(rows, cells, sheet.rows, strict=True):
        for column, cell, value in zip(sheet.columns, line, raw, strict=False):
            text = unguard(row[column.key])
            if isinstance(value, bool):
                assert text == cell == ("yes" if value else "no")
            elif isinstance(value, int | float):
                assert float(text) == value
                assert cell == pytest.approx(value, rel=1e-14)
            elif column.kind == "code" and value:
                assert (text, cell) == (value, code_words(w, column.key, value))
            else:
                assert text == (cell or "") == (value or "").replace("\n", " ")


def test_each_file_carries_run_date_version_fingerprint_sources_and_error(made):
    run = read_run(made[0])
    marks = {
        "run_id": run.id,
        "created": "2025-03-04T05:06:07+00:00",
        "version": run.info["version"],
        "fingerprint": run.problem.fingerprint,
        "attribution": "© Tiny survey, CC BY 4.0; +Second line",
        "travel": "Travel: straight lines made longer by a factor, error not measured.",
    }
    see = {"attribution": "see the sources file", "travel": "see the summary file"}
    for key in KEYS:
        for row in csv_table(made, key):
            found = {name: row[name] for name in MARKS}
            assert found == {**marks, **(see if key == "assignment" else {})}
    features = collection(made)
    assert features["run"] == {"name": "Three offices", **marks}
    for feature in features["features"]:
        assert {name: feature["properties"][name] for name in MARKS} == marks
    pages = book(made)
    text = [str(cell) for row in pages["Summary"].iter_rows(values_only=True) for cell in row]
    told = (run.id, marks["created"], marks["fingerprint"], marks["travel"])
    for value in (*told, *run.pack.attribution):
        assert value in text
        assert value in pages.properties.description
    assert all(run.id in page.oddFooter.left.text for page in pages)


def test_names_are_exact_in_every_format(made):
    names = cases.names_in_order()
    assert [unguard(row["name"]) for row in csv_table(made, "areas")] == names
    assert [row[1].value for row in list(book(made)["Counties"].rows)[1:]] == names
    points = geopandas.read_file(made[1][-1])
    assert points["area_name"].tolist() == names[1:]
    sites = [cases.HOSTILE, "Iten", "-Voi"]
    assert points["name"].tolist() == sites
    assert [row[1].value for row in list(book(made)["Branches"].rows)[1:]] == sites
    assert [unguard(row["name"]) for row in csv_table(made, "branches")] == sites
    assert points["service_names"].tolist()[0].tolist() == ["Passport", "+Permit"]


def test_what_to_open_add_and_close_is_said(tmp_path, pack):
    rules = cases.scenario(rules={"existing": "may_close"})
    problem = build(pack, rules)
    report = cases.answer(pack, rules)
    plan = report.plan
    offers = plan.offers.copy()
    offers[2] = True  # 028-iten: adds permit
    offers[3] = False  # 099-voi: closes
    rebuilt = cases.plan_of(problem, offers)
    objective = cases.objective_of(problem, rebuilt)
    report = cases.answer(
        pack, rules, plan=rebuilt, objective=objective, bound=objective, gap=0.0, status="optimal"
    )
    run = judge_and_write(report, pack, rules, tmp_path / "run")
    export_run(run, ["csv"], tmp_path)
    path = next(tmp_path.glob("*-changes.csv"))
    with path.open(encoding="utf-8-sig") as file:
        rows = [(row["action"], row["site"], row["services"]) for row in csv.DictReader(file)]
    assert rows == [
        ("open", "021-town", "passport;permit"),
        ("add services", "028-iten", "permit"),
        ("close", "099-voi", "passport;permit"),
    ]


def test_the_summary_compares_with_today(made):
    rows = {row["figure"]: row for row in csv_table(made, "summary")}
    branches = rows["Branches"]
    assert (branches["plan"], branches["today"], branches["change"]) == ("3", "2", "1")
    run = read_run(made[0])
    change = run.score.kpis.mean_min - run.baseline.kpis.mean_min
    assert float(rows["Mean travel"]["change"]) == change < 0
    assert rows["Gap"]["plan"] == repr(run.report.gap)
    assert rows["Counties without a branch"]["plan"] == "1"
    assert rows["Status"]["plan"] == (
        "feasible: no plan under these rules can beat this by more than 25 %"
    )


@pytest.mark.parametrize(
    ("status", "gap", "words"),
    [
        ("optimal", 0.0, "optimal: proved"),
        ("optimal", 3e-15, "optimal: proved"),
        ("optimal", 0.00042, "optimal: proved to within 0.042 %"),
        ("feasible", None, "feasible: how much better a plan could be is not known"),
    ],
)
def test_a_status_says_what_is_proved(status, gap, words):
    assert status_words(ENGLISH, status, gap) == words


@pytest.mark.parametrize(
    ("share", "words"),
    [
        *((0.0041, "0.41 %"), (0.00401, "0.41 %"), (0.25, "25 %"), (0.1461, "15 %")),
        *((1, "100 %"), (1e-7, "0.001 %"), (0.0123, "1.3 %")),
    ],
)
def test_per_cents_promise_nothing_more(share, words):
    assert _percent(share) == words


def test_rules_sources_and_dictionary_are_whole(made):
    rules = {row["key"]: row["value"] for row in csv_table(made, "rules")}
    assert rules["rules.branches.max"] == "3"
    assert rules["rules.branches.min"] == "no such rule"
    assert rules["solve.gap"] == "0.001"
    assert rules["pack"] == "tiny"
    sources = csv_table(made, "sources")
    assert {"attribution", "travel", "visits", "services", "sites"} <= {
        row["section"] for row in sources
    }
    speed = next(row for row in sources if row["figure"] == "speed_kmh")
    assert speed["value"]
    assert speed["unit"] == "km/h"
    told = {(row["table"], row["column"]) for row in csv_table(made, "dictionary")}
    for sheet in sheets_of(read_run(made[0])):
        if sheet.key != "dictionary":
            for column in sheet.columns:
                assert column.meaning
                assert (sheet.title, column.key) in told


# -- the workbook ----------------------------------------------------------------------------


def test_the_workbook_is_ready_to_read_and_to_print(made):
    pages = book(made)
    assert pages.sheetnames == [
        *("Summary", "Branches", "Offerings", "Assignment", "Counties"),
        *(
            "Demand points",
            "Services",
            "Duplicates",
            "Audit of pairs",
            "Audit of groups",
            "Rules",
            "Sources",
            "Dictionary",
        ),
    ]
    for page in pages:
        assert page.freeze_panes == "A2"
        assert page.page_setup.orientation == "landscape"
        assert page.sheet_properties.pageSetUpPr.fitToPage
        wide = sum(
            page.column_dimensions[c].width
            * (page.column_dimensions[c].max - page.column_dimensions[c].min + 1)
            for c in page.column_dimensions
        )
        sheets = page.page_setup.fitToWidth or 1  # left out, it is 1
        assert wide <= 230 * sheets  # letters that can be read on one sheet of paper
        assert bool(page.print_title_cols) == (sheets > 1)
        assert page.page_setup.fitToHeight == 0
        assert page.print_title_rows == "$1:$1"
        assert all(cell.font.b for cell in page[1])
        for row in page.iter_rows():
            for cell in row:
                assert cell.data_type in {"s", "n"}
                assert cell.hyperlink is None
    assert pages["Branches"]["A2"].data_type == "s"
    assert pages["Counties"]["A2"].value == "013"
    areas = {cell.value: cell.column for cell in pages["Counties"][1]}
    at = areas["Within standard"]
    assert pages["Counties"].cell(2, at).number_format == "0.0%"


def test_a_long_text_fits_and_a_control_character_is_gone():
    assert len(text_cell("x" * 40_000)) == 32_767
    assert text_cell("x" * 40_000).endswith("…")
    assert text_cell("a\x00b\x0bc_x0041_") == "ab c_x0041_"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Elgeyo/Marakwet", "Elgeyo-Marakwet"),
        ("[a]:*?/\\b", "-a-b"),
        ("'quoted'", "quoted"),
        ("", "Sheet"),
        ("History", "Sheet"),
        ("x" * 40, "x" * 31),
    ],
)
def test_sheet_names_are_ones_that_spreadsheets_take(title, name):
    assert sheet_name(title, set()) == name


def test_sheet_names_differ_whatever_the_areas_are_called():
    taken = set()
    names = [sheet_name(each, taken) for each in ("Branches", "branches", "x" * 40, "X" * 31)]
    assert names == ["Branches", "branches 2", "x" * 31, "X" * 29 + " 2"]


@pytest.mark.parametrize(
    ("label", "title"),
    [("county", "Counties"), ("ward", "Wards"), ("bay", "Bays"), ("box", "Boxes"), ("", "Areas")],
)
def test_the_areas_sheet_is_named_by_the_pack(pack, label, title):
    called = ENGLISH.of_pack(replace(pack, area_label=label))
    assert called("export.sheet.areas") == title


# -- GeoJSON ---------------------------------------------------------------------------------


def test_the_geojson_keeps_to_rfc_7946(made):
    features = collection(made)
    assert features["type"] == "FeatureCollection"
    assert "crs" not in features
    places = {"028-iten": [35.55, 0.5], "021-town": [36.5, 0.52], "099-voi": [38.45, 0.5]}
    for feature in features["features"]:
        assert set(feature) == {"type", "id", "geometry", "properties"}
        assert feature["geometry"]["type"] == "Point"
        assert feature["geometry"]["coordinates"] == places[feature["id"]]
    assert geopandas.read_file(made[1][-1]).crs.to_epsg() == 4326


def test_branches_without_coordinates_are_said_not_dropped(tmp_path, pack):
    first, town, *others = pack.sites
    sites = [first, replace(town, lat=None, lon=None), *others]
    run = read_run(cases.write_answer(tmp_path))
    bare = replace(run, pack=replace(pack, sites=tuple(sites)))
    with pytest.raises(PlannerError, match="1 of 3 branches do not have"):
        w = words_for(bare, "en")
        geojson_files(bare, plan_sheets(bare, w), imprint(bare, w), w)


# -- what is refused -------------------------------------------------------------------------


@pytest.mark.parametrize("wanted", ["shp", "docx,csv", ["dwg"], "", [], "../csv", ["csv", None]])
def test_other_formats_are_refused_with_those_that_work(tmp_path, wanted):
    with pytest.raises(UsageError, match="Formats that work: csv, xlsx, geojson"):
        export_run(tmp_path, wanted, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_formats_are_understood_as_people_write_them(tmp_path):
    run = cases.write_answer(tmp_path)
    files = export_run(run, [" GeoJSON", ".xlsx", "xlsx"], tmp_path / "out")
    assert [path.suffix for path in files] == [".geojson", ".xlsx"]
    assert {"csv", "xlsx", "geojson", "gpkg", "map", "json", "zip"} <= {*FORMATS}


def test_a_run_without_a_plan_has_nothing_to_export(tmp_path, pack):
    report = cases.no_answer(pack, cases.scenario())
    run = judge_and_write(report, pack, cases.scenario(), tmp_path / "run")
    with pytest.raises(PlannerError, match="no plan to export: its status is infeasible"):
        export_run(run, "csv", tmp_path / "out")


def test_a_run_that_contradicts_its_data_is_not_handed_on(tmp_path):
    run = cases.write_answer(tmp_path)
    path = run / "run.json"
    path.write_text(path.read_text("utf-8").replace('"branches": 3', '"branches": 2'), "utf-8")
    with pytest.raises(ContradictionError, match=r"kpis.branches: 2; recomputed 3"):
        export_run(run, "csv", tmp_path / "out")
    (tmp_path / "tiny" / "visits.csv").write_text(cases.VISITS.replace("300", "301"))
    with pytest.raises(ContradictionError, match="the pack has changed"):
        export_run(run, "csv", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_no_run_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"run.json"):
        export_run(tmp_path, "csv", tmp_path / "out")


def test_a_full_disk_is_told_and_nothing_is_half_written(tmp_path, monkeypatch):
    run = cases.write_answer(tmp_path)
    old = export_run(run, "csv", tmp_path / "out")
    before = {path: path.read_bytes() for path in old}
    count = []

    def full(_handle):
        count.append(1)
        if len(count) > 3:
            raise OSError(errno.ENOSPC, "No space left on device", "/secret")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(PlannerError, match="export could not be written: the disk is full"):
        export_run(run, ALL, tmp_path / "out")
    assert {path: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path):
    run = cases.write_answer(tmp_path)
    (tmp_path / "out").touch()
    with pytest.raises(PlannerError, match="out is a file"):
        export_run(run, "csv", tmp_path / "out")


def test_the_same_run_makes_the_same_files(tmp_path):
    run = cases.write_answer(tmp_path)
    first = [path.read_bytes() for path in export_run(run, ALL, tmp_path / "a")]
    assert [path.read_bytes() for path in export_run(run, ALL, tmp_path / "b")] == first


def test_the_sources_list_weights_and_powers_with_a_range():
    """One power and one weight of the built-in pack's spreads are not certain."""
    pack = read_pack(find_pack("immigration"))
    table = sources(pack, Scenario(name="t", pack="immigration"))
    listed = {row[2]: row[3:6] for row in table.rows if row[0] == "spreads"}
    assert listed == {
        "power of internet_use_pct_2023_24": (0.5, 0.0, 1.0),
        "weight of term 2": (0.1, 0.05, 0.2),
    }


# -- languages -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def in_kiswahili(made, tmp_path_factory):
    folder = tmp_path_factory.mktemp("sw")
    return made[0], export_run(made[0], ALL, folder, language="sw")


def test_another_language_has_the_same_keys_codes_and_figures(made, in_kiswahili):
    run = read_run(made[0])
    for english, other in zip(sheets_of(run), sheets_of(run, "sw"), strict=True):
        assert english.key == other.key
        assert [column.key for column in english.columns] == [each.key for each in other.columns]
        assert [column.kind for column in english.columns] == [each.kind for each in other.columns]
        if english.key not in ("dictionary", "summary", "rules"):
            assert english.rows == other.rows
        for row, told in zip(english.rows, other.rows, strict=english.key != "summary"):
            assert [each for each in row if isinstance(each, int | float)] == [
                each for each in told if isinstance(each, int | float)
            ]
    points, translated = collection(made), collection(in_kiswahili)
    for one, two in zip(points["features"], translated["features"], strict=True):
        assert [*one["properties"]] == [*two["properties"]]
        assert one["geometry"] == two["geometry"]
        assert one["properties"]["status"] == two["properties"]["status"]


def test_the_workbook_is_in_the_language_with_codes_in_words(made, in_kiswahili):
    english, pages = book(made), book(in_kiswahili)
    assert pages.sheetnames[:3] == ["Muhtasari", "Matawi", "Huduma kwa tawi"]
    assert len(pages.sheetnames) == len(english.sheetnames)
    branches = list(pages["Matawi"].iter_rows(values_only=True))
    header = {name: at for at, name in enumerate(branches[0])}
    assert [row[header["Hali"]] for row in branches[1:]] == ["jipya", "lipo leo", "lipo leo"]
    told = list(english["Branches"].iter_rows(values_only=True))
    for one, two in zip(told[1:], branches[1:], strict=True):
        numbers = [each for each in one if isinstance(each, int | float)]
        assert numbers == [each for each in two if isinstance(each, int | float)]
    summary = {row[1]: row for row in pages["Muhtasari"].iter_rows(values_only=True)}
    gap = pages["Muhtasari"].cell([*summary].index("Pengo") + 1, 3)
    assert gap.number_format == "0.00%"
    assert summary["Hali"][2].startswith("unatimiza kanuni: hakuna mpango")
    words_of = {cell for row in pages["Matawi"].iter_rows(values_only=True) for cell in row}
    assert "existing" not in words_of


def test_the_dictionary_says_every_column_in_both_languages(made, in_kiswahili):
    for own, also in zip(
        csv_table(made, "dictionary"), csv_table(in_kiswahili, "dictionary"), strict=True
    ):
        assert own["column"] == also["column"]
        assert own["file"] == also["file"]
        assert (own["label"], own["meaning"]) == (also["label_other"], also["meaning_other"])
        assert (own["label_other"], own["meaning_other"]) == (also["label"], also["meaning"])
        assert own["meaning"] != also["meaning"]


def test_a_language_that_is_not_there_is_refused(tmp_path):
    run = cases.write_answer(tmp_path)
    with pytest.raises(UsageError, match="expected en, sw"):
        export_run(run, "csv", tmp_path / "out", language="fr")
    assert not (tmp_path / "out").exists()


def test_the_command_takes_the_language(tmp_path, capsys):
    run = cases.write_answer(tmp_path)
    out = tmp_path / "out"
    asked = ("export", run, "--format", "xlsx", "--language", "sw", "--out", out)
    assert command(capsys, *map(str, asked))[0] == 0
    (file,) = out.iterdir()
    assert "Matawi" in openpyxl.load_workbook(file).sheetnames
