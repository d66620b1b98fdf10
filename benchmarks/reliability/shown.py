"""Texts that try to run: on pages, on maps, in files that are handed on."""

from __future__ import annotations

from benchmarks.reliability.rows import ROOT, Row, run_tests

_WORDS = "hostile or escape or markup or harmless or formula or script"
_PLACES = ("tests/present", "tests/export", "tests/pack", "tests/store", "tests/runs")


def rows(*, quick: bool) -> list[Row]:
    """The promises of what is shown."""
    found = run_tests(*_PLACES, "-k", _WORDS, "-m", "not browser")
    told = [
        Row(
            "hostile texts in names: on every part of pages and maps, and in every file",
            "0 run, each is shown as it is",
            found.told,
            found.kept,
            f"`pytest {' '.join(_PLACES)} -k '{_WORDS}'`",
        )
    ]
    browser = [f"tests/browser/{name}" for name in ("test_hostile.py", "test_hostile_upload.py")]
    where = f"`pytest {' '.join(browser)}`"
    what = "the same in a real browser: names in a pack, and in a file that is sent"
    if quick or not all((ROOT / each).exists() for each in browser):
        return [*told, Row(what, "0 run", "not measured by --quick", None, where)]
    seen = run_tests(*browser)
    return [*told, Row(what, "0 run", seen.told, seen.kept, where)]
