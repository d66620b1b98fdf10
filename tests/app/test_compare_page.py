"""The page that puts plans side by side: nothing to compare, two networks, plans, and faults."""

import html
import json

import pytest
import streamlit as st
from insight.uncertain_case import two_places

from planner.errors import PlannerError
from planner.runs import jobs
from planner.runs.store.runs import Runs
from planner.scenario import Scenario
from tests.app.conftest import everything, maps
from tests.app.test_flow import finished
from tests.present.kept_case import THREE, TODAY, keep
from tests.runs.cases import write_pack


def said(running):
    """All texts of the page, as they are read."""
    return html.unescape(everything(running))


def calls(running):
    """What the script of the only map calls."""
    (shown,) = maps(running)
    names = ("areas", "sites", "beside", "swipe", "legend")
    return [name for name in names if f"ugatuzi.{name}(" in shown["feature_group"]]


@pytest.mark.parametrize("language", ["en", "sw"])
def test_today_beside_the_proposal(app, language):
    running = app("compare", lang=language)
    assert not running.exception
    assert not running.error
    assert running.multiselect(key="compare.members").value == ["today", "proposal"]
    assert running.selectbox(key="compare.base").value == "today"
    assert ("travel less, 0 travel more", "na inarefuka kwa watu 0")[language == "sw"] in said(
        running
    )
    assert calls(running) == ["areas", "sites", "legend"]
    assert len(running.get("download_button")) == 2
    for mode in ("beside", "swipe"):
        running.segmented_control(key="compare.mode").set_value(mode).run()
        assert not running.exception
        assert not running.error
        assert calls(running) == ["areas", "sites", mode, "legend"]
        assert "http" not in json.dumps(maps(running)[0]["feature_group"])


def test_the_address_names_plans_and_base(app):
    running = app("compare", compare="proposal,today,gone", base="proposal")
    assert running.multiselect(key="compare.members").value == ["proposal", "today"]
    assert running.selectbox(key="compare.base").value == "proposal"
    running.selectbox(key="compare.base").set_value("today").run()
    assert running.query_params["base"] in ("today", ["today"])
    assert not running.error


def test_fewer_than_two_chosen_says_what_to_do(app):
    running = app("compare")
    running.multiselect(key="compare.members").set_value(["today"]).run()
    assert not running.exception
    assert "Choose two to 6 plans" in said(running)
    assert not running.get("component_instance")


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A pack of two places without a branch today."""
    folder = two_places(tmp_path / "pack").folder
    monkeypatch.setenv("UGATUZI_PACK", str(folder))
    return folder


def plan(folder, name, **rules):
    """The id of a solved run in the store."""
    scenario = Scenario(name=name, pack=str(folder), rules=rules, solve={"gap": 0.0})
    job = finished(jobs.start(folder, scenario))
    assert job.status == "done", job.message
    return job.kept.id


def spoilt(monkeypatch, *names):
    """The store as if it could not give these runs any more."""
    folder = Runs.folder

    def refuse(self, run_id):
        if run_id in names:
            raise PlannerError("The store is damaged.")
        return folder(self, run_id)

    monkeypatch.setattr(Runs, "folder", refuse)
    st.cache_resource.clear()


def test_without_two_plans_the_page_leads_to_making_one(app, small):
    running = app("compare")
    assert not running.exception
    assert "nothing to compare yet" in said(running)
    assert running.get("page_link")
    plan(small, "One", branches={"exactly": 1})
    running.run()
    assert not running.error
    assert running.get("page_link")


def test_plans_are_compared_and_one_that_is_damaged_is_told(app, small, monkeypatch):
    one = plan(small, "One place", branches={"exactly": 1})
    two = plan(small, "Two places", branches={"exactly": 2})
    both = {"branches": {"exactly": 1}, "branches_per_area": {"min": 1}}
    none = plan(small, "No place", **both)
    running = app("compare", compare=f"{one},{two},{none},0123456789abcdef")
    assert not running.exception
    assert not running.error
    text = said(running)
    for word in ("Two places", "Branches, exactly", "Exactly 2", "No place", "shorter"):
        assert word in text
    assert "has no plan, so there are no figures to compare" in text
    assert "0123456789abcdef" in text  # told to be gone
    running.selectbox(key="compare.other").set_value(none).run()
    assert not running.exception
    assert not running.error
    assert "what moved is not known" in said(running)

    spoilt(monkeypatch, none)
    running.run()
    assert not running.exception
    assert not running.error
    text = said(running)
    assert "cannot be read any more" in text
    assert "Exactly 2" in text  # the rest is shown
    spoilt(monkeypatch, none, two)
    running.run()
    assert not running.exception
    assert "too little to compare" in said(running)


def test_a_plan_that_changes_nothing_is_not_the_first_to_look_at(app, tmp_path, monkeypatch):
    monkeypatch.setenv("UGATUZI_PACK", str(write_pack(tmp_path / "tiny")))
    opens, _ = keep(tmp_path, "Opens", THREE)
    keep(tmp_path, "Changes nothing", TODAY, minute=5)
    assert app("compare").multiselect(key="compare.members").value == ["today", opens]


def test_a_run_without_a_plan_is_not_the_first_to_look_at(app, tmp_path, monkeypatch):
    folder = write_pack(tmp_path / "tiny")
    monkeypatch.setenv("UGATUZI_PACK", str(folder))
    opens, _ = keep(tmp_path, "Opens", THREE)
    plan(folder, "None at all", annual_kes={"max": 1})
    assert app("compare").multiselect(key="compare.members").value == ["today", opens]
