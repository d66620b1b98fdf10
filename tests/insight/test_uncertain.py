"""Uncertain figures: what counts as one, one at a time, drawn together, and solved again."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from pack.tiny import write

from insight.uncertain_case import (
    DEMAND,
    EVEN,
    ONE_BRANCH,
    TWO_PLACES,
    kind,
    link,
    travel,
    two_places,
)
from planner.cli import main
from planner.errors import EXIT_DONE, EXIT_USAGE
from planner.insight import Effort
from planner.insight.assumptions import assumptions
from planner.insight.resolved import core_of, questions_of, resolve
from planner.insight.sampled import draw, sampled
from planner.insight.uncertain import Kept, one_at_a_time, rebuilt
from planner.optimize import Limits
from planner.pack import find_pack, read_pack
from planner.scenario import Scenario, build
from planner.scenario.travel import travel_of
from planner.solve import solve

LIMITS = Limits(30, 0.0)


def solved(pack, scenario=ONE_BRANCH):
    report = solve(pack, scenario)
    return report, Kept(pack, scenario, report.plan)


# -- which figures there are ----------------------------------------------------------------


def of_pack(pack):
    """What varies, without the planner's own figures of counters and opening."""
    return {
        each.key: each for each in assumptions(pack) if each.key.startswith(("demand", "travel"))
    }


def test_a_figure_behind_two_visit_types_is_one_and_certain_ones_are_none(tmp_path):
    demand = (
        'facts = "facts.csv"\n'
        + kind("get_card", "population", link("people", 50, 100, 200), link("share", 1, 1, 1))
        + kind("get_deed", "population", link("people", 50, 100, 200), link("papers", 1, 2, 3))
    )
    found = of_pack(two_places(tmp_path, demand))
    assert [each.name for each in found.values()] == ["people", "papers"]
    people, papers = found.values()
    assert people.owners == ("get_card", "get_deed")
    assert len(people.places) == 2
    assert papers.owners == ("get_deed",)
    assert (people.low, people.mode, people.high, people.unit) == (50, 100, 200, "cases a year")


def test_the_same_name_from_another_source_is_another_figure(tmp_path):
    demand = (
        'facts = "facts.csv"\n'
        + kind("get_card", "population", link("people", 50, 100, 200))
        + kind("get_deed", "population", link("people", 50, 100, 200, source="elsewhere"))
    )
    assert len(of_pack(two_places(tmp_path, demand))) == 2


def test_a_figure_is_set_in_every_place_and_nowhere_else(tmp_path):
    demand = (
        'facts = "facts.csv"\n'
        + kind("get_card", "population", link("people", 50, 100, 200))
        + kind("get_deed", "population", link("people", 50, 100, 200), link("papers", 1, 2, 3))
    )
    pack = two_places(tmp_path, demand)
    people = next(iter(of_pack(pack).values()))
    changed = people.apply(pack, 150.0)
    values = [[figure.value for figure in rate.chain] for rate in changed.rates.rates]
    assert values == [[150.0], [150.0, 2.0]]
    assert [figure.value for figure in pack.rates.rates[0].chain] == [100.0]
    again = people.apply(changed, 100.0)
    assert [figure.value for figure in again.rates.rates[1].chain] == [100.0, 2.0]
    assert changed.sites is pack.sites


@pytest.mark.parametrize(
    ("slow", "together"),
    [((17, 25, 28), True), ((15, 25, 28), False), ((17, 25, 30), False)],
)
def test_speeds_vary_together_where_their_ranges_are_in_proportion(tmp_path, slow, together):
    """33 to 55 about 50 is 16.5 to 27.5 about 25: 17 and 28 in whole km/h."""
    pack = two_places(tmp_path, speed_kmh=(33, 50, 55), speed_slow_kmh=slow)
    found = [each for each in of_pack(pack).values() if "speed" in each.key]
    assert len(found) == (1 if together else 2)
    if together:
        for value, slower in ((33, 17), (50, 25), (55, 28), (41.5, 21.0)):
            changed = found[0].apply(pack, value)
            assert changed.travel.speed_kmh.value == value
            assert changed.travel.speed_slow_kmh.value == slower


POWER = """facts = "facts.csv"
[spreads.net]
source = "s"
confidence = "derived"
[[spreads.net.terms]]
weight = 1.0
[spreads.net.terms.powers]
west = 1
[spreads.net.terms.powers.net]
mode = 0.5
low = 0
high = 1
unit = "power"
source = "s"
confidence = "general"
"""


def test_a_power_of_a_spread_varies_and_changes_the_answer(tmp_path):
    """Weights 2 x 4^p and 3 x 1^p of 90 visits: 36 and 54 at p = 0, 51.4 and 38.6 at p = 0.5."""
    files = TWO_PLACES | {"facts_csv": "code,west,net\n001,2,4\n002,3,1\n"}
    demand = POWER + kind("get_card", "net", link("cards", 90, 90, 90))
    pack = read_pack(write(tmp_path / "p", pack_toml=EVEN + travel(), demand_toml=demand, **files))
    (power,) = [each for each in assumptions(pack) if each.key.startswith("spreads")]
    assert (power.name, power.owners) == ("power of net", ("net",))
    at_low = build(power.apply(pack, 0.0), ONE_BRANCH)
    assert at_low.visits[:, 0] == pytest.approx([36, 54])
    report, kept = solved(pack)
    assert report.plan.is_open.tolist() == [True, False]
    assert solved(power.apply(pack, 0.0))[0].plan.is_open.tolist() == [False, True]
    (swing,) = [
        each
        for each in one_at_a_time(kept, effort=Effort(LIMITS)).swings
        if each.assumption == power
    ]
    away = report.problem.minutes[1, 0]  # from the other place to the one branch
    assert swing.low.mean_min == pytest.approx(away * 54 / 90)
    assert swing.high.mean_min == pytest.approx(away * 3 / 11)


@pytest.mark.parametrize("by_area", [False, True])
def test_given_visits_move_together_towards_their_own_ends(tmp_path, by_area):
    names = ("area", "001", "002") if by_area else ("demand_point", "p1", "p3")
    head, west, east = names
    rows = (
        f"{head},visit_type,visits_per_year,low,high\n{west},get_card,10,6,10\n"
        f"{east},get_card,20,10,50\n{east},get_deed,7,,\n"
    )
    files = TWO_PLACES | {f"{'area_demand' if by_area else 'visits'}_csv": rows, "facts_csv": None}
    pack = read_pack(write(tmp_path / "p", pack_toml=EVEN + travel(), **files))
    (cards,) = [each for each in assumptions(pack) if each.key.startswith("visits")]
    assert (cards.key, cards.low, cards.mode, cards.high) == ("visits.get_card", 16, 30, 60)
    assert cards.owners == ("get_card",)
    for value, visits in ((16, (6, 10)), (23, (8, 15)), (45, (10, 35)), (60, (10, 50))):
        changed = build(cards.apply(pack, value), ONE_BRANCH)
        assert changed.visits[:, 0] == pytest.approx(visits)
        assert changed.visits[:, 1].tolist() == [0, 7]
    _, kept = solved(pack)
    told = {each.assumption.key: each for each in one_at_a_time(kept, effort=Effort(LIMITS)).swings}
    away = build(pack, ONE_BRANCH).minutes[0, 1]
    assert told["visits.get_card"].low.mean_min == pytest.approx(away * 6 / 23)


# -- one at a time --------------------------------------------------------------------------


def test_one_at_a_time_by_hand(tmp_path):
    """The branch stays at Alpha: 90 deeds travel; with 200 the mean and the total follow."""
    pack = two_places(tmp_path, circuity=(1.3, 1.3, 2.6))
    _, kept = solved(pack)
    found = one_at_a_time(kept, effort=Effort(LIMITS))
    far = found.now.mean_min * 190 / 90  # minutes from Gamma to Alpha
    cards, deeds, circuity = found.swings
    assert found.now.objective == pytest.approx(90 * far)
    assert deeds.low.objective == pytest.approx(50 * far)
    assert deeds.high.objective == pytest.approx(200 * far)
    assert deeds.high.mean_min == pytest.approx(200 * far / 300)
    assert cards.low.mean_min == pytest.approx(90 * far / 170)
    assert cards.high == found.now
    assert circuity.low == found.now
    assert circuity.high.mean_min == pytest.approx(2 * found.now.mean_min)
    assert circuity.size("mean_min") == pytest.approx(found.now.mean_min)
    assert [each.assumption.name for each in found.by("objective")] == ["deeds", "circuity"]
    assert found.now.saved_min is None  # there is no branch today
    assert "capacity.counter_minutes_per_year" in [each.key for each in found.without_effect]


@pytest.mark.parametrize("mode", [None, "mixed"])
def test_travel_is_measured_anew_where_a_figure_is_part_of_it(mode):
    pack = read_pack(find_pack("immigration"))
    kept = Kept(pack, Scenario(name="t", pack=str(pack.folder), travel={"mode": mode}), None)
    travel = travel_of(pack, kept.scenario)
    parts = {}
    for figure in assumptions(pack, mode):
        parts.setdefault(figure.places[0].path[0], figure)
    assert {"travel", "rates", "customers"} <= set(parts)
    for figure in parts.values():
        moved = figure.apply(pack, figure.high)
        fresh = build(moved, kept.scenario)
        assert rebuilt(kept, moved, travel).fingerprint == fresh.fingerprint


def test_a_scenario_at_one_end_of_all_figures_moves_with_each(tmp_path):
    """At the low level there are 80 cards and 50 deeds; deeds at their high end are 200."""
    pack = two_places(tmp_path)
    low = ONE_BRANCH.model_copy(update={"demand": _demand("low")})
    _, kept = solved(pack, low)
    found = one_at_a_time(kept, effort=Effort(LIMITS))
    deeds = next(each for each in found.swings if each.assumption.name == "deeds")
    assert deeds.low == found.now
    assert deeds.high.objective == pytest.approx(found.now.objective * 200 / 50)


def _demand(level):
    return Scenario(name="x", pack="x", demand={"level": level}).demand


def test_minutes_saved_and_what_an_hour_costs(tmp_path):
    """Alpha is today's branch and KES 600 a year buy one at Gamma: 90 trips are saved."""
    sites = TWO_PLACES["sites_csv"].replace("status\n", "status,services_today,annual_cost_kes\n")
    sites = sites.replace("candidate\ns2", "existing,c;d,0\ns2").replace(
        "37.5,candidate", "37.5,candidate,,600"
    )
    services = "id,name,standard_min\nc,Card,60\nd,Deed,60\n"
    files = TWO_PLACES | {"sites_csv": sites, "services_csv": services}
    pack = read_pack(write(tmp_path / "p", pack_toml=EVEN + travel(), demand_toml=DEMAND, **files))
    _, kept = solved(pack, ONE_BRANCH.model_copy(update={"rules": _exactly(2)}))
    found = one_at_a_time(kept, effort=Effort(LIMITS))
    assert found.now.mean_min == 0.0  # a branch at each of the two places
    assert found.now.within_standard == 1.0
    deeds = next(each for each in found.swings if each.assumption.name == "deeds")
    assert deeds.high.saved_min == pytest.approx(found.now.saved_min * 200 / 90)
    assert found.now.kes_per_hour_saved == pytest.approx(600 / (found.now.saved_min / 60))


def _exactly(count):
    return Scenario(name="x", pack="x", rules={"branches": {"exactly": count}}).rules


def test_a_plan_that_breaks_a_rule_under_a_figure_says_so(tmp_path):
    """From Gamma to Alpha takes 174 minutes; at circuity 1.6 more than the 200 allowed."""
    pack = two_places(tmp_path, circuity=(1.3, 1.3, 1.6))
    within = {"d": {"share": 1.0, "within_min": 200}}
    scenario = ONE_BRANCH.model_copy(update={"standards": _standards(within)})
    report, kept = solved(pack, scenario)
    assert report.plan.is_open.tolist() == [True, False]
    found = one_at_a_time(kept, effort=Effort(LIMITS))
    told = {each.assumption.name: each for each in found.swings}
    assert found.now.keeps_rules
    assert told["deeds"].high.keeps_rules
    assert not told["circuity"].high.keeps_rules
    assert told["circuity"].high.mean_min == pytest.approx(found.now.mean_min * 1.6 / 1.3)
    figures = [told["circuity"].assumption]
    (question,) = questions_of(report, pack, scenario, figures)
    again = resolve(report, pack, scenario, question, effort=Effort(LIMITS))
    assert (again.verdict, again.opens, again.closes) == ("broken", (1,), (0,))


def _standards(within):
    return Scenario(name="x", pack="x", standards=within).standards


def test_no_time_leaves_figures_out_and_names_them(tmp_path):
    pack = two_places(tmp_path)
    _, kept = solved(pack)
    found = one_at_a_time(kept, effort=Effort(LIMITS, should_stop=lambda: True))
    assert not found.swings
    assert [each.name for each in found.left_out][:2] == ["cards", "deeds"]


# -- drawn ----------------------------------------------------------------------------------


def test_draws_take_each_slice_once_and_are_triangular(tmp_path):
    figures = list(of_pack(two_places(tmp_path)).values())
    values = draw(figures, 400, 7)
    assert np.array_equal(values, draw(figures, 400, 7))
    assert not np.array_equal(values, draw(figures, 400, 8))
    deeds = np.sort(values[:, 1])
    assert deeds[0] >= 50
    assert deeds[-1] <= 200
    # by hand: P(x <= 90) = (90 - 50) / (200 - 50); below the median 200 - sqrt(0.5 150 110)
    assert np.searchsorted(deeds, 90) == pytest.approx(400 * 40 / 150, abs=1)
    assert np.median(deeds) == pytest.approx(200 - math.sqrt(0.5 * 150 * 110), abs=0.5)
    cards = np.sort(values[:, 0])  # the peak is at the high end: P(x <= 90) = (10 / 20)^2
    assert np.searchsorted(cards, 90) == pytest.approx(100, abs=1)


def test_samples_follow_what_matters(tmp_path):
    pack = two_places(tmp_path)
    _, kept = solved(pack)
    figures = list(of_pack(pack).values())
    found = sampled(kept, figures, effort=Effort(LIMITS), count=60, seed=3)
    cards, deeds = found.correlations("mean_min")
    assert deeds > 0.9
    assert cards < 0
    low, middle, high = found.band("mean_min")
    assert low < middle < high
    assert found.within_rules == 1.0
    assert found.better_than_today is None
    assert found.band("saved_min") is None
    travel_only = found.results["objective"] / found.drawn[:, 1]
    assert np.ptp(travel_only) == pytest.approx(0, abs=1e-6)  # minutes of one far visit


def test_samples_stop_when_time_is_over(tmp_path):
    pack = two_places(tmp_path)
    _, kept = solved(pack)
    asked = iter([False] * 12)
    effort = Effort(LIMITS, should_stop=lambda: next(asked, True))
    found = sampled(kept, list(of_pack(pack).values()), effort=effort, count=50)
    assert 0 < len(found.drawn) < 50
    assert found.asked == 50
    assert len(found.results["mean_min"]) == len(found.drawn)


# -- solved again ---------------------------------------------------------------------------


def test_a_figure_that_moves_the_branch(tmp_path):
    """With 200 deeds the branch belongs to Gamma: keeping Alpha costs 100 trips."""
    pack = two_places(tmp_path)
    report, _ = solved(pack)
    figures = list(of_pack(pack).values())
    questions = questions_of(report, pack, ONE_BRANCH, figures)
    assert [(each.assumption.name, each.end) for each in questions] == [
        ("cards", "low"),
        ("deeds", "low"),
        ("deeds", "high"),
    ]
    effort = Effort(LIMITS, len(questions))
    found = [resolve(report, pack, ONE_BRANCH, each, effort=effort) for each in questions]
    fewer, less, more = found
    far = report.objective / 90
    assert (less.verdict, less.opens, less.regret_low) == ("same", (), 0.0)
    assert (more.verdict, more.opens, more.closes) == ("change", (1,), (0,))
    assert more.regret_low == pytest.approx(100 * far)
    assert more.regret_high == pytest.approx(100 * far)
    assert fewer.verdict == "change"  # 80 cards against 90 deeds
    assert fewer.regret_low == pytest.approx(10 * far)
    core = core_of(report, found)
    assert core.answers == 4
    assert core.count.tolist() == [2, 2]
    assert core.swing.tolist() == [True, True]
    assert not core.robust.any()


def test_a_change_within_the_gap_is_a_tie(tmp_path):
    pack = two_places(tmp_path)
    report, _ = solved(pack)
    loose = replace(report, gap=0.2)  # the kept plan may be a fifth above the best
    questions = questions_of(report, pack, ONE_BRANCH, list(of_pack(pack).values()))
    fewer, _, more = (
        resolve(loose, pack, ONE_BRANCH, each, effort=Effort(LIMITS)) for each in questions
    )
    assert (fewer.verdict, fewer.opens) == ("tie", (1,))
    assert more.verdict == "change"
    unknown = replace(report, gap=None)
    assert resolve(unknown, pack, ONE_BRANCH, questions[2], effort=Effort(LIMITS)).verdict == "tie"


# -- the command ----------------------------------------------------------------------------


@pytest.fixture
def home(tmp_path, monkeypatch):
    two_places(tmp_path).folder.rename(tmp_path / "pack")
    (tmp_path / "one.toml").write_text(
        'name = "One"\npack = "./pack"\n[rules]\nbranches = { exactly = 1 }\n'
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("UGATUZI_HOME", str(tmp_path / "home"))
    return tmp_path


def test_the_command_in_words_and_json(home, capsys):
    assert main(["sensitivity", "one.toml", "--samples", "20", "--resolve"]) == EXIT_DONE
    out = capsys.readouterr().out
    assert "2 uncertain figures move mean travel" in out
    assert "What matters most: deeds, cards." in out
    assert "Measure first: deeds." in out
    assert "20 draws" in out
    assert "deeds at 200: other sites; Gamma town [s2] for Alpha town [s1]" in out
    assert "in 2 of 4: Alpha town [s1]" in out
    argv = ["sensitivity", "one.toml", "--measure", "objective", "--samples", "20", "--resolve"]
    assert main([*argv, "--json"]) == EXIT_DONE
    told = json.loads(capsys.readouterr().out)
    assert [each["name"] for each in told["figures"]] == ["deeds", "cards"]
    assert told["figures"][0]["source"] == "s"
    assert told["sampled"]["draws"] == 20
    assert told["sampled"]["bands"]["saved_min"] is None
    verdicts = [each["verdict"] for each in told["resolved"]["solved"]]
    assert verdicts == ["change", "same", "change"]


@pytest.mark.parametrize("argv", [("--samples", "0"), ("--samples", "1e3"), ("--measure", "x")])
def test_wrong_usage(home, capsys, argv):
    assert main(["sensitivity", "one.toml", *argv]) == EXIT_USAGE
