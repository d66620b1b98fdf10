"""Rules that clash: a button changes one of them, the change can be undone, a plan is found."""

from __future__ import annotations

from planner.present.kept_store import store
from planner.runs import jobs
from tests.app.conftest import everything
from tests.app.test_flow import finished


def test_a_button_makes_a_plan_possible(app):
    running = app("plan")
    running.selectbox(key="plan.start").set_value("impossible").run()
    running.button(key="plan-run").click().run()
    (job,) = jobs.recent()
    assert finished(job.id).status == "done"
    running.run()
    assert not running.exception
    assert "What would help" in everything(running)
    mends = [each for each in running.button if (each.key or "").startswith("mend-")]
    assert mends
    mends[0].click().run()
    assert not running.exception
    assert not running.error
    again, undo = (
        next(each for each in running.button if each.label == label)
        for label in ("Find the plan again", "Take the change back")
    )
    assert again
    undo.click().run()
    assert "Find the plan again" not in [each.label for each in running.button]
    mends = [each for each in running.button if (each.key or "").startswith("mend-")]
    mends[0].click().run()
    next(each for each in running.button if each.label == "Find the plan again").click().run()
    assert not running.exception
    newest = jobs.recent()[0]
    assert newest.id != job.id
    assert finished(newest.id).status == "done"
    assert store().runs.list()[0].status in ("optimal", "feasible")
