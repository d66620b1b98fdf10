"""A roadmap on disk: a run folder for each phase, and its tables; whole or not at all."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from planner.errors import PlannerError
from planner.insight.roadmap import Roadmap
from planner.pack.types import Pack
from planner.plan import Plan
from planner.runs.files import plain_disk_errors, publish_folder, write_synced
from planner.runs.folder import judge_and_write, require_free
from planner.runs.table import Cell, Table, csv_bytes, guard
from planner.scenario import Scenario, phase_scenarios

_FILES = ("roadmap.json", "roadmap.csv", "gantt.csv", "phases.csv")
_COLUMNS = ("phase", "site", "name", "area", "is_new", "services", "new_services")
_PHASE_COLUMNS = (
    "phase",
    "branches",
    "mean_min",
    "capital_more_kes",
    "capital_kes",
    "annual_more_kes",
    "annual_kes",
    "nesting_low_per_visit",
    "nesting_high_per_visit",
)


def require_free_for_roadmap(out: Path) -> None:
    """Refuse a place that holds anything but an earlier roadmap, before time is spent on one.

    Raises:
        PlannerError: It does; nothing was written.
    """
    out = Path(os.path.realpath(out))
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        require_free(out)
        return
    is_ours = out.is_dir() and (out / "roadmap.json").is_file()
    foreign = [
        each.name
        for each in (sorted(out.iterdir()) if is_ours else ())
        if each.name not in _FILES and not (each / "run.json").is_file()
    ]
    if not is_ours or foreign:
        message = (
            f"The folder {out.name} holds other files than a roadmap; nothing was written. "
            "Choose a new or empty folder."
        )
        raise PlannerError(message)
    for each in sorted(out.iterdir()):
        if each.is_dir():
            require_free(each)


def write_roadmap_folder(
    found: Roadmap, told: Mapping[str, Any], pack: Pack, scenario: Scenario, out: Path
) -> None:
    """Write a roadmap that was found: a run folder a phase, roadmap.json and three tables.

    Args:
        found: The roadmap.
        told: Its plain values; see `roadmap_told`.
        pack: Its pack.
        scenario: The scenario with the phases.
        out: The folder to make; see `require_free_for_roadmap`.

    Raises:
        PlannerError: The disk refuses; nothing was written.
    """
    out = Path(os.path.realpath(out))
    scenarios = phase_scenarios(scenario)
    tables = (_branches(found, pack), gantt_table(told), _phases(told))

    def fill(folder: Path) -> None:
        for number, (stage, asked) in enumerate(zip(found.stages, scenarios, strict=True), 1):
            judge_and_write(stage.report, pack, asked, folder / _folder(number, stage.name))
        text = json.dumps(told, ensure_ascii=False, allow_nan=False, indent=1)
        write_synced(folder / "roadmap.json", text.encode())
        for table in tables:
            write_synced(folder / f"{table.name}.csv", csv_bytes(table))

    with plain_disk_errors(f"The roadmap {out.name}"):
        publish_folder(out, fill)


def gantt_table(told: Mapping[str, Any]) -> Table:
    """One row a branch, then one for each service there; one column a phase."""
    gantt = told["gantt"]
    names = [phase["phase"] for phase in gantt["phases"]]
    rows: list[tuple[Cell, ...]] = []
    for row in gantt["rows"]:
        head = (row["site"], row["name"], row["area"])
        rows.append((*head, None, *(cell["state"] or None for cell in row["cells"])))
        rows += [
            (*head, each["service"], *(cell or None for cell in each["cells"]))
            for each in row["services"]
        ]
    columns = ("site", "name", "area", "service", *(guard(name) for name in names))
    return Table("gantt", columns, tuple(rows))


def _phases(told: Mapping[str, Any]) -> Table:
    rows = (tuple(each[key] for key in _PHASE_COLUMNS) for each in told["gantt"]["phases"])
    return Table("phases", _PHASE_COLUMNS, tuple(rows))


def _folder(number: int, name: str) -> str:
    """A phase's folder: its number, and what of its name any disk takes."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40]
    return f"{number}-{plain}" if plain else str(number)


def _branches(found: Roadmap, pack: Pack) -> Table:
    return Table("roadmap", _COLUMNS, tuple(_rows(found, pack)))


def _rows(found: Roadmap, pack: Pack) -> Iterator[tuple[Cell, ...]]:
    """One row for each branch of each phase, with what is new in it."""
    before: Plan | None = None
    for stage in found.stages:
        plan, problem = stage.report.plan, stage.report.problem
        if plan is None:
            continue
        there = problem.today & problem.existing[:, None] if before is None else before.offers
        for j in np.flatnonzero(plan.is_open).tolist():
            site = pack.sites[j]
            was_open = problem.existing[j] if before is None else before.is_open[j]
            new = plan.offers[j] & ~there[j]
            yield (
                stage.name,
                site.id,
                site.name,
                site.area,
                not was_open,
                ";".join(problem.service_ids[s] for s in np.flatnonzero(plan.offers[j])),
                ";".join(problem.service_ids[s] for s in np.flatnonzero(new)),
            )
        before = plan
