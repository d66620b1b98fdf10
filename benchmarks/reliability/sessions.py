"""Twenty visitors turn pages of the built-in pack while two plans are being sought."""

from __future__ import annotations

import contextlib
import os
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.reliability.rows import Row
from planner.pack import find_pack
from planner.runs import jobs
from planner.scenario import read_scenario
from tests.app.test_many import PEOPLE, Person, server_mb
from tests.browser.conftest import served

MOST_S = 3.0
_PAGES = ("today", "scorecard", "plans", "method")
_SERVER = "planner.present.server"  # as `planner app` starts it
_SOLVES, _SECONDS = 2, 240
_LEAVING, _KEPT_S = 50, 130.0  # Streamlit keeps whom it lost for two minutes
_MOST_MB_LEFT = 0.5


def rows(*, quick: bool) -> list[Row]:
    """The promise of many visitors at once."""
    turns = 2 if quick else 6
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        before = os.environ["UGATUZI_HOME"]
        os.environ["UGATUZI_HOME"] = str(home)
        begun = []
        try:
            with served(home, by=_SERVER) as address, contextlib.ExitStack() as stack:
                people = [stack.enter_context(_person(address)) for _ in range(PEOPLE)]
                for page in _PAGES:  # what every visitor's first pages have in common
                    people[0].turn_to(page)
                begun = [_solve(number) for number in range(_SOLVES)]
                times, errors = _visits(people, turns)
        finally:
            for job_id in begun:
                jobs.stop(job_id)
                jobs.forget(job_id)
            os.environ["UGATUZI_HOME"] = before
    slow = statistics.quantiles(times, n=20)[-1]
    told = (
        f"{slow:.1f} s (middle {statistics.median(times):.1f} s) of {len(times)} pages, "
        f"{errors} errors; of two solves as many at once as the machine has places"
    )
    return [
        Row(
            f"a page for each of {PEOPLE} visitors at once while two solves run, 95th of 100",
            f"{MOST_S:.0f} s, 0 errors",
            told,
            slow <= MOST_S and not errors,
            "`tests/app/test_many.py`",
        ),
        *([] if quick else [_left_behind()]),
    ]


def _left_behind() -> Row:
    """What visitors leave in the server's memory when they have closed their windows."""
    held = []
    with tempfile.TemporaryDirectory() as name, served(Path(name), by=_SERVER) as address:
        for _ in range(3):  # the first ones load what all have in common
            for _ in range(_LEAVING):
                with _person(address) as person:
                    for page in _PAGES:
                        person.turn_to(page)
            time.sleep(_KEPT_S)
            with _person(address) as person:
                person.turn_to(_PAGES[0])
            held.append(server_mb(address, _SERVER))
    left = (held[-1] - held[0]) / (2 * _LEAVING)
    told = ", ".join(f"{each:.0f}" for each in held)
    return Row(
        f"memory that a visitor leaves {_KEPT_S / 60:.0f} minutes after closing the window",
        f"{_MOST_MB_LEFT} MB",
        f"{left:.2f} MB each of {2 * _LEAVING} visitors of {len(_PAGES)} pages; the server held "
        f"{told} MB after {_LEAVING}, {2 * _LEAVING} and {3 * _LEAVING}",
        left <= _MOST_MB_LEFT,
        "`python -m benchmarks.reliability sessions`",
    )


def _person(address: str) -> contextlib.closing[Person]:
    return contextlib.closing(Person(address))


def _solve(number: int) -> str:
    """A long search as the app begins one."""
    pack = find_pack("immigration")
    scenario = read_scenario(pack / "scenarios" / "divisions.toml")
    limits = scenario.solve.model_copy(update={"time_limit_s": _SECONDS, "gap": 0.0})
    changed = scenario.model_copy(update={"name": f"Search {number}", "solve": limits})
    return jobs.start(pack, changed)


def _visits(people: list[Person], turns: int) -> tuple[list[float], int]:
    """The seconds of every page, and how many pages failed."""

    def act(who: int) -> tuple[list[float], int]:
        took, failed = [], 0
        for turn in range(turns):
            begin = time.perf_counter()
            try:
                people[who].turn_to(_PAGES[(who + turn) % len(_PAGES)])
            except (AssertionError, OSError, TimeoutError):
                failed += 1
            took.append(time.perf_counter() - begin)
        return took, failed

    with ThreadPoolExecutor(len(people)) as pool:
        found = list(pool.map(act, range(len(people))))
    return [each for took, _ in found for each in took], sum(failed for _, failed in found)
