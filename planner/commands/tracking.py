"""`planner tracking`: a plan held against what was opened, spent and counted since."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from planner.commands.options import Add, day, json_flag, print_json, run_folder
from planner.errors import EXIT_DONE, InputError, PlannerError, UsageError
from planner.pack.faults import Findings
from planner.runs.files import plain_disk_errors, replace_file
from planner.terminal import say

if TYPE_CHECKING:
    from planner.runs import StoredRun
    from planner.runs.tracking.table import Entry


def add_commands(add: Add) -> None:
    """Adds tracking."""
    tracking = add("tracking", _tracking, "what of a plan is done: when, at what cost, how used")
    tracking.add_argument("run", metavar="RUN", help="a run folder, or run:ID")
    tracking.add_argument("--done", metavar="FILE", help="the table of what was done (CSV, XLSX); "
                          "left out: the one kept last")  # fmt: skip
    tracking.add_argument("--on", type=day, metavar="DAY", help="as it stood on this day (today)")
    tracking.add_argument("--keep", action="store_true", help="keep the table with the plan")
    tracking.add_argument("--template", metavar="FILE", help="write a table to fill in (.csv)")
    tracking.add_argument("--roadmap", metavar="DIR", help="with --template: a kept roadmap, for "
                          "the phase of each branch")  # fmt: skip
    json_flag(tracking)


def _tracking(args: argparse.Namespace) -> int:
    from planner.runs import read_run  # noqa: PLC0415 - loads the solver
    from planner.runs.tracking.held import hold  # noqa: PLC0415
    from planner.runs.tracking.kept import keep_done  # noqa: PLC0415
    from planner.runs.tracking.told import tracking_lines, tracking_told  # noqa: PLC0415

    if args.template is not None and (args.done is not None or args.keep):
        raise UsageError("--template writes a new table; give it without --done and --keep.")
    if args.roadmap is not None and args.template is None:
        raise UsageError("--roadmap goes with --template.")
    if args.keep and args.done is None:
        raise UsageError("--keep needs --done FILE.")
    run = read_run(run_folder(args.run))
    if run.report.plan is None:
        raise PlannerError(f"This run has no plan to track: its status is {run.report.status}.")
    if args.template is not None:
        return _template(run, Path(args.template), args.roadmap, as_json=args.json)
    today = date.today()  # noqa: DTZ011 - the day on the user's own computer
    entries, path = done_rows(run, args.done, today)
    found = hold(run, entries, args.on or today)
    if args.keep:
        keep_done(run.id, path.read_bytes(), path.suffix)
        say(f"{path.name} is kept with the plan.")
    if args.json:
        print_json(tracking_told(run, found))
    else:
        for text in tracking_lines(run, found):
            print(text)
    return EXIT_DONE


def done_rows(run: StoredRun, file: str | None, today: date) -> tuple[tuple[Entry, ...], Path]:
    """The rows of what was done, from a file or from the table kept last, and where they stand.

    Raises:
        InputError: With every fault of the table.
        UsageError: None is kept.
    """
    from planner.runs.tracking.kept import kept_done  # noqa: PLC0415
    from planner.runs.tracking.table import read_done  # noqa: PLC0415

    kept = () if file is not None else kept_done(run.id)
    if file is None and not kept:
        raise UsageError(
            "No table of what was done is kept for this plan: give --done FILE, or write one to "
            "fill in with planner tracking RUN --template FILE."
        )
    path = kept[0].path if file is None else Path(file)
    findings = Findings()
    entries = read_done(path, run.pack, findings, today=today)
    if findings.faults:
        raise InputError(findings.faults)
    for text in findings.warnings:
        say(text)
    return entries, path


def _template(run: StoredRun, path: Path, roadmap: str | None, *, as_json: bool) -> int:
    from planner.runs.tracking.table import SCHEMA, template  # noqa: PLC0415
    from planner.runs.tracking.works import phases_of, planned_works  # noqa: PLC0415

    if path.suffix.lower() != ".csv":
        raise UsageError(f"{path.name}: the name must end in .csv.")
    if path.exists():
        raise UsageError(f"{path.name} is there already; give another name.")
    content = template(run, None if roadmap is None else phases_of(Path(roadmap)))
    with plain_disk_errors(path.name):
        replace_file(path, content)
    count = len(planned_works(run))
    if as_json:
        columns = [each.name for each in SCHEMA.columns]
        print_json({"file": path.name, "columns": columns, "rows": count})
    else:
        print(f"{path.name}: {count} rows, one for each thing that the plan asks for.")
    return EXIT_DONE
