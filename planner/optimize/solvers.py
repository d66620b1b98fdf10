"""The solvers behind PuLP: HiGHS first, CBC as fallback; both say what they proved, no more."""

from __future__ import annotations

import contextlib
import math
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import highspy
import numpy as np
import psutil
import pulp
from numpy.typing import NDArray

SolverName = Literal["highs", "cbc"]
Outcome = Literal["solved", "stopped", "infeasible", "failed"]
TICK_SECONDS = 0.4
LEAST_SECONDS = 0.01  # what HiGHS is given at least, once a model is stated
PRIMAL_SIMPLEX = 4  # HiGHS: a start that lacks only columns stays feasible
CLOSELY = {"primal_feasibility_tolerance": 1e-9, "mip_feasibility_tolerance": 1e-9}
OVERTIME_SECONDS = 10.0  # what CBC may take beyond its time until it counts as hung
PRINTED = 1e-6  # relative: CBC hands its figures over as text of eight digits


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign of life: the best objective and bound so far, and the values of an incumbent."""

    incumbent: float | None
    bound: float | None
    values: NDArray[np.float64] | None


@dataclass(frozen=True, slots=True, eq=False)
class Basis:
    """Where a relaxation ended, by the names of its columns and rows, to start a similar one."""

    columns: Mapping[str, Any]
    rows: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Solved:
    """What a solver proved.

    `objective` is that of the values now in the PuLP variables, None when there are none.
    `bound` is a proved lower bound, -inf when nothing was proved. `fault` says in a sentence why
    a solver failed.
    """

    outcome: Outcome
    objective: float | None
    bound: float
    basis: Basis | None = None
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Controls:
    """Limits of one call: seconds, relative gap, threads, seed, and how to watch and stop it.

    `exact`: rows and whole numbers are kept as closely as the solver can. `nodes`: how many
    branch-and-bound nodes may be looked at. `presolve`: HiGHS makes the model smaller first, which
    takes longer than a small question itself.
    """

    seconds: float
    gap: float
    threads: int
    seed: int
    on_sign: Callable[[Sign], None] | None = None
    should_stop: Callable[[], bool] | None = None
    exact: bool = False
    nodes: int | None = None
    presolve: bool = True


def solve_model(
    model: pulp.LpProblem,
    name: SolverName,
    controls: Controls,
    *,
    relaxed: bool = False,
    start: Mapping[str, float] | None = None,
    basis: Basis | None = None,
) -> Solved:
    """Solve a PuLP model, or its linear relaxation.

    Args:
        model: The model, minimised.
        name: Which solver.
        controls: Limits and callbacks.
        relaxed: Drop the integrality.
        start: Values of variables by name, as a first incumbent.
        basis: Of a relaxation with fewer columns and rows; CBC makes no use of it.
    """
    if controls.seconds <= 0:
        return Solved("stopped", None, -math.inf)
    if name == "cbc":
        return _cbc(model, controls, relaxed=relaxed, start=start)
    return _highs(model, controls, relaxed=relaxed, start=start, basis=basis)


# -- HiGHS ---------------------------------------------------------------------------------


class _Highs(pulp.HiGHS):  # type: ignore[misc]
    """PuLP's HiGHS, handed over in one piece, with a start."""

    start: Mapping[str, float] | None = None
    basis: Basis | None = None
    stated: highspy.HighsLp | None = None
    called: float = 0.0

    def buildSolverModel(self, lp: pulp.LpProblem) -> None:  # noqa: N802 - PuLP's name
        variables = lp.variables()
        for index, variable in enumerate(variables):
            variable.index = index
        rows = list(lp._constraints.values())  # noqa: SLF001 - as PuLP's own HiGHS does
        indices: list[int] = []
        values: list[float] = []
        starts = [0]
        for index, row in enumerate(rows):
            row.index = index
            for variable, factor in row.items():
                indices.append(variable.index)
                values.append(factor)
            starts.append(len(indices))
        inf = highspy.kHighsInf
        data = highspy.HighsLp()
        data.num_col_, data.num_row_ = len(variables), len(rows)
        data.col_cost_ = np.array([lp.objective.get(v, 0.0) for v in variables], dtype=float)
        data.col_lower_ = np.array([_or(v.lowBound, -inf) for v in variables], dtype=float)
        data.col_upper_ = np.array([_or(v.upBound, inf) for v in variables], dtype=float)
        data.row_lower_ = np.array([_or(row.getLb(), -inf) for row in rows], dtype=float)
        data.row_upper_ = np.array([_or(row.getUb(), inf) for row in rows], dtype=float)
        data.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        data.a_matrix_.start_ = np.array(starts, dtype=np.int32)
        data.a_matrix_.index_ = np.array(indices, dtype=np.int32)
        data.a_matrix_.value_ = np.array(values, dtype=float)
        if self.mip:
            kinds = highspy.HighsVarType
            data.integrality_ = [
                kinds.kInteger if v.cat == pulp.LpInteger else kinds.kContinuous for v in variables
            ]
        self.stated = data
        lp.solverModel.passModel(data)
        spent = time.monotonic() - self.called  # handing the values back takes about as long
        left = max(LEAST_SECONDS, float(self.timeLimit or math.inf) - 2 * spent)
        lp.solverModel.setOptionValue("time_limit", left)
        if self.start:
            chosen = [(v.index, self.start[v.name]) for v in variables if v.name in self.start]
            where = np.array([i for i, _ in chosen], dtype=np.int32)
            value = np.array([v for _, v in chosen], dtype=float)
            lp.solverModel.setSolution(len(chosen), where, value)
        if self.basis is not None:
            lp.solverModel.setBasis(_extended(self.basis, variables, rows))
            lp.solverModel.setOptionValue("simplex_strategy", PRIMAL_SIMPLEX)


def _extended(basis: Basis, variables: list[Any], rows: list[Any]) -> highspy.HighsBasis:
    """A basis for a model with more columns and rows: new columns at 0, new rows slack."""
    states = highspy.HighsBasisStatus
    extended = highspy.HighsBasis()
    extended.col_status = [basis.columns.get(v.name, states.kLower) for v in variables]
    extended.row_status = [basis.rows.get(row.name, states.kBasic) for row in rows]
    extended.valid = True
    return extended


def _basis(model: pulp.LpProblem) -> Basis:
    ended = model.solverModel.getBasis()
    columns = [variable.name for variable in model.variables()]
    rows = [row.name for row in model._constraints.values()]  # noqa: SLF001 - as above
    return Basis(
        dict(zip(columns, ended.col_status, strict=True)),
        dict(zip(rows, ended.row_status, strict=True)),
    )


def _or(value: float | None, fallback: float) -> float:
    return fallback if value is None else value


def _highs(
    model: pulp.LpProblem,
    controls: Controls,
    *,
    relaxed: bool,
    start: Mapping[str, float] | None,
    basis: Basis | None,
) -> Solved:
    kinds = highspy.cb.HighsCallbackType
    last_tick = time.monotonic()

    def watch(kind: Any, _message: str, out: Any, into: Any, _data: Any) -> None:
        nonlocal last_tick
        if kind == kinds.kCallbackMipImprovingSolution:
            if controls.on_sign is not None:
                values = np.asarray(out.mip_solution)
                controls.on_sign(
                    Sign(
                        _finite(out.mip_primal_bound),
                        _finite(out.mip_dual_bound),
                        values.copy() if values.size else None,
                    )
                )
            return
        now = time.monotonic()
        if now - last_tick < TICK_SECONDS:
            return
        last_tick = now
        if controls.on_sign is not None:
            mip = kind == kinds.kCallbackMipInterrupt
            bound = _finite(out.mip_dual_bound) if mip else None
            controls.on_sign(Sign(_finite(out.mip_primal_bound) if mip else None, bound, None))
        if controls.should_stop is not None and controls.should_stop():
            into.user_interrupt = True

    solver = _Highs(
        mip=not relaxed,
        msg=False,
        timeLimit=controls.seconds,
        gapRel=controls.gap,
        gapAbs=0.0,
        threads=controls.threads,
        callbackTuple=(watch, None),
        callbacksToActivate=[
            kinds.kCallbackMipImprovingSolution,
            kinds.kCallbackMipInterrupt,
            kinds.kCallbackSimplexInterrupt,
        ],
        random_seed=controls.seed,
        **(CLOSELY if controls.exact else {}),
        **({} if controls.nodes is None else {"mip_max_nodes": controls.nodes}),
        **({} if controls.presolve else {"presolve": "off"}),
    )
    solver.start, solver.basis, solver.called = start, basis, time.monotonic()
    try:
        model.solve(solver)
    except (pulp.PulpError, MemoryError) as error:
        return _failed("HiGHS", error)
    engine = model.solverModel
    status, info = engine.getModelStatus(), engine.getInfo()
    states = highspy.HighsModelStatus
    if status in (states.kInfeasible, states.kUnboundedOrInfeasible):
        return Solved("infeasible", None, math.inf)
    if relaxed:
        bound = weak_duality_bound(solver.stated, np.asarray(engine.getSolution().row_dual))
        if status != states.kOptimal:
            return Solved("stopped", None, bound)
        return Solved("solved", float(info.objective_function_value), bound, _basis(model))
    found = info.primal_solution_status == highspy.kSolutionStatusFeasible
    objective = float(info.objective_function_value) if found else None
    proved = _finite(info.mip_dual_bound)
    outcome: Outcome = "solved" if status == states.kOptimal and found else "stopped"
    return Solved(outcome, objective, -math.inf if proved is None else proved)


def weak_duality_bound(lp: Any, row_dual: NDArray[np.float64]) -> float:
    """What any multipliers of the rows prove about a minimised linear program.

    Weak duality holds for every choice of multipliers, so the bound owes nothing to the
    solver's tolerances, nor to its having finished (Neumaier & Shcherbina 2004).

    Args:
        lp: A HighsLp with a row-wise matrix and bounded columns.
        row_dual: One multiplier per row; empty when the solver has none.
    """
    if row_dual.size != lp.num_row_ or not np.isfinite(row_dual).all():
        return -math.inf
    lower, upper = np.asarray(lp.row_lower_), np.asarray(lp.row_upper_)
    allowed = np.where(row_dual > 0, np.isfinite(lower), np.isfinite(upper))
    dual = np.where(allowed, row_dual, 0.0)
    limit = np.where(dual > 0, lower, upper)[dual != 0]
    matrix = lp.a_matrix_
    row = np.repeat(np.arange(lp.num_row_), np.diff(np.asarray(matrix.start_)))
    priced = np.bincount(
        np.asarray(matrix.index_),
        weights=np.asarray(matrix.value_) * dual[row],
        minlength=lp.num_col_,
    )
    reduced = np.asarray(lp.col_cost_) - priced
    best = np.where(reduced > 0, np.asarray(lp.col_lower_), np.asarray(lp.col_upper_))
    return float(dual[dual != 0] @ limit + reduced[reduced != 0] @ best[reduced != 0])


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) and abs(value) < 1e30 else None


# -- CBC -----------------------------------------------------------------------------------


class _Cbc(pulp.PULP_CBC_CMD):  # type: ignore[misc]
    """PuLP's CBC, which takes a solution that a full disk cut off for a whole one."""

    def readsol_MPS(self, filename: str, *names: Any) -> tuple[Any, ...]:  # noqa: N802 - PuLP's name
        """As PuLP's.

        Raises:
            pulp.PulpSolverError: The file is cut off: a variable is missing, or its last line ends
                too soon.
        """
        is_whole = Path(filename).read_bytes().endswith(b"\n")
        read: tuple[Any, ...] = super().readsol_MPS(filename, *names) if is_whole else ()
        has_solution = read and read[-1] in (pulp.LpSolutionOptimal, pulp.LpSolutionIntegerFeasible)
        if not read or (has_solution and len(read[2]) < len(names[2])):
            raise pulp.PulpSolverError("the solution is cut off")
        return read


def _cbc(
    model: pulp.LpProblem, controls: Controls, *, relaxed: bool, start: Mapping[str, float] | None
) -> Solved:
    """CBC in a folder of its own; its bound is read from its log, for PuLP does not pass it on."""
    try:
        text = _run_cbc(model, controls, relaxed=relaxed, start=start)
    except (pulp.PulpError, OSError, ValueError) as error:
        return _failed("CBC", error)
    # PuLP tells "integer infeasible" only by `status`, "unbounded" only by `sol_status`.
    if model.status == pulp.LpStatusInfeasible or model.sol_status == pulp.LpSolutionUnbounded:
        return Solved("infeasible", None, math.inf)
    if model.sol_status not in (pulp.LpSolutionOptimal, pulp.LpSolutionIntegerFeasible):
        return Solved("stopped", None, -math.inf)
    objective = float(pulp.value(model.objective) or 0.0)  # None: nothing is priced
    if relaxed:
        complete = model.sol_status == pulp.LpSolutionOptimal and "Optimal" in text
        nothing = Solved("stopped", None, -math.inf)
        return Solved("solved", objective, _rounded_down(objective)) if complete else nothing
    bound = _cbc_bound(text.splitlines(), objective, controls.gap)
    finished = model.sol_status == pulp.LpSolutionOptimal and bound > -math.inf
    return Solved("solved" if finished else "stopped", objective, bound)


def _run_cbc(
    model: pulp.LpProblem, controls: Controls, *, relaxed: bool, start: Mapping[str, float] | None
) -> str:
    """Run CBC in a folder of its own; returns its log.

    Raises:
        OSError: The folder cannot be made or written.
        pulp.PulpError: CBC is missing or did not end in good order.
        _HungError: CBC went on after its time.
        ValueError: It left a solution that cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="planner-cbc-") as folder:
        log = Path(folder) / "cbc.log"
        if start:
            for variable in model.variables():
                variable.setInitialValue(start.get(variable.name, 0.0), check=False)
        solver = _Cbc(
            mip=not relaxed,
            msg=False,
            timeLimit=controls.seconds,
            gapRel=controls.gap,
            threads=controls.threads,
            maxNodes=controls.nodes,
            logPath=str(log),
            warmStart=bool(start),
            options=[f"randomCbcSeed {controls.seed}"],
        )
        solver.tmpDir = folder
        with _watched(folder, controls):
            model.solve(solver)
        return log.read_text(errors="replace") if log.exists() else ""


def _failed(solver: str, error: Exception) -> Solved:
    """What a solver that gave no answer is told as; it proves nothing."""
    if isinstance(error, MemoryError):
        why = "there was not enough memory"
    elif isinstance(error, OSError):
        why = f"its files could not be written ({error.strerror or error})"
    elif isinstance(error, _HungError):
        why = f"it went on {OVERTIME_SECONDS:.0f} s beyond its time and was ended"
    elif isinstance(error, pulp.PulpError) and "cannot execute" in str(error).lower():
        why = "it is not installed or may not be run"
    else:
        why = "it ended before it had an answer"
    return Solved("failed", None, -math.inf, fault=f"The solver {solver} failed: {why}.")


class _HungError(pulp.PulpError):  # type: ignore[misc]
    """A solver went on after its time and was ended."""


@contextmanager
def _watched(folder: str, controls: Controls) -> Iterator[None]:
    """Interrupt the CBC that works in a folder when a stop is asked for, and end one that hangs.

    Interrupted it ends in good order and writes the best solution it has.

    Raises:
        _HungError: It hung.
    """
    finished, hung = threading.Event(), threading.Event()

    def watch() -> None:
        while not finished.wait(TICK_SECONDS):
            for child in _solvers_in(folder):
                if _seconds_of(child) > controls.seconds + OVERTIME_SECONDS:
                    hung.set()
                    _tell(child, "kill")
                elif controls.should_stop is not None and controls.should_stop():
                    _tell(child, "interrupt")

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    except pulp.PulpError:
        if hung.is_set():
            raise _HungError from None
        raise
    finally:
        finished.set()
        watcher.join()


def _solvers_in(folder: str) -> list[psutil.Process]:
    """The children of this process that work in a folder."""
    found = []
    for child in psutil.Process().children():
        with contextlib.suppress(psutil.Error):  # it has just ended
            if any(folder in word for word in child.cmdline()):
                found.append(child)
    return found


def _seconds_of(child: psutil.Process) -> float:
    try:
        return time.time() - float(child.create_time())
    except psutil.Error:  # it has just ended
        return 0.0


def _tell(child: psutil.Process, what: Literal["interrupt", "kill"]) -> None:
    with contextlib.suppress(psutil.Error):  # it has just ended
        if what == "kill":
            child.kill()
        elif sys.platform == "win32":
            child.terminate()
        else:
            child.send_signal(signal.SIGINT)


def _cbc_bound(log: Iterable[str], objective: float, gap: float) -> float:
    """The lower bound that CBC's log states, -inf when it states none."""
    finished = False
    for line in log:
        if line.startswith("Lower bound:"):
            stated = line.split(":", 1)[1].strip()
            decimals = len(stated.partition(".")[2])
            return _rounded_down(float(stated)) - 0.5 * 10.0**-decimals
        finished |= line.startswith("Result - Optimal solution found")
    if not finished:
        return -math.inf
    return _rounded_down(objective - gap * abs(objective))  # it stops as soon as that is reached


def _rounded_down(value: float) -> float:
    return value - PRINTED * abs(value) - 1e-9
