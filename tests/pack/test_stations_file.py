"""Counts by branch: read, written back, and every fault of them told at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from planner.pack import check_table, read_pack, write_pack
from planner.pack.customer_types import StationCount
from planner.pack.figures import Mark
from tests.pack.tiny import PACK, TRAVEL, faults, write

WHAT = 'visit_type = "get_card"\nwhat = "cards"\nwhat_sw = "kadi"\nwhen = "2023"\n'
KEYS = f'[station_counts]\nfile = "counts.csv"\n{WHAT}'
COUNTS = "site,name,count,source,confidence\ns1,Alpha,30,a paper,found\ns2,Gamma,10.5,,\n"


def pack(folder: Path, counts: str | None = COUNTS, keys: str = KEYS) -> Path:
    return write(folder, pack_toml=PACK + TRAVEL + keys, counts_csv=counts)


def told(folder: Path) -> list[tuple[str, int | None, str | None, str]]:
    return [(each.file, each.row, each.column, each.found) for each in faults(folder)]


def test_read_and_written_back(tmp_path: Path) -> None:
    read = read_pack(pack(tmp_path / "a"))
    assert read.stations is not None
    assert (read.stations.visit_type, read.stations.what, read.stations.when) == (
        "get_card", "cards", "2023",
    )  # fmt: skip
    assert read.stations.what_sw == "kadi"
    assert read.stations.counts == (
        StationCount("s1", 30, Mark("a paper", "found")), StationCount("s2", 10.5),
    )  # fmt: skip
    write_pack(read, tmp_path / "b")
    again = read_pack(tmp_path / "b")
    assert again.stations == read.stations
    assert replace(again, folder=read.folder, warnings=read.warnings) == read


def test_a_pack_without_counts(tmp_path: Path) -> None:
    assert read_pack(pack(tmp_path, None, "")).stations is None


def test_every_fault_of_a_table_at_once(tmp_path: Path) -> None:
    rows = "site,count\ns1,-3\ns9,4\ns1,many\ns2,\n"
    assert told(pack(tmp_path, rows)) == [
        ("counts.csv", 5, "count", "a blank cell"),
        ("counts.csv", 2, "count", "-3"),
        ("counts.csv", 4, "count", "many"),
        ("counts.csv", 4, "site", "s1"),
        ("counts.csv", 3, "site", "s9"),
    ]


@pytest.mark.parametrize(
    ("rows", "column", "found"),
    [
        ("site,count\ns1,0\ns2,0\n", "count", "0 in every row"),
        ("site,count\ns1,5\n", "site", "1 branch"),
    ],
)
def test_nothing_to_compare(tmp_path: Path, rows: str, column: str, found: str) -> None:
    assert told(pack(tmp_path, rows)) == [("counts.csv", None, column, found)]


def test_every_fault_of_the_keys_at_once(tmp_path: Path) -> None:
    keys = (
        '[station_counts]\nfile = "counts.csv"\nvisit_type = "get_crad"\nwhen = 2023\nhow = "x"\n'
    )
    found = told(pack(tmp_path, COUNTS, keys))
    assert found == [
        ("pack.toml", None, "station_counts.what", "missing key: what"),
        ("pack.toml", None, "station_counts.when", "2023"),
        ("pack.toml", None, "station_counts.how", "an unknown key"),
        ("pack.toml", None, "station_counts.visit_type", "get_crad"),
    ]
    (last,) = [each for each in faults(tmp_path) if each.column == "station_counts.visit_type"]
    assert last.message == "Did you mean get_card?"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert told(pack(tmp_path, None)) == [
        ("pack.toml", None, "station_counts.file", "counts.csv"),
    ]


def test_a_table_alone_is_checked(tmp_path: Path) -> None:
    folder = pack(tmp_path, "station,counted\ns1,30\ns7,1\n")
    report = check_table(folder / "counts.csv", "station-counts", rows=True)
    assert report.verdict == "warn"  # not joined to anything
    assert report.totals == {"count": 31}
    joined = check_table(folder / "counts.csv", "station_counts", [folder / "sites.csv"])
    assert [(each.row, each.column, each.found) for each in joined.faults] == [(3, "site", "s7")]
