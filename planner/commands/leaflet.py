"""`planner leaflet`: where do I go, with what, when; one page for an area, a file to print."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from planner.commands.options import (
    Add,
    is_run,
    json_flag,
    pack_or_scenario,
    print_json,
    run_folder,
)
from planner.errors import EXIT_DONE, UsageError, nearest
from planner.runs.files import plain_disk_errors, replace_file

if TYPE_CHECKING:
    from planner.present.place.place_facts import Side

ALL = "all"


def add_commands(add: Add) -> None:
    """Adds leaflet."""
    leaflet = add("leaflet", _leaflet, "where do I go, with what, when: a page to print")
    leaflet.add_argument("subject", metavar="RUN|PACK", help="a plan, or a pack's branches today")
    leaflet.add_argument("--area", required=True, metavar="CODE", help="or all: a page each")
    leaflet.add_argument("--point", metavar="ID", help="one demand point of the area")
    leaflet.add_argument("--service", metavar="ID", help="left out: all services")
    leaflet.add_argument("--language", choices=("en", "sw"), default="en", help="(en)")
    leaflet.add_argument("--out", required=True, metavar="FILE", help="the page to write (.html)")
    json_flag(leaflet)


def _leaflet(args: argparse.Namespace) -> int:
    from planner.present.place.place_leaflet import leaflet_html, leaflets_html  # noqa: PLC0415

    path = Path(args.out)
    if path.suffix.lower() not in {".html", ".htm"}:
        raise UsageError(f"{path.name}: the name must end in .html.")
    if path.exists():
        raise UsageError(f"{path.name} is there already; give another name.")
    if args.area == ALL and args.point is not None:
        raise UsageError("--point needs one area.")
    side = _side(args.subject)
    problem, pack = side.view.problem, side.view.pack
    service = None
    if args.service is not None:
        service = _position(args.service, problem.service_ids, "service")
    if args.area == ALL:
        text = leaflets_html(side, args.language, service)
    else:
        _position(args.area, problem.area_codes, pack.area_label)
        point = None
        if args.point is not None:
            point = _position(args.point, problem.point_ids, "demand point")
            home = pack.demand_points[point].area
            if home != args.area:
                message = f"Demand point {args.point} lies in {home}, not in {args.area}."
                raise UsageError(message)
        text = leaflet_html(side, args.area, args.language, point, service)
    with plain_disk_errors(path.name):
        replace_file(path, text.encode())
    pages = text.count("<main ")
    if args.json:
        print_json({"file": path.name, "pages": pages, "language": args.language})
    else:
        print(f"{path.name}: {pages} page{'s' if pages != 1 else ''} to print.")
    return EXIT_DONE


def _side(subject: str) -> Side:
    """The network that the leaflet is of.

    Raises:
        UsageError: The run has no plan, the pack no branch today, or it is a scenario.
    """
    from planner import evaluate, scenario  # noqa: PLC0415 - loads the solver
    from planner.present.place.place_facts import Side  # noqa: PLC0415
    from planner.present.view import View  # noqa: PLC0415
    from planner.present.words import words  # noqa: PLC0415
    from planner.runs import read_run  # noqa: PLC0415

    w = words("en")
    if is_run(subject):
        run = read_run(run_folder(subject))
        if run.report.plan is None or run.score is None:
            raise UsageError(f"This run has no plan: its status is {run.report.status}.")
        view = View(w.of_pack(run.pack), run.pack, run.problem)
        return Side(run.id, run.scenario.name, view, run.report.plan, run.score, run.baseline)
    pack, rules = pack_or_scenario(subject)
    if rules is not None:
        raise UsageError("Solve the scenario first, and give the run: planner solve.")
    problem = scenario.build(pack, scenario.Scenario(name="today", pack=subject))
    plan = evaluate.todays_network(problem)
    if plan is None:
        raise UsageError("This pack has no branch today; give a run in its place.")
    view = View(w.of_pack(pack), pack, problem)
    return Side("today", "today", view, plan, evaluate.score(problem, plan), None)


def _position(name: str, known: Sequence[str], what: str) -> int:
    if name in known:
        return list(known).index(name)
    near = nearest(name, known)
    few = ", ".join(known[:12]) + (" ..." if len(known) > 12 else "")
    hint = f"Did you mean {near[0]}?" if near else f"Known: {few or 'none'}."
    raise UsageError(f"There is no {what} {name} in this pack. {hint}")
