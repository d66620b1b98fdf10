"""How firm a plan is, on disk: robust.json and two tables, whole or not at all."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from planner.errors import PlannerError
from planner.insight.frequency import FAMILIES
from planner.runs.files import plain_disk_errors, publish_folder, write_synced
from planner.runs.folder import require_free
from planner.runs.table import Cell, Table, csv_bytes

_FILES = ("robust.json", "sites.csv", "regret.csv")
_SITE_COLUMNS = ("site", "name", "area", "service", "how", "share", "plans", "of", "in_plan",
                 "by_the_rules", *(f"{each}_plans" for each in FAMILIES),
                 *(f"{each}_of" for each in FAMILIES))  # fmt: skip
_REGRET_COLUMNS = (
    "plan",
    "rank",
    "opens",
    "closes",
    "future",
    "kind",
    "objective",
    "mean_min",
    "keeps_rules",
    "regret_at_least",
    "regret_at_most",
    "extra_min",
    "missed_more",
    "breaks_more",
    "is_worst",
)


def require_free_for_robust(out: Path) -> None:
    """Refuse a place that holds anything but an earlier answer of this kind.

    Raises:
        PlannerError: It does; nothing was written.
    """
    out = Path(os.path.realpath(out))
    there = sorted(out.iterdir()) if out.is_dir() else []
    if not there:
        require_free(out)
    elif any(each.name not in _FILES for each in there):
        message = (
            f"The folder {out.name} holds other files; nothing was written. "
            "Choose a new or empty folder."
        )
        raise PlannerError(message)


def write_robust_folder(told: Mapping[str, Any], out: Path) -> None:
    """Write robust.json, sites.csv and regret.csv.

    Args:
        told: The plain values; see `robust_told`.
        out: The folder to make; see `require_free_for_robust`.

    Raises:
        PlannerError: The disk refuses; nothing was written.
    """
    out = Path(os.path.realpath(out))

    def fill(folder: Path) -> None:
        text = json.dumps(told, ensure_ascii=False, allow_nan=False, indent=1)
        write_synced(folder / "robust.json", text.encode())
        for table in (sites_table(told), regret_table(told)):
            write_synced(folder / f"{table.name}.csv", csv_bytes(table))

    with plain_disk_errors(f"The folder {out.name}"):
        publish_folder(out, fill)


def sites_table(told: Mapping[str, Any]) -> Table:
    """How often each site is chosen, and under it each of its services."""
    rows: list[tuple[Cell, ...]] = []
    for site in told["sites"]:
        head = (site["site"], site["name"], site["area"])
        rows.append((*head, None, *_often(site)))
        rows += [(*head, each["service"], *_often(each)) for each in site["services"]]
    return Table("sites", _SITE_COLUMNS, tuple(rows))


def _often(told: Mapping[str, Any]) -> tuple[Cell, ...]:
    counts = [told["families"].get(family) or {} for family in FAMILIES]
    keys = ("how", "share", "plans", "of", "in_plan", "by_the_rules")
    plans, asked = ([each.get(key) for each in counts] for key in ("plans", "of"))
    return (*(told[key] for key in keys), *plans, *asked)


def regret_table(told: Mapping[str, Any]) -> Table:
    """One row for each plan in each future, the safest plan first."""
    regret = told["regret"]
    rows: list[tuple[Cell, ...]] = []
    for at in () if regret is None else regret["order"]:
        plan = regret["plans"][at]
        head = (plan["keys"][0], plan["rank"], ";".join(plan["opens"]), ";".join(plan["closes"]))
        rows += [
            (
                *head,
                future["key"],
                future["kind"],
                cell["objective"],
                cell["mean_min"],
                cell["keeps_rules"],
                cell["low"],
                cell["high"],
                cell["extra_min"],
                cell["missed_more"],
                cell["breaks_more"],
                future["key"] == plan["worst_future"],
            )
            for future, cell in zip(regret["futures"], plan["cells"], strict=True)
        ]
    return Table("regret", _REGRET_COLUMNS, tuple(rows))
