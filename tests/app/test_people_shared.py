"""What visitors share: nothing that any of them changes."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent

_MUTABLE = {"list", "dict", "set", "defaultdict", "deque", "Counter", "OrderedDict", "bytearray"}
_CHANGES = {
    "append", "extend", "insert", "update", "setdefault", "pop", "popitem", "clear", "add",
    "discard", "remove", "sort", "reverse",
}  # fmt: skip


def modules():
    """Those that are imported once for all visitors; app.py and the pages run anew for each."""
    return sorted((ROOT / "planner" / "present").rglob("*.py"))


def changed_at_module_level(tree):
    """Names of a module that hold something that can change, and that a function changes."""
    held = {
        target.id
        for node in tree.body
        for target in getattr(node, "targets", [getattr(node, "target", None)])
        if isinstance(target, ast.Name) and _is_mutable(getattr(node, "value", None))
    }
    inside = [
        node
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
    ]
    changed = {name for node in inside if isinstance(node, ast.Global) for name in node.names}
    for node in inside:
        at = node.func if isinstance(node, ast.Call) else None
        if isinstance(at, ast.Attribute) and at.attr in _CHANGES:
            changed |= _named(at.value) & held
        if isinstance(node, ast.Subscript | ast.Attribute) and not isinstance(node.ctx, ast.Load):
            changed |= _named(node.value) & held
        if isinstance(node, ast.AugAssign):
            changed |= _named(node.target) & held
    return changed


def _is_mutable(value):
    if isinstance(value, ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp | ast.SetComp):
        return True
    return isinstance(value, ast.Call) and bool(_named(value.func) & _MUTABLE)


def _named(node):
    return {node.id} if isinstance(node, ast.Name) else set()


def test_no_module_of_the_pages_holds_what_visitors_change():
    found = {
        str(path.relative_to(ROOT)): changed
        for path in modules()
        if (changed := changed_at_module_level(ast.parse(path.read_text("utf-8"))))
    }
    assert found == {}


@pytest.mark.parametrize(
    "text",
    [
        "seen = []\ndef f():\n    seen.append(1)",
        "seen: dict = {}\ndef f():\n    seen['a'] = 1",
        "seen = dict()\ndef f():\n    seen.update(a=1)",
        "seen = set()\ndef f():\n    global seen\n    seen = {1}",
        "seen = [0]\ndef f():\n    seen[0] += 1",
        "seen = {}\ndef f():\n    del seen['a']",
    ],
)
def test_the_look_finds_what_would_be_shared(text):
    assert changed_at_module_level(ast.parse(text)) == {"seen"}


def test_what_is_computed_once_for_all_cannot_be_changed():
    """What `st.cache_resource` keeps is handed to every visitor: only records that are frozen."""
    from planner.compare import Comparison
    from planner.evaluate import Score
    from planner.pack.types import Pack
    from planner.plan import Plan
    from planner.present.session import Case, Network
    from planner.present.studies.robust_kept import Look
    from planner.problem import PlanningProblem
    from planner.runs.reading import StoredRun
    from planner.runs.record import RunRecord
    from planner.scenario import Scenario

    kinds = (Comparison, Score, Pack, Plan, Case, Network, Look, PlanningProblem, StoredRun)
    for kind in (*kinds, RunRecord):
        assert kind.__dataclass_params__.frozen, kind
    assert Scenario.model_config["frozen"]
