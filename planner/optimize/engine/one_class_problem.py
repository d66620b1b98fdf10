"""Says when a planning problem is one of a single demand class, and turns its answer back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.optimize.engine.neighbours import from_matrix
from planner.optimize.engine.one_class import Ints, Result, solve_one_class
from planner.optimize.network import Network
from planner.optimize.sets import ModelSets
from planner.problem import PlanningProblem

FULL_LISTS = 4_000_000  # pairs up to which every site is listed for every point
LISTED = 10  # else so many times sites / branches, at least LISTED_LEAST
LISTED_LEAST = 100


@dataclass(frozen=True, slots=True, eq=False)
class OneClass:
    """A problem whose visits all need the same services, with nothing else to decide.

    Attributes:
        impedance: From points to able sites, shape (I, A).
        visits: Yearly visits per point, shape (I,).
        able: The sites that may be branches, shape (A,).
        open_sites: Positions among `able` of those that must be.
        fixed_cost: Yearly cost of a branch with its offerings, where the objective counts it.
        count: Least and most number of branches.
        offers: What each site offers when it is open, shape (J, S).
    """

    impedance: NDArray[np.float64]
    visits: NDArray[np.float64]
    able: Ints
    open_sites: Ints
    fixed_cost: NDArray[np.float64]
    count: tuple[int, int]
    offers: NDArray[np.bool_]

    def network(self, sites: Ints) -> Network:
        """The network that opens these positions among `able`."""
        is_open = np.zeros(self.offers.shape[0], dtype=np.bool_)
        is_open[self.able[sites]] = True
        return Network(is_open, self.offers & is_open[:, None])


def one_class_of(problem: PlanningProblem, sets: ModelSets) -> OneClass | None:
    """The problem as one of a single demand class; None when it is not of that kind.

    It is when one set of services is all that anybody needs, duplicates are allowed or cannot
    be, formats are plain, and no rule speaks of money, capacity, standards, floors, tails or
    new branches. Where the objective counts money, the pack must have but one service: else a
    branch could be cheaper with fewer of them.
    """
    rules = problem.rules
    if len(sets.classes) != 1 or sets.cliques or not _has_only_counts(problem):
        return None
    (entry,) = sets.classes
    needs = np.array(entry.needs, dtype=np.int64)
    money = rules.objective == "total_cost"
    if money and len(problem.service_ids) != 1:
        return None
    able = np.flatnonzero(sets.able(entry.needs))
    must = np.flatnonzero(sets.least_open)
    if able.size == 0 or not np.isin(must, able).all():
        return None
    could = problem.impedance[:, sets.could_complete(entry.needs)]
    reach = np.isfinite(problem.impedance[:, able]).any(axis=1)
    stranded = np.isfinite(could).any(axis=1) & ~reach & (entry.visits > 0)
    least = max(rules.branches_min or 0, must.size)
    most = min(able.size if rules.branches_max is None else rules.branches_max, able.size)
    if stranded.any() or least > most:
        return None
    offers = sets.least_offered.copy()
    offers[np.ix_(able, needs)] = True
    fixed = np.zeros(able.size)
    if money:
        fixed += problem.branch_annual_kes[able, 0]
        fixed += problem.offering_annual_kes[np.ix_(able, needs)].sum(axis=1)
    return OneClass(
        impedance=problem.impedance[:, able],
        visits=entry.visits,
        able=able,
        open_sites=np.flatnonzero(np.isin(able, must)),
        fixed_cost=fixed,
        count=(least, most),
        offers=offers,
    )


def _has_only_counts(problem: PlanningProblem) -> bool:
    rules = problem.rules
    return (
        problem.branch_annual_kes.shape[1] == 1
        and rules.tail_share == 0
        and rules.new_max is None
        and rules.capital_max_kes is None
        and rules.annual_max_kes is None
        and not rules.division_capital_max_kes
        and not rules.division_annual_max_kes
        and rules.floor_branches == 0
        and not rules.floor_areas
        and not rules.floor_services
        and rules.capacity == "off"
        and not rules.standards
        and not rules.locked_format
    )


def solve_problem(
    case: OneClass,
    *,
    gap: float,
    seconds: float,
    seed: int = 0,
    on_network: Callable[[float, Network], None] | None = None,
    on_bound: Callable[[float], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> tuple[Result, Network | None]:
    """Solve a problem of one class; see `solve_one_class` for the arguments."""
    nearest = None
    if case.impedance.size > FULL_LISTS:
        branches = max(1, case.count[1])
        nearest = max(LISTED_LEAST, LISTED * case.able.size // branches)

    def tell(value: float, sites: Ints) -> None:
        if on_network is not None:
            on_network(value, case.network(sites))

    result = solve_one_class(
        from_matrix(case.impedance, case.visits, nearest=nearest),
        count=case.count,
        fixed_cost=case.fixed_cost,
        open_sites=case.open_sites,
        gap=gap,
        seconds=seconds,
        seed=seed,
        on_network=tell,
        on_bound=on_bound,
        should_stop=should_stop,
    )
    return result, None if result.sites is None else case.network(result.sites)
