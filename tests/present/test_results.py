"""Results in words, on the 2025 proposal held against today."""

from dataclasses import replace

import numpy as np
import pytest

from planner.plan import Progress, SolveReport
from planner.present.results import progress, results, results_tables, separations
from planner.present.results.plans_doubled import Doubled
from planner.runs.jobs import JobState
from planner.scenario import Scenario, scenario_from_dict
from tests.present.cases import problem, proposal, today, view


def said(text):
    return text.replace("\xa0", " ")


RULES = Scenario(name="Ours", pack=".")
REPORT = SolveReport(problem(), "optimal", None, 1.0, 1.0, 0.0009, "highs", 1.0, {}, 0.0)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "it is proved that no plan under these rules can beat it by more than 0.09 %"),
        ({"status": "feasible", "gap": 0.031}, "not proved"),
        ({"status": "feasible", "gap": None}, "is not known"),
        ({"status": "infeasible"}, "that is proved"),
        ({"status": "unknown"}, "More time".lower()),
    ],
)
def test_the_status_says_what_is_known(changes, words):
    text = said(results.status_sentence(view(), replace(REPORT, **changes)))
    assert words in text or "Give more time" in text
    assert text.startswith("Best possible") == (changes == {})


def test_cards_tell_the_direction_in_words():
    cards = results.cards(view(), proposal().score, today().score, RULES)
    assert len(cards) == 6
    assert "shorter than today" in cards[0].change
    assert cards[0].tone == "better"
    assert said(cards[3].change) == "14 more than today"


def test_the_card_of_duplicates_says_which_separation_counts():
    own = said(results.cards(view(), proposal().score, None, RULES)[5].note)
    assert own.startswith("within each service's own separation; ")
    rules = scenario_from_dict(
        {"name": "60", "pack": ".", "duplicates": {"separation_km": 60, "separation_dense_km": 20}}
    )
    by_own = Doubled(6, 2)
    both = said(results.cards(view(), proposal().score, None, rules, by_own)[5].note)
    assert both.startswith("within 60 km (20 km in dense areas); ")
    assert both.endswith("; 6 by each service's own separation")


def test_no_duplicates_is_said_with_its_separation():
    rules = scenario_from_dict({"name": "60", "pack": ".", "duplicates": {"separation_km": 60}})
    w = view().words
    none, own = map(said, separations.counted(w, rules, 0, Doubled(6, 2)))
    assert none == "None: no service is offered twice within 60 km."
    assert own == "By each service's own separation: 6 not needed by load, 2 justified by load."
    (alone,) = separations.counted(w, RULES, 3, None)
    assert alone == "Counted within each service's own separation."
    timed = scenario_from_dict({"name": "t", "pack": ".", "duplicates": {"separation_min": 40}})
    assert said(separations.within(w, timed)) == "within 40 min of travel"


def test_cards_without_a_today():
    cards = results.cards(view(), proposal().score, None, RULES)
    assert all(not card.change for card in cards)


def test_areas_gain_and_none_lose_when_branches_are_added():
    table = results_tables.area_table(view(), proposal().score, today().score)
    assert len(table) == 47
    text = results_tables.area_sentence(view(), proposal().score, today().score)
    assert "; more: 0;" in text


def test_hours_saved_are_the_difference_of_the_totals():
    saved = results_tables.hours_saved(problem(), proposal().plan)
    before = today().score.kpis.mean_min * today().score.kpis.visits_per_year / 60
    after = proposal().score.kpis.mean_min * proposal().score.kpis.visits_per_year / 60
    assert saved.sum() == pytest.approx(before - after)
    assert saved[~proposal().plan.is_open].sum() == 0


def test_nothing_is_saved_where_nothing_changes():
    assert np.abs(results_tables.hours_saved(problem(), today().plan)).max() < 1e-6


def job(**changes):
    ticks = (Progress(3.0, "solve", 10.0, 9.0, 0.1, ("047-nyayo-house", "001-mombasa")),)
    given = {"id": "a", "name": "x", "status": "running", "progress": ticks, "seconds": 3.0}
    return JobState(**(given | changes))


def test_progress_in_words():
    text = said(progress.sentence(view(), job(), 120))
    assert text == (
        "Looking for better plans. 3 s of at most 120 s. Best plan so far: 2 branches, "
        "shown below. No plan can beat it by more than 10.0 %."
    )
    assert progress.share_done(job(), 120) == pytest.approx(0.025)


def test_waiting_in_words():
    waiting = job(status="queued", progress=(), position=2)
    assert said(progress.sentence(view(), waiting, 120)) == "Waiting: place 2 in the queue."
    assert progress.latest_plan(()) is None
