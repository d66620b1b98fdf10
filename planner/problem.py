"""The question: arrays and rules, all that an optimiser may know, with a fingerprint."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from planner.travel import TravelTold

# Words, and what other arrays hold already.
_TOLD_ONLY = {"area_names", "currency", "need_weight", "demand", "remarks", "travel", "trip_kes"}
Objective = Literal["travel_time", "travel_distance", "travel_cost", "total_cost"]
DuplicateRule = Literal["forbid", "cap", "price", "allow"]


@dataclass(frozen=True, slots=True)
class Standard:
    """At least `share` of the yearly visits of a service travel no longer than `within_min`.

    `area`: position of the area whose people count; None for all areas together.
    `is_hard`: a soft one may be missed, by as few visits as the other rules allow.
    """

    service: int
    area: int | None
    share: float
    within_min: float
    is_hard: bool = True


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one scenario, with positions instead of names.

    Money in whole currency units; None means no such rule. Separations need no figure here:
    they stand in the problem's arrays.

    `existing`: keep (branch and its services stay), may_change (the branch stays, its services
    and format may change), may_close.
    `floor_areas` replaces `floor_branches` in the areas that it names.
    `tail_share` is the weight of the worst-served `tail_beta` of the visits in the objective.
    """

    objective: Objective = "travel_time"
    tail_share: float = 0.0
    tail_beta: float = 0.1
    branches_min: int | None = None
    branches_max: int | None = None
    new_max: int | None = None
    capital_max_kes: int | None = None
    annual_max_kes: int | None = None
    division_capital_max_kes: Mapping[int, int] | None = None  # division position -> budget
    division_annual_max_kes: Mapping[int, int] | None = None
    existing: Literal["keep", "may_change", "may_close"] = "keep"
    mix: Literal["free", "as_listed"] = "free"
    floor_branches: int = 0
    floor_areas: Mapping[int, int] | None = None  # area position -> least branches there
    floor_services: Mapping[int, int] | None = None  # service position -> least branches per area
    capacity: Literal["off", "soft", "hard"] = "off"
    counters: Literal["pooled", "by_service"] = "pooled"
    assignment: Literal["split", "single"] = "split"
    standards: tuple[Standard, ...] = ()
    duplicates: DuplicateRule = "price"
    duplicates_max: int = 0
    duplicates_price: float = 0.0  # objective units per excess duplicate and yearly visit of s
    justified_by_load: bool = True
    locked_open: frozenset[int] = frozenset()
    locked_closed: frozenset[int] = frozenset()
    locked_offered: frozenset[tuple[int, int]] = frozenset()  # (site, service): must be offered
    locked_withheld: frozenset[tuple[int, int]] = frozenset()
    locked_format: Mapping[int, int] | None = None  # site -> format, where the site is open


@dataclass(frozen=True, slots=True, eq=False)
class PlanningProblem:
    """Everything that can change the answer, as read-only arrays in the pack's order.

    Shapes: I demand points, J sites, S services, B visit types, C areas, F formats, D divisions.
    Format 0 is plain: a branch without a format, with the site's own costs and capacity. A pack
    without formats has only that.

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
            -1 where kilometres make no duplicate.
        near_km: Distance within which a point's load counts as near, shape (S, I); -1 for none.
        standard_min: Longest acceptable travel per service, shape (S,), inf for none.
        existing: Whether a site is a branch today, shape (J,); `proposed` likewise.
        today: Services listed for existing and proposed sites, shape (J, S).
        branch_annual_kes: Yearly cost of an open branch by format, shape (J, F).
        offering_annual_kes: Yearly cost of an offering, shape (J, S).
        capital_kes: One-off cost of having a format there, shape (J, F); 0 for what an existing
            branch is today.
        capacity_visits: Yearly visits a branch can serve by format, shape (J, F), inf where not
            given.
        rules: The scenario's rules.
        area_names: What people call the areas; does not change the answer.
        format_ids: F ids; the first is "" (plain).
        format_allowed: Whether a site may take a format, shape (J, F).
        format_services: Whether a branch of a format may offer a service, shape (F, S).
        today_format: Format of each existing branch, shape (J,), -1 where there is none today.
        counters: Counters by format, shape (J, F), inf where not given.
        counter_minutes_per_year: Minutes a year that one counter serves customers.
        service_counter_min: Counter minutes of a visit that works on s, shape (S,).
        offering_capital_kes: One-off cost of an offering that is not there today, shape (J, S).
        closing_kes: One-off cost of closing an existing branch, shape (J,).
        offering_closing_kes: One-off cost of no longer offering what is offered there today,
            shape (J, S).
        site_min: Minutes between sites, the smaller of both directions, shape (J, J).
        separation_min: As `separation_km`, in minutes, shape (S, J, J); -1 where minutes make
            no duplicate. Two branches are duplicates when either measure says so.
        near_min: As `near_km`, in minutes, shape (S, I).
        division_ids: D names of divisions.
        service_division: Division of each service, shape (S,), -1 for none.
        need_weight: How much a visit from each point counts, shape (I,): what `impedance` is
            multiplied with already; None where all count alike.
        demand: Visits a year in sum before the levers (base), and what the levers make of them
            (avoided, online, assisted, branch); `visits` are those of branches.
            `assisted_mean_min`: minutes one way to the nearest assisted point.
        currency: What money is called; does not change the answer.
        remarks: What must be said of the visits, whatever the plan.
        travel: The travel model, its sources and its error, told beside every travel figure.
        trip_kes: What a return trip costs, shape (I, J), where a mode or a matrix says so; None
            where it follows from minutes and kilometres. What `impedance` is made of already.
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
    area_names: tuple[str, ...]
    format_ids: tuple[str, ...]
    format_allowed: NDArray[np.bool_]
    format_services: NDArray[np.bool_]
    today_format: NDArray[np.int64]
    counters: NDArray[np.float64]
    counter_minutes_per_year: float
    service_counter_min: NDArray[np.float64]
    offering_capital_kes: NDArray[np.int64]
    closing_kes: NDArray[np.int64]
    offering_closing_kes: NDArray[np.int64]
    site_min: NDArray[np.float64]
    separation_min: NDArray[np.float64]
    near_min: NDArray[np.float64]
    division_ids: tuple[str, ...]
    service_division: NDArray[np.int64]
    need_weight: NDArray[np.float64] | None = None
    demand: Mapping[str, float] | None = None
    currency: str = "KES"
    remarks: tuple[str, ...] = ()
    travel: TravelTold | None = None
    trip_kes: NDArray[np.float64] | None = None

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
    def visit_minutes(self) -> NDArray[np.float64]:
        """Counter minutes of one visit of each type, shape (B,)."""
        return np.asarray(self.does @ self.service_counter_min, dtype=np.float64)

    @property
    def fingerprint(self) -> str:
        """A hash of every input that can change the answer: cache key and proof of identity."""
        digest = hashlib.sha256()
        for name in self.inputs():
            digest.update(name.encode())
            _feed(digest, getattr(self, name))
        return digest.hexdigest()[:16]

    @property
    def parts(self) -> dict[str, str]:
        """A hash of each input by its name: tells in which of them two problems differ."""
        found = {}
        for name in self.inputs():
            digest = hashlib.sha256()
            _feed(digest, getattr(self, name))
            found[name] = digest.hexdigest()[:8]
        return found

    def inputs(self) -> list[str]:
        """The names of all that can change the answer."""
        return [entry.name for entry in fields(self) if entry.name not in _TOLD_ONLY]


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
