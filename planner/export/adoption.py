"""Starting from a plan: the new pack of a run, as it is or as an edited workbook has it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from planner.errors import Fault, InputError
from planner.export.returned import EDITABLE, Edited, Returned, placed_in_sheet, read_branches
from planner.pack.faults import Findings
from planner.present.words import LANGUAGES, words
from planner.runs import StoredRun
from planner.runs.as_pack import Adopted, adopt_run, plan_said
from planner.runs.tracking.held import Tracking
from planner.runs.tracking.standing import standing


@dataclass(frozen=True, slots=True)
class Made:
    """A new pack, what an edited sheet said (None where none was given), and its remarks."""

    pack: Adopted
    returned: Returned | None = None
    warnings: tuple[str, ...] = ()


def read_sheet(path: Path, run: StoredRun, on: date) -> tuple[Returned, tuple[str, ...]]:
    """What an edited sheet of branches says, and remarks on how it was understood.

    Raises:
        InputError: With every fault, at its row and column; also where nothing was changed.
    """
    findings = Findings()
    by = f"{plan_said(run)}, as edited in {path.name}"
    returned = read_branches(path, run, findings, on=on, by=by)
    if findings.faults or returned is None:
        raise InputError(findings.faults)
    if not returned.edited:
        message = f"Columns that may be edited: {', '.join(EDITABLE)}"
        fault = Fault(path.name, None, None, "nothing that differs from the plan", "a change",
                      message)  # fmt: skip
        raise InputError([fault])
    return returned, tuple(findings.warnings)


def make_pack(run: StoredRun, into: Path, on: date, sites: Path | None = None) -> Made:
    """Write the pack whose branches of today are a run's plan, or what a sheet makes of it.

    Args:
        run: A run with a plan.
        into: A folder that is not there yet, or empty.
        on: The day that the changes are told under.
        sites: The exported workbook, or its table of branches, edited.

    Raises:
        InputError: The sheet or the new pack is at fault, with every fault; those of branches at
            the rows of the sheet.
        PlannerError: There is no plan.
        OSError: The disk refuses.
    """
    limits = _limits(run, "tracking.adopted_limit")
    if sites is None:
        return Made(adopt_run(run, into, on=on, limits=limits))
    returned, warnings = read_sheet(sites, run, on)
    by = f"{plan_said(run)}, as edited in {sites.name}"
    try:
        pack = adopt_run(
            run, into, on=on, limits=limits, branches=returned.branches, more=returned.more, by=by
        )
    except InputError as error:
        raise InputError(placed_in_sheet(error.faults, returned, run)) from None
    return Made(pack, returned, warnings)


def read_edits(path: Path, run: StoredRun, on: date) -> tuple[tuple[Edited, ...], tuple[str, ...]]:
    """What an edited sheet of branches has otherwise than the plan, and remarks.

    Raises:
        InputError: As of `read_sheet`.
    """
    returned, warnings = read_sheet(path, run, on)
    return returned.edited, warnings


def make_standing(run: StoredRun, into: Path, found: Tracking) -> Made:
    """Write the pack whose branches of today are those that really stand.

    Args:
        run: A run with a plan.
        into: A folder that is not there yet, or empty.
        found: The plan held against what was done, by a day.

    Raises:
        InputError: The new pack is at fault, with every fault.
        OSError: The disk refuses.
    """
    by = f"what was done by {found.on} for {plan_said(run)}"
    there = standing(run, found, by=by)
    warnings = [
        f"{name} opened, but the pack has no such site: add it to the new pack"
        for name in there.outside
    ]
    warnings += [f"{name} is open; what it offers is not told" for name in there.silent]
    pack = adopt_run(
        run,
        into,
        on=found.on,
        limits=_limits(run, "tracking.standing_limit", day=found.on),
        branches=there.branches,
        more=there.opened,
        by=by,
    )
    return Made(pack, None, tuple(warnings))


def _limits(run: StoredRun, key: str, **told: object) -> dict[str, str]:
    """What readers of the new pack must know of it, by key of its manifest."""
    return {
        "limits" if language == "en" else f"limits_{language}": words(language)(
            key, name=run.scenario.name, run=run.id, **told
        )
        for language in LANGUAGES
    }
