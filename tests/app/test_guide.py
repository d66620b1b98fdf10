"""The first steps tick themselves, lead on, close and come back."""

import pytest

from planner.present import guide
from planner.present.words import words
from tests.app.conftest import everything

PAGES = ("today", "plans", "compare", "plan", "export")


def done(seen):
    return [step.is_done for step in guide.steps(seen, PAGES)]


def test_each_step_is_ticked_by_what_is_shown():
    seen = guide.noted((), "today", {}, ())
    assert done(seen) == [False, False, False]
    seen = guide.noted(seen, "plan", {}, ())
    assert done(seen) == [True, False, False]
    seen = guide.noted(seen, "plan", {"plan.run": "a"}, ())
    assert done(seen) == [True, True, False]
    seen = guide.noted(seen, "compare", {"compare.members": ["a"]}, ())
    seen = guide.noted(seen, "export", {"export.run": "a"}, ())
    assert done(seen) == [True, True, False]  # one plan is no comparison
    seen = guide.noted(seen, "compare", {"compare.members": ["a", "b"]}, ())
    assert done(seen) == [True, True, True]


def test_an_area_that_was_chosen_ticks_the_first_step_too():
    seen = guide.noted((), "today", {"today.area": "03"}, ())
    assert done(guide.noted(seen, "today", {"today.area": "03"}, ())) == [True, False, False]


def test_a_plan_in_the_address_counts():
    assert done(guide.noted((), "plan", {}, ("run",)))[1]
    assert not done(guide.noted((), "export", {}, ("run",)))[1]


def test_the_last_step_leads_to_what_is_missing():
    assert guide.steps((), PAGES)[2].page == "compare"
    assert guide.steps(("compare",), PAGES)[2].page == "export"
    assert guide.steps((), ("today", "plan"))[1].page == "plan"


def test_the_next_step_is_bold_and_a_done_one_has_a_tick():
    w = words("en")
    step = guide.Step("see", "today", is_done=False)
    assert guide.label(w, 1, step, is_next=True) == "**1. See today's network**"
    assert guide.label(w, 1, guide.Step("see", "today", is_done=True), is_next=False)[0] == "✓"


def links(running):
    return [each.proto.label for each in running.get("page_link")]


@pytest.mark.parametrize("language", ["en", "sw"])
def test_the_steps_stand_above_a_page_and_tick_themselves(app, language):
    w = words(language)
    running = app(lang=language)
    assert f"**1. {w('guide.see')}**" in links(running)
    running.selectbox(key="today.area").set_value("023").run()
    assert f"✓ {w('guide.see')}" in links(running)
    assert f"**2. {w('guide.open')}**" in links(running)


def test_the_steps_are_closed_and_brought_back(app):
    running = app()
    running.button(key="guide_close").click().run()
    assert not [label for label in links(running) if "See today" in label]
    running.button(key="guide_back").click().run()
    assert [label for label in links(running) if "See today" in label]


def test_the_address_leaves_the_steps_away(app):
    running = app(guide="off")
    assert not [label for label in links(running) if "See today" in label]
    assert 'data-keep="guide&#61;closed&#59;keys&#61;on"' in everything(running)


def test_the_keys_are_told_and_can_be_turned_off(app):
    running = app()
    running.button(key="keys_open").click().run()
    assert "g&#44; then" in everything(running) or "g, then" in everything(running)
    running.toggle(key="keys.switch").set_value(False).run()
    assert 'data-keys="off"' in everything(running)


def test_a_page_that_stops_early_still_ends_whole(app):
    running = app("export")
    assert running.info  # it stopped: there is nothing to take away
    assert not running.exception
    assert [label for label in links(running) if "See today" in label]
