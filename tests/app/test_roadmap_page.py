"""The page of steps: without scenarios of steps, before a search, and with a kept study."""

from __future__ import annotations

import pytest
from pack.tiny import write

from planner.pack import read_pack
from planner.present.robust import roadmap
from planner.present.view import View
from planner.present.words import words
from planner.runs import jobs
from planner.scenario import build, parse_scenario
from tests.app.conftest import everything, maps
from tests.app.test_flow import finished
from tests.insight.test_commands import PHASES


@pytest.mark.parametrize("language", ["en", "sw"])
def test_before_a_search_the_page_says_what_to_do(app, language):
    running = app("roadmap", lang=language)
    assert not running.exception
    assert not running.error
    assert running.title[0].value == ("Step by step", "Hatua kwa hatua")[language == "sw"]
    assert "Fourteen more in three steps" in running.selectbox(key="roadmap.scenario").options
    text = everything(running)
    assert ("Nothing was found yet", "Bado hakuna kilichopatikana")[language == "sw"] in text


@pytest.fixture
def home_pack(tmp_path, monkeypatch):
    folder = write(tmp_path / "pack")
    monkeypatch.setenv("UGATUZI_PACK", str(folder))
    return folder


def test_without_scenarios_of_steps_the_next_one_is_said(app, home_pack):
    running = app("roadmap")
    assert not running.exception
    assert "[[phases]]" in everything(running)
    assert not running.selectbox


def test_the_steps_are_found_and_shown(app, home_pack):
    (home_pack / "scenarios").mkdir()
    (home_pack / "scenarios" / "steps.toml").write_text(PHASES.replace("./pack", str(home_pack)))
    running = app("roadmap")
    running.button(key="roadmap.start").click().run()
    assert not running.exception
    (job,) = jobs.recent(kind="roadmap")
    state = finished(job.id)
    assert state.status == "done"
    for language in ("en", "sw"):
        running = app("roadmap", lang=language)
        assert not running.exception
        assert not running.error
        assert running.query_params["study"] in (state.kept.id, [state.kept.id])
        assert len(running.get("vega_lite_chart")) == 1
        assert ("opens", "linafunguliwa")[language == "sw"] in everything(running)
        assert '"number"' in maps(running)[0]["feature_group"]


def told():
    """A opens in the second step; B is there today, gains a service and then closes."""
    gains = {"state": "gains", "services": 2, "gains": ["d"], "drops": [], "format": None}
    closes = {"state": "closes", "services": 0, "gains": [], "drops": ["c", "d"], "format": None}
    none = {"state": "", "services": 0, "gains": [], "drops": [], "format": None}
    opens = {"state": "opens", "services": 1, "gains": ["c"], "drops": [], "format": None}
    money = {"capital_more_kes": 5, "annual_more_kes": 1, "capital_kes": 5, "annual_kes": 9}
    phase = {"branches": 1, "mean_min": 60.0, "nesting_low_per_visit": 0.0, **money}
    services = [{"service": "d", "cells": ["starts", "stops"]}]
    return {
        "unit": "min",
        "gap": 0.01,
        "gantt": {
            "today": {"branches": 1, "mean_min": 90.0, "annual_kes": 8},
            "phases": [
                {**phase, "phase": "One", "nesting_high_per_visit": 0.5},
                {**phase, "phase": "Two", "nesting_high_per_visit": None},
            ],
            "rows": [
                {"site": "s2", "cells": [gains, closes], "services": services},
                {"site": "s1", "cells": [none, opens], "services": []},
            ],
        },
    }


@pytest.fixture
def steps(home_pack):
    pack = read_pack(home_pack)
    problem = build(pack, parse_scenario(PHASES))
    return roadmap.Steps(View(words("en").of_pack(pack), pack, problem), told())


def test_frames_and_tables_say_what_happens(steps):
    frame = roadmap.gantt_frame(steps)
    assert frame[["phase", "state", "mark"]].to_numpy().tolist() == [
        ["One", "gains services", "+"],
        ["Two", "closes", "×"],  # noqa: RUF001
        ["Two", "opens", "●"],
    ]
    branches = roadmap.branch_table(steps)
    assert branches["Two"].tolist() == ["closes", "opens, 1 service"]
    assert branches["One"].tolist()[1] == ""
    services = roadmap.service_table(steps)
    assert services[["One", "Two"]].to_numpy().tolist() == [["starts", "stops"]]
    money = roadmap.phase_table(steps)
    assert money["Step"].tolist() == ["Today", "One", "Two"]
    assert money["Price of steps, a visit"].tolist() == [
        "",
        "0.00 min to 0.50 min",
        "at least 0.00 min",
    ]


def test_sentences_map_and_legend(steps):
    said = roadmap.lead_sentences(steps)
    assert said[0].startswith("In 2 steps travel per visit falls from 1")
    assert said[-1].endswith("1.0\N{NO-BREAK SPACE}% in all: proved.")
    assert roadmap.map_words(steps).startswith("Map of the steps: 2 branches, 1 of them new")
    assert roadmap.gantt_chart(steps).to_dict()["height"] > 0
    assert roadmap.legend(steps) is not None
    assert roadmap.site_layer(steps) is not None
