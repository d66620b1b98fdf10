"""The description of the pack names every column of every table, and no other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from planner.pack.columns import SCHEMAS

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "pack.md").read_text("utf-8")
MARK = ["source", "confidence", "note"]


def told(kind: str) -> dict[str, bool]:
    """Whether each column is needed, as the table of a kind tells it."""
    (part,) = re.findall(rf"^### `{kind}\b.*?(?=^##)", TEXT, re.DOTALL | re.MULTILINE)
    rows = re.findall(r"^\| `(\w+)` \| (.*?) ?\|", part, re.MULTILINE)
    return {name: needed == "needed" for name, needed in rows}


@pytest.mark.parametrize("kind", SCHEMAS)
def test_every_column_is_told(kind):
    columns = SCHEMAS[kind].columns
    assert told(kind) == {each.name: each.required for each in columns if each.name not in MARK}


def test_the_tables_that_carry_marks_are_told():
    without = [kind for kind, each in SCHEMAS.items() if not any(
        column.name in MARK for column in each.columns
    )]  # fmt: skip
    assert without == ["areas", "travel"]
    assert "Every table but `areas` and `travel` may carry `source`, `confidence`" in TEXT
