"""Commands that make plans and hand them on: solve, verify, export."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from planner.commands.options import (
    KEPT_RUN,
    Add,
    StopOnSignal,
    json_flag,
    named_scenario,
    positive,
    print_json,
    run_folder,
    share,
    with_overrides,
)
from planner.errors import EXIT_DONE, EXIT_INFEASIBLE, EXIT_INPUT, EXIT_NO_PLAN
from planner.pack import find_pack, read_pack
from planner.pack.fingerprint import PackPrint, print_of
from planner.scenario import Scenario
from planner.terminal import (
    ProgressLine,
    branch_lines,
    say,
    solvers_silent,
    status_sentence,
    sure,
)

if TYPE_CHECKING:
    from planner.pack.types import Pack
    from planner.problem import PlanningProblem
    from planner.runs.store import SavedScenario


def add_commands(add: Add) -> None:
    """Adds solve, verify and export."""
    solve = add("solve", _solve, "solve a scenario, check the plan, write a run folder")
    solve.add_argument("scenario", help="a scenario file, or the name of a built-in one")
    solve.add_argument("--out", required=True, metavar="DIR", help="the run folder to write")
    solve.add_argument("--time-limit", type=positive, metavar="S", help="seconds")
    solve.add_argument("--gap", type=share, metavar="G", help="relative gap to prove, e.g. 0.001")
    solve.add_argument("--solver", choices=("highs", "cbc"))
    solve.add_argument("--pack", metavar="FOLDER", help="this pack, in place of the scenario's")
    solve.add_argument("--keep", action="store_true", help="also put the run into the store")
    json_flag(solve)

    verify = add("verify", _verify, "recompute a run from the raw pack; 0 agrees, 1 contradicts")
    verify.add_argument("run", metavar="RUN", help="a run folder, or run:ID")
    json_flag(verify)

    export = add("export", _export, "hand a plan on as files")
    export.add_argument("run", metavar="RUN", help="a run folder, or run:ID")
    export.add_argument(
        "--format",
        default="csv,xlsx,geojson",
        metavar="LIST",
        help="csv, xlsx, geojson, gpkg, map, json, html, pdf; zip: everything in one file "
        "(csv,xlsx,geojson)",
    )
    export.add_argument("--out", required=True, metavar="DIR")
    export.add_argument("--language", choices=("en", "sw"), default="en", help="of headings (en)")
    json_flag(export)


def _solve(args: argparse.Namespace) -> int:
    from planner.compare.said import separation_said  # noqa: PLC0415
    from planner.evaluate.choice_told import tie_out_sentence, tie_out_told  # noqa: PLC0415
    from planner.evaluate.tieout import tie_outs  # noqa: PLC0415
    from planner.runs import judge_and_write, require_free  # noqa: PLC0415 - loads the solver
    from planner.runs.info import read_info  # noqa: PLC0415
    from planner.solve import demand_words, solve  # noqa: PLC0415

    begin = time.monotonic()
    named = named_scenario(args.scenario)
    scenario = with_overrides(named.scenario, args)
    folder = find_pack(args.pack) if args.pack else named.pack_folder
    if args.pack:
        scenario = scenario.model_copy(update={"pack": args.pack})
    made_of = print_of(folder)
    pack = read_pack(folder)
    require_free(Path(args.out))
    if pack.warnings:
        count = len(pack.warnings)
        say(f"The pack has {count} note{'s' if count > 1 else ''}; planner check lists them.")
    loaded = time.monotonic() - begin
    stop = StopOnSignal()
    with stop, solvers_silent(), ProgressLine(scenario.solve.time_limit_s) as line:
        report = solve(pack, scenario, on_progress=line.show, should_stop=stop)
    report = replace(
        report,
        seconds=report.seconds + loaded,
        seconds_by_stage={**report.seconds_by_stage, "load": loaded},
    )
    out = judge_and_write(report, pack, scenario, Path(args.out), made_of=made_of)
    info = read_info(out)
    kept = {"kept": _keep(out, pack, named.saved)} if args.keep else {}
    if args.json:
        print_json(info | kept)
    else:
        for text in branch_lines(info, pack, separation_said(scenario.duplicates)):
            print(text)
    for text in demand_words(report.problem):
        say(text)
    for text in _origin_words(scenario, made_of, report.problem):
        say(text)
    say(status_sentence(info))
    if report.plan is not None:
        for held in tie_outs(pack, report.problem):
            say(tie_out_sentence(tie_out_told(pack, report.problem, held)))
        return EXIT_DONE
    return EXIT_INFEASIBLE if report.status == "infeasible" else EXIT_NO_PLAN


def _keep(out: Path, pack: Pack, saved: SavedScenario | None) -> str:
    """Put a run into the store; its id."""
    from planner.runs.store import open_store  # noqa: PLC0415 - loads the database

    with open_store() as store:
        run_id = store.runs.keep(out, pack=pack, scenario=saved)
    say(f"Kept in the store as {KEPT_RUN}{run_id}.")
    return run_id


def _origin_words(
    scenario: Scenario, made_of: PackPrint, problem: PlanningProblem
) -> Iterator[str]:
    """What is not as it was when a run wrote the scenario; nothing where no run did."""
    from planner.runs.differences import difference_words, since_origin  # noqa: PLC0415

    if scenario.origin is None:
        return
    found = since_origin(scenario.origin, made_of, problem, scenario.solve.seed)
    if found:
        yield "The scenario was written by a run, and not everything is as it was then:"
        for each in found:
            yield f"- {difference_words(each)}"


def _verify(args: argparse.Namespace) -> int:
    from planner.runs.content import told_of, way_of  # noqa: PLC0415
    from planner.runs.info import read_info  # noqa: PLC0415
    from planner.runs.verify import verify  # noqa: PLC0415

    folder = run_folder(args.run)
    result = verify(folder)
    if args.json:
        told = {"differences": list(result.differences), "told": list(result.told)}
        print_json({"agrees": result.agrees, **told})
    elif result.agrees:
        print("The run agrees with the raw pack: every rule was checked and every figure of")
        print("travel, money and duplicates recomputed.")
        travel = read_info(folder).get("travel")
        if travel:
            print(f"Travel is measured by {sure(way_of(travel), told_of(travel))}.")
        print(f"Taken as told: {', '.join(result.told)}.")
    else:
        print("The run does not agree with the raw pack:")
        for difference in result.differences:
            print(f"- {difference}")
    return EXIT_DONE if result.agrees else EXIT_INPUT


def _export(args: argparse.Namespace) -> int:
    from planner.export import export_run  # noqa: PLC0415

    formats = [name.strip() for name in args.format.split(",") if name.strip()]
    files = export_run(run_folder(args.run), formats, Path(args.out), language=args.language)
    if args.json:
        print_json({"files": [path.name for path in files]})
    else:
        for path in files:
            print(path)
    return EXIT_DONE
