"""The worker in this process: what it writes when things go well and when they do not."""

from __future__ import annotations

import errno
import json
import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from planner.plan import Progress
from planner.runs import jobs, recorder, turns, worker
from planner.runs.jobfiles import JobFolder, JobSpec
from planner.runs.queue import Rank
from planner.scenario import scenario_toml
from tests.runs import cases


@pytest.fixture
def job(home, pack_folder):
    job = JobFolder(home / "jobs" / "0123456789abcdef")
    job.path.mkdir(parents=True)
    text = scenario_toml(cases.scenario())
    job.write_spec(JobSpec(job.id, "Three offices", time.time(), str(pack_folder), text))
    return job


def test_a_job_is_done_and_its_slot_given_back(job):
    limits = []
    assert worker.run(job.path, solve=cases.solve, watch=limits.append) == 0
    assert limits == [120.0]
    state = jobs.poll(job.id)
    assert state.status == "done"
    again = jobs.queue()
    with again.ticket(job.id, 1), again.try_slot(job.id) as slot:
        assert slot is not None


def test_a_stop_before_the_turn_solves_nothing(job, monkeypatch):
    monkeypatch.setattr(turns, "EVERY_S", 0.01)
    job.ask_to_stop()
    monkeypatch.setattr("planner.runs.queue.slot_count", lambda: 0)
    assert worker.run(job.path, solve=pytest.fail) == 1
    assert "nothing was solved" in jobs.poll(job.id).message


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (MemoryError(), "not enough memory"),
        (OSError(errno.ENOSPC, "x", "/secret"), "the disk is full"),
        (ZeroDivisionError("secret"), "Something went wrong inside the planner (error "),
        (RecursionError("secret"), "Something went wrong"),
    ],
)
def test_every_error_becomes_a_sentence(job, error, words):
    def solve(*_arguments, **_options):
        raise error

    assert worker.run(job.path, solve=solve) == 1
    state = jobs.poll(job.id)
    assert state.status == "failed"
    assert words in state.message
    assert "secret" not in state.message


def test_a_pack_with_thousands_of_faults_is_told_in_few_lines(job, pack_folder):
    rows = "".join(f"q{n},Name,028,x,35.5,1,,\n" for n in range(200))
    with (pack_folder / "demand_points.csv").open("a") as file:
        file.write(rows)
    assert worker.run(job.path, solve=cases.solve) == 1
    lines = jobs.poll(job.id).message.splitlines()
    assert len(lines) == 31
    assert "demand_points.csv row 6" in lines[0]
    assert lines[-1].startswith("and ")


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="asks Linux for a file's name")
def test_a_full_disk_at_the_end_is_told_and_there_is_no_half_run(job, monkeypatch):
    whole = os.fsync
    full = []

    def solve(pack, rules, **options):
        full.append(True)
        return cases.solve(pack, rules, **options)

    def fsync(handle):
        if full and "run" in Path(f"/proc/self/fd/{handle}").readlink().parent.name:
            raise OSError(errno.ENOSPC, "No space left on device")
        whole(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    assert worker.run(job.path, solve=solve) == 1
    state = jobs.poll(job.id)
    assert state.status == "failed"
    assert "the disk is full" in state.message
    assert not any("run" in path.name for path in job.path.iterdir())


def test_a_rush_of_figures_is_thinned_but_no_better_plan_left_out(job):
    with recorder.Recorder(job) as telling:
        for n in range(2000):
            telling.tell(Progress(n / 1000, "solve", 10.0 - n // 500, n / 1000))
    lines = job.progress()
    assert [item.incumbent for item in lines if item.open_sites is None][:1] == [10.0]
    assert {item.incumbent for item in lines} == {10.0, 9.0, 8.0, 7.0}
    assert len(lines) < 30


def test_progress_that_cannot_be_written_does_not_cost_the_plan(job, monkeypatch):
    def full(_progress):
        raise OSError(errno.ENOSPC, "No space left on device")

    with recorder.Recorder(job) as telling:
        monkeypatch.setattr(job, "add_progress", full)
        telling.tell(Progress(1.0, "solve"))


def test_figures_without_number_are_null_in_progress(job):
    job.add_progress(Progress(1.0, "solve", float("inf"), float("nan"), None, ("a",)))
    text = (job.path / "progress.jsonl").read_text()
    assert json.loads(text, parse_constant=pytest.fail)["incumbent"] is None
    assert job.progress()[0].open_sites == ("a",)


def test_a_folder_that_is_no_job_is_left_alone(tmp_path):
    assert worker.run(tmp_path) == 1
    assert list(tmp_path.iterdir()) == []
    assert worker.main([]) == 2


@pytest.mark.parametrize(
    ("kind", "options", "rank"),
    [
        ("solve", {}, Rank.PLAN),
        ("why", {"time_limit_s": 60}, Rank.PLAN),
        ("uncertain", {"ask": "ends", "time_limit_s": 120}, Rank.PLAN),
        ("why", {"time_limit_s": 600}, Rank.STUDY),
        ("uncertain", {"ask": "draw"}, Rank.STUDY),
        ("robust", {"time_limit_s": 60}, Rank.STUDY),
        ("sweep", {}, Rank.STUDY),
    ],
)
def test_a_short_question_does_not_wait_for_studies(kind, options, rank):
    spec = JobSpec("0" * 16, "x", 0.0, "/x", "", kind, options)
    assert worker.rank_of(spec) is rank
    assert worker.rank_of(replace(spec, is_background=True)) is Rank.BACKGROUND
