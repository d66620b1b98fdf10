"""What the cells of road files say: speeds with their units, directions, who may drive."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Literal

MOST_KMH = 150.0
Direction = Literal["both", "forward", "backward", "closed"]
NO_ENTRY = frozenset({"no", "private", "agricultural", "forestry", "military"})
ENTRY = frozenset({"yes", "permissive", "designated", "destination", "customers", "public"})
ROUND = frozenset({"roundabout", "circular"})

_SPEED = re.compile(r"([+-]?[0-9]+(?:[.,][0-9]+)?) *(km/?h|kph|kmph|mph|mi/h)?", re.IGNORECASE)
_KM_PER_MILE = 1.609344
_DIRECTIONS: dict[str, Direction] = {
    **dict.fromkeys(("no", "0", "false", "n", "b", "both", "two_way", "twoway"), "both"),
    **dict.fromkeys(("reversible", "alternating"), "both"),
    **dict.fromkeys(("yes", "1", "true", "y", "ft", "forward", "one_way"), "forward"),
    **dict.fromkeys(("-1", "reverse", "r", "tf", "backward"), "backward"),
}
_ALONG, _AGAINST = frozenset({"ft", "tf"}), frozenset({"t", "f"})


def speed_of(text: str) -> float | None:
    """Kilometres an hour of `50`, `50 km/h` or `30 mph`; None for words such as `signals`."""
    match = _SPEED.fullmatch(text.strip())
    if match is None:
        return None
    speed = float(match[1].replace(",", "."))
    return speed * _KM_PER_MILE if (match[2] or "").lower() in {"mph", "mi/h"} else speed


def directions_of(
    texts: Collection[str], *, is_geofabrik: bool
) -> tuple[dict[str, Direction], str]:
    """What each text of a one-way column says, and why it cannot be told, empty where it can.

    `T` and `F` are "to" and "from" beside `B` (both), as in extracts of Geofabrik; alone they might
    as well be true and false. `N` beside `FT` and `TF` closes a road.

    Args:
        texts: The different texts; those that mean nothing are left out of the answer.
        is_geofabrik: Whether the columns are those of Geofabrik.
    """
    words = {text: text.strip().casefold().replace(" ", "_").replace("-1.0", "-1")
             for text in texts}  # fmt: skip
    given = set(words.values())
    known = dict(_DIRECTIONS)
    if given & _ALONG:
        known["n"] = "closed"
    if given & _AGAINST:
        if not is_geofabrik and "b" not in given:
            return {}, "T and F may mean true and false, or to and from"
        known |= {"f": "forward", "t": "backward"}
    return {text: known[word] for text, word in words.items() if word in known}, ""
