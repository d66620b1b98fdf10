"""What a GIS file holds where GDAL would read less of it: rows, and cells of another kind."""

from __future__ import annotations

import contextlib
import re
import sqlite3
import struct
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.pack.foreign import Refused

if TYPE_CHECKING:
    import pyarrow as pa

Cells = dict[str, list[Any]]

_HEAD, _FIELD = 32, 32  # bytes of the head of a .dbf file and of one of its columns
_NO_MORE = 0x0D
_DELETED = ord("*")
_NUMBERS, _DAYS, _TEXTS = "NF", "D", "C"
_PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_DAY = re.compile(r"\d{8}", re.ASCII)


def geopackage_cells(path: Path, layer: str, table: pa.Table) -> Cells:
    """The columns of a layer in which GDAL would change or lose a value, as they are stored.

    Args:
        path: The GeoPackage.
        layer: Its layer, a plain table.
        table: What GDAL read of it, geometry left out.

    Raises:
        Refused: When it is damaged, or GDAL read fewer rows than there are.
    """
    with _opened(path) as base:
        (rows,) = _asked(base, "count(*)", layer).fetchone()
        if rows != table.num_rows:
            read = f"{table.num_rows:,} of {rows:,} features"
            raise Refused(read, "a whole file", "Export it again")
        found: Cells = {}
        for name in _own_columns(base, layer, table.column_names):
            kinds, column = _kinds(base, layer, name), table.column(name)
            is_whole = kinds.get("null", 0) == column.null_count
            if not (is_whole and {*kinds} <= _kept_kinds(column.type)):
                values = _asked(base, _quoted(name), layer).fetchall()
                found[name] = [_as_text(value) for (value,) in values]
    return found


def refuse_mixed_columns(path: Path, layer: str, schema: pa.Schema) -> None:
    """Refuses a layer of a GeoPackage in which GDAL would change a value.

    Args:
        path: The GeoPackage.
        layer: Its layer, a plain table.
        schema: The columns that GDAL is to read.
    """
    with _opened(path) as base:
        for name in _own_columns(base, layer, schema.names):
            odd = {*_kinds(base, layer, name)} - _kept_kinds(schema.field(name).type)
            if odd - {"blob"}:
                raise Refused(
                    f"a column of numbers that holds {'texts' if 'text' in odd else 'others'}",
                    "one kind of values in a column", "Mend the column and export it again",
                    column=name,
                )  # fmt: skip


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The database of a GeoPackage; nothing in it is run.

    Raises:
        Refused: When it is damaged.
    """
    try:
        place = f"file:{path}?mode=ro&immutable=1"
        with contextlib.closing(sqlite3.connect(place, uri=True)) as base:
            base.execute("PRAGMA trusted_schema = OFF")
            base.text_factory = lambda text: text.decode(errors="replace")
            yield base
    except sqlite3.Error:
        raise Refused("a damaged GeoPackage", "a sound file", "Export it again") from None


def _own_columns(base: sqlite3.Connection, layer: str, names: Sequence[str]) -> list[str]:
    """The columns that are the table's own; the number that GDAL gives to a row may be not."""
    there = base.execute("SELECT name FROM pragma_table_info(?)", (layer,)).fetchall()
    own = {str(name).lower() for (name,) in there}
    return [name for name in names if name.lower() in own]


def _kinds(base: sqlite3.Connection, layer: str, name: str) -> dict[str, int]:
    """How many values of each kind a column holds."""
    return dict(_asked(base, f"typeof({_quoted(name)}), count(*)", layer, " GROUP BY 1").fetchall())


def _asked(base: sqlite3.Connection, what: str, layer: str, more: str = "") -> sqlite3.Cursor:
    """Asks a layer, row after row as GDAL does."""
    return base.execute(f"SELECT {what} FROM {_quoted(layer)} NOT INDEXED{more}")  # noqa: S608 - names are quoted


def _quoted(name: str) -> str:
    """The name of a table or column within SQL."""
    return '"' + name.replace('"', '""') + '"'


def _kept_kinds(kind: pa.DataType) -> set[str]:
    """The kinds of stored values that a column of this type takes over as they are."""
    import pyarrow as pa  # noqa: PLC0415 - only in the child

    if pa.types.is_int64(kind) or pa.types.is_boolean(kind):
        return {"null", "integer"}
    if pa.types.is_float64(kind):
        return {"null", "integer", "real"}
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):  # too narrow for some
        return {"null"}
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return {"null", "blob"}
    return {"null", "integer", "real", "text"}  # texts and days; a number is read as its text


def _as_text(value: Any) -> Any:
    return value.decode(errors="replace") if isinstance(value, bytes) else value


@dataclass(frozen=True, slots=True)
class _Field:
    """A column of a .dbf file: its name, its letter, and where its cells are in a record."""

    name: str
    kind: str
    begin: int
    end: int


def shapefile_cells(path: Path, table: pa.Table, cells: Cells) -> tuple[Cells, list[str]]:
    """The columns of a Shapefile in which GDAL would change a value, and what is to be told.

    Args:
        path: Its .shp file.
        table: What GDAL read of it.
        cells: The columns that were read, as plain lists.

    Raises:
        Refused: When GDAL read fewer rows than there are.
    """
    content = path.with_suffix(".dbf").read_bytes()
    kept, told = _kept_records(content)
    if len(kept) != table.num_rows:
        read = f"{table.num_rows:,} of {len(kept):,} features"
        raise Refused(read, "a whole file", "Export it again")
    changed: Cells = {}
    for at, name, text in _odd_cells(content, kept, cells):
        changed.setdefault(name, list(cells[name]))[at] = text
    return changed, told


def refuse_odd_numbers(path: Path, names: Sequence[str]) -> list[str]:
    """Refuses a Shapefile in which GDAL would change a value of these columns.

    Returns:
        What is to be told.
    """
    content = path.with_suffix(".dbf").read_bytes()
    kept, told = _kept_records(content)
    for at, name, text in _odd_cells(content, kept, names):
        raise Refused(
            text, "a number", "Mend the column and export it again", row=at + 2, column=name
        )
    return told


def _kept_records(content: bytes) -> tuple[list[bytes], list[str]]:
    """The records of a .dbf file that are not marked as deleted, and what is told of those."""
    rows = list(_records(content))
    kept = [row for row in rows if row[0] != _DELETED]
    gone = len(rows) - len(kept)
    if not gone:
        return kept, []
    what = "1 record is" if gone == 1 else f"{gone:,} records are"
    return kept, [f"{what} marked as deleted in the .dbf file: left out"]


def _odd_cells(
    content: bytes, rows: Sequence[bytes], names: Container[str]
) -> Iterator[tuple[int, str, str]]:
    """Cells of numbers and days that are none: where they stand, their column and text."""
    for each in _fields(content):
        if each.kind not in _NUMBERS + _DAYS or each.name not in names:
            continue
        sound = _DAY if each.kind == _DAYS else _PLAIN
        for at, row in enumerate(rows):
            text = row[each.begin : each.end].decode("latin-1").strip(" \0")
            if text and text[0] != "*" and not sound.fullmatch(text):  # stars stand for nothing
                yield at, each.name, text


def texts_are(path: Path, encoding: str) -> bool:
    """Whether all texts of a Shapefile's records are in an encoding."""
    content = path.with_suffix(".dbf").read_bytes()
    texts = [each for each in _fields(content) if each.kind == _TEXTS]
    try:
        for row in _records(content):
            for each in texts:
                row[each.begin : each.end].rstrip(b" \0").decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _records(content: bytes) -> Iterator[bytes]:
    count, begin, length = struct.unpack("<IHH", content[4:12])
    for at in range(count):
        row = content[begin + at * length : begin + (at + 1) * length]
        yield row or b" "


def _fields(content: bytes) -> Iterator[_Field]:
    begin = struct.unpack("<H", content[8:10])[0]
    at, place = _HEAD, 1  # the first byte of a record says whether it is deleted
    while at + _FIELD <= begin and content[at] != _NO_MORE:
        name = content[at : at + 11].split(b"\0")[0].decode("latin-1").strip()
        end = place + content[at + 16]
        yield _Field(name, chr(content[at + 11]), place, end)
        at, place = at + _FIELD, end
