"""Weighted means: of everything, of groups, and of the worst-served tail."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def mean(values: Floats, weights: Floats) -> float | None:
    """The weighted mean; None without weight or where a value that counts is not finite."""
    counts = weights > 0
    total = float(weights[counts].sum())
    return known(float((values[counts] * weights[counts]).sum()) / total) if total > 0 else None


def group_means(group: NDArray[np.int64], values: Floats, weights: Floats, size: int) -> Floats:
    """The weighted mean of each group, shape (size,), nan where nothing counts."""
    total = np.bincount(group, weights=weights, minlength=size)
    summed = np.bincount(group, weights=values * weights, minlength=size)
    means = np.full(size, np.nan)
    np.divide(summed, total, out=means, where=total > 0)
    return means


def tail_mean(values: Floats, weights: Floats, share: float) -> float | None:
    """The mean of the largest values that hold this share of the weight, the last one in part.

    Args:
        values: Shape (n,).
        weights: Shape (n,), >= 0.
        share: Above 0, at most 1.

    Returns:
        The conditional mean of the tail (Rockafellar & Uryasev 2002, with the atom at the
        quantile split); None without weight or where the tail has no finite mean.
    """
    total = float(weights.sum())
    if total <= 0:
        return None
    order = np.argsort(-values, kind="stable")
    mass = share * total
    upto = np.minimum(np.cumsum(weights[order]), mass)
    taken = np.diff(upto, prepend=0.0)
    return mean(values[order], taken)


def known(value: float) -> float | None:
    """The value where it is finite."""
    return float(value) if math.isfinite(value) else None
