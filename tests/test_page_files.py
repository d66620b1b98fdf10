"""Page files compose only: short, without arithmetic, and without what computes or draws."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PAGES = sorted((Path(__file__).parents[1] / "app_pages").glob("*.py"))
MOST_LINES = 120
NOT_HERE = frozenset(
    {"altair", "folium", "highspy", "math", "numpy", "pandas", "pulp", "scipy", "statistics"}
)
REDUCING = frozenset({"abs", "max", "min", "pow", "round", "sum"})


def faults(source: str) -> list[str]:
    """What a page's code does that belongs elsewhere, each with its line."""
    found = [] if len(source.splitlines()) <= MOST_LINES else [f"more than {MOST_LINES} lines"]
    for node in ast.walk(ast.parse(source)):
        is_sum = isinstance(node, ast.BinOp) and not _is_of_text(node)
        is_call = isinstance(node, ast.Call) and getattr(node.func, "id", "") in REDUCING
        if is_sum or is_call or isinstance(node, ast.AugAssign):
            found.append(f"{node.lineno}: {ast.unparse(node)}")
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [each.name for each in node.names] if isinstance(node, ast.Import) else []
            found += [f"{node.lineno}: {name}" for name in names if name.split(".")[0] in NOT_HERE]
    return found


def _is_of_text(node: ast.BinOp) -> bool:
    """Whether an operation joins texts, lists, types or sets, or names a file in a folder."""
    ends = (node.left, node.right)
    if isinstance(node.op, ast.BitOr):
        return True
    if isinstance(node.op, ast.Add):
        return any(isinstance(each, ast.List | ast.JoinedStr) or _is_text(each) for each in ends)
    return isinstance(node.op, ast.Div) and _is_text(node.right)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_a_page_composes_and_computes_nothing(page):
    assert faults(page.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "line",
    [
        "share = known / 100",
        "n += 1",
        "total = sum(each.visits for each in found)",
        "rest = [each.visits - 1 for each in found]",
        "import numpy as np",
        "from pandas import DataFrame",
        "\n" * MOST_LINES + "last = True",
    ],
)
def test_what_a_page_may_not_do_is_found(line):
    assert len(faults(line)) == 1


@pytest.mark.parametrize(
    "line",
    [
        'name = "a" + each',
        "names = [first] + rest",
        "known = {**one} | other",
        'style = ASSETS / "page.css"',
        "def page_of(name: str | None) -> None: ...",
    ],
)
def test_what_a_page_may_do_is_left(line):
    assert faults(line) == []
