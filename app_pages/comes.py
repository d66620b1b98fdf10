"""Who comes: the model against what was counted, and three ways of choosing a branch."""

import streamlit as st

from planner.evaluate.choice import new_branches
from planner.present import held, session, subjects
from planner.present.demand import comes, held_chart
from planner.present.failure import leave
from planner.present.maps.area_layers import plain_areas
from planner.present.maps.maps import show_map
from planner.present.view import View
from planner.present.widgets import lead, sentences, table, titled_table

w = session.speak()
case = session.case()
view = View(w, case.pack, case.problem)
state = st.session_state

st.title(w("comes.title"))
st.text(w("comes.about"))

# -- does the model tie out ----------------------------------------------------------------

st.header(w("held.title"), anchor=False)
if not case.tie_outs:
    st.info(w("held.none"))
with st.spinner(w("held.fitting")):
    held_against = comes.fitted(case)
for number, each in enumerate(held_against):
    lead(held.sentence(view, each))
    left, right = st.columns([2, 3], gap="medium")
    with left:
        st.altair_chart(held_chart.chart(view, each), width="stretch", key=f"comes.held.{number}")
    with right:
        table(held.table(view, each), w("held.title"))
    sentences([*held.fit_sentences(view, each), w("held.day")], kind="note")
with st.expander(w("held.figures")):
    table(held.figures_table(view), w("held.figures"), rows_in_view=None)

# -- who comes to a network ----------------------------------------------------------------

st.header(w("comes.network_title"), anchor=False)
finished = subjects.finished_plans()
choices = [*case.networks, *finished]
if not choices:
    st.info(w("comes.empty"))
    st.page_link("app_pages/plan.py", label=w("comes.go"))
    leave()

session.restore("comes.", network=session.asked_for("run", finished))
if state.get("comes.network") not in choices:
    state["comes.network"] = subjects.first_of(finished, choices[0])
state.setdefault("comes.knowledge", comes.KNOWLEDGE)
first, second = st.columns([3, 2], gap="medium")
chosen = first.selectbox(
    w("comes.network"),
    choices,
    key="comes.network",
    format_func=lambda name: subjects.called(w, case, finished, name),
)
subject = subjects.subject_of(case, chosen, finished)
if subject is None:
    st.info(w("comes.no_plan"))
    leave()
knowledge = second.slider(
    w("comes.knowledge"),
    0.0,
    1.0,
    step=0.05,
    key="comes.knowledge",
    format="percent",
    disabled=not new_branches(subject.problem, subject.plan).any(),
    help=w("comes.knowledge_help"),
)
seen = View(w, subject.pack, subject.problem)
with st.spinner(w("comes.making")):
    found = comes.side_by_side(subject, knowledge)
if state.get("comes.rule") not in found:
    state["comes.rule"] = list(found)[-1]
rule = st.segmented_control(
    w("comes.rule"),
    list(found),
    key="comes.rule",
    required=True,
    format_func=lambda name: w(f"comes.rule_{name}"),
)
lead(" ".join(comes.sentences(seen, found[rule])))
wide, narrow = st.columns([3, 2], gap="medium")
with wide:
    show_map(
        "comes_map",
        subject.pack,
        w,
        [
            plain_areas(seen, comes.description(seen, found[rule], rule)),
            comes.branch_layer(seen, subject.plan, found[rule]),
            comes.legend(seen, subject.plan, found[rule]),
        ],
        travel=subject.problem.travel,
        height=560,
    )
with narrow:
    titled_table(
        seen.heading(w("comes.side_by_side"), is_part=True), comes.rules_table(seen, found)
    )
    if "huff" in found:
        st.caption(w("comes.huff_caveat"))
titled_table(w("comes.queues", rule=w(f"comes.rule_{rule}")), comes.queue_table(seen, found[rule]))
sentences([w("comes.desk"), *comes.remarks(seen, found, subject.plan)], kind="note")
titled_table(w("comes.branches"), comes.branch_table(seen, found, subject.plan))
sentences([seen.how_sure], kind="note")
session.keep("comes.")
