"""The page why: reasons at once, a proved price through a job, ties and worth, clashes."""

from __future__ import annotations

import pytest
from insight.uncertain_case import two_places

from planner.present.kept_store import store
from planner.runs import jobs
from planner.scenario import Scenario
from tests.app.conftest import everything, maps
from tests.app.test_flow import finished


@pytest.mark.parametrize("language", ["en", "sw"])
def test_without_a_plan_the_next_step_is_said(app, language):
    running = app("why", lang=language)
    assert not running.exception
    assert not running.error
    assert ("Make a plan first", "Tengeneza mpango kwanza")[language == "sw"] in everything(running)


def made(tmp_path, monkeypatch, **changes):
    folder = two_places(tmp_path).folder
    monkeypatch.setenv("UGATUZI_PACK", str(folder))
    rules = {"branches": {"exactly": 1}, "existing": "may_close"}
    data = {"name": "One", "pack": str(folder), "rules": rules, "solve": {"gap": 0.0}}
    state = finished(jobs.start(folder, Scenario(**(data | changes))))
    assert state.status == "done"
    return state.kept.id


def asked(running, button):
    """Press a button that asks, and wait for the answer."""
    before = {job.id for job in jobs.recent(kind="why")}
    running.button(key=button).click().run()
    assert not running.exception
    assert not running.error
    (job,) = [each for each in jobs.recent(kind="why") if each.id not in before]
    state = finished(job.id)
    assert state.status == "done", state.message
    return store().studies.get(state.kept.id)


def test_reasons_stand_at_once_and_prices_are_kept(app, tmp_path, monkeypatch):
    run_id = made(tmp_path, monkeypatch)
    run = store().runs.open(run_id)
    plan, ids = run.report.plan, run.problem.site_ids
    here = ids[int(plan.is_open.argmax())]
    there = ids[int((~plan.is_open).argmax())]

    running = app("why", run=run_id, site=there)
    assert not running.exception
    assert not running.error
    assert "is not in this plan" in everything(running)
    assert "no more branches than 1, it would be 2" in everything(running)
    study = asked(running, "why.ask_site")
    assert study.spec["site"] == there
    assert study.told["in_plan"] is False

    for language in ("en", "sw"):
        running = app("why", run=run_id, site=there, lang=language)
        assert not running.exception
        assert ("The best plan with it", "Mpango bora pamoja nayo")[language == "sw"] in everything(
            running
        )
    assert running.selectbox(key="why.site").value == there
    assert '"site"' in maps(running)[0]["feature_group"] or maps(running)

    running = app("why", run=run_id, site=here)
    text = everything(running)
    assert "is in this plan" in text
    assert "Find the proved price" in [each.label for each in running.button]
    assert "Hours saved a year" in text
    service = run.problem.service_ids[0]
    running = app("why", run=run_id, site=here, service=service)
    assert running.selectbox(key="why.service").value == service

    running.number_input(key="why_box_within").set_value(20.0)
    ties = asked(running, "why.ask_ties")
    worth = asked(app("why", run=run_id, site=here), "why.ask_worth")
    assert ties.told["tolerance"] == 0.2
    assert (ties.spec["count"], ties.spec["time_limit_s"]) == (10, 60)
    assert worth.spec["money_step"] == 1_000_000
    assert {each["limit"] for each in worth.told["limits"]} >= {"branches"}
    for language in ("en", "sw"):
        running = app("why", run=run_id, site=here, lang=language)
        running.toggle(key="why.uses").set_value(True).run()
        assert not running.exception
        assert not running.error
        text = everything(running)
        assert ("Limit", "Kikomo")[language == "sw"] in text
        assert ("of the whole", "ya jumla")[language == "sw"] in text


def test_a_run_without_a_plan_offers_the_changes_on_the_page_plan(app, tmp_path, monkeypatch):
    rules = {"branches": {"exactly": 1}, "annual_kes": {"max": 0}}
    run_id = made(tmp_path, monkeypatch, rules=rules)
    running = app("why", run=run_id)
    assert not running.exception
    assert not running.error
    assert "No plan can keep all these rules" in everything(running)
    mends = [each for each in running.button if (each.key or "").startswith("mend-")]
    assert mends
    mends[0].click().run()
    assert not running.exception
    assert "Find the plan again" in [each.label for each in running.button]
