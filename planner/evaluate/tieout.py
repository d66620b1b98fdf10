"""The model held against what was counted: does each rule of choice give the branches their loads?

A count belongs to the branches that were open then, so only they are open here. Shares are
compared: a count of one day says how people divide, not how many come in a year.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from planner.demand.choice import nearest_shares
from planner.demand.fit import Fit, fit_choice, visits_by_branch
from planner.demand.records import recorded_year
from planner.demand.visits import yearly_visits
from planner.evaluate.choice import attraction_of
from planner.evaluate.flows import Floats
from planner.pack.customer_types import Choice, StationCounts
from planner.pack.types import Pack
from planner.problem import PlanningProblem

TOLERANCE = 0.05  # of total variation: at most 5 visits in 100 at another branch than recorded
Modelling = Literal["nearest", "huff", "fitted"]
Basis = Literal["counts", "records"]


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """Counts by branch to hold the model against.

    Attributes:
        visit_type: Position of the visit type that was counted.
        basis: `counts` of the pack's stations, or its daily `records`.
        what: What was counted, in words; `when` likewise.
        sites: Positions of the counted branches, shape (n,).
        counts: What each was counted to do, shape (n,), in all more than 0.
        open_sites: Positions of all branches open then, the counted ones first, shape (m,).
        what_sw: `what` in Kiswahili, or nothing.
    """

    visit_type: int
    basis: Basis
    what: str
    when: str
    sites: NDArray[np.int64]
    counts: Floats
    open_sites: NDArray[np.int64]
    what_sw: str = ""

    @property
    def shares(self) -> Floats:
        """What was recorded, as shares, shape (n,)."""
        return np.asarray(self.counts / self.counts.sum(), dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """One rule of choice against the counts.

    Attributes:
        rule: `nearest`, `huff` with the pack's figures, or `fitted` to these very counts.
        shares: Modelled shares among the counted branches, shape (n,).
        off: Modelled less recorded, shape (n,).
        missed: Total variation, half the sum of |off|: the share of visits at the wrong branch.
        worst: Position among the counted branches of the largest miss.
        agrees: Whether `missed` is within the tolerance.
    """

    rule: Modelling
    shares: Floats
    off: Floats
    missed: float
    worst: int
    agrees: bool


@dataclass(frozen=True, slots=True, eq=False)
class TieOut:
    """The model held against one set of counts.

    `fit`: Huff's rule refitted to the counts, over `counted.open_sites`; None where the counts are
    too few, or nobody asked.
    """

    counted: Counted
    tolerance: float
    held: tuple[Held, ...]
    fit: Fit | None

    def of(self, rule: Modelling) -> Held | None:
        """What one rule gives, None where it was not tried."""
        return next((each for each in self.held if each.rule == rule), None)


def counted_stations(problem: PlanningProblem, stations: StationCounts) -> Counted:
    """A pack's station counts as positions."""
    sites = np.array([problem.site_ids.index(entry.site) for entry in stations.counts])
    return Counted(
        problem.visit_type_ids.index(stations.visit_type),
        "counts",
        stations.what,
        stations.when,
        sites,
        np.array([entry.count for entry in stations.counts], dtype=np.float64),
        sites,
        stations.what_sw,
    )


def counted_records(pack: Pack, problem: PlanningProblem) -> tuple[Counted, ...]:
    """A year by the pack's daily records, for every visit type recorded at two branches or more.

    All of today's branches are open then; those without records say nothing.
    """
    year, records = recorded_year(pack), pack.work_records
    if year is None or records is None:
        return ()
    days = (date.fromordinal(int(day)) for day in (records.day.min(), records.day.max()))
    when = " to ".join(day.isoformat() for day in days)
    found = []
    for b, kind in enumerate(pack.visit_types):
        able = problem.existing & problem.today[:, problem.needs[b]].all(axis=1)
        is_counted = able & ~np.isnan(year.mode[:, b])
        sites, others = np.flatnonzero(is_counted), np.flatnonzero(able & ~is_counted)
        counts = year.mode[sites, b]
        if sites.size > 1 and counts.sum() > 0:
            order = np.concatenate([sites, others])
            found.append(Counted(b, "records", kind.name, when, sites, counts, order, kind.name_sw))
    return tuple(found)


def tie_outs(
    pack: Pack, problem: PlanningProblem, *, tolerance: float = TOLERANCE, fit: bool = False
) -> tuple[TieOut, ...]:
    """The model held against everything that the pack has counted.

    Args:
        pack: The pack; its own yearly visits count, not those of a scenario.
        problem: A problem of the pack, for its travel.
        tolerance: The total variation up to which a rule agrees.
        fit: Whether to refit Huff's rule as well.
    """
    every = [] if pack.stations is None else [counted_stations(problem, pack.stations)]
    every += counted_records(pack, problem)
    if not every:
        return ()
    visits, choice = yearly_visits(pack).mode, pack.customers.choice
    return tuple(tie_out(problem, visits, each, choice, tolerance, fit=fit) for each in every)


def tie_out(
    problem: PlanningProblem,
    visits: Floats,
    counted: Counted,
    choice: Choice | None,
    tolerance: float = TOLERANCE,
    *,
    fit: bool = False,
) -> TieOut:
    """Hold nearest choice, and Huff's rule where it is known, against counts.

    Args:
        problem: Its travel counts: impedance for nearest choice, road km for Huff's rule.
        visits: Yearly visits, shape (I, B).
        counted: The counts.
        choice: The pack's figures of Huff's rule; None leaves it out.
        tolerance: The total variation up to which a rule agrees.
        fit: Whether to refit decay, and attraction where `choice` names a counted branch.
    """
    sites, weight = counted.open_sites, visits[:, counted.visit_type]
    open_here = np.ones(sites.size, dtype=np.bool_)
    km = problem.km[:, sites]
    held = [_held("nearest", weight @ nearest_shares(problem.impedance[:, sites], open_here),
                  counted, tolerance)]  # fmt: skip
    if choice is not None:
        attraction = attraction_of(problem, choice)[sites]
        shares = visits_by_branch(km, weight, attraction, choice.decay_per_km.value)
        held.append(_held("huff", shares, counted, tolerance))
    fitted = None
    if fit:
        named = {} if choice is None else choice.attraction
        size = counted.sites.size
        asked = [n for n in range(size) if problem.site_ids[int(sites[n])] in named]
        counts = np.concatenate([counted.counts, np.zeros(sites.size - size)])
        fitted = fit_choice(km, weight, counts, asked, np.arange(sites.size) < size)
    if fitted is not None:
        held.append(_held("fitted", fitted.shares, counted, tolerance))
    return TieOut(counted, tolerance, tuple(held), fitted)


def _held(rule: Modelling, loads: Floats, counted: Counted, tolerance: float) -> Held:
    """A rule's loads of the open branches, the counted ones first, against the counts."""
    mine = loads[: counted.sites.size]
    total = float(mine.sum())
    shares = mine / total if total > 0 else np.zeros(mine.size)
    off = shares - counted.shares
    missed = float(np.abs(off).sum()) / 2 if total > 0 else 1.0
    return Held(rule, shares, off, missed, int(np.abs(off).argmax()), missed <= tolerance)
