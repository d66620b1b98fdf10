from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from planner.errors import InputError, PlannerError
from planner.pack import find_pack, read_pack
from planner.plan import SolveReport
from planner.runs import judge_and_write, read_run, verify_run
from planner.runs.info import read_csv
from planner.runs.store import Subject, open_store
from planner.runs.verify import verify
from planner.scenario import build, read_scenario
from tests.runs import cases
from tests.store.damage import change_from_outside


@pytest.fixture
def folder(tmp_path):
    return cases.write_answer(tmp_path)


def write_another(tmp_path, name, **changes):
    """A run like that of `folder`, an hour later."""
    pack = read_pack(tmp_path / "tiny")
    rules = cases.scenario(str(tmp_path / "tiny"))
    report = cases.answer(pack, rules, **changes)
    moment = cases.CREATED + timedelta(hours=1)
    return judge_and_write(report, pack, rules, tmp_path / name, created=moment)


def test_a_run_is_as_its_folder_says(store, folder):
    before = datetime.now(UTC)
    run_id = store.runs.keep(folder, source="first", author="Wanjiku")
    kept, run = store.runs.get(run_id), read_run(folder)
    assert kept.id == run_id
    assert kept.name == "Three offices"
    assert kept.created == cases.CREATED
    assert before <= kept.kept <= datetime.now(UTC)
    assert (kept.author, kept.source) == ("Wanjiku", "first")
    assert (kept.pack_id, kept.pack) == ("tiny", run.info["pack"]["fingerprint"])
    assert (kept.problem, kept.status) == (run.info["fingerprint"], "feasible")
    assert (kept.solver, kept.seed, kept.version) == ("highs", 0, run.info["version"])
    assert (kept.objective, kept.unit) == (run.info["objective"], "minutes")
    assert (kept.bound, kept.gap, kept.seconds) == (run.info["bound"], run.info["gap"], 1.5)
    assert kept.kpis == run.info["kpis"]
    assert (kept.scenario_id, kept.scenario_version) == (None, None)
    assert (kept.removed, kept.tags) == (None, ())


@pytest.mark.parametrize("loss", ["edited", "deleted"])
def test_a_kept_run_gives_the_same_numbers_whatever_becomes_of_its_folders(store, folder, loss):
    before = read_run(folder)
    run_id = store.runs.keep(folder)
    pack_folder = before.pack.folder
    if loss == "edited":
        text = (pack_folder / "visits.csv").read_text("utf-8").replace("300", "900")
        (pack_folder / "visits.csv").write_text(text, "utf-8")
        assert not verify(folder).agrees
    else:
        shutil.rmtree(pack_folder)
    shutil.rmtree(folder)
    after = store.runs.open(run_id)
    assert verify_run(after).agrees
    assert after.score.kpis == before.score.kpis
    assert after.problem.fingerprint == before.problem.fingerprint
    assert after.created == before.created


def test_the_copy_is_read_like_any_run_folder(store, folder):
    run_id = store.runs.keep(folder)
    shutil.rmtree(folder.parent / "tiny")
    copy = store.runs.folder(run_id)
    assert verify(copy).agrees
    assert sorted(path.name for path in copy.iterdir()) == sorted(
        path.name for path in folder.iterdir()
    )


def test_keeping_twice_is_one_run(store, folder, tmp_path):
    run_id = store.runs.keep(folder)
    assert store.runs.keep(folder) == run_id
    assert store.runs.keep(store.runs.folder(run_id)) == run_id
    moved = tmp_path / "elsewhere" / "deep" / "run"
    shutil.copytree(folder, moved)
    assert store.runs.keep(moved) == run_id
    assert len(store.runs.list()) == 1


def test_what_others_put_into_the_folder_is_not_the_runs(store, folder):
    run_id = store.runs.keep(folder)
    (folder / ".DS_Store").write_text("x")
    assert store.runs.keep(folder) == run_id


def test_a_run_without_a_plan_is_kept(store, tmp_path):
    pack = read_pack(cases.write_pack(tmp_path / "tiny"))
    rules = cases.scenario(str(tmp_path / "tiny"))
    report = cases.no_answer(pack, rules)
    folder = judge_and_write(report, pack, rules, tmp_path / "run", created=cases.CREATED)
    run_id = store.runs.keep(folder)
    kept = store.runs.get(run_id)
    assert (kept.status, kept.objective, kept.kpis) == ("infeasible", None, None)
    assert store.runs.open(run_id).report.plan is None
    assert verify(store.runs.folder(run_id)).agrees


@pytest.mark.parametrize("file", ["run.json", "scenario.toml", "assignment.csv", "branches.csv"])
def test_a_run_that_is_not_whole_is_not_kept(store, folder, file):
    (folder / file).unlink()
    with pytest.raises(InputError, match=file):
        store.runs.keep(folder)
    assert store.runs.list() == ()
    assert store.packs.list() == ()


def test_a_damaged_table_is_not_kept(store, folder):
    (folder / "areas.csv").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(InputError, match=r"areas\.csv"):
        store.runs.keep(folder)


def test_a_pack_that_changed_before_the_run_was_kept_is_refused_by_file(store, folder):
    place = folder.parent / "tiny" / "visits.csv"
    place.write_text(place.read_text("utf-8").replace("300", "900"), "utf-8")
    with pytest.raises(PlannerError, match=r"has been changed since.*\(visits.csv\)"):
        store.runs.keep(folder)
    assert store.runs.list() == ()


def test_of_many_files_that_changed_five_are_named(store, folder):
    for path in (folder.parent / "tiny").iterdir():
        path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(PlannerError, match=r"\((\S+, ){4}\S+ and 2 more\)\. Put the pack back"):
        store.runs.keep(folder)


def test_a_pack_that_the_store_has_need_not_be_there_any_more(store, folder, tmp_path):
    store.runs.keep(folder)
    other = write_another(tmp_path, "other")
    shutil.rmtree(tmp_path / "tiny")
    assert store.runs.open(store.runs.keep(other)).score is not None


def test_a_run_of_an_older_planner_needs_the_same_question(store, folder):
    info = json.loads((folder / "run.json").read_text("utf-8"))
    del info["inputs"], info["pack"]["fingerprint"], info["pack"]["files"]
    (folder / "run.json").write_text(json.dumps(info), "utf-8")
    place = folder.parent / "tiny" / "visits.csv"
    right = place.read_text("utf-8")
    place.write_text(right.replace("300", "900"), "utf-8")
    with pytest.raises(InputError, match="fingerprint"):
        store.runs.keep(folder)
    place.write_text(right, "utf-8")
    run_id = store.runs.keep(folder)
    shutil.rmtree(folder.parent / "tiny")
    assert store.runs.open(run_id).score is not None


def test_lists_newest_first_and_by_what_is_asked(store, folder, tmp_path):
    first = store.runs.keep(folder)
    second = store.runs.keep(write_another(tmp_path, "second"), source="sweep")
    store.notes.tag(Subject("run", second), "for the board")
    ids = lambda **asked: [run.id for run in store.runs.list(**asked)]  # noqa: E731
    assert ids() == [second, first]
    assert ids(limit=1) == [second]
    assert ids(source="sweep") == [second]
    assert ids(tag="for the board") == [second]
    assert ids(pack_id="tiny") == [second, first]
    assert ids(pack_id="other") == []
    assert ids(scenario_id="0" * 16) == []
    assert store.runs.get(second).tags == ("for the board",)


def test_a_run_knows_the_saved_scenario_it_was_solved_from(store, folder, tmp_path):
    saved = store.scenarios.create(cases.scenario(), pack=str(tmp_path / "tiny"))
    run_id = store.runs.keep(folder, scenario=saved)
    assert [run.id for run in store.runs.list(scenario_id=saved.id)] == [run_id]
    assert store.runs.get(run_id).scenario_version == saved.version


def test_putting_away_and_back(store, folder):
    run_id = store.runs.keep(folder)
    store.runs.remove(run_id)
    assert store.runs.list() == ()
    (away,) = store.runs.list(removed=True)
    assert away.removed is not None
    assert store.runs.keep(folder) == run_id
    assert store.runs.list() == ()
    assert verify_run(store.runs.open(run_id)).agrees
    store.runs.restore(run_id)
    assert [run.id for run in store.runs.list()] == [run_id]


def test_ids_may_be_shortened(store, folder):
    run_id = store.runs.keep(folder)
    assert store.runs.find(run_id[:5]) == run_id
    assert store.runs.get(run_id[:5]).id == run_id
    with pytest.raises(PlannerError, match="no run whose id begins"):
        store.runs.get("0" * 16)


@pytest.mark.parametrize("harm", ["changed", "gone", "more"])
def test_a_damaged_copy_is_mended(store, folder, harm):
    run_id = store.runs.keep(folder)
    copy = store.runs.folder(run_id)
    if harm == "changed":
        (copy / "assignment.csv").write_text("nothing")
    elif harm == "gone":
        (copy / "scenario.toml").unlink()
    else:
        (copy / "note.txt").write_text("mine")
    assert store.runs.folder(run_id) == copy
    assert verify(copy).agrees
    assert len(list(copy.iterdir())) == len(list(folder.iterdir()))


def test_the_words_of_a_run_are_read_without_its_folder(store, folder):
    run_id = store.runs.keep(folder)
    said = json.loads((folder / "run.json").read_text("utf-8"))
    shutil.rmtree(folder)
    assert store.runs.info(run_id[:6]) == said


@pytest.mark.parametrize("name", ["scenario.toml", "run.json"])
def test_a_run_that_lost_a_file_in_the_store_is_told(store, folder, name):
    run_id = store.runs.keep(folder)
    gone = f"DELETE FROM run_files WHERE name = '{name}'"
    change_from_outside(store.database, "run_files", gone)
    for ask in (store.runs.folder, store.runs.info):
        with pytest.raises(PlannerError, match=f"damaged: the run {run_id} is not complete"):
            ask(run_id)


def test_a_run_with_a_file_that_no_run_has_is_not_copied_to_the_disk(store, folder, home):
    run_id = store.runs.keep(folder)
    strange = f"""INSERT INTO run_files SELECT run_id, '../../evil.csv', digest FROM run_files
        WHERE run_id = '{run_id}' AND name = 'run.json'"""
    with store.database.writing() as connection:
        connection.exec_driver_sql(strange)
    with pytest.raises(PlannerError, match="is not complete"):
        store.runs.folder(run_id)
    assert not list(home.rglob("evil.csv"))


def test_a_run_on_a_builtin_pack_names_it_by_its_id(store, tmp_path):
    pack, rules = read_pack(find_pack("one-stop")), cases.scenario("one-stop")
    report = SolveReport(build(pack, rules), "unknown", *(None,) * 4, "highs", 1.0, {}, 100.0)
    run = judge_and_write(report, pack, rules, tmp_path / "run", created=cases.CREATED)
    copy = store.runs.folder(store.runs.keep(run))
    assert read_scenario(copy / "scenario.toml").pack == "one-stop"
    assert read_run(copy).pack.folder == pack.folder


@pytest.mark.parametrize("told", [None, "tiny", {}, {"id": ""}, {"id": 3}])
def test_a_run_that_does_not_name_its_pack_is_not_kept(store, folder, told):
    info = json.loads((folder / "run.json").read_text("utf-8"))
    (folder / "run.json").write_text(json.dumps({**info, "pack": told}), "utf-8")
    with pytest.raises(InputError, match=r"pack\.id: found nothing; expected the pack's id"):
        store.runs.keep(folder)
    assert store.runs.list() == ()


def test_a_file_that_goes_while_the_run_is_read_is_told(store, folder, monkeypatch):
    """Somebody clears the folder between the look at its tables and the copying."""

    def read_and_lose(place, name):
        rows = read_csv(place, name)
        (place / name).unlink()
        return rows

    monkeypatch.setattr("planner.runs.store.runfiles.read_csv", read_and_lose)
    with pytest.raises(PlannerError) as told:
        store.runs.keep(folder)
    assert str(told.value) == (
        "The run run cannot be kept: assignment.csv is not there any more. Put it back and try "
        "again."
    )
    assert store.runs.list() == ()


def test_a_source_that_is_none_is_refused(store, folder):
    with pytest.raises(PlannerError, match="expected solve, sweep"):
        store.runs.keep(folder, source="elsewhere")


def test_runs_never_change(store, folder):
    run_id = store.runs.keep(folder)
    for statement in (
        f"UPDATE runs SET name = 'other' WHERE id = '{run_id}'",
        f"DELETE FROM run_files WHERE run_id = '{run_id}'",
        "UPDATE contents SET size = 0",
    ):
        with pytest.raises(PlannerError), store.database.writing() as connection:
            connection.exec_driver_sql(statement)
    assert verify_run(store.runs.open(run_id)).agrees


def test_two_who_keep_the_same_run_at_once_keep_one(store, url, folder):
    from concurrent.futures import ThreadPoolExecutor

    def keep(_):
        with open_store(url) as own:
            return own.runs.keep(folder)

    with ThreadPoolExecutor(8) as pool:
        ids = set(pool.map(keep, range(16)))
    assert len(ids) == len(store.runs.list()) == 1


def test_a_run_names_no_place_of_this_machine(store, folder, tmp_path):
    run_id = store.runs.keep(folder)
    with store.database.reading() as connection:
        from planner.runs.store import contents, runs

        digests = runs.digests_of(connection, run_id)
        for digest in digests.values():
            assert str(tmp_path).encode() not in contents.take(connection, digest)
    scenario = read_scenario(store.runs.folder(run_id) / "scenario.toml")
    assert not Path(scenario.pack).is_absolute()
