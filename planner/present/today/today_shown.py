"""What the page Today shows of a listed network: controls, sentences, map, figures and tables.

All of it is one fragment: a click on the map makes it anew without the rest of the page.
"""

from __future__ import annotations

import streamlit as st

from planner.evaluate import DuplicatePair, duplicate_pairs
from planner.present import failure, held, session
from planner.present.escape import markdown_text
from planner.present.maps.maps import show_map
from planner.present.network_map import map_shown, map_views
from planner.present.network_map.map_views import Asked
from planner.present.results.duplicates import duplicate_sentence, duplicate_table
from planner.present.session import Case, Network
from planner.present.today import today
from planner.present.view import View
from planner.present.widgets import heading, lead, sentences, show_cards, table, titled_table

HEIGHT = 660


def _show(view: View, case: Case) -> None:
    if session.is_gone():
        st.rerun()  # the whole page tells it
    with failure.net(view.words):
        _network(view, case)


show = st.fragment(_show)
"""Everything below the title of the page."""


def _network(view: View, case: Case) -> None:
    network, asked, area = _controls(view, case)
    lead(today.summary(view, network.score))
    wide, narrow = st.columns([3, 2], gap="medium")
    with narrow:
        pairs = _figures(view, case, network, area)
    with wide:
        show_map(
            "today_map",
            case.pack,
            view.words,
            map_views.of_listed(view, network.plan, network.score, asked, pairs),
            travel=case.problem.travel,
            height=HEIGHT,
            area=area,
            on_click=map_shown.chooses_area("today.area"),
        )
        map_shown.symbols_control(view, "today.symbols")
        st.caption(view.words("maps.help"))
    map_shown.places_table(view, network.plan, asked, area)
    _tables(view, network, pairs)
    sentences(held.sentences_of(view, case.tie_outs), kind="note")
    sentences([view.how_sure], kind="note")
    session.keep("today.")


def _controls(view: View, case: Case) -> tuple[Network, Asked, str]:
    """What is asked: the network, what the map shows of it, and the code of an area or ''."""
    w, state = view.words, st.session_state
    codes = {area.code: area.name for area in case.pack.areas}
    session.follow_address("area", "today.area", codes, "")
    session.restore(
        "today.",
        area=session.asked_for("area", codes),
        network=session.asked_for("network", case.networks),
    )
    state.setdefault("today.area", "")
    state.setdefault("today.separation", 60)
    if state.get("today.network") not in case.networks:
        state["today.network"] = next(iter(case.networks))
    first, second, third, fourth = st.columns([4, 3, 3, 3], gap="medium")
    chosen = first.segmented_control(
        w("today.network"),
        list(case.networks),
        key="today.network",
        required=True,
        format_func=lambda name: w.counted(
            f"network.{name}", case.networks[name].score.kpis.branches
        ),
    )
    shown = map_shown.view_control(
        view, second, "today.view", map_views.can_show(view, map_views.LISTED, None)
    )
    indicator, service = map_shown.figure_control(view, third, "today.", shown)
    area: str = fourth.selectbox(
        w("today.area"),
        ["", *sorted(codes, key=codes.__getitem__)],
        key="today.area",
        format_func=lambda code: codes[code] if code else w("today.all_areas"),
    )
    session.put_in_address("area", area or None)
    symbols = map_shown.symbols_asked(view, "today.symbols")
    return case.networks[chosen], Asked(shown, indicator, service, symbols), area


def _figures(view: View, case: Case, network: Network, area: str) -> tuple[DuplicatePair, ...]:
    """The cards of the network and of an area, and its duplicates within a distance to choose."""
    w = view.words
    show_cards(today.kpi_cards(view, network.score))
    if area:
        name = next(each.name for each in case.pack.areas if each.code == area)
        heading(name)
        show_cards(today.area_card(view, network.score, area))
        st.page_link(
            "app_pages/place.py",
            label=markdown_text(w("place.more_of", area=name)),
            query_params={"area": area},
        )
    st.subheader(w("duplicates.title"), anchor=False)
    separation = st.slider(
        w("duplicates.slider"), 10, 150, step=5, key="today.separation", format="%d km"
    )
    pairs = duplicate_pairs(case.problem, network.plan, float(separation))
    st.text(duplicate_sentence(view, network, pairs, separation))
    st.caption(w("duplicates.explain"))
    listed = next(name for name, each in case.networks.items() if each is network)
    st.page_link(
        "app_pages/audit.py", label=w("audit.from_today"), query_params={"network": listed}
    )
    return pairs


def _tables(view: View, network: Network, pairs: tuple[DuplicatePair, ...]) -> None:
    """Where people travel farthest, which branches double a service, and all areas."""
    w = view.words
    first, second = st.columns(2, gap="medium")
    with first:
        title = view.heading(w("today.worst_areas"))
        titled_table(title, today.worst_areas(view, network.score))
    with second:
        title = view.heading(w("today.worst_points"))
        titled_table(title, today.worst_points(view, network.score))
    if pairs:
        title = view.heading(w("duplicates.pairs"), is_part=True)
        titled_table(title, duplicate_table(view, pairs))
    title = view.heading(w("today.same_data"), is_part=True)
    with st.expander(title):
        table(today.area_table(view, network.score), title, rows_in_view=None)
