"""The page on how firm a plan is: without a plan, a look through a job, and a kept study."""

from __future__ import annotations

import pytest
from insight.uncertain_case import two_places

from planner.insight import Effort
from planner.insight.robust import Depth, robust
from planner.insight.robust_told import robust_told
from planner.optimize import Limits
from planner.plan import Progress
from planner.present.robust import robust as shown
from planner.present.robust import robust_cases, robust_regret
from planner.present.studies import study_job
from planner.present.view import View
from planner.present.words import words
from planner.runs import jobs
from planner.runs.jobs import JobState
from planner.runs.store import open_store
from planner.scenario import Scenario
from planner.solve import solve
from tests.app.conftest import everything, maps
from tests.app.test_flow import finished


@pytest.mark.parametrize("language", ["en", "sw"])
def test_without_a_plan_the_next_step_is_said(app, language):
    running = app("robust", lang=language)
    assert not running.exception
    assert not running.error
    assert ("Make a plan first", "Tengeneza mpango kwanza")[language == "sw"] in everything(running)


@pytest.fixture
def planned(tmp_path, monkeypatch):
    """A pack of two places and a plan of one branch."""
    folder = two_places(tmp_path).folder
    monkeypatch.setenv("UGATUZI_PACK", str(folder))
    rules = {"branches": {"exactly": 1}}
    scenario = Scenario(name="One", pack=str(folder), rules=rules, solve={"gap": 0.0})
    state = finished(jobs.start(folder, scenario))
    assert state.status == "done"
    return state.kept.id


def test_a_plan_is_looked_at_and_the_look_is_kept(app, planned):
    running = app("robust")
    assert not running.exception
    assert running.selectbox(key="robust.plan").value == planned
    assert "Nothing was asked" in everything(running)
    running.number_input(key="robust.ties").set_value(2)
    running.button(key="robust.start").click().run()
    assert not running.exception
    (job,) = jobs.recent(kind="robust")
    state = finished(job.id)
    assert state.status == "done"
    with open_store() as store:
        study = store.studies.get(state.kept.id)
    assert study.spec["run"] == planned
    assert study.told["plans"]["lost"] == 1
    asked = {"study": state.kept.id}
    for language in ("en", "sw"):
        running = app("robust", lang=language, **asked)
        assert not running.exception
        assert not running.error
        assert running.selectbox(key="robust.study").value == state.kept.id
        text = everything(running)
        for part in (
            ("If a branch closes tomorrow", "Tawi likifungwa kesho"),
            ("Which plan is safest", "Mpango upi ni salama zaidi"),
            ("Regret, case by case", "Majuto, hali kwa hali"),
            ("assumption", "dhana"),
        ):
            assert part[language == "sw"] in text
        assert '"kind"' in maps(running)[0]["feature_group"]


def test_an_older_study_is_shown_where_the_address_asks_for_it(app, planned):
    with open_store() as store:
        run = store.runs.open(planned)
        effort = Effort(Limits(60, 0.0))
        depth = Depth(ties=1, figures=0, lost=False)
        found = robust(run.pack, run.scenario, run.report, effort=effort, depth=depth)
        told = robust_told(found, run.pack, "One")
        studies = []
        for _ in range(2):
            study = store.studies.begin(
                "robust", "One", scenario=run.scenario, pack=run.pack, spec={}, points=()
            )
            store.studies.finish(study, "done", told)
            studies.append(study)
    running = app("robust", study=studies[0])
    assert not running.exception
    assert running.selectbox(key="robust.study").value == studies[0]
    assert "never" not in everything(running)


# -- frames --------------------------------------------------------------------------------


@pytest.fixture
def seen(tmp_path):
    pack = two_places(tmp_path)
    rules = {"branches": {"exactly": 1}}
    scenario = Scenario(name="One", pack=str(pack.folder), rules=rules, solve={"gap": 0.0})
    report = solve(pack, scenario)
    effort = Effort(Limits(60, 0.0))
    found = robust(pack, scenario, report, effort=effort, depth=Depth(ties=3, tolerance=10.0))
    view = View(words("en").of_pack(pack), pack, report.problem)
    return shown.Seen.of(view, robust_told(found, pack, "One"), scenario)


def test_tables_hold_what_was_found(seen):
    sites = shown.sites_table(seen)
    assert len(sites) == len(seen.told["sites"])
    assert set(sites["Chosen"]) <= {"always", "mostly", "sometimes", "only here"}
    (shock,) = robust_cases.shock_table(seen).to_dict("records")
    assert shock["Visits with nowhere to go"] == shock["Visits a year"]
    assert "Visits that find no room" not in shock  # says nothing of any branch
    (loss,) = robust_cases.loss_table(seen).to_dict("records")
    assert loss["Then opens"] != "nothing"
    figures = robust_cases.figures_table(seen)
    assert len(figures) == len(seen.told["ends"])
    assert {"Mark", "Source"} <= set(figures.columns)
    services = shown.services_table(seen)
    assert len(services) == sum(len(site["services"]) for site in seen.told["sites"])


def test_the_matrix_holds_the_regrets(seen):
    regret = seen.told["regret"]
    plans = robust_regret.plans_table(seen)
    assert len(plans) == len(regret["plans"])
    matrix = robust_regret.matrix(seen)
    assert len(matrix) == min(robust_regret.FUTURES, len(regret["futures"]))
    assert "This plan" in matrix.columns
    assert "more visits miss the rules" in " ".join(matrix["This plan"])
    (lead, counted) = robust_regret.sentences_of(seen)
    assert lead.startswith(("This plan is the safest", "Safer is", "As safe"))
    assert counted.startswith(f"{len(regret['plans'])} plans were held")


def test_a_regret_in_words(seen):
    cell = {"breaks_more": False, "missed_more": 0, "low": 0.0, "high": 0.0}
    gap = "\N{NO-BREAK SPACE}"
    assert robust_regret.size(seen, cell) == f"0.00{gap}min"
    visits = seen.told["regret"]["visits_per_year"]
    some = {**cell, "high": 2 * visits}
    assert robust_regret.size(seen, some) == f"0.00{gap}min, at most 2.00{gap}min"
    assert robust_regret.size(seen, {**cell, "high": None}) == f"at least 0.00{gap}min"
    assert robust_regret.size(seen, {**cell, "missed_more": 7}) == "7 more visits miss the rules"
    assert robust_regret.size(seen, {**cell, "breaks_more": True}) == "cannot keep the rules"


def test_what_time_left_out_is_named(seen):
    assert shown.left_out_sentence(seen) == ""
    assert robust_regret.left_out(seen) == []
    left = {
        "ends": seen.told["ends"][:1],
        "sites": ["s1"],
        "futures": seen.told["regret"]["futures"][:1],
        "unsure": [],
    }
    less = shown.Seen(seen.view, {**seen.told, "left_out": left}, seen.figures, seen.names)
    assert "figures low or high: 1; plans without a branch: 1" in shown.left_out_sentence(less)
    said = robust_regret.left_out(less)
    assert len(said) == 3
    assert "All figures as they stand" in said[2]


def test_progress_in_words(seen):
    def said(message: str, status: str = "running") -> str:
        line = Progress(12.0, "solve", message=message)
        job = JobState("x", "One", status, (line,), seconds=12.0)
        return study_job.progress_sentence(seen.view, job, 240.0)

    assert said("plan 3 of at most 10").startswith("Looking for plans almost as good: 3 of at")
    assert said("answers 4 of 54").startswith("Looking for the best plan in other cases: 4 of 54.")
    assert said("futures 4 of 55").endswith("12 s of at most 240 s.")
    assert said("anything else").startswith("Looking for better plans.")
    assert said("", "stopping").startswith("Stopping")


def test_few_plans_are_no_ground_to_build_on(seen):
    def lead_of(plans):
        told = {**seen.told, "plans": {**seen.told["plans"], "all": plans}}
        sites = [{**site, "how": "always"} for site in told["sites"]]
        told |= {"sites": sites}
        return " ".join(shown.lead_sentences(shown.Seen(seen.view, told, seen.figures, seen.names)))

    assert "So few plans say little yet" in lead_of(shown.ADVISES_FROM - 1)
    assert "Start there." not in lead_of(shown.ADVISES_FROM - 1)
    assert "Start there." in lead_of(shown.ADVISES_FROM)
