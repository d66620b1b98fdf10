"""Each write of run folders, packs, tables and notes fails in turn: old or new, told, no rest."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest

from planner.errors import PlannerError
from planner.evaluate import score, todays_network
from planner.export import export_files, export_run
from planner.export.questionnaire import write_questionnaire
from planner.pack import read_pack, write_pack
from planner.pack.faults import Findings
from planner.pack.fingerprint import print_of
from planner.pack.own import keep_pack
from planner.pack.sandbox import read_in_child
from planner.plan import Incumbent
from planner.runs import jobs, launch, read_run, write_run
from planner.runs.files import clear_leftovers, own_prefix, plain_disk_errors, replace_file
from planner.runs.incumbent import BestPlan, read_best
from planner.runs.robust_folder import write_robust_folder
from planner.runs.sweeps.folder import SweepFolder
from planner.runs.table import Table
from planner.runs.tracking.kept import keep_done
from planner.travel.kept import times_of
from planner.travel.model import travel_times
from tests.command_line import run
from tests.faults.injected import BROKEN, FULL, Disk, tree
from tests.faults.trying import WORDS, try_all
from tests.runs import cases

pytestmark = [
    pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs Linux"),
    pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning"),
]


@pytest.fixture
def answer(tmp_path):
    """Writes the run of a tiny pack into a folder, quickly and often."""
    pack = read_pack(cases.write_pack(tmp_path / "tiny"))
    rules = cases.scenario()
    report = cases.answer(pack, rules)
    judged = score(report.problem, report.plan)
    today = score(report.problem, todays_network(report.problem))

    def write(out: Path, **changes):
        moment = changes.pop("created", cases.CREATED)
        return write_run(report, judged, today, pack, rules, out, created=moment)

    return write


def older(write):
    return lambda root: write(root / "run", created=cases.CREATED.replace(year=2020))


def test_a_new_run_folder(tmp_path, answer):
    assert try_all(tmp_path / "t", lambda _: None, lambda root: answer(root / "run")) > 20


@pytest.mark.parametrize("can_exchange", [True, False])
def test_a_run_folder_over_an_earlier_one(tmp_path, answer, can_exchange):
    try_all(
        tmp_path / "t",
        older(answer),
        lambda root: answer(root / "run"),
        can_exchange=can_exchange,
    )


def test_a_folder_that_was_moved_aside_gets_its_name_back(tmp_path):
    (tmp_path / ".run.0123abcd.old").mkdir()
    (tmp_path / ".run.0123abcd.old" / "a").write_text("whole")
    (tmp_path / ".x.0123abcd.part").write_text("young")
    os.utime(tmp_path / ".run.0123abcd.old", (0, 0))
    assert clear_leftovers(tmp_path) == 1
    assert (tmp_path / "run" / "a").read_text() == "whole"
    assert (tmp_path / ".x.0123abcd.part").exists()


def test_what_somebody_else_clears_meanwhile_is_not_counted(tmp_path, monkeypatch):
    looks = Path.lstat

    def gone(path):
        if path.name == ".a.0123abcd.part":
            path.unlink()
        return looks(path)

    for name in (".a.0123abcd.part", ".b.0123abcd.part"):
        (tmp_path / name).write_text("old")
        os.utime(tmp_path / name, (0, 0))
    monkeypatch.setattr(Path, "lstat", gone)
    assert clear_leftovers(tmp_path) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_temporary_folder_goes_when_its_process_is_gone(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    mine = tmp_path / "temporary" / f"{own_prefix('sweep')}a"
    of_the_dead = tmp_path / "temporary" / f"ugatuzi-sweep-{ended.pid}-a"
    of_somebody = tmp_path / "temporary" / "ugatuzi-notes"
    for each in (mine, of_the_dead, of_somebody):
        each.mkdir(parents=True)
        (each / "travel.npz").write_bytes(b"1")
    assert clear_leftovers(tmp_path) == 1
    assert mine.exists()
    assert of_somebody.exists()
    assert not of_the_dead.exists()


def test_a_folder_of_a_robust_look(tmp_path):
    def act(root):
        write_robust_folder({"sites": [], "regret": None, "n": 1}, root / "look")

    try_all(tmp_path / "t", lambda _: None, act)


def test_the_folder_of_a_sweep(tmp_path):
    def write(root, number):
        folder = SweepFolder(root / "sweep", "q")
        folder.path.mkdir(exist_ok=True)
        folder.write({"question": "q", "n": number}, Table("f", ("a",), ((number,),)))
        folder.write_picture(f"<svg>{number}</svg>")

    try_all(tmp_path / "t", lambda root: write(root, 1), lambda root: write(root, 2), is_one=False)


def test_what_was_done(tmp_path, monkeypatch):
    def act(root):
        monkeypatch.setenv("UGATUZI_HOME", str(root))
        keep_done("a" * 16, b"second\n", ".csv")

    def prepare(root):
        monkeypatch.setenv("UGATUZI_HOME", str(root))
        keep_done("a" * 16, b"first\n", ".csv")

    try_all(tmp_path / "t", prepare, act)


def test_the_best_plan_of_a_solve_costs_nothing_but_itself(tmp_path):
    pack = read_pack(cases.write_pack(tmp_path / "tiny"))
    report = cases.answer(pack, cases.scenario())
    best = Incumbent(report.plan, report.objective, None)

    def write(root, objective):
        with BestPlan(root / "best.npz") as plan:
            plan.take(Incumbent(best.plan, objective, None))
        found = read_best(root / "best.npz")
        assert found is None or found.objective in (1.0, 2.0)

    try_all(
        tmp_path / "t", lambda root: write(root, 1.0), lambda root: write(root, 2.0), is_told=False
    )


def test_a_job_that_is_begun(tmp_path, monkeypatch):
    folder = cases.write_pack(tmp_path / "tiny")
    monkeypatch.setattr(launch, "begin", lambda _: None)
    monkeypatch.setattr(jobs.secrets, "token_hex", lambda _: "0123456789abcdef")
    monkeypatch.setattr(jobs.time, "time", lambda: 1_700_000_000.0)

    def act(root):
        monkeypatch.setenv("UGATUZI_HOME", str(root))
        jobs.start(folder, cases.scenario(pack=str(folder)))

    def prepare(root):
        (root / "jobs").mkdir()

    try_all(tmp_path / "t", prepare, act, kills=False)


def test_a_pack_of_ones_own(tmp_path):
    folder = cases.write_pack(tmp_path / "tiny")

    def act(root):
        keep_pack(root / "packs", folder, name="Mine")

    try_all(tmp_path / "t", lambda _: None, act, ignored=r"own\.json|pack-note|\.toml$")


def test_a_pack_that_is_written(tmp_path):
    pack = read_pack(cases.write_pack(tmp_path / "tiny"))

    def act(root):
        with plain_disk_errors("The pack"):
            write_pack(pack, root / "new")

    try_all(tmp_path / "t", lambda _: None, act)


def test_exported_files(tmp_path, answer):
    stored = read_run(answer(tmp_path / "run"))

    def act(root):
        export_run(stored, "json", root / "out")

    try_all(tmp_path / "t", lambda _: None, act, is_one=False, kills=False)


@pytest.mark.parametrize("what", ["questionnaire", "records", "leaflet"])
def test_files_that_a_command_writes(tmp_path, capsys, what):
    folder = cases.write_pack(tmp_path / "tiny")
    if what == "questionnaire":
        pack = read_pack(folder)
        try_all(tmp_path / "t", lambda _: None, lambda r: write_questionnaire(pack, r / "q.csv"))
        return
    made = cases.write_answer(tmp_path) if what == "leaflet" else None
    argv = (
        ["records", "--template"] if made is None else ["leaflet", made, "--area", "028", "--out"]
    )
    ending = "csv" if made is None else "html"

    def act(root):
        status, _, err = run(capsys, *argv, root / f"a.{ending}")
        if status:
            raise PlannerError(err)

    try_all(tmp_path / "t", lambda _: None, act, kills=False)


def test_a_cache_of_travel_costs_nothing_but_itself(tmp_path, monkeypatch):
    folder = cases.write_pack(tmp_path / "tiny")
    pack, fingerprint = read_pack(folder), print_of(folder).fingerprint
    right = travel_times(pack, "great_circle")

    def act(root):
        monkeypatch.setenv("UGATUZI_HOME", str(root))
        found = times_of(pack, "great_circle", None, fingerprint)
        assert np.array_equal(found.minutes, right.minutes)

    try_all(tmp_path / "t", lambda _: None, act, is_told=False)


@pytest.mark.parametrize("how", [FULL, BROKEN])
def test_a_reader_without_room_for_its_copy_says_so(tmp_path, monkeypatch, how):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    for at in range(1, 12):
        findings, disk = Findings(), Disk(tmp_path, at, how)
        with disk.in_use():
            read_in_child(b"PK\x03\x04", "zip", "sites.xlsx", {}, findings)
        if len(disk.steps) < at:
            break
        (fault,) = findings.faults
        assert "the disk for temporary files" in fault.found
        assert not list(tmp_path.iterdir())
    else:
        pytest.fail("there are more steps")


def test_two_steps_at_once_are_two_files(tmp_path):
    """The disk that is tried with does what it says: half a write, then an error in words."""
    replace_file(tmp_path / "a", b"old")
    refused = pytest.raises(PlannerError, match=WORDS[FULL][0])
    with Disk(tmp_path, 2).in_use(), refused, plain_disk_errors("It"):
        replace_file(tmp_path / "a", b"new and longer")
    assert tree(tmp_path) == {"a": b"old"}


@pytest.mark.parametrize("most", [0, 30_000, 120_000])
def test_a_geopackage_without_room_for_it_says_so(tmp_path, answer, most):
    """GDAL's and SQLite's own writes: files may not grow beyond a size."""
    stored = read_run(answer(tmp_path / "run"))
    export_files(stored, "gpkg")  # all that is needed is loaded
    child = os.fork()
    if child == 0:
        code = 2
        with contextlib.suppress(BaseException):
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
            try:
                export_files(stored, "gpkg")
                code = 0
            except PlannerError as error:
                code = 1 if "GeoPackage could not be written: the disk" in str(error) else 3
        os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1
