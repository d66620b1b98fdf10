"""What is said of plans that are computed at the first start, and of a job's place in the queue."""

import pytest

from planner.present import first
from planner.present.first import sentence
from planner.present.results import progress
from planner.present.session import Case
from planner.present.words import words
from planner.runs.first import FirstState
from planner.runs.jobs import JobState, JobStatus
from tests.present.cases import pack, problem, view


@pytest.mark.parametrize("language", ["en", "sw"])
def test_the_notice_counts_while_it_runs_and_is_silent_when_nobody_need_know(language):
    w = words(language)
    said = sentence(w, FirstState("running", 3, 6), was_told=False)
    assert "3" in said
    assert "6" in said
    assert sentence(w, FirstState("off"), was_told=True) == ""
    assert sentence(w, FirstState("done", 6, 6), was_told=False) == ""
    assert "6" in sentence(w, FirstState("done", 6, 6), was_told=True)
    failed = sentence(w, FirstState("failed", 5, 6, "today: no"), was_told=False)
    assert w("first.again") in failed
    assert "today: no" not in failed  # stands beside it, in full


@pytest.mark.parametrize("language", ["en", "sw"])
def test_plans_that_wait_or_were_stopped_are_told(language):
    w = words(language)
    assert "6" in sentence(w, FirstState("waiting", 0, 6), was_told=False)
    assert sentence(w, FirstState("waiting", 0, 1), was_told=False) == w("first.waiting_one", n=1)
    assert "2" in sentence(w, FirstState("stopped", 2, 6), was_told=False)


def test_only_the_pack_that_everybody_sees_first_begins_by_itself(monkeypatch):
    told = {"look": FirstState("running", 1, 6), "seen": FirstState("waiting", 0, 6)}
    monkeypatch.setattr(first.first, "is_on", lambda: True)
    monkeypatch.setattr(first.first, "look", lambda *_: told["look"])
    monkeypatch.setattr(first.first, "seen", lambda *_: told["seen"])
    monkeypatch.setattr(first.session, "case", lambda: Case(pack(), problem(), {}, {}))
    monkeypatch.setattr(first.session, "case_key", lambda: "x")
    monkeypatch.setattr(first, "_fingerprint", lambda _: "0" * 16)
    for is_default, expected in ((True, "running"), (False, "waiting")):
        monkeypatch.setattr(first.session, "is_default_pack", lambda is_it=is_default: is_it)
        assert first.look().status == expected
    told["look"] = FirstState("waiting", 0, 6)
    monkeypatch.setattr(first.session, "is_default_pack", lambda: True)
    assert first.look().status == "off"


@pytest.mark.parametrize("language", ["en", "sw"])
@pytest.mark.parametrize("status", JobStatus.__args__)
def test_every_status_of_a_job_has_words(language, status):
    assert words(language)(f"job.{status}")


def test_a_waiting_job_names_what_is_before_it_as_plain_text():
    state = JobState("0" * 16, "x", "queued", position=2, before=("One", "**:red[Two]**"))
    said = progress.sentence(view(), state, None)
    assert said.startswith("Waiting: place 2 in the queue. Before it: “One”, ")
    assert "**" not in said.replace("\\*", "")
    assert progress.sentence(view(), JobState("0" * 16, "x", "keeping"), None).startswith(
        "The best"
    )
