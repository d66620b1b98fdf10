"""What is kept, as tables and sentences: scenarios, runs, the store, what a workspace brought."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

import pandas as pd

from planner.people import acting
from planner.present.results.results import NO_GAP
from planner.present.travel import error_text
from planner.present.view import DASH
from planner.present.words import Words
from planner.runs.store import KeptRun, Note, Owner, SavedScenario
from planner.runs.store.ids import moment_words
from planner.runs.store.state import StoreState
from planner.runs.store.workspace import Brought
from planner.travel import TravelTold

MOST_ROWS = 100
_Thing = TypeVar("_Thing", KeptRun, SavedScenario)
_PLURAL = {"pack": "packs", "scenario": "scenarios", "run": "runs", "study": "studies"}


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What the list of runs does not say of one: how travel was measured, and its money."""

    travel: TravelTold | None
    currency: str


def matching(found: Iterable[_Thing], wanted: str) -> list[_Thing]:
    """Those whose name, id or tags hold every word that is searched for."""
    words = wanted.casefold().split()

    def is_wanted(each: _Thing) -> bool:
        text = " ".join((each.name, each.id, *each.tags)).casefold()
        return all(word in text for word in words)

    return [each for each in found if is_wanted(each)]


def scenario_table(w: Words, found: Sequence[SavedScenario]) -> pd.DataFrame:
    """Scenarios: name, pack, version, last change, tags."""
    return pd.DataFrame(
        [
            {
                w("kept.column_scenario"): each.name,
                w("kept.column_pack"): each.pack,
                w("saved.column_version"): str(each.version),
                w("kept.column_changed"): w(
                    "kept.changed", when=moment_words(each.changed), who=each.changed_by
                ),
                **whose(w, each.owner),
                w("kept.column_tags"): ", ".join(each.tags),
            }
            for each in found[:MOST_ROWS]
        ]
    )


def run_table(
    w: Words, runs: Sequence[KeptRun], facts: Mapping[str, RunFacts], *, several_packs: bool
) -> pd.DataFrame:
    """Runs: name, status, and the figures that tell plans apart, each with its unit."""
    rows = []
    for run in runs:
        row = {w("kept.column_run"): run.name}
        if several_packs:
            row[w("kept.column_pack")] = run.pack_id
        row |= {w("kept.column_status"): w(f"kept.status_{run.status}")}
        row |= dict(run_figures(w, run, facts[run.id]))
        row[w("kept.column_when")] = moment_words(run.created)
        row |= whose(w, run.owner)
        row[w("kept.column_tags")] = ", ".join(run.tags)
        rows.append(row)
    return pd.DataFrame(rows)


def whose(w: Words, owner: Owner | None) -> dict[str, str]:
    """Whose a thing is, by the heading of its column; nothing where there is no login."""
    person = acting()
    if person is None:
        return {}
    if owner is None:
        told = w("people.everybodys")
    else:
        told = w("people.mine") if owner.id == person.id else owner.name
        told = w("people.private", name=told) if owner.is_private else told
    return {w("people.column"): told}


def run_figures(w: Words, run: KeptRun, facts: RunFacts) -> list[tuple[str, str]]:
    """A run's figures in words: branches, travel with its error, money, duplicates, gap."""
    w = replace(w, terms={**w.terms, "currency": facts.currency})
    kpis = run.kpis
    if kpis is None:
        told = [DASH] * 4
    else:
        mean = kpis["mean_min"]
        told = [
            w.count(kpis["branches"]),
            DASH if mean is None else f"{w.minutes(mean)} ({error_text(w, facts.travel)})",
            w.money(kpis["annual_kes"]),
            w.count(kpis["duplicates"]["unnecessary"]),
        ]
    doubled = w("separation.row", name=w("kpi.duplicates"), within=w("separation.each"))
    names = (w("kpi.branches"), w("kept.column_travel"), w("kpi.annual"), doubled)
    figures = list(zip(names, told, strict=True))
    return [*figures, (w("kept.column_gap"), _gap(w, run))]


def _gap(w: Words, run: KeptRun) -> str:
    if run.kpis is None:
        return DASH
    if run.gap is None:
        return w("kept.gap_unknown")
    return w.unit("percent", v="0") if run.gap < NO_GAP else w.gap(run.gap)


def run_facts(w: Words, run: KeptRun, facts: RunFacts) -> pd.DataFrame:
    """Everything that the store says of one run, item by item."""
    origin = w(f"kept.source_{run.source}")
    if run.scenario_id is not None:
        origin = w("kept.from_scenario", id=run.scenario_id[:8], version=run.scenario_version)
    items = [
        (w("export.kept_id"), run.id),
        (w("kept.column_status"), w(f"kept.status_{run.status}")),
        *run_figures(w, run, facts),
        (w("kept.column_when"), moment_words(run.created)),
        (w("kept.seconds"), f"{w.number(round(run.seconds, 1))} s, {run.solver}"),
        (w("kept.origin"), origin),
        (w("kept.column_pack"), f"{run.pack_id} ({run.pack})"),
        (w("kept.by"), w("kept.changed", when=moment_words(run.kept), who=run.author)),
        *whose(w, run.owner).items(),
        (w("kept.version"), run.version),
    ]
    return pd.DataFrame(items, columns=[w("column.item"), w("column.value")])


def note_line(w: Words, note: Note) -> str:
    """Who wrote a note, and when."""
    return w("kept.note_by", who=note.author, when=moment_words(note.made))


def store_sentences(w: Words, state: StoreState, last_backup: datetime | None) -> list[str]:
    """Where the store is, what it holds, and when it was backed up."""
    counts = {name: w.count(number) for name, number in state.counts.items()}
    away = sum(state.put_away.values())
    lines = [
        w("kept.holds", **{name: counts[name] for name in ("scenarios", "runs", "studies")}),
        w("kept.place", place=state.place, kind=state.kind, mb=f"{state.megabytes:,.1f}"),
    ]
    if away:
        lines.append(w("kept.away_count", n=w.count(away)))
    if last_backup is None:
        lines.append(w("kept.no_backup"))
    else:
        lines.append(w("kept.backup", when=moment_words(last_backup)))
    return lines


def brought_sentences(w: Words, brought: Sequence[Brought]) -> list[str]:
    """What came in and what was here already, by kind; by name what came in beside another."""
    if not brought:
        return [w("kept.brought_nothing")]
    counts: Counter[tuple[str, str]] = Counter((each.kind, each.outcome) for each in brought)
    lines = []
    for kind, plural in _PLURAL.items():
        came = sum(counts[kind, outcome] for outcome in ("new", "beside"))
        there = sum(counts[kind, outcome] for outcome in ("there", "beside_there"))
        if came or there:
            lines.append(w(f"kept.brought_{plural}", came=w.count(came), there=w.count(there)))
    for each in brought:
        if each.outcome in ("beside", "beside_there"):
            told = {"name": each.name, "id": each.id, "new": each.new_id}
            lines.append(w(f"kept.brought_{each.outcome}", **told))
    return lines
