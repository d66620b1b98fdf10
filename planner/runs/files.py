"""Files and folders that appear whole or not at all, and disk errors in plain words."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import re
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from planner.errors import PlannerError
from planner.pack.ordinary import NotOrdinaryError
from planner.pack.synced import sync_folder

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
MOST_BYTES = 512 * 2**20
"""More has no file of a run or a sweep."""
_ABANDONED_AFTER_S = 3600.0
_LEFT = re.compile(
    r"\.(?P<name>.+)\.[0-9a-f]{8}\.(part|old)(-journal|-wal|-shm)?|\.(part|pack)-\w{8}"
)
_SHORT_LIVED = ("planner-read-", "planner-cbc-")  # in the folder for temporary files
_OWN = re.compile(r"ugatuzi-[a-z]+-(?P<pid>\d{1,9})-")
_SWAP_ATTEMPTS = 50
_HERE, _EXCHANGE = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of Linux


_NO_FOLDERS = "the place does not let files or folders be made. Choose another folder"


def disk_words(error: OSError) -> str:
    """What a disk error means and what to do, without codes and paths."""
    if isinstance(error, FileNotFoundError) and error.filename and error.filename2 is None:
        # Nothing can be made in a folder that is there: no disk, but a place such as /proc.
        with contextlib.suppress(OSError, ValueError, TypeError):
            if Path(error.filename).parent.is_dir():
                return _NO_FOLDERS
    return _WORDS.get(error.errno or 0, "the disk refused. Try again or choose another folder")


def reading_words(error: OSError) -> str:
    """What it means that a file cannot be read and what to do, with its name but not its place."""
    name = Path(str(error.filename)).name if error.filename else "a file"
    if isinstance(error, FileNotFoundError):
        return f"{name} is not there any more. Put it back and try again"
    if isinstance(error, PermissionError):
        return f"there is no permission to read {name}. Ask its owner for it"
    if isinstance(error, IsADirectoryError):
        return f"{name} is a folder, not a file"
    if isinstance(error, NotOrdinaryError):
        return f"{name} is no ordinary file"
    return disk_words(error)


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


def replace_file(path: Path, content: bytes) -> None:
    """Write a file beside its place and rename it: readers see the old or the new one, whole."""
    with written_beside(path) as beside:
        beside.write_bytes(content)


@contextmanager
def written_beside(path: Path) -> Iterator[Path]:
    """A name beside a file to write the new one under.

    When the block is over the disk has it, and it takes the file's name: readers see the old or the
    new one, whole. When it fails, nothing is left of it.
    """
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        yield beside
        with beside.open("rb+") as file:
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink()
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
        if not _exchanged(beside, out):
            _take_the_place(beside, out, old)
        sync_folder(parent)
    finally:  # what is left under these names: of a failure the new one, else the one before
        shutil.rmtree(beside, ignore_errors=True)
        if out.exists():
            _remove(old)


def _exchanged(beside: Path, out: Path) -> bool:
    """Let two folders change names at one moment, so that no kill leaves none; False if it cannot.

    Only Linux can, and not on every disk.
    """
    if sys.platform != "linux" or not out.is_dir() or out.is_symlink():
        return False
    rename = getattr(ctypes.CDLL(None), "renameat2", None)
    places = os.fsencode(beside), os.fsencode(out)
    return rename is not None and rename(_HERE, places[0], _HERE, places[1], _EXCHANGE) == 0


def _take_the_place(beside: Path, out: Path, old: Path) -> None:
    """Rename `beside` to `out`; what stands there goes to `old`, and back if this fails."""
    attempts = 0
    while True:
        attempts += 1
        with contextlib.suppress(FileNotFoundError):
            out.rename(old)
        try:
            beside.rename(out)
        except OSError as error:
            taken = error.errno in (errno.ENOTEMPTY, errno.EEXIST)
            if not taken or attempts == _SWAP_ATTEMPTS:
                if old.exists() and not out.exists():
                    old.rename(out)
                raise
            _remove(old)  # another writer was quicker; it gives way too
        else:
            return


def _remove(there: Path) -> None:
    """Remove a folder, or the file or link that stood in a folder's place, as far as it goes."""
    if _is_folder(there):
        shutil.rmtree(there, ignore_errors=True)
    else:
        with contextlib.suppress(OSError):
            there.unlink()


def _is_folder(there: Path) -> bool:
    return there.is_dir() and not there.is_symlink()


def way_to(folder: Path, start: Path) -> str:
    """How a folder is named as seen from another one, with `/`; by its full place if it cannot."""
    try:
        return Path(os.path.relpath(folder, start)).as_posix()
    except ValueError:  # pragma: no cover - only Windows has other drives
        return folder.as_posix()


def own_prefix(what: str) -> str:
    """How the name of a temporary folder of this process begins; it goes when the process is gone.

    Args:
        what: A word for what it is for.
    """
    return f"ugatuzi-{what}-{os.getpid()}-"


def clear_leftovers(folder: Path) -> int:
    """Remove what writers that were killed left anywhere below a folder; returns how much.

    A folder that was moved aside, and whose place is empty, gets its name back. What is younger
    than an hour stays: somebody may be at it. Readers' and solvers' own folders for temporary
    files go too, and those of processes that are gone.
    """
    temporary = Path(tempfile.gettempdir())
    found = [each for begin in _SHORT_LIVED for each in temporary.glob(f"{begin}*")]
    for root, folders, names in os.walk(folder):
        found += [Path(root, name) for name in (*names, *folders) if _LEFT.fullmatch(name)]
    abandoned = [left for left in found if _is_abandoned(left)]
    abandoned += [left for left in temporary.glob("ugatuzi-*") if _is_of_the_dead(left)]
    return sum(map(_clear, abandoned))


def _is_of_the_dead(left: Path) -> bool:
    owner = _OWN.match(left.name)
    return owner is not None and not psutil.pid_exists(int(owner["pid"]))


def _clear(left: Path) -> bool:
    named = _LEFT.fullmatch(left.name)
    place = named["name"] if named is not None and left.name.endswith(".old") else None
    try:
        if place and not left.with_name(place).exists():
            left.rename(left.with_name(place))
        elif _is_folder(left):
            shutil.rmtree(left)
        else:
            left.unlink()
    except OSError:
        return False
    return True


def _is_abandoned(left: Path) -> bool:
    try:
        return time.time() - left.lstat().st_mtime > _ABANDONED_AFTER_S
    except OSError:
        return False


def _remove_abandoned(out: Path) -> None:
    """Clear what a writer that was killed left beside `out`, once nobody can be at it."""
    for ending in ("part", "old"):
        for left in out.parent.glob(f".{_literal(out.name)}.????????.{ending}"):
            if _is_abandoned(left) and (ending == "part" or out.exists()):
                _remove(left)


def _literal(name: str) -> str:
    return "".join(f"[{char}]" if char in "*?[" else char for char in name)
