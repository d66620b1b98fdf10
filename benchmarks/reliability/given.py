"""Files as people send them, and packs that are written and read again."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from benchmarks.reliability.rows import ROOT, Row, run_tests
from planner.demand.visits import yearly_visits
from planner.pack import find_pack, read_pack, write_pack
from planner.pack.types import Pack

PACKS = ("immigration", "one-stop")
LEAST_FILES = 150


def rows(*, quick: bool) -> list[Row]:
    """The promises of the door in."""
    del quick  # both take a minute
    return [_battery(), _unchanged()]


def _battery() -> Row:
    battery = ROOT / "tests" / "battery"
    what = "hostile and awkward files answered as was written down before"
    goal = f"all, at least {LEAST_FILES}"
    if not (battery / "__init__.py").exists() and not list(battery.glob("test_*.py")):
        return Row(what, goal, "not measured: there is no battery", None, "-")
    found = run_tests("tests/battery")
    kept = found.kept and (found.passed >= LEAST_FILES or None)
    return Row(what, goal, found.told, kept, "`tests/battery`")


def _unchanged() -> Row:
    changed = []
    told = []
    for name in PACKS:
        first = read_pack(find_pack(name))
        with tempfile.TemporaryDirectory() as place:
            write_pack(first, Path(place) / "once")
            once = read_pack(Path(place) / "once")
            files = sum(path.is_file() for path in (Path(place) / "once").rglob("*"))
            if not _same(first, once):
                changed.append(f"{name} differs when read again")
        visits = yearly_visits(first).mode.sum(), yearly_visits(once).mode.sum()
        if visits[0] != visits[1]:
            changed.append(f"{name}: {visits[0]} visits become {visits[1]}")
        told.append(f"{name} ({files} files, {visits[0]:,.0f} visits)")
    return Row(
        "built-in packs read, written, read: silent changes",
        "0",
        f"{len(changed)} in {' and '.join(told)}" + "".join(f"; {each}" for each in changed),
        not changed,
        "`tests/pack/test_write.py`",
    )


def _same(pack: Pack, other: Pack) -> bool:
    """Equal but for where it is and what was said while reading."""
    aside = {"folder": pack.folder, "warnings": (), "lakes": None, "roads": None}
    return replace(pack, **aside) == replace(other, **aside)  # type: ignore[arg-type]
