"""A document as one web page: nothing in it runs, and nothing is loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count
from pathlib import Path

from planner.export.document.model import (
    Block,
    Chapter,
    Document,
    Fact,
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
    section_anchor,
)
from planner.export.document.theme_drawing import in_page
from planner.present.escape import html_text
from planner.present.words import Words, words

_STYLE = Path(__file__).parent / "templates" / "page.css"
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'"
)
_FEW = 4  # columns that fit a phone; more are scrolled sideways
_MANY_SECTIONS = 12  # a chapter with more may be parted in the contents
Namer = Callable[[], str]


def html_page(document: Document) -> bytes:
    """The document as a page of HTML that stands alone, with a style for paper.

    All texts are escaped; drawings hold shapes and words alone. The page forbids itself to run
    or load anything. The same document gives the same bytes.

    Raises:
        ValueError: A table's rows differ in length, two chapters have one id, or a drawing holds
            more than shapes and words.
    """
    require_sound(document)
    w = words(document.language)
    number = count(1)
    page = (
        f'<!doctype html>\n<html lang="{document.language}"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{html_text(document.title)}</title><style>{_style(document, w)}</style></head>",
        f'<body><a class="skip" href="#text">{html_text(w("render.skip"))}</a>',
        *_head(document),
        *_contents(document, w),
        '<main id="text" tabindex="-1">',
        *(
            part
            for each in document.chapters
            for part in _chapter(each, lambda: f"b{next(number)}")
        ),
        *_licences(document, w),
        "</main></body></html>\n",
    )
    return "\n".join(page).encode("ascii", "xmlcharrefreplace")


def _style(document: Document, w: Words) -> str:
    """The style sheet, and what stands at the foot of each sheet of paper."""
    page, of = "\0page", "\0of"
    told = w("export.footer_page", page=page, of=of)
    parts = []
    for before in told.split("\0"):
        name = next((each for each in ("page", "of") if before.startswith(each)), "")
        if name:
            parts.append("counter(page)" if name == "page" else "counter(pages)")
        parts.append(_css_text(before.removeprefix(name)))
    look = "font: 6.6pt Arial, sans-serif; color: #4b5754;"
    running = (
        f"@page {{ @bottom-left {{ content: {_css_text(foot(document))}; {look} width: 78%; "
        f"text-align: left; }} @bottom-right {{ content: {' '.join(parts)}; {look} }} }}"
    )
    return f"{_STYLE.read_text(encoding='ascii')}{running}"


def _css_text(text: str) -> str:
    """A text of a style sheet; every unusual letter is coded, and a space ends its code."""
    safe = "".join(c if c.isascii() and (c.isalnum() or c in " .,-") else _code(c) for c in text)
    return f'"{safe}"'


def _code(letter: str) -> str:
    code = ord(letter)
    return f"\\{code:06x} " if code and not 0xD800 <= code <= 0xDFFF else "\\00fffd "


def _head(document: Document) -> Iterator[str]:
    yield f"<header><h1>{html_text(document.title)}</h1>"
    if document.subtitle:
        yield f'<p class="subtitle">{html_text(document.subtitle)}</p>'
    if document.marks:
        told = "".join(
            f"<dt>{html_text(mark.label)}</dt><dd>{html_text(_with_note(mark))}</dd>"
            for mark in document.marks
        )
        yield f'<dl class="marks">{told}</dl>'
    yield "</header>"


def _with_note(mark: Fact) -> str:
    return f"{mark.value} ({mark.note})" if mark.note else mark.value


def _contents(document: Document, w: Words) -> Iterator[str]:
    title = html_text(w("render.contents"))
    yield f'<nav aria-labelledby="contents"><h2 id="contents">{title}</h2><ol>'
    for chapter in document.chapters:
        kind = ' class="long"' if len(chapter.sections) > _MANY_SECTIONS else ""
        inner = "".join(
            f"<li>{_link(section_anchor(chapter.id, n), part.title)}</li>"
            for n, part in enumerate(chapter.sections, start=1)
        )
        below = f"<ol>{inner}</ol>" if inner else ""
        yield f"<li{kind}>{_link(chapter.id, chapter.title)}{below}</li>"
    if document.licences:
        yield f"<li>{_link('licences--', w('render.licences'))}</li>"
    yield "</ol></nav>"


def _link(anchor: str, text: str) -> str:
    return f'<a href="#{anchor}">{html_text(text)}</a>'


def _chapter(chapter: Chapter, name: Namer) -> Iterator[str]:
    kind = ' class="new"' if chapter.new_page else ""
    yield f'<section id="{chapter.id}"{kind}><h2>{html_text(chapter.title)}</h2>'
    yield from _blocks(chapter.blocks, name)
    for n, part in enumerate(chapter.sections, start=1):
        anchor = section_anchor(chapter.id, n)
        yield f'<section id="{anchor}"><h3>{html_text(part.title)}</h3>'
        yield from _blocks(part.blocks, name)
        yield "</section>"
    yield "</section>"


def _licences(document: Document, w: Words) -> Iterator[str]:
    if document.licences:
        title = html_text(w("render.licences"))
        yield f'<section id="licences--" class="licences"><h2>{title}</h2>'
        yield _points(Points(document.licences))
        yield "</section>"


def _blocks(blocks: Sequence[Block], name: Namer) -> Iterator[str]:
    for block in laid(blocks):
        if isinstance(block, Beside):
            said = "".join(_said(each) for each in block.blocks)
            yield f'<div class="beside">{_picture(block.picture, name())}<div>{said}</div></div>'
        elif isinstance(block, Grid):
            yield from _grid(block, name())
        elif isinstance(block, Picture):
            yield _picture(block, name())
        else:
            yield _said(block)


def _said(block: Paragraph | Points | Facts) -> str:
    if isinstance(block, Paragraph):
        quiet = ' class="quiet"' if block.quiet else ""
        return f"<p{quiet}>{html_text(block.text)}</p>"
    return _points(block) if isinstance(block, Points) else _facts(block)


def _points(block: Points) -> str:
    kind = "ol" if block.numbered else "ul"
    items = "".join(f"<li>{html_text(each)}</li>" for each in block.items)
    return f"<{kind}>{items}</{kind}>"


def _facts(block: Facts) -> str:
    items = "".join(_fact(each) for each in block.items)
    return f'<dl class="facts" style="--columns: {facts_in_a_row(len(block.items))}">{items}</dl>'


def _fact(fact: Fact) -> str:
    note = f'<dd class="quiet">{html_text(fact.note)}</dd>' if fact.note else ""
    label, value = html_text(fact.label), html_text(fact.value)
    return f'<div><dt>{label}</dt><dd class="value">{value}</dd>{note}</div>'


def _grid(grid: Grid, name: str) -> Iterator[str]:
    is_many = len(grid.columns) > _FEW
    kind = f"grid {'many' if is_many else 'few'} {density(grid)}"
    scrolls = f' role="group" tabindex="0" aria-labelledby="{name}"' if is_many else ""
    yield f'<div class="{kind}"{scrolls}><table>'
    yield f'<caption id="{name}">{html_text(grid.caption)}</caption><thead><tr>'
    sides = [' class="right"' if column.align == "right" else "" for column in grid.columns]
    for column, side in zip(grid.columns, sides, strict=True):
        yield f'<th scope="col"{side}>{html_text(column.heading)}</th>'
    yield "</tr></thead><tbody>"
    yield from (_row(row, sides) for row in grid.rows)
    yield "</tbody>"
    if grid.total is not None:
        yield f"<tfoot>{_row(grid.total, sides)}</tfoot>"
    yield "</table></div>"
    if grid.note:
        yield f'<p class="note">{html_text(grid.note)}</p>'


def _row(row: Sequence[str], sides: Iterable[str]) -> str:
    cells = [
        f"<td{side}>{html_text(cell)}</td>" if at else _row_head(cell, side)
        for at, (cell, side) in enumerate(zip(row, sides, strict=True))
    ]
    return f"<tr>{''.join(cells)}</tr>"


def _row_head(cell: str, side: str) -> str:
    return f'<th scope="row"{side}>{html_text(cell)}</th>'


def _picture(picture: Picture, name: str) -> str:
    drawing = in_page(picture.svg, name, picture.caption, picture.alt)
    return f"<figure>{drawing}<figcaption>{html_text(picture.caption)}</figcaption></figure>"
