"""The demand and travel tables that the command line hands out."""

from __future__ import annotations

import os
import tempfile
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from planner.errors import PlannerError, UsageError
from planner.pack.travel_types import TravelModel
from planner.pack.types import Pack
from planner.scenario.demanded import Demand
from planner.travel import ErrorSize, default_model, road_errors, travel_times, ways_of

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


def travel_table(pack: Pack) -> tuple[pd.DataFrame, TravelModel, tuple[str, ...]]:
    """One-way travel of every pair that has a route, with the model's name.

    Minutes and kilometres as far as the pack gives them, and what a return trip costs where a
    matrix says so.
    """
    model = default_model(pack)
    travel = travel_times(pack, model)
    point, site = np.nonzero(np.isfinite(travel.minutes))
    point_ids = np.array([entry.id for entry in pack.demand_points], dtype=object)
    site_ids = np.array([entry.id for entry in pack.sites], dtype=object)
    columns = {"demand_point": point_ids[point], "site": site_ids[site]}
    for unit, values in (("minutes", travel.minutes), ("km", travel.km), ("kes", travel.kes)):
        if values is not None and unit not in travel.unknown:
            columns[unit] = values[point, site]
    table = pd.DataFrame(columns)
    return table, model, travel.notes


def known_road_error(pack: Pack, model: TravelModel) -> dict[str, Any] | None:
    """The error of a travel model on the pack's known roads, as plain values; None without any.

    A matrix knows its own pairs only, so nothing can be held against it. Where the model finds no
    way, kilometres and error are None.
    """
    judged = None if model == "matrix" else road_errors(pack, ways_of(pack, model))
    if judged is None:
        return None
    roads: list[dict[str, Any]] = [
        {
            "from_town": entry.road.from_town,
            "to_town": entry.road.to_town,
            "road_km": entry.road.road_km,
            "modelled_km": _finite(entry.modelled_km),
            "error": _finite(entry.error),
            "doubts": [_told(doubt) for doubt in entry.doubts],
            "source": entry.road.mark.source,
        }
        for entry in judged.roads
    ]
    return {
        **_told(judged, only=ErrorSize),
        "least_km": judged.least_km,
        "without_doubtful": None if judged.sound is None else _told(judged.sound),
        "worst": roads[judged.roads.index(judged.worst)],
        "roads": roads,
    }


def _told(record: Any, only: Any = None) -> dict[str, Any]:
    """A record of figures and words as plain values; `only` the fields of a type."""
    names = [entry.name for entry in fields(only or record)]
    return {name: _finite(getattr(record, name)) for name in names}


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not np.isfinite(value) else value


def write_table(table: pd.DataFrame, path: Path, kinds: tuple[str, ...]) -> None:
    """Write a table as CSV or Parquet, whole or not at all.

    Raises:
        UsageError: The file name's ending is none of `kinds`.
        PlannerError: The disk refuses.
    """
    kind = path.suffix.lstrip(".").lower()
    if kind not in kinds:
        raise UsageError(
            f"{path.name}: the name must end in {' or '.join('.' + k for k in kinds)}."
        )
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
