"""What a plan is called whose rules were changed from the scenario that they began with."""

from __future__ import annotations

from planner.pack.types import Pack
from planner.present.saved.saved_recorded import differing_rules
from planner.present.saved.saved_words import new_value
from planner.present.words import LANGUAGES, Words, words
from planner.scenario import Scenario

MOST_SIGNS = 120
_LONGEST_NAME = 60  # of the scenario, so that there is room for what was changed
_COUNTS = ("rules.branches.max", "rules.branches.exactly")


def first_name(name: str) -> str:
    """The name of the scenario that a changed plan was made from; its own where it has no such."""
    for language in LANGUAGES:
        before, mark, _ = name.partition(_mark(words(language)))
        if mark and before:
            return before
    return name


def named(w: Words, pack: Pack, seen: Scenario, mine: Scenario) -> Scenario:
    """Rules under a name that tells what was changed, unless a person has given them a name.

    Args:
        w: The page's words.
        pack: The pack that is shown.
        seen: The rules that were opened.
        mine: The rules as they are set.
    """
    if mine.name != seen.name or not differing_rules(pack, seen, mine):
        return mine
    return mine.model_copy(update={"name": changed_name(w, pack, seen, mine)})


def changed_name(w: Words, pack: Pack, seen: Scenario, mine: Scenario) -> str:
    """`Best fourteen more, changed: at most 20, KES 400 M`, at most 120 signs."""
    start = _cut(first_name(seen.name), _LONGEST_NAME) + _mark(w)
    pieces, told = _pieces(w, pack, seen, mine), ""
    for n, piece in enumerate(pieces):
        longer = f"{told}, {piece}" if told else piece
        left = len(pieces) - n - 1
        rest = f", {w('saved.more', n=left)}" if left else ""
        if len(start + longer + rest) > MOST_SIGNS:
            if told:
                return f"{start}{told}, {w('saved.more', n=left + 1)}"
            return start + _cut(piece, MOST_SIGNS - len(start + rest)) + rest
        told = longer
    return start + told


def _mark(w: Words) -> str:
    return w("saved.changed_name", name="", what="")


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _pieces(w: Words, pack: Pack, seen: Scenario, mine: Scenario) -> list[str]:
    """What is new of each rule that differs, as short as it can be understood."""
    found = []
    given = differing_rules(pack, seen, mine)
    counts = [key for key, _, new in given if key in _COUNTS and new is not None]
    for key, old, new in given:
        if key in _COUNTS:
            if new is not None:
                word = w("plan.count_most" if key == _COUNTS[0] else "plan.count_exactly")
                found.append(f"{_small(word)} {new}")
            elif not counts:
                counts = [key]  # told once
                found.append(f"{w('rules.count_rule')}: {_small(w('plan.count_any'))}")
        elif key == "rules.branches.min" and new is None and counts:
            continue  # an exact number has no least one
        elif key == "rules.annual_kes.max" and isinstance(new, int | float):
            found.append(w.money(new))
        elif key == "duplicates.separation_km" and isinstance(new, int | float):
            found.append(w.km(new))
        else:
            name, value = new_value(w, pack, key, old, new)
            found.append(f"{name}: {value}")
    return [each.replace("\N{NO-BREAK SPACE}", " ") for each in found]


def _small(word: str) -> str:
    return word[:1].lower() + word[1:]
