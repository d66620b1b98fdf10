"""Changes cells of a text table where they stand: every other character of the file stays."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from planner.errors import InputError
from planner.pack.columns import Schema
from planner.pack.faults import Findings
from planner.pack.header import columns_of, count_known, find_header
from planner.pack.text_table import SEP_LINE, decode, read_text_grid

_ENCODINGS = ("utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-32")
_LIVE = re.compile(r"'*[=+\-@\t\r]")
_NUMBER = re.compile(r"[+\-]?[\d\s.,]*\d", re.ASCII)
_DECIMAL_COMMA = re.compile(r"-?\d+,(\d{1,2}|\d{4,})", re.ASCII)
_MOST_ROWS = 10**9  # the file has been read already

Span = tuple[int, int]  # where a field begins and ends, without its separator


@dataclass(frozen=True, slots=True)
class _Style:
    """How a column is written: with a decimal comma, and formulas without an apostrophe."""

    has_comma: bool = False
    is_unguarded: bool = False

    def apply(self, cell: str) -> str:
        if _NUMBER.fullmatch(cell):
            return cell.replace(".", ",") if self.has_comma else cell
        return f"'{cell}" if _LIVE.match(cell) and not self.is_unguarded else cell


def edit_text_table(
    content: bytes,
    file: str,
    schema: Schema,
    changed: Mapping[int, Mapping[str, str]],
    added: Sequence[Mapping[str, str]],
    below: int,
) -> bytes:
    """The file with cells changed and rows added; encoding, separators and line ends stay.

    Args:
        content: A text table that reads without a fault.
        file: Its name, for faults.
        schema: Its kind; columns that the file lacks are put last.
        changed: The new cells by row as a spreadsheet shows it, then by column.
        added: The cells of new rows by column.
        below: The row below which new rows stand, as a spreadsheet shows it.

    Raises:
        InputError: The file cannot be read.
    """
    findings = Findings()
    text = decode(content, file, findings)
    grid = read_text_grid(
        content, file, findings, lambda cells: count_known(cells, schema), _MOST_ROWS
    )
    if text is None or grid is None:
        raise InputError(findings.faults)
    separator = grid.separator or ","
    lead = SEP_LINE.match(text)
    body = text[lead.end() :] if lead else text
    rows = list(_rows(body, separator))
    header = grid.records[find_header(grid, schema)]
    places = columns_of(grid, header, schema, findings)
    width = len(header.cells)
    data = [spans for spans in rows[header.number :] if len(spans) == width]
    styles = {
        name: _style([body[slice(*spans[place])] for spans in data])
        for name, place in places.items()
    }
    given = {name for row in (*changed.values(), *added) for name in row}
    new = [column.name for column in schema.columns if column.name in given - places.keys()]

    def written(row: Mapping[str, str], name: str | None) -> str:
        cell = row.get(name, "") if name else ""
        return _quoted(styles.get(name or "", _Style()).apply(cell), separator)

    pieces: list[tuple[Span, str]] = []
    for number, row in changed.items():
        spans = rows[number - 1]
        pieces += [(spans[places[name]], written(row, name)) for name in row if name in places]
    for number, spans in enumerate(rows, start=1):
        if new and number >= header.number and len(spans) == width:
            is_head, row = number == header.number, changed.get(number, {})
            cells = new if is_head else [written(row, name) for name in new]
            pieces.append(((spans[-1][1],) * 2, "".join(separator + cell for cell in cells)))
    if added:
        at = {place: name for name, place in places.items()}
        columns = [at.get(place) for place in range(width)] + new
        line = _line_end(body)
        lines = [line + separator.join(written(row, name) for name in columns) for row in added]
        pieces.append(((rows[below - 1][-1][1],) * 2, "".join(lines)))
    whole = (lead[0] if lead else "") + _replaced(body, pieces)
    return whole.encode(_encoding(content, text, whole))


def _rows(text: str, separator: str) -> Iterator[list[Span]]:
    """The fields of each row, as the reader of text tables parts them; blank rows count."""
    mark = re.escape(separator)
    field = re.compile(rf'("(?:[^"]|"")*"|[^{mark}\r\n]*)({mark}|\r\n|\r|\n|\Z)')
    spans: list[Span] = []
    for match in field.finditer(text):
        if match.start() == len(text) and not spans:
            continue  # behind the last line end
        spans.append(match.span(1))
        if match[2] != separator:
            yield spans
            spans = []


def _style(fields: Sequence[str]) -> _Style:
    cells = [field.strip('"') for field in fields]
    live = (cell for cell in cells if _LIVE.match(cell) and not _NUMBER.fullmatch(cell))
    return _Style(
        has_comma=any(_DECIMAL_COMMA.fullmatch(cell) for cell in cells),
        is_unguarded=any(not cell.startswith("'") for cell in live),
    )


def _quoted(cell: str, separator: str) -> str:
    if any(mark in cell for mark in (separator, '"', "\r", "\n")):
        return '"' + cell.replace('"', '""') + '"'
    return cell


def _line_end(text: str) -> str:
    found = re.search(r"\r\n|\r|\n", text)
    return found[0] if found else "\n"


def _replaced(text: str, pieces: Sequence[tuple[Span, str]]) -> str:
    """The text with each span replaced; what goes to one place stays in its order."""
    parts: list[str] = []
    at = 0
    for (start, end), new in sorted(pieces, key=lambda piece: piece[0]):
        parts += [text[at:start], new]
        at = end
    return "".join([*parts, text[at:]])


def _encoding(content: bytes, before: str, after: str) -> str:
    """The encoding that the file has; UTF-8 with its mark where that cannot hold the new text."""
    for name in _ENCODINGS:
        try:
            if before.encode(name) == content:
                after.encode(name)
                return name
        except UnicodeEncodeError:
            continue
    return "utf-8-sig"
