"""A comparison in sentences: the answer, what is not like with like, and what was asked."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from planner.compare.types import Remark
from planner.present import travel
from planner.present.compare.compare import Seen, column, minutes, people_count, people_words
from planner.present.words import Words

_SAME_MIN = 0.05  # reads as no difference


def lead_sentence(seen: Seen, member: int) -> str:
    """What matters of a member against the base: travel, money, and whose travel changes."""
    w, name = seen.words, seen.names[member]
    if not seen.found.members[member].has_figures:
        return w("compare.lead_no_plan", name=name)
    if not seen.found.members[seen.found.base].has_figures:
        return w("compare.lead_no_base", base=seen.base)
    parts = [_travel_part(seen, member), _money_part(seen, member)]
    said = w("compare.and").join(part for part in parts if part)
    told = seen.found.people[member]
    lines = [w("compare.lead", name=name, base=seen.base, what=said)] if said else []
    if told is not None:
        people = told.count
        lines.append(people_words(w, people))
        lines += [
            w(f"compare.lead_{key}", n=people_count(w, getattr(people, key)))
            for key in ("served_anew", "no_longer_served")
            if getattr(people, key) > 0
        ]
    return " ".join(lines)


def _travel_part(seen: Seen, member: int) -> str:
    w, row = seen.words, seen.row("mean_min")
    if row is None or (change := row.cells[member].difference) is None:
        return ""
    if abs(change) < _SAME_MIN:
        return w("compare.mean_same")
    size = travel.with_error(w, minutes(w, abs(change)), seen.travel)
    return w(f"compare.mean_{'shorter' if change < 0 else 'longer'}", v=size)


def _money_part(seen: Seen, member: int) -> str:
    w, row = seen.words, seen.row("annual_kes")
    if row is None or (change := row.cells[member].difference) is None:
        return ""
    if change == 0:
        return w("compare.money_same")
    key = f"compare.money_{'cheaper' if change < 0 else 'dearer'}"
    return w(key, v=w.money(abs(change)))


def remark(seen: Seen, said: Remark) -> str:
    """A warning in words, with whom it is about."""
    w = seen.words
    names = ", ".join(seen.names[m] for m in said.members)
    values = {
        name: ", ".join(value) if isinstance(value, tuple) else value
        for name, value in said.values.items()
    }
    return w(f"compare.warn_{said.key}", **{**values, "names": names})


def warnings(seen: Seen) -> list[str]:
    """What is not like with like."""
    return [remark(seen, each) for each in seen.found.warnings]


def frontier_sentences(seen: Seen) -> list[str]:
    """Who is worse than another in everything, by a hair or more, and that nobody is."""
    w, lines = seen.words, []
    for m, standing in enumerate(seen.found.frontier):
        hardly = [k for k in standing.dominated_by if _is_as_good(seen, m, k)]
        clearly = [k for k in standing.dominated_by if k not in hardly]
        if by := clearly or hardly:
            key = "compare.dominated" if clearly else "compare.dominated_hardly"
            lines.append(w(key, name=seen.names[m], by=_named(seen, by)))
    standings = [each.is_on_frontier for each in seen.found.frontier]
    if not lines and sum(each is True for each in standings) > 1:
        return [w("compare.none_dominated")]
    return lines


def _is_as_good(seen: Seen, one: int, other: int) -> bool:
    """Whether only travel sets two plans apart, and by less than the page shows."""
    found: list[float] = []
    for key in ("mean_min", "annual_kes", "unserved_visits_per_year"):
        row = seen.row(key)
        mine, theirs = (None, None) if row is None else (row.cells[k].value for k in (one, other))
        if mine is None or theirs is None:
            return False
        found.append(abs(mine - theirs))
    return found[0] < _SAME_MIN and not any(found[1:])


# -- what was asked ------------------------------------------------------------------------


def asked_table(seen: Seen) -> pd.DataFrame:
    """The rules that are not the same for all plans, in the words of the scenario.

    A network that is only listed followed no rules.
    """
    w, ruled = seen.words, [m for m in range(len(seen.names)) if seen.is_ruled(m)]
    order = [seen.found.base, *seen.others]
    rows = []
    for rule in seen.found.inputs.rules:
        if len({rule.said[m] for m in ruled}) < 2:
            continue
        said = {m: rule.said[m] if m in ruled else w("compare.no_rule") for m in order}
        told = {column(seen, m): text for m, text in said.items()}
        rows.append({w("compare.column_rule"): rule_name(w, rule.key)} | told)
    return pd.DataFrame(rows)


def rule_name(w: Words, key: str) -> str:
    """What a rule is called; the scenario's own key where it has no name here."""
    text = w.texts.get(f"compare.rule_{key.replace('.', '_')}")
    return key if text is None else text.format(**w.terms)  # a key may hold names from data


def no_rules_sentence(seen: Seen) -> str:
    """What is said where no rule differs: that they are alike, or that one side has none."""
    ruled = sum(seen.is_ruled(m) for m in range(len(seen.names)))
    return seen.words("compare.asked_alike" if ruled > 1 else "compare.asked_one")


def asked_sentences(seen: Seen) -> list[str]:
    """In which data, and in which ways of solving, the members differ."""
    w, inputs = seen.words, seen.found.inputs
    lines = []
    for key, parts in (("files", inputs.files), ("problem", inputs.problem)):
        if parts:
            told = "; ".join(f"{each.said} ({_named(seen, each.members)})" for each in parts)
            lines.append(w(f"compare.other_{key}", what=told))
    for fact in inputs.facts:
        values = "; ".join(
            f"{name}: {w('unit.none') if value is None else value}"
            for name, value in zip(seen.names, fact.values, strict=True)
        )
        lines.append(w("compare.fact", what=w(f"compare.fact_{fact.key}"), values=values))
    return lines


def _named(seen: Seen, members: Sequence[int]) -> str:
    return ", ".join(seen.names[m] for m in members)
