"""Keys of a scenario as its file writes them (`rules.branches.max`): set, and compared."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from planner.errors import Fault, InputError
from planner.scenario.faults import FILE, fault
from planner.scenario.file import as_written, scenario_from_dict
from planner.scenario.schema import Scenario

_BARE = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_GIVEN = re.compile(r'(?P<key>(?:[^="]|"[^"]*")+)=(?P<value>.*)', re.DOTALL)
_EXAMPLE = "a key as the file writes it, such as rules.branches.max"
_NO_RULE = "origin"


def with_key(scenario: Scenario, key: str, value: object) -> Scenario:
    """The scenario with one key set; see `with_keys`."""
    return with_keys(scenario, {key: value})


def with_keys(scenario: Scenario, values: Mapping[str, object]) -> Scenario:
    """The scenario with some keys set.

    Args:
        scenario: Stays as it is.
        values: By dotted key: plain values as TOML reads them; None leaves the key out, which
            is its default. Names with other signs than letters, digits, `_` and `-` stand in
            quotes; entries of a list go by number from 0 (`phases.0.branches.max`).

    Raises:
        InputError: With every fault: keys that are none (with the nearest that is), values out
            of range, values that do not go together.
    """
    data: Any = {"": scenario.model_dump(mode="json", exclude_none=True, exclude_unset=True)}
    faults: list[Fault] = []
    for key, value in values.items():
        parts = key_parts(key)
        if not parts:
            place = " ".join(key.split()) or "a key"
            faults.append(fault(place, "no key", _EXAMPLE, "Correct the key."))
            continue
        trouble = _set(data, ["", *parts], value)
        if trouble is not None:
            faults.append(trouble)
    try:
        changed = scenario_from_dict(data[""], FILE)
    except InputError as error:
        raise InputError([*faults, *error.faults]) from None
    if faults:
        raise InputError(faults)
    return changed


def keys_given(texts: Iterable[str]) -> tuple[dict[str, object], list[Fault]]:
    """Keys and values as a user writes them, `rules.branches.max=25`.

    A value is read as TOML does; what is none is taken as a text (`duplicates.rule=cap`), and
    nothing at all as None.

    Returns:
        The values by key, and a fault for each text that is none or comes twice.
    """
    values: dict[str, object] = {}
    faults = []
    for text in texts:
        match = _GIVEN.fullmatch(text.strip())
        if match is None or not key_parts(match["key"]):
            faults.append(
                fault(text, "no key and value", "KEY=VALUE", "Write it as rules.branches.max=25.")
            )
            continue
        key = match["key"].strip()
        if key in values:
            faults.append(fault(key, "the key twice", "each key once", "Leave one out."))
        values[key] = _value(match["value"].strip())
    return values, faults


def _value(text: str) -> object:
    if not text:
        return None
    try:
        read = tomllib.loads(f"value = {text}")
    except (tomllib.TOMLDecodeError, ValueError, RecursionError):
        return text
    return read["value"] if len(read) == 1 else text


def key_parts(key: str) -> list[str]:
    """The parts of a dotted key, as TOML reads it; none where it is no key."""
    if "\n" in key or "\r" in key or "=" in re.sub(r'"[^"]*"', "", key):
        return []
    try:
        inner: Any = tomllib.loads(f"{key} = 0")
    except (tomllib.TOMLDecodeError, ValueError, RecursionError):
        return []
    parts = []
    while isinstance(inner, dict):
        ((part, inner),) = inner.items()
        parts.append(part)
    return parts


def written(value: object) -> str:
    """A plain value as a scenario file writes it."""
    return as_written(value)


def differing_keys(before: Scenario, after: Scenario) -> list[tuple[str, object, object]]:
    """Each key with other values, in the order of the file: key, value before, value after.

    None stands for a key that is left out. The run that wrote a scenario (`origin`) is no rule
    and not compared.
    """
    first, second = (each.model_dump(mode="json", exclude_none=True) for each in (before, after))
    for data in (first, second):
        data.pop(_NO_RULE, None)
    return list(_differing((), first, second))


def _differing(
    place: tuple[str, ...], before: Any, after: Any
) -> Iterator[tuple[str, object, object]]:
    pair = _inner(before, after)
    if pair is None:
        if before != after:
            yield dotted(*place), before, after
        return
    first, second = pair
    for key in dict.fromkeys((*first, *second)):
        yield from _differing((*place, key), first.get(key), second.get(key))


def _inner(before: Any, after: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """The entries of two values to be compared one by one; None for values of one piece."""
    both = (before, after)
    if any(isinstance(each, dict) for each in both):
        if all(each is None or isinstance(each, dict) for each in both):
            return before or {}, after or {}
        return None
    are_lists = all(isinstance(each, list) for each in both)
    if (
        are_lists
        and len(before) == len(after)
        and all(isinstance(entry, dict) for entry in (*before, *after))
    ):
        first, second = ({str(n): entry for n, entry in enumerate(each)} for each in both)
        return first, second
    return None


def dotted(*parts: str) -> str:
    """A key of its parts; names with other signs than letters, digits, _ and - in quotes."""
    return ".".join(map(_quoted, parts))


def _quoted(part: str) -> str:
    return part if _BARE.fullmatch(part) else json.dumps(part, ensure_ascii=False)


def _set(container: Any, parts: list[str], value: object) -> Fault | None:
    """Set a value in plain tables and lists, making tables on the way; or what hinders it."""
    done: list[str] = []
    for part in parts[:-1]:
        done.append(part)
        if isinstance(container, dict):
            inner = container.setdefault(part, {})
        elif part.isdecimal() and int(part) < len(container):
            inner = container[int(part)]
        else:
            return _no_entry(done, container)
        if isinstance(inner, int | float) and done[1:-1] == ["standards"]:
            inner = container[part] = {"share": inner}  # a number is short for the share
        if not isinstance(inner, dict | list):
            key = ".".join(done[1:])
            hint = f"It has no inner keys; set {key} itself."
            return fault(".".join(parts[1:]), as_written(inner)[:80], f"a table at {key}", hint)
        container = inner
    last = parts[-1]
    if isinstance(container, dict):
        if value is None:
            container.pop(last, None)
        else:
            container[last] = value
    elif last.isdecimal() and int(last) < len(container):
        if value is None:
            del container[int(last)]
        else:
            container[int(last)] = value
    else:
        return _no_entry([*done, last], container)
    return None


def _no_entry(place: list[str], entries: list[Any]) -> Fault:
    """That a list has no entry of this number."""
    there = f"a number from 0 to {len(entries) - 1}" if entries else "an entry; the list is empty"
    hint = "Set the whole list, or an entry that is there."
    return fault(".".join(place[1:]), place[-1], there, hint)
