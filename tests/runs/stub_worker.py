"""A real worker process whose solver is one of those below, named by STUB_SOLVER."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from planner.errors import PlannerError
from planner.plan import Incumbent, Progress
from planner.runs import endings, guard, queue, worker
from planner.runs.store import StudyPoint, open_store
from planner.runs.work import Kept
from tests.runs import cases


def quick(pack, rules, *, on_progress, on_plan, should_stop):
    return cases.solve(pack, rules, on_progress=on_progress, should_stop=should_stop)


def patient(pack, rules, *, on_progress, on_plan, should_stop):
    """Goes on until asked to stop, then answers with what it has."""
    on_progress(Progress(0.1, "solve", 9.0, 1.0, 8 / 9, ("028-iten", "099-voi")))
    while not should_stop():
        time.sleep(0.02)
    return cases.answer(pack, rules)


def deaf(pack, rules, *, on_progress, on_plan, should_stop):
    """Never stops, and has a child process that never stops either."""
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    Path("child").write_text(str(child.pid))
    on_progress(Progress(0.1, "solve", 9.0, 1.0, 8 / 9, ("028-iten", "099-voi")))
    time.sleep(600)


def slow(pack, rules, *, on_progress, on_plan, should_stop):
    """Finds a plan, tells it, and then never stops; it has a child that never stops either."""
    report = cases.answer(pack, rules)
    sites = tuple(
        name
        for name, is_open in zip(report.problem.site_ids, report.plan.is_open, strict=True)
        if is_open
    )
    on_plan(Incumbent(report.plan, report.objective, report.objective * 0.5))
    on_progress(Progress(0.1, "solve", report.objective, report.objective * 0.75, 0.25, sites))
    deaf(pack, rules, on_progress=lambda _: None, on_plan=on_plan, should_stop=should_stop)


def crashing(pack, rules, *, on_progress, on_plan, should_stop):
    """Finds a plan, then fails in a way that nobody foresaw."""
    report = cases.answer(pack, rules)
    on_plan(Incumbent(report.plan, report.objective, report.objective * 0.5))
    raise KeyError("secret detail at /some/path")


def refusing(pack, rules, *, on_progress, on_plan, should_stop):
    raise PlannerError("The pack has no services.")


def broken(pack, rules, *, on_progress, on_plan, should_stop):
    raise KeyError("secret detail at /some/path")


def study(work):
    """A study that never ends; its own workers lead groups of their own."""
    with open_store() as store:
        point = StudyPoint(0, {"rules.branches": 3})
        begun = store.studies.begin(
            "sweep", "S", scenario=work.scenario, pack=work.pack, spec={}, points=[point]
        )
    work.begun(Kept("study", begun))
    command = [sys.executable, "-c", "import time; time.sleep(600)"]
    for _ in range(2):
        subprocess.Popen(command, start_new_session=True)
    Path("child").touch()
    time.sleep(600)


if __name__ == "__main__":
    if os.environ["STUB_SOLVER"] == "study":
        worker._work_of = lambda kind: study
        endings.STUDY_GRACE_S = 0.5
    queue.slot_count = lambda: 1  # on machines with many cores too
    guard.LIMIT_GRACE_S = float(os.environ.get("STUB_LIMIT_GRACE", guard.LIMIT_GRACE_S))
    sys.exit(worker.main(sys.argv[1:], solve=globals()[os.environ["STUB_SOLVER"]]))
