"""A document as PDF on A4: tagged, archival, the same bytes each time; set by Typst."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from planner.errors import PlannerError
from planner.export.document.model import (
    Block,
    Chapter,
    Document,
    Facts,
    Grid,
    Paragraph,
    Picture,
    Points,
)
from planner.export.document.theme import (
    Beside,
    density,
    facts_in_a_row,
    foot,
    laid,
    require_sound,
    widths,
)
from planner.export.document.theme_drawing import drawing_of, lifted, reworded
from planner.export.document.theme_letters import FONTS, STAND_IN, is_plain, lacks, plain, shown
from planner.present.words import words

STANDARDS: tuple[Literal["a-2a"], Literal["ua-1"]] = ("a-2a", "ua-1")
MISSING = "A PDF needs the extra pdf: pip install 'ugatuzi-planner[pdf]'. All else works without."
_TEMPLATE = Path(__file__).parent / "templates" / "page.typ"
_LONG = 40  # lines of contents that one column holds
Setter = Callable[[str], str]


def can_make_pdf() -> bool:
    """Whether the extra `pdf` is installed."""
    return find_spec("typst") is not None


def pdf_file(document: Document, created: datetime) -> bytes:
    """The document as PDF/A-2a and PDF/UA-1: tags, alt texts, language, bookmarks, page numbers.

    No text is read as a command. Letters that no font here holds stand as `STAND_IN`, and the last
    page says so. The same document and moment give the same bytes.

    Args:
        document: What to set.
        created: When what it tells of was made; stands in the file. With a time zone.

    Raises:
        PlannerError: The extra `pdf` is not installed.
        ValueError: As `html_page`.
    """
    require_sound(document)
    if not can_make_pdf():
        raise PlannerError(MISSING)
    from typst import TypstError  # noqa: PLC0415 - an extra, and large

    for setter in (shown, _careful):
        try:
            return _compiled(document, created, setter)
        except TypstError:  # letters that the fonts hold, but cannot put together
            continue
    return _compiled(document, created, plain)


@lru_cache(maxsize=1000)
def _careful(text: str) -> str:
    """As `shown`; in plain letters where this text alone cannot be set."""
    from typst import TypstError  # noqa: PLC0415

    if not _is_complex(text):
        return shown(text)
    told = Document("en", "-", "", (), [Chapter("a", "-", [Paragraph(text)])], ())
    try:
        _compiled(told, datetime.fromtimestamp(0, UTC), shown)
    except TypstError:
        return plain(text)
    return shown(text)


def _compiled(document: Document, created: datetime, setter: Setter) -> bytes:
    import typst  # noqa: PLC0415

    content = typst.Compiler(_TEMPLATE.read_bytes(), font_paths=_fonts()).compile(
        format="pdf",
        sys_inputs={"document": json.dumps(_data(document, setter), ensure_ascii=False)},
        pdf_standards=list(STANDARDS),
        timestamp=created,
    )
    if not isinstance(content, bytes):
        raise TypeError(type(content).__name__)
    return content


@cache
def _fonts() -> Any:
    import typst  # noqa: PLC0415

    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(FONTS)]
    )


def _data(document: Document, setter: Setter) -> Mapping[str, object]:
    """The document as plain values for the template, each text through `setter`."""
    w = words(document.language)
    entries = len(document.chapters) + sum(len(each.sections) for each in document.chapters)
    texts = _Texts(setter)
    chapters = [
        {
            "title": texts(chapter.title),
            "new_page": chapter.new_page,
            "blocks": _blocks(chapter.blocks, texts),
            "sections": [
                {"title": texts(part.title), "blocks": _blocks(part.blocks, texts)}
                for part in chapter.sections
            ],
        }
        for chapter in document.chapters
    ]
    told = {
        "lang": document.language,
        "title": texts(document.title),
        "subtitle": texts(document.subtitle),
        "author": "Ugatuzi Planner",
        "keywords": [texts(mark.value) for mark in document.marks],
        "marks": [[texts(mark.label), texts(mark.value)] for mark in document.marks],
        "foot": texts(foot(document)),
        "page": w("export.footer_page", page="{page}", of="{of}"),
        "contents": w("render.contents"),
        "long": entries > _LONG,
        "chapters": chapters,
        "licences_title": w("render.licences"),
        "licences": [texts(each) for each in document.licences],
    }
    return told | {"note": w("render.letters", sign=STAND_IN) if texts.lacked else ""}


class _Texts:
    """Sets texts, and knows whether a letter of any had no font."""

    def __init__(self, setter: Setter) -> None:
        self._setter = setter
        self.lacked = False

    def __call__(self, text: str) -> str:
        told = self._setter(text)
        self.lacked = self.lacked or lacks(text) or told.count(STAND_IN) > text.count(STAND_IN)
        return told


def _blocks(blocks: Sequence[Block], texts: _Texts) -> list[Mapping[str, object]]:
    return [_block(each, texts) for each in laid(blocks)]


def _block(block: Block | Beside, texts: _Texts) -> Mapping[str, object]:
    match block:
        case Paragraph():
            return {"kind": "paragraph", "text": texts(block.text), "quiet": block.quiet}
        case Points():
            items = [texts(each) for each in block.items]
            return {"kind": "points", "items": items, "numbered": block.numbered}
        case Facts():
            facts = [
                [texts(each.label), texts(each.value), texts(each.note)] for each in block.items
            ]
            return {"kind": "facts", "items": facts, "columns": facts_in_a_row(len(facts))}
        case Grid():
            return _grid(block, texts)
        case Picture():
            return _picture(block, texts)
        case Beside():
            said = [_block(each, texts) for each in block.blocks]
            return {"kind": "beside", "picture": _picture(block.picture, texts), "blocks": said}


def _grid(grid: Grid, texts: _Texts) -> Mapping[str, object]:
    return {
        "kind": "grid",
        "caption": texts(grid.caption),
        "heads": [texts(column.heading) for column in grid.columns],
        "right": [column.align == "right" for column in grid.columns],
        "widths": widths(grid),
        "density": density(grid),
        "rows": [[texts(cell) for cell in row] for row in grid.rows],
        "total": None if grid.total is None else [texts(cell) for cell in grid.total],
        "note": texts(grid.note),
    }


def _picture(picture: Picture, texts: _Texts) -> Mapping[str, object]:
    """A drawing, and the words of it that need shaping.

    Those are set as text upon it: within a drawing Typst can neither shape them well nor tell them
    to who does not see them; the alternative text does.
    """
    drawing = drawing_of(picture.svg)
    words_upon = [
        asdict(word) | {"text": texts(word.text)} for word in lifted(drawing, _is_complex)
    ]
    reworded(drawing, plain)
    return {
        "kind": "picture",
        "wide": picture.wide,
        "content": drawing.text(),
        "unit": drawing.width,
        "shape": drawing.shape,
        "words": words_upon,
        "alt": texts(picture.alt),
        "caption": texts(picture.caption),
    }


def _is_complex(text: str) -> bool:
    return not all(is_plain(c) or c.isspace() for c in text)
