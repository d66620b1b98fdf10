"""Tables as HTML: they wrap, print whole, and are read aloud cell by cell; every text escaped."""

from __future__ import annotations

import math
from collections.abc import Iterable

import pandas as pd

from planner.present.escape import html_text

LONG_TEXT = 50
SHORT_TEXT = 12
# What a row tells of, as names of the table's index: such rows and the map light up together.
ROW_KEYS = ("code", "site", "site2", "point")


def table_html(frame: pd.DataFrame, *, caption: str, rows_in_view: int | None = None) -> str:
    """A table whose first column names its rows; numbers stand right, with separators.

    Args:
        frame: The table; its index is not shown. Where its levels are named after ROW_KEYS, it
            says of which area, branch, second branch or demand point each row tells; rows are
            then walked with the arrow keys, and lit and chosen together with the map.
        caption: What the table holds, for screen readers.
        rows_in_view: Longer tables scroll inside their box; all rows print.
    """
    kinds = [_kind(frame[name]) for name in frame.columns]
    head = "".join(
        f'<th scope="col"{kind}>{html_text(name)}</th>'
        for name, kind in zip(frame.columns, kinds, strict=True)
    )
    keys = _row_keys(frame)
    body = "".join(
        f"<tr{key}>{_row(values, kinds)}</tr>"
        for key, values in zip(keys, frame.itertuples(index=False, name=None), strict=True)
    )
    linked = any(keys)
    scrolls = rows_in_view is not None and len(frame) > rows_in_view
    names = "ug-table" + " ug-scrolls" * scrolls + " ug-linked" * linked
    stop = ' tabindex="0"' if scrolls and not linked else ""  # else a row is the stop
    grid = ' role="grid"' if linked else ""
    label = html_text(caption)
    return (
        f'<div{stop} class="{names}" role="region" aria-label="{label}"><table{grid}>'
        f"<caption>{label}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        "</div>"
    )


def keyed(**levels: Iterable[str]) -> pd.Index:
    """The index of a table that says what its rows tell of: a list of ids for each of ROW_KEYS."""
    return pd.MultiIndex.from_arrays([list(ids) for ids in levels.values()], names=list(levels))


def _row_keys(frame: pd.DataFrame) -> list[str]:
    """The attributes of each row; nothing where the index names no places."""
    levels = [(k, str(name)) for k, name in enumerate(frame.index.names) if name in ROW_KEYS]
    if not levels:
        return [""] * len(frame)
    rows = []
    for place in range(len(frame)):
        at = frame.index[place]
        told = at if isinstance(at, tuple) else (at,)
        keys = "".join(f' data-{name}="{html_text(told[k])}"' for k, name in levels if told[k])
        rows.append(keys if place else f' tabindex="0"{keys}')  # the script moves the stop
    return rows


def _row(values: tuple[object, ...], kinds: list[str]) -> str:
    texts = [html_text(cell_text(value)) for value in values]
    cells = [f'<th scope="row"{kinds[0]}>{texts[0]}</th>']
    cells += [f"<td{kind}>{text}</td>" for text, kind in zip(texts[1:], kinds[1:], strict=True)]
    return "".join(cells)


def _kind(column: pd.Series) -> str:
    """Numbers stand right; texts keep a readable width, and the box scrolls instead."""
    if pd.api.types.is_numeric_dtype(column):
        return ' class="ug-right"'
    longest = max((len(cell_text(value)) for value in column), default=0)
    if longest > LONG_TEXT:
        return ' class="ug-long"'
    return ' class="ug-words"' if longest > SHORT_TEXT else ""


def cell_text(value: object) -> str:
    """A cell as it is read: 1,234, 0.5, nothing where there is no value."""
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool) or not hasattr(value, "__float__"):
        return str(value)
    number = float(value) + 0.0  # no -0
    return f"{number:,.0f}" if number == int(number) else f"{number:,g}"
