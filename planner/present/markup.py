"""Tables as HTML: they wrap, print whole, and are read aloud cell by cell; every text escaped."""

from __future__ import annotations

import math

import pandas as pd

from planner.present.escape import html_text


def table_html(frame: pd.DataFrame, *, caption: str, rows_in_view: int | None = None) -> str:
    """A table whose first column names its rows; numbers stand right, with separators.

    Args:
        frame: The table; its index is not shown.
        caption: What the table holds, for screen readers.
        rows_in_view: Longer tables scroll inside their box; all rows print.
    """
    numeric = [pd.api.types.is_numeric_dtype(frame[name]) for name in frame.columns]
    head = "".join(
        f'<th scope="col"{_side(right)}>{html_text(name)}</th>'
        for name, right in zip(frame.columns, numeric, strict=True)
    )
    body = "".join(
        f"<tr>{_row(values, numeric)}</tr>" for values in frame.itertuples(index=False, name=None)
    )
    scrolls = rows_in_view is not None and len(frame) > rows_in_view
    box = ' tabindex="0" class="ug-table ug-scrolls"' if scrolls else ' class="ug-table"'
    label = html_text(caption)
    return (
        f'<div{box} role="region" aria-label="{label}"><table><caption>{label}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(values: tuple[object, ...], numeric: list[bool]) -> str:
    first, *rest = (
        (html_text(cell_text(value)), right) for value, right in zip(values, numeric, strict=True)
    )
    cells = [f'<th scope="row"{_side(first[1])}>{first[0]}</th>']
    cells += [f"<td{_side(right)}>{text}</td>" for text, right in rest]
    return "".join(cells)


def _side(right: bool) -> str:
    return ' class="ug-right"' if right else ""


def cell_text(value: object) -> str:
    """A cell as it is read: 1,234, 0.5, nothing where there is no value."""
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool) or not hasattr(value, "__float__"):
        return str(value)
    number = float(value)
    return f"{number:,.0f}" if number == int(number) else f"{number:,g}"
