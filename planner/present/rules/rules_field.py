"""A field of the form: which keys of a scenario it stands for, read and written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from planner.pack.types import Pack
from planner.present.words import Words
from planner.scenario import Scenario

MILLION = 1_000_000
Kind = Literal["text", "choice", "switch", "whole", "number", "share", "many"]
Group = Literal[
    "name", "best", "many", "money", "close", "standards", "capacity", "customers", "search"
]
Value = str | bool | int | float | list[str] | None


@dataclass(frozen=True, slots=True)
class On:
    """What a field is shown on: the rules as they are set, and the pack."""

    rules: Scenario
    pack: Pack


def _always(_: On) -> bool:
    return True


def _none(_: On) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Field:
    """A rule as a person sets it.

    Attributes:
        name: Of its texts and its widget.
        group: Where it stands in the form.
        kind: Which widget; `share` is a slider in percent.
        keys: The keys of the scenario that it stands for.
        read: What the widget shows.
        write: The keys to set for what the widget says.
        options: Of a choice or of many: ids; the words stand under `words` + id.
        words: See `options`; with `named` the pack's own names.
        named: The name of an option as the pack tells it, in place of `words`.
        least: The least number; likewise `most` and `step`.
        is_open: Whether it can be set, as other rules are.
        is_shown: Whether it is shown at all.
        picture: The picture that its help shows.
        is_optional: Whether a number may be left empty, which is no such rule.
    """

    name: str
    group: Group
    kind: Kind
    keys: tuple[str, ...]
    read: Callable[[On], Value]
    write: Callable[[Any, On], Mapping[str, object]]
    options: Callable[[On], tuple[str, ...]] = _none
    words: str = ""
    named: Callable[[Words, Pack, str], str] | None = None
    least: float = 0
    most: float | None = None
    step: float = 1
    is_open: Callable[[On], bool] = _always
    is_shown: Callable[[On], bool] = _always
    picture: str = ""
    is_optional: bool = False


def at(rules: Scenario, key: str) -> Any:
    """The value of a plain dotted key; None where it is left out."""
    value: Any = rules
    for part in key.split("."):
        value = value.get(part) if isinstance(value, Mapping) else getattr(value, part)
    return value


def plain(name: str, group: Group, kind: Kind, key: str, *, times: float = 1, **more: Any) -> Field:
    """A field of one key; what is shown is the value divided by `times`."""

    def read(on: On) -> Value:
        value = at(on.rules, key)
        if value is None or kind in ("text", "choice", "switch"):
            return value  # type: ignore[no-any-return]
        if kind == "many":
            return list(value)
        scaled = round(value / times, 6)
        return int(scaled) if kind == "whole" else float(scaled)

    def write(value: Any, _: On) -> Mapping[str, object]:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return {key: value}
        scaled = round(value * times, 9)
        is_whole = kind == "whole" or times == MILLION
        return {key: round(scaled) if is_whole else float(scaled)}

    return Field(name, group, kind, (key,), read, write, **more)


def fixed(*ids: str) -> Callable[[On], tuple[str, ...]]:
    """Options that are the same for every pack."""
    return lambda _: ids


def back_to(rules: Scenario, keys: tuple[str, ...], base: Scenario) -> dict[str, object]:
    """The keys to set so that these rules are as in the base; none where they are."""
    mine, theirs = (each.model_dump(mode="json", exclude_none=True) for each in (rules, base))
    pairs = {key: (_dug(mine, key), _dug(theirs, key)) for key in keys}
    if all(one == other for one, other in pairs.values()):
        return {}
    return {key: other for key, (_, other) in pairs.items()}


def _dug(data: Mapping[str, Any], key: str) -> Any:
    value: Any = data
    for part in key.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value
