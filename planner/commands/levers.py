"""The command for the levers: what one more unit of each does, and the best use of one budget."""

from __future__ import annotations

import argparse
from datetime import date
from typing import Any

from planner.commands.asking import ask, solving_options
from planner.commands.options import Add, count, day, share
from planner.scenario.schema import Scenario

MONEY = 100_000_000
PART = 10  # the next money is a tenth of the budget


def add_commands(add: Add) -> None:
    """Adds levers."""
    levers = add("levers", _levers, "is the next shilling better spent online, told, or on places")
    levers.add_argument("subject", metavar="RUN_OR_SCENARIO")
    levers.add_argument(
        "--money",
        type=count,
        default=MONEY,
        metavar="MONEY",
        help="a year above today's spending (100000000)",
    )
    levers.add_argument(
        "--frontier", type=count, metavar="N", help="N budgets up to twice the money"
    )
    levers.add_argument(
        "--knowledge",
        type=share,
        default=1.0,
        metavar="SHARE",
        help="of the people who know new branches without a campaign (1)",
    )
    solving_options(levers)
    cure = add("remedies", _remedies, "what could help each flagged branch, best for the money")
    cure.add_argument("subject", metavar="RUN_OR_SCENARIO")
    cure.add_argument("--day", type=day, metavar="DATE", help="seen from a day (today)")
    solving_options(cure)


def _remedies(args: argparse.Namespace) -> int:
    return ask(args, lambda asked, _: remedies_of(asked, args))


def remedies_of(asked: Any, args: argparse.Namespace) -> tuple[Any, list[str]]:
    """Flagged branches with their remedies: plain values, and lines."""
    from planner.demand.voices import hear  # noqa: PLC0415
    from planner.insight.levers.ground import ground_of  # noqa: PLC0415
    from planner.insight.remedies import remedies  # noqa: PLC0415
    from planner.insight.remedies_told import remedies_told, remedy_lines  # noqa: PLC0415

    pack = asked.pack
    heard = hear(pack, args.day or date.today())  # noqa: DTZ011 - the day on this desk
    told = remedies_told(
        pack, asked.report.problem, remedies(ground_of(pack, asked.scenario, asked.report), heard)
    )
    names = {entry.id: entry.name for entry in (*pack.visit_types, *pack.sites)}
    return told, list(remedy_lines(told, names))


def _levers(args: argparse.Namespace) -> int:
    return ask(args, lambda asked, effort: levers_told(asked, effort, args))


def levers_told(asked: Any, effort: Any, args: argparse.Namespace) -> tuple[Any, list[str]]:
    """The ranking and the packages of a plan: plain values, and lines."""
    from planner.insight.levers.answer import answer_of, offer_of  # noqa: PLC0415
    from planner.insight.levers.ground import ground_of  # noqa: PLC0415
    from planner.insight.levers.packages import spend  # noqa: PLC0415
    from planner.insight.levers.told import levers_told as told_of  # noqa: PLC0415
    from planner.insight.levers.told import packages_told  # noqa: PLC0415
    from planner.insight.levers.words import lever_lines, package_lines  # noqa: PLC0415
    from planner.solve import limits_of  # noqa: PLC0415

    scenario: Scenario = asked.scenario
    pack = asked.pack
    answer = answer_of(ground_of(pack, scenario, asked.report, args.knowledge), effort)
    menu, money = offer_of(answer), float(args.money)
    many = args.frontier
    budgets = tuple(2 * money * n / many for n in range(1, many + 1)) if many else (money,)
    points = spend(
        menu, budgets, limits_of(scenario), more=money / PART, should_stop=effort.should_stop
    )
    told, packages = told_of(answer), packages_told(menu, points)
    names = {entry.id: entry.name for entry in (*pack.visit_types, *pack.sites)}
    names |= {area.code: area.name for area in pack.areas}
    lines = [*lever_lines(told, names), *package_lines(told, packages, names)]
    return {**told, "packages": packages}, lines
