"""A sweep on a cluster: a real scheduler and two worker processes on this machine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from planner import __version__
from planner.errors import PlannerError
from planner.runs.sweeps import cluster
from planner.runs.sweeps.cluster import DaskCrew
from planner.runs.sweeps.ground import answer_point
from planner.runs.sweeps.run import prepare, sweep
from planner.runs.sweeps.there import Reply
from planner.runs.sweeps.types import Task
from planner.runs.verify import verify
from tests.command_line import run
from tests.sweeps.cases import money, pack, scenario, swept

pytest.importorskip("distributed")
ROOT = Path(__file__).parents[2]
LIMITS = (2_000_000, 3_500_000, 4_000_000, 4_500_000, 5_500_000, 6_500_000)


class Cluster:
    """A scheduler and its workers, each a process; ended when the tests are over."""

    def __init__(self, folder: Path, workers: int) -> None:
        self._folder = folder
        self.processes: list[subprocess.Popen] = []
        self._file = folder / "scheduler.json"
        here = ("--host", "127.0.0.1", "--scheduler-file", str(self._file))
        self.scheduler = self._start(
            "distributed.cli.dask_scheduler", *here, "--port", "0", "--no-dashboard"
        )
        until = time.monotonic() + 60
        while not (self._file.exists() and self._file.stat().st_size):
            assert time.monotonic() < until
            time.sleep(0.05)
        self.address = json.loads(self._file.read_text())["address"]
        self.workers = [self.add() for _ in range(workers)]

    def add(self) -> subprocess.Popen:
        return self._start(
            "distributed.cli.dask_worker",
            *(self.address, "--host", "127.0.0.1", "--nthreads", "1", "--no-nanny"),
            *("--no-dashboard", "--local-directory", str(self._folder)),
        )

    def _start(self, module: str, *arguments: str) -> subprocess.Popen:
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")]),
            "DASK_CONFIG": str(self._folder / "config"),
        }
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self._folder,
        )
        self.processes.append(process)
        return process

    def end(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def cluster_of_two(tmp_path_factory):
    made = Cluster(tmp_path_factory.mktemp("cluster"), 2)
    yield made
    made.end()


class Watched(DaskCrew):
    """A crew that says which point was given, so that a test can strike in mid-sweep."""

    given = None

    def give(self, task):
        super().give(task)
        self.given(len(self._busy), task.point.number)


def on_cluster(tmp_path, address, given=lambda *_: None):
    tiny = pack(tmp_path)
    prepared = prepare(tiny, scenario(tmp_path), money(*LIMITS))

    def crew(kept):
        made = Watched(address, prepared.ground, kept.points)
        made.given = given
        return made

    return sweep(prepared, tmp_path / "out", crew).told


def test_a_cluster_finds_what_this_machine_finds_though_a_worker_is_killed(
    tmp_path, cluster_of_two
):
    struck = []

    def strike(busy, number):
        if busy == 2 and not struck:
            struck.append(number)
            cluster_of_two.workers[0].send_signal(signal.SIGKILL)

    told = on_cluster(tmp_path, cluster_of_two.address, strike)
    assert struck
    (tmp_path / "here").mkdir()
    pack(tmp_path / "here")
    here = swept(tmp_path / "here", scenario(tmp_path / "here"), money(*LIMITS)).told
    for there, local in zip(told["points"], here["points"], strict=True):
        assert there["status"] == local["status"]
        assert there["objective"] == local["objective"]
        assert there["fingerprint"] == local["fingerprint"]
        assert there["kpis"] == local["kpis"]
        assert verify(tmp_path / "out" / there["run"]).agrees
    assert cluster_of_two.workers[0].wait(5) == -signal.SIGKILL


def test_a_scheduler_that_goes_away_leaves_what_is_done_and_the_command_says_how_to_go_on(
    tmp_path, tmp_path_factory
):
    own = Cluster(tmp_path_factory.mktemp("lost"), 1)
    timer = []

    def strike(_, number):
        if number == 2:
            timer.append(threading.Timer(0.1, own.scheduler.kill))
            timer[0].start()

    try:
        with pytest.raises(PlannerError, match="went away") as caught:
            on_cluster(tmp_path, own.address, strike)
    finally:
        own.end()
    assert "the same command goes on with the others" in str(caught.value)
    stored = json.loads((tmp_path / "out" / "sweep.json").read_text(encoding="utf-8"))
    assert stored["status"] == "stopped"
    done = [point for point in stored["points"] if point["status"] != "waiting"]
    assert 2 <= len(done) < len(LIMITS)
    told = swept(tmp_path, scenario(tmp_path), money(*LIMITS)).told
    assert told["status"] == "done"
    assert told["points"][0] == done[0]


def test_workers_of_another_version_are_refused(tmp_path, cluster_of_two, monkeypatch):
    monkeypatch.setattr(cluster, "__version__", "9.9.9")
    with pytest.raises(PlannerError, match=rf"needs the planner 9\.9\.9(.|\n)*{__version__}"):
        on_cluster(tmp_path, cluster_of_two.address)


def test_a_plan_that_does_not_pass_the_check_here_is_not_kept(tmp_path):
    tiny = pack(tmp_path)
    prepared = prepare(tiny, scenario(tmp_path), money(4_500_000))
    crew = DaskCrew("tcp://127.0.0.1:1", prepared.ground, tmp_path / "points")
    task = Task(prepared.points[0])
    report = answer_point(prepared.ground, task)
    told = {name: getattr(report, name) for name in report.__slots__ if name != "problem"}
    good = Reply(told, 1.0, "w", __version__)
    assert crew._kept(task, good, 0.0).found.status == "optimal"
    for wrong in (
        replace(good, told={**told, "objective": told["objective"] * 0.9}),
        replace(good, version="0.1"),
    ):
        with pytest.raises(PlannerError):
            crew._kept(task, wrong, 0.0)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("tcp://127.0.0.1:1", "No scheduler answers"),
        ("nonsense://x", "no address of a scheduler"),
    ],
)
def test_a_wrong_address_is_told_in_a_sentence(tmp_path, capsys, monkeypatch, address, words):
    monkeypatch.setattr(cluster, "_CONNECT_S", 1.0)
    pack(tmp_path)
    file = tmp_path / "rules.toml"
    file.write_text('name = "x"\npack = "tiny"\n[rules.branches]\nmax = 2\n')
    status, out, err = run(
        *(capsys, "sweep", file, "--vary", "rules.branches.max=1,2"),
        *("--out", tmp_path / "out", f"--dask={address}"),
    )
    assert (status, out) == (1, "")
    assert words in err


def test_without_the_extra_the_command_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(PlannerError, match=r"ugatuzi-planner\[cluster\]"):
        on_cluster(tmp_path, "tcp://127.0.0.1:1")
