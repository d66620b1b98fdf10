"""What a step of each lever does and costs, by hand; packages held against every demand point."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from demand.hand import LEVERS, figure, pack_of

from planner.cli import main
from planner.errors import ContradictionError, PlannerError
from planner.evaluate.queues import queue_at
from planner.insight import Effort
from planner.insight.levers.answer import answer_of, offer_of, verdict
from planner.insight.levers.ground import ground_of
from planner.insight.levers.menu import menu_of
from planner.insight.levers.networks import ladder, network_of, one_more
from planner.insight.levers.outcomes import Effect, LeftOut, Outcome
from planner.insight.levers.packages import bought_of, spend
from planner.insight.levers.places import counter_effects, redesign_effect
from planner.insight.levers.visits import visit_effects
from planner.insight.levers.waiting import day_wait_min, yearly_waiting
from planner.optimize import Limits
from planner.optimize.offer import package_of
from planner.scenario import Scenario
from planner.solve import solve

LIMITS = Limits(30, 0.0)
COSTS = '[levers]\nadults = "people"\n' + "".join(
    figure(f"levers.{name}", *values)
    for name, values in {
        "online": (40, 10, 90),
        "online_use": (20, 5, 50),
        "assisted_use": (8, 2, 30),
        "information": (3, 1, 10),
        "counter": (500,),
        "minutes": (70,),
        "minutes_factor": (0.8, 0.5, 1),
    }.items()
)
SERVICES = (
    "id,name,standard_min,separation_km,annual_cost_kes,counter_min_per_visit\n"
    "c,Card,120,,1000,10\nd,Deed,,,,20\n"
)


def scenario_of(pack, count=1, **changes):
    given = {"rules": {"branches": {"exactly": count}}, "duplicates": {"rule": "allow"}}
    return Scenario(name="s", pack=str(pack.folder), solve={"gap": 0.0}, **(given | changes))


def ground(pack, count=1, knowledge=1.0, **changes):
    scenario = scenario_of(pack, count, **changes)
    return ground_of(pack, scenario, solve(pack, scenario), knowledge)


@pytest.fixture(scope="module")
def pack(tmp_path_factory):
    return pack_of(tmp_path_factory.mktemp("levers"), LEVERS + COSTS, services_csv=SERVICES)


def by_lever(ground, network=None):
    network = network or network_of(ground, ground.plan)
    return {each.lever: each for each in visit_effects(ground, network)}


# -- waiting -------------------------------------------------------------------------------


@pytest.mark.parametrize(("arrivals", "counters", "v"), [(5, 1, 1.0), (40, 8, 1.0), (9, 2, 0.5)])
def test_on_a_long_day_waiting_is_erlangs(arrivals, counters, v):
    expected = queue_at(arrivals, 10, counters, v).wait_min
    assert day_wait_min(arrivals, 10, counters, v, 1e7) == pytest.approx(expected, rel=1e-3)


def test_above_what_counters_serve_waiting_is_that_of_a_flow():
    """12 an hour at one counter of 6 an hour: after 8 hours 48 wait, 4 hours' work on average."""
    flow = 4 * 60
    assert day_wait_min(12, 10, 1, 1.0, 8) == pytest.approx(flow, rel=0.02)
    assert day_wait_min(600, 10, 1, 1.0, 8) == flow  # nobody waits longer than the day on average


def test_waiting_falls_with_every_counter():
    waits = [day_wait_min(30, 10, c, 1.0, 8) for c in range(12)]
    assert waits == sorted(waits, reverse=True)
    assert waits[0] == 240
    assert waits[-1] < 0.1
    assert day_wait_min(0, 10, 0, 1.0, 8) == 0


def test_the_year_lies_between_alike_days_and_peak_days(pack):
    here = ground(pack)
    network, knows = network_of(here, here.plan), np.ones(3)
    busy = here.problem.visits * 600  # 11,400 visits, 210 minutes of work for each 19
    waits = yearly_waiting(here, network, busy, knows)
    opening, queue = pack.customers.opening, network.queues[0]
    total, each = float(busy.sum()), 210 / 19
    hours = opening.days_per_year.value * opening.hours_per_day.value
    mean = day_wait_min(total / hours, each, queue.counters, 1.0, opening.hours_per_day.value)
    assert waits.worst[0] == pytest.approx(total * mean)
    assert 0 < mean < 60 * opening.hours_per_day.value / 2
    assert waits.worst[0] < waits.likely[0] < waits.best[0]
    more = yearly_waiting(here, network, busy, knows, more=np.array([40, 0]))
    assert more.likely[0] < waits.likely[0]


# -- one step of a lever on visits ---------------------------------------------------------


def test_ten_points_more_online(pack):
    """West: half of 15 cards needs no presence, a tenth of 0.6 of them is 0.45. East: nobody."""
    here = ground(pack)
    effect = by_lever(here)["online"]
    trip = here.trip_kes[:, 0]
    saved = 0.5 * 0.1 * 0.6 * (10 * trip[0] + 5 * trip[1])
    assert effect.visit_type == 0
    assert effect.likely.visits == pytest.approx(0.45)
    assert effect.likely.travel_kes == pytest.approx(saved)
    assert effect.likely.cost == pytest.approx(40 + 20 * 0.45)
    assert effect.likely.first_cost == 40
    assert effect.worst.cost == pytest.approx(90 + 50 * 0.45)
    assert effect.best.cost == pytest.approx(10 + 5 * 0.45)
    assert effect.likely.counter_min == pytest.approx(4.5)
    assert [each.name for each in effect.figures] == ["remote", "factor", "online", "online_use"]


def test_what_is_online_already_is_not_paid_for_again(pack):
    here = ground(pack, channels={"online": 0.3})
    effect = by_lever(here)["online"]
    assert effect.likely.first_cost == 0
    assert effect.likely.visits == pytest.approx(0.45)
    full = ground(pack, channels={"online": 1.0})
    assert by_lever(full)["online"] == LeftOut(
        "online", "effect", ("customers.toml [visit_types.remote]",)
    )


def test_an_assisted_point_may_be_further_away_than_the_branch(pack):
    """The only assisted point is in the East, the only branch in the West."""
    here = ground(pack)
    effect = by_lever(here)["assisted"]
    trip = here.trip_kes
    west = 0.5 * 0.1 * 0.4 * (10 * (trip[0, 0] - trip[0, 1]) + 5 * (trip[1, 0] - trip[1, 1]))
    east = 0.5 * 0.1 * 3 * (trip[2, 0] - trip[2, 1])
    assert west < 0 < east
    assert effect.likely.travel_kes == pytest.approx(west + east)
    assert effect.likely.cost == pytest.approx(8 * 0.5 * 0.1 * (15 * 0.4 + 3))
    assert effect.likely.kes < 0
    assert verdict(effect) == "never"


def test_information_saves_visits_and_costs_by_the_adult(pack):
    """A tenth of 0.6 of 150 people and of 30 people; a tenth of 0.06 and 0.1 of the cards."""
    here = ground(pack)
    effect = by_lever(here)["information"]
    trip = here.trip_kes[:, 0]
    assert effect.likely.visits == pytest.approx(0.1 * (0.06 * 15 + 0.1 * 3))
    assert effect.likely.travel_kes == pytest.approx(
        0.1 * (0.06 * (10 * trip[0] + 5 * trip[1]) + 0.1 * 3 * trip[2])
    )
    assert effect.likely.cost == pytest.approx(3 * 0.1 * (90 + 30))
    assert effect.known_kes == 0


def test_information_makes_new_branches_known(pack):
    """Half know the branch in the East; a tenth of the other half learns of it."""
    here = ground(pack, count=2, knowledge=0.5)
    effect = by_lever(here)["information"]
    trip = here.trip_kes
    learned = 3 * 0.1 * 0.5 * (trip[2, 0] - trip[2, 1])
    assert effect.known_kes == pytest.approx(learned)
    avoided = 0.1 * (0.06 * (10 * trip[0, 0] + 5 * trip[1, 0]))
    avoided += 0.1 * 0.1 * 3 * (0.55 * trip[2, 1] + 0.45 * trip[2, 0])
    assert effect.likely.travel_kes == pytest.approx(learned + avoided, rel=1e-9)


def test_what_the_pack_does_not_say_is_left_out(tmp_path):
    bare = ground(pack_of(tmp_path, LEVERS))
    found = by_lever(bare)
    assert found["online"].keys == (
        "customers.toml [levers] online",
        "customers.toml [levers] online_use",
    )
    assert found["information"].keys[-1] == "customers.toml [levers] adults"
    network = network_of(bare, bare.plan)
    assert counter_effects(bare, network).why == "cost"
    assert redesign_effect(bare, network).keys[0] == "customers.toml [levers] minutes"


# -- at branches ---------------------------------------------------------------------------


def test_work_redesigned_shortens_every_visit(pack):
    """18 cards of 10 minutes and a deed of 30, a fifth shorter; hardly anybody waits."""
    here = ground(pack)
    effect = redesign_effect(here, network_of(here, here.plan))
    assert effect.likely.counter_min == pytest.approx(210 * 0.2)
    assert effect.likely.wait_min == pytest.approx(42, abs=1)
    assert effect.likely.cost == 70
    assert effect.worst.kes == 0
    assert effect.best.counter_min == pytest.approx(105)


def test_the_branch_that_is_added_is_the_one_that_helps(pack):
    here = ground(pack)
    found = answer_of(here, Effort(LIMITS), 2)
    (more,) = found.grown
    assert more.opens == (1,)
    effect = next(each for each in found.effects if each.lever == "branch")
    saved = 3 * (here.trip_kes[2, 0] - here.trip_kes[2, 1])
    assert effect.site == 1
    assert effect.likely.travel_kes == pytest.approx(saved)
    assert effect.likely.cost == more.annual_kes - found.plan.annual_kes == 1000
    assert effect.unproved_kes == pytest.approx(0, abs=1e-6)
    ratios = [each.likely.ratio for each in found.effects]
    assert ratios == sorted(ratios, reverse=True)


def test_no_branch_can_be_added_where_all_are_open(pack):
    here = ground(pack, count=2)
    assert one_more(here, here.plan, Effort(LIMITS)) is None
    left = answer_of(here, Effort(LIMITS)).left_out
    assert LeftOut("branch", "branch") in left


def outcome(kes, cost):
    return Outcome(1, 0, 0, kes, kes, cost)


@pytest.mark.parametrize(
    ("saved", "said"),
    [((3, 4, 5), "always"), ((0, 4, 5), "likely"), ((0, 1, 5), "unlikely"), ((0, 1, 1), "never")],
)
def test_whether_a_step_pays(saved, said):
    assert verdict(Effect("online", *(outcome(kes, 2) for kes in saved), ())) == said


# -- packages ------------------------------------------------------------------------------


def on_offer(pack, knowledge=0.5, **changes):
    here = ground(pack, count=2, knowledge=knowledge, **changes)
    return menu_of(here, ladder(here))


@pytest.mark.parametrize("channels", [{}, {"online": 0.3, "assisted": 0.1, "information": 0.2}])
def test_every_package_is_what_its_demand_points_say(pack, channels):
    """The area sums of the choice against the account of every point, for random levels."""
    menu = on_offer(pack, channels=channels)
    kinds, areas, levels = menu.problem.saved.shape[1:]
    rng = np.random.default_rng(5)
    for _ in range(60):
        k = int(rng.integers(len(menu.networks)))
        campaign = rng.integers(0, menu.problem.campaign.max() + 1, areas)
        level = np.array(
            [
                [
                    rng.choice(np.flatnonzero(menu.problem.campaign == campaign[c]))
                    for c in range(areas)
                ]
                for _ in range(kinds)
            ]
        )
        steps = rng.random(menu.problem.steps[k].kes.size) < 0.5
        package = package_of(menu.problem, k, level, steps)
        bought = bought_of(menu, 1e9, package)  # raises where the two roads differ
        assert sum(bought.spent.values()) == pytest.approx(package.kes)
        assert bought.travel_kes + bought.chosen_wait_kes == pytest.approx(package.saved)
    assert levels == 27


def test_a_package_that_is_not_what_was_chosen_is_not_shown(pack):
    menu = on_offer(pack)
    nothing = np.zeros(menu.problem.saved.shape[1:3], dtype=np.int64)
    none = np.zeros(menu.problem.steps[1].kes.size, dtype=np.bool_)
    package = package_of(menu.problem, 1, nothing, none)
    bought_of(menu, 1e9, package)
    with pytest.raises(ContradictionError, match="what it saves"):
        bought_of(menu, 1e9, replace(package, saved=package.saved * 1.001))
    with pytest.raises(ContradictionError, match="what it costs"):
        bought_of(menu, 1e9, replace(package, kes=package.kes + 1))


def test_visits_that_todays_network_cannot_complete_count_in_no_package(pack):
    menu = on_offer(pack)
    assert menu.visits_left_out == 1  # the deed
    assert menu.compared[:, 0].all()
    assert not menu.compared[:, 1].any()


def test_more_money_buys_more_and_the_next_money_is_told(pack):
    points = spend(on_offer(pack), (0.0, 60.0, 1100.0, 3000.0), LIMITS, more=1000.0)
    saved = [each.bought.package.saved for each in points]
    assert saved == sorted(saved)
    assert saved[0] == 0
    assert points[0].next.lever == "branch"
    assert points[0].next.kes > 0
    assert points[0].next.ratio == points[0].next.kes / 1000
    assert points[1].bought.spent["branch"] == 0
    assert points[2].bought.spent["branch"] == 1000
    assert points[3].next.lever in (None, "counter", "online", "assisted", "information")
    for each in points:
        assert each.bought.package.gap == pytest.approx(0, abs=1e-9)
        assert sum(each.bought.spent.values()) <= each.bought.budget + 1e-6


def test_another_demand_than_the_plans_is_refused(pack):
    scenario = scenario_of(pack)
    report = solve(pack, scenario)
    other = scenario_of(pack, channels={"online": 0.5})
    with pytest.raises(PlannerError, match="Solve the scenario again"):
        ground_of(pack, other, report)


def test_the_rungs_lead_from_today_to_the_plan(pack):
    here = ground(pack, count=2)
    rungs = ladder(here)
    assert [each.opens for each in rungs] == [(), (), (1,)]  # deeds in the West, then the East
    assert rungs[-1].annual_kes == network_of(here, here.plan).annual_kes
    menu = offer_of(answer_of(here, Effort(LIMITS)))
    assert [len(each.opens) for each in menu.networks] == [0, 0, 1]


# -- the command ---------------------------------------------------------------------------


@pytest.fixture
def home(tmp_path, monkeypatch):
    pack_of(tmp_path / "pack", LEVERS + COSTS, services_csv=SERVICES)
    text = 'name = "One"\npack = "./pack"\n[rules]\nbranches = { exactly = 1 }\n'
    (tmp_path / "one.toml").write_text(text)
    (tmp_path / "none.toml").write_text(text.replace("exactly = 1", "max = 0"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("UGATUZI_HOME", str(tmp_path / "home"))
    return tmp_path


def test_the_command_in_words(home, capsys):
    assert main(["levers", "one.toml", "--money", "1500"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("For the next KES customers save most by a branch (")
    assert "1. one branch more" in out
    assert "one branch more at Gamma town" in out
    assert "costs more than customers save, whichever end of its figures is true." in out
    assert "With KES 1,500 a year above today's spending customers save KES" in out
    assert "proved to be the best choice" in out
    assert "KES 1,000 for branches and their services: 2 branches, 1 of them new" in out
    assert "1 visits a year count in no package" in out


def test_the_command_as_json(home, capsys):
    assert main(["levers", "one.toml", "--frontier", "3", "--knowledge", "0.5", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {each["lever"] for each in told["levers"]} == {
        "online", "assisted", "information", "counter", "minutes", "branch",
    }  # fmt: skip
    online = next(each for each in told["levers"] if each["lever"] == "online")
    assert {"remote", "online_use"} < {each["name"] for each in online["figures"]}
    assert [each["budget"] for each in told["packages"]["budgets"]] == pytest.approx(
        [2e8 / 3, 4e8 / 3, 2e8]
    )
    assert told["knowledge"] == 0.5
    assert all(math.isfinite(each["spent_kes"]) for each in told["packages"]["budgets"])


def test_a_scenario_without_a_plan_says_why(home, capsys):
    assert main(["levers", "none.toml", "--json"]) == 3
    assert json.loads(capsys.readouterr().out)["status"] == "infeasible"
