"""What may come of a file, however damaged: what it says, or faults in words; in little time."""

from __future__ import annotations

import csv
import io
import json
import math
import resource
import time
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np

from planner.errors import Fault, InputError, PlannerError
from planner.pack.check import CheckReport
from planner.pack.faults import Findings
from planner.pack.text_table import decode

MOST_SECONDS = 6.0  # of the processor
MOST_MEMORY = 400 * 2**10  # KB more than before
Read = Callable[[bytes], bool]
"""Reads an input; whether it was taken. Raises InputError where it was refused."""


class BrokenPromise(AssertionError):  # noqa: N818 - it is what is looked for
    """A promise that does not hold."""


@dataclass(frozen=True, slots=True)
class Crash:
    """What went wrong, told so that the same thing is told the same again."""

    kind: str
    place: str
    trace: str


def tried(read: Read, data: bytes, place: Path) -> Crash | bool:
    """Whether an input was taken, or what went wrong.

    Args:
        read: The reader.
        data: The input.
        place: The folder of the reader's files, which no fault may name.
    """
    start, before = time.process_time(), _memory()
    try:
        taken = _judged(read, data, place)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # noqa: BLE001 - whatever it is, is what is looked for
        return Crash(type(error).__name__, _own_line(error), _told(error))
    seconds, more = time.process_time() - start, _memory() - before
    if seconds > MOST_SECONDS:
        return Crash("Slow", f"more than {MOST_SECONDS:g} s", f"{seconds:.1f} s")
    if more > MOST_MEMORY:
        return Crash("Large", f"more than {MOST_MEMORY // 2**10} MB", f"{more // 2**10} MB")
    return taken


def _judged(read: Read, data: bytes, place: Path) -> bool:
    try:
        return read(data)
    except InputError as error:
        check(error.faults, "refused without a fault")
        check_faults(error.faults, place)
    except PlannerError as error:
        check(str(error).strip(), "refused without a word")
        check_text(str(error), place)
    return False


def check(held: object, promise: str) -> None:
    """Raise where a promise does not hold."""
    if not held:
        raise BrokenPromise(promise)


def check_text(text: str, place: Path) -> None:
    """What people read is text that can be written, and names no place of this machine."""
    check(str(place) not in text, f"a path of this machine: {text[:300]!r}")
    text.encode()


def check_faults(faults: Iterable[Fault], place: Path) -> None:
    """Every fault can be told: in a line, and as JSON."""
    for fault in faults:
        line = str(fault)
        check_text(line, place)
        check(line.isprintable() or "\n" not in line, f"a fault of several lines: {line[:300]!r}")
        check(fault.row is None or fault.row >= 1, f"row {fault.row}")
        json.dumps(fault.as_dict(), ensure_ascii=False, allow_nan=False).encode()


def check_report(report: CheckReport, place: Path) -> None:
    """A report of one table holds together: verdict, faults, rows and sums."""
    check_faults(report.faults, place)
    for warning in report.warnings:
        check_text(warning, place)
    told = report.as_json_dict()
    json.dumps(told, ensure_ascii=False, allow_nan=False).encode()
    verdict = "refuse" if report.faults else "warn" if report.warnings else "accept"
    check(report.verdict == verdict, f"{report.verdict} with {len(report.faults)} faults")
    if report.table is not None:
        check(report.row_count == len(report.table), "other rows than are counted")
        for name, total in report.totals.items():
            cells = [row.get(name) for row in report.table]
            summed = math.fsum(each for each in cells if isinstance(each, (int, float)))
            check(math.isclose(total, summed, rel_tol=1e-9, abs_tol=1e-6), f"sum of {name}")


def check_same(report: CheckReport, content: bytes) -> None:
    """What is taken without a word stands in the file just so: rows in = rows out, cell by cell."""
    if report.verdict != "accept" or report.table is None:
        return
    text = content.decode("utf-8-sig")
    header, *rows = [
        row for row in csv.reader(io.StringIO(text, newline="")) if "".join(row).strip()
    ]
    check(len(rows) == report.row_count, f"{len(rows)} rows in, {report.row_count} rows out")
    for given, read in zip(rows, report.table, strict=True):
        for name, cell in zip(header, given, strict=True):
            if name in read:
                check(_is(read[name], cell.strip()), f"{name}: {cell!r} read as {read[name]!r}")


def check_features(report: CheckReport, content: bytes) -> None:
    """What is taken has a row for each feature of the map, unless a row is said to be left out."""
    if report.faults or any("row " in warning for warning in report.warnings):
        return
    text = decode(content, "", Findings())  # as it was read: not every file is UTF-8
    features = json.loads(text or "{}").get("features", [None])
    check(len(features) == report.row_count, f"{len(features)} in, {report.row_count} rows out")


def _is(value: object, cell: str) -> bool:
    if value is None:
        return not cell
    if isinstance(value, (int, float)):
        return float(cell) == value
    if isinstance(value, tuple):
        return value == tuple(part.strip() for part in cell.split(";") if part.strip())
    return " ".join(str(value).split()).casefold() == " ".join(cell.split()).casefold()


def check_finite(value: Any, nan_in: tuple[type, ...] = (), at: str = "") -> None:
    """No figure in a record, however deep, is NaN or endless; but those of `nan_in` may."""
    if isinstance(value, nan_in):
        return
    if isinstance(value, float):
        check(math.isfinite(value), f"{at} is {value}")
    elif isinstance(value, np.ndarray):
        if value.dtype.kind == "f":
            check(np.isfinite(value).all(), f"{at} is not finite")
    elif is_dataclass(value):
        for each in fields(value):
            check_finite(getattr(value, each.name), nan_in, f"{type(value).__name__}.{each.name}")
    elif isinstance(value, Mapping):
        for key, each in value.items():
            check_finite(each, nan_in, f"{at}[{key}]")
    elif isinstance(value, (list, tuple)):
        for each in value:
            check_finite(each, nan_in, at)


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _own_line(error: BaseException) -> str:
    """The last line of the project's own that the error went through."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [each for each in frames if "/planner/" in each.filename] or frames[-1:]
    if isinstance(error, BrokenPromise):
        return f"{own[-1].name}: {str(error)[:40]}"
    return f"{Path(own[-1].filename).name}:{own[-1].lineno}"


def _told(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))
