"""Each change that is told as helping makes a plan possible when the scenario is changed so."""

from __future__ import annotations

import pytest
from runs.cases import CREATED, scenario, write_pack

from planner.insight.mending import keys_of
from planner.optimize import Limits, find_plan
from planner.pack import read_pack
from planner.plan import Change
from planner.runs import read_run, write_run
from planner.scenario import build
from planner.scenario.change import with_keys
from planner.solve import solve

EXACT = Limits(20, 0.0)
CASES = {
    "too few branches for today's": (
        {"rules": {"branches": {"exactly": 1}}},
        {"branches", "close", "existing"},
    ),
    "more branches than sites": ({"rules": {"branches": {"min": 9, "max": 9}}}, {"branches"}),
    "no new ones for the floor": (
        {"rules": {"branches": {"new_max": 0}, "branches_per_area": {"min": 1}}},
        {"new", "floor"},
    ),
    "a floor of a named area": (
        {"rules": {"branches": {"max": 3}, "branches_per_area": {"areas": {"Murang'a": 2}}}},
        {"floor_area"},
    ),
    "a floor of a service and money": (
        {
            "rules": {
                "annual_kes": {"max": 7_000_000},
                "branches_per_area": {"services": {"permit": 1}},
            }
        },
        {"budget", "floor_service"},
    ),
    "money for today's branches": (
        {"rules": {"annual_kes": {"max": 1_000_000}}},
        {"budget"},
    ),
    "money of a division": (
        {"rules": {"annual_kes": {"divisions": {"Travel": 1}}}},
        {"budget"},
    ),
    "a share that is too large": (
        {
            "rules": {"branches": {"exactly": 2}},
            "standards": {"passport": {"share": 0.9, "within_min": 60}},
        },
        {"share", "minutes", "branches"},
    ),
    "shares of areas": (
        {
            "rules": {"branches": {"exactly": 3}},
            "standards": {"passport": {"share": 0.9, "areas": {"013": 0.8}, "within_min": 60}},
        },
        {"share", "minutes", "branches", "close", "existing"},
    ),
    "neighbours forbidden": (
        {
            "rules": {"branches_per_area": {"min": 1}, "mix": "free"},
            "duplicates": {"rule": "forbid", "separation_km": 900, "justified_by_load": False},
        },
        {"cap", "price", "separation", "floor"},
    ),
    "a lock against a count": (
        {
            "rules": {"branches": {"max": 2}},
            "sites": {"open": ["013-chuka"], "closed": ["021-town"]},
        },
        {"unlock", "branches", "existing", "close"},
    ),
    "an offer that money forbids": (
        {
            "rules": {"annual_kes": {"max": 7_000_000}},
            "sites": {"offer": {"028-iten": ["permit"]}},
        },
        {"unlock", "budget", "existing", "close"},
    ),
    "capacity": (
        {"rules": {"capacity": "hard"}, "sites": {"closed": ["099-voi", "021-town"]}},
        {"capacity", "unlock"},
    ),
}


@pytest.fixture(scope="module")
def pack(tmp_path_factory):
    return read_pack(write_pack(tmp_path_factory.mktemp("pack") / "tiny"))


@pytest.mark.parametrize("name", CASES)
def test_each_change_by_itself_makes_a_plan_possible(pack, name):
    changes, kinds = CASES[name]
    asked = scenario(str(pack.folder), **changes)
    answer = find_plan(build(pack, asked), EXACT)
    assert answer.status == "infeasible"
    told = [change for clash in answer.clashes for change in clash.changes]
    assert {each.what for each in told} == kinds
    for change in told:
        keys = keys_of(change, asked, pack)
        assert keys, change
        mended = with_keys(asked, keys)
        assert find_plan(build(pack, mended), EXACT).plan is not None, change


def test_changes_of_rules_that_are_there_no_more_set_nothing(pack):
    plain = scenario(str(pack.folder))
    for change in (
        Change("unlock", {"rule": "open", "site": "013-chuka"}),
        Change("unlock", {"rule": "offer", "site": "028-iten", "service": "permit"}),
        Change("share", {"service": "passport", "to": 0.5}),
        Change("minutes", {"service": "passport", "to": 90}),
    ):
        assert keys_of(change, plain, pack) == {}


def test_a_run_keeps_the_changes(pack, tmp_path):
    asked = scenario(str(pack.folder), rules={"branches": {"exactly": 1}})
    report = solve(pack, asked)
    folder = write_run(report, None, None, pack, asked, tmp_path / "run", created=CREATED)
    read = read_run(folder).report.clashes
    assert read == report.clashes
    assert any(clash.changes for clash in read)
