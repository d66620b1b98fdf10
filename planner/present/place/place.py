"""Which area the page of one area shows, and under which networks: the address, and the choice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from planner.errors import PlannerError
from planner.present import links, session, subjects
from planner.present.compare_keys import TODAY
from planner.present.place.place_facts import Side
from planner.present.plans import plans
from planner.present.session import Case
from planner.present.view import View
from planner.present.words import Words
from planner.runs.store import KeptRun

MOST = 4  # networks side by side
AREA, PLANS = "place.area", "place.plans"


@dataclass(frozen=True, slots=True, eq=False)
class Sides:
    """The networks that were chosen, and why others cannot be shown."""

    found: tuple[Side, ...]
    faults: Mapping[str, str]


def choices(w: Words, case: Case, finished: Mapping[str, KeptRun]) -> dict[str, str]:
    """What an area can be looked at under, by id, as on the page Plans."""
    names = plans.wanted(case, finished)
    shorts = Counter(each.name for each in finished.values())
    return {
        name: finished[name].name
        if name in finished and shorts[finished[name].name] == 1
        else subjects.called(w, case, finished, name)
        for name in names
    }


def start(case: Case, named: Mapping[str, str]) -> None:
    """Set the widgets: as the address asks, as they were left, or today beside the last plan."""
    state = st.session_state
    codes = {area.code for area in case.pack.areas}
    session.follow_address("area", AREA, codes, None)
    asked = asked_plans(named)
    if PLANS in state and st.query_params.get("plans") != state.get("address:plans"):
        state[PLANS] = asked or first_plans(named)  # a link, or the browser's way back
    area = session.asked_for("area", frozenset(codes))
    session.restore("place.", area=area, plans=asked or None)
    if state.get(AREA) not in codes:
        seen = state.get("kept:today.", {}).get("today.area")  # looked at on the page Today
        state[AREA] = seen if seen in codes else None
    state.setdefault(PLANS, first_plans(named))
    if any(name not in named for name in state[PLANS]):
        state[PLANS] = [name for name in state[PLANS] if name in named]


def asked_plans(named: Mapping[str, str]) -> list[str]:
    """What the address asks for, as far as it is there."""
    asked = [name for name in st.query_params.get("plans", "").split(",") if name]
    if gone := [name for name in asked if name not in named]:
        links.note("plans", ", ".join(gone))
    return list(dict.fromkeys(name for name in asked if name in named))[:MOST]


def first_plans(named: Mapping[str, str]) -> list[str]:
    """Today's network, and the plan seen last, else the first ready one or what is announced."""
    seen = st.session_state.get("plan.run")
    others = [name for name in named if name != TODAY]
    runs = [name for name in others if name != "proposal"]
    last = seen if seen in others else next(iter(runs or others), None)
    return [name for name in (TODAY if TODAY in named else None, last) if name is not None]


def put_in_address(named: Mapping[str, str], area: str | None, chosen: Sequence[str]) -> None:
    """Write the choice into the address, so that it can be sent on."""
    session.put_in_address("area", area)
    session.put_in_address("plans", ",".join(chosen), default=",".join(first_plans(named)))


def read(w: Words, case: Case, named: Mapping[str, str], chosen: Sequence[str]) -> Sides:
    """The networks that were chosen, each on its own data."""
    found, faults = [], {}
    for name in chosen:
        try:
            side = side_of(w, case, name, named[name])
        except PlannerError as error:
            faults[named[name]] = str(error)
            continue
        if side is not None:
            found.append(side)
    return Sides(tuple(found), faults)


def side_of(w: Words, case: Case, name: str, called: str) -> Side | None:
    """A listed network, or a run on its pack as it was; None where the run has no plan.

    Raises:
        PlannerError: The run cannot be read.
    """
    if name in case.networks:
        network = case.networks[name]
        today = case.networks.get(TODAY)
        before = None if today is None or name == TODAY else today.score
        view = View(w, case.pack, case.problem)
        return Side(name, called, view, network.plan, network.score, before)
    stored = session.run(name)
    if stored.report.plan is None or stored.score is None:
        return None
    view = View(w.of_pack(stored.pack), stored.pack, stored.problem)
    return Side(name, called, view, stored.report.plan, stored.score, stored.baseline)
