"""The question: arrays and rules, all that an optimiser may know, with a fingerprint."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Objective = Literal["travel_time", "travel_distance", "travel_cost", "total_cost"]
DuplicateRule = Literal["forbid", "cap", "price", "allow"]


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one scenario, with positions instead of names.

    Money in whole currency units; None means no such rule. `separation` needs no figure here:
    it stands in the problem's `conflicts`.
    """

    objective: Objective = "travel_time"
    branches_min: int | None = None
    branches_max: int | None = None
    new_max: int | None = None
    capital_max_kes: int | None = None
    annual_max_kes: int | None = None
    existing: Literal["keep", "may_close"] = "keep"
    mix: Literal["free", "as_listed"] = "free"
    floor_branches: int = 0
    floor_services: Mapping[int, int] | None = None  # service position -> least branches per area
    duplicates: DuplicateRule = "price"
    duplicates_max: int = 0
    duplicates_price: float = 0.0  # objective units per excess duplicate and yearly visit of s
    justified_by_load: bool = True
    locked_open: frozenset[int] = frozenset()
    locked_closed: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class PlanningProblem:
    """Everything that can change the answer, as read-only arrays in the pack's order.

    Shapes: I demand points, J sites, S services, B visit types, C areas.

    Attributes:
        point_ids: I ids; likewise `site_ids`, `service_ids`, `visit_type_ids`, `area_codes`.
        point_area: Area position of each point, shape (I,); `site_area` shape (J,).
        visits: Yearly visits in person, shape (I, B).
        needs: Whether visit type b needs service s at the branch, shape (B, S).
        does: Whether s is worked on during a visit of type b, shape (B, S).
        minutes: Minutes one way, shape (I, J), inf where there is no route; `km` likewise.
        impedance: What the objective counts for one visit, shape (I, J), inf for no route.
        site_km: Kilometres between sites, the smaller of both directions, shape (J, J).
        separation_km: D_s between two sites (dense areas have their own), shape (S, J, J);
            -1 where two branches are never duplicates.
        near_km: Distance within which a point's load counts as near, shape (S, I).
        standard_min: Longest acceptable travel per service, shape (S,), inf for none.
        existing: Whether a site is a branch today, shape (J,); `proposed` likewise.
        today: Services listed for existing and proposed sites, shape (J, S).
        branch_annual_kes: Yearly cost of an open branch, shape (J,).
        offering_annual_kes: Yearly cost of an offering, shape (J, S).
        capital_kes: One-off cost of opening, shape (J,).
        capacity_visits: Yearly visits a branch can serve, shape (J,), inf where not given.
        rules: The scenario's rules.
        area_names: What people call the areas; does not change the answer.
    """

    point_ids: tuple[str, ...]
    site_ids: tuple[str, ...]
    service_ids: tuple[str, ...]
    visit_type_ids: tuple[str, ...]
    area_codes: tuple[str, ...]
    point_area: NDArray[np.int64]
    site_area: NDArray[np.int64]
    visits: NDArray[np.float64]
    needs: NDArray[np.bool_]
    does: NDArray[np.bool_]
    minutes: NDArray[np.float64]
    km: NDArray[np.float64]
    impedance: NDArray[np.float64]
    site_km: NDArray[np.float64]
    separation_km: NDArray[np.float64]
    near_km: NDArray[np.float64]
    standard_min: NDArray[np.float64]
    existing: NDArray[np.bool_]
    proposed: NDArray[np.bool_]
    today: NDArray[np.bool_]
    branch_annual_kes: NDArray[np.int64]
    offering_annual_kes: NDArray[np.int64]
    capital_kes: NDArray[np.int64]
    capacity_visits: NDArray[np.float64]
    rules: Rules
    area_names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Make every array read-only."""
        for entry in fields(self):
            value = getattr(self, entry.name)
            if isinstance(value, np.ndarray):
                value.setflags(write=False)

    @property
    def service_visits(self) -> NDArray[np.float64]:
        """Yearly visits in which each service is worked on, shape (S,)."""
        return np.asarray(self.visits.sum(axis=0) @ self.does, dtype=np.float64)

    @property
    def fingerprint(self) -> str:
        """A hash of every input that can change the answer: cache key and proof of identity."""
        digest = hashlib.sha256()
        for entry in fields(self):
            if entry.name != "area_names":
                digest.update(entry.name.encode())
                _feed(digest, getattr(self, entry.name))
        return digest.hexdigest()[:16]


def _feed(digest: hashlib._Hash, value: object) -> None:
    if isinstance(value, np.ndarray):
        digest.update(f"{value.dtype.str}{value.shape}".encode())
        digest.update(np.ascontiguousarray(value).tobytes())
    elif is_dataclass(value) and not isinstance(value, type):
        for entry in fields(value):
            digest.update(entry.name.encode())
            _feed(digest, getattr(value, entry.name))
    elif isinstance(value, Mapping):
        _feed(digest, tuple(sorted(value.items())))
    elif isinstance(value, frozenset):
        _feed(digest, tuple(sorted(value)))
    elif isinstance(value, tuple):
        digest.update(b"(")
        for item in value:
            _feed(digest, item)
            digest.update(b",")
        digest.update(b")")
    else:
        digest.update(repr(value).encode())
