"""Jobs that are ended by force at any moment: no finished run is lost, no process is left."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from planner.runs import adopt, endings, jobs, launch, processes, read_run, worker
from planner.runs.jobfiles import JobFolder, JobSpec
from planner.runs.store import open_store
from planner.runs.verify import verify
from planner.scenario import scenario_toml
from tests.runs import cases

STUB = str(Path(__file__).with_name("stub_worker.py"))
KILLS = 60
SLOWLY = 4  # a machine with other work has so many times the seconds
pytestmark = pytest.mark.skipif(os.name == "nt", reason="ends processes by POSIX signals")


@pytest.fixture
def start(home, pack_folder, monkeypatch):
    """Begin a job whose solver is a stub; whatever is left is ended after the test."""
    monkeypatch.setattr(launch, "WORKER", (STUB,))
    begun = []

    def begin(solver, **options):
        monkeypatch.setenv("STUB_SOLVER", solver)
        begun.append(jobs.start(pack_folder, cases.scenario(), **options))
        return JobFolder(home / "jobs" / begun[-1])

    yield begin
    for job_id in begun:
        jobs.forget(job_id)


def wait(until, seconds=20.0):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = until()
        if found:
            return found
        time.sleep(0.02)
    pytest.fail("it did not come")


def processes_of(job):
    """Every process of a job, found by the mark in its environment."""
    found = []
    for process in psutil.process_iter():
        try:
            is_its = process.environ().get("UGATUZI_JOB") == job.id
            if is_its and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


def test_this_process_and_what_else_it_started_live_on(home):
    job = JobFolder(home / "jobs" / "own")
    job.path.mkdir(parents=True)
    job.write_process(processes.name_of(os.getpid()))
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        endings.end(job)
        assert other.poll() is None
        other.kill()


def over(job):
    """The state once it is over, looked at in silence: nobody polls."""
    return job.is_settled and not processes_of(job)


def told_plan(job):
    return job.best.is_file() and (job.path / "child").exists()


def forked(job, killed_after=None):
    """Do a job in a child of this process, perhaps not to its end; returns the seconds it had."""
    began = time.monotonic()
    child = os.fork()
    if child == 0:
        try:
            worker.run(job.path, solve=cases.solve)
        finally:
            os._exit(0)
    if killed_after is not None:
        time.sleep(killed_after)
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return time.monotonic() - began


# -- kill -9 at any moment --------------------------------------------------------------------


def test_a_worker_killed_at_any_moment_loses_no_finished_run(home, pack_folder):
    """Forked workers with a solver that answers at once; each is killed at a random moment."""
    text, at = scenario_toml(cases.scenario()), random.Random(7)

    def new_job(n):
        job = JobFolder(home / "jobs" / f"{n:016x}")
        job.path.mkdir(parents=True)
        job.write_spec(JobSpec(job.id, f"Job {n}", time.time(), str(pack_folder), text))
        return job

    made = [new_job(KILLS)]
    worker.run(made[0].path, solve=cases.solve)  # loads all that the children need
    usual = forked(new_job(KILLS + 1))
    for n in range(KILLS):
        made.append(new_job(n))
        forked(made[-1], killed_after=at.uniform(0, 1.5 * usual))
        # A machine grows busy and quiet: the moments stay about the one that counts.
        usual *= 0.9 if made[-1].has_run else 1.1
    made.append(JobFolder(home / "jobs" / f"{KILLS + 1:016x}"))
    published = [job for job in made if job.has_run]
    assert 2 < len(published) < KILLS  # before and after the moment that counts
    adopt.look_after()
    adopt.look_after()
    with open_store() as store:
        kept = [run.id for run in store.runs.list()]
        assert len(kept) == len(set(kept)) == len(published)
        assert {job.kept().id for job in published} == set(kept)
        for run_id in kept[:3]:
            assert store.runs.open(run_id).report.status == "feasible"
    for job in made:
        began = job.process() is not None
        wanted = "done" if job in published else "lost" if began else "queued"
        assert jobs.poll(job.id).status == wanted


# -- the best plan is kept --------------------------------------------------------------------


def is_best_plan(state, reason):
    assert (state.status, state.message) == ("done", endings.kept_words(reason))
    run = read_run(state.run)
    assert run.report.status == "feasible"
    assert run.report.gap == pytest.approx(0.25)  # by the last bound that was told
    assert state.message in run.report.notes
    assert verify(state.run).agrees
    with open_store() as store:
        assert store.runs.get(state.kept.id).status == "feasible"


def test_a_cancel_that_is_not_heard_keeps_the_best_plan_and_leaves_no_process(start, monkeypatch):
    monkeypatch.setattr(endings, "STOP_GRACE_S", 0.5)
    job = start("slow")
    wait(lambda: told_plan(job))
    jobs.stop(job.id)
    wait(lambda: jobs.poll(job.id).status == "keeping")
    state = wait(lambda: (found := jobs.poll(job.id)).is_over and found)
    is_best_plan(wait(lambda: (found := jobs.poll(job.id)).kept and found), job.ending())
    assert job.ending().reason == "stop"
    assert "did not stop in time" in state.message
    wait(lambda: not processes_of(job), 2)


def test_a_killed_worker_is_seen_to_although_nobody_looks(start):
    job = start("slow")
    wait(lambda: told_plan(job))
    os.kill(job.process().pid, signal.SIGKILL)
    wait(lambda: over(job))  # its child is ended and its best plan kept, with nobody polling
    is_best_plan(jobs.poll(job.id), job.ending())
    assert job.ending().reason == "killed"


def test_a_whole_group_that_was_killed_is_seen_to_by_who_looks_next(start):
    job = start("slow")
    wait(lambda: told_plan(job))
    for process in processes_of(job):
        process.kill()
    assert not job.is_settled
    adopt.look_after()  # as the start of the app does
    is_best_plan(wait(lambda: (found := jobs.poll(job.id)).is_over and found.kept and found),
                 job.ending())  # fmt: skip


def test_a_crash_keeps_the_best_plan_and_says_its_number(start):
    job = start("crashing")
    wait(lambda: over(job))
    state = jobs.poll(job.id)
    assert state.status == "done"
    assert job.ending().reason == "error"
    assert f"error {job.ending().error_id}" in state.message
    assert "secret" not in state.message
    assert job.ending().error_id in job.log.read_text()
    assert read_run(state.run).report.bound is not None


def test_beyond_the_time_limit_the_best_plan_is_kept(start, monkeypatch):
    monkeypatch.setenv("STUB_LIMIT_GRACE", str(SLOWLY))
    monkeypatch.setattr(cases, "scenario", lambda whole=cases.scenario: whole(
        solve={"time_limit_s": 0.2}))  # fmt: skip
    job = start("slow")
    wait(lambda: over(job))
    is_best_plan(jobs.poll(job.id), job.ending())
    assert job.ending().reason == "overrun"


def test_a_pack_edited_meanwhile_does_not_change_the_plan_that_is_kept(start, pack_folder):
    job = start("slow")
    wait(lambda: told_plan(job))
    path = pack_folder / "visits.csv"
    path.write_text(path.read_text().replace("p1,passport,100", "p1,passport,999"))
    os.kill(job.process().pid, signal.SIGKILL)
    wait(lambda: over(job))
    state = jobs.poll(job.id)
    assert state.status == "done"
    with open_store() as store:
        run = store.runs.open(state.kept.id)
        assert run.report.problem.visits.max() < 900
        assert store.runs.get(state.kept.id).pack == job.pack_print()


@pytest.mark.parametrize("how", ["kill", "stop"])
def test_a_study_that_is_ended_leaves_none_of_its_workers_although_nobody_looks(start, how):
    job = start("study", kind="sweep")
    wait((job.path / "child").exists)
    assert len(processes_of(job)) >= 4  # who waits, who works, and its two workers
    if how == "kill":
        os.kill(job.process().pid, signal.SIGKILL)
        wait(lambda: over(job), 2 * SLOWLY)
    else:
        jobs.stop(job.id)
        wait(lambda: over(job), (2 + 2 * 0.5) * SLOWLY)  # twice the grace of the stub
    state = jobs.poll(job.id)
    assert state.status == ("lost" if how == "kill" else "failed")
    assert "What had been solved by then is kept" in state.message
    with open_store() as store:
        assert store.studies.get(state.kept.id).status == ("failed" if how == "kill" else "stopped")


def test_a_forgotten_job_leaves_neither_process_nor_folder(start):
    job = start("slow")
    wait(lambda: told_plan(job))
    jobs.forget(job.id)
    assert not processes_of(job)
    time.sleep(0.5)
    assert not job.path.exists()
    assert not processes_of(job)
