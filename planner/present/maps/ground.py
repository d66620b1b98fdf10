"""How a map's layers reach the browser: each is one call with one block of data.

No text of the data goes through Folium's pop-ups, tooltips or templates: everything is one
block of `script_data`, which the scripts in `assets/` draw.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import folium
from branca.element import MacroElement
from folium.template import Template

from planner.present.escape import script_data


class Drawn(MacroElement):  # type: ignore[misc]  # branca has no types
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


class Ground(Drawn):
    """Panes, lakes, roads, scale, attribution, the empty legend and the keyboard.

    Args of the call:
        attribution: Whose data the ground is made of.
        legend_label: What the legend is called where it is heard.
        two_fingers: Says how a map is moved on a screen that is touched.
        takes_points: Whether a click beside the symbols is an answer.
        answers: Whether the page hears what is clicked; else the map alone marks it.
        chooses: Whether the page says beside the map which area is chosen.
    """

    _call = "prepare"

    def __init__(
        self,
        attribution: str,
        legend_label: str,
        *,
        two_fingers: str = "",
        takes_points: bool = False,
        answers: bool = True,
        chooses: bool = False,
    ) -> None:
        super().__init__(
            {
                "attribution": attribution,
                "legend_label": legend_label,
                "two_fingers": two_fingers,
                "takes_points": takes_points,
                "answers": answers,
                "chooses": chooses,
            }
        )


class DrawnLayer(Drawn):
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
