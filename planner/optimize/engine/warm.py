"""Compiled code before it is needed: the first run after an installation compiles the kernels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from planner.optimize.engine import one_class_kernels
from planner.optimize.engine.compiled import ready
from planner.optimize.engine.engine import run_engine
from planner.optimize.engine.instance import plain_instance
from planner.optimize.engine.neighbours import from_matrix
from planner.optimize.engine.one_class import solve_one_class
from planner.optimize.engine.search_kernels import fill


def warm_up(*, one_class: bool = False) -> None:
    """Compile kernels, or load them from disk, on a toy instance.

    Args:
        one_class: Those of the path for one demand class; else those of the engine.
    """
    if one_class:
        _one_class()
        return
    toy = plain_instance(
        start=np.array([0, 2, 4], dtype=np.int64),
        site=np.array([0, 1, 1, 0], dtype=np.int32),
        cost=np.array([0.0, 1.0, 0.0, 1.0]),
        weight=np.ones((1, 2)),
        needs=np.ones((1, 1), dtype=np.bool_),
        sites=2,
        branches_most=1,
    )
    run_engine(toy, seconds=600.0, gap=0.0, seed=0)


def _one_class() -> None:
    """Few sites of many on a circle: bound, local search and branching all have work to do."""
    angle = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    place = np.column_stack([np.cos(angle), np.sin(angle)])
    apart = np.hypot(*(place[:, None] - place[None, :]).T)
    lists = from_matrix(apart, np.ones(24))
    solve_one_class(
        lists,
        count=(5, 5),
        fixed_cost=np.zeros(24),
        open_sites=np.zeros(0, dtype=np.int64),
        gap=0.0,
        seconds=600.0,
        seed=0,
    )


def is_warm(*, one_class: bool = False) -> bool:
    """Whether compiled kernels lie in memory, or on disk as new as their source.

    A guess by one of the kernels, but a cheap one. Where there is no place to keep them on disk,
    only memory counts.
    """
    ready()
    kernel: Any = one_class_kernels.by_site if one_class else fill
    if kernel.signatures:
        return True
    if not kernel.stats.cache_path:
        return False
    source = Path(kernel.py_func.__code__.co_filename)
    kept = Path(kernel.stats.cache_path).glob(f"{source.stem}.{kernel.py_func.__name__}-*.nbi")
    newest = source.stat().st_mtime
    return any(index.stat().st_mtime >= newest for index in kept)
