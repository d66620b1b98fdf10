"""Commands for what a planner asks next: why, near ties, the worth of limits, phases."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from planner.commands.options import (
    Add,
    StopOnSignal,
    count,
    is_run,
    json_flag,
    named_scenario,
    percentage,
    positive,
    print_json,
    run_folder,
    share,
    with_overrides,
)
from planner.errors import EXIT_DONE, EXIT_INFEASIBLE, EXIT_NO_PLAN
from planner.pack import read_pack
from planner.terminal import (
    ProgressLine,
    say,
    solvers_silent,
    status_sentence,
    travel_lines,
)


def add_commands(add: Add) -> None:
    """Adds why, ties, worth and roadmap."""
    why = add("why", _why, "why a branch or a service is in a plan or not, and its price")
    why.add_argument("subject", metavar="RUN_OR_SCENARIO")
    why.add_argument("--site", metavar="ID", help="left out: the use of every branch")
    why.add_argument("--service", metavar="ID")
    ties = add("ties", _ties, "plans almost as good as the best, and what all of them share")
    ties.add_argument("subject", metavar="RUN_OR_SCENARIO")
    ties.add_argument("--within", type=percentage, default=0.005, help="0.5%% or 0.005 (0.5%%)")
    ties.add_argument("--count", type=count, default=10, metavar="N", help="plans (10)")
    ties.add_argument("--prove", action="store_true", help="prove what no such plan does without")
    worth = add("worth", _worth, "what a little more money, or one branch more or fewer, is worth")
    worth.add_argument("subject", metavar="RUN_OR_SCENARIO")
    worth.add_argument("--money", type=count, default=1_000_000, metavar="MONEY", help="(1000000)")
    roadmap = add("roadmap", _roadmap, "nested phases: which branch first, and what that costs")
    roadmap.add_argument("scenario", help="a scenario with phases, a file or a built-in name")
    roadmap.add_argument("--out", required=True, metavar="DIR", help="the folder to write")
    for question in (why, ties, worth, roadmap):
        solving_options(question)


def solving_options(parser: argparse.ArgumentParser) -> None:
    """What every question that may have to solve first takes."""
    parser.add_argument("--time-limit", type=positive, metavar="S", help="seconds")
    parser.add_argument("--gap", type=share, metavar="G", help="relative gap to prove")
    parser.set_defaults(solver=None)
    json_flag(parser)


def _why(args: argparse.Namespace) -> int:
    from planner import questions  # noqa: PLC0415 - loads the solver

    return ask(args, lambda plan, effort: questions.why(plan, effort, args.site, args.service))


def _ties(args: argparse.Namespace) -> int:
    from planner import questions  # noqa: PLC0415

    return ask(
        args,
        lambda plan, effort: questions.ties(
            plan, effort, args.within, args.count, prove=args.prove
        ),
    )


def _worth(args: argparse.Namespace) -> int:
    from planner import questions  # noqa: PLC0415

    return ask(args, lambda plan, effort: questions.limits_worth(plan, effort, args.money))


def ask(args: argparse.Namespace, question: Callable[[Any, Any], tuple[Any, list[str]]]) -> int:
    """Read or find the plan that is asked about, ask, and tell."""
    from planner import questions  # noqa: PLC0415

    stop, about_run = StopOnSignal(), is_run(args.subject)
    if about_run:
        asked = questions.of_run(run_folder(args.subject))
        scenario = with_overrides(asked.scenario, args)
    else:
        named = named_scenario(args.subject)
        scenario = with_overrides(named.scenario, args)
        pack = read_pack(named.pack_folder)
    with stop, solvers_silent(), ProgressLine(scenario.solve.time_limit_s) as line:
        if not about_run:
            asked = questions.of_scenario(pack, scenario, line.show, stop)
        if asked.report.plan is not None:
            told, lines = question(asked, questions.effort_of(scenario, line.show, stop))
    if asked.report.plan is None:
        return _no_plan(asked.report.status, asked.report.clashes, as_json=args.json)
    if args.json:
        print_json(told)
    else:
        for text in (*lines, *travel_lines(asked.report.problem.travel, asked.pack)):
            print(text)
    return EXIT_DONE


def _no_plan(status: str, clashes: Sequence[Any], *, as_json: bool) -> int:
    told = {"rule": "", "text": "", "repair": ""}
    listed = [{key: getattr(clash, key) for key in told} for clash in clashes]
    if as_json:
        print_json({"status": status, "clashes": listed})
    say(status_sentence({"status": status, "gap": None, "clashes": listed}))
    return EXIT_INFEASIBLE if status == "infeasible" else EXIT_NO_PLAN


def _roadmap(args: argparse.Namespace) -> int:
    from planner import questions  # noqa: PLC0415

    named = named_scenario(args.scenario)
    scenario = with_overrides(named.scenario, args)
    pack = read_pack(named.pack_folder)
    stop = StopOnSignal()
    with stop, solvers_silent(), ProgressLine(scenario.solve.time_limit_s) as line:
        found, (told, lines) = questions.write_roadmap(
            pack, scenario, Path(args.out), line.show, stop
        )
    if args.json:
        print_json(told)
    else:
        for text in (*lines, *travel_lines(found.stages[0].own.problem.travel, pack)):
            print(text)
    if found.objective is not None:
        return EXIT_DONE
    for stage in found.stages:
        if stage.own.plan is None:
            return _no_plan(stage.own.status, stage.own.clashes, as_json=False)
    say(
        "Each phase has a plan by itself, but none were found that lie within one another: "
        "what is opened stays, so each phase needs room for the one before."
    )
    return EXIT_NO_PLAN
