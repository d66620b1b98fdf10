"""The small wrong changes that can be made to a module, one at a time."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_COUNTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.MatMult: ast.Mult,
}
_NAMES = {
    "min": "max",
    "max": "min",
    "any": "all",
    "all": "any",
    "sorted": "list",
    "floor": "ceil",
    "ceil": "floor",
    "minimum": "maximum",
    "maximum": "minimum",
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """One wrong change.

    Attributes:
        module: The module's dotted name.
        path: Its file.
        where: The function, `Class.method` or constant that is changed.
        line: The line of the change, counted from one.
        start: The line on which its function begins; 0 for a constant of the module.
        before: The source that is changed; statements that are left out stand here whole.
        after: What stands there instead.
        again: How many like it stand above it in the same function.
        place: Which of the module's changes it is.
    """

    module: str
    path: Path
    where: str
    line: int
    start: int
    before: str
    after: str
    again: int
    place: int

    @property
    def name(self) -> str:
        """The change by what it does, whatever line it stands on."""
        again = f" #{self.again + 1}" if self.again else ""
        return f"{self.module}:{self.where}: {self.before} -> {self.after}{again}"


@dataclass(frozen=True, slots=True)
class _Change:
    """A node's replacement: `put` makes it in the tree that was walked."""

    where: str
    start: int
    before: ast.AST
    after: ast.AST
    put: Callable[[], None]


def mutants(module: str, path: Path) -> list[Mutant]:
    """All changes of a module, in the order of its lines."""
    found: list[Mutant] = []
    seen: dict[tuple[str, str, str], int] = {}
    for place, change in enumerate(_changes(ast.parse(path.read_text(encoding="utf-8")))):
        before, after = ast.unparse(change.before), ast.unparse(change.after)
        like = (change.where, before, after)
        seen[like] = seen.get(like, -1) + 1
        at = change.before.target if isinstance(change.before, ast.comprehension) else change.before
        line: int = at.lineno  # type: ignore[attr-defined]
        found.append(
            Mutant(
                module, path, change.where, line, change.start, before, after, seen[like], place
            ),
        )
    return found


def changed_tree(mutant: Mutant) -> ast.Module:
    """The module's source with this one change."""
    tree = ast.parse(mutant.path.read_text(encoding="utf-8"))
    for place, change in enumerate(_changes(tree)):
        if place == mutant.place:
            change.put()
            return ast.fix_missing_locations(tree)
    raise LookupError(f"{mutant.name}: the file has changed")


def _changes(tree: ast.Module) -> Iterator[_Change]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield from _below(node, "body", node.name, node.lineno)
        elif isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef):
                    yield from _below(inner, "body", f"{node.name}.{inner.name}", inner.lineno)
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            yield from _below(node, "value", node.targets[0].id, 0)


def _below(parent: ast.AST, field: str, where: str, start: int) -> Iterator[_Change]:
    """The changes of what a field holds, outermost first; annotations stay as they are."""
    held = getattr(parent, field)
    for at, node in enumerate(held if isinstance(held, list) else [held]):
        if not isinstance(node, ast.AST) or _is_guard(node):
            continue
        for other in _instead_of(node):
            yield _Change(where, start, node, other, _putter(parent, field, at, other))
        for name in node._fields:
            if name not in {"annotation", "returns", "decorator_list", "ctx", "op", "ops"}:
                yield from _below(node, name, where, start)


def _is_guard(node: ast.AST) -> bool:
    """Whether it only guards `zip` against lengths that differ: without it all runs as before."""
    return isinstance(node, ast.keyword) and node.arg == "strict"


def _putter(parent: ast.AST, field: str, at: int, other: ast.AST) -> Callable[[], None]:
    def put() -> None:
        if isinstance(getattr(parent, field), list):
            getattr(parent, field)[at] = other
        else:
            setattr(parent, field, other)

    return put


def _instead_of(node: ast.AST) -> Iterator[ast.AST]:
    """What may stand wrongly instead of a node."""
    match node:
        case ast.Compare():
            for at, operator in enumerate(node.ops):
                other = copy.deepcopy(node)
                other.ops[at] = _COMPARED[type(operator)]()
                yield other
        case ast.BinOp() | ast.AugAssign() if type(node.op) in _COUNTED:
            yield _with(node, op=_COUNTED[type(node.op)]())
        case ast.BoolOp():
            yield _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
        case ast.UnaryOp():
            yield node.operand
        case ast.Constant(value=bool()):
            yield _with(node, value=not node.value)
        case ast.Constant(value=int() | float()):
            yield _with(node, value=node.value + 1)  # type: ignore[operator]
        case ast.If() | ast.IfExp() | ast.While() if not _has_own_change(node.test):
            yield _with(node, test=ast.UnaryOp(ast.Not(), node.test))
        case ast.comprehension() if node.ifs:
            yield _with(node, ifs=[])
        case ast.Expr(value=ast.Call()) | ast.Raise():
            yield ast.Pass()
        case ast.Continue():
            yield ast.Break()
        case ast.Break():
            yield ast.Continue()
        case ast.Return(value=ast.AST() as value) if not isinstance(value, ast.Constant):
            yield _with(node, value=ast.Constant(None))
        case ast.Name(id=name) if name in _NAMES:
            yield _with(node, id=_NAMES[name])
        case ast.Attribute(attr=name) if name in _NAMES:
            yield _with(node, attr=_NAMES[name])
        case _:
            return


def _has_own_change(test: ast.expr) -> bool:
    """Whether turning the condition round would be the same as a change within it."""
    return isinstance(test, ast.UnaryOp) or (isinstance(test, ast.Compare) and len(test.ops) == 1)


def _with(node: ast.AST, **fields: object) -> ast.AST:
    other = copy.copy(node)
    for name, value in fields.items():
        setattr(other, name, value)
    return other
