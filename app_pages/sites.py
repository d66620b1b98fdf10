"""Sites and costs: which places and figures a plan may use, changed in a draft with undo."""

import streamlit as st

from planner.present import carried, session
from planner.present.sites import sites, sites_grids, sites_shown, sites_state
from planner.present.view import View
from planner.present.widgets import lead, sentences, show_cards

w = session.speak()
state = st.session_state
if sites_state.KEPT in state:
    del state[sites_state.KEPT]
    carried.turn_to("plan")
case = session.case()
view = View(w, case.pack, case.problem)
session.restore("sites.")
session.restore("me.")
desk = sites_state.desk_of(view)

st.title(w("sites.title"))
lead(sites.summary(desk))
sites_shown.notices(desk)
show_cards(sites.cards(desk))
sites_shown.bar(desk)
sites_shown.bench(desk)
st.subheader(w("sites.tables"), anchor=False)
sentences([w("sites.tables_note")], kind="note")
for tab, kind in zip(
    st.tabs([w(f"sites.kind_{kind}") for kind in desk.kinds]), desk.kinds, strict=True
):
    with tab:
        if kind == "sites":
            sites_grids.search(desk)
        sites_grids.show(desk, kind)
is_at_fault = sites_shown.faults(desk)
sites_shown.differences(desk)
sites_shown.keeping(desk, case, is_at_fault=is_at_fault)
session.keep("sites.")
session.keep("me.")
