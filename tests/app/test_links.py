"""A link that asks for what is not here shows something else, and says so."""

import re

import pytest

from planner.pack.own import put_away
from planner.pack.own_note import own_root
from planner.present.words import words
from tests.app.conftest import ROOT
from tests.app.test_data_page import own  # noqa: F401
from tests.app.test_language import planned  # noqa: F401


def said(running):
    return "\n".join(each.value for each in running.warning)


def opened(app, page, asked):
    """A page under an address: of the first page, or of another one."""
    running = app()
    if page is not None:
        running.switch_page(f"app_pages/{page}.py")
    running.query_params.clear()
    for name, value in asked.items():
        running.query_params[name] = value
    running.run()
    assert not running.exception
    return running


@pytest.mark.parametrize(
    ("page", "asked", "named"),
    [
        (None, {"area": "zzz"}, ["zzz"]),
        (None, {"network": "zzz"}, ["the network", "zzz"]),
        ("why", {"run": "zz", "site": "q"}, ["the plan “zz”", "the site “q”"]),
        ("plan", {"run": "zzzz"}, ["the plan “zzzz”"]),
        ("reach", {"run": "zz"}, ["the plan “zz”"]),
        ("export", {"run": "zz"}, ["the plan “zz”"]),
        ("kept", {"kept": "zz"}, ["the list “zz”"]),
        ("place", {"area": "999"}, ["999"]),
        ("frontiers", {"study": "zz"}, ["the study “zz”"]),
    ],
)
def test_what_is_not_here_is_told(app, planned, page, asked, named):  # noqa: F811
    running = opened(app, page, asked)
    assert [each for each in named if each not in said(running)] == []
    running.run()  # a map answers by itself: what was told stays
    assert all(each in said(running) for each in named)
    running.query_params.clear()
    running.switch_page("app_pages/method.py").run()
    assert not running.warning


def test_another_choice_ends_what_is_told(app, planned):  # noqa: F811
    running = opened(app, None, {"area": "zzz"})
    assert "zzz" in said(running)
    running.selectbox(key="today.area").select_index(1).run()
    running.run()
    assert not running.warning


def test_a_link_that_is_right_says_nothing(app, planned):  # noqa: F811
    running = opened(app, "why", {"run": planned[0]})
    assert not running.warning
    assert running.selectbox(key="why.plan").value == planned[0]


def test_what_is_asked_for_is_shown_as_text_and_cut(app, planned):  # noqa: F811
    running = opened(app, None, {"area": "<b>" + "z" * 100})
    assert "z" * 50 not in said(running)
    assert "<b>" not in said(running)


def test_a_pack_that_is_put_away_is_told_on_the_page_that_is_opened_next(app, own):  # noqa: F811
    running = app("method", pack=own.id)
    put_away(own_root(), own.id)
    running.query_params.clear()
    running.switch_page("app_pages/today.py").run()
    assert "was put away" in said(running)
    running.run()
    assert "was put away" in said(running)  # it stays until another page
    running.switch_page("app_pages/method.py").run()
    assert not running.warning


def test_every_name_that_a_page_looks_up_has_words():
    texts = words("en").texts
    sources = [*(ROOT / "app_pages").glob("*.py"), *(ROOT / "planner/present").rglob("*.py")]
    asked = r'(?:asked_for|follow_address|links[.]note)\("(\w+)"'
    names = {name for file in sources for name in re.findall(asked, file.read_text("utf-8"))}
    assert {"area", "run", "site", "study"} <= names
    assert {name for name in names if f"link.{name}" not in texts} == set()
