"""python -m benchmarks.mutation [GROUP ...] [--mutants N] [--seed N] [--jobs N] [--of WORD]

Makes small wrong changes to the check, the door's grammar, the escaping and the store, one at a
time, and runs the tests that pass through each. Prints every change that no test saw. Texts of
messages are not changed. Stopped with Ctrl+C, it tells what it has found so far.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from importlib import import_module
from pathlib import Path

from benchmarks.mutation.changes import Mutant
from benchmarks.mutation.groups import GROUPS, ROOT

SAME = Path(__file__).with_name("same.toml")


def main(arguments: list[str] | None = None) -> int:
    """Try and tell; 1 where a change was not seen that is not known to change nothing."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutation", description=__doc__)
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=", ".join(GROUPS))
    parser.add_argument("--mutants", type=int, default=1000, help="over all groups")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1, help="at a time")
    parser.add_argument("--of", default="", help="only changes with this in their names")
    parser.add_argument("--json", type=Path, help="a file for the verdicts")
    options = parser.parse_args(arguments)
    if unknown := set(options.groups) - set(GROUPS):
        parser.error(f"{', '.join(sorted(unknown))}: the groups are {', '.join(GROUPS)}")
    if len(options.groups) == 1:
        return _one(options.groups[0], options)
    verdicts = tried(options.groups or list(GROUPS), options.mutants, options.seed, options.jobs)
    if options.json:
        options.json.write_text(json.dumps(verdicts, indent=1))
    _tell("all", verdicts)
    return 1 if unseen(verdicts) else 0


def tried(groups: list[str], most: int, seed: int, jobs: int) -> dict[str, str]:
    """The verdict on each change, each group in a process of its own."""
    verdicts: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as place:
        for group in groups:
            told = Path(place) / "verdicts.json"
            numbers = ("--mutants", str(most), "--seed", str(seed), "--jobs", str(jobs))
            order = (sys.executable, "-m", "benchmarks.mutation", group, "--json", str(told))
            subprocess.run([*order, *numbers], cwd=ROOT, check=False)
            verdicts |= json.loads(told.read_text())
    return verdicts


def unseen(verdicts: dict[str, str]) -> list[str]:
    """The changes that no test saw, but those that are known to change nothing."""
    known = same()
    return [
        name
        for name, verdict in verdicts.items()
        if verdict in {"survived", "untested"} and name not in known
    ]


def same() -> dict[str, str]:
    """Changes after which the program does the same, with the reason."""
    told = tomllib.loads(SAME.read_text(encoding="utf-8"))
    return {change: each["why"] for each in told["same"] for change in each["changes"]}


def _one(name: str, options: argparse.Namespace) -> int:
    import pytest  # noqa: PLC0415 - only the process that runs tests

    from benchmarks.mutation.trial import Trials  # noqa: PLC0415 - it loads pytest

    group = GROUPS[name]
    chosen = [mutant for mutant in group.mutants() if options.of in mutant.name]
    chosen = _drawn(chosen, max(1, options.mutants * group.share // 1000), options.seed)
    for module in {mutant.module for mutant in chosen}:
        import_module(module)
    trials = Trials(chosen, options.jobs)
    left_out = " or ".join(group.without)
    words = ("-k", f"not ({left_out})") if left_out else ()
    sys.path.append(str(ROOT / "tests"))
    os.chdir(ROOT)
    pytest.main(["-q", "-s", "-p", "no:cacheprovider", *words, *group.tests], plugins=[trials])
    verdicts: dict[str, str] = dict(trials.verdicts)
    if options.json:
        options.json.write_text(json.dumps(verdicts, indent=1))
    for change in unseen(verdicts):
        print(f"not seen ({verdicts[change]}): {change}")
    if trials.unfit:
        print(f"{name}: left out, as they do not pass: {', '.join(sorted(trials.unfit))}")
    _tell(name, verdicts)
    return 1 if unseen(verdicts) else 0


def _drawn(chosen: list[Mutant], most: int, seed: int) -> list[Mutant]:
    drawn = set(random.Random(seed).sample(range(len(chosen)), min(most, len(chosen))))  # noqa: S311
    return [mutant for at, mutant in enumerate(chosen) if at in drawn]


def _tell(name: str, verdicts: dict[str, str]) -> None:
    counts = Counter(verdicts.values())
    told = ", ".join(f"{number} {verdict}" for verdict, number in sorted(counts.items()))
    print(f"{name}: {len(verdicts)} changes: {told}; {len(unseen(verdicts))} not seen", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
