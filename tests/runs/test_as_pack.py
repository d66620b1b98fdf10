"""A plan becomes today's network of a new pack, and has the same figures there."""

import csv
import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pytest

from planner.errors import PlannerError
from planner.evaluate import nearest_assignment, score, todays_network
from planner.pack import find_pack, read_pack
from planner.plan import Assignment, Plan, SolveReport
from planner.runs import judge_and_write, read_run
from planner.runs.as_pack import adopt_run, branches_of
from planner.scenario import build, scenario_from_dict
from tests.runs import cases

ON = date(2026, 2, 3)
LIMITS = {"limits": "As if built [1].", "limits_sw": "Kana kwamba."}


@pytest.fixture
def tiny(tmp_path):
    return read_run(cases.write_answer(tmp_path))


def run_of(folder, pack_id, rules, *, formats=None, close=(), overfull=False):
    """A run on a built-in pack: every fourth candidate open too, and everybody at the nearest.

    `overfull`: a third of the visits of each point goes to the branch that is listed first.
    """
    pack = read_pack(find_pack(pack_id))
    scenario = scenario_from_dict({"name": "By hand", "pack": pack_id, **rules})
    problem = build(pack, scenario)
    is_open = problem.existing.copy()
    new = np.flatnonzero(~problem.existing)[::4]
    is_open[new] = True
    gone = np.flatnonzero(problem.existing)[list(close)]
    is_open[gone] = False
    form = np.where(is_open, np.maximum(problem.today_format, 0), -1)
    for j in new:
        may = np.flatnonzero(problem.format_allowed[j])
        form[j] = may[formats % len(may)] if formats is not None else may[0]
    offers = is_open[:, None] & (problem.today | ~problem.existing[:, None])
    offers &= problem.format_services[np.maximum(form, 0)]
    rows = nearest_assignment(problem, is_open, offers)
    if overfull:
        first = np.flatnonzero(is_open & offers.all(axis=1))[0]
        rows = Assignment(
            np.tile(rows.point, 2),
            np.tile(rows.visit_type, 2),
            np.concatenate([rows.site, np.full(rows.site.size, first)]),
            np.concatenate([rows.share * 2 / 3, rows.share / 3]),
        )
    plan = Plan(is_open, offers, rows, form)
    value = score(problem, plan).objective.total
    report = SolveReport(problem, "feasible", plan, value, None, None, "highs", 1.0, {}, 10.0)
    out = judge_and_write(
        report, pack, scenario, folder / "run", created=datetime(2026, 1, 1, tzinfo=UTC)
    )
    return read_run(out)


CASES = {
    "plain": ("immigration", {}, {}),
    "formats": ("immigration", {"rules": {"formats": ["desk", "full"]}}, {"formats": 1}),
    "no formats": ("one-stop", {"rules": {"formats": "off"}}, {}),
    "own formats": ("one-stop", {}, {"formats": 1, "close": (3,)}),
    "capacity": ("immigration", {"rules": {"capacity": "soft", "existing": "may_close"}},
                 {"overfull": True, "close": (4,)}),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_today_of_the_new_pack_scores_as_the_plan_did(tmp_path, name):
    pack_id, rules, shape = CASES[name]
    run = run_of(tmp_path, pack_id, rules, **shape)
    made = adopt_run(run, tmp_path / "new", on=ON, limits=LIMITS)
    assert made.otherwise == ()
    pack = read_pack(made.folder)
    problem = build(pack, run.scenario)
    today = todays_network(problem)
    was, plan = run.score, run.report.plan
    assert (today.is_open == plan.is_open).all()
    assert (today.offers == plan.offers).all()
    now = score(problem, replace(today, assignment=plan.assignment))
    # what stands costs nothing any more; all else is the same to the last digit
    assert now.kpis.capital_kes == 0
    assert (was.kpis.capital_kes > 0) == (name != "no formats")
    if name != "no formats":  # there the rules leave out what the branch is written as
        assert (today.format == plan.format).all()
    assert replace(now.kpis, capital_kes=was.kpis.capital_kes) == was.kpis
    assert now.areas == was.areas
    assert now.duplicates == was.duplicates
    assert (made.nearest == ()) == (name != "capacity")
    if name == "capacity":
        assert score(problem, today).kpis.mean_min < was.kpis.mean_min


def test_a_row_that_changes_keeps_its_source_and_tells_the_plan(tiny, tmp_path):
    made = adopt_run(tiny, tmp_path / "new", on=ON, limits=LIMITS)
    rows = {r["id"]: r for r in csv.DictReader((made.folder / "sites.csv").open(encoding="utf-8"))}
    new = rows["013-chuka" if tiny.report.plan.is_open[0] else "021-town"]
    assert new["status"] == "existing"
    assert new["confidence"] == "assumption"
    assert new["source"].startswith("gazette; ")
    assert f"the plan Three offices (run {tiny.id})" in new["source"]
    assert "2026-02-03" in new["source"]
    assert rows["099-voi"]["source"] == "gazette"
    assert rows["099-voi"]["confidence"] == "found"
    told = tomllib.loads((made.folder / "pack.toml").read_text(encoding="utf-8"))
    assert told["limits"] == [LIMITS["limits"]]
    assert told["limits_sw"] == [LIMITS["limits_sw"]]
    assert read_pack(tiny.pack.folder).limits == ()  # the pack itself stays as it is


def test_a_closed_branch_becomes_a_place_for_one_and_says_what_it_would_cost(tiny, tmp_path):
    branches = branches_of(tiny)
    del branches["028-iten"]
    made = adopt_run(tiny, tmp_path / "new", on=ON, limits={}, branches=branches)
    site = next(each for each in read_pack(made.folder).sites if each.id == "028-iten")
    assert site.status == "candidate"
    assert site.services_today == ()
    assert any("028-iten" in note and "cost" in note for note in made.notes)


def test_a_run_without_a_plan_is_refused(tiny, tmp_path):
    empty = replace(tiny, report=replace(tiny.report, plan=None, status="infeasible"))
    with pytest.raises(PlannerError, match="no plan"):
        adopt_run(empty, tmp_path / "new", on=ON, limits={})
    assert not (tmp_path / "new").exists()


def test_limits_are_put_after_those_of_the_pack(tmp_path):
    run = run_of(tmp_path, "immigration", {})
    made = adopt_run(run, tmp_path / "new", on=ON, limits=LIMITS)
    before, after = find_pack("immigration") / "pack.toml", made.folder / "pack.toml"
    was, now = (tomllib.loads(each.read_text(encoding="utf-8")) for each in (before, after))
    assert now["limits"] == [*was["limits"], LIMITS["limits"]]
    assert {k: v for k, v in now.items() if "limits" not in k} == {
        k: v for k, v in was.items() if "limits" not in k
    }
    assert "# what the travel model is held against" in after.read_text(encoding="utf-8")
