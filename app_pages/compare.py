"""Compare: plans side by side, what was asked differently, and what came of it."""

import streamlit as st

from planner import compare as comparing
from planner.errors import PlannerError
from planner.present import session, travel
from planner.present.compare import (
    compare,
    compare_doubled,
    compare_files,
    compare_members,
    compare_pair,
    compare_said,
)
from planner.present.failure import leave
from planner.present.results.handing import TYPES
from planner.present.widgets import lead, sentences, table, titled_table

w = session.speak()
case = session.case()
state = st.session_state

st.title(w("compare.title"))
st.text(w("compare.about"))
choices = compare_members.choices(w, case)
if len(choices) < compare_members.LEAST:
    st.info(w("compare.empty"))
    st.page_link("app_pages/plan.py", label=w("compare.go"))
    leave()

# -- what is compared ----------------------------------------------------------------------

if gone := compare_members.lost(choices):
    sentences([w("compare.gone", names=", ".join(gone))], kind="warning")
compare_members.start(choices)
first, second = st.columns([3, 2], gap="medium")
chosen = first.multiselect(
    w("compare.members"),
    list(choices),
    key=compare_members.KEY,
    max_selections=compare_members.MOST,
    format_func=lambda name: choices[name].name,
    placeholder=w("compare.choose"),
)
if len(chosen) < compare_members.LEAST:
    st.info(w("compare.how_many", n=compare_members.MOST))
    if not any(each.is_run for each in choices.values()):
        st.page_link("app_pages/plan.py", label=w("compare.go"))
    leave()
if state.get("compare.base") not in chosen:
    state["compare.base"] = chosen[0]
base = second.selectbox(
    w("compare.base"), chosen, key="compare.base", format_func=lambda name: choices[name].name
)
compare_members.put_in_address(choices, chosen, base)

read = compare_members.read(case, choices, chosen)
for name, fault in read.faults.items():
    sentences([w("compare.unreadable", name=choices[name].name), fault], kind="warning")
members = list(read.records)
if base not in members or len(members) < compare_members.LEAST:
    st.info(w("compare.too_few"))
    leave()
try:
    found = comparing.compare(list(read.records.values()), base=members.index(base))
except PlannerError as error:
    sentences([w("compare.impossible"), str(error)], kind="warning")
    leave()
pack = compare_members.pack_of(case, choices, read, base)
drawn = pack or case.pack
w = w.of_pack(drawn)
names = compare_members.names(choices, members)
alike = compare_doubled.alike(case, found, read.records)
seen = compare.Seen(w, drawn, alike, tuple(read.records.values()), names)

# -- the answer ----------------------------------------------------------------------------

for member in seen.others:
    lead(compare_said.lead_sentence(seen, member))
sentences(compare_said.frontier_sentences(seen))
sentences(compare_said.warnings(seen), kind="warning")

other = compare_pair.choose_other(seen, members)
compare_pair.show_map_of(seen, other, pack)

# -- what was asked, and every figure ------------------------------------------------------

st.subheader(w("compare.asked"), anchor=False)
asked = compare_said.asked_table(seen)
sentences(compare_said.asked_sentences(seen))
if asked.empty:
    st.text(compare_said.no_rules_sentence(seen))
else:
    table(asked, w("compare.asked"))
st.caption(w("compare.asked_note"))

titled_table(seen.heading(w("compare.figures")), compare.kpi_table(seen), rows_in_view=None)
if alike is not found:
    sentences([w("separation.alike")], kind="note")
if compare.has_unclear(seen):
    sentences([w("compare.unclear")], kind="note")

compare_pair.show_details(seen, other)
sentences([travel.explanation(w, seen.travel, drawn)], kind="note")

st.subheader(w("compare.take"), anchor=False)
buttons = st.columns(2)
for place, (name, content) in zip(buttons, compare_files.files(found).items(), strict=True):
    kind = name.rsplit(".", 1)[-1]
    place.download_button(
        w(f"compare.get_{kind}"), content, name, TYPES[kind], on_click="ignore", width="stretch"
    )
session.keep("compare.")
