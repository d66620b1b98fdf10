"""What differs between two scenarios, in words of the page's language."""

from __future__ import annotations

from collections.abc import Sequence

from planner.pack.types import Pack
from planner.present.compare_said import rule_name
from planner.present.words import Words
from planner.scenario import Scenario
from planner.scenario.change import differing_keys, written

MOST_TOLD = 6
_LONGEST = 80
_NO_RULES = ("pack",)
_SITES = ("sites.open", "sites.closed")
_CHOICES = {
    "objective.minimize": "objective.",
    "rules.existing": "plan.existing_",
    "duplicates.rule": "plan.duplicates_",
}
_OWN_NAMES = ("name", "description", "solve.time_limit_s", "solve.gap")
_PERCENT = ("solve.gap", "objective.tail_share", "objective.tail_beta")


def changes(w: Words, pack: Pack, before: Scenario, after: Scenario) -> list[str]:
    """Each rule that differs: `Most branches: 24 → 25`, in the order of the scenario file."""
    return [
        f"{_name(w, key)}: {_change(w, pack, key, old, new)}"
        for key, old, new in differing_keys(before, after)
        if key not in _NO_RULES
    ]


def change_words(w: Words, pack: Pack, before: Scenario, after: Scenario) -> str:
    """The same in one line, the first few by name."""
    return in_a_line(w, changes(w, pack, before, after))


def in_a_line(w: Words, told: Sequence[str]) -> str:
    """Changes after one another, the first few of them; empty where there is none."""
    more = len(told) - MOST_TOLD
    return "; ".join([*told[:MOST_TOLD], *([w("saved.more", n=more)] if more > 0 else [])])


def _name(w: Words, key: str) -> str:
    return w(f"saved.rule_{key.replace('.', '_')}") if key in _OWN_NAMES else rule_name(w, key)


def _change(w: Words, pack: Pack, key: str, old: object, new: object) -> str:
    if key in _SITES:
        names = {site.id: site.name for site in pack.sites}
        one, other = (list(each) if isinstance(each, list) else [] for each in (old, new))
        moved = [f"+ {names.get(each, each)}" for each in other if each not in one]
        moved += [f"\N{MINUS SIGN} {names.get(each, each)}" for each in one if each not in other]
        return _short(", ".join(moved)) or w("saved.other_order")
    return f"{_value(w, key, old)} → {_value(w, key, new)}"


def _value(w: Words, key: str, value: object) -> str:
    if value is None:
        return w("saved.not_set")
    if isinstance(value, bool):
        return w("saved.yes" if value else "saved.no")
    known = f"{_CHOICES[key]}{value}" if key in _CHOICES else ""
    if known in w.texts:
        return w(known)
    if isinstance(value, int | float):
        if "_kes." in key:
            return w.unit("money", v=w.count(value))
        if key in _PERCENT:
            return w.unit("percent", v=f"{100 * value:g}")
        return w.number(value) if value == round(value, 3) else f"{value:g}"
    return _short(value if isinstance(value, str) else written(value))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
