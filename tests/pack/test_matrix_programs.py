"""Matrices of other programs, in every file they come in, and one door for all."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pack import files, matrices, tiny
from pack.matrices import same, the_fault, the_faults, told, with_choices
from planner.pack import check_table, packfile, read_pack

MILE = 1.609344


LONG = {
    "osrm": (matrices.osrm(), "OSRM or openrouteservice"),
    "osrm, numbered": (matrices.osrm(**matrices.INDEX), "OSRM or openrouteservice"),
    "osrm, numbered from 1": (matrices.osrm(**matrices.FROM_1), "OSRM or openrouteservice"),
    "valhalla": (matrices.valhalla(), "Valhalla"),
    "r5py": (matrices.r5py(), "r5py"),
    "named units": (
        {
            "from": matrices.own()["demand_point"],
            "to": matrices.own()["site"],
            "time_h": matrices.figures("minutes", 1 / 60),
            "distance_mi": matrices.figures("km", 1 / MILE),
        },
        "",
    ),
}


@pytest.mark.parametrize("columns", LONG)
@pytest.mark.parametrize("kind", ["csv", "nan", "rows"])
def test_a_table_of_a_program_in_every_file(tmp_path, monkeypatch, own_matrix, columns, kind):
    table, program = LONG[columns]
    folder = tiny.write(tmp_path / "a")
    (folder / "travel.csv").write_text(matrices.as_csv(table, "NaN" if kind == "nan" else ""))
    if kind == "rows":
        monkeypatch.setattr(packfile, "read_matrix", lambda *_: None)
    pack = read_pack(folder)
    matrix = pack.travel_matrix
    assert same(matrix, own_matrix, km="r5py" not in columns)
    assert matrix.program == program
    assert matrix.file == "travel.csv"
    assert "1 of 6 pairs have no route" in told(pack)
    assert sum("plausible)" in each for each in matrix.words) == (1 if "r5py" in columns else 2)
    assert not any("NOT plausible" in each for each in pack.warnings)


def test_what_was_understood_is_told(tmp_path):
    text = matrices.as_csv(matrices.osrm(**matrices.FROM_1))
    pack = read_pack(tiny.write(tmp_path / "a", travel_csv=text))
    assert pack.travel_matrix.units == "duration in seconds, distance in metres"
    assert (
        "duration: seconds (the convention of OSRM and openrouteservice; median 134 min at"
        " 63.6 km/h: plausible)" in pack.travel_matrix.words
    )
    assert any(
        "positions from 1: 1 is p1 and s1" in each and each.startswith("travel.csv: ")
        for each in pack.warnings
    )


def test_a_table_of_a_program_in_a_workbook(tmp_path, own_matrix):
    table = matrices.osrm()
    folder = tiny.write(tmp_path / "a")
    lines = [list(table), *map(list, zip(*table.values(), strict=True))]
    files.workbook(folder / "travel.xlsx", [["a note", 1]], lines)
    assert same(read_pack(folder).travel_matrix, own_matrix)


@pytest.mark.parametrize(
    ("answer", "program", "unit"),
    [
        (matrices.osrm_json(), "OSRM", "metres"),
        (matrices.ors_json(), "openrouteservice", "metres"),
        (matrices.ors_json("km", 1), "openrouteservice", "kilometres"),
        (matrices.ors_json("mi", 1 / MILE), "openrouteservice", "miles"),
        (matrices.valhalla_json(slim=False), "Valhalla", "kilometres"),
        (matrices.valhalla_json(slim=True), "Valhalla", "kilometres"),
        (matrices.valhalla_json(slim=False, units="miles", factor=1 / MILE), "Valhalla", "miles"),
        (matrices.osrm_json().replace("null", "NaN"), "OSRM", "metres"),
    ],
)
def test_an_answer_as_it_came(tmp_path, own_matrix, answer, program, unit):
    pack = read_pack(tiny.write(tmp_path / "a", travel_json=answer))
    assert same(pack.travel_matrix, own_matrix)
    assert (pack.travel_matrix.program, pack.travel_matrix.file) == (program, "travel.json")
    assert f"distance{'' if program == 'Valhalla' and 'from_index' in answer else 's'}" in (
        pack.travel_matrix.units
    )
    assert pack.travel_matrix.units.endswith(unit)
    assert "positions from 0: 0 is p1 and s1" in told(pack)


def test_estimates_of_osrm_are_counted(tmp_path):
    answer = matrices.osrm_json(fallback_speed_cells=[[0, 1], [2, 1]])
    pack = read_pack(tiny.write(tmp_path / "a", travel_json=answer))
    assert "2 pairs are the program's own straight-line estimates" in told(pack)


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ('{"code": "NoSegment", "message": "Could not find"}', "NoSegment Could not find"),
        ('{"error": {"code": 6004, "message": "x"}}', "6004"),
        ('{"a": 1}', "no answer of a known program"),
        ('{"durations": [[1, 2], [3, 4]]}', "2 rows of 2 figures"),
        ('{"durations": [[1, 2], [3, 4], [5]]}', "3 rows of 1 or 2 figures"),
        ('{"durations": [[1, 2, 3], [4, 5, 6]]}', "2 rows of 3 figures"),
        ('{"durations": [[1, 2], [3, 4], [5, "6"]]}', "6"),
        ('{"durations": [[1, 2], [3, 4], [5, -6]]}', "-6"),
        ('{"durations": [[1, 2], [3, 4], [5, Infinity]]}', "inf"),
        ('{"durations": [[1, 2], [3, 4], [5, true]]}', "true"),
        ('{"durations": 7}', "7"),
        ('{"sources_to_targets": [[1, 2], [3, 4], [5, 6]]}', "1"),
        ('{"sources_to_targets": 7}', "1 rows of 1 figures"),
        ('{"durations": [[1, 2]', "damaged JSON"),
        ('{"a":' * 5000, "damaged JSON"),
    ],
)
def test_an_answer_that_cannot_be_taken(tmp_path, answer, found):
    assert found in tiny.faults(tiny.write(tmp_path / "a", travel_json=answer))[0].found


def test_an_answer_the_other_way_round_is_told(tmp_path):
    answer = json.loads(matrices.osrm_json())
    turned = {
        name: [list(row) for row in zip(*answer[name], strict=True)]
        for name in ("durations", "distances")
    }
    text = json.dumps({"code": "Ok", **turned})
    faults = the_faults(tmp_path, text, "given.json")
    assert [each.column for each in faults] == ["durations", "distances"]
    assert "--direction from_sites" in faults[0].message
    pack = with_choices(tmp_path / "b", text, "given.json", from_sites=True)
    assert pack.travel_matrix.point.tolist() == [0, 0, 1, 1, 2]
    assert sorted(pack.travel_matrix.minutes) == [0, 60, 132, 137, 175]


@pytest.mark.parametrize("corner", ["minutes", "min", "duration_s", "seconds", "time_h"])
def test_a_wide_matrix_says_its_unit_in_the_first_cell(tmp_path, own_matrix, corner):
    factor = 60 if "s" in corner.replace("minutes", "") else 1 / 60 if "h" in corner else 1
    pack = read_pack(tiny.write(tmp_path / "a", travel_csv=matrices.wide(corner, factor)))
    assert same(pack.travel_matrix, own_matrix, km=False)
    assert "1 of 6 pairs have no route" in told(pack)


def test_a_wide_matrix_without_a_unit_asks_for_it(tmp_path, own_matrix):
    text = matrices.wide("", 60)
    fault = the_fault(tmp_path, text)
    assert fault.row == 1
    assert "--units minutes=s|min|h or km=m|km|mi" in fault.message
    again = tmp_path / "again"
    assert same(with_choices(again, text, time_unit="s").travel_matrix, own_matrix, km=False)


def test_a_wide_matrix_in_parquet_with_its_index_last(tmp_path, own_matrix):
    folder = tiny.write(tmp_path / "a")
    columns = {site: [row[j] for row in matrices.MINUTES] for j, site in enumerate(matrices.SITES)}
    matrices.as_parquet({**columns, "minutes": list(matrices.POINTS)}, folder / "travel.parquet")
    assert same(read_pack(folder).travel_matrix, own_matrix, km=False)


def test_every_fault_of_a_wide_matrix(tmp_path):
    text = "km,s1,s9\np1,0,x\np2,-5,80\np4,90,\n,1,2\np1,7,8\n"
    found = [(each.row, each.column, each.found) for each in the_faults(tmp_path, text)]
    assert (3, "s1", "-5") in found
    assert (2, "s9", "x") in found
    assert (1, None, "s9") in found
    assert (4, "km", "p4") in found
    assert any(row == 5 and what == "a blank cell" for row, _, what in found)
    assert any(row == 6 and what == "p1 + s1" for row, _, what in found)


# -- one door --------------------------------------------------------------------------------


@pytest.mark.parametrize("columns", LONG)
def test_a_table_is_checked_as_a_pack_reads_it(tmp_path, columns):
    table, _ = LONG[columns]
    path = tmp_path / "table.csv"
    path.write_text(matrices.as_csv(table))
    folder = tiny.write(tmp_path / "pack")
    report = check_table(path, "travel", [folder], rows=True)
    assert report.verdict == "warn"
    assert report.row_count == 6
    assert report.table[1]["minutes"] == pytest.approx(132)
    assert (report.table[1]["row"], report.table[1]["site"]) == (3, "s2")
    assert any("1 of 6 pairs have no route" in each for each in report.warnings)
    (folder / "travel.csv").write_text(path.read_text())
    words = [each.partition(": ")[2] for each in report.warnings]
    assert {each.partition(": ")[2] for each in read_pack(folder).warnings} >= {
        each for each in words if "no route" not in each
    }


def test_a_table_without_a_pack_is_checked_as_far_as_it_goes(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text(matrices.as_csv(matrices.osrm()))
    report = check_table(path, "travel")
    assert report.verdict == "warn"
    assert any("demand_point, site not checked" in each for each in report.warnings)
    assert any("not confirmed" in each for each in report.warnings)
    sites = tmp_path / "sites.csv"
    sites.write_text("id,name,area,lat,lon\ns1,A,1,0,36\n")
    report = check_table(path, "travel", [sites])
    assert {each.found for each in report.faults} == {"s2"}


def test_an_answer_needs_a_pack_to_be_checked(tmp_path):
    path = tmp_path / "table.json"
    path.write_text(matrices.osrm_json())
    assert "names no places" in check_table(path, "travel").faults[0].found
    assert check_table(path, "travel", [tiny.write(tmp_path / "pack")]).verdict == "warn"


CELLS = st.sampled_from(["", "0", "1", "2", "60", "8220", "nan", "-1", "p1", "p9", "1,5", "1e3"])


@settings(max_examples=40, deadline=None)
@given(
    lines=st.lists(
        st.tuples(
            st.sampled_from(["p1", "p2", "0", "1", "2", "s1", "p9", ""]),
            st.sampled_from(["s1", "s2", "0", "1", "p1", ""]),
            CELLS,
            CELLS,
        ),
        max_size=5,
    ),
    head=st.sampled_from(
        [
            ["source", "destination", "duration", "distance"],
            ["from_index", "to_index", "time", "distance"],
            ["from_id", "to_id", "travel_time", "distance_km"],
        ]
    ),
)
def test_whatever_is_sent_by_columns_or_by_rows_is_the_same(tmp_path_factory, lines, head):
    folder = tiny.write(tmp_path_factory.mktemp("pack"))
    (folder / "travel.csv").write_text(matrices.text([head, *map(list, lines)]))
    quick = tiny.faults(folder) or read_pack(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packfile, "read_matrix", lambda *_: None)
        slow = tiny.faults(folder) or read_pack(folder)
    assert quick == slow
    if not isinstance(quick, tuple):
        assert quick.warnings == slow.warnings
        assert quick.travel_matrix.words == slow.travel_matrix.words


def test_faults_and_notes_name_the_columns_as_the_file_does(tmp_path):
    columns = matrices.osrm()
    columns["duration"][1], columns["distance"][2], columns["source"][3] = "far", -1, ""
    faults = the_faults(tmp_path, matrices.as_csv(columns))
    assert [(each.row, each.column, each.found) for each in faults] == [
        (5, "source", "a blank cell"), (3, "duration", "far"), (4, "distance", "-1"),
    ]  # fmt: skip
    columns = matrices.osrm()
    columns["duration"][1] = "7920,5"
    pack = with_choices(tmp_path / "notes", matrices.as_csv(columns))
    assert "duration: numbers understood, such as 7920,5" in told(pack)


def test_a_column_twice_in_a_table_of_another_program_is_told(tmp_path):
    columns = matrices.osrm()
    lines = matrices.as_csv(columns).splitlines()
    twice = "\n".join([f"{line},{'source' if n == 0 else 'p1'}" for n, line in enumerate(lines)])
    (fault,) = the_faults(tmp_path, twice)
    assert (fault.row, fault.column, fault.found) == (1, "source", "the column twice")
