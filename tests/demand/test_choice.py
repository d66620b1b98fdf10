"""Choice of branch: rules worked by hand, shares that add up, distances that are too long."""

import numpy as np
import pytest

from planner.demand.choice import huff_shares, nearest_shares, with_knowledge

FAR = np.inf


def test_nearest_takes_the_first_of_equals_and_nobody_without_a_route() -> None:
    near = np.array([[5.0, 3.0, 3.0], [2.0, 9.0, 1.0], [FAR, FAR, 4.0], [FAR, FAR, FAR]])
    able = np.array([True, True, False])
    assert nearest_shares(near, able).tolist() == [[0, 1, 0], [1, 0, 0], [0, 0, 0], [0, 0, 0]]
    both = nearest_shares(near, np.ones(3, dtype=bool))
    assert both.tolist() == [[0, 1, 0], [0, 0, 1], [0, 0, 1], [0, 0, 0]]
    assert nearest_shares(near, np.zeros(3, dtype=bool)).sum() == 0


def test_huff_by_hand() -> None:
    """a = 8 at 100 km against a = 1 at 0 km, 0.01 a km: 8 e^-1 : 1 = 2.943 : 1."""
    shares = huff_shares(
        np.array([[100.0, 0.0]]), np.array([True, True]), np.array([8.0, 1.0]), 0.01
    )
    assert shares[0, 0] == pytest.approx(8 * np.exp(-1) / (8 * np.exp(-1) + 1))
    assert shares[0, 0] == pytest.approx(0.74639, abs=5e-6)
    assert shares.sum() == pytest.approx(1)


def test_huff_leaves_out_who_cannot_and_whom_nobody_wants() -> None:
    km = np.array([[10.0, 20.0, FAR], [FAR, FAR, FAR], [FAR, 7.0, 7.0]])
    able, attraction = np.array([True, True, True]), np.array([1.0, 1.0, 0.0])
    shares = huff_shares(km, able, attraction, 0.02)
    assert shares[:, 2].tolist() == [0, 0, 0]
    assert shares.sum(axis=1).tolist() == pytest.approx([1, 0, 1])
    assert huff_shares(km, ~able, attraction, 0.02).sum() == 0


def test_huff_knows_no_distance_that_is_too_long() -> None:
    """e^-10,000 is 0 in floating point; the difference of the two is what counts."""
    km = np.array([[100_000.0, 100_010.0], [1e9, 2e9]])
    shares = huff_shares(km, np.ones(2, dtype=bool), np.ones(2), 0.1)
    assert shares[0, 1] / shares[0, 0] == pytest.approx(np.exp(-1))
    assert shares[1].tolist() == [1, 0]


def test_huff_with_steep_decay_is_nearest_and_with_none_is_attraction() -> None:
    rng = np.random.default_rng(3)
    km, able = rng.uniform(1, 500, (40, 6)), np.array([True, True, False, True, True, True])
    assert np.allclose(huff_shares(km, able, np.ones(6), 1e4), nearest_shares(km, able))
    a = np.array([1.0, 2.0, 9.0, 3.0, 4.0, 0.0])
    level = huff_shares(km, able, a, 0.0)
    assert np.allclose(level, np.array([0.1, 0.2, 0, 0.3, 0.4, 0]))


def test_knowledge_mixes_and_those_without_a_branch_today_ask() -> None:
    everybody = np.array([[0.0, 1.0], [0.5, 0.5], [0.0, 0.0]])
    known = np.array([[1.0, 0.0], [0.0, 0.0], [0.0, 0.0]])
    mixed = with_knowledge(everybody, known, 0.3)
    assert mixed.tolist() == [[0.7, 0.3], [0.5, 0.5], [0, 0]]
    assert np.array_equal(with_knowledge(everybody, known, 1.0), everybody)
