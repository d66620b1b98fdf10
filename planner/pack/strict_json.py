"""JSON of others as its standard has it: a name once in an object, no figure that is none."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from planner.pack.faults import shown


class NoConstantError(ValueError):
    """NaN or Infinity, which JSON does not have."""


class TwiceError(ValueError):
    """A name twice in one object."""


def once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose names are all different.

    Raises:
        TwiceError: Two are the same.
    """
    found = dict(pairs)
    if len(found) < len(pairs):
        times = Counter(name for name, _ in pairs)
        raise TwiceError(next(name for name, count in times.items() if count > 1))
    return found


def _no_constant(name: str) -> float:
    raise NoConstantError(name)


STRICT = json.JSONDecoder(parse_constant=_no_constant, object_pairs_hook=once)
"""Raises NoConstantError and TwiceError beside the errors of `json`."""
ONCE = json.JSONDecoder(object_pairs_hook=once)
"""Raises TwiceError; for readers that tell themselves where a figure is none."""


def told_of(
    error: NoConstantError | TwiceError, kind: str = ""
) -> tuple[str | None, str, str, str]:
    """The column of a fault, what was found, what was expected in a file of a kind, what to do."""
    if isinstance(error, TwiceError):
        return (
            shown(error), f"{shown(error)} twice in one object", "each name once",
            "Nobody can tell which of the two counts; remove one",
        )  # fmt: skip
    return (
        None, f"{error}, which is no number of JSON", kind,
        "Some program wrote a missing figure so; export it again without",
    )  # fmt: skip
