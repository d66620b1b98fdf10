"""What was asked differently: rules, files of the pack, inputs of the problem, ways of solving."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from planner.compare.asked import FactDifference, Inputs, PartDifference, Plain, RuleDifference
from planner.compare.likeness import same_pack
from planner.compare.said import NO_RULE, PARTS, rule_said
from planner.runs.record import RunRecord
from planner.scenario.change import differing_keys, key_parts, written

# What today's network is judged by too; other rules say how a network is made.
_ALSO_TODAY = (
    *("demand.", "channels.", "travel.", "standards."),
    *("duplicates.separation", "duplicates.justified_by_load"),
)
_NO_RULES = ("name", "description", "pack", "solve.")
_SOLVE = ("solver", "seed", "gap", "time_limit_s", "threads")


def inputs_of(records: Sequence[RunRecord], base: int) -> Inputs:
    """What differs between members, with short English for each."""
    rules = _rules(records)
    return Inputs(
        rules=rules,
        files=_files(records, base),
        problem=_problem(records, base, tell_rules=not rules),
        facts=_facts(records),
    )


def _rules(records: Sequence[RunRecord]) -> tuple[RuleDifference, ...]:
    first = next((each for each in records if not each.is_today), records[0])
    keys = dict.fromkeys(
        key
        for each in records
        for key, *_ in differing_keys(first.scenario, each.scenario)
        if not key.startswith(_NO_RULES)
    )
    data = [each.scenario.model_dump(mode="json", exclude_none=True) for each in records]
    found = []
    for key in keys:
        applies = tuple(not each.is_today or key.startswith(_ALSO_TODAY) for each in records)
        values = tuple(
            _plain(_looked_up(each, key)) if holds else None
            for each, holds in zip(data, applies, strict=True)
        )
        distinct = {value for value, holds in zip(values, applies, strict=True) if holds}
        if len(distinct) < 2:
            continue
        said = tuple(
            rule_said(key, value, _currency(each, records)) if holds else NO_RULE
            for each, value, holds in zip(records, values, applies, strict=True)
        )
        found.append(RuleDifference(key, values, applies, said))
    return tuple(found)


def _currency(record: RunRecord, records: Sequence[RunRecord]) -> str:
    """What the pack of a record calls its money; where it does not say, a run of that pack does."""
    own = record.info["pack"]
    packs = (own, *(each.info["pack"] for each in records if each.info["pack"]["id"] == own["id"]))
    return next((found for pack in packs if (found := pack.get("currency"))), "")


def _looked_up(data: Any, key: str) -> Any:
    """The value of a dotted key; None where it is left out."""
    for part in key_parts(key):
        if isinstance(data, list):
            data = data[int(part)] if part.isdecimal() and int(part) < len(data) else None
        else:
            data = data.get(part) if isinstance(data, dict) else None
    return data


def _plain(value: Any) -> Plain:
    """A value of the scenario for one cell: lists of names as they are, tables as written."""
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return tuple(value)
    return written(value) if isinstance(value, dict | list) else value


def _files(records: Sequence[RunRecord], base: int) -> tuple[PartDifference, ...]:
    prints = [_prints(each.info["pack"].get("files"), each, records[base]) for each in records]
    return tuple(
        PartDifference(name, name, members) for name, members in _parts(prints, base).items()
    )


def _problem(
    records: Sequence[RunRecord], base: int, *, tell_rules: bool
) -> tuple[PartDifference, ...]:
    prints = [_prints(each.info.get("inputs"), each, records[base]) for each in records]
    found = []
    for name, differing in _parts(prints, base).items():
        members = differing
        if name == "rules":
            has_rules = not records[base].is_today and tell_rules
            members = tuple(n for n in differing if has_rules and not records[n].is_today)
        if members:
            found.append(PartDifference(name, PARTS.get(name, name), members))
    return tuple(found)


def _prints(told: Any, record: RunRecord, base: RunRecord) -> Mapping[str, str] | None:
    """Prints by name; None where they are not told, or are of another pack."""
    return told if told and same_pack(record, base) else None


def _parts(prints: Sequence[Mapping[str, str] | None], base: int) -> dict[str, tuple[int, ...]]:
    """By name, the members in which it is another than in the base; only what differs."""
    here = prints[base]
    if here is None:
        return {}
    others = [(n, each) for n, each in enumerate(prints) if each is not None]
    names = dict.fromkeys(name for _, each in ((base, here), *others) for name in each)
    differing = {
        name: tuple(n for n, each in others if each.get(name) != here.get(name)) for name in names
    }
    return {name: members for name, members in differing.items() if members}


def _facts(records: Sequence[RunRecord]) -> tuple[FactDifference, ...]:
    facts = {"version": [each.info["version"] for each in records]}
    for key in _SOLVE:
        facts[key] = [
            None if each.is_today else getattr(each.scenario.solve, key) for each in records
        ]
    found = []
    for key, values in facts.items():
        if len({value for value in values if value is not None}) > 1:
            found.append(FactDifference(key, tuple(values)))
    return tuple(found)
