"""What a draft of a pack changes against the pack that is shown: counts, rows and figures."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import pandas as pd

from planner.pack.figures import Figure
from planner.pack.fingerprint import print_of
from planner.pack.types import Pack
from planner.present.data.data import content_by_kind, kind_name, row_count
from planner.present.session import Case
from planner.present.words import Words

MOST_NAMED = 5
_KEYS: Mapping[str, Callable[[Any], str]] = {
    **dict.fromkeys(
        ("demand_points", "services", "visit_types", "sites", "formats", "modes"),
        lambda each: str(each.id),
    ),
    "areas": lambda each: str(each.code),
    "towns": lambda each: f"{each.name} {each.lat} {each.lon}",
    "visits": lambda each: f"{each.demand_point} {each.visit_type}",
    "area_demand": lambda each: f"{each.demand_point} {each.visit_type}",
    "known_roads": lambda each: f"{each.from_town} {each.to_town}",
    "road_changes": lambda each: f"{each.kind} {each.name} {each.from_lat} {each.from_lon}",
}


@dataclass(frozen=True, slots=True)
class RowChanges:
    """How the rows of a table differ: by what they are called, in the order of the tables."""

    kind: str
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many rows differ."""
        return len(self.added) + len(self.removed) + len(self.changed)


def row_changes(before: Pack, after: Pack) -> tuple[RowChanges, ...]:
    """The tables whose rows differ, with what each row is called."""
    first, second = content_by_kind(before), content_by_kind(after)
    found = []
    for kind, key in _KEYS.items():
        old = {key(each): each for each in first[kind]}
        new = {key(each): each for each in second[kind]}
        changes = RowChanges(
            kind,
            tuple(_called(new[each]) for each in new if each not in old),
            tuple(_called(old[each]) for each in old if each not in new),
            tuple(_called(new[each]) for each in new if each in old and new[each] != old[each]),
        )
        if changes.count:
            found.append(changes)
    return tuple(found)


def _called(record: Any) -> str:
    for name in ("name", "from_town"):
        if text := getattr(record, name, ""):
            return f"{text} - {record.to_town}" if name == "from_town" else str(text)
    return f"{record.demand_point} {record.visit_type}"


def sentences(w: Words, before: Case, after: Case) -> list[str]:
    """What changes, in words: what travel comes to today, tables row by row, figures, files."""
    rows = row_changes(before.pack, after.pack)
    said = [_travel(w, before, after)]
    for each in rows:
        parts = [
            w(f"data.rows_{name}", n=w.count(len(names)), names=_some(w, names))
            for name in ("added", "removed", "changed")
            if (names := getattr(each, name))
        ]
        said.append(f"{_table_name(w, each.kind, after.pack)}: {'; '.join(parts)}.")
    said += [
        w("data.figure_changed", name=name, before=old, after=new)
        for name, old, new in figure_changes(w, before.pack, after.pack)
    ]
    told = {each.kind for each in rows}
    other = _other_files(before.pack, after.pack, told)
    if other:
        said.append(w("data.files_changed", names=_some(w, other)))
    said = [each for each in said if each]
    return said or [w("data.nothing_changes")]


def _table_name(w: Words, kind: str, pack: Pack) -> str:
    """What a table is called; areas that are only named have no outlines to speak of."""
    if kind == "areas" and all(area.outline is None for area in pack.areas):
        return w("data.count_areas")
    return kind_name(w, kind)


def _travel(w: Words, before: Case, after: Case) -> str:
    """The mean travel to today's branches before and after; nothing where either is unknown."""
    old, new = (each.networks.get("today") for each in (before, after))
    if new is None:
        return w("data.no_network")
    if old is None:
        return ""
    minutes = [each.score.kpis.mean_min for each in (old, new)]
    if any(each is None or not math.isfinite(each) for each in minutes):
        return ""
    first, second = (f"{each:.1f}" for each in minutes if each is not None)
    key = "data.travel_same" if first == second else "data.travel_changes"
    return w(key, before=first, after=second)


def figure_changes(w: Words, before: Pack, after: Pack) -> list[tuple[str, str, str]]:
    """The figures of travel and counters that differ: name, before, after."""
    pairs: list[tuple[str, Any, Any]] = [
        (each.name, getattr(before.travel, each.name), getattr(after.travel, each.name))
        for each in fields(before.travel)
    ]
    name = "counter_minutes_per_year"
    pairs.append((name, before.counter_minutes_per_year, after.counter_minutes_per_year))
    return [
        (_figure_name(w, name), _figure_text(w, old), _figure_text(w, new))
        for name, old, new in pairs
        if old != new and not isinstance(old, Mapping)
    ]


def _figure_name(w: Words, name: str) -> str:
    """What a figure is called on other pages; its key in `pack.toml` where it has no such name."""
    key = f"travel.{name}"
    return w(key) if key in w.texts else name


def _figure_text(w: Words, value: Any) -> str:
    if value is None:
        return w("unit.none")
    if isinstance(value, Figure):
        return f"{w.number(value.value)} {value.unit}".strip()
    if isinstance(value, (tuple, frozenset)):
        return ", ".join(sorted(map(str, value))) or w("unit.none")
    return str(value)


def _other_files(before: Pack, after: Pack, told: set[str]) -> list[str]:
    """Files that differ and are not told row by row."""
    names = print_of(after.folder).differences(print_of(before.folder).files)
    short = dict.fromkeys(name.rsplit("/", 1)[-1] for name in names)
    return [name for name in short if name.rsplit(".", 1)[0] not in told]


def _some(w: Words, names: Sequence[str]) -> str:
    said = ", ".join(names[:MOST_NAMED])
    more = len(names) - MOST_NAMED
    return f"{said} {w('data.and_more', n=w.count(more))}" if more > 0 else said


def count_table(w: Words, before: Case, after: Case) -> pd.DataFrame:
    """How much each pack holds, side by side with the difference."""
    rows = []
    for name, of in _COUNTS.items():
        old, new = of(before), of(after)
        if old or new:
            rows.append(
                {
                    w("data.column_what"): w(f"data.count_{name}"),
                    w("data.column_shown"): old,
                    w("data.column_draft"): new,
                    w("data.column_difference"): f"{new - old:+,.0f}" if new != old else "",
                }
            )
    return pd.DataFrame(rows)


def _rows_of(kind: str) -> Callable[[Case], float]:
    return lambda case: row_count(case.pack, kind) or 0


def _sites(status: str) -> Callable[[Case], float]:
    return lambda case: sum(each.status == status for each in case.pack.sites)


_COUNTS: Mapping[str, Callable[[Case], float]] = {
    "areas": _rows_of("areas"),
    "points": _rows_of("demand_points"),
    "people": lambda case: round(math.fsum(p.population for p in case.pack.demand_points)),
    "services": _rows_of("services"),
    "visit_types": _rows_of("visit_types"),
    "visits": lambda case: round(float(case.problem.visits.sum())),
    "existing": _sites("existing"),
    "proposed": _sites("proposed"),
    "candidate": _sites("candidate"),
    "capital": lambda case: sum(each.capital_kes for each in case.pack.sites),
    "yearly": lambda case: sum(each.annual_cost_kes for each in case.pack.sites),
    "formats": _rows_of("formats"),
    "known_roads": _rows_of("known_roads"),
    "travel": _rows_of("travel"),
}
