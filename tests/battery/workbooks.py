"""Workbooks and other files of offices: formulas, merged cells, hidden things, bombs, old forms."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import openpyxl

from battery.case import Case, refused, taken

HEAD = ["area", "population"]
TWO = [HEAD, ["Nairobi", 100], ["Mombasa", 50]]
PLACED = ["id", "name", "area", "lat", "lon"]
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
SHEET = "xl/worksheets/sheet1.xml"


def book(rows: Sequence[Sequence[object]], change: Callable[[Any], object] | None = None) -> bytes:
    """A workbook of one sheet; `change` alters it before it is saved."""
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    if change is not None:
        change(made)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def zipped(members: Mapping[str, bytes]) -> bytes:
    """A zip of the given members, names as they are."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def repacked(content: bytes, changes: Mapping[str, bytes]) -> bytes:
    """A workbook with some parts replaced or added."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    return zipped({**members, **changes})


def sheet(rows: str) -> bytes:
    """The XML of a worksheet."""
    return f"<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>".encode()


def text_cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def raw(rows: str) -> bytes:
    """A workbook whose sheet has these rows of XML."""
    return repacked(book(TWO), {SHEET: sheet(rows)})


def titled(*sheets: tuple[str, str, list[list[object]]]) -> bytes:
    """A workbook of sheets by title and state."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, state, rows in sheets:
        one = made.create_sheet(title)
        one.sheet_state = state
        for row in rows:
            one.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def merged(*ranges: str) -> Callable[[Any], object]:
    return lambda made: [made.active.merge_cells(each) for each in ranges]


def hide_row(made: Any) -> None:
    made.active.row_dimensions[3].hidden = True


def hide_column(made: Any) -> None:
    made.active.column_dimensions["B"].hidden = True


def look(form: str, place: str = "B2") -> Callable[[Any], None]:
    """Gives a cell a number format."""

    def give(made: Any) -> None:
        made.active[place].number_format = form

    return give


def zeros(made: Any) -> None:
    for row in made.active.iter_rows(min_row=2):
        for cell in row:
            cell.number_format = "000"


HEAD_XML = f'<row r="1">{text_cell("A1", "area")}{text_cell("B1", "population")}</row>'
NAIROBI = text_cell("A2", "Nairobi")
BOOK_XML = "xl/workbook.xml"
STRICT = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504


def texts_bomb() -> bytes:
    """A small workbook whose texts take 180 MB."""
    texts = b"".join(b"<si><t>%d%s</t></si>" % (n, b"A" * 30_000) for n in range(6_000))
    return repacked(
        book(TWO), {"xl/sharedStrings.xml": f"<sst {MAIN}>".encode() + texts + b"</sst>"}
    )


def strict() -> bytes:
    """A workbook in the strict form of the standard."""
    with zipfile.ZipFile(io.BytesIO(book(TWO))) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    plain = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    links = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return zipped(
        {
            name: each.replace(plain, STRICT).replace(
                links, b"http://purl.oclc.org/ooxml/officeDocument/relationships"
            )
            for name, each in members.items()
        }
    )


def one(
    why: str, content: bytes | Callable[[], bytes], verdict: object, file: str = "counties.xlsx"
) -> Case:
    """A case of demand by area; what is large is made when it is asked for."""
    if isinstance(content, bytes):
        return Case(why, file, "area_demand", content, verdict)
    return Case(why, file, "area_demand", lambda path: path.write_bytes(content()), verdict)


COUNTS = {"population": 150}
LONG_ID = [["id", "name", "area", "lat", "lon"], [123456789012345678, "A", "047", -1.28, 36.82]]
CELLS = (
    one("a workbook", book(TWO), taken(2, **COUNTS)),
    one("formulas with their values",
        raw(f'{HEAD_XML}<row r="2">{NAIROBI}<c r="B2"><f>50+50</f><v>100</v></c></row>'),
        taken(1, population=100)),
    one("a formula without its value",
        raw(f'{HEAD_XML}<row r="2">{NAIROBI}<c r="B2"><f>50+50</f></c></row>'),
        refused((2, "population", "formula without its value"))),
    one("a total by a formula without its value", book([*TWO, ["Total", "=SUM(B2:B3)"]]),
        taken(2, "row 4 (Total)", **COUNTS)),
    one("an error in a cell", book([*TWO, ["Kwale", "#REF!"]]),
        refused((4, "population", "#REF!"))),
    one("counties in merged cells",
        book([["id", *HEAD], ["a", "Nairobi", 1], ["b", None, 2]], merged("B2:B3")),
        refused((3, "area", "merged"))),
    one("a merged title", book([["Census"], *TWO], merged("A1:B1")),
        taken(2, "row 1 above the header", untold=("merged",), **COUNTS)),
    one("hidden rows", book(TWO, hide_row), taken(2, "hidden", **COUNTS)),
    one("a hidden column", book(TWO, hide_column), taken(2, "hidden", **COUNTS)),
    one("a hidden sheet before the one that is seen",
        titled(("old", "hidden", [HEAD, ["Kwale", 9]]), ("new", "visible", TWO)),
        taken(2, "sheet new was read", "old", **COUNTS)),
    one("only a hidden sheet has the table",
        titled(("cover", "visible", [["Report"]]), ("data", "hidden", TWO)),
        taken(2, "hidden", **COUNTS)),
    one("two sheets of the same form", titled(("A", "visible", TWO), ("B", "visible", TWO)),
        taken(2, "sheet A was read", "B", **COUNTS)),
    one("notes before the table's sheet",
        titled(("Read me", "visible", [["By the office"]]), ("Data", "visible", TWO)),
        taken(2, "sheet Data was read", **COUNTS)),
    one("a date in a number cell", book([HEAD, ["Nairobi", date(2024, 5, 1)]]),
        refused((2, "population", "2024-05-01"))),
    one("a percentage by its format", book([HEAD, ["Nairobi", 0.12]], look("0%")),
        taken(1, "column 2 is shown in percent", "0.12 in row 2", population=0.12)),
    one("a number that is shown as millions",
        book([HEAD, ["Nairobi", 12]], look('0" million"')),
        taken(1, "with the text million", population=12)),
    one("a number that is shown a thousand times smaller",
        book([HEAD, ["Nairobi", 1_234_000]], look("#,##0,")),
        taken(1, "in thousands or millions", population=1_234_000)),
    one("a number that is not shown", book([HEAD, ["Nairobi", 5]], look(";;;")),
        taken(1, "is shown as nothing", population=5)),
    one("a number beside its currency", book(TWO, look('"KSh "#,##0.00_);[Red]\\(#,##0\\)')),
        taken(2, untold=("is shown",), **COUNTS)),
    one("a typed fraction that may have been a thousand",
        book([HEAD, ["Nairobi", 532.114], ["Kwale", 7]]),
        taken(2, "532.114 is held as a number with a fraction", "write 532114",
              population=539.114)),
    one("typed fractions", book([HEAD, ["Nairobi", 532.114], ["Kwale", 7.25]]),
        taken(2, untold=("is held as",), population=539.364)),
    one("figures under no heading",
        book([["area", "population"], ["Nairobi", 100, 7], ["Mombasa", 50]]),
        taken(2, "columns without a heading, not used: 3", **COUNTS)),
    one("a typed fraction beside a thousand in a text",
        book([HEAD, ["Nairobi", 532.114], ["Kwale", "1.234.567"]]),
        refused((2, "population", "532.1140 as a text"))),
    Case("ids that a format hides", "sites.xlsx", "sites",
         book([PLACED, [1, "A", "047", -1.28, 36.82]], look('"W"000', "A2")),
         taken(1, "column 1 is shown with the text W", cells={(2, "id"): "1"})),
    Case("an id that became a date", "sites.xlsx", "sites",
         book([PLACED, [date(2026, 3, 1), "A", "047", -1.28, 36.82]]),
         refused((2, "id", "the date 2026-03-01"))),
    Case("typed kilometres beside a decimal comma", "travel.xlsx", "travel",
         book([["demand_point", "site", "km"], ["p", "s", 8.123], ["q", "s", "7,5"]]),
         taken(2, "7,5 as 7.5", cells={(2, "km"): 8.123, (3, "km"): 7.5})),
    one("numbers as text", book([HEAD, ["Nairobi", "1,234,567"], ["Kwale", " 50 "]]),
        taken(2, population=1_234_617)),
    one("true and false as numbers", book([HEAD, ["Nairobi", True]]),
        refused((2, "population", "TRUE"))),
    one("codes as numbers", book([HEAD, [47, 100], [1.0, 50]]),
        taken(2, cells={(2, "area"): "047", (3, "area"): "001"}, **COUNTS)),
    one("blank rows and a far format", book([[], *TWO[:2], [None, None], TWO[2], [None, "  "]]),
        taken(2, cells={(5, "area"): "001"}, **COUNTS)),
    one("title, total and note",
        book([["Census 2019"], [], *TWO, ["Total", 150], ["Source: census"]]),
        taken(2, "row 1 above the header", "row 6 (Total)", "row 7 is a note", **COUNTS)),
    Case("a long id as a number", "sites.xlsx", "sites", book(LONG_ID),
         refused((2, "id", "15 digits"))),
    Case("a day as a workbook keeps it", "records.xlsx", "work_records",
         book([["date", "branch", "service", "served"], [date(2024, 4, 30), "b", "s", 4],
               [45413, "b", "s", 5]]),
         taken(2, cells={(2, "date"): "2024-04-30", (3, "date"): "2024-05-01"}, served=9)),
    Case("codes that are shown with zeros", "areas.xlsx", "areas",
         book([["code", "name"], [1, "West"], [12, "East"]], zeros),
         taken(2, cells={(2, "code"): "001", (3, "code"): "012"})),
    one("counts that are shown with zeros", book(TWO, zeros), taken(2, **COUNTS)),
    one("a row twice", raw(f'{HEAD_XML}<row r="2">{NAIROBI}<c r="B2"><v>1</v></c></row>'
                           f'<row r="2">{NAIROBI}<c r="B2"><v>2</v></c></row>'),
        refused((2, None, "row 2 after row 2"))),
    one("a row number 0", raw(f'<row r="0">{NAIROBI}</row>{HEAD_XML}'),
        refused((None, None, "row 0"))),
    one("a row below 0", raw(f'{HEAD_XML}<row r="-2">{NAIROBI}</row>'),
        refused((None, None, "row -2 after row 1"))),
    one("a cell of another row", raw(f'{HEAD_XML}<row r="2">{NAIROBI}<c r="B3"><v>1</v></c></row>'),
        refused((2, None, "a cell of row 3 in row 2"))),
    one("a cell twice", raw(f'{HEAD_XML}<row r="2">{NAIROBI}<c r="B2"><v>1</v></c>'
                            '<c r="B2"><v>2</v></c></row>'),
        refused((2, None, "two cells in one place"))),
    one("a text that is not there",
        raw(f'{HEAD_XML}<row r="2"><c r="A2" t="s"><v>-1</v></c><c r="B2"><v>1</v></c></row>'),
        refused((None, None, "text number -1"))),
    one("a name as a formula", book([HEAD, ["=HYPERLINK(1)", 5]]),
        refused((2, "area", "formula without its value"))),
)  # fmt: skip
FORMS = (
    one("a workbook called a table", book(TWO), taken(2, **COUNTS), "counties.csv"),
    one("a table called a workbook", b"area,population\nNairobi,100\nMombasa,50\n",
        taken(2, "text table", **COUNTS)),
    one("macros", repacked(book(TWO), {"xl/vbaProject.bin": OLE}),
        taken(2, "macros", **COUNTS), "counties.xlsm"),
    one("an old workbook", OLE + b"Workbook", refused((None, None, ".xls")), "counties.xls"),
    one("a workbook with a password", OLE + "EncryptedPackage".encode("utf-16-le"),
        refused((None, None, "password"))),
    one("a binary workbook",
        zipped({"[Content_Types].xml": b"<Types/>", "xl/workbook.bin": b"\x83\x01"}),
        refused((None, None, ".xlsx")), "counties.xlsb"),
    one("an OpenDocument table",
        zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
                "content.xml": b"<office/>"}),
        refused((None, None, "OpenDocument")), "counties.ods"),
    one("a letter", zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"}),
        refused((None, None, "no workbook")), "counties.docx"),
    one("the strict form", strict(), refused((None, None, "strict"))),
    one("an empty workbook", book([]), refused((None, None, "no filled sheet"))),
    one("only a header in a workbook", book([HEAD]), refused((1, None, "no rows"))),
    one("a workbook cut in half", book(TWO)[:2000], refused((None, None, "damaged"))),
    one("a workbook without its list of sheets", repacked(book(TWO), {BOOK_XML: b"<workbook/>"}),
        refused((None, None, ""))),
    one("HTML called a workbook", b"<html><table><tr><td>area</td></tr></table></html>",
        refused((None, None, "HTML")), "counties.xls"),
    one("a PDF", b"%PDF-1.7\n", refused((None, None, "PDF")), "counties.pdf"),
    one("a picture", b"\x89PNG\r\n\x1a\n" + b"\0" * 64, refused((None, None, "picture")),
        "counties.png"),
    one("a gzip", b"\x1f\x8b\x08\0" + b"\0" * 40, refused((None, None, "Unpack")),
        "counties.csv.gz"),
    one("a zip of a CSV", zipped({"counties.csv": b"area,population\nNairobi,1\n"}),
        refused((None, None, "Unpack")), "counties.zip"),
)  # fmt: skip
BOMBS = (
    one("a far cell",
        raw(f'{HEAD_XML}<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
        refused((1_048_576, None, "far from the table"))),
    one("a cell far to the right",
        raw(f'{HEAD_XML}<row r="2">{NAIROBI}<c r="XFD2"><v>1</v></c></row>'),
        refused((2, None, "far from the table"))),
    one("a far header that says it is there", repacked(book(TWO), {
        SHEET: sheet(f'{HEAD_XML}<row r="2">{NAIROBI}<c r="B2"><v>100</v></c></row>').replace(
            b"<sheetData>", b'<dimension ref="A1:XFD1048576"/><sheetData>')}),
        taken(1, population=100)),
    one("a bomb of texts", texts_bomb, refused((None, None, ""))),
    one("a bomb of spaces", lambda: repacked(
        book(TWO), {"xl/sharedStrings.xml": b" " * 30_000_000}),
        refused((None, None, "zip bomb"))),
    one("a zip of more than 200 MB",
        lambda: zipped({f"a{n}.shp": b"\0" * 2**20 for n in range(210)}),
        refused((None, None, "MB when unpacked")), "counties.zip"),
    one("entities", repacked(book(TWO), {SHEET: b'<!DOCTYPE x [<!ENTITY a "b">]>'
                                         + sheet(f"{HEAD_XML}<row><c><v>&a;</v></c></row>")}),
        refused((None, None, "DOCTYPE"))),
    one("an entity that reads a file", repacked(book(TWO), {
        "xl/sharedStrings.xml": b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><sst/>'}),
        refused((None, None, "DOCTYPE"))),
    one("a wide row", book([[*HEAD, *(f"c{n}" for n in range(300))], ["Nairobi", 1]]),
        refused((1, None, "200 columns"))),
)  # fmt: skip
CASES = (*CELLS, *FORMS, *BOMBS)
