"""Remedies of a flagged branch, worked by hand on the tiny pack with a survey and records."""

from __future__ import annotations

import json
from datetime import date

import pytest
from demand.hand import LEVERS, pack_of

from insight.test_levers import COSTS, SERVICES, ground
from planner.cli import main
from planner.demand.voices import hear
from planner.insight.remedies import remedies
from planner.insight.remedies_told import remedies_told, remedy_lines

DAY = date(2026, 6, 1)
SURVEY = "respondent,date,question,rating,branch\n" + "".join(
    f"{n},2026-03-02,q{n % 2},{1 + n % 2},s1\n" for n in range(10)
)
AUDIT = "date,branch,item,score,most\n2026-03-02,s1,signs,2,10\n2026-03-02,s1,seats,6,10\n"
RECORDS = (
    "date,branch,visit_type,served,turned_away,wait_min\n"
    "2026-03-02,s1,get_card,9,1,50\n2026-03-03,s1,get_card,9,1,50\n"
)


@pytest.fixture(scope="module")
def pack(tmp_path_factory):
    """The nearest of today's branches, s1, serves all; the plan adds s2 where p3's 3 cards live."""
    return pack_of(
        tmp_path_factory.mktemp("remedies"),
        LEVERS + COSTS,
        services_csv=SERVICES,
        survey_csv=SURVEY,
        audit_csv=AUDIT,
        work_records_csv=RECORDS,
    )


@pytest.fixture(scope="module")
def here(pack):
    return ground(pack, 2, demand={"records": False})


@pytest.fixture(scope="module")
def branch(here, pack):
    (found,) = remedies(here, hear(pack, DAY))
    return found


def test_opinions_audits_and_records_flag_the_branch(branch):
    flags = {each.rule: (each.value, each.limit) for each in branch.flags}
    assert flags["rating"] == (1.5, 3)
    assert flags["audit"] == (0.4, 0.7)
    assert flags["wait"] == (50, 30)
    assert flags["turned_away"] == (pytest.approx(0.1), 0.05)
    assert branch.weak == (("q0", 1.0), ("signs", 0.2))


def test_the_new_branch_saves_the_catchment_its_trips(here, branch):
    (nearer,) = [each for each in branch.remedies if each.effect.lever == "branch"]
    saved = 3 * (here.trip_kes[2, 0] - here.trip_kes[2, 1])
    assert nearer.is_new
    assert nearer.effect.site == 1
    assert nearer.effect.likely.travel_kes == pytest.approx(saved)
    assert nearer.effect.likely.visits == pytest.approx(3)
    assert nearer.effect.likely.cost == 1000


def test_work_redesigned_there_and_cards_online(here, branch):
    by_lever = {each.effect.lever: each.effect for each in branch.remedies}
    # today only cards are served: 18 of 10 minutes, a fifth of which is spared
    assert by_lever["minutes"].likely.counter_min == pytest.approx(36)
    assert by_lever["minutes"].likely.cost == 70
    # half of the cards need no presence, 0.6 of the West can be online: 15 x 0.5 x 0.6 x 0.1
    assert by_lever["online"].likely.visits == pytest.approx(0.45)
    assert by_lever["online"].likely.cost == pytest.approx(40 + 0.45 * 20)


def test_the_best_for_the_money_comes_first_and_only_what_saves(branch):
    ratios = [each.effect.likely.ratio for each in branch.remedies]
    assert ratios == sorted(ratios, reverse=True)
    assert all(each.effect.likely.kes > 0 for each in branch.remedies)


def test_a_plan_that_adds_nothing_offers_no_branch(pack):
    (alone,) = remedies(ground(pack, 1, demand={"records": False}), hear(pack, DAY))
    assert "branch" not in {each.effect.lever for each in alone.remedies}
    assert [each.why for each in alone.left_out if each.lever == "branch"] == ["branch"]


def test_what_is_told(here, branch, pack):
    told = remedies_told(pack, here.problem, [branch])
    json.dumps(told, allow_nan=False)
    text = "\n".join(remedy_lines(told, {"s1": "Alpha town", "s2": "Gamma town"}))
    assert "mean rating 1.50, should reach 3; audit 40% of the points" in text
    assert "a branch at Gamma town" in text
    assert "no figure: what mending this costs and saves: signs" in text


def test_nothing_is_flagged_where_nobody_was_asked(tmp_path, capsys):
    pack = pack_of(tmp_path / "pack", LEVERS + COSTS, services_csv=SERVICES)
    assert remedies(ground(pack, 2), hear(pack, DAY)) == ()
    scenario = tmp_path / "two.toml"
    scenario.write_text('name = "Two"\npack = "./pack"\n[rules]\nbranches = { exactly = 2 }\n')
    assert main(["remedies", str(scenario)]) == 0
    assert capsys.readouterr().out.startswith("No branch is flagged")
