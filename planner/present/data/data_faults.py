"""Faults of data that somebody brought: grouped and counted, one by one, and as a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from planner.errors import Fault
from planner.pack import CheckReport
from planner.pack.faults import each_changed, listed
from planner.present.uploads import fault_csv, fault_table
from planner.present.words import Words

SHOWN = 200
_ROWS_NAMED = 5
_FILES_NAMED = 5

__all__ = ["SHOWN", "fault_csv", "fault_table", "group_table", "renamed", "verdict"]


def renamed(faults: Sequence[Fault], names: Mapping[str, str]) -> tuple[Fault, ...]:
    """The faults with the names that the files had where they came from."""
    return tuple(
        each_changed(faults, lambda each: replace(each, file=names.get(each.file, each.file)))
    )


def group_table(w: Words, faults: Sequence[Fault]) -> pd.DataFrame:
    """One row a kind of fault: where, what is expected, how often, in which rows first."""
    groups: dict[tuple[str, str | None, str, str], list[Fault]] = {}
    for each in faults:
        key = (each.file, each.column, each.expected, each.message)
        groups.setdefault(key, []).append(each)
    rows = [
        {
            w("voices.column_file"): file,
            w("voices.column_column"): column or "",
            w("data.column_times"): len(group),
            w("data.column_first_rows"): _rows(group),
            w("voices.column_fault"): group[0].found,
            w("voices.column_wanted"): expected,
            w("voices.column_message"): message,
        }
        for (file, column, expected, message), group in sorted(
            groups.items(), key=lambda each: -len(each[1])
        )
    ]
    return pd.DataFrame(rows[:SHOWN])


def _rows(group: Sequence[Fault]) -> str:
    numbers = [str(each.row) for each in group if each.row is not None]
    return ", ".join(numbers[:_ROWS_NAMED]) + (", …" if len(numbers) > _ROWS_NAMED else "")


def verdict(w: Words, report: CheckReport, faults: Sequence[Fault]) -> str:
    """Whether what was brought can be kept, in a sentence."""
    rows = w.count(report.row_count)
    if faults:
        files = listed(dict.fromkeys(each.file for each in faults), _FILES_NAMED)
        return w("data.refused", n=w.count(len(faults)), files=files, rows=rows)
    return w("data.accepted", rows=rows, n=w.count(len(report.warnings)))
