"""GeoJSON roads, feature by feature, so that a large file needs little more room than its text."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from json import JSONDecodeError
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.errors import CONTROLS
from planner.pack.foreign import Refused
from planner.pack.road_table import LINE, NOTHING, OTHER, RoadTable, refuse_too_many
from planner.pack.strict_json import ONCE, TwiceError, told_of

_BATCH = 20_000
_LARGEST = 10**15
_LONGEST = 200  # letters of an attribution
_BLANK = re.compile(r"[ \t\r\n]*")
_EXPECTED = "a GeoJSON FeatureCollection"


def geojson_roads(text: str, order: Mapping[str, Any]) -> tuple[RoadTable, dict[str, Any]]:
    """The roads of a GeoJSON file, feature 1 as row 2, and the file's other top-level members.

    Args:
        text: The whole file.
        order: `wanted` columns, `most_rows` and `most_vertices`.

    Raises:
        Refused: When it is no collection of features, or damaged.
    """
    members: dict[str, Any] = {}
    table = RoadTable(order["wanted"])
    batch: list[Any] = []
    try:
        for feature in _features(text, members):
            batch.append(feature)
            if len(batch) == _BATCH:
                _add(table, batch)
                refuse_too_many(table, order)
                batch = []
    except JSONDecodeError as error:
        raise Refused(
            "damaged JSON", "a GeoJSON file", "It may be cut off; export it again", error.lineno
        ) from None
    except TwiceError as error:
        column, found, expected, message = told_of(error)
        raise Refused(found, expected, message, column=column) from None
    except ValueError:  # more digits than Python reads
        raise Refused("a number too long to read", "a GeoJSON file", "Export it again") from None
    except RecursionError:
        raise Refused("JSON nested too deeply", "a GeoJSON file") from None
    _add(table, batch)
    refuse_too_many(table, order)
    if members.get("type") != "FeatureCollection":
        raise Refused(f"type {members.get('type', 'missing')}", _EXPECTED, column="type")
    return table, members


def attribution_of(members: Mapping[str, Any]) -> dict[str, str]:
    """What a file says of its makers, on one line; nothing where it says nothing."""
    told = members.get("attribution")
    if not isinstance(told, str):
        return {}
    return {"attribution": " ".join(CONTROLS.sub(" ", told).split())[:_LONGEST]}


def _features(text: str, members: dict[str, Any]) -> Iterator[Any]:
    """Each of the features in turn; the other members of the top level go to `members`."""
    at = _BLANK.match(text, text.startswith("\ufeff")).end()  # type: ignore[union-attr]
    at = _over(text, at, "{")
    seen: set[str] = set()
    while True:
        start = _after_blank(text, at)
        name, at = ONCE.raw_decode(text, start)
        if not isinstance(name, str):
            raise JSONDecodeError("no name of a member", text, start)
        if name in seen:
            raise TwiceError(name)
        seen.add(name)
        at = _after_blank(text, _over(text, _after_blank(text, at), ":"))
        if name == "features" and text[at : at + 1] == "[":
            at = _after_blank(text, at + 1)
            is_more = text[at : at + 1] != "]"
            while is_more:
                feature, at = ONCE.raw_decode(text, at)
                yield feature
                at = _after_blank(text, at)
                is_more = text[at : at + 1] == ","
                at = _after_blank(text, at + 1) if is_more else at
            at = _over(text, at, "]")
        else:
            members[name], at = ONCE.raw_decode(text, at)
        at = _after_blank(text, at)
        if text[at : at + 1] != ",":
            break
        at += 1
    at = _after_blank(text, _over(text, at, "}"))
    if at != len(text):
        raise JSONDecodeError("more after the end", text, at)


def _after_blank(text: str, at: int) -> int:
    match = _BLANK.match(text, at)
    return at if match is None else match.end()


def _over(text: str, at: int, mark: str) -> int:
    if text[at : at + 1] != mark:
        raise JSONDecodeError(f"no {mark}", text, at)
    return at + 1


def _add(table: RoadTable, features: list[Any]) -> None:
    first = table.roads + 2
    kind = np.full(len(features), OTHER, dtype=np.int8)
    road: list[int] = []
    size: list[int] = []
    places: list[Any] = []
    cells: list[Mapping[str, Any]] = []
    for at, feature in enumerate(features):
        if not isinstance(feature, dict) or feature.get("type") != "Feature":
            raise Refused("no Feature", "a Feature", row=first + at)
        properties = feature.get("properties")
        cells.append(properties if isinstance(properties, dict) else {})
        geometry = feature.get("geometry")
        lines = _lines(geometry, first + at)
        if lines is None:
            continue
        kind[at] = LINE if lines else NOTHING
        for line in lines:
            road.append(at)
            size.append(len(line))
            places.extend(line)
    for properties in cells:
        table.know(properties)
    for key, header in table.kept.items():
        table.add_cells(key, [_cell(each.get(header)) for each in cells])
    table.add(
        np.arange(first, first + len(features)),
        kind,
        np.array(road, dtype=np.int64),
        np.array(size, dtype=np.int64),
        _positions(places, road, size, first),
    )


def _lines(geometry: object, row: int) -> list[list[Any]] | None:
    """The lines of a geometry, empty where there is none; None where it is no line."""
    if geometry is None:
        return []
    if not isinstance(geometry, dict):
        raise Refused("a damaged geometry", "a line", row=row, column="geometry")
    kind, content = geometry.get("type"), geometry.get("coordinates")
    if kind == "LineString":
        content = [content]
    elif kind != "MultiLineString":
        return None
    if not isinstance(content, list) or not all(isinstance(line, list) for line in content):
        raise Refused("a damaged geometry", "lists of positions", row=row, column="geometry")
    return [line for line in content if line]


def _positions(places: list[Any], road: list[int], size: list[int], first: int) -> NDArray[Any]:
    """Positions as (lon, lat); heights are left out."""
    try:
        array = np.array(places)
        if array.ndim == 2 and array.shape[1] >= 2 and array.dtype.kind in "if":
            return array[:, :2].astype(np.float64)
    except ValueError:
        pass  # positions with and without heights
    pairs = np.empty((len(places), 2))
    owner = np.repeat(road, size)
    for at, place in enumerate(places):
        sound = isinstance(place, list) and len(place) >= 2
        if not sound or not all(_is_number(each) for each in place[:2]):
            row = first + int(owner[at])
            raise Refused("a position that is no pair of numbers", "[longitude, latitude]",
                          row=row, column="geometry")  # fmt: skip
        pairs[at] = place[:2]
    return pairs


def _cell(value: object) -> object:
    """A property; NaN and Infinity as the words that stand in the file, which are no figures."""
    is_none = isinstance(value, float) and not math.isfinite(value)
    return json.dumps(value) if is_none else value


def _is_number(value: object) -> bool:
    """Whether it is a number that fits; what is no truth value."""
    return isinstance(value, float) or (type(value) is int and abs(value) < _LARGEST)
