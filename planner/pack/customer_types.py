"""What a pack may say of its customers: what they could do otherwise, and what was recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from planner.pack.figures import Figure, Mark

Channel = Literal["branch", "assisted", "online", "outreach", "courier"]
CHANNELS: tuple[Channel, ...] = ("branch", "assisted", "online", "outreach", "courier")
Facts = Mapping[str, Mapping[str, float]]  # area code -> column -> value
_ASSUMED = Mark("planner's default", "assumption", "The pack gives no figure of its own")


# -- customers.toml ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AreaShare:
    """A share of an area's people, 0..1: column / of, or 1 less that (`complement`).

    `of` is a number (100 for percent) or another column.
    """

    column: str
    of: float | str = 100.0
    complement: bool = False

    def value(self, facts: Mapping[str, float]) -> float:
        """The share in one area."""
        whole = facts[self.of] if isinstance(self.of, str) else self.of
        part = facts[self.column] / whole
        return 1.0 - part if self.complement else part


@dataclass(frozen=True, slots=True)
class OnlineReach:
    """Who can be online: min(1, share x factor) of an area's adults; nobody below the floor."""

    share: AreaShare
    factor: Figure
    floor: Figure
    mark: Mark = Mark()


@dataclass(frozen=True, slots=True)
class Information:
    """What telling people changes.

    `effect` (k): the share of wasted visits that full reach saves. `share`: whom a campaign can
    reach in an area (owners of a phone); None is everybody.
    """

    effect: Figure
    share: AreaShare | None = None
    mark: Mark = Mark()


@dataclass(frozen=True, slots=True)
class Alternatives:
    """What else the visits of one visit type could be; None where nothing is said.

    wasted: share of the visits that better informed customers would not have made.
    remote: share of the visits that need no presence, so could be done online, by courier or at an
        assisted point.
    growth: a year, in place of the pack's own.
    """

    visit_type: str
    wasted: Figure | None = None
    remote: Figure | None = None
    growth: Figure | None = None


@dataclass(frozen=True, slots=True)
class Dimension:
    """What a dimension of segments is called; one that the pack does not name is told by its id."""

    id: str
    name: str
    name_sw: str = ""


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of the people, in one dimension (place, age, income ...).

    `share` None is the rest of the dimension. `rates`: visits a head against others, by visit
    type; 1 where not named. `online`: their share able to be online against the area's.
    `need_weight`: how much a minute of theirs counts where a scenario asks for it.
    """

    id: str
    name: str
    dimension: str
    share: AreaShare | float | None
    rates: Mapping[str, Figure]
    online: Figure
    need_weight: Figure
    name_sw: str = ""
    mark: Mark = Mark()


@dataclass(frozen=True, slots=True)
class Choice:
    """The prior of how people choose: attraction x exp(-decay x road km)."""

    decay_per_km: Figure
    attraction: Mapping[str, Figure] = field(default_factory=dict)  # by site; 1 where not named


@dataclass(frozen=True, slots=True)
class Opening:
    """When counters serve, and what is expected of waiting.

    Attributes:
        days_per_year, hours_per_day: Of counter service.
        peak_day: Visits of a peak day over the mean day's; `peak_hour` likewise within a day.
        service_variation: Standard deviation of service time over its mean; 1 is M/M/c.
        utilisation: Share of the peak hour that counters should be busy at most.
        idle_below: Share of the year's counter time below which a desk counts as idle.
        wait_min: Longest wait to aim for; `wait_share` of the customers should wait no longer.
        weekdays: Days of work, Monday 0.
        holidays: Days closed.
    """

    days_per_year: Figure = Figure("days_per_year", 250, 235, 260, "days a year", _ASSUMED)
    hours_per_day: Figure = Figure("hours_per_day", 7.5, 6, 9, "hours a day", _ASSUMED)
    peak_day: Figure = Figure("peak_day", 1.3, 1.1, 1.6, "peak day / mean day", _ASSUMED)
    peak_hour: Figure = Figure("peak_hour", 1.0, 1.0, 1.5, "peak hour / mean hour", _ASSUMED)
    service_variation: Figure = Figure("service_variation", 1.0, 0.5, 1.5, "sd / mean", _ASSUMED)
    utilisation: Figure = Figure("utilisation", 0.8, 0.7, 0.9, "share", _ASSUMED)
    idle_below: Figure = Figure("idle_below", 0.3, 0.2, 0.4, "share", _ASSUMED)
    wait_min: Figure = Figure("wait_min", 30, 15, 60, "minutes", _ASSUMED)
    wait_share: Figure = Figure("wait_share", 0.95, 0.9, 0.99, "share", _ASSUMED)
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    holidays: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Levers:
    """What the levers cost a year, in the pack's currency; None where the pack does not say.

    online: for each visit type that may be done online at all. online_use: for each visit done
    online. assisted_use: for each visit done at an assisted point. information: for each adult
    whom a campaign reaches (`adults` is the column that counts them). counter: for one more
    counter. minutes: for each branch whose work is redesigned; `minutes_factor` is what is left of
    the counter minutes of a visit there.
    """

    online: Figure | None = None
    online_use: Figure | None = None
    assisted_use: Figure | None = None
    information: Figure | None = None
    adults: str = ""
    counter: Figure | None = None
    minutes: Figure | None = None
    minutes_factor: Figure | None = None


@dataclass(frozen=True, slots=True)
class Customers:
    """The content of `customers.toml`; every part may be missing.

    `assisted_hosts`: words that mark a site's host as an assisted point ("Huduma Centre").
    """

    facts: Facts = field(default_factory=dict)
    growth: Figure | None = None
    online: OnlineReach | None = None
    information: Information | None = None
    alternatives: Mapping[str, Alternatives] = field(default_factory=dict)
    segments: tuple[Segment, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    choice: Choice | None = None
    opening: Opening = Opening()
    levers: Levers = Levers()
    assisted_hosts: tuple[str, ...] = ()


# -- work records and station counts -------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class WorkRecords:
    """`work_records.csv`: daily records as parallel arrays, shape (R,), by branch.

    Attributes:
        file: The file's name.
        row: Row number as a spreadsheet shows it.
        day: Ordinal day (`date.toordinal`).
        site: Position of the branch in the pack's sites.
        visit_type: Position of the visit type.
        service: Position of the service, -1 where the record names the visit type itself.
        channel: Position in `CHANNELS`.
        served: Customers served.
        turned_away: Customers turned away, nan where blank.
        wait_min: Mean wait, nan where blank; `service_min` likewise.
        staff: On duty for this visit type and channel, nan where blank.
        origin: Position of the area they came from, -1 where blank.
        first_visit: 1 yes, 0 no, -1 blank; `complete` likewise.
        mark: Position in `marks` of the row's source, mark and note.
        marks: Those of all rows, each once.
    """

    file: str
    row: NDArray[np.int64]
    day: NDArray[np.int64]
    site: NDArray[np.int64]
    visit_type: NDArray[np.int64]
    service: NDArray[np.int64]
    channel: NDArray[np.int64]
    served: NDArray[np.float64]
    turned_away: NDArray[np.float64]
    wait_min: NDArray[np.float64]
    service_min: NDArray[np.float64]
    staff: NDArray[np.float64]
    origin: NDArray[np.int64]
    first_visit: NDArray[np.int64]
    complete: NDArray[np.int64]
    mark: NDArray[np.int64]
    marks: tuple[Mark, ...] = (Mark(),)

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        for array in self.arrays:
            array.setflags(write=False)

    @property
    def arrays(self) -> tuple[NDArray[Any], ...]:
        """All of them, in the order of the attributes."""
        values = (getattr(self, name) for name in self.__slots__)
        return tuple(each for each in values if isinstance(each, np.ndarray))

    def __eq__(self, other: object) -> bool:
        """Whether the same is recorded in the same order, in whichever rows of the file."""
        if not isinstance(other, WorkRecords):
            return NotImplemented
        pairs = zip(self.arrays[1:], other.arrays[1:], strict=True)
        return self.marks == other.marks and all(
            np.array_equal(a, b, equal_nan=a.dtype.kind == "f") for a, b in pairs
        )

    def __hash__(self) -> int:
        """Of days and branches; the figures would add little."""
        return hash((self.day.tobytes(), self.site.tobytes()))


@dataclass(frozen=True, slots=True)
class StationCount:
    """What one branch was counted to do; a pack's counts all belong to one day or year."""

    site: str
    count: float
    mark: Mark = Mark()


@dataclass(frozen=True, slots=True)
class StationCounts:
    """Counts by branch to hold the model against: the branches then open, and no others."""

    visit_type: str
    what: str  # "passports dispatched"
    when: str  # "2023-10-02"
    counts: tuple[StationCount, ...]
    what_sw: str = ""
