"""Reach: who has a branch within so many minutes, and who has a second one."""

import streamlit as st

from planner.errors import PlannerError
from planner.export.reach_layers import catchments_layer, isochrones_layer
from planner.present import reach, reach_map, session, subjects, today
from planner.present.handing import TYPES
from planner.present.maps import show_map
from planner.present.widgets import lead, sentences, show_cards, table, titled_table

w = session.speak()
case = session.case()
state = st.session_state

st.title(w("reach.title"))
st.text(w("reach.about"))
finished = subjects.finished_plans()
choices = [*case.networks, *finished]
if not choices:
    st.info(w("reach.empty"))
    st.page_link("app_pages/plan.py", label=w("reach.go"))
    st.stop()

# -- what is asked -------------------------------------------------------------------------

session.restore("reach.", network=session.asked_for("run", finished))
if state.get("reach.network") not in choices:
    state["reach.network"] = subjects.first_of(finished, choices[0])
state.setdefault("reach.within", list(reach.FIRST))
first, second = st.columns(2, gap="medium")
chosen = first.selectbox(
    w("reach.network"),
    choices,
    key="reach.network",
    format_func=lambda name: subjects.called(w, case, finished, name),
)
subject = subjects.subject_of(case, chosen, finished)
if subject is None:
    st.info(w("reach.no_plan"))
    st.stop()
w, pack = w.of_pack(subject.pack), subject.pack
view = today.View(w, pack, subject.problem)
kinds = {each.id: w.name(each) for each in pack.visit_types}
if state.get("reach.kind") not in kinds:
    state["reach.kind"] = ""
kind = second.selectbox(
    w("reach.kind"),
    ["", *kinds],
    key="reach.kind",
    format_func=lambda name: kinds.get(name, w("reach.all_kinds")),
)
within = st.pills(
    w("reach.within"),
    reach.CHOICES,
    key="reach.within",
    selection_mode="multi",
    format_func=w.minutes,
)
if not 1 <= len(within) <= reach.MOST:
    st.info(w("reach.how_many", n=reach.MOST))
    st.stop()
try:
    with st.spinner(w("reach.making")):
        position = list(kinds).index(kind) if kind else None
        found = reach.worked_out(subject, sorted(within), position)
except PlannerError:
    st.info(w("reach.no_minutes"))
    st.stop()

# -- the answer ----------------------------------------------------------------------------

lead(" ".join(reach.summary(view, found)))
sentences([view.how_sure], kind="note")
show_cards(reach.cards(view, found))

views = {"bands": found.bands, "areas": found.areas}
drawn = [name for name, each in views.items() if each is not None]
if reason := reach.no_bands(view, found):
    st.info(reason)
if drawn:
    if state.get("reach.view") not in drawn:
        state["reach.view"] = drawn[0]
    shown = st.segmented_control(
        w("reach.view"),
        drawn,
        key="reach.view",
        required=True,
        format_func=lambda name: w(f"reach.view_{name}"),
    )
    of_bands = shown == "bands"
    show_map(
        "reach_map",
        pack,
        w,
        [
            reach_map.band_layer(found) if of_bands else reach_map.catchment_layer(found),
            reach_map.area_layer(view, found, of_bands=of_bands),
            reach_map.branch_layer(view, found, of_bands=of_bands),
            reach_map.legend(view, found, of_bands=of_bands),
        ],
        travel=subject.problem.travel,
        height=660,
    )
    st.caption(w("reach.help_bands" if of_bands else "reach.help_areas"))
    if of_bands and found.bands:
        sentences([reach.bands_note(view, found.bands)], kind="note")
    buttons = st.columns(2)
    what = subject.scenario.name
    if found.bands:
        buttons[0].download_button(
            w("reach.get_bands"),
            isochrones_layer(pack, subject.problem, found.bands, what),
            "isochrones.geojson",
            TYPES["geojson"],
            on_click="ignore",
            width="stretch",
        )
    if found.areas:
        buttons[1].download_button(
            w("reach.get_areas"),
            catchments_layer(pack, subject.problem, found.areas, what),
            "catchments.geojson",
            TYPES["geojson"],
            on_click="ignore",
            width="stretch",
        )

# -- the same in tables --------------------------------------------------------------------

titled_table(view.heading(w("reach.whole"), is_part=True), reach.whole_table(view, found))
st.subheader(view.heading(w("reach.by_area"), is_part=True), anchor=False)
orders = reach.orders(view, found)
if state.get("reach.order") not in orders:
    state["reach.order"] = "far"
order = st.selectbox(
    w("reach.order"), list(orders), key="reach.order", format_func=orders.__getitem__
)
table(reach.area_table(view, found, order), w("reach.by_area"))

if found.reach.by_group:
    title = view.heading(w("reach.by_group"), is_part=True)
    titled_table(title, reach.group_table(view, found), rows_in_view=None)
    sentences([w("reach.group_note"), reach.not_apart(view, found)], kind="note")
else:
    st.subheader(w("reach.by_group"), anchor=False)
    st.info(w("reach.no_groups"))
if found.reach.by_band:
    title = view.heading(w("reach.by_band"), is_part=True)
    titled_table(title, reach.band_table(view, found), rows_in_view=None)

st.header(w("reach.backup"), anchor=False)
st.caption(w("reach.backup_words"))
title = view.heading(w("reach.backup_areas"), is_part=True)
titled_table(title, reach.backup_table(view, found))
session.keep("reach.")
