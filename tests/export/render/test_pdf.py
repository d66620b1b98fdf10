"""The document as PDF: read back with another library, its texts, tags and bookmarks."""

import ctypes
import re
from dataclasses import replace
from datetime import UTC, datetime

import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from planner.errors import PlannerError
from planner.export.document import as_pdf, theme_letters
from planner.export.document.as_pdf import MISSING, STAND_IN, pdf_file
from planner.export.document.model import Chapter, Column, Document, Grid, Paragraph, Picture
from planner.present.words import words
from tests.export.render import sample

WHEN = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def texts_of(pdf):
    """The text of each page, its lines joined by spaces."""
    pages = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf)]
    return [re.sub(r"\s+", " ", text) for text in pages]


def told_of(page):
    """(kind, alternative text, language) of each tag of a page."""
    tree = pdfium.FPDF_StructTree_GetForPage(page.raw)
    found = []

    def text(call, element):
        size = call(element, None, 0)
        buffer = ctypes.create_string_buffer(size)
        call(element, buffer, size)
        return buffer.raw[: max(0, size - 2)].decode("utf-16-le")

    def walk(element):
        if element:
            kind = text(pdfium.FPDF_StructElement_GetType, element)
            alt = text(pdfium.FPDF_StructElement_GetAltText, element)
            found.append((kind, alt))
            for at in range(pdfium.FPDF_StructElement_CountChildren(element)):
                walk(pdfium.FPDF_StructElement_GetChildAtIndex(element, at))

    for at in range(pdfium.FPDF_StructTree_CountChildren(tree)):
        walk(pdfium.FPDF_StructTree_GetChildAtIndex(tree, at))
    return found


def of_blocks(*blocks, title="Title"):
    return Document("en", title, "", [], [Chapter("a", "Chapter", blocks)], [])


@pytest.fixture(scope="module", params=["en", "sw"])
def made(request):
    document = sample.document(request.param)
    return document, pdf_file(document, WHEN)


def test_it_is_archival_and_accessible_and_dated(made):
    document, pdf = made
    assert pdf.startswith(b"%PDF-")
    about = pdf[pdf.index(b"<?xpacket") : pdf.index(b"<?xpacket end")].decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in about
    assert "<pdfaid:part>2</pdfaid:part>" in about
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in about
    assert "2026-11-22T10:00" in about
    opened = pypdfium2.PdfDocument(pdf)
    assert opened.get_metadata_value("Title") == document.title
    assert pdfium.FPDFCatalog_IsTagged(opened.raw)
    assert f"/Lang({document.language})".encode() in pdf.replace(b"/Lang (", b"/Lang(")


def test_the_same_document_and_moment_give_the_same_bytes(made):
    document, pdf = made
    assert pdf_file(sample.document(document.language), WHEN) == pdf
    assert pdf_file(document, WHEN.replace(year=2025)) != pdf


def test_chapters_and_sections_are_bookmarks_in_their_order(made):
    document, pdf = made
    found = [(mark.level, mark.get_title()) for mark in pypdfium2.PdfDocument(pdf).get_toc()]
    wanted = []
    for chapter in document.chapters:
        wanted.append((0, chapter.title))
        wanted += [(1, part.title) for part in chapter.sections]
    plain = [(level, theme_letters.shown(title)) for level, title in wanted]
    plain.append((0, words(document.language)("render.licences")))
    strip = str.maketrans("", "", theme_letters._MAY_BREAK)
    assert [(level, " ".join(title.translate(strip).split())) for level, title in found] == [
        (level, " ".join(title.translate(strip).split())) for level, title in plain
    ]


def test_every_page_has_its_number_and_marks_and_a_table_its_head(made):
    document, pdf = made
    w, pages = words(document.language), texts_of(pdf)
    for number, text in enumerate(pages, start=1):
        assert w("export.footer_page", page=number, of=len(pages)) in text
        assert "Fingerprint: 6f0b8ac1d2e3f405" in text
    with_table = [text for text in pages if "Branch 2 at the lake" in text or "Branch 85" in text]
    assert len(with_table) > 1
    assert all("Visits 1 (a year)" in text for text in with_table)
    last = next(text for text in pages if "Branch 90 at the lake" in text)
    assert "All 9,999,999" in last
    assert sum("All 9,999,999" in text for text in pages) < sum(
        "Visits 1 (a year)" in text for text in pages
    )


def test_no_text_is_read_as_a_command(made):
    _, pdf = made
    whole = " ".join(texts_of(pdf))
    for text in ('#eval("1+1")', "#set page(fill: red)", "=1+1", "'; DROP TABLE", "{{7*7}}"):
        assert text in whole
    assert "[x](javascript:alert(1))" in whole
    assert b"/JavaScript" not in pdf
    assert b"/URI" not in pdf


def test_drawings_tell_what_they_show(made):
    document, pdf = made
    alts = [alt for page in pypdfium2.PdfDocument(pdf) for kind, alt in told_of(page) if alt]
    for picture in (block for block in document.chapters[1].blocks if isinstance(block, Picture)):
        assert picture.alt in alts
    assert "A map: a square for Town 2, a cross for one that closes." in alts


def test_tags_name_headings_tables_and_lists(made):
    _, pdf = made
    kinds = {kind for page in pypdfium2.PdfDocument(pdf) for kind, _ in told_of(page)}
    assert {"H1", "H2", "P", "L", "LI", "Table", "TR", "TH", "TD", "Figure", "Caption"} <= kinds


def test_every_letter_that_is_said_to_be_held_is_drawn():
    firsts, lasts = theme_letters._ranges()
    held = [
        chr(c) for first, last in zip(firsts, lasts, strict=True) for c in range(first, last + 1)
    ]
    marks = [c for c in held if not c.isspace()]
    lines = [" ".join(marks[at : at + 100]) for at in range(0, len(marks), 100)]
    document = of_blocks(*(Paragraph(line) for line in lines))
    as_pdf._compiled(document, WHEN, theme_letters.shown)  # the standard refuses a missing letter


def test_letters_without_a_font_are_told_and_only_then():
    w = words("en")
    note = re.sub(r"\s+", " ", w("render.letters", sign=STAND_IN))
    strange = texts_of(pdf_file(of_blocks(Paragraph("Ofisi ya 中文")), WHEN))
    assert f"Ofisi ya {STAND_IN}{STAND_IN}" in strange[-1]
    assert note in strange[-1]
    usual = texts_of(pdf_file(of_blocks(Paragraph("Ofisi ya Nyeri 🇰🇪 مكتب →")), WHEN))
    assert note not in usual[-1]
    assert STAND_IN not in usual[-1]


def test_what_no_font_can_put_together_is_shown_in_plain_letters_and_no_other_text_is():
    odd, usual = "Nyeri \u211b\u0659\U0001f45e\u1de7 end", "مكتب"
    with pytest.raises(Exception, match="could not be displayed"):
        as_pdf._compiled(of_blocks(Paragraph(odd)), WHEN, theme_letters.shown)
    text = texts_of(pdf_file(of_blocks(Paragraph(odd), Paragraph(usual)), WHEN))[-1]
    assert f"Nyeri {STAND_IN * 4} end" in text
    assert text.count(STAND_IN) == 5  # four, and the note that tells of them


@pytest.mark.parametrize("name", ["مكتب الهجرة 47", "🇰🇪 👍🏽", "e\u0301", "中文", "<b> & =1+1"])
@pytest.mark.parametrize("around", ["{}", '<g transform="rotate(9)">{}</g>'])
def test_any_name_may_stand_in_a_drawing(name, around):
    safe = name.replace("&", "&amp;").replace("<", "&lt;")
    for text in (
        f'<text x="9" y="20" stroke="#ffffff" stroke-width="3">{safe}</text>',
        f'<text x="9" y="20" text-anchor="end" fill="#1c2624">{safe}</text>',
        f'<text x="9" y="20">A <tspan>{safe}</tspan> b</text>',
    ):
        drawing = (
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 90">'
            f"{around.format(text)}</svg>"
        )
        pages = texts_of(pdf_file(of_blocks(Picture(drawing, name, "A drawing")), WHEN))
        assert "A drawing" in pages[1]


def test_a_wide_table_turns_its_sheet():
    wide = sample.grid(3, 14)
    pages = pypdfium2.PdfDocument(pdf_file(of_blocks(Paragraph("x"), wide, Paragraph("y")), WHEN))
    shapes = [page.get_width() > page.get_height() for page in pages]
    assert shapes == [False, False, True, False]


def test_no_word_of_a_table_leaves_the_sheet():
    rows = [["x" * 400, "Nairobi", "9" * 200]]
    grid = Grid("Long words", [Column("a"), Column("b"), Column("c", "right")], rows)
    page = pypdfium2.PdfDocument(pdf_file(of_blocks(grid), WHEN))[1]
    text = page.get_textpage()
    boxes = [text.get_charbox(at) for at in range(text.count_chars())]
    assert max(right for _, _, right, _ in boxes) <= page.get_width() - 40
    assert text.get_text_bounded().count("x") >= 400


def test_without_the_extra_it_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(as_pdf, "find_spec", lambda name: None)
    with pytest.raises(PlannerError, match=re.escape("pip install 'ugatuzi-planner[pdf]'")):
        pdf_file(sample.document(), WHEN)
    assert MISSING.endswith(".")


def test_an_unsound_document_is_refused():
    uneven = replace(sample.grid(2, 3), total=["x"])
    with pytest.raises(ValueError, match="row 3 has 1 cells"):
        pdf_file(of_blocks(uneven), WHEN)
