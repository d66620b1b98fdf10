"""The plans to choose from: today's network, the announced one, and those found, with figures."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from planner.compare.frontier import standings
from planner.compare.people import people_of, point_changes
from planner.compare.types import PeopleCount
from planner.errors import PlannerError
from planner.present.compare import compare_members
from planner.present.kept_store import store
from planner.present.results.plans_doubled import doubled
from planner.present.results.separations import Doubled
from planner.present.session import Case
from planner.present.words import Words
from planner.runs.first_work import SOURCE as READY
from planner.runs.record import RunRecord, today_of
from planner.runs.store import KeptRun
from planner.runs.store.types import Subject as Noted

FEW = 12  # shown at once; the rest is one click away
TODAY = compare_members.TODAY
ORDERS = ("ready", "price", "travel", "worst")
LEAST, MOST = compare_members.LEAST, compare_members.MOST
_SAME_MIN = 0.5  # minutes a visit that read as none
_NEAR_MONEY = 0.005  # of the yearly money: as good as equal


@dataclass(frozen=True, slots=True, eq=False)
class Option:
    """A network that may be chosen.

    Attributes:
        id: A run's id, `today` or `proposal`.
        name: What it is called; `when` it was found, empty for a listed network.
        record: What its folder tells.
        run: Its run in the store; that of the same branches for a listed network, or None.
        duplicates: How many it has by the pack's own separations.
        people: Whose travel differs from today; None for today, and where that is not known.
        notes: What was noted on it, the last one first.
        beaten_by: Names of those that are no worse in travel and money and better in one;
            `is_near` where the difference is less than the page shows.
    """

    id: str
    name: str
    when: str
    record: RunRecord
    run: KeptRun | None
    duplicates: Doubled
    people: PeopleCount | None = None
    notes: tuple[str, ...] = ()
    beaten_by: tuple[str, ...] = ()
    is_near: bool = False

    @property
    def kpis(self) -> Mapping[str, Any]:
        """The figures, as in `run.json`."""
        return self.record.kpis or {}

    @property
    def before(self) -> Mapping[str, Any] | None:
        """The figures of today's network as this one's own data tell them; None for today."""
        return None if self.id == TODAY else self.record.info["baseline_kpis"]

    @property
    def is_ready(self) -> bool:
        """Whether it is one of the plans that come with the data."""
        return self.run is not None and self.run.source == READY and self.id == self.run.id


@dataclass(frozen=True, slots=True, eq=False)
class Options:
    """What was read: the options by their ids, and those that could not be read, with why.

    `total`: how many there are, of which only so many were read as were asked for.
    """

    found: Mapping[str, Option]
    faults: Mapping[str, str]
    total: int

    @property
    def more(self) -> int:
        """How many the next click shows."""
        return min(FEW, self.total - len(self.found))


def wanted(case: Case, finished: Mapping[str, KeptRun]) -> list[str]:
    """All that may be chosen by id: listed networks, ready plans in their order, then the newest.

    A run without a plan is no choice.
    """
    with_plan = {name: each for name, each in finished.items() if each.kpis is not None}
    ready = [name for name, each in with_plan.items() if each.source == READY]
    own = [name for name in with_plan if name not in ready]
    return [*case.networks, *reversed(ready), *own]


def read(
    w: Words,
    case: Case,
    finished: Mapping[str, KeptRun],
    *,
    most: int,
    also: Collection[str] = (),
) -> Options:
    """The first `most` options and those asked for, read from their folders.

    A ready plan of the very branches of a listed network is told as that network. Listed networks
    are counted as the pack shown counts.

    Args:
        w: The words.
        case: The pack shown.
        finished: Its finished plans.
        most: How many to read.
        also: Ids to read whatever their place.
    """
    ids = wanted(case, finished)
    chosen = [*ids[:most], *(name for name in ids[most:] if name in also)]
    choices = compare_members.choices(w, case)
    chosen = [name for name in chosen if name in choices]
    listed = compare_members.read(case, choices, [n for n in chosen if not choices[n].is_run])
    found = compare_members.read(case, choices, [n for n in chosen if choices[n].is_run])
    records, faults = {**listed.records, **found.records}, {**listed.faults, **found.faults}
    twins = _twins(records, finished)
    made = []
    for name, record in records.items():
        if name in twins.values() or record.kpis is None:
            continue
        run_id = name if choices[name].is_run else None
        try:
            count = doubled(case, record, run_id)
        except PlannerError as error:
            faults[name] = str(error)
            continue
        made.append(
            _option(choices[name], name, record, finished.get(twins.get(name, name)), count)
        )
    judged = _judged(made)
    faults = {choices[name].name: text for name, text in faults.items()}
    return Options({each.id: each for each in judged}, faults, len(ids) - len(twins))


def _twins(records: Mapping[str, RunRecord], finished: Mapping[str, KeptRun]) -> dict[str, str]:
    """For a listed network the ready plan that has its branches and services."""
    listed = {name: each for name, each in records.items() if name not in finished}
    found = {}
    for name, record in listed.items():
        mine = _offers(record)
        for other, run in finished.items():
            if run.source == READY and other in records and _offers(records[other]) == mine:
                found[name] = other
                break
    return found


def _offers(record: RunRecord) -> frozenset[tuple[str, frozenset[str]]]:
    return frozenset((row.site, frozenset(row.services)) for row in record.branches)


def _option(
    choice: compare_members.Choice,
    name: str,
    record: RunRecord,
    run: KeptRun | None,
    duplicates: Doubled,
) -> Option:
    is_listed = not choice.is_run
    when = "" if is_listed or run is None else f"{run.created.astimezone():%Y-%m-%d %H:%M}"
    notes: tuple[str, ...] = ()
    if run is not None:
        with contextlib.suppress(PlannerError):  # put away meanwhile
            found = store().notes.of(Noted("run", run.id))
            notes = tuple(note.text for note in reversed(found))
    people = None if name == TODAY else _people(record)
    return Option(name, choice.short, when, record, run, duplicates, people, notes)


def _people(record: RunRecord) -> PeopleCount | None:
    """Whose travel differs from today; read once a record."""
    found: PeopleCount | None = _kept_people(record.id, record)
    return found


def _count_people(record_id: str, _record: RunRecord) -> PeopleCount | None:
    del record_id  # the name under which it is kept
    changes = point_changes(_record, today_of(_record))
    return None if changes is None else people_of(changes, {}).count


_kept_people = st.cache_data(_count_people, show_spinner=False, max_entries=200)


# -- who is beaten -------------------------------------------------------------------------


def _judged(options: Sequence[Option]) -> list[Option]:
    """The options with who is no worse in travel, money and unserved visits, and better in one."""
    found = []
    for option, standing in zip(options, standings([o.record for o in options]), strict=True):
        rivals = [options[m] for m in standing.dominated_by]
        clearly = [each for each in rivals if not is_near(option, each)]
        by = clearly or rivals
        named = tuple(each.name for each in by)
        found.append(replace(option, beaten_by=named, is_near=bool(by) and not clearly))
    return found


def is_near(one: Option, other: Option) -> bool:
    """Whether two differ in travel and money by less than a reader would see."""
    mine, theirs = one.kpis, other.kpis
    if mine["unserved_visits_per_year"] != theirs["unserved_visits_per_year"]:
        return False
    money = abs(mine["annual_kes"] - theirs["annual_kes"])
    minutes = abs(mine["mean_min"] - theirs["mean_min"])
    return bool(minutes < _SAME_MIN and money <= _NEAR_MONEY * theirs["annual_kes"])


def in_order(options: Iterable[Option], order: str) -> list[Option]:
    """The options as asked: as they come, or the best first by price, travel or the worst served.

    Args:
        options: As they come.
        order: One of `ORDERS`.
    """
    key = {"price": "annual_kes", "travel": "mean_min", "worst": "worst_tenth_min"}.get(order)
    if key is None:
        return list(options)

    def size(option: Option) -> float:
        value = option.kpis[key]
        return float("inf") if value is None else float(value)

    return sorted(options, key=size)


def rows_of(options: Sequence[Option], width: int) -> Iterator[Sequence[Option]]:
    """The options in rows of so many."""
    for start in range(0, len(options), width):
        yield options[start : start + width]


# -- what the visitor chose ----------------------------------------------------------------


def picked() -> list[str]:
    """The ids that are ticked to be compared, in the order they were ticked."""
    state = st.session_state
    order: list[str] = state.setdefault("plans.picked", [])
    return [name for name in order if state.get(tick_key(name))]


def tick_key(name: str) -> str:
    """The key of an option's tick."""
    return f"plans.pick.{name}"


def note_tick(name: str) -> None:
    """Remember when an option was ticked: the first is the base of a comparison."""
    state = st.session_state
    others = [each for each in state.get("plans.picked", []) if each != name]
    state["plans.picked"] = [*others, name] if state.get(tick_key(name)) else others


def show_more() -> None:
    """Show so many more options."""
    st.session_state["plans.shown"] += FEW


def in_one_area(option: Option, options: Options) -> dict[str, str]:
    """The address of the page of one area: an option beside today's network where there is one."""
    both = [TODAY, option.id] if TODAY in options.found else [option.id]
    return {"plans": ",".join(dict.fromkeys(both))}


def compared(chosen: Sequence[str]) -> dict[str, str]:
    """The address of a comparison: today's network is its base where it is among them."""
    base = TODAY if TODAY in chosen else chosen[0]
    return {"compare": ",".join([base, *(name for name in chosen if name != base)])}
