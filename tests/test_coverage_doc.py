"""docs/coverage.md: every statement once, and every place that it names is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from planner.cli import main

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| ([TER]\d+) \| (.+?) \| (.+?) \| (.+) \|$", TEXT, re.MULTILINE)
PATH = re.compile(r"`((?:planner|app_pages|data|docs|tests)/[\w./-]+)`")
COMMAND = re.compile(r"`planner ([a-z]+)((?: --?[a-z-]+| [\w-]+)*)`")


def test_every_statement_has_one_row():
    wanted = [f"T{n}" for n in range(1, 31)] + [f"E{n}" for n in range(1, 44)] + ["R1", "R2", "R3"]
    assert [row[0] for row in ROWS] == wanted
    assert len(re.findall(r"^\| [TER]\d", TEXT, re.MULTILINE)) == len(wanted)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_what_a_row_names_is_there(row, capsys):
    _, statement, state, where = row
    assert state in {"yes", "in part", "not yet"}
    assert len(statement) < 120
    paths, commands = PATH.findall(where), COMMAND.findall(where)
    for path in paths:
        assert (ROOT / path).is_file(), path
        if path.startswith("app_pages/"):
            known = (ROOT / "app.py").read_text(encoding="utf-8")
            assert re.search(rf'(page_of|first_page)\("{Path(path).stem}"', known)
    for name, options in commands:
        assert main([name, "--help"]) == 0
        told = capsys.readouterr().out
        for option in re.findall(r"--[a-z-]+", options):
            assert option in told, f"{name} {option}"
    if state == "yes":
        assert paths or commands or re.search(r"`\[?\w+\]?`", where)
    if state == "in part":
        assert where.rstrip(".").count(". ") + where.count("; ") >= 1, "say what is missing"


def test_the_sample_of_the_thesis(capsys):
    assert main(["sample", "--population", "220"]) == 0
    assert "142" in capsys.readouterr().out


def test_backup_is_a_part_of_the_scorecard():
    text = (ROOT / "planner" / "insight" / "scorecard_types.py").read_text(encoding="utf-8")
    assert '"choice.backup"' in text
