"""The page on uncertain figures: without a plan, with one, and solved step by step."""

import pytest
from insight.uncertain_case import two_places

from planner.runs import jobs
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


def test_a_plan_is_drawn_and_solved_again_step_by_step(planned):
    running = planned
    assert not running.error
    text = everything(running)
    assert "What matters most&#58; deeds&#59; cards." in text
    assert "Measure first&#58; deeds." in text
    for word in ("Result at low", "cases a year", "assumption"):
        assert word in text
    running.button(key="uncertain.draw").click().run()
    assert not running.error
    assert "In 200 draws, travel per visit lies between" in everything(running)
    running.button(key="uncertain.solve").click().run()
    for _ in range(4):  # one end a run of the page
        assert not running.exception
        assert not running.error
        running.run()
    text = everything(running)
    assert "Solved at 3 of 3 ends: the sites stay in 1, a tie in 0, other sites in 2." in text
    assert "No site is chosen in all of them" in text
    assert "2 of 4 answers" in text
    assert "Gamma town" in text


def test_solving_can_be_stopped_and_taken_up_again(planned):
    running = planned
    running.button(key="uncertain.solve").click().run()
    running.button(key="uncertain.stop").click().run()
    assert not running.error
    answers = [each.label for each in running.button if each.key == "uncertain.solve"]
    assert answers == ["Go on with the other 2"]
