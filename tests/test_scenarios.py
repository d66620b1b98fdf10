"""The built-in scenarios, each solved once: what is told of them holds."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import fields, replace
from functools import cache

import numpy as np
import pytest

from planner.cli import main
from planner.evaluate import duplicate_pairs, nearest_assignment, score
from planner.pack import find_pack, read_pack
from planner.plan import Plan, SolveReport
from planner.problem import Rules
from planner.runs import judge_and_write
from planner.runs.verify import verify
from planner.scenario import Scenario, build, phase_scenarios, read_scenario
from planner.solve import solve

FOLDER = find_pack("immigration") / "scenarios"
NAMES = sorted(path.stem for path in FOLDER.glob("*.toml"))


@pytest.fixture(scope="session")
def pack():
    return read_pack(find_pack("immigration"))


def scenario_of(name: str) -> Scenario:
    return read_scenario(FOLDER / f"{name}.toml")


@pytest.fixture(scope="session")
def solved(pack) -> Callable[[str], SolveReport]:
    """The report of a built-in scenario; each is solved once, when first asked for."""
    return cache(lambda name: solve(pack, scenario_of(name)))


def told_truly(report: SolveReport) -> None:
    """Judged anew, the plan keeps every rule, and the figures fit one another."""
    judged = score(report.problem, report.plan)
    assert judged.violations == ()
    assert judged.objective.total == pytest.approx(report.objective, rel=1e-9)
    assert 0 < report.bound <= report.objective
    assert report.gap == pytest.approx((report.objective - report.bound) / report.objective)
    assert (report.status == "optimal") == (report.gap <= 0.001)


def test_these_are_there():
    assert NAMES == [
        "best-14-more",
        "best-14-more-mixed",
        "capacity",
        "counters-by-service",
        "divisions",
        "fair-tail",
        "formats",
        "head-office",
        "impossible",
        "least-total-cost",
        "may-close",
        "minutes-apart",
        "no-duplicates-60km",
        "north-first",
        "one-per-county",
        "passports-everywhere",
        "proposal-2025",
        "roadmap",
        "single",
        "standards",
        "today",
    ]


@pytest.mark.parametrize("name", NAMES)
def test_every_one_fits_the_pack_and_says_what_it_is(pack, name):
    scenario = scenario_of(name)
    assert scenario.description.endswith(".")
    assert len(build(pack, scenario).fingerprint) == 16


def test_every_rule_is_used_by_one_of_them(pack):
    """But for what the built-in data has no figures for: a division's capital."""
    every = {entry.name for entry in fields(Rules)}
    built = [build(pack, scenario_of(name)).rules for name in NAMES]
    used = {
        name
        for name in every
        if any(getattr(rules, name) != getattr(Rules(), name) for rules in built)
    }
    assert every - used == {"division_capital_max_kes"}


def test_each_phase_of_the_roadmap_fits_the_pack(pack):
    phases = phase_scenarios(scenario_of("roadmap"))
    problems = [build(pack, phase) for phase in phases]
    assert [problem.rules.branches_max for problem in problems] == [14, 19, 24]
    budgets = [problem.rules.capital_max_kes for problem in problems]
    assert budgets == sorted(budgets)
    new = [most - 10 for most in (14, 19, 24)]
    assert all(52e6 * count <= money for count, money in zip(new, budgets, strict=True))


def test_no_two_ask_the_same(pack):
    asked = {build(pack, scenario_of(name)).fingerprint for name in NAMES}
    assert len(asked) == len(NAMES)


def test_today(solved):
    report = solved("today")
    told_truly(report)
    assert (report.status, report.gap) == ("optimal", pytest.approx(0, abs=1e-9))
    kpis = score(report.problem, report.plan).kpis
    assert (kpis.branches, kpis.annual_kes, kpis.capital_kes) == (10, 179_500_000, 0)
    assert kpis.mean_min == pytest.approx(120.9, abs=0.05)
    assert kpis.areas_without_branch == 37
    assert (report.plan.is_open == report.problem.existing).all()
    assert (report.plan.offers == report.problem.today & report.plan.is_open[:, None]).all()
    assert pairs_within(report, 60) == 0
    opened = np.flatnonzero(report.plan.is_open)
    near = report.problem.site_km[np.ix_(opened, opened)] + np.diag([np.inf] * opened.size)
    assert near.min() == pytest.approx(82.5, abs=0.5)


def test_everything_at_the_head_office(solved):
    """Three times the travel of today, for an eighth of the cost."""
    report = solved("head-office")
    told_truly(report)
    assert report.problem.site_ids[int(np.flatnonzero(report.plan.is_open)[0])] == "047-nyayo-house"
    kpis = score(report.problem, report.plan).kpis
    assert (report.status, kpis.branches, kpis.offerings) == ("optimal", 1, 6)
    assert kpis.unserved_visits_per_year == 0
    assert (kpis.annual_kes, kpis.capital_kes) == (20_800_000, 0)
    assert kpis.mean_min == pytest.approx(341.1, abs=0.05)


def pairs_within(report: SolveReport, km: float) -> int:
    pairs = duplicate_pairs(report.problem, report.plan, km)
    return len({(pair.site_a, pair.site_b) for pair in pairs})


def test_by_the_mode_that_costs_each_customer_least(solved):
    """What is best in minutes is not better in money, people travelling as they would."""
    report, other = solved("best-14-more-mixed"), solved("best-14-more").plan
    told_truly(report)
    problem = report.problem
    assert problem.travel.mode == "mixed"
    rows = nearest_assignment(problem, other.is_open, other.offers)
    judged = score(problem, Plan(other.is_open, other.offers, rows, other.format))
    assert judged.violations == ()
    assert judged.objective.total >= report.bound
    assert problem.minutes.sum() != solved("best-14-more").problem.minutes.sum()


def test_the_proposal(solved):
    report = solved("proposal-2025")
    told_truly(report)
    assert report.status == "optimal"
    kpis = score(report.problem, report.plan).kpis
    assert (kpis.branches, kpis.annual_kes) == (24, 390_900_000)
    assert (pairs_within(report, 60), pairs_within(report, 30)) == (21, 8)


def test_the_impossible_is_told_soon_with_the_county_and_the_rules(tmp_path, capsys):
    begin = time.monotonic()
    assert main(["solve", "impossible", "--out", str(tmp_path / "run"), "--json"]) == 3
    assert time.monotonic() - begin < 10
    out, err = capsys.readouterr()
    info = json.loads(out)
    assert (info["status"], info["branches"]) == ("infeasible", [])
    told = {clash["rule"]: clash for clash in info["clashes"]}
    assert set(told) == {"rules.branches_per_area", "duplicates.rule", "rules.existing"}
    assert "Vihiga" in told["rules.branches_per_area"]["text"]
    assert "within 60 km by road" in told["duplicates.rule"]["text"]
    assert told["rules.existing"]["text"].endswith("already: 042-kisumu.")
    for clash in info["clashes"]:
        assert clash["repair"]
        assert f"- {clash['rule']}: {clash['text']} {clash['repair']}" in err


def test_the_best_fourteen_more(solved, pack, tmp_path):
    report = solved("best-14-more")
    told_truly(report)
    kpis = score(report.problem, report.plan).kpis
    assert kpis.branches == 24
    assert kpis.annual_kes <= 450_000_000
    assert report.plan.is_open[report.problem.existing].all()
    assert kpis.mean_min < 65
    mixes = Counter(tuple(row.tolist()) for row in report.plan.offers[report.plan.is_open])
    assert len(mixes) >= 3
    assert report.gap < 0.05
    run = judge_and_write(report, pack, scenario_of("best-14-more"), tmp_path / "run")
    assert verify(run).differences == ()


def test_the_least_total_cost(solved):
    report = solved("least-total-cost")
    told_truly(report)
    judged = score(report.problem, report.plan)
    parts = judged.objective
    assert parts.branches == judged.kpis.annual_kes
    assert judged.kpis.branches > 10
    today = solved("today")
    same_question = replace(today.problem, rules=report.problem.rules)
    same_question = replace(same_question, impedance=report.problem.impedance)
    assert parts.total < score(same_question, today.plan).objective.total
    assert report.gap < 0.05
