"""An older store becomes today's: once, whole or not at all, after a backup."""

from __future__ import annotations

import multiprocessing
import sqlite3
import time
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from planner.errors import PlannerError
from planner.runs.store import Subject, open_store, schema
from planner.runs.store.check import check_whole
from planner.runs.store.database import connect
from planner.runs.store.ids import now
from planner.runs.store.migrations import STEPS, migrate
from planner.runs.store.number import note, noted, schema_of
from planner.runs.store.restoring import restore
from planner.runs.store.words import DamagedError

FORK = multiprocessing.get_context("fork")
GOLDEN = Path(__file__).parent


def _add_colour(connection):
    connection.execute(text("ALTER TABLE notes ADD COLUMN colour TEXT"))


def _colour_all(connection):
    connection.execute(text("UPDATE notes SET colour = 'blue'"))
    done = int(noted(connection, "coloured") or 0)
    note(connection, "coloured", str(done + 1))
    time.sleep(0.2)


def _fail(connection):
    connection.execute(text("DELETE FROM notes"))
    raise PlannerError("The step did not go well.")


NEXT = (*STEPS, _add_colour, _colour_all)


@pytest.fixture
def old(url, scenario):
    """A store of today's schema, which stands for an old one, with something in it."""
    with open_store(url) as store:
        saved = store.scenarios.create(scenario, pack="one-stop")
        store.notes.add(Subject("scenario", saved.id), "kept")
    return url


def backups(home):
    folder = home / "backups"
    return sorted(folder.iterdir()) if folder.exists() else []


def columns(database):
    with database.reading() as connection:
        return {each["name"] for each in inspect(connection).get_columns("notes")}


def test_the_steps_are_done_in_order_after_a_backup(old, home):
    database = connect(old)
    migrate(database, NEXT)
    with database.reading() as connection:
        assert schema_of(connection, database) == len(NEXT)
        rows = connection.execute(text("SELECT text, colour FROM notes")).all()
    assert [tuple(row) for row in rows] == [("kept", "blue")]
    (backup,) = backups(home)
    assert backup.name.startswith(f"store-{len(STEPS)}-")
    migrate(database, NEXT)  # done already
    assert backups(home) == [backup]
    database.close()


def test_the_backup_before_a_migration_is_a_whole_store(old, home, tmp_path):
    database = connect(old)
    migrate(database, NEXT)
    database.close()
    (backup,) = backups(home)
    place = str(tmp_path / "again.sqlite")
    fresh = connect(place)
    restore(fresh, backup)
    fresh.close()
    with open_store(place) as store:
        (saved,) = store.scenarios.list()
        assert [each.text for each in store.notes.of(Subject("scenario", saved.id))] == ["kept"]


def test_a_store_of_the_first_schema_is_put_back_and_goes_on(tmp_path, home):
    first = connect(str(tmp_path / "first.sqlite"))
    migrate(first, STEPS[:1])
    first.close()
    place = str(tmp_path / "again.sqlite")
    fresh = connect(place)
    restore(fresh, tmp_path / "first.sqlite")
    with fresh.reading() as connection:
        assert schema_of(connection, fresh) == 1
    fresh.close()
    with open_store(place) as store:
        assert check_whole(store.database) == ()


def test_a_step_that_fails_leaves_all_as_it_was(old, home):
    database = connect(old)
    with pytest.raises(PlannerError, match="did not go well"):
        migrate(database, (*STEPS, _add_colour, _fail))
    assert "colour" not in columns(database)
    database.close()
    with open_store(old) as store:
        assert store.notes.of(Subject("scenario", store.scenarios.list()[0].id))
    assert len(backups(home)) == 1


def test_several_that_come_at_once_migrate_once(old, home):
    def come():
        database = connect(old)
        migrate(database, NEXT)
        database.close()

    children = [FORK.Process(target=come) for _ in range(5)]
    for child in children:
        child.start()
    for child in children:
        child.join(60)
    assert [child.exitcode for child in children] == [0] * 5
    database = connect(old)
    with database.reading() as connection:
        assert noted(connection, "coloured") == "1"
    database.close()
    assert len(backups(home)) == 1


def test_several_that_make_a_store_at_once_make_one(url):
    def come():
        open_store(url).close()

    children = [FORK.Process(target=come) for _ in range(5)]
    for child in children:
        child.start()
    for child in children:
        child.join(60)
    assert [child.exitcode for child in children] == [0] * 5
    with open_store(url) as store:
        assert store.scenarios.list() == ()


def test_a_store_knows_when_it_was_made(url):
    before = now()
    open_store(url).close()
    with open_store(url) as store, store.database.reading() as connection:
        assert before <= datetime.fromisoformat(noted(connection, "made")) <= now()


def test_a_newer_store_is_refused_and_left_as_it_is(old, home):
    database = connect(old)
    migrate(database, NEXT)
    database.close()
    file = database.file
    before = None if file is None else file.read_bytes()
    with pytest.raises(PlannerError, match="made by a newer planner") as told:
        open_store(old)
    assert f"schema {len(NEXT)}" in str(told.value)
    assert file is None or file.read_bytes() == before
    assert len(backups(home)) == 1


def test_a_store_without_its_number_is_damaged(old):
    database = connect(old)
    with database.writing() as connection:
        connection.execute(schema.about.delete())
    database.close()
    with pytest.raises(DamagedError, match="schema number is missing"):
        open_store(old)


def test_no_backup_can_be_made_so_nothing_is_migrated(old, home):
    home.mkdir(exist_ok=True)
    (home / "backups").write_text("a file in its place")
    database = connect(old)
    with pytest.raises(PlannerError, match="backup"):
        migrate(database, NEXT)
    assert "colour" not in columns(database)
    database.close()


@pytest.mark.parametrize("number", range(1, len(STEPS) + 1))
def test_each_step_makes_what_it_always_made(tmp_path, number):
    """Stores of every schema are out there; later steps go on from these very tables."""
    file = tmp_path / "s.sqlite"
    database = connect(str(file))
    migrate(database, STEPS[:number])
    database.close()
    connection = sqlite3.connect(file)
    found = connection.execute("SELECT sql FROM sqlite_schema WHERE sql NOT NULL ORDER BY name")
    made = "\n".join(" ".join(row[0].split()) + ";" for row in found) + "\n"
    connection.close()
    assert made == (GOLDEN / f"schema-{number}.sql").read_text(encoding="utf-8")


def test_both_kinds_have_the_same_tables(server, tmp_path):
    def shape(place):
        with open_store(place) as store, store.database.reading() as connection:
            there = inspect(connection)
            return {
                table: (
                    {(each["name"], each["nullable"]) for each in there.get_columns(table)},
                    set(there.get_pk_constraint(table)["constrained_columns"]),
                    {each["referred_table"] for each in there.get_foreign_keys(table)},
                    {tuple(each["column_names"]) for each in there.get_indexes(table)},
                )
                for table in there.get_table_names()
            }

    assert shape(server.new_place()) == shape(str(tmp_path / "s.sqlite"))
