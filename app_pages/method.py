"""Method and sources: what is computed, from which figures, and how far they can be trusted."""

import streamlit as st

from planner.present import method, session
from planner.present.view import View
from planner.present.widgets import lead, sentences, table, titled_table
from planner.scenario.recorded import planned_visits

w = session.speak()
case = session.case()
view = View(w, case.pack, case.problem)
visits = planned_visits(case.pack)

st.title(w("method.title"))
lead(w("method.question"))

st.header(w("method.model"), anchor=False)
st.text(w("method.model_words"))
table(method.equation_table(view), w("method.model"))
st.caption(w("method.letters"))
st.text(w("method.status_words"))

st.header(w("method.travel"), anchor=False)
sentences([*method.travel_words(view), method.slow_areas(view)])
table(method.travel_table(view), w("method.travel"))
sentences([method.travel_error(view)])
st.page_link("app_pages/travel.py", label=w("travel.go"))

st.header(w("method.demand"), anchor=False)
st.text(w("method.demand_words"))
table(method.demand_table(view, visits), w("method.demand"))
with st.expander(w("method.chain")):
    table(method.chain_table(view, visits), w("method.chain"), rows_in_view=None)

st.header(w("method.services"), anchor=False)
st.text(w("method.services_words"))
table(method.service_table(view), w("method.services"))
titled_table(w("method.costs"), method.cost_table(view))
st.text(w("method.costs_words"))

st.header(w("method.marks"), anchor=False)
sentences(w(f"mark.{name}_means") for name in ("found", "derived", "general", "assumption"))

st.header(w("method.limits"), anchor=False)
sentences(method.limits(view))
with st.expander(w("method.remarks", n=len(case.pack.warnings))):
    sentences(w.in_english(case.pack.warnings))

st.header(w("method.licences"), anchor=False)
sentences(case.pack.attribution)
st.text(w("method.software"))
st.text(w("app.unchecked"))
