"""Step by step: what opens when, what each step costs, and what steps cost against one plan."""

import streamlit as st

from planner.errors import PlannerError
from planner.present import session
from planner.present.failure import leave
from planner.present.maps.area_layers import plain_areas
from planner.present.maps.maps import show_map
from planner.present.robust import roadmap
from planner.present.studies import robust_kept, study_job
from planner.present.view import View
from planner.present.widgets import lead, sentences, table, titled_table
from planner.runs import jobs

KIND = "roadmap"

w = session.speak()
case = session.case()
state = st.session_state

st.title(w("roadmap.title"))
st.text(w("roadmap.about"))
scenarios = robust_kept.phased(case)
studies = robust_kept.studies(KIND, case)
session.asked_for("study", studies)  # told where it is not here
if not scenarios and not studies:
    st.info(w("roadmap.empty"))
    leave()
session.restore("roadmap.")


def form() -> None:
    """Which scenario is to be found."""
    if state.get("roadmap.scenario") not in scenarios:
        state["roadmap.scenario"] = next(iter(scenarios))
    left, right = st.columns([3, 1], gap="medium", vertical_alignment="bottom")
    chosen = left.selectbox(
        w("roadmap.scenario"),
        list(scenarios),
        key="roadmap.scenario",
        format_func=lambda key: scenarios[key][0],
    )
    if right.button(w("roadmap.start"), type="primary", width="stretch", key="roadmap.start"):
        jobs.start(case.pack.folder, scenarios[chosen][1], kind=KIND)
        session.keep("roadmap.")
        st.rerun()


job = robust_kept.running(KIND)
if job is not None:
    study_job.follow(w, case, "roadmap", job.id)
elif scenarios:
    form()
    failed = robust_kept.last_failed(KIND)
    if failed is not None:
        sentences([w("roadmap.failed", message=failed.message)], kind="warning")
if not studies:
    if job is None:
        st.info(w("roadmap.none_kept"))
    session.keep("roadmap.")
    leave()

# -- what was found ------------------------------------------------------------------------

shown = robust_kept.choose(w, "roadmap", studies)
try:
    look = robust_kept.look(shown)
except PlannerError as error:
    sentences([str(error)], kind="warning")
    leave()
view = View(w.of_pack(look.pack), look.pack, look.problem)
steps = roadmap.Steps(view, look.study.told)

lead(" ".join(roadmap.lead_sentences(steps)))
sentences([view.how_sure], kind="note")

st.header(w("roadmap.chart"), anchor=False)
st.altair_chart(roadmap.gantt_chart(steps), width="stretch")
st.caption(w("roadmap.chart_note"))
table(roadmap.branch_table(steps), w("roadmap.chart"), rows_in_view=None)
services = roadmap.service_table(steps)
if not services.empty:
    with st.expander(w("roadmap.service_title")):
        table(services, w("roadmap.service_title"))

titled_table(view.heading(w("roadmap.money"), is_part=True), roadmap.phase_table(steps))
st.caption(w("roadmap.money_note"))
show_map(
    "roadmap_map",
    look.pack,
    view.words,
    [
        plain_areas(view, roadmap.map_words(steps)),
        roadmap.site_layer(steps),
        roadmap.legend(steps),
    ],
    travel=look.problem.travel,
    height=600,
)
session.keep("roadmap.")
