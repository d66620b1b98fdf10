"""Files and folders that appear whole or not at all, and disk errors in plain words."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from planner.errors import PlannerError

_WORDS = {
    errno.ENOSPC: "the disk is full. Free some space and try again",
    errno.EDQUOT: "the disk quota is used up. Free some space and try again",
    errno.EACCES: "there is no permission to write there. Choose another folder",
    errno.EPERM: "there is no permission to write there. Choose another folder",
    errno.EROFS: "the disk can only be read. Choose another folder",
    errno.ENAMETOOLONG: "the name is too long. Choose a shorter one",
    errno.EEXIST: "a file stands where a folder is needed. Choose another folder",
    errno.ENOTDIR: "a part of the path is a file, not a folder. Choose another folder",
    errno.ENOENT: "the folder was removed meanwhile. Try again",
    errno.EMFILE: "too many files are open on this machine. Try again later",
    errno.EIO: "the disk reported an error. Choose another disk",
}
_ABANDONED_AFTER_S = 3600.0
_SWAP_ATTEMPTS = 50


_NO_FOLDERS = "the place does not let files or folders be made. Choose another folder"


def disk_words(error: OSError) -> str:
    """What a disk error means and what to do, without codes and paths."""
    if isinstance(error, FileNotFoundError) and error.filename and error.filename2 is None:
        # Nothing can be made in a folder that is there: no disk, but a place such as /proc.
        with contextlib.suppress(OSError, ValueError, TypeError):
            if Path(error.filename).parent.is_dir():
                return _NO_FOLDERS
    return _WORDS.get(error.errno or 0, "the disk refused. Try again or choose another folder")


@contextmanager
def plain_disk_errors(what: str) -> Iterator[None]:
    """Turn a disk error into a sentence that begins with what could not be written.

    Raises:
        PlannerError: In place of an OSError.
    """
    try:
        yield
    except OSError as error:
        raise PlannerError(f"{what} could not be written: {disk_words(error)}.") from error


def write_synced(path: Path, content: bytes) -> None:
    """Write a file and wait until the disk has it."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until the disk has a folder's list of names; not needed on Windows."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def replace_file(path: Path, content: bytes) -> None:
    """Write a file beside its place and rename it: readers see the old or the new one, whole."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        write_synced(beside, content)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def try_folder(parent: Path, name: str) -> None:
    """Make a folder beside the place of `name` and remove it, to see whether one can be made.

    Raises:
        OSError: None can be made.
    """
    beside = parent / f".{name}.{secrets.token_hex(4)}.part"
    beside.mkdir()
    beside.rmdir()


def publish_folder(out: Path, fill: Callable[[Path], None]) -> None:
    """Fill a folder beside `out`, then give it that name; an older `out` gives way to it.

    Args:
        out: The folder to make; what stands there already is replaced.
        fill: Writes the content into the folder it is given.
    """
    parent = out.parent
    parent.mkdir(parents=True, exist_ok=True)
    _remove_abandoned(out)
    token = secrets.token_hex(4)
    beside = parent / f".{out.name}.{token}.part"
    old = parent / f".{out.name}.{token}.old"
    beside.mkdir()
    try:
        fill(beside)
        sync_folder(beside)
        _take_the_place(beside, out, old)
        sync_folder(parent)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _take_the_place(beside: Path, out: Path, old: Path) -> None:
    """Rename `beside` to `out`; what stands there goes to `old`, and back if this fails."""
    for attempt in range(1, _SWAP_ATTEMPTS + 1):
        with contextlib.suppress(FileNotFoundError):
            out.rename(old)
        try:
            beside.rename(out)
        except OSError as error:
            taken = error.errno in (errno.ENOTEMPTY, errno.EEXIST)
            if not taken or attempt == _SWAP_ATTEMPTS:
                if old.exists() and not out.exists():
                    old.rename(out)
                raise
            shutil.rmtree(old, ignore_errors=True)  # another writer was quicker; it gives way too
        else:
            return


def _remove_abandoned(out: Path) -> None:
    """Clear what a writer that was killed left beside `out`, once nobody can be at it."""
    for ending in ("part", "old"):
        for left in out.parent.glob(f".{_literal(out.name)}.????????.{ending}"):
            try:
                abandoned = time.time() - left.stat().st_mtime > _ABANDONED_AFTER_S
            except OSError:
                continue
            if abandoned and (ending == "part" or out.exists()):
                shutil.rmtree(left, ignore_errors=True)


def _literal(name: str) -> str:
    return "".join(f"[{char}]" if char in "*?[" else char for char in name)
