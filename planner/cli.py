"""The `planner` command: arguments in, one call to the planner, words or JSON out."""

from __future__ import annotations

import argparse
import json
import logging
import os
import secrets
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from planner import __version__
from planner.errors import (
    EXIT_DONE,
    EXIT_INFEASIBLE,
    EXIT_INPUT,
    EXIT_NO_PLAN,
    EXIT_USAGE,
    Fault,
    InputError,
    PlannerError,
    UsageError,
)
from planner.pack import (
    KINDS,
    check_pack,
    check_table,
    data_root,
    describe_faults,
    find_pack,
    read_pack,
)
from planner.pack.types import Pack
from planner.scenario import Scenario, read_scenario
from planner.terminal import (
    ProgressLine,
    branch_lines,
    say,
    solvers_silent,
    status_sentence,
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status of `planner.errors`."""
    _utf8(sys.stdout)
    _utf8(sys.stderr)
    parser = _parser()
    try:
        args = parser.parse_args(argv)
    except SystemExit as stopped:  # argparse has said why
        return EXIT_USAGE if stopped.code else EXIT_DONE
    logging.getLogger("planner").setLevel(logging.WARNING)
    command: Callable[[argparse.Namespace], int] = args.command
    try:
        return command(args)
    except PlannerError as error:
        _tell_error(error, as_json=getattr(args, "json", False))
        return error.exit_status
    except KeyboardInterrupt:
        say("Stopped.")
        return 130
    except BrokenPipeError:  # whoever read our output has had enough; so has the flush at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_DONE
    except Exception:  # noqa: BLE001 - the last door: a user never sees a traceback
        say(_unexpected())
        return 70


def _utf8(stream: Any) -> None:
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(encoding="utf-8", errors="replace")


def _tell_error(error: PlannerError, *, as_json: bool) -> None:
    faults = error.faults if isinstance(error, InputError) else ()
    if as_json:
        told = {"error": str(error), "faults": [fault.as_dict() for fault in faults]}
        print(json.dumps(told, ensure_ascii=False))
    say(describe_faults(faults) if faults else str(error))


def _unexpected() -> str:
    """Keep the details of an unexpected error in a log file; return what to tell."""
    from planner.runs.jobs import home  # noqa: PLC0415 - only when needed

    name = secrets.token_hex(4)
    words = f"Something went wrong inside the planner (error {name})."
    try:
        folder = home() / "logs"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"error-{name}.log").write_text(traceback.format_exc(), encoding="utf-8")
    except OSError:
        return f"{words} The details could not be written: the disk refused."
    return f"{words} The details are in the planner's folder, logs/error-{name}.log."


# -- arguments -----------------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="planner",
        description="Where a public service opens branches, and which services each offers.",
        epilog="Exit status: 0 done, 1 the input is at fault, 2 wrong usage, "
        "3 proved infeasible, 4 no plan found in the time given.",
    )
    parser.add_argument("--version", action="version", version=f"planner {__version__}")
    commands = parser.add_subparsers(dest="name", metavar="COMMAND", required=True)
    add = _adder(commands)

    app = add("app", _app, "open the web app")
    app.add_argument("pack", nargs="?", help="a built-in pack or a folder (immigration)")
    app.add_argument("--port", type=int, default=8501, help="port on 127.0.0.1 (8501)")
    app.add_argument("--no-browser", action="store_true", help="do not open a browser")

    scenarios = add("scenarios", _scenarios, "the built-in scenarios of a pack, one a line")
    scenarios.add_argument("pack", help="a built-in pack (immigration) or a folder")
    _json_flag(scenarios)

    check = add("check", _check, "every fault in a pack or in one table")
    check.add_argument("path", help="a pack folder or id, or a file with --as")
    check.add_argument("--as", dest="kind", metavar="KIND", help=f"one of {', '.join(KINDS)}")
    check.add_argument("--with", dest="with_files", action="append", default=[], metavar="FILE")
    check.add_argument("--rows", action="store_true", help="with --json: the rows as understood")
    _json_flag(check)

    solve = add("solve", _solve, "solve a scenario, check the plan, write a run folder")
    solve.add_argument("scenario", help="a scenario file, or the name of a built-in one")
    solve.add_argument("--out", required=True, metavar="DIR", help="the run folder to write")
    solve.add_argument("--time-limit", type=_positive, metavar="S", help="seconds")
    solve.add_argument("--gap", type=_share, metavar="G", help="relative gap to prove, e.g. 0.001")
    solve.add_argument("--solver", choices=("highs", "cbc"))
    _json_flag(solve)

    why = add("why", _why, "why a branch or a service is in a plan or not, and its price")
    why.add_argument("subject", metavar="RUN_OR_SCENARIO")
    why.add_argument("--site", metavar="ID", help="left out: the use of every branch")
    why.add_argument("--service", metavar="ID")
    ties = add("ties", _ties, "plans almost as good as the best, and what all of them share")
    ties.add_argument("subject", metavar="RUN_OR_SCENARIO")
    ties.add_argument("--within", type=_percentage, default=0.005, help="0.5%% or 0.005 (0.5%%)")
    ties.add_argument("--count", type=_count, default=10, metavar="N", help="plans (10)")
    ties.add_argument("--prove", action="store_true", help="prove what no such plan does without")
    worth = add("worth", _worth, "what a little more money, or one branch more or fewer, is worth")
    worth.add_argument("subject", metavar="RUN_OR_SCENARIO")
    worth.add_argument("--money", type=_count, default=1_000_000, metavar="KES", help="(1000000)")
    roadmap = add("roadmap", _roadmap, "nested phases: which branch first, and what that costs")
    roadmap.add_argument("scenario", help="a scenario with phases, a file or a built-in name")
    roadmap.add_argument("--out", required=True, metavar="DIR", help="the folder to write")
    for question in (why, ties, worth, roadmap):
        question.add_argument("--time-limit", type=_positive, metavar="S", help="seconds")
        question.add_argument("--gap", type=_share, metavar="G", help="relative gap to prove")
        question.set_defaults(solver=None)
        _json_flag(question)

    verify = add("verify", _verify, "recompute a run from the raw pack; 0 agrees, 1 contradicts")
    verify.add_argument("run", metavar="DIR")
    _json_flag(verify)

    audit = add("audit", _audit, "score today's network, or a scenario's, and its duplicates")
    audit.add_argument("subject", metavar="PACK_OR_SCENARIO")
    _json_flag(audit)

    export = add("export", _export, "hand a plan on as files")
    export.add_argument("run", metavar="DIR")
    export.add_argument("--format", default="csv,xlsx,geojson", metavar="LIST")
    export.add_argument("--out", required=True, metavar="DIR")
    _json_flag(export)

    demand = add("demand", _demand, "the yearly visits per demand point and visit type")
    demand.add_argument("pack")
    demand.add_argument("--out", metavar="FILE", help="a .csv file; printed when left out")
    _json_flag(demand)

    travel = add("travel", _travel, "the travel matrix by the default model")
    travel.add_argument("pack")
    travel.add_argument("--out", required=True, metavar="FILE", help=".csv or .parquet")
    _json_flag(travel)
    return parser


def _adder(commands: Any) -> Callable[..., argparse.ArgumentParser]:
    def add(
        name: str, command: Callable[[argparse.Namespace], int], words: str
    ) -> argparse.ArgumentParser:
        parser: argparse.ArgumentParser = commands.add_parser(name, help=words, description=words)
        parser.set_defaults(command=command)
        return parser

    return add


def _json_flag(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON object to stdout")


def _positive(text: str) -> float:
    return _number_between(text, 1e-9, 86_400, "seconds, more than 0 and at most 86400")


def _share(text: str) -> float:
    return _number_between(text, 0, 1, "a number from 0 to 1")


def _percentage(text: str) -> float:
    if text.endswith("%"):
        return _number_between(text[:-1], 0, 100, "a share such as 0.5% or 0.005") / 100
    return _share(text)


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 10**15:
        raise argparse.ArgumentTypeError(f"found {text}; expected a whole number from 1")
    return int(text)


def _number_between(text: str, least: float, most: float, words: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not least <= value <= most:
        raise argparse.ArgumentTypeError(f"found {text}; expected {words}")
    return value


def _print_json(told: dict[str, Any]) -> None:
    print(json.dumps(told, ensure_ascii=False, allow_nan=False, indent=1))


# -- commands ------------------------------------------------------------------------------


def _app(args: argparse.Namespace) -> int:
    from planner.serve import serve  # noqa: PLC0415 - only this command needs it

    folder = find_pack(args.pack) if args.pack else None
    if folder is not None:
        read_pack(folder)  # its faults are told here, before a page is opened
    return serve(args.port, open_browser=not args.no_browser, pack=folder)


def _scenarios(args: argparse.Namespace) -> int:
    folder = find_pack(args.pack)
    entries = []
    for path in sorted((folder / "scenarios").glob("*.toml")):
        scenario = read_scenario(path)
        entries.append(
            {"id": path.stem, "name": scenario.name, "description": scenario.description}
        )
    if args.json:
        _print_json({"pack": args.pack, "scenarios": entries})
    else:
        width = max((len(entry["id"]) for entry in entries), default=0)
        for entry in entries:
            print(f"{entry['id']:<{width}}  {entry['name']}. {entry['description']}")
    if not entries:
        say("This pack has no built-in scenarios.")
    return EXIT_DONE


def _check(args: argparse.Namespace) -> int:
    if args.kind is None:
        if args.with_files or args.rows:
            raise UsageError("--with and --rows go with --as KIND.")
        report = check_pack(find_pack(args.path))
    else:
        files = [Path(name) for name in args.with_files]
        report = check_table(Path(args.path), args.kind, files, rows=args.rows)
    if args.json:
        _print_json(report.as_json_dict())
    else:
        for warning in report.warnings:
            print(f"note: {warning}")
        if report.faults:
            print(describe_faults(report.faults))
        figures = ", ".join(f"{name} {value:,.10g}" for name, value in report.totals.items())
        print(f"{report.verdict}: {report.row_count:,} rows{'; ' if figures else ''}{figures}")
    return EXIT_INPUT if report.faults else EXIT_DONE


def _solve(args: argparse.Namespace) -> int:
    from planner.runs import judge_and_write, require_free  # noqa: PLC0415 - loads the solver
    from planner.runs.folder import read_info  # noqa: PLC0415
    from planner.solve import solve  # noqa: PLC0415

    begin = time.monotonic()
    path = _scenario_path(args.scenario)
    scenario = _with_overrides(read_scenario(path), args)
    pack = read_pack(find_pack(scenario.pack, path.parent))
    require_free(Path(args.out))
    if pack.warnings:
        count = len(pack.warnings)
        say(f"The pack has {count} note{'s' if count > 1 else ''}; planner check lists them.")
    loaded = time.monotonic() - begin
    stop = _StopOnSignal()
    with stop, solvers_silent(), ProgressLine(scenario.solve.time_limit_s) as line:
        report = solve(pack, scenario, on_progress=line.show, should_stop=stop)
    report = replace(
        report,
        seconds=report.seconds + loaded,
        seconds_by_stage={**report.seconds_by_stage, "load": loaded},
    )
    out = judge_and_write(report, pack, scenario, Path(args.out))
    info = read_info(out)
    if args.json:
        _print_json(info)
    else:
        for text in branch_lines(info, pack):
            print(text)
    say(status_sentence(info))
    if report.plan is not None:
        return EXIT_DONE
    return EXIT_INFEASIBLE if report.status == "infeasible" else EXIT_NO_PLAN


class _StopOnSignal:
    """The first Ctrl-C or end signal keeps the best plan; a second Ctrl-C ends at once."""

    def __init__(self) -> None:
        self.asked = False
        self._before: dict[int, Any] = {}

    def __call__(self) -> bool:
        return self.asked

    def __enter__(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            self._before[number] = signal.signal(number, self._heard)

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _heard(self, number: int, _frame: object) -> None:
        if self.asked and number == signal.SIGINT:
            raise KeyboardInterrupt
        self.asked = True
        say("Stopping; the best plan found so far is kept. Press Ctrl-C again to end at once.")


def _scenario_path(name: str) -> Path:
    """A file, or a built-in scenario by name (`best-14-more`, `immigration/best-14-more`)."""
    path = Path(name)
    try:
        if path.is_file():
            return path
    except OSError:
        pass  # no file can have such a name
    packs = sorted(each.parent for each in data_root().glob("*/pack.toml"))
    known = {each.stem: each for pack in packs for each in (pack / "scenarios").glob("*.toml")}
    known |= {f"{each.parent.parent.name}/{stem}": each for stem, each in known.items()}
    if name in known:
        return known[name]
    names = ", ".join(sorted(stem for stem in known if "/" not in stem))
    message = f"Give the path of a scenario file, or a built-in name: {names}."
    raise InputError([Fault(path.name, None, None, "no such file", "", message)])


def _with_overrides(scenario: Scenario, args: argparse.Namespace) -> Scenario:
    given = {"time_limit_s": args.time_limit, "gap": args.gap, "solver": args.solver}
    changes = {key: value for key, value in given.items() if value is not None}
    return scenario.model_copy(update={"solve": scenario.solve.model_copy(update=changes)})


def _why(args: argparse.Namespace) -> int:
    from planner import questions  # noqa: PLC0415 - loads the solver

    return _asked(args, lambda plan, effort: questions.why(plan, effort, args.site, args.service))


def _ties(args: argparse.Namespace) -> int:
    from planner import questions  # noqa: PLC0415

    return _asked(
        args,
        lambda plan, effort: questions.ties(
            plan, effort, args.within, args.count, prove=args.prove
        ),
    )


def _worth(args: argparse.Namespace) -> int:
    from planner import questions  # noqa: PLC0415

    return _asked(args, lambda plan, effort: questions.limits_worth(plan, effort, args.money))


def _asked(args: argparse.Namespace, question: Callable[[Any, Any], tuple[Any, list[str]]]) -> int:
    """Read or find the plan that is asked about, ask, and tell."""
    from planner import questions  # noqa: PLC0415

    folder, stop = Path(args.subject), _StopOnSignal()
    is_run = folder.is_dir() and not (folder / "pack.toml").exists()
    if is_run:
        asked = questions.of_run(folder)
        scenario = _with_overrides(asked.scenario, args)
    else:
        path = _scenario_path(args.subject)
        scenario = _with_overrides(read_scenario(path), args)
        pack = read_pack(find_pack(scenario.pack, path.parent))
    with stop, solvers_silent(), ProgressLine(scenario.solve.time_limit_s) as line:
        if not is_run:
            asked = questions.of_scenario(pack, scenario, line.show, stop)
        if asked.report.plan is not None:
            told, lines = question(asked, questions.effort_of(scenario, line.show, stop))
    if asked.report.plan is None:
        return _no_plan(asked.report.status, asked.report.clashes, as_json=args.json)
    if args.json:
        _print_json(told)
    else:
        for text in lines:
            print(text)
    return EXIT_DONE


def _no_plan(status: str, clashes: Sequence[Any], *, as_json: bool) -> int:
    told = {"rule": "", "text": "", "repair": ""}
    listed = [{key: getattr(clash, key) for key in told} for clash in clashes]
    if as_json:
        _print_json({"status": status, "clashes": listed})
    say(status_sentence({"status": status, "gap": None, "clashes": listed}))
    return EXIT_INFEASIBLE if status == "infeasible" else EXIT_NO_PLAN


def _roadmap(args: argparse.Namespace) -> int:
    from planner import questions  # noqa: PLC0415

    path = _scenario_path(args.scenario)
    scenario = _with_overrides(read_scenario(path), args)
    pack = read_pack(find_pack(scenario.pack, path.parent))
    stop = _StopOnSignal()
    with stop, solvers_silent(), ProgressLine(scenario.solve.time_limit_s) as line:
        found, (told, lines) = questions.write_roadmap(
            pack, scenario, Path(args.out), line.show, stop
        )
    if args.json:
        _print_json(told)
    else:
        for text in lines:
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


def _verify(args: argparse.Namespace) -> int:
    from planner.runs import verify  # noqa: PLC0415

    result = verify(Path(args.run))
    if args.json:
        told = {"differences": list(result.differences), "told": list(result.told)}
        _print_json({"agrees": result.agrees, **told})
    elif result.agrees:
        print("The run agrees with the raw pack: every rule was checked and every figure of")
        print("travel, money and duplicates recomputed.")
        print(f"Taken as told: {', '.join(result.told)}.")
    else:
        print("The run does not agree with the raw pack:")
        for difference in result.differences:
            print(f"- {difference}")
    return EXIT_DONE if result.agrees else EXIT_INPUT


def _audit(args: argparse.Namespace) -> int:
    from planner.audit import audit, audit_lines  # noqa: PLC0415

    pack, scenario = _pack_or_scenario(args.subject)
    told = audit(pack, scenario)
    if args.json:
        _print_json(told)
    else:
        for text in audit_lines(told):
            print(text)
    return EXIT_DONE


def _pack_or_scenario(subject: str) -> tuple[Pack, Scenario | None]:
    path = Path(subject)
    if path.suffix == ".toml" and path.name != "pack.toml":
        scenario = read_scenario(path)
        return read_pack(find_pack(scenario.pack, path.parent)), scenario
    try:
        return read_pack(find_pack(subject)), None
    except InputError:
        if path.exists():
            raise
        scenario_path = _scenario_path(subject)
    scenario = read_scenario(scenario_path)
    return read_pack(find_pack(scenario.pack, scenario_path.parent)), scenario


def _export(args: argparse.Namespace) -> int:
    from planner.export import export_run  # noqa: PLC0415

    formats = [name.strip() for name in args.format.split(",") if name.strip()]
    files = export_run(Path(args.run), formats, Path(args.out))
    if args.json:
        _print_json({"files": [path.name for path in files]})
    else:
        for path in files:
            print(path)
    return EXIT_DONE


def _demand(args: argparse.Namespace) -> int:
    from planner.tables import demand_summary, demand_table, write_table  # noqa: PLC0415

    pack = read_pack(find_pack(args.pack))
    table = demand_table(pack)
    summary = demand_summary(pack)
    if args.out:
        write_table(table, Path(args.out), ("csv",))
    elif not args.json:
        print(table.to_csv(index=False, lineterminator="\n"), end="")
    if args.json:
        _print_json({"rows": len(table), "visit_types": summary})
    for entry in summary:
        say(
            f"{entry['visit_type']}: {entry['mode']:,.0f} visits a year "
            f"({entry['low']:,.0f} to {entry['high']:,.0f}), {entry['confidence'] or 'no mark'}"
        )
    return EXIT_DONE


def _travel(args: argparse.Namespace) -> int:
    from planner.tables import known_road_error, travel_table, write_table  # noqa: PLC0415

    pack = read_pack(find_pack(args.pack))
    table, model, notes = travel_table(pack)
    write_table(table, Path(args.out), ("csv", "parquet"))
    error = known_road_error(pack)
    if args.json:
        _print_json(
            {"rows": len(table), "model": model, "notes": list(notes), "known_roads": error}
        )
    say(f"{len(table):,} pairs by the {model.replace('_', '-')} model, one way.")
    for note in notes:
        say(f"note: {note}")
    if error:
        worst = error["worst"]
        say(
            f"Held against {error['count']} road distances that are known, the great-circle model "
            f"is {error['median']:.1%} off in the median, {error['mean']:.1%} in the mean; "
            f"worst {worst['from_town']}-{worst['to_town']}: {worst['modelled_km']:.0f} km "
            f"modelled, {worst['road_km']:.0f} km known ({worst['error']:+.0%})."
        )
    return EXIT_DONE
