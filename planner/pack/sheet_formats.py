"""What the number formats of a workbook show otherwise than the cell holds it."""

from __future__ import annotations

import re
from functools import cache

_PART = re.compile(
    r"""
    "(?P<quoted>[^"]*)" | \\(?P<escaped>.) | [_*]. | \[[^\]]*\] | (?P<end>;) | (?P<code>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_ZEROS = re.compile(r"0{2,}(?=;|$)")
_SCALED = re.compile(r"[0#?],+(?![0#?,])")
_WORD = re.compile(r"\w")
_CURRENCIES = re.compile(r"(k?shs?|kes|usd|eur|gbp|us)?[\s.:$€£/=-]*", re.IGNORECASE)


@cache
def zeros_of(form: str) -> int:
    """How many digits a cell shows at least, where its format is nothing but zeros: 001."""
    found = _ZEROS.match(form)
    return len(found[0]) if found else 0


@cache
def disguise_of(form: str) -> str:
    """How a format shows a number as another one, in words; empty where it shows the number.

    Digits that are left out of sight, signs of a currency and blanks are no disguise.
    """
    code, literal = _first_section(form)
    if "%" in code:
        return "in percent"
    if _SCALED.search(code):
        return "in thousands or millions"
    if form and not code.strip() and not literal.strip():
        return "as nothing"
    if _WORD.search(literal) and not _CURRENCIES.fullmatch(literal.strip()):
        return f"with the text {literal.strip()}"
    return ""


def _first_section(form: str) -> tuple[str, str]:
    """The code for positive numbers, and the text that stands in it."""
    code, literal = "", ""
    for part in _PART.finditer(form):
        if part["end"]:
            break
        code += part["code"] or ""
        literal += part["quoted"] or part["escaped"] or ""
    return code, literal
