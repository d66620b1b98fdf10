"""python -m benchmarks.fuzz [--seconds S] [--reader NAME ...] [--jobs N] [--seed N] [--kept DIR]
    [--list]

Sends damaged files to every reader (or those named), led by the branches of the planner's code
that they reach, and prints a row for each: how many files, how many branches, how many crashes. A
crash is any error but a refusal in words, a figure that is none, a row that is lost, a path of
this machine, more than a few seconds or a few hundred MB. What led to one is kept in DIR, and
`--again FILE --reader NAME` shows it again. The same seed sends the same files to the same code on
the same system; the time decides how many. Exit status 1 with crashes; 2 where the fuzzer
(atheris, for Linux on x86_64) is not there.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from benchmarks.fuzz.catalogue import READERS

ROOT = Path(__file__).parents[2]
MISSING = "The fuzzer is not there: install atheris (requirements-dev.txt; Linux on x86_64 only)."
_STEADY = {"PYTHONHASHSEED": "0"}  # with it and the same addresses, a seed sends the same files
_SETTING_OUT = 300.0  # seconds to load and watch the code on a busy machine
_RUNS = re.compile(r"stat::number_of_executed_units: (\d+)")
_EDGES = re.compile(r"cov: (\d+)")


@dataclass(frozen=True, slots=True)
class Fuzzed:
    """One reader: how many files it read, how much of the code they reached, what went wrong."""

    reader: str
    seconds: float
    runs: int
    edges: int
    crashes: tuple[Path, ...]
    trouble: str = ""

    @property
    def line(self) -> str:
        """The row of the table."""
        told = ", ".join(path.name for path in self.crashes) or self.trouble or "0"
        return f"| {self.reader} | {self.seconds:.0f} s | {self.runs:,} | {self.edges:,} | {told} |"


HEAD = "| reader | time | damaged files | branches reached | crashes |\n|---|---|---|---|---|"


def is_there() -> bool:
    """Whether the fuzzer can be used on this machine."""
    return importlib.util.find_spec("atheris") is not None


def fuzz(
    readers: Sequence[str], seconds: float, kept: Path, *, jobs: int = 1, seed: int = 0
) -> Iterator[Fuzzed]:
    """Fuzz readers, `jobs` at a time; one result after the other, in the order of the readers.

    Args:
        readers: Names of READERS.
        seconds: How long each.
        kept: Where inputs that led to a crash are kept; made where it is not there.
        jobs: How many at a time.
        seed: Where chance begins; 0: elsewhere each time.
    """
    kept.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder, ThreadPoolExecutor(jobs) as pool:
        place = Path(folder)
        told = _run("seeds", folder, *readers, seconds=_SETTING_OUT)
        if missing := [each for each in readers if not (place / each).is_dir()]:
            raise SystemExit(f"No files to begin with for {', '.join(missing)}:\n{told[-2000:]}")
        yield from pool.map(lambda each: _fuzzed(each, seconds, place, kept, seed), readers)


def _fuzzed(reader: str, seconds: float, place: Path, kept: Path, seed: int) -> Fuzzed:
    own = place / reader / "kept"
    own.mkdir()
    start = time.monotonic()
    arguments = (reader, str(place / reader), f"{seconds:.0f}", str(own), str(seed))
    told = _run("one", *arguments, seconds=seconds + _SETTING_OUT)
    taken = min(time.monotonic() - start, seconds)
    crashes = []
    for path in sorted(own.iterdir()):
        shutil.copyfile(path, kept / path.name)
        if path.suffix != ".txt" and not path.name.startswith(f"{reader}-slow-unit"):
            crashes.append(kept / path.name)
    runs, edges = _RUNS.search(told), _EDGES.findall(told)
    trouble = "" if runs or crashes else f"it did not run: {told.strip()[-200:]}"
    reached = int(edges[-1]) if edges else 0
    return Fuzzed(reader, taken, int(runs[1]) if runs else 0, reached, tuple(crashes), trouble)


def _run(module: str, *arguments: str, seconds: float) -> str:
    """Run a module of ours in a process group of its own, and give what it told."""
    child = subprocess.Popen(
        [*_same_addresses(), sys.executable, "-m", f"benchmarks.fuzz.{module}", *arguments],
        cwd=ROOT,
        env=os.environ | _STEADY | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    try:
        return child.communicate(timeout=seconds)[0]
    except subprocess.TimeoutExpired:
        return "it took too long"
    finally:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
            child.communicate()


@cache
def _same_addresses() -> tuple[str, ...]:
    """Before a command: what has its memory begin where it did before, if this machine lets us."""
    tool = shutil.which("setarch")
    steady = (tool or "setarch", "-R")
    if tool and not subprocess.run([*steady, "true"], check=False, capture_output=True).returncode:
        return steady
    return ()


def _again(reader: str, file: Path) -> int:
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        _run("seeds", folder, reader, seconds=_SETTING_OUT)
        told = _run(
            "one",
            reader,
            f"{folder}/{reader}",
            "--again",
            str(file.absolute()),
            seconds=_SETTING_OUT,
        )
    print(told.strip())
    came = told.split()[-1:]  # after what libraries tell
    return 0 if came in (["True"], ["False"]) else 1


def main(arguments: list[str] | None = None) -> int:
    """Fuzz and tell."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.fuzz", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("--seconds", type=float, default=60, help="for each reader (60)")
    parser.add_argument("--reader", action="append", choices=READERS, help="only this one")
    parser.add_argument("--jobs", type=int, default=1, help="how many at a time (1)")
    parser.add_argument("--seed", type=int, default=0, help="where chance begins (anywhere)")
    kept = Path(tempfile.gettempdir()) / "planner-fuzz"
    parser.add_argument("--kept", type=Path, default=kept, help="where crashes are kept")
    parser.add_argument("--again", type=Path, metavar="FILE", help="read one kept input again")
    parser.add_argument("--list", action="store_true", help="the readers")
    options = parser.parse_args(arguments)
    if options.list:
        print("\n".join(f"{name:11} {what}" for name, what in READERS.items()))
        return 0
    if options.again:
        if len(options.reader or ()) != 1:
            parser.error("--again needs the --reader that it was found in")
        return _again(options.reader[0], options.again)
    if not is_there():
        print(MISSING, file=sys.stderr)
        return 2
    bad = False
    print(HEAD, flush=True)
    for found in fuzz(options.reader or list(READERS), options.seconds, options.kept,
                      jobs=options.jobs, seed=options.seed):  # fmt: skip
        print(found.line, flush=True)
        bad = bad or bool(found.crashes or found.trouble)
    if bad:
        print(f"What led to crashes is kept in {options.kept}.", file=sys.stderr)
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main())
