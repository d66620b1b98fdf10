"""What the judge says of a plan: scores, loads, standards, duplicates, violations."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class DuplicateCount:
    """Pairs of branches within the separation of a service that both offer it."""

    pairs: int
    justified: int
    unnecessary: int


@dataclass(frozen=True, slots=True)
class Kpis:
    """The figures of a network a year; minutes and kilometres are one way.

    `within_standard`: share of visits whose travel keeps every standard of the services done.
    `worst_tenth_min`: mean minutes of the worst-served tenth of the visits.
    `mean_min`, `mean_km` and the two above speak of visits that are served.
    `capital_kes`: of all that differs from today: branches and formats, offerings, closures.
    `shortfall_visits_per_year`: by how many visits soft standards and soft capacity are missed.
    `overloaded_branches`: branches with more visits or counter work than they can serve,
    whatever the rules say of capacity.
    """

    visits_per_year: float
    unserved_visits_per_year: float
    mean_min: float | None
    mean_km: float | None
    within_standard: float | None
    worst_tenth_min: float | None
    branches: int
    offerings: int
    duplicates: DuplicateCount
    capital_kes: int
    annual_kes: int
    areas_without_branch: int
    shortfall_visits_per_year: float
    overloaded_branches: int

    def as_dict(self) -> dict[str, object]:
        """Plain values, for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class MergeEvidence:
    """What it would mean if one branch of a pair no longer offered the service.

    Everyone who needs the service there goes to the next nearest branch of the plan that can
    complete the visit; whether that branch has room is not asked.

    `site`: the one of the two that stops: where fewer are stranded, then where less travel is
    added, then where more money is saved, then the first by id.
    `visits`: yearly visits that need the service there; `stranded`: those of them that no other
    branch of the plan can complete.
    `extra_min_per_year`: minutes one way that the others travel more; less than nothing where a
    plan does not send them to the nearest. `extra_min_per_visit`: the same for one visit, None
    where nobody moves.
    `saved_kes_per_year`: the offering's yearly cost; the branch's too where nothing is left there.
    """

    site: int
    visits: float
    stranded: float
    extra_min_per_year: float
    extra_min_per_visit: float | None
    saved_kes_per_year: int


@dataclass(frozen=True, slots=True)
class DuplicatePair:
    """The same service at two branches within its separation; positions of the problem.

    `separation_km`, `separation_min`: what counts as too close, -1 where that measure does not.
    `load`: yearly visits of the service at both branches together; `capacity`: the larger of
    what either could serve a year in its best format, inf when not given. Justified when
    load > capacity. `merge`: what it would mean to offer the service at one of them only.
    """

    service: int
    site_a: int
    site_b: int
    km: float
    separation_km: float
    load: float
    capacity: float
    justified: bool
    minutes: float
    separation_min: float
    merge: MergeEvidence


@dataclass(frozen=True, slots=True)
class CounterLoad:
    """The counters that a branch sets aside for a service, and the minutes a year they work.

    `available`: minutes a year that these counters serve customers.
    """

    service: int
    counters: int
    minutes: float
    available: float


@dataclass(frozen=True, slots=True)
class BranchLoad:
    """How full one open branch is in its format, a year.

    `capacity_visits`, `capacity_minutes`, `counters`: inf where not given.
    `utilisation`: the fullest of the visits, the counter minutes, and each service's own
    counters; None where nothing limits the branch, inf where it has work and no capacity.
    `visits_over`: visits above capacity, and counter minutes above it in visits of mean length.
    `by_service`: where the plan sets counters aside by service.
    """

    visits: float
    capacity_visits: float
    minutes: float
    capacity_minutes: float
    counters: float
    utilisation: float | None
    visits_over: float
    by_service: tuple[CounterLoad, ...] = ()


@dataclass(frozen=True, slots=True)
class BranchScore:
    """One open branch: what it offers and whom it serves a year.

    `capital_kes`: of its format, of what it newly offers and of what it no longer offers.
    """

    site: int
    services: tuple[int, ...]
    visits_per_year: float
    mean_min: float | None
    mean_km: float | None
    annual_kes: int
    capital_kes: int
    format: int
    load: BranchLoad


@dataclass(frozen=True, slots=True)
class ClosedBranch:
    """One of today's branches that the plan closes, with what that costs once."""

    site: int
    capital_kes: int


@dataclass(frozen=True, slots=True)
class AreaScore:
    """One area's people: how far they travel, whichever area the branch lies in."""

    area: int
    visits_per_year: float
    unserved_visits_per_year: float
    mean_min: float | None
    mean_km: float | None
    within_standard: float | None
    worst_min: float | None
    branches: int


@dataclass(frozen=True, slots=True)
class StandardScore:
    """A standard of travel and what a plan reaches, a year; `area` None is everywhere.

    `visits`: all visits of the area's people in which the service is worked on, served or not.
    `share_reached`: None without visits. `visits_short`: visits missing, 0 where it is kept.
    """

    service: int
    area: int | None
    within_min: float
    is_hard: bool
    share_asked: float
    share_reached: float | None
    visits: float
    visits_within: float
    visits_short: float


@dataclass(frozen=True, slots=True)
class ObjectiveParts:
    """The objective and what it is made of, in the problem's unit a year.

    `travel` and `tail` are weighted as the rules say: together (1 - w) T + w tail.
    """

    travel: float
    tail: float
    duplicates: float
    branches: float

    @property
    def total(self) -> float:
        """The objective."""
        return self.travel + self.tail + self.duplicates + self.branches


@dataclass(frozen=True, slots=True, eq=False)
class Score:
    """Everything that is told about a plan, recomputed from the problem's raw arrays.

    `point_min`: mean minutes of each demand point's visits, shape (I,), nan without visits.
    `shortfall`: by how many visits a year soft standards and soft capacity are missed.
    `violations`: what the plan breaks, in words; empty when it keeps every rule.
    """

    kpis: Kpis
    branches: tuple[BranchScore, ...]
    closed: tuple[ClosedBranch, ...]
    areas: tuple[AreaScore, ...]
    standards: tuple[StandardScore, ...]
    duplicates: tuple[DuplicatePair, ...]
    objective: ObjectiveParts
    shortfall: float
    point_min: NDArray[np.float64]
    violations: tuple[str, ...]
