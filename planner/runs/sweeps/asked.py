"""What `--vary` says: a key, and its values as TOML, as bare words or as a range of even steps."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable
from typing import Any

from planner.errors import Fault, InputError, UsageError
from planner.runs.sweeps.types import MOST_POINTS, Axis

FILE = "--vary"
MOST_KEYS = 2
_NUMBER = r"[+-]?(?:\d[\d_]*)(?:\.\d+)?(?:[eE][+-]?\d+)?"
_RANGE = re.compile(rf"\s*({_NUMBER})\s*\.\.\s*({_NUMBER})\s*:\s*(\d{{1,6}})\s*")
_WORD = re.compile(r"\s*[^\W\d][\w-]*\s*")


def axes_of(texts: Iterable[str]) -> tuple[Axis, ...]:
    """The axes that `--vary KEY=VALUES` asks for, one text an axis.

    Raises:
        UsageError: More than two keys, or more points than can be looked at; with their number.
        InputError: Every text that cannot be read.
    """
    faults: list[Fault] = []
    axes = [axis for text in texts if (axis := _axis(text, faults)) is not None]
    keys = [axis.key for axis in axes]
    faults += [
        Fault(FILE, None, key, "the key twice", "each key once", "Put its values into one list.")
        for key in sorted({key for key in keys if keys.count(key) > 1})
    ]
    if faults:
        raise InputError(faults)
    require_few(axes)
    return tuple(axes)


def require_few(axes: Iterable[Axis]) -> None:
    """Refuse more keys or points than can be looked at.

    Raises:
        UsageError: With the number of points.
    """
    axes = tuple(axes)
    count = math.prod(len(axis.values) for axis in axes)
    sizes = " x ".join(f"{len(axis.values):,}" for axis in axes)
    if len(axes) > MOST_KEYS:
        raise UsageError(
            f"A sweep varies one key, or two as a grid; found {len(axes)} keys, which make "
            f"{sizes} = {count:,} points. Sweep two of them, and fix the others in the scenario."
        )
    if count > MOST_POINTS:
        told = f"{sizes} = {count:,}" if len(axes) > 1 else f"{count:,}"
        raise UsageError(
            f"That makes {told} points; a sweep has at most {MOST_POINTS}. Take fewer values."
        )


def _axis(text: str, faults: list[Fault]) -> Axis | None:
    key, is_given, listed = text.partition("=")
    key = key.strip()
    if not is_given or not key:
        message = "Write the key, an equals sign and its values."
        faults.append(Fault(FILE, None, None, text[:80], "KEY=V1,V2", message))
        return None
    values: list[Any] = []
    for piece in _pieces(listed):
        read = _values(piece)
        if isinstance(read, str):
            found = piece.strip()[:80] or "nothing"
            faults.append(Fault(FILE, None, key, found, read, "Correct the value."))
        else:
            values += read
    for value in _doubled(values):
        message = "Leave one of them out."
        faults.append(Fault(FILE, None, key, f"{value} twice", "each value once", message))
    return Axis(key, tuple(values))


def _doubled(values: list[Any]) -> list[Any]:
    seen: list[Any] = []
    twice: list[Any] = []
    for value in values:
        is_flag = isinstance(value, bool)
        # 450e6 is another way to write 450000000; true is none to write 1.
        same = [each for each in seen if each == value and isinstance(each, bool) is is_flag]
        if same and value not in twice:
            twice.append(value)
        seen.append(value)
    return twice


def _pieces(text: str) -> list[str]:
    """The text parted at commas that stand in no brackets and no quotes."""
    pieces, piece, depth, quote = [], "", 0, ""
    for char in text:
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char in "[{":
            depth += 1
        elif char in "]}":
            depth -= 1
        elif char == "," and depth == 0:
            pieces.append(piece)
            piece = ""
            continue
        piece += char
    return [*pieces, piece]


def _values(piece: str) -> list[Any] | str:
    """The values of one piece; what is expected instead where it cannot be read."""
    found = _RANGE.fullmatch(piece)
    if found is not None:
        return _even(float(found[1]), float(found[2]), int(found[3]))
    if ".." in piece and not piece.strip().startswith(('"', "'")):
        return "FROM..TO:COUNT, such as 330e6..700e6:20"
    try:
        value = tomllib.loads(f"value = {piece}")["value"]
    except (tomllib.TOMLDecodeError, ValueError, RecursionError):
        if _WORD.fullmatch(piece):
            return [piece.strip()]
        return "a TOML value, a bare word, or FROM..TO:COUNT"
    return [value]


def _even(first: float, last: float, count: int) -> list[Any] | str:
    """So many values from the first to the last, both among them, in even steps."""
    if not 2 <= count <= 10 * MOST_POINTS or not math.isfinite(first) or not math.isfinite(last):
        return f"FROM..TO:COUNT with a count of 2 to {MOST_POINTS}"
    values = [first + (last - first) * n / (count - 1) for n in range(count)]
    values[-1] = last
    steps_are_whole = abs(last - first) >= count - 1
    if first.is_integer() and last.is_integer() and steps_are_whole:
        return [round(value) for value in values]
    return values
