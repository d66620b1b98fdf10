"""The demand tables that the command line hands out, and how tables are written."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from planner.errors import PlannerError, UsageError
from planner.scenario.demanded import Demand

FATES = ("branch", "online", "assisted", "avoided")


def demand_table(told: Demand) -> pd.DataFrame:
    """Yearly visits per demand point and visit type, as `visits.csv`, with range and mark.

    Where levers are pulled also what becomes of the visits.
    """
    pack, account = told.asked.pack, told.account
    total = {entry.visit_type: entry for entry in told.asked.planned.totals}
    parts = []
    for b, kind in enumerate(pack.visit_types):
        mark = total[kind.id].mark
        columns = {
            "demand_point": [point.id for point in pack.demand_points],
            "visit_type": kind.id,
            "visits_per_year": account.base[:, b],
            "low": np.minimum(told.low, account.base)[:, b],  # records are met within rounding
            "high": np.maximum(told.high, account.base)[:, b],
            "area": [point.area for point in pack.demand_points],
            "source": mark.source,
            "confidence": mark.confidence or "",
        }
        if told.is_levered:
            columns |= {name: getattr(account, name)[:, b] for name in FATES}
        parts.append(pd.DataFrame(columns))
    return pd.concat(parts, ignore_index=True)


def demand_summary(told: Demand) -> list[dict[str, Any]]:
    """The total of each visit type with its chain of figures, and with what levers make of it.

    `value` is the total in force: at the level of the scenario, else the most likely, as `mode`.
    """
    fates = FATES if told.is_levered else ()
    return [
        {
            "visit_type": entry.visit_type,
            "level": told.asked.level,
            "value": float(told.account.base[:, b].sum()),
            "low": float(told.low[:, b].sum()),
            "mode": float(told.mode[:, b].sum()),
            "high": float(told.high[:, b].sum()),
            **{name: float(getattr(told.account, name)[:, b].sum()) for name in fates},
            "spread": entry.spread,
            "source": entry.mark.source,
            "confidence": entry.mark.confidence,
            "chain": [
                {
                    "name": figure.name,
                    "low": figure.low,
                    "mode": figure.value,
                    "high": figure.high,
                    "unit": figure.unit,
                    "source": figure.mark.source,
                    "confidence": figure.mark.confidence,
                }
                for figure in entry.chain
            ],
        }
        for b, entry in enumerate(told.asked.planned.totals)
    ]


def table_kind(path: Path, kinds: tuple[str, ...]) -> str:
    """The kind of table that a file's name asks for.

    Raises:
        UsageError: Its ending is none of `kinds`.
    """
    kind = path.suffix.lstrip(".").lower()
    if kind not in kinds:
        raise UsageError(
            f"{path.name}: the name must end in {' or '.join('.' + k for k in kinds)}."
        )
    return kind


def write_table(table: pd.DataFrame, path: Path, kinds: tuple[str, ...]) -> None:
    """Write a table as CSV or Parquet, whole or not at all.

    Raises:
        UsageError: The file name's ending is none of `kinds`.
        PlannerError: The disk refuses.
    """
    kind = table_kind(path, kinds)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        os.close(handle)
        beside = Path(name)
        try:
            if kind == "csv":
                table.to_csv(beside, index=False, lineterminator="\n", encoding="utf-8")
            else:
                table.to_parquet(beside, index=False)
            beside.chmod(0o644)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise PlannerError(f"{path.name} could not be written: {error.strerror}.") from None
