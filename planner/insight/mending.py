"""A change that helps a clash, as keys of a scenario: what to set so that a plan is possible."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from planner.pack.types import Pack
from planner.plan import Change
from planner.scenario import Scenario
from planner.scenario.change import dotted

Keys = dict[str, object]


def keys_of(change: Change, scenario: Scenario, pack: Pack) -> Keys:
    """What a change sets in a scenario; empty where the scenario has no such rule any more.

    Args:
        change: One that the explanation of a clash tells.
        scenario: The rules as they stand; they need not be those that were solved.
        pack: The pack they are for.

    Returns:
        Values by dotted key, as `scenario.change.with_keys` takes them.
    """
    return _KEYS[change.what](change.values, scenario, pack)


def _branches(values: Mapping[str, Any], scenario: Scenario, _pack: Pack) -> Keys:
    count, to = scenario.rules.branches, values["to"]
    keys: Keys = {"rules.branches.new_max": None} if values["is_new_free"] else {}
    if count.exactly is not None:
        return {"rules.branches.exactly": to, **keys}
    if count.max is not None and count.max < to:
        return {"rules.branches.max": to, **keys}
    if count.min is not None and count.min > to:
        return {"rules.branches.min": to, **keys}
    return keys


def _new(values: Mapping[str, Any], _scenario: Scenario, _pack: Pack) -> Keys:
    return {"rules.branches.new_max": values["to"]}


def _budget(values: Mapping[str, Any], _scenario: Scenario, _pack: Pack) -> Keys:
    rule, _, division = str(values["rule"]).partition(".divisions.")
    key = f"{rule}.{dotted('divisions', division)}" if division else f"{rule}.max"
    return {key: values["to"]}


def _floor(values: Mapping[str, Any], _scenario: Scenario, _pack: Pack) -> Keys:
    return {"rules.branches_per_area.min": values["to"]}


def _floor_area(values: Mapping[str, Any], scenario: Scenario, pack: Pack) -> Keys:
    code = str(values["area"])
    names = {area.name for area in pack.areas if area.code == code}
    written = scenario.rules.branches_per_area.areas
    own = next((name for name in written if name == code or name in names), code)
    return {dotted("rules", "branches_per_area", "areas", own): values["to"]}


def _floor_service(values: Mapping[str, Any], _scenario: Scenario, _pack: Pack) -> Keys:
    return {dotted("rules", "branches_per_area", "services", values["service"]): values["to"]}


def _rule(name: str) -> Callable[[Mapping[str, Any], Scenario, Pack], Keys]:
    return lambda values, _scenario, _pack: {f"rules.{name}": values["to"]}


def _share(values: Mapping[str, Any], scenario: Scenario, _pack: Pack) -> Keys:
    service, to = values["service"], values["to"]
    rule = scenario.standards.get(service)
    if rule is None:
        return {}
    place = ("standards", service)
    keys: Keys = {}
    if rule.share is not None and rule.share > to:
        keys[dotted(*place, "share")] = to
    for area, share in rule.areas.items():
        if share > to:
            keys[dotted(*place, "areas", area)] = to
    return keys


def _minutes(values: Mapping[str, Any], scenario: Scenario, _pack: Pack) -> Keys:
    service = values["service"]
    there = service in scenario.standards
    return {dotted("standards", service, "within_min"): values["to"]} if there else {}


def _cap(values: Mapping[str, Any], _scenario: Scenario, _pack: Pack) -> Keys:
    return {"duplicates.rule": "cap", "duplicates.max": values["to"]}


def _price(_values: Mapping[str, Any], _scenario: Scenario, _pack: Pack) -> Keys:
    return {"duplicates.rule": "price"}


def _separation(values: Mapping[str, Any], _scenario: Scenario, _pack: Pack) -> Keys:
    others = ("dense_km", "min", "dense_min")
    none = dict.fromkeys(f"duplicates.separation_{each}" for each in others)
    return {"duplicates.separation_km": values["to"], **none}


def _unlock(values: Mapping[str, Any], scenario: Scenario, _pack: Pack) -> Keys:
    locks, rule, site = scenario.sites, values["rule"], values["site"]
    if rule in ("open", "closed"):
        listed = getattr(locks, rule)
        left = [each for each in listed if each != site]
        return {f"sites.{rule}": left} if len(left) < len(listed) else {}
    if rule == "formats":
        return {dotted("sites", rule, site): None} if site in locks.formats else {}
    listed = getattr(locks, rule).get(site, ())
    left = [each for each in listed if each != values["service"]]
    return {dotted("sites", rule, site): left or None} if len(left) < len(listed) else {}


def _close(values: Mapping[str, Any], scenario: Scenario, _pack: Pack) -> Keys:
    locks, site = scenario.sites, values["site"]
    if site in locks.closed:
        return {}
    keys: Keys = {"sites.closed": [*locks.closed, site]}
    if site in locks.open:
        keys["sites.open"] = [each for each in locks.open if each != site]
    if site in locks.offer:
        keys[dotted("sites", "offer", site)] = None
    return keys


_KEYS: Mapping[str, Callable[[Mapping[str, Any], Scenario, Pack], Keys]] = {
    "branches": _branches,
    "new": _new,
    "budget": _budget,
    "floor": _floor,
    "floor_area": _floor_area,
    "floor_service": _floor_service,
    "capacity": _rule("capacity"),
    "assignment": _rule("assignment"),
    "mix": _rule("mix"),
    "existing": _rule("existing"),
    "share": _share,
    "minutes": _minutes,
    "cap": _cap,
    "price": _price,
    "separation": _separation,
    "unlock": _unlock,
    "close": _close,
}
