"""`planner sweep` and the job of the same name, as a user and a page ask for them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from planner.commands import sweep as command
from planner.errors import UsageError
from planner.plan import Progress
from planner.runs.jobfiles import JobFolder, JobSpec
from planner.runs.store import open_store
from planner.runs.sweeps import job
from planner.runs.sweeps.job import asked_of, sweep_job
from planner.runs.work import Work
from planner.scenario import scenario_toml
from tests.command_line import run
from tests.sweeps.cases import Here, pack, scenario

ROOT = Path(__file__).parents[2]


@pytest.fixture
def rules(tmp_path, monkeypatch):
    """A scenario file on the tiny pack, and a store of its own."""
    monkeypatch.setenv("UGATUZI_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("UGATUZI_STORE", raising=False)
    pack(tmp_path)
    file = tmp_path / "rules.toml"
    file.write_text(scenario_toml(scenario(tmp_path)), encoding="utf-8")
    return file


@pytest.fixture
def here(monkeypatch):
    """Points are solved in this process: what a command says does not depend on who solves."""
    made = lambda args, prepared, folder: Here(prepared.ground, folder.points)  # noqa: E731
    monkeypatch.setattr(command, "_crew", made)


def test_a_sweep_of_the_built_in_pack(capsys, tmp_path, monkeypatch):
    """Duplicates against travel at 0.5 %: the more may be there, the less is travelled."""
    monkeypatch.setenv("UGATUZI_HOME", str(tmp_path / "home"))
    status, out, _ = run(
        *(capsys, "sweep", "best-14-more", "--frontier", "duplicates", "--points", 4),
        *("--gap", "0.005", "--out", tmp_path / "out", "--workers", 2, "--keep", "--json"),
    )
    assert status == 0
    told = json.loads(out)
    points = told["points"]
    assert points[0]["values"]["duplicates.max"] == 0
    assert len(points) == 4
    for point in points:
        assert point["status"] == "optimal"
        assert point["gap"] <= 0.005
        assert point["excess"] <= point["values"]["duplicates.max"]
    assert points[0]["excess"] == 0
    assert points[-1]["y"] < points[0]["y"] < 1.02 * points[-1]["y"]
    # What is proved of a looser cap holds for every tighter one.
    lows = [point["y_least"] for point in points]
    assert lows == sorted(lows, reverse=True)
    with open_store() as store:
        study = store.studies.get(told["study"])
        assert (study.kind, study.status, study.pack_id) == ("sweep", "done", "immigration")
        assert [point.status for point in study.points] == ["optimal"] * 4
        assert [point.told["excess"] for point in study.points] == [p["excess"] for p in points]
        for point in study.points:
            kept = store.runs.get(point.run_id)
            assert kept.source == "sweep"
            assert kept.objective == points[point.number]["objective"]


def test_what_people_read(capsys, tmp_path, rules, here):
    values = "rules.annual_kes.max=2e6,3.5e6,4.5e6,6.5e6"
    status, out, _ = run(
        capsys, "sweep", rules, "--vary", values, "--out", tmp_path / "out", "--workers", 1
    )
    assert status == 0
    rows = out.splitlines()
    assert rows[0].split()[:2] == ["point", "rules.annual_kes.max"]
    assert "2,000,000" in rows[1]
    assert "infeasible" in rows[1]
    assert any(row.startswith("Point 0: ") and "annual" in row for row in rows)
    assert any(row.startswith("From point 1 to 2: KES ") for row in rows)
    assert any(
        "4 points: 3 optimal within the gap, 1 that no plan can keep." in row for row in rows
    )


def test_json_is_one_object_and_the_same_command_goes_on(capsys, tmp_path, rules, here):
    command = (capsys, "sweep", rules, "--vary", "rules.branches.max=1,2", "--workers", 1, "--json")
    first = run(*command, "--out", tmp_path / "out", "--keep")
    again = run(*command, "--out", tmp_path / "out", "--keep")
    assert first[0] == again[0] == 0
    one, two = json.loads(first[1]), json.loads(again[1])
    assert one["points"] == two["points"]
    assert one["study"] == two["study"]
    with open_store() as store:
        assert len(store.studies.list(kind="sweep")) == 1
        assert len(store.runs.list(source="sweep")) == 2


@pytest.mark.parametrize(
    ("given", "status", "words"),
    [
        ((), 2, "either --vary"),
        (("--vary", "a=1", "--frontier", "money"), 2, "either --vary"),
        (("--vary", "a=1", "--points", 3), 2, "--points goes with --frontier"),
        (("--frontier", "money", "--points", 1), 2, "2 to 400 points; found 1"),
        (("--vary", "a=1", "--vary", "b=1,2", "--vary", "c=3"), 2, "1 x 2 x 1 = 2 points"),
        (("--vary", "rules.branches.max=1,x,-1"), 1, "rules.branches.max"),
        (("--vary", "rules.branches.max=0..9:900"), 2, "900 points; a sweep has at most 400"),
        (("--frontier", "money", "--points", "1000000"), 2, "2 to 400 points; found 1,000,000"),
    ],
)
def test_wrong_use_is_told_before_anything_is_made(capsys, tmp_path, rules, given, status, words):
    found, out, err = run(capsys, "sweep", rules, *given, "--out", tmp_path / "out")
    assert (found, out) == (status, "")
    assert words in err
    assert not (tmp_path / "out").exists()


def test_without_any_plan_the_status_says_so(capsys, tmp_path, rules, here):
    found, _, _ = run(
        *(capsys, "sweep", rules, "--vary", "rules.annual_kes.max=0,1"),
        *("--workers", 1, "--out", tmp_path / "out"),
    )
    assert found == 3


def test_ctrl_c_keeps_what_is_done_and_leaves_no_worker(tmp_path, rules):
    import psutil

    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "planner", "sweep", str(rules), "--workers", "1", "--json"),
            *("--vary", "rules.annual_kes.max=3000000..3000200:201"),
            *("--out", str(tmp_path / "out")),
        ],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        until = time.monotonic() + 90
        while not list((tmp_path / "out" / "points").glob("???")):
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.05)
        workers = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    told = json.loads(out)
    assert told["status"] == "stopped"
    assert "Stopping" in err
    assert sum(point["status"] != "waiting" for point in told["points"]) >= 1
    assert psutil.wait_procs(workers, timeout=5)[1] == []


def work_of(tmp_path, options, **changes) -> tuple[Work, list]:
    told = []
    tiny, base = pack(tmp_path), scenario(tmp_path)
    (tmp_path / "job" / "tmp").mkdir(parents=True)
    folder = JobFolder(tmp_path / "job")
    spec = JobSpec(
        id="0" * 16,
        name=base.name,
        created=0.0,
        pack=str(tiny.folder),
        scenario=scenario_toml(base),
        kind="sweep",
        options=options,
    )
    folder.write_spec(spec)
    given = {"tell": told.append, "should_stop": lambda: False, **changes}
    return Work(tmp_path / "job", spec, tiny, base, **given), told


def test_a_job_keeps_a_study_and_tells_how_far_it_is(tmp_path, rules):
    begun, turns = [], []
    options = {"axes": [{"key": "rules.branches.max", "values": [1, 2, 3]}]}
    (tmp_path / "own").mkdir()
    work, told = work_of(
        tmp_path / "own", options, begun=begun.append, yield_turn=lambda: turns.append(1)
    )
    kept = sweep_job(work)
    assert kept.kind == "study"
    assert begun == [kept]
    assert len(turns) == 3
    assert JobFolder(work.folder).counts() == (3, 3)
    assert all(isinstance(each, Progress) for each in told)
    assert [each.message for each in told] == [f"{n} of 3 points are done" for n in range(4)]
    with open_store() as store:
        study = store.studies.get(kept.id)
        assert study.status == "done"
        assert all(store.runs.get(point.run_id).status == "optimal" for point in study.points)
        assert study.spec["axes"] == options["axes"]
        assert study.told["measures"]["x"]["id"] == "branches"


def test_a_stopped_job_keeps_what_is_done(tmp_path, rules, monkeypatch):
    monkeypatch.setattr(job, "LocalCrew", lambda ground, _, __, points: Here(ground, points))
    done = []
    (tmp_path / "own").mkdir()
    work, _ = work_of(
        tmp_path / "own",
        {"frontier": "branches", "points": 4},
        should_stop=lambda: any("1 of" in each.message for each in done),
        tell=done.append,
    )
    kept = sweep_job(work)
    with open_store() as store:
        study = store.studies.get(kept.id)
    assert study.status == "stopped"
    assert [point.status for point in study.points].count("waiting") >= 1


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"frontier": "speed"},
        {"frontier": "money", "axes": [{"key": "a", "values": [1]}]},
        {"axes": [{"key": "a"}]},
        {"axes": [{"key": k, "values": [1, 2]} for k in "abc"]},
    ],
)
def test_options_that_ask_for_nothing_are_refused(options):
    with pytest.raises(UsageError):
        asked_of(options)
