"""Runs the tests once to learn which of them pass where, then a few of them for each mutant.

Everything happens within one session of pytest: each mutant gets a forked child, in which nothing
needs to be loaded again.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import coverage
import pytest
from _pytest.runner import runtestprotocol

from benchmarks.mutation.changes import Mutant
from benchmarks.mutation.swap import put_in_place

Verdict = Literal["caught", "endless", "survived", "untested", "impossible"]
_MOST_SECONDS = 20.0  # of tests for one mutant, the quickest first
_STATUSES: dict[int, Verdict] = {0: "survived", 1: "caught", 3: "impossible"}


@dataclass
class Trials:
    """A plugin of pytest that tries mutants instead of telling how tests end.

    Attributes:
        chosen: The mutants.
        jobs: How many at a time.
        verdicts: What became of each, by its name.
        unfit: Tests that fail without any change; they prove nothing.
    """

    chosen: Sequence[Mutant]
    jobs: int
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    unfit: list[str] = field(default_factory=list)
    _seconds: dict[str, float] = field(default_factory=dict)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """All tests as they are, then those that pass through each change."""
        lines = self._first_run(session.items)
        fit = {item.nodeid: item for item in session.items if item.nodeid not in self.unfit}
        running: dict[int, Mutant] = {}
        for mutant in self.chosen:
            tests = [fit[each] for each in self._tests_of(mutant, lines, fit)]
            if not tests:
                self.verdicts[mutant.name] = "untested"
                continue
            while len(running) >= self.jobs:
                self._wait(running)
            running[self._start(mutant, tests)] = mutant
        while running:
            self._wait(running)
        return True

    def _first_run(self, items: Sequence[pytest.Item]) -> dict[str, dict[int, list[str]]]:
        """Which tests pass through each line of each file; how long each test takes."""
        files = sorted({str(mutant.path) for mutant in self.chosen})
        watch = coverage.Coverage(data_file=None, include=files, config_file=False)
        watch.start()
        for item, following in zip(items, [*items[1:], None], strict=True):
            watch.switch_context(item.nodeid)
            began = time.process_time()
            reports = runtestprotocol(item, nextitem=following, log=False)
            self._seconds[item.nodeid] = time.process_time() - began
            if any(report.failed or report.skipped for report in reports):
                self.unfit.append(item.nodeid)
        watch.stop()
        return {file: watch.get_data().contexts_by_lineno(file) for file in files}

    def _tests_of(
        self, mutant: Mutant, lines: dict[str, dict[int, list[str]]], fit: Iterable[str]
    ) -> list[str]:
        """The tests that pass through a change, the quickest first; of a constant, all."""
        known = lines[str(mutant.path)]
        above = [line for line in known if mutant.start <= line <= mutant.line]
        if mutant.start:  # a line within a statement may not be told by itself
            found = set(known[max(above)]) if above else set()
        else:
            found = set().union(*known.values())
        ordered = sorted(found & set(fit), key=lambda each: (self._seconds[each], each))
        total, kept = 0.0, []
        for each in ordered:
            total += self._seconds[each]
            if kept and total > _MOST_SECONDS:
                break
            kept.append(each)
        return kept

    def _start(self, mutant: Mutant, tests: Sequence[pytest.Item]) -> int:
        child = os.fork()
        if child:
            return child
        status = 1
        with contextlib.suppress(BaseException):  # whatever comes out of a test has caught it
            limit = 5.0 + 4 * sum(self._seconds[test.nodeid] for test in tests)
            signal.setitimer(signal.ITIMER_PROF, limit)
            signal.alarm(int(60 + 10 * limit))
            nowhere = os.open(os.devnull, os.O_RDWR)
            for stream in (0, 1, 2):
                os.dup2(nowhere, stream)
            status = _tried(mutant, tests)
        os._exit(status)

    def _wait(self, running: dict[int, Mutant]) -> None:
        child, ended = os.wait()
        mutant = running.pop(child, None)
        if mutant is None:
            return
        if os.WIFSIGNALED(ended):
            verdict: Verdict = "endless"
        else:
            verdict = _STATUSES.get(os.WEXITSTATUS(ended), "caught")
        self.verdicts[mutant.name] = verdict


def _tried(mutant: Mutant, tests: Sequence[pytest.Item]) -> int:
    try:
        put_in_place(mutant)
    except (LookupError, ValueError, SyntaxError):
        return 3
    except Exception:  # noqa: BLE001 - a constant that cannot even be made is seen at import
        return 1
    for test, following in zip(tests, [*tests[1:], None], strict=True):
        test._initrequest()  # type: ignore[attr-defined]  # noqa: SLF001 - a test is run again
        if any(report.failed for report in runtestprotocol(test, nextitem=following, log=False)):
            return 1
    return 0
