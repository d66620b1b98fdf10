"""The map's own layers on Folium: they hand over data, `map.js` draws it.

No text of the data goes through Folium's pop-ups, tooltips or templates: everything is one
block of `script_data`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import folium
from branca.element import MacroElement
from folium.template import Template

from planner.present.escape import script_data

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
_ON_TOP: Mapping[Status, int] = {
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
    status: Status
    lines: tuple[str, ...]
    radius: float = 6.5
    number: int = 0


@dataclass(frozen=True, slots=True)
class Link:
    """Two places that have something in common, such as a service that both offer."""

    start: tuple[float, float]
    end: tuple[float, float]
    style: LineStyle
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """Filled land under the areas: a GeoJSON geometry, and the line round it (none: no line)."""

    fill: str
    geometry: Mapping[str, Any]
    edge: str = ""


@dataclass(frozen=True, slots=True)
class LegendRow:
    """A line of the legend: a colour, a symbol or a link, and what it means."""

    key: Literal["fill", "symbol", "link", "road", "line"]
    text: str
    colour: str = ""
    status: Status = "existing"
    style: LineStyle = "solid"

    def as_data(self) -> dict[str, Any]:
        """Plain values for the script."""
        return {
            "key": self.key,
            "text": self.text,
            "colour": self.colour,
            "kind": KINDS[self.status],
            "style": self.style,
        }


class _Drawn(MacroElement):  # type: ignore[misc]  # branca has no types
    """An element whose whole content is one call with one block of data."""

    _call = ""
    _template = Template(
        """
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = window.ugatuzi.{{ this.call }}(
            {{ this.map_name() }}, {{ this.block }}
        );
        {% endmacro %}
        """
    )

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__()
        self.call = self._call
        self._name = f"ugatuzi_{self._call}"
        self.given = data
        self.block = script_data(data)

    def map_name(self) -> str:
        """The script's name of the map that this stands on."""
        parent = self._parent
        while not isinstance(parent, folium.Map):
            parent = parent._parent  # noqa: SLF001
        return str(parent.get_name())


class Ground(_Drawn):
    """Panes, lakes, roads, scale, attribution, the empty legend and the keyboard."""

    _call = "prepare"

    def __init__(self, attribution: str, legend_label: str) -> None:
        super().__init__({"attribution": attribution, "legend_label": legend_label})


class _DrawnLayer(_Drawn):
    """A call that gives a layer, which goes into the feature group it is added to."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        window.ugatuzi.{{ this.call }}(
            {{ this.map_name() }}, {{ this.block }}
        ).addTo({{ this._parent.get_name() }});
        {% endmacro %}
        """
    )


class Areas(_DrawnLayer):
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


class Sites(_DrawnLayer):
    """Branches and sites as symbols."""

    _call = "sites"

    def __init__(self, marks: Sequence[SiteMark]) -> None:
        super().__init__(
            {
                "kinds": KINDS,
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


class Shapes(_DrawnLayer):
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


class Links(_DrawnLayer):
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
                    }
                    for link in links
                ],
            }
        )


class Lines(_DrawnLayer):
    """Lines that tell nothing by themselves: the links of a road graph."""

    _call = "lines"

    def __init__(self, lines: Sequence[Sequence[tuple[float, float]]]) -> None:
        super().__init__({"lines": lines})


class Legend(_DrawnLayer):
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


class Beside(_DrawnLayer):
    """A second plan on a map of its own beside the first: the two move and zoom in step.

    `left` and `right` name the two plans.
    """

    _call = "beside"

    def __init__(self, layers: Sequence[Areas | Links | Sites], *, left: str, right: str) -> None:
        super().__init__({"layers": _calls(layers), "left": left, "right": right})


class Swipe(_DrawnLayer):
    """A second plan right of a handle, which is dragged or moved with the arrow keys.

    `left` and `right` name the two plans; `label` tells the handle to who hears the page.
    """

    _call = "swipe"

    def __init__(
        self, layers: Sequence[Areas | Links | Sites], *, left: str, right: str, label: str
    ) -> None:
        super().__init__({"layers": _calls(layers), "left": left, "right": right, "label": label})


def _calls(layers: Sequence[Areas | Links | Sites]) -> list[dict[str, Any]]:
    return [{"call": layer.call, "data": layer.given} for layer in layers]
