"""The page of plans to choose from: none yet, the first start, cards, ticks, faults, curves."""

import html

import pytest
import streamlit as st

from planner.errors import PlannerError
from planner.present import first
from planner.present.plans import plans, plans_begin
from planner.runs import jobs
from planner.runs.first import FirstState
from planner.runs.store.runs import Runs
from tests.app.conftest import everything
from tests.app.test_flow import finished
from tests.present.kept_case import THREE, TODAY, case_in, keep


def said(running):
    """All texts of the page, as they are read."""
    return html.unescape(everything(running)).replace("\xa0", " ")


def links(running):
    """Where the links of the page lead that ask a page for something."""
    found = running.get("page_link")
    asked = [(each.proto.page, each.proto.query_string) for each in found]
    return [pair for pair in asked if pair[1]]


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    """A pack with two branches today and no plan yet."""
    st.cache_resource.clear()
    monkeypatch.setenv("UGATUZI_PACK", str(tmp_path / "tiny"))
    case_in(tmp_path)
    return tmp_path


@pytest.mark.parametrize("language", ["en", "sw"])
def test_without_a_plan_the_page_shows_today_and_makes_a_first_one(app, language):
    running = app("plans", lang=language)
    assert not running.exception
    assert not running.error
    text = said(running)
    for word in ("2 h 1 min", "1 h 40 min") if language == "en" else ("saa 2 dak 1",):
        assert word in text
    assert running.button(key="plans-first")


def test_the_first_plan_is_a_click_away(app, tiny):
    running = app("plans")
    running.button(key="plans-first").click().run()
    assert not running.exception
    assert not running.error
    (job,) = jobs.recent()
    assert finished(job.id).status == "done"
    running.switch_page("app_pages/plans.py").run()
    assert not running.exception
    assert job.name in said(running)
    assert not [each for each in running.button if each.key == "plans-first"]


def test_the_first_start_is_followed_and_each_plan_shown_as_it_comes(app, tiny, monkeypatch):
    state = FirstState("running", 1, 6)
    monkeypatch.setattr(first, "look", lambda: state)
    running = app("plans")
    assert not running.exception
    assert not running.error
    assert plans_begin.share(state) == pytest.approx(1 / 6)
    assert [each.proto.text for each in running.get("progress")] == [
        "Ready plans are being computed: 1 of 6 are done. Each appears here when it is."
    ]
    keep(tiny, "Came", THREE, source="first")
    state = FirstState("running", 2, 6)
    running.run()
    assert "Came" in said(running)


def test_ticked_plans_lead_to_the_comparison_with_today_as_its_base(app, tiny):
    one, _ = keep(tiny, "One", THREE, minute=1)
    two, _ = keep(tiny, "Two", TODAY, minute=2)
    running = app("plans")
    assert "To compare plans, tick 2 to 6" in said(running)
    running.checkbox(key=plans.tick_key(one)).check().run()
    assert "Tick at least 2" in said(running)
    running.checkbox(key=plans.tick_key("today")).check().run()
    assert not running.exception
    compared = [asked for page, asked in links(running) if "compare" in page]
    assert compared == [f"compare=today%2C{one}"]
    assert {f"plans=today%2C{two}", f"plans=today%2C{one}", "plans=today"} == {
        asked for page, asked in links(running) if "place" in page
    }
    running.switch_page("app_pages/today.py").run()
    running.switch_page("app_pages/plans.py").run()
    assert running.checkbox(key=plans.tick_key(one)).value is True
    compared = [asked for page, asked in links(running) if "compare" in page]
    assert compared == [f"compare=today%2C{one}"]


def test_many_plans_are_shown_a_dozen_at_a_time(app, tiny):
    for n in range(plans.FEW + 2):
        keep(tiny, f"Plan number {n:02}", THREE, minute=n)
    running = app("plans")
    assert not running.exception
    assert "Plan number 13" in said(running)
    assert "Plan number 00" not in said(running)
    running.button(key="plans-more").click().run()
    assert "Plan number 00" in said(running)
    assert not [each for each in running.button if each.key == "plans-more"]
    running.selectbox(key="plans.order").set_value("price").run()
    assert not running.exception


def test_a_run_that_cannot_be_read_is_told_and_the_rest_is_shown(app, tiny, monkeypatch):
    bad, _ = keep(tiny, "Damaged", THREE, minute=1)
    keep(tiny, "Sound", THREE, minute=2)
    folder = Runs.folder

    def refuse(self, run_id):
        if run_id == bad:
            raise PlannerError("The store is damaged.")
        return folder(self, run_id)

    monkeypatch.setattr(Runs, "folder", refuse)
    st.cache_resource.clear()
    running = app("plans")
    assert not running.exception
    assert not running.error
    text = said(running)
    assert "The store is damaged" in text.replace("\\", "")
    assert "Sound" in text
