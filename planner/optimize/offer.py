"""What one budget may buy, and a package of it with its figures summed: arrays only."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
ROUNDING = 1e-9  # relative: sums of the same figures in another order


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """Counters that may be added in one network, shape (M,): in order within each branch.

    `branch`: position of the branch. `saved`: what the step saves a year; `kes`: what it costs.
    """

    branch: NDArray[np.int64]
    saved: Array
    kes: Array


@dataclass(frozen=True, slots=True, eq=False)
class PackageProblem:
    """What may be bought, in whole or broken units of money a year.

    Shapes: K networks, B visit types, C areas, L levels, N campaigns.

    Attributes:
        network_kes: What network k costs more than the first, shape (K,).
        network_saved: What it saves apart from the levels, shape (K,).
        saved: What customers save with network k at level l, against the first network at today's
            levels, shape (K, B, C, L).
        use_kes: What level l costs more than today's, shape (B, C, L).
        campaign: Which campaign each level belongs to, shape (L,).
        campaign_kes: What a campaign costs in an area, shape (C, N).
        online: Whether a level needs the visit type to be online, shape (B, C, L).
        online_kes: What keeping a visit type online costs, shape (B,).
        steps: The counters on offer in each network.
    """

    network_kes: Array
    network_saved: Array
    saved: Array
    use_kes: Array
    campaign: NDArray[np.int64]
    campaign_kes: Array
    online: NDArray[np.bool_]
    online_kes: Array
    steps: tuple[Steps, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Package:
    """What to buy, and what is proved of it.

    Attributes:
        network: k.
        level: Of each visit type and area, shape (B, C).
        campaign: Of each area, shape (C,).
        steps: Which steps of the network's counters, shape (M,).
        saved: What customers save a year.
        kes: What it costs a year.
        bound: Proved: no package within the budget saves more.
        seconds: How long it took.
    """

    network: int
    level: NDArray[np.int64]
    campaign: NDArray[np.int64]
    steps: NDArray[np.bool_]
    saved: float
    kes: float
    bound: float
    seconds: float = 0.0

    @property
    def gap(self) -> float:
        """By which share of what is saved a better package could save more; 0 where proved."""
        above = self.bound - self.saved
        if math.isinf(above):
            return math.inf
        if above <= ROUNDING * max(1.0, abs(self.bound)):
            return 0.0
        return above / abs(self.saved) if self.saved else math.inf


def package_of(
    problem: PackageProblem,
    network: int,
    level: NDArray[np.int64],
    steps: NDArray[np.bool_],
) -> Package:
    """A package with its figures summed from the problem; its bound is what it saves itself.

    Args:
        problem: What is on offer.
        network: k.
        level: Of each visit type and area, shape (B, C); all of an area in one campaign.
        steps: Which steps of the network's counters, shape (M,).
    """
    kinds, areas = level.shape
    b, c = np.indices((kinds, areas))
    campaign = problem.campaign[level[0]] if kinds else np.zeros(areas, dtype=np.int64)
    used = problem.online[b, c, level].any(axis=1)
    offered = problem.steps[network]
    saved = (
        float(problem.network_saved[network])
        + float(problem.saved[network, b, c, level].sum())
        + float(offered.saved[steps].sum())
    )
    kes = (
        float(problem.network_kes[network])
        + float(problem.use_kes[b, c, level].sum())
        + float(problem.campaign_kes[np.arange(areas), campaign].sum())
        + float(problem.online_kes[used].sum())
        + float(offered.kes[steps].sum())
    )
    return Package(network, level, campaign, steps, saved, kes, saved)
