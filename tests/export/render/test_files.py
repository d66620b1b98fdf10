"""The document of a run as files: the same figures in its page and its PDF, in both languages."""

import re

import pypdfium2
import pytest

from planner.export import export_files
from planner.export.document import as_files, as_pdf, theme_letters
from planner.export.document.content import plan_document
from planner.export.document.model import Facts, Grid
from planner.runs import read_run
from tests.command_line import run as command
from tests.export.render.test_html import blocks_of, page_of
from tests.runs import cases


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return read_run(cases.write_answer(tmp_path_factory.mktemp("document")))


def figures_of(document):
    """Every cell of a table and every figure of the document."""
    for block in blocks_of(document):
        if isinstance(block, Grid):
            for row in (*block.rows, *([block.total] if block.total else [])):
                yield from row
        if isinstance(block, Facts):
            for fact in block.items:
                yield fact.value


def packed(text):
    """A text without what a line's end changes."""
    return re.sub(rf"[\s{theme_letters._MAY_BREAK}\ufffe\u00ad-]+", "", text)


@pytest.mark.parametrize("language", ["en", "sw"])
def test_page_and_pdf_hold_every_figure_of_the_document(run, language):
    document = plan_document(run, language)
    made = export_files(run, "html,pdf", language=language)
    html, pdf = (
        next(made[name] for name in made if name.endswith(end)) for end in (".html", ".pdf")
    )
    assert len(made) == 2
    wanted = [each for each in figures_of(document) if each]
    assert len(wanted) > 50
    shown = page_of(document).texts("td", "th", "dd")
    assert set(wanted) <= set(shown)
    assert html.decode("ascii").startswith("<!doctype html>")
    pages = pypdfium2.PdfDocument(pdf)
    printed = packed("".join(page.get_textpage().get_text_bounded() for page in pages))
    missing = [each for each in wanted if packed(theme_letters.shown(each)) not in printed]
    assert not missing


def test_the_files_are_the_same_each_time(run):
    first = export_files(run, "html,pdf")
    as_files._made.cache_clear()
    assert export_files(run, "html,pdf") == first


def test_without_the_extra_the_page_is_made_and_the_pdf_says_what_is_missing(
    run, monkeypatch, tmp_path, capsys
):
    monkeypatch.setattr(as_pdf, "find_spec", lambda name: None)
    assert (
        command(capsys, "export", str(run.path), "--format", "html", "--out", str(tmp_path))[0] == 0
    )
    status, out, told = command(
        capsys, "export", str(run.path), "--format", "pdf", "--out", str(tmp_path)
    )
    assert status == 1
    assert out == ""
    assert "pip install 'ugatuzi-planner[pdf]'" in told
    assert [path.suffix for path in tmp_path.iterdir()] == [".html"]
