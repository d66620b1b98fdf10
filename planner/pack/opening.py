"""Opens a table file by what it holds, not by what it is called."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from planner.pack.columns import Schema
from planner.pack.faults import Findings
from planner.pack.geo import declared_crs, read_geojson_grid, repaired
from planner.pack.grid import Grid, Record
from planner.pack.header import count_known
from planner.pack.parquet_columns import Column, cells_of, read_parquet_columns
from planner.pack.sandbox import read_in_child
from planner.pack.tables import Table, read_table
from planner.pack.text_table import decode, read_text_grid

MOST_ROWS = 200_000
MOST_TRAVEL_ROWS = 3_000_000
MOST_COLUMNS = 200
MOST_BYTES = 200 * 2**20
MOST_UPLOAD_BYTES = 20 * 2**20  # of a table by itself
_GEOJSON_IN_PROCESS = 2**20
_REPAIR_IN_PROCESS = 300
_ACCEPTED = "CSV, XLSX, GeoJSON, GeoPackage or a zipped Shapefile"
_NO_TABLES = (
    (b"\xd0\xcf\x11\xe0", "an old Excel file (.xls) or one with a password", "Save it as .xlsx"),
    (b"\x00\x00\x27\x0a", "a single part of a Shapefile", "Zip .shp, .shx, .dbf and .prj together"),
    (b"%PDF", "a PDF file", "Save the table as CSV or XLSX"),
    (b"\x89PNG", "a picture", "Type the table into a workbook, or ask for the file it shows"),
    (b"\xff\xd8\xff", "a picture", "Type the table into a workbook, or ask for the file it shows"),
    (b"GIF8", "a picture", "Type the table into a workbook, or ask for the file it shows"),
    (b"\x1f\x8b", "a compressed file", "Unpack it first"),
    (b"7z\xbc\xaf", "a compressed file", "Unpack it first"),
    (b"Rar!", "a compressed file", "Unpack it first"),
    (b"<", "XML or HTML", "Save the table as CSV, XLSX or GeoJSON"),
)
_DBF = (b"\x03", "the table of a Shapefile alone (.dbf)", "Save it as CSV, or zip all its parts")
_BINARY_ENDINGS = {
    ".geojson": ("geojson",),
    ".json": ("geojson",),
    ".gpkg": ("gpkg",),
    ".parquet": ("parquet",),
    ".zip": ("zip",),
    ".shp": ("zip",),
}


def open_table(path: Path, schema: Schema, findings: Findings) -> Table | None:
    """Reads one table file by its schema; None when it cannot be read (said in `findings`)."""
    grid = open_grid(path, schema, findings)
    if grid is None:
        return None
    return read_table(grid, schema, findings)


def is_file(path: Path, findings: Findings | None = None) -> bool:
    """Whether there is such a file.

    What stands there and is none, or may not be seen, is a fault where `findings` are given.
    """
    try:
        if stat.S_ISREG(path.stat().st_mode):
            return True
    except PermissionError:
        if findings is not None:
            no_permission(path, findings)
        return False
    except (OSError, ValueError):
        pass
    if findings is not None and os.path.lexists(path):
        findings.fault(path.name, None, None, _no_file(path), "a file")
    return False


def no_permission(path: Path, findings: Findings) -> None:
    """Notes a file that cannot be read for want of permission."""
    findings.fault(
        path.name, None, None, "a file that cannot be read: no permission", "a file",
        "Ask its owner for permission to read it, and to open its folder",
    )  # fmt: skip


def read_bytes(path: Path, findings: Findings, most: int = MOST_BYTES) -> bytes | None:
    """The bytes of a file, or None when it is missing, no file or too big (said)."""
    try:
        before = len(findings.faults)
        if not is_file(path, findings):
            if len(findings.faults) > before:
                return None
            findings.fault(path.name, None, None, _no_file(path), "a file")
            return None
        if not is_small_enough(path.name, path.stat().st_size, most, findings):
            return None
        return path.read_bytes()
    except PermissionError:
        no_permission(path, findings)
        return None
    except (OSError, ValueError):
        findings.fault(path.name, None, None, "a file that cannot be opened", "a file")
        return None


def is_small_enough(name: str, size: int, most: int, findings: Findings) -> bool:
    """Whether a file has at most so many bytes (else said)."""
    if size > most:
        findings.fault(
            name, None, None, f"{size / 2**20:.1f} MB", f"at most {most // 2**20} MB",
            "Split it, or leave out columns that are not needed",
        )  # fmt: skip
    return size <= most


def _no_file(path: Path) -> str:
    """What stands where a file was expected."""
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, ValueError):
        return "a link that leads nowhere" if path.is_symlink() else "no such file"
    except OSError:
        return "a file that cannot be opened"
    return "a folder" if stat.S_ISDIR(mode) else "no ordinary file"


def is_as_named(name: str, content: bytes, findings: Findings) -> bool:
    """Whether a file holds what its name says it does (else said)."""
    ending = PurePath(name).suffix.lower()
    wanted = _BINARY_ENDINGS.get(ending)
    if wanted is None or form_of(content) in wanted:
        return True
    findings.fault(
        name, None, None, "other content than the name says", f"a {ending} file",
        "Export it again, or name it after what it is",
    )  # fmt: skip
    return False


def open_grid(path: Path, schema: Schema, findings: Findings) -> Grid | None:
    """The cells of a table file of any accepted kind."""
    content = read_bytes(path, findings)
    if content is None:
        return None
    file = path.name
    form = form_of(content)
    if form == "refused":
        found, message = next(
            (found, message)
            for start, found, message in (*_NO_TABLES, _DBF)
            if start == _DBF[0] or _starts(content, start)
        )
        findings.fault(file, None, None, found, _ACCEPTED, message)
        return None
    if not is_as_named(file, content, findings):
        return None
    if form in {"geojson", "gpkg"} and schema.geometry is None:
        findings.fault(
            file, None, None, "a GIS file", "CSV or XLSX", f"A table of {schema.kind} has no map"
        )
        return None
    if form == "pbf":
        findings.fault(
            file, None, None, "an OpenStreetMap extract", _ACCEPTED, "It can be a road layer only"
        )
        return None
    if form == "parquet" and schema.kind != "travel":
        findings.fault(file, None, None, "a Parquet table", _ACCEPTED, "Save it as CSV")
        return None
    most_rows = MOST_TRAVEL_ROWS if schema.kind == "travel" else MOST_ROWS
    if form == "geojson" and len(content) <= _GEOJSON_IN_PROCESS:
        return _geojson(content, file, schema, findings)
    if form == "text":
        if path.suffix.lower() in {".xlsx", ".xls"}:
            findings.warn(f"{file}: named as a workbook, but read as the text table it is")
        grid = read_text_grid(
            content, file, findings, lambda cells: count_known(cells, schema), most_rows
        )
        return None if _is_too_wide(grid, schema, findings) else grid
    if form == "zip" and path.suffix.lower() in {".csv", ".txt", ".tsv"}:
        findings.warn(f"{file}: named as a text table, but read as the zip or workbook it is")
    if form == "parquet":
        return _parquet_grid(content, file, schema, findings)
    return _from_child(content, form, file, schema, most_rows, findings)


def form_of(content: bytes) -> str:
    """What the bytes are: text, geojson, zip, gpkg, parquet, pbf or refused."""
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if content.startswith(b"SQLite format 3\x00"):
        return "gpkg"
    if content.startswith(b"PAR1"):
        return "parquet"
    if content[4:].startswith(b"\n\tOSMHeader"):
        return "pbf"
    if any(_starts(content, start) for start, _, _ in _NO_TABLES) or _is_dbf(content):
        return "refused"
    return "geojson" if _starts(content, b"{") else "text"


def _is_dbf(content: bytes) -> bool:
    """Whether this is the table of a Shapefile: its first byte, and the day of its last change."""
    start = content[:32]
    return len(start) == 32 and start[0] == 3 and 0 < start[2] <= 12 and 0 < start[3] <= 31


def _is_too_wide(grid: Grid | None, schema: Schema, findings: Findings) -> bool:
    """Whether a text table has more columns than a table of its kind may (said)."""
    if grid is None or schema.kind == "travel":  # a matrix has a column for each site
        return False
    widest = max(len(record.cells) for record in grid.records)
    if widest > MOST_COLUMNS:
        findings.fault(
            grid.file, None, None, f"{widest:,} columns", f"at most {MOST_COLUMNS} columns",
            "Leave out columns that are not needed",
        )  # fmt: skip
    return widest > MOST_COLUMNS


def _starts(content: bytes, start: bytes) -> bool:
    if len(start) > 1:
        return content.startswith(start)
    head = content[:4096]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head[2:].replace(b"\x00", b"")
    return head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == start


def _geojson(content: bytes, file: str, schema: Schema, findings: Findings) -> Grid | None:
    text = decode(content, file, findings)
    if text is None:
        return None
    if '"crs"' in text:
        try:
            crs = declared_crs(json.loads(text))
        except (ValueError, RecursionError, AttributeError):
            crs = ""
        if crs:
            return _from_child(content, "geojson", file, schema, MOST_ROWS, findings)
    return read_geojson_grid(text, file, findings)


def _from_child(
    content: bytes, form: str, file: str, schema: Schema, most_rows: int, findings: Findings
) -> Grid | None:
    required = [[each.name, *each.aliases] for each in schema.columns if each.required]
    by_name = {each.name: [each.name, *each.aliases] for each in schema.columns}
    either = [name for group in schema.one_of for each in group for name in by_name[each]]
    job: dict[str, Any] = {
        "groups": [*required, either] if either else required,
        "most_rows": most_rows,
        "most_columns": MOST_COLUMNS,
        "outlines": schema.geometry == "polygon",
    }
    answer = read_in_child(content, form, file, job, findings)
    if answer is None:
        return None
    records = tuple(Record(number, tuple(cells)) for number, cells in answer["records"])
    geometries = answer.get("geometries")
    if form == "zip" and geometries is not None and schema.geometry is None:
        findings.fault(
            file, None, None, "a GIS file", "CSV or XLSX", f"A table of {schema.kind} has no map"
        )
        return None
    if not records:
        findings.fault(file, None, None, "an empty table", "a table with a header")
        return None
    return Grid(
        file,
        records,
        excel=form == "zip" and geometries is None,
        from_1904=answer.get("from_1904", False),
        geometries=None
        if geometries is None
        else {
            record.number: _shape_of(shape)
            for record, shape in zip(records[1:], geometries, strict=True)
        },
        repairs=None
        if "repairs" not in answer
        else {int(row): _shape_of(shape) for row, shape in answer["repairs"].items()},
        whole=answer.get("whole", True),
        bad={(row, place): found for row, place, found in answer.get("bad", [])},
        dates=frozenset((row, place) for row, place in answer.get("dates", [])),
    )


def open_parquet(
    content: bytes, file: str, schema: Schema, findings: Findings
) -> tuple[tuple[str, ...], tuple[Column, ...]] | None:
    """Names and columns of a Parquet table of a kind; None where it cannot be read (said)."""
    most = MOST_TRAVEL_ROWS if schema.kind == "travel" else MOST_ROWS
    return read_parquet_columns(content, file, (most, MOST_COLUMNS), findings)


def _parquet_grid(content: bytes, file: str, schema: Schema, findings: Findings) -> Grid | None:
    read = open_parquet(content, file, schema, findings)
    if read is None:
        return None
    names, columns = read
    rows = enumerate(zip(*map(cells_of, columns), strict=True), start=2)
    return Grid(file, (Record(1, names), *(Record(number, cells) for number, cells in rows)))


def repair_outlines(
    outlines: Sequence[BaseGeometry], file: str, findings: Findings
) -> list[BaseGeometry | None] | None:
    """Sound outlines for those that cross themselves; None each where no area is left.

    Long outlines are repaired in the child process, as it may take very much time and memory.
    """
    if max(map(shapely.get_num_coordinates, outlines)) <= _REPAIR_IN_PROCESS:
        return [repaired(each) for each in outlines]
    content = json.dumps([each.wkb_hex for each in outlines]).encode()
    answer = read_in_child(content, "repair", file, {}, findings)
    if answer is None:
        return None
    return [_shape_of(each) for each in answer["repaired"]]


def _shape_of(text: str | None) -> BaseGeometry | None:
    return None if text is None else shapely.from_wkb(bytes.fromhex(text))
