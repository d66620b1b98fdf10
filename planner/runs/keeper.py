"""Keeps the best plan of a job whose process is gone: has it judged and writes its run."""

from __future__ import annotations

import contextlib
import math
import os
import shutil
import time
import traceback

import numpy as np

from planner.errors import PlannerError
from planner.evaluate import score
from planner.pack.fingerprint import print_of
from planner.plan import Incumbent, SolveReport
from planner.problem import PlanningProblem
from planner.runs import adopt, endings
from planner.runs.folder import judge_and_write
from planner.runs.incumbent import read_best
from planner.runs.jobfiles import Ending, JobFolder
from planner.runs.processes import name_of
from planner.scenario import build, parse_scenario

_SAME = 1e-9  # relative: two counts of one objective


def run(job: JobFolder) -> int:
    """Keep the best plan of a job; whatever happens is noted.

    Returns:
        0 when it was kept, 1 when not.
    """
    me, ending = name_of(os.getpid()), job.ending() or Ending("killed")
    try:
        if me is not None:
            job.write_process(me, is_keeper=True)
        _keep(job, ending)
    except Exception as error:  # noqa: BLE001 - the last door: noted, told in words, logged
        traceback.print_exc()
        is_told = isinstance(error, PlannerError)
        why = str(error) if is_told else "something went wrong inside the planner."
        with contextlib.suppress(OSError):
            job.write_failure(endings.failure_of(ending, why))
        return 1
    finally:
        shutil.rmtree(job.path / "tmp", ignore_errors=True)
    with contextlib.suppress(PlannerError):
        adopt.keep(job)
    return 0


def _keep(job: JobFolder, ending: Ending) -> None:
    """Judge the best plan and write its run.

    Raises:
        PlannerError: There is no plan that can be read, or it does not pass the check.
    """
    from planner.solve import demand_words, unserved_words  # noqa: PLC0415 - loads the solvers

    began = time.monotonic()
    spec, best = job.spec(), read_best(job.best)
    if spec is None or best is None:
        raise PlannerError("it cannot be read.")
    scenario = parse_scenario(spec.scenario)
    pack = adopt.pack_as_it_was(job, spec)
    problem = build(pack, scenario)
    if not _fits(problem, best):
        raise PlannerError("it does not belong to these data.")
    judged = score(problem, best.plan)
    if judged.violations:
        raise PlannerError("it does not pass the independent check.")
    objective = judged.objective.total
    bound = _bound(job, best)
    bound = None if bound is None else min(bound, objective)
    gap = None if bound is None else 0.0 if objective <= 0 else (objective - bound) / objective
    lines = job.progress()
    searched = lines[-1].seconds if lines else 0.0
    checked = time.monotonic() - began
    report = SolveReport(
        problem=problem,
        status="feasible",
        plan=best.plan,
        objective=objective,
        bound=bound,
        gap=gap,
        solver=scenario.solve.solver,
        seconds=searched + checked,
        seconds_by_stage={"solve": searched, "check": checked},
        peak_memory_mb=0.0,
        shortfall=judged.shortfall,
        notes=(
            endings.kept_words(ending),
            *demand_words(problem),
            *unserved_words(problem, judged),
        ),
    )
    made_of = print_of(pack.folder)
    judge_and_write(report, pack, scenario, job.run, made_of=made_of)


def _bound(job: JobFolder, best: Incumbent) -> float | None:
    """The last bound that was proved while this was the best plan: one for its own question."""
    told = [
        line.bound
        for line in job.progress()
        if line.bound is not None
        and line.incumbent is not None
        and math.isclose(line.incumbent, best.objective, rel_tol=_SAME)
    ]
    if best.bound is not None:
        told.append(best.bound)
    return max(told, default=None)


def _fits(problem: PlanningProblem, best: Incumbent) -> bool:
    """Whether a plan's arrays speak of this problem's sites, services, points and visit types."""
    sites, services = len(problem.site_ids), len(problem.service_ids)
    plan, rows = best.plan, best.plan.assignment
    shapes = {(plan.is_open.shape, (sites,)), (plan.offers.shape, (sites, services))}
    shapes |= {(plan.format.shape, (sites,)), (rows.share.shape, rows.site.shape)}
    if plan.counters is not None:
        shapes.add((plan.counters.shape, (sites, services)))
    ends = (
        (rows.site, sites),
        (rows.point, len(problem.point_ids)),
        (rows.visit_type, len(problem.visit_type_ids)),
    )
    return all(found == wanted for found, wanted in shapes) and all(
        each.shape == rows.site.shape and bool(np.all((each >= 0) & (each < end)))
        for each, end in ends
    )
