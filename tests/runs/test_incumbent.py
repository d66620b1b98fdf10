"""The best plan of a running solve, on disk: whole or not at all, and what a keeper makes of it."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from planner.optimize import Limits, find_plan
from planner.plan import Incumbent, Progress
from planner.runs import endings, incumbent, keeper, read_run
from planner.runs.incumbent import BestPlan, read_best
from planner.runs.jobfiles import Ending, JobFolder, JobSpec
from planner.runs.jobs import state_of
from planner.runs.verify import verify
from planner.scenario import build, scenario_toml
from planner.solve import solve
from tests.runs import cases


@pytest.fixture
def job(home, pack_folder):
    """A job whose process is gone, and that was asked to stop before."""
    job = JobFolder(home / "jobs" / "0123456789abcdef")
    job.path.mkdir(parents=True)
    text = scenario_toml(cases.scenario())
    job.write_spec(JobSpec(job.id, "Three offices", time.time(), str(pack_folder), text))
    job.note_ending(Ending("stop"))
    job.take_over()
    return job


@pytest.fixture
def best(pack):
    report = cases.answer(pack, cases.scenario())
    return Incumbent(report.plan, report.objective, report.objective * 0.5)


def keep(job, best, pack_folder):
    from planner.pack.fingerprint import print_of

    job.write_pack_print(print_of(pack_folder).fingerprint)
    with BestPlan(job.best) as writer:
        writer.take(best)
    return keeper.run(job)


def test_what_is_read_is_what_was_written(tmp_path, best):
    counters = np.array([[0, 0], [0, 2], [1, 0], [3, 3]])
    for each in (best, replace(best, plan=replace(best.plan, counters=counters), bound=None)):
        with BestPlan(tmp_path / "best.npz") as writer:
            writer.take(each)
        found = read_best(tmp_path / "best.npz")
        assert (found.objective, found.bound, found.shortfall) == (
            each.objective, each.bound, each.shortfall,
        )  # fmt: skip
        for name in ("is_open", "offers", "format", "counters"):
            assert np.array_equal(getattr(found.plan, name), getattr(each.plan, name))
        for name in ("point", "visit_type", "site", "share"):
            wanted = getattr(each.plan.assignment, name)
            assert np.array_equal(getattr(found.plan.assignment, name), wanted)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x80\x04N.", b"x" * 2000])
def test_a_damaged_file_is_no_plan(tmp_path, best, content):
    path = tmp_path / "best.npz"
    assert read_best(path) is None
    path.write_bytes(content)
    assert read_best(path) is None
    with BestPlan(path) as writer:
        writer.take(best)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert read_best(path) is None


def test_objects_are_not_unpacked(tmp_path):
    np.savez(tmp_path / "best.npz", is_open=np.array([{}], dtype=object))
    assert read_best(tmp_path / "best.npz") is None


def test_a_rush_of_plans_is_thinned_and_the_last_is_there(tmp_path, best, monkeypatch):
    written = []
    whole = incumbent.replace_file
    monkeypatch.setattr(incumbent, "replace_file", lambda *told: (written.append(1), whole(*told)))
    monkeypatch.setattr(incumbent, "EVERY_S", 0.2)
    path = tmp_path / "best.npz"
    with BestPlan(path) as writer:
        for n in range(200):
            writer.take(replace(best, objective=1000.0 - n))
        assert read_best(path).objective == 1000.0  # the first at once
        end = time.monotonic() + 10
        while read_best(path).objective != 801.0:  # the last follows, while the solver is silent
            assert time.monotonic() < end
            time.sleep(0.02)
        assert len(written) <= 4
        writer.take(replace(best, objective=7.0))
    assert read_best(path).objective == 7.0


def test_a_full_disk_costs_nothing_but_the_copy(tmp_path, best):
    with BestPlan(tmp_path / "nowhere" / "best.npz") as writer:
        writer.take(best)


def test_a_search_tells_each_better_plan_and_the_last_is_the_answer(pack):
    problem = build(pack, cases.scenario())
    told = []
    answer = find_plan(problem, Limits(seconds=20), on_plan=told.append)
    assert told
    values = [each.objective for each in told]
    assert values == sorted(values, reverse=True)
    assert told[-1].objective == pytest.approx(answer.objective, rel=1e-9)
    assert all(each.bound is None or each.bound <= each.objective for each in told)


def test_every_plan_that_is_told_passes_the_judge(pack):
    told = []
    for rules in (
        cases.scenario(),
        cases.scenario(rules={"branches": {"max": 3}, "capacity": "soft"}),
    ):
        solve(pack, rules, on_plan=told.append)
    from planner.evaluate import score

    for each in told[: len(told)]:
        assert each.plan.is_open.any()
    problem = build(pack, cases.scenario())
    for each in told:
        judged = score(problem, each.plan)
        assert not judged.violations
        assert judged.objective.total == pytest.approx(each.objective, rel=1e-9)


def test_the_plan_is_kept_with_the_last_bound_of_its_own_question(job, best, pack_folder):
    job.add_progress(Progress(1.0, "solve", None, best.objective * 0.99))  # before this plan
    job.add_progress(Progress(2.0, "solve", best.objective, best.objective * 0.8))
    job.add_progress(Progress(3.0, "solve", best.objective, best.objective * 0.9))
    assert keep(job, best, pack_folder) == 0
    state = state_of(job)
    assert (state.status, state.kind) == ("done", "solve")
    assert state.message == endings.kept_words(Ending("stop"))
    run = read_run(state.run)
    assert run.report.status == "feasible"
    assert run.report.objective == pytest.approx(best.objective)
    assert run.report.bound == pytest.approx(best.objective * 0.9)
    assert run.report.gap == pytest.approx(0.1)
    assert endings.kept_words(Ending("stop")) in run.report.notes
    assert verify(state.run).agrees
    assert state.kept is not None  # and it is in the store


def test_a_plan_that_breaks_a_rule_is_not_kept_and_that_is_said(job, best, pack_folder):
    rows = best.plan.assignment
    half = replace(best.plan, assignment=replace(rows, share=rows.share * 0.5))
    assert keep(job, replace(best, plan=half), pack_folder) == 1
    state = state_of(job)
    assert (state.status, state.run) == ("failed", None)
    assert "could not be kept: it does not pass the independent check" in state.message


def test_a_plan_of_other_data_is_not_kept(job, best, pack_folder):
    rows = best.plan.assignment
    far = replace(best.plan, assignment=replace(rows, site=rows.site + 99))
    assert keep(job, replace(best, plan=far), pack_folder) == 1
    assert "does not belong to these data" in state_of(job).message


def test_a_plan_that_cannot_be_read_is_told(job, pack_folder):
    job.best.write_bytes(b"nothing")
    job.write_pack_print("0" * 16)
    assert keeper.run(job) == 1
    assert "it cannot be read" in state_of(job).message
