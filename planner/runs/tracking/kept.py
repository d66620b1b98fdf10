"""The tables of what was done that were kept for a plan: files below the user's folder."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from planner.errors import PlannerError
from planner.pack.place import home
from planner.runs.files import plain_disk_errors, replace_file

_NAME = re.compile(r"(\d{4,})\.(csv|xlsx)", re.ASCII)
_RUN = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,99}", re.ASCII)


@dataclass(frozen=True, slots=True)
class KeptDone:
    """A table that was kept: its number, when, and its file."""

    number: int
    kept: datetime
    path: Path


def kept_done(run_id: str) -> tuple[KeptDone, ...]:
    """The tables kept for a run, the newest first.

    Args:
        run_id: As `StoredRun.id`.
    """
    folder = _folder(run_id)
    try:
        found = [
            KeptDone(int(named[1]), datetime.fromtimestamp(path.stat().st_mtime, tz=UTC), path)
            for path in folder.iterdir()
            if (named := _NAME.fullmatch(path.name)) is not None
        ]
    except OSError:
        return ()
    return tuple(sorted(found, key=lambda each: -each.number))


def keep_done(run_id: str, content: bytes, ending: str) -> KeptDone:
    """Keep a table that was read without a fault; earlier ones stay.

    The same content as the newest is not kept twice.

    Args:
        run_id: As `StoredRun.id`.
        content: The file.
        ending: `.csv` or `.xlsx`; any other is kept as `.csv`, which is opened by what it holds.

    Raises:
        PlannerError: The disk refuses.
    """
    before = kept_done(run_id)
    folder = _folder(run_id)
    with plain_disk_errors("The table of what was done"):
        if before and before[0].path.read_bytes() == content:
            return before[0]
        folder.mkdir(parents=True, exist_ok=True)
        number = before[0].number + 1 if before else 1
        kind = ".xlsx" if ending.lower() == ".xlsx" else ".csv"
        replace_file(folder / f"{number:04d}{kind}", content)
    return kept_done(run_id)[0]


def _folder(run_id: str) -> Path:
    if _RUN.fullmatch(run_id) is None:
        raise PlannerError(f"{run_id[:60]!r} is not the id of a run.")
    return home() / "tracking" / run_id
