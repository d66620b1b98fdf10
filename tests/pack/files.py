"""Files as people, and as attackers, send them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import geopandas as gpd
import openpyxl
from shapely.geometry import box

SQUARES = gpd.GeoDataFrame(
    {"code": ["001", "002"], "name": ["West", "East"]},
    geometry=[box(36, -1, 37, 0), box(37, -1, 38, 0)],
    crs=4326,
)


def workbook(path: Path, *sheets: list[list[object]]) -> Path:
    """A workbook with a sheet for each list of rows."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets, start=1):
        sheet = book.create_sheet(f"Sheet{number}")
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    """A zip of the given members, names as they are."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return path


def repacked(source: Path, target: Path, changes: dict[str, bytes]) -> Path:
    """A workbook with some of its parts replaced."""
    with zipfile.ZipFile(source) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    return zipped(target, members | changes)


def shapefile(folder: Path, frame: gpd.GeoDataFrame, leave_out: tuple[str, ...] = ()) -> dict:
    """The parts of a Shapefile by their names in a sub-folder."""
    folder.mkdir()
    frame.to_file(folder / "areas.shp")
    return {
        f"data/{part.name}": part.read_bytes()
        for part in folder.iterdir()
        if part.suffix not in leave_out
    }


def sheet_xml(rows: str) -> bytes:
    """The XML of a worksheet."""
    out = io.StringIO()
    out.write('<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">')
    out.write(f"<sheetData>{rows}</sheetData></worksheet>")
    return out.getvalue().encode()
