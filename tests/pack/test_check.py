import json

import pytest

from pack import files, tiny
from planner.errors import UsageError
from planner.pack import check_pack, check_table, find_pack, read_pack

KEYS = {"verdict", "row_count", "totals", "faults", "warnings"}


@pytest.fixture
def areas(tmp_path):
    path = tmp_path / "areas.geojson"
    path.write_text(tiny.FILES["areas.geojson"])
    return path


def put(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_the_report_as_json(tmp_path, areas):
    path = put(tmp_path, "d.csv", "area,population\n001,5\n002,7\n")
    report = check_table(path, "area-demand", [areas])
    told = report.as_json_dict()
    assert told == {
        "verdict": "accept", "row_count": 2, "totals": {"population": 12}, "faults": [],
        "warnings": [],
    }  # fmt: skip
    rows = check_table(path, "area_demand", [areas], rows=True).as_json_dict()
    assert rows["table"] == [
        {"row": 2, "area": "001", "population": 5}, {"row": 3, "area": "002", "population": 7},
    ]  # fmt: skip
    assert set(rows) == KEYS | {"table"}
    json.dumps(rows, allow_nan=False)


def test_a_fault_has_all_its_keys(tmp_path, areas):
    path = put(tmp_path, "d.csv", "area,population\nWst,532.114\n")
    told = check_table(path, "area_demand", [areas]).as_json_dict()
    assert told["verdict"] == "refuse"
    assert [set(fault) for fault in told["faults"]] == [
        {"file", "row", "column", "found", "expected", "message"}
    ] * 2
    assert [(fault["row"], fault["column"]) for fault in told["faults"]] == [
        (2, "population"), (2, "area"),
    ]  # fmt: skip
    assert "Did you mean West" in told["faults"][1]["message"]


def test_county_names_need_no_areas(tmp_path):
    text = "Kaunti;Population\nNairobi City;4.397.073\nMurang'a County;1.056.640\nTotal;5.453.713\n"
    report = check_table(put(tmp_path, "d.csv", text), "area_demand", rows=True)
    assert report.verdict == "warn"
    assert report.totals == {"population": 5_453_713}
    assert [row["area"] for row in report.table] == ["047", "021"]
    assert any("built-in counties" in each for each in report.warnings)
    assert any("Total" in each for each in report.warnings)
    wrong = check_table(put(tmp_path, "w.csv", "area,population\nNairob,5\n"), "area_demand")
    assert wrong.verdict == "refuse"


def test_other_countries_are_not_refused(tmp_path):
    text = "id,name,area,lat,lon,population\n1,A,Kampala,0.3,32.6,5\n2,B,Wakiso,0.4,32.5,6\n"
    report = check_table(put(tmp_path, "p.csv", text), "demand_points")
    assert report.verdict == "warn"
    assert any("not checked" in each for each in report.warnings)


def test_sites_join_to_areas_and_services(tmp_path, areas):
    services = put(tmp_path, "services.csv", tiny.FILES["services.csv"])
    path = put(tmp_path, "s.csv", tiny.FILES["sites.csv"])
    assert check_table(path, "sites", [areas, services]).verdict == "accept"
    path = put(tmp_path, "s.csv", tiny.FILES["sites.csv"].replace(",c,0", ",x,0"))
    assert check_table(path, "sites", [areas, services]).faults[0].found == "x"
    path = put(tmp_path, "s.csv", "id,name,area\ns1,A,001\n")
    report = check_table(path, "sites", [areas])
    assert [fault.found for fault in report.faults] == [
        "missing column: lat", "missing column: lon",
    ]  # fmt: skip
    assert "Found: area, id, name" in report.faults[0].message


def test_travel_joins_both_ways(tmp_path, areas):
    points = put(tmp_path, "points.csv", tiny.FILES["demand_points.csv"])
    sites = put(tmp_path, "my sites.csv", tiny.FILES["sites.csv"])
    path = put(tmp_path, "t.csv", "origin,destination,minutes\np1,s1,5\np9,s1,7\n")
    report = check_table(path, "travel", [points, sites])
    assert [fault.found for fault in report.faults] == ["p9"]
    assert not any("no route" in each for each in report.warnings)  # p9 may have meant p2
    path = put(tmp_path, "t.csv", "origin,destination,minutes\np1,s1,5\np2,s1,7\n")
    told = check_table(path, "travel", [points, sites]).warnings
    assert "t.csv: 4 of 6 pairs have no route" in told
    assert "t.csv: 1 demand point has no route to any site: p3" in told
    assert "t.csv: 1 site cannot be reached from any demand point: s2" in told
    path = put(tmp_path, "t.csv", "demand_point,site,km\n001,s1,5\n003,s1,7\n")
    assert [each.found for each in check_table(path, "travel", [areas, sites]).faults] == ["003"]
    alone = check_table(path, "travel")
    assert alone.verdict == "warn"
    assert alone.row_count == 2


def test_visits_join_to_a_pack(tmp_path):
    folder = tiny.write(tmp_path / "tiny")
    path = put(tmp_path, "v.csv", tiny.FILES["visits.csv"])
    assert check_table(path, "visits", pack=read_pack(folder)).verdict == "accept"
    report = check_table(path, "visits", [folder])
    assert (report.verdict, report.totals) == ("accept", {"visits_per_year": 19})
    assert check_table(path, "visits").verdict == "warn"


def test_a_table_to_join_to_must_be_sound_and_known(tmp_path, areas):
    path = put(tmp_path, "d.csv", "area,population\n001,5\n")
    strange = put(tmp_path, "x.csv", "colour\nred\n")
    report = check_table(path, "area_demand", [areas, strange])
    assert [(fault.file, fault.found) for fault in report.faults] == [
        ("x.csv", "a table of no known kind")
    ]
    gone = check_table(path, "area_demand", [tmp_path / "gone.csv"])
    assert gone.faults[0].found == "no such file"
    assert str(tmp_path) not in json.dumps(gone.as_json_dict())


def test_ids_are_joined_to_whatever_else_is_wrong_there(tmp_path):
    points = tiny.FILES["demand_points.csv"].replace(",50\n", ",-3\n")
    given = put(tmp_path, "points.csv", points)
    path = put(tmp_path, "v.csv", tiny.FILES["visits.csv"].replace("p3,", "p9,"))
    told = {(each.file, each.found) for each in check_table(path, "visits", [given]).faults}
    assert told == {("points.csv", "-3"), ("v.csv", "p9")}
    folder = tiny.write(tmp_path / "tiny", demand_points_csv=points)
    told = {(each.file, each.found) for each in check_table(path, "visits", [folder]).faults}
    assert told == {("demand_points.csv", "-3"), ("v.csv", "p9")}
    lost = put(tmp_path, "points.csv", points.replace("Gamma,", "Gamma,x,"))
    told = {(each.file, each.found) for each in check_table(path, "visits", [lost]).faults}
    assert told == {("points.csv", "-3"), ("points.csv", "7 fields")}


def test_a_pack_with_faults_still_says_how_much_was_read(tmp_path):
    folder = tiny.write(
        tmp_path / "t", demand_points_csv=tiny.FILES["demand_points.csv"].replace(",50\n", ",-3\n")
    )
    report = check_pack(folder)
    assert (report.verdict, report.row_count) == ("refuse", 15)
    assert check_pack(tiny.write(tmp_path / "f")).row_count == 15


def test_a_missing_column_does_not_hide_the_other_faults(tmp_path, areas):
    path = put(tmp_path, "s.csv", "id,area,lat,lon,status\ns1,Wst,-0.5,36.5,open\n")
    told = {each.found for each in check_table(path, "sites", [areas]).faults}
    assert told == {"missing column: name", "Wst", "open"}


def test_one_bad_outline_in_a_large_map_does_not_hide_the_rest(tmp_path):
    folder = tiny.write(
        tmp_path / "t",
        areas_geojson=tiny.collection(
            tiny.feature("001", "West", tiny.square(36, -1, 37, 0)),
            tiny.feature("002", "East", '{"type":"Polygon","coordinates":[[["x",1]]]}'),
            tiny.feature("003", "n" * 2**20, tiny.square(38, -1, 39, 0)),
        ),
        sites_csv=tiny.FILES["sites.csv"].replace("Gamma town,002", "Gamma town,009"),
    )
    told = {(each.file, each.row, each.column) for each in check_pack(folder).faults}
    assert told == {("areas.geojson", 3, "geometry"), ("sites.csv", 3, "area")}


def test_files_without_permission_are_not_called_missing(tmp_path, monkeypatch, areas):
    path = put(tmp_path, "d.csv", "area,population\n001,5\n")

    def closed(self, *_arguments, **_options):
        raise PermissionError(13, "Permission denied", "/secret")

    with monkeypatch.context() as patch:
        patch.setattr(type(path), "read_bytes", closed)
        fault = check_table(path, "area_demand", [areas]).faults[0]
    assert fault.found == "a file that cannot be read: no permission"
    folder = tiny.write(tmp_path / "t")
    with monkeypatch.context() as patch:
        patch.setattr(type(path), "stat", closed)
        assert [each.found for each in check_pack(folder).faults] == [fault.found]


def test_unknown_kinds_missing_and_big_files(tmp_path):
    with pytest.raises(UsageError, match="Did you mean sites"):
        check_table(tmp_path / "x.csv", "site")
    assert check_table(tmp_path / "x.csv", "sites").faults[0].found == "no such file"
    assert check_table(tmp_path, "sites").verdict == "refuse"
    big = put(tmp_path, "big.csv", b"id\n" + b"x" * (20 * 2**20))
    assert check_table(big, "sites").faults[0].expected == "at most 20 MB"


@pytest.mark.parametrize(
    "content",
    [
        b"\xd0\xcf\x11\xe0old", b"%PDF-1.7", b"\x1f\x8bzz", b"<html>", b"\xef\xbb\xbf <VRTDataset>",
        "<a>".encode("utf-16"), b"\x00\x00\x27\x0ashp", b"Rar!", b"\xff\xfe\x00\xd8",
        b"\x81\x8d\x8f", b"PK\x03\x04broken", b"SQLite format 3\x00broken", b"PAR1",
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["a.csv"])
def test_what_is_no_table_gets_one_clear_fault(tmp_path, content, name):
    report = check_table(put(tmp_path, name, content), "sites")
    assert report.verdict == "refuse"
    assert len(report.faults) == 1
    told = str(report.faults[0])
    assert str(tmp_path) not in told
    assert "Error" not in told
    assert "Traceback" not in told


@pytest.mark.parametrize("name", ["a.geojson", "a.json", "a.gpkg", "a.zip", "a.parquet", "a.shp"])
def test_content_that_is_not_what_the_name_says(tmp_path, name):
    report = check_table(put(tmp_path, name, "id,name\n"), "sites")
    assert report.faults[0].found == "other content than the name says"


def test_maps_are_for_tables_with_places(tmp_path, areas):
    assert check_table(areas, "visits").faults[0].found == "a GIS file"
    plain = check_table(put(tmp_path, "a.csv", "code,name\n1,A\n"), "areas")
    assert plain.verdict == "warn"


def test_points_may_come_as_geojson(tmp_path, areas):
    point = '{"type":"Point","coordinates":[36.5,-0.5]}'
    text = tiny.collection(
        '{"type":"Feature","properties":{"id":7,"name":"<img onerror=1>","area":"West",'
        f'"population":5}},"geometry":{point}}}'
    )
    report = check_table(put(tmp_path, "p.geojson", text), "demand_points", [areas], rows=True)
    assert not report.faults
    assert report.table[0] == {
        "row": 2, "id": "7", "name": "<img onerror=1>", "area": "001", "lat": -0.5, "lon": 36.5,
        "population": 5,
    }  # fmt: skip
    polygon = text.replace(point, tiny.square(36, -1, 37, 0))
    report = check_table(put(tmp_path, "p.geojson", polygon), "demand_points", [areas])
    assert report.faults[0].found == "Polygon"
    metres = text.replace("[36.5,-0.5]", "[257000,9857000]")
    report = check_table(put(tmp_path, "p.geojson", metres), "demand_points", [areas])
    assert "metres" in report.faults[0].message


def test_a_whole_pack(tmp_path):
    report = check_pack(find_pack("immigration"))
    assert report.verdict in {"accept", "warn"}
    assert report.totals["areas"] == 47
    assert report.totals["population"] == 47_564_296
    broken = tiny.write(tmp_path / "t", sites_csv="x\n")
    assert check_pack(broken).verdict == "refuse"
    assert check_pack(tmp_path / "none").faults[0].found == "no pack.toml"
    fine = check_pack(tiny.write(tmp_path / "f"))
    assert (fine.verdict, fine.totals["visits_per_year"]) == ("accept", 19)


def test_at_most_a_thousand_faults_of_a_kind_are_listed(tmp_path):
    text = "area,population\n" + "".join(f"nowhere{n},-1\n" for n in range(1200))
    report = check_table(put(tmp_path, "d.csv", text), "area_demand")
    assert len(report.faults) == 2400
    told = report.as_json_dict()["faults"]
    assert [each["found"] for each in told if each["row"] is None] == ["and 200 more"] * 2
    assert len(told) == 2002


def test_numbers_that_are_not_plain_are_said(tmp_path, areas):
    path = put(tmp_path, "d.csv", 'area,population\nWest,"143,920"\nEast,7\n')
    report = check_table(path, "area_demand", [areas])
    assert report.totals == {"population": 143_927}
    assert any("143,920 as 143920" in each for each in report.warnings)


def test_sites_without_status_are_candidates(tmp_path, areas):
    path = put(tmp_path, "s.csv", "id,name,area,lat,lon\ns1,A,001,-0.5,36.5\n")
    report = check_table(path, "sites", [areas], rows=True)
    assert report.table[0]["status"] == "candidate"
    assert any("1 of 1 sites without status" in each for each in report.warnings)


def test_a_workbook_reads_as_its_csv(tmp_path, areas):
    rows = [["Visits"], [], ["County", "Visit type", "Visits"], ["West", "v", 12], ["East", "v", 3]]
    report = check_table(
        files.workbook(tmp_path / "d.xlsx", [["notes"]], rows), "area_demand", [areas], rows=True
    )
    assert not report.faults
    assert report.table[0] == {
        "row": 4, "area": "001", "visit_type": "v", "visits_per_year": 12,
    }  # fmt: skip
    assert any("Sheet2 was read" in each for each in report.warnings)
