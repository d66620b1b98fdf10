"""Nothing of one service, one country or one currency stands in the code or in the pages' texts."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FILES = [
    path
    for pattern in ("app.py", "app_pages/*.py", "planner/**/*.py", "planner/present/**/*.toml")
    for path in sorted(ROOT.glob(pattern))
    if "_bundle" not in path.parts
]
WORDS = re.compile(
    r"immigration|uhamiaji|passport|pasipoti|nyayo|huduma (?:kenya|cent)|kenya|nairobi|mombasa"
    r"|count(?:y|ies)|kaunti|(?-i:\bKES\b)|\b47\b",
    re.IGNORECASE,
)
# Where such a word may stand beside comments and docstrings, and why. A file with a word that is
# not here fails, and so does an entry that is no longer needed.
ALLOWED = {
    ("planner/pack/locate.py", "immigration"): "the pack that is meant where none is named",
    ("planner/commands/choice.py", "immigration"): "the example of a pack in a help text",
    ("planner/commands/packs.py", "immigration"): "the example of a pack in a help text",
    ("planner/commands/records.py", "immigration"): "the example of a pack in a help text",
    ("planner/pack/names.py", "county"): "what people write around the name of an area",
    ("planner/pack/names.py", "kaunti"): "the same in Kiswahili",
    ("planner/pack/names.py", "nairobi"): "other spellings of area names",
    ("planner/pack/columns.py", "county"): "other headings of the column for the area",
    ("planner/pack/columns.py", "kaunti"): "the same in Kiswahili",
    ("planner/pack/facts_file.py", "county"): "other headings of the column for the area",
    ("planner/pack/check.py", "counties"): "the outlines that a lone table is held against",
    ("planner/pack/manifest.py", "kes"): "the documented default of `currency`",
    ("planner/problem.py", "kes"): "the documented default of `currency`",
}


@cache
def said(path: Path) -> tuple[tuple[int, str], ...]:
    """Each word of the list that a file says to a machine or a user, with its line."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        text = _without_remarks(text)
    return tuple(
        (number, match.group().casefold())
        for number, line in enumerate(text.splitlines(), 1)
        for match in WORDS.finditer(line)
    )


def _without_remarks(text: str) -> str:
    """The code without comments and docstrings, which speak to its readers only."""
    lines = text.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column]
    for node in ast.walk(ast.parse(text)):
        is_remark = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if is_remark and isinstance(node.value.value, str):
            for row in range(node.lineno, node.end_lineno + 1):
                lines[row - 1] = ""
    return "\n".join(lines)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_a_word_in_a_text_is_found_and_one_in_a_remark_is_not(tmp_path):
    file = tmp_path / "a.py"
    file.write_text('"""Of Kenya."""\nx = "Nyayo"  # passport\n\n\ndef f():\n    """County."""\n')
    assert said(file) == ((2, "nyayo"),)
    assert len(FILES) > 100


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_no_word_of_one_service_or_country(path):
    bad = [each for each in said(path) if (name_of(path), each[1]) not in ALLOWED]
    assert not bad, f"{bad}: take the word from the pack, or say in ALLOWED why it stays"


def test_what_is_allowed_is_needed():
    used = {(name_of(path), word) for path in FILES for _, word in said(path)}
    assert set(ALLOWED) <= used
