"""One strict grammar for numbers as people write them; what could mean two things is refused."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

NumberKind = Literal["count", "money", "measure", "degrees"]
Number = int | float

_SPACES = dict.fromkeys(map(ord, "\u00a0\u2007\u2009\u202f"), " ")
_WHOLE = re.compile(r"[0-9]+")
_FRACTION = re.compile(r"([0-9]*)([.,])([0-9]+)")
_ONE_GROUP = re.compile(r"[1-9][0-9]{0,2}([.,])[0-9]{3}")
_GROUPS = re.compile(r"[1-9][0-9]{0,2}(?:([.,])[0-9]{3})(?:\1[0-9]{3})+")
_GROUPS_AND_FRACTION = re.compile(r"[1-9][0-9]{0,2}(?:([.,])[0-9]{3})(?:\1[0-9]{3})*([.,])[0-9]+")
_SPACED = re.compile(r"[1-9][0-9]{0,2}(?: [0-9]{3})+(?:([.,])[0-9]+)?")
_SHORTENED = re.compile(r"[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]+")
_PLAIN_COUNTS = re.compile(r"-?[0-9]{1,15}(?:\.(?:[0-9]{1,2}|[0-9]{4,12}))?"
                           r"(?:\n-?[0-9]{1,15}(?:\.(?:[0-9]{1,2}|[0-9]{4,12}))?)*")  # fmt: skip
_PLAIN_MEASURES = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,18})?"
                             r"(?:\n-?[0-9]{1,15}(?:\.[0-9]{1,18})?)*")  # fmt: skip
_OTHER = {".": ",", ",": "."}
_LONGEST = 400
_LARGEST = 10**15


@dataclass(frozen=True, slots=True)
class NotANumber:
    """Why a cell is no number: what was expected, and what to do."""

    expected: str
    message: str


@dataclass(frozen=True, slots=True)
class _Shape:
    """What one cell shows by itself: its text in plain form, and how its marks stand in it.

    `decimal`, `thousands`: the mark that can be nothing else here; `either`: one that may be both.
    `is_typed`: the cell holds a number, not a text, so its point is no sign that anybody wrote.
    """

    plain: str = ""
    decimal: str = ""
    thousands: str = ""
    either: str = ""
    shortened: bool = False
    is_typed: bool = False


@dataclass(frozen=True, slots=True)
class _Marks:
    """What a column's texts show of its marks."""

    decimal: frozenset[str]
    thousands: frozenset[str]


def read_numbers(
    cells: Sequence[str | int | float | None], kind: NumberKind, separator: str | None = None
) -> list[Number | NotANumber | None]:
    """The numbers of one column; None where a cell is blank.

    A single group such as `532.114` or `532,114` may be a fraction or a thousand. It is read only
    when the column's other cells prove what the mark means; in columns of measures a point is
    the decimal mark, in degrees a comma too, and in counts of a comma-separated table a comma
    separates thousands (its own locale has no decimal comma). Where that speaks against what the
    cells prove, it is refused; so is a fraction such as `1,20` whose mark parts thousands elsewhere
    in the column. A number of a workbook is what it is, but where texts beside it part thousands
    by points, one of three decimals most likely was a thousand until a program read it.

    Args:
        cells: The cells, as text or as typed numbers.
        kind: What the column holds; `count` and `money` are whole by nature.
        separator: The table's own field separator, when it is a text table.
    """
    if (plain := plain_numbers(cells, kind)) is not None:
        return list(plain)
    shapes = {cell: _shape(cell) for cell in set(cells) if cell is not None}
    marks = _marks(shapes.values(), kind)
    numbers: dict[str | int | float | None, Number | NotANumber] = {
        cell: _value(shape, kind, marks, separator) for cell, shape in shapes.items()
    }
    return [numbers.get(cell) for cell in cells]


def _marks(shapes: Collection[_Shape], kind: NumberKind) -> _Marks:
    texts = [shape for shape in shapes if not shape.is_typed]
    decimal = frozenset(shape.decimal for shape in texts) - {""}
    thousands = frozenset(shape.thousands for shape in texts) - {""}
    if kind in {"measure", "degrees"}:  # there a point is the decimal mark, unless all are grouped
        thousands -= decimal & {"."}
    return _Marks(decimal, thousands)


def plain_numbers(
    cells: Sequence[str | int | float | None], kind: NumberKind
) -> list[Number | None] | None:
    """The numbers of a column of plain digits and points; None when any cell needs a closer look.

    It decides nothing that the grammar would not: it only saves looking at each cell. Any program
    would read such a cell as the same number.
    """
    texts = [cell for cell in cells if isinstance(cell, str)]
    if len(texts) + sum(1 for cell in cells if cell is None) != len(cells):
        return None
    joined = "\n".join(texts)
    form = _PLAIN_MEASURES if kind in {"measure", "degrees"} else _PLAIN_COUNTS
    if joined.count("\n") + 1 != len(texts) or not form.fullmatch(joined):
        return None
    if kind == "money" and "." in joined:
        return None
    numbers: dict[str | int | float | None, Number | None] = {
        text: tidy(float(text)) if "." in text else int(text) for text in set(texts)
    }
    return [numbers.get(cell) for cell in cells]


def plain_measures(cells: Sequence[str]) -> list[float] | None:
    """The numbers of text cells of plain digits and points, nan where empty; None for any other.

    `read_numbers` gives the same numbers, whatever else stands in the column.
    """
    texts = [cell for cell in cells if cell]
    joined = "\n".join(texts)
    if texts and (joined.count("\n") + 1 != len(texts) or not _PLAIN_MEASURES.fullmatch(joined)):
        return None
    return [float(cell) if cell else math.nan for cell in cells]


def number_text(value: float) -> str:
    """A number as text that this grammar reads back exactly, alone in any column."""
    if isinstance(value, int) or value == int(value):
        return str(int(value))
    text = format(Decimal(repr(value)), "f")
    return text + "0" if len(text.partition(".")[2]) == 3 else text


def tidy(value: float) -> Number:
    """A whole number as int, any other as float."""
    return int(value) if value == int(value) else float(value)


def is_open(cell: str) -> bool:
    """Whether a cell by itself may be a fraction or a thousand: `532,114`."""
    return bool(_shape_of_text(cell).either)


def doubtful_of(cells: Collection[str | float | None]) -> float | None:
    """A typed number of counts that may have been a thousand, such as 532.114; None for none.

    Where another one has fewer or more decimals, the column is one of fractions.
    """
    doubtful: float | None = None
    for cell in cells:
        if isinstance(cell, float):
            shape = _shape(cell)
            if shape.decimal:
                return None
            if shape.either and doubtful is None:
                doubtful = cell
    return doubtful


def total_of(values: Sequence[Number]) -> Number:
    """An exact sum: whole when every value is."""
    if all(isinstance(each, int) for each in values):
        return sum(values)
    return tidy(math.fsum(values))


def _shape(cell: str | float) -> _Shape:
    if isinstance(cell, str):
        return _shape_of_text(cell)
    if not math.isfinite(cell):
        return _Shape()
    if cell == int(cell):
        return _Shape(plain=str(int(cell)), is_typed=True)
    return replace(_shape_of_text(format(Decimal(repr(cell)), "f")), is_typed=True)


def _shape_of_text(cell: str) -> _Shape:
    text = cell.translate(_SPACES).strip()
    if len(text) > _LONGEST:
        return _Shape()
    sign = "-" if text[:1] in {"-", "\u2212"} else ""
    body = text[1:] if text[:1] in {"-", "+", "\u2212"} else text
    if _WHOLE.fullmatch(body):
        return _Shape(plain=sign + body)
    if match := _ONE_GROUP.fullmatch(body):
        return _Shape(plain=sign + body, either=match[1])
    if match := _FRACTION.fullmatch(body):
        return _Shape(plain=f"{sign}{match[1] or '0'}.{match[3]}", decimal=match[2])
    if match := _GROUPS.fullmatch(body):
        return _Shape(plain=sign + body.replace(match[1], ""), thousands=match[1])
    if (match := _GROUPS_AND_FRACTION.fullmatch(body)) and match[1] != match[2]:
        plain = body.replace(match[1], "").replace(match[2], ".")
        return _Shape(plain=sign + plain, decimal=match[2], thousands=match[1])
    if match := _SPACED.fullmatch(body):
        mark = match[1] or ""
        return _Shape(plain=sign + body.replace(" ", "").replace(",", "."), decimal=mark)
    if _SHORTENED.fullmatch(body):
        return _Shape(plain=sign + body.replace(",", "."), shortened=True)
    return _Shape()


def _value(
    shape: _Shape, kind: NumberKind, marks: _Marks, separator: str | None
) -> Number | NotANumber:
    whole = kind in {"count", "money"}
    if not shape.plain:
        wanted = "a whole number" if kind == "money" else "a number"
        return NotANumber(wanted, "Write digits only; leave the cell blank when it is not known")
    if shape.shortened and whole:
        return NotANumber("all digits", "A spreadsheet has shortened this number; write it in full")
    if why := _contradicted(shape, marks):
        return why
    plain = shape.plain
    if shape.either:
        reading = _reading(shape, kind, marks, separator)
        if reading is None:
            return _of_two_meanings(shape)
        plain = plain.replace(shape.either, "" if reading == "thousands" else ".")
    value = float(plain)
    if abs(value) > _LARGEST:
        return NotANumber("a number up to 1,000,000,000,000,000", "")
    if "." not in plain and not shape.shortened:
        return int(plain)
    if kind == "money" and value != int(value):
        return NotANumber("a whole number", "Money is in whole units of the currency; round it")
    return tidy(value)


def _contradicted(shape: _Shape, marks: _Marks) -> NotANumber | None:
    """Why a cell that is clear by itself is not, beside others that use its mark otherwise."""
    if shape.is_typed or (shape.decimal and shape.thousands):
        return None
    if shape.decimal and shape.decimal in marks.thousands:
        elsewhere = "parts thousands"
    elif shape.thousands and shape.thousands not in marks.thousands:
        elsewhere = "is the decimal mark"
    else:
        return None
    mark = "point" if "." in {shape.decimal, shape.thousands} else "comma"
    return NotANumber(
        f"a {mark} with one meaning in the whole column",
        f"In other rows the {mark} {elsewhere}; write digits only, and a point before a fraction",
    )


def _of_two_meanings(shape: _Shape) -> NotANumber:
    joined = shape.plain.replace(shape.either, "")
    point = shape.plain.replace(shape.either, ".")
    as_text = " as a text" if shape.is_typed else ""
    return NotANumber(
        "a number that can be read in one way only",
        f"It may mean {joined} or {point}0; write {joined} or {point}0{as_text}",
    )


def _reading(
    shape: _Shape, kind: NumberKind, marks: _Marks, separator: str | None
) -> Literal["thousands", "decimal"] | None:
    mark, is_measure = shape.either, kind in {"measure", "degrees"}
    if shape.is_typed:
        return None if "." in marks.thousands and not is_measure else "decimal"
    has_commas = separator == ","  # its own locale has no decimal comma
    is_strange = is_measure and has_commas and mark == "." and "," in marks.decimal
    is_thousands = mark in marks.thousands or (_OTHER[mark] in marks.decimal and not is_strange)
    is_thousands |= not is_measure and mark == "," and has_commas
    is_decimal = mark in marks.decimal or _OTHER[mark] in marks.thousands
    if is_thousands != is_decimal:
        return "thousands" if is_thousands else "decimal"
    if is_thousands or is_strange:
        return None
    if kind == "degrees" or (kind == "measure" and mark == "."):
        return "decimal"
    return None
