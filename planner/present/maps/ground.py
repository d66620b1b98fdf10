"""What a map's layers are: each is one call of the shipped scripts with one block of data.

No text of the data is markup or a template: everything is one block of `script_data`, which the
scripts in `assets/` draw. `elements` hands a call to a map on a page, `standalone` to a file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from planner.present.escape import script_data


class Drawn:
    """What is drawn by one call with one block of data."""

    _call = ""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.call = self._call
        self.given = data
        self.block = script_data(data)


class Ground(Drawn):
    """Panes, lakes, roads, scale, attribution, the empty legend and the keyboard.

    Args of the call:
        attribution: Whose data the ground is made of.
        legend_label: What the legend is called where it is heard.
        two_fingers: Says how a map is moved on a screen that is touched.
        takes_points: Whether a click beside the symbols is an answer.
        answers: Whether the page hears what is clicked; else the map alone marks it.
        chooses: Whether the page says beside the map which area is chosen.
        around: Places, each latitude and longitude, that are in view at first; all where empty.
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
        around: Sequence[tuple[float, float]] = (),
    ) -> None:
        super().__init__(
            {
                "attribution": attribution,
                "legend_label": legend_label,
                "two_fingers": two_fingers,
                "takes_points": takes_points,
                "answers": answers,
                "chooses": chooses,
                "around": [list(place) for place in around],
            }
        )


class DrawnLayer(Drawn):
    """A call that gives a layer, which goes into the group it is added to."""
