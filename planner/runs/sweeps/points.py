"""From axes to points: a scenario for each combination of values, every fault before any solve."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from planner.errors import Fault, InputError
from planner.pack.types import Pack
from planner.runs.sweeps.ground import Ground
from planner.runs.sweeps.types import Axis, Point
from planner.scenario import Scenario
from planner.scenario.change import with_keys
from planner.scenario.schema import LONGEST_NAME


def points_of(ground: Ground, base: Scenario, axes: Sequence[Axis]) -> tuple[Point, ...]:
    """The points of a sweep, the last key's values running fastest.

    Raises:
        InputError: Every value, and every combination of values that are right alone, that makes
            no scenario of this pack; each with what caused it.
    """
    faults: dict[Fault, None] = {}
    wrong: set[tuple[int, int]] = set()
    for a, axis in enumerate(axes):
        for v, value in enumerate(axis.values):
            alone = {axis.key: value}
            scenario, found = _scenario(base, alone)
            # With one key this is the point itself; with two the other may still mend it.
            if scenario is not None and len(axes) == 1:
                found = _misfits(ground, scenario, alone)
            if found:
                wrong.add((a, v))
                faults |= dict.fromkeys(found)
    points: list[Point] = []
    places = itertools.product(*(range(len(axis.values)) for axis in axes))
    for number, place in enumerate(places):
        values = {axis.key: axis.values[v] for axis, v in zip(axes, place, strict=True)}
        if any((a, v) in wrong for a, v in enumerate(place)):
            continue
        scenario, found = _scenario(base, values)
        if scenario is not None and len(axes) > 1:
            found = _misfits(ground, scenario, values)
        faults |= dict.fromkeys(found)
        if scenario is not None and not found:
            points.append(Point(number, values, scenario))
    if faults:
        raise InputError(faults)
    return tuple(points)


def _scenario(base: Scenario, values: Mapping[str, Any]) -> tuple[Scenario | None, list[Fault]]:
    try:
        scenario = with_keys(base, dict(values))
    except InputError as error:
        return None, _caused(error, values)
    if "name" in values:
        return scenario, []
    return scenario.model_copy(update={"name": _name(base, values)}), []


def _name(base: Scenario, values: Mapping[str, Any]) -> str:
    """The base's name with the values, so that lists of runs tell the points apart."""
    told = ": " + ", ".join(f"{key} {shown(value)}" for key, value in values.items())
    return f"{base.name[: max(1, LONGEST_NAME - len(told))]}{told}"[:LONGEST_NAME]


def _misfits(ground: Ground, scenario: Scenario, values: Mapping[str, Any]) -> list[Fault]:
    try:
        ground.problem(scenario)
    except InputError as error:
        return _caused(error, values)
    return []


def _caused(error: InputError, values: Mapping[str, Any]) -> list[Fault]:
    told = " and ".join(f"{key} = {shown(value)}" for key, value in values.items())
    return [
        replace(fault, message=f"{fault.message} This comes of {told}.".strip())
        for fault in error.faults
    ]


def shown(value: Any) -> str:
    """A value as people read it: whole numbers with separators, text as it is."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float) and value == round(value):
        return f"{value:,.0f}"
    return f"{value:,.6g}" if isinstance(value, float) else str(value)


def without_effect(pack: Pack, base: Scenario, axes: Sequence[Axis]) -> tuple[str, ...]:
    """What must be said of keys whose values change nothing under the scenario's other rules."""
    return tuple(_without_effect(pack, base, {axis.key: axis.values for axis in axes}))


_NEEDS_RULE = {"duplicates.max": ("cap",), "duplicates.price_min_per_visit": ("price",)}
_SEPARATIONS = ("duplicates.separation", "duplicates.justified_by_load")


def _without_effect(
    pack: Pack, base: Scenario, given: Mapping[str, tuple[Any, ...]]
) -> Iterator[str]:
    from planner.scenario.rules import duplicate_rule  # noqa: PLC0415 - not part of its door

    rules = set(given.get("duplicates.rule", (duplicate_rule(pack, base),)))
    for key in given:
        needed = _NEEDS_RULE.get(key)
        if needed is not None and rules.isdisjoint(needed):
            yield _useless(key, f'duplicates.rule = "{needed[0]}"', f"it is {_listed(rules)}")
        if key.startswith(_SEPARATIONS) and rules == {"allow"}:
            yield f"{key} changes no plan: duplicates are allowed (duplicates.rule)."
        is_without_tail = base.objective.tail_share == 0 and "objective.tail_share" not in given
        if key == "objective.tail_beta" and is_without_tail:
            yield _useless(key, "objective.tail_share above 0", "it is 0")
        if (
            key == "rules.counters"
            and base.rules.capacity == "off"
            and "rules.capacity" not in given
        ):
            yield _useless(key, "rules.capacity soft or hard", "it is off")
        if key.startswith("solve."):
            yield f"{key} is no rule: it says how long and with what is searched."


def _useless(key: str, needed: str, now: str) -> str:
    return f"{key} changes nothing: it counts under {needed}, and {now}."


def _listed(rules: set[Any]) -> str:
    return " and ".join(sorted(f'"{each}"' for each in rules))
