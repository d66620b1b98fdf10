"""What is called optimal is, what is called infeasible is: short of time, money, disk and solver.

The truth is found by trying every network (`tests/evaluate/naive.py`), or by a solve with time.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import psutil

from benchmarks.reliability.rows import CAUSE_S, ROOT, Row
from planner.evaluate import score
from planner.optimize import Answer, Limits, find_plan
from planner.problem import PlanningProblem
from tests.evaluate.cases import rich_problem, with_rules
from tests.evaluate.naive import Best, best_plan, capital_kes
from tests.optimize.problems import odd_money_problem, wide_problem

DIGITS = {"highs": 1e-7, "cbc": 3e-5}  # as exactly as each solver tells its figures
_SMALL_DISKS_KB = (0, 4, 8, 12, 16, 32)


def rows(*, quick: bool) -> list[Row]:
    """The promises of statuses."""
    return [
        _times_and_gaps(4 if quick else 30),
        _shillings(4 if quick else 30),
        _full_disks(),
        _killed_solvers(6 if quick else 30),
        *_causes(40 if quick else 300),
    ]


# -- the truth -----------------------------------------------------------------------------------


def wrong(problem: PlanningProblem, answer: Answer, best: float | None, limits: Limits) -> str:
    """What an answer says that is not so, given the least objective there is; nothing if all is."""
    if answer.status == "infeasible":
        return "infeasible, and there is a plan" if best is not None else ""
    if answer.plan is None or answer.objective is None:
        return "" if answer.status == "unknown" else f"{answer.status} without a plan"
    if best is None:
        return "a plan, and there is none"
    judged = score(problem, answer.plan)
    exact = DIGITS[limits.solver]
    if judged.violations or abs(judged.objective.total - answer.objective) > 1e-6 + 1e-9 * best:
        return "a plan that the check refuses"
    if answer.bound is not None and answer.bound > best * (1 + exact) + 1e-6:
        return "a bound above the best plan"
    is_best = answer.objective * (1 - limits.gap) <= best * (1 + exact) + 1e-6
    return "optimal, and it is not" if answer.status == "optimal" and not is_best else ""


@cache
def _wide() -> tuple[tuple[PlanningProblem, float], ...]:
    """Problems that take a solver a moment, with their best objective by a solve with time."""
    found = []
    for seed in (7, 8):
        problem = wide_problem(seed)
        answer = find_plan(problem, Limits(120, 0.0))
        if answer.status == "optimal" and answer.objective is not None:
            found.append((problem, answer.objective))
    return tuple(found)


@cache
def _rich(count: int) -> tuple[tuple[PlanningProblem, Best | None], ...]:
    """Small problems with every rule, without soft ones, and the best of all plans."""
    found = []
    for seed in range(count * 3):
        problem = rich_problem(5_000 + seed)
        rules = problem.rules
        if rules.capacity != "soft" and all(each.is_hard for each in rules.standards):
            found.append((problem, best_plan(problem)))
    return tuple(found[:count])


def _told(what: str, answers: Counter[str], faults: list[str]) -> str:
    said = ", ".join(f"{count} {status}" for status, count in sorted(answers.items()))
    first = f"; the first: {faults[0]}" if faults else ""
    return f"{len(faults)} wrong of {answers.total()} {what} ({said}){first}"


# -- time, gaps, money -----------------------------------------------------------------------------


def _times_and_gaps(count: int) -> Row:
    answers: Counter[str] = Counter()
    faults: list[str] = []
    for solver in ("highs", "cbc"):
        cases = [
            *(
                (problem, best, Limits(seconds, gap, solver))
                for problem, best in _wide()
                for seconds, gap in ((0.001, 0.0), (0.05, 0.0), (0.2, 0.0), (0.5, 0.0), (20, 0.5))
            ),
            *(
                (problem, None if best is None else best.objective, Limits(seconds, gap, solver))
                for problem, best in _rich(count)
                for seconds, gap in ((0.005, 0.0), (0.05, 0.1), (20, 0.5), (20, 0.02))
            ),
        ]
        for problem, best, limits in cases:
            answer = find_plan(problem, limits)
            answers[answer.status] += 1
            if fault := wrong(problem, answer, best, limits):
                faults.append(fault)
    return Row(
        "wrong statuses under limits of time (1 ms to 0.5 s) and gaps (2 to 50 %), both solvers",
        "0",
        _told("answers", answers, faults),
        not faults,
        "`tests/optimize/test_find_plan.py`, `test_every_rule.py`",
    )


def _shillings(count: int) -> Row:
    """Exactly what the best plan costs is enough; with a shilling less nothing may cost that."""
    answers: Counter[str] = Counter()
    faults: list[str] = []
    for problem, limits in _tight(count):
        best = best_plan(problem)
        answer = find_plan(problem, limits)
        answers[answer.status] += 1
        if fault := wrong(problem, answer, None if best is None else best.objective, limits):
            faults.append(fault)
        elif answer.status not in ("optimal", "infeasible"):
            faults.append(f"{answer.status} where there was time")
    return Row(
        "wrong statuses or caps where one shilling decides",
        "0",
        _told("answers", answers, faults),
        not faults,
        "`tests/optimize/test_find_plan.py`, `test_every_rule.py`",
    )


def _tight(count: int) -> Iterator[tuple[PlanningProblem, Limits]]:
    for seed in range(count):
        for solver in ("highs", "cbc"):
            yield (
                odd_money_problem(100 + seed),
                Limits(30, 0.0 if solver == "highs" else 1e-5, solver),
            )
    for problem, best in _rich(count):
        if best is None:
            continue
        spent = score(problem, best.plan).kpis.annual_kes
        once = capital_kes(problem, best.plan)
        for less in (0, 1):
            yield with_rules(problem, annual_max_kes=max(0, spent - less)), Limits(30, 0.0)
            yield with_rules(problem, capital_max_kes=max(0, once - less)), Limits(30, 0.0)


# -- disks and solvers -----------------------------------------------------------------------------

_ENVIRONMENT = os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"}
_ON_A_SMALL_DISK = """
import json, tempfile
from benchmarks.reliability.statuses import small_disk_answers
tempfile.tempdir = "/mnt"
print(json.dumps(small_disk_answers()))
"""


def small_disk_answers() -> list[tuple[str, str]]:
    """Status and fault of solves by CBC, which writes files; run where the disk is small."""
    told = []
    for problem, best in _rich(8):
        limits = Limits(20, 1e-5, "cbc")
        answer = find_plan(problem, limits)
        objective = None if best is None else best.objective
        told.append((answer.status, wrong(problem, answer, objective, limits)))
    return told


def _full_disks() -> Row:
    answers: Counter[str] = Counter()
    faults: list[str] = []
    unshare, sizes = shutil.which("unshare"), []
    for size in _SMALL_DISKS_KB if unshare else ():
        limit = f"size={size}k" if size else "size=4k,nr_inodes=1"
        inside = f'mount -t tmpfs -o {limit} none /mnt && exec "$0" -c "$1"'
        done = subprocess.run(
            [unshare or "", "-rm", "sh", "-c", inside, sys.executable, _ON_A_SMALL_DISK],
            cwd=ROOT, env=_ENVIRONMENT, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        if done.returncode:
            faults.append((done.stderr.strip().splitlines() or ["it ended"])[-1])
            continue
        sizes.append(size)
        for status, fault in json.loads(done.stdout.splitlines()[-1]):
            answers[status] += 1
            if fault:
                faults.append(fault)
    told = _told("answers of CBC", answers, faults)
    return Row(
        "wrong statuses while the disk for the solver's files is full",
        "0",
        f"{told}, on disks of {', '.join(map(str, sizes))} KB" if sizes else "no small disk here",
        None if not unshare else not faults,
        "`tests/optimize/test_solvers.py`",
    )


def _killed_solvers(count: int) -> Row:
    """CBC ended by force at a moment of its work, again and again while there is one."""
    answers: Counter[str] = Counter()
    faults: list[str] = []
    killed = 0
    for number in range(count):
        problem, best = _wide()[number % len(_wide())]
        limits = Limits(20, 1e-5, "cbc")
        with _killer(0.02 * (1 + number % 8)) as counts:
            answer = find_plan(replace(problem), limits)
        killed += len(counts)
        answers[answer.status] += 1
        if fault := wrong(problem, answer, best, limits):
            faults.append(fault)
    return Row(
        "wrong statuses where the solver is killed",
        "0",
        f"{_told('answers', answers, faults)}, {killed} solvers killed",
        not faults if killed else None,
        "`tests/optimize/test_solvers.py`",
    )


@contextlib.contextmanager
def _killer(seconds: float) -> Iterator[list[int]]:
    """Kills every CBC of this process that is older than so many seconds; lists which."""
    over, killed = threading.Event(), list[int]()

    def work() -> None:
        me = psutil.Process(os.getpid())
        while not over.wait(0.005):
            for child in me.children(recursive=True):
                with contextlib.suppress(psutil.Error):
                    if "cbc" in child.name() and time.time() - child.create_time() > seconds:
                        child.kill()
                        killed.append(child.pid)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield killed
    finally:
        over.set()
        thread.join()


# -- why there is no plan --------------------------------------------------------------------------


def _causes(count: int) -> list[Row]:
    """Rich problems without a plan, by trying all: found so, each with what clashes, in time."""
    found = named = mended = 0
    faults: list[str] = []
    times = [0.0]
    for problem, best in _rich(count):
        if best is not None:
            continue
        begin = time.perf_counter()
        answer = find_plan(problem, Limits(20, 0.0))
        times.append(time.perf_counter() - begin)
        found += 1
        if answer.status != "infeasible":
            faults.append(f"{answer.status}, and there is no plan")
        named += bool(answer.clashes) and all(each.rule and each.text for each in answer.clashes)
        mended += any(each.repair for each in answer.clashes)
    return [
        Row(
            "problems without a plan, told as such only when two solvers or sums say so",
            "all",
            f"{found - len(faults)} of {found}; " + (faults[0] if faults else "none taken wrongly"),
            not faults,
            "`tests/optimize/test_explain.py`",
        ),
        Row(
            "the rules that clash named, with what would help",
            f"all, within {CAUSE_S:.0f} s",
            f"{named} of {found} named, {mended} with a remedy, the slowest in {max(times):.1f} s",
            named == mended == found and max(times) <= CAUSE_S,
            "`tests/optimize/test_explain.py` (smallest sets, figures exact by trying all)",
        ),
    ]
