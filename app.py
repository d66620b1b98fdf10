"""Ugatuzi Planner's web app: page set-up, navigation, language, and the one net for errors."""

import streamlit as st

from planner.present import failure, first, session, widgets
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
w = session.chosen_words()


def page_of(name: str, *, default: bool = False) -> st.Page:
    """The page of a file; its title stands in the language files under its name."""
    return st.Page(f"app_pages/{name}.py", title=w(f"page.{name}"), default=default, url_path=name)


page = st.navigation(
    {
        w("section.see"): [
            page_of("today", default=True),
            page_of("compare"),
            page_of("frontiers"),
            page_of("reach"),
            page_of("scorecard"),
        ],
        w("section.plan"): [
            page_of("plan"),
            page_of("kept"),
            page_of("levers"),
            page_of("uncertain"),
            page_of("robust"),
            page_of("roadmap"),
        ],
        w("section.data"): [
            page_of("demand"),
            page_of("comes"),
            page_of("journeys"),
            page_of("records"),
            page_of("voices"),
            page_of("travel"),
            page_of("method"),
        ],
        w("section.hand_on"): [page_of("export")],
    },
    expanded=True,
)
with st.sidebar:
    st.caption(w("app.about"))
    if w.language == "sw":
        st.caption(w("app.unchecked"))
above = st.empty()
with failure.net(w):
    page.run()
with above, failure.net(w):
    first.notice(w)
