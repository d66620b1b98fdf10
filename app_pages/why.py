"""Why here, why not there: a plan's reasons at once, proved prices, near ties, worth of limits."""

import streamlit as st

from planner.present import session, subjects
from planner.present.failure import leave
from planner.present.results import results
from planner.present.rules import clashes_shown
from planner.present.view import View
from planner.present.why import why_asked, why_shown
from planner.present.widgets import lead, sentences

w = session.speak()
case = session.case()

st.title(w("why.title"))
st.text(w("why.about"))
plans = subjects.finished_plans()
if not plans:
    st.info(w("why.empty"))
    st.page_link("app_pages/plan.py", label=w("why.go"))
    leave()
session.restore("why.")
run_id = why_shown.choose_plan(w, plans)
run = session.run(run_id)
view = View(w.of_pack(run.pack), run.pack, run.problem)
asked = why_shown.choose_site(view, run)
if asked is None:
    lead(results.status_sentence(view, run.report))
    clashes_shown.elsewhere(view, run, run_id)
    session.keep("why.")
    leave()

left, right = st.columns([3, 2], gap="large")
with left:
    why_shown.plan_map(asked, run)
with right:
    why_shown.at_once(asked, run_id)
    is_busy = why_shown.under_way(w, case)
    kept = why_asked.answers(case, run_id)
    why_shown.price(asked, case, run_id, kept, is_busy=is_busy)
why_shown.services(asked, run_id)
why_shown.duplicates(asked, case, run)
why_shown.ties(view, case, run_id, kept, is_busy=is_busy)
why_shown.worth(view, case, run_id, kept, is_busy=is_busy)
why_shown.every_branch(asked, run_id)
sentences([view.how_sure], kind="note")
session.keep("why.")
