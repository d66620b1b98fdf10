"""One point of a frontier on its page: chosen in the chart or the list, with its plan and map."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from planner.present import carried, session
from planner.present.compare import compare_moves
from planner.present.frontiers import frontiers, frontiers_chart, frontiers_kept, frontiers_steps
from planner.present.frontiers.frontiers import Seen
from planner.present.frontiers.frontiers_kept import Shown
from planner.present.maps.maps import show_map
from planner.present.results import results, results_map
from planner.present.results.plans_doubled import by_the_packs_own
from planner.present.saved import saved
from planner.present.view import View
from planner.present.widgets import heading, sentences, show_cards, table
from planner.runs.reading import StoredRun
from planner.runs.store import KeptRun

_CHART = "frontiers-chart"


def choose_in_chart(seen: Seen, study_id: str) -> None:
    """The chart of all points; a click chooses one, and so does the address."""
    w, state = seen.view.words, st.session_state
    numbers = _by_number(seen)
    session.follow_address("point", "frontiers.point", numbers, None)
    if state.get("frontiers.of") != study_id or state.get("frontiers.point") not in numbers:
        first = (seen.best or seen.placed or seen.points)[0]
        state["frontiers.point"] = session.asked_for("point", numbers) or str(first["number"])
        state["frontiers.of"] = study_id
    if not seen.placed and not seen.is_grid:
        return
    drawn = _grid(seen) if seen.is_grid else _points(seen, study_id)
    if not seen.placed:
        return
    title = frontiers.title(seen)
    heading(title)
    st.altair_chart(
        drawn,
        width="stretch",
        key=_CHART,
        on_select=_picked_by_click,
        selection_mode="pick",
        alt=seen.told["alt"] if w.language == "en" else w("frontiers.alt", title=title),
    )
    st.caption(w("frontiers.help_grid" if seen.is_grid else "frontiers.help"))


def show_point(shown: Shown) -> None:
    """The point that is chosen, its plan, and its price to the point before it."""
    seen = shown.seen
    w, numbers = seen.view.words, _by_number(seen)
    number = st.selectbox(
        w("frontiers.choose"),
        list(numbers),
        key="frontiers.point",
        format_func=lambda name: frontiers.point_name(seen, numbers[name]),
    )
    session.put_in_address("point", number)
    point, run = numbers[number], shown.runs.get(int(number))
    values = frontiers.values_text(seen, point)
    st.header(w("frontiers.point", n=number, values=values), anchor=False)
    if run is None or run.kpis is None:
        sentences(w.in_english([point["message"]]) or [w(f"frontiers.status_{point['status']}")])
        return
    sentences(frontiers_steps.step_sentences(seen, int(number)))
    stored = session.run(run.id)
    if stored.score is None:
        return
    own = View(w, stored.pack, stored.problem)
    left, right = st.columns([3, 2], gap="large")
    with left:
        show_map(
            "frontiers_map",
            stored.pack,
            w,
            results_map.plan_layers(own, stored.score, stored.baseline),
            travel=stored.problem.travel,
            height=560,
        )
    with right:
        by_own = by_the_packs_own(session.case(), stored)
        show_cards(results.cards(own, stored.score, stored.baseline, stored.scenario, by_own))
        sentences([w("frontiers.put_away")] if run.removed is not None else [], kind="warning")
        _ways_on(shown, number, run, stored)
    _show_moves(shown, point, run, stored)


def _grid(seen: Seen) -> Any:
    """The chart of two keys, coloured by what is asked for."""
    measures = ("y", "x")
    st.session_state.setdefault("frontiers.colour", measures[0])
    which = st.segmented_control(
        seen.view.words("frontiers.colour"),
        measures,
        key="frontiers.colour",
        required=True,
        format_func=lambda name: frontiers.label(seen, name),
    )
    return frontiers_chart.grid_chart(seen, which, st.session_state["frontiers.point"])


def _points(seen: Seen, study_id: str) -> Any:
    """The chart of one key, with today's network where that is wanted."""
    with_today, state = False, st.session_state
    if seen.today is not None:
        key = f"frontiers.today.{study_id}"
        state.setdefault(key, frontiers_chart.today_is_near(seen))
        with_today = st.checkbox(seen.view.words("frontiers.with_today"), key=key)
    return frontiers_chart.points_chart(seen, state["frontiers.point"], with_today=with_today)


def _picked_by_click() -> None:
    """The point that was clicked in the chart."""
    number = frontiers_chart.clicked(st.session_state.get(_CHART))
    if number is not None:
        st.session_state["frontiers.point"] = number


def _ways_on(shown: Shown, number: str, run: KeptRun, stored: StoredRun) -> None:
    """Open the plan, start from its rules, or hold it beside another point."""
    seen = shown.seen
    w, numbers = seen.view.words, _by_number(seen)
    st.page_link("app_pages/plan.py", label=w("frontiers.open"), query_params={"run": run.id})
    if st.button(w("frontiers.from_here"), key="frontiers-from", width="stretch"):
        session.keep("frontiers.")
        saved.open_run(stored.pack, stored.scenario, run.id)
        carried.turn_to("plan", run=run.id)
    others = [
        name
        for name in numbers
        if name != number and int(name) in shown.runs and shown.runs[int(name)].kpis is not None
    ]
    if others:
        beside = st.selectbox(
            w("frontiers.beside"),
            others,
            key=f"frontiers.beside.{number}",
            format_func=lambda name: frontiers.point_name(seen, numbers[name]),
        )
        ids = {"compare": f"{shown.runs[int(beside)].id},{run.id}"}
        st.page_link("app_pages/compare.py", label=w("frontiers.compare"), query_params=ids)


def _show_moves(shown: Shown, point: Mapping[str, Any], run: KeptRun, stored: StoredRun) -> None:
    """What moves from the point before it to this one."""
    seen = shown.seen
    w = seen.view.words
    before = frontiers_steps.neighbour(seen, int(point["number"]))
    base = None if before is None else shown.runs.get(before["number"])
    if before is None or base is None:
        return
    earlier, later = (w("frontiers.short", n=each["number"]) for each in (before, point))
    both = frontiers_kept.pair(w, stored.pack, base.id, run.id, (earlier, later))
    title = w("frontiers.moves", n=before["number"])
    heading(title)
    sentences([compare_moves.moves_sentence(both, 1)])
    moves = compare_moves.moves_table(both, 1)
    if not moves.empty:
        table(moves, title)


def _by_number(seen: Seen) -> dict[str, Mapping[str, Any]]:
    """The points by their numbers, as widgets and addresses write them."""
    return {str(point["number"]): point for point in seen.points}
