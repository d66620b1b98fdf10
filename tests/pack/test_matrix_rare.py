"""Matrices that few programs write: costs alone, no rows, or not what their names say."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pack import matrices, tiny
from pack.matrices import the_fault, the_faults, told, with_choices
from planner.pack import matrix_file, matrix_json, read_pack
from planner.pack.faults import Findings
from planner.pack.matrix_file import read_matrix
from planner.pack.matrix_programs import MatrixChoices
from planner.pack.matrix_types import MatrixJoin
from planner.pack.matrix_units import evidence_of

HEAD = "demand_point,site,minutes\n"
OSRM = matrices.as_csv(matrices.osrm())
HEADS = ("source", "destination", "duration", "distance")


def test_a_cost_alone_beside_pairs_with_times_is_a_fault(tmp_path):
    columns = matrices.osrm() | {"kes": [50] * 6}
    faults = the_faults(tmp_path, matrices.as_csv(columns))
    assert [(each.row, each.column, each.found) for each in faults] == [(7, "kes", "a cost alone")]


def test_a_column_that_the_program_does_not_know_says_no_unit(tmp_path):
    fault = the_fault(tmp_path, OSRM.replace("distance", "length"))
    assert (fault.column, fault.found) == ("length", "no unit")
    pack = with_choices(tmp_path / "b", OSRM.replace("distance", "length"), distance_unit="m")
    assert pack.travel_matrix.km.max() == 189


def test_ids_on_some_rows_and_positions_on_all_are_asked_for(tmp_path):
    sites = tiny.FILES["sites.csv"].replace("s1,", "1,").replace("s2,", "7,")
    points = tiny.FILES["demand_points.csv"].replace("p1,", "2,").replace("p2,", "9,")
    visits = "demand_point,visit_type,visits_per_year\n2,get_card,10\n"
    text = matrices.as_csv(matrices.osrm(**matrices.INDEX))
    folder = tiny.write(
        tmp_path / "p", sites_csv=sites, demand_points_csv=points, visits_csv=visits,
        travel_csv=text,
    )  # fmt: skip
    fault = tiny.the_fault(folder)
    assert (fault.column, fault.expected) == ("source", "ids or positions, in one way only")
    assert "--ids ids|positions" in fault.message


def test_an_answer_in_json_beyond_what_is_read_is_told_with_its_size(tmp_path, monkeypatch):
    answer = matrices.osrm_json()
    monkeypatch.setattr(matrix_json, "MOST_BYTES", len(answer) - 1)
    fault = the_fault(tmp_path, answer, name="given.json")
    assert (fault.file, fault.expected) == ("given.json", "at most 0 MB")


def test_an_answer_in_json_that_is_no_text_is_told(tmp_path):
    folder = tiny.write(tmp_path / "p")
    (folder / "travel.json").write_bytes(b'{"code": "\x81"}')
    assert tiny.the_fault(folder).found == "unknown encoding"


def test_a_table_that_is_called_json_is_not_taken_for_an_answer(tmp_path):
    fault = the_fault(tmp_path, matrices.as_csv(matrices.own()), name="given.json")
    assert fault.found == "other content than the name says"


@pytest.mark.parametrize(
    ("text", "row", "column", "found"),
    [
        (",".join(HEADS) + "\n", 1, None, "no rows"),
        ("point,s1,s2\n", 1, None, "no rows"),
        ("point,s1,s2,s1\np1,5,6,7\n", 1, "s1", "the column twice"),
        ("point,s1,s2\n,5,6\n", 2, "point", "a blank cell"),
    ],
)
def test_what_has_no_pairs_or_too_many(tmp_path, text, row, column, found):
    faults = the_faults(tmp_path, text, time_unit="min")
    assert (faults[0].row, faults[0].column, faults[0].found) == (row, column, found)


def test_a_matrix_headed_by_positions_is_a_matrix(tmp_path):
    """As many numbers as there are sites, beside one heading that is none."""
    rows = "point,0,1\n0,0,132\n1,60,175\n2,137,\n"
    pack = with_choices(tmp_path, rows, time_unit="min")
    assert "taken as positions from 0" in told(pack)
    assert pack.travel_matrix.minutes.tolist() == [0, 132, 60, 175, 137]


def test_evidence_of_what_is_not_given_is_not_known():
    none = np.full(2, np.nan)
    found = evidence_of(none, none, np.array([30.0, 40.0]), 1.0)
    assert found.distance_words == "median unknown km, unknown x the straight line"
    assert found.time_words == "median unknown min at unknown km/h"
    assert not found.is_time_plausible
    assert not found.is_distance_plausible


# -- tables that are read by columns where they are plain ----------------------------------


def test_a_long_table_is_read_whatever_its_length(tmp_path):
    rows = "".join(f"p{at % 3 + 1},s{at % 2 + 1},5\n" for at in range(6))
    blank = "\n" * 300
    pack = read_pack(tiny.write(tmp_path / "a", travel_csv=HEAD + rows + blank))
    assert pack.travel_matrix.minutes.tolist() == [5] * 6


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("travel_csv", HEAD + 'p1,s1,5\np1,"s2,6\n', "a quotation mark that does not pair"),
        (
            "travel_csv",
            HEAD + "p1,s1,5\n" + "\n" * 99 + 'p1,"s2,6\n',
            "a quotation mark that does not pair",
        ),
        ("travel_csv", HEAD.encode() + b"p1,s1,5\np1,s\x81,6\n", "unknown encoding"),
        ("travel_parquet", b"PAR1" + b"\0" * 40 + b"PAR1", "a damaged file"),
    ],
)
def test_a_damaged_table_is_told_as_such(tmp_path, name, content, found):
    faults = tiny.faults(tiny.write(tmp_path / "a", **{name: content}))
    assert faults[0].found.startswith(found)


def test_a_matrix_of_more_rows_than_are_read_is_not_read_by_columns(tmp_path, monkeypatch):
    ids = tuple(f"p{at}" for at in range(60))
    path = tmp_path / "travel.csv"
    path.write_text(HEAD + "".join(f"{each},s1,5\n" for each in ids))
    findings = Findings()
    join = MatrixJoin(ids, ("s1",))
    assert read_matrix(path, join, MatrixChoices(), findings).row_count == 60
    monkeypatch.setattr(matrix_file, "MOST_TRAVEL_ROWS", 59)
    assert read_matrix(path, join, MatrixChoices(), findings) is None
    assert read_matrix(tmp_path / "none.csv", join, MatrixChoices(), findings) is None
    assert findings.faults == []


def test_a_blank_id_in_parquet_is_a_fault_in_its_row(tmp_path):
    folder = tiny.write(tmp_path / "a")
    columns = {"demand_point": ["p1", ""], "site": ["s1", "s2"], "minutes": [1.0, 2.0]}
    pq.write_table(pa.table(columns), folder / "travel.parquet")
    fault = tiny.the_fault(folder)
    assert (fault.row, fault.column, fault.found) == (3, "demand_point", "a blank cell")
