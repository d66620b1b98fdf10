"""Two plans on one ground: side by side in step, or one over the other with a handle between."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from planner.present.maps.ground import DrawnLayer


class Beside(DrawnLayer):
    """A second plan on a map of its own beside the first: the two move and zoom in step.

    `left` and `right` name the two plans.
    """

    _call = "beside"

    def __init__(self, layers: Sequence[DrawnLayer], *, left: str, right: str) -> None:
        super().__init__({"layers": _calls(layers), "left": left, "right": right})


class Swipe(DrawnLayer):
    """A second plan right of a handle, which is dragged or moved with the arrow keys.

    `left` and `right` name the two plans; `label` tells the handle to who hears the page.
    """

    _call = "swipe"

    def __init__(self, layers: Sequence[DrawnLayer], *, left: str, right: str, label: str) -> None:
        super().__init__({"layers": _calls(layers), "left": left, "right": right, "label": label})


def _calls(layers: Sequence[DrawnLayer]) -> list[dict[str, Any]]:
    return [{"call": layer.call, "data": layer.given} for layer in layers]
