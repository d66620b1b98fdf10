"""Both solvers say what they proved, and no more."""

from __future__ import annotations

import contextlib
import errno
import math
import os
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import highspy
import numpy as np
import psutil
import pulp
import pytest

from planner.optimize import solvers
from planner.optimize.solvers import (
    Controls,
    _Cbc,
    _cbc_bound,
    _Highs,
    solve_model,
    weak_duality_bound,
)

SOLVERS = ("highs", "cbc")
QUICK = Controls(20, 0.0, 1, 0)


def cover_problem(seed: int, *, items: int = 12, rows: int = 6, need: int = 300) -> pulp.LpProblem:
    rng = np.random.default_rng(seed)
    model = pulp.LpProblem("cover", pulp.LpMinimize)
    x = [model.add_variable(f"x_{n}", 0, 1, pulp.LpBinary) for n in range(items)]
    weights = rng.integers(10, 99, (rows, items))
    model += pulp.lpSum(
        float(c) / 7 * v for c, v in zip(rng.integers(10, 99, items), x, strict=True)
    )
    for row in weights:
        model += pulp.lpSum(int(w) * v for w, v in zip(row, x, strict=True)) >= need
    return model


@pytest.mark.parametrize("name", SOLVERS)
def test_infeasible_with_and_without_fractions(name):
    """2 a + 2 b = 1 has solutions in fractions and none in whole numbers."""
    for left, right, relaxed in ((2, 1, "solved"), (2, 5, "infeasible")):
        model = pulp.LpProblem("odd", pulp.LpMinimize)
        a, b = (model.add_variable(n, 0, 1, pulp.LpBinary) for n in "ab")
        model += a + b
        model += left * a + left * b == right
        assert solve_model(model, name, QUICK).outcome == "infeasible"
        assert solve_model(model, name, QUICK, relaxed=True).outcome == relaxed


@pytest.mark.parametrize("name", SOLVERS)
@pytest.mark.parametrize("seed", range(5))
def test_bound_optimum_objective_in_this_order(name, seed):
    truth = solve_model(cover_problem(seed), "highs", QUICK).objective
    exact = solve_model(cover_problem(seed), name, QUICK)
    assert exact.outcome == "solved"
    assert exact.objective == pytest.approx(truth, rel=1e-6)
    assert exact.bound <= truth * (1 + 1e-9)
    loose = solve_model(cover_problem(seed), name, Controls(20, 0.3, 1, 0))
    assert loose.bound <= truth * (1 + 1e-9)
    assert truth <= loose.objective * (1 + 1e-6)
    assert (loose.objective - loose.bound) / loose.objective <= 0.3 + 1e-5
    relaxed = solve_model(cover_problem(seed), name, QUICK, relaxed=True)
    assert relaxed.bound <= relaxed.objective * (1 + 1e-9)
    assert relaxed.bound == pytest.approx(relaxed.objective, rel=1e-5)
    assert relaxed.objective <= truth * (1 + 1e-6)


@pytest.mark.parametrize("name", SOLVERS)
def test_no_time_no_answer(name):
    solved = solve_model(cover_problem(0), name, Controls(0.0, 0.0, 1, 0))
    assert (solved.outcome, solved.objective, solved.bound) == ("stopped", None, -math.inf)


@pytest.mark.parametrize("name", SOLVERS)
def test_a_stop_ends_the_solver_soon_with_what_it_has(name):
    model = cover_problem(1, items=120, rows=60, need=3000)
    begin = time.monotonic()
    asked = Controls(60, 0.0, 1, 0, should_stop=lambda: time.monotonic() - begin > 0.6)
    solved = solve_model(model, name, asked)
    assert time.monotonic() - begin < 5
    assert solved.outcome == "stopped"
    assert solved.bound < solved.objective
    assert not [p for p in psutil.Process().children() if "cbc" in p.name()]


@pytest.mark.parametrize("name", SOLVERS)
def test_the_time_limit_is_kept(name):
    begin = time.monotonic()
    solved = solve_model(
        cover_problem(1, items=120, rows=60, need=3000), name, Controls(0.8, 0.0, 1, 0)
    )
    assert time.monotonic() - begin < 5
    assert solved.outcome == "stopped"


@pytest.mark.parametrize("name", SOLVERS)
def test_a_start_is_a_first_solution(name):
    model = cover_problem(2)
    start = {v.name: 1.0 for v in model.variables()}
    assert solve_model(model, name, QUICK, start=start).outcome == "solved"


def test_a_missing_solver_failed_and_says_nothing(monkeypatch):
    def broken(*_args):
        raise pulp.PulpSolverError("not there")

    monkeypatch.setattr(pulp.PULP_CBC_CMD, "actualSolve", broken)
    solved = solve_model(cover_problem(0), "cbc", QUICK)
    assert (solved.outcome, solved.objective, solved.bound) == ("failed", None, -math.inf)


# -- bounds --------------------------------------------------------------------------------


def test_any_multipliers_prove_a_bound_and_the_solvers_prove_the_optimum():
    rng = np.random.default_rng(0)
    for seed in range(20):
        model = cover_problem(seed)
        solver = _Highs(mip=False, msg=False)
        model.solve(solver)
        optimum = pulp.value(model.objective)
        dual = np.asarray(model.solverModel.getSolution().row_dual)
        assert weak_duality_bound(solver.stated, dual) == pytest.approx(optimum)
        for _ in range(20):
            other = dual * rng.uniform(0, 2, dual.size) + rng.normal(0, 0.05, dual.size)
            assert weak_duality_bound(solver.stated, other) <= optimum + 1e-9
    nothing = np.zeros(0)
    assert weak_duality_bound(solver.stated, nothing) == -math.inf


def test_a_column_without_limits_proves_nothing_where_it_pays():
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = 1, 1
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = np.ones(1), np.zeros(1), np.array([np.inf])
    lp.row_lower_, lp.row_upper_ = np.ones(1), np.array([np.inf])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_ = np.array([0, 1]), np.array([0])
    lp.a_matrix_.value_ = np.ones(1)
    assert weak_duality_bound(lp, np.array([1.0])) == 1
    assert weak_duality_bound(lp, np.array([0.5])) == 0.5
    assert weak_duality_bound(lp, np.array([2.0])) == -math.inf
    assert weak_duality_bound(lp, np.array([-2.0])) == 0  # no upper side to push against


def test_the_bound_that_cbc_states_is_rounded_down():
    log = [
        "Objective value:                148.14285714",
        "Lower bound:                    147.124",
    ]
    assert 147.1234 > _cbc_bound(log, 148.142857, 0.5) > 147.1233
    assert _cbc_bound(["Result - Stopped on time limit"], 148.0, 0.1) == -math.inf
    proved = _cbc_bound(["Result - Optimal solution found"], 100.0, 0.1)
    assert 90 > proved > 89.99


# -- solvers that fail -------------------------------------------------------------------------


def killer(seconds: float, send: Callable[[psutil.Process], None]) -> threading.Thread:
    """Kills or stops a CBC of this process as soon as there is one that has run for a moment."""

    def work() -> None:
        until = time.monotonic() + 20
        while time.monotonic() < until:
            for child in psutil.Process().children():
                with contextlib.suppress(psutil.Error):
                    if "cbc" in child.name() and time.time() - child.create_time() > seconds:
                        send(child)
                        return
            time.sleep(0.02)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_a_solver_that_is_killed_says_so_and_proves_nothing():
    thread = killer(0.3, psutil.Process.kill)
    hard = cover_problem(1, items=120, rows=60, need=3000)
    solved = solve_model(hard, "cbc", Controls(20, 0.0, 1, 0))
    thread.join()
    assert (solved.outcome, solved.objective, solved.bound) == ("failed", None, -math.inf)
    assert solved.fault == "The solver CBC failed: it ended before it had an answer."


def test_a_solver_that_hangs_is_ended_and_proves_nothing(monkeypatch):
    monkeypatch.setattr(solvers, "OVERTIME_SECONDS", 1.0)
    thread = killer(0.3, psutil.Process.suspend)
    hard = cover_problem(1, items=120, rows=60, need=3000)
    solved = solve_model(hard, "cbc", Controls(1.5, 0.0, 1, 0))
    thread.join()
    assert (solved.outcome, solved.objective, solved.bound) == ("failed", None, -math.inf)
    assert solved.fault == ("The solver CBC failed: it went on 1 s beyond its time and was ended.")
    assert not [child for child in psutil.Process().children() if "cbc" in child.name()]


def test_a_folder_that_cannot_be_written_is_told(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "not there"))
    solved = solve_model(cover_problem(0), "cbc", QUICK)
    assert (solved.outcome, solved.objective) == ("failed", None)
    assert "its files could not be written (No such file or directory)" in solved.fault


def test_a_full_disk_is_told(monkeypatch):
    def full(*_args, **_named):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(pulp.LpProblem, "writeMPS", full)
    solved = solve_model(cover_problem(0), "cbc", QUICK)
    assert solved.fault == (
        "The solver CBC failed: its files could not be written (No space left on device)."
    )


@pytest.mark.parametrize("part", [0.0, 0.3, 0.9, 0.99])
def test_a_solution_that_a_full_disk_cut_off_is_none(monkeypatch, part):
    """Variables that are not in the file would count as 0."""
    read = _Cbc.readsol_MPS

    def read_cut(self, filename, *names):
        file = Path(filename)
        text = file.read_bytes()
        at = int(part * len(text))
        file.write_bytes(text[: at if part < 0.5 else text.rindex(b"\n", 0, at) + 1])
        return read(self, filename, *names)

    monkeypatch.setattr(_Cbc, "readsol_MPS", read_cut)
    solved = solve_model(cover_problem(0), "cbc", QUICK)
    assert (solved.outcome, solved.objective, solved.bound) == ("failed", None, -math.inf)
    assert solved.fault == "The solver CBC failed: it ended before it had an answer."


def test_a_solver_that_is_not_there_is_told(monkeypatch, tmp_path):
    monkeypatch.setattr(pulp.PULP_CBC_CMD, "pulp_cbc_path", str(tmp_path / "cbc"))
    solved = solve_model(cover_problem(0), "cbc", QUICK)
    assert solved.fault == "The solver CBC failed: it is not installed or may not be run."
