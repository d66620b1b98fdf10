"""A process ends with the one that started it, also when that was gone before anybody looked."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time

import psutil

from planner import starter

WATCHING = (
    "import os, sys, time\n"
    "from planner.starter import end_with\n"
    "end_with(int(sys.argv[1]), lambda: os._exit(7))\n"
    "time.sleep(60)\n"
)


def watching(pid):
    return subprocess.Popen([sys.executable, "-c", WATCHING, str(pid)])


def test_it_stays_while_the_other_runs_and_ends_when_that_is_killed():
    sleeping = [sys.executable, "-c", "import time; time.sleep(60)"]
    with subprocess.Popen(sleeping) as other, watching(other.pid) as process:
        time.sleep(2.5)
        assert process.poll() is None
        other.kill()  # and not waited for: it stays behind as a zombie
        assert process.wait(20) == 7


def test_one_that_is_gone_already_is_not_waited_for():
    with subprocess.Popen([sys.executable, "-c", ""]) as other:
        other.wait()
    with watching(other.pid) as process:
        assert process.wait(20) == 7


def test_the_environment_says_who_and_is_not_handed_on(monkeypatch):
    ended = threading.Event()
    monkeypatch.delenv(starter.VARIABLE, raising=False)
    starter.end_with_starter(ended.set)
    assert not ended.wait(0.2)
    with subprocess.Popen([sys.executable, "-c", ""]) as other:
        other.wait()
    monkeypatch.setenv(starter.VARIABLE, str(other.pid))
    starter.end_with_starter(ended.set)
    assert ended.wait(10)
    assert starter.VARIABLE not in os.environ


def test_who_may_not_be_asked_is_taken_to_be_there(monkeypatch):
    me = psutil.Process()

    def closed(_process):
        raise psutil.AccessDenied

    monkeypatch.setattr(psutil.Process, "status", closed)
    assert starter._is_there(me)

    def gone(_process):
        raise psutil.NoSuchProcess(1)

    monkeypatch.setattr(psutil.Process, "status", gone)
    assert not starter._is_there(me)
