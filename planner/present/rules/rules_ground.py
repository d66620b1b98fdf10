"""What rules leave to choose, worked out by simple arithmetic: what must be, and what could be."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from planner.problem import PlanningProblem

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Ground:
    """What rules leave to choose, worked out once; sites J, services S, areas C."""

    problem: PlanningProblem

    @cached_property
    def closed(self) -> Bools:
        """Sites that are locked closed, shape (J,)."""
        return self._sites(self.problem.rules.locked_closed)

    @cached_property
    def required(self) -> Bools:
        """Offers that locks ask for, shape (J, S)."""
        cells = np.zeros_like(self.problem.today)
        for j, s in self.problem.rules.locked_offered:
            cells[j, s] = True
        return cells

    @cached_property
    def stays(self) -> Bools:
        """Today's branches that stay, shape (J,)."""
        may_close = self.problem.rules.existing == "may_close"
        return np.asarray(self.problem.existing & ~self.closed & (not may_close))

    @cached_property
    def must(self) -> Bools:
        """Sites that every plan opens, shape (J,)."""
        locked = self._sites(self.problem.rules.locked_open)
        return np.asarray(self.stays | ((locked | self.required.any(axis=1)) & ~self.closed))

    @cached_property
    def offered(self) -> Bools:
        """Offers that every plan has, shape (J, S)."""
        problem = self.problem
        kept = problem.today & self.stays[:, None]
        if problem.rules.existing != "keep" and problem.rules.mix != "as_listed":
            kept = np.zeros_like(kept)
        return np.asarray(kept | self.required)

    @cached_property
    def formats(self) -> Bools:
        """Formats that a site may take, shape (J, F)."""
        allowed = self.problem.format_allowed.copy()
        for j, chosen in (self.problem.rules.locked_format or {}).items():
            allowed[j, np.arange(allowed.shape[1]) != chosen] = False
        return np.asarray(allowed)

    @cached_property
    def could_offer(self) -> Bools:
        """Offers that some plan may have, shape (J, S)."""
        problem, rules = self.problem, self.problem.rules
        able = (self.formats @ problem.format_services) & ~self.closed[:, None]
        if rules.mix == "as_listed":
            able &= problem.today
        for j, s in rules.locked_withheld:
            able[j, s] = False
        return np.asarray(able)

    @cached_property
    def could_open(self) -> Bools:
        """Sites that some plan may open, shape (J,)."""
        return np.asarray(self.could_offer.any(axis=1))

    @cached_property
    def floor(self) -> Ints:
        """Least branches of each area, shape (C,)."""
        rules = self.problem.rules
        least = np.full(len(self.problem.area_codes), rules.floor_branches, dtype=np.int64)
        for area, count in (rules.floor_areas or {}).items():
            least[area] = count
        most_of_a_service = max((rules.floor_services or {}).values(), default=0)
        return np.maximum(least, most_of_a_service)

    def by_area(self, sites: Bools) -> Ints:
        """How many of some sites lie in each area, shape (C,)."""
        count = len(self.problem.area_codes)
        return np.bincount(self.problem.site_area[sites], minlength=count)

    @cached_property
    def least(self) -> int:
        """Branches that every plan has at least, by locks, floors and the least count."""
        by_area = int(np.maximum(self.by_area(self.must), self.floor).sum())
        return max(by_area, self.problem.rules.branches_min or 0)

    @cached_property
    def least_new(self) -> int:
        """New branches that every plan has at least."""
        today = self.problem.existing & self.could_open
        locked_new = self.by_area(self.must & ~self.problem.existing)
        by_area = np.maximum(locked_new, self.floor - self.by_area(today)).sum()
        return max(0, int(by_area), self.least - int(today.sum()))

    @cached_property
    def fresh(self) -> Bools:
        """Sites without a branch today that some plan may open, shape (J,)."""
        return np.asarray(self.could_open & ~self.problem.existing)

    def cheapest(self, cost: Ints) -> Ints:
        """The cost by format, of each site in its cheapest, shape (J,)."""
        return self._best(cost, np.iinfo(np.int64).max, np.min)

    def largest(self, size: Floats) -> Floats:
        """The size by format, of each site in its largest, shape (J,)."""
        return self._best(size, 0.0, np.max)

    def _best(self, values: NDArray, else_: float, choose: object) -> NDArray:  # type: ignore[type-arg]
        allowed = np.where(self.formats, values, else_)
        return np.asarray(choose(allowed, axis=1))  # type: ignore[operator]

    def _sites(self, positions: frozenset[int]) -> Bools:
        mask = np.zeros(len(self.problem.site_ids), dtype=np.bool_)
        mask[sorted(positions)] = True
        return mask
