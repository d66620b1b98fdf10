"""Ugatuzi Planner's web app: page set-up, navigation, language, and the one net for errors."""

import streamlit as st

from planner.present import (
    beside,
    carried,
    failure,
    first,
    guide,
    keys,
    links,
    place_name,
    session,
    spoken,
    widgets,
)
from planner.present.people import signing
from planner.present.served import ASSETS

st.set_page_config(
    page_title="Ugatuzi Planner",
    page_icon=str(ASSETS / "icon.svg"),
    layout="wide",
    initial_sidebar_state=240,
)
widgets.page_style()
spoken.follow()
with st.sidebar, st.container(key="language_box"):
    spoken.control()
w = session.chosen_words()
signing.gate(w)
session.follow_pack()
titles = place_name.title_words(w)
state = st.session_state
pages: dict[str, str] = {}  # the address of each page by its name


def page_of(name: str) -> st.Page:
    """The page of a file; its title stands in the language files under its name."""
    pages[name] = name
    return st.Page(f"app_pages/{name}.py", title=titles(f"page.{name}"), url_path=name)


def first_page(name: str) -> list[st.Page]:
    """The page at the app's own address, which is also found under its name."""
    title, is_named = w(f"page.{name}"), state.get("app.is_named", False)
    own, named = ("hidden", "visible") if is_named else ("visible", "hidden")
    file = f"app_pages/{name}.py"
    pages[name] = name if is_named else ""
    return [
        st.Page(file, title=title, default=True, url_path="start", visibility=own),
        st.Page(file, title=title, url_path=name, visibility=named),
    ]


page = st.navigation(
    {
        w("section.see"): [
            *first_page("today"),
            page_of("plans"),
            page_of("compare"),
            page_of("place"),
            page_of("frontiers"),
            page_of("reach"),
            page_of("scorecard"),
            page_of("audit"),
        ],
        w("section.plan"): [
            page_of("plan"),
            page_of("sites"),
            page_of("why"),
            page_of("kept"),
            page_of("levers"),
            page_of("uncertain"),
            page_of("robust"),
            page_of("roadmap"),
        ],
        w("section.data"): [
            page_of("data"),
            page_of("demand"),
            page_of("comes"),
            page_of("journeys"),
            page_of("records"),
            page_of("voices"),
            page_of("travel"),
            page_of("method"),
        ],
        w("section.hand_on"): [page_of("export"), page_of("tracking")],
    },
    expanded=True,
)
name = page.url_path or next(iter(pages))
if state.setdefault("app.is_named", False) != (page.url_path == next(iter(pages))):
    state["app.is_named"] = not state["app.is_named"]
    st.rerun()  # so that the links mark the page under the address that was asked for

remembered = {"guide": guide.kept(), "keys": keys.kept(), **spoken.kept()}
keys.behind_page(titles, pages, remembered, carried.as_text())
steps = guide.Strip(titles, pages) if guide.is_open() else None
guide.follow(name)
if steps:
    steps.draw()
news = st.empty()
above = st.empty()
with st.sidebar:
    beside.show(titles, pages, guide_is_open=steps is not None)
with widgets.waiting(w, name), failure.net(w):
    page.run()
with news:
    links.show(titles, name)
if guide.follow(name) and steps:
    steps.draw()
with above, failure.net(w):
    first.notice(w)
