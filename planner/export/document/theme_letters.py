"""Which letters a PDF can show with the fonts it brings, and what stands for the others."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from functools import cache
from pathlib import Path

FONTS = Path(__file__).parent / "fonts"
STAND_IN = "\N{WHITE SQUARE}"
_LONGEST = 28  # letters of a word that is not broken
_MAY_BREAK = "\N{ZERO WIDTH SPACE}"
_BEFORE_COMPLEX, _AFTER_COMPLEX = 0x0300, range(0x1E00, 0x2070)


def shown(text: str) -> str:
    """The text in letters that the fonts hold: `STAND_IN` for each of the others.

    Control characters become spaces or nothing, as on a web page. A word without end may be
    broken, so that it leaves no table.
    """
    kept = "".join(_shown(c) for c in text)
    return " ".join(_breakable(word) for word in kept.split(" "))


def plain(text: str) -> str:
    """As `shown`, in letters that need no shaping: for what no font could put together."""
    return "".join(c if is_plain(c) or c == _MAY_BREAK else STAND_IN for c in shown(text))


@cache
def is_plain(letter: str) -> bool:
    """Whether a letter stands for itself, whatever stands beside it: Latin and common signs."""
    code = ord(letter)
    simple = code < _BEFORE_COMPLEX or code in _AFTER_COMPLEX
    return simple and unicodedata.category(letter)[0] not in "CM" and is_held(letter)


def is_held(letter: str) -> bool:
    """Whether one of the fonts holds a letter."""
    firsts, lasts = _ranges()
    at = bisect_right(firsts, ord(letter)) - 1
    return at >= 0 and ord(letter) <= lasts[at]


def lacks(text: str) -> bool:
    """Whether a letter of the text is held by no font."""
    return any(_shown(c) == STAND_IN != c for c in text)


@cache
def _shown(letter: str) -> str:
    if is_held(letter):
        return letter
    if letter.isspace():
        return " "
    kind = unicodedata.category(letter)
    return "" if kind in {"Cc", "Cf"} else STAND_IN


def _breakable(word: str) -> str:
    if len(word) <= _LONGEST:
        return word
    steps = range(0, len(word), _LONGEST)
    return _MAY_BREAK.join(word[at : at + _LONGEST] for at in steps)


@cache
def _ranges() -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The first and the last letter of each range that the fonts hold."""
    lines = (FONTS / "letters.txt").read_text(encoding="ascii").split()
    pairs = [tuple(int(code, 16) for code in line.split("-")) for line in lines]
    return tuple(first for first, _ in pairs), tuple(last for _, last in pairs)
