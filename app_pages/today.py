"""Today: how far people travel to the branches there are, and which of them double a service."""

import streamlit as st

from planner.evaluate import duplicate_pairs
from planner.present import held, map_shown, map_views, session, today
from planner.present.maps import show_map
from planner.present.widgets import lead, sentences, show_cards, table, titled_table

w = session.speak()
case = session.case()
view = today.View(w, case.pack, case.problem)
state = st.session_state
codes = {area.code: area.name for area in case.pack.areas}

st.title(w("today.title"))
if not case.networks:
    st.info(w("today.empty"))
    st.stop()

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
    format_func=lambda name: w(f"network.{name}", n=case.networks[name].score.kpis.branches),
)
shown = map_shown.view_control(
    view, second, "today.view", map_views.can_show(view, map_views.LISTED, None)
)
indicator, service = map_shown.figure_control(view, third, "today.", shown)
area = fourth.selectbox(
    w("today.area"),
    ["", *sorted(codes, key=codes.__getitem__)],
    key="today.area",
    format_func=lambda code: codes.get(code, w("today.all_areas")),
)
session.put_in_address("area", area or None)
network = case.networks[chosen]
symbols = map_shown.symbols_asked(view, "today.symbols")
asked = map_views.Asked(shown, indicator, service, symbols)

lead(today.summary(view, network.score))
wide, narrow = st.columns([3, 2], gap="medium")
with narrow:
    show_cards(today.kpi_cards(view, network.score))
    if area:
        st.subheader(codes[area], anchor=False)
        show_cards(today.area_card(view, network.score, area))
        st.page_link(
            "app_pages/place.py",
            label=w("place.more_of", area=codes[area]),
            query_params={"area": area},
        )
    st.subheader(w("duplicates.title"), anchor=False)
    separation = st.slider(
        w("duplicates.slider"), 10, 150, step=5, key="today.separation", format="%d km"
    )
    pairs = duplicate_pairs(case.problem, network.plan, float(separation))
    st.text(today.duplicate_sentence(view, network, pairs, separation))
    st.caption(w("duplicates.explain"))

with wide:
    show_map(
        "today_map",
        case.pack,
        w,
        map_views.of_listed(view, network.plan, network.score, asked, pairs),
        travel=case.problem.travel,
        height=660,
        area=area,
        on_click=map_shown.chooses_area("today.area"),
    )
    map_shown.symbols_control(view, "today.symbols")
    st.caption(w("maps.help"))
sentences(held.sentences_of(view, case.tie_outs), kind="note")
sentences([view.how_sure], kind="note")

first, second = st.columns(2, gap="medium")
with first:
    title = view.heading(w("today.worst_areas"))
    titled_table(title, today.worst_areas(view, network.score))
with second:
    title = view.heading(w("today.worst_points"))
    titled_table(title, today.worst_points(view, network.score))

if pairs:
    titled_table(
        view.heading(w("duplicates.pairs"), is_part=True), today.duplicate_table(view, pairs)
    )
title = view.heading(w("today.same_data"), is_part=True)
with st.expander(title):
    table(today.area_table(view, network.score), title, rows_in_view=None)
session.keep("today.")
