"""How firm is it: how often sites are chosen, what a loss would do, and which plan is safest."""

import streamlit as st

from planner.errors import PlannerError
from planner.present import session
from planner.present.failure import leave
from planner.present.maps.area_layers import plain_areas
from planner.present.maps.maps import show_map
from planner.present.robust import robust, robust_cases, robust_form, robust_regret
from planner.present.studies import robust_kept, study_job
from planner.present.view import View
from planner.present.widgets import lead, sentences, table, titled_table

w = session.speak()
case = session.case()

st.title(w("robust.title"))
st.text(w("robust.about"))
plans = robust_kept.plans(case)
studies = robust_kept.studies(robust_form.KIND, case)
session.asked_for("study", studies)  # told where it is not here
if not plans and not studies:
    st.info(w("robust.empty"))
    st.page_link("app_pages/plan.py", label=w("robust.go"))
    leave()
session.restore("robust.")


job = robust_kept.running(robust_form.KIND)
if job is not None:
    study_job.follow(w, case, "robust", job.id)
elif plans:
    robust_form.ask(w, case, plans)
    failed = robust_kept.last_failed(robust_form.KIND)
    if failed is not None:
        sentences([w("robust.failed", message=failed.message)], kind="warning")
if not studies:
    if job is None:
        st.info(w("robust.none_kept"))
    session.keep("robust.")
    leave()

# -- what was found ------------------------------------------------------------------------

shown = robust_kept.choose(w, "robust", studies)
try:
    with st.spinner(w("robust.reading")):
        look = robust_kept.look(shown)
except PlannerError as error:
    sentences([str(error)], kind="warning")
    leave()
view = View(w.of_pack(look.pack), look.pack, look.problem)
seen = robust.Seen.of(view, look.study.told, look.scenario)

lead(" ".join([*robust.lead_sentences(seen), *robust_regret.sentences_of(seen)[:1]]))
sentences([robust.counted_sentence(seen)], kind="note")
left_out = robust.left_out_sentence(seen)
if left_out:
    sentences([left_out], kind="warning")
    with st.expander(w("robust.left_names")):
        sentences(robust_regret.left_out(seen))

st.header(w("robust.sites"), anchor=False)
show_map(
    "robust_map",
    look.pack,
    view.words,
    [plain_areas(view, robust.map_words(seen)), robust.site_layer(seen), robust.legend(seen)],
    travel=look.problem.travel,
    height=600,
)
st.caption(w("robust.sites_note"))
table(robust.sites_table(seen), w("robust.sites"))
with st.expander(w("robust.services")):
    table(robust.services_table(seen), w("robust.services"))

st.header(view.heading(w("robust.shocks"), is_part=True), anchor=False)
st.caption(view.words("robust.shocks_note"))
table(robust_cases.shock_table(seen), w("robust.shocks"))
if look.study.told["losses"]:
    st.header(view.heading(w("robust.losses"), is_part=True), anchor=False)
    now = robust_cases.minutes(seen, look.study.told["mean_min"])
    st.caption(w("robust.losses_note", minutes=now))
    table(robust_cases.loss_table(seen), w("robust.losses"))

st.header(view.heading(w("robust.regret"), is_part=True), anchor=False)
sentences(robust_regret.sentences_of(seen))
if look.study.told["regret"] is not None:
    st.caption(w("robust.regret_note"))
    table(robust_regret.plans_table(seen), w("robust.regret"))
    titled_table(w("robust.matrix"), robust_regret.matrix(seen))
    st.caption(w("robust.matrix_note"))
if look.study.told["ends"]:
    with st.expander(w("robust.figures_tried")):
        table(robust_cases.figures_table(seen), w("robust.figures_tried"))
sentences([view.how_sure], kind="note")
session.keep("robust.")
