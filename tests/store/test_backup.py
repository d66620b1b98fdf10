"""Copies of a whole store: of both kinds, while others write, and put back in place."""

from __future__ import annotations

import errno
import json
import re
import shutil
import sqlite3
import subprocess
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from planner.errors import PlannerError
from planner.runs.store import Subject, open_store, schema
from planner.runs.store.backup import back_up
from planner.runs.store.check import check_whole
from planner.runs.store.database import connect
from planner.runs.store.migrations import STEPS
from planner.runs.store.number import note
from planner.runs.store.restoring import restore
from planner.scenario.change import with_key
from tests.faults.injected import Disk
from tests.store import postgres
from tests.store.damage import FORK, killed_while_open

HOSTILE = 'Ñ “東” \'; DROP TABLE notes; -- {"base64": 1}\n\t\\'


@pytest.fixture
def filled(url, scenario):
    """A store with something of many kinds in it."""
    with open_store(url) as store:
        saved = store.scenarios.create(scenario, pack="one-stop", author=HOSTILE)
        saved = store.scenarios.save(saved.id, with_key(scenario, "name", "B"), expected=1)
        store.notes.add(Subject("scenario", saved.id), HOSTILE)
        store.notes.tag(Subject("scenario", saved.id), "x")
        store.scenarios.remove(store.scenarios.create(scenario, pack="one-stop").id)
        with store.database.writing() as connection:
            row = {"digest": "0" * 64, "size": 3, "content": bytes(range(256)) * 3}
            connection.execute(insert(schema.contents).values(row))
    return url


def everything(place):
    with open_store(place) as store, store.database.reading() as connection:
        return {
            name: sorted(map(repr, map(tuple, connection.execute(select(table)))))
            for name, table in schema.metadata.tables.items()
        }


def put(place, backup):
    database = connect(place)
    try:
        return restore(database, backup)
    finally:
        database.close()


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def elsewhere(request, tmp_path):
    """An empty place of each kind."""
    if request.param == "SQLite":
        return str(tmp_path / "elsewhere" / "s.sqlite")
    return request.getfixturevalue("server").new_place()


def test_a_zip_goes_from_any_kind_to_any_kind(filled, elsewhere, tmp_path):
    with open_store(filled) as store:
        backup = back_up(store.database, tmp_path / "deeper" / "still" / "b.zip")
    put(elsewhere, backup)
    assert everything(elsewhere) == everything(filled)
    with open_store(elsewhere) as store:  # and its guards are there
        saved = store.scenarios.list()[0]
        assert saved.author == HOSTILE
        with pytest.raises(PlannerError, match="never change"), store.database.writing() as c:
            c.execute(schema.scenario_versions.delete())


@pytest.fixture
def file(tmp_path, scenario):
    place = tmp_path / "kept" / "store.sqlite"
    with open_store(str(place)) as store:
        store.scenarios.create(scenario, pack="one-stop")
    return place


def test_a_file_is_copied_and_put_back(file, tmp_path, scenario):
    with open_store(str(file)) as store:
        backup = back_up(store.database, tmp_path / "deeper" / "b.sqlite")
        store.scenarios.create(scenario, pack="one-stop")
    before = everything(str(backup))
    file.write_bytes(b"damaged" * 1000)
    aside = put(str(file), backup)
    assert aside is not None
    assert aside.parent == file.parent
    assert aside.read_bytes() == b"damaged" * 1000
    assert everything(str(file)) == before
    assert {each.name for each in file.parent.iterdir()} == {file.name, aside.name}


def test_a_copy_is_whole_while_others_write(file, tmp_path, scenario):
    stop = FORK.Event()

    def work():
        with open_store(str(file)) as store:
            while not stop.is_set():
                store.scenarios.create(scenario, pack="one-stop")

    workers = [FORK.Process(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    with open_store(str(file)) as store:
        copies = [
            back_up(store.database, tmp_path / f"{number}.{ending}")
            for number in range(3)
            for ending in ("sqlite", "zip")
        ]
    stop.set()
    for worker in workers:
        worker.join(60)
    for number, copy in enumerate(copies):
        place = tmp_path / "into" / f"{number}.sqlite"
        put(str(place), copy)
        with open_store(str(place)) as store:
            assert check_whole(store.database) == ()
            assert all(store.scenarios.history(each.id) for each in store.scenarios.list())
    assert not list(tmp_path.glob(".*.part"))


def test_nothing_that_stands_there_is_replaced(file, tmp_path):
    (tmp_path / "b.sqlite").write_text("mine")
    with open_store(str(file)) as store, pytest.raises(PlannerError, match="is there already"):
        back_up(store.database, tmp_path / "b.sqlite")
    assert (tmp_path / "b.sqlite").read_text() == "mine"


def test_a_store_that_others_have_open_is_not_replaced(file, tmp_path):
    with open_store(str(file)) as store:
        backup = back_up(store.database, tmp_path / "b.sqlite")
    before = file.read_bytes()
    ready, stop = FORK.Event(), FORK.Event()

    def have_it_open():
        with open_store(str(file)) as store:
            store.scenarios.list()
            with store.database.reading() as connection:
                connection.execute(select(schema.scenarios)).all()
                ready.set()
                stop.wait(60)

    other = FORK.Process(target=have_it_open)
    other.start()
    assert ready.wait(60)
    with pytest.raises(PlannerError, match="is in use by another program"):
        put(str(file), backup)
    stop.set()
    other.join(60)
    assert file.read_bytes() == before
    assert not list(file.parent.glob(".*.part*"))


def test_what_is_no_backup_is_refused_and_nothing_changes(file, tmp_path):
    before = file.read_bytes()
    text, foreign, torn, other = (tmp_path / name for name in ("a.txt", "b.db", "c.db", "d.zip"))
    text.write_text("hello")
    with sqlite3.connect(foreign) as connection:
        connection.execute("CREATE TABLE birds (name TEXT)")
    connection.close()
    torn.write_bytes(before[: len(before) // 2])
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("a.txt", "hello")
    empty = tmp_path / "empty.db"
    empty.write_bytes(b"")
    for backup, words in (
        (text, "not put in place"),
        (foreign, "not put in place"),
        (torn, "not put in place"),
        (empty, "it holds no store"),
        (other, "is no backup of a store"),
        (tmp_path / "nowhere", "There is no file nowhere"),
        (tmp_path, "There is no file"),
    ):
        with pytest.raises(PlannerError, match=words):
            put(str(file), backup)
        assert file.read_bytes() == before
    assert {each.name for each in file.parent.iterdir()} == {file.name}


def test_a_zip_of_something_else_is_no_backup(file, tmp_path):
    before = file.read_bytes()
    other = tmp_path / "other.zip"
    for about in ({"kind": "letters", "schema": 1}, {"kind": "ugatuzi-planner store"}, [], "x"):
        with zipfile.ZipFile(other, "w") as archive:
            archive.writestr("store.json", json.dumps(about))
        with pytest.raises(PlannerError, match="is no backup of a store on a database server"):
            put(str(file), other)
        assert file.read_bytes() == before


@pytest.mark.parametrize("ending", ["zip", "sqlite"])
def test_a_backup_of_a_newer_planner_is_refused_and_nothing_changes(file, tmp_path, ending):
    place = tmp_path / "newer" / "store.sqlite"
    shutil.copytree(file.parent, place.parent)
    newer = connect(str(place))
    with newer.writing() as connection:
        note(connection, "schema", str(len(STEPS) + 1))
    backup = back_up(newer, tmp_path / f"b.{ending}")
    newer.close()
    before = file.read_bytes()
    words = f"newer planner \\(schema {len(STEPS) + 1}; this one knows {len(STEPS)}\\)"
    with pytest.raises(PlannerError, match=words):
        put(str(file), backup)
    assert file.read_bytes() == before
    assert {each.name for each in file.parent.iterdir()} == {file.name}


def test_the_newest_saves_of_a_killed_program_go_aside_with_their_store(tmp_path, scenario):
    file, backup = tmp_path / "kept" / "store.sqlite", tmp_path / "b.sqlite"
    file.parent.mkdir()
    with open_store(str(file)) as store:
        back_up(store.database, backup)
    killed_while_open(file, scenario)
    assert file.with_name("store.sqlite-wal").stat().st_size > 0
    aside = put(str(file), backup)
    with open_store(str(file)) as store:
        assert store.scenarios.list() == ()
    with open_store(str(aside)) as store:
        assert len(store.scenarios.list()) == 5


def test_the_disk_has_a_restored_store_before_it_gets_its_name(file, tmp_path, monkeypatch):
    with open_store(str(file)) as store:
        backup = back_up(store.database, tmp_path / "b.sqlite")
    replace, there = Path.replace, []

    def look_and_replace(self, target):
        if target == file:
            there.append(file.read_bytes())  # the one before: no kill leaves none
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", look_and_replace)
    before, disk = file.read_bytes(), Disk(file.parent)
    with disk.in_use():
        put(str(file), backup)
    assert there == [before]
    *_, synced, _, linked, replaced, last = disk.steps
    assert re.fullmatch(r"fsync \.store\.sqlite\.[0-9a-f]{8}\.part", synced)
    assert linked == "link store.sqlite"
    assert replaced == synced.replace("fsync", "replace")
    assert last == f"fsync {file.parent.name}"


def test_a_disk_without_second_names_keeps_the_store_that_gives_way(file, tmp_path, monkeypatch):
    with open_store(str(file)) as store:
        backup = back_up(store.database, tmp_path / "b.sqlite")
    before = file.read_bytes()

    def refuse(self, target):
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    aside = put(str(file), backup)
    assert aside.read_bytes() == before
    with open_store(str(file)) as store:
        assert check_whole(store.database) == ()


def test_without_second_names_a_refusal_gives_the_store_its_name_back(file, tmp_path, monkeypatch):
    with open_store(str(file)) as store:
        backup = back_up(store.database, tmp_path / "b.sqlite")
    before = file.read_bytes()
    replace = Path.replace

    def refuse(self, target):
        if self.name.endswith(".part"):
            raise OSError(errno.EIO, "Input/output error")
        return replace(self, target)

    def no_links(self, target):
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", no_links)
    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(PlannerError, match="the disk reported an error"):
        put(str(file), backup)
    assert file.read_bytes() == before
    assert {each.name for each in file.parent.iterdir()} == {file.name}


def test_a_zip_that_is_damaged_changes_nothing(file, tmp_path, scenario):
    with open_store(str(file)) as store:
        backup = back_up(store.database, tmp_path / "b.zip")
    before = file.read_bytes()
    whole = {}
    with zipfile.ZipFile(backup) as archive:
        whole = {name: archive.read(name) for name in archive.namelist()}
    for name in ("scenarios.jsonl", "scenario_versions.jsonl"):
        for content in (None, b"not json\n", b'{"unknown": 1}\n', b'{"id": "1"}\n', b""):
            harmed = tmp_path / "harmed.zip"
            with zipfile.ZipFile(harmed, "w") as archive:
                for each, there in whole.items():
                    if each != name:
                        archive.writestr(each, there)
                    elif content is not None:
                        archive.writestr(each, content)
            with pytest.raises(PlannerError, match="is damaged; nothing was put in place"):
                put(str(file), harmed)
            assert file.read_bytes() == before


def test_a_server_takes_a_zip_into_an_empty_database_only(server, file, tmp_path):
    with open_store(str(file)) as store:
        copy = back_up(store.database, tmp_path / "b.sqlite")
        archive = back_up(store.database, tmp_path / "b.zip")
    place = server.new_place()
    with pytest.raises(PlannerError, match=r"takes no SQLite file\. Make a zip"):
        put(place, copy)
    put(place, archive)
    with pytest.raises(PlannerError, match="holds a store already"):
        put(place, archive)
    assert everything(place) == everything(str(file))
    with open_store(place) as store, pytest.raises(PlannerError, match="is a zip: name it so"):
        back_up(store.database, tmp_path / "c.sqlite")


def test_the_servers_own_tools_copy_and_put_back(server, scenario, tmp_path):
    """As `docs/server.md` says it."""
    one, two = (server.new_database() for _ in range(2))
    with open_store(one) as store:
        saved = store.scenarios.create(scenario, pack="one-stop")
        store.notes.add(Subject("scenario", saved.id), HOSTILE)
    dumped = tmp_path / "planner.dump"
    tools = postgres.binaries()
    for words in (
        ("pg_dump", "--format=custom", f"--file={dumped}", f"--dbname={one}"),
        ("pg_restore", "--exit-on-error", f"--dbname={two}", dumped),
    ):
        subprocess.run([tools / words[0], *words[1:]], check=True, capture_output=True)
    assert everything(two) == everything(one)
    with (
        open_store(two) as store,
        pytest.raises(PlannerError, match="never change"),
        store.database.writing() as connection,
    ):
        connection.execute(schema.scenario_versions.delete())
