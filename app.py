"""Ugatuzi Planner's web app: page set-up, navigation, language, and the one net for errors."""

import streamlit as st

from planner.present import failure, session, widgets
from planner.present.served import ASSETS

st.set_page_config(
    page_title="Ugatuzi Planner",
    page_icon=str(ASSETS / "icon.svg"),
    layout="wide",
    initial_sidebar_state=240,
)
widgets.page_style()
with st.sidebar:
    session.language_control()
w = session.speak()
page = st.navigation(
    [
        st.Page("app_pages/today.py", title=w("page.today"), default=True, url_path="today"),
        st.Page("app_pages/plan.py", title=w("page.plan"), url_path="plan"),
        st.Page("app_pages/export.py", title=w("page.export"), url_path="export"),
        st.Page("app_pages/method.py", title=w("page.method"), url_path="method"),
    ]
)
with st.sidebar:
    st.caption(w("app.about"))
    if w.language == "sw":
        st.caption(w("app.unchecked"))
with failure.net(w):
    page.run()
