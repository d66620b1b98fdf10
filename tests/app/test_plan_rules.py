"""The rules of a plan in the form on the Plan page: after a reload, and where others."""

import html
import shutil

import pytest
import streamlit as st
from insight.uncertain_case import two_places

from planner.present import session
from planner.present.kept_store import store
from planner.runs import jobs
from planner.scenario import Scenario, scenario_toml
from planner.scenario.change import with_keys
from tests.app.conftest import everything
from tests.app.test_flow import finished


def said(running):
    return html.unescape(everything(running)).replace("\\", "").replace("\xa0", " ")


def fine(running):
    assert not running.exception
    assert not running.error
    return running


def press(running, key):
    return fine(running.button(key=key).click().run())


def has(running, key):
    return key in {each.key for each in running.button}


@pytest.fixture(autouse=True)
def small(tmp_path, monkeypatch):
    """A pack of two places with two ready scenarios; the first is not the one that is changed."""
    st.cache_resource.clear()
    folder = two_places(tmp_path / "pack").folder
    (folder / "scenarios").mkdir(exist_ok=True)
    for name, most in (("a-first", 2), ("b-second", 1)):
        rules = Scenario(name=name.title(), pack=str(folder), rules={"branches": {"max": most}})
        (folder / "scenarios" / f"{name}.toml").write_text(scenario_toml(rules))
    monkeypatch.setenv("UGATUZI_PACK", str(folder))
    return folder


def changed_and_begun(running):
    """The second ready scenario, with a budget and a least number, is searched with."""
    fine(running.selectbox(key="plan.start").set_value("b-second").run())
    fine(running.number_input(key="plan.annual_m").set_value(900.0).run())
    fine(running.number_input(key="plan.new_max").set_value(1).run())
    press(running, "plan-run")
    (job,) = jobs.recent()
    return job


def test_a_reload_shows_the_rules_of_the_plan_and_tells_where_the_form_has_others(app, small):
    job = changed_and_begun(fine(app("plan")))
    assert job.name == "B-Second, changed: Most new branches: 1, KES 900 M"
    done = finished(job.id)
    looked = app("plan", job=job.id)  # the search is over: the address turns to the run
    running = fine(looked)
    assert running.query_params["run"] in (done.kept.id, [done.kept.id])
    for shown in (running, fine(app("plan", run=done.kept.id))):
        assert shown.selectbox(key="plan.start").value == "b-second"
        assert shown.text_input(key="plan.name").value == "B-Second"
        assert shown.number_input(key="plan.annual_m").value == 900
        assert shown.number_input(key="plan.new_max").value == 1
        assert "Changed, not saved: Most new branches: not set → 1; Yearly budget" in said(shown)
        assert has(shown, "back-annual_m")
        assert not has(shown, "plan-again")

    fine(running.number_input(key="plan.annual_m").set_value(800.0).run())
    told = "this plan to the form: Yearly budget: KES 900,000,000 → KES 800,000,000."
    assert told in said(running)
    assert any("not those of this plan" in each.value for each in running.warning)
    press(running, "plan-again")
    assert running.number_input(key="plan.annual_m").value == 900
    assert "not those of this plan" not in said(running)
    press(running, "saved-undo")
    assert running.number_input(key="plan.annual_m").value != 900

    shutil.move(small / "scenarios" / "b-second.toml", small / "scenarios" / "old.txt")
    running = fine(app("plan", run=done.kept.id))  # its ready scenario is gone
    assert running.selectbox(key="plan.start").value == ""
    assert running.number_input(key="plan.annual_m").value == 900
    fine(running.number_input(key="plan.annual_m").set_value(800.0).run())
    press(running, "plan-run")
    assert jobs.recent()[0].name == "B-Second, changed: KES 800 M"


def test_what_a_run_fills_in_by_itself_is_told_as_no_difference(app, small):
    running = fine(app("plan"))
    fine(running.selectbox(key="plan.start").set_value("b-second").run())
    press(running, "plan-run")
    (job,) = jobs.recent()
    kept = finished(job.id).kept
    fine(running.run())
    assert session.run(kept.id).scenario.travel.model  # the pack's own, which nobody asked for
    assert not has(running, "plan-again")
    again = fine(app("plan", run=kept.id))
    assert again.selectbox(key="plan.start").value == "b-second"
    assert not has(again, "plan-again")
    assert "Changed, not saved" not in said(again)
    fine(again.selectbox(key="plan.start").set_value("a-first").run())
    assert has(again, "plan-again")
    warned = "\n".join(each.value for each in again.warning)
    assert "Most branches" in warned
    assert "model" not in warned


def test_a_search_under_way_shows_its_rules_after_a_reload(app, small, monkeypatch):
    rules = {"branches": {"max": 1}, "annual_kes": {"max": 900_000_000}}
    job = jobs.start(small, Scenario(name="B-Second", pack=str(small), rules=rules))
    under_way = jobs.JobState(job, "B-Second", "running")
    finished(job)
    monkeypatch.setattr(jobs, "poll", lambda _: under_way)
    running = fine(app("plan", job=job))
    assert running.selectbox(key="plan.start").value == "b-second"
    assert running.number_input(key="plan.annual_m").value == 900
    assert not has(running, "plan-again")
    fine(running.number_input(key="plan.annual_m").set_value(800.0).run())
    assert "not those of this plan" in said(running)
    press(running, "plan-again")
    assert running.number_input(key="plan.annual_m").value == 900


def test_a_saved_scenario_that_is_asked_for_stays_where_the_plan_is_none_of_its_own(app, small):
    rules = Scenario(name="Other", pack=str(small), rules={"branches": {"min": 1}})
    kept = store().scenarios.create(rules, pack=str(small.resolve()))
    theirs = jobs.start(small, with_keys(rules, {"name": "Else", "rules.branches.new_max": 1}))
    run = finished(theirs).kept.id
    running = fine(app("plan", scenario=kept.id, run=run))
    assert running.selectbox(key="plan.start").value == f"scenario:{kept.id}"
    assert running.number_input(key="plan.new_max").value is None
    assert "not those of this plan" in said(running)

    own = jobs.start(
        small, with_keys(rules, {"name": "Other, changed: x", "rules.branches.new_max": 1})
    )
    running = fine(app("plan", scenario=kept.id, run=finished(own).kept.id))
    assert running.selectbox(key="plan.start").value == f"scenario:{kept.id}"
    assert running.number_input(key="plan.new_max").value == 1
    assert "Not saved yet: Most new branches: not set → 1" in said(running)


def test_a_changed_ready_scenario_that_is_saved_has_a_name_of_its_own(app):
    running = fine(app("plan"))
    fine(running.number_input(key="plan.annual_m").set_value(900.0).run())
    press(running, "saved-save")
    assert [each.name for each in store().scenarios.list()] == ["A-First (2)"]


def test_labels_are_read_aloud_without_marks_and_separations_of_services_are_told(app):
    running = fine(app("plan"))
    kinds = (
        "text_input",
        "number_input",
        "selectbox",
        "radio",
        "slider",
        "checkbox",
        "multiselect",
    )
    labels = [each.label for kind in kinds for each in running.get(kind)]
    assert any(":" in label for label in labels)
    assert not [label for label in labels if "\\" in label]

    assert "Too near by the data, each service by its own" in said(running)
    links = [each.proto.label for each in running.get("page_link")]
    assert "Change it for one service: Sites and costs" in links
