"""Workers of this machine: what becomes of points when a worker, or the parent, is killed."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import psutil
import pytest

from planner.runs.sweeps.local import LocalCrew, read_travel, write_travel
from planner.runs.sweeps.run import prepare, sweep
from planner.travel import TravelTimes, TravelTold
from tests.sweeps.cases import money, pack, scenario, swept

ROOT = Path(__file__).parents[2]
LIMITS = (3_500_000, 4_500_000, 6_500_000)


def workers_of(pid: int) -> list[psutil.Process]:
    with contextlib.suppress(psutil.Error):
        children = psutil.Process(pid).children(recursive=True)
        return [each for each in children if "spawn_main" in " ".join(each.cmdline())]
    return []


class Killing(LocalCrew):
    """A crew whose workers are killed as soon as they have certain points, so many times."""

    def __init__(self, *given, times: dict[int, int]) -> None:
        super().__init__(*given)
        self.times = times

    def take(self, seconds):
        for slot, task in list(self._busy.values()):
            if self.times.get(task.point.number):
                self.times[task.point.number] -= 1
                os.kill(next(iter(self._pools[slot]._processes)), signal.SIGKILL)
        return super().take(seconds)


def test_killed_workers_lose_nothing_and_a_point_that_kills_each_time_is_told(tmp_path):
    """Each of the others is what one process finds that nobody kills."""
    tiny = pack(tmp_path)
    prepared = prepare(tiny, scenario(tmp_path), money(*LIMITS))

    def crew(kept):
        given = (prepared.ground, prepared.base, 2, kept.points)
        return Killing(*given, times={0: 9, 1: 1})

    told = sweep(prepared, tmp_path / "out", crew).told
    assert [point["status"] for point in told["points"]] == ["failed", "optimal", "optimal"]
    assert "ended 3 times" in told["points"][0]["message"]
    assert told["points"][0]["run"] is None
    assert not (tmp_path / "out" / "points" / "000").exists()
    assert [point["tries"] for point in told["points"]] == [3, 2, 1]
    assert workers_of(os.getpid()) == []
    (tmp_path / "here").mkdir()
    pack(tmp_path / "here")
    here = swept(tmp_path / "here", scenario(tmp_path / "here"), money(*LIMITS[1:])).told
    assert [point["objective"] for point in told["points"][1:]] == [
        point["objective"] for point in here["points"]
    ]


def test_travel_that_is_handed_on_is_the_same_to_the_last_digit(tmp_path):
    rng = np.random.default_rng(3)
    km = rng.random((5, 3)) * 999
    told = TravelTold("network", "matatu", ("s",), 0.048, 0.26, 20, ("n",))
    given = TravelTimes(km * 1.7, km, km[:3], km[:3] / 7, None, ("note",), ("kes",), told)
    write_travel(given, tmp_path / "travel.npz")
    read = read_travel(tmp_path / "travel.npz")
    for name in ("minutes", "km", "site_km", "site_min"):
        assert getattr(read, name).tobytes() == getattr(given, name).tobytes()
    assert (read.kes, read.notes, read.unknown, read.told) == (None, ("note",), ("kes",), told)


def test_a_pack_that_is_changed_meanwhile_is_not_swept_as_if_it_were_not(tmp_path):
    tiny = pack(tmp_path)
    prepared = prepare(tiny, scenario(tmp_path), money(*LIMITS[:1]))
    sites = tiny.folder / "sites.csv"
    sites.write_text(sites.read_text(encoding="utf-8").replace("3000000", "3000001"), "utf-8")

    def crew(kept):
        return LocalCrew(prepared.ground, prepared.base, 1, kept.points)

    (point,) = sweep(prepared, tmp_path / "out", crew).told["points"]
    assert point["status"] == "failed"
    assert "changed while it was swept" in point["message"]


PARENT = """
import sys
from pathlib import Path
from planner.pack import read_pack
from planner.runs.sweeps.local import LocalCrew
from planner.runs.sweeps.run import prepare, sweep
from tests.sweeps.cases import money, scenario
folder = Path(sys.argv[1])
if __name__ == "__main__":
    many = money(*range(3_000_000, 3_000_200))
    made = prepare(read_pack(folder / "tiny"), scenario(folder), many)
    sweep(made, folder / "out", lambda kept: LocalCrew(made.ground, made.base, 2, kept.points))
"""


def test_workers_end_with_their_parent_and_what_is_done_is_kept(tmp_path):
    pack(tmp_path)
    (tmp_path / "parent.py").write_text(PARENT)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}
    parent = subprocess.Popen(
        [sys.executable, str(tmp_path / "parent.py"), str(tmp_path)], env=environment
    )
    try:
        until = time.monotonic() + 90
        done, workers = [], []
        while time.monotonic() < until and (len(done) < 2 or len(workers) < 2):
            workers = workers_of(parent.pid)
            done = list((tmp_path / "out" / "points").glob("???"))
            assert parent.poll() is None
            time.sleep(0.05)
        assert len(workers) == 2
    finally:
        parent.kill()
        parent.wait()
    _, alive = psutil.wait_procs(workers, timeout=10)
    assert alive == []
    told = json.loads((tmp_path / "out" / "sweep.json").read_text(encoding="utf-8"))
    assert told["status"] == "running"
    kept = [point for point in told["points"] if point["status"] != "waiting"]
    assert kept


def test_memory_that_runs_out_is_tried_again_and_told(tmp_path, monkeypatch):
    """The answer of the worker is replaced; what the crew makes of it is real."""
    tiny = pack(tmp_path)
    prepared = prepare(tiny, scenario(tmp_path), money(*LIMITS[:1]))
    crew = LocalCrew(prepared.ground, prepared.base, 1, tmp_path / "points")
    begun = []
    monkeypatch.setattr(crew, "_begin", lambda slot, task: begun.append(task))
    from concurrent.futures import Future

    from planner.runs.sweeps.types import Task

    future = Future()
    future.set_exception(MemoryError())
    task = Task(prepared.points[0])
    crew._begun[0] = 2
    assert crew._answer(future, 0, task) is None
    assert begun == [task]
    crew._begun[0] = 3
    answer = crew._answer(future, 0, task)
    assert answer.found.status == "failed"
    assert "memory" in answer.found.message


@pytest.mark.parametrize("error", [OSError(28, "full"), ValueError("odd")])
def test_an_error_of_one_point_is_told_in_words(tmp_path, monkeypatch, error):
    monkeypatch.setenv("UGATUZI_HOME", str(tmp_path / "home"))
    from planner.runs.sweeps.failing import failed
    from planner.runs.sweeps.types import Point, Task

    point = Point(4, {}, scenario(tmp_path))
    message = failed(Task(point), error, 1).found.message
    assert "odd" not in message
    assert ("disk is full" in message) is isinstance(error, OSError)
    assert "Errno" not in message
    assert len(list((tmp_path / "home").glob("logs/*.log"))) == isinstance(error, ValueError)
