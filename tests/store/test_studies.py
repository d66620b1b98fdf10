from __future__ import annotations

import subprocess
import sys

import pytest

from planner.errors import PlannerError
from planner.runs.store import StudyPoint, Subject
from planner.scenario import parse_scenario
from tests.runs import cases

POINTS = (
    StudyPoint(0, {"rules.branches.max": 2}),
    StudyPoint(1, {"rules.branches.max": 3}),
)


@pytest.fixture
def begun(store, pack):
    return store.studies.begin(
        "sweep",
        "Branches",
        scenario=cases.scenario(str(pack.folder)),
        pack=pack,
        spec={"key": "rules.branches.max", "values": [2, 3]},
        points=POINTS,
        author="Otieno",
    )


def test_a_study_begins_with_points_that_wait(store, begun, pack):
    study = store.studies.get(begun)
    assert (study.kind, study.name, study.status, study.author) == (
        *("sweep", "Branches", "running"),
        "Otieno",
    )
    assert study.points == POINTS
    assert study.spec == {"key": "rules.branches.max", "values": [2, 3]}
    assert study.told is None
    assert study.created == study.changed
    assert parse_scenario(study.scenario) == cases.scenario("tiny")
    assert (study.pack_id, study.pack) == ("tiny", store.packs.keep(pack))


def test_points_are_kept_one_by_one(store, begun):
    done = StudyPoint(1, POINTS[1].values, "a" * 16, "optimal", "", {"is_dominated": False})
    store.studies.set_point(begun, done)
    study = store.studies.get(begun)
    assert study.points == (POINTS[0], done)
    assert study.changed > study.created
    assert study.status == "running"


def test_a_point_that_failed_has_no_run_and_says_why(store, begun):
    failed = StudyPoint(0, POINTS[0].values, None, "failed", "The disk is full.")
    store.studies.set_point(begun, failed)
    assert store.studies.get(begun).points == (failed, POINTS[1])


def test_a_point_that_was_kept_survives_the_end_of_its_process(store, url, begun):
    code = (
        "import os, signal\n"
        "from planner.runs.store import StudyPoint, open_store\n"
        f"store = open_store({url!r})\n"
        f"store.studies.set_point('{begun}', StudyPoint(0, {{}}, None, 'failed', 'why'))\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], check=False)
    assert ended.returncode == -9
    assert store.studies.get(begun).points[0] == StudyPoint(0, {}, None, "failed", "why")


def test_the_end_and_what_came_of_it(store, begun):
    store.studies.finish(begun, "done", {"frontier": [0, 1], "infinite": float("inf")})
    study = store.studies.get(begun[:8])
    assert study.status == "done"
    assert study.told == {"frontier": [0, 1], "infinite": None}


def test_lists(store, begun, pack):
    scenario = cases.scenario(str(pack.folder))
    other = store.studies.begin("robust", "R", scenario=scenario, pack=pack, spec={}, points=())
    store.notes.tag(Subject("study", begun), "board")
    ids = lambda **asked: [study.id for study in store.studies.list(**asked)]  # noqa: E731
    assert ids() == [other, begun]
    assert ids(kind="robust") == [other]
    assert ids(tag="board") == [begun]
    assert store.studies.list(tag="board")[0].points == POINTS
    store.studies.remove(begun)
    assert ids() == [other]
    assert ids(removed=True) == [begun]
    store.studies.restore(begun)
    assert ids() == [other, begun]


def test_wrong_use_is_told(store, begun, pack):
    with pytest.raises(PlannerError, match="no point 7"):
        store.studies.set_point(begun, StudyPoint(7, {}))
    with pytest.raises(PlannerError, match="expected running, done"):
        store.studies.finish(begun, "over")
    with pytest.raises(PlannerError, match="no study whose id"):
        store.studies.get("0" * 16)
    scenario = cases.scenario(str(pack.folder))
    with pytest.raises(PlannerError, match="numbered from 0"):
        store.studies.begin(
            "sweep", "x", scenario=scenario, pack=pack, spec={}, points=(StudyPoint(1, {}),)
        )
    with pytest.raises(PlannerError, match="expected sweep, roadmap"):
        store.studies.begin("walk", "x", scenario=scenario, pack=pack, spec={}, points=())
