"""Files that mean harm: names that are code, paths that lead out, services, endless things."""

from __future__ import annotations

import io
import os
import socket
import stat
import zipfile
from pathlib import Path

from battery.case import Case, Refused, Taken, refused, taken
from battery.maps import WEST, collection, parts, polygon
from battery.workbooks import OLE, book, repacked, zipped

NAMES = {
    "a script": "<script>alert(1)</script>",
    "a picture": '<img src=x onerror="alert(1)">',
    "braces": "{{ 7 * 7 }}",
    "a template's percent": "{% raw %}",
    "a formula": "=cmd|' /C calc'!A0",
    "a formula by plus": "+1+1",
    "a formula by at": "@SUM(1)",
    "a backslash": "a\\b",
    "dollars": "$x^2$ :red[y]",
    "a path": "../../etc/passwd",
    "quotation marks": "O\"Brien's",
    "SQL": "Robert'); DROP TABLE sites;--",
    "a percent sign": "%s%n%(x)s{0}",
    "right to left": "\u202eabc\u202c",
    "emoji": "\U0001f3e5 Kituo",
    "a long name": "n" * 5000,
}


def _named(what: str, name: str) -> Case:
    quoted = name.replace('"', '""')
    text = f'name,lat,lon\n"{quoted}",-1,37\n'
    return Case(
        f"a name that is {what}", "towns.csv", "towns", text.encode(),
        taken(1, cells={(2, "name"): name}),
    )  # fmt: skip


def _unknown(what: str, name: str) -> Case:
    """The same text where a county is expected: the fault shows it and does not obey it."""
    quoted = name.replace('"', '""')
    return Case(
        f"a county that is {what}", "counties.csv", "area_demand",
        f'area,population\n"{quoted}",1\n'.encode(), refused((2, "area", "code or name")),
    )  # fmt: skip


def link_in_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        link = zipfile.ZipInfo("areas.shp")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")


def with_password(path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("areas.shp", b"x" * 50)
    content = bytearray(out.getvalue())
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)


def a_socket(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)  # names of sockets are short
    try:
        socket.socket(socket.AF_UNIX).bind(path.name)
    finally:
        os.chdir(here)


def loop(path: Path) -> None:
    path.symlink_to(path.name)


def nothing(path: Path) -> None:
    del path


VRT = b'<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/passwd</SrcDataSource>'
WFS = b"<OGRWFSDataSource><URL>http://127.0.0.1:1/wfs</URL></OGRWFSDataSource>"
PIPELINE = b'{"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline read /etc/passwd"}'
DISGUISED = {"a virtual layer": VRT, "a service": WFS, "a service in capitals": WFS.upper()}
AS = {".geojson": "areas", ".csv": "areas", ".gpkg": "areas", ".json": "areas", ".xlsx": "areas"}


def _service(what: str, content: bytes, ending: str) -> Case:
    word = "XML" if ending in {".csv", ".geojson", ".xlsx", ".gpkg", ".json"} else ""
    return Case(
        f"{what} called {ending}", f"areas{ending}", "areas", content, refused((None, None, word))
    )


def _in_zip(why: str, name: str, verdict: Refused | Taken, content: bytes = b"x") -> Case:
    return Case(
        why, "areas.zip", "areas",
        lambda path: path.write_bytes(
            zipped({**{f"areas{end}": each for end, each in parts().items()}, name: content})
        ), verdict,
    )  # fmt: skip


def _no_file(why: str, make: object, word: str, file: str = "areas.csv") -> Case:
    return Case(why, file, "areas", make, refused((None, None, word)))  # type: ignore[arg-type]


CASES = (
    *(_named(what, name) for what, name in NAMES.items()),
    *(_unknown(what, name) for what, name in NAMES.items() if what != "a long name"),
    Case("a name with characters that a terminal obeys", "towns.csv", "towns",
         "name,lat,lon\n\x1b[31mred\x1b[0m,-1,37\n\x9b31mtwo,x,37\n".encode(),
         refused((3, "lat", "number"), (2, "name", "control character"),
                 (3, "name", "control character"))),
    Case("a county with characters that a terminal obeys", "c.csv", "area_demand",
         "area,population\n\x1b]0;x\x07Nairob\x9b,1\n".encode(),
         refused((2, "area", "control character"))),
    Case("a header that is code", "towns.csv", "towns",
         b"name,lat,lon,<script>alert(1)</script>,{{7*7}}\nA,-1,37,x,y\n",
         taken(1, "columns not used")),
    Case("a file name that is code", "<img src=x onerror=alert(1)>.csv", "towns",
         b"name,lat,lon\nA,x,37\n", refused((2, "lat", "number"))),
    Case("a file name with a line break", "two\nlines\x1b[31m.csv", "towns",
         b"name,lat,lon\nA,x,37\n", refused((2, "lat", "number"))),
    Case("a file name that looks like an option", "-rf.csv", "towns",
         b"name,lat,lon\nA,x,37\n", refused((2, "lat", "number"))),
    Case("an area by a path", "areas.geojson", "areas",
         collection(polygon(WEST, "../../x", "../../etc/passwd")),
         taken(1, cells={(2, "name"): "../../etc/passwd"})),
    *(_service(what, content, ending) for what, content in DISGUISED.items() for ending in AS),
    Case("a pipeline called GeoJSON", "areas.geojson", "areas", PIPELINE,
         refused((None, "type", "gdal_streamed_alg"))),
    Case("a path as text", "areas.csv", "areas", b"/vsicurl/http://127.0.0.1:1/x.geojson\n",
         refused((1, "code", "missing"), (1, "name", "missing"))),
    Case("a database's address as text", "areas.csv", "areas", b"PG:dbname=x host=127.0.0.1\n",
         refused((1, "code", "missing"), (1, "name", "missing"))),
    _in_zip("a member that leaves its folder", "../../areas.shp",
            refused((None, None, "leaves its folder"))),
    _in_zip("a member at the root", "/etc/cron.d/x", refused((None, None, "leaves its folder"))),
    _in_zip("a member on a disk", "C:\\x.shp", refused((None, None, "leaves its folder"))),
    _in_zip("a member with backslashes", "..\\..\\x.shp",
            refused((None, None, "leaves its folder"))),
    _in_zip("a virtual layer beside a Shapefile", "areas.vrt", taken(2), VRT),
    _in_zip("a zip within a zip", "more.zip", taken(2), zipped({"a.csv": b"a"})),
    _no_file("a link in a zip", link_in_zip, "link", "areas.zip"),
    _no_file("a zip with a password", with_password, "password", "areas.zip"),
    _no_file("3,000 members", zipped({f"{n}.txt": b"" for n in range(3000)}), "3000 files",
             "areas.zip"),
    _no_file("an empty zip", zipped({}), "without a Shapefile", "areas.zip"),
    _no_file("a virtual layer as .shp in a zip",
             zipped({f"a{end}": VRT * 3 for end in (".shp", ".shx", ".dbf")}), "cut off or damaged",
             "areas.zip"),
    Case("a workbook with links to elsewhere", "towns.xlsx", "towns",
         repacked(book([["name", "lat", "lon"], ["A", -1, 37]]), {
             "xl/externalLinks/externalLink1.xml": b"<externalLink/>",
             "xl/embeddings/oleObject1.bin": OLE}), taken(1)),
    _no_file("a folder", lambda path: path.mkdir(), "a folder"),
    _no_file("a pipe", os.mkfifo, "no ordinary file"),
    _no_file("a socket", a_socket, "no ordinary file"),
    _no_file("a link to a device", lambda path: path.symlink_to("/dev/zero"), "no ordinary file"),
    _no_file("a link to itself", loop, "cannot be opened"),
    _no_file("a file that is not there", nothing, "no such file"),
    _no_file("a program", b"\x7fELF\x02\x01\x01" + b"\0" * 60, "text"),
    _no_file("a virtual table of travel in Parquet", b"PAR1" + b"\0" * 20, "Parquet"),
)  # fmt: skip
