"""The scorecard: parts by hand, what lacks data, the charter, groups, and the user's weights."""

from __future__ import annotations

import json
from datetime import date

import numpy as np
import pytest
from pack.tiny import write

from insight.uncertain_case import EVEN, TWO_PLACES, travel
from planner.cli import main
from planner.errors import EXIT_DONE, EXIT_USAGE
from planner.evaluate import todays_network
from planner.insight.scorecard import scorecard, weighted
from planner.insight.scorecard_facts import service_within
from planner.insight.scorecard_types import SPECS
from planner.pack import read_pack
from planner.pack.voice_types import OUTCOMES
from planner.plan import Plan
from planner.present.scorecard.scorecard import how_of, name_of
from planner.present.words import words
from planner.scenario import Scenario, build
from planner.solve import solve

DAY = date(2026, 1, 31)
# 100 cards at Alpha and 90 deeds at Gamma, 174 minutes apart; today Alpha alone does both.
CHANGES = TWO_PLACES | {
    "visits_csv": ("demand_point,visit_type,visits_per_year\np1,get_card,100\np3,get_deed,90\n"),
    "services_csv": (
        "id,name,standard_min,separation_km,counter_min_per_visit,annual_cost_kes\n"
        "c,Card,60,200,10,1000\nd,Deed,180,200,10,2000\n"
    ),
    "sites_csv": (
        "id,name,area,lat,lon,status,services_today,annual_cost_kes,counters\n"
        "s1,Alpha town,001,-0.5,36.5,existing,c;d,5000,1\n"
        "s2,Gamma town,002,-0.5,37.5,candidate,,4000,1\n"
    ),
}
CUSTOMERS = """facts = "people.csv"
[[segments]]
id = "poor"
name = "Poor"
dimension = "income"
share = { column = "poor_pct", of = 100 }
source = "s"
confidence = "found"
[[segments]]
id = "others"
name = "Others"
dimension = "income"
source = "s"
confidence = "found"
[[visit_types]]
id = "get_deed"
[visit_types.remote]
mode = 0.5
low = 0.5
high = 0.5
unit = "share"
source = "s"
confidence = "assumption"
[online_reach]
share = { column = "net_pct", of = 100 }
source = "s"
confidence = "found"
[online_reach.factor]
mode = 1
low = 1
high = 1
unit = "times"
source = "s"
confidence = "assumption"
[online_reach.floor]
mode = 0
low = 0
high = 0
unit = "share"
source = "s"
confidence = "assumption"
"""
PEOPLE = "code,poor_pct,net_pct\n001,20,50\n002,60,40\n"


def pack_of(tmp_path, **more):
    return read_pack(write(tmp_path / "pack", pack_toml=EVEN + travel(), **(CHANGES | more)))


def planned(pack, **sections):
    rules = {"branches": {"exactly": 2}}
    scenario = Scenario(name="two", pack="tiny", rules=rules, **sections)
    return scenario, solve(pack, scenario).plan


def parts(card):
    return {(each.spec.key, each.dimension): each for each in card.parts}


def test_parts_of_a_network_by_hand(tmp_path):
    pack = pack_of(tmp_path)
    scenario, plan = planned(pack)
    problem = build(pack, scenario)
    far = float(problem.minutes[1, 0])
    card = scorecard(pack, scenario, plan, today=DAY)
    told = {key: (each.today, each.plan, each.change) for (key, _), each in parts(card).items()}
    assert told["speed.mean_min"] == (pytest.approx(90 * far / 190), 0.0, "better")
    assert told["speed.worst_tenth_min"] == (pytest.approx(far), 0.0, "better")
    assert told["speed.within_standard"] == (1.0, 1.0, "same")  # 174 of 180 minutes
    offers = int(plan.offers[1].sum())
    cost = 5000 + 3000 + 4000 + sum(np.array([1000, 2000])[plan.offers[1]])
    assert told["value.public_per_visit"] == (8000 / 190, pytest.approx(cost / 190), "worse")
    km = float(problem.km[1, 0])
    trip = 2 * (km * 4 + 80 + far / 60 * 60)
    home = 2 * 80
    assert told["value.customer_per_visit"] == (
        pytest.approx((100 * home + 90 * trip) / 190),
        pytest.approx(home),
        "better",
    )
    assert told["value.duplicates"][:2] == (0.0, float(offers))
    assert told["integration.one_stop"] == (1.0, 1.0, "same")
    # two branches within 180 minutes of the deeds' people only where both do deeds
    assert told["choice.backup"][0] == 0.0
    assert told["responsiveness.overflowing"] == (0.0, 0.0, "same")
    used = 190 * 10 / (250 * 7.5 * 60)
    assert told["responsiveness.spare"][0] == pytest.approx(1 - used)
    assert told["speed.within_wait"] == (1.0, 1.0, "same")


def test_a_part_without_data_is_none_and_says_what_to_add(tmp_path):
    pack = pack_of(tmp_path)
    scenario, plan = planned(pack)
    lacking = {
        each.spec.key: each.spec.needs
        for each in scorecard(pack, scenario, plan, today=DAY).parts
        if not each.has_data
    }
    assert lacking["speed.right_first_time"] == "work_records.csv"
    assert lacking["experience.rating"] == "survey.csv"
    assert lacking["speed.door_min"] == "journeys.toml"
    assert lacking["choice.can_be_online"] == "customers.toml"
    assert lacking["experience.gap"] == "customers.toml: segments"
    assert all(lacking.values())
    assert "speed.mean_min" not in lacking


def test_what_was_said_and_recorded_is_todays_and_no_plan_changes_it(tmp_path):
    survey = "respondent,date,site,question,rating\n" + "".join(
        f"r{n},2026-01-0{n},s1,overall,{rating}\n" for n, rating in enumerate((2, 3, 4), 1)
    )
    audit = "date,site,item,score,max\n2026-01-05,s1,signs,3,4\n"
    pack = pack_of(tmp_path, survey_csv=survey, audit_csv=audit)
    scenario, plan = planned(pack)
    found = parts(scorecard(pack, scenario, plan, today=DAY))
    rating = found["experience.rating", ""]
    assert (rating.today, rating.plan, rating.change) == (3.0, None, None)
    assert rating.low < 3.0 < rating.high
    assert found["engagement.respondents", ""].today == 3.0
    assert found["experience.audit", ""].today == 0.75


def test_groups_levers_and_channels_by_hand(tmp_path):
    """Deeds (60 % poor) travel `far` today, cards (20 % poor) nothing."""
    pack = pack_of(tmp_path, customers_toml=CUSTOMERS, people_csv=PEOPLE)
    scenario, plan = planned(pack, channels={"online": 1.0})
    far = float(build(pack, scenario).minutes[1, 0])
    card = scorecard(pack, scenario, plan, today=DAY)
    poor, others = card.segments
    assert poor.today == pytest.approx(54 * far / (20 + 54))
    assert others.today == pytest.approx(36 * far / (80 + 36))
    found = parts(card)
    gap = found["experience.gap", "income"]
    assert gap.today == pytest.approx(poor.today - others.today)
    assert (gap.plan, gap.change) == (0.0, "better")
    # half of the 90 deeds need nobody to come, and 40 % of their people can be online
    assert found["choice.can_be_online", ""].today == pytest.approx(90 * 0.5 * 0.4 / 190)
    elsewhere = found["choice.elsewhere", ""]
    assert (elsewhere.today, elsewhere.plan) == (0.0, pytest.approx(18 / 190))


def test_the_charter_counts_visits_that_no_branch_completes(tmp_path):
    pack = pack_of(tmp_path)
    problem = build(pack, Scenario(name="today", pack="tiny"))
    now = todays_network(problem)
    assert service_within(problem, now) == (1.0, 1.0)
    offers = now.offers.copy()
    offers[0, 1] = False
    keep = now.assignment.visit_type == 0
    rows = type(now.assignment)(
        *(getattr(now.assignment, name)[keep] for name in ("point", "visit_type", "site", "share"))
    )
    assert service_within(problem, Plan(now.is_open, offers, rows, now.format)) == (1.0, 0.0)


def test_weights_are_the_users_and_nothing_is_added_up_without(tmp_path):
    pack = pack_of(tmp_path)
    scenario, plan = planned(pack)
    card = scorecard(pack, scenario, plan, today=DAY)
    points = {"better": 1.0, "same": 0.5, "worse": 0.0}
    share = {}
    for outcome in ("speed", "value"):
        changes = [each.change for each in card.of(outcome) if each.change]
        share[outcome] = sum(points[each] for each in changes) / len(changes)
    found = weighted(card, {"speed": 3, "value": 1, "engagement": 5, "choice": 0})
    assert found.share == pytest.approx((3 * share["speed"] + share["value"]) / 4)
    assert found.left_out == ("engagement",)
    assert "choice" not in found.by_outcome
    assert weighted(card, {}).share is None


def test_without_branches_today_there_is_nothing_to_compare(tmp_path):
    sites = CHANGES["sites_csv"].replace("existing", "candidate")
    pack = pack_of(tmp_path, sites_csv=sites)
    scenario, plan = planned(pack)
    card = scorecard(pack, scenario, plan, today=DAY)
    assert all(each.change is None for each in card.parts)
    assert parts(card)["speed.mean_min", ""].plan == 0.0
    assert card.charter[0].today is None


@pytest.mark.parametrize("language", ["en", "sw"])
def test_every_part_has_a_name_and_a_formula(tmp_path, language):
    pack = pack_of(tmp_path)
    scenario, plan = planned(pack)
    card = scorecard(pack, scenario, plan, today=DAY)
    w = words(language)
    names = [name_of(w, pack, part) for part in card.parts]
    assert len({*names}) == len(names) == len(SPECS) + 2  # the gap and adoption
    assert all(how_of(w, part) for part in card.parts)
    assert {part.spec.outcome for part in card.parts} == set(OUTCOMES)


@pytest.fixture
def home(tmp_path, monkeypatch):
    pack_of(tmp_path)
    text = 'name = "Two"\npack = "./pack"\n[rules]\nbranches = { exactly = 2 }\n'
    (tmp_path / "two.toml").write_text(text)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("UGATUZI_HOME", str(tmp_path / "home"))


def test_the_command(home, capsys):
    assert main(["scorecard", "two.toml"]) == EXIT_DONE
    out = capsys.readouterr().out
    assert "Speed:\n" in out
    assert "Right first time: no data, add work_records.csv" in out
    assert "-> 0.0 min (better)" in out
    assert "weights" not in out
    argv = ["scorecard", "two.toml", "--weights", "speed=2,value=1", "--json"]
    assert main(argv) == EXIT_DONE
    told = json.loads(capsys.readouterr().out)
    assert told["weighted"]["weights"] == {"speed": 2, "value": 1}
    assert all(part["formula"] for part in told["parts"])
    assert [each["service"] for each in told["charter"]] == ["c", "d"]


@pytest.mark.parametrize("given", ["pace=1", "speed", "speed=-1", "speed=nan", "speed=1,speed=2"])
def test_wrong_weights_are_said(home, capsys, given):
    assert main(["scorecard", "two.toml", "--weights", given]) == EXIT_USAGE
    assert "expected NAME=WEIGHT" in capsys.readouterr().err
