"""What a data pack holds, once it has passed the door: plain frozen records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from planner.pack.customer_types import Customers, StationCounts, WorkRecords
from planner.pack.figures import Figure, Mark
from planner.pack.journey_types import Journey
from planner.pack.travel_types import (
    KnownRoad,
    RoadChange,
    Town,
    TravelMatrix,
    TravelMode,
    TravelParameters,
)
from planner.pack.voice_types import Voices

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

SiteStatus = Literal["existing", "proposed", "candidate"]
STATUSES: tuple[SiteStatus, ...] = ("existing", "proposed", "candidate")


@dataclass(frozen=True, slots=True)
class Area:
    """The unit of devolution: a county, or any labelled area; the outline is in EPSG:4326."""

    code: str
    name: str
    outline: BaseGeometry | None = None


@dataclass(frozen=True, slots=True)
class DemandPoint:
    """A place with people; (lat, lon) in degrees, or (x, y) in metres for a projected pack."""

    id: str
    name: str
    area: str
    lat: float | None
    lon: float | None
    population: float
    x: float | None = None
    y: float | None = None
    mark: Mark = Mark()


@dataclass(frozen=True, slots=True)
class Service:
    """What is delivered over a counter, in person.

    `standard_min` is the longest acceptable travel (<=), None when there is none.
    `separation_km` is how near two branches offering it are duplicates (<=), None when never;
    `separation_dense_km` replaces it between two sites that both lie in dense areas. In minutes
    likewise; two branches are duplicates when either measure says so.
    `capital_kes` is the one-off cost of an offering that is not there today, `closing_kes` that of
    ending one that is.
    """

    id: str
    name: str
    division: str = ""
    standard_min: float | None = None
    separation_km: float | None = None
    separation_dense_km: float | None = None
    separation_min: float | None = None
    separation_dense_min: float | None = None
    counter_min_per_visit: float | None = None
    annual_cost_kes: int = 0
    capital_kes: int = 0
    closing_kes: int = 0
    order: int | None = None
    name_sw: str = ""
    mark: Mark = Mark()


@dataclass(frozen=True, slots=True)
class Format:
    """A size of branch: its counters, its costs, and the services it may offer (none named: all).

    `counters` is None where the number is not known: then it limits nothing.
    """

    id: str
    name: str
    counters: int | None = None
    capital_kes: int = 0
    annual_cost_kes: int = 0
    services: tuple[str, ...] = ()
    name_sw: str = ""
    mark: Mark = Mark()


@dataclass(frozen=True, slots=True)
class VisitType:
    """A reason to travel: `services` must all be at the branch; `services_done` on this trip."""

    id: str
    name: str
    services: tuple[str, ...]
    services_done: tuple[str, ...]
    visits_per_case: float = 1.0
    order: int | None = None
    name_sw: str = ""
    mark: Mark = Mark()


@dataclass(frozen=True, slots=True)
class Site:
    """Where a branch may be. `services_today`: offered now, or announced where proposed.

    `formats` are those the site may take, `format_today` is that of an existing branch; a site
    without formats is plain, with its own costs, `counters` and capacity. `closing_kes` is the
    one-off cost of closing an existing branch.
    """

    id: str
    name: str
    area: str
    lat: float | None
    lon: float | None
    status: SiteStatus
    services_today: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    format_today: str = ""
    capital_kes: int = 0
    annual_cost_kes: int = 0
    closing_kes: int = 0
    counters: int | None = None
    capacity_visits_per_year: float | None = None
    opened: str = ""
    x: float | None = None
    y: float | None = None
    mark: Mark = Mark()


@dataclass(frozen=True, slots=True)
class VisitRow:
    """Explicit yearly visits of one demand point and visit type; `low` and `high` where given."""

    demand_point: str
    visit_type: str
    visits_per_year: float
    mark: Mark = Mark()
    low: float | None = None
    high: float | None = None

    @property
    def least(self) -> float:
        """The low end; the visits themselves where none is given."""
        return self.visits_per_year if self.low is None else self.low

    @property
    def most(self) -> float:
        """The high end, likewise."""
        return self.visits_per_year if self.high is None else self.high


@dataclass(frozen=True, slots=True)
class SpreadTerm:
    """One term of an area's weight: weight * product of (fact column ** power)."""

    weight: Figure
    powers: Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class Spread:
    """How a national total is shared over areas; inside an area it follows population."""

    id: str
    name: str
    terms: tuple[SpreadTerm, ...]
    mark: Mark = Mark()


@dataclass(frozen=True, slots=True)
class VisitRate:
    """The yearly visits of one visit type: the product of a chain of figures, then spread."""

    visit_type: str
    spread: str
    chain: tuple[Figure, ...]
    round_to: float | None = None


@dataclass(frozen=True, slots=True)
class DemandRates:
    """The content of `demand.toml` with the facts of the areas that it draws on."""

    year: int | None
    spreads: Mapping[str, Spread]
    rates: tuple[VisitRate, ...]
    facts: Mapping[str, Mapping[str, float]]  # area code -> column -> value


@dataclass(frozen=True, slots=True)
class FirstStart:
    """What a new planner computes of a pack before anybody asks.

    `scenarios`: ids of ready scenarios, each solved once; `frontier`: the name of a sweep over the
    first scenario, empty for none.
    """

    scenarios: tuple[str, ...] = ()
    frontier: str = ""

    @property
    def count(self) -> int:
        """How many things there are to compute."""
        return len(self.scenarios) + bool(self.frontier)


@dataclass(frozen=True, slots=True)
class Pack:
    """A data pack: given facts only, checked, joined both ways, in an order of its own.

    Positions anywhere in the planner are those of this order (`row_order`), not of the files.
    """

    id: str
    name: str
    folder: Path
    currency: str
    year: int | None
    area_label: str
    attribution: tuple[str, ...]
    areas: tuple[Area, ...]
    demand_points: tuple[DemandPoint, ...]
    services: tuple[Service, ...]
    visit_types: tuple[VisitType, ...]
    sites: tuple[Site, ...]
    visits: tuple[VisitRow, ...] | None  # explicit visits.csv, or
    rates: DemandRates | None  # demand.toml
    area_demand: tuple[VisitRow, ...] | None  # area_demand.csv: demand_point holds the area code
    travel: TravelParameters
    counter_minutes_per_year: Figure  # what one counter serves
    formats: tuple[Format, ...] = ()
    area_label_sw: str = ""
    first_scenario: str = ""  # the ready scenario that the pages start from
    first_start: FirstStart = FirstStart()
    limits: tuple[str, ...] = ()  # what a reader of any result must know of these data
    limits_sw: tuple[str, ...] = ()
    travel_matrix: TravelMatrix | None = None
    known_roads: tuple[KnownRoad, ...] = ()
    towns: tuple[Town, ...] = ()  # places that the national graph joins
    modes: tuple[TravelMode, ...] = ()
    road_layer: Path | None = None  # every road, for the model `roads`
    road_changes: tuple[RoadChange, ...] = ()
    dense_areas: frozenset[str] = frozenset()
    area_facts: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    customers: Customers = Customers()
    work_records: WorkRecords | None = None
    stations: StationCounts | None = None
    journeys: tuple[Journey, ...] = ()
    voices: Voices = Voices()
    lakes: Path | None = None
    roads: Path | None = None  # coarse roads: on the map, and in the model `network`
    warnings: tuple[str, ...] = ()
    as_filed: bool = False  # rows and roads stand as in the files, for runs that were made so

    @property
    def projected(self) -> bool:
        """Whether places are given in metres (x, y) instead of degrees."""
        return any(point.x is not None for point in self.demand_points)
