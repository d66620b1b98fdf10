"""The layers that most maps are made of: areas, sites, links, shapes, and the legend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from planner.present.maps.ground import DrawnLayer

Mix = Literal["mix1", "mix2", "mix3", "mix4", "mix5", "mix6", "mix7"]

Status = Literal[
    "existing",
    "proposed",
    "new",
    "locked",
    "forbidden",
    "candidate",
    "opened",
    "closed",
    "changed",
    "kept",
    "always",
    "mostly",
    "sometimes",
    "once",
]

LineStyle = Literal["solid", "dashed", "dotted"]

# Shape and colour both tell the status.
KINDS: Mapping[Status, dict[str, str]] = {
    "existing": {"status": "existing", "shape": "square"},
    "proposed": {"status": "proposed", "shape": "diamond"},
    "new": {"status": "new", "shape": "circle"},
    "locked": {"status": "locked", "shape": "triangle"},
    "forbidden": {"status": "forbidden", "shape": "cross"},
    "candidate": {"status": "candidate", "shape": "dot"},
    "opened": {"status": "opened", "shape": "plus"},
    "closed": {"status": "closed", "shape": "bar"},
    "changed": {"status": "changed", "shape": "hexagon"},
    "kept": {"status": "kept", "shape": "ring"},
    "always": {"status": "always", "shape": "disc"},
    "mostly": {"status": "mostly", "shape": "most"},
    "sometimes": {"status": "sometimes", "shape": "some"},
    "once": {"status": "once", "shape": "hollow"},
}
# Kinds of branch where they are told apart by what they offer: shape and colour likewise.
MIXES: Mapping[Mix, dict[str, str]] = {
    "mix1": {"status": "mix1", "shape": "circle"},
    "mix2": {"status": "mix2", "shape": "square"},
    "mix3": {"status": "mix3", "shape": "triangle"},
    "mix4": {"status": "mix4", "shape": "diamond"},
    "mix5": {"status": "mix5", "shape": "hexagon"},
    "mix6": {"status": "mix6", "shape": "plus"},
    "mix7": {"status": "mix7", "shape": "bar"},
}
_SYMBOLS: dict[Status | Mix, dict[str, str]] = dict([*KINDS.items(), *MIXES.items()])
_ON_TOP: Mapping[Status | Mix, int] = {
    "candidate": -1000,
    "kept": -500,
    "once": -300,
    "sometimes": -200,
    "mostly": 100,
    "always": 300,
    "proposed": 200,
    "changed": 200,
    "new": 400,
    "opened": 400,
    "closed": 400,
    "locked": 500,
}


@dataclass(frozen=True, slots=True)
class AreaCell:
    """What an area shows: its fill, and the lines that tell it (name first)."""

    fill: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SiteMark:
    """A symbol on the map; `number` stands in it, 0 leaves it empty."""

    id: str
    lat: float
    lon: float
    status: Status | Mix
    lines: tuple[str, ...]
    radius: float = 6.5
    number: int = 0


@dataclass(frozen=True, slots=True)
class Link:
    """Two places that have something in common, such as a service that both offer.

    `colour`: of the line; that of its style where left out.
    """

    start: tuple[float, float]
    end: tuple[float, float]
    style: LineStyle
    lines: tuple[str, ...]
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """Filled land under the areas: a GeoJSON geometry, and the line round it (none: no line)."""

    fill: str
    geometry: Mapping[str, Any]
    edge: str = ""


@dataclass(frozen=True, slots=True)
class LegendRow:
    """A line of the legend: a colour, a symbol or a link, and what it means.

    `size`: pixels, of a flow its width, of a gap the radius of its circle.
    """

    key: Literal["fill", "symbol", "link", "road", "line", "flow", "gap", "none"]
    text: str
    colour: str = ""
    status: Status | Mix = "existing"
    style: LineStyle = "solid"
    size: float = 0.0

    def as_data(self) -> dict[str, Any]:
        """Plain values for the script."""
        return {
            "key": self.key,
            "text": self.text,
            "colour": self.colour,
            "kind": _SYMBOLS[self.status],
            "style": self.style,
            "size": self.size,
        }


class Areas(DrawnLayer):
    """The areas, filled by class; `description` tells the map in words."""

    _call = "areas"

    def __init__(
        self,
        cells: Mapping[str, AreaCell],
        *,
        description: str,
        selected: str | None = None,
        border: str = "#ffffff",
    ) -> None:
        super().__init__(
            {
                "cells": {
                    code: {"fill": cell.fill, "lines": cell.lines} for code, cell in cells.items()
                },
                "description": description,
                "selected": selected,
                "border": border,
            }
        )


class Sites(DrawnLayer):
    """Branches and sites as symbols."""

    _call = "sites"

    def __init__(self, marks: Sequence[SiteMark]) -> None:
        super().__init__(
            {
                "kinds": {status: _SYMBOLS[status] for status in sorted({m.status for m in marks})},
                "sites": [
                    {
                        "id": mark.id,
                        "lat": mark.lat,
                        "lon": mark.lon,
                        "kind": mark.status,
                        "radius": mark.radius,
                        "number": str(mark.number or ""),
                        "lines": mark.lines,
                        "over": _ON_TOP.get(mark.status, 0),
                    }
                    for mark in marks
                ],
            }
        )


class Shapes(DrawnLayer):
    """Filled land under the areas, such as bands of minutes."""

    _call = "shapes"

    def __init__(self, shapes: Sequence[Shape]) -> None:
        super().__init__(
            {
                "shapes": [
                    {"fill": shape.fill, "edge": shape.edge, "geometry": shape.geometry}
                    for shape in shapes
                ]
            }
        )


class Links(DrawnLayer):
    """Lines between places: solid where something holds, dashed where it does not.

    Dotted and grey where it is open whether it holds.
    """

    _call = "links"

    def __init__(self, links: Sequence[Link], *, weight: float = 3.0) -> None:
        super().__init__(
            {
                "weight": weight,
                "links": [
                    {
                        "from": link.start,
                        "to": link.end,
                        "style": link.style,
                        "lines": link.lines,
                        "colour": link.colour,
                    }
                    for link in links
                ],
            }
        )


class Lines(DrawnLayer):
    """Lines that tell nothing by themselves: the links of a road graph."""

    _call = "lines"

    def __init__(self, lines: Sequence[Sequence[tuple[float, float]]]) -> None:
        super().__init__({"lines": lines})


class Legend(DrawnLayer):
    """What colours and symbols mean, in words."""

    _call = "legend"

    def __init__(self, blocks: Sequence[tuple[str, Sequence[LegendRow]]]) -> None:
        super().__init__(
            {
                "blocks": [
                    {"title": title, "rows": [row.as_data() for row in rows]}
                    for title, rows in blocks
                ]
            }
        )
