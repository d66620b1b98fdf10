"""Demand: who would come from where and for what, and the chain of figures behind each number."""

import streamlit as st

from planner.present import session
from planner.present.demand import demand, demand_behind
from planner.present.maps.maps import show_map
from planner.present.widgets import heading, lead, table, titled_table
from planner.scenario import demanded

w = session.speak()
case = session.case()
state = st.session_state
codes = {area.code: area.name for area in case.pack.areas}
kinds = {kind.id: b for b, kind in enumerate(case.pack.visit_types)}

st.title(w("demand.title"))
if "demand.clicked" in state:
    state["demand.area"] = state.pop("demand.clicked")
session.follow_address("area", "demand.area", codes, "")
session.restore("demand.", area=session.asked_for("area", codes))
state.setdefault("demand.area", "")
state.setdefault("demand.measure", demand.MEASURES[0])

first, second, third = st.columns([3, 4, 3], gap="medium")
kind = first.selectbox(
    w("demand.kind"),
    ["", *kinds],
    key="demand.kind",
    format_func=lambda name: (
        w.name(case.pack.visit_types[kinds[name]]) if name else w("demand.all_types")
    ),
)
measure = second.segmented_control(
    w("demand.measure"),
    demand.MEASURES,
    key="demand.measure",
    required=True,
    format_func=lambda name: w(f"demand.short_{name}"),
)
area = third.selectbox(
    w("today.area"),
    ["", *sorted(codes, key=codes.__getitem__)],
    key="demand.area",
    format_func=lambda code: codes[code] if code else w("today.all_areas"),
)
session.put_in_address("area", area or None)
seen = demand.Seen(w, demanded.demand(case.pack), kinds.get(kind), area)

lead(demand.summary(seen))
wide, narrow = st.columns([3, 2], gap="medium")
with wide:
    clicked = show_map(
        "demand_map",
        case.pack,
        w,
        [demand.area_layer(seen, measure), demand.legend(seen, measure)],
        travel=case.problem.travel,
        height=600,
        area=area,
    )
    if clicked and clicked.get("code") in codes and clicked["code"] != area:
        state["demand.clicked"] = clicked["code"]
        st.rerun()
    st.caption(w("demand.map_help"))
with narrow:
    heading(w("demand.totals", place=seen.place))
    st.altair_chart(demand.type_chart(seen), width="stretch", key="demand.chart")
    table(demand.type_table(seen), w("demand.totals", place=seen.place))
    if demand.has_range(seen):
        st.caption(w("demand.corner"))

st.header(w("demand.chain_title"), anchor=False)
if seen.visit_type is None:
    st.info(w("demand.choose"))
else:
    st.text(w("demand.chain_words", place=seen.place))
    table(
        demand_behind.chain_table(seen, demand_behind.chain(seen, seen.visit_type)),
        w("demand.chain_title"),
        rows_in_view=None,
    )

st.header(w("demand.segments_title"), anchor=False)
if case.pack.customers.segments:
    st.text(w("demand.segments_words", place=seen.place))
    table(demand_behind.segment_table(seen), w("demand.segments_title"), rows_in_view=None)
else:
    st.info(w("demand.no_segments"))

st.header(w("demand.levers_title"), anchor=False)
if demand_behind.levers_there(seen):
    st.text(w("demand.levers_words", place=seen.place))
    table(demand_behind.lever_table(seen), w("demand.levers_title"))
    titled_table(w("demand.figures_title"), demand_behind.lever_figures(seen))
else:
    st.info(w("demand.no_levers"))
with st.expander(w("demand.same_data")):
    table(demand.area_table(seen), w("demand.same_data"), rows_in_view=None)
session.keep("demand.")
