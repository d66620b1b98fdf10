"""Whose a kept thing is: others read it, do not see it where private, and never change it."""

from __future__ import annotations

import zipfile
from collections.abc import Callable

import pytest
from sqlalchemy import text

from planner.people import NotSignedInError, NotYoursError, Person, acting_as, follow
from planner.runs import judge_and_write
from planner.runs.store import StudyPoint, Subject, open_store, schema
from planner.runs.store.database import connect
from planner.runs.store.migrations import STEPS, migrate
from planner.runs.store.number import schema_of
from planner.runs.store.restoring import restore
from planner.runs.store.workspace import export_workspace, import_workspace
from planner.scenario.change import with_keys
from tests.runs import cases

AMINA, BARAKA = Person("amina", "Amina W."), Person("baraka", "Baraka O.")


def keep_one(store, pack, tmp_path, scenario=None):
    """A run of the tiny pack, kept; its id."""
    rules = cases.scenario(str(tmp_path / "tiny"))
    report = cases.answer(pack, rules)
    folder = judge_and_write(report, pack, rules, tmp_path / "run", created=cases.CREATED)
    return store.runs.keep(folder, pack=pack, scenario=scenario)


@pytest.fixture
def hers(store, scenario):
    with acting_as(AMINA):
        return store.scenarios.create(scenario, pack="one-stop")


@pytest.fixture
def her_run(store, pack, tmp_path):
    with acting_as(AMINA):
        return keep_one(store, pack, tmp_path)


def writes(store, saved, run, note) -> dict[str, Callable[[], object]]:
    """Everything that changes what is kept, by its name."""
    subject = Subject("scenario", saved.id)
    changed = with_keys(saved.scenario, {"name": "B"})
    one = saved.revision
    scenarios, runs, notes, owners = store.scenarios, store.runs, store.notes, store.owners
    return {
        "save": lambda: scenarios.save(saved.id, changed, expected=one),
        "undo": lambda: scenarios.undo(saved.id, expected=one),
        "redo": lambda: scenarios.redo(saved.id, expected=one),
        "go_to": lambda: scenarios.go_to(saved.id, 1, expected=one),
        "remove scenario": lambda: scenarios.remove(saved.id),
        "restore scenario": lambda: scenarios.restore(saved.id),
        "remove run": lambda: runs.remove(run),
        "restore run": lambda: runs.restore(run),
        "tag": lambda: notes.tag(subject, "mine"),
        "untag": lambda: notes.untag(subject, "mine"),
        "edit note": lambda: notes.edit(note, "other words"),
        "remove note": lambda: notes.remove(note),
        "restore note": lambda: notes.restore(note),
        "hide": lambda: owners.set_private(subject, is_private=True),
        "give": lambda: owners.give(subject, BARAKA),
    }


def everything(store):
    """All rows of the store that may change."""
    tables = ("scenarios", "scenario_versions", "notes", "tags", "put_away", "owners", "studies")
    with store.database.reading() as connection:
        return {
            name: sorted(map(repr, connection.execute(text(f"SELECT * FROM {name}")).all()))
            for name in tables
        }


def test_what_is_new_belongs_to_who_made_it(store, hers, her_run):
    assert (hers.owner.id, hers.owner.name, hers.author) == ("amina", "Amina W.", "Amina W.")
    assert not hers.owner.is_private
    assert store.runs.get(her_run).owner.id == "amina"
    assert store.runs.get(her_run).author == "Amina W."
    with acting_as(AMINA):
        note = store.notes.add(Subject("run", her_run), "mine", author="somebody else")
    assert note.author == "Amina W."


def test_without_a_login_nothing_has_an_owner_and_all_is_open(store, scenario):
    saved = store.scenarios.create(scenario, pack="one-stop", author="Zawadi")
    assert saved.owner is None
    assert saved.author == "Zawadi"
    store.scenarios.save(saved.id, with_keys(scenario, {"name": "B"}), expected=1)


def test_what_belongs_to_nobody_is_everybodys(store, scenario):
    saved = store.scenarios.create(scenario, pack="one-stop")
    with acting_as(BARAKA):
        changed = with_keys(saved.scenario, {"name": "B"})
        after = store.scenarios.save(saved.id, changed, expected=1)
        assert after.changed_by == "Baraka O."
        subject = Subject("scenario", saved.id)
        with pytest.raises(NotYoursError, match="everybody"):
            store.owners.give(subject, BARAKA)
        with pytest.raises(Exception, match="cannot be private"):
            store.owners.set_private(subject, is_private=True)


def test_others_read_but_change_nothing(store, hers, her_run):
    with acting_as(AMINA):
        note = store.notes.add(Subject("scenario", hers.id), "hers").id
    before = everything(store)
    with acting_as(BARAKA):
        assert store.scenarios.get(hers.id).name == hers.name
        assert [each.id for each in store.runs.list()] == [her_run]
        for name, write in writes(store, hers, her_run, note).items():
            with pytest.raises(NotYoursError, match=r"Amina W\."):
                write()
            assert everything(store) == before, name


def test_the_owner_and_the_command_line_change_everything(store, hers, her_run):
    with acting_as(AMINA):
        note = store.notes.add(Subject("scenario", hers.id), "hers").id
        store.scenarios.remove(hers.id)
        store.scenarios.restore(hers.id)
        store.runs.remove(her_run)
    store.runs.restore(her_run)
    store.notes.edit(note, "by the machine's administrator")


def test_others_may_add_notes_of_their_own(store, hers):
    subject = Subject("scenario", hers.id)
    with acting_as(BARAKA):
        note = store.notes.add(subject, "a question")
        assert store.notes.edit(note.id, "another question").owner.id == "baraka"
    with acting_as(AMINA), pytest.raises(NotYoursError):
        store.notes.remove(note.id)


def test_what_is_private_others_neither_see_nor_find(store, hers, her_run):
    subject, run = Subject("scenario", hers.id), Subject("run", her_run)
    with acting_as(AMINA):
        note = store.notes.add(subject, "hers").id
        store.notes.tag(subject, "secret plan")
        store.owners.set_private(subject, is_private=True)
        store.owners.set_private(run, is_private=True)
        assert len(store.scenarios.list()) == len(store.runs.list()) == 1
    with acting_as(BARAKA):
        assert store.scenarios.list() == store.runs.list() == ()
        assert store.notes.tags() == {}
        for look in (
            lambda: store.scenarios.get(hers.id),
            lambda: store.scenarios.get(hers.id[:6]),
            lambda: store.scenarios.history(hers.id),
            lambda: store.runs.get(her_run),
            lambda: store.runs.find(her_run[:8]),
            lambda: store.runs.folder(her_run),
            lambda: store.runs.info(her_run),
            lambda: store.runs.open(her_run),
            lambda: store.notes.of(subject),
            lambda: store.notes.tags_of(subject),
            lambda: store.notes.add(subject, "a word"),
            lambda: store.owners.of(run),
            *writes(store, hers, her_run, note).values(),
        ):
            with pytest.raises(NotYoursError, match="keeps it private"):
                look()
    assert len(store.scenarios.list()) == len(store.runs.list()) == 1  # the command line


def test_runs_of_a_private_scenario_are_private_and_follow_it(store, hers, pack, tmp_path):
    subject = Subject("scenario", hers.id)
    with acting_as(AMINA):
        store.owners.set_private(subject, is_private=True)
        run = keep_one(store, pack, tmp_path, scenario=store.scenarios.get(hers.id))
        assert store.runs.get(run).owner.is_private
        store.owners.set_private(subject, is_private=False)
        assert not store.runs.get(run).owner.is_private


def test_nothing_else_becomes_private_or_is_given_with_it(store, hers, scenario):
    with acting_as(AMINA):
        other = store.scenarios.create(scenario, pack="one-stop")
        store.owners.set_private(Subject("scenario", hers.id), is_private=True)
        assert not store.scenarios.get(other.id).owner.is_private
        store.owners.give(Subject("scenario", other.id), BARAKA)
        assert store.scenarios.get(other.id).owner.id == "baraka"
        assert not store.scenarios.get(other.id).owner.is_private
        assert store.scenarios.get(hers.id).owner.id == "amina"


def test_the_administrator_gives_what_was_everybodys(store, scenario):
    subject = Subject("scenario", store.scenarios.create(scenario, pack="one-stop").id)
    store.owners.give(subject, BARAKA)
    assert (store.owners.of(subject).id, store.owners.of(subject).is_private) == ("baraka", False)


def test_tags_are_counted_on_what_one_sees(store, hers, scenario):
    with acting_as(AMINA):
        store.owners.set_private(Subject("scenario", hers.id), is_private=True)
        store.notes.tag(Subject("scenario", hers.id), "board")
        shown = store.scenarios.create(scenario, pack="one-stop")
        for name in ("shown", "board"):
            store.notes.tag(Subject("scenario", shown.id), name)
        assert list(store.notes.tags().items()) == [("board", 2), ("shown", 1)]
    with acting_as(BARAKA):
        assert store.notes.tags() == {"board": 1, "shown": 1}


def test_runs_of_a_study_follow_it_and_no_others_do(store, scenario, pack, tmp_path):
    with acting_as(AMINA):
        study = store.studies.begin(
            "sweep", "S", scenario=scenario, pack=pack, spec={}, points=[StudyPoint(0, {})]
        )
        other = keep_one(store, pack, tmp_path)
        rules = cases.scenario(str(tmp_path / "tiny"))
        report = cases.answer(pack, rules, seconds=2.0)
        run = store.runs.keep(judge_and_write(report, pack, rules, tmp_path / "second"), pack=pack)
        store.studies.set_point(study, StudyPoint(0, {}, run, "feasible"))
        for is_private in (True, False, True):
            store.owners.set_private(Subject("study", study), is_private=is_private)
            assert store.runs.get(run).owner.is_private == is_private
            store.studies.set_point(study, StudyPoint(0, {}, run, "feasible"))
            assert store.runs.get(run).owner.is_private == is_private
            assert not store.runs.get(other).owner.is_private


def test_what_a_private_job_keeps_is_private(store, scenario, pack, tmp_path):
    with acting_as(AMINA, keeps_private=True):
        run = keep_one(store, pack, tmp_path)
        study = store.studies.begin("sweep", "S", scenario=scenario, pack=pack, spec={}, points=[])
    assert store.runs.get(run).owner.is_private
    assert store.studies.get(study).owner.is_private


def test_points_of_a_private_study_are_private(store, scenario, pack, tmp_path):
    with acting_as(AMINA):
        study = store.studies.begin(
            "sweep", "S", scenario=scenario, pack=pack, spec={}, points=[StudyPoint(0, {})]
        )
        store.owners.set_private(Subject("study", study), is_private=True)
        run = keep_one(store, pack, tmp_path)
        store.studies.set_point(study, StudyPoint(0, {}, run, "optimal"))
        assert store.runs.get(run).owner.is_private
        assert store.studies.get(study).owner.is_private
    with acting_as(BARAKA):
        assert store.studies.list() == ()
        for change in (
            lambda: store.studies.get(study),
            lambda: store.studies.set_point(study, StudyPoint(0, {})),
            lambda: store.studies.finish(study, "stopped"),
            lambda: store.studies.remove(study),
            lambda: store.studies.restore(study),
        ):
            with pytest.raises(NotYoursError):
                change()


def test_the_administrator_gives_and_takes(store, hers):
    subject = Subject("scenario", hers.id)
    with acting_as(AMINA):
        store.owners.set_private(subject, is_private=True)
    store.owners.give(subject, BARAKA)
    assert (store.owners.of(subject).id, store.owners.of(subject).is_private) == ("baraka", True)
    with acting_as(AMINA), pytest.raises(NotYoursError):
        store.scenarios.get(hers.id)
    store.owners.give(subject, None)
    with acting_as(AMINA):
        assert store.scenarios.get(hers.id).owner is None


def test_nobody_gets_anywhere_before_signing_in(store, hers, her_run):
    def nobody():
        raise NotSignedInError("Nobody is signed in.")

    follow(nobody)
    try:
        for look in (
            store.scenarios.list,
            store.runs.list,
            store.studies.list,
            store.notes.tags,
            lambda: store.runs.get(her_run),
            lambda: store.scenarios.get(hers.id),
            lambda: store.scenarios.remove(hers.id),
        ):
            with pytest.raises(NotSignedInError):
                look()
    finally:
        follow(lambda: None)


# -- workspaces ----------------------------------------------------------------------------


def test_a_workspace_holds_what_one_sees_and_belongs_to_who_brings_it(
    store, hers, her_run, tmp_path
):
    with acting_as(AMINA):
        store.owners.set_private(Subject("run", her_run), is_private=True)
    path = tmp_path / "w.zip"
    with acting_as(BARAKA):
        taken = export_workspace(store, path)
    assert (taken.counts["scenarios"], taken.counts["runs"]) == (1, 0)
    with zipfile.ZipFile(path) as archive:
        assert not any(her_run in name for name in archive.namelist())
    with open_store(str(tmp_path / "other.sqlite")) as other, acting_as(BARAKA):
        import_workspace(other, path)
        assert other.scenarios.get(hers.id).owner.id == "baraka"


def test_bringing_a_workspace_changes_nothing_of_others(store, hers, tmp_path):
    subject, path = Subject("scenario", hers.id), tmp_path / "w.zip"
    with acting_as(AMINA):
        store.notes.tag(subject, "from the file")
        export_workspace(store, path)
        store.notes.untag(subject, "from the file")
    with acting_as(BARAKA):
        import_workspace(store, path)
    assert store.notes.tags_of(subject) == ()
    assert store.owners.of(subject).id == "amina"


# -- stores from before owners -------------------------------------------------------------


@pytest.fixture
def old(url, scenario):
    """A store of schema 1 with a scenario in it."""
    database = connect(url)
    migrate(database, STEPS[:1])
    database.close()
    return url


def test_a_store_without_owners_is_migrated_with_a_backup_and_stays_open_to_all(
    old, home, scenario, tmp_path
):
    with open_store(old) as store:
        with store.database.reading() as connection:
            assert schema_of(connection, store.database) == len(STEPS) >= 2
        assert store.scenarios.list() == ()
        with acting_as(AMINA):
            assert store.scenarios.create(scenario, pack="one-stop").owner.id == "amina"
    (backup,) = (home / "backups").iterdir()
    assert backup.name.startswith("store-1-")
    again = connect(str(tmp_path / "again.sqlite"))
    restore(again, backup)
    again.close()
    with open_store(str(tmp_path / "again.sqlite")) as store:
        assert store.scenarios.list() == ()


def test_what_an_old_store_holds_belongs_to_everybody(old, scenario):
    with open_store(old) as store:
        saved = store.scenarios.create(scenario, pack="one-stop")
        with store.database.writing() as connection:
            schema.owners.drop(connection)
            connection.execute(text("UPDATE store SET value = '1' WHERE key = 'schema'"))
    with open_store(old) as store, acting_as(BARAKA):
        there = store.scenarios.get(saved.id)
        assert there.owner is None
        store.scenarios.save(saved.id, with_keys(there.scenario, {"name": "B"}), expected=1)
