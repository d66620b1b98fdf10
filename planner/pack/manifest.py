"""`pack.toml`: what a pack is called, where its files are, and its travel figures."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import cast, get_args

from planner.errors import nearest
from planner.pack.faults import Findings
from planner.pack.figures import Figure, Mark
from planner.pack.opening import is_file
from planner.pack.toml_file import Keys, read_toml
from planner.pack.travel_types import Obstacle, TravelModel, TravelParameters
from planner.pack.types import FirstStart

FILE = "pack.toml"
FIRST_YEAR, LAST_YEAR = 1900, 2200
FRONTIERS = ("money", "capital", "branches", "equity", "duplicates")  # kinds of sweeps
_DEFAULT = Mark("planner's default", "assumption", "The pack gives no figure of its own")
DEFAULT_CURRENCY = "KES"  # that of the planner's own figures, and of a pack that names none
_DEFAULTS = {
    "circuity": Figure("circuity", 1.35, 1.1, 1.9, "road km per straight km", _DEFAULT),
    "speed_kmh": Figure("speed_kmh", 45, 30, 50, "km/h", _DEFAULT),
    "speed_slow_kmh": Figure("speed_slow_kmh", 28, 19, 31, "km/h", _DEFAULT),
    "fare_kes_per_km": Figure(
        "fare_kes_per_km", 5, 3, 7, f"{DEFAULT_CURRENCY} per road km", _DEFAULT
    ),
    "local_leg_kes": Figure(
        "local_leg_kes", 100, 50, 300, f"{DEFAULT_CURRENCY} per trip", _DEFAULT
    ),
    "value_of_time_kes_per_hour": Figure(
        "value_of_time_kes_per_hour", 75, 30, 150, f"{DEFAULT_CURRENCY} per hour", _DEFAULT
    ),
}
_AVOID: tuple[Obstacle, ...] = ("lakes",)
_OPTIONAL = ("circuity_slow", "link_circuity", "road_factor", "wait_min", "local_min")
_COUNTER_MINUTES = Figure(
    "counter_minutes_per_year", 90_000, 60_000, 112_500, "minutes a counter and year", _DEFAULT
)  # 250 days x 7.5 hours x 60 minutes x 0.80 of them with a customer
_MODEL_NEEDS = {"network": "roads", "roads": "road_layer"}
_ABOVE_ZERO = {
    "circuity",
    "speed_kmh",
    "speed_slow_kmh",
    "circuity_slow",
    "link_circuity",
    "road_factor",
}


@dataclass(frozen=True, slots=True)
class StationKeys:
    """`[station_counts]`: counts by branch, of what, and when; the visit type is not yet joined."""

    path: Path
    visit_type: str
    what: str
    when: str
    what_sw: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """The content of `pack.toml`, paths resolved; area codes are not yet joined."""

    id: str
    name: str
    currency: str
    year: int | None
    area_label: str
    area_label_sw: str
    first_scenario: str
    first_start: FirstStart
    limits: tuple[str, ...]
    limits_sw: tuple[str, ...]
    attribution: tuple[str, ...]
    dense_areas: tuple[str, ...]
    travel: TravelParameters
    counter_minutes_per_year: Figure
    is_counter_figure_given: bool
    areas: Path | None
    area_facts: Path | None
    lakes: Path | None
    roads: Path | None
    road_layer: Path | None
    known_roads: Path | None
    stations: StationKeys | None


def read_manifest(folder: Path, findings: Findings) -> Manifest:
    """Reads `pack.toml`; an empty one stands in when it cannot be read (said in `findings`)."""
    keys = read_toml(folder / FILE, findings)
    if keys is None:
        keys = Keys({}, FILE, "", Findings())
    counter_minutes = _counter_minutes(keys)
    currency = keys.text("currency", default=DEFAULT_CURRENCY)
    manifest = Manifest(
        id=keys.text("id", required=True),
        name=keys.text("name", required=True),
        currency=currency,
        year=year_of(keys),
        area_label=keys.text("area_label", default="area"),
        area_label_sw=keys.text("area_label_sw"),
        first_scenario=keys.text("first_scenario"),
        first_start=_first_start(keys, folder),
        limits=keys.texts("limits"),
        limits_sw=keys.texts("limits_sw"),
        attribution=keys.texts("attribution"),
        dense_areas=keys.texts("dense_areas"),
        travel=_travel(keys, currency),
        counter_minutes_per_year=counter_minutes or _COUNTER_MINUTES,
        is_counter_figure_given=counter_minutes is not None,
        areas=given_path(keys, "areas", folder),
        area_facts=given_path(keys, "area_facts", folder),
        lakes=given_path(keys, "lakes", folder),
        roads=given_path(keys, "roads", folder),
        road_layer=given_path(keys, "road_layer", folder),
        known_roads=given_path(keys, "known_roads", folder),
        stations=_stations(keys, folder),
    )
    needed = _MODEL_NEEDS.get(manifest.travel.model, "")
    if needed and not keys.has(needed):
        keys.fault("travel.model", manifest.travel.model, f"a model that needs no `{needed}`",
                   f"Give `{needed}`, the file of the roads")  # fmt: skip
    first = manifest.first_scenario
    if first and not is_file(folder / "scenarios" / f"{first}.toml"):
        findings.warn(f"{FILE}: first_scenario {first}: there is no scenarios/{first}.toml")
    keys.refuse_others()
    return manifest


def _first_start(keys: Keys, folder: Path) -> FirstStart:
    """What is to be computed at the first start; its scenarios must be among the ready ones.

    A copy of a pack may be without its scenarios: then nothing is computed, and that is told.
    """
    table = keys.table("first_start")
    if table is None:
        return FirstStart()
    names = table.texts("scenarios")
    frontier = table.text("frontier")
    table.refuse_others()
    if frontier and frontier not in FRONTIERS:
        table.fault("frontier", frontier, " | ".join(FRONTIERS))
        frontier = ""
    for name in sorted({name for name in names if names.count(name) > 1}):
        table.fault("scenarios", f"{name} more than once", "each scenario once", "Leave one out")
    known = {path.stem for path in (folder / "scenarios").glob("*.toml")}
    if names and not known:
        keys.findings.warn(
            f"{FILE}: first_start: there are no ready scenarios here, so none is computed"
        )
    for name in names if known else ():
        if name not in known:
            alike = nearest(name, sorted(known))
            table.fault(
                "scenarios", name, "the id of a ready scenario: a file of scenarios/, less .toml",
                f"Did you mean {alike[0]}?" if alike else "Make it, or leave the name out",
            )  # fmt: skip
    return FirstStart(names, frontier)


def year_of(keys: Keys) -> int | None:
    """The year that a file's figures are for, with its four digits."""
    year = keys.whole("year")
    if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
        keys.fault("year", year, f"a year from {FIRST_YEAR} to {LAST_YEAR}")
        return None
    return year


def given_path(keys: Keys, key: str, folder: Path) -> Path | None:
    """The file a key names, from the pack's folder; a fault when there is none."""
    name = keys.text(key)
    if not name:
        return None
    try:
        path = (folder / name).resolve()
    except (OSError, ValueError):
        path = folder / name
    before = len(keys.findings.faults)
    if is_file(path, keys.findings):
        return path
    if len(keys.findings.faults) > before:
        return None
    keys.fault(key, name, "a file", "There is no such file; paths start from the pack's folder")
    return None


def _stations(keys: Keys, folder: Path) -> StationKeys | None:
    """Where the counts by branch stand and what they are; None where there are none to read."""
    table = keys.table("station_counts")
    if table is None:
        return None
    named = table.text("file", required=True)
    path = given_path(table, "file", folder) if named else None
    texts = {name: table.text(name, required=True) for name in ("visit_type", "what", "when")}
    what_sw = table.text("what_sw")
    table.refuse_others()
    return None if path is None else StationKeys(path, **texts, what_sw=what_sw)


def _counter_minutes(keys: Keys) -> Figure | None:
    """The minutes a year that one counter serves, where the pack gives them."""
    capacity = keys.table("capacity")
    if capacity is None:
        return None
    name = _COUNTER_MINUTES.name
    figure = capacity.figure_at(name, "value", above=0)
    capacity.refuse_others()
    return figure


def _travel(keys: Keys, currency: str) -> TravelParameters:
    travel = keys.table("travel")
    if travel is None:
        travel = Keys({}, FILE, "travel", Findings())
    given = {name: _figure_of(travel, name) for name in (*_DEFAULTS, *_OPTIONAL)}
    model = travel.text("model")
    if model and model not in get_args(TravelModel):
        travel.fault("model", model, " | ".join(get_args(TravelModel)))
        model = ""
    avoid = travel.texts("avoid") if travel.has("avoid") else _AVOID
    for name in avoid:
        if name not in get_args(Obstacle):
            travel.fault("avoid", name, " | ".join(get_args(Obstacle)))
    needed = {name: given[name] or _DEFAULTS[name] for name in _DEFAULTS}
    optional = {name: given[name] for name in _OPTIONAL}
    parameters = TravelParameters(
        circuity=needed["circuity"],
        speed_kmh=needed["speed_kmh"],
        speed_slow_kmh=needed["speed_slow_kmh"],
        fare_kes_per_km=needed["fare_kes_per_km"],
        local_leg_kes=needed["local_leg_kes"],
        value_of_time_kes_per_hour=needed["value_of_time_kes_per_hour"],
        circuity_slow=optional["circuity_slow"],
        link_circuity=optional["link_circuity"],
        road_factor=optional["road_factor"],
        wait_min=optional["wait_min"],
        local_min=optional["local_min"],
        slow_areas=frozenset(travel.texts("slow_areas")),
        model=cast("TravelModel", model),
        avoid=cast("tuple[Obstacle, ...]", avoid),
        class_speed_kmh=_class_speeds(travel),
    )
    travel.refuse_others()
    _tell_defaults(keys, [name for name in _DEFAULTS if given[name] is None], currency)
    return parameters


def _figure_of(keys: Keys, name: str) -> Figure | None:
    """A figure of `[travel]`; None where the file gives none."""
    return keys.figure_at(name, "value", above=0 if name in _ABOVE_ZERO else None)


def _class_speeds(travel: Keys) -> dict[str, Figure]:
    """`[travel.class_speed_kmh.CLASS]`: a figure for each class of road."""
    table = travel.table("class_speed_kmh")
    if table is None:
        return {}
    speeds = {}
    for name, each in table.every_table():
        figure = each.figure(name, "value", above=0)
        each.refuse_others()
        if figure is not None:
            speeds[name] = figure
    table.refuse_others()
    return speeds


def _tell_defaults(keys: Keys, missing: list[str], currency: str) -> None:
    """Say which figures are the planner's own, and which of them mean nothing in this currency."""
    if missing:
        named = ", ".join(f"{name} {_DEFAULTS[name].value:g}" for name in missing)
        keys.findings.warn(
            f"{FILE}: no [travel] figures for {named}: the planner's defaults are"
            " used, an assumption"
        )
    in_money = [name for name in missing if "kes" in name]
    if in_money and currency != DEFAULT_CURRENCY:
        keys.findings.warn(
            f"{FILE}: the defaults for {', '.join(in_money)} are in {DEFAULT_CURRENCY} and mean"
            f" nothing in {currency}; give your own before you minimise travel_cost or total_cost"
        )
