"""The description of the scenario file names every key with its default, and no other."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from planner.pack import find_pack, read_pack
from planner.scenario import Scenario, build, parse_scenario, scenario_toml

TEXT = (Path(__file__).resolve().parent.parent / "docs" / "scenario.md").read_text("utf-8")
EXAMPLE = re.search(r"```toml\n(.*?)```", TEXT, re.DOTALL)[1]
ONE_TABLE_A_SECTION = {
    "standards": "[standards.<service>]",
    "phases": "[[phases]]",
    "origin": "[origin]",
}
RULES_OF_A_SECTION = {("channels", "where"): "[[channels.where]]"}


def told() -> dict[tuple[str, str], str]:
    """The default of every key, by section and key, as the tables tell it."""
    found: dict[tuple[str, str], str] = {}
    section = ""
    for line in TEXT.splitlines():
        if line.startswith("## "):
            name = re.fullmatch(r"## `(.*)`", line)
            section = name[1] if name else ""
        row = re.fullmatch(r"\| `([^`]+)` \| (.*?) \| (.+) \|", line)
        if row:
            assert (section, row[1]) not in found
            found[section, row[1]] = row[2].strip("`")
    return found


def default_of(field: Any) -> str:
    value = field.get_default(call_default_factory=True)
    if value is PydanticUndefined:
        return "needed"
    if value is None:
        return "left out"
    return "{}" if value == {} else json.dumps(value)


def of_rules(name: str, kind: type[BaseModel]) -> dict[tuple[str, str], str]:
    """Keys of the lists of tables inside a section."""
    return {
        (section, key): default
        for (outer, inner), section in RULES_OF_A_SECTION.items()
        if outer == name
        for key, default in of_section(get_args(kind.model_fields[inner].annotation)[0]).items()
    }


def of_section(kind: type[BaseModel], prefix: str = "") -> dict[str, str]:
    """Keys of a section, those of its inner tables with a point."""
    found: dict[str, str] = {}
    for name, field in kind.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            found |= of_section(inner, f"{name}.")
        else:
            found[prefix + name] = default_of(field)
    return found


def in_the_model() -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for name, field in Scenario.model_fields.items():
        kind = field.annotation
        section = f"[{name}]"
        if name in ONE_TABLE_A_SECTION:
            kind = get_args(kind)[1 if get_origin(kind) is dict else 0]
            section = ONE_TABLE_A_SECTION[name]
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            found |= {(section, key): default for key, default in of_section(kind).items()}
            found |= of_rules(name, kind)
        else:
            found["", name] = default_of(field)
    return found


def test_every_key_is_told_with_its_default_and_no_other():
    assert told() == in_the_model()


def test_the_example_uses_every_key():
    scenario = parse_scenario(EXAMPLE)
    written = scenario.model_dump(mode="json", exclude_unset=True, exclude_none=True)
    missing = set(told()) - set(used_keys(written))
    instead = {("[rules]", "branches.exactly")}
    instead |= {("[duplicates]", f"separation_{kind}") for kind in ("min", "dense_min")}
    assert missing == instead


def used_keys(written: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The section and key of everything that is written, as the tables name them."""
    for name, value in written.items():
        yield "", name
        if not isinstance(value, dict | list):
            continue
        section = ONE_TABLE_A_SECTION.get(name, f"[{name}]")
        tables = {"standards": lambda v: v.values(), "phases": list}.get(name, lambda v: [v])
        for part in tables(value):
            for key, inner in part.items():
                within = inner if name == "rules" and isinstance(inner, dict) else None
                yield from ((section, f"{key}.{each}") for each in within or ())
                yield section, key
                rules = RULES_OF_A_SECTION.get((name, key))
                yield from ((rules, each) for rule in inner for each in rule) if rules else ()


def test_the_example_asks_the_same_when_written_out():
    pack = read_pack(find_pack("immigration"))
    scenario = parse_scenario(EXAMPLE)
    again = parse_scenario(scenario_toml(scenario, pack))
    assert again == scenario
    assert build(pack, again).fingerprint == build(pack, scenario).fingerprint
