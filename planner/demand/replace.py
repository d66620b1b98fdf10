"""Recorded visits in place of the model's: the model only says from where they come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
_ROUNDING = 1e-12
Shares = Callable[[int], Array]  # visit type -> share of each point's visits at each site, (I, J)


@dataclass(frozen=True, slots=True, eq=False)
class Replaced:
    """The visits once the records stand in for the model.

    Attributes:
        visits: Yearly visits by demand point and visit type, shape (I, B).
        at_site: Visits at each site, shape (J, B): the recorded ones to the last visit, else the
            model's; nan for visit types of which nothing was recorded.
        spread: Of them those that were spread over an area, as the model sends nobody to the
            branch from there, shape (J, B). Asked again, these people go elsewhere.
    """

    visits: Array
    at_site: Array
    spread: Array


def replaced(
    visits: Array,
    shares: Shares,
    recorded: Array,
    population: Array,
    point_area: NDArray[np.int64],
    site_area: NDArray[np.int64],
    origins: Array | None = None,
) -> Replaced:
    """V'(i,b) = V (1 - sum_j P) + sum_j V P(i,b,j) x (R(j,b) / M(j,b) where recorded, else 1).

    M(j,b) is what the model sends to j, so that the visits at j are R(j,b) to the last visit.
    Visits that no site can complete (1 - sum_j P) stay as they are. Where origins are recorded,
    R and M are those of each area on its own: R(j,b) x origins(j,b,c), the shares of areas without
    demand points left to the others. Where M is 0 and R is not, the visits are spread over the
    area (the recorded one, else the branch's own) by the model's visits there, where it has none by
    population.

    Args:
        visits: V, yearly visits of the model, shape (I, B).
        shares: P of a visit type by how people choose among today's branches; rows sum to 1 at
            most.
        recorded: R, shape (J, B), nan where nothing was recorded.
        population: Of each point, shape (I,).
        point_area: Area of each point, shape (I,).
        site_area: Area of each site, shape (J,).
        origins: Share of R(j,b) by area, shape (J, B, C), nan where none was recorded.
    """
    new = visits.copy()
    at_site = np.full(recorded.shape, np.nan)
    spread = np.zeros(recorded.shape)
    for b in np.flatnonzero(~np.isnan(recorded).all(axis=0)).tolist():
        flow = visits[:, [b]] * shares(b)
        stay = visits[:, b] - flow.sum(axis=1)
        stay[np.abs(stay) < _ROUNDING * visits[:, b]] = 0.0
        for j in np.flatnonzero(~np.isnan(recorded[:, b])).tolist():
            came = None if origins is None else _came(origins[j, b], point_area)
            sent, column = flow[:, j].copy(), np.zeros(point_area.size)
            for area, share in ({None: 1.0} if came is None else came).items():
                inside = np.ones(point_area.size, bool) if area is None else point_area == area
                wanted, own = float(recorded[j, b]) * share, np.where(inside, sent, 0.0)
                if own.sum() > 0:
                    column += own * (wanted / own.sum())
                elif wanted:
                    home = point_area == (site_area[j] if area is None else area)
                    column += wanted * _weights(home, visits[:, b], population)
                    spread[j, b] += wanted
            flow[:, j] = column
        new[:, b] = stay + flow.sum(axis=1)
        at_site[:, b] = flow.sum(axis=0)
    return Replaced(new, at_site, spread)


def _came(shares: Array, point_area: NDArray[np.int64]) -> dict[int | None, float] | None:
    """The share of each area that has demand points; None where no origin was recorded."""
    areas = np.unique(point_area)
    inside = shares[areas]
    total = inside.sum()
    if not total > 0:  # nan: not recorded
        return None
    return {int(c): float(share / total) for c, share in zip(areas, inside, strict=True)}


def _weights(home: NDArray[np.bool_], visits: Array, population: Array) -> Array:
    """How visits are spread over an area: as the model's, else by population, else equally.

    Without a demand point in the area all points share.
    """
    inside = home if home.any() else np.ones(home.size, dtype=np.bool_)
    for weights in (visits, population):
        own = np.where(inside, weights, 0.0)
        if own.sum() > 0:
            return np.asarray(own / own.sum(), dtype=np.float64)
    return np.asarray(inside / inside.sum(), dtype=np.float64)
