"""A travel matrix is judged alike whether its rows are asked for, one by one, or not."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.pack import check_table

_HEAD = "demand_point,site,minutes,km\n"
_POINTS = "id,name,area,lat,lon\np1,A,047,-1.3,36.8\np2,B,047,-1.31,36.81\n"
_SITES = "id,name,area,lat,lon\ns1,A,047,-1.3,36.8\ns2,B,047,-1.31,36.81\n"


@pytest.mark.parametrize(
    "rows",
    [
        "p1,s1,1,2\np1,s2,3.5,4\np2,s1,5,6\np2,s2,7,8\n",
        "p1,s1,1,2\np1,s2,,\np2,s1,5,6\n",
        "p1,s1,,2\np1,s2,3,\np2,s2,,\n",
        "p1,s1,1,2\np1,s1,1,2\n",
        "p1,s1,1,2\np1,s9,3,4\n",
        "p1,s1,1,2\nTotal,,1,2\n",
        "p1,s1,-1,2\np1,s2,x,4\n",
        "p1,s1,1,2,3\n",
        "",
    ],
    ids=["whole", "holes", "units", "twice", "unknown", "total", "spoilt", "ragged", "empty"],
)
@pytest.mark.parametrize("joined", [False, True])
def test_both_ways_give_one_verdict(tmp_path: Path, rows: str, joined: bool) -> None:
    path = tmp_path / "travel.csv"
    path.write_text(_HEAD + rows, encoding="utf-8")
    others: list[Path] = []
    if joined:
        others = [tmp_path / "demand_points.csv", tmp_path / "sites.csv"]
        for other, text in zip(others, (_POINTS, _SITES), strict=True):
            other.write_text(text, encoding="utf-8")
    quick = check_table(path, "travel", others)
    by_rows = check_table(path, "travel", others, rows=True)
    assert by_rows.table is not None
    for part in ("verdict", "row_count", "totals", "faults", "warnings"):
        assert getattr(quick, part) == getattr(by_rows, part), part


@pytest.mark.parametrize("side", ["site", "demand_point"])
def test_a_side_twice_beside_a_programs_own_columns_is_one_fault(tmp_path: Path, side: str) -> None:
    path = tmp_path / "travel.csv"
    path.write_text(f"from_id,to_id,travel_time,{side},{side}\np1,s1,5,a,a\n", encoding="utf-8")
    (fault,) = check_table(path, "travel").faults
    assert (fault.row, fault.column, fault.found) == (1, side, "the column twice")


def test_a_cost_alone_beside_minutes_is_told_either_way(tmp_path: Path) -> None:
    path = tmp_path / "travel.csv"
    path.write_text("demand_point,site,minutes,kes\np1,s1,1,2\np1,s2,,9\n", encoding="utf-8")
    reports = [check_table(path, "travel", rows=rows) for rows in (False, True)]
    assert [[(each.row, each.column) for each in told.faults] for told in reports] == [
        [(3, "minutes")]
    ] * 2
