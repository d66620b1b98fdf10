"""The one way out for text that comes from data: into a map's script, HTML, or Markdown."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .,-")


def script_data(value: Any) -> str:
    """Plain values as JSON in which every unusual character of a text is a coded unit.

    The map library reads what it renders a second time as a template, and the result becomes
    a script: no brace, quote, percent sign, underscore or angle of a text may survive as itself.

    Args:
        value: Nested mappings and sequences of text, numbers, booleans and None.

    Raises:
        TypeError: For any other kind of value.
        ValueError: For a number that JSON cannot hold (nan, inf).
    """
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return f'"{_coded(value)}"'
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"{value} cannot stand in a map's data; use None")
        return repr(float(value))
    if isinstance(value, Mapping):
        pairs = (f"{script_data(str(name))}: {script_data(item)}" for name, item in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, Sequence):
        return "[" + ", ".join(script_data(item) for item in value) + "]"
    raise TypeError(f"{type(value).__name__} cannot stand in a map's data")


def _coded(text: str) -> str:
    units = text.encode("utf-16-be", "surrogatepass")
    pairs = (units[at] * 256 + units[at + 1] for at in range(0, len(units), 2))
    return "".join(chr(unit) if chr(unit) in _PLAIN else f"\\u{unit:04x}" for unit in pairs)


_TOGETHER = "\N{NO-BREAK SPACE}"  # keeps a number beside its unit
_IN_HTML = _PLAIN | {_TOGETHER}


def html_text(text: object) -> str:
    """Text for an HTML page: every unusual character as a numbered entity."""
    return "".join(c if c in _IN_HTML else f"&#{ord(c)};" for c in str(text))


_MARKS = frozenset("\\`*_{}[]()<>#+!|$:~&")


def markdown_text(text: object) -> str:
    """Text for a Markdown widget: no emphasis, formula, colour, link or image can come of it."""
    escaped = "".join(f"\\{c}" if c in _MARKS else c for c in str(text))
    return _in_a_line(escaped)


def label_text(text: object) -> str:
    """The label of a Markdown widget, which is also read aloud as it is written.

    As `markdown_text`, but a sign is only escaped where it could mean something: the colon of
    "Online: % of those able" cannot, as no word follows it at once.
    """
    line = _in_a_line(str(text))
    return "".join(
        f"\\{c}" if c in _MARKS and not _is_plain_at(line, at) else c for at, c in enumerate(line)
    )


def _is_plain_at(line: str, at: int) -> bool:
    """Whether a sign means nothing where it stands; brackets never stand as themselves."""
    sign, before, after = line[at], line[:at], line[at + 1 : at + 2]
    if sign in ":&":  # a colour, a symbol or an entity needs a word behind it
        return not after or after.isspace()
    if sign in "#+>":  # a heading, a list or a quotation begins a line
        return bool(before)
    if sign == ")":  # 1) begins a list
        return not before.isdecimal()
    if sign == "_":
        return before[-1:].isalnum() and after.isalnum()
    return sign in "(!"


def _in_a_line(text: str) -> str:
    spaced = "".join(" " if c.isspace() and c != _TOGETHER else c for c in text)
    return " ".join(part for part in spaced.split(" ") if part)
