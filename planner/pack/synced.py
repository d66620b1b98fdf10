"""Waiting until the disk has a folder that is about to get its name."""

from __future__ import annotations

import os
from pathlib import Path


def sync_tree(folder: Path) -> None:
    """Wait until the disk has every file below a folder, and the lists of their names.

    Raises:
        OSError: The disk refuses.
    """
    for root, _, names in os.walk(folder):
        for name in names:
            with Path(root, name).open("rb+") as file:
                os.fsync(file.fileno())
        sync_folder(Path(root))


def sync_folder(folder: Path) -> None:
    """Wait until the disk has a folder's list of names; not needed on Windows.

    Raises:
        OSError: The disk refuses.
    """
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
