"""Scenario files: TOML text <-> `Scenario`, every fault at once."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from types import UnionType
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin

import tomli_w
from pydantic import BaseModel, ValidationError

from planner.errors import Fault, InputError, nearest
from planner.pack.ordinary import NotOrdinaryError, read_ordinary
from planner.scenario.schema import Scenario, StandardRule

if TYPE_CHECKING:
    from planner.pack.types import Pack


_MOST_BYTES = 10 * 2**20
_DEEPEST = 12  # tables in tables
EXPORT_KEY = "export"
"""Under it `scenario.json` carries its run, date, version, licence; rules have no such key."""


def read_scenario(path: Path) -> Scenario:
    """Read a scenario file: TOML, or the `scenario.json` of an export.

    Raises:
        InputError: With every fault: bad TOML or JSON, unknown keys (with the nearest known key),
            values out of range.
    """
    try:
        content = read_ordinary(path, _MOST_BYTES)
        text = content.decode("utf-8-sig")
    except PermissionError:
        message = "The scenario file cannot be read: no permission."
        raise InputError([Fault(path.name, None, None, "", "", message)]) from None
    except NotOrdinaryError:
        message = "Give the path of a scenario file."
        raise InputError([Fault(path.name, None, None, "no ordinary file", "", message)]) from None
    except OSError:
        message = "The scenario file cannot be read; check the path."
        raise InputError([Fault(path.name, None, None, "no file", "", message)]) from None
    except UnicodeDecodeError:
        message = "Save the file as UTF-8 text."
        raise InputError([Fault(path.name, None, None, "not UTF-8", "UTF-8", message)]) from None
    if len(content) > _MOST_BYTES:
        message = "Is it a scenario? Give the path of its file."
        found, expected = "a file too large for rules", f"at most {_MOST_BYTES // 2**20} MB"
        raise InputError([Fault(path.name, None, None, found, expected, message)])
    return (_from_json if path.suffix == ".json" else parse_scenario)(text, path.name)


def _from_json(text: str, file: str) -> Scenario:
    """The scenario in a JSON text, as it is handed on; what an export says of itself is no rule."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        fault = Fault(file, None, None, str(error), "valid JSON", "Correct it and try again.")
        raise InputError([fault]) from None
    if not isinstance(data, dict):
        found = type(data).__name__
        raise InputError([Fault(file, None, None, found, "an object", "Give the keys of a rule.")])
    data.pop(EXPORT_KEY, None)
    return scenario_from_dict(data, file)


def parse_scenario(text: str, file: str = "scenario.toml") -> Scenario:
    """The scenario in a TOML text; `file` is the name that faults carry."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        fault = Fault(file, None, None, str(error), "valid TOML", "Correct the line and try again.")
        raise InputError([fault]) from None
    except (ValueError, RecursionError):
        found = "a number too long or tables too deep to read"
        raise InputError([Fault(file, None, None, found, "valid TOML", "Correct it.")]) from None
    return scenario_from_dict(data, file)


def scenario_from_dict(data: dict[str, Any], file: str = "scenario.toml") -> Scenario:
    """The scenario in plain values, as a TOML file or a page gives them."""
    try:
        return Scenario.model_validate(data)
    except ValidationError as error:
        raise InputError([_fault(file, entry) for entry in error.errors()]) from None


def scenario_toml(scenario: Scenario, pack: Pack | None = None) -> str:
    """The scenario as a complete TOML text, every default filled in."""
    from planner.scenario.rules import IMPEDANCE, duplicate_rule  # noqa: PLC0415 - not to read one
    from planner.scenario.travel import model_of  # noqa: PLC0415

    data = scenario.model_dump(mode="json", exclude_none=True)
    if pack is not None:
        data["travel"]["model"] = model_of(pack, scenario)
        data["duplicates"]["rule"] = duplicate_rule(pack, scenario)
    data["travel"]["impedance"] = IMPEDANCE[scenario.objective.minimize]
    return tomli_w.dumps(data)


_PLAIN_WORDS = {
    "a valid boolean": "true or false",
    "a valid integer": "a whole number",
    "a valid number": "a number",
    "a valid string": "text in quotes",
    "tuple": "list",
    "dictionary": "table",
}


def as_written(value: Any, depth: int = _DEEPEST) -> str:
    """A value as a TOML file writes it, near enough to be found again; what is deeper is left."""
    if isinstance(value, dict | list | tuple) and not depth:
        return "…"
    if isinstance(value, dict):
        inner = ", ".join(f"{key} = {as_written(each, depth - 1)}" for key, each in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(as_written(each, depth - 1) for each in value)}]"
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value)


def _fault(file: str, entry: Any) -> Fault:
    keys = [str(part) for part in entry["loc"]]
    column = ".".join(keys)
    found = "nothing" if entry["type"] == "missing" else as_written(entry["input"])[:80]
    if entry["type"] == "extra_forbidden":
        known = list(_section(entry["loc"][:-1]).model_fields)
        alike = nearest(keys[-1], known)
        hint = f"Did you mean {alike[0]}?" if alike else "Remove it."
        return Fault(file, None, column, f"unknown key {keys[-1]}", " | ".join(known), hint)
    if entry["type"] == "model_type":
        section = _section(entry["loc"])
        expected = f"a table with {' | '.join(section.model_fields)}"
        expected = f"a share, or {expected}" if section is StandardRule else expected
        return Fault(file, None, column, found, expected, "Correct the value.")
    expected = str(entry["msg"]).replace("Input should be ", "")
    expected = expected.replace("Field required", "a value").replace("Value error, ", "")
    for technical, plain in _PLAIN_WORDS.items():
        expected = expected.replace(technical, plain)
    return Fault(file, None, column, found, expected, "Correct the value.")


def _section(path: tuple[Any, ...]) -> type[BaseModel]:
    """The section of the schema that a fault's place leads to, through tables and lists."""
    kind: Any = Scenario
    for key in path:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            kind = kind.model_fields[key].annotation
        else:
            kind = get_args(kind)[1 if get_origin(kind) is dict else 0]
        if get_origin(kind) in {Union, UnionType}:
            kind = get_args(kind)[0]
    return kind  # type: ignore[no-any-return]
