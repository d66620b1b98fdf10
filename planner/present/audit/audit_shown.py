"""The parts of the page of the audit: the network, thresholds, map, groups, tables and files."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from planner.insight.duplicates import DuplicateAudit, group_table_of, table_of
from planner.insight.duplicates.thresholds import LIMITS
from planner.insight.duplicates.types import GroupAudit
from planner.present import session, subjects
from planner.present.audit import audit, audit_map, audit_state, audit_tables
from planner.present.escape import markdown_text
from planner.present.maps.maps import show_map
from planner.present.session import Case
from planner.present.subjects import Subject
from planner.present.view import View
from planner.present.widgets import (
    heading,
    lead,
    sentences,
    show_cards,
    table,
    titled_table,
)
from planner.present.words import Words
from planner.runs.store import KeptRun
from planner.runs.table import Table, csv_bytes

HEIGHT = 560
_PLAN = "plan"
_NETWORK, _RUN, _NEAR = "audit.network", "audit.run", "audit.near"
_OPEN = 4  # groups that stand open; smaller ones open by a click


def choose(w: Words, case: Case, finished: Mapping[str, KeptRun]) -> str:
    """Which network: one that the pack lists, or a finished plan; also by the address.

    `?network=proposal`, `?run=ID`.
    """
    state, kinds = st.session_state, [*case.networks, *([_PLAN] if finished else [])]
    asked = session.asked_for("network", frozenset(kinds))
    run = session.asked_for("run", finished)
    session.restore("audit.", network=_PLAN if run else asked, run=run)
    if state.get(_NETWORK) not in kinds:
        state[_NETWORK] = kinds[0]
    kind: str = st.segmented_control(
        w("audit.network"),
        kinds,
        key=_NETWORK,
        required=True,
        format_func=lambda name: (
            w("audit.a_plan") if name == _PLAN else subjects.called(w, case, finished, name)
        ),
    )
    if kind != _PLAN:
        session.put_in_address("run", None)
        session.put_in_address("network", kind, default=kinds[0])
        return kind
    if state.get(_RUN) not in finished:
        state[_RUN] = subjects.first_of(finished, next(iter(finished)))
    chosen: str = st.selectbox(
        w("audit.plan"),
        list(finished),
        key=_RUN,
        format_func=lambda name: subjects.called(w, case, finished, name),
    )
    session.put_in_address("network", None)
    session.put_in_address("run", chosen)
    return chosen


def thresholds_form(view: View, subject: Subject) -> None:
    """The thresholds in a form; they count when it is sent."""
    w, now = view.words, audit_state.chosen(subject.pack)
    with st.expander(w("audit.thresholds")), st.form("audit_form"):
        st.text(w("audit.thresholds_words"))
        columns = itertools.cycle(st.columns(2, gap="medium"))
        given: dict[str, object] = {}
        for name in LIMITS:
            if name != "separation_km":
                given[name] = _number(w, next(columns), name, getattr(now, name))
        opened = [subject.problem.site_ids[j] for j in subject.plan.is_open.nonzero()[0].tolist()]
        position = {name: j for j, name in enumerate(subject.problem.site_ids)}
        own = st.checkbox(w("audit.own_separation"), value=now.separation_km is None)
        km = _number(w, st.container(), "separation_km", now.separation_km or 60.0)
        given["separation_km"] = None if own else km
        heads = ["", *opened]
        given["head_office"] = st.selectbox(
            w("audit.head"),
            heads,
            index=heads.index(now.head_office) if now.head_office in heads else 0,
            format_func=lambda each: (
                view.site_name(position[each]) if each else w("audit.head_auto")
            ),
        )
        wanted = st.multiselect(
            w("audit.wanted"),
            opened,
            default=[each for each in opened if each in now.wanted],
            format_func=lambda each: view.site_name(position[each]),
        )
        given["wanted"] = frozenset(wanted)
        if st.form_submit_button(w("audit.judge"), type="primary"):
            st.session_state[audit_state.KEY] = given
            st.rerun()
    names = [_short(w, name) for name in audit_state.changed(subject.pack)]
    if names:
        sentences([w("audit.changed", names="; ".join(names))], kind="note")


def _short(w: Words, name: str) -> str:
    key = {"head_office": "audit.head", "wanted": "audit.wanted"}.get(name)
    return w(key or f"audit.threshold_{name}")


def _number(w: Words, place: DeltaGenerator, name: str, value: float) -> float:
    limit = LIMITS[name]
    step = {"share": 0.05, "ratio": 0.5, "days a week": 0.5}.get(limit.unit, 5.0)
    found: float = place.number_input(
        w(f"audit.threshold_{name}"), float(limit.least), float(limit.most), float(value), step=step
    )
    return found


def show(view: View, subject: Subject, found: DuplicateAudit) -> None:
    """The answer: lead, cards, map and groups, the three readings, and every table."""
    w = view.words
    lead(audit.lead(view, found))
    show_cards(audit.cards(view, found))
    thresholds_form(view, subject)
    if found.groups:
        near = _group_control(view, found)
        show_map(
            "audit_map",
            subject.pack,
            w,
            audit_map.layers(view, subject.plan, found),
            travel=subject.problem.travel,
            height=HEIGHT,
            answers=False,
            around=near,
        )
        st.caption(w("audit.map_help"))
    for place, group in enumerate(found.groups):
        title = audit.title_of(view, group)
        if place < _OPEN:
            heading(title)
            _group(view, found, group, title)
        else:
            with st.expander(markdown_text(title)):
                _group(view, found, group, title)
    _readings(view, found)
    _tables(view, found)
    _files(view, subject, found)


def _group(view: View, found: DuplicateAudit, group: GroupAudit, title: str) -> None:
    sentences([" ".join(audit.group_sentences(view, found, group))])
    table(audit_tables.member_table(view, group), title)


def _group_control(view: View, found: DuplicateAudit) -> list[tuple[float, float]]:
    """Which group the map shows from near: the first that has branches that could stop, or all."""
    w, state = view.words, st.session_state
    titles = [audit.title_of(view, group) for group in found.groups]
    if state.get(_NEAR) not in ("", *titles):
        loose = (t for t, g in zip(titles, found.groups, strict=True) if g.sites("unnecessary"))
        state[_NEAR] = next(loose, "")
    chosen = st.selectbox(
        w("audit.near"),
        ["", *titles],
        key=_NEAR,
        format_func=lambda title: title or w("audit.near_all"),
    )
    if not chosen:
        return []
    sites = (view.pack.sites[m.site] for m in found.groups[titles.index(chosen)].members)
    return [(each.lat, each.lon) for each in sites if each.lat is not None and each.lon is not None]


def _readings(view: View, found: DuplicateAudit) -> None:
    """The three meanings of duplicate, each with its answer."""
    w = view.words
    st.header(w("audit.readings"), anchor=False)
    st.caption(w("audit.readings_words"))
    for column, (asked, answered) in zip(
        st.columns(3, gap="medium"), audit.readings(view, found), strict=True
    ):
        with column:
            heading(asked)
            sentences([answered])


def _tables(view: View, found: DuplicateAudit) -> None:
    w = view.words
    title = w("audit.services")
    titled_table(title, audit_tables.service_table(view, found))
    st.caption(w("audit.services_words"))
    if found.head is not None and found.branches:
        title = w("audit.branches", head=view.pack.sites[found.head].name)
        titled_table(title, audit_tables.branch_table(view, found))
    if found.pairs:
        title = view.heading(w("audit.pairs"), is_part=True)
        with st.expander(markdown_text(title)):
            st.caption(w("audit.pairs_words"))
            table(audit_tables.pair_table(view, found), title)


def _files(view: View, subject: Subject, found: DuplicateAudit) -> None:
    """Pairs and branches of groups as CSV."""
    made = {"pairs": table_of(found, subject.pack), "groups": group_table_of(found, subject.pack)}
    for column, (name, told) in zip(st.columns(2, gap="medium"), made.items(), strict=True):
        column.download_button(
            view.words(f"audit.get_{name}"),
            csv_bytes(Table(name, told.columns, told.rows), mark=True),
            f"duplicates-{name}.csv",
            "text/csv",
            on_click="ignore",
            width="stretch",
            disabled=not told.rows,
        )
