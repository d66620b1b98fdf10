"""Networks: built greedily at given prices of money, and improved by taking away and completing."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from planner.optimize.engine.compiled import ready
from planner.optimize.engine.handles import ground_handle, state_handle
from planner.optimize.engine.instance import Bools, Floats, Instance, Ints
from planner.optimize.engine.search_kernels import (
    EXCESS,
    EXCESS_MOST,
    LEAST,
    MOST,
    NEVER,
    NEW,
    NEW_MOST,
    OPEN,
    TO_CLOSE,
    TO_DROP,
    TO_OFFER,
    TO_OPEN,
    TO_WITHHOLD,
    UNMET,
    UNSERVED,
    change,
    count_rows,
    fill,
    losses,
)
from planner.optimize.engine.state import Ground, State, empty_state, ground_of

SLACK = 2e-4  # relative: how much worse than the best a network may be that is gone on from
NOISE = 0.2  # relative: how far the worth of a site is off while a network is being changed
DRAWS = 20  # draws for a neighbour


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
    _ground: Any
    _state: Any

    def set_to(self, is_open: Bools, offers: Bools, formats: Ints) -> None:
        """Take a network, whether it keeps the rules or not; everything is computed afresh."""
        ground, state = self.ground, self.state
        for array in state:
            array[...] = 0
        for array in (state.at, state.second_at):
            array[...] = -1
        for array in (state.near, state.second):  # no row counts while offerings are set
            array[...] = NEVER
        state.numbers[UNMET] = ground.floor_least[ground.floor_of_branches].sum()
        state.lack[...] = ground.needs.sum(axis=1)[:, None]
        self._open(np.flatnonzero(is_open), formats)
        self._change(TO_OFFER, *np.nonzero(offers & is_open[:, None]))
        count_rows(self._ground, self._state)

    def improve(
        self, money: Floats, kicks: int, seed: int, *, enough: float = -math.inf
    ) -> Found | None:
        """Complete and improve the present network; None when a rule stays broken.

        Large neighbourhood search (Shaw 1998): a network that is hardly worse than the best is
        gone on from.

        Args:
            money: Price of a unit of each budget, shape (M,).
            kicks: How many times a part is taken away and the rest completed; 0 only completes.
            seed: For draws.
            enough: A value that ends the search.
        """
        draw = np.random.default_rng(seed)
        sites = self.state.is_open.size
        self._complete(money, np.full(sites, math.inf), np.zeros(sites))
        record = now = self._value(math.inf)
        best = here = self._network()
        for _ in range(kicks):
            if record <= enough:
                break
            line = self._take_away(draw)
            self._complete(money, line, NOISE * (draw.random(sites) - 0.5))
            most = max(now, record * (1.0 + SLACK))
            value = self._value(most)
            if value < most:
                now, here = value, self._network()
                if value < record * (1.0 - 1e-12):
                    record, best = value, here
            else:
                self._go_back(*here)
        self.set_to(*best)
        value = self._value(math.inf)  # summed afresh, free of drift
        if math.isinf(value):
            return None
        formats = np.where(self.state.is_open, self.state.formats, -1)
        return Found(best[0], best[1], formats, value)

    # -- what a network is ------------------------------------------------------------------

    def _network(self) -> tuple[Bools, Bools, Ints]:
        state = self.state
        return state.is_open.copy(), state.offers.copy(), state.formats.copy()

    def _value(self, most: float) -> float:
        """The objective; inf where it is `most` or more, or a rule is broken."""
        value = float(self.state.sums[0] + self.state.sums[1])
        return value if value < most and self._keeps_rules() else math.inf

    def _keeps_rules(self) -> bool:
        ground, state = self.ground, self.state
        limits, numbers = ground.limits.tolist(), state.numbers.tolist()
        if numbers[UNSERVED] > 0 or not limits[LEAST] <= numbers[OPEN] <= limits[MOST]:
            return False
        if numbers[NEW] > limits[NEW_MOST] or 0 <= limits[EXCESS_MOST] < numbers[EXCESS]:
            return False
        beyond = state.clique_count > ground.clique_allowed
        if (
            (state.spend > ground.budget_limit).any()
            or (state.floor_count < ground.floor_least).any()
            or (beyond & np.isinf(ground.clique_price)).any()
            or (ground.open_least & ~state.is_open).any()
        ):
            return False
        opened = np.flatnonzero(state.is_open)
        offers, formats = state.offers[opened], state.formats[opened]
        could = ground.offers_most[opened] & ground.format_services[formats]
        return bool(
            ground.open_most[opened].all()
            and ground.format_allowed[opened, formats].all()
            and not (offers & ~could).any()
            and not (ground.offers_least[opened] & ~offers).any()
            and offers.any(axis=1).all()
        )

    # -- changes ----------------------------------------------------------------------------

    def _change(self, what: int, where: Ints, which: Ints) -> None:
        if where.size:
            kinds = np.full(where.size, what, dtype=np.int64)
            change(self._ground, self._state, kinds, where, which)

    def _open(self, sites: Ints, formats: Ints) -> None:
        self._change(TO_OPEN, sites, formats[sites].astype(np.int64))

    def _close(self, sites: Ints) -> None:
        self._change(TO_CLOSE, sites, sites)

    def _drop_where_free(self, taken: Bools) -> None:
        """Drop these offerings, shape (J, S), one by one, as far as no rule keeps them."""
        self._change(TO_DROP, *np.nonzero(taken & self.state.offers))

    def _go_back(self, is_open: Bools, offers: Bools, formats: Ints) -> None:
        """Go back to a network that is not far from the present one."""
        state = self.state
        self._close(np.flatnonzero(state.is_open & ~(is_open & (formats == state.formats))))
        self._open(np.flatnonzero(is_open & ~state.is_open), formats)
        self._change(TO_WITHHOLD, *np.nonzero(state.offers & ~offers))
        self._change(TO_OFFER, *np.nonzero(offers & ~state.offers))

    def _losses(self) -> tuple[Floats, Floats]:
        """What dropping an offering (J, S) and closing a branch (J,) lose; inf if it may not be."""
        dropping, closing = np.empty(self.state.offers.shape), np.empty(self.state.is_open.shape)
        losses(self._ground, self._state, dropping, closing)
        return dropping, closing

    # -- completing -------------------------------------------------------------------------

    def _complete(self, price: Floats, line: Floats, shake: Floats) -> None:
        """Make the best of a network that something was taken from.

        By priced worth, once more after pruning, and then for the money that is left.

        Args:
            price: Of a unit of each budget, shape (M,).
            line: inf for sites that may get something back at first, else 0, shape (J,).
            shake: How far the worth of each site is off, relative, shape (J,).
        """
        self._afford()
        free = np.zeros(0)
        everywhere = np.full(line.size, math.inf)
        self._fill(price, free, line, shake)
        self._meet_service_floors(price)
        if self._prune(price):
            self._fill(price, free, everywhere.copy(), shake)
        if price.size:
            self._fill(np.zeros_like(price), price, everywhere, shake)

    def _fill(self, price: Floats, dear: Floats, line: Floats, shake: Floats) -> None:
        sites, services = self.state.offers.shape
        seen = np.full(sites, -1, dtype=np.int64)
        mix, pick, want = (np.zeros(services, dtype=np.bool_) for _ in range(3))
        fill(self._ground, self._state, price, dear, line, shake, seen, mix, pick, want)

    def _prune(self, price: Floats) -> bool:
        """Close and drop what costs more than it is worth, and what nobody uses."""
        changed = False
        while True:
            dropping, closing = self._losses()
            j = int(closing.argmin())
            if closing[j] < 0.0:
                self._close(np.array([j]))
            else:
                item = int(dropping.argmin())
                j, v = divmod(item, dropping.shape[1])
                spared = float(price @ self.ground.budget_offering[:, j, v])
                if dropping[j, v] > 0.0 or (dropping[j, v] == 0.0 and spared <= 0.0):
                    return changed
                self._change(TO_DROP, np.array([j]), np.array([v]))
            changed = True

    def _missing(self) -> int:
        """How many branches counts and floors still ask for."""
        numbers = self.state.numbers
        return max(0, int(self.ground.limits[LEAST] - numbers[OPEN]), int(numbers[UNMET]))

    def _afford(self) -> None:
        """Drop what is worth least for its money until the budgets bear what is still to come."""
        ground, state = self.ground, self.state
        for m in range(ground.budget_limit.size):
            of_offerings = ground.budget_offering[m]
            while state.spend[m] + self._missing() * ground.reserve[m] > ground.budget_limit[m]:
                dropping, closing = self._losses()
                at = np.arange(state.is_open.size)
                of_branches = ground.budget_branch[m, at, state.formats]
                of_branches = of_branches + (of_offerings * state.offers).sum(axis=1)
                gone = _for_the_money(dropping, of_offerings)
                closed = _for_the_money(closing, of_branches)
                item, j = int(gone.argmin()), int(closed.argmin())
                if math.isinf(min(gone.flat[item], closed[j])):
                    break
                if gone.flat[item] <= closed[j]:
                    where, which = divmod(item, dropping.shape[1])
                    self._change(TO_DROP, np.array([where]), np.array([which]))
                else:
                    self._close(np.array([j]))

    def _meet_service_floors(self, price: Floats) -> None:
        """Add the cheapest offerings at open branches where a floor of a service asks for more."""
        ground, state = self.ground, self.state
        shape = state.offers.shape
        while True:
            short = (state.floor_count < ground.floor_least) & ~ground.floor_of_branches
            if not short.any():
                return
            helps = _by_item(ground.item_floor_start, short[ground.item_floor]).reshape(shape) > 0
            can = helps & state.is_open[:, None] & ~state.offers & ground.offers_most
            can &= ground.format_services[state.formats]
            bound = ground.budget_limit - state.spend - self._missing() * ground.reserve
            can &= (ground.budget_offering <= bound[:, None, None]).all(axis=0)
            full = state.clique_count >= ground.clique_allowed
            more = _by_item(ground.item_clique_start, full[ground.item_clique]).reshape(shape)
            if ground.limits[EXCESS_MOST] >= 0:
                can &= state.numbers[EXCESS] + more <= ground.limits[EXCESS_MOST]
            dear = np.where(full, ground.clique_price, 0.0)[ground.item_clique]
            cost = ground.offering_cost + np.tensordot(price, ground.budget_offering, 1)
            cost = cost + _by_item(ground.item_clique_start, dear).reshape(shape)
            item = int(np.where(can, cost, math.inf).argmin())
            j, v = divmod(item, shape[1])
            if not can[j, v] or math.isinf(cost[j, v]):
                return
            self._change(TO_OFFER, np.array([j]), np.array([v]))

    # -- taking away ------------------------------------------------------------------------

    def _take_away(self, draw: np.random.Generator) -> Floats:
        """Close or drop a part of the network, drawn at random.

        Returns a line for `_complete`: without most of the sites that were closed.
        """
        state = self.state
        line = np.full(state.is_open.size, math.inf)
        opened = np.flatnonzero(state.is_open)
        if not opened.size:
            return line
        kind, j = draw.random(), int(draw.choice(opened))
        if kind < 0.55:
            for _ in range(1 if kind < 0.3 else int(draw.integers(2, 4))):
                other = self._neighbour(draw, j)
                if self.ground.open_least[j]:
                    self._strip(j)
                else:
                    self._close(np.array([j]))
                    line[j] = 0.0 if draw.random() < 0.8 else math.inf
                opened = np.flatnonzero(state.is_open)
                if other < 0 and opened.size:
                    other = int(draw.choice(opened))
                if other < 0:
                    break
                j = other
        elif kind < 0.7:
            taken = np.zeros_like(state.offers)
            v = int(draw.integers(taken.shape[1]))
            taken[:, v] = draw.random(state.is_open.size) < 0.3
            self._drop_where_free(taken)
        elif kind < 0.85:
            share = 0.02 + 0.1 * draw.random()
            self._drop_where_free(draw.random(state.offers.shape) < share)
        else:
            for _ in range(int(draw.integers(1, 4))):
                self._strip(j)
                j = self._neighbour(draw, j)
                if j < 0:
                    break
        return line

    def _neighbour(self, draw: np.random.Generator, j: int) -> int:
        """A branch that is second-nearest to some row of j, drawn at random; -1 without one."""
        ground, state = self.ground, self.state
        first, last = int(ground.begin[j]), int(ground.begin[j + 1])
        if first == last:
            return -1
        points = ground.point[draw.integers(first, last, DRAWS)]
        classes = draw.integers(0, state.at.shape[0], DRAWS)
        second = state.second_at[classes, points]
        fits = np.flatnonzero((state.at[classes, points] == j) & (second >= 0))
        return int(second[fits[0]]) if fits.size else -1

    def _strip(self, j: int) -> None:
        """Drop all that j need not offer."""
        taken = np.zeros_like(self.state.offers)
        taken[j] = True
        self._drop_where_free(taken)


def _by_item(start: Ints, values: np.ndarray) -> Floats:
    """The sums of the values that each offering owns."""
    item = np.repeat(np.arange(start.size - 1), np.diff(start))
    sums = np.bincount(item, values.astype(np.float64), minlength=start.size - 1)
    return np.asarray(sums, dtype=np.float64)


def _for_the_money(loss: Floats, money: Ints) -> Floats:
    """Loss for a unit of money; inf where no money comes back."""
    gives = money > 0
    return np.where(gives, loss / np.where(gives, money, 1), math.inf)


def searcher_of(instance: Instance) -> Searcher:
    """Prepare an instance; its network has no branch."""
    ready()
    ground = ground_of(instance)
    state = empty_state(ground)
    searcher = Searcher(ground, state, ground_handle(ground), state_handle(state))
    nothing = np.zeros_like(instance.open_least)
    searcher.set_to(nothing, np.zeros_like(instance.offers_least), nothing.astype(np.int64))
    return searcher
