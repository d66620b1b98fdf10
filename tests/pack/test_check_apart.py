"""A large draft is checked in a process of its own: the same answer, within limits."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time

import psutil
import pytest

from pack import files, tiny
from planner.errors import Counted, in_full
from planner.pack import check_apart, check_pack
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
    here, apart = check_draft(folder), check_draft(folder, most_here=0)
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
    assert check_draft(folder).verdict != "refuse"
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
    report = check_draft(folder, limits=limits)
    assert report.verdict == "refuse"
    (fault,) = report.faults
    assert (fault.file, fault.found) == ("pack.toml", found)
    assert "planner check" in fault.message
    assert [each for each in psutil.Process().children() if str(folder) in each.cmdline()] == []


def test_nothing_is_left_of_one_that_was_ended(tmp_path, monkeypatch):
    """It was ended while it had a workbook read, whose copy lay in a folder of its own."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    folder = tiny.write(tmp_path / "draft", **MANY)
    table = [line.split(",") for line in MANY["visits_csv"].splitlines()]
    files.workbook(folder / "visits.xlsx", table[:60_000])
    (folder / "visits.csv").unlink()
    there = set()

    def watched(child, **options):
        end = time.monotonic() + 30
        while not there and time.monotonic() < end:
            there.update(path.name for path in (tmp_path / "temporary").rglob("planner-read-*"))
        raise subprocess.TimeoutExpired(child.args, 0)

    with monkeypatch.context() as patch:
        patch.setattr(subprocess.Popen, "communicate", watched)
        patch.setattr(check_apart, "end_child", lambda child: (child.kill(), child.wait()))
        check_draft(folder, most_here=0)
    assert there
    assert list((tmp_path / "temporary").iterdir()) == []


def test_an_error_of_our_own_is_none_of_the_files(tmp_path):
    """It is told as one: with what was wrong, for the page's root and its log."""
    wrong = Limits(cpu_seconds="a minute")  # type: ignore[arg-type]
    with pytest.raises(RuntimeError, match="ValueError"):
        check_draft(tiny.write(tmp_path / "draft"), most_here=0, limits=wrong)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such signal")
def test_it_ends_with_the_process_that_asked(tmp_path):
    folder = tiny.write(tmp_path / "draft", **MANY)
    script = (
        f"from pathlib import Path\nfrom planner.pack.check_apart import check_draft\n"
        f"check_draft(Path({str(folder)!r}))\n"
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
