"""The page on uncertain figures: without a plan, with one, and solved again."""

from dataclasses import replace

import pytest
from insight.uncertain_case import two_places

from planner.pack.place import home
from planner.present.uncertain import uncertain_kept
from planner.runs import jobs
from planner.runs.jobfiles import JobFolder
from planner.scenario import Scenario
from tests.app.conftest import everything
from tests.app.test_flow import finished


@pytest.mark.parametrize("language", ["en", "sw"])
def test_the_page_of_todays_branches(app, language):
    running = app("uncertain", lang=language)
    assert not running.exception
    assert not running.error
    assert running.title[0].value.startswith(("What if", "Tukikosea")[language == "sw"])
    text = everything(running)
    assert ("Both speeds together", "Kasi zote mbili")[language == "sw"] in text
    assert len(running.get("vega_lite_chart")) == 1
    running.selectbox(key="uncertain.measure").set_value("within_standard").run()
    assert not running.exception
    assert not running.error


@pytest.fixture
def planned(app, tmp_path, monkeypatch):
    """The page on a plan of a pack of two places: one branch, and figures that move it."""
    folder = two_places(tmp_path).folder
    monkeypatch.setenv("UGATUZI_PACK", str(folder))
    rules = {"branches": {"exactly": 1}}
    scenario = Scenario(name="One", pack=str(folder), rules=rules, solve={"gap": 0.0})
    assert finished(jobs.start(folder, scenario)).status == "done"
    return app("uncertain")


def answered(running, ask):
    """Ask, wait for the job, and look at the page again."""
    running.button(key=f"uncertain.{ask}").click().run()
    assert not running.exception
    (job,) = jobs.recent(1, kind="uncertain")
    over = finished(job.id)
    assert over.status == "done", over.message
    running.run()
    assert not running.exception
    assert not running.error


def test_a_plan_is_drawn_and_solved_again(planned):
    running = planned
    assert not running.error
    text = everything(running)
    assert "What matters most&#58; deeds&#59; cards." in text
    assert "Measure first&#58; deeds." in text
    for word in ("Result at low", "cases a year", "assumption"):
        assert word in text
    answered(running, "draw")
    assert "In 200 draws, travel per visit lies between" in everything(running)
    answered(running, "solve")
    text = everything(running)
    assert "Solved at 3 of 3 ends: the sites stay in 1, a tie in 0, other sites in 2." in text
    assert "No site is chosen in all of them" in text
    assert "2 of 4 answers" in text
    assert "Gamma town" in text


def test_what_was_stopped_can_be_taken_up_again(planned, monkeypatch):
    running = planned
    study = uncertain_kept.latest

    def as_if_stopped(name, subject, ask):
        found = study(name, subject, ask)
        if found is None or ask == "draw":
            return found
        told = {**found.told, "solved": found.told["solved"][:1], "left_out": 2}
        return replace(found, told=told)

    answered(running, "solve")
    monkeypatch.setattr(uncertain_kept, "latest", as_if_stopped)
    running.run()
    labels = [each.label for each in running.button if each.key == "uncertain.solve"]
    assert labels == ["Go on with the other 2"]
    running.button(key="uncertain.solve").click().run()
    (job,) = jobs.recent(1, kind="uncertain")
    assert finished(job.id).status == "done"
    assert JobFolder(home() / "jobs" / job.id).spec().options["after"]


def test_one_question_is_asked_at_a_time_and_can_be_stopped(planned, monkeypatch):
    running = planned
    monkeypatch.setattr(jobs, "recent", lambda *_, **__: [WAITING])
    monkeypatch.setattr(jobs, "poll", lambda _: WAITING)
    running.run()
    assert not running.exception
    assert [
        each for each in running.button if each.key in ("uncertain.draw", "uncertain.solve")
    ] == []
    assert [each.label for each in running.button].count("Stop") == 1


WAITING = jobs.JobState("0" * 16, "One", "queued")
