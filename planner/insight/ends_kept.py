"""Each figure at its ends as plain values that can be kept, and read again to the bit."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from planner.insight.assumptions import Assumption
from planner.insight.uncertain import Outcome, Swing, Tornado


def ends_values(found: Tornado) -> dict[str, Any]:
    """The figures at their ends as values for JSON, each figure by its key."""
    return {
        "now": _values(found.now),
        "swings": [
            {"key": each.assumption.key, "low": _values(each.low), "high": _values(each.high)}
            for each in found.swings
        ],
        "without_effect": [each.key for each in found.without_effect],
        "left_out": [each.key for each in found.left_out],
    }


def ends_of_values(values: Mapping[str, Any], figures: Sequence[Assumption]) -> Tornado | None:
    """What `ends_values` told; None where one of its figures is not given."""
    by_key = {figure.key: figure for figure in figures}
    swings, idle, left = values["swings"], values["without_effect"], values["left_out"]
    if not {*(each["key"] for each in swings), *idle, *left} <= by_key.keys():
        return None
    return Tornado(
        now=_outcome(values["now"]),
        swings=tuple(
            Swing(by_key[each["key"]], _outcome(each["low"]), _outcome(each["high"]))
            for each in swings
        ),
        without_effect=tuple(by_key[key] for key in idle),
        left_out=tuple(by_key[key] for key in left),
    )


def _values(found: Outcome) -> dict[str, Any]:
    """The fields; a number without end as its name, which JSON has no number for."""
    told = {each.name: getattr(found, each.name) for each in fields(found)}
    return {
        name: str(value) if isinstance(value, float) and not math.isfinite(value) else value
        for name, value in told.items()
    }


def _outcome(values: Mapping[str, Any]) -> Outcome:
    told: dict[str, Any] = {
        name: float(v) if isinstance(v, str) else v for name, v in values.items()
    }
    return Outcome(**told)
