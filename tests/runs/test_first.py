"""The first start: ready plans are computed once, told, and resumed; a failure blocks nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import get_args

import psutil
import pytest

from planner.errors import PlannerError
from planner.pack import read_pack
from planner.pack.fingerprint import print_of
from planner.pack.manifest import FRONTIERS
from planner.runs import adopt, first, first_work, jobs, launch, worker
from planner.runs.first_work import SOURCE, TAG
from planner.runs.jobfiles import JobFolder, Kept
from planner.runs.store import StudyPoint, open_store
from planner.runs.sweeps import job as sweeps_job
from planner.runs.sweeps.types import FrontierKind
from planner.scenario import scenario_toml
from tests.runs import cases

ASKED = """
first_scenario = "three"
[first_start]
scenarios = ["three", "two"]
frontier = "duplicates"
"""
STUB = str(Path(__file__).with_name("stub_worker.py"))


@pytest.fixture
def pack(pack_folder, monkeypatch):
    """A pack that asks for two plans and a frontier; first starts are wanted."""
    monkeypatch.delenv(first.VARIABLE, raising=False)
    with (pack_folder / "pack.toml").open("a", encoding="utf-8") as file:
        file.write(ASKED)
    (pack_folder / "scenarios").mkdir()
    for name, most in (("three", 3), ("two", 2)):
        rules = cases.scenario("..", name=f"At most {name}", rules={"branches": {"max": most}})
        (pack_folder / "scenarios" / f"{name}.toml").write_text(scenario_toml(rules))
    return read_pack(pack_folder)


@pytest.fixture
def frontier(monkeypatch):
    """A frontier that is made at once, with the runs that are there as its points."""
    made = []

    def sweep_job(work):
        made.append((work.scenario.name, dict(work.spec.options)))
        with open_store() as store:
            points = [
                StudyPoint(n, {"n": n}, run.id, run.status)
                for n, run in enumerate(store.runs.list())
            ]
            study = store.studies.begin(
                "sweep", "F", scenario=work.scenario, pack=work.pack, spec={}, points=points
            )
            work.begun(Kept("study", study))
            store.studies.finish(study, "done", {})
        return Kept("study", study)

    monkeypatch.setattr(sweeps_job, "sweep_job", sweep_job)
    return made


@pytest.fixture
def solved(monkeypatch):
    """The names of the scenarios that are solved, by hand."""
    names = []

    def solve(pack, rules, *, on_progress, should_stop):
        names.append(rules.name)
        return cases.answer(pack, rules)

    monkeypatch.setattr("planner.solve.solve", solve)
    return names


@pytest.fixture
def at_once(monkeypatch):
    """A job is done in this process when it is begun."""
    begun = []

    def begin(job):
        begun.append(job.id)
        worker.run(job.path)

    monkeypatch.setattr(launch, "begin", begin)
    return begun


def state_and_runs(pack):
    state = first.look(pack, print_of(pack.folder).fingerprint)
    with open_store() as store:
        return state, {run.name for run in store.runs.list(source=SOURCE)}


def test_the_pack_and_the_sweeps_name_the_same_frontiers():
    assert get_args(FrontierKind) == FRONTIERS


def test_all_is_made_once_with_its_marks(home, pack, frontier, solved, at_once):
    state, names = state_and_runs(pack)
    assert (state.status, state.done, state.total) == ("done", 3, 3)
    assert names == {"At most three", "At most two"}
    assert frontier == [("At most three", {"frontier": "duplicates", "workers": 1})]
    with open_store() as store:
        runs, (study,) = store.runs.list(), store.studies.list()
        assert {run.tags for run in runs} == {(TAG,)}
        assert {run.source for run in runs} == {SOURCE}
        assert (study.tags, study.status) == ((TAG,), "done")
        assert store.runs.open(runs[0].id).report.status == "feasible"
    spec = JobFolder(home / "jobs" / at_once[0]).spec()
    assert (spec.kind, spec.is_background, spec.name) == ("first", True, "Ready plans")
    assert first.begin(pack).status == first.look(pack, "x" * 16).status == "done"
    jobs.forget(at_once[0])
    assert state_and_runs(pack)[0].status == "done"  # although its job is cleared
    assert solved == ["At most three", "At most two"]


def test_ready_runs_stand_in_the_order_of_the_pack(home, pack, frontier, solved, at_once):
    fingerprint = print_of(pack.folder).fingerprint
    assert first.ready_runs(pack, fingerprint) == ()
    first.look(pack, fingerprint)
    with open_store() as store:
        names = [store.runs.get(name).name for name in first.ready_runs(pack, fingerprint)]
        assert names == ["At most three", "At most two"]
        store.runs.remove(first.ready_runs(pack, fingerprint)[0])
    assert len(first.ready_runs(pack, fingerprint)) == 1
    assert first.ready_runs(pack, "0" * 16) == ()


def test_only_what_is_missing_is_made_also_after_an_edit(
    home, pack, pack_folder, frontier, solved, at_once
):
    first.begin(pack)
    with open_store() as store:
        store.runs.remove(store.runs.list()[0].id)  # put away: not asked for again
    assert first.begin(pack).status == "done"
    assert len(at_once) == 1
    visits = pack_folder / "visits.csv"
    visits.write_text(visits.read_text().replace("p1,passport,100", "p1,passport,101"))
    assert first.begin(read_pack(pack_folder)).status == "done"
    assert (len(at_once), len(solved), len(frontier)) == (2, 4, 2)


def test_another_version_makes_its_own(home, pack, frontier, solved, at_once, monkeypatch):
    first.begin(pack)
    for module in (first, first_work):
        monkeypatch.setattr(module, "__version__", "99.0")
    first.begin(pack)
    assert len(at_once) == 2


def test_a_failure_is_told_blocks_nothing_and_is_tried_at_the_next_start(
    home, pack, frontier, solved, at_once, monkeypatch
):
    whole = solved.append

    def refuse(name):
        if name == "At most three":
            raise PlannerError("No such luck.")
        whole(name)

    def solve(pack, rules, **_options):
        refuse(rules.name)
        return cases.answer(pack, rules)

    monkeypatch.setattr("planner.solve.solve", solve)
    state, names = state_and_runs(pack)
    assert (state.status, state.done, state.total) == ("failed", 2, 3)
    assert "three: No such luck." in state.message
    assert names == {"At most two"}
    assert len(frontier) == 1
    assert state_and_runs(pack)[0].status == "failed"  # a page does not try again
    assert len(at_once) == 1
    monkeypatch.setattr("planner.solve.solve", lambda pack, rules, **_: cases.answer(pack, rules))
    state = first.begin(pack)
    assert (state.status, state.done) == ("done", 3)
    assert len(at_once) == 2


def test_what_was_lost_begins_again_and_not_for_ever(home, pack, monkeypatch):
    begun = []
    monkeypatch.setattr(launch, "begin", begun.append)
    for _ in range(6):
        state = first.look(pack, print_of(pack.folder).fingerprint)
        job = begun[-1]
        job.write_process(jobs_gone())
        adopt.look_after()
    assert len(begun) == first.MOST_TRIES
    assert state.status == "failed"
    assert first.begin(pack).job != begun[-2].id  # the next start of the app tries once more
    assert len(begun) == first.MOST_TRIES + 1


def jobs_gone():
    from planner.runs.processes import ProcessName

    return ProcessName(os.getpid(), 1000.0)


@pytest.mark.parametrize("value", ["off", " OFF ", "0"])
def test_it_can_be_left_out(home, pack, monkeypatch, value):
    monkeypatch.setenv(first.VARIABLE, value)
    monkeypatch.setattr(launch, "begin", pytest.fail)
    assert first.look(pack, "a" * 16).status == "off"
    assert first.begin(pack).status == "off"


def test_what_is_only_looked_at_waits_until_somebody_asks(home, pack, frontier, solved, at_once):
    fingerprint = print_of(pack.folder).fingerprint
    assert first.seen(pack, fingerprint) == first.FirstState("waiting", 0, 3)
    assert at_once == []
    assert first.ask(pack, fingerprint).status == "done"
    assert first.seen(pack, fingerprint).status == "done"
    assert len(at_once) == 1


def test_what_was_stopped_stays_so_until_somebody_asks(home, pack, monkeypatch):
    begun, fingerprint = [], print_of(pack.folder).fingerprint
    monkeypatch.setattr(launch, "begin", begun.append)
    first.stop(fingerprint)  # nothing to stop
    first.look(pack, fingerprint)
    first.stop(fingerprint)
    assert begun[0].is_asked_to_stop
    begun[0].write_process(jobs_gone())
    adopt.look_after()
    told = [first.seen(pack, fingerprint), first.look(pack, fingerprint), first.begin(pack)]
    assert [state.status for state in told] == ["stopped"] * 3
    assert len(begun) == 1  # not begun again by itself
    first.ask(pack, fingerprint)
    assert len(begun) == 2
    assert first.seen(pack, fingerprint).status == "running"


def test_a_pack_that_asks_for_nothing(home, pack_folder, monkeypatch):
    monkeypatch.setattr(launch, "begin", pytest.fail)
    assert first.begin(read_pack(pack_folder)).status == "off"


@pytest.mark.skipif(os.name == "nt", reason="ends processes by POSIX signals")
def test_many_who_look_at_once_begin_one_job_and_the_app_ends_it(home, pack, monkeypatch):
    monkeypatch.setattr(launch, "WORKER", ("-c", "import time; time.sleep(60)"))
    fingerprint, seen = print_of(pack.folder).fingerprint, []
    looking = [
        threading.Thread(target=lambda: seen.append(first.look(pack, fingerprint)))
        for _ in range(8)
    ]
    for each in looking:
        each.start()
    for each in looking:
        each.join()
    (job,) = jobs.folders()
    assert {state.status for state in seen} <= {"running", "waiting"}  # a moment too early
    process = psutil.Process(job.process().pid)
    first.end(pack)
    assert not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    assert jobs.poll(job.id).status == "lost"
    assert "goes on at the next start" in jobs.poll(job.id).message
    jobs.forget(job.id)


@pytest.mark.skipif(os.name == "nt", reason="asks for the end of the app by a signal")
def test_the_app_makes_them_in_a_fresh_home(home, pack):
    """The real thing: the command `app`, its server, the job, the solver, the sweep, the store."""
    environment = os.environ | {"UGATUZI_HOME": str(home), "UGATUZI_FIRST_START": "on"}
    command = [sys.executable, "-m", "planner", "app", "--no-browser", "--port", "8650"]
    log = (home.parent / "log").open("w")
    with log, subprocess.Popen(
        [*command, str(pack.folder)], env=environment, stdout=log, stderr=log
    ) as app:  # fmt: skip
        try:
            end = time.monotonic() + 120
            while (state := first.state_of(pack)).status != "done":
                assert time.monotonic() < end, state
                assert state.status != "failed", state
                assert app.poll() is None, "the app ended"
                time.sleep(0.3)
        finally:
            app.terminate()
    with open_store() as store:
        assert {run.name for run in store.runs.list(source=SOURCE)} == {
            "At most three", "At most two",
        }  # fmt: skip
        (study,) = store.studies.list(tag=TAG)
        assert study.status == "done"
        assert store.runs.open(study.points[0].run_id).report.plan is not None
    assert jobs.recent() == ()  # it is none of the plans that people asked for
