"""How much of the doors, the check and the store the tests walk through, and how well they look."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from benchmarks.mutation.__main__ import same, tried, unseen
from benchmarks.mutation.groups import GROUPS
from benchmarks.reliability.rows import ROOT, Row

MUTANTS, QUICK_MUTANTS = 1000, 100
SEED = 1
TESTS = (
    *("tests/evaluate", "tests/pack", "tests/battery", "tests/store", "tests/runs"),
    *("tests/faults", "tests/fuzz"),
    *("tests/present/test_escape.py", "tests/present/test_markup.py"),
    *("tests/present/test_table_html.py", "tests/export/test_export.py"),
    *("tests/export/test_returned.py", "tests/export/test_returned_rare.py"),
    *("tests/export/test_schemas.py", "tests/demand/test_sampling.py"),
)
_HOURS = 2 * 3600


def rows(*, quick: bool) -> list[Row]:
    """The promises of the tests themselves."""
    return [_branches(quick=quick), _mutants(quick=quick)]


def _branches(*, quick: bool) -> Row:
    what = "branches of doors, check, store covered"
    shown_by = "`python -m benchmarks.reliability branches`"
    if quick:
        return Row(what, "all", "not measured by --quick", None, shown_by)
    with tempfile.TemporaryDirectory() as place:
        found = _measured(Path(place))
    totals = {path: each["summary"] for path, each in found.items()}
    all_of = sum(each["num_branches"] for each in totals.values())
    covered = sum(each["covered_branches"] for each in totals.values())
    lines = sum(each["missing_lines"] for each in totals.values())
    missing = {path: each["missing_branches"] for path, each in found.items()}
    for path, gaps in sorted(missing.items()):
        for start, end in gaps:
            print(f"not taken: {path}: line {start} to {'the end' if end < 0 else end}")
    for path, each in sorted(found.items()):
        if each["missing_lines"]:
            print(f"never run: {path}: lines {', '.join(map(str, each['missing_lines']))}")
    never = sorted(set(_files()) - set(found))
    for path in never:
        print(f"never run: {path}")
    short = Counter({path: len(gaps) for path, gaps in missing.items() if gaps})
    most = ", ".join(f"{Path(path).name} {number}" for path, number in short.most_common(5))
    told = f"{covered:,} of {all_of:,} ({_percent(covered, all_of)}), {lines} lines never run"
    told += f"; most in {most}" if most else ""
    return Row(what, "all", told, covered == all_of and not lines and not never, shown_by)


def _measured(place: Path) -> dict[str, dict[str, Any]]:
    """What coverage tells of each file, child processes among what it saw."""
    told = place / "told.json"
    environment = {**os.environ, "COVERAGE_FILE": str(place / "data"), "PYTHONPATH": str(ROOT)}
    plugins = ("-p", "no:cacheprovider", "-p", "benchmarks.reliability.measured_children")
    coverage = (sys.executable, "-m", "coverage")
    for order in (
        ("run", "-m", "pytest", "-q", "-n", "2", "--dist", "loadfile", *plugins, *TESTS),
        ("combine", "-q"),
        ("json", "-q", "-o", str(told)),
    ):
        subprocess.run(
            [*coverage, *order],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            timeout=_HOURS,
            check=False,
        )
    files: dict[str, dict[str, Any]] = json.loads(told.read_text())["files"]
    return files


def _files() -> list[str]:
    """The files that are measured, as `pyproject.toml` has them."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = told["tool"]["coverage"]["run"]["include"]
    paths = ("/" + str(path.relative_to(ROOT)) for path in (ROOT / "planner").rglob("*.py"))
    return sorted(path[1:] for path in paths if any(fnmatch(path, each) for each in patterns))


def _mutants(*, quick: bool) -> Row:
    verdicts = tried(list(GROUPS), QUICK_MUTANTS if quick else MUTANTS, SEED, 1)
    counts = Counter(verdicts.values())
    left = unseen(verdicts)
    known = [name for name in verdicts if name in same()]
    judged = len(verdicts) - len(known) - counts["impossible"]
    told = f"{judged - len(left):,} of {judged:,} ({_percent(judged - len(left), judged)})"
    told += f", {len(known)} more change nothing" if known else ""
    return Row(
        "mutants of doors, check, store that tests catch",
        "all",
        told,
        (None if quick else True) if not left else False,
        "`python -m benchmarks.mutation`",
    )


def _percent(part: int, whole: int) -> str:
    return f"{int(1000 * part / whole) / 10:g} %" if whole else "-"
