"""What records say, worked by hand; and visits that follow them to the last visit."""

from __future__ import annotations

import json
import math
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demand.hand import figure
from planner import evaluate
from planner.cli import main
from planner.demand import yearly_visits
from planner.demand.choice import huff_shares, nearest_shares
from planner.demand.records import branch_records, nearest_rank, recorded_year, yearly
from planner.demand.replace import replaced
from planner.evaluate.choice import who_comes
from planner.pack import find_pack, read_pack, write_pack
from planner.scenario import Scenario, build, parse_scenario
from planner.scenario.demanded import demand
from planner.scenario.recorded import planned_visits
from planner.solve import solve
from planner.tables import demand_summary, demand_table
from tests.pack import tiny

TYPES = "id,name,services,services_done\nget_card,Get a card,c,\nget_deed,Get a deed,c;d,d\n"
SERVICES = "id,name,division\nc,Card,Cards\nd,Deed,Land\n"
SITES = (
    "id,name,area,lat,lon,status,services_today\n"
    "s1,Alpha town,001,-0.5,36.5,existing,c;d\ns2,Gamma town,002,-0.5,37.5,existing,c;d\n"
)
HEAD = (
    "date,branch,service,channel,served,turned_away,wait_min,service_min,staff,origin_area,"
    "first_visit,complete\n"
)


def pack_of(tmp_path: Path, rows: str, **changes: str):
    files = {"services_csv": SERVICES, "visit_types_csv": TYPES, "sites_csv": SITES} | changes
    return read_pack(tiny.write(tmp_path / "pack", work_records_csv=HEAD + rows, **files))


# Monday 4 to Monday 11 March 2024; Friday is missing, Saturday is closed.
WEEK = """2024-03-04,s1,get_card,branch,30,10,20,6,3,001,1,1
2024-03-04,s1,get_card,branch,10,,60,,3,002,0,0
2024-03-04,s1,get_deed,branch,6,,,,,,,
2024-03-05,s1,get_card,branch,20,,,,2,,1,0
2024-03-06,s1,get_card,branch,10,0,,,,001,,
2024-03-06,s1,get_card,online,99,,,,,,,
2024-03-07,s1,get_card,branch,30,,,,,,,
2024-03-09,s1,get_card,branch,100,,,,,,,
2024-03-11,s1,get_card,branch,0,,,,,,,
"""


@pytest.fixture
def week(tmp_path):
    (branch,) = branch_records(pack_of(tmp_path, WEEK))
    return branch


# -- by hand -------------------------------------------------------------------------------


def test_days_and_means_by_hand(week):
    card, deed = week.by_visit_type
    assert (card.first, card.last) == (date(2024, 3, 4), date(2024, 3, 11))
    assert (card.recorded_days, card.open_days, card.missing_days, card.closed_days) == (5, 6, 1, 1)
    assert card.served == 200  # Saturday's hundred too
    assert card.mean_day == pytest.approx((40 + 20 + 10 + 30 + 0) / 5)
    assert card.p90_day == 40  # the fifth of five
    assert card.peak_day == pytest.approx(2.0)
    assert (deed.recorded_days, deed.mean_day, deed.open_days) == (1, 6, 1)


def test_the_year_and_its_interval_by_hand(week):
    card, deed = week.by_visit_type
    assert card.year.mode == pytest.approx(20 * 250)
    sd = math.sqrt((400 + 0 + 100 + 100 + 400) / 4)  # 15.81
    off = 1.959964 * sd / math.sqrt(5) * 250
    assert card.year.high - card.year.mode == pytest.approx(off)
    assert card.year.low == pytest.approx(card.year.mode - off)
    assert deed.year.mode == 1500
    assert math.isnan(deed.year.low)
    assert week.total.year.mode == pytest.approx(5000 + 1500)
    assert week.total.year.high == pytest.approx(card.year.high + 1500)


def test_an_interval_never_goes_below_nobody():
    told = yearly(np.array([0.0, 0.0, 9.0]), 100)
    assert (told.low, told.mode) == (0.0, 300.0)
    assert math.isnan(yearly(np.zeros(0), 100).mode)


@pytest.mark.parametrize(
    ("values", "rank"),
    [([], None), ([5], 5), (range(1, 11), 9), (range(1, 12), 10), (range(1, 31), 27)],
)
def test_nearest_rank(values, rank):
    told = nearest_rank(np.array(list(values), dtype=np.float64), 0.9)
    assert math.isnan(told) if rank is None else told == rank


def test_how_it_went_by_hand(week):
    card, deed = (each.quality for each in week.by_visit_type)
    assert card.right_first_time == pytest.approx(30 / 50)  # of those known to be first visits
    assert card.repeats == pytest.approx(10 / 60)
    assert card.turned_away == pytest.approx(10 / 50)  # 40 came on Monday, 10 on Wednesday
    assert card.wait_min == pytest.approx((30 * 20 + 10 * 60) / 40)
    assert card.service_min == 6
    assert card.served_per_staff_day == pytest.approx(60 / 5)  # 3 on Monday, once; 2 on Tuesday
    assert (deed.right_first_time, deed.repeats, deed.turned_away, deed.wait_min) == (None,) * 4
    assert deed.served_per_staff_day is None


def test_parts_by_channel_division_and_origin(week):
    assert week.by_channel == {"branch": 206.0, "online": 99.0}
    assert week.by_division == {"Cards": 200.0, "Land": 6.0}
    assert week.by_origin == {-1: 156.0, 0: 40.0, 1: 10.0}
    assert week.served.tolist() == [46, 20, 10, 30, 100, 0]


def test_too_few_days_tell_no_season(week):
    assert week.months == (None,) * 12
    assert week.weekdays == (None,) * 7


def test_seasons_by_hand(tmp_path):
    """Twenty open days of January at 10, Mondays 20; twenty of February at 30."""
    lines = []
    for first, days in ((date(2024, 1, 1), 26), (date(2024, 2, 1), 28)):
        for day in (first + timedelta(n) for n in range(days)):
            if day.weekday() < 5:
                served = 30 if day.month == 2 else 20 if day.weekday() == 0 else 10
                lines.append(f"{day},s1,c,,{served},,,,,,,\n")
    (branch,) = branch_records(pack_of(tmp_path, "".join(lines)))
    total = 4 * 20 + 16 * 10 + 20 * 30
    assert branch.total.mean_day == pytest.approx(total / 40)
    assert branch.months[:3] == pytest.approx((12 / 21, 30 / 21, None))
    assert branch.weekdays[0] == pytest.approx(25 / 21)
    assert branch.weekdays[5] is None


def test_a_branch_with_online_records_alone(tmp_path):
    pack = pack_of(tmp_path, "2024-03-04,s1,c,online,5,,,,,,,\n")
    (branch,) = branch_records(pack)
    assert (branch.by_visit_type, branch.by_channel) == ((), {"online": 5.0})
    assert recorded_year(pack) is None


def test_no_records_are_none(tmp_path):
    pack = read_pack(tiny.write(tmp_path))
    assert branch_records(pack) == ()
    assert recorded_year(pack) is None


def test_only_branches_of_today_that_can_complete_it_count(tmp_path):
    rows = "2024-03-04,s1,get_deed,,5,,,,,,,\n2024-03-04,s2,get_card,,7,,,,,,,\n"
    sites = SITES.replace("existing,c;d\ns2", "existing,c\ns2")
    year = recorded_year(pack_of(tmp_path, rows, sites_csv=sites))
    assert np.isnan(year.mode[0]).all()
    assert year.mode[1, 0] == 7 * 250
    sites = sites.replace("37.5,existing", "37.5,candidate")
    assert recorded_year(pack_of(tmp_path, rows, sites_csv=sites)) is None


def test_origins_are_shares_of_those_named(tmp_path):
    year = recorded_year(pack_of(tmp_path, WEEK))
    assert year.origins[0, 0].tolist() == pytest.approx([40 / 50, 10 / 50])
    assert np.isnan(year.origins[0, 1]).all()


# -- in place of the model, by hand --------------------------------------------------------

POINT_AREA = np.array([0, 0, 1])
SITE_AREA = np.array([0, 1])
PEOPLE = np.array([3.0, 1.0, 5.0])


def test_one_branch_recorded_the_other_modelled():
    visits = np.array([[10.0], [30.0], [20.0]])
    shares = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    recorded = np.array([[50.0], [np.nan]])
    told = replaced(visits, lambda _: shares, recorded, PEOPLE, POINT_AREA, SITE_AREA)
    # M = 10 + 30 = 40, so what goes to the first branch grows by a quarter
    assert told.visits[:, 0].tolist() == [12.5, 37.5, 20.0]
    assert told.at_site[:, 0].tolist() == [50.0, 20.0]
    assert not told.spread.any()


def test_what_nobody_can_complete_stays():
    visits = np.array([[10.0], [30.0], [20.0]])
    shares = np.array([[1.0, 0.0], [0.0, 0.0], [1.0, 0.0]])
    recorded = np.array([[60.0], [np.nan]])
    told = replaced(visits, lambda _: shares, recorded, PEOPLE, POINT_AREA, SITE_AREA)
    assert told.visits[:, 0].tolist() == [20.0, 30.0, 40.0]


def test_people_who_share_themselves_out_do_so_until_the_records_are_met():
    """0.75 a + 0.25 b = 50 and 0.25 a + 0.75 b = 30, so a = 60 and b = 20."""
    shares = np.array([[0.75, 0.25], [0.25, 0.75]])
    recorded = np.array([[50.0], [30.0]])
    told = replaced(np.full((2, 1), 40.0), lambda _: shares, recorded, np.ones(2),
                    np.array([0, 1]), SITE_AREA)  # fmt: skip
    assert told.visits[:, 0].tolist() == pytest.approx([60.0, 20.0], abs=2.0)
    assert shares.T @ told.visits[:, 0] == pytest.approx([50.0, 30.0], abs=0.5)
    assert told.at_site[:, 0].tolist() == pytest.approx([50.0, 30.0])


def test_what_the_rule_cannot_reach_is_told():
    """At most three quarters of all go to the first branch, so a quarter of 100 is off."""
    shares = np.array([[0.75, 0.25], [0.25, 0.75]])
    recorded = np.array([[100.0], [0.0]])
    told = replaced(np.full((2, 1), 50.0), lambda _: shares, recorded, np.ones(2),
                    np.array([0, 1]), SITE_AREA)  # fmt: skip
    assert told.visits.sum() == pytest.approx(100)
    assert told.off[:, 0].tolist() == pytest.approx([-25, 25], abs=0.01)


def test_records_that_the_choice_of_branch_cannot_reach_are_told_with_their_branch(tmp_path):
    """By Huff's rule without distance half go to each branch; all 2,500 were at the first."""
    rows = "".join(
        f"2024-03-04,{site},get_card,branch,{served},,,,,,,\n"
        for site, served in (("s1", 10), ("s2", 0))
    )
    customers = "[choice]\n" + figure("choice.decay_per_km", 0)
    pack = pack_of(tmp_path, rows, customers_toml=customers)
    huff = parse_scenario('name = "H"\npack = "tiny"\n[demand]\nchoice = "huff"\n')
    (words,) = demand(pack, huff).remarks
    assert "demand.choice huff" in words
    assert "s1 of get_card 1,250 too few; s2 of get_card 1,250 too many" in words
    assert words in solve(pack, huff).notes
    near = parse_scenario('name = "N"\npack = "tiny"\n')
    assert demand(pack, near).remarks == demand(pack).remarks == ()


def test_origins_are_followed():
    visits = np.array([[10.0], [30.0], [20.0]])
    shares = np.array([[1.0, 0.0], [1.0, 0.0], [1.0, 0.0]])
    recorded = np.array([[100.0], [np.nan]])
    origins = np.array([[[0.2, 0.8]], [[np.nan, np.nan]]])
    told = replaced(visits, lambda _: shares, recorded, PEOPLE, POINT_AREA, SITE_AREA, origins)
    assert told.visits[:, 0].tolist() == [5.0, 15.0, 80.0]


def test_an_origin_from_which_the_model_sends_nobody():
    visits = np.array([[10.0], [30.0], [20.0]])
    shares = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    recorded = np.array([[np.nan], [100.0]])
    origins = np.array([[[np.nan, np.nan]], [[0.4, 0.6]]])
    told = replaced(visits, lambda _: shares, recorded, PEOPLE, POINT_AREA, SITE_AREA, origins)
    # 40 come past the first branch, from the area's points as the model's visits are there
    assert told.visits[:, 0].tolist() == [10 + 10, 30 + 30, 60]
    assert told.at_site[:, 0].tolist() == [40.0, 100.0]
    assert told.spread[1, 0] == pytest.approx(40.0)


@pytest.mark.parametrize(
    ("visits", "expected"),
    [((4.0, 12.0, 20.0), (25.0, 75.0)), ((0.0, 0.0, 20.0), (75.0, 25.0))],
)
def test_a_branch_that_the_model_sends_nobody_to(visits, expected):
    """By the model's visits of its own area, by population where it has none there."""
    given_visits = np.array(visits)[:, None]
    shares = np.tile([0.0, 1.0], (3, 1))
    recorded = np.array([[100.0], [np.nan]])
    told = replaced(given_visits, lambda _: shares, recorded, PEOPLE, POINT_AREA, SITE_AREA)
    added = told.visits[:, 0] - given_visits[:, 0]
    assert added.tolist() == pytest.approx([*expected, 0.0])
    assert told.spread[0, 0] == 100
    assert told.at_site[:, 0].tolist() == [100.0, sum(visits)]


def test_nothing_recorded_changes_nothing():
    visits = np.array([[10.0], [30.0], [20.0]])
    nothing = np.full((2, 1), np.nan)
    told = replaced(visits, lambda _: 1 / 0, nothing, PEOPLE, POINT_AREA, SITE_AREA)
    assert (told.visits == visits).all()
    assert np.isnan(told.at_site).all()


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32 - 1), st.booleans(), st.booleans())
def test_at_each_recorded_branch_exactly_what_was_recorded(seed, with_origins, shared_out):
    rng = np.random.default_rng(seed)
    points, sites, areas = 8, 4, 3
    area = np.concatenate([np.arange(areas), rng.integers(0, areas, points - areas)])
    visits = rng.integers(0, 3, (points, 1)) * rng.uniform(0, 9, (points, 1))
    able = rng.random(sites) < 0.7
    near = rng.uniform(0, 1, (points, sites))
    shares = huff_shares(near, able, near[0], 2.0) if shared_out else nearest_shares(near, able)
    recorded = np.where(rng.random((sites, 1)) < 0.5, rng.uniform(0, 99, (sites, 1)), np.nan)
    origins = rng.dirichlet(np.ones(areas), (sites, 1)) if with_origins else None
    told = replaced(visits, lambda _: shares, recorded, rng.uniform(0, 9, points), area,
                    rng.integers(0, areas, sites), origins)  # fmt: skip
    known = ~np.isnan(recorded)
    if known.any():
        assert told.at_site[known] == pytest.approx(recorded[known])
        served = shares.sum(axis=1) > 0
        total = told.at_site.sum() + visits[~served].sum()
        assert told.visits.sum() == pytest.approx(total)
    assert (told.visits >= 0).all()


EVERYWHERE_RECORDED = "citizenship_interviews"  # what only branches with test records can complete


# -- a whole pack with made-up records -----------------------------------------------------


@pytest.fixture(scope="module")
def recorded_pack(tmp_path_factory):
    """The built-in pack with test records, made by a seeded generator; none are real."""
    plain = read_pack(find_pack("immigration"))
    folder = tmp_path_factory.mktemp("recorded") / "pack"
    write_pack(plain, folder)
    rng = np.random.default_rng(7)
    branches = [
        site for site in plain.sites if site.status == "existing" and site.id != "007-garissa"
    ]
    lines = ["date,branch,service,served"]
    for day in (date(2024, 1, 1) + timedelta(n) for n in range(60)):
        for site in branches if day.weekday() < 5 else ():
            able = [k for k in plain.visit_types if set(k.services) <= set(site.services_today)]
            lines += [f"{day},{site.id},{kind.id},{rng.poisson(40)}" for kind in able]
    (folder / "work_records.csv").write_text("\n".join(lines) + "\n")
    return plain, read_pack(folder)


def todays_visits(problem):
    plan = evaluate.todays_network(problem)
    flow = np.zeros((len(problem.site_ids), len(problem.visit_type_ids)))
    rows = plan.assignment
    carried = problem.visits[rows.point, rows.visit_type] * rows.share
    np.add.at(flow, (rows.site, rows.visit_type), carried)
    return flow


def test_todays_branches_have_the_recorded_visits_to_the_last(recorded_pack):
    _, pack = recorded_pack
    problem = build(pack, Scenario(name="t", pack="t"))
    year, flow = recorded_year(pack).mode, todays_visits(problem)
    sent = flow[~np.isnan(year)] > 0
    assert np.isnan(year).all(axis=1).sum() == len(pack.sites) - 9
    assert sent.all()
    assert flow[~np.isnan(year)] == pytest.approx(year[~np.isnan(year)], abs=0.5)
    modelled = todays_visits(build(pack, _without()))
    assert flow[np.isnan(year)] == pytest.approx(modelled[np.isnan(year)])


def _without():
    return Scenario.model_validate({"name": "t", "pack": "t", "demand": {"records": False}})


def test_a_pack_without_records_and_a_scenario_without_them_are_the_models(recorded_pack):
    plain, pack = recorded_pack
    model = yearly_visits(plain)
    assert planned_visits(plain, visits=model) is model
    assert planned_visits(pack, _without(), visits=model) is model
    assert (build(plain, Scenario(name="t", pack="t")).visits == model.mode).all()
    assert (build(pack, _without()).visits == yearly_visits(pack).mode).all()


def test_totals_say_what_was_recorded(recorded_pack):
    plain, pack = recorded_pack
    told = planned_visits(pack)
    by_type = {each.visit_type: each for each in told.totals}
    application = by_type["passport_application"]
    assert "at 9 of 10 branches; at the others the model" in application.mark.source
    assert (application.mark.confidence, application.chain) == ("assumption", ())
    assert application.mode == pytest.approx(told.mode[:, 0].sum())
    assert application.low < application.mode < application.high
    citizens = by_type[EVERYWHERE_RECORDED]
    assert "at 5 of 5 branches" in citizens.mark.source
    assert citizens.mark.confidence == "derived"
    assert (told.low <= told.mode + 1e-9).all()
    assert (told.mode <= told.high + 1e-9).all()
    assert (told.mode == build(pack, Scenario(name="t", pack="t")).visits).all()
    summary = {each["visit_type"]: each for each in demand_summary(demand(pack))}
    assert summary[EVERYWHERE_RECORDED]["source"] == citizens.mark.source
    assert demand_table(demand(pack))["visits_per_year"].sum() == pytest.approx(told.mode.sum())
    assert all("work_records" not in each["source"] for each in demand_summary(demand(plain)))


def test_under_huffs_rule_people_asked_again_meet_the_records(recorded_pack):
    _, pack = recorded_pack
    huff = Scenario.model_validate({"name": "t", "pack": "t", "demand": {"choice": "huff"}})
    problem = build(pack, huff)
    plan = evaluate.todays_network(problem)
    came = who_comes(problem, plan, "huff", choice=pack.customers.choice).visits
    year = recorded_year(pack).mode
    kind = [each.id for each in pack.visit_types].index(EVERYWHERE_RECORDED)
    known = ~np.isnan(year[:, kind])
    assert came[known, kind] == pytest.approx(year[known, kind], abs=0.5)


def test_a_pack_with_records_is_solved(tmp_path):
    rows = "2024-03-04,s1,get_card,,8,,,,,,,\n2024-03-05,s1,get_card,,4,,,,,,,\n"
    pack = pack_of(tmp_path, rows)
    report = solve(pack, parse_scenario('name = "A"\npack = "t"\n[solve]\ngap = 0.0\n'))
    assert report.status == "optimal"
    # the 15 cards of West follow the mean of 6 a day, the three of East go to s2
    assert report.problem.visits[:, 0].tolist() == pytest.approx([1000.0, 500.0, 3.0])


# -- the command ---------------------------------------------------------------------------


def test_the_command_tells_a_packs_records(tmp_path, capsys):
    pack = pack_of(tmp_path, WEEK)
    assert main(["records", str(pack.folder), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    (branch,) = told["branches"]
    assert (branch["site"], branch["recorded_days"], branch["missing_days"]) == ("s1", 5, 1)
    assert branch["by_visit_type"][0]["year"]["mode"] == 5000
    assert branch["by_visit_type"][1]["year"]["low"] is None
    assert branch["by_origin"] == {"": 156.0, "001": 40.0, "002": 10.0}
    assert any("on 1 working day" in text for text in told["remarks"])
    assert main(["records", str(pack.folder)]) == 0
    out = capsys.readouterr().out
    assert "Alpha town [s1], 2024-03-04 to 2024-03-11" in out
    assert "get_card: mean day 20.0 served, P90 day 40 (2.00 x the mean); 5,000 a year" in out
    (line,) = [each for each in out.splitlines() if "the sum over 2 visit types" in each]
    assert f"{branch['year']['mode']:,.0f} a year" in line
    assert branch["year"]["mode"] != pytest.approx(branch["mean_day"] * told["days_per_year"])


def test_the_command_says_that_there_are_none(capsys):
    assert main(["records", "immigration"]) == 0
    assert "has no daily work records" in capsys.readouterr().out
    assert main(["records"]) == 2


def test_the_command_writes_an_empty_table_and_overwrites_none(tmp_path, capsys):
    file = tmp_path / "mine.csv"
    assert main(["records", "--template", str(file)]) == 0
    assert file.read_text().startswith("date,branch,division,service,channel,served,")
    assert "served       needed   Customers served" in capsys.readouterr().out
    assert main(["records", "--template", str(file)]) == 2
    assert main(["records", "--template", str(tmp_path / "mine.doc")]) == 2
    assert main(["records", "--template", str(tmp_path / "no" / "mine.csv")]) == 1


def test_demand_says_what_was_recorded(tmp_path, capsys):
    pack = pack_of(tmp_path, WEEK)
    assert main(["demand", str(pack.folder)]) == 0
    told = capsys.readouterr()
    assert "work_records.csv: 5,000 visits a year recorded at 1 of 2 branches" in told.err
