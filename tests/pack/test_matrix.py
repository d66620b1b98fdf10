"""Matrices: read by columns or row by row, the answer is the same."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pack import tiny
from planner.pack import packfile, read_pack
from planner.pack.faults import Findings
from planner.pack.matrix_file import read_matrix
from planner.pack.matrix_programs import MatrixChoices
from planner.pack.matrix_types import MatrixJoin

HEAD = "demand_point,site,minutes,km,kes\n"


def by_columns(path):
    """The matrix as read by columns; None where the reader of tables has to look at it."""
    findings = Findings()
    join = MatrixJoin(("p1", "p2", "p3"), ("s1", "s2"))
    reading = read_matrix(path, join, MatrixChoices(), findings)
    assert not findings.faults
    return reading


def both_ways(folder, monkeypatch):
    """What a pack gives, and what it gives when its matrix is read row by row."""
    quick = tiny.faults(folder) or read_pack(folder)
    with monkeypatch.context() as patch:
        patch.setattr(packfile, "read_matrix", lambda *_: None)
        slow = tiny.faults(folder) or read_pack(folder)
    return quick, slow


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "p1,s1,0,0.5,\np1,s2,90,80,200\np2,s1,,532.114,\np3,s1,,,\n",
        HEAD + "p1,s1,,,5\np2,s2,,,0.125\n",
        "site;demand_point;km\ns1;p1;1.5\ns2;p1;2\n",
        "origin,destination,duration_min,remark\np1,s1,1,x\np1,s2,2,\n",
        "\ufeff" + HEAD + "p1,s1,1,,\n\np2,s1,2,,\n\n",
        'demand_point,site,km\r\n"p1","s1",1\r\np1,s2,2\r\n',
    ],
)
def test_a_plain_matrix_is_read_by_columns_as_it_is_row_by_row(tmp_path, monkeypatch, text):
    folder = tiny.write(tmp_path / "a", travel_csv=text)
    assert by_columns(folder / "travel.csv") is not None
    quick, slow = both_ways(folder, monkeypatch)
    assert quick == slow
    assert quick.warnings == slow.warnings
    assert quick.travel_matrix.point.size


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (HEAD + "p1,s1,1,,\np1,s1,2,,\n", "each one once"),
        (HEAD + "p1,s9,1,,\n", "Did you mean s"),
        (HEAD + "p1,s1,-1,,\n", "a number >= 0"),
        (HEAD + "p1,s1,,,nan\n", "a number"),
        (HEAD + "p1,s1,,,inf\n", "a number"),
        (HEAD + "p1,s1,1\n", "5 fields, as in the header"),
        (HEAD + "p1,s1,1,,\np1,s2,,,7\n", "minutes or km as well"),
        ("demand_point,site\np1,s1\n", "minutes or km or kes"),
        (HEAD, "rows below the header"),
    ],
)
def test_what_is_wrong_with_a_matrix_is_told_row_by_row(tmp_path, monkeypatch, text, told):
    folder = tiny.write(tmp_path / "a", travel_csv=text)
    assert by_columns(folder / "travel.csv") is None
    quick, slow = both_ways(folder, monkeypatch)
    assert quick == slow
    assert told in " ".join(map(str, quick))


CELLS = st.sampled_from(["", "1", "0.5", "1.250", "1,5", "-1", " 2", "1e3", "x", "7" * 16, "'3"])


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    rows=st.lists(
        st.tuples(st.sampled_from(["p1", "p2", "p3", "Total", ""]),
                  st.sampled_from(["s1", "s2", "s2 "]), CELLS, CELLS),
        max_size=5,
    ),
    separator=st.sampled_from([",", ";"]),
)  # fmt: skip
def test_whatever_is_sent_both_ways_agree(tmp_path_factory, monkeypatch, rows, separator):
    lines = [("demand_point", "site", "minutes", "km"), *rows]
    text = "".join(
        separator.join(f'"{each}"' if "," in each else each for each in line) + "\n"
        for line in lines
    )
    folder = tiny.write(tmp_path_factory.mktemp("pack"), travel_csv=text)
    quick, slow = both_ways(folder, monkeypatch)
    assert quick == slow


def test_a_matrix_in_parquet(tmp_path, monkeypatch):
    folder = tiny.write(tmp_path / "a")
    columns = {
        "demand_point": ["p1", "p2", "p3"],
        "site": ["s1", "s2", "s1"],
        "minutes": [1, None, 3],
        "kes": [0.5, np.nan, 2.0],
        "km": [None, 4.25, 7.0],
    }
    pq.write_table(pa.table(columns), folder / "travel.parquet")
    reading = by_columns(folder / "travel.parquet")
    assert reading.row_count == 3
    quick, slow = both_ways(folder, monkeypatch)
    assert quick == slow
    assert quick.travel_matrix == tiny.matrix(
        quick, [("p1", "s1", 1, None, 0.5), ("p2", "s2", None, 4.25), ("p3", "s1", 3, 7, 2)]
    )


def test_numbers_as_ids_in_parquet(tmp_path):
    table = pa.table({"demand_point": [1, 2], "site": [7, 7], "km": [1.0, 2.0]})
    pq.write_table(table, tmp_path / "travel.parquet")
    join = MatrixJoin(("1", "2"), ("7",))
    reading = read_matrix(tmp_path / "travel.parquet", join, MatrixChoices(), Findings())
    assert reading.matrix.point.tolist() == [0, 1]


@pytest.mark.parametrize(
    "columns",
    [
        {"demand_point": ["p1", None], "site": ["s1", "s2"], "km": [1.0, 2.0]},
        {"demand_point": ["p1", "p2"], "site": ["s1", "s3"], "km": [1.0, 2.0]},
        {"demand_point": ["p1", "p2"], "site": ["s1", "s2"], "km": [1.0, float("inf")]},
        {"demand_point": ["p1", "p2"], "site": ["s1", "s2"], "km": ["1", "far"]},
        {"demand_point": ["p1", "p2"], "site": ["s1", "s2"], "km": [-1.0, 2.0]},
    ],
)
def test_faults_in_parquet(tmp_path, monkeypatch, columns):
    folder = tiny.write(tmp_path / "a")
    pq.write_table(pa.table(columns), folder / "travel.parquet")
    assert by_columns(folder / "travel.parquet") is None
    quick, slow = both_ways(folder, monkeypatch)
    assert quick == slow
    assert quick


@pytest.mark.parametrize("kilometres", [[[1.0], [2.0]], [["1"], None], [{"km": 1.0}, {"km": 2.0}]])
def test_cells_of_parquet_with_several_values_are_faults(tmp_path, monkeypatch, kilometres):
    folder = tiny.write(tmp_path / "a")
    columns = {"demand_point": ["p1", "p2"], "site": ["s1", "s2"], "km": kilometres}
    pq.write_table(pa.table(columns), folder / "travel.parquet")
    assert by_columns(folder / "travel.parquet") is None
    faults = tiny.faults(folder)
    assert faults[0].row == 2
    assert faults[0].column == "km"
    assert faults[0].expected == "a number"
    ids = {"demand_point": [["p1"], ["p2"]], "site": ["s1", "s2"], "km": [1.0, 2.0]}
    pq.write_table(pa.table(ids), folder / "travel.parquet")
    assert [each.found for each in tiny.faults(folder)] == ["[p1]", "[p2]"]


def test_costs_alone_are_told(tmp_path):
    costs = tiny.write(tmp_path / "a", travel_csv="demand_point,site,kes\np1,s1,5\n")
    tiny.warning(costs, "costs only", "minutes and km are unknown")
    timed = tiny.write(tmp_path / "b", travel_csv=HEAD + "p1,s1,1,,5\n")
    assert not any("costs only" in each for each in read_pack(timed).warnings)


def test_rows_are_counted_with_or_without_a_route(tmp_path):
    from planner.pack import check_pack

    with_matrix = tiny.write(tmp_path / "a", travel_csv=HEAD + "p1,s1,1,,\np1,s2,,,\n")
    without = tiny.write(tmp_path / "b")
    assert check_pack(with_matrix).row_count == check_pack(without).row_count + 2
