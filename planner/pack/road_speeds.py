"""How fast one drives on each road: its own speed, else that of its class."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.errors import CONTROLS
from planner.pack.faults import control_in, listed
from planner.pack.figures import Figure
from planner.pack.road_classes import CLASS_SPEEDS, NOT_FOR_VEHICLES, class_key
from planner.pack.road_columns import RoadColumn
from planner.pack.road_told import RoadTold
from planner.pack.road_words import MOST_KMH, speed_of

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Classes:
    """The classes of a road file.

    Attributes:
        header: The column.
        texts: Each class as it stands, with none (`""`) at the end.
        of: Which of them each road has, shape (F,).
        figures: The speed of each, None where neither the pack nor the planner gives one.
        is_road: Which of them are roads for vehicles.
    """

    header: str
    texts: tuple[str, ...]
    of: NDArray[np.int64]
    figures: tuple[Figure | None, ...]
    is_road: tuple[bool, ...]


def classes_of(column: RoadColumn, given: Mapping[str, Figure]) -> Classes:
    """The classes of a column with their speeds; `given` are the pack's own."""
    texts, codes = column.coded
    own = {class_key(name): figure for name, figure in given.items()}
    keys = [class_key(text) for text in texts]
    figures = [own.get(key) or CLASS_SPEEDS.get(key) for key in keys]
    is_road = [key in own or key not in NOT_FOR_VEHICLES for key in keys]
    of = np.where(codes < 0, len(texts), codes).astype(np.int64)
    return Classes(column.header, (*texts, ""), of, (*figures, None), (*is_road, True))


def own_speeds(column: RoadColumn, counts: Mask, told: RoadTold, *, is_zero_blank: bool) -> Array:
    """The speed that each road gives itself, nan where none or where it is a word; shape (F,).

    A speed at fault stays, so that its road is not said to have none.

    Args:
        column: The speeds as they stand.
        counts: Which roads count, shape (F,).
        told: Takes speeds that no vehicle drives; of ways of OpenStreetMap they are told, and left
            to the class.
        is_zero_blank: Whether 0 stands for a speed that is not known.
    """
    texts, codes = column.coded
    read = [speed_of(text) for text in texts]
    values = np.array([np.nan if each is None else each for each in read] + [np.nan])
    speed: Array = values[codes]
    speed[~counts] = np.nan
    if is_zero_blank:
        zero = speed == 0
        if zero.any():
            told.note(
                f"Of a {column.header} of 0, taken as not known: {told.count(int(zero.sum()))}."
            )
        speed[zero] = np.nan
    words = [text for text, each in zip(texts, read, strict=True) if each is None]
    if words:
        told.note(
            f"Column {column.header}: {listed(words)} are no speeds; the class counts for these"
            " roads."
        )
    bad = np.flatnonzero((speed <= 0) | (speed > MOST_KMH))
    if bad.size and told.is_osm:
        told.note(f"Speeds not from 1 to {MOST_KMH:g} km/h, left to the class: {told.named(bad)}.")
        speed[bad] = np.nan
        return speed
    told.faults(
        bad, column.header, lambda at: texts[codes[at]], f"a speed > 0, up to {MOST_KMH:g} km/h",
        "Correct it, or leave it blank: the class counts then",
    )  # fmt: skip
    return speed


def with_class_speeds(
    own: Array, classes: Classes | None, counts: Mask, told: RoadTold
) -> tuple[Array, Mask]:
    """The speed of each road, nan where it is not known (a fault), and the roads left out for it.

    Args:
        own: The speed that each road gives itself, nan where none, shape (F,).
        classes: The classes; None where the file has none.
        counts: Which roads count, shape (F,).
        told: Takes classes without a speed, roads without class and speed, and what was used.
    """
    lacks = np.isnan(own) & counts
    if classes is None:
        _fault_bare(lacks, told)
        return own, np.zeros(own.size, dtype=np.bool_)
    values = np.array([np.nan if each is None else each.value for each in classes.figures])
    speed = np.where(lacks, values[classes.of], own)
    blank = len(classes.texts) - 1
    _fault_bare(lacks & (classes.of == blank), told)
    unknown = lacks & np.isnan(speed) & (classes.of != blank)
    _tell_unknown(classes, unknown, told)
    _tell_used(classes, lacks & ~np.isnan(speed), told)
    return speed, unknown & told.is_osm


def _fault_bare(bare: Mask, told: RoadTold) -> None:
    told.faults(
        np.flatnonzero(bare), None, "a road without class and speed",
        "a class, or a speed in km/h", "Give one of them; no speed is guessed",
    )  # fmt: skip


def _tell_unknown(classes: Classes, unknown: Mask, told: RoadTold) -> None:
    """Classes without a speed: each a fault with its key; in OpenStreetMap left out and told."""
    counts = np.bincount(classes.of[unknown], minlength=len(classes.texts))
    there = [(classes.texts[at], int(counts[at])) for at in np.flatnonzero(counts)]
    if there and told.is_osm:
        named = listed(f"{text} ({count:,})" for text, count in there)
        told.note(f"Ways of other kinds were left out: {named}.")
        return
    for text, count in there:
        roads = told.count(count)
        if bad := CONTROLS.search(text):
            told.fault(
                classes.header, f"{control_in(text, bad)} ({roads})", "plain text",
                "Give the class anew, or give these roads a speed",
            )  # fmt: skip
            continue
        told.fault(
            classes.header, f"{text} ({roads})", "a class whose speed is known",
            f"Add [travel.class_speed_kmh.{json.dumps(text, ensure_ascii=False)}] with value, low,"
            " high, unit, source and confidence to pack.toml, or give these roads a speed",
        )  # fmt: skip


def _tell_used(classes: Classes, by_class: Mask, told: RoadTold) -> None:
    """Which classes took which speed, by where the speed comes from."""
    counts = np.bincount(classes.of[by_class], minlength=len(classes.texts))
    groups: dict[str, list[str]] = defaultdict(list)
    known = {at: figure for at, figure in enumerate(classes.figures) if figure is not None}
    for at, figure in known.items():
        if counts[at]:
            mark = figure.mark
            kind = f", {mark.confidence}" if mark.confidence else ""
            source = f"{mark.source or 'no source'}{kind}"
            groups[source].append(
                f"{classes.texts[at]} {figure.value:g} km/h ({told.count(int(counts[at]))})"
            )
    for source, named in groups.items():
        told.note(f"Speed by class ({source}): {listed(named, 30)}.")
