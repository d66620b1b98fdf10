"""`planner adopt`: a finished plan becomes a pack whose branches of today are the plan's."""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.commands.options import Add, day, json_flag, print_json, run_folder
from planner.errors import EXIT_DONE, PlannerError, UsageError
from planner.pack.own import free_id, keep_pack
from planner.pack.own_note import is_id, own_root
from planner.terminal import say

if TYPE_CHECKING:
    from planner.export.returned import Returned
    from planner.runs import StoredRun
    from planner.runs.as_pack import Adopted, Otherwise
    from planner.runs.tracking.held import Tracking

_MOST_LINES = 40


def add_commands(add: Add) -> None:
    """Adds adopt."""
    adopt = add("adopt", _adopt, "start from a plan: its branches become today's in a new pack")
    adopt.add_argument("run", metavar="RUN", help="a run folder, or run:ID")
    adopt.add_argument("--out", metavar="DIR", help="write the pack into this new folder")
    adopt.add_argument("--name", help="what to call it; without --out it is kept as your own")
    adopt.add_argument(
        "--sites", metavar="FILE", help="the exported workbook, its sheet of branches edited"
    )
    adopt.add_argument(
        "--done", nargs="?", const="", metavar="FILE",
        help="only what was done, by this table; without FILE by the one kept last",
    )  # fmt: skip
    adopt.add_argument("--on", type=day, metavar="DAY", help="with --done: as it stood then")
    json_flag(adopt)


def _adopt(args: argparse.Namespace) -> int:
    from planner.export.adoption import make_pack, make_standing  # noqa: PLC0415 - loads the solver
    from planner.runs import read_run  # noqa: PLC0415
    from planner.runs.as_pack import usual_name  # noqa: PLC0415

    if args.done is not None and args.sites is not None:
        raise UsageError("Give one of --sites and --done.")
    if args.on is not None and args.done is None:
        raise UsageError("--on goes with --done.")
    out = None if args.out is None else Path(args.out)
    if out is not None and out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"{out.name} is in use; give --out a new or empty folder.")
    run = read_run(run_folder(args.run))
    name = args.name or usual_name(run)
    sites = None if args.sites is None else Path(args.sites)
    on = date.today()  # noqa: DTZ011 - the day on the user's own computer
    try:
        if out is not None:
            out.parent.mkdir(parents=True, exist_ok=True)
        place = None if out is None else out.parent
        with tempfile.TemporaryDirectory(prefix=".adopt-", dir=place) as beside:
            found = (
                make_pack(run, Path(beside) / "pack", on, sites)
                if args.done is None
                else make_standing(run, Path(beside) / "pack", _held(run, args, on))
            )
            made, returned = found.pack, found.returned
            kept = _put(made, run, name, Path(beside) / "pack", out)
    except OSError as error:
        words_of = (error.strerror or "the disk refused").lower()
        raise PlannerError(f"The pack could not be written: {words_of}.") from error
    for text in found.warnings:
        say(text)
    is_own = returned is None and args.done is None
    told = _told(made, returned, kept, name, is_own=is_own)
    if args.json:
        print_json(told)
    else:
        for line in _lines(made, returned, run, is_own=is_own):
            print(line)
    say(f"{name}: written to {kept}." if out is not None else f"{name}: kept as {kept}. It is "
        f"found everywhere by that name: planner check {kept}")  # fmt: skip
    return EXIT_DONE


def _held(run: StoredRun, args: argparse.Namespace, today: date) -> Tracking:
    """The plan held against what was done.

    Raises:
        InputError: The table is at fault, with every fault.
    """
    from planner.commands.tracking import done_rows  # noqa: PLC0415
    from planner.runs.tracking.held import hold  # noqa: PLC0415

    return hold(run, done_rows(run, args.done or None, today)[0], args.on or today)


def _put(made: Adopted, run: StoredRun, name: str, beside: Path, out: Path | None) -> str:
    """Keep the pack as one's own, or put it where it was asked for; its id, or its folder."""
    from planner.runs.as_pack import set_name  # noqa: PLC0415

    based_on = run.pack.id if is_id(run.pack.id) else ""
    if out is None:
        return keep_pack(own_root(), made.folder, name=name, based_on=based_on).id
    set_name(made.folder, free_id(own_root(), name), name)
    if out.exists():
        out.rmdir()
    place = out / made.folder.relative_to(beside)
    beside.rename(out)
    return str(place)


def _told(
    made: Adopted, returned: Returned | None, kept: str, name: str, *, is_own: bool
) -> dict[str, Any]:
    return {
        "pack": kept,
        "name": name,
        "changes": [
            {"site": each.id, "column": each.column, "before": each.before, "after": each.after}
            for each in made.changes
        ],
        "added": list(made.added),
        "edited": None if returned is None else [asdict(each) for each in returned.edited],
        "notes": list(made.notes),
        "same_as_the_plan": not made.otherwise if is_own else None,
        "otherwise": [asdict(each) for each in made.otherwise],
        "nearest": [asdict(each) for each in made.nearest],
    }


def _lines(made: Adopted, returned: Returned | None, run: StoredRun, *, is_own: bool) -> list[str]:
    from planner.export.returned import edited_lines  # noqa: PLC0415

    names = {site.id: site.name for site in run.pack.sites}
    lines = []
    if returned is not None:
        lines += ["Edited in the sheet:", *(f"- {each}" for each in edited_lines(returned.edited))]
    now = {each.id: each.after for each in made.changes if each.column == "status"}
    for status, what in (("existing", "Now a branch"), ("candidate", "No branch any more")):
        found = [f"{names.get(site, site)} [{site}]" for site, to in now.items() if to == status]
        lines += [f"{what}: {each}" for each in found[:_MOST_LINES]]
        if len(found) > _MOST_LINES:
            lines.append(f"... and {len(found) - _MOST_LINES} more")
    lines += [f"note: {each}" for each in made.notes]
    if not is_own:
        return lines
    lines.append(
        "Scored anew with the plan's own ways, today's network of the new pack has every figure "
        "of the plan; what it took to build is paid."
        if not made.otherwise
        else "Figures that are not those of the plan:"
    )
    lines += [_figure(each) for each in made.otherwise]
    if made.nearest:
        lines.append("Where everybody goes to the nearest branch, as pages show today:")
        lines += [_figure(each) for each in made.nearest]
    return lines


def _figure(each: Otherwise) -> str:
    was, now = (("none" if v is None else f"{v:,.6g}") for v in (each.plan, each.here))
    return f"- {each.figure}: {was} in the plan, {now} here"
