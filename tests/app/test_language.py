"""The language: it changes on every page and nothing that was chosen is lost; links win."""

import re

import pytest
from pack import tiny
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1.element_tree import Block

from planner.pack import read_pack
from planner.present import spoken
from planner.runs import judge_and_write
from planner.runs.store import open_store
from planner.scenario import Scenario
from planner.solve import solve
from tests.app.conftest import ROOT, everything
from tests.app.test_data_page import own  # noqa: F401

PAGES = sorted(file.stem for file in (ROOT / "app_pages").glob("*.py"))
CHOICES = ("selectbox", "multiselect", "radio", "button_group", "select_slider")


@pytest.fixture
def planned(tmp_path, monkeypatch):
    """A tiny pack with Kiswahili names and two finished plans of it."""
    folder = tiny.write(tmp_path / "tiny")
    monkeypatch.setenv("UGATUZI_PACK", str(folder))
    pack, runs = read_pack(folder), []
    for number in (1, 2):
        scenario = Scenario(name=f"Plan {number}", pack=str(folder))
        made = judge_and_write(solve(pack, scenario), pack, scenario, tmp_path / str(number))
        with open_store() as store:
            runs.append(store.runs.keep(made, pack=pack, source="solve"))
    return runs


def elements(node):
    """Every element of a page."""
    if isinstance(node, Block):
        for child in node.children.values():
            yield from elements(child)
    if getattr(node, "proto", None) is not None:
        yield node


def chosen(running):
    """What is chosen by the key of its list, but the language, and what the browser is sent."""
    found = {}
    for each in elements(running._tree):
        if each.type in CHOICES and each.key not in (None, "language"):
            found[each.key] = (each.value, each.proto)
    return found


def choose_another(running, page):
    """Choose the last entry of the page's first list that changes nothing but what is shown."""
    for each in running.selectbox:
        is_own = (each.key or "").startswith((f"{page}.", "today.", "place."))
        if is_own and len(each.options) > 1 and not each.disabled and each.key != "plan.start":
            each.select_index(len(each.options) - 1).run()
            return


def press(running, language):
    running.segmented_control(key="language").set_value(language).run()
    assert not running.exception
    assert not running.error


@pytest.mark.parametrize("page", PAGES)
def test_no_page_loses_what_was_chosen_when_the_language_changes(app, planned, page):
    running = app(page)
    choose_another(running, page)
    before = {key: value for key, (value, _) in chosen(running).items()}
    for language in ("sw", "en"):
        press(running, language)
        now = chosen(running)
        assert {key: value for key, (value, _) in now.items()} == before
        for key, (value, proto) in now.items():
            if value is not None and value != []:
                assert proto.set_value, key  # the browser is told again, in the new words


def test_most_pages_have_choices_to_lose(app, planned):
    assert {"today.area", "today.network", "today.indicator"} <= set(chosen(app()))
    assert {"reach.network", "reach.within", "reach.kind"} <= set(chosen(app("reach")))
    assert "compare.members" in chosen(app("compare"))


@pytest.mark.parametrize(
    ("page", "key"), [(None, "today.area"), ("demand", "demand.area"), ("reach", "reach.kind")]
)
def test_a_browser_that_answers_in_old_words_breaks_nothing(app, planned, page, key):
    running = app(page)
    old = running.selectbox(key=key)
    assert old.value == ""  # all of them
    states, words = running._tree.get_widget_states(), old.options[0]
    answer = next(each for each in states.widgets if each.id == old.proto.id)
    press(running, "sw")
    assert running.selectbox(key=key).options[0] != words
    answer.string_value = words
    for each in states.widgets:
        if each.id == running.segmented_control(key="language").proto.id:
            each.string_array_value.data[:] = ["Kiswahili"]
    running._run(states)
    assert not running.exception
    assert not running.error
    assert running.selectbox(key=key).value == ""
    assert "area" not in running.query_params


def test_the_language_that_is_pressed_stands_in_the_address_and_in_the_cookie(app, planned):
    running = app()
    assert "lang" not in running.query_params
    assert "lang&#61;" not in everything(running)
    press(running, "sw")
    assert "sw" in running.query_params["lang"]
    assert "lang&#61;sw" in attribute(running, "keep")
    assert attribute(running, "address") == "lang&#61;sw"
    running.query_params.clear()  # as a link between pages leaves it
    running.switch_page("app_pages/method.py").run()
    assert running.session_state["language"] == "sw"
    assert attribute(running, "address") == "lang&#61;sw"


def test_a_link_names_the_language_without_changing_what_the_browser_keeps(app, planned):
    running = app(lang="sw-KE")
    assert running.session_state["language"] == "sw"
    assert "lang" not in attribute(running, "keep")
    assert attribute(running, "address") == "lang&#61;sw"
    running.query_params["lang"] = "en"  # the browser's way back
    running.run()
    assert running.session_state["language"] == "en"
    assert all(proto.set_value for _, proto in chosen(running).values())


def test_an_unknown_language_is_told(app, planned):
    running = app(lang="xx")
    assert running.session_state["language"] == "en"
    assert "the language “xx”" in running.warning[0].value


def test_the_cookie_is_the_first_choice_and_a_link_wins(app, planned, monkeypatch):
    cookies = {spoken.COOKIE: "sw"}
    monkeypatch.setattr(ContextProxy, "cookies", property(lambda self: cookies))
    assert app().session_state["language"] == "sw"
    assert app(lang="en").session_state["language"] == "en"


def attribute(running, name):
    found = re.search(f'data-{name}="([^"]*)"', everything(running))
    return found.group(1)


def test_a_jump_to_another_page_carries_the_language_and_the_pack(app, own):  # noqa: F811
    running = app("plans", lang="sw", pack=own.id)
    running.button(key="plans-first").click().run()
    assert not running.exception
    assert running.query_params["lang"] in ("sw", ["sw"])
    assert running.query_params["pack"] in (own.id, [own.id])
