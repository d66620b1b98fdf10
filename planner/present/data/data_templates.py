"""Tables to begin from: the columns of a kind, an empty file, and a filled one that is real."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from planner.pack import builtin_packs, find_pack
from planner.pack.columns import Column
from planner.pack.draft import zip_pack
from planner.pack.parts import NAMED, TABLES, TEXTS, files_by_kind, schema_of
from planner.pack.voices_tables import KINDS as VOICES
from planner.present.words import Words

OFFERED = (
    *(each for each in TABLES if each not in (*VOICES, "work_records")),
    *NAMED,
    *TEXTS,
)  # records and voices have tables on pages of their own


@dataclass(frozen=True, slots=True)
class Filled:
    """A real file of a kind: from the pack that is shown, else from the built-in one named."""

    path: Path
    of: str = ""


def empty_table(kind: str) -> bytes | None:
    """A CSV with the columns of a kind and nothing else; None for a kind that is no table."""
    schema = schema_of(kind)
    if schema is None:
        return None
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow([each.name for each in schema.columns])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def filled_file(folder: Path, kind: str) -> Filled | None:
    """This pack's own file of a kind, else that of a built-in pack; None where none has one."""
    own = files_by_kind(folder).get(kind)
    if own is not None:
        return Filled(own)
    for name in builtin_packs():
        path = files_by_kind(find_pack(name)).get(kind)
        if path is not None:
            return Filled(path, name)
    return None


def column_table(w: Words, kind: str) -> pd.DataFrame:
    """The columns of a kind: whether they must be there, what they mean and what they hold."""
    schema = schema_of(kind)
    columns: Sequence[Column] = () if schema is None else schema.columns
    one_of = set() if schema is None else {name for group in schema.one_of for name in group}
    return pd.DataFrame(
        [
            {
                w("records.column"): each.name,
                w("records.needed"): _needed(w, each, one_of),
                w("records.meaning"): w(f"data.means_{each.name}"),
                w("data.column_holds"): holds(w, each),
            }
            for each in columns
        ]
    )


def _needed(w: Words, column: Column, one_of: set[str]) -> str:
    if column.required:
        return w("records.yes")
    return w("data.one_of") if column.name in one_of else ""


def holds(w: Words, column: Column) -> str:
    """What a column's cells hold, with its limits."""
    if column.kind == "word":
        return w("data.holds_word", words=", ".join(column.words))
    if not column.numeric:
        return w(f"data.holds_{column.kind}")
    said = w("data.holds_whole" if column.kind in ("whole", "money") else "data.holds_number")
    if column.above is not None:
        return f"{said}{w('data.limit_above', v=f'{column.above:g}')}"
    if column.low is not None and column.high is not None:
        limits = w("data.limit_between", low=f"{column.low:g}", high=f"{column.high:g}")
        return f"{said}{limits}"
    return said if column.low is None else f"{said}{w('data.limit_low', v=f'{column.low:g}')}"


def zipped_pack(folder: Path) -> bytes:
    """A whole pack as a zip that can be brought again.

    Raises:
        InputError: A file of the pack cannot be kept.
    """
    with tempfile.TemporaryDirectory(prefix="ugatuzi-") as beside:
        file = Path(beside) / "pack.zip"
        zip_pack(folder, file)
        return file.read_bytes()
