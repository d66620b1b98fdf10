"""Multipliers as plain arrays by kind, so that the search of a neighbour can begin from them.

Any prices in their ranges give a valid bound, so whatever is handed on is clipped to its range, and
a kind whose rows are others is left out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from planner.optimize.engine.bound import (
    Multipliers,
    Relaxation,
    solve_relaxed,
    with_money_priced,
)
from planner.optimize.engine.instance import Bools, Floats, Ints
from planner.plan import Prices


@dataclass(frozen=True, slots=True, eq=False)
class HeadStart:
    """What a run begins from: a network, which may break rules, and prices of another run."""

    network: tuple[Bools, Bools, Ints] | None = None
    prices: Prices | None = None


def prices_of(at: Multipliers) -> Prices:
    """Multipliers by kind."""
    return {
        "reach": at.reach,
        "money": at.money,
        "clique": at.clique,
        "excess": np.array([at.excess]),
        "floor": at.floor,
    }


def multipliers_from(relaxation: Relaxation, prices: Prices, otherwise: Multipliers) -> Multipliers:
    """Multipliers from prices, with money at the better of the price given and the one just kept.

    Args:
        relaxation: The prepared instance.
        prices: Of another run.
        otherwise: What stands for a kind whose rows are others.
    """
    instance = relaxation.instance
    excess = 0.0
    if instance.excess_most is not None:
        excess = float(_taken(prices, "excess", np.array([otherwise.excess]))[0])
    clique = _taken(prices, "clique", otherwise.clique)
    at = Multipliers(
        reach=np.minimum(_taken(prices, "reach", otherwise.reach), instance.rest),
        money=_taken(prices, "money", otherwise.money),
        clique=np.minimum(clique, instance.clique_price + excess),
        excess=excess,
        floor=_taken(prices, "floor", otherwise.floor),
    )
    if not at.money.size:
        return at
    kept = with_money_priced(relaxation, replace(at, money=np.zeros(at.money.size)))
    return max((at, kept), key=lambda one: solve_relaxed(relaxation, one).value)


def _taken(prices: Prices, kind: str, otherwise: Floats) -> Floats:
    """A kind of prices, none below 0; what stands for it where its shape is another."""
    given = prices.get(kind)
    if given is None or given.shape != otherwise.shape or not np.isfinite(given).all():
        return otherwise
    return np.maximum(0.0, given)
