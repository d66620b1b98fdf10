"""Parquet tables by columns: numbers, texts, texts by number, and what is neither."""

from __future__ import annotations

import io

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from planner.pack import check_table
from planner.pack.faults import Findings
from planner.pack.parquet_columns import Coded, cells_of, read_parquet_columns


def read(columns, most=(10, 5)):
    file = io.BytesIO()
    pq.write_table(pa.table(columns), file)
    findings = Findings()
    return read_parquet_columns(file.getvalue(), "t.parquet", most, findings), findings


def test_every_kind_of_column():
    (names, columns), findings = read(
        {
            "number": [1.5, None, float("nan")],
            "small": pa.array([0.1, 2, 3], pa.float32()),
            "text": ["b", None, "b"],
            "coded": pa.array(["x", "y", None]).dictionary_encode(),
            "whole": [1, None, 3],
        }
    )
    assert names == ("number", "small", "text", "coded", "whole")
    assert findings.faults == []
    assert np.array_equal(columns[0], [1.5, np.nan, np.nan], equal_nan=True)
    assert columns[1].tolist() == [np.float32(0.1), 2, 3]
    assert isinstance(columns[2], Coded)
    assert columns[3].values == ("x", "y")
    assert columns[3].codes.tolist() == [0, 1, -1]
    assert [cells_of(each) for each in columns] == [
        [1.5, None, None],
        [float(np.float32(0.1)), 2, 3],
        ["b", None, "b"],
        ["x", "y", None],
        [1, None, 3],
    ]


def test_endless_numbers_are_told_as_text():
    (_, (column,)), _ = read({"number": [1.0, float("inf")]})
    assert cells_of(column) == [1.0, "inf"]


def test_texts_in_chunks_are_one_column():
    chunks = [pa.array(["a", "b"]).dictionary_encode(), pa.array(["c", "a"]).dictionary_encode()]
    (_, (column,)), _ = read({"text": pa.chunked_array(chunks)})
    assert cells_of(column) == ["a", "b", "c", "a"]


def test_no_rows_and_too_many():
    (_, (column, text)), _ = read(
        {"number": pa.array([], pa.float64()), "text": pa.array([], pa.string())}
    )
    assert (column.size, cells_of(text)) == (0, [])
    none, findings = read({"number": [1.0] * 11})
    assert none is None
    assert "11 rows" in findings.faults[0].found


def test_bytes_are_read_as_the_text_that_they_are_or_refused(tmp_path):
    path = tmp_path / "travel.parquet"
    for start, found in ((b"p1", []), (b"\xff", ["a column of bytes that are no text"])):
        table = pa.table({"demand_point": [start], "site": [b"s1"], "minutes": [1.0]})
        pq.write_table(table, path)
        report = check_table(path, "travel", rows=True)
        assert [fault.found for fault in report.faults] == found
        assert [row["demand_point"] for row in report.table] == ([] if found else ["p1"])
