"""How far it is: the travel model in force, its error, the other models, and a way of one's own."""

import streamlit as st

from planner.present import session
from planner.present.how_far import travel_judged, travel_map, travel_page, travel_pair
from planner.present.maps.maps import show_map
from planner.present.travel import model_name
from planner.present.view import View
from planner.present.widgets import lead, sentences, table, titled_table

w = session.speak()
case = session.case()
view = View(w, case.pack, case.problem)
state = st.session_state
pack = case.pack
session.restore("travel.")

st.title(w("travel.title"))
st.text(w("travel.about"))
with st.spinner(w("travel.making")):
    models = travel_judged.judged_models(pack, case.key)
own = travel_page.in_force(view, models)
lead(" ".join(travel_page.lead_sentences(view, models)))

st.header(w("travel.models"), anchor=False)
st.caption(w("travel.models_words"))
table(travel_page.model_table(view, models), w("travel.models"))

# -- held against roads of known length ----------------------------------------------------

st.header(w("travel.roads_title"), anchor=False)
shown = {each.model: each for each in models if each.error is not None}
if not pack.known_roads:
    st.info(w("travel.roads_none"))
elif not shown:
    st.info(w("travel.roads_unjudged"))
else:
    if state.get("travel.model") not in shown:
        state["travel.model"] = own.model if own and own.model in shown else next(iter(shown))
    picked = shown[
        st.selectbox(
            w("travel.roads_pick"),
            list(shown),
            key="travel.model",
            format_func=lambda name: model_name(w, name),
        )
    ]
    left, right = st.columns([2, 3], gap="medium")
    with left:
        st.altair_chart(travel_page.road_chart(view, picked), width="stretch")
        st.caption(w("travel.chart_note"))
    with right:
        table(travel_page.road_table(view, picked), w("travel.roads_title"))
        told = [travel_page.doubts_sentence(view, picked), travel_page.road_sources(view)]
        sentences(told, kind="note")

st.header(w("travel.map_title"), anchor=False)
seen = shown.get(state.get("travel.model")) or own
show_map(
    "travel_map", pack, w, travel_map.map_layers(view, seen), travel=case.problem.travel, height=600
)

# -- two places ----------------------------------------------------------------------------

st.header(w("travel.pair_title"), anchor=False)
first, second = st.columns(2, gap="medium")
points = sorted(range(len(pack.demand_points)), key=lambda i: pack.demand_points[i].name)
point = first.selectbox(
    w("travel.pair_from"),
    points,
    index=None,
    key="travel.point",
    placeholder=w("travel.pair_choose"),
    format_func=lambda i: travel_pair.point_name(view, i),
)
sites = sorted(range(len(pack.sites)), key=view.site_name)
site = second.selectbox(
    w("travel.pair_to"),
    sites,
    index=None,
    key="travel.site",
    placeholder=w("travel.pair_choose"),
    format_func=view.site_name,
)
if point is None or site is None:
    st.text(w("travel.pair_none"))
else:
    with st.spinner(w("travel.making")):
        times = travel_judged.times_of(pack, case.key, models)
    table(travel_pair.pair_table(view, times, point, site), w("travel.pair_title"))
    sentences([w("travel.pair_words")], kind="note")
    if pack.modes and own is not None:
        by_mode = travel_judged.times_by_mode(pack, case.key, own.model)
        title = view.heading(w("travel.pair_modes"))
        titled_table(title, travel_pair.mode_table(view, times[own.model], by_mode, point, site))

# -- what it rests on, and better ones -----------------------------------------------------

st.header(w("travel.sources_title"), anchor=False)
sentences(travel_page.sources_of(view) or [w("travel.notes_none")])
st.header(w("travel.notes_title"), anchor=False)
sentences(travel_page.notes_of(own, view) or [w("travel.notes_none")])
st.header(w("travel.own_title"), anchor=False)
sentences([*travel_page.own_steps(view), w("travel.own_more")])
session.keep("travel.")
