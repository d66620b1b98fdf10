"""Large tables are read without a search for rubbish meanwhile, and leave little memory taken."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from benchmarks.reliability.rows import ROOT
from benchmarks.reliability.uploads import MOST_GROWTH_MB
from planner.pack import check_table, tables
from planner.pack.memory import lightly


def test_the_search_rests_until_the_last_reader_is_done() -> None:
    inside, go_on = threading.Event(), threading.Event()

    def read() -> None:
        with lightly():
            inside.set()
            go_on.wait(10)

    other = threading.Thread(target=read)
    with lightly():
        other.start()
        assert inside.wait(10)
    assert not gc.isenabled()
    go_on.set()
    other.join(10)
    assert gc.isenabled()


def test_a_search_that_somebody_switched_off_stays_off() -> None:
    gc.disable()
    try:
        with lightly():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_a_reader_that_fails_switches_it_on_again() -> None:
    with pytest.raises(ValueError, match="spoilt"), lightly():
        raise ValueError("spoilt")
    assert gc.isenabled()


def test_a_table_is_read_while_it_rests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    searched: list[bool] = []
    read = tables.read_table

    def seen(*given: object, **named: object) -> object:
        searched.append(gc.isenabled())
        return read(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr("planner.pack.opening.read_table", seen)
    path = tmp_path / "sites.csv"
    path.write_text("id,name,area,lat,lon\ns1,A,047,-1.3,36.8\n", encoding="utf-8")
    check_table(path, "sites")
    assert searched
    assert not any(searched)
    assert gc.isenabled()


@pytest.mark.parametrize("name", ["as many rows as are taken", "a matrix of 900,000 rows"])
def test_a_table_as_large_as_is_taken_leaves_little_memory_taken(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.reliability.uploads", name],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["verdict"] == "warn"
    assert told["growth_mb"] <= MOST_GROWTH_MB
