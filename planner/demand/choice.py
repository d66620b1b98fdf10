"""How people share themselves out over branches: nearest, by Huff's rule, by what they know.

All of it is worked out for one visit type at a time: a table of shares for 1,450 demand points and
159 sites takes 1.8 MB, one for 10,000 and 1,500 takes 120 MB. A caller with several visit types
goes through them one by one, and hands over only the sites that are open.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def nearest_shares(near: Floats, able: Bools) -> Floats:
    """Everybody at the nearest branch that can complete the visit.

    Args:
        near: What near means, shape (I, J), inf where there is no route.
        able: Which sites can complete the visit, shape (J,).

    Returns:
        Shares, shape (I, J); rows sum to 1, or to 0 where no such branch has a route. Ties go to
        the site that comes first.
    """
    shares = np.zeros(near.shape)
    sites = np.flatnonzero(able)
    if sites.size == 0:
        return shares
    reach = near[:, sites]
    best = reach.argmin(axis=1)
    points = np.flatnonzero(np.isfinite(reach[np.arange(reach.shape[0]), best]))
    shares[points, sites[best[points]]] = 1.0
    return shares


def huff_shares(km: Floats, able: Bools, attraction: Floats, decay: float) -> Floats:
    """P(i,j) = a_j exp(-decay x km_ij) / sum over the branches that can complete the visit.

    Args:
        km: Road kilometres one way, shape (I, J), inf where there is no route.
        able: Which sites can complete the visit, shape (J,).
        attraction: a_j, 0 or more, shape (J,).
        decay: Per kilometre, 0 or more.

    Returns:
        Shares, shape (I, J); rows sum to 1, or to 0 where no such branch that attracts anybody has
        a route. The largest exponent of a row is subtracted, so that no distance is too long.

    Source: D. L. Huff, A probabilistic analysis of shopping center trade areas, Land Economics 39
    (1963), with exp(-decay km) in place of a power of time.
    """
    shares = np.zeros(km.shape)
    sites = np.flatnonzero(able & (attraction > 0))
    if sites.size == 0:
        return shares
    reach = km[:, sites]
    has_route = np.isfinite(reach)
    exponent = np.where(
        has_route, np.log(attraction[sites]) - decay * np.where(has_route, reach, 0.0), -np.inf
    )
    most = exponent.max(axis=1, keepdims=True)
    pull = np.exp(exponent - np.where(np.isfinite(most), most, 0.0))
    total = pull.sum(axis=1, keepdims=True)
    shares[:, sites] = np.divide(pull, total, out=np.zeros_like(pull), where=total > 0)
    return shares


def with_knowledge(all_shares: Floats, known_shares: Floats, knowledge: float) -> Floats:
    """What follows where only some people know the branches that are new.

    Args:
        all_shares: Shares of those who choose among all branches, shape (I, J).
        known_shares: Shares of those who choose among today's branches only, shape (I, J); rows of
            0 where today's network cannot complete the visit.
        knowledge: The share that knows the new branches, 0..1.

    Returns:
        knowledge x all + (1 - knowledge) x known, shape (I, J). Where today's network cannot
        complete the visit, everybody is taken to ask and find the new branches.
    """
    served_today = known_shares.sum(axis=1, keepdims=True) > 0
    mixed = knowledge * all_shares + (1.0 - knowledge) * known_shares
    return np.asarray(np.where(served_today, mixed, all_shares), dtype=np.float64)
