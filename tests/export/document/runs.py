"""Runs to tell of: networks as listed, kept as a solver's answer would be; nothing is searched."""

from dataclasses import replace
from pathlib import Path

from planner.evaluate import listed_network, score
from planner.pack.types import Pack
from planner.plan import SolveReport
from planner.runs import StoredRun, judge_and_write, read_run
from planner.scenario import Scenario, build
from tests.present.cases import HOSTILE
from tests.runs import cases


def listed_run(pack: Pack, folder: Path, *, sites=None, **scenario) -> StoredRun:
    """A run whose plan is a network as listed: today's and announced branches, or some sites."""
    rules = Scenario.model_validate({"name": "As listed", "pack": str(pack.folder), **scenario})
    problem = build(pack, rules)
    is_open = problem.existing | problem.proposed
    if sites is not None:
        is_open = is_open | [site.id in sites for site in pack.sites]
        today = problem.today.copy()
        today[[site.id in sites for site in pack.sites]] = True
        problem = replace(problem, today=today)
    plan = listed_network(problem, is_open)
    problem = build(pack, rules)
    objective = score(problem, plan).objective.total
    report = SolveReport(
        problem=problem,
        status="feasible",
        plan=plan,
        objective=objective,
        bound=objective * 0.9,
        gap=0.1,
        solver="highs",
        seconds=1.0,
        seconds_by_stage={},
        peak_memory_mb=1.0,
    )
    judge_and_write(report, pack, rules, folder / "run")
    return read_run(folder / "run", pack=pack)


def tiny_run(folder: Path, **changes) -> StoredRun:
    """The hand-made answer of `tests.runs.cases`."""
    return read_run(cases.write_answer(folder, **changes))


def hostile(run: StoredRun) -> StoredRun:
    """The run on a pack whose names try to break out."""

    def named(entries):
        return tuple(
            replace(entry, name=HOSTILE[k % len(HOSTILE)]) for k, entry in enumerate(entries)
        )

    pack = run.pack
    names = {
        key: named(getattr(pack, key))
        for key in ("areas", "sites", "demand_points", "services", "visit_types", "formats")
    }
    scenario = run.scenario.model_copy(update={"name": HOSTILE[2]})
    return replace(
        run, pack=replace(pack, **names, attribution=HOSTILE, name=HOSTILE[7]), scenario=scenario
    )
