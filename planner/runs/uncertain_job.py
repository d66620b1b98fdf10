"""The job that asks what uncertain figures do: one by one, drawn together, or solved again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from planner.errors import PlannerError
from planner.evaluate import listed_network, todays_network
from planner.insight import Effort
from planner.insight.assumptions import Assumption, assumptions
from planner.insight.ends_kept import ends_values
from planner.insight.resolved import core_of, questions_of, resolve
from planner.insight.sampled import sampled
from planner.insight.sampled_kept import samples_values
from planner.insight.told import unit_of
from planner.insight.uncertain import Kept as Held
from planner.insight.uncertain import one_at_a_time
from planner.insight.uncertain_told import joined, resolved_told
from planner.optimize import Limits
from planner.pack.types import Pack
from planner.plan import Plan, Progress, SolveReport
from planner.problem import PlanningProblem
from planner.runs.store import Store, open_store
from planner.runs.study_keeping import Whence, asked_plan, keep_all
from planner.runs.work import Kept, Work
from planner.scenario import Scenario, build

END_SECONDS = 30.0  # for one figure at one of its ends
ENDS_SECONDS = 120.0  # for every figure at both ends, as they come
DRAW_SECONDS = 600.0  # for all draws
GAP = 0.001  # of who goes where in a draw
_SEED = 1


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """A network that is held fast, and the figures that are moved."""

    pack: Pack
    scenario: Scenario
    problem: PlanningProblem
    plan: Plan
    report: SolveReport | None
    figures: tuple[Assumption, ...]


def uncertain_job(work: Work) -> Kept:
    """Ask one question about the uncertain figures of a network; the answer is kept as a study.

    Options: `ask` (ends, draw or resolve); `run` (the id of a run in the store) or, without it,
    `network` (today or proposal, under the job's scenario); `figures` (their keys; all when left
    out); for ends `time_limit_s`; for draw `count`; for resolve `after` (the id of a study that
    answered some of it already). What was found until a stop is kept.

    Raises:
        PlannerError: There is no plan to ask about, no such question, or nothing was found.
    """
    options = work.spec.options
    ask = _ASKS.get(str(options.get("ask")))
    if ask is None:
        raise PlannerError(f"No question is {options.get('ask')!r}; expected {', '.join(_ASKS)}.")
    with open_store() as store:
        asked = _asked(work, store)
        unit = unit_of(asked.problem, asked.pack.currency)
        told = {"ask": options["ask"], "unit": unit, **ask(work, store, asked)}
        whence = Whence.of(work, asked.pack, asked.scenario)
        return keep_all(store, "uncertain", [], told, whence)


def _asked(work: Work, store: Store) -> _Asked:
    options, run_id = work.spec.options, str(work.spec.options.get("run") or "")
    report: SolveReport | None = None
    if run_id:
        pack, scenario, report = asked_plan(work, store, run_id)
        problem, plan = report.problem, report.plan
    else:
        pack, scenario = work.pack, work.scenario
        problem = build(pack, scenario)
        plan = _listed(problem, str(options.get("network")))
    if plan is None:
        raise PlannerError("There is no network to ask about.")
    found = assumptions(pack, scenario.travel.mode)
    keys = options.get("figures")
    own = tuple(each for each in found if keys is None or each.key in keys)
    if not own:
        raise PlannerError("None of these figures is uncertain.")
    return _Asked(pack, scenario, problem, plan, report, own)


def _listed(problem: PlanningProblem, name: str) -> Plan | None:
    if name == "today":
        return todays_network(problem)
    if name == "proposal" and problem.proposed.any():
        return listed_network(problem, problem.existing | problem.proposed)
    return None


def _ends(work: Work, _store: Store, asked: _Asked) -> dict[str, Any]:
    seconds = float(work.spec.options.get("time_limit_s") or ENDS_SECONDS)
    effort = Effort(Limits(seconds, GAP), 1, work.tell, work.should_stop)
    held = Held(asked.pack, asked.scenario, asked.plan)
    found = one_at_a_time(held, asked.figures, effort=effort)
    if found.left_out and not found.swings:
        raise PlannerError("It was stopped, or time was over, before a figure was tried.")
    return ends_values(found)


def _drawn(work: Work, _store: Store, asked: _Asked) -> dict[str, Any]:
    effort = Effort(Limits(DRAW_SECONDS, GAP), 1, work.tell, work.should_stop)
    found = sampled(
        Held(asked.pack, asked.scenario, asked.plan),
        asked.figures,
        effort=effort,
        count=int(work.spec.options.get("count", 200)),
        seed=_SEED,
    )
    if not len(found.drawn):
        raise PlannerError("It was stopped, or time was over, before anything was drawn.")
    return samples_values(found)


def _resolved(work: Work, store: Store, asked: _Asked) -> dict[str, Any]:
    report = asked.report
    if report is None:
        raise PlannerError("Only a plan that was found by rules can be solved again.")
    before = _before(store, str(work.spec.options.get("after") or ""))
    known = {(each["key"], each["end"]) for each in before["solved"]} if before else set()
    questions = [
        each
        for each in questions_of(report, asked.pack, asked.scenario, asked.figures)
        if (each.assumption.key, each.end) not in known
    ]
    rules, found = asked.scenario.solve, []
    for number, question in enumerate(questions, 1):
        if work.should_stop():
            break

        def tell(progress: Progress, number: int = number) -> None:
            work.tell(replace(progress, message=f"answers {number} of {len(questions)}"))

        limits = Limits(min(END_SECONDS, rules.time_limit_s), rules.gap)
        effort = Effort(limits, 1, tell, work.should_stop)
        answer = resolve(report, asked.pack, asked.scenario, question, effort=effort)
        if work.should_stop():
            break  # an answer that was broken off says nothing
        found.append(answer)
        work.yield_turn()
    left = len(questions) - len(found)
    told = resolved_told(report.problem, found, core_of(report, found), left)
    return joined(report, before, told) if before else told


def _before(store: Store, study: str) -> Mapping[str, Any] | None:
    return store.studies.get(study).told if study else None


_ASKS: Mapping[str, Callable[[Work, Store, _Asked], dict[str, Any]]] = {
    "ends": _ends,
    "draw": _drawn,
    "resolve": _resolved,
}
