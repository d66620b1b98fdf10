"""The same plan over shuffled rows, hash seeds and solvers; the same bytes of every export."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from planner.export import FORMATS
from planner.scenario import scenario_toml
from tests.determinism.exported import (
    BUILT_IN,
    ROOT,
    export_in_surroundings,
    exported_of,
    exported_of_both_orders,
)
from tests.determinism.packs import Told, random_pack, rules, shuffled, solved
from tests.runs import cases

PACKS = 30


def alike(told: Told) -> Told:
    """Without the objective's last digits: the same figures added in another order."""
    value = told.get("objective")
    return {**told, "objective": None if value is None else float(f"{value:.9g}")}


@pytest.mark.parametrize("seed", range(PACKS))
def test_both_solvers_and_any_order_of_rows_give_the_same_plan(tmp_path, seed):
    folder = random_pack(tmp_path / "pack", seed)
    first = alike(solved(folder, rules(folder, seed)))
    assert first["status"] == "optimal"
    assert alike(solved(folder, rules(folder, seed, "cbc"))) == first
    other = shuffled(folder, tmp_path / "other", seed)
    assert (other / "sites.csv").read_text() != (folder / "sites.csv").read_text()
    again = alike(solved(other, rules(other, seed)))
    assert again == first


@pytest.mark.parametrize("seed", [3, 4])
def test_any_process_gives_the_same_plan(tmp_path, seed):
    folder = random_pack(tmp_path / "pack", seed)
    scenario = rules(folder, seed)
    (tmp_path / "a.toml").write_text(scenario_toml(scenario))
    told = solved(folder, scenario)
    for number in ("0", "1", "random"):
        done = subprocess.run(
            [sys.executable, "-m", "tests.determinism.packs", folder, tmp_path / "a.toml", "highs"],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": number},
            capture_output=True,
            text=True,
            check=True,
        )
        assert json.loads(done.stdout.splitlines()[-1]) == told


def test_any_process_exports_the_same_bytes(tmp_path):
    run = cases.write_answer(tmp_path)
    one, two = (export_in_surroundings(n, run, tmp_path / str(n)) for n in (0, 1))
    assert len(one) >= len(FORMATS)
    assert one.keys() == two.keys()
    assert [name for name in one if one[name] != two[name]] == []


def assert_same_files(one: dict[str, object], two: dict[str, object]) -> None:
    assert one.keys() == two.keys()
    assert len(one) > 20
    assert [name for name in one if one[name] != two[name]] == []


@pytest.mark.parametrize("seed", range(3))
def test_any_order_of_rows_gives_the_same_bytes(tmp_path, seed):
    folder = random_pack(tmp_path / "a" / "pack", seed)
    other = shuffled(folder, tmp_path / "b" / "pack", seed)
    scenario = rules(Path("pack"), seed)
    assert_same_files(exported_of(folder, scenario), exported_of(other, scenario))


@pytest.mark.parametrize("seed", range(3))
def test_both_solvers_give_the_same_bytes_but_where_they_are_named(tmp_path, seed):
    folder = random_pack(tmp_path / "a" / "pack", seed)
    other = shuffled(folder, tmp_path / "b" / "pack", seed)
    one = exported_of(folder, rules(Path("pack"), seed))
    two = exported_of(other, rules(Path("pack"), seed, "cbc"))
    assert one.keys() == two.keys()
    names_it = {name for name in one if one[name] != two[name]}
    tables = {name for name in one if Path(name).suffix in {".csv", ".geojson", ".png"}}
    assert {name.rsplit("-", 1)[1] for name in names_it & tables} == {"rules.csv", "summary.csv"}
    assert len(tables) > 12


@pytest.mark.parametrize("case", BUILT_IN)
def test_a_built_in_pack_in_any_order_gives_the_same_bytes(tmp_path, case):
    assert_same_files(*exported_of_both_orders(case, tmp_path, 7))
