"""The same question has the same answer, whatever the order of rows, the process or the solver."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.reliability.rows import ROOT, Row
from planner.errors import PlannerError
from planner.pack import find_pack, read_pack
from planner.pack.own import copy_pack
from planner.pack.types import Pack
from planner.runs import judge_and_write
from planner.scenario import Scenario, read_scenario, scenario_toml
from planner.solve import solve
from tests.determinism.exported import (
    BUILT_IN,
    export_in_surroundings,
    exported_of,
    exported_of_both_orders,
)
from tests.determinism.packs import Told, is_tied, random_pack, rules, shuffled, solved

RANDOM_PACKS = 60
SHUFFLES = 2
SOLVERS = ("highs", "cbc")
_TESTS = "`tests/determinism`"


def rows(*, quick: bool) -> list[Row]:
    """The promises of sameness."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        return [
            _random(place, 30 if quick else RANDOM_PACKS),
            *_built_in(place),
            _exports(place),
            _exports_of_mixed_rows(place, 3 if quick else 20),
        ]


def same(one: Told, other: Told) -> bool:
    """Whether two answers are one plan; figures that are added in another order may differ."""
    if one.keys() != other.keys():
        return False
    return all(
        math.isclose(one[key], other[key], rel_tol=1e-9)
        if key == "objective"
        else one[key] == other[key]
        for key in one
    )


def _random(place: Path, count: int) -> Row:
    other: list[str] = []
    for seed in range(count):
        folder = random_pack(place / f"random-{seed}", seed)
        first = solved(folder, rules(folder, seed))
        if not same(first, solved(folder, rules(folder, seed, "cbc"))):
            other.append(f"pack {seed}: another by CBC")
        mixed = shuffled(folder, place / f"shuffled-{seed}", seed)
        if not same(first, solved(mixed, rules(mixed, seed))):
            other.append(f"pack {seed}: another when shuffled")
    ties = sum(map(is_tied, range(count)))
    told = f"{count} packs, {ties} of them made to have ties, {len(other)} with another plan"
    told += "".join(f"; {each}" for each in other[:2])
    return Row(
        "small random packs: one plan by both solvers and over shuffled rows",
        "all of 30 or more",
        told,
        not other if count >= 30 else (False if other else None),
        _TESTS,
    )


def _built_in(place: Path) -> Iterator[Row]:
    """Each pack's first scenario, solved in fresh processes; the solvers to the end."""
    for name in ("immigration", "one-stop"):
        folder = copy_pack(find_pack(name), place / name)
        pack = read_pack(folder)
        scenario = _first(pack)
        file = place / f"{name}.toml"
        file.write_text(scenario_toml(_to_the_end(scenario)), encoding="utf-8")
        first = _answer(folder, file, "highs", "0")
        found = {
            "another hash seed": _answer(folder, file, "highs", "1"),
            "a random hash seed": _answer(folder, file, "highs", "random"),
            "CBC": _answer(folder, file, "cbc", "0"),
        }
        root = folder.relative_to(place / name)
        for seed in range(SHUFFLES):
            mixed = shuffled(place / name, place / f"{name}-{seed}", seed) / root
            found[f"shuffle {seed + 1}"] = _answer(mixed, file, "highs", "0")
        unlike = [what for what, told in found.items() if not same(first, told)]
        proved = [what for what, told in found.items() if told["status"] == "optimal"]
        told = f"{len(found) + 1} solves ({first['status']}, {len(proved)} of the others proved), "
        told += f"{len(unlike)} with another plan{': ' + ', '.join(unlike) if unlike else ''}"
        what = f"{name}, gap 0: one plan over hash seeds, shuffled rows and both solvers"
        yield Row(what, "one plan where it is proved", told, not unlike, _TESTS)


def _first(pack: Pack) -> Scenario:
    return read_scenario(pack.folder / "scenarios" / f"{pack.first_scenario}.toml")


def _to_the_end(scenario: Scenario) -> Scenario:
    limits = scenario.solve.model_copy(update={"gap": 0.0, "time_limit_s": 300.0})
    return scenario.model_copy(update={"solve": limits})


def _answer(folder: Path, scenario: Path, solver: str, seed: str) -> Told:
    done = subprocess.run(
        [sys.executable, "-m", "tests.determinism.packs", folder, scenario, solver],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=True,
    )
    told: Told = json.loads(done.stdout.splitlines()[-1])
    return told


def _exports(place: Path) -> Row:
    what = "a run exported twice: other process, hash seed, time zone and language"
    folder = find_pack("immigration")
    pack = read_pack(folder)
    scenario = _first(pack)
    run = judge_and_write(solve(pack, scenario), pack, scenario, place / "run")
    try:
        one, two = (export_in_surroundings(n, run, place / f"out-{n}") for n in (0, 1))
    except (PlannerError, AssertionError) as error:
        return Row(what, "the same bytes", f"{str(error).splitlines()[-1]}", False, _TESTS)
    unlike = sorted(Path(name).suffix for name in one.keys() | two.keys()
                    if one.get(name) != two.get(name))  # fmt: skip
    kinds = {Path(name).suffix for name in one}
    told = f"{len(one)} files of {len(kinds)} kinds, {len(unlike)} differ"
    return Row(what, "the same bytes", f"{told}: {', '.join(unlike)}" if unlike else told,
               not unlike, _TESTS)  # fmt: skip


def _exports_of_mixed_rows(place: Path, count: int) -> Row:
    what = "exports of a plan of the same rows, places and roads in another order"
    pairs = [exported_of_both_orders(case, place / f"mixed-{at}", at)
             for at, case in enumerate(BUILT_IN)]  # fmt: skip
    for seed in range(count):
        folder = random_pack(place / f"one-{seed}" / "pack", seed)
        other = shuffled(folder, place / f"other-{seed}" / "pack", seed)
        scenario = rules(Path("pack"), seed)
        pairs.append((exported_of(folder, scenario), exported_of(other, scenario)))
    unlike = [name for one, two in pairs for name in one.keys() | two.keys()
              if one.get(name) != two.get(name)]  # fmt: skip
    files = sum(len(one) for one, _ in pairs)
    told = f"{files} files of {len(pairs)} packs, {len(unlike)} differ"
    told += "".join(f"; {each}" for each in unlike[:2])
    return Row(what, "the same bytes but for the digests of the pack's files", told,
               not unlike, _TESTS)  # fmt: skip
