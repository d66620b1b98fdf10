"""Today: how far people travel to the branches there are, and which of them double a service."""

import streamlit as st

from planner.present import session
from planner.present.failure import leave
from planner.present.today import today_shown
from planner.present.view import View

w = session.speak()
case = session.case()

st.title(w("today.title"))
if not case.networks:
    st.info(w("today.empty"))
    leave()
today_shown.show(View(w, case.pack, case.problem), case)
