"""Lets each step of one writer fail in turn, and looks what is left."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from planner.errors import PlannerError
from planner.runs.files import clear_leftovers
from tests.faults.injected import BROKEN, FULL, KILL, Disk, killed, tree

WORDS = {
    FULL: ("the disk is full", "no space left on device"),
    BROKEN: ("the disk reported an error", "input/output error"),
}
_ALL = "UGATUZI_ALL_FAULTS" in os.environ  # else a part of the steps for all but a full disk
_SQLITES_OWN = re.compile(r".*\.sqlite-(wal|shm)")


def try_all(
    place: Path,
    prepare: Callable[[Path], object],
    act: Callable[[Path], object],
    *,
    is_one: bool = True,
    is_told: bool = True,
    kills: bool = True,
    can_exchange: bool = True,
    ignored: str = r"(?!)",
    check: Callable[[Path], object] = lambda _: None,
) -> int:
    """Fail at each step of `act` by a full disk, a broken one and a kill; returns how many steps.

    Args:
        place: An empty folder.
        prepare: Makes what stands before, below the folder it is given.
        act: The writer, on such a folder.
        is_one: Whether all files change together; else each is old or new by itself.
        is_told: Whether a refusal is an error in words; else it costs nothing but what was to be
            written.
        kills: Whether the program is killed at each step, too.
        can_exchange: Whether the disk lets two folders change names at one moment.
        ignored: What files may be anything, as a pattern of their names.
        check: Looks at a folder after each failure, and at one before and one after.
    """
    first = place / "before"
    first.mkdir(parents=True)
    prepare(first)
    right = place / "at"
    # always the same name, as files may hold it
    shutil.copytree(first, right)
    counted = Disk(right, can_exchange=can_exchange)
    with counted.in_use():
        act(right)
    old, new = _seen(first, ignored), _seen(right, ignored)
    check(first)
    check(right)
    assert counted.steps, "nothing was written"
    assert old != new, "nothing changed"
    for how in (FULL, BROKEN, *([KILL] if kills else [])):
        for at in _steps(len(counted.steps), how):
            shutil.rmtree(right)
            shutil.copytree(first, right)
            disk = Disk(right, at, how, can_exchange=can_exchange)
            what = f"{how} at {at} of {len(counted.steps)}: {counted.steps[at - 1]}"
            told = True
            if how == KILL:
                assert killed(lambda disk=disk: act(right), disk), what
                _age(right)
                if can_exchange:
                    _whole(right, old, new, what, ignored, is_one=is_one)
                clear_leftovers(right)
            else:
                told = _refused(right, act, disk, what, how)
                assert told or not is_told or _seen(right, ignored) == new, what
            _whole(right, old, new, what, ignored, is_one=is_one)
            left = _names(right, ignored) - old.keys() - new.keys()
            assert not left, f"{what}: {sorted(left)}"
            check(right)
    return len(counted.steps)


def _steps(count: int, how: str) -> list[int]:
    """The numbers of the steps to try: the last ones are those that give files their names."""
    every = range(1, count + 1)
    if how == FULL or _ALL:
        return list(every)
    return [at for at in every if at % 3 == 0 or at > count - 5]


def _refused(right: Path, act: Callable[[Path], object], disk: Disk, what: str, how: str) -> bool:
    """Whether the disk's refusal was told in words."""
    try:
        with disk.in_use():
            act(right)
    except PlannerError as error:
        assert any(words in str(error).lower() for words in WORDS[how]), f"{what}: {error}"
        assert str(right) not in str(error), what
        return True
    return False


def _whole(
    right: Path,
    old: dict[str, bytes | None],
    new: dict[str, bytes | None],
    what: str,
    ignored: str,
    *,
    is_one: bool,
) -> None:
    """Everything there that has a name of its own is as before, or as it was to become."""
    found = _seen(right, ignored)
    if is_one:
        there = {name: content for name, content in found.items() if content is not None}
        wholes = [{k: v for k, v in each.items() if v is not None} for each in (old, new)]
        assert there in wholes, f"{what}: {sorted(there)}"
        return
    for name, content in found.items():
        assert content in [each[name] for each in (old, new) if name in each], f"{what}: {name}"
    assert found.keys() >= old.keys() & new.keys(), what


def _seen(right: Path, ignored: str) -> dict[str, bytes | None]:
    """What is there under names of its own: nothing that is hidden."""
    return {
        name: content
        for name, content in tree(right).items()
        if not any(part.startswith(".") for part in Path(name).parts)
        and not re.search(ignored, name)
    }


def _names(right: Path, ignored: str) -> set[str]:
    return {
        path.relative_to(right).as_posix()
        for path in right.rglob("*")
        if path.is_file()
        and not _SQLITES_OWN.fullmatch(path.name)
        and not re.search(ignored, path.relative_to(right).as_posix())
    }


def _age(right: Path) -> None:
    """As if two hours had gone by."""
    before = time.time() - 7200
    for path in right.rglob("*"):
        if path.name.startswith("."):
            os.utime(path, (before, before))


def temporary(place: Path) -> str:
    """The folder for temporary files, while a test has it elsewhere."""
    place.mkdir(parents=True, exist_ok=True)
    tempfile.tempdir = str(place)
    return tempfile.tempdir
