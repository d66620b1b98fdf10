"""What differs between two scenarios, in words of the page's language."""

from __future__ import annotations

from collections.abc import Sequence

from planner.pack.types import Pack
from planner.present.compare.compare_said import rule_name
from planner.present.words import Words
from planner.scenario import Scenario
from planner.scenario.change import differing_keys, key_parts, written

MOST_TOLD = 6
_LONGEST = 80
_NO_RULES = ("pack",)
_SITES = ("sites.open", "sites.closed")
_CHOICES = {
    "objective.minimize": "objective.",
    "rules.existing": "plan.existing_",
    "rules.mix": "rules.mix_",
    "rules.capacity": "rules.capacity_",
    "rules.counters": "rules.counters_",
    "rules.assignment": "rules.assignment_",
    "duplicates.rule": "plan.duplicates_",
    "demand.level": "rules.level_",
    "demand.choice": "rules.choice_",
    "travel.model": "travel.model_",
    "solve.solver": "rules.solver_",
}
_OWN_NAMES = ("name", "description", "solve.time_limit_s", "solve.gap")
_LEVERS = tuple(f"channels.{name}" for name in ("online", "assisted", "information", "minutes"))
_PERCENT = ("solve.gap", "objective.tail_share", "objective.tail_beta", *_LEVERS)
_OF_SITE = ("offer", "withhold", "formats")


def changes(w: Words, pack: Pack, before: Scenario, after: Scenario) -> list[str]:
    """Each rule that differs: `Most branches: 24 → 25`, in the order of the scenario file."""
    return [
        f"{_name(w, pack, key)}: {_change(w, pack, key, old, new)}"
        for key, old, new in differing_keys(before, after)
        if key not in _NO_RULES
    ]


def is_within(key: str, keys: Sequence[str]) -> bool:
    """Whether a key is one of some keys, or lies in one of them."""
    return any(key == each or key.startswith(f"{each}.") for each in keys)


def change_words(w: Words, pack: Pack, before: Scenario, after: Scenario) -> str:
    """The same in one line, the first few by name."""
    return in_a_line(w, changes(w, pack, before, after))


def in_a_line(w: Words, told: Sequence[str]) -> str:
    """Changes after one another, the first few of them; empty where there is none."""
    more = len(told) - MOST_TOLD
    return "; ".join([*told[:MOST_TOLD], *([w("saved.more", n=more)] if more > 0 else [])])


def new_value(w: Words, pack: Pack, key: str, old: object, new: object) -> tuple[str, str]:
    """What a rule is called, and what it is now."""
    return _name(w, pack, key), _change(w, pack, key, old, new).rpartition(" → ")[2]


def _name(w: Words, pack: Pack, key: str) -> str:
    if key in _OWN_NAMES:
        return w(f"saved.rule_{key.replace('.', '_')}")
    parts = key_parts(key)
    if parts[0] == "standards":
        part = parts[2] if len(parts) > 2 else "share"
        where = f" ({_area(pack, parts[3])})" if len(parts) > 3 else ""
        name = w(f"rules.standards_{part}_of", service=_service(w, pack, parts[1]))
        return f"{name}{where}"
    if parts[:2] == ["rules", "branches_per_area"] and len(parts) > 3:
        entry = parts[3]
        told = _area(pack, entry) if parts[2] == "areas" else _service(w, pack, entry)
        return w(f"rules.floor_{parts[2]}_of", name=told)
    if len(parts) > 3 and parts[2] == "divisions":
        return w(f"rules.{parts[1].removesuffix('_kes')}_of", name=parts[3])
    if parts[0] == "sites" and len(parts) > 2:
        return w(f"rules.site_{parts[1]}_of", site=_site(pack, parts[2]))
    return rule_name(w, key)


def _site(pack: Pack, its_id: str) -> str:
    return next((each.name for each in pack.sites if each.id == its_id), its_id)


def _service(w: Words, pack: Pack, its_id: str) -> str:
    return next((w.name(each) for each in pack.services if each.id == its_id), its_id)


def _area(pack: Pack, code: str) -> str:
    return next((each.name for each in pack.areas if each.code == code), code)


def _change(w: Words, pack: Pack, key: str, old: object, new: object) -> str:
    if key in _SITES:
        names = {site.id: site.name for site in pack.sites}
        one, other = (list(each) if isinstance(each, list) else [] for each in (old, new))
        moved = [f"+ {names.get(each, each)}" for each in other if each not in one]
        moved += [f"\N{MINUS SIGN} {names.get(each, each)}" for each in one if each not in other]
        return _short(", ".join(moved)) or w("saved.other_order")
    if key.startswith("sites.") and key.split(".")[1] in _OF_SITE:
        return f"{_listed(w, pack, old)} → {_listed(w, pack, new)}"
    return f"{_value(w, key, old)} → {_value(w, key, new)}"


def _listed(w: Words, pack: Pack, value: object) -> str:
    """Services by their names, or a format by its own."""
    if isinstance(value, list):
        return _short(", ".join(_service(w, pack, str(each)) for each in value)) or w("rules.none")
    named = {each.id: w.name(each) for each in pack.formats}
    return w("saved.not_set") if value is None else named.get(str(value), str(value))


def _value(w: Words, key: str, value: object) -> str:
    if value is None:
        return w("saved.not_set")
    if isinstance(value, bool):
        return w("saved.yes" if value else "saved.no")
    known = f"{_CHOICES[key]}{value}" if key in _CHOICES else ""
    if key.startswith("standards."):
        part = "rules.scope_" if key.endswith(".scope") else "standards."
        known = f"{part}{value}"
    if known in w.texts:
        return w(known)
    if isinstance(value, int | float):
        if "_kes." in key:
            return w.unit("money", v=w.count(value))
        if key in _PERCENT or _is_share(key):
            return w.unit("percent", v=f"{100 * value:g}")
        return w.number(value) if value == round(value, 3) else f"{value:g}"
    return _short(value if isinstance(value, str) else written(value))


def _is_share(key: str) -> bool:
    return key.startswith("standards.") and (key.endswith(".share") or ".areas." in key)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
