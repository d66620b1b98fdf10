"""The document as a web page: it says what the document says, and does nothing else."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from planner.export.document.as_html import html_page
from planner.export.document.model import Chapter, Document, Fact, Grid, Paragraph, Picture
from planner.present.words import words
from tests.export.render import sample

VOID = {"meta", "br"}
BESIDES = {"svg", "path", "rect", "circle", "g", "defs", "clippath", "desc", "title", "text"}


class Page(HTMLParser):
    """Elements with what they hold, their texts as a browser would show them."""

    def __init__(self, content):
        super().__init__(convert_charrefs=True)
        self.elements, self._open = [], []
        self.feed(content.decode("ascii"))
        self.close()
        assert not self._open

    def handle_starttag(self, tag, attrs):
        element = (tag, dict(attrs), [])
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs), []))

    def handle_endtag(self, tag):
        assert self._open.pop()[0] == tag

    def handle_data(self, data):
        for _, _, texts in self._open:
            texts.append(data)

    def all(self, *tags):
        return [each for each in self.elements if each[0] in tags]

    def texts(self, *tags):
        return ["".join(each[2]) for each in self.all(*tags)]


def page_of(document):
    return Page(html_page(document))


def as_shown(text):
    """What a browser makes of a text that HTML cannot hold as it is."""
    return text.replace("\x01", "").replace("\x7f", "")


@pytest.fixture(scope="module", params=["en", "sw"])
def made(request):
    document = sample.document(request.param)
    return document, page_of(document)


def blocks_of(document):
    for chapter in document.chapters:
        yield from chapter.blocks
        for part in chapter.sections:
            yield from part.blocks


def test_every_text_is_there_word_for_word_and_nothing_of_it_is_markup(made):
    document, page = made
    assert page.texts("h1") == [document.title]
    w = words(document.language)
    heads = [w("render.contents"), *(chapter.title for chapter in document.chapters)]
    assert page.texts("h2") == [*heads, w("render.licences")]
    sections = [part.title for chapter in document.chapters for part in chapter.sections]
    assert [as_shown(each) for each in page.texts("h3")] == [as_shown(each) for each in sections]
    told = {as_shown(each) for each in page.texts("p", "li", "dd", "dt", "td", "th", "figcaption")}
    for text in sample.TEXTS:
        assert as_shown(text) in told
    cells = [as_shown(each) for each in page.texts("th", "td")]
    grids = [block for block in blocks_of(document) if isinstance(block, Grid)]
    wanted = []
    for grid in grids:
        wanted += [column.heading for column in grid.columns]
        wanted += [cell for row in grid.rows for cell in row] + [*(grid.total or ())]
    assert cells == [as_shown(each) for each in wanted]
    assert page.texts("caption") == [grid.caption for grid in grids]


def test_the_page_runs_nothing_and_loads_nothing(made):
    _, page = made
    assert not page.all("script", "iframe", "object", "embed", "link", "base", "form", "img", "b")
    policy = next(a for _, a, _ in page.all("meta") if "http-equiv" in a)
    assert policy["http-equiv"] == "Content-Security-Policy"
    assert policy["content"].startswith("default-src 'none'; style-src 'unsafe-inline'")
    for _, attributes, _ in page.elements:
        assert not any(name.startswith("on") for name in attributes)
        assert attributes.get("href", "#").startswith("#")
        assert "src" not in attributes
    assert not re.search(r"url\(|@import|https?:", page.texts("style")[0])


def test_every_link_leads_somewhere_and_every_place_is_one(made):
    document, page = made
    ids = [a["id"] for _, a, _ in page.elements if "id" in a]
    assert len(ids) == len(set(ids))
    links = [a["href"][1:] for _, a, _ in page.all("a")]
    assert set(links) <= set(ids)
    for chapter in document.chapters:
        assert chapter.id in links
    named = [a[key] for _, a, _ in page.elements for key in ("aria-labelledby",) if key in a]
    assert {each for name in named for each in name.split()} <= set(ids)


def test_it_is_told_to_who_does_not_see_it(made):
    document, page = made
    assert page.all("html")[0][1]["lang"] == document.language
    assert all(a["scope"] in {"row", "col"} for _, a, _ in page.all("th"))
    pictures = [block for block in blocks_of(document) if isinstance(block, Picture)]
    drawn = page.all("svg")
    assert len(drawn) == len(pictures)
    assert all(a["role"] == "img" and a["aria-labelledby"] for _, a, _ in drawn)
    assert [as_shown(each) for each in page.texts("desc")] == [
        as_shown(each.alt) for each in pictures
    ]


def test_no_text_leaves_the_style_sheet(made):
    document, _ = made
    bad = [Fact(text, text) for text in sample.TEXTS]
    style = page_of(replace(document, marks=bad)).texts("style")[0]
    running = style[style.index("@page { @bottom-left") :]
    told = re.fullmatch(
        r"@page \{ @bottom-left \{ content: (\".*\"); font: .* \} "
        r"@bottom-right \{ content: \"[\w ]*\" counter\(page\) \"[\w ]*\" counter\(pages\) \"\"; "
        r"font: .* \} \}",
        running,
    )
    assert told
    inside = told[1][1:-1]
    assert re.fullmatch(r"(?:[A-Za-z0-9 .,-]|\\[0-9a-f]{6} )*", inside)
    shown = re.sub(r"\\([0-9a-f]{6}) ", lambda code: chr(int(code[1], 16)), inside)
    assert shown == " · ".join(f"{mark.label}: {mark.value}" for mark in bad)


def test_the_same_document_gives_the_same_bytes(made):
    document, _ = made
    assert html_page(document) == html_page(sample.document(document.language))


def test_drawings_with_the_same_inner_names_stay_apart(made):
    _, page = made
    clips = [a["id"] for _, a, _ in page.all("clippath")]
    used = [a["clip-path"] for _, a, _ in page.elements if "clip-path" in a]
    assert len(set(clips)) == len(clips) > 1
    assert used == [f"url(#{each})" for each in clips]


def of_blocks(*blocks, ids=("a",)):
    chapters = [Chapter(each, "Title", blocks) for each in ids]
    return Document("en", "Title", "", [], chapters, [])


def svg(inside, box='viewBox="0 0 10 10"'):
    return f'<svg xmlns="http://www.w3.org/2000/svg" {box}>{inside}</svg>'


@pytest.mark.parametrize(
    ("drawing", "why"),
    [
        (svg("<script>x</script>"), "<script>, which is no shape"),
        (svg("<style>* {}</style>"), "<style>, which is no shape"),
        (svg("<foreignObject/>"), "<foreignObject>"),
        (svg('<image href="data:image/png;base64,x"/>'), "<image>"),
        (svg('<a href="x"><path/></a>'), "<a>"),
        (svg('<path onclick="x"/>'), "onclick"),
        (svg('<path fill="url(http://x/#y)"/>'), "fill"),
        (svg('<path style="fill: u\\72l(x)"/>'), "style"),
        (svg('<use href="other.svg#x"/>'), "points outside"),
        (svg("<path/>", ""), "no view box"),
        (svg("<path/>", 'viewBox="0 0 0 10"'), "view box is empty"),
        ("<!DOCTYPE svg [<!ENTITY x 'y'>]>" + svg("&x;"), "no SVG"),
        ("<p>not closed", "no SVG"),
    ],
)
def test_a_drawing_that_is_more_than_shapes_and_words_is_refused(drawing, why):
    with pytest.raises(ValueError, match=re.escape(why)):
        html_page(of_blocks(Picture(drawing, "x", "x")))


def test_every_fault_of_a_document_is_told_at_once():
    uneven = replace(sample.grid(2, 3), rows=[["a", "b", "c"], ["a"]], total=["x", "y"])
    with pytest.raises(ValueError, match="two chapters 'a'") as told:
        html_page(of_blocks(uneven, Paragraph("x"), ids=("a", "a", "Nairobi County", "x--1")))
    for fault in (
        "'Nairobi County'",
        "'x--1'",
        "row 2 has 1 cells for 3 columns",
        "row 3 has 2 cells for 3 columns",
    ):
        assert fault in str(told.value)
