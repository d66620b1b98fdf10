"""Checks of one table beside what it is joined to, where that is little, strange or damaged."""

import zipfile

import pytest

from pack import files, tiny
from pack.test_road_layer import A, B, road, written
from planner.pack import check, check_table, memory, read_pack

VISITS = tiny.FILES["visits.csv"]
DEMAND = "area,population\nNairobi,5\n"
POINT = '{"type":"Point","coordinates":[36.5,-0.5]}'


def given(folder, name, content):
    path = folder / name
    path.write_text(content)
    return path


def test_visits_join_to_visit_types_alone(tmp_path):
    types = given(tmp_path, "visit_types.csv", tiny.FILES["visit_types.csv"])
    wrong = given(tmp_path, "v.csv", VISITS.replace("get_deed", "get_dead"))
    (fault,) = check_table(wrong, "visits", [types]).faults
    assert (fault.row, fault.column, fault.found) == (5, "visit_type", "get_dead")


def test_a_map_of_any_name_is_known_by_its_columns(tmp_path):
    """Kinds that have no map are passed over, and it is not said that they have none."""
    cells = '{"id":"p1","name":"A","area":"001","population":5}'
    point = f'{{"type":"Feature","properties":{cells},"geometry":{POINT}}}'
    places = given(tmp_path, "mine.geojson", tiny.collection(point))
    report = check_table(given(tmp_path, "v.csv", VISITS), "visits", [places])
    assert [(each.row, each.found) for each in report.faults] == [(3, "p2"), (4, "p3")]


def test_roads_without_a_pack_are_not_held_against_places(tmp_path):
    report = check_table(written(tmp_path, road(A, B, speed=50)), "roads")
    assert (report.verdict, report.row_count) == ("warn", 1)
    assert "whether the roads lie near the places was not checked" in report.warnings[0]


@pytest.mark.parametrize("counties", [None, "{", tiny.collection(tiny.feature("1", "", "null"))])
def test_without_sound_counties_of_its_own_the_planner_takes_areas_as_they_are(
    tmp_path, monkeypatch, counties
):
    (tmp_path / "counties").mkdir()
    if counties is not None:
        given(tmp_path / "counties", "counties.geojson", counties)
    table = given(tmp_path, "d.csv", DEMAND)
    known = check_table(table, "area_demand", rows=True)
    assert [row["area"] for row in known.table] == ["047"]
    monkeypatch.setattr(check, "data_root", lambda: tmp_path)
    report = check_table(table, "area_demand", rows=True)
    assert [row["area"] for row in report.table] == ["Nairobi"]
    assert report.faults == ()
    assert any("not checked" in each for each in report.warnings)


def test_a_row_without_a_place_in_a_system_of_metres_is_told(tmp_path):
    frame = files.SQUARES.assign(id=["s1", "s2"], area=["001", "002"]).to_crs(32737)
    frame.geometry = [frame.geometry[0].centroid, None]
    frame.to_file(tmp_path / "a.gpkg", layer="mine")
    areas = given(tmp_path, "areas.geojson", tiny.FILES["areas.geojson"])
    report = check_table(tmp_path / "a.gpkg", "sites", [areas])
    assert [(each.row, each.found) for each in report.faults] == [(3, "no geometry")]
    assert any("EPSG:32737" in each for each in report.warnings)


def test_towns_are_not_held_against_areas_without_outlines(tmp_path):
    towns = given(tmp_path, "t.csv", "id,name,lat,lon\n1,Kisumu,36.5,-0.5\n")
    drawn = given(tmp_path, "areas.geojson", tiny.FILES["areas.geojson"])
    assert check_table(towns, "towns", [drawn]).verdict == "refuse"
    plain = given(tmp_path, "areas.csv", "code,name\n001,West\n002,East\n")
    assert check_table(towns, "towns", [plain]).faults == ()


def test_a_workbook_whose_texts_stand_in_a_list_of_their_own_is_read(tmp_path):
    """As spreadsheet programs write them."""
    texts = '<c r="{0}" t="s"><v>{1}</v></c>'
    rows = (
        f'<row r="1">{texts.format("A1", 0)}{texts.format("B1", 1)}</row>'
        f'<row r="2">{texts.format("A2", 2)}<c r="B2"><v>5</v></c></row>'
    )
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    words = "".join(f"<si><t>{word}</t></si>" for word in ("area", "population", "Nairobi"))
    plain = files.workbook(tmp_path / "plain.xlsx", [["x"]])
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    told = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
    with zipfile.ZipFile(plain) as archive:
        types = archive.read("[Content_Types].xml").decode()
    parts = {
        "[Content_Types].xml": types.replace("</Types>", told).encode(),
        "xl/worksheets/sheet1.xml": files.sheet_xml(rows),
        "xl/sharedStrings.xml": f'<sst xmlns="{space}">{words}</sst>'.encode(),
    }
    path = files.repacked(plain, tmp_path / "a.xlsx", parts)
    report = check_table(path, "area_demand", rows=True)
    assert report.faults == ()
    assert report.table == ({"row": 2, "area": "047", "population": 5},)


def test_where_memory_cannot_be_seen_or_given_back_tables_are_read_all_the_same(
    tmp_path, monkeypatch
):
    def unseen(*_, **__):
        raise OSError

    folder = tiny.write(tmp_path / "tiny")
    monkeypatch.setattr(memory, "_MUCH", -1)
    monkeypatch.setattr(memory.ctypes, "CDLL", lambda _: object())
    monkeypatch.setattr(memory.Path, "read_text", unseen)
    assert read_pack(folder).id == "tiny"
