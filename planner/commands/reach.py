"""The command about reach: who has a branch within so many minutes, service areas and bands."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.commands.asking import ask, solving_options
from planner.commands.options import Add, number_between, print_json
from planner.errors import EXIT_DONE, PlannerError, UsageError, nearest
from planner.pack import builtin_packs, find_pack, read_pack
from planner.pack.types import Pack
from planner.plan import Plan
from planner.problem import PlanningProblem
from planner.runs.files import plain_disk_errors, replace_file
from planner.scenario import Scenario, build, read_scenario
from planner.terminal import travel_lines
from planner.travel import default_model

if TYPE_CHECKING:
    from planner.questions import Asked

_MOST_MIN = 14_400.0  # ten days


def add_commands(add: Add) -> None:
    """Adds reach."""
    reach = add("reach", _reach, "who has a branch within so many minutes, and a second one")
    reach.add_argument(
        "subject",
        metavar="RUN_OR_SCENARIO",
        help="a run folder or a scenario; the name or folder of a pack: today's network",
    )
    reach.add_argument(
        "--within", type=minutes_list, default=(30.0, 60.0, 120.0), metavar="LIST",
        help="minutes one way, joined by commas (30,60,120)",
    )  # fmt: skip
    reach.add_argument("--visit-type", metavar="ID", help="left out: all visits")
    reach.add_argument(
        "--by", action="append", default=[], metavar="COLUMN",
        help="a column of the area facts by which to tell areas apart; may be given again",
    )  # fmt: skip
    reach.add_argument(
        "--catchments", type=layer_file, metavar="FILE", help="write service areas (.geojson)"
    )
    reach.add_argument(
        "--isochrones", type=layer_file, metavar="FILE", help="write bands of minutes (.geojson)"
    )
    solving_options(reach)


def minutes_list(text: str) -> tuple[float, ...]:
    """Minutes in rising order, each once: 30,60,120."""
    words = f"minutes such as 30,60,120, each more than 0 and at most {_MOST_MIN:.0f}"
    return tuple(sorted({number_between(each, 1e-9, _MOST_MIN, words) for each in text.split(",")}))


def layer_file(text: str) -> Path:
    """A file name that ends in .geojson or .json."""
    if Path(text).suffix.lower() not in (".geojson", ".json"):
        raise argparse.ArgumentTypeError(f"found {text}; expected a name that ends in .geojson")
    return Path(text)


def _reach(args: argparse.Namespace) -> int:
    folder = Path(args.subject)
    if args.subject in builtin_packs() or (folder / "pack.toml").is_file():
        return _today(args)

    if args.isochrones and folder.suffix == ".toml" and folder.is_file():
        _refuse_bands_of_matrix(folder)

    def told(asked: Asked, _effort: object) -> tuple[Any, list[str]]:
        plan = asked.report.plan
        if plan is None:
            raise PlannerError("There is no plan to ask about.")
        return _tell(args, asked.pack, asked.report.problem, plan, asked.scenario.name)

    return ask(args, told)


def _refuse_bands_of_matrix(path: Path) -> None:
    """Says before the plan is looked for that no bands can be drawn."""
    from planner.insight.isochrones import MATRIX_HAS_NO_BANDS  # noqa: PLC0415

    scenario = read_scenario(path)
    model = scenario.travel.model
    if (model or default_model(read_pack(find_pack(scenario.pack, path.parent)))) == "matrix":
        raise PlannerError(MATRIX_HAS_NO_BANDS)


def _today(args: argparse.Namespace) -> int:
    """Today's network of a pack: nothing has to be found."""
    from planner.evaluate import todays_network  # noqa: PLC0415 - not all commands

    pack = read_pack(find_pack(args.subject))
    name = f"{pack.name}: today"
    problem = build(pack, Scenario(name=name, pack=pack.id))
    plan = todays_network(problem)
    if plan is None:
        raise PlannerError("The pack lists no branch that is open today; name a scenario or a run.")
    told, lines = _tell(args, pack, problem, plan, name)
    if args.json:
        print_json(told)
    else:
        for line in lines:
            print(line)
    return EXIT_DONE


def _tell(
    args: argparse.Namespace, pack: Pack, problem: PlanningProblem, plan: Plan, name: str
) -> tuple[dict[str, Any], list[str]]:
    from planner.evaluate.reach import reach  # noqa: PLC0415
    from planner.insight.reach_told import reach_lines, reach_told  # noqa: PLC0415
    from planner.present.travel import error_text  # noqa: PLC0415
    from planner.present.words import words  # noqa: PLC0415
    from planner.runs.content import plain, travel_told  # noqa: PLC0415

    kind = _kind(args.visit_type, problem.visit_type_ids)
    _require_columns(pack, args.by)
    found = reach(pack, problem, plan, args.within, None if kind is None else [kind], args.by)
    told = reach_told(pack, found)
    error = error_text(words("en"), problem.travel).replace("\N{NO-BREAK SPACE}", " ")
    branches = int(plan.is_open.sum())
    lines = [f"{name}: {branches} branches", *reach_lines(told, pack, error)]
    lines += travel_lines(problem.travel, pack)
    written, more = _layers(args, pack, problem, plan, kind, name)
    head = {
        "name": name,
        "pack": pack.id,
        "branches": branches,
        "travel": travel_told(problem.travel),
    }
    return plain({**head, **told, **written}), [*lines, *more]


def _kind(name: str | None, known: tuple[str, ...]) -> int | None:
    if name is None or name in known:
        return None if name is None else known.index(name)
    raise UsageError(f"There is no visit type {name} in this pack.{_hint(name, known)}")


def _require_columns(pack: Pack, columns: list[str]) -> None:
    known = tuple(dict.fromkeys(name for facts in pack.area_facts.values() for name in facts))
    for column in columns:
        if column not in known:
            why = "The pack has no area facts." if not known else _hint(column, known).strip()
            raise UsageError(f"There is no column {column} of numbers in the area facts. {why}")


def _hint(name: str, known: tuple[str, ...]) -> str:
    alike = nearest(name, known, count=3)
    return f" Did you mean {' or '.join(alike)}?" if alike else f" Known: {', '.join(known)}."


def _layers(
    args: argparse.Namespace,
    pack: Pack,
    problem: PlanningProblem,
    plan: Plan,
    kind: int | None,
    name: str,
) -> tuple[dict[str, Any], list[str]]:
    """Writes the files that were asked for, all or none; told as values and in lines."""
    from planner.export import reach_layers  # noqa: PLC0415
    from planner.insight.catchments import catchments  # noqa: PLC0415
    from planner.insight.isochrones import isochrones  # noqa: PLC0415
    from planner.insight.reach_told import catchment_lines, isochrone_lines  # noqa: PLC0415

    told: dict[str, Any] = {}
    lines: list[str] = []
    files: dict[Path, bytes] = {}
    what = name if kind is None else f"{name}: {pack.visit_types[kind].name}"
    if args.catchments:
        areas = catchments(pack, problem, plan, kind)
        files[args.catchments] = reach_layers.catchments_layer(pack, problem, areas, what)
        told["catchments"] = {"file": args.catchments.name, "service_areas": len(areas)}
        lines += catchment_lines(areas, pack, args.catchments.name)
    if args.isochrones:
        bands = isochrones(pack, problem, plan, args.within, kind)
        files[args.isochrones] = reach_layers.isochrones_layer(pack, problem, bands, what)
        told["isochrones"] = {
            "file": args.isochrones.name,
            "step_km": bands.surface.step_km,
            "off_min_median": bands.off_min,
            "off_min_95_percent": bands.off_most_min,
            "points_in_their_band": bands.agree,
            "seconds": bands.seconds,
        }
        lines += isochrone_lines(bands, args.isochrones.name)
    for path, content in files.items():
        with plain_disk_errors(path.name):
            path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(path, content)
    return told, lines
