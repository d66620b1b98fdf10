"""The command about journeys: what customers do step by step, and what a network makes of it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.commands.asking import ask, solving_options
from planner.commands.options import Add, pack_or_scenario, print_json
from planner.errors import EXIT_DONE, UsageError, nearest
from planner.pack.types import Pack

if TYPE_CHECKING:
    from planner.questions import Asked


def add_commands(add: Add) -> None:
    """Adds journeys."""
    parser = add(
        "journeys", _journeys, "what customers do step by step, what is needless, and which doors"
    )
    parser.add_argument("subject", metavar="PACK|RUN_OR_SCENARIO")
    parser.add_argument("--journey", metavar="ID", help="one journey, with its steps")
    solving_options(parser)


def _journeys(args: argparse.Namespace) -> int:
    folder = Path(args.subject)
    if folder.is_dir() and not (folder / "pack.toml").exists():
        return _of_plan(args)
    pack, scenario = pack_or_scenario(args.subject)
    if scenario is not None:
        return _of_plan(args)
    told, lines = _catalogue(pack, args.journey)
    if args.json:
        print_json(told)
    else:
        for line in lines:
            print(line)
    return EXIT_DONE


def _of_plan(args: argparse.Namespace) -> int:
    return ask(args, lambda asked, _: _asked(asked, args.journey))


def _catalogue(pack: Pack, only: str | None) -> tuple[dict[str, Any], list[str]]:
    """Plain values for JSON, and lines.

    Raises:
        UsageError: There is no such journey.
    """
    from planner.insight.journeys_told import catalogue_told  # noqa: PLC0415 - loads the solver
    from planner.insight.journeys_words import catalogue_lines  # noqa: PLC0415

    known = [each.id for each in pack.journeys]
    if only is not None and only not in known:
        near = nearest(only, known)
        hint = f"Did you mean {near[0]}?" if near else f"Known: {', '.join(known) or 'none'}."
        raise UsageError(f"There is no journey {only} in this pack. {hint}")
    told = catalogue_told(pack, only)
    return told, list(catalogue_lines(told, with_steps=only is not None))


def _asked(asked: Asked, only: str | None) -> tuple[dict[str, Any], list[str]]:
    from planner.insight.journeys_told import networks_told  # noqa: PLC0415
    from planner.insight.journeys_words import network_lines  # noqa: PLC0415

    told, lines = _catalogue(asked.pack, only)
    report, model = asked.report, asked.scenario.travel.model
    if report.plan is None or model == "roads":
        raise AssertionError  # `ask` goes no further without a plan; no plan is made of roads
    if told["journeys"]:
        told["networks"] = networks_told(report.problem, report.plan, asked.pack, model, only)
        lines += network_lines(told["networks"], asked.pack.currency)
    return told, lines
