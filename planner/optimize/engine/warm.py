"""Compiled code before it is needed: the first run after an installation compiles the kernels."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from planner.optimize.engine.compiled import ready
from planner.optimize.engine.engine import run_engine
from planner.optimize.engine.instance import plain_instance
from planner.optimize.engine.search_kernels import fill


def warm_up() -> None:
    """Compile all kernels, or load them from disk, on a toy instance."""
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


def is_warm() -> bool:
    """Whether compiled kernels lie in memory, or on disk as new as their source.

    A guess, but a cheap one. Where there is no place to keep them on disk, only memory counts.
    """
    if fill.signatures:
        return True
    ready()
    if not fill.stats.cache_path:
        return False
    folder = Path(fill.stats.cache_path)
    source = Path(fill.py_func.__code__.co_filename).stat().st_mtime
    kept = folder.glob("search_kernels.fill-*.nbi")
    return any(index.stat().st_mtime >= source for index in kept)
