"""Zip archives from strangers: their table of contents is judged before anything is unpacked."""

from __future__ import annotations

import io
import lzma
import re
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from planner.pack.foreign import Refused

MOST_MEMBERS = 2_000
MOST_UNPACKED = 200 * 2**20
MOST_RATIO = 250
_RATIO_FROM = 2**20
_MIME_HEAD = 64
_LONGEST_NAME = 60
# What `zipfile` raises for damage and for ways of packing it does not know.
_UNLISTED = (zipfile.BadZipFile, NotImplementedError, ValueError, OSError)
READ_ERRORS = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError),
    *(NotImplementedError, RuntimeError, UnicodeDecodeError),
)
"""Errors of reading a member of a zip that was opened."""

_EXPECTED = "a workbook (.xlsx) or a zipped Shapefile"


def open_archive(path: Path) -> tuple[zipfile.ZipFile, str]:
    """Opens a zip and tells its kind: `xlsx` or `shapefile`.

    Raises:
        Refused: When it is damaged, too big, or its names are not safe.
    """
    archive = open_zip(path, _EXPECTED)
    names = {member.filename for member in archive.infolist()}
    _refuse_other_offices(archive, names)
    if "[Content_Types].xml" in names:
        if not any(name.startswith("xl/") for name in names):
            raise Refused("an Office file that is no workbook", _EXPECTED)
        return archive, "xlsx"
    return archive, "shapefile"


def _refuse_other_offices(archive: zipfile.ZipFile, names: set[str]) -> None:
    """Refuses what is a table, but in a form that is not read; each says how to save it."""
    if "mimetype" in names:
        with archive.open("mimetype") as part:
            if part.read(_MIME_HEAD).startswith(b"application/vnd.oasis.opendocument"):
                raise Refused("an OpenDocument file", _EXPECTED, "Save it as .xlsx or CSV")
    if "xl/workbook.bin" in names:
        raise Refused("a binary workbook (.xlsb)", _EXPECTED, "Save it as .xlsx")
    tables = (".csv", ".xlsx", ".xls", ".ods", ".geojson", ".json", ".gpkg", ".txt", ".tsv")
    if not any(name.lower().endswith(".shp") for name in names):
        inside = sorted(name for name in names if name.lower().endswith(tables))
        if inside:
            told = f"a zip of {PurePosixPath(inside[0]).name[:_LONGEST_NAME]}"
            raise Refused(told, _EXPECTED, "Unpack it first")


def open_zip(path: Path, expected: str) -> zipfile.ZipFile:
    """Opens a zip whose table of contents is safe to unpack; `expected` is what it should hold.

    Raises:
        Refused: When it is damaged, too big, or its names are not safe.
    """
    try:
        archive = zipfile.ZipFile(path)
    except _UNLISTED:
        raise Refused("a damaged zip file", expected, "Export it again") from None
    members = archive.infolist()
    if any(member.header_offset < 0 for member in members):  # the list leads before the file
        raise Refused("a damaged zip file", expected, "Export it again")
    if len(members) > MOST_MEMBERS:
        raise Refused(f"{len(members)} files in a zip", f"at most {MOST_MEMBERS}")
    unpacked = sum(member.file_size for member in members)
    if unpacked > MOST_UNPACKED:
        raise Refused(
            f"{unpacked / 2**20:.0f} MB when unpacked",
            f"at most {MOST_UNPACKED // 2**20} MB",
            "Split it, or leave out what is not needed",
        )
    for member in members:
        _check_member(member)
    return archive


def names_in(content: bytes) -> list[str]:
    """The names in a zip, as its list of contents has them; none where that cannot be read."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return archive.namelist()
    except _UNLISTED:
        return []


def _check_member(member: zipfile.ZipInfo) -> None:
    name = member.filename
    if not name:
        raise Refused("a zip with a file that has no name", "plain names", "Zip it again")
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if name.startswith(("/", "\\")) or ".." in parts or re.match(r"[A-Za-z]:", name):
        raise Refused(
            "a zip with a name that leaves its folder", "plain names", "Do not open this file"
        )
    if stat.S_ISLNK(member.external_attr >> 16):
        raise Refused("a zip with a link in it", "plain files", "Do not open this file")
    if member.flag_bits & 1:
        raise Refused("a file with a password", "a file without", "Remove the password")
    if member.file_size > _RATIO_FROM and member.file_size > MOST_RATIO * member.compress_size:
        raise Refused(
            f"data packed {member.file_size // max(1, member.compress_size)} to 1",
            f"at most {MOST_RATIO} to 1",
            "It looks like a zip bomb; export it again",
        )
