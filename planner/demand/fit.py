"""Huff's rule fitted to counts by branch: the decay, and an attraction for each branch asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.demand.choice import huff_shares

Floats = NDArray[np.float64]

LEAST_DECAY, MOST_DECAY = 1e-6, 1.0  # a kilometre: distance is nothing, or everything
MOST_ATTRACTION = 1000.0
_STARTS = (0.003, 0.01, 0.03, 0.1)  # decays to start from: the likelihood may have several hills


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """Huff's rule as fitted, for the n branches that are open.

    Attributes:
        decay: Per kilometre.
        attraction: Shape (n,), 1 where it was not asked.
        asked: Positions of the branches whose attraction was fitted.
        shares: Share of all visits that each branch gets, shape (n,).
        log_likelihood: Of the counts, without the constant of the arrangement.
        left_out: Share of all visits that a fit gives each counted branch without knowing its
            count, shape (n,); nan where its own attraction was asked, which no other count can
            tell, where it was not counted, and where too few others were.
        at_limit: Whether a value ran into the limits of the search, so that the counts do not
            tell it.
    """

    decay: float
    attraction: Floats
    asked: tuple[int, ...]
    shares: Floats
    log_likelihood: float
    left_out: Floats
    at_limit: bool

    @property
    def free_values(self) -> int:
        """How many values were fitted."""
        return 1 + len(self.asked)


def visits_by_branch(km: Floats, visits: Floats, attraction: Floats, decay: float) -> Floats:
    """Share of all visits that each branch gets by Huff's rule, shape (n,).

    They sum to 1, or to 0 where nobody has a route.

    Args:
        km: Road kilometres, shape (I, n), inf for no route.
        visits: Yearly visits of each demand point, shape (I,).
        attraction: Shape (n,).
        decay: Per kilometre.
    """
    everywhere = np.ones(km.shape[1], dtype=np.bool_)
    sent = np.asarray(visits @ huff_shares(km, everywhere, attraction, decay), dtype=np.float64)
    return sent / max(float(sent.sum()), np.finfo(np.float64).tiny)


def fit_choice(
    km: Floats,
    visits: Floats,
    counts: Floats,
    asked: Sequence[int],
    counted: NDArray[np.bool_] | None = None,
) -> Fit | None:
    """The decay and attractions under which the counts are likeliest (multinomial).

    Args:
        km: Road kilometres from each demand point to each open branch, shape (I, n).
        visits: Yearly visits of each demand point, shape (I,).
        counts: What each branch was counted to do, shape (n,).
        asked: Positions of the branches that get an attraction of their own; the others have 1.
        counted: Which branches were counted, shape (n,); all when left out. The others are open
            and say nothing.

    Returns:
        The fit; None where the counts are too few to tell so many values. Of n counts only n - 1
        shares are free.
    """
    known = np.ones(counts.size, dtype=np.bool_) if counted is None else counted
    free = 1 + len(asked)
    if known.sum() - 1 < free or counts[known].sum() <= 0:
        return None
    decay, attraction, likelihood = _likeliest(km, visits, counts, asked, known)
    left_out = np.full(counts.size, np.nan)
    for j in sorted(set(np.flatnonzero(known).tolist()) - set(asked)):
        others = known.copy()
        others[j] = False
        if others.sum() - 1 >= free and counts[others].sum() > 0:
            own_decay, own_attraction, _ = _likeliest(km, visits, counts, asked, others)
            left_out[j] = visits_by_branch(km, visits, own_attraction, own_decay)[j]
    own = attraction[list(asked)]
    return Fit(
        decay,
        attraction,
        tuple(asked),
        visits_by_branch(km, visits, attraction, decay),
        likelihood,
        left_out,
        bool(
            not 1.01 * LEAST_DECAY < decay < 0.99 * MOST_DECAY
            or (own > 0.99 * MOST_ATTRACTION).any()
            or (own < 1.01 / MOST_ATTRACTION).any()
        ),
    )


def _likeliest(
    km: Floats,
    visits: Floats,
    counts: Floats,
    asked: Sequence[int],
    counted: NDArray[np.bool_],
) -> tuple[float, Floats, float]:
    """Decay, attractions and log-likelihood of those counts, given that they fell on `counted`."""
    from scipy.optimize import minimize  # noqa: PLC0415 - few pages need it, and it loads long

    edge = np.log(MOST_ATTRACTION)

    def values(free: Floats) -> tuple[float, Floats]:
        attraction = np.ones(counts.size)
        attraction[list(asked)] = np.exp(free[1:])
        return float(np.exp(free[0])), attraction

    def unlikely(free: Floats) -> float:
        decay, attraction = values(free)
        shares = visits_by_branch(km, visits, attraction, decay)[counted]
        told = np.log(np.maximum(shares / max(float(shares.sum()), 1e-300), 1e-300))
        return -float((counts[counted] * told).sum())

    scale = float(counts[counted].sum())
    bounds = [(np.log(LEAST_DECAY), np.log(MOST_DECAY)), *[(-edge, edge)] * len(asked)]
    found = [
        minimize(
            lambda free: unlikely(free) / scale,
            np.array([np.log(start), *[0.0] * len(asked)]),
            method="L-BFGS-B",
            bounds=bounds,
            options={"ftol": 1e-14, "gtol": 1e-9, "maxiter": 500},
        )
        for start in _STARTS
    ]
    best = min(found, key=lambda each: float(each.fun))
    decay, attraction = values(np.asarray(best.x, dtype=np.float64))
    return decay, attraction, -float(best.fun) * scale
