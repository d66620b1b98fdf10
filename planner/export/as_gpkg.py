"""GeoPackage (OGC 12-128): layers with their styles, and all tables, in one file."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import geopandas
import pandas as pd
import pyogrio
import pyogrio.errors

from planner.errors import PlannerError
from planner.export.columns import Column
from planner.export.layers import MapLayer, map_layers
from planner.export.sheets import Imprint, Sheet
from planner.export.styles import Style, layer_styles
from planner.present.view import View
from planner.present.words import Words
from planner.runs import StoredRun
from planner.runs.content import plain
from planner.runs.files import plain_disk_errors
from planner.runs.table import Cell, clean_text

_OF_LAYERS = frozenset({"areas", "points", "branches", "duplicates"})  # tables that are layers
_WHOLE = frozenset({"count", "money"})


def gpkg_files(
    run: StoredRun, sheets: Sequence[Sheet], imprint: Imprint, w: Words
) -> dict[str, bytes]:
    """The file by the end of its name.

    It is the same for the same run on the same versions of GDAL and SQLite: its dates are the
    run's own.

    Raises:
        PlannerError: Places are in metres or not known; the disk for temporary files refuses.
    """
    layers = map_layers(run, sheets, w)
    styles = layer_styles(run, layers, View(w, run.pack, run.problem))
    others = [sheet for sheet in sheets if sheet.key not in _OF_LAYERS]
    marks = {key: clean_text(value) for key, value in imprint.as_dict().items()}
    with _refusal_told(), tempfile.TemporaryDirectory(prefix="ugatuzi-") as folder:
        path = Path(folder) / "plan.gpkg"
        with _dated(imprint.created):
            for layer in layers:
                _write(path, layer.key, _located(layer), layer.sheet.title, marks, layer.kind)
            for sheet in others:
                _write(path, f"table_{sheet.key}", _frame(sheet), sheet.title, marks)
        tables = {layer.key: layer.sheet for layer in layers}
        _finish(path, tables | {f"table_{each.key}": each for each in others}, styles, imprint)
        return {"plan.gpkg": path.read_bytes()}


@contextlib.contextmanager
def _refusal_told() -> Iterator[None]:
    """What GDAL and SQLite say of a disk that refuses, in plain words."""
    try:
        with plain_disk_errors("The GeoPackage"):
            yield
    except (
        pyogrio.errors.DataSourceError,
        pyogrio.errors.DataLayerError,
        pyogrio.errors.FeatureError,
        sqlite3.Error,
    ) as error:
        message = (
            "The GeoPackage could not be written: the disk for temporary files refused. Free some "
            "space on it and try again."
        )
        raise PlannerError(message) from error


@contextlib.contextmanager
def _dated(created: str) -> Iterator[None]:
    """While it lasts GDAL writes the run's moment as the time of each change."""
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _moment(created)})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def _moment(created: str) -> str:
    """A run's date as the format writes times, in UTC."""
    moment = datetime.fromisoformat(created).astimezone(UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.000Z"


def _frame(sheet: Sheet) -> pd.DataFrame:
    """A table with a type for each column; what is missing is null."""
    columns = zip(sheet.columns, zip(*sheet.rows, strict=True), strict=True)
    if not sheet.rows:
        return pd.DataFrame({each.key: _series(each, ()) for each in sheet.columns})
    return pd.DataFrame({each.key: _series(each, cells) for each, cells in columns})


def _series(column: Column, cells: Sequence[Cell]) -> pd.Series[Any]:
    known = [plain(cell) for cell in cells]
    is_number = [isinstance(each, int | float) for each in known if each is not None]
    if column.kind in ("text", "code") or not all(is_number):  # sentences among figures
        return pd.Series(
            [None if each in (None, "") else _text(each) for each in known], dtype="str"
        )
    if column.kind == "flag":
        return pd.Series(known, dtype="boolean")
    whole = column.kind in _WHOLE and all(each is None or each == int(each) for each in known)
    return pd.Series(known, dtype="Int64" if whole else "Float64")


def _text(value: Cell) -> str:
    """A cell of a column that holds sentences among figures, as CSV writes it."""
    if isinstance(value, str):
        return clean_text(value)
    return ("yes" if value else "no") if isinstance(value, bool) else json.dumps(value)


def _located(layer: MapLayer) -> geopandas.GeoDataFrame:
    return geopandas.GeoDataFrame(
        _frame(layer.sheet), geometry=list(layer.geometry), crs="EPSG:4326"
    )


def _write(
    path: Path,
    name: str,
    frame: pd.DataFrame,
    title: str,
    marks: Mapping[str, str],
    kind: str | None = None,
) -> None:
    pyogrio.write_dataframe(
        frame,
        path,
        layer=name,
        driver="GPKG",
        geometry_type=kind,
        append=path.exists(),
        dataset_options={} if path.exists() else {"VERSION": "1.2"},  # older readers know it
        layer_metadata=dict(marks),
        dataset_metadata=dict(marks),
        layer_options={"IDENTIFIER": clean_text(title), "DESCRIPTION": marks["attribution"]},
    )


def _finish(
    path: Path, tables: Mapping[str, Sheet], styles: Sequence[Style], imprint: Imprint
) -> None:
    """Add what each column means and how QGIS draws each layer."""
    moment = _moment(imprint.created)
    with contextlib.closing(sqlite3.connect(path)) as base, base:
        _explain(base, tables)
        base.execute(_STYLES)
        base.executemany(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, "
            "f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, owner, "
            "ui, update_time) VALUES ('', '', ?, 'geom', ?, ?, '', ?, ?, '', NULL, ?)",
            [(each.layer, each.name, each.qml, each.first, each.name, moment) for each in styles],
        )
        base.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, "
            "last_change) VALUES ('layer_styles', 'attributes', 'layer_styles', '', ?)",
            (moment,),
        )


_STYLES = """
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  f_table_catalog TEXT(256),
  f_table_schema TEXT(256),
  f_table_name TEXT(256),
  f_geometry_column TEXT(256),
  styleName TEXT(30),
  styleQML TEXT,
  styleSLD TEXT,
  useAsDefault BOOLEAN,
  description TEXT,
  owner TEXT(30),
  ui TEXT(30),
  update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now'))
)
"""
# The GeoPackage's own extension that explains columns (schema, OGC 12-128 annex F.9).
_COLUMNS = """
CREATE TABLE IF NOT EXISTS gpkg_data_columns (
  table_name TEXT NOT NULL,
  column_name TEXT NOT NULL,
  name TEXT,
  title TEXT,
  description TEXT,
  mime_type TEXT,
  constraint_name TEXT,
  CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
  CONSTRAINT gdc_tn UNIQUE (table_name, name)
)
"""
_CONSTRAINTS = """
CREATE TABLE IF NOT EXISTS gpkg_data_column_constraints (
  constraint_name TEXT NOT NULL,
  constraint_type TEXT NOT NULL,
  value TEXT,
  min NUMERIC,
  min_is_inclusive BOOLEAN,
  max NUMERIC,
  max_is_inclusive BOOLEAN,
  description TEXT,
  CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value)
)
"""
_SCHEMA = "http://www.geopackage.org/spec/#extension_schema"


def _explain(base: sqlite3.Connection, tables: Mapping[str, Sheet]) -> None:
    base.execute(_COLUMNS)
    base.execute(_CONSTRAINTS)
    base.executemany(
        "INSERT INTO gpkg_extensions VALUES (?, NULL, 'gpkg_schema', ?, 'read-write')",
        [(name, _SCHEMA) for name in ("gpkg_data_columns", "gpkg_data_column_constraints")],
    )
    base.executemany(
        "INSERT INTO gpkg_data_columns (table_name, column_name, title, description) "
        "VALUES (?, ?, ?, ?)",
        [
            (name, column.key, clean_text(column.header), clean_text(column.meaning))
            for name, sheet in tables.items()
            for column in sheet.columns
        ],
    )
