"""Runs one file of the battery through `planner check`, and tells where the verdict is missed."""

from __future__ import annotations

import contextlib
import io
import json
import re
import unicodedata
from pathlib import Path
from typing import Any
from unittest import mock

from battery.case import Case, Refused, Taken
from planner.cli import main
from planner.commands import packs
from planner.pack.check import CheckReport, check_table

_EXCEPTION = re.compile(r"Traceback|\b[A-Z]\w+(?:Error|Exception|Warning)\b|Something went wrong")
_ROOT = str(Path(__file__).resolve().parents[2])
_NO_ROWS = {"roads"}


def misses(case: Case, folder: Path) -> list[str]:
    """What is not as the verdict says, in words; none where it holds.

    The file is read once and told twice: as JSON and in words for people.

    Args:
        case: The file and its verdict.
        folder: Where it is written.
    """
    path = case.write(folder)
    argv = ["check", str(path), "--as", case.kind]
    rows = [] if case.kind in _NO_ROWS else ["--rows"]
    reports: list[CheckReport] = []

    def read_once(*args: Any, **options: Any) -> CheckReport:
        if not reports:
            reports.append(check_table(*args, **options))
        return reports[0]

    with mock.patch.object(packs, "check_table", read_once):
        status, out, err = _run([*argv, "--json", *rows])
        again, words, remarks = _run(argv)
    wrong = _leaks(out + err, folder) + _leaks(words + remarks, folder)
    try:
        told = json.loads(out, parse_constant=_no_constant)
    except ValueError:
        return [*wrong, f"no JSON on stdout: {out[:200]!r} {err[:200]!r}"]
    wrong += _verdict(case.verdict, told, status)
    wrong += [f"status {again} in words, {status} in JSON"] if again != status else []
    if case.told_more not in words:
        wrong.append(f"the words do not hold {case.told_more!r}")
    return wrong


def _run(argv: list[str]) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main(argv)
    return status, out.getvalue(), err.getvalue()


def _verdict(verdict: Taken | Refused, told: dict[str, Any], status: int) -> list[str]:
    if isinstance(verdict, Refused):
        return _refusal(verdict, told, status)
    if told["faults"]:
        return [f"refused, not taken: {told['faults'][:3]}"]
    wrong = [f"exit status {status}"] if status else []
    if told["row_count"] != verdict.rows:
        wrong.append(f"{told['row_count']} rows, not {verdict.rows}")
    if told["totals"] != dict(verdict.totals):
        wrong.append(f"totals {told['totals']}, not {dict(verdict.totals)}")
    notes = told["warnings"]
    wrong += [
        f"not told: {each!r} in {notes}"
        for each in verdict.told
        if not any(each in note for note in notes)
    ]
    wrong += [
        f"told without need: {each!r}"
        for each in verdict.untold
        if any(each in note for note in notes)
    ]
    by_row = {row["row"]: row for row in told.get("table", [])}
    for (row, column), value in verdict.cells.items():
        found = by_row.get(row, {}).get(column)
        if isinstance(value, float) and isinstance(found, (int, float)):
            same = abs(found - value) < 1e-4  # degrees: some ten metres
        else:
            same = found == value
        if not same:
            wrong.append(f"row {row}, {column}: {found!r}, not {value!r}")
    return wrong


def _refusal(verdict: Refused, told: dict[str, Any], status: int) -> list[str]:
    wrong = [] if status == 1 else [f"exit status {status}"]
    if told["verdict"] != "refuse":
        return [f"{told['verdict']}: {told['row_count']} rows, {told['warnings'][:4]}"]
    open_faults = list(told["faults"])
    for row, column, word in verdict.spots:
        for fault in open_faults:
            text = " ".join(str(fault[key]) for key in ("found", "expected", "message"))
            if (fault["row"], fault["column"]) == (row, column) and word.lower() in text.lower():
                open_faults.remove(fault)
                break
        else:
            wrong.append(f"no fault at row {row}, {column} with {word!r} in {told['faults'][:4]}")
    wrong += [f"one fault more: {fault}" for fault in open_faults[:3]]
    wrong += [
        f"nothing to act on: {fault}"
        for fault in told["faults"]
        if not fault["found"] or not (fault["expected"] or fault["message"])
    ]
    return wrong


def _leaks(text: str, folder: Path) -> list[str]:
    """Exceptions, places on the server, and characters that a terminal obeys."""
    wrong = [f"an exception: {match[0]}" for match in _EXCEPTION.finditer(text)]
    places = (str(folder), _ROOT, "planner-read-", "site-packages", "/upload")
    wrong += [f"a path: {place}" for place in places if place in text]
    live = {each for each in text if unicodedata.category(each) == "Cc" and each not in "\n\t"}
    return wrong + ([f"control characters: {sorted(map(ord, live))}"] if live else [])


def _no_constant(name: str) -> float:
    raise ValueError(name)
