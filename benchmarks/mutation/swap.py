"""Puts one wrong change into the modules that are loaded, as a process is about to run tests."""

from __future__ import annotations

import ast
import functools
import gc
import inspect
import sys
from collections.abc import Iterator
from types import CodeType, FunctionType, ModuleType

from benchmarks.mutation.changes import Mutant, changed_tree


def put_in_place(mutant: Mutant) -> None:
    """Change the running code; it cannot be taken back, so do it in a child.

    Raises:
        LookupError, ValueError, SyntaxError: The change cannot be made to what is loaded.
    """
    module, tree = sys.modules[mutant.module], changed_tree(mutant)
    for assigned in tree.body:
        if isinstance(assigned, ast.Assign) and _name(assigned) == mutant.where:
            _put_constant(module, mutant.where, assigned.value)
            break
    else:
        code = dict(_functions_in(compile(tree, str(mutant.path), "exec")))[mutant.where]
        _loaded(module, mutant.where).__code__ = code
    for held in gc.get_objects():
        if isinstance(held, functools._lru_cache_wrapper):  # noqa: SLF001 - no public name
            of = getattr(held, "__module__", None) or ""
            if of.startswith("planner"):
                held.cache_clear()


def _name(assigned: ast.Assign) -> str:
    target = assigned.targets[0]
    return target.id if isinstance(target, ast.Name) else ""


def _put_constant(module: ModuleType, name: str, value: ast.expr) -> None:
    """The constant here, and wherever else it was imported by its name."""
    before = vars(module)[name]
    after = eval(compile(ast.Expression(value), "-", "eval"), vars(module))  # noqa: S307 - our own
    for each in list(sys.modules.values()):
        held = getattr(each, "__dict__", {})
        if (each.__name__ or "").startswith("planner") and held.get(name) is before:
            held[name] = after


def _functions_in(code: CodeType) -> Iterator[tuple[str, CodeType]]:
    for held in code.co_consts:
        if isinstance(held, CodeType):
            yield held.co_qualname, held
            yield from _functions_in(held)


def _loaded(module: ModuleType, where: str) -> FunctionType:
    held: object = module
    for name in where.split("."):
        held = vars(held)[name]
    for wrapped in ("__func__", "fget", "func"):  # class methods, properties, cached properties
        held = getattr(held, wrapped, held) if not isinstance(held, FunctionType) else held
    found = inspect.unwrap(held)  # type: ignore[arg-type]
    if not isinstance(found, FunctionType):
        raise LookupError(f"{where} is no plain function")  # noqa: TRY004 - as where nothing is
    return found
