"""python -m benchmarks.reliability [TOPIC ...] [--quick] [--write [FILE]] [--list]

Measures what is promised of damaged files, damaged plans, wrong statuses, kills and load, and
prints a table of goal and measurement (all topics when none is named). With --write it is put
into docs/reliability.md; that takes all topics. --quick tries fewer cases, and says so.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from benchmarks.reliability.page import document
from benchmarks.reliability.rows import HEAD, ROOT, Row

REPORT = ROOT / "docs" / "reliability.md"
TOPICS = (
    "given",
    "shown",
    "plans",
    "statuses",
    "causes",
    "saving",
    "same",
    "uploads",
    "sessions",
    "fuzzing",
    "branches",
)


def main(arguments: list[str] | None = None) -> int:
    """Measure and tell; 1 where a goal was missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reliability", description=__doc__)
    parser.add_argument("topics", nargs="*", metavar="TOPIC")
    parser.add_argument("--quick", action="store_true", help="fewer cases, a few minutes")
    parser.add_argument("--list", action="store_true", help="the topics")
    parser.add_argument("--write", type=Path, nargs="?", const=REPORT, help="the report's file")
    options = parser.parse_args(arguments)
    if options.list:
        print("\n".join(TOPICS))
        return 0
    unknown = [topic for topic in options.topics if topic not in TOPICS]
    if unknown or (options.write and options.topics):
        parser.error(f"the topics are {', '.join(TOPICS)}; --write takes all of them")
    sys.path.append(str(ROOT / "tests"))  # where the tests' own cases look for each other
    before, found = os.getloadavg()[0], []
    print(HEAD, flush=True)
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"UGATUZI_HOME": home, "UGATUZI_FIRST_START": "off"}
        os.environ.pop("UGATUZI_STORE", None)
        for topic in options.topics or TOPICS:
            rows: Callable[..., list[Row]] = import_module(f"benchmarks.reliability.{topic}").rows
            for row in rows(quick=options.quick):
                found.append(row)
                print(row.line, flush=True)
    if options.write:
        page = options.write.read_text(encoding="utf-8") if options.write.exists() else ""
        told = document(found, (before, os.getloadavg()[0]), page, quick=options.quick)
        options.write.write_text(told, encoding="utf-8")
    return 1 if any(row.kept is False for row in found) else 0


if __name__ == "__main__":
    raise SystemExit(main())
