"""Tables with what few have: joined to nothing, of another kind, or with cells few people write."""

from datetime import date

import numpy as np
import pytest
import shapely

from pack import tiny
from pack.test_work_records import SERVICES, folder
from planner.pack import check_table, opening, read_pack, sandbox
from planner.pack.columns import SCHEMAS
from planner.pack.faults import Findings
from planner.pack.frame_file import frame_of, read_frame
from planner.pack.geo import GeometryError, read_geometry, repaired
from planner.pack.opening import open_table
from planner.pack.voices_file import add_voices
from planner.pack.work_records_file import template

AREAS = tiny.FILES["areas.geojson"]
DIVISIONS = "date,branch,service,division,served\n"


def given(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


# -- daily records -------------------------------------------------------------------------


def test_records_of_a_service_that_nobody_works_on_are_a_fault(tmp_path):
    services = SERVICES + "e,Extra,Cards,\n"
    at = folder(tmp_path, "2024-01-02,s1,e,4\n", services_csv=services)
    fault = tiny.the_fault(at)
    assert (fault.row, fault.column, fault.found) == (2, "service", "e")
    assert (fault.expected, fault.message) == ("a visit type", "No visit type works on e")


def test_a_division_is_held_against_the_service_that_a_record_names(tmp_path):
    rows = "2024-01-02,s1,Deed,Land,4\n2024-01-03,s1,Deed,Cards,4\n"
    fault = tiny.the_fault(folder(tmp_path, rows, DIVISIONS))
    assert (fault.row, fault.column, fault.found) == (3, "division", "Cards")
    assert (fault.expected, fault.message) == ("Land", "That is the division of Deed")


def test_origins_are_taken_as_they_are_where_no_areas_are_known(tmp_path):
    text = "date,branch,service,served,origin_area\n2024-01-02,s1,c,4,West\n2024-01-03,s1,c,4,\n"
    report = check_table(given(tmp_path, "r.csv", text), "work_records", rows=True)
    assert report.faults == ()
    assert [row["origin_area"] for row in report.table] == ["West", None]


def test_means_of_twenty_days_are_not_said_to_say_little(tmp_path):
    """Two rows of a day part its customers, and name the same staff."""
    head = "date,branch,service,served,staff,first_visit\n"
    january = [date(2024, 1, day) for day in range(1, 32)]
    days = [day for day in january if day.weekday() < 5][:20]
    rows = [f"{day},s1,get_card,4,2,{first}\n" for day in days for first in ("yes", "no")]
    full = read_pack(folder(tmp_path / "a", "".join(rows), head))
    assert full.work_records.staff.tolist() == [2] * 40
    assert not any("say little" in each for each in full.warnings)
    tiny.warning(folder(tmp_path / "b", "".join(rows[:38]), head), "say little", "(19)")


def test_the_empty_table_of_records_has_every_column_and_no_row(tmp_path):
    report = check_table(given(tmp_path, "r.csv", template()), "work_records")
    assert [each.found for each in report.faults] == ["no rows"]
    assert not any("not used" in each for each in report.warnings)


def test_records_that_are_no_table_are_one_fault(tmp_path):
    report = check_table(given(tmp_path, "r.csv", b"%PDF-1.4"), "work_records", rows=True)
    assert [each.found for each in report.faults] == ["a PDF file"]
    assert (report.row_count, report.table) == (0, ())


def test_records_are_equal_to_records_alone(tmp_path):
    at = folder(tmp_path, "2024-01-02,s1,get_card,4\n")
    first, again = read_pack(at).work_records, read_pack(at).work_records
    assert first == again
    assert first != "records"


def test_a_matrix_is_equal_to_a_matrix_alone(own_matrix):
    same = type(own_matrix)(*own_matrix.arrays)
    assert (own_matrix, hash(own_matrix)) == (same, hash(same))
    assert own_matrix != np.inf


# -- voices and frames ---------------------------------------------------------------------


def test_voices_that_are_no_table_leave_the_pack_as_it_is(tmp_path):
    pack = read_pack(tiny.write(tmp_path / "tiny"))
    after, findings = add_voices(pack, {"survey": given(tmp_path, "s.csv", b"%PDF-1.4")})
    assert after is pack
    assert [each.found for each in findings.faults] == ["a PDF file"]


def test_a_frame_that_is_no_table_holds_nobody(tmp_path):
    findings = Findings()
    assert read_frame(given(tmp_path, "f.csv", b"%PDF-1.4"), findings).populations == {}
    assert [each.found for each in findings.faults] == ["a PDF file"]


def test_a_frame_without_its_column_holds_nobody(tmp_path):
    findings = Findings()
    path = given(tmp_path, "f.csv", "person,county\nx,Meru\n")
    assert read_frame(path, findings).populations == {}
    assert findings.faults[0].found == "missing column: stratum"


def test_strata_that_differ_in_letters_alone_are_told(tmp_path):
    findings = Findings()
    path = given(tmp_path, "f.csv", "person,stratum\nx,North\ny,NORTH\nz,South\n")
    frame = frame_of(open_table(path, SCHEMAS["survey_frame"], findings), findings)
    assert frame.populations == {"North": 1, "NORTH": 1, "South": 1}
    assert findings.warnings[-1] == "f.csv: taken as different strata: North, NORTH"


# -- maps ----------------------------------------------------------------------------------


def test_a_line_of_one_place_is_damaged():
    with pytest.raises(GeometryError, match="a damaged geometry"):
        read_geometry({"type": "LineString", "coordinates": [[36, -1]]})


def test_nothing_is_left_of_an_outline_with_a_hole_without_end():
    endless = "POLYGON ((0 0, 2 0, 1 2, 0 0), (0 inf, inf 1, 1 -inf, 0 inf))"
    assert repaired(shapely.from_wkt(endless)) is None


def test_outlines_whose_repair_fails_are_told_and_nothing_else(tmp_path, monkeypatch):
    bow = '{"type":"Polygon","coordinates":[[[36,-1],[37,0],[37,-1],[36,0],[36,-1]]]}'
    areas = given(tmp_path, "a.geojson", tiny.collection(tiny.feature("001", "West", bow)))
    assert check_table(areas, "areas").verdict == "warn"
    monkeypatch.setattr(opening, "_REPAIR_IN_PROCESS", 1)
    monkeypatch.setattr(sandbox, "ARGUMENTS", ("-c", "import sys; sys.exit(3)"))
    (fault,) = check_table(areas, "areas").faults
    assert fault.expected == "outlines that do not cross themselves"


def test_a_layer_with_a_place_in_its_columns_needs_it_in_every_row(tmp_path):
    point = '{"type":"Point","coordinates":[36.5,-0.5]}'
    row = '{{"type":"Feature","properties":{{"id":"s{0}","name":"S{0}","area":"001",{1}}},{2}}}'
    features = (row.format(at, f'"lat":{lat},"lon":36.5', f'"geometry":{point}')
                for at, lat in enumerate((-0.5, "null")))  # fmt: skip
    sites = given(tmp_path, "s.geojson", tiny.collection(*features))
    (fault,) = check_table(sites, "sites", [given(tmp_path, "areas.geojson", AREAS)]).faults
    assert (fault.row, fault.column, fault.found) == (3, "lat", "a blank cell")


# -- total rows ----------------------------------------------------------------------------


def test_total_rows_that_each_give_one_column_are_held_against_that_column_alone(tmp_path):
    text = (
        "area,visits_per_year,population\nNairobi,1,100\nKwale,2,30\n"
        "Total visits,4,\nTotal population,,131\n"
    )
    report = check_table(given(tmp_path, "area_demand.csv", text), "area_demand")
    assert report.row_count == 2
    told = " ".join(report.warnings)
    assert "row 4 gives 4 as total of visits_per_year; the rows sum to 3" in told
    assert "row 5 gives 131 as total of population; the rows sum to 130" in told
    assert told.count(" gives ") == 2
