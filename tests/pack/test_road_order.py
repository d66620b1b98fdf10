"""The roads of a file are the same, to the last digit, whatever the order of its rows."""

import random
from dataclasses import fields

import numpy as np
import pytest

from pack.test_road_layer import A, B, C, D, layer_of, road

NEAR_B = (B[0] + 3e-8, B[1])  # the same place to a centimetre


def some_roads(seed):
    """Roads over a grid, some twice, some with other speeds, lengths and directions."""
    rng = random.Random(seed)
    roads = []
    for _ in range(60):
        at = rng.randrange(36_000, 36_010) / 1000, rng.randrange(10) / 1000
        bend = at[0] + rng.random() / 500, at[1] + rng.random() / 500
        end = round(at[0] + 0.001 * rng.randrange(1, 3), 3), round(at[1] + 0.001, 3)
        more = {"oneway": "yes"} if rng.random() < 0.2 else {}
        roads.append(road(at, bend, end, highway=rng.choice(["primary", "tertiary"]), **more))
        if rng.random() < 0.3:
            roads.append(road(at, bend, end, highway="primary", km=0.3 + rng.random() / 100))
    return roads


def same(one, other):
    """Whether two layers are one, but for what their notes say of rows."""
    return all(
        np.array_equal(getattr(one, part.name), getattr(other, part.name), equal_nan=True)
        if isinstance(getattr(one, part.name), np.ndarray)
        else part.name == "notes" or getattr(one, part.name) == getattr(other, part.name)
        for part in fields(one)
    )


@pytest.mark.parametrize("seed", range(5))
def test_roads_in_any_order_are_the_same_to_the_last_digit(tmp_path, seed):
    roads = some_roads(seed)
    layer = layer_of(tmp_path, *roads)
    assert layer.start.size > 60
    for turn in range(4):
        mixed = random.Random(turn).sample(roads, len(roads))
        assert same(layer_of(tmp_path, *mixed), layer)


def test_another_road_is_another_layer(tmp_path):
    roads = some_roads(1)
    assert not same(layer_of(tmp_path, *roads[1:]), layer_of(tmp_path, *roads))


def test_places_a_hair_apart_are_one_place_and_always_the_same_one(tmp_path):
    roads = [road(A, B, speed=50), road(NEAR_B, C, speed=50), road(D, NEAR_B, speed=50)]
    layer = layer_of(tmp_path, *roads)
    assert layer.lon.size == 4
    for turn in range(6):
        assert same(layer_of(tmp_path, *random.Random(turn).sample(roads, 3)), layer)


def test_roads_without_length_are_told_by_their_rows_wherever_they_stand(tmp_path):
    layer = layer_of(tmp_path, road(C, C, speed=9), road(A, B, speed=50), road(D, D, speed=9))
    (note,) = [each for each in layer.notes if each.startswith("Of no length")]
    assert "rows 2, 4" in note
