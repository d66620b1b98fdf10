"""Calls as elements of a Folium map: no text of the data goes through its pop-ups or tooltips."""

from __future__ import annotations

import folium
from branca.element import MacroElement
from folium.template import Template

from planner.present.maps.ground import Drawn, DrawnLayer

_ONCE = Template(
    """
    {% macro script(this, kwargs) %}
    var {{ this.get_name() }} = window.ugatuzi.{{ this.call }}(
        {{ this.map_name() }}, {{ this.block }}
    );
    {% endmacro %}
    """
)
_LAYER = Template(
    """
    {% macro script(this, kwargs) %}
    window.ugatuzi.{{ this.call }}(
        {{ this.map_name() }}, {{ this.block }}
    ).addTo({{ this._parent.get_name() }});
    {% endmacro %}
    """
)


class Element(MacroElement):  # type: ignore[misc]  # branca has no types
    """An element whose whole content is one call with one block of data."""

    def __init__(self, drawn: Drawn) -> None:
        super().__init__()
        self.call, self.block = drawn.call, drawn.block
        self._name = f"ugatuzi_{drawn.call}"
        self._template = _LAYER if isinstance(drawn, DrawnLayer) else _ONCE

    def map_name(self) -> str:
        """The script's name of the map that this stands on."""
        parent = self._parent
        while not isinstance(parent, folium.Map):
            parent = parent._parent  # noqa: SLF001
        return str(parent.get_name())
