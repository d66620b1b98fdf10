"""A large draft is checked in a process of its own: the same answer, within limits."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from pack import files, tiny
from planner.errors import Counted, PlannerError, in_full
from planner.pack import check_apart, check_pack, road_source
from planner.pack.check_apart import check_draft, report_of, told
from planner.pack.locate import data_root
from planner.pack.sandbox import Limits

ROWS = "".join(f"p{number % 3},get_nothing,none\n" for number in range(3000))
FAULTY = {"visits_csv": f"demand_point,visit_type,visits_per_year\n{ROWS}"}
MANY = {"visits_csv": "demand_point,visit_type,visits_per_year\n" + "p1,get_card,none\n" * 300_000}


@pytest.mark.parametrize("pack", ["sound", "faulty", "built-in"])
def test_both_ways_give_the_same_answer(tmp_path, pack):
    folder = data_root() / "one-stop"
    if pack != "built-in":
        folder = tiny.write(tmp_path / "draft", **(FAULTY if pack == "faulty" else {}))
    here, apart = check_draft(folder, tmp_path), check_draft(folder, tmp_path, most_here=0)
    assert here == check_pack(folder)
    assert (apart.verdict, apart.row_count, apart.totals) == (
        here.verdict, here.row_count, here.totals
    )  # fmt: skip
    assert apart.warnings == here.warnings
    assert len(apart.faults) == len(here.faults)
    assert in_full(apart.faults) == in_full(here.faults)


def test_faults_that_were_only_counted_take_no_room_on_the_way(tmp_path):
    report = check_pack(tiny.write(tmp_path / "draft", **FAULTY))
    counted = [each for each in report.faults if isinstance(each, Counted)]
    assert len(counted) > 3000
    sent = told(report)
    assert len(sent["faults"]) < len(report.faults) - len(counted) + 10
    back = report_of(sent)
    assert len({id(each) for each in back.faults}) == len(sent["faults"])
    assert sum(isinstance(each, Counted) for each in back.faults) == len(counted)


def test_a_small_draft_needs_no_other_process(tmp_path, monkeypatch):
    folder = tiny.write(tmp_path / "draft")
    monkeypatch.setattr(subprocess, "Popen", None)
    assert check_draft(folder, tmp_path).verdict != "refuse"
    assert sum(path.stat().st_size for path in folder.iterdir()) < check_apart.MOST_HERE_BYTES


@pytest.mark.parametrize(
    ("limits", "found"),
    [
        (Limits(wall_seconds=0.05), "files that take more than 0.05 s to check"),
        (Limits(60.0, 60, 2**20), "files that need too much time or memory to check"),
    ],
)
def test_what_passes_the_limits_is_refused_and_ended(tmp_path, limits, found):
    folder = tiny.write(tmp_path / "draft", **MANY)
    report = check_draft(folder, tmp_path, limits=limits)
    assert report.verdict == "refuse"
    (fault,) = report.faults
    assert (fault.file, fault.found) == ("pack.toml", found)
    assert "planner check" in fault.message
    assert [each for each in psutil.Process().children() if str(folder) in each.cmdline()] == []


def test_what_is_put_away_lies_beside_the_draft(tmp_path, monkeypatch):
    """It was ended while it had a workbook read, whose copy lay in a folder of its own."""
    place = tmp_path / "beside"
    place.mkdir()
    folder = tiny.write(tmp_path / "draft", **MANY)
    table = [line.split(",") for line in MANY["visits_csv"].splitlines()]
    files.workbook(folder / "visits.xlsx", table[:60_000])
    (folder / "visits.csv").unlink()
    there = set()

    def watched(child, **options):
        end = time.monotonic() + 30
        while not there and time.monotonic() < end:
            there.update(path.name for path in place.rglob("planner-read-*"))
        raise subprocess.TimeoutExpired(child.args, 0)

    with monkeypatch.context() as patch:
        patch.setattr(subprocess.Popen, "communicate", watched)
        patch.setattr(check_apart, "end_child", lambda child: (child.kill(), child.wait()))
        check_draft(folder, place, most_here=0)
    assert there  # it lies beside the draft and is cleared with it


def test_it_ends_when_who_waits_for_it_is_interrupted(tmp_path, monkeypatch):
    begun, waits = [], subprocess.Popen.communicate

    def interrupted(child, **options):
        if begun:
            return waits(child, **options)
        begun.append(child)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(subprocess.Popen, "communicate", interrupted)
        with pytest.raises(KeyboardInterrupt):
            check_draft(tiny.write(tmp_path / "draft", **MANY), tmp_path, most_here=0)
    (child,) = begun
    assert child.poll() is not None


def test_where_no_process_can_be_put_behind_others_it_answers_all_the_same(
    tmp_path, monkeypatch, capfd
):
    """As on Windows; limits and the place of the answer are those of a process of its own."""
    monkeypatch.delattr(os, "nice")
    monkeypatch.setattr(check_apart, "limit_self", lambda *_, **__: None)
    monkeypatch.setattr(check_apart, "own_answer", lambda: os.dup(1))
    folder = tiny.write(tmp_path / "draft")
    assert check_apart.main(str(folder), "60", str(2**30), str(os.getppid())) == 0
    answer = report_of(json.loads(capfd.readouterr().out))
    assert answer.verdict == check_pack(folder).verdict


def test_an_error_of_our_own_is_none_of_the_files(tmp_path, caplog):
    """It is told in words, and the log has what was wrong."""
    wrong = Limits(cpu_seconds="a minute")  # type: ignore[arg-type]
    with pytest.raises(PlannerError, match="went wrong by itself"):
        check_draft(tiny.write(tmp_path / "draft"), tmp_path, most_here=0, limits=wrong)
    assert "ValueError" in caplog.text


def test_small_files_that_are_packed_are_checked_apart(tmp_path, monkeypatch):
    folder = tiny.write(tmp_path / "draft")
    for name, size in (("travel.parquet", 2000), ("visits.xlsx", 70_000), ("areas.gpkg", 530_000)):
        (folder / name).write_bytes(b"x" * size)
        with monkeypatch.context() as patch:
            patch.setattr(check_apart, "_check_apart", lambda *_arguments: "apart")
            assert check_draft(folder, tmp_path) == "apart"
        (folder / name).unlink()


def test_a_reader_has_limits_of_its_own_though_its_starter_has_less(tmp_path):
    """Roads take more memory than the check beside them: only what is asked for is bounded."""
    for name in ("wall_seconds", "cpu_seconds", "data_bytes"):
        assert getattr(check_apart.LIMITS, name) > getattr(road_source._LIMITS, name)
    script = (
        "import os, resource\n"
        "from planner.pack.reader_child import limit_self\n"
        "limit_self(60, 2**30, os.getppid(), binds_others=False)\n"
        "limit_self(90, 2**31, os.getppid())\n"
        "print(resource.getrlimit(resource.RLIMIT_CPU), resource.getrlimit(resource.RLIMIT_DATA))"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert told.stdout.decode().strip() == f"(90, 90) ({2**31}, {2**31})"


def test_so_many_at_once_as_there_are_processors_but_one(tmp_path, monkeypatch):
    folder = tiny.write(tmp_path / "draft")
    now, most = [], []

    def slow(*_arguments):
        now.append(1)
        most.append(len(now))
        time.sleep(0.05)
        now.pop()

    monkeypatch.setattr(check_apart, "_check_apart", slow)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: check_draft(folder, tmp_path, most_here=0), range(6)))
    assert max(most) <= max(1, os.cpu_count() - 1)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such signal")
def test_it_ends_with_the_process_that_asked(tmp_path):
    folder = tiny.write(tmp_path / "draft", **MANY)
    script = (
        f"from pathlib import Path\nfrom planner.pack.check_apart import check_draft\n"
        f"check_draft(Path({str(folder)!r}), Path({str(tmp_path)!r}))\n"
    )
    with subprocess.Popen([sys.executable, "-c", script]) as asking:
        try:
            child = _limited_child(asking.pid)
            child.suspend()  # so that it does not end by itself
        finally:
            asking.kill()
    gone, left = psutil.wait_procs([child], timeout=5)
    assert (gone, left) == ([child], [])


def _limited_child(pid: int) -> psutil.Process:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        for child in psutil.Process(pid).children():
            if child.rlimit(psutil.RLIMIT_CPU)[0] == check_apart.LIMITS.cpu_seconds:
                return child
        time.sleep(0.01)
    raise TimeoutError


def test_one_whose_parent_is_gone_does_nothing(tmp_path, capsys):
    folder = str(tiny.write(tmp_path / "draft"))
    with pytest.raises(SystemExit) as ended:
        check_apart.main(folder, "60", str(2**30), "1")
    assert ended.value.code == 76
    assert capsys.readouterr().out == ""
