"""The generated roads, and each side of the comparison on a small country."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest

from benchmarks import roads, travel
from planner.pack.faults import Findings
from planner.pack.road_layer_file import read_road_layer


def test_roads_are_the_same_each_time_and_as_the_rule_says():
    one, other = roads.generated_roads(30, 4), roads.generated_roads(30, 4)
    assert np.array_equal(one.lines, other.lines)
    assert np.array_equal(one.start, other.start)
    assert one.start.size / 900 == pytest.approx(5.3, rel=0.1)
    assert (~one.backward).mean() == pytest.approx(0.02, abs=0.01)
    assert set(one.speed_kmh) == set(roads.SPEEDS)
    assert np.array_equal(one.lines[0::2], np.column_stack([one.lat, one.lon])[one.start])
    assert np.array_equal(one.lines[1::2], np.column_stack([one.lat, one.lon])[one.end])
    neighbours = np.bincount(np.concatenate([one.start, one.end]))
    assert (neighbours == 2).mean() > 0.5  # chains
    assert (neighbours == 1).sum() >= 100  # dead ends


def test_the_file_of_the_roads_reads_back(tmp_path):
    made = roads.generated_roads(8, 1)
    read = read_road_layer(roads.write_roads(made, tmp_path / "r.gpkg"), {}, Findings())
    assert read.km.sum() == pytest.approx(made.km.sum(), rel=1e-6)
    assert np.sort(read.speed_kmh).tolist() == np.sort(made.speed_kmh).tolist()
    assert (~read.backward).sum() + (~read.forward).sum() == (~made.backward).sum()


@pytest.mark.parametrize("side", travel.SIDES)
def test_every_side_finds_the_same_minutes(side):
    if importlib.util.find_spec(side) is None and side not in ("planner", "scipy"):
        told = travel.measured(side, 12)
        assert "| not installed |" in travel.line(side, told, {})
        return
    told = travel.run_side(side, 12)
    assert told["off_min"] < 1e-6 or side == "pandana"
    assert travel.line(side, told, told).endswith("| 1.0 x |")


def test_the_command_on_a_small_country():
    assert " pairs kept of 200." in travel.command_line(12, 20, 10)
