"""Writers and solvers that are killed at any moment: what was confirmed stays, and no more."""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
import time
from pathlib import Path

from benchmarks.reliability.rows import Row, run_tests
from planner.scenario import parse_scenario
from tests.runs import cases
from tests.store import test_killed

KILLS = 1_000
_JOBS = "tests/runs/test_killed_jobs.py"
_FAULTS = "tests/faults"


def rows(*, quick: bool) -> list[Row]:
    """The promises of what is kept and what is left running."""
    return [_killed_writers(100 if quick else KILLS), _processes(), _refused(quick=quick)]


def _killed_writers(kills: int) -> Row:
    """The test of 200 kills, with more of them, on the file that one person has."""
    begin, lost = time.monotonic(), ""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        home = place / "home"
        before = os.environ["UGATUZI_HOME"]
        os.environ["UGATUZI_HOME"] = str(home)
        test_killed.KILLS = 2 * kills  # half of them are for the other kind of database
        scenario = parse_scenario('name = "A"\npack = "one-stop"\n[rules.branches]\nmax = 24\n')
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                test_killed.test_nothing_confirmed_is_lost_when_writers_are_killed(
                    str(place / "kept" / "store.sqlite"),
                    home,
                    cases.write_answer(place),
                    scenario,
                    place,
                )
        except AssertionError as error:
            lost = f": {str(error).splitlines()[0] if str(error) else 'something was lost'}"
        finally:
            os.environ["UGATUZI_HOME"] = before
    told = f"{'something' if lost else 'nothing'} lost or damaged in {kills:,} kills{lost}"
    return Row(
        "confirmed saves lost, or anything half kept, when four writers at once are killed",
        f"0 of {KILLS:,} kills",
        f"{told} ({time.monotonic() - begin:.0f} s)",
        False if lost else (True if kills >= KILLS else None),
        "`tests/store/test_killed.py` (200 kills, both databases)",
    )


def _refused(*, quick: bool) -> Row:
    """Each write fails in turn; --quick kills and breaks a part of the steps only."""
    if not quick:
        os.environ["UGATUZI_ALL_FAULTS"] = "1"
    found = run_tests(_FAULTS, seconds=3_600)
    os.environ.pop("UGATUZI_ALL_FAULTS", None)
    return Row(
        "each write of runs, packs, tables, the store, backups, workspaces and jobs: a full "
        "disk, a broken one and a kill at every step",
        "old or new whole, told in words, nothing left over, a restart brings all back",
        found.told,
        found.kept and (None if quick else True),
        f"`{_FAULTS}`",
    )


def _processes() -> Row:
    found = run_tests(_JOBS)
    return Row(
        "solver processes left 2 s after a stop, a closed tab (and its grace) or a killed server; "
        "temporary files left",
        "0",
        found.told,
        found.kept,
        f"`{_JOBS}`",
    )
