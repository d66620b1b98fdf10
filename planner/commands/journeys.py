"""The command about journeys: what customers do step by step, and what a network makes of it."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from planner.commands.asking import ask, solving_options
from planner.commands.options import Add, is_run, pack_or_scenario, print_json
from planner.errors import EXIT_DONE, UsageError, nearest
from planner.pack.types import Pack
from planner.terminal import travel_lines

if TYPE_CHECKING:
    from planner.plan import Plan
    from planner.problem import PlanningProblem
    from planner.questions import Asked


def add_commands(add: Add) -> None:
    """Adds journeys."""
    parser = add(
        "journeys", _journeys, "what customers do step by step, what is needless, and which doors"
    )
    parser.add_argument("subject", metavar="PACK|RUN_OR_SCENARIO")
    parser.add_argument("--journey", metavar="ID", help="one journey, with its steps")
    parser.add_argument("--area", metavar="CODE", help="with a journey: where to go, with what")
    parser.add_argument("--point", metavar="ID", help="with an area: one demand point of it")
    solving_options(parser)


def _journeys(args: argparse.Namespace) -> int:
    if args.area is None and args.point is not None:
        raise UsageError("--point needs --area: the area that the demand point lies in.")
    if args.area is not None and args.journey is None:
        raise UsageError("--area needs --journey: what people come for.")
    if is_run(args.subject):
        return _of_plan(args)
    pack, scenario = pack_or_scenario(args.subject)
    if scenario is not None:
        return _of_plan(args)
    told, lines = _todays_finder(pack, args) if args.area else _catalogue(pack, args.journey)
    if args.json:
        print_json(told)
    else:
        for line in lines:
            print(line)
    return EXIT_DONE


def _of_plan(args: argparse.Namespace) -> int:
    if args.area is not None:
        return ask(args, lambda asked, _: _planned_finder(asked, args))
    return ask(args, lambda asked, _: _asked(asked, args.journey))


def _catalogue(pack: Pack, only: str | None) -> tuple[dict[str, Any], list[str]]:
    """Plain values for JSON, and lines.

    Raises:
        UsageError: There is no such journey.
    """
    from planner.insight.channels_told import channel_lines  # noqa: PLC0415 - loads the solver
    from planner.insight.journeys_told import catalogue_told  # noqa: PLC0415
    from planner.insight.journeys_words import catalogue_lines  # noqa: PLC0415

    if only is not None:
        _position(only, [each.id for each in pack.journeys], "journey")
    told = catalogue_told(pack, only)
    lines = list(catalogue_lines(told, with_steps=only is not None))
    return told, lines + list(channel_lines(told["channels"], pack))


def _asked(asked: Asked, only: str | None) -> tuple[dict[str, Any], list[str]]:
    from planner.insight.journeys_told import networks_told  # noqa: PLC0415
    from planner.insight.journeys_words import network_lines  # noqa: PLC0415

    told, lines = _catalogue(asked.pack, only)
    report = asked.report
    if report.plan is None:
        raise AssertionError  # `ask` goes no further without a plan
    if told["journeys"]:
        told["networks"] = networks_told(report.problem, report.plan, asked.pack, only)
        lines += network_lines(told["networks"], asked.pack.currency)
    return told, lines


# -- where do I go, with what, when --------------------------------------------------------


def _todays_finder(pack: Pack, args: argparse.Namespace) -> tuple[dict[str, Any], list[str]]:
    from planner import evaluate, scenario  # noqa: PLC0415

    problem = scenario.build(pack, scenario.Scenario(name="today", pack=args.subject))
    plan = evaluate.todays_network(problem)
    if plan is None:
        raise UsageError("This pack has no branch today. Ask about a scenario or a run instead.")
    told, lines = _finder(problem, plan, pack, args)
    return told, [*lines, *travel_lines(problem.travel, pack)]


def _planned_finder(asked: Asked, args: argparse.Namespace) -> tuple[dict[str, Any], list[str]]:
    if asked.report.plan is None:
        raise AssertionError  # `ask` goes no further without a plan
    return _finder(asked.report.problem, asked.report.plan, asked.pack, args)


def _finder(
    problem: PlanningProblem, plan: Plan, pack: Pack, args: argparse.Namespace
) -> tuple[dict[str, Any], list[str]]:
    """Plain values for JSON, and lines.

    Raises:
        UsageError: There is no such journey, area or demand point, or the point lies elsewhere.
    """
    from planner.evaluate.finder import finder  # noqa: PLC0415
    from planner.insight.finder_told import finder_lines, finder_told  # noqa: PLC0415

    known = [each.id for each in pack.journeys]
    journey = pack.journeys[_position(args.journey, known, "journey")]
    area = _position(args.area, [each.code for each in pack.areas], "area")
    point = None
    if args.point is not None:
        point = _position(args.point, [each.id for each in pack.demand_points], "demand point")
        home = pack.demand_points[point].area
        if home != args.area:
            raise UsageError(f"Demand point {args.point} lies in area {home}, not in {args.area}.")
    told = finder_told(finder(problem, plan, pack, journey, area, point), pack)
    return told, list(finder_lines(told, pack.currency))


def _position(name: str, known: list[str], what: str) -> int:
    if name in known:
        return known.index(name)
    near = nearest(name, known)
    few = ", ".join(known[:12]) + (" ..." if len(known) > 12 else "")
    hint = f"Did you mean {near[0]}?" if near else f"Known: {few or 'none'}."
    raise UsageError(f"There is no {what} {name} in this pack. {hint}")
