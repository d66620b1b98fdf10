"""The page of what is kept: scenarios and runs found, named, tagged, put away and brought back."""

import html
import io
import zipfile

import pytest
import streamlit as st
from insight.uncertain_case import two_places

from planner.pack import read_pack
from planner.present.kept_store import store
from planner.runs import judge_and_write
from planner.runs.store import Subject, open_store
from planner.runs.store.workspace import export_workspace
from planner.scenario import Scenario
from planner.solve import solve
from tests.app.conftest import everything


def said(running):
    return html.unescape(everything(running)).replace("\\", "")


@pytest.fixture(autouse=True)
def small(tmp_path, monkeypatch):
    """A pack of two places, so that a page is quick."""
    st.cache_resource.clear()
    folder = two_places(tmp_path / "pack").folder
    monkeypatch.setenv("UGATUZI_PACK", str(folder))
    return folder


@pytest.fixture
def scenario(small):
    made = Scenario(name="Two at most", pack=str(small), rules={"branches": {"max": 2}})
    return store().scenarios.create(made, pack=str(small.resolve()))


def kept_run(folder, place, name, source="solve", **rules):
    """The id of a run that was just solved and kept."""
    pack = read_pack(folder)
    scenario = Scenario(name=name, pack=str(folder), rules=rules, solve={"gap": 0.0})
    run = judge_and_write(solve(pack, scenario), pack, scenario, place / name)
    return store().runs.keep(run, pack=pack, source=source)


def fine(running):
    assert not running.exception
    assert not running.error
    return running


@pytest.mark.parametrize("language", ["en", "sw"])
def test_an_empty_store_says_the_next_step_in_each_view(app, language):
    running = fine(app("kept", lang=language))
    assert running.get("page_link")
    for view in ("scenarios", "workspace"):
        fine(running.segmented_control(key="kept.view").set_value(view).run())
    assert "store.sqlite" in said(running)


def test_a_scenario_is_renamed_tagged_noted_and_put_away_with_a_way_back(app, scenario):
    running = fine(app("kept", kept="scenarios"))
    assert "Two at most" in said(running)
    running.text_input(key=f"kept_name.{scenario.id}.1").set_value("Two or fewer")
    fine(running.button(key="kept-rename").click().run())
    renamed = store().scenarios.get(scenario.id)
    assert (renamed.name, renamed.version) == ("Two or fewer", 2)
    assert "Name: Two at most → Two or fewer" in said(running)
    running.multiselect(key=f"kept_tags.{scenario.id}").set_value(["draft"])
    fine(running.run())
    assert store().scenarios.get(scenario.id).tags == ("draft",)
    running.text_area(key=f"kept_note.new.{scenario.id}").set_value("Ask the treasury.")
    add = next(each for each in running.button if each.label == "Add the note")
    fine(add.click().run())
    (note,) = store().notes.of(Subject("scenario", scenario.id))
    assert note.text in said(running)
    fine(running.button(key="kept-away").click().run())
    assert store().scenarios.list() == ()
    assert "Put away: Two or fewer" in said(running)
    fine(running.button(key="kept-undo").click().run())
    assert [each.id for each in store().scenarios.list()] == [scenario.id]


def test_a_name_that_is_none_is_refused_in_words(app, scenario):
    running = fine(app("kept", kept="scenarios"))
    running.text_input(key=f"kept_name.{scenario.id}.1").set_value(" ")
    fine(running.button(key="kept-rename").click().run())
    assert "name" in "".join(str(each.value) for each in running.warning)
    assert store().scenarios.get(scenario.id).name == "Two at most"


def test_runs_are_found_by_name_and_tag_and_lead_on(app, small, tmp_path):
    one = kept_run(small, tmp_path, "One place", branches={"exactly": 1})
    two = kept_run(small, tmp_path, "Two places", branches={"exactly": 2})
    none = kept_run(
        small, tmp_path, "No place", branches={"exactly": 1}, branches_per_area={"min": 1}
    )
    part = kept_run(small, tmp_path, "A point", "sweep", branches={"max": 2})
    store().notes.tag(Subject("run", one), "good")
    running = fine(app("kept"))
    text = said(running)
    assert all(name in text for name in ("One place", "Two places", "No place"))
    assert "no plan is possible" in text
    assert "A point" not in text
    assert "±" in text or "not measured" in text
    fine(running.checkbox(key="kept.parts").set_value(True).run())
    assert len(running.selectbox(key="kept.run").options) == 4
    assert "A point" in said(running)
    fine(running.text_input(key="kept.search_run").set_value("place two").run())
    assert running.selectbox(key="kept.run").value == two
    links = [each.proto.query_string for each in running.get("page_link")]
    assert any(f"run={two}" in link for link in links)
    assert any("compare=" in link and two in link for link in links)
    fine(running.text_input(key="kept.search_run").set_value("").run())
    fine(running.selectbox(key="kept.tag_run").set_value("good").run())
    assert len(running.selectbox(key="kept.run").options) == 1
    assert running.selectbox(key="kept.run").value == one
    fine(running.button(key="kept-away").click().run())
    assert one not in {each.id for each in store().runs.list()}
    fine(running.checkbox(key="kept.away_run").set_value(True).run())
    fine(running.button(key="kept-back").click().run())
    assert {one, two, none, part} == {each.id for each in store().runs.list()}


def test_a_workspace_goes_out_and_comes_in_and_a_damaged_one_is_told(app, scenario, tmp_path):
    path = tmp_path / "work.zip"
    export_workspace(store(), path)
    running = fine(app("kept", kept="workspace"))
    fine(running.button(key="kept-make").click().run())
    assert running.get("download_button")
    assert "scenarios 1" in said(running)

    running.file_uploader(key="kept_upload").set_value(
        ("work.zip", path.read_bytes(), "application/zip")
    )
    fine(running.run())
    fine(running.button(key="kept-bring").click().run())
    assert "Scenarios: 0 came in, 1 were here already" in said(running)

    spoilt = io.BytesIO()
    with zipfile.ZipFile(spoilt, "w") as archive:
        archive.writestr("../evil", "x")
        archive.writestr("other", "y")
    running.file_uploader(key="kept_upload").set_value(
        ("bad.zip", spoilt.getvalue(), "application/zip")
    )
    running.run()
    running.button(key="kept-bring").click().run()
    assert not running.exception
    assert "2 faults" in running.error[0].value
    assert "a name that leaves its folder" in said(running)


def test_what_others_keep_meanwhile_is_there_at_the_next_action(app, scenario):
    running = fine(app("kept", kept="scenarios"))
    with open_store() as other:
        made = Scenario(name="From the command line", pack=scenario.pack)
        other.scenarios.create(made, pack=scenario.pack)
    fine(running.run())
    assert "From the command line" in said(running)
