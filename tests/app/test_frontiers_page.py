"""The page on what plans cost: empty, a sweep asked for and kept, points put away, bad values."""

from __future__ import annotations

import pytest
from insight.uncertain_case import two_places

from planner.present import session
from planner.present.frontiers import frontiers_kept
from planner.present.words import words
from planner.runs import jobs
from planner.runs.store import open_store
from planner.scenario import Scenario
from tests.app.conftest import everything, maps
from tests.app.test_flow import finished


@pytest.fixture
def two(tmp_path, monkeypatch):
    """A pack of two places, shown by the app."""
    folder = two_places(tmp_path).folder
    monkeypatch.setenv("UGATUZI_PACK", str(folder))
    return folder


@pytest.mark.parametrize("language", ["en", "sw"])
def test_without_a_sweep_the_next_step_is_said(app, language):
    running = app("frontiers", lang=language)
    assert not running.exception
    assert not running.error
    said = ("Nothing was computed here yet", "Bado hakuna kilichokokotolewa")[language == "sw"]
    assert said in everything(running)


def asked(app, keys):
    """The page after its form was sent with keys and values."""
    running = app("frontiers")
    running.selectbox(key="frontiers.kind").set_value("values").run()
    for n, (key, values) in enumerate(keys, 1):
        running.text_input(key=f"frontiers.key_{n}").set_value(key)
        running.text_input(key=f"frontiers.values_{n}").set_value(values)
    return running.button(key="frontiers-start").click().run()


def test_values_that_cannot_be_read_are_told_and_nothing_starts(app, two):
    running = asked(app, [("rules.branches.exactly", "1..x")])
    assert not running.exception
    assert "FROM..TO:COUNT" in everything(running)
    assert not jobs.recent(kind="sweep")


def test_a_sweep_is_asked_for_and_its_points_open(app, two):
    running = asked(app, [("rules.branches.exactly", "1,2,5")])
    assert not running.exception
    (job,) = jobs.recent(kind="sweep")
    state = finished(job.id)
    with open_store() as store:
        study = store.studies.get(state.kept.id)
    ids = {point.number: point.run_id for point in study.points}
    with open_store() as store:
        named = [store.runs.get(ids[n]).name for n in (0, 1)]
    assert [name.rsplit(": ", 1)[1] for name in named] == [
        f"rules.branches.exactly {n}" for n in (1, 2)
    ]
    for language in ("en", "sw"):
        running = app("frontiers", lang=language, study=study.id, point="1")
        assert not running.exception
        assert not running.error
        assert running.selectbox(key="frontiers.point").value == "1"
        text = everything(running)
        assert ("Points without a plan", "Nukta zisizo na mpango")[language == "sw"] in text
        assert ("From 1 branch to 2 branches", "Kutoka tawi 1 hadi matawi 2")[
            language == "sw"
        ] in text
        assert '"kind"' in maps(running)[0]["feature_group"]
    running.selectbox(key="frontiers.point").set_value("2").run()
    assert not running.exception
    assert not maps(running)
    with open_store() as store:
        store.runs.remove(ids[0])
    running = app("frontiers", study=study.id, point="0")
    assert not running.exception
    assert "The plan of 1 point was put away" in everything(running)
    assert "This plan was put away" in everything(running)
    other = app("plan", run=ids[1])
    assert not other.exception


def test_a_grid_of_two_keys_is_shown_and_taken_along(app, two):
    running = asked(app, [("rules.branches.exactly", "1,2"), ("duplicates.rule", "allow,forbid")])
    (job,) = jobs.recent(kind="sweep")
    state = finished(job.id)
    running = app("frontiers", study=state.kept.id)
    assert not running.exception
    assert running.selectbox(key="frontiers.point").value in {"0", "1", "2", "3"}
    assert "Grid of" in everything(running)
    with open_store() as store:
        study = store.studies.get(state.kept.id)
    made = frontiers_kept.files(frontiers_kept.read(words("en"), study))
    assert set(made) == {"frontier.csv", "frontier.svg", "frontier.json"}
    assert made["frontier.csv"].decode("utf-8-sig").count("\r\n") == 1 + 4


def test_a_sweep_under_way_is_shown_with_its_points(app, two, monkeypatch):
    case = session.case()
    scenario = Scenario(name="One", pack=str(two))
    job = jobs.start(two, scenario, kind="sweep", options={"frontier": "equity", "points": 3})
    at_work = jobs.poll(job)
    finished(job)
    monkeypatch.setattr(jobs, "recent", lambda *_, **__: (at_work,))
    assert frontiers_kept.at_work(case, has_any=False).id == job
    monkeypatch.setenv("UGATUZI_HOME", str(two))
    assert frontiers_kept.at_work(case, has_any=False) is None
