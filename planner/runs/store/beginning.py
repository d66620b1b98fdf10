"""A new store is there whole or not at all, so that an empty file is never taken for one."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from planner.pack.synced import sync_folder
from planner.runs.files import plain_disk_errors
from planner.runs.store.database import connect
from planner.runs.store.migrations import migrate
from planner.runs.store.words import DamagedError, damaged_words

PARTS = ("", "-wal", "-shm")
"""What a store's file and those beside it end with."""


def begin(file: Path) -> None:
    """Make a store where there is no file yet; whoever comes at the same moment has the same one.

    Raises:
        DamagedError: A file is there, and nothing is in it.
        PlannerError: The disk refuses.
    """
    if file.exists():
        _require_filled(file)
        return
    with beside(file) as made:
        database = connect(str(made))
        try:
            migrate(database)
        finally:
            database.close()
        with plain_disk_errors(f"The store {file.name}"):
            with made.open("rb+") as written:
                os.fsync(written.fileno())
            _put(made, file)
            sync_folder(file.parent)


@contextmanager
def beside(file: Path) -> Iterator[Path]:
    """A place beside a store for a file that takes its place when it is done, and else goes."""
    place = file.with_name(f".{file.name}.{secrets.token_hex(4)}.part")
    try:
        yield place
    finally:
        for ending in PARTS:
            Path(f"{place}{ending}").unlink(missing_ok=True)


def _put(made: Path, file: Path) -> None:
    """Give a new store its name, unless another program was quicker."""
    try:
        file.hardlink_to(made)
    except FileExistsError:
        return
    except OSError:  # the disk knows no second names
        if not file.exists():
            made.replace(file)


def _require_filled(file: Path) -> None:
    with contextlib.suppress(OSError):
        log = file.with_name(f"{file.name}-wal")
        if file.stat().st_size == 0 and not (log.exists() and log.stat().st_size):
            raise DamagedError(damaged_words(str(file), file, f"{file.name} is empty"))
