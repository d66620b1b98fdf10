"""How commands show what is kept: tables, moments and records as plain values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from planner.scenario import Scenario
from planner.terminal import say


def when(moment: datetime) -> str:
    """A moment as people of this machine's place read it."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"


def short(text: str, most: int) -> str:
    """A text in one line, cut where it is longer."""
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[: most - 1]}…"


def print_lines(lines: Iterable[str], nothing: str) -> None:
    """Print lines; where there are none, say so."""
    found = list(lines)
    if found:
        for line in found:
            print(line)
    else:
        say(nothing)


def table(
    columns: Sequence[str], rows: Sequence[Sequence[str]], *, right: set[int]
) -> Iterator[str]:
    """Columns as wide as needed; nothing where there are no rows."""
    if not rows:
        return
    widths = [max(map(len, column)) for column in zip(columns, *rows, strict=True)]
    for row in (columns, *rows):
        cells = (
            f"{cell:>{width}}" if at in right else f"{cell:<{width}}"
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "  ".join(cells).rstrip()


def note_lines(notes: Sequence[Any]) -> Iterator[str]:
    """Notes with their authors, each after an empty line."""
    for note in notes:
        yield ""
        yield f"{when(note.made)}, {note.author}:"
        yield note.text


def plain(record: Any) -> Any:
    """A record of the store as plain values, for JSON."""
    if hasattr(record, "__dataclass_fields__"):
        return {each.name: plain(getattr(record, each.name)) for each in fields(record)}
    if isinstance(record, Scenario):
        return record.model_dump(mode="json", exclude_none=True)
    if isinstance(record, datetime):
        return record.isoformat()
    if isinstance(record, tuple | list):
        return [plain(each) for each in record]
    if isinstance(record, dict):
        return {key: plain(value) for key, value in record.items()}
    return record
