"""What a data pack says of travel, once it has passed the door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from planner.pack.figures import Figure, Mark

TravelModel = Literal["great_circle", "network", "roads", "matrix", "euclidean"]
Obstacle = Literal["lakes", "border"]
Change = Literal["ferry", "link", "closed"]
CHANGES: tuple[Change, ...] = ("ferry", "link", "closed")


@dataclass(frozen=True, slots=True)
class TravelParameters:
    """What the pack says of travel; `slow_areas` use the figures called slow.

    Attributes:
        circuity: Road km per straight km; `circuity_slow` replaces it in slow areas.
        speed_kmh: Door to door, stops included; `speed_slow_kmh` in slow areas.
        fare_kes_per_km: A road km; `local_leg_kes` is what the way to the stage costs, one way.
        link_circuity: Road km per straight km between neighbouring places of the national graph;
            None: as `circuity`.
        road_factor: Real km per km of the coarse roads, which leave out bends; None: 1.
        wait_min: Minutes of waiting that the speeds do not hold, one way; None: 0.
        local_min: Minutes of the way to the stage that the speeds do not hold, one way; None: 0.
        model: The travel model where a scenario names none; empty: what suits the coordinates.
        avoid: What straight lines and links may not cross: `lakes`, `border`.
        class_speed_kmh: Speed by class of road, for road layers that give no speeds.
    """

    circuity: Figure
    speed_kmh: Figure
    speed_slow_kmh: Figure
    fare_kes_per_km: Figure
    local_leg_kes: Figure
    value_of_time_kes_per_hour: Figure
    slow_areas: frozenset[str] = frozenset()
    circuity_slow: Figure | None = None
    link_circuity: Figure | None = None
    road_factor: Figure | None = None
    wait_min: Figure | None = None
    local_min: Figure | None = None
    model: TravelModel | Literal[""] = ""
    avoid: tuple[Obstacle, ...] = ("lakes",)
    class_speed_kmh: Mapping[str, Figure] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class TravelMatrix:
    """The pairs of an imported matrix that have a route, one way, as parallel arrays, shape (P,).

    Attributes:
        point: Position of the demand point in the pack; `site` likewise.
        minutes: Minutes, nan where not given; `km` likewise.
        kes: What a return trip costs, nan where not given.
        file: The name of its file.
        program: The program that wrote it; empty for the planner's own columns.
        units: What its columns are in, where they are not the planner's own.
        words: What was understood of its columns, units and ids, beyond the planner's own.
    """

    point: NDArray[np.int64]
    site: NDArray[np.int64]
    minutes: NDArray[np.float64]
    km: NDArray[np.float64]
    kes: NDArray[np.float64]
    file: str = ""
    program: str = ""
    units: str = ""
    words: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        for array in self.arrays:
            array.setflags(write=False)

    @property
    def arrays(self) -> tuple[NDArray[Any], ...]:
        """All five, in the order of the table's columns."""
        return self.point, self.site, self.minutes, self.km, self.kes

    @property
    def has_costs_only(self) -> bool:
        """Whether it tells what trips cost, but neither time nor distance."""
        timed = ~(np.isnan(self.minutes) & np.isnan(self.km))
        return bool(self.kes.size and not timed.any() and not np.isnan(self.kes).all())

    def __eq__(self, other: object) -> bool:
        """Whether the same pairs come in the same order with the same figures."""
        if not isinstance(other, TravelMatrix):
            return NotImplemented
        pairs = zip(self.arrays, other.arrays, strict=True)
        return all(np.array_equal(a, b, equal_nan=a.dtype.kind == "f") for a, b in pairs)

    def __hash__(self) -> int:
        """Of the pairs; the figures would add little."""
        return hash((self.point.tobytes(), self.site.tobytes()))


@dataclass(frozen=True, slots=True)
class KnownRoad:
    """A road distance that is known between two places: what a travel model is held against."""

    from_town: str
    from_lat: float
    from_lon: float
    to_town: str
    to_lat: float
    to_lon: float
    road_km: float
    mark: Mark = Mark()


@dataclass(frozen=True, slots=True)
class Town:
    """A place that people travel through, with its population where known."""

    name: str
    lat: float
    lon: float
    population: float | None = None
    mark: Mark = Mark()


@dataclass(frozen=True, slots=True)
class RoadChange:
    """A row of `road_changes.csv`: a ferry or link to add, or a road that is closed.

    `kind`: `ferry` and `link` join the nearest road on both sides; `closed` takes out every road
    that the line between the two places crosses. `km` and `minutes` are None where they follow
    from the straight line and the pack's figures. `both_ways` is False for a one-way one. `file`
    and `row` say where it stands, as a spreadsheet shows it; 0 where it comes from no file.
    """

    kind: Change
    from_lat: float
    from_lon: float
    to_lat: float
    to_lon: float
    km: float | None = None
    minutes: float | None = None
    both_ways: bool = True
    name: str = ""
    mark: Mark = Mark()
    file: str = field(default="road_changes.csv", compare=False)
    row: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class ModeUsers:
    """The share of a group of customers who can use a mode; `group` empty: of all."""

    dimension: str
    group: str
    share: Figure


@dataclass(frozen=True, slots=True)
class TravelMode:
    """A way to travel: on foot, by motorcycle taxi, by bus, by car.

    Attributes:
        speed_kmh: Door to door; `speed_slow_kmh` in slow areas (None: the same).
        time_factor: In place of speeds: this many times the minutes of the travel model.
        wait_min: Waiting, one way; None: 0.
        fare_kes_per_km: A road km; `fare_kes_per_leg` one way whatever the distance; None: 0.
        max_km: Farther than that nobody uses it; None: no limit.
        users: Who can use it; none named: all.
    """

    id: str
    name: str
    name_sw: str = ""
    speed_kmh: Figure | None = None
    speed_slow_kmh: Figure | None = None
    time_factor: Figure | None = None
    wait_min: Figure | None = None
    fare_kes_per_km: Figure | None = None
    fare_kes_per_leg: Figure | None = None
    max_km: Figure | None = None
    users: tuple[ModeUsers, ...] = ()
    mark: Mark = Mark()


@dataclass(frozen=True, slots=True, eq=False)
class RoadLayer:
    """Roads as edges between nodes, cut wherever two roads share a vertex.

    Attributes:
        lat: Latitudes of the nodes in degrees, shape (N,); `lon` likewise.
        start: Node where each edge starts, shape (E,); `end` likewise.
        km: Length of each edge, shape (E,).
        speed_kmh: Speed on each edge, shape (E,), nan where neither the layer nor the class gives
            one.
        forward: Whether an edge may be used from start to end, shape (E,); `backward` from end to
            start.
        lines: Vertices of each edge as (lat, lon), shape (V, 2), edge after edge; `line_of` is
            where each edge's begin, shape (E + 1,).
        file: The name of the file; `notes` say what was understood, left out and assumed.
        mark: Where the roads come from.
    """

    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    km: NDArray[np.float64]
    speed_kmh: NDArray[np.float64]
    forward: NDArray[np.bool_]
    backward: NDArray[np.bool_]
    lines: NDArray[np.float64]
    line_of: NDArray[np.int64]
    file: str
    notes: tuple[str, ...] = ()
    mark: Mark = Mark()

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        for name in (
            "lat",
            "lon",
            "start",
            "end",
            "km",
            "speed_kmh",
            "forward",
            "backward",
            "lines",
            "line_of",
        ):
            getattr(self, name).setflags(write=False)
