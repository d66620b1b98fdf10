"""Damaged plans against the judge, right plans too, and figures that are told wrongly."""

from __future__ import annotations

import itertools
import json
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.instances import many_services
from benchmarks.reliability.rows import Row
from planner.errors import InputError
from planner.evaluate import nearest_assignment, score, violations
from planner.pack import read_pack
from planner.pack.types import Pack
from planner.plan import Plan
from planner.problem import PlanningProblem
from planner.runs.verify import verify
from tests.evaluate.cases import rich_cases, right_cases
from tests.evaluate.damage import KINDS
from tests.runs.cases import write_answer

MUTANTS, RIGHT, TOLD_WRONGLY, MOST_MS = 10_000, 1_000, 1_000, 50.0
_FIGURES = ("objective", "bound", "gap", "branches", "kpis", "baseline_kpis")
Case = tuple[int, PlanningProblem, Plan]


def rows(*, quick: bool) -> list[Row]:
    """The promises of the check."""
    cases = _right_plans(400 if quick else RIGHT)
    return [_damaged(cases), _right(cases, quick=quick), _speed(), _told(quick=quick)]


def _right_plans(count: int) -> list[Case]:
    """Plans that keep every rule by plain loops: half of few rules, half of every rule."""
    few = itertools.islice(right_cases(range(10_000)), count // 2)
    every = itertools.islice(rich_cases(range(10_000), each=4), count - count // 2)
    return [*few, *every]


def _damaged(cases: list[Case]) -> Row:
    made: Counter[str] = Counter()
    escaped = misnamed = 0
    seeds = itertools.count()
    while made.total() < MUTANTS:
        round_seed = next(seeds)
        for name, damage in KINDS.items():
            for seed, problem, plan in cases[round_seed % 3 :: 3]:
                spoilt = damage(problem, plan, np.random.default_rng([seed, round_seed]))
                if spoilt is None:
                    continue
                made[name] += 1
                found = {entry.rule for entry in violations(spoilt[0], spoilt[1])}
                escaped += not found
                misnamed += bool(found) and spoilt[2] not in found
    told = (
        f"{made.total() - escaped:,} of {made.total():,} caught, of {len(made)} kinds (the rarest "
        f"{min(made.values())} times); {misnamed} by another rule than the one broken"
    )
    return Row(
        "damaged plans that the independent check catches",
        f"all of {MUTANTS:,}, at least 12 kinds",
        told,
        not escaped and not misnamed and len(made) == len(KINDS),
        "`tests/evaluate/test_damage.py`",
    )


def _right(cases: list[Case], *, quick: bool) -> Row:
    alarms = sum(bool(violations(problem, plan)) for _, problem, plan in cases)
    return Row(
        "false alarms on right plans",
        f"0 of {RIGHT:,}",
        f"{alarms} of {len(cases):,}",
        False if alarms else (None if quick else len(cases) >= RIGHT),
        "`tests/evaluate/test_damage.py`",
    )


def _speed() -> Row:
    told = []
    least = []
    for points, sites in ((47, 500), (500, 47)):
        problem = many_services(points, sites, 3)
        is_open = np.arange(sites) % 3 == 0
        offers = np.repeat(is_open[:, None], 3, axis=1)
        plan = Plan(is_open, offers, nearest_assignment(problem, is_open, offers))
        times = [_ms(problem, plan) for _ in range(15)]
        least.append(min(times))
        told.append(
            f"{points} points x {sites} sites: {statistics.median(times):.0f} ms "
            f"(least {min(times):.0f})"
        )
    return Row(
        "one check with all figures, a third of the sites open",
        f"at most {MOST_MS:.0f} ms",
        "; ".join(told),
        max(least) <= MOST_MS,
        "`python -m benchmarks.reliability plans`",
    )


def _ms(problem: PlanningProblem, plan: Plan) -> float:
    begin = time.perf_counter()
    score(problem, plan)
    return 1000 * (time.perf_counter() - begin)


def _told(*, quick: bool) -> Row:
    """Figures of a run file changed one at a time; `verify` must see each."""
    rng = np.random.default_rng(1)
    trials, unseen = (200 if quick else TOLD_WRONGLY), 0
    with tempfile.TemporaryDirectory() as place:
        folder = write_answer(Path(place))
        pack = read_pack(Path(place) / "tiny")
        file = folder / "run.json"
        text = file.read_text(encoding="utf-8")
        where = list(_numbers(json.loads(text)))
        for _ in range(trials):
            info = json.loads(text)
            *path, last = where[rng.integers(len(where))]
            parent = info
            for key in path:
                parent = parent[key]
            parent[last] = float(rng.choice(_near(parent[last])))
            file.write_text(json.dumps(info), encoding="utf-8")
            unseen += _is_believed(folder, pack)
    return Row(
        "figures told wrongly in a run, seen when it is verified",
        f"all of {TOLD_WRONGLY:,}",
        f"{trials - unseen:,} of {trials:,}, over {len(where)} figures",
        False if unseen else (None if quick else True),
        "`tests/runs/test_verify.py`",
    )


def _is_believed(folder: Path, pack: Pack) -> bool:
    try:
        return verify(folder, pack=pack).agrees
    except InputError:
        return False


def _numbers(info: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Where the figures stand."""

    def inside(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
        if isinstance(value, dict | list):
            entries = value.items() if isinstance(value, dict) else enumerate(value)
            for key, each in entries:
                yield from inside(each, (*path, key))
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield path

    for key in _FIGURES:
        yield from inside(info[key], (key,))


def _near(value: float) -> list[float]:
    """Wrong figures that look right."""
    changed = [value + 1, value - 1, value * (1 + 1e-6), -value]
    return [each for each in changed if abs(each - value) > 1e-8 * abs(value)]
