"""Exports a run in every format, in a process of its own, with other surroundings."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from planner.export import FORMATS, export_run

ROOT = Path(__file__).parents[2]
SURROUNDINGS = (
    {"PYTHONHASHSEED": "0", "TZ": "UTC", "LANG": "C", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "1", "TZ": "Pacific/Chatham", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"},
)


def in_surroundings(number: int, *arguments: object) -> str:
    """What a program of the tests prints, with another hash seed, time zone and language."""
    done = subprocess.run(
        [sys.executable, "-m", *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, **SURROUNDINGS[number]},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise AssertionError(done.stderr[-2000:])
    return done.stdout


def export_in_surroundings(number: int, run: Path, out: Path) -> dict[str, bytes]:
    """Every file of a run, exported there, by name."""
    in_surroundings(number, "tests.determinism.exported", run, out)
    return {path.name: path.read_bytes() for path in sorted(out.iterdir())}


if __name__ == "__main__":
    export_run(Path(sys.argv[1]), FORMATS, Path(sys.argv[2]))
