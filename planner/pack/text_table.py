"""Text tables as people send them: any usual encoding, separator and line end."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from itertools import islice

from planner.pack.faults import Findings, listed, shown
from planner.pack.grid import Cell, Grid, Record

SEPARATORS = (",", ";", "\t", "|")
_SEPARATOR_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
SEP_LINE = re.compile(r"\s*\"?sep=(.)\"?[ \t]*(?:\r\n|\r|\n|$)", re.IGNORECASE)
_GUARDED = re.compile(r"'+[=+\-@\t\r]")
_LIVE = re.compile(r"[=+\-@\t\r]")
_PLAIN_NUMBER = re.compile(r"[+\-]?[\d\s.,]*\d(e[+\-]?\d+)?", re.ASCII | re.IGNORECASE)
_SAMPLE_ROWS = 40
_TWICE = re.compile(r"[\u00c2\u00c3][\u00a0-\u00bf]|\u00e2\u20ac[\u2122\u02dc\u0153]")
_ROUND = 20
_LOST = "\ufffd"
_UNMARKED_HEAD = 4096
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


def decode(content: bytes, file: str, findings: Findings) -> str | None:
    """The text of a file: by its byte order mark, else UTF-8, else Windows-1252 (said so).

    UTF-16 without a mark is known by its zero bytes: every second one of plain letters. Letters
    that were spoilt before the file was made are told and stay as they are.
    """
    text = _decoded(content, file, findings)
    if text is None:
        return None
    if text.isascii():
        return text
    if twice := _TWICE.search(text):
        begin, end = twice.span()
        before = re.split(r"\W", text[max(0, begin - _ROUND) : begin])[-1]
        after = re.split(r"\W", text[end : end + _ROUND])[0]
        findings.warn(
            f"{file}: letters that look encoded twice, kept as they are, such as "
            f"{shown(before + twice[0] + after)}"
        )
    if _LOST in text:
        count = text.count(_LOST)
        findings.warn(
            f"{file}: {count} {'letter was' if count == 1 else 'letters were'} lost before this"
            f" file was made ({_LOST}); export it again as CSV UTF-8"
        )
    return text


def _decoded(content: bytes, file: str, findings: Findings) -> str | None:
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            try:
                text = content.decode(encoding)
            except UnicodeDecodeError:
                findings.fault(
                    file, None, None, "damaged text", "UTF-8 text", "Save it as CSV UTF-8"
                )
                return None
            if encoding != "utf-8-sig" and "\x00" not in text:
                findings.warn(f"{file}: read as {encoding.upper()} text")
            return _without_nul(text, file, findings)
    encoding = _unmarked(content)
    try:
        text = content.decode(encoding)
        if encoding != "utf-8":
            findings.warn(f"{file}: read as UTF-16 text, though it does not say so")
        return _without_nul(text, file, findings)
    except UnicodeDecodeError:
        pass
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        findings.fault(file, None, None, "unknown encoding", "UTF-8 text", "Save it as CSV UTF-8")
        return None
    if "\x00" not in text:
        findings.warn(f"{file}: not UTF-8; read as Windows-1252, check names with accents")
    return _without_nul(text, file, findings)


def read_text_grid(
    content: bytes,
    file: str,
    findings: Findings,
    known_columns: Callable[[Sequence[Cell]], int],
    most_rows: int,
) -> Grid | None:
    """The rows of a text table, or None when it cannot be read (said in `findings`).

    Args:
        content: The bytes of the file.
        file: Its name, for faults.
        findings: Takes faults and warnings.
        known_columns: How many cells of a row are names of expected columns; finds the separator.
        most_rows: More rows than this are refused.
    """
    text = decode(content, file, findings)
    if text is None:
        return None
    if not text.strip():
        findings.fault(file, None, None, "an empty file", "a table with a header", "")
        return None
    match = SEP_LINE.match(text)
    if match:
        separator, text = match[1], text[match.end() :]
        if separator not in SEPARATORS:
            findings.fault(file, 1, None, f"sep={separator}", "sep= with , ; | or a tab", "")
            return None
    else:
        separator = _separator(text, known_columns)
    if separator != ",":
        findings.warn(f"{file}: fields are separated by {_SEPARATOR_NAMES[separator]}s")
    records: list[Record] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            filled = "".join(cells)
            if not filled or filled.isspace():
                continue
            if len(records) > most_rows:
                findings.fault(
                    file, number, None, f"more than {most_rows} rows", f"at most {most_rows}", ""
                )
                return None
            records.append(Record(number, tuple(cells)))
    except csv.Error as error:
        _tell_broken(
            text, is_long="field limit" in str(error), at=(file, number + 1), told=findings
        )
        return None
    if not records:
        findings.fault(file, None, None, "an empty file", "a table with a header")
        return None
    if "'" in text:
        records = _unguarded(records, file, findings)
    return Grid(file, tuple(records), separator=separator, ragged=True)


def _tell_broken(text: str, *, is_long: bool, at: tuple[str, int], told: Findings) -> None:
    """Why a row cannot be told into cells: an endless line or cell, or marks that do not pair."""
    longest, most = max(map(len, text.splitlines())), csv.field_size_limit()
    if is_long and longest > most:
        told.fault(
            *at, None, f"a line of {longest:,} characters", "a table with a header and rows",
            "No table has such a long line; export it again as CSV",
        )  # fmt: skip
    elif is_long and text.count('"') % 2 == 0:
        told.fault(
            *at, None, f"a cell of more than {most:,} characters", f"at most {most:,}",
            "Shorten it, or look for quotation marks that do not pair from this row on",
        )  # fmt: skip
    else:
        told.fault(
            *at, None, "a quotation mark that does not pair",
            'fields in "…" with inner quotation marks doubled',
            "Look for a stray or missing quotation mark from this row on",
        )  # fmt: skip


def _unguarded(records: list[Record], file: str, findings: Findings) -> list[Record]:
    """The rows without the apostrophes that keep spreadsheets from taking a text for a formula.

    Who guards one text of a column guards all of them. Where others stand without, the apostrophe
    is part of the text: it stays, and that is said.
    """
    guarded: dict[int, set[str]] = {}
    for record in records:
        for place, cell in enumerate(record.cells):
            if isinstance(cell, str) and cell[:1] == "'" and _GUARDED.match(cell):
                guarded.setdefault(place, set()).add(cell)
    if not guarded:
        return records
    kept: dict[int, str] = {}
    for record in records:
        for place, cell in enumerate(record.cells):
            if place not in guarded or place in kept or not isinstance(cell, str):
                continue
            live = _LIVE.match(cell) and not _PLAIN_NUMBER.fullmatch(cell.strip())
            if live or f"'{cell}" in guarded[place]:
                kept[place] = cell
    for place, cell in kept.items():
        findings.warn(
            f"{file}: column {place + 1}: the apostrophe of {listed(sorted(guarded[place]), 3)} is"
            f" kept as part of the text, as {shown(cell)} stands there without one"
        )
    taken = guarded.keys() - kept.keys()
    return [
        Record(
            record.number,
            tuple(
                cell[1:]
                if place in taken and isinstance(cell, str) and _GUARDED.match(cell)
                else cell
                for place, cell in enumerate(record.cells)
            ),
        )
        for record in records
    ]


def _unmarked(content: bytes) -> str:
    """The encoding of text without a mark, as far as its zero bytes show it."""
    head = content[:_UNMARKED_HEAD]
    if len(content) % 2 == 0 and 0 in head:
        even, odd = head[::2], head[1::2]
        for zeros, others, encoding in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
            if 0 not in others and 2 * zeros.count(0) > len(zeros):
                return encoding
    return "utf-8"


def _without_nul(text: str, file: str, findings: Findings) -> str | None:
    at = text.find("\x00")
    if at >= 0:
        above = max(text.count("\n", 0, at), text.count("\r", 0, at))
        # In the first row it may be no text at all; below a quotation mark lines may be no rows.
        row = above + 1 if above and '"' not in text[:at] else None
        findings.fault(
            file, row, None, "bytes that are no text", "a text table", "Save it as CSV UTF-8"
        )
        return None
    return text.removeprefix("\ufeff")


def _separator(text: str, known_columns: Callable[[Sequence[Cell]], int]) -> str:
    """The separator under which a row near the top names the most expected columns."""
    head = text[: 64 * 1024]
    best, best_score = ",", (0, 0)
    for separator in SEPARATORS:
        known, widest = 0, 0
        reader = csv.reader(io.StringIO(head, newline=""), delimiter=separator)
        for cells in islice(reader, _SAMPLE_ROWS):
            known = max(known, known_columns(cells))
            widest = max(widest, len(cells))
        if (known, widest if not best_score[0] else 0) > best_score:
            best, best_score = separator, (known, widest if not known else 0)
    return best
