"""The page on the next shilling: without a plan, compared, and under one budget."""

from types import SimpleNamespace

import numpy as np
import pytest
from demand.hand import LEVERS, pack_of
from insight.test_levers import COSTS, SERVICES

from planner.present.levers import levers_budget
from planner.runs import jobs
from planner.scenario import Scenario
from tests.app.conftest import everything
from tests.app.test_flow import finished

TITLES = {"en": "Where does the next", "sw": "Shilingi inayofuata"}


@pytest.mark.parametrize("language", ["en", "sw"])
def test_without_a_plan_the_page_says_the_next_step(app, language):
    running = app("levers", lang=language)
    assert not running.exception
    assert not running.error
    assert running.title[0].value.startswith(TITLES[language])
    assert running.info


@pytest.fixture
def planned(tmp_path, monkeypatch):
    """A pack of two places with one branch planned."""

    def plan(customers, most=1):
        folder = pack_of(tmp_path / "pack", customers, services_csv=SERVICES).folder
        monkeypatch.setenv("UGATUZI_PACK", str(folder))
        rules = {"branches": {"max": most}}
        given = {"rules": rules, "duplicates": {"rule": "allow"}, "solve": {"gap": 0.0}}
        assert finished(jobs.start(folder, Scenario(name="One", pack=str(folder), **given)))

    return plan


@pytest.mark.parametrize("language", ["en", "sw"])
def test_levers_are_compared_and_a_budget_is_spent(app, planned, language):
    planned(LEVERS + COSTS)
    running = app("levers", lang=language)
    assert not running.get("vega_lite_chart")  # nothing is reckoned before it is asked for
    running.button(key="levers-reckon").click().run()
    assert not running.exception
    assert not running.error
    text = everything(running)
    assert {"en": "One branch more: Gamma town", "sw": "Tawi moja zaidi: Gamma town"}[
        language
    ] in text.replace("&#58;", ":")
    assert "source of levers.online_use" in text.replace("&#46;", ".").replace("&#95;", "_")
    assert len(running.get("vega_lite_chart")) == 1
    running.button(key="levers-find").click().run()
    assert not running.exception
    assert not running.error
    assert len(running.get("vega_lite_chart")) == 2
    text = everything(running)
    assert {"en": "is proved", "sw": "imethibitishwa kuwa"}[language] in text
    running.slider(key="levers.knowledge").set_value(0.5).run()
    assert not running.error
    assert running.button(key="levers-reckon")


def test_a_pack_without_costs_says_what_to_add(app, planned):
    planned(LEVERS)
    running = app("levers")
    running.button(key="levers-reckon").click().run()
    assert not running.exception
    assert not running.error
    (warning,) = running.warning
    assert "Online is left out" in warning.value
    assert "customers" in warning.value


def test_a_run_without_a_plan_is_said(app, planned):
    planned(LEVERS + COSTS, most=0)
    running = app("levers")
    assert "found no plan" in running.info[0].value


def test_budgets_to_choose_from_are_round_and_reach_beyond_the_dearest_network():
    offered = SimpleNamespace(
        network_kes=np.array([0.0, 317e6]), campaign_kes=np.array([[0.0, 1e6]])
    )
    choices = levers_budget.budgets(SimpleNamespace(problem=offered))
    assert choices[0] == 20e6
    assert choices[-1] == 400e6
    assert levers_budget.first_budget(choices) in choices
