"""Networks: built greedily at given prices of money, and improved by taking away and completing."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from planner.optimize.engine.handles import ground_handle, state_handle
from planner.optimize.engine.instance import Bools, Floats, Instance, Ints
from planner.optimize.engine.search_kernels import improve, rebuild
from planner.optimize.engine.state import Ground, State, empty_state, ground_of


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A network that keeps every rule of an instance, and its objective.

    is_open (J,), offers (J, S), formats (J,), -1 where closed.
    """

    is_open: Bools
    offers: Bools
    formats: Ints
    value: float


@dataclass(frozen=True, slots=True, eq=False)
class Searcher:
    """An instance prepared for the search, with a network that the search changes."""

    ground: Ground
    state: State
    best: State
    _ground: Any
    _state: Any
    _best: Any

    def set_to(self, is_open: Bools, offers: Bools, formats: Ints) -> None:
        """Take a network, whether it keeps the rules or not."""
        chosen = np.where(is_open, formats, 0).astype(np.int64)
        rebuild(self._ground, self._state, is_open.copy(), chosen, offers & is_open[:, None])

    def improve(self, money: Floats, kicks: int, seed: int) -> Found | None:
        """Complete and improve the present network; None when a rule stays broken.

        Args:
            money: Price of a unit of each budget, shape (M,).
            kicks: How many times a part is taken away and the rest completed; 0 only completes.
            seed: For draws.
        """
        state = self._state
        value = improve(self._ground, state, money.copy(), kicks, SLACK, seed, self._best)
        self.set_to(self.best.is_open, self.best.offers, self.best.formats)
        if math.isfinite(value):
            value = float(self.state.sums.sum())  # summed afresh, free of drift
        return _found(self.state, value)


SLACK = 2e-4  # relative: how much worse than the best a network may be that is gone on from


def searcher_of(instance: Instance) -> Searcher:
    """Prepare an instance; its network is what must be open."""
    ground = ground_of(instance)
    state, best = empty_state(ground), empty_state(ground)
    searcher = Searcher(
        ground, state, best, ground_handle(ground), state_handle(state), state_handle(best)
    )
    nothing = np.zeros_like(instance.open_least)
    searcher.set_to(
        nothing, np.zeros_like(instance.offers_least), np.zeros(nothing.size, dtype=np.int64)
    )
    return searcher


def _found(state: State, value: float) -> Found | None:
    if not math.isfinite(value):
        return None
    formats = np.where(state.is_open, state.formats, -1)
    return Found(state.is_open.copy(), state.offers.copy(), formats, float(value))
