"""python -m benchmarks [NAME ...] [--quick] [--list] [--file PATH --kind pmed|cap|tsp [--p P]]

Measures the named rows (all when none is named), prints a table and, with --write,
docs/benchmarks.md. A name may be the beginning of several names. A file of facility location with
capacities is a planning problem in which no site serves more than its room.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from benchmarks.rows import QUICK, ROWS, Row, chosen
from benchmarks.sides import measured
from benchmarks.table import HEAD, document, line

REPORT = Path(__file__).parents[1] / "docs" / "benchmarks.md"


def main(arguments: list[str] | None = None) -> int:
    """Measure and tell."""
    options = _options().parse_args(arguments)
    if options.list:
        for row in ROWS:
            print(row.name)
        return 0
    if options.file:
        row = Row(options.file.name, _case(options), ("planner",), "")
        result = measured("planner", row.case)
        print(HEAD)
        print(line(row, {"planner": result}))
        return 1 if "error" in result else 0
    rows = chosen(options.names) if options.names else (QUICK if options.quick else ROWS)
    print(HEAD, flush=True)
    told = []
    before = os.getloadavg()[2]
    for row in rows:
        results = {side: measured(side, row.case_for(side)) for side in row.sides}
        told.append(line(row, results))
        print(told[-1], flush=True)
    if options.write:
        page = options.write.read_text(encoding="utf-8") if options.write.exists() else ""
        told_now = document(told, (before, os.getloadavg()[2]), page)
        options.write.write_text(told_now, encoding="utf-8")
    return 0


def _case(options: argparse.Namespace) -> dict[str, object]:
    case: dict[str, object] = {"kind": options.kind, "path": str(options.file.resolve())}
    if options.p:
        case["p"] = options.p
    elif options.kind == "tsp":
        raise SystemExit("--p says how many branches to open; a file of coordinates does not")
    return case


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--quick", action="store_true", help="the rows that take a few minutes")
    parser.add_argument("--list", action="store_true", help="the names of the rows")
    parser.add_argument("--write", type=Path, nargs="?", const=REPORT, help="the report's file")
    parser.add_argument("--file", type=Path)
    parser.add_argument("--kind", choices=("pmed", "cap", "tsp"), default="pmed")
    parser.add_argument("--p", type=int)
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
