"""What a document is made of. Content fills it; a page and a PDF are drawn from the same values.

All texts are as people read them, in the document's language, and not escaped: who draws them does
that. Nothing here computes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Align = Literal["left", "right"]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; a `quiet` one is a note or a caution in small letters."""

    text: str
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Points:
    """A list; a `numbered` one tells an order."""

    items: Sequence[str]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure with its label, and beside what it stands: today's, its error, its mark."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """Figures side by side."""

    items: Sequence[Fact]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading with the unit, and to which side it is set."""

    heading: str
    align: Align = "left"


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; the first column names its rows. A `total` row is the last one."""

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    note: str = ""
    total: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing.

    `svg` is a whole SVG without scripts and without links to elsewhere, its texts escaped, with
    `width` and `height` in its view box. `alt` tells what it shows to who does not see it.
    """

    svg: str
    alt: str
    caption: str
    wide: bool = True


Block = Paragraph | Points | Facts | Grid | Picture


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a chapter under its own heading."""

    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter: `id` in plain letters is its place in links; `new_page` begins a page."""

    id: str
    title: str
    blocks: Sequence[Block]
    sections: Sequence[Section] = ()
    new_page: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document.

    `marks` are what stands on the title and at the foot of each page: date, fingerprint, version.
    `licences` are told at the end, word for word.
    """

    language: Literal["en", "sw"]
    title: str
    subtitle: str
    marks: Sequence[Fact]
    chapters: Sequence[Chapter]
    licences: Sequence[str]
