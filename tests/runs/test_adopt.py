"""What jobs leave goes into the store once, also when the store was away; nothing is mixed."""

from __future__ import annotations

import json
import os
import sqlite3
import time

import pytest

from planner.errors import PlannerError
from planner.pack import read_pack
from planner.plan import Progress
from planner.runs import adopt, jobs, processes, tending, waiting, worker
from planner.runs.jobfiles import Failure, JobFolder, JobSpec, Kept
from planner.runs.processes import ProcessName
from planner.runs.store import StudyPoint, open_store
from planner.runs.verify import verify
from planner.scenario import scenario_toml
from tests.command_line import run
from tests.runs import cases


@pytest.fixture
def new_job(home, pack_folder):
    """Makes the folder of a job that is to be done in this process."""

    def make(number=0, **spec):
        job = JobFolder(home / "jobs" / f"{number:016x}")
        job.path.mkdir(parents=True)
        text = scenario_toml(cases.scenario())
        told = {"created": time.time(), **spec}
        job.write_spec(
            JobSpec(id=job.id, name="Three offices", pack=str(pack_folder), scenario=text, **told)
        )
        return job

    return make


@pytest.fixture
def away(home):
    """The store cannot be opened: a folder stands in its place."""
    place = home / "store.sqlite"
    place.mkdir(parents=True)
    return place


def gone(job):
    """Name a process for a job that does not run any more."""
    job.write_process(ProcessName(os.getpid(), processes.name_of(os.getpid()).started - 1000))


def kept_runs():
    with open_store() as store:
        return store.runs.list()


def test_a_finished_solve_is_in_the_store_with_its_scenario(home, new_job, pack_folder):
    rules = cases.scenario(str(pack_folder))
    with open_store() as store:
        first = store.scenarios.create(rules, pack=str(pack_folder))
        store.scenarios.save(
            first.id, rules.model_copy(update={"name": "Later"}), expected=first.revision
        )
    job = new_job(scenario_id=first.id, scenario_version=first.version)
    assert worker.run(job.path, solve=cases.solve) == 0
    state = jobs.poll(job.id)
    assert (state.status, state.kind) == ("done", "solve")
    (found,) = kept_runs()
    assert state.kept == Kept("run", found.id)
    assert state.kept.link == f"run:{found.id}"
    assert (found.source, found.name, found.scenario_id) == ("solve", "Three offices", first.id)
    assert found.scenario_version == first.version
    assert verify(state.run).agrees  # the run folder is there, too
    assert adopt.adopt_finished() == ()


def test_a_scenario_that_is_no_longer_known_does_not_cost_the_run(home, new_job):
    job = new_job(scenario_id="f" * 16, scenario_version=3)
    assert worker.run(job.path, solve=cases.solve) == 0
    assert kept_runs()[0].scenario_id is None


def test_a_run_waits_for_a_store_that_is_away_with_the_pack_as_it_was(
    home, new_job, pack_folder, away
):
    job = new_job()
    assert worker.run(job.path, solve=cases.solve) == 0
    assert jobs.poll(job.id).status == "keeping"  # as long as its process is at it
    gone(job)
    state = jobs.poll(job.id)
    assert (state.status, state.kept) == ("done", None)
    assert adopt.adopt_finished() == ()  # still away: nothing is lost, nothing is raised
    visits = pack_folder / "visits.csv"
    visits.write_text(visits.read_text().replace("p1,passport,100", "p1,passport,999"))
    away.rmdir()
    (kept,) = adopt.adopt_finished()
    assert jobs.poll(job.id).kept == kept
    assert not job.pack.exists()  # the job's own copy is not needed any more
    with open_store() as store:
        opened = store.runs.open(kept.id)
        assert opened.report.problem.visits.max() < 900
        assert store.runs.get(kept.id).pack == job.pack_print()
    assert adopt.adopt_finished() == ()


def test_who_lists_runs_adopts_those_that_wait(home, new_job, away, capsys):
    assert waiting.adopt_waiting() == 0
    job = new_job()
    assert worker.run(job.path, solve=cases.solve) == 0
    away.rmdir()
    status, told, _ = run(capsys, "runs", "--json")
    assert (status, len(json.loads(told)["runs"])) == (0, 1)
    assert waiting.adopt_waiting() == 0


def test_a_locked_store_takes_the_run_the_next_time(home, new_job, monkeypatch):
    with open_store():
        pass
    monkeypatch.setattr("planner.runs.store.database._BUSY_S", 0.1)
    holder = sqlite3.connect(home / "store.sqlite", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    job = new_job()
    assert worker.run(job.path, solve=cases.solve) == 0
    assert jobs.poll(job.id).kept is None
    holder.execute("ROLLBACK")
    holder.close()
    assert len(adopt.adopt_finished()) == 1
    assert len(kept_runs()) == 1


def test_a_damaged_run_is_tried_once_and_the_others_are_kept(home, new_job, away):
    bad, good = new_job(1), new_job(2)
    for job in (bad, good):
        assert worker.run(job.path, solve=cases.solve) == 0
    (bad.run / "run.json").write_text("{}")
    away.rmdir()
    assert len(adopt.adopt_finished()) == 1
    assert bad.refusal()
    assert bad.has_run  # it stays where it is
    assert adopt.adopt_finished() == ()


def test_an_edit_during_the_solve_mixes_nothing(home, new_job, pack_folder):
    before = read_pack(pack_folder)

    def edits(pack, rules, **options):
        visits = pack_folder / "visits.csv"
        visits.write_text(visits.read_text().replace("p1,passport,100", "p1,passport,999"))
        return cases.solve(pack, rules, **options)

    job = new_job()
    assert worker.run(job.path, solve=edits) == 0
    (found,) = kept_runs()
    assert found.pack == job.pack_print()
    with open_store() as store:
        opened = store.runs.open(found.id)
        assert store.packs.read(found.pack).visits == before.visits
    assert opened.report.problem.visits.max() < 900


def test_a_pack_that_keeps_changing_is_told(home, new_job, pack_folder, monkeypatch):
    whole = adopt.read_pack

    def changing(folder):
        pack = whole(folder)
        with (folder / "visits.csv").open("a") as file:
            file.write("\n")
        return pack

    monkeypatch.setattr(adopt, "read_pack", changing)
    job = new_job()
    assert worker.run(job.path, solve=cases.solve) == 1
    assert "are being changed" in jobs.poll(job.id).message


# -- kinds ------------------------------------------------------------------------------------


def test_an_unknown_kind_is_told(home, new_job):
    job = new_job(kind="lunch")
    assert worker.run(job.path) == 1
    state = jobs.poll(job.id)
    assert (state.status, state.kind) == ("failed", "lunch")
    assert "no job of the kind 'lunch'" in state.message


@pytest.mark.parametrize("kind", sorted(worker.KINDS))
def test_every_kind_is_there(kind):
    assert callable(worker._work_of(kind))


def test_a_kind_is_given_its_work_and_what_it_keeps_is_noted(home, new_job, monkeypatch):
    seen = []

    def work_of(work):
        seen.append(work)
        work.tell(Progress(1.0, "solve", message="1 of 2"))
        work.begun(Kept("study", "a" * 16))
        work.yield_turn()
        assert not work.should_stop()
        assert jobs.poll(work.spec.id).kept == Kept("study", "a" * 16)
        return Kept("study", "b" * 16)

    monkeypatch.setattr(worker, "_work_of", lambda kind: work_of)
    limits = []
    job = new_job(kind="sweep", options={"points": 3})
    assert worker.run(job.path, watch=limits.append) == 0
    (work,) = seen
    assert (work.spec.options, work.scenario.name) == ({"points": 3}, "Three offices")
    assert work.pack.id == "tiny"
    assert limits == [None]  # a study has no time limit of its own
    state = jobs.poll(job.id)
    assert (state.status, state.run, state.kept) == ("done", None, Kept("study", "b" * 16))
    assert jobs.recent() == ()  # of solves
    assert [each.id for each in jobs.recent(kind="sweep")] == [job.id]


@pytest.mark.parametrize(("asked", "status"), [(True, "stopped"), (False, "failed")])
def test_a_study_whose_job_is_gone_is_closed(home, new_job, pack, asked, status):
    with open_store() as store:
        point = StudyPoint(0, {"rules.branches": 3})
        study = store.studies.begin(
            "sweep", "S", scenario=cases.scenario(), pack=pack, spec={}, points=[point]
        )
    job = new_job(kind="sweep")
    gone(job)
    job.write_kept(Kept("study", study), is_begun=True)
    if asked:
        job.ask_to_stop()
    adopt.look_after()
    state = jobs.poll(job.id)
    assert (state.status, state.kept) == ("lost", Kept("study", study))
    assert "What had been solved by then is kept" in state.message
    with open_store() as store:
        assert store.studies.get(study).status == status


# -- the command ------------------------------------------------------------------------------


def test_the_command_lists_adopts_and_clears_without_losing_a_run(
    home, new_job, away, capsys, monkeypatch
):
    old = time.time() - 40 * 86_400
    done, failed, fresh = new_job(1, created=old), new_job(2, created=old), new_job(3)
    for job in (done, fresh):
        assert worker.run(job.path, solve=cases.solve) == 0
    failed.write_failure(Failure("failed", "No."))
    with pytest.raises(PlannerError):  # the store is away: nothing is cleared
        tending.clear(30)
    assert len(jobs.folders()) == 3
    with pytest.raises(PlannerError):
        tending.forget(done.id)
    away.rmdir()
    with pytest.raises(PlannerError, match="is not in the store, so it is not removed"):
        tending.forget(done.id)
    status, told, said = run(capsys, "jobs", "--json")
    assert status == 0
    assert "2 finished before and now in the store" in said
    listed = {each["id"]: each for each in json.loads(told)["jobs"]}
    assert listed[failed.id]["status"] == "failed"
    assert listed[done.id]["kept"].startswith("run:")
    assert listed[done.id]["gap"] == 0.8
    status, told, said = run(capsys, "jobs", "--clear", "--json")
    assert (status, [each["id"] for each in json.loads(told)["jobs"]]) == (0, [fresh.id])
    assert "2 removed." in said
    assert len(kept_runs()) == 2
    status, _, _ = run(capsys, "jobs", "--forget", fresh.id[:16])
    assert status == 0
    assert jobs.folders() == ()


def test_a_run_that_only_another_store_has_is_not_cleared(home, new_job, monkeypatch, tmp_path):
    job = new_job(1, created=time.time() - 40 * 86_400)
    assert worker.run(job.path, solve=cases.solve) == 0
    monkeypatch.setenv("UGATUZI_STORE", str(tmp_path / "other.sqlite"))
    assert tending.clear(30) == 0
    assert job.has_run


def test_the_command_tells_unknown_and_unclear_ids(home, new_job, capsys):
    for number in (1, 2):
        new_job(number).write_failure(Failure("failed", "No."))
    assert run(capsys, "jobs", "--stop", "fff")[0] == 2
    assert run(capsys, "jobs", "--stop", "000")[0] == 2
    status, told, _ = run(capsys, "jobs", "--stop", f"{1:016x}")
    assert status == 0
    assert "failed" in told
