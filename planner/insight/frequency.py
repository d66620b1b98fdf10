"""How often a site is chosen, and a service there, over many plans that were each asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from planner.insight.changes import must_be
from planner.plan import Plan
from planner.problem import PlanningProblem

Family = Literal["given", "ties", "figures", "lost", "lost_today"]
FAMILIES: tuple[Family, ...] = get_args(Family)
HowOften = Literal["always", "mostly", "sometimes", "here", "never"]


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """One plan that was found on the way.

    Attributes:
        key: Names it among all others.
        family: given (the plan that is asked about), ties (almost as good), figures (the best
            with a figure at its low or high end), lost (the best without one of its branches),
            lost_today (the same of a branch of today).
        plan: The plan.
        barred: The site that its question did not let it open; None for none.
    """

    key: str
    family: Family
    plan: Plan
    barred: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """Counts over some of the plans.

    Attributes:
        plans: How many plans.
        asked: In how many of them each site was open to choice, shape (J,).
        open_count: In how many each site is open, shape (J,).
        offer_count: In how many each offering is, shape (J, S).
    """

    plans: int
    asked: NDArray[np.int64]
    open_count: NDArray[np.int64]
    offer_count: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Frequency:
    """How often sites and offerings are chosen.

    Attributes:
        given: The plan that is asked about.
        families: The counts of each family that has plans.
        whole: Those over all plans, each counted once.
        fixed: Sites that the rules themselves ask for, shape (J,).
        fixed_offers: Offerings likewise, shape (J, S).
    """

    given: Plan
    families: dict[Family, Tally]
    whole: Tally
    fixed: NDArray[np.bool_]
    fixed_offers: NDArray[np.bool_]

    def share(self, site: int, service: int | None = None) -> float:
        """Share of the plans that could have it and do; 0 where none could."""
        asked = int(self.whole.asked[site])
        return self._count(site, service) / asked if asked else 0.0

    def how_often(self, site: int, service: int | None = None) -> HowOften:
        """In words: always, mostly (more than half), sometimes, here (only the given plan)."""
        count, asked = self._count(site, service), int(self.whole.asked[site])
        given = self.given.is_open[site] if service is None else self.given.offers[site, service]
        if count == 0:
            return "never"
        if count == asked and asked > 1:
            return "always"
        if count == 1 and given:
            return "here"
        return "mostly" if 2 * count > asked else "sometimes"

    def _count(self, site: int, service: int | None) -> int:
        whole = self.whole
        found = whole.open_count[site] if service is None else whole.offer_count[site, service]
        return int(found)


def frequency(problem: PlanningProblem, choices: Sequence[Choice]) -> Frequency:
    """Count the plans that open each site and make each offering.

    A plan that was asked for without a site does not count for that site, neither as open nor
    as closed.

    Args:
        problem: The question of the given plan.
        choices: The plans; the given one first.
    """
    sites, services = len(problem.site_ids), len(problem.service_ids)
    groups: dict[Family, list[Choice]] = {family: [] for family in FAMILIES}
    for choice in choices:
        groups[choice.family].append(choice)
    return Frequency(
        given=choices[0].plan,
        families={family: _tally(group, (sites, services)) for family, group in groups.items()
                  if group},
        whole=_tally(choices, (sites, services)),
        fixed=np.array([must_be(problem, j) for j in range(sites)], dtype=np.bool_),
        fixed_offers=np.array(
            [[must_be(problem, j, s) for s in range(services)] for j in range(sites)],
            dtype=np.bool_,
        ).reshape(sites, services),
    )  # fmt: skip


def _tally(choices: Sequence[Choice], shape: tuple[int, int]) -> Tally:
    asked = np.full(shape[0], len(choices), dtype=np.int64)
    opened, offered = np.zeros(shape[0], dtype=np.int64), np.zeros(shape, dtype=np.int64)
    for choice in choices:
        if choice.barred is not None:
            asked[choice.barred] -= 1
        opened += choice.plan.is_open
        offered += choice.plan.offers & choice.plan.is_open[:, None]
    return Tally(len(choices), asked, opened, offered)
