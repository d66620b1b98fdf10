"""The columns of every table: names, kinds, limits and the other names people give them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from planner.pack import dates
from planner.pack.customer_types import CHANNELS
from planner.pack.figures import MARKS
from planner.pack.travel_types import CHANGES
from planner.pack.types import STATUSES
from planner.pack.voice_types import STANCES

ColumnKind = Literal[
    "id", "ids", "text", "word", "date", "count", "whole", "money", "measure", "degrees"
]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Attributes:
        name: Its name in the pack format.
        kind: What its cells hold; `ids` are joined by `;`, a `word` is one of `words`; a `count`
            may have a fraction (a mean of years), a `whole` number may not; a `date` is kept as
            ISO text.
        required: Whether the column must be there and none of its cells blank.
        low, high: The limits, both allowed.
        above: The limit that must be passed.
        words: The allowed words of a `word`.
        aliases: Other headings, as `grid.header_key` gives them.
        total: Whether its sum is a total worth reporting.
    """

    name: str
    kind: ColumnKind = "text"
    required: bool = False
    low: float | None = None
    high: float | None = None
    above: float | None = None
    words: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    total: bool = False

    @property
    def numeric(self) -> bool:
        """Whether its cells are numbers."""
        return self.kind in {"count", "whole", "money", "measure", "degrees"}

    @property
    def expected(self) -> str:
        """What a cell should hold, in words."""
        if self.kind == "word":
            return " or ".join(self.words)
        if self.kind == "date":
            return dates.EXPECTED
        if self.kind == "ids":
            return "ids with semicolons between them"
        if not self.numeric:
            return "text"
        noun = "a whole number" if self.kind in {"whole", "money"} else "a number"
        if self.above is not None:
            return f"{noun} > {self.above:g}"
        if self.low is not None and self.high is not None:
            return f"{noun} from {self.low:g} to {self.high:g}"
        return f"{noun} >= {self.low:g}" if self.low is not None else noun


@dataclass(frozen=True, slots=True)
class Schema:
    """One kind of table.

    Attributes:
        kind: Its name: that of the pack's file without the ending.
        columns: Its columns in the pack's order.
        key: The columns that together must be unique; none where rows may repeat.
        one_of: Column groups of which one at least must be there.
        geometry: The geometry a GIS file of this kind holds, if any.
    """

    kind: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    one_of: tuple[tuple[str, ...], ...] = ()
    geometry: Literal["polygon", "point"] | None = None


_MARK = (
    Column("source"),
    Column("confidence", "word", words=MARKS),
    Column("note"),
)
_LAT = ("latitude", "lat_dd")
_LON = ("longitude", "long", "lng", "lon_dd")
_PLACE = (
    Column("lat", "degrees", low=-90, high=90, aliases=_LAT),
    Column("lon", "degrees", low=-180, high=180, aliases=_LON),
    Column("x", "measure", aliases=("easting", "x_m")),
    Column("y", "measure", aliases=("northing", "y_m")),
)
_AREA = ("county", "county_name", "county_code", "area_code", "area_name")
_ORDER = Column("order", "whole", low=0)
_NAME_SW = Column("name_sw")
_POPULATION = ("pop", "people", "total_population", "idadi_ya_watu")
_VISITS = ("visits", "annual_visits", "yearly_visits", "visits_a_year", "visits_per_annum")
_ENDS = (
    Column("low", "count", low=0, aliases=("visits_low",)),
    Column("high", "count", low=0, aliases=("visits_high",)),
)
_COST = Column("annual_cost_kes", "money", low=0, total=True, aliases=("annual_cost",))
_CAPITAL = Column("capital_kes", "money", low=0, total=True, aliases=("capital", "capital_cost"))
_CLOSING = Column("closing_kes", "money", low=0, aliases=("closing_cost",))
_COUNTERS = Column("counters", "whole", low=0, high=100_000)

AREAS = Schema(
    "areas",
    (
        Column(
            "code", "id", required=True, aliases=("county_code", "county_cod", "area_code", "id")
        ),
        Column(
            "name",
            required=True,
            aliases=("county", "county_name", "county_nam", "area_name", "constituency"),
        ),
    ),
    key=("code",),
    geometry="polygon",
)
DEMAND_POINTS = Schema(
    "demand_points",
    (
        Column("id", "id", required=True, aliases=("point_id", "demand_point", "ward_code")),
        Column("name", required=True, aliases=("ward", "ward_name", "point_name")),
        Column("area", required=True, aliases=_AREA),
        *_PLACE,
        Column("population", "count", required=True, low=0, total=True, aliases=_POPULATION),
        *_MARK,
    ),
    key=("id",),
    geometry="point",
)
SERVICES = Schema(
    "services",
    (
        Column("id", "id", required=True, aliases=("service", "service_id")),
        Column("name", required=True, aliases=("service_name",)),
        Column("division"),
        Column("standard_min", "measure", above=0),
        Column("separation_km", "measure", low=0),
        Column("separation_dense_km", "measure", low=0),
        Column("separation_min", "measure", low=0),
        Column("separation_dense_min", "measure", low=0),
        Column("counter_min_per_visit", "measure", low=0),
        _COST,
        Column("capital_kes", "money", low=0),
        _CLOSING,
        _ORDER,
        _NAME_SW,
        *_MARK,
    ),
    key=("id",),
)
VISIT_TYPES = Schema(
    "visit_types",
    (
        Column("id", "id", required=True, aliases=("visit_type", "visit_type_id")),
        Column("name", required=True),
        Column("services", "ids", required=True),
        Column("services_done", "ids"),
        Column("visits_per_case", "measure", above=0),
        _ORDER,
        _NAME_SW,
        *_MARK,
    ),
    key=("id",),
)
VISITS = Schema(
    "visits",
    (
        Column(
            "demand_point", "id", required=True, aliases=("point", "point_id", "demand_point_id")
        ),
        Column("visit_type", "id", required=True, aliases=("visit_type_id",)),
        Column("visits_per_year", "count", required=True, low=0, total=True, aliases=_VISITS),
        *_ENDS,
        *_MARK,
    ),
    key=("demand_point", "visit_type"),
)
AREA_DEMAND = Schema(
    "area_demand",
    (
        Column("area", required=True, aliases=(*_AREA, "name", "code", "kaunti")),
        Column("visit_type", "id", aliases=("visit_type_id",)),
        Column("visits_per_year", "count", low=0, total=True, aliases=_VISITS),
        *_ENDS,
        Column("population", "count", low=0, total=True, aliases=_POPULATION),
        *_MARK,
    ),
    key=("area", "visit_type"),
    one_of=(("population",), ("visits_per_year",)),
)
SITES = Schema(
    "sites",
    (
        Column("id", "id", required=True, aliases=("site_id", "site", "site_code")),
        Column("name", required=True, aliases=("site_name", "branch", "office")),
        Column("area", required=True, aliases=_AREA),
        *_PLACE,
        Column("status", "word", words=STATUSES),
        Column("services_today", "ids", aliases=("current_services", "services")),
        Column("hosts", "ids"),
        Column("formats", "ids"),
        Column("format_today", "id"),
        _CAPITAL,
        _COST,
        _CLOSING,
        _COUNTERS,
        Column("capacity_visits_per_year", "count", low=0, total=True, aliases=("capacity",)),
        Column("opened"),
        *_MARK,
    ),
    key=("id",),
    geometry="point",
)
FORMATS = Schema(
    "formats",
    (
        Column("id", "id", required=True),
        Column("name", required=True),
        _COUNTERS,
        Column("capital_kes", "money", low=0),
        Column("annual_cost_kes", "money", low=0),
        Column("services", "ids"),
        _NAME_SW,
        *_MARK,
    ),
    key=("id",),
)
TRAVEL = Schema(
    "travel",
    (
        Column(
            "demand_point", "id", required=True, aliases=("point", "point_id", "origin", "from_id")
        ),
        Column("site", "id", required=True, aliases=("site_id", "destination", "to_id")),
        Column(
            "minutes",
            "measure",
            low=0,
            aliases=("min", "mins", "travel_min", "duration_min", "time_min", "travel_time_min"),
        ),
        Column("km", "measure", low=0, aliases=("distance_km", "travel_km", "kms")),
        Column("kes", "measure", low=0, aliases=("cost_kes", "trip_cost_kes")),
    ),
    key=("demand_point", "site"),
    one_of=(("minutes",), ("km",), ("kes",)),
)

KNOWN_ROADS = Schema(
    "known_roads",
    (
        Column("from_town", required=True),
        Column("from_lat", "degrees", required=True, low=-90, high=90),
        Column("from_lon", "degrees", required=True, low=-180, high=180),
        Column("to_town", required=True),
        Column("to_lat", "degrees", required=True, low=-90, high=90),
        Column("to_lon", "degrees", required=True, low=-180, high=180),
        Column("road_km", "measure", required=True, above=0),
        Column("straight_km", "measure", low=0),  # as the source has them; recomputed here
        Column("circuity", "measure", low=0),
        *_MARK,
    ),
    key=("from_town", "to_town"),
)

TOWNS = Schema(
    "towns",
    (
        Column("name", required=True, aliases=("town", "town_name", "urban_centre", "mji")),
        Column("lat", "degrees", required=True, low=-90, high=90, aliases=_LAT),
        Column("lon", "degrees", required=True, low=-180, high=180, aliases=_LON),
        Column("population", "count", low=0, total=True, aliases=_POPULATION),
        *_MARK,
    ),
    key=("name", "lat", "lon"),
)

ROAD_CHANGES = Schema(
    "road_changes",
    (
        Column("kind", "word", required=True, words=CHANGES, aliases=("change", "type", "aina")),
        Column("from_lat", "degrees", required=True, low=-90, high=90, aliases=("start_lat",)),
        Column("from_lon", "degrees", required=True, low=-180, high=180, aliases=("start_lon",)),
        Column("to_lat", "degrees", required=True, low=-90, high=90, aliases=("end_lat",)),
        Column("to_lon", "degrees", required=True, low=-180, high=180, aliases=("end_lon",)),
        Column("km", "measure", above=0, aliases=("length_km", "distance_km")),
        Column("minutes", "measure", above=0, aliases=("min", "duration_min", "crossing_min")),
        Column("both_ways", aliases=("two_way",)),
        Column("name", aliases=("ferry", "road", "jina")),
        *_MARK,
    ),
    key=("kind", "from_lat", "from_lon", "to_lat", "to_lon"),
)

_BRANCH = ("branch_id", "site", "site_id", "office", "station", "branch_name", "tawi")
WORK_RECORDS = Schema(
    "work_records",
    (
        Column("date", "date", required=True, aliases=("day", "record_date", "tarehe")),
        Column("branch", "id", required=True, aliases=_BRANCH),
        Column("division", aliases=("division_name", "section")),
        Column(
            "service",
            "id",
            required=True,
            aliases=("service_id", "visit_type", "visit_type_id", "service_name", "huduma"),
        ),
        Column("channel", "word", words=CHANNELS),
        Column(
            "served",
            "whole",
            required=True,
            low=0,
            total=True,
            aliases=("customers_served", "customers", "people_served", "waliohudumiwa"),
        ),
        Column(
            "turned_away",
            "whole",
            low=0,
            total=True,
            aliases=("customers_turned_away", "sent_away", "not_served"),
        ),
        Column(
            "wait_min",
            "measure",
            low=0,
            high=1440,
            aliases=("avg_wait_min", "wait", "mean_wait_min", "wait_minutes", "waiting_min"),
        ),
        Column(
            "service_min",
            "measure",
            low=0,
            high=1440,
            aliases=("avg_service_min", "service_minutes", "mean_service_min"),
        ),
        Column("staff", "measure", low=0, aliases=("staff_on_duty", "officers", "on_duty")),
        Column(
            "origin_area",
            aliases=("origin_county", "origin", "area_of_origin", "county_of_origin", *_AREA),
        ),
        Column("first_visit", aliases=("is_first_visit", "first")),
        Column("complete", aliases=("is_complete", "completed", "done")),
        *_MARK,
    ),
    key=(
        "date",
        "branch",
        "service",
        "channel",
        "origin_area",
        "first_visit",
        "complete",
    ),
)

_STRATUM = ("division", "group", "segment", "division_visited", "kundi", "kitengo")
SURVEY = Schema(
    "survey",
    (
        Column("respondent", "id", required=True, aliases=("respondent_id", "customer", "mhojiwa")),
        Column("date", "date", required=True, aliases=("day", "interview_date", "tarehe")),
        Column("question", "id", required=True, aliases=("question_id", "swali")),
        Column("rating", "measure", aliases=("score", "ukadiriaji")),
        Column("answer", aliases=("response", "comment", "text", "jibu")),
        Column("branch", "id", aliases=_BRANCH),
        Column("stratum", aliases=_STRATUM),
        Column("service", "id", aliases=("service_id", "service_name", "huduma")),
        *_MARK,
    ),
    key=("respondent", "question"),
    one_of=(("rating",), ("answer",)),
)
AUDIT = Schema(
    "audit",
    (
        Column("date", "date", required=True, aliases=("day", "audit_date", "tarehe")),
        Column("branch", "id", required=True, aliases=_BRANCH),
        Column("item", required=True, aliases=("check", "criterion", "kipengele")),
        Column("score", "measure", required=True, low=0, aliases=("points", "alama")),
        Column("most", "measure", required=True, above=0, aliases=("max", "out_of", "maximum")),
        Column("auditor", aliases=("audited_by", "mkaguzi")),
        *_MARK,
    ),
    key=("date", "branch", "item", "auditor"),
)
ACTIONS = Schema(
    "actions",
    (
        Column("branch", "id", required=True, aliases=_BRANCH),
        Column("flag", required=True, aliases=("problem", "issue", "tatizo")),
        Column("action", required=True, aliases=("what", "hatua")),
        Column("champion", aliases=("owner", "responsible", "mhusika")),
        Column("opened", "date", aliases=("opened_on", "start")),
        Column("due", "date", aliases=("due_date", "deadline", "mwisho")),
        Column("done", "date", aliases=("done_on", "closed", "completed")),
        Column("measure", aliases=("measured_by", "indicator", "kipimo")),
        Column("before", "measure", aliases=("baseline", "kabla")),
        Column("after", "measure", aliases=("result", "baada")),
        *_MARK,
    ),
    key=("branch", "flag", "action"),
)
COMMENTS = Schema(
    "comments",
    (
        Column("date", "date", required=True, aliases=("day", "tarehe")),
        Column("plan", required=True, aliases=("fingerprint", "draft", "mpango")),
        Column("branch", "id", aliases=_BRANCH),
        Column("area", aliases=("county", "ward", "kaunti")),
        Column("stance", "word", required=True, words=STANCES, aliases=("vote", "position")),
        Column("comment", aliases=("text", "answer", "maoni")),
        Column("group", aliases=("respondent_group", "kundi")),
        *_MARK,
    ),
    key=(),
)
SURVEY_FRAME = Schema(
    "survey_frame",
    (
        Column("stratum", required=True, aliases=_STRATUM),
        Column(
            "population",
            "whole",
            low=1,
            total=True,
            aliases=("n", "size", "customers", "visitors", "people", "idadi"),
        ),
        Column("person", "id", aliases=("person_id", "customer", "customer_id", "id", "name")),
        *_MARK,
    ),
    key=(),
)

STATION_COUNTS = Schema(
    "station_counts",
    (
        Column("site", "id", required=True, aliases=("site_id", "branch", "station", "office")),
        Column("name"),  # for the reader
        Column(
            "count",
            "count",
            required=True,
            low=0,
            total=True,
            aliases=("counted", "number", "visits", "customers", "idadi"),
        ),
        *_MARK,
    ),
    key=("site",),
)

SCHEMAS: dict[str, Schema] = {
    each.kind: each
    for each in (
        AREAS,
        DEMAND_POINTS,
        SERVICES,
        VISIT_TYPES,
        VISITS,
        AREA_DEMAND,
        SITES,
        FORMATS,
        TRAVEL,
        KNOWN_ROADS,
        ROAD_CHANGES,
        TOWNS,
        WORK_RECORDS,
        SURVEY,
        AUDIT,
        ACTIONS,
        COMMENTS,
        SURVEY_FRAME,
        STATION_COUNTS,
    )
}
