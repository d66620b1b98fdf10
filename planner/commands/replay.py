"""The command that solves a run again and tells whether the same numbers come out."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.commands.options import (
    KEPT_RUN,
    Add,
    StopOnSignal,
    is_run,
    json_flag,
    print_json,
    run_folder,
)
from planner.errors import EXIT_DONE, EXIT_INPUT
from planner.pack import find_pack
from planner.terminal import ProgressLine, say, solvers_silent

if TYPE_CHECKING:
    from planner.runs.replay import Question, Replay

_OUTCOMES = {
    "same": "The same numbers: status, objective, every figure, every branch with its services "
    "and format, and who goes where.",
    "as_good": "Not the same plan, but one as good: both are proved to be within the gap that was "
    "asked for of the best there is. What differs:",
    "different": "Not the same numbers. What differs:",
}


def add_commands(add: Add) -> None:
    """Adds replay."""
    replay = add("replay", _replay, "solve a run again; 0 the same numbers, 1 others")
    replay.add_argument(
        "run", metavar="RUN", help="a run folder, run:ID, or a scenario.toml that a run wrote"
    )
    replay.add_argument("--pack", metavar="FOLDER", help="this pack, in place of the run's own")
    replay.add_argument("--out", metavar="DIR", help="also write the run folder of the replay")
    json_flag(replay)


def _replay(args: argparse.Namespace) -> int:
    from planner.runs import require_free  # noqa: PLC0415 - loads the solver
    from planner.runs.differences import difference_words  # noqa: PLC0415
    from planner.runs.replay import of_run, of_scenario, replay, write_replay  # noqa: PLC0415

    if args.out is not None:
        require_free(Path(args.out))
    pack = None if args.pack is None else find_pack(args.pack)
    if is_run(args.run):
        name = args.run if args.run.startswith(KEPT_RUN) else ""
        question = of_run(run_folder(args.run), pack=pack, name=name)
    else:
        question = of_scenario(Path(args.run), pack=pack)
    if question.differences:
        say("Before solving, not everything is as it was then:")
    for each in question.differences:
        say(f"- {difference_words(each)}")
    stop = StopOnSignal()
    with stop, solvers_silent(), ProgressLine(question.scenario.solve.time_limit_s) as line:
        found = replay(question, on_progress=line.show, should_stop=stop)
    if args.out is not None:
        write_replay(found, Path(args.out))
    is_same = found.outcome == "same"
    if found.outcome == "not_compared":
        is_same = not any(each.what == "input" for each in question.differences)
    if args.json:
        print_json(_told(found, is_same))
    else:
        for text in _lines(found, is_same=is_same):
            print(text)
    return EXIT_DONE if is_same else EXIT_INPUT


def _told(found: Replay, is_same: bool) -> dict[str, Any]:
    question, report = found.question, found.report
    return {
        "run": question.name,
        "outcome": found.outcome,
        "is_same": is_same,
        "problem": question.problem.fingerprint,
        "pack": question.made_of.fingerprint,
        "before": [{"what": each.what, "text": each.text} for each in question.differences],
        "status": report.status,
        "objective": report.objective,
        "differences": list(found.differences),
    }


def _lines(found: Replay, *, is_same: bool) -> Iterator[str]:
    if found.outcome == "not_compared":
        yield from _of_scenario(found.question, is_same=is_same)
        objective = found.report.objective
        figure = "" if objective is None else f", objective {objective!r}"
        yield f"Solved again: {found.report.status}{figure}."
        return
    yield _OUTCOMES[found.outcome]
    for text in found.differences:
        yield f"- {text}"


def _of_scenario(question: Question, *, is_same: bool) -> Iterator[str]:
    """What a scenario alone lets one check."""
    yield "A scenario alone holds no numbers to compare with; give the run folder or run:ID."
    if is_same:
        yield f"The question is that of the run that wrote it ({question.problem.fingerprint})."
    else:
        yield "The question is another one than that of the run that wrote it."
    kinds = {each.what for each in question.differences}
    for what, words in (("pack", "The pack's files"), ("version", "The planner's version")):
        if what not in kinds:
            yield f"{words}: the same."
