"""Rewrite the list of letters that the fonts of the PDF hold, from the fonts themselves.

Written: ``planner/export/document/fonts/letters.txt``, ranges of code points, one a line: all that
our own fonts hold, and the signs of DejaVu Sans Mono, which Typst brings (its file is read from
matplotlib, a dependency of the tests).

    python tools/font_letters.py           rewrite
    python tools/font_letters.py --check   exit status 1 if the committed list differs
"""

from __future__ import annotations

import argparse
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

import matplotlib as mpl
from fontTools.ttLib import TTFont

FONTS = Path(__file__).parent.parent / "planner" / "export" / "document" / "fonts"
LETTERS = FONTS / "letters.txt"
BROUGHT = Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSansMono.ttf"
_SIGNS = range(0x2000, 0x2C00)
_NEVER = {0xFEFF, 0xFFFE, 0xFFFF}  # a PDF of the standard may not hold them


def letters() -> str:
    """The list as text."""
    own = {code for path in sorted(FONTS.glob("*.ttf")) for code in _held(path)}
    signs = {code for code in _held(BROUGHT) if code in _SIGNS and _kind(code)[0] in "SP"}
    shown = {code for code in own | signs if _kind(code) not in {"Cc", "Cn", "Co", "Cs"}}
    return "".join(f"{first:04X}-{last:04X}\n" for first, last in _ranges(shown - _NEVER))


def _held(path: Path) -> Iterable[int]:
    return TTFont(path).getBestCmap()


def _kind(code: int) -> str:
    return unicodedata.category(chr(code))


def _ranges(codes: Iterable[int]) -> Iterator[tuple[int, int]]:
    first = last = -2
    for code in sorted(codes):
        if code != last + 1:
            if first >= 0:
                yield first, last
            first = code
        last = code
    if first >= 0:
        yield first, last


def main() -> int:
    """Rewrite the list, or check it."""
    parser = argparse.ArgumentParser(description="Rewrite the list of letters of the PDF's fonts.")
    parser.add_argument("--check", action="store_true")
    made = letters()
    if parser.parse_args().check:
        return int(LETTERS.read_text(encoding="ascii") != made)
    LETTERS.write_text(made, encoding="ascii", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
