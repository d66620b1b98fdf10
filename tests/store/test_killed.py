"""Writers that are killed at any moment: what was confirmed is there, and nothing is half there."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from planner.runs.store import ConflictError, Store, open_store, schema
from planner.runs.store.check import check_whole
from planner.runs.store.runfiles import read_files
from planner.scenario.change import with_key
from tests.runs import cases

FORK = multiprocessing.get_context("fork")
KILLS, WRITERS = 200, 4
_LONGEST_S = 0.05


@pytest.fixture
def folder(tmp_path):
    return cases.write_answer(tmp_path)


def saves(store: Store, scenario_id: str, mark: str) -> Iterator[str]:
    """Saves one shared scenario again and again; tells each version that was confirmed."""
    for number in range(10_000):
        seen = store.scenarios.get(scenario_id)
        text = f"{mark}:{number}"
        changed = with_key(seen.scenario, "description", text)
        try:
            store.scenarios.save(scenario_id, changed, expected=seen.revision)
        except ConflictError:
            continue
        yield text


def keeps(store: Store, folder: Path, mark: str, place: Path) -> Iterator[str]:
    """Keeps one new run after the other; tells the id of each that was confirmed."""
    own = place / mark
    shutil.copytree(folder, own)
    info = json.loads((own / "run.json").read_bytes())
    for number in range(10_000):
        info["seconds"] = int(mark.replace("-", "")) + number / 10_000
        (own / "run.json").write_text(json.dumps(info))
        yield store.runs.keep(own)


def work(url: str, pipe: int, task: Callable[..., Iterator[str]], *args: object) -> None:
    with open_store(url) as store:
        os.write(pipe, b"ready\n")
        for confirmed in task(store, *args):
            os.write(pipe, confirmed.encode() + b"\n")


def told(pipe: int) -> list[str]:
    """What came through a pipe by now."""
    found = b""
    os.set_blocking(pipe, False)
    try:
        while part := os.read(pipe, 65_536):
            found += part
    except BlockingIOError:
        pass
    return found.decode().splitlines()


def killed_round(url: str, tasks: list[tuple]) -> list[list[str]]:
    """Begin a writer for each task, kill each at a random moment; what each had confirmed."""
    pipes = [os.pipe() for _ in tasks]
    writers = []
    for task, (_, into) in zip(tasks, pipes, strict=True):
        writer = FORK.Process(target=work, args=(url, into, *task))
        writer.start()
        writers.append(writer)
    heard: list[list[str]] = [[] for _ in tasks]
    left = set(range(len(tasks)))
    kill_at: dict[int, float] = {}
    enough = [random.choice((1, 2, 2)) for _ in tasks]  # ready, and perhaps one that is confirmed
    while left:
        for at in list(left):
            if at not in kill_at:
                heard[at] += told(pipes[at][0])
                if len(heard[at]) >= enough[at]:
                    kill_at[at] = time.monotonic() + random.uniform(0, _LONGEST_S)
                assert writers[at].is_alive()
            elif time.monotonic() >= kill_at[at]:
                os.kill(writers[at].pid, signal.SIGKILL)
                left.remove(at)
        time.sleep(0.001)
    for at, (writer, (out, into)) in enumerate(zip(writers, pipes, strict=True)):
        writer.join()
        heard[at] += told(out)
        os.close(out)
        os.close(into)
    return [each[1:] for each in heard]  # after "ready"


def test_nothing_confirmed_is_lost_when_writers_are_killed(url, home, folder, scenario, tmp_path):
    """200 kills over the two kinds of database, four writers at once."""
    with open_store(url) as store:
        shared = store.scenarios.create(scenario, pack="one-stop").id
        first = store.runs.keep(folder)
    texts: list[str] = []
    runs = [first]
    rounds = KILLS // WRITERS // 2
    for number in range(rounds):
        marks = [f"{number + 1}-{writer}" for writer in range(WRITERS)]
        tasks = [
            (saves, shared, marks[0]),
            (keeps, folder, marks[1], tmp_path),
            (saves, shared, marks[2]),
            (keeps, folder, marks[3], tmp_path),
        ]
        one, two, three, four = killed_round(url, tasks)
        texts += [*one, *three]
        runs += [*two, *four]
        for mark in marks:
            shutil.rmtree(tmp_path / mark, ignore_errors=True)
    assert len(texts) > rounds
    assert len(runs) > rounds
    with open_store(url) as store:
        assert check_whole(store.database) == ()
        history = store.scenarios.history(shared)
        assert {each.scenario.description for each in history} >= set(texts)
        assert [each.number for each in history] == list(range(1, len(history) + 1))
        assert store.scenarios.get(shared).revision == len(history)
        kept = {each.id for each in store.runs.list()}
        assert kept >= set(runs)
        expected = len(read_files(folder).files)
        count = select(func.count()).select_from(schema.run_files)
        with store.database.reading() as connection:
            by_run = count.add_columns(schema.run_files.c.run_id)
            files = connection.execute(by_run.group_by(schema.run_files.c.run_id)).all()
        assert {run for _, run in files} == kept
        assert {number for number, _ in files} == {expected}
        for run_id in random.sample(sorted(kept), 5):
            assert store.runs.open(run_id).report.plan is not None
    assert not [each for each in home.rglob("*") if each.name.startswith(".")]
    if (tmp_path / "kept").exists():
        assert [each.name for each in (tmp_path / "kept").iterdir()] == ["store.sqlite"]
