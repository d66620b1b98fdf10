"""A promise with its goal, what was measured, and the command or test that shows it again."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
CAUSE_S = 5.0  # for why there is no plan
HEAD = "| what | goal | measured | kept | shown by |\n|---|---|---|---|---|"
_COUNTED = re.compile(r"(\d+) (passed|failed|skipped|errors?)")


@dataclass(frozen=True, slots=True)
class Row:
    """One promise.

    Attributes:
        what: What is promised.
        goal: How much of it.
        measured: What was found.
        kept: Whether that is the goal; None where it was measured in part only, as `measured` says.
        shown_by: The test or the command.
    """

    what: str
    goal: str
    measured: str
    kept: bool | None
    shown_by: str

    @property
    def line(self) -> str:
        """The row of the table."""
        kept = {True: "yes", False: "**no**", None: "in part"}[self.kept]
        return f"| {self.what} | {self.goal} | {self.measured} | {kept} | {self.shown_by} |"


@dataclass(frozen=True, slots=True)
class Tests:
    """How many tests passed, failed (errors too) and were left out."""

    passed: int
    failed: int
    skipped: int

    @property
    def told(self) -> str:
        """The counts in words."""
        left_out = f", {self.skipped} left out" if self.skipped else ""
        return f"{self.passed} tests pass, {self.failed} fail{left_out}"

    @property
    def kept(self) -> bool | None:
        """Whether all that was asked for passed; in part where some were left out."""
        if self.failed or not self.passed:
            return False
        return None if self.skipped else True


def run_tests(*arguments: str, seconds: float = 900) -> Tests:
    """Run tests in a process of their own and count how they end."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Tests(0, 1, 0)
    found = dict.fromkeys(("passed", "failed", "skipped", "error"), 0)
    for number, what in _COUNTED.findall((done.stdout.splitlines() or [""])[-1]):
        found[what.removesuffix("s")] += int(number)
    failed = found["failed"] + found["error"]
    if done.returncode and not failed:  # it did not even begin
        failed = 1
    return Tests(found["passed"], failed, found["skipped"])
