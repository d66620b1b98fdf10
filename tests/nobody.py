"""A user without rights."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_NOBODY = 65534
_FORK = multiprocessing.get_context("fork")


def as_nobody(task: Callable[..., object], *args: object) -> None:
    """Do something as a user without rights, in a process of its own."""

    def inside() -> None:
        if os.getuid() != 0:
            task(*args)
            return
        os.setresgid(_NOBODY, _NOBODY, 0)
        os.setresuid(_NOBODY, _NOBODY, 0)
        try:
            task(*args)
        finally:  # so that what measures this process can write down what it saw
            os.setresuid(0, 0, 0)

    child = _FORK.Process(target=inside)
    child.start()
    child.join(60)
    assert child.exitcode == 0


@contextmanager
def folder_for_all() -> Iterator[Path]:
    """A folder that every user can reach, which pytest's are not."""
    folder = Path(tempfile.mkdtemp(prefix="open-", dir="/tmp"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)
