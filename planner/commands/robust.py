"""The command that asks how firm a plan is: how often chosen, what a loss costs, how safe."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.commands.asking import ask, solving_options
from planner.commands.options import Add, count, run_folder

if TYPE_CHECKING:
    from planner.insight.effort import Effort
    from planner.insight.robust import Robust
    from planner.questions import Asked

_TIES = 10


def add_commands(add: Add) -> None:
    """Adds robust."""
    parser = add(
        "robust", _robust, "how firm a plan is: how often chosen, what a loss costs, how safe"
    )
    parser.add_argument("subject", metavar="RUN_OR_SCENARIO")
    parser.add_argument("--ties", type=count, default=_TIES, metavar="N", help="plans (10)")
    parser.add_argument(
        "--figures",
        type=_figures,
        metavar="all|N",
        help="try every figure low and high, or the N that move travel most (all)",
    )
    parser.add_argument(
        "--lost", action="store_true", help="look for the plan anew without each branch as well"
    )
    parser.add_argument(
        "--with",
        dest="others",
        nargs="+",
        default=[],
        metavar="RUN",
        help="hold the plans of these runs against it",
    )
    parser.add_argument("--out", metavar="DIR", help="write robust.json, sites.csv and regret.csv")
    parser.add_argument("--keep", action="store_true", help="put it into the store as a study")
    solving_options(parser)


def _figures(text: str) -> int | None:
    return None if text == "all" else 0 if text == "0" else count(text)


def _robust(args: argparse.Namespace) -> int:
    from planner.runs.robust_folder import require_free_for_robust  # noqa: PLC0415

    if args.out:
        require_free_for_robust(Path(args.out))
    return ask(args, lambda asked, effort: _told(asked, effort, args))


def _told(
    asked: Asked, effort: Effort, args: argparse.Namespace
) -> tuple[dict[str, Any], list[str]]:
    """Plain values for JSON, and lines."""
    from planner import questions  # noqa: PLC0415 - loads the solver
    from planner.insight.robust import Depth, robust  # noqa: PLC0415
    from planner.insight.robust_told import robust_told  # noqa: PLC0415
    from planner.insight.robust_words import robust_lines  # noqa: PLC0415
    from planner.runs.robust_folder import write_robust_folder  # noqa: PLC0415
    from planner.runs.robust_job import plan_like  # noqa: PLC0415

    problem = asked.report.problem
    others = {
        name: plan_like(problem, questions.of_run(run_folder(name)).report, name)
        for name in args.others
    }
    depth = Depth(ties=args.ties, figures=args.figures, lost=args.lost)
    found = robust(
        asked.pack, asked.scenario, asked.report, effort=effort, depth=depth, added=others
    )
    told = robust_told(found, asked.pack, asked.scenario.name)
    if args.out:
        write_robust_folder(told, Path(args.out))
    if args.keep:
        told = {**told, "study": _keep(asked, found, told, args)}
    lines = list(robust_lines(told, asked.names))
    if args.keep:
        lines.append(f"Kept as study:{told['study']}.")
    return told, lines


def _keep(asked: Asked, found: Robust, told: Mapping[str, Any], args: argparse.Namespace) -> str:
    from planner.runs.robust_job import keep_robust  # noqa: PLC0415
    from planner.runs.store import open_store  # noqa: PLC0415
    from planner.runs.study_keeping import Whence  # noqa: PLC0415

    figures = "all" if args.figures is None else args.figures
    spec = {"ties": args.ties, "figures": figures, "lost": args.lost, "with": args.others}
    with open_store() as store, tempfile.TemporaryDirectory() as folder:
        whence = Whence(asked.pack, asked.scenario, spec, Path(folder))
        return keep_robust(store, found, told, whence).id
