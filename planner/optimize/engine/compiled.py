"""How kernels are compiled: once, and kept on disk where there is a place for it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import numba

_FRESH: list[Any] = []  # kernels whose code is not yet looked for on disk


def compiled(function: Callable[..., Any]) -> Any:
    """A kernel that Python calls."""
    return _kernel(function, no_cfunc_wrapper=True)


def compiled_inside(function: Callable[..., Any]) -> Any:
    """A kernel that only kernels call: nothing is made for calls from Python."""
    return _kernel(function, no_cfunc_wrapper=True, no_cpython_wrapper=True)


def ready() -> None:
    """Let compiled code be read from a folder on disk, and written to it; called before it runs.

    Not done on import, because it makes folders. A read-only installation without a home has no
    place for them: then each process compiles for itself.
    """
    while _FRESH:
        with contextlib.suppress(RuntimeError):
            _FRESH.pop().enable_caching()


def _kernel(function: Callable[..., Any], **options: bool) -> Any:
    njit: Any = numba.njit  # takes more options than its types tell
    kernel = njit(nogil=True, error_model="numpy", **options)(function)
    _FRESH.append(kernel)
    return kernel
