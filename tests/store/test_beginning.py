"""A new store is there whole or not at all; an empty file is no store."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from planner.errors import PlannerError
from planner.runs.store import open_store
from planner.runs.store.words import DamagedError


def test_a_new_store_leaves_nothing_beside_it(tmp_path):
    open_store(str(tmp_path / "store.sqlite")).close()
    assert [each.name for each in tmp_path.iterdir()] == ["store.sqlite"]
    assert (tmp_path / "store.sqlite").stat().st_size > 4096


def test_a_file_that_was_emptied_is_told_and_stays(tmp_path):
    file = tmp_path / "store.sqlite"
    open_store(str(file)).close()
    file.write_bytes(b"")
    with pytest.raises(DamagedError, match=r"store\.sqlite is empty.*--restore"):
        open_store(str(file))
    assert file.read_bytes() == b""


def test_whoever_begins_at_the_same_moment_has_the_same_store(tmp_path):
    file = tmp_path / "store.sqlite"
    order = f"from planner.runs.store import open_store; open_store({str(file)!r}).close()"

    def start(_number):
        return subprocess.run([sys.executable, "-c", order], check=False).returncode

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(start, range(4))) == [0] * 4
    assert [each.name for each in tmp_path.iterdir()] == ["store.sqlite"]


def test_a_disk_without_second_names_has_its_store_too(tmp_path, monkeypatch):
    def refuses(*_given):
        raise PermissionError("no links")

    monkeypatch.setattr(Path, "hardlink_to", refuses)
    open_store(str(tmp_path / "store.sqlite")).close()
    assert [each.name for each in tmp_path.iterdir()] == ["store.sqlite"]


def test_a_beginning_that_fails_leaves_nothing(tmp_path, monkeypatch):
    def refuses(_database):
        raise PlannerError("no room")

    monkeypatch.setattr("planner.runs.store.beginning.migrate", refuses)
    with pytest.raises(PlannerError, match="no room"):
        open_store(str(tmp_path / "store.sqlite"))
    assert list(tmp_path.iterdir()) == []


def test_a_store_that_came_meanwhile_is_left_on_a_disk_without_second_names(tmp_path, monkeypatch):
    theirs, file = tmp_path / "theirs.sqlite", tmp_path / "store.sqlite"
    open_store(str(theirs)).close()

    def too_late(place, _made):
        theirs.rename(place)
        raise PermissionError("no links")

    before = theirs.stat().st_ino
    monkeypatch.setattr(Path, "hardlink_to", too_late)
    open_store(str(file)).close()
    assert file.stat().st_ino == before
    assert [each.name for each in tmp_path.iterdir()] == ["store.sqlite"]
