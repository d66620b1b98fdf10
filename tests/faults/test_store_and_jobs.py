"""Each write of the store's copies and of jobs fails in turn; a restart brings everything back."""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import signal
import time
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from planner.errors import PlannerError
from planner.runs import adopt, jobs, worker
from planner.runs.jobfiles import JobFolder, JobSpec
from planner.runs.store import open_store
from planner.runs.store.backup import back_up
from planner.runs.store.check import check_whole
from planner.runs.store.restoring import restore
from planner.runs.store.workspace import export_workspace, import_workspace
from planner.scenario import parse_scenario, scenario_toml
from planner.scenario.change import with_key
from tests.faults.injected import BROKEN, FULL, Disk
from tests.faults.trying import try_all
from tests.runs import cases

pytestmark = [
    pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs Linux"),
    pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning"),
]
_BASE = r"store(-[^/]*)?\.sqlite"  # what SQLite writes by itself
SCENARIO = parse_scenario('name = "A"\npack = "one-stop"\n[rules.branches]\nmax = 24\n')


@pytest.fixture
def at(monkeypatch):
    """Opens the store below a folder, which is the planner's own."""
    monkeypatch.setenv("UGATUZI_USER", "Amina")
    monkeypatch.delenv("UGATUZI_STORE", raising=False)
    clock = SimpleNamespace(time=lambda: 1_700_000_000.0, localtime=time.localtime)
    monkeypatch.setattr(zipfile, "time", clock)

    @contextlib.contextmanager
    def opened(root):
        monkeypatch.setenv("UGATUZI_HOME", str(root))
        with open_store() as store:
            yield store

    return opened


@pytest.fixture
def kept(tmp_path, at):
    """Makes a store with a run and a scenario; the ids are the same each time."""
    made = tmp_path / "made"
    made.mkdir()
    folder = cases.write_answer(tmp_path)
    with at(made) as store:
        run_id = store.runs.keep(folder)
        scenario_id = store.scenarios.create(SCENARIO, pack="one-stop").id

    def prepare(root):
        shutil.copytree(made, root, dirs_exist_ok=True)

    return SimpleNamespace(prepare=prepare, run=run_id, scenario=scenario_id, made=made)


def is_whole(at, kept):
    """The store is sound and has what it had."""

    def check(root):
        with at(root) as store:
            assert check_whole(store.database) == ()
            assert [each.id for each in store.runs.list()] == [kept.run]
            assert [each.id for each in store.scenarios.list()] == [kept.scenario]

    return check


def test_a_copy_of_a_kept_run(tmp_path, at, kept):
    def act(root):
        with at(root) as store:
            store.runs.folder(kept.run)

    check = is_whole(at, kept)
    try_all(tmp_path / "t", kept.prepare, act, is_one=False, ignored=_BASE, check=check)


@pytest.mark.parametrize("ending", ["zip", "sqlite"])
def test_a_backup(tmp_path, at, kept, ending):
    def act(root):
        with at(root) as store:
            back_up(store.database, root / f"copy.{ending}")

    check = is_whole(at, kept)
    try_all(tmp_path / "t", kept.prepare, act, ignored=_BASE, check=check)


def test_a_workspace_that_is_taken(tmp_path, at, kept):
    def act(root):
        with at(root) as store:
            export_workspace(store, root / "work.zip")

    check = is_whole(at, kept)
    try_all(tmp_path / "t", kept.prepare, act, ignored=_BASE, check=check)


def test_a_workspace_that_is_brought(tmp_path, at, kept):
    file = tmp_path / "work.zip"
    with at(kept.made) as store:
        export_workspace(store, file)

    def act(root):
        with at(root) as store:
            import_workspace(store, file)
            store.runs.folder(kept.run)

    def prepare(root):
        with at(root):
            pass

    def check(root):
        with at(root) as store:
            assert check_whole(store.database) == ()
            runs, scenarios = len(store.runs.list()), len(store.scenarios.list())
            assert (runs, scenarios) in ((0, 0), (1, 1))

    try_all(tmp_path / "t", prepare, act, is_one=False, ignored=_BASE, check=check)


def test_a_backup_that_is_put_in_place(tmp_path, at, kept):
    backup = tmp_path / "backup.sqlite"
    with at(kept.made) as store:
        back_up(store.database, backup)
        other = store.scenarios.create(SCENARIO, pack="one-stop").id

    def act(root):
        with at(root) as store:
            database = store.database
        restore(database, backup)

    def check(root):
        with at(root) as store:
            assert check_whole(store.database) == ()
            found = {each.id for each in store.scenarios.list()}
            assert found in ({kept.scenario}, {kept.scenario, other})

    _restored(tmp_path, kept, act, check)


def _restored(tmp_path, kept, act, check):
    """By hand, as each try leaves another name for what stood there."""
    root = tmp_path / "t"
    shutil.copytree(kept.made, root)
    counted = Disk(root)
    with counted.in_use():
        act(root)
    check(root)
    for how in (FULL, BROKEN):
        for step in range(1, len(counted.steps) + 1):
            shutil.rmtree(root)
            shutil.copytree(kept.made, root)
            with Disk(root, step, how).in_use(), contextlib.suppress(PlannerError, OSError):
                act(root)
            check(root)
            assert not list(root.rglob(".*.part*"))


def test_a_full_disk_under_the_store_itself(tmp_path, at, kept):
    """SQLite's own writes: files may not grow any more at one of many sizes."""
    told = set()
    for more in (0, 1_000, 5_000, 8_192, 40_000, 100_000, 10_000_000):
        root = tmp_path / "t"
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(kept.made, root)
        child = os.fork()
        if child == 0:
            code = 2
            with contextlib.suppress(BaseException):
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                with at(root) as store:
                    seen = store.scenarios.get(kept.scenario)
                    changed = with_key(seen.scenario, "description", "x" * 9_000)
                    resource.setrlimit(resource.RLIMIT_FSIZE, (more, more))
                    try:
                        store.scenarios.save(kept.scenario, changed, expected=seen.revision)
                        code = 0
                    except PlannerError:
                        code = 1
            os._exit(code)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        told.add(code)
        is_whole(at, kept)(root)
        with at(root) as store:
            seen = store.scenarios.get(kept.scenario)
            assert bool(seen.scenario.description) == (code == 0)
            store.scenarios.save(
                kept.scenario, with_key(seen.scenario, "description", "y"), expected=seen.revision
            )
    assert told == {0, 1}  # refused in words, or kept


@pytest.mark.parametrize("how", [FULL, BROKEN])
def test_a_job_ends_in_words_and_a_restart_brings_everything_back(tmp_path, monkeypatch, how):
    """A job whose disk refuses at one moment, then a restart of the app."""
    folder = cases.write_pack(tmp_path / "tiny")
    text = scenario_toml(cases.scenario(pack=str(folder)))
    home = tmp_path / "home"
    monkeypatch.setenv("UGATUZI_HOME", str(home))

    def new_job():
        shutil.rmtree(home, ignore_errors=True)
        job = JobFolder(home / "jobs" / "0123456789abcdef")
        job.path.mkdir(parents=True)
        (job.path / "tmp").mkdir()
        job.write_spec(JobSpec(job.id, "A", time.time(), str(folder), text))
        return job

    with Disk(home).in_use():
        worker.run(new_job().path, solve=cases.solve)
    counted = Disk(home)
    job = new_job()
    with counted.in_use():
        assert worker.run(job.path, solve=cases.solve) == 0
    assert len(counted.steps) > 30
    ends = set()
    for step in range(1, len(counted.steps) + 1):
        job, disk = new_job(), Disk(home, step, how)
        with disk.in_use():
            worker.run(job.path, solve=cases.solve)
        job.path.joinpath("process.json").unlink(missing_ok=True)  # as after a restart
        adopt.look_after()
        state = jobs.poll(job.id)
        what = f"{how} at {step}: {disk.steps[step - 1 :][:1]}: {state.status}, {state.message}"
        ends.add(state.status)
        assert state.status in ("done", "failed", "lost", "queued"), what
        with open_store() as store:
            runs = store.runs.list()
            assert check_whole(store.database) == (), what
        if job.has_run:
            assert len(runs) == 1, what
            assert state.status == "done", what
        elif state.status != "queued":
            assert not runs, what
            assert state.message, what
        assert not job.path.joinpath("tmp").exists(), what
    assert {"done", "failed"} <= ends
