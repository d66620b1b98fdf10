"""A disk that refuses, or a kill, at one chosen step below one folder.

A step is a write, flush, sync, rename, link or new folder, as Python asks the system for it. Steps
are counted in a first try; then each of them fails once.
"""

from __future__ import annotations

import builtins
import contextlib
import errno
import io
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from planner.runs import files

FULL, BROKEN, KILL = "full", "broken", "kill"
_ERRORS = {FULL: errno.ENOSPC, BROKEN: errno.EIO}


class Disk:
    """Counts the steps below a folder, and lets one of them fail.

    Attributes:
        steps: What was asked for so far, in words.
    """

    def __init__(self, root: Path, at: int = 0, how: str = FULL, *, can_exchange: bool = True):
        """Let the step number `at` fail, from 1; none where it is 0."""
        self.steps: list[str] = []
        self._root, self._at, self._how = str(root), at, how
        self._can_exchange = can_exchange

    def step(self, what: str, place: object, before: Callable[[], object] | None = None) -> None:
        """One step; `before` is what a step that fails has done already.

        Raises:
            OSError: It is this one's turn.
        """
        name = os.fsdecode(place) if isinstance(place, (str, bytes, os.PathLike)) else ""
        if not name.startswith(self._root):
            return
        self.steps.append(f"{what} {Path(name).name}")
        if len(self.steps) != self._at:
            return
        if before is not None:
            before()
        if self._how == KILL:
            os.kill(os.getpid(), signal.SIGKILL)
        raise OSError(_ERRORS[self._how], os.strerror(_ERRORS[self._how]), name)

    @contextlib.contextmanager
    def in_use(self) -> Iterator[None]:
        """While it lasts all that Python writes goes by this disk."""
        real = {name: getattr(os, name) for name in ("fsync", "rename", "replace", "mkdir", "link")}
        opened, exchanged = io.open, files._exchanged

        def open_(file: Any, mode: str = "r", *rest: Any, **options: Any) -> Any:
            is_ours = isinstance(file, (str, os.PathLike)) and os.fspath(file).startswith(
                self._root
            )
            if not is_ours or not set(mode) & set("wxa+"):
                return opened(file, mode, *rest, **options)
            self.step("open", file)
            return _opened(self, os.fspath(file), mode, rest, options)

        def path_step(name: str) -> Callable[..., Any]:
            def call(place: Any, *rest: Any, **options: Any) -> Any:
                self.step(name, place)
                return real[name](place, *rest, **options)

            return call

        def fsync(handle: int) -> None:
            self.step("fsync", Path(f"/proc/self/fd/{handle}").readlink())

        def exchange(beside: Path, out: Path) -> bool:
            if not self._can_exchange:
                return False
            if out.is_dir():
                self.step("exchange", beside)
            return exchanged(beside, out)

        fakes = {name: path_step(name) for name in ("rename", "replace", "mkdir", "link")}
        for name, fake in {**fakes, "fsync": fsync}.items():
            setattr(os, name, fake)
        io.open = builtins.open = open_  # type: ignore[assignment]
        files._exchanged = exchange
        try:
            yield
        finally:
            for name, each in real.items():
                setattr(os, name, each)
            io.open = builtins.open = opened
            files._exchanged = exchanged


class _Raw(io.FileIO):
    """A file whose writes are steps; the one that fails has written half."""

    disk: Disk

    def write(self, content: Any) -> int:
        data = bytes(content)
        self.disk.step("write", self.name, lambda: super(_Raw, self).write(data[: len(data) // 2]))
        return super().write(data)


def _opened(
    disk: Disk, file: str, mode: str, rest: tuple[Any, ...], options: dict[str, Any]
) -> Any:
    raw = _Raw(file, mode.replace("b", "").replace("t", ""))
    raw.disk = disk
    binary = io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)
    if "b" in mode:
        return binary
    given = dict(zip(("buffering", "encoding", "errors", "newline"), rest, strict=False)) | options
    given.pop("buffering", None)
    return io.TextIOWrapper(binary, **given)


def tree(root: Path) -> dict[str, bytes | None]:
    """Every file and folder below a folder; folders without content."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes() if path.is_file() else None
        for path in sorted(root.rglob("*"))
    }


def killed(act: Callable[[], object], disk: Disk) -> bool:
    """Do something in a child of this process by a disk that may kill it; whether it did."""
    child = os.fork()
    if child == 0:
        try:
            with disk.in_use():
                act()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
