"""Stores that were damaged from outside are told, with what to do, and left as they are."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import zlib
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from planner.errors import PlannerError
from planner.runs.store import Subject, open_store, schema
from planner.runs.store.backup import back_up
from planner.runs.store.check import check_log, check_whole
from planner.runs.store.database import connect
from planner.runs.store.words import DamagedError
from tests.runs import cases
from tests.store.damage import change_from_outside, keep, killed_while_open, refusal


@pytest.mark.parametrize("content", [b"a,b\n1,2\n" * 500, b"\0" * 9000, b"PK\3\4" + b"x" * 5000])
def test_a_file_that_is_no_database(tmp_path, content):
    file = tmp_path / "s.db"
    file.write_bytes(content)
    text = refusal(str(file))
    assert "is damaged" in text
    assert "There is no backup" in text
    assert file.read_bytes() == content


def test_a_database_of_something_else_is_left_alone(tmp_path):
    file = tmp_path / "s.db"
    with sqlite3.connect(file) as other:
        other.execute("CREATE TABLE birds (name TEXT)")
    other.close()
    assert "a database of something else (it has a table 'birds')" in refusal(str(file))
    with sqlite3.connect(file) as other:
        assert other.execute("SELECT name FROM sqlite_schema").fetchall() == [("birds",)]
    other.close()


def filled(path, scenario, count=40):
    with open_store(str(path)) as store:
        saved = [keep(store, scenario) for _ in range(count)]
        for each in saved:
            store.notes.add(Subject("scenario", each.id), "x" * 500)
    return saved


def test_pages_that_were_overwritten_are_found_at_opening(tmp_path, scenario):
    file = tmp_path / "s.db"
    filled(file, scenario)
    whole = file.read_bytes()
    page = 4096
    found = 0
    for number in range(1, len(whole) // page):
        damaged = bytearray(whole)
        damaged[number * page : (number + 1) * page] = b"\xa5" * page
        file.write_bytes(damaged)
        try:
            open_store(str(file)).close()
        except DamagedError as told:
            found += 1
            assert "Nothing was changed" in str(told)
            assert file.read_bytes() == damaged
    # all but the pages of `contents` and its index, which this store has none in
    assert found >= len(whole) // page - 3


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs Linux")
def test_a_store_that_is_refused_is_let_go_of(tmp_path, scenario):
    file = tmp_path / "s.db"
    filled(file, scenario)
    os.truncate(file, 8192)
    with pytest.raises(DamagedError) as told:
        open_store(str(file))
    opened = [os.path.realpath(each) for each in Path("/proc/self/fd").iterdir()]
    assert not [each for each in opened if each.startswith(str(tmp_path))]
    assert told.value is not None  # whoever holds the error holds no file


def test_a_file_that_was_cut_off(tmp_path, scenario):
    file = tmp_path / "s.db"
    filled(file, scenario)
    whole = file.read_bytes()
    for share in (0.01, 0.5, 0.95):
        file.write_bytes(whole[: int(len(whole) * share)])
        assert "is damaged" in refusal(str(file))


def test_what_a_killed_program_left_is_there(tmp_path, scenario):
    file = tmp_path / "s.db"
    killed_while_open(file, scenario)
    check_log(file)
    with open_store(str(file)) as store:
        assert len(store.scenarios.list()) == 5


def test_a_log_that_another_program_is_just_closing_is_no_damage(tmp_path, scenario, monkeypatch):
    """The log is gone and its index is not yet: a moment later the other program is done."""
    file = tmp_path / "s.db"
    killed_while_open(file, scenario)
    log, whole = tmp_path / "s.db-wal", (tmp_path / "s.db-wal").read_bytes()
    log.unlink()
    monkeypatch.setattr("planner.runs.store.check.time.sleep", lambda _: log.write_bytes(whole))
    check_log(file)
    with open_store(str(file)) as store:
        assert len(store.scenarios.list()) == 5


@pytest.mark.parametrize(
    "places",  # its version and whether it is set up, in both halves; one half alone
    [(0, 48), (12, 60), (8,), (56,)],
)
def test_an_index_of_the_log_that_is_not_believed_is_made_anew(tmp_path, scenario, places):
    """It may say what it likes of how long the log is: SQLite looks into the log itself."""
    file, index, log = (tmp_path / f"s.db{ending}" for ending in ("", "-shm", "-wal"))
    killed_while_open(file, scenario)
    content = bytearray(index.read_bytes())
    for at in places:
        content[at] ^= 1
    index.write_bytes(content)
    os.truncate(log, log.stat().st_size // 2)
    check_log(file)
    with open_store(str(file)) as store:
        assert len(store.scenarios.list()) < 5
        assert check_whole(store.database) == ()


def test_a_row_that_leans_on_nothing_is_found_at_opening(tmp_path, pack):
    file = tmp_path / "s.db"
    with open_store(str(file)) as store:
        store.packs.keep(pack)
    with contextlib.closing(sqlite3.connect(file)) as other:  # which looks after no references
        other.execute("DROP TRIGGER contents_no_delete")
        other.execute("DELETE FROM contents")
        other.commit()
    database = connect(str(file))
    assert len(check_whole(database)) == 7
    database.close()
    text = refusal(str(file))
    assert "is damaged" in text
    assert "row 1 of pack_files leans on a row of contents that is not there" in text
    assert text.count("leans on") == 5
    assert "is not there; and 2 more. Nothing was changed" in text


@pytest.mark.parametrize("share", [0, 0.3, 0.999])
def test_a_log_that_was_cut_off_is_told(tmp_path, scenario, share):
    file = tmp_path / "s.db"
    killed_while_open(file, scenario)
    log = tmp_path / "s.db-wal"
    os.truncate(log, int(log.stat().st_size * share))
    left = log.read_bytes()
    text = refusal(str(file))
    assert "s.db-wal, which holds the newest saves, was cut off" in text
    assert log.read_bytes() == left
    (tmp_path / "s.db-shm").unlink()  # as the sentence says
    with open_store(str(file)) as store:
        assert len(store.scenarios.list()) < 5
        assert check_whole(store.database) == ()


def test_content_that_is_not_what_was_kept_is_found(store):
    with store.database.writing() as connection:
        connection.execute(insert(schema.contents).values(digest="0" * 64, size=3, content=b"abc"))
    (told,) = check_whole(store.database)
    assert "is not what was kept" in told


def test_other_content_of_the_same_length_is_found(store, pack):
    store.packs.keep(pack)
    assert check_whole(store.database) == ()
    strange = {"digest": "0" * 64, "size": 3, "content": zlib.compress(b"abc")}
    with store.database.writing() as connection:
        connection.execute(insert(schema.contents).values(strange))
    assert check_whole(store.database) == ("the kept file 0000000000000000 is not what was kept",)


def test_a_kept_scenario_that_is_none_is_found(store, scenario):
    saved = keep(store, scenario)
    lost = "UPDATE scenario_versions SET scenario = 'name = '"
    change_from_outside(store.database, "scenario_versions", lost)
    (told,) = check_whole(store.database)
    assert told.startswith(f"scenario {saved.id}, version 1: ")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("status = 'infeasible'", "status"),
        ("objective = 1", "objective"),
        ("name = 'Another', gap = 0.5", "name, gap"),
        ("kpis = 'garbage'", "kpis"),
        ("kpis = '{}'", "kpis"),
        ("kpis = NULL", "kpis"),
    ],
)
def test_a_run_that_is_listed_otherwise_than_it_was_kept_is_found(store, tmp_path, change, named):
    run = store.runs.keep(cases.write_answer(tmp_path))
    assert check_whole(store.database) == ()
    change_from_outside(store.database, "runs", f"UPDATE runs SET {change}")
    assert check_whole(store.database) == (
        f"the run {run} is listed with another {named} than it has",
    )
    if "garbage" in change:
        with pytest.raises(PlannerError, match=r"The store is damaged.*planner store --check"):
            store.runs.list()


def test_a_table_that_is_not_there_is_found(store):
    with store.database.writing() as connection:
        schema.tags.drop(connection)
    assert check_whole(store.database) == ("the table tags is not there",)


def test_a_scenario_at_a_version_that_is_not_there_is_found(store, scenario):
    saved = keep(store, scenario)
    with store.database.writing() as connection:
        connection.execute(update(schema.scenarios).values(version=99))
    assert check_whole(store.database) == (
        f"scenario {saved.id} is at version 99, which is not there",
    )


@pytest.mark.parametrize("name", ["assignment.csv", "run.json"])
def test_a_run_without_one_of_its_files_is_found(store, tmp_path, name):
    run = store.runs.keep(cases.write_answer(tmp_path))
    change_from_outside(store.database, "run_files", f"DELETE FROM run_files WHERE name = '{name}'")
    (told,) = check_whole(store.database)
    assert told == f"the run {run} does not have the files that it was kept with"


_DIGESTS = "(SELECT digest FROM run_files WHERE name = 'run.json')"


@pytest.mark.parametrize(
    "change",
    [
        ("run_files", "DELETE FROM run_files WHERE name = 'assignment.csv'"),
        ("contents", f"UPDATE contents SET size = 1 WHERE digest IN {_DIGESTS}"),
    ],
)
def test_after_one_damaged_run_the_others_are_looked_at_too(store, tmp_path, change):
    for seconds in (1.0, 2.0, 3.0):
        name = f"run{seconds:.0f}"
        store.runs.keep(cases.write_answer(tmp_path / name, name, seconds=seconds))
    change_from_outside(store.database, *change)
    assert len(check_whole(store.database)) == 3
    if change[0] == "contents":
        change_from_outside(store.database, "runs", "UPDATE runs SET status = 'infeasible'")
        told = check_whole(store.database)
        assert len(told) == 3  # what a run says cannot be read, so nothing is held against it


def test_a_pack_without_one_of_its_files_is_found(store, pack):
    kept = store.packs.keep(pack)
    change_from_outside(
        store.database, "pack_files", "DELETE FROM pack_files WHERE name = 'sites.csv'"
    )
    (told,) = check_whole(store.database)
    assert told.startswith("the pack ")
    assert told.endswith("does not have the files that it was kept with")
    assert kept is not None


def test_a_run_whose_content_is_damaged_is_told_once(store, tmp_path):
    store.runs.keep(cases.write_answer(tmp_path))
    digest = "(SELECT digest FROM run_files WHERE name = 'run.json')"
    change_from_outside(
        store.database, "contents", f"UPDATE contents SET size = 1 WHERE digest = {digest}"
    )
    (told,) = check_whole(store.database)
    assert told.endswith("is not what was kept")


def test_a_damaged_store_is_told_with_the_newest_backups(tmp_path, home):
    folder, file = home / "backups", tmp_path / "s.db"
    folder.mkdir(parents=True)
    (folder / "letter.txt").write_text("no backup")
    for age in range(5):
        (folder / f"store-{age}.sqlite").write_text("x")
        os.utime(folder / f"store-{age}.sqlite", (1e9 - age, 1e9 - age))
    file.write_bytes(b"damaged" * 1000)
    newest = ", ".join(str(folder / f"store-{age}.sqlite") for age in range(3))
    assert f"Backups, newest first: {newest} and 2 older. " in refusal(str(file))
    for age in (3, 4):
        (folder / f"store-{age}.sqlite").unlink()
    assert f"Backups, newest first: {newest}. " in refusal(str(file))


def test_what_to_do_with_a_damaged_store_is_told_as_its_kind_is(url, home):
    """A server has no file to move away, and takes zips alone, into an empty database."""
    (home / "backups").mkdir(parents=True)
    for ending in ("sqlite", "zip"):
        (home / "backups" / f"store-1.{ending}").write_text("x")
    with open_store(url) as store, store.database.writing() as connection:
        connection.execute(update(schema.about).values(value="none"))
    text = refusal(url)
    assert "its schema number is missing" in text
    if url.startswith("postgresql"):
        assert f"Backups here, newest first: {home / 'backups' / 'store-1.zip'}. Ask " in text
        assert "for an empty database beside this one" in text
        (home / "backups" / "store-1.zip").unlink()
        assert "newest first" not in refusal(url)
    else:
        assert "store-1.sqlite" in text
        assert "keeps the damaged file beside it" in text


def test_a_database_that_cannot_be_copied_is_told_in_words(tmp_path, scenario):
    """SQLite's own words come from its driver here, not by way of the tables."""
    file = tmp_path / "s.db"
    with open_store(str(file)) as store:
        keep(store, scenario)
        store.database.engine.dispose()
        file.write_bytes(b"damaged" * 1000)
        with pytest.raises(DamagedError, match="a part of it cannot be read"):
            back_up(store.database, tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()
