"""What a pack holds, as values for the page of data: its files with rows, sources and marks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from planner.pack import builtin_packs, find_pack
from planner.pack.faults import Findings
from planner.pack.figures import MARKS, Mark
from planner.pack.manifest import FILE
from planner.pack.own import OwnPack
from planner.pack.parts import files_by_kind
from planner.pack.toml_file import read_toml
from planner.pack.types import Pack
from planner.present.view import DASH
from planner.present.words import Words


def kind_name(w: Words, kind: str) -> str:
    """What a kind of file is called."""
    return w(f"data.kind_{kind}")


def content_by_kind(pack: Pack) -> dict[str, Any]:
    """What the pack holds of each kind of file: records, or what its figures stand in."""
    voices = pack.voices
    return {
        "demand_points": pack.demand_points,
        "services": pack.services,
        "visit_types": pack.visit_types,
        "sites": pack.sites,
        "visits": pack.visits or (),
        "area_demand": pack.area_demand or (),
        "formats": pack.formats,
        "towns": pack.towns,
        "road_changes": pack.road_changes,
        "survey": voices.answers,
        "audit": voices.audits,
        "actions": voices.actions,
        "comments": voices.comments,
        "areas": pack.areas,
        "known_roads": pack.known_roads,
        "station_counts": () if pack.stations is None else pack.stations.counts,
        "pack": (pack.travel, pack.counter_minutes_per_year),
        "demand": pack.rates,
        "customers": pack.customers,
        "voices": (voices.questions, voices.agency_weights, voices.thresholds),
        "journeys": pack.journeys,
        "modes": pack.modes,
    }


def row_count(pack: Pack, kind: str) -> int | None:
    """The rows of a table as the pack has them; None for a file that is no table."""
    if kind == "travel":
        return 0 if pack.travel_matrix is None else int(pack.travel_matrix.point.size)
    if kind == "work_records":
        return 0 if pack.work_records is None else int(pack.work_records.row.size)
    if kind == "area_facts":
        return len(pack.area_facts)
    if kind in ("pack", "demand", "customers", "journeys", "modes", "voices"):
        return None
    content = content_by_kind(pack).get(kind)
    return None if content is None else len(content)


def marks_in(value: Any) -> Iterator[Mark]:
    """Every mark in nested records, figures, sequences and mappings; blank ones among them."""
    if isinstance(value, Mark):
        yield value
    elif is_dataclass(value) and not isinstance(value, type):
        for each in fields(value):
            yield from marks_in(getattr(value, each.name))
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from marks_in(item)
    elif isinstance(value, (tuple, list)):
        for item in value:
            yield from marks_in(item)


def file_table(w: Words, pack: Pack) -> pd.DataFrame:
    """One row a file: what it is, how much it holds, and how far that can be trusted."""
    content = content_by_kind(pack)
    rows = [
        {
            w("data.column_what"): kind_name(w, kind),
            w("data.column_file"): path.name,
            w("data.column_rows"): row_count(pack, kind),
            w("data.column_marks"): marks_text(w, list(marks_in(content.get(kind)))),
        }
        for kind, path in files_by_kind(pack.folder).items()
    ]
    return pd.DataFrame(rows)


def source_table(w: Words, pack: Pack) -> pd.DataFrame:
    """Every source that the pack names, file by file, and how many rows or figures rest on it."""
    content = content_by_kind(pack)
    rows = []
    for kind in files_by_kind(pack.folder):
        marks = list(marks_in(content.get(kind)))
        for source, count in Counter(each.source for each in marks if each.source).most_common():
            bearing = [each for each in marks if each.source == source]
            rows.append(
                {
                    w("data.column_source"): source,
                    w("data.column_what"): kind_name(w, kind),
                    w("data.column_times"): count,
                    w("data.column_marks"): marks_text(w, bearing),
                }
            )
    return pd.DataFrame(rows)


def marks_text(w: Words, marks: Sequence[Mark]) -> str:
    """How many figures or rows bear each mark: `found 120, assumption 39`."""
    counts = Counter(mark.confidence for mark in marks)
    said = [f"{w(f'mark.{name}')} {w.count(counts[name])}" for name in MARKS if counts[name]]
    if said and counts[None]:
        said.append(w("data.unmarked", n=w.count(counts[None])))
    return ", ".join(said)


def summary(w: Words, pack: Pack, based_on: str = "") -> str:
    """What is shown, in two sentences."""
    year = DASH if pack.year is None else str(pack.year)
    said = w(
        "data.summary",
        name=pack.name,
        year=year,
        areas=w.count(len(pack.areas)),
        points=w.count(len(pack.demand_points)),
        sites=w.count(len(pack.sites)),
        services=w.count(len(pack.services)),
    )
    return f"{said} {w('data.based_on', name=based_on)}" if based_on else said


def choices(own: Sequence[OwnPack], shown: Path) -> dict[str, str]:
    """Every pack that can be looked at by its id, with its name; the one that is shown, too."""
    names = {each: _name_in(find_pack(each)) for each in builtin_packs()}
    names |= {each.id: each.name for each in own if not each.fault}
    folders = {find_pack(each).resolve() for each in names}
    return names if shown.resolve() in folders else {str(shown): _name_in(shown), **names}


def _name_in(folder: Path) -> str:
    keys = read_toml(folder / FILE, Findings())
    return "" if keys is None else keys.text("name")
