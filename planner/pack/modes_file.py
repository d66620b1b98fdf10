"""`modes.toml`: the ways to travel, what they take and cost, and who can use them; read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from planner.errors import nearest
from planner.pack.customer_types import Segment
from planner.pack.faults import Findings, listed
from planner.pack.figures import Figure
from planner.pack.toml_file import Keys, read_toml
from planner.pack.travel_types import ModeUsers, TravelMode

FILE = "modes.toml"
MIXED = "mixed"  # what a scenario calls all modes together
FIGURES = (
    *("speed_kmh", "speed_slow_kmh", "time_factor", "wait_min"),
    *("fare_kes_per_km", "fare_kes_per_leg", "max_km"),
)
_ABOVE_ZERO = {"speed_kmh", "speed_slow_kmh", "time_factor", "max_km"}
_EVERYBODY = "everybody"


def read_modes(
    folder: Path, segments: Sequence[Segment] | None, findings: Findings
) -> tuple[TravelMode, ...]:
    """Reads `modes.toml`; what is at fault is noted and left out.

    Args:
        folder: The pack's folder.
        segments: The groups of the pack's people, None where they could not all be read.
        findings: Takes every fault.
    """
    keys = read_toml(folder / FILE, findings)
    if keys is None:
        return ()
    before = len(findings.faults)
    tables = keys.tables("modes", required=True)
    if keys.values.get("modes") == []:
        keys.fault("modes", "no modes", "one [[modes]] or more")
    modes = tuple(_mode(table, segments) for table in tables)
    keys.refuse_others()
    _check_doubled(tables)
    if modes and len(findings.faults) == before:
        _check_one_for_all(keys, modes)
    return modes


def _mode(table: Keys, segments: Sequence[Segment] | None) -> TravelMode:
    name = table.text("id", required=True)
    if name == MIXED:
        table.fault("id", name, "another id", "Scenarios call all modes together by this name")
    figures = {each: _figure(table, each) for each in FIGURES}
    _check_speeds(table)
    mode = TravelMode(
        id=name,
        name=table.text("name", required=True),
        name_sw=table.text("name_sw"),
        users=_users(table, segments),
        mark=table.mark(),
        **figures,
    )
    table.refuse_others()
    return mode


def _figure(table: Keys, name: str) -> Figure | None:
    return table.figure_at(name, "mode", above=0 if name in _ABOVE_ZERO else None)


def _check_speeds(table: Keys) -> None:
    """Minutes come either from speeds or from those of the travel model."""
    by_speed, by_factor = table.has("speed_kmh"), table.has("time_factor")
    if by_speed and by_factor:
        table.fault(
            "time_factor", "speed_kmh and time_factor", "one of them",
            "Give its own speed, or how many times the minutes of the travel model it takes",
        )  # fmt: skip
    elif not by_speed and not by_factor:
        table.fault(
            "speed_kmh", "neither speed_kmh nor time_factor", "one of them",
            "Give its own speed, or how many times the minutes of the travel model it takes",
        )  # fmt: skip
    if table.has("speed_slow_kmh") and not by_speed:
        table.fault("speed_slow_kmh", "speed_slow_kmh alone", "speed_kmh beside it", "")


def _check_doubled(tables: Iterable[Keys]) -> None:
    seen: set[str] = set()
    for table in tables:
        name = table.values.get("id")
        if isinstance(name, str) and name.strip():
            if name.strip() in seen:
                table.fault("id", name, "each id once")
            seen.add(name.strip())


def _check_one_for_all(keys: Keys, modes: Iterable[TravelMode]) -> None:
    """Whoever has no other mode must still get there, however far it is."""
    if not any(not mode.users and mode.max_km is None for mode in modes):
        keys.fault(
            "modes", "no mode for all people at any distance",
            "one mode or more without users and without max_km",
            "Else some would have no way to travel",
        )  # fmt: skip


# -- who can use it ------------------------------------------------------------------------


def _users(table: Keys, segments: Sequence[Segment] | None) -> tuple[ModeUsers, ...]:
    """Who can use a mode: everybody's share, or that of each group of one dimension."""
    places = table.tables("users")
    if table.values.get("users") == []:
        table.fault("users", "no users", "one [[modes.users]] or more", "Or leave it out: all can")
    found = []
    for place in places:
        dimension = place.text("dimension")
        group = place.text("group", required=bool(dimension))
        if group and not dimension:
            place.fault("dimension", "missing key: dimension", "the dimension of the group")
        share = place.figure("users", "mode", most=1)
        place.refuse_others()
        if share is not None:
            found.append(ModeUsers(dimension, group, share))
    _check_groups(table, places, segments)
    return tuple(found)


def _check_groups(table: Keys, places: Sequence[Keys], segments: Sequence[Segment] | None) -> None:
    """The groups must be known, of one dimension, each there once and none left out."""
    first, seen = "", set[tuple[str, str]]()
    for number, place in enumerate(places):
        dimension, group = _text(place, "dimension"), _text(place, "group")
        first = first if number else dimension
        if dimension != first:
            place.fault(
                "dimension", dimension or _EVERYBODY, first or f"{_EVERYBODY} alone",
                "Who can use a mode is told by one dimension",
            )  # fmt: skip
        elif (dimension, group) in seen:
            place.fault("group", group or _EVERYBODY, "each group once")
        elif segments is not None and dimension:
            _check_known(place, dimension, group, segments)
        seen.add((dimension, group))
    groups = [each.id for each in segments or () if each.dimension == first]
    lacking = [each for each in groups if (first, each) not in seen]
    if lacking:
        table.fault(
            "users", f"no share of {listed(lacking)}", f"every group of {first}",
            "Give 0 for a group that cannot use it",
        )  # fmt: skip


def _check_known(place: Keys, dimension: str, group: str, segments: Sequence[Segment]) -> None:
    dimensions = list(dict.fromkeys(each.dimension for each in segments))
    groups = [each.id for each in segments if each.dimension == dimension]
    if not groups:
        _unknown(place, "dimension", dimension, dimensions, "a dimension of customers.toml")
    elif group and group not in groups:
        _unknown(place, "group", group, groups, f"a group of {dimension}")


def _text(place: Keys, key: str) -> str:
    value = place.values.get(key)
    return value.strip() if isinstance(value, str) else ""


def _unknown(place: Keys, key: str, found: str, known: Sequence[str], expected: str) -> None:
    near = nearest(found, known)
    hint = f"Did you mean {near[0]}?" if near else f"Known: {listed(known) or 'none'}"
    place.fault(key, found, expected, hint)
