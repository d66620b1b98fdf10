"""Recorded visits in place of the model's: the model only says from where they come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
_ROUNDING = 1e-12
_CLOSE = 0.5  # visits a year
_MOST_STEPS = 5000
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
        off: Visits at each site when all people choose again by the same rule, less those
            recorded, shape (J, B); 0 within half a visit, and where nothing was recorded.
    """

    visits: Array
    at_site: Array
    spread: Array
    off: Array


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

    M(j,b) is what the model sends to j, so that the visits at j are R(j,b) to the last visit. Where
    the people of one point go to several sites (Huff's rule), asked again they would share
    themselves out anew; so the step is repeated on V', up to 5,000 times, until every recorded site
    has R within half a visit when V' chooses again (the multiplicative steps of Richardson and
    Lucy). What the rule cannot reach stays `off`. Nearest choice needs one step. Records of
    origins, or M = 0, are followed in one step: then people come past a branch that the rule would
    send them to.
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
    spread, off = np.zeros(recorded.shape), np.zeros(recorded.shape)
    for b in np.flatnonzero(~np.isnan(recorded).all(axis=0)).tolist():
        share = shares(b)
        sites = np.flatnonzero(share.any(axis=0) | ~np.isnan(recorded[:, b]))  # few of many
        question = _Question(
            share[:, sites],
            recorded[sites, b],
            None if origins is None else origins[sites, b],
            visits[:, b],
            population,
            point_area,
            site_area[sites],
        )
        new[:, b], sent, spread[sites, b] = _followed(question)
        at_site[:, b] = 0.0
        at_site[sites, b] = sent
        missed = np.nan_to_num(new[:, b] @ question.shares - question.recorded)
        off[sites, b] = np.where(np.abs(missed) > _CLOSE, missed, 0.0)
    return Replaced(new, at_site, spread, off)


@dataclass(frozen=True, slots=True, eq=False)
class _Question:
    """One visit type: shares (I, n), what n sites recorded, and from which areas (n, C)."""

    shares: Array
    recorded: Array
    origins: Array | None
    model: Array
    population: Array
    point_area: NDArray[np.int64]
    site_area: NDArray[np.int64]


def _followed(question: _Question) -> tuple[Array, Array, Array]:
    """Visits by point, at each site, and spread ones: steps until people asked again agree."""
    visits, at_site, spread = _step(question, question.model)
    known = ~np.isnan(question.recorded)
    named = question.origins is not None and not np.isnan(question.origins).all()
    if named or spread.any():
        return visits, at_site, spread
    stays = 1.0 - question.shares.sum(axis=1)
    stays[np.abs(stays) < _ROUNDING] = 0.0
    for _ in range(_MOST_STEPS):
        sent = visits @ question.shares
        if (np.abs(sent - question.recorded)[known] <= _CLOSE).all():
            break
        ratio = np.divide(question.recorded, sent, out=np.ones_like(sent), where=known & (sent > 0))
        at_site = sent * ratio
        visits = visits * (question.shares @ ratio + stays)
    return visits, at_site, spread


def _step(question: _Question, visits: Array) -> tuple[Array, Array, Array]:
    """Scales what goes to each recorded site to what was recorded there, once."""
    flow = visits[:, None] * question.shares
    stay = visits - flow.sum(axis=1)
    stay[np.abs(stay) < _ROUNDING * visits] = 0.0
    spread = np.zeros(question.recorded.size)
    areas = question.point_area
    for j in np.flatnonzero(~np.isnan(question.recorded)).tolist():
        came = None if question.origins is None else _came(question.origins[j], areas)
        sent, column = flow[:, j].copy(), np.zeros(areas.size)
        for area, share in ({None: 1.0} if came is None else came).items():
            inside = np.ones(areas.size, dtype=np.bool_) if area is None else areas == area
            wanted, own = float(question.recorded[j]) * share, np.where(inside, sent, 0.0)
            if own.sum() > 0:
                column += own * (wanted / own.sum())
            elif wanted:
                home = areas == (question.site_area[j] if area is None else area)
                column += wanted * _weights(home, question.model, question.population)
                spread[j] += wanted
        flow[:, j] = column
    return stay + flow.sum(axis=1), flow.sum(axis=0), spread


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
