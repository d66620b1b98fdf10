"""What the judge says of a plan: scores, duplicates, violations."""

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
    `capital_kes`: of branches that are not there today.
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

    def as_dict(self) -> dict[str, object]:
        """Plain values, for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class DuplicatePair:
    """The same service at two branches within its separation; positions of the problem.

    `load`: yearly visits of the service at both branches together; `capacity`: the larger of
    what either can serve a year, inf when not given. Justified when load > capacity.
    """

    service: int
    site_a: int
    site_b: int
    km: float
    separation_km: float
    load: float
    capacity: float
    justified: bool


@dataclass(frozen=True, slots=True)
class BranchScore:
    """One open branch: what it offers and whom it serves a year."""

    site: int
    services: tuple[int, ...]
    visits_per_year: float
    mean_min: float | None
    mean_km: float | None
    annual_kes: int
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
class ObjectiveParts:
    """The objective and what it is made of, in the problem's unit a year."""

    travel: float
    duplicates: float
    branches: float

    @property
    def total(self) -> float:
        """The objective."""
        return self.travel + self.duplicates + self.branches


@dataclass(frozen=True, slots=True, eq=False)
class Score:
    """Everything that is told about a plan, recomputed from the problem's raw arrays.

    `point_min`: mean minutes of each demand point's visits, shape (I,), nan without visits.
    `violations`: what the plan breaks, in words; empty when it keeps every rule.
    """

    kpis: Kpis
    branches: tuple[BranchScore, ...]
    areas: tuple[AreaScore, ...]
    duplicates: tuple[DuplicatePair, ...]
    objective: ObjectiveParts
    point_min: NDArray[np.float64]
    violations: tuple[str, ...]
