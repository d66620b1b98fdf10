"""What it costs: how much travel money buys, what each duplicate costs, and any other sweep."""

import streamlit as st

from planner.errors import PlannerError
from planner.present import session
from planner.present.failure import leave
from planner.present.frontiers import (
    frontiers,
    frontiers_form,
    frontiers_kept,
    frontiers_point,
    frontiers_said,
    frontiers_steps,
)
from planner.present.results.handing import TYPES
from planner.present.studies import robust_kept
from planner.present.widgets import lead, sentences, titled_table

w = session.speak()
case = session.case()

st.title(w("frontiers.title"))
st.text(w("frontiers.about"))
session.restore("frontiers.")
studies = robust_kept.studies(frontiers_kept.KIND, case)
session.asked_for("study", studies)  # told where it is not here
frontiers_form.ask(w, case, has_any=bool(studies))
if not studies:
    session.keep("frontiers.")
    leave()

# -- what was found ------------------------------------------------------------------------

asked = robust_kept.choose(w, "frontiers", studies, frontiers.sweep_name)
try:
    with st.spinner(w("robust.reading")):
        shown = frontiers_kept.read(w, studies[asked])
except PlannerError as error:
    sentences(w.in_english(str(error).splitlines()), kind="warning")
    leave()
seen = shown.seen
w = seen.view.words

lead(frontiers_said.lead_sentence(seen))
sentences(frontiers_said.remarks(seen), kind="warning")
if shown.away:
    sentences([w("frontiers.away", n=len(shown.away))], kind="warning")
frontiers_point.choose_in_chart(seen, asked)
sentences([frontiers_said.today_sentence(seen)])
frontiers_point.show_point(shown)

# -- everything as a table -----------------------------------------------------------------

if seen.told["steps"]:
    title = seen.view.heading(w("frontiers.steps"), is_part=True)
    titled_table(title, frontiers_steps.step_table(seen))
    st.caption(w("frontiers.steps_note"))
title = seen.view.heading(w("frontiers.points"), is_part=True)
titled_table(title, frontiers_steps.point_table(seen))
st.caption(w("frontiers.points_note"))
without = frontiers_said.without_plan(seen)
if without:
    st.subheader(w("frontiers.impossible"), anchor=False)
    sentences(w.in_english(without))
sentences([seen.view.travel_line, seen.view.how_sure], kind="note")
st.subheader(w("frontiers.take"), anchor=False)
made = frontiers_kept.files(shown)
for place, (name, content) in zip(st.columns(3), made.items(), strict=False):
    kind = name.rsplit(".", 1)[-1]
    place.download_button(
        w(f"frontiers.get_{kind}"), content, name, TYPES[kind], on_click="ignore", width="stretch"
    )
session.keep("frontiers.")
