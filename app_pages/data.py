"""Data: which pack is shown, and how to bring one's own."""

import streamlit as st

from planner.present import session

w = session.chosen_words()
st.title(w("data.title"))
