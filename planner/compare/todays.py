"""Today's network of a pack, scored now, as a record like any other."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from planner.errors import PlannerError
from planner.evaluate import score, todays_network
from planner.pack.types import Pack
from planner.plan import SolveReport
from planner.runs.folder import write_run
from planner.runs.record import RunRecord, read_record, today_of
from planner.scenario import Scenario, build


def todays_record(pack: Pack) -> RunRecord:
    """Score a pack's network of today, without any rule, as a run would tell it.

    Raises:
        PlannerError: The pack has no branch today.
    """
    scenario = Scenario(name=pack.name, pack=pack.id)
    problem = build(pack, scenario)
    plan = todays_network(problem)
    if plan is None:
        raise PlannerError(f"{pack.name} has no branch that is open today; name a run instead.")
    judged = score(problem, plan)
    report = SolveReport(
        problem=problem,
        status="feasible",
        plan=plan,
        objective=judged.objective.total,
        bound=None,
        gap=None,
        solver=scenario.solve.solver,
        seconds=0.0,
        seconds_by_stage={},
        peak_memory_mb=0.0,
    )
    with tempfile.TemporaryDirectory() as place:  # read back as runs are: one way to a record
        folder = write_run(report, judged, judged, pack, scenario, Path(place) / "today")
        return replace(today_of(read_record(folder)), folder=None)
