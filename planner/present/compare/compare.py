"""Plans side by side: what a page calls everything, and every figure against the base."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from planner.compare.said import OWN_SEPARATION
from planner.compare.types import Comparison, KpiCell, KpiRow, PeopleCount
from planner.compare.words import OF_DUPLICATES, one_separation
from planner.pack.types import Pack
from planner.present import travel
from planner.present.cards import Tone
from planner.present.results import separations
from planner.present.words import Words
from planner.runs.record import RunRecord, recorded_travel
from planner.travel import TravelTold

_WEIGHTED = "weighted "
_SIGNS = {"better": "✓ ", "worse": "▲ "}
_WAYS = {  # which words tell the direction of a change in a unit
    "minutes": "travel",
    "km": "travel",
    "share": "share",
    "money": "money",
    "objective": "goal",
}


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A comparison, and what its page calls everything.

    Attributes:
        words: The language, with what the base's pack calls its money and its areas.
        pack: Gives outlines, places, and names of services and formats.
        found: The comparison.
        records: What was compared, in the order of its members.
        names: What each member is called on the page.
    """

    words: Words
    pack: Pack
    found: Comparison
    records: tuple[RunRecord, ...]
    names: tuple[str, ...]

    @property
    def base(self) -> str:
        """What the base is called."""
        return self.names[self.found.base]

    @property
    def others(self) -> tuple[int, ...]:
        """All members but the base."""
        return tuple(m for m in range(len(self.names)) if m != self.found.base)

    def is_ruled(self, member: int) -> bool:
        """Whether rules made a member; a network that is only listed followed none."""
        record = self.records[member]
        return record.folder is not None and not record.is_today

    @property
    def travel(self) -> TravelTold | None:
        """How travel was measured for the base."""
        return recorded_travel(self.records[self.found.base].info)

    def row(self, key: str) -> KpiRow | None:
        """The figures under a key, None where no member has them."""
        return next((row for row in self.found.kpis if row.key == key), None)

    def services(self, ids: Sequence[str]) -> str:
        """Names of services, in the pack's order."""
        named = [self.words.name(each) for each in self.pack.services if each.id in ids]
        return "; ".join([*named, *sorted(set(ids) - {each.id for each in self.pack.services})])

    def format(self, name: str | None) -> str:
        """The name of a format."""
        formats = {each.id: each for each in self.pack.formats}
        return self.words.name(formats[name]) if name in formats else name or ""

    def heading(self, text: str) -> str:
        """The heading of a table or legend of travel figures, with their error."""
        return travel.heading(self.words, text, self.travel)


# -- figures in words ----------------------------------------------------------------------


def minutes(w: Words, value: float | None) -> str:
    """Minutes one way, with a decimal below an hour: plans may differ by less than a minute."""
    if value is None or abs(value) >= 60:
        return w.minutes(value)
    return w.unit("minutes", m=f"{value:.1f}")


def people_count(w: Words, number: float) -> str:
    """People to three figures: places are counted by census, and not to the head."""
    whole = round(number)
    return w.count(round(whole, 3 - len(str(whole))) if whole >= 1000 else whole)


def people_words(w: Words, people: PeopleCount) -> str:
    """How many people travel less, and how many more."""
    counts = {"less": people.shorter, "more": people.longer}
    texts = {name: people_count(w, number) for name, number in counts.items()}
    return w("compare.lead_people", **texts)


def shown(seen: Seen, row: KpiRow, value: float | None, member: int) -> str:
    """A figure with its unit."""
    w = seen.words
    if value is None:
        return w.unit("none")
    if row.unit == "minutes":
        return minutes(w, value)
    if row.unit == "km":
        return w.unit("km", v=f"{value:,.1f}")
    if row.unit == "share":
        return w.unit("percent", v=f"{value * 100:.1f}")
    if row.unit == "money":
        return w.money(value)
    if row.unit == "objective":
        unit = goal_unit(w, seen.found.members[member].objective_unit)
        return w("compare.goal_size", v=w.count(value), unit=unit)
    return w.count(value)


def goal_unit(w: Words, unit: str) -> str:
    """The unit of a goal in words; money as its currency."""
    if unit.startswith(_WEIGHTED):
        return w("compare.unit_weighted", unit=goal_unit(w, unit.removeprefix(_WEIGHTED)))
    return w.texts.get(f"compare.unit_{unit}", unit)


def changed(seen: Seen, row: KpiRow, cell: KpiCell, member: int) -> str:
    """How a figure differs from the base's, with a sign where that is better or worse."""
    text, tone = difference(seen, row, cell, member)
    return f"{_SIGNS.get(tone, '')}{text}"


def difference(seen: Seen, row: KpiRow, cell: KpiCell, member: int) -> tuple[str, Tone]:
    """How a figure differs from the base's: by how much, in which direction, and whether well.

    Nothing where that is unknown.
    """
    w, change = seen.words, cell.difference
    if change is None:
        return "", "same"
    size = abs(change)
    if row.unit == "share":
        text = f"{size * 100:.1f}"
        is_none = float(text) == 0
    else:
        text = shown(seen, row, size, member)
        is_none = text == shown(seen, row, 0, member)
    if is_none:
        return w("compare.same"), "same"
    way = _WAYS.get(row.unit, "count")
    unclear = w("compare.unclear_mark") if cell.is_clear is False else ""
    words = w(f"compare.{way}_{'less' if change < 0 else 'more'}", v=text)
    tone: Tone = cell.verdict if cell.verdict in ("better", "worse") else "same"
    return f"{words}{unclear}", tone


def kpi_name(w: Words, key: str) -> str:
    """What a figure is called."""
    return w(f"compare.kpi_{key.replace('.', '_')}")


def kpi_table(seen: Seen) -> pd.DataFrame:
    """Every figure of every member; beside the others' how it differs from the base's."""
    w, base = seen.words, seen.found.base
    order, is_one = [base, *seen.others], one_separation(seen.found.members)
    rows = []
    for row in seen.found.kpis:
        if all(cell.value is None for cell in row.cells):
            continue
        of_pairs = row.key.startswith(OF_DUPLICATES)
        name = kpi_name(w, row.key)
        if of_pairs and is_one:
            name = w("separation.row", name=name, within=within(seen, base))
        told = {w("compare.column_figure"): name}
        for m in order:
            cell = row.cells[m]
            text = shown(seen, row, cell.value, m)
            if of_pairs and not is_one and cell.value is not None:
                text = w("separation.cell", v=text, within=within(seen, m))
            if m != base and (change := changed(seen, row, cell, m)):
                text += f" · {change}"
            told[column(seen, m)] = text
        rows.append(told)
    return pd.DataFrame(rows)


def within(seen: Seen, member: int) -> str:
    """By which separation a member's duplicates are counted."""
    w = seen.words
    if seen.found.members[member].duplicates_within == OWN_SEPARATION:
        return w("separation.own")
    return separations.within(w, seen.records[member].scenario)


def has_unclear(seen: Seen) -> bool:
    """Whether a difference is smaller than what is not known of it."""
    return any(cell.is_clear is False for row in seen.found.kpis for cell in row.cells)


def column(seen: Seen, member: int) -> str:
    """What heads a member's column."""
    w, name = seen.words, seen.names[member]
    return w("compare.column_base", name=name) if member == seen.found.base else name
