"""The command that asks how far an answer rests on figures that are not certain."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from planner.commands.asking import ask, solving_options
from planner.commands.options import Add, count, number_between

if TYPE_CHECKING:
    from planner.insight.effort import Effort
    from planner.questions import Asked

_MEASURES = ("mean_min", "objective", "saved_min", "within_standard", "kes_per_hour_saved")
_MOST_DRAWS = 100_000


def add_commands(add: Add) -> None:
    """Adds sensitivity."""
    parser = add(
        "sensitivity", _sensitivity, "which uncertain figures matter, and what they would change"
    )
    parser.add_argument("subject", metavar="RUN_OR_SCENARIO")
    parser.add_argument("--measure", choices=_MEASURES, default="mean_min", help="(mean_min)")
    parser.add_argument(
        "--samples", type=_draws, metavar="N", help="draw all figures at once, N times"
    )
    parser.add_argument("--seed", type=count, default=1, metavar="S", help="of the draws (1)")
    parser.add_argument(
        "--resolve", action="store_true", help="solve again at both ends of every figure"
    )
    solving_options(parser)


def _draws(text: str) -> int:
    words = f"a whole number from 1 to {_MOST_DRAWS:,}"
    return int(number_between(str(count(text)), 1, _MOST_DRAWS, words))


def _sensitivity(args: argparse.Namespace) -> int:
    return ask(args, lambda asked, effort: _told(asked, effort, args))


def _told(
    asked: Asked, effort: Effort, args: argparse.Namespace
) -> tuple[dict[str, Any], list[str]]:
    """Plain values for JSON, and lines."""
    from planner.insight import resolved, sampled, uncertain  # noqa: PLC0415 - load the solver
    from planner.insight import uncertain_told as plain  # noqa: PLC0415
    from planner.insight import uncertain_words as words  # noqa: PLC0415

    report, pack, unit = asked.report, asked.pack, asked.unit
    if report.plan is None:
        raise AssertionError
    kept = uncertain.Kept(pack, asked.scenario, report.plan)
    tornado = uncertain.one_at_a_time(kept, effort=effort)
    figures = [swing.assumption for swing in tornado.swings]
    told = {
        "unit": unit,
        **plain.tornado_told(tornado, args.measure, plain.owner_names(pack)),
    }
    label = {entry["key"]: entry["label"] for entry in told["figures"]}
    lines = list(words.tornado_lines(told, unit, pack.currency))
    if args.samples and figures:
        drawn = sampled.sampled(kept, figures, effort=effort, count=args.samples, seed=args.seed)
        told["sampled"] = plain.samples_told(drawn, args.measure)
        lines += words.samples_lines(told["sampled"], label, args.measure, unit, pack.currency)
    if args.resolve and figures:
        questions = resolved.questions_of(report, pack, asked.scenario, figures)
        effort.questions = len(questions)
        found = []
        for question in questions:
            if effort.left <= 0:
                break
            found.append(resolved.resolve(report, pack, asked.scenario, question, effort=effort))
        core = resolved.core_of(report, found)
        told["resolved"] = plain.resolved_told(
            report.problem, found, core, len(questions) - len(found)
        )
        lines += words.resolved_lines(told["resolved"], label, asked.names, unit)
    return told, lines
