"""Copies of kept files on disk: there whole or not at all, checked by their hashes when used."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Mapping
from pathlib import Path

from planner.runs.files import plain_disk_errors, publish_folder, write_synced

_FROM_FILE_MANAGERS = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})


def ready(
    root: Path, digests: Mapping[str, str], content: Callable[[str], bytes], what: str
) -> None:
    """See to it that a folder holds these files and no others.

    A copy that somebody has changed, or a part of it, gives way to a new one.

    Args:
        root: The folder.
        digests: SHA-256 of each file, by its path below `root`; all of them safe.
        content: Gives the content of a file by its hash; asked only where a copy is to be made.
        what: What it is a copy of, for a sentence on what the disk refused.

    Raises:
        PlannerError: The disk refuses.
    """
    if is_whole(root, digests):
        return

    def fill(folder: Path) -> None:
        for name, digest in digests.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            write_synced(path, content(digest))

    with plain_disk_errors(f"The copy of {what}"):
        publish_folder(root, fill)


def is_whole(root: Path, digests: Mapping[str, str]) -> bool:
    """Whether a folder holds exactly these files, each as it should be, and no link."""
    try:
        found = {
            path.relative_to(root).as_posix(): path
            for path in _files(root)
            if path.name not in _FROM_FILE_MANAGERS
        }
        if found.keys() != digests.keys():
            return False
        return all(_digest(path) == digests[name] for name, path in found.items())
    except OSError:
        return False


def _files(root: Path) -> list[Path]:
    """Every file and link below a folder."""
    if not stat.S_ISDIR(root.lstat().st_mode):
        return []
    found = []
    for folder, folders, names in os.walk(root, onerror=_raise):
        found += [Path(folder, name) for name in names]
        found += [Path(folder, name) for name in folders if Path(folder, name).is_symlink()]
    return found


def _raise(error: OSError) -> None:
    raise error


def _digest(path: Path) -> str:
    """SHA-256 of a regular file; of a link, none."""
    if not stat.S_ISREG(path.lstat().st_mode):
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
