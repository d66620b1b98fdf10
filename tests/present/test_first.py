"""What is said of plans that are computed at the first start, and of a job's place in the queue."""

import pytest

from planner.present.first import sentence
from planner.present.results import progress
from planner.present.words import words
from planner.runs.first import FirstState
from planner.runs.jobs import JobState, JobStatus
from tests.present.cases import view


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
