"""What a page and a PDF of a document share: places of chapters, the foot, how tables are set."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from planner.export.document.model import (
    Block,
    Document,
    Facts,
    Grid,
    Paragraph,
    Picture,
    Points,
)

Density = Literal["plain", "dense", "wide"]

_ANCHOR = re.compile(r"[a-z][a-z0-9-]*")
_ROOM: Mapping[Density, int] = {"plain": 96, "dense": 124, "wide": 180}  # letters of a row on A4
_LINE = 30  # letters of a word that no column is widened for
_NAME = 24  # letters of a row's name that stand in one line where there is room
_LINES_OF_A_HEADING = 3
_MOST_LINES = 4  # of a row, before its table is set smaller
_PADDING, _STEP = 2, 2
_MOST_FACTS = 5  # in a row of a sheet


@dataclass(frozen=True, slots=True)
class Beside:
    """A small drawing with what is said of it at its side."""

    picture: Picture
    blocks: Sequence[Paragraph | Points | Facts]


def laid(blocks: Sequence[Block]) -> Iterator[Block | Beside]:
    """The blocks with each small drawing joined by what follows it, up to a table or drawing."""
    at = 0
    while at < len(blocks):
        block, at = blocks[at], at + 1
        if not isinstance(block, Picture) or block.wide:
            yield block
            continue
        said: list[Paragraph | Points | Facts] = []
        while at < len(blocks) and isinstance(each := blocks[at], Paragraph | Points | Facts):
            said.append(each)
            at += 1
        yield Beside(block, said) if said else block


def foot(document: Document) -> str:
    """What stands at the foot of each page."""
    return " · ".join(f"{mark.label}: {mark.value}" for mark in document.marks)


def facts_in_a_row(count: int) -> int:
    """How many of so many figures stand side by side on paper, all rows being about full."""
    rows = -(-count // _MOST_FACTS)
    return -(-count // rows) if count else 1


def section_anchor(chapter: str, number: int) -> str:
    """The place of a chapter's section in links, the first one being 1."""
    return f"{chapter}--{number}"


def require_sound(document: Document) -> None:
    """Ask that each chapter has a place of its own and each row as many cells as its table.

    Raises:
        ValueError: Not so; the text tells every fault.
    """
    ids = [chapter.id for chapter in document.chapters]
    faults = [f"chapter id {each!r}" for each in ids if not _ANCHOR.fullmatch(each) or "--" in each]
    faults += [f"two chapters {each!r}" for each in sorted({i for i in ids if ids.count(i) > 1})]
    for chapter in document.chapters:
        for block in (*chapter.blocks, *(b for part in chapter.sections for b in part.blocks)):
            if isinstance(block, Grid):
                faults += [f"{block.caption!r}: {told}" for told in _faults_of(block)]
    if faults:
        raise ValueError("; ".join(faults))


def _faults_of(grid: Grid) -> Iterator[str]:
    expected = len(grid.columns)
    for number, row in enumerate(_all_rows(grid), start=1):
        if len(row) != expected:
            yield f"row {number} has {len(row)} cells for {expected} columns"


def widths(grid: Grid) -> list[int]:
    """How wide each column should be beside the others, in letters.

    At least its longest word. What the sheet has beyond that goes to the names of the rows, then,
    step by step, to the column by which most rows are high, until every cell has one line.
    """
    return _laid_out(grid, density(grid))[0]


def density(grid: Grid) -> Density:
    """How small a table is set on A4: `wide` is a turned sheet.

    As large as no word of it is broken and no row stands too high; a turned sheet is for words
    alone.
    """
    letters = sum(_least(grid))
    if letters > _ROOM["dense"]:
        return "wide"
    if letters > _ROOM["plain"] or _laid_out(grid, "plain")[1] > _MOST_LINES:
        return "dense"
    return "plain"


def _laid_out(grid: Grid, density: Density) -> tuple[list[int], float]:
    """The widths of the columns at a density, and how many lines the highest row then has."""
    room = _ROOM[density]
    wide = np.array(_least(grid), dtype=float)
    lengths = np.array([[len(cell) for cell in row] for row in _all_rows(grid)], dtype=float)
    heads = [len(column.heading) / _LINES_OF_A_HEADING for column in grid.columns]
    needed = np.vstack([lengths.reshape(-1, wide.size), [heads]]) + _PADDING
    wide[0] += min(max(0.0, min(_NAME, needed[:, 0].max()) - wide[0]), max(0.0, room - wide.sum()))
    while wide.sum() + _STEP <= room:
        lines = needed / wide
        high = np.maximum(lines.max(axis=1), 1.0)
        is_why = (lines >= high[:, None]) & (lines > 1.0)
        if not is_why.any():
            break
        wide[np.argmax((lines * is_why).sum(axis=0))] += _STEP
    return [int(each) for each in wide], float((needed / wide).max())


def _least(grid: Grid) -> list[int]:
    """Letters of each column's longest word."""
    return [
        min(_LINE, max(len(word) for cell in cells for word in cell.split(" "))) + _PADDING
        for cells in _columns(grid)
    ]


def _columns(grid: Grid) -> list[list[str]]:
    """The cells of each column, its heading first."""
    rows = _all_rows(grid)
    return [[column.heading, *(row[at] for row in rows)] for at, column in enumerate(grid.columns)]


def _all_rows(grid: Grid) -> Sequence[Sequence[str]]:
    return grid.rows if grid.total is None else [*grid.rows, grid.total]
