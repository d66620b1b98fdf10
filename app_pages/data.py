"""Data: which pack is shown, where its figures come from, and how to bring one's own."""

import streamlit as st

from planner.errors import InputError
from planner.present import session
from planner.present.data import data, data_bring, data_faults, data_shown, data_take
from planner.present.widgets import lead, sentences, table, titled_table

w = session.chosen_words()
st.title(w("data.title"))
data_shown.news(w)
data_shown.choice(w)
try:
    case, faults = session.case(), ()
    w = session.speak()
except InputError as error:
    case, faults = None, error.faults

if case is None:
    st.error(w("data.shown_at_fault"))
    table(data_faults.fault_table(w, faults), w("data.faults"))
else:
    own = data_shown.own_pack_shown()
    lead(data.summary(w, case.pack, "" if own is None else own.based_on))
    data_shown.links(w)
    titled_table(w("data.files"), data.file_table(w, case.pack), rows_in_view=None)
    sentences([w("data.marks_note")], kind="note")
    sources = data.source_table(w, case.pack)
    if len(sources):
        title = w("data.sources", n=len(sources))
        with st.expander(title):
            table(sources, title)
    if case.pack.warnings:
        with st.expander(w("data.warnings", n=len(case.pack.warnings))):
            sentences(w.in_english(case.pack.warnings))
data_shown.damaged(w)
data_shown.away(w)

st.header(w("data.bring"), anchor=False)
st.text(w("data.bring_about"))
draft = data_bring.bring(w)
if draft is not None:
    data_bring.result(w, draft, case)

st.header(w("data.take"), anchor=False)
data_take.show(w)
