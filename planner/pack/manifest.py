"""`pack.toml`: what a pack is called, where its files are, and its travel figures."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from planner.pack.faults import Findings
from planner.pack.figures import Figure, Mark
from planner.pack.opening import is_file
from planner.pack.toml_file import Keys, read_toml
from planner.pack.types import TravelParameters

FILE = "pack.toml"
FIRST_YEAR, LAST_YEAR = 1900, 2200
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
_COUNTER_MINUTES = Figure(
    "counter_minutes_per_year", 90_000, 60_000, 112_500, "minutes a counter and year", _DEFAULT
)  # 250 days x 7.5 hours x 60 minutes x 0.80 of them with a customer
_ABOVE_ZERO = {"circuity", "speed_kmh", "speed_slow_kmh"}


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
        known_roads=given_path(keys, "known_roads", folder),
        stations=_stations(keys, folder),
    )
    first = manifest.first_scenario
    if first and not (folder / "scenarios" / f"{first}.toml").is_file():
        findings.warn(f"{FILE}: first_scenario {first}: there is no scenarios/{first}.toml")
    keys.refuse_others()
    return manifest


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
    table = capacity.table(name)
    capacity.refuse_others()
    if table is None:
        return None
    figure = table.figure(name, "value", above=0)
    table.refuse_others()
    return figure


def _travel(keys: Keys, currency: str) -> TravelParameters:
    travel = keys.table("travel")
    figures = dict(_DEFAULTS)
    slow: tuple[str, ...] = ()
    given: set[str] = set()
    if travel is not None:
        slow = travel.texts("slow_areas")
        for name in _DEFAULTS:
            table = travel.table(name)
            if table is None:
                continue
            given.add(name)
            figure = table.figure(name, "value", above=0 if name in _ABOVE_ZERO else None)
            table.refuse_others()
            figures[name] = figure or figures[name]
        travel.refuse_others()
    missing = [f"{name} {_DEFAULTS[name].value:g}" for name in _DEFAULTS if name not in given]
    if missing:
        keys.findings.warn(
            f"{FILE}: no [travel] figures for {', '.join(missing)}: the planner's defaults are"
            " used, an assumption"
        )
    in_money = [name for name in _DEFAULTS if "kes" in name and name not in given]
    if in_money and currency != DEFAULT_CURRENCY:
        keys.findings.warn(
            f"{FILE}: the defaults for {', '.join(in_money)} are in {DEFAULT_CURRENCY} and mean"
            f" nothing in {currency}; give your own before you minimise travel_cost or total_cost"
        )
    return TravelParameters(**figures, slow_areas=frozenset(slow))
