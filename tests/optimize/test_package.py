"""One budget for all levers, held against every package there is."""

import itertools

import numpy as np
import pytest

from planner.optimize.offer import PackageProblem, Steps, package_of
from planner.optimize.package import best_package
from planner.optimize.state import Limits

LIMITS = Limits(seconds=20, gap=0.0)


def problem_of(seed, networks=2, kinds=2, areas=2, levels=4, steps=3):
    """Whole figures at random; level 0 is today's, the second half belongs to a campaign."""
    rng = np.random.default_rng(seed)
    shape = (kinds, areas, levels)
    campaign = np.arange(levels) * 2 // levels
    saved = rng.integers(-3, 20, (networks, *shape)).astype(float)
    saved[0, :, :, 0] = 0
    use = rng.integers(-1, 9, shape).astype(float)
    use[:, :, 0] = 0
    online = rng.random(shape) < 0.5
    online[:, :, 0] = False
    campaign_kes = np.stack([np.zeros(areas), rng.integers(0, 6, areas)], axis=1).astype(float)
    network_kes = np.concatenate([[0], rng.integers(1, 25, networks - 1)]).astype(float)
    network_saved = np.concatenate([[0], rng.integers(0, 15, networks - 1)]).astype(float)
    offered = []
    for _ in range(networks):
        branch = np.sort(rng.integers(0, 2, steps))
        offered.append(
            Steps(
                branch,
                rng.integers(0, 9, steps).astype(float),
                rng.integers(1, 5, steps).astype(float),
            )
        )
    return PackageProblem(
        network_kes, network_saved, saved, use, campaign, campaign_kes, online,
        rng.integers(0, 4, kinds).astype(float), tuple(offered),
    )  # fmt: skip


def all_packages(problem):
    """Every package there is, whatever it costs."""
    networks, kinds, areas, levels = problem.saved.shape
    for k in range(networks):
        branch = problem.steps[k].branch
        for chosen in itertools.product(range(levels), repeat=kinds * areas):
            level = np.array(chosen).reshape(kinds, areas)
            if (problem.campaign[level] != problem.campaign[level[:1]]).any():
                continue
            for bits in itertools.product([False, True], repeat=branch.size):
                steps = np.array(bits)
                later = [m for m in range(1, branch.size) if branch[m] == branch[m - 1]]
                if any(steps[m] and not steps[m - 1] for m in later):
                    continue
                yield naive(problem, k, level, steps)


def naive(problem, k, level, steps):
    """(saved, kes) of one package, one entry at a time."""
    saved, kes = problem.network_saved[k], problem.network_kes[k]
    kinds, areas = level.shape
    for b in range(kinds):
        is_online = False
        for c in range(areas):
            saved += problem.saved[k, b, c, level[b, c]]
            kes += problem.use_kes[b, c, level[b, c]]
            is_online |= bool(problem.online[b, c, level[b, c]])
        kes += problem.online_kes[b] if is_online else 0
    for c in range(areas):
        kes += problem.campaign_kes[c, problem.campaign[level[0, c]]]
    for m in range(steps.size):
        if steps[m]:
            saved += problem.steps[k].saved[m]
            kes += problem.steps[k].kes[m]
    return saved, kes


@pytest.mark.parametrize("seed", range(12))
def test_no_package_within_the_budget_saves_more(seed):
    problem = problem_of(seed)
    every = list(all_packages(problem))
    for budget in (0, 6, 20, 60):
        found = best_package(problem, budget, LIMITS)
        best = max(saved for saved, kes in every if kes <= budget)
        assert found.saved == pytest.approx(best)
        assert found.bound == pytest.approx(best)
        assert found.gap == 0
        again = naive(problem, found.network, found.level, found.steps)
        assert again == pytest.approx((found.saved, found.kes))
        assert found.kes <= budget


@pytest.mark.parametrize("solver", ["highs", "cbc"])
def test_both_solvers_find_the_same(solver):
    problem = problem_of(3)
    found = best_package(problem, 20, Limits(seconds=20, gap=0.0, solver=solver))
    best = max(saved for saved, kes in all_packages(problem) if kes <= 20)
    assert found.saved == pytest.approx(best)
    assert found.bound >= best - 1e-6


def test_more_money_never_saves_less():
    problem = problem_of(7, networks=3, kinds=3, areas=4, levels=6, steps=5)
    saved = [best_package(problem, budget, LIMITS).saved for budget in (0, 5, 10, 20, 40, 80)]
    assert saved == sorted(saved)
    assert saved[-1] > saved[0]


def test_without_time_the_first_network_stays_and_nothing_is_claimed():
    problem = problem_of(1)
    found = best_package(problem, 60, Limits(seconds=1e-9, gap=0.0))
    assert found.network == 0
    assert found.saved == 0
    assert found.kes == 0
    assert found.bound == float("inf")
    assert found.gap == float("inf")


def test_a_budget_below_nothing_is_refused():
    with pytest.raises(ValueError, match="0 or more"):
        best_package(problem_of(1), -1, LIMITS)


def test_one_campaign_serves_all_visit_types_of_an_area():
    zero = np.zeros((1, 2, 1, 2))
    saved = zero.copy()
    saved[0, :, 0, 1] = 10.0  # each visit type saves 10 where the campaign runs
    problem = PackageProblem(
        np.zeros(1), np.zeros(1), saved, np.zeros((2, 1, 2)), np.array([0, 1]),
        np.array([[0.0, 15.0]]), np.zeros((2, 1, 2), dtype=bool), np.zeros(2),
        (Steps(np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0)),),
    )  # fmt: skip
    assert best_package(problem, 14, LIMITS).saved == 0
    found = best_package(problem, 15, LIMITS)
    assert (found.saved, found.kes) == (20, 15)
    assert package_of(problem, 0, found.level, found.steps).saved == 20
