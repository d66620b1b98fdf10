"""Replay: solve again what a run solved, and tell whether the same numbers come out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from planner.errors import Fault, InputError
from planner.evaluate import Score, score, todays_network
from planner.pack import find_pack, read_pack
from planner.pack.fingerprint import PackPrint, print_of
from planner.pack.types import Pack
from planner.plan import Progress, SolveReport
from planner.problem import PlanningProblem
from planner.runs.asked import asked_of
from planner.runs.compared import MOST_TOLD, Shares, differing, same
from planner.runs.content import run_info, run_tables
from planner.runs.differences import Difference, since_origin, since_run
from planner.runs.folder import judge_and_write
from planner.runs.info import read_csv, read_info
from planner.runs.verify import TOLERANCE, verify
from planner.scenario import Scenario, read_scenario
from planner.solve import solve

Outcome = Literal["same", "as_good", "different", "not_compared"]
_KEYS = ("demand_point", "visit_type", "site")


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """What is to be solved again, and what is known of the first time.

    Attributes:
        name: How the run is named.
        scenario: Its rules.
        pack: The pack as it is now.
        made_of: Its files.
        problem: What the rules make of it.
        differences: What is not as it was.
        info: The run's `run.json`; None of a scenario alone.
        shares: Of the run's plan: the share of the visits of a demand point and type that go to
            a site; None of a scenario alone.
        folder: The run folder; None of a scenario alone.
    """

    name: str
    scenario: Scenario
    pack: Pack
    made_of: PackPrint
    problem: PlanningProblem
    differences: tuple[Difference, ...]
    info: Mapping[str, Any] | None = None
    shares: Shares | None = None
    folder: Path | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Replay:
    """A question solved again.

    Attributes:
        question: What was solved.
        report: The answer of now.
        outcome: same: the same numbers. as_good: another plan, both proved to be as good as any
            within the gap that was asked for. different: other numbers. not_compared: there was
            no run to compare with.
        differences: Each number that is not the same, in words.
    """

    question: Question
    report: SolveReport
    outcome: Outcome
    differences: tuple[str, ...]


def of_run(folder: Path, *, pack: Path | None = None, name: str = "") -> Question:
    """What a run folder asks, held against the pack and planner of now.

    Args:
        folder: The run folder.
        pack: The folder of the pack to solve on; the one that `scenario.toml` names if left out.
        name: How to name the run; the folder's name if left out.

    Raises:
        InputError: The folder cannot be read as a run, or its scenario does not fit the pack.
    """
    info = read_info(folder)
    scenario = read_scenario(folder / "scenario.toml")
    shares = {} if info["status"] in ("infeasible", "unknown") else _read_shares(folder)
    there, made_of, problem = _on_pack(
        scenario, pack or find_pack(scenario.pack, folder), info["fingerprint"]
    )
    return Question(
        name=name or folder.name,
        scenario=scenario,
        pack=there,
        made_of=made_of,
        problem=problem,
        differences=since_run(info, made_of, problem, scenario.solve.seed),
        info=info,
        shares=shares,
        folder=folder,
    )


def of_scenario(path: Path, *, pack: Path | None = None) -> Question:
    """What a scenario asks that a run wrote, held against the pack and planner of now.

    Raises:
        InputError: It cannot be read, no run wrote it, or it does not fit the pack.
    """
    scenario = read_scenario(path)
    if scenario.origin is None:
        message = (
            "No run wrote it, so there is nothing to replay. Give a run folder, run:ID, or the "
            "scenario.toml of a run; planner solve solves any scenario."
        )
        raise InputError([Fault(path.name, None, "origin", "nothing", "a table [origin]", message)])
    there, made_of, problem = _on_pack(
        scenario, pack or find_pack(scenario.pack, path.parent), scenario.origin.problem
    )
    found = since_origin(scenario.origin, made_of, problem, scenario.solve.seed)
    return Question(path.name, scenario, there, made_of, problem, found)


def _on_pack(
    scenario: Scenario, folder: Path, fingerprint: str
) -> tuple[Pack, PackPrint, PlanningProblem]:
    """The pack in a folder, its files as they were when it was read, and the question on it."""
    made_of = print_of(folder)
    pack, problem = asked_of(read_pack(folder), scenario, fingerprint)
    return pack, made_of, problem


def replay(
    question: Question,
    *,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Replay:
    """Solve a question again and compare every number with the first time.

    Compared: status, objective, every figure of the plan, every branch with its services,
    format and counters, and who goes where. Numbers are the same within 1e-9 of their size.

    Args:
        question: Of `of_run` or `of_scenario`.
        on_progress: Called now and then from the solving thread.
        should_stop: Asked now and then; True keeps the best plan found so far.

    Raises:
        ContradictionError: The judge disagrees with the optimiser.
    """
    report = solve(
        question.pack, question.scenario, on_progress=on_progress, should_stop=should_stop
    )
    if question.info is None or question.shares is None:
        return Replay(question, report, "not_compared", ())
    judged = None if report.plan is None else score(report.problem, report.plan)
    now = _info_of(question, report, judged)
    found = differing(question.info, now, question.shares, _shares(question, report, judged))
    if not found:
        return Replay(question, report, "same", ())
    outcome: Outcome = "as_good" if _is_as_good(question, now) else "different"
    return Replay(question, report, outcome, found)


def write_replay(found: Replay, out: Path) -> Path:
    """Write the run folder of the answer of now; see `write_run`."""
    asked = found.question
    return judge_and_write(found.report, asked.pack, asked.scenario, out, made_of=asked.made_of)


def _info_of(question: Question, report: SolveReport, judged: Score | None) -> dict[str, Any]:
    return run_info(
        report,
        judged,
        None,
        pack=question.pack,
        scenario=question.scenario,
        created=datetime.now(UTC),
        made_of=question.made_of,
    )


def _read_shares(folder: Path) -> dict[tuple[str, ...], float]:
    """Who goes where, as a run's table says it."""
    header, *rows = read_csv(folder, "assignment.csv")
    faults = [
        Fault("assignment.csv", 1, name, "no such column", "the run's own columns", "Take a copy.")
        for name in (*_KEYS, "share")
        if name not in header
    ]
    if faults:
        raise InputError(faults)
    at = [header.index(name) for name in _KEYS]
    share = header.index("share")
    found = {}
    for number, row in enumerate(rows, 2):
        try:
            found[tuple(row[place] for place in at)] = float(row[share])
        except ValueError:
            message = "The run folder is damaged; take an undamaged copy."
            shown = row[share][:40] or "nothing"
            faults.append(Fault("assignment.csv", number, "share", shown, "a number", message))
    if faults:
        raise InputError(faults[:MOST_TOLD])
    return found


def _shares(
    question: Question, report: SolveReport, judged: Score | None
) -> dict[tuple[str, ...], float]:
    """Who goes where in the plan of now, as its table would say it."""
    if report.plan is None or judged is None:
        return {}
    today = todays_network(report.problem)
    baseline = None if today is None else score(report.problem, today)
    tables = run_tables(report.plan, report.problem, judged, baseline, question.pack)
    table = next(each for each in tables if each.name == "assignment")
    at = [table.columns.index(name) for name in _KEYS]
    share = table.columns.index("share")
    return {tuple(str(row[place]) for place in at): float(row[share] or 0) for row in table.rows}


def _is_as_good(question: Question, now: Mapping[str, Any]) -> bool:
    """Whether both plans answer the same question, each proved good enough.

    Each is then within the gap that was asked for of the best there is, so neither is the better
    one as far as was asked. What the run tells of its own plan must be true.
    """
    then = question.info
    if then is None or then["fingerprint"] != question.problem.fingerprint:
        return False
    if then["status"] != "optimal" or now["status"] != "optimal":
        return False
    if not same(then.get("shortfall", 0.0), now["shortfall"]):
        return False
    bound = max(then["bound"], now["bound"])
    worse = max(then["objective"], now["objective"])
    if worse - bound > question.scenario.solve.gap * worse + TOLERANCE * abs(worse):
        return False
    try:
        return question.folder is not None and verify(question.folder, pack=question.pack).agrees
    except InputError:  # it tells of a plan that cannot be
        return False
