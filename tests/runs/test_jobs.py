"""Jobs with real worker processes; only the solver is a stub."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from planner.errors import PlannerError
from planner.runs import endings, jobs, launch, processes, read_run, turns
from planner.runs import queue as queue_module
from planner.runs.jobfiles import Failure, JobFolder, JobSpec
from planner.runs.processes import ProcessName
from planner.runs.queue import Rank
from planner.runs.verify import verify
from tests.runs import cases

STUB = str(Path(__file__).with_name("stub_worker.py"))
pytestmark = pytest.mark.skipif(os.name == "nt", reason="ends processes by POSIX signals")


@pytest.fixture
def start(home, pack_folder, monkeypatch):
    """Begin a job whose solver is a stub; whatever is left is ended after the test."""
    monkeypatch.setattr(launch, "WORKER", (STUB,))
    begun = []

    def begin(solver, **changes):
        monkeypatch.setenv("STUB_SOLVER", solver)
        background = changes.pop("is_background", False)
        rules = cases.scenario(**changes)
        begun.append(jobs.start(pack_folder, rules, is_background=background))
        return begun[-1]

    yield begin
    for job_id in begun:
        jobs.forget(job_id)


def wait(job_id, until, seconds=15.0):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        state = jobs.poll(job_id)
        if until(state):
            return state
        time.sleep(0.05)
    log = jobs.home() / "jobs" / job_id / "worker.log"
    pytest.fail(f"{state} {log.read_text() if log.exists() else ''}")


def over(state):
    return state.is_over


def running(state):
    return any(item.incumbent is not None for item in state.progress)


def process_of(job_id):
    return JobFolder(jobs.home() / "jobs" / job_id).process().pid


def gone(pid, seconds=3.0):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not psutil.pid_exists(pid):
            return True
        time.sleep(0.05)
    return False


def test_a_job_ends_with_a_run_that_verifies(start, home):
    job_id = start("quick")
    assert jobs.poll(job_id).status in {"queued", "running", "done"}
    state = wait(job_id, over)
    assert (state.status, state.message, state.name) == ("done", "", "Three offices")
    assert state.run == home / "jobs" / job_id / "run"
    assert verify(state.run).agrees
    assert read_run(state.run).scenario.name == "Three offices"
    assert [item.stage for item in state.progress][:2] == ["load", "solve"]
    assert state.progress[1].open_sites == ("028-iten",)
    assert gone(process_of(job_id))  # reaped: not even a zombie
    assert not (home / "jobs" / job_id / "tmp").exists()
    assert list((home / "queue" / "tickets").iterdir()) == []
    assert [each.id for each in jobs.recent()] == [job_id]
    jobs.forget(job_id)
    assert jobs.poll(job_id).status == "unknown"
    assert list((home / "jobs").iterdir()) == []


def test_a_stop_keeps_the_best_plan_and_the_next_in_the_queue_follows(start):
    first = start("patient")
    state = wait(first, running)
    assert state.status == "running"
    assert state.progress[-1].gap == pytest.approx(8 / 9)
    second, third = start("quick"), start("quick")
    assert wait(second, lambda state: state.position is not None).position == 1
    state = wait(third, lambda state: state.position == 2)
    assert (state.status, state.message) == (
        "queued",
        "Waiting: place 2 in the queue, after “Three offices”, “Three offices”.",
    )
    jobs.stop(third)
    state = wait(third, over)
    assert (state.status, state.run) == ("failed", None)
    assert "nothing was solved" in state.message
    jobs.stop(first)
    assert jobs.poll(first).status in {"stopping", "done"}
    state = wait(first, over, 5)
    assert state.status == "done"
    assert "best plan found by then" in state.message
    assert verify(state.run).agrees
    assert wait(second, over).status == "done"


def test_signs_of_life_come_each_second_while_the_solver_is_silent(start):
    job_id = start("patient")
    wait(job_id, running)
    time.sleep(2.5)
    beats = jobs.poll(job_id).progress
    times = [item.seconds for item in beats]
    assert times == sorted(times)
    assert times[-1] > 1.5
    assert len(beats) >= 4
    assert beats[-1].incumbent == 9.0
    assert beats[-1].open_sites is None


def test_a_solver_that_does_not_stop_is_ended_with_its_children_and_it_is_said(
    start, home, monkeypatch
):
    monkeypatch.setattr(endings, "STOP_GRACE_S", 0.5)
    job_id = start("deaf")
    wait(job_id, running)
    pids = [process_of(job_id), int((home / "jobs" / job_id / "child").read_text())]
    jobs.stop(job_id)
    assert jobs.poll(job_id).status == "stopping"
    state = wait(job_id, over, 5)
    assert (state.status, state.run) == ("failed", None)
    assert "was ended" in state.message
    assert all(gone(pid) for pid in pids)
    assert jobs.poll(job_id) == state  # and so it stays


def test_soon_after_a_stop_nothing_runs_although_nobody_looks(start, home):
    job_id = start("deaf")
    wait(job_id, running)
    pids = [process_of(job_id), int((home / "jobs" / job_id / "child").read_text())]
    jobs.stop(job_id)
    end = time.monotonic() + 4.0  # 2 s, and as much again where the machine is busy
    while not all(gone(pid) for pid in pids):
        assert time.monotonic() < end
        time.sleep(0.05)
    assert wait(job_id, over, 5).status == "failed"


def test_a_killed_worker_is_lost_in_words_and_its_solver_ended(start, home):
    job_id = start("deaf")
    wait(job_id, running)
    child = int((home / "jobs" / job_id / "child").read_text())
    os.kill(process_of(job_id), 9)
    state = wait(job_id, over, 5)
    assert state.status == "lost"
    assert "ended without a result" in state.message
    assert gone(child)


@pytest.mark.parametrize(
    ("solver", "words"),
    [("refusing", "The pack has no services."), ("broken", "Something went wrong inside")],
)
def test_a_failure_is_told_in_words_and_the_rest_goes_to_the_log(start, home, solver, words):
    job_id = start(solver)
    state = wait(job_id, over)
    assert state.status == "failed"
    assert words in state.message
    assert "secret" not in state.message
    assert "KeyError" not in state.message
    log = (home / "jobs" / job_id / "worker.log").read_text()
    error = json.loads((home / "jobs" / job_id / "error.json").read_text())
    assert error["error_id"] in log
    assert "Traceback" in log


def test_a_job_survives_the_server_that_began_it(home, pack_folder):
    text = (
        "import os, sys, time\n"
        "from pathlib import Path\n"
        "from planner.runs import jobs, launch\n"
        "from tests.runs import cases\n"
        f"launch.WORKER = ({STUB!r},)\n"
        f"print(jobs.start(Path({str(pack_folder)!r}), cases.scenario()), flush=True)\n"
        "time.sleep(600)\n"
    )
    environment = {**os.environ, "STUB_SOLVER": "patient"}
    root = Path(jobs.__file__).parents[2]
    server = subprocess.Popen(
        [sys.executable, "-c", text], stdout=subprocess.PIPE, text=True, env=environment, cwd=root
    )
    job_id = server.stdout.readline().strip()
    wait(job_id, running)
    server.kill()
    server.communicate()
    time.sleep(0.3)
    assert jobs.poll(job_id).status == "running"
    jobs.stop(job_id)
    assert wait(job_id, over).status == "done"
    jobs.forget(job_id)


def test_forget_ends_a_running_job(start, home):
    job_id = start("deaf")
    wait(job_id, running)
    pids = [process_of(job_id), int((home / "jobs" / job_id / "child").read_text())]
    jobs.forget(job_id)
    assert all(gone(pid) for pid in pids)
    assert list((home / "jobs").iterdir()) == []


def test_the_worker_ends_itself_beyond_its_time_limit(start, home, monkeypatch):
    monkeypatch.setenv("STUB_LIMIT_GRACE", "0.5")
    job_id = start("deaf", solve={"time_limit_s": 0.2})
    wait(job_id, running)
    child = int((home / "jobs" / job_id / "child").read_text())
    state = wait(job_id, over, 8)
    assert state.status == "failed"
    assert "beyond its time limit" in state.message
    assert gone(child)


# -- without processes -----------------------------------------------------------------------


def folder_of(home, job_id="0123456789abcdef", created=None):
    job = JobFolder(home / "jobs" / job_id)
    job.path.mkdir(parents=True)
    job.write_spec(JobSpec(job_id, "By hand", created or time.time(), "/x", "name = 'x'"))
    return job


@pytest.mark.parametrize(
    "job_id",
    [
        *("", "x", "../../../etc", "0123456789ABCDEF", "0123456789abcdef\n", "٣" * 16, "a" * 400),
        *(None, "0123456789abcdef/..", "\0", ".", "feedfeedfeedfeed"),
    ],
)
def test_ids_from_outside_are_never_paths(home, job_id):
    folder_of(home)
    assert jobs.poll(job_id).status == "unknown"
    jobs.stop(job_id)
    jobs.forget(job_id)
    assert len(list((home / "jobs").iterdir())) == 1
    shown = jobs.poll(job_id).id
    assert shown in {"", "feedfeedfeedfeed"}


def test_ids_are_unguessable_and_safe_in_a_link(home, pack_folder, monkeypatch):
    monkeypatch.setattr(launch, "begin", lambda job: None)
    ids = {jobs.start(pack_folder, cases.scenario()) for _ in range(20)}
    assert len(ids) == 20
    assert all(len(each) == 16 and set(each) <= set("0123456789abcdef") for each in ids)


def test_a_process_number_used_again_is_not_taken_for_the_worker(home):
    job = folder_of(home)
    me = processes.name_of(os.getpid())
    job.write_process(ProcessName(me.pid, me.started - 1000))
    state = jobs.poll(job.id)  # must not end this very process either
    assert state.status == "lost"


def test_a_job_that_never_began_is_lost_after_a_while(home):
    job = folder_of(home)
    assert jobs.poll(job.id).status == "queued"
    late = folder_of(home, "f" * 16, time.time() - 60)
    state = jobs.poll(late.id)
    assert state.status == "lost"
    assert "did not begin" in state.message


def test_half_written_and_damaged_progress_is_left_out(home):
    job = folder_of(home)
    job.write_process(processes.name_of(os.getpid()))
    good = {"seconds": 1.5, "stage": "solve", "incumbent": 3, "bound": None, "open_sites": ["a"]}
    lines = [
        json.dumps(good),
        "{",
        "null",
        "[1]",
        json.dumps({**good, "stage": "lunch"}),
        json.dumps({**good, "seconds": "soon"}),
        '{"seconds": NaN, "stage": "solve"}',
        "[" * 5000,
        json.dumps({"seconds": 2, "stage": "check", "incumbent": "x"}),
        json.dumps(good)[:-5],
    ]
    (job.path / "progress.jsonl").write_text("\n".join(lines))
    state = jobs.poll(job.id)
    assert [(item.seconds, item.stage, item.incumbent) for item in state.progress] == [
        (1.5, "solve", 3.0),
        (2.0, "check", None),
    ]
    assert state.status == "running"
    assert state.progress[0].open_sites == ("a",)
    assert state.seconds == 2.0


def test_of_a_very_long_progress_the_end_is_read(home):
    job = folder_of(home)
    line = json.dumps({"seconds": 1, "stage": "solve", "message": "x" * 1000})
    last = json.dumps({"seconds": 9, "stage": "solve"})
    (job.path / "progress.jsonl").write_text(f"{line}\n" * 9000 + f"{last}\n")
    read = job.progress()
    assert 3000 < len(read) < 5000
    assert read[-1].seconds == 9


def test_recent_is_newest_first_and_overlooks_strangers(home):
    for n, letter in enumerate("abc"):
        job = folder_of(home, letter * 16, 1000.0 + n)
        job.write_failure(Failure("failed", "no"))
    (home / "jobs" / "notes.txt").write_text("x")
    (home / "jobs" / ("d" * 16)).mkdir()
    broken = home / "jobs" / ("e" * 16)
    broken.mkdir()
    (broken / "job.json").write_text("{")
    assert [state.id[0] for state in jobs.recent()] == ["c", "b", "a"]
    assert [state.id[0] for state in jobs.recent(1)] == ["c"]
    assert jobs.recent(0) == ()


def test_no_jobs_at_all(home):
    assert jobs.recent() == ()


def test_a_full_disk_is_told_and_leaves_no_job(home, pack_folder, monkeypatch):
    def full(_handle):
        raise OSError(errno.ENOSPC, "No space left on device", "/secret")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(PlannerError, match="job could not be written: the disk is full"):
        jobs.start(pack_folder, cases.scenario())
    assert list((home / "jobs").iterdir()) == []


def test_a_process_that_cannot_begin_is_told(home, pack_folder, monkeypatch):
    monkeypatch.setattr(launch.sys, "executable", "/nowhere/python")
    with pytest.raises(PlannerError, match="could not begin"):
        jobs.start(pack_folder, cases.scenario())
    assert list((home / "jobs").iterdir()) == []


def test_home_follows_the_variable_or_the_user(monkeypatch, tmp_path):
    monkeypatch.setenv("UGATUZI_HOME", str(tmp_path / "h"))
    assert jobs.home() == tmp_path / "h"
    monkeypatch.setenv("UGATUZI_HOME", " ")
    assert jobs.home().name == "ugatuzi-planner"
    assert jobs.home().is_absolute()


# -- the queue -------------------------------------------------------------------------------


def test_the_queue_is_first_come_first_served_and_counts_the_living(tmp_path, monkeypatch):
    monkeypatch.setattr(queue_module, "slot_count", lambda: 1)
    alive = {"a", "b", "c"}
    line = queue_module.Queue(tmp_path, lambda job_id: job_id in alive)
    assert line.position("a") is None
    with line.ticket("b", 2), line.ticket("a", 1), line.ticket("c", 3):
        (tmp_path / "tickets" / f"{0:020d}-dead").touch()
        assert [line.position(name) for name in "abc"] == [1, 2, 3]
        assert not (tmp_path / "tickets" / f"{0:020d}-dead").exists()
        assert line.try_slot("b") is None
        slot = line.try_slot("a")
        assert slot is not None
        alive.remove("a")
        assert line.position("b") == 1
        assert line.try_slot("b") is None
        slot.close()
        with line.try_slot("b") as slot:
            assert slot is not None
    assert list((tmp_path / "tickets").iterdir()) == []


def test_the_background_stands_behind_all_others_and_is_named_as_before_them(tmp_path, monkeypatch):
    monkeypatch.setattr(queue_module, "slot_count", lambda: 1)
    line = queue_module.Queue(tmp_path, lambda _: True)
    background = line.ticket("background", 1, rank=Rank.BACKGROUND)
    with background, line.ticket("person", 2):
        assert (line.position("person"), line.position("background")) == (1, 2)
        assert line.before("background") == ("person",)
        assert line.try_slot("background") is None
        slot = line.try_slot("person")
    with slot, line.ticket("next", 3):
        assert line.before("next") == ("person",)  # at work, though it does not wait any more
        assert line.before("unknown") == ()
        assert line.try_slot("next") is None


@pytest.mark.parametrize("rank", [Rank.STUDY, Rank.BACKGROUND])
def test_a_plan_does_not_wait_for_a_job_of_many_solves(tmp_path, monkeypatch, rank):
    monkeypatch.setattr(queue_module, "slot_count", lambda: 1)
    line = queue_module.Queue(tmp_path, lambda _: True)

    def at_once():
        return True

    with turns.Turn(line, "long", 1, rank=rank) as long, turns.Turn(line, "person", 2) as person:
        assert long.wait(at_once)
        assert person.wait(at_once)
        with line.ticket("plan", 3), line.ticket("study", 4, rank=Rank.STUDY):
            assert (line.try_slot("plan"), line.try_slot("study")) == (None, None)
            assert (line.before("plan"), line.before("study")) == (("person",), ("long",))
            assert (line.position("plan"), line.position("study")) == (1, 1)


def test_the_background_gives_its_slot_to_a_study_between_its_solves(tmp_path, monkeypatch):
    monkeypatch.setattr(turns, "EVERY_S", 0.01)
    line = queue_module.Queue(tmp_path, lambda _: True)
    order = []

    def never():
        return False

    def study():
        with turns.Turn(line, "study", 2, rank=Rank.STUDY) as turn:
            turn.wait(never)
            order.append("study")

    with turns.Turn(line, "background", 1, rank=Rank.BACKGROUND) as turn:
        assert turn.wait(never)
        turn.give_way(never)  # nobody waits: it goes on at once
        waiting = threading.Thread(target=study)
        waiting.start()
        while not line.is_anyone_waiting():
            time.sleep(0.01)
        order.append("first solve")
        turn.give_way(never)
        order.append("second solve")
        with line.ticket("next", 3, rank=Rank.STUDY):
            assert line.try_slot("next") is None  # it is held
    waiting.join()
    assert order == ["first solve", "study", "second solve"]
    with line.ticket("last", 9, rank=Rank.STUDY), line.try_slot("last") as slot:
        assert slot is not None


@pytest.mark.parametrize("rank", [Rank.PLAN, Rank.STUDY])
def test_a_job_that_people_wait_for_keeps_its_slot(tmp_path, monkeypatch, rank):
    monkeypatch.setattr(queue_module, "slot_count", lambda: 1)
    line = queue_module.Queue(tmp_path, lambda _: True)
    with turns.Turn(line, "person", 1, rank=rank) as turn, line.ticket("other", 2, rank=rank):
        assert turn.wait(lambda: False)
        turn.give_way(pytest.fail)
        assert line.try_slot("other") is None


def test_a_person_solves_while_the_background_is_at_work(start, monkeypatch):
    monkeypatch.setattr(queue_module, "slot_count", lambda: 1)
    background = start("patient", is_background=True)
    wait(background, running)
    assert wait(start("quick"), over, 40).status == "done"
    assert jobs.poll(background).status == "running"
    jobs.stop(background)
    assert wait(background, over).status == "done"


def test_a_solve_in_the_background_lets_a_later_one_go_first(start):
    first = start("patient")
    wait(first, running)
    person = start("quick")
    wait(person, lambda state: state.position == 1)
    background = start("quick", is_background=True)
    state = wait(background, lambda state: state.position == 2)
    assert (state.status, state.before) == ("queued", ("Three offices", "Three offices"))
    jobs.stop(first)
    assert wait(person, over, 40).status == wait(background, over, 40).status == "done"
    # Each has a slot of its own: which of them ends first is not said, only who begins.
    slots = [jobs.home() / "queue" / "slots" / f"{name}.lock" for name in ("0", "study")]
    assert [slot.read_text() for slot in slots] == [person, background]
    assert slots[0].stat().st_mtime_ns < slots[1].stat().st_mtime_ns


def test_at_least_one_solve_may_run(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0}, raising=False)
    assert queue_module.slot_count() == 1
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    assert queue_module.slot_count() == 7


def test_the_planners_own_worker_solves_a_tiny_pack(home, pack_folder):
    job_id = jobs.start(pack_folder, cases.scenario(rules={"branches": {"max": 3}}))
    state = wait(job_id, over, 30)
    assert (state.status, state.message) == ("done", "")
    run = read_run(state.run)
    assert run.report.status == "optimal"
    assert verify(state.run).agrees
    assert run.report.seconds_by_stage["load"] > 0
    jobs.forget(job_id)
