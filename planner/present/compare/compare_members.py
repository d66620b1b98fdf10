"""What can be compared: finished plans and the networks that the pack lists; read once each."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import streamlit as st

from planner.compare.todays import todays_record
from planner.errors import PlannerError
from planner.pack.types import Pack
from planner.plan import SolveReport
from planner.present import compare_keys, session, subjects
from planner.present.kept_store import store
from planner.present.session import Case, case_key, run
from planner.present.words import Words
from planner.runs.folder import judge_and_write
from planner.runs.record import RunRecord, read_record, today_of
from planner.scenario import Scenario

LEAST, MOST = compare_keys.LEAST, compare_keys.MOST
TODAY = compare_keys.TODAY
KEY = compare_keys.KEY


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to compare: a run, or a listed network.

    `name` tells it from all others, `short` from those of another name.
    """

    name: str
    short: str
    is_run: bool
    differs: bool = True  # from today's network, as far as a list can tell


@dataclass(frozen=True, slots=True)
class Read:
    """What was read of a choice: the records by id, and why others could not be read."""

    records: Mapping[str, RunRecord]
    faults: Mapping[str, str]


def choices(w: Words, case: Case) -> dict[str, Choice]:
    """All that can be compared by id, the last plan first, the listed networks at the end.

    A run that the address asks for is there too where the page would not offer it: a point of a
    study, a run of another pack.
    """
    runs = subjects.finished_plans() | subjects.asked_runs("compare")
    today = case.networks.get(TODAY)
    found = {
        name: Choice(
            subjects.run_name(each),
            each.name,
            is_run=True,
            differs=today is None or _differs(each.kpis, today.score.kpis.as_dict()),
        )
        for name, each in runs.items()
    }
    for name in case.networks:
        called = subjects.called(w, case, runs, name)
        found[name] = Choice(called, called, is_run=False)
    return found


def _differs(found: Mapping[str, Any] | None, today: Mapping[str, Any]) -> bool:
    """Whether a plan changes anything: it opens, closes or moves something, or costs something.

    A run that found no plan changes nothing.
    """
    told = ("branches", "offerings", "capital_kes", "annual_kes")
    return found is not None and any(found[key] != today[key] for key in told)


def names(choices: Mapping[str, Choice], members: Sequence[str]) -> tuple[str, ...]:
    """What members are called beside one another: as short as they can be told apart."""
    shorts = Counter(choices[name].short for name in members)
    return tuple(
        choices[name].short if shorts[choices[name].short] == 1 else choices[name].name
        for name in members
    )


def _named() -> list[str]:
    """What the address names."""
    return [name for name in st.query_params.get("compare", "").split(",") if name]


def lost(choices: Mapping[str, Choice]) -> list[str]:
    """What the address names and nobody has."""
    return [name for name in _named() if name not in choices]


def read(case: Case, choices: Mapping[str, Choice], chosen: Sequence[str]) -> Read:
    """The records of what was chosen.

    Today's network is told by the first run among them, so that it is counted as that run's pack
    counts; without a run by the pack that is shown.
    """
    records: dict[str, RunRecord] = {}
    faults: dict[str, str] = {}
    for name in chosen:
        try:
            if choices[name].is_run:
                records[name] = _kept_record(name)
            elif name != TODAY:
                records[name] = _kept_listed(case_key(), name, case)
        except PlannerError as error:
            faults[name] = str(error)
    if TODAY in chosen:
        first = next((each for each in records.values() if each.folder is not None), None)
        records[TODAY] = today_of(first) if first else _kept_today(case_key(), case.pack)
    return Read({name: records[name] for name in chosen if name in records}, faults)


def _record(run_id: str) -> RunRecord:
    return read_record(store().runs.folder(run_id))


_kept_record = st.cache_resource(_record, show_spinner=False, max_entries=64)


def _today(key: str, _pack: Pack) -> RunRecord:
    del key  # a changed pack makes a new entry
    return todays_record(_pack)


_kept_today = st.cache_resource(_today, show_spinner=False, max_entries=4)


def _listed(key: str, name: str, _case: Case) -> RunRecord:
    del key
    return listed_record(name, _case)


_kept_listed = st.cache_resource(_listed, show_spinner=False, max_entries=8)


def listed_record(name: str, case: Case) -> RunRecord:
    """A network that the pack lists as a run folder would tell it; no folder is kept."""
    network = case.networks[name]
    scenario = Scenario(name=name, pack=str(case.pack.folder))
    report = SolveReport(
        problem=case.problem,
        status="feasible",
        plan=network.plan,
        objective=network.score.objective.total,
        bound=None,
        gap=None,
        solver="",
        seconds=0.0,
        seconds_by_stage={},
        peak_memory_mb=0.0,
    )
    with tempfile.TemporaryDirectory(prefix="ugatuzi-") as place:
        folder = judge_and_write(report, case.pack, scenario, Path(place) / name)
        return replace(read_record(folder), folder=None)


def pack_of(case: Case, choices: Mapping[str, Choice], found: Read, base: str) -> Pack | None:
    """The pack that draws a comparison: the one shown, or a run's own; None where it is lost."""
    wanted = found.records[base].info["pack"]["id"]
    if wanted == case.pack.id:
        return case.pack
    for name, record in found.records.items():
        if choices[name].is_run and record.info["pack"]["id"] == wanted:
            try:
                return run(name).pack
            except PlannerError:
                continue
    return None


# -- the address: ?compare=id,id&base=id ---------------------------------------------------


def start(choices: Mapping[str, Choice]) -> None:
    """Set the widgets: as the address asks, as they were left, or the last plan beside today."""
    state, asked, base = st.session_state, _asked(choices), st.query_params.get("base")
    if KEY in state and st.query_params.get("compare") != state.get("address:compare"):
        state[KEY] = asked or _first(choices)  # the browser's way back
    session.follow_address("base", "compare.base", choices, None)
    session.restore("compare.", members=asked or None, base=base)
    state.setdefault(KEY, _first(choices))
    if any(name not in choices for name in state[KEY]):
        state[KEY] = [name for name in state[KEY] if name in choices]


def _asked(choices: Mapping[str, Choice]) -> list[str]:
    """What the address asks for, as far as it is there."""
    return [name for name in dict.fromkeys(_named()) if name in choices][:MOST]


def _first(choices: Mapping[str, Choice]) -> list[str]:
    """Today's network as the base where there is one, and the last plan that changes something.

    Without such a plan another network that the pack lists; then a plan that changes nothing.
    """
    today = [TODAY] if TODAY in choices else []
    others = [name for name in choices if name != TODAY]
    others.sort(key=lambda name: not choices[name].differs)  # else as they are: the last one first
    return [*today, *others][:LEAST]


def put_in_address(choices: Mapping[str, Choice], chosen: Sequence[str], base: str) -> None:
    """Write the choice into the address, so that it can be sent on."""
    first = ",".join(_first(choices))
    session.put_in_address("compare", ",".join(chosen), default=first)
    session.put_in_address("base", base, default=chosen[0])
