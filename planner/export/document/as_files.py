"""The document of a run as files of an export: a page and a PDF, drawn from the same values."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from planner.errors import PlannerError
from planner.export.document.as_html import html_page
from planner.export.document.as_pdf import MISSING, can_make_pdf, pdf_file
from planner.export.document.content import plan_document
from planner.export.document.kept import Beside, kept_beside
from planner.export.document.model import Document
from planner.export.sheets import Imprint, Sheet
from planner.present.words import Language, Words
from planner.runs import StoredRun


def html_files(
    run: StoredRun, sheets: Sequence[Sheet], imprint: Imprint, w: Words
) -> dict[str, bytes]:
    """The plan as one web page that stands alone."""
    del sheets, imprint  # the document makes its own tables of the same values
    return {"plan.html": html_page(_document(run, w.language))}


def pdf_files(
    run: StoredRun, sheets: Sequence[Sheet], imprint: Imprint, w: Words
) -> dict[str, bytes]:
    """The plan as PDF, dated when the run was made.

    Raises:
        PlannerError: The extra `pdf` is not installed.
    """
    del sheets, imprint
    return {"plan.pdf": pdf_file(_document(run, w.language), run.created)}


def require_pdf(run: StoredRun) -> None:
    """Ask that a PDF can be made here, of whatever run.

    Raises:
        PlannerError: The extra `pdf` is not installed.
    """
    del run
    if not can_make_pdf():
        raise PlannerError(MISSING)


def _document(run: StoredRun, language: Language) -> Document:
    return _made(run, language, kept_beside(run))


@lru_cache(maxsize=1)
def _made(run: StoredRun, language: Language, beside: Beside) -> Document:
    return plan_document(run, language, phases=beside.phases, sensitivity=beside.sensitivity)
