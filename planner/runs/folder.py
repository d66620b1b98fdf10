"""The run folder: one answer with its question, written whole or not at all."""

from __future__ import annotations

import errno
import json
import os
import re
from datetime import UTC, datetime
from pathlib import Path

from planner.errors import PlannerError
from planner.evaluate import Score, todays_network
from planner.evaluate import score as score_plan
from planner.pack import find_pack
from planner.pack.fingerprint import PackPrint
from planner.pack.locate import builtin_packs
from planner.pack.ordinary import read_ordinary
from planner.pack.types import Pack
from planner.plan import SolveReport
from planner.runs.content import run_info, run_tables
from planner.runs.files import (
    MOST_BYTES,
    plain_disk_errors,
    publish_folder,
    try_folder,
    way_to,
    write_synced,
)
from planner.runs.schema import TABLES
from planner.runs.table import csv_bytes
from planner.scenario import OriginSection, Scenario, scenario_toml

_OWN_FILES = frozenset(
    {"run.json", "scenario.toml", *(f"{name}.csv" for name in TABLES)}
    | {".DS_Store", "Thumbs.db", "desktop.ini"}  # put there by file managers
)
_LEFT_OVER = re.compile(r"\.export-[0-9a-f]{8}")


def judge_and_write(
    report: SolveReport,
    pack: Pack,
    scenario: Scenario,
    out: Path,
    *,
    created: datetime | None = None,
    made_of: PackPrint | None = None,
) -> Path:
    """Score a report's plan and today's network, and write the run folder."""
    judged = None if report.plan is None else score_plan(report.problem, report.plan)
    today = todays_network(report.problem)
    baseline = None if today is None else score_plan(report.problem, today)
    return write_run(
        report, judged, baseline, pack, scenario, out, created=created, made_of=made_of
    )


def write_run(
    report: SolveReport,
    score: Score | None,
    baseline: Score | None,
    pack: Pack,
    scenario: Scenario,
    out: Path,
    *,
    created: datetime | None = None,
    made_of: PackPrint | None = None,
) -> Path:
    """Write a run folder; it exists whole or not at all.

    Args:
        report: The answer with its question.
        score: The score of the report's plan; None without a plan.
        baseline: The score of today's network; None where there is none.
        pack: The pack that was solved.
        scenario: The rules that were solved.
        out: The folder to make. An empty folder is used, and an earlier run there is replaced
            with its exports, unless something else was put into it.
        created: When the run was made; now when left out.
        made_of: The pack's files when it was read; left out, as they are now.

    Returns:
        The folder.

    Raises:
        PlannerError: `out` holds something else, or the disk refuses; nothing was written.
    """
    out = Path(os.path.realpath(out))
    require_free(out)
    moment = (created or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0)
    info = run_info(
        report, score, baseline, pack=pack, scenario=scenario, created=moment, made_of=made_of
    )
    origin = OriginSection(
        problem=info["fingerprint"],
        pack=info["pack"]["fingerprint"],
        version=info["version"],
        seed=info["seed"],
    )
    place = _pack_reference(scenario.pack, pack, out)
    portable = scenario.model_copy(update={"pack": place, "origin": origin})
    files = {
        "run.json": json.dumps(info, ensure_ascii=False, allow_nan=False, indent=1).encode(),
        "scenario.toml": scenario_toml(portable, pack).encode(),
    }
    if report.plan is not None and score is not None:
        for table in run_tables(report.plan, report.problem, score, baseline, pack):
            files[f"{table.name}.csv"] = csv_bytes(table)

    def fill(folder: Path) -> None:
        for name, content in files.items():
            write_synced(folder / name, content)

    with plain_disk_errors(f"The run folder {out.name}"):
        publish_folder(out, fill)
    return out


def require_free(out: Path) -> None:
    """Refuse a place where no run folder can be written, before time is spent on solving.

    Raises:
        PlannerError: `out` is a file, holds something that is not a run's own, or its disk does
            not let us write.
    """
    out = Path(os.path.realpath(out))
    with plain_disk_errors(f"The run folder {out.name}"):
        above = next(folder for folder in (out, *out.parents) if folder.exists())
        if above != out:
            if not above.is_dir():
                raise NotADirectoryError(errno.ENOTDIR, "a file", str(above))
        elif not out.is_dir():
            message = f"{out.name} is a file; give a folder for the run."
            raise PlannerError(message)
        if not os.access(above, os.W_OK):
            message = f"The run folder {out.name} cannot be written: no permission there."
            raise PlannerError(message)
        if above == out:
            _require_own(out)
        try_folder(out.parent if above == out else above, out.name)


def _require_own(folder: Path) -> None:
    """Refuse a folder that holds anything but a run, as a new run takes the place of all of it."""
    there = sorted(folder.iterdir())
    if not there:
        return
    fingerprint = _fingerprint(folder)
    if fingerprint is None:
        message = (
            f"The folder {folder.name} holds other files and is not a run folder; "
            "nothing was written. Choose a new or empty folder."
        )
        raise PlannerError(message)
    foreign = [each.name for each in there if not _is_own(each, fingerprint)]
    if foreign:
        more = f" and {len(foreign) - 3} more" if len(foreign) > 3 else ""
        message = (
            f"The run folder {folder.name} also holds {', '.join(foreign[:3])}{more}, which a new "
            "run would delete; nothing was written. Move them away, or choose another folder."
        )
        raise PlannerError(message)


def _is_own(path: Path, fingerprint: str) -> bool:
    """Whether something in a run folder came from the planner, or from the system by itself."""
    if path.is_dir() and not path.is_symlink():
        return _LEFT_OVER.fullmatch(path.name) is not None
    export = rf"[a-z0-9-]+-{re.escape(fingerprint[:8])}-[a-z_-]+\.(csv|xlsx|geojson)"
    return path.name in _OWN_FILES or re.fullmatch(export, path.name) is not None


def _fingerprint(folder: Path) -> str | None:
    """The fingerprint of the run in a folder, None when there is no run."""
    try:
        info = json.loads(read_ordinary(folder / "run.json", MOST_BYTES))
    except PermissionError:
        message = f"run.json in {folder.name} cannot be read: no permission. Choose another folder."
        raise PlannerError(message) from None
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(info, dict) or "schema" not in info or "fingerprint" not in info:
        return None
    return str(info["fingerprint"])


def _pack_reference(name: str, pack: Pack, out: Path) -> str:
    """How `scenario.toml` names the pack: a built-in id stays, a folder is seen from `out`."""
    folder = Path(os.path.realpath(pack.folder))
    if name in builtin_packs() and Path(os.path.realpath(find_pack(name))) == folder:
        return name
    way = way_to(folder, out)
    return way if way.startswith("..") or Path(way).is_absolute() else f"./{way}"
