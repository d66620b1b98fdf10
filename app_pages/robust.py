"""How firm is it: how often sites are chosen, what a loss would do, and which plan is safest."""

import streamlit as st

from planner.errors import PlannerError
from planner.present import (
    robust,
    robust_cases,
    robust_kept,
    robust_regret,
    session,
    study_job,
    today,
)
from planner.present.maps import show_map
from planner.present.widgets import lead, sentences, table, titled_table
from planner.runs import jobs

KIND = "robust"
SECONDS, TIES, FIGURES = 240, 10, 8

w = session.speak()
case = session.case()
state = st.session_state

st.title(w("robust.title"))
st.text(w("robust.about"))
plans = robust_kept.plans(case)
studies = robust_kept.studies(KIND, case)
if not plans and not studies:
    st.info(w("robust.empty"))
    st.page_link("app_pages/plan.py", label=w("robust.go"))
    st.stop()
session.restore("robust.")


def form() -> None:
    """What is asked, of which plan."""
    if state.get("robust.plan") not in plans:
        state["robust.plan"] = session.asked_for("run", plans) or next(iter(plans))
    left, right = st.columns([3, 1], gap="medium", vertical_alignment="bottom")
    chosen = left.selectbox(
        w("robust.plan"),
        list(plans),
        key="robust.plan",
        format_func=lambda each: robust_kept.named(w, plans[each]),
    )
    with st.expander(w("robust.depth")):
        options = asked(chosen)
    if right.button(w("robust.start"), type="primary", width="stretch", key="robust.start"):
        scenario = robust_kept.scenario_of(chosen)
        state["robust.job"] = jobs.start(case.pack.folder, scenario, kind=KIND, options=options)
        session.keep("robust.")
        st.rerun()


def asked(chosen: str) -> dict[str, object]:
    """The options of the look."""
    state.setdefault("robust.ties", TIES)
    state.setdefault("robust.seconds", SECONDS)
    state.setdefault("robust.figures_count", FIGURES)
    state.setdefault("robust.lost", True)
    first, second, third = st.columns(3, gap="medium", vertical_alignment="bottom")
    first.number_input(w("robust.ties"), 1, 50, key="robust.ties", help=w("robust.ties_help"))
    which = second.selectbox(
        w("robust.figures"),
        ["all", "some", "none"],
        key="robust.figures",
        format_func=lambda name: w(f"robust.figures_{name}"),
    )
    if which == "some":
        second.number_input(w("robust.figures_count"), 1, 100, key="robust.figures_count")
    third.number_input(
        w("robust.seconds"),
        10,
        86_400,
        key="robust.seconds",
        step=60,
        help=w("robust.seconds_help"),
    )
    st.checkbox(w("robust.lost"), key="robust.lost")
    others = st.multiselect(
        w("robust.others"),
        [each for each in plans if each != chosen],
        key="robust.others",
        format_func=lambda each: robust_kept.named(w, plans[each]),
        placeholder=w("robust.others_choose"),
    )
    figures: dict[str, object] = {"all": "all", "none": 0, "some": state["robust.figures_count"]}
    return {
        "run": chosen,
        "ties": state["robust.ties"],
        "figures": figures[which],
        "lost": state["robust.lost"],
        "with": others,
        "time_limit_s": state["robust.seconds"],
    }


job = robust_kept.running(KIND)
if job is not None:
    study_job.follow(w, case, "robust", job.id)
elif plans:
    form()
    failed = robust_kept.last_failed(KIND)
    if failed is not None:
        sentences([w("robust.failed", message=failed.message)], kind="warning")
if not studies:
    if job is None:
        st.info(w("robust.none_kept"))
    session.keep("robust.")
    st.stop()

# -- what was found ------------------------------------------------------------------------

shown = robust_kept.choose(w, "robust", studies)
try:
    with st.spinner(w("robust.reading")):
        look = robust_kept.look(shown)
except PlannerError as error:
    sentences([str(error)], kind="warning")
    st.stop()
view = today.View(w.of_pack(look.pack), look.pack, look.problem)
seen = robust.Seen.of(view, look.study.told, look.scenario)

lead(" ".join([*robust.lead_sentences(seen), *robust_regret.sentences_of(seen)[:1]]))
sentences([robust.counted_sentence(seen), view.how_sure], kind="note")
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
    [today.plain_areas(view, robust.map_words(seen)), robust.site_layer(seen), robust.legend(seen)],
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
session.keep("robust.")
