"""The page on uncertain figures: without a plan, with one, and solved again."""

from dataclasses import replace

import pytest
from insight.uncertain_case import two_places

from planner.pack.place import home
from planner.present.uncertain import uncertain_kept
from planner.present.words import words
from planner.runs import jobs
from planner.runs.jobfiles import JobFolder
from planner.scenario import Scenario
from tests.app.conftest import everything
from tests.app.test_flow import finished


def looked(running):
    """The page once every figure was tried at both ends, which it asks for by itself."""
    assert not running.exception
    assert not running.error
    assert not running.get("vega_lite_chart")
    stop = words(language_of(running))("uncertain.stop")
    assert [each.label for each in running.button].count(stop) == 1
    (job,) = jobs.recent(5, kind="uncertain")
    over = finished(job.id, seconds=90)
    assert over.status == "done", over.message
    running.run()
    assert not running.exception
    assert not running.error
    assert len(jobs.recent(5, kind="uncertain")) == 1
    return running


def language_of(running):
    return running.session_state["language"] or "en"


@pytest.mark.parametrize("language", ["en", "sw"])
def test_the_page_of_todays_branches(app, language):
    running = looked(app("uncertain", lang=language))
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
    return looked(app("uncertain"))


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
        if found is None or ask != "resolve":
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


def test_what_was_found_once_is_there_for_the_next_visitor(planned, app):
    running = app("uncertain")
    assert "What matters most&#58; deeds&#59; cards." in everything(running)
    assert len(jobs.recent(5, kind="uncertain")) == 1


def test_a_look_that_came_to_nothing_is_told_and_asked_for_by_a_button(app, monkeypatch):
    begun = []
    failed = jobs.JobState("0" * 16, "today", "failed", message="No such luck.", kind="uncertain")

    def begin(name, subject):
        begun.append(name)
        return failed.id

    monkeypatch.setattr(uncertain_kept, "try_ends", begin)
    monkeypatch.setattr(uncertain_kept, "last_try", lambda *_: failed if begun else None)
    monkeypatch.setattr(jobs, "poll", lambda _: failed)
    running = app("uncertain")
    assert not running.exception
    assert begun == ["today"]
    assert "No such luck." in everything(running)
    running.run()
    assert begun == ["today"]  # once on a visit
    running.button(key="uncertain.try").click().run()
    assert not running.exception
    assert begun == ["today", "today"]


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
