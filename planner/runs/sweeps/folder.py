"""The folder of a sweep: what was asked, each point as it is done, tables and the picture."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from planner import __version__
from planner.errors import Fault, InputError, PlannerError
from planner.pack.ordinary import read_ordinary
from planner.runs.content import plain
from planner.runs.files import MOST_BYTES, plain_disk_errors, replace_file, try_folder
from planner.runs.info import read_info
from planner.runs.sweeps.ground import Ground
from planner.runs.sweeps.types import Axis, Found, FrontierKind
from planner.runs.table import Cell, Table, csv_bytes
from planner.scenario import Scenario, scenario_toml

SCHEMA = 1
NAME = "sweep.json"
_OWN = frozenset({NAME, "points", "frontier.csv", "frontier.svg", ".DS_Store", "Thumbs.db"})


class SweepFolder:
    """Where a sweep is kept.

    Args:
        path: The folder.
        question: Fingerprint of what is asked, see `question_of`.

    `study` is its study in the store, once there is one.
    """

    def __init__(self, path: Path, question: str) -> None:
        self.path = Path(os.path.realpath(path))
        self.points = self.path / "points"
        self.question = question
        self.study = ""

    def begin(self) -> dict[int, Found]:
        """Make the folder, or take up a sweep that was left there.

        Returns:
            What is done already, by the number of the point.

        Raises:
            PlannerError: The folder holds something else, another sweep, or cannot be written.
        """
        with plain_disk_errors(f"The folder {self.path.name}"):
            if self.path.exists() and not self.path.is_dir():
                message = f"{self.path.name} is a file; give a folder for the sweep."
                raise PlannerError(message)
            there = sorted(self.path.iterdir()) if self.path.is_dir() else []
            if not there:
                above = next(folder for folder in self.path.parents if folder.exists())
                try_folder(above, self.path.name)
                self.points.mkdir(parents=True)
                return {}
        self._require_own(there)
        told = read_sweep(self.path)
        if told["question"] != self.question:
            raise PlannerError(
                f"The folder {self.path.name} holds another sweep ({told['name']}): another "
                "scenario, pack, version, or other values; nothing was written. Choose another "
                "folder, or ask for the same again to go on with it."
            )
        self.points.mkdir(exist_ok=True)
        self.study = str(told.get("study") or "")
        return self._done(told)

    def run_of(self, number: int) -> Path:
        """The run folder of a point."""
        return self.points / f"{number:03d}"

    def write(self, told: Mapping[str, Any], table: Table) -> None:
        """Write `sweep.json` and `frontier.csv` as they stand now."""
        content = json.dumps(plain(told), ensure_ascii=False, allow_nan=False, indent=1)
        with plain_disk_errors(f"The sweep {self.path.name}"):
            replace_file(self.path / NAME, content.encode())
            replace_file(self.path / "frontier.csv", csv_bytes(table))

    def write_picture(self, svg: str) -> None:
        """Write `frontier.svg`."""
        with plain_disk_errors(f"The picture of {self.path.name}"):
            replace_file(self.path / "frontier.svg", svg.encode())

    def _require_own(self, there: Sequence[Path]) -> None:
        foreign = [each.name for each in there if not _is_own(each.name)]
        if foreign or not (self.path / NAME).is_file():
            held = ", ".join(foreign[:3]) or "other files"
            message = (
                f"The folder {self.path.name} holds {held} and no sweep of its own; nothing was "
                "written. Choose a new or empty folder."
            )
            raise PlannerError(message)

    def _done(self, told: Mapping[str, Any]) -> dict[int, Found]:
        """The points whose run folder is there, whole, and the one that was told."""
        done = {}
        for entry in told["points"]:
            found = found_from(entry)
            if found is None or found.status in ("unknown", "failed"):
                continue
            try:
                info = read_info(self.run_of(found.number))
            except InputError:
                continue
            if info["fingerprint"] == found.fingerprint and info["status"] == found.status:
                done[found.number] = found
        return done


def _is_own(name: str) -> bool:
    return name in _OWN or (name.startswith(".") and name.endswith((".part", ".old")))


def read_sweep(folder: Path) -> dict[str, Any]:
    """What a sweep's folder tells, as plain values.

    Raises:
        InputError: There is no `sweep.json`, or it is damaged or of another version.
    """
    hint = "Copy the whole folder again, or sweep into a new one."
    try:
        told = json.loads(read_ordinary(Path(folder) / NAME, MOST_BYTES))
    except OSError:
        raise InputError([Fault(NAME, None, None, "no such file", "a sweep", hint)]) from None
    except (ValueError, RecursionError):
        raise InputError([Fault(NAME, None, None, "no valid JSON", "a sweep", hint)]) from None
    if not isinstance(told, dict) or told.get("schema") != SCHEMA:
        found = str(told.get("schema"))[:20] if isinstance(told, dict) else "no object"
        hint = "It was written by another version, or is no sweep."
        raise InputError([Fault(NAME, None, "schema", found, str(SCHEMA), hint)])
    needed = {"question": str, "name": str, "points": list}
    for key, kind in needed.items():
        if not isinstance(told.get(key), kind):
            raise InputError([Fault(NAME, None, key, "nothing", kind.__name__, hint)])
    return told


def found_from(entry: Any) -> Found | None:
    """What is known of a point that `sweep.json` tells of; None while it waits."""
    names = [each.name for each in fields(Found)]
    if not isinstance(entry, dict) or entry.get("status", "waiting") == "waiting":
        return None
    try:
        return Found(**{name: entry[name] for name in names if name in entry})
    except TypeError:
        return None


def told_of_point(found: Found) -> dict[str, Any]:
    """What `sweep.json` says of a point that is done."""
    run = f"points/{found.number:03d}" if found.has_run else None
    return {**asdict(found), "run": run}


def question_of(
    ground: Ground, base: Scenario, axes: Sequence[Axis], kind: FrontierKind | None
) -> str:
    """Fingerprint of what a sweep asks: the same command on the same files has the same."""
    asked = {
        "version": __version__,
        "pack": ground.made_of.fingerprint,
        "scenario": scenario_toml(base, ground.pack),
        "axes": [[axis.key, list(axis.values)] for axis in axes],
        "kind": kind,
    }
    text = json.dumps(asked, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def table_of(told: Mapping[str, Any]) -> Table:
    """`frontier.csv`: one row a point."""
    keys = [axis["key"] for axis in told["axes"]]
    measures = [told["measures"][name]["id"] for name in ("x", "y")]
    figures = ("objective", "bound", "gap", "seconds")
    kpis = ("mean_min", "worst_tenth_min", "branches", "annual_kes", "capital_kes")
    rows: list[tuple[Cell, ...]] = []
    for point in told["points"]:
        inner = point.get("kpis") or {}
        pairs = (inner.get("duplicates") or {}).get("pairs")
        rows.append(
            (
                point["number"],
                *(_cell(point["values"][key]) for key in keys),
                point["status"],
                *(_cell(point.get(name)) for name in ("x", "y", "y_least")),
                *(_cell(point.get(name)) for name in figures),
                *(_cell(inner.get(name)) for name in kpis),
                _cell(point.get("excess")),
                _cell(pairs),
                point.get("is_beaten"),
                _cell(point.get("beaten_by")),
                _cell(point.get("run")),
                str(point.get("message") or ""),
            )
        )
    columns = (
        *("point", *keys, "status", f"x_{measures[0]}", f"y_{measures[1]}", "y_at_least"),
        *(*figures, *kpis, "excess_duplicates", "duplicate_pairs"),
        *("dominated", "dominated_by", "run", "message"),
    )
    return Table("frontier", columns, tuple(rows))


def _cell(value: Any) -> Cell:
    return value if isinstance(value, str | int | float | bool | None) else json.dumps(value)
