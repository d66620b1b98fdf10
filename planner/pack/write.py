"""Writes a pack back as a folder that reads as the same pack."""

from __future__ import annotations

import csv
import json
import math
import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import tomli_w
from shapely.geometry import mapping

from planner.errors import Fault, InputError
from planner.pack import work_records_file
from planner.pack.columns import SCHEMAS
from planner.pack.customer_types import CHANNELS, Customers, WorkRecords
from planner.pack.customers_write import write_customers
from planner.pack.demand_write import write_rates
from planner.pack.journeys_file import FILE as JOURNEYS
from planner.pack.journeys_write import write_journeys
from planner.pack.modes_file import FILE as MODES
from planner.pack.modes_write import write_modes
from planner.pack.number_grammar import number_text
from planner.pack.ranges import ENDS
from planner.pack.synced import sync_folder, sync_tree
from planner.pack.toml_write import figure_table
from planner.pack.travel_types import TravelMatrix, TravelParameters
from planner.pack.types import Pack, VisitRow
from planner.pack.voice_types import Voices
from planner.pack.voices_write import write_voices

_NEEDS_GUARD = re.compile(r"'*[=+\-@\t\r]")
_FIGURES = (
    "circuity",
    "speed_kmh",
    "speed_slow_kmh",
    "fare_kes_per_km",
    "local_leg_kes",
    "value_of_time_kes_per_hour",
)
_OPTIONAL_FIGURES = ("circuity_slow", "link_circuity", "road_factor", "wait_min", "local_min")


def write_pack(pack: Pack, folder: Path) -> None:
    """Writes the pack into a new folder, whole or not at all.

    `read_pack` of the folder gives the same pack, but for `folder`, the places of the `lakes` and
    `roads` files (they are copied) and warnings about what is now written plainly.

    Raises:
        InputError: When the folder is there already and holds something.
    """
    folder = Path(folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(
            [
                Fault(
                    folder.name, None, None, "a folder that is in use", "a new folder",
                    "Choose another name, or empty it first",
                )
            ]
        )  # fmt: skip
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".pack-", dir=folder.parent) as beside:
        new = Path(beside) / "pack"
        new.mkdir()
        _write(pack, new)
        if folder.exists():
            folder.rmdir()
        sync_tree(new)
        new.rename(folder)
    sync_folder(folder.parent)


def _write(pack: Pack, folder: Path) -> None:
    top: dict[str, Any] = {"id": pack.id, "name": pack.name, "currency": pack.currency}
    if pack.year is not None:
        top["year"] = pack.year
    areas = _write_areas(pack, folder)
    if areas:
        top["areas"] = areas
    if pack.area_facts:
        _write_facts(pack.area_facts, folder / "area_facts.csv")
        top["area_facts"] = "area_facts.csv"
    for key, path in (
        ("lakes", pack.lakes),
        ("roads", pack.roads),
        ("road_layer", pack.road_layer),
    ):
        if path is not None:
            shutil.copyfile(path, folder / f"{key}{path.suffix}")
            top[key] = f"{key}{path.suffix}"
    top |= {
        "area_label": pack.area_label,
        "area_label_sw": pack.area_label_sw,
        "first_scenario": pack.first_scenario,
        "limits": list(pack.limits),
        "limits_sw": list(pack.limits_sw),
        "dense_areas": sorted(pack.dense_areas),
        "attribution": list(pack.attribution),
        "travel": _travel(pack.travel),
        "capacity": {
            "counter_minutes_per_year": figure_table(pack.counter_minutes_per_year, "value"),
        },
    }
    if pack.first_start.count:
        top["first_start"] = {
            "scenarios": list(pack.first_start.scenarios),
            "frontier": pack.first_start.frontier,
        }
    if pack.known_roads:
        top["known_roads"] = "known_roads.csv"
    if pack.stations is not None:
        names = ("visit_type", "what", "when", "what_sw")
        told = {name: text for name in names if (text := getattr(pack.stations, name))}
        top["station_counts"] = {"file": "station_counts.csv", **told}
        _write_table(folder, "station_counts", pack.stations.counts)
    (folder / "pack.toml").write_text(tomli_w.dumps(top), encoding="utf-8")
    _write_table(folder, "demand_points", pack.demand_points)
    _write_table(folder, "services", pack.services)
    _write_table(folder, "visit_types", pack.visit_types)
    _write_table(folder, "sites", pack.sites)
    if pack.formats:
        _write_table(folder, "formats", pack.formats)
    if pack.visits is not None:
        _write_table(folder, "visits", pack.visits)
    if pack.area_demand is not None:
        rows = pack.area_demand
        ends = [name for name in ENDS if any(getattr(row, name) is not None for row in rows)]
        _write_rows(
            folder / "area_demand.csv",
            ["area", "visit_type", "visits_per_year", *ends, "source", "confidence", "note"],
            (_area_visits(row, ends) for row in pack.area_demand),
        )
    if pack.travel_matrix is not None:
        _write_matrix(pack, pack.travel_matrix, folder / "travel.csv")
    if pack.known_roads:
        _write_table(folder, "known_roads", pack.known_roads)
    if pack.road_changes:
        _write_table(folder, "road_changes", pack.road_changes)
    if pack.towns:
        _write_table(folder, "towns", pack.towns)
    if pack.rates is not None:
        own = bool(pack.rates.facts) and pack.rates.facts != pack.area_facts
        if own:
            _write_facts(pack.rates.facts, folder / "facts.csv")
        write_rates(pack.rates, folder, "facts.csv" if own else "")
    if pack.customers != Customers():
        own = pack.customers.facts != pack.area_facts
        if own:
            _write_facts(pack.customers.facts, folder / "customers_facts.csv")
        file = "customers_facts.csv" if own else ""
        write_customers(pack.customers, folder, file)
    if pack.work_records is not None:
        _write_work_records(pack, pack.work_records, folder / work_records_file.FILE)
    if pack.modes:
        write_modes(pack.modes, folder / MODES)
    if pack.journeys:
        write_journeys(pack.journeys, folder / JOURNEYS)
    if pack.voices != Voices():

        def write_rows(kind: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
            _write_rows(
                folder / f"{kind}.csv", columns, ([_cell(each) for each in r] for r in rows)
            )

        write_voices(pack.voices, folder, write_rows)


def _write_areas(pack: Pack, folder: Path) -> str | None:
    """Writes the areas, unless they are only the labels of points and sites."""
    if any(area.outline is not None for area in pack.areas):
        features = [
            {
                "type": "Feature",
                "properties": {"code": area.code, "name": area.name},
                "geometry": None if area.outline is None else mapping(area.outline),
            }
            for area in pack.areas
        ]
        content = {"type": "FeatureCollection", "features": features}
        text = json.dumps(content, ensure_ascii=False, allow_nan=False)
        (folder / "areas.geojson").write_text(text, encoding="utf-8")
        return "areas.geojson"
    labels = dict.fromkeys(
        [point.area for point in pack.demand_points] + [site.area for site in pack.sites]
    )
    if [(area.code, area.name) for area in pack.areas] == [(each, each) for each in labels]:
        return None
    rows = ([_cell(area.code), _cell(area.name)] for area in pack.areas)
    _write_rows(folder / "areas.csv", ["code", "name"], rows)
    return "areas.csv"


def _write_facts(facts: Mapping[str, Mapping[str, float]], path: Path) -> None:
    columns = list(dict.fromkeys(name for values in facts.values() for name in values))
    rows = (
        [_cell(code), *(_cell(values.get(name)) for name in columns)]
        for code, values in facts.items()
    )
    _write_rows(path, ["code", *map(_guarded, columns)], rows)


def _write_table(folder: Path, kind: str, records: Sequence[Any]) -> None:
    """Writes the columns of a kind that any record fills, or that are required."""
    mark = {"source", "confidence", "note"}
    names = []
    for column in SCHEMAS[kind].columns:
        values = [
            getattr(record.mark if column.name in mark else record, column.name, None)
            for record in records
            if column.name not in mark or hasattr(record, "mark")
        ]
        if column.required or any(value not in {None, "", ()} for value in values):
            names.append(column.name)
    rows = (
        [_cell(getattr(record.mark if name in mark else record, name)) for name in names]
        for record in records
    )
    _write_rows(folder / f"{kind}.csv", names, rows)


def _write_matrix(pack: Pack, matrix: TravelMatrix, path: Path) -> None:
    """Writes the pairs, with the units that any of them gives (minutes where none is there)."""
    points = [_cell(point.id) for point in pack.demand_points]
    sites = [_cell(site.id) for site in pack.sites]
    units = {
        name: values
        for name, values in (("minutes", matrix.minutes), ("km", matrix.km), ("kes", matrix.kes))
        if not np.isnan(values).all()
    } or {"minutes": matrix.minutes}
    rows = (
        [points[i], sites[j], *("" if math.isnan(each) else number_text(each) for each in values)]
        for i, j, *values in zip(
            matrix.point.tolist(),
            matrix.site.tolist(),
            *(values.tolist() for values in units.values()),
            strict=True,
        )
    )
    _write_rows(path, ["demand_point", "site", *units], rows)


def _write_work_records(pack: Pack, records: WorkRecords, path: Path) -> None:
    """Writes the records in the pack's order, with the columns that any of them fills."""
    services, kinds, areas = pack.services, pack.visit_types, pack.areas
    own = {each.id for each in kinds}  # an id of both means the visit type
    columns = {
        "date": [str(date.fromordinal(day)) for day in records.day.tolist()],
        "branch": [pack.sites[j].id for j in records.site.tolist()],
        "service": [
            kinds[b].id if s < 0 or services[s].id in own else services[s].id
            for b, s in zip(records.visit_type.tolist(), records.service.tolist(), strict=True)
        ],
        "channel": [CHANNELS[at] for at in records.channel.tolist()],
    }
    for name in ("served", "turned_away", "wait_min", "service_min", "staff"):
        values = getattr(records, name).tolist()
        columns[name] = ["" if math.isnan(each) else number_text(each) for each in values]
    columns["origin_area"] = ["" if c < 0 else areas[c].code for c in records.origin.tolist()]
    for name in ("first_visit", "complete"):
        columns[name] = ["" if each < 0 else str(each) for each in getattr(records, name).tolist()]
    for name in ("source", "confidence", "note"):
        columns[name] = [getattr(records.marks[at], name) or "" for at in records.mark.tolist()]
    filled = {
        name: values
        for name, values in columns.items()
        if any(values) or name in {"date", "branch", "service", "served"}
    }
    rows = ([_guarded(each) for each in row] for row in zip(*filled.values(), strict=True))
    _write_rows(path, list(filled), rows)


def _area_visits(row: VisitRow, ends: Sequence[str]) -> list[str]:
    mark = row.mark
    values = (row.demand_point, row.visit_type, row.visits_per_year)
    told = (getattr(row, name) for name in ends)
    return [_cell(each) for each in (*values, *told, mark.source, mark.confidence, mark.note)]


def _write_rows(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return _guarded(";".join(value))
    if isinstance(value, (int, float)):
        return number_text(value)
    return _guarded(str(value))


def _guarded(text: str) -> str:
    """Text that no spreadsheet takes for a formula; reading takes the guard off."""
    return f"'{text}" if _NEEDS_GUARD.match(text) else text


def _travel(travel: TravelParameters) -> dict[str, Any]:
    figures = {name: figure_table(getattr(travel, name), "value") for name in _FIGURES}
    given = {name: getattr(travel, name) for name in _OPTIONAL_FIGURES}
    figures |= {name: figure_table(each, "value") for name, each in given.items() if each}
    speeds = {name: figure_table(each, "value") for name, each in travel.class_speed_kmh.items()}
    return {
        "slow_areas": sorted(travel.slow_areas),
        "avoid": list(travel.avoid),
        **({"model": travel.model} if travel.model else {}),
        **figures,
        **({"class_speed_kmh": speeds} if speeds else {}),
    }
