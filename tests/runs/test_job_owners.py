"""Whose a job is: others see it unless it is private, and only its owner stops it."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from planner.pack.own import keep_pack, set_private
from planner.pack.own_note import own_root
from planner.people import NotYoursError, Person, acting_as
from planner.runs import adopt, jobs, launch
from planner.runs.jobfiles import JobFolder
from planner.runs.store import open_store
from tests.runs import cases

STUB = str(Path(__file__).with_name("stub_worker.py"))
AMINA, BARAKA = Person("amina", "Amina W."), Person("baraka", "Baraka O.")
pytestmark = pytest.mark.skipif(os.name == "nt", reason="ends processes by POSIX signals")


@pytest.fixture
def hers(home, pack_folder, monkeypatch):
    """Begin a job of Amina's; whatever is left is ended after the test."""
    monkeypatch.setattr(launch, "WORKER", (STUB,))
    monkeypatch.delenv("UGATUZI_STORE", raising=False)
    monkeypatch.setenv("STUB_SOLVER", "quick")
    begun = []

    def begin(solver, **options):
        monkeypatch.setenv("STUB_SOLVER", solver)
        with acting_as(AMINA):
            begun.append(jobs.start(pack_folder, cases.scenario(str(pack_folder)), **options))
        return begun[-1]

    yield begin
    for job_id in begun:
        jobs.forget(job_id)


def over(job_id):
    end = time.monotonic() + 20
    while time.monotonic() < end:
        state = jobs.poll(job_id)
        if state.is_over:
            return state
        time.sleep(0.05)
    pytest.fail(str(state))


def test_others_see_a_job_and_do_not_stop_it(hers):
    job = hers("patient")
    with acting_as(BARAKA):
        state = jobs.poll(job)
        assert (state.is_mine, state.owner_name) == (False, "Amina W.")
        assert [each.id for each in jobs.recent()] == [job]
        for end in (jobs.stop, jobs.forget):
            with pytest.raises(NotYoursError, match=r"Amina W\."):
                end(job)
    assert not JobFolder(jobs.home() / "jobs" / job).is_asked_to_stop
    with acting_as(AMINA):
        assert jobs.poll(job).is_mine
        jobs.stop(job)


def test_a_private_job_is_told_to_others_only_as_not_theirs(hers):
    job = hers("patient", is_private=True)
    with acting_as(BARAKA):
        state = jobs.poll(job)
        assert (state.status, state.name, state.progress) == ("unknown", "", ())
        assert "belongs to Amina W., who keeps it private" in state.message
        assert jobs.recent() == ()
        with pytest.raises(NotYoursError):
            jobs.stop(job)
    assert jobs.poll(job).name


def test_a_waiting_job_does_not_name_private_ones_before_it(hers, home):
    job = hers("patient", is_private=True)
    with acting_as(BARAKA):
        assert jobs._name(job) == ""
    with acting_as(AMINA):
        assert jobs._name(job) == "Three offices"


def test_the_run_of_a_job_is_its_owners_whoever_looks_first(hers):
    job = hers("quick", is_private=True)
    over(job)
    folder = JobFolder(jobs.home() / "jobs" / job)
    (folder.path / "kept.json").unlink(missing_ok=True)
    with acting_as(BARAKA):
        adopt.adopt_finished()
    with open_store() as store:
        (run,) = store.runs.list()
    assert (run.owner.id, run.owner.is_private, run.author) == ("amina", True, "Amina W.")


def test_a_job_on_a_private_pack_is_private(hers, home, pack_folder):
    with acting_as(AMINA):
        kept = keep_pack(own_root(), pack_folder, name="Hers")
        set_private(own_root(), kept.id, is_private=True)
        job = jobs.start(kept.folder, cases.scenario(str(kept.folder)))
    assert JobFolder(jobs.home() / "jobs" / job).spec().is_private
    over(job)
    jobs.forget(job)


def test_what_runs_in_the_background_is_everybodys(hers):
    job = hers("patient", is_background=True)
    with acting_as(BARAKA):
        assert jobs.poll(job).is_mine


def test_jobs_from_before_owners_are_everybodys(hers):
    job = hers("patient", is_private=True)
    file = jobs.home() / "jobs" / job / "job.json"
    told = json.loads(file.read_bytes())
    for name in ("owner", "owner_name", "is_private"):
        del told[name]
    file.write_text(json.dumps(told))
    with acting_as(BARAKA):
        jobs.stop(job)
