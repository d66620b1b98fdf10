"""From rules to a plan to files, with a real solve of today's network in its own process."""

import time

from planner.present.kept_store import store
from planner.runs import jobs
from tests.app.conftest import everything, maps


def finished(job_id, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        state = jobs.poll(job_id)
        if state.is_over:
            return state
        time.sleep(0.2)
    raise TimeoutError(job_id)


def test_from_rules_to_files(app):
    running = app("plan")
    running.selectbox(key="plan.start").set_value("today").run()
    running.button(key="plan-run").click().run()
    assert not running.exception
    assert not running.error
    (job,) = jobs.recent()
    assert running.query_params["job"] in (job.id, [job.id])
    assert finished(job.id).status == "done"

    running.run()
    assert not running.exception
    assert not running.error
    text = everything(running)
    assert "job" not in running.query_params
    assert "Best possible plan" in text
    assert "No new branch" in text
    assert maps(running)[0]["feature_group"].count('"over"') == 10

    running.switch_page("app_pages/export.py").run()
    assert not running.exception
    assert not running.error
    (kept,) = store().runs.list()
    assert kept.id == running.selectbox(key="export.run").value
    assert kept.source == "solve"
    assert running.get("download_button")


def test_clashes_are_shown_in_words(app):
    running = app("plan")
    running.selectbox(key="plan.start").set_value("impossible").run()
    running.button(key="plan-run").click().run()
    (job,) = jobs.recent()
    assert finished(job.id).status == "done"
    running.run()
    assert not running.exception
    assert "No plan can keep all these rules" in everything(running)
    assert "What would help" in everything(running)
