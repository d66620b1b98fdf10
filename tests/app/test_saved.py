"""Saved scenarios on the Plan page: save, undo, redo, history, and what others save meanwhile."""

import html
import time

import pytest
import streamlit as st
from insight.uncertain_case import two_places

from planner.present.kept_store import store
from planner.runs import jobs
from planner.runs.store import open_store
from planner.scenario import Scenario
from planner.scenario.change import with_keys
from tests.app.conftest import everything
from tests.app.test_flow import finished
from tests.runs.test_killed_jobs import processes_of


def said(running):
    return html.unescape(everything(running)).replace("\\", "")


@pytest.fixture(autouse=True)
def small(tmp_path, monkeypatch):
    """A pack of two places, so that a page is quick."""
    st.cache_resource.clear()
    folder = two_places(tmp_path / "pack").folder
    monkeypatch.setenv("UGATUZI_PACK", str(folder))
    monkeypatch.setenv("UGATUZI_USER", "Amina")
    return folder


@pytest.fixture
def saved(small):
    rules = {"branches": {"max": 1}, "annual_kes": {"max": 450_400_000}}
    made = Scenario(name="One at most", pack=str(small), rules=rules)
    return store().scenarios.create(made, pack=str(small.resolve()), based_on="builtin:none/x")


def fine(running):
    assert not running.exception
    assert not running.error
    return running


def press(running, key):
    return fine(running.button(key=key).click().run())


def change(running, count):
    return fine(running.number_input(key="plan.count").set_value(count).run())


def test_a_ready_scenario_is_saved_as_ones_own_then_changed_undone_and_redone(app):
    running = fine(app("plan"))
    assert running.button(key="saved-undo").disabled
    fine(running.text_input(key="plan.name").set_value("Mine").run())
    fine(running.text_input(key="me.name").set_value("Wanjiku").run())
    press(running, "saved-save")
    (made,) = store().scenarios.list()
    assert (made.name, made.version, made.author) == ("Mine", 1, "Wanjiku")
    assert running.selectbox(key="plan.start").value == f"scenario:{made.id}"
    assert running.query_params["scenario"] in (made.id, [made.id])
    assert running.button(key="saved-save").disabled

    fine(running.selectbox(key="plan.count_rule").set_value("most").run())
    change(running, 2)
    assert "Not saved yet: Most branches: not set → 2." in said(running)
    press(running, "saved-save")
    assert store().scenarios.get(made.id).scenario.rules.branches.max == 2
    undo = running.button(key="saved-undo")
    assert "Undo takes back: Most branches: not set → 2" in undo.help.replace("\\", "")
    press(running, "saved-undo")
    assert running.selectbox(key="plan.count_rule").value == "any"
    redo = running.button(key="saved-redo")
    assert "Redo brings: Most branches: not set → 2" in redo.help.replace("\\", "")
    press(running, "saved-redo")
    assert running.number_input(key="plan.count").value == 2
    fine(running.selectbox(key="saved.version").set_value(1).run())
    press(running, "saved-go")
    assert store().scenarios.get(made.id).version == 1
    assert len(store().scenarios.history(made.id)) == 2


def test_opening_a_scenario_changes_nothing_in_it(app, saved):
    running = fine(app("plan", scenario=saved.id))
    assert running.button(key="saved-save").disabled
    assert "Not saved yet" not in said(running)
    change(running, 2)
    press(running, "saved-save")
    assert store().scenarios.get(saved.id).scenario.rules.annual_kes.max == 450_400_000


def test_changes_left_without_a_save_can_be_brought_back(app, saved):
    running = fine(app("plan", scenario=saved.id))
    change(running, 2)
    press(running, "saved-back")
    assert running.number_input(key="plan.count").value == 1
    press(running, "saved-left")
    assert running.number_input(key="plan.count").value == 2
    fine(running.selectbox(key="plan.start").set_value("plain").run())
    press(running, "saved-left")
    assert running.number_input(key="plan.count").value == 2
    press(running, "saved-save")
    assert store().scenarios.get(saved.id).scenario.rules.branches.max == 2


def others_save(saved, author="Otieno"):
    with open_store() as other:
        there = other.scenarios.get(saved.id)
        other.scenarios.save(
            there.id,
            with_keys(there.scenario, {"rules.branches_per_area.min": 1}),
            expected=there.revision,
            author=author,
        )


def test_who_comes_second_is_told_and_takes_the_other_one(app, saved):
    running = fine(app("plan", scenario=saved.id))
    others_save(saved)
    change(running, 2)
    text = said(running)
    assert "Otieno saved One at most on" in text
    assert "Least branches in every" in text
    assert "Your own changes, not saved: Most branches: 1 → 2." in text
    assert running.button(key="saved-save").disabled
    press(running, "saved-theirs")
    assert running.number_input(key="plan.floor").value == 1
    assert running.number_input(key="plan.count").value == 1
    assert "Otieno saved One at most on" not in said(running)
    assert len(store().scenarios.history(saved.id)) == 2
    press(running, "saved-left")
    assert running.number_input(key="plan.count").value == 2


def test_a_save_over_anothers_is_refused_and_goes_beside_it(app, saved):
    running = fine(app("plan", scenario=saved.id))
    change(running, 2)
    others_save(saved)
    press(running, "saved-save")
    assert "somebody else was quicker" in said(running)
    assert "Otieno saved One at most on" in said(running)
    press(running, "saved-mine")
    both = {each.name: each.scenario.rules for each in store().scenarios.list()}
    assert set(both) == {"One at most", "One at most (2)"}
    assert both["One at most"].branches.max == 1
    assert both["One at most"].branches_per_area.min == 1
    assert both["One at most (2)"].branches.max == 2


def test_a_solve_carries_the_scenario_and_its_version_only_as_saved(app, saved):
    running = fine(app("plan", scenario=saved.id))
    press(running, "plan-run")
    (job,) = jobs.recent()
    done = finished(job.id)
    run = store().runs.get(done.kept.id)
    assert (run.scenario_id, run.scenario_version) == (saved.id, 1)

    running = fine(app("plan", job=job.id))  # an old address leads to the run
    assert "job" not in running.query_params
    assert running.query_params["run"] in (run.id, [run.id])
    assert "plan-again" not in {each.key for each in running.button}
    assert running.selectbox(key="plan.start").value == ""
    fine(running.text_input(key="plan.name").set_value("From here").run())
    press(running, "saved-save")
    made = next(each for each in store().scenarios.list() if each.name == "From here")
    assert made.based_on == f"run:{run.id}"
    change(running, 2)
    press(running, "plan-run")
    other = next(each for each in jobs.recent() if each.id != job.id)
    assert store().runs.get(finished(other.id).kept.id).scenario_id is None


def guarded_to_the_end(folder):
    end = time.monotonic() + 20
    while processes_of(folder):
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_run_that_the_store_refused_is_told(app, small):
    scenario = Scenario(name="x", pack=str(small))
    job = finished(jobs.start(small, scenario))
    folder = jobs.folders()[0]
    guarded_to_the_end(folder)  # who watches over it would keep it again
    (folder.path / "kept.json").unlink()
    folder.write_refusal("run.json: it was changed.")
    running = app("plan", job=job.id)
    assert not running.exception
    assert "the store did not take it" in running.error[0].value
    assert "it was changed" in said(running)


def test_a_scenario_that_was_put_away_says_so(app, saved):
    store().scenarios.remove(saved.id)
    running = fine(app("plan", scenario=saved.id))
    assert "was put away on" in said(running)
    assert running.button(key="saved-save").disabled
    assert "history" not in said(fine(app("plan", scenario="0123456789abcdef")))
