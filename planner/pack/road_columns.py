"""Which column of a road file says what: class, speed, direction, length, minutes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.pack.faults import listed
from planner.pack.grid import header_key, text_of
from planner.pack.road_told import RoadTold

ROLES: Mapping[str, tuple[str, ...]] = {
    "class": (
        "highway", "fclass", "class", "road_class", "roadclass", "rdclass", "functional_class",
        "func_class", "hwy", "road_type", "roadtype", "type", "surftype", "surface_type",
    ),
    "speed": ("speed_kmh", "maxspeed", "max_speed", "speed", "speed_limit", "kmh", "kph"),
    "one-way": ("oneway", "one_way", "is_oneway"),
    "length": (
        "km", "length_km", "len_km", "road_km", "distance_km", "length_m", "distance_m",
        "length_mi", "miles", "length", "shape_length", "shape_leng", "shape_len", "st_length",
    ),
    "minutes": (
        "minutes", "travel_min", "drive_min", "time_min", "duration_min", "duration_s", "time_s",
        "seconds", "duration_h", "time_h", "hours", "travel_time",
    ),
    "access": ("access",),
    "motor vehicles": ("motor_vehicle",),
    "junction": ("junction",),
}  # fmt: skip
_UNITS: Mapping[str, str] = {
    "km": "km", "m": "metres", "mi": "miles", "miles": "miles",
    "min": "minutes", "minutes": "minutes", "s": "seconds", "seconds": "seconds",
    "h": "hours", "hours": "hours",
}  # fmt: skip
_TAGS = "other_tags"
WANTED = frozenset(name for names in ROLES.values() for name in names) | {_TAGS}
_FROM_TAGS = ("maxspeed", "oneway", "access", "motor_vehicle", "junction")


@dataclass(frozen=True, slots=True, eq=False)
class RoadColumn:
    """A column of a road file, as numbers or as coded text.

    Attributes:
        header: Its name as it stands in the file.
        numbers: The numbers, nan where blank, shape (F,); None for text.
        values: Each different text once, without blanks around it.
        codes: Which text each road has, -1 where blank, shape (F,); None for numbers.
    """

    header: str
    numbers: NDArray[np.float64] | None = None
    values: tuple[str, ...] = ()
    codes: NDArray[np.integer[Any]] | None = None

    @property
    def unit(self) -> str | None:
        """The unit that its name says, as `length_km` and `minutes` do; None where it says none."""
        return _UNITS.get(header_key(self.header).rpartition("_")[2])

    @property
    def is_given(self) -> NDArray[np.bool_]:
        """Where it is not blank, shape (F,)."""
        return ~np.isnan(self.numbers) if self.numbers is not None else self.coded[1] >= 0

    @property
    def coded(self) -> tuple[tuple[str, ...], NDArray[np.integer[Any]]]:
        """Each different text once, and which each road has (-1: blank), also of numbers."""
        if self.codes is not None:
            return self.values, self.codes
        numbers = self.numbers if self.numbers is not None else np.empty(0)
        different, codes = np.unique(numbers, return_inverse=True)
        texts = tuple(text_of(each) for each in different[~np.isnan(different)].tolist())
        return texts, np.where(np.isnan(numbers), -1, codes).astype(np.int32)


def columns_by_role(columns: Mapping[str, RoadColumn], told: RoadTold) -> dict[str, RoadColumn]:
    """The column that says each thing; of several the first usual name that is not blank all over.

    Args:
        columns: By `header_key`.
        told: Is told which column was taken as what, and which was not.
    """
    every = dict(columns)
    if _TAGS in every:
        every = _tag_columns(every.pop(_TAGS)) | every
    chosen: dict[str, RoadColumn] = {}
    unused: list[str] = []
    for role, names in ROLES.items():
        given = [every[name] for name in names if name in every and every[name].is_given.any()]
        if given:
            chosen[role] = given[0]
            unused += [each.header for each in given[1:]]
    if chosen:
        pairs = [f"{each.header} as {role}" for role, each in chosen.items()]
        text = f"Columns understood: {', '.join(pairs)}."
        if unused:
            text += f" Not used, as others say the same: {listed(unused)}."
        told.note(text)
    return chosen


def _tag_columns(tags: RoadColumn) -> dict[str, RoadColumn]:
    """The tags of OpenStreetMap that count, out of one column of `"key"=>"value"` pairs."""
    texts, codes = tags.coded
    columns = {}
    for name in _FROM_TAGS:
        form = re.compile(rf'"{name}"=>"((?:[^"\\]|\\.)*)"')
        found = [form.search(text) for text in texts]
        values = dict.fromkeys(each[1] for each in found if each)
        place = {value: at for at, value in enumerate(values)}
        of_text = [place[each[1]] if each else -1 for each in found]
        of_road = np.array([*of_text, -1], dtype=np.int32)[codes]
        columns[name] = RoadColumn(f"{tags.header} {name}", values=tuple(values), codes=of_road)
    return columns
