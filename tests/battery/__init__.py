"""Hostile and awkward files, each with the verdict that was written before the reader saw it."""

from battery import hostile, maps, names, texts, workbooks
from battery.case import Case

CASES: tuple[Case, ...] = (
    *texts.CASES,
    *names.CASES,
    *workbooks.CASES,
    *maps.CASES,
    *hostile.CASES,
)
