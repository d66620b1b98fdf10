"""What each rule of a scenario becomes in the problem, and what a pack or another rule forbids."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pack.tiny import matrix, write

from planner.errors import InputError
from planner.pack import read_pack
from planner.problem import PlanningProblem
from planner.scenario import build, parse_scenario, phase_scenarios, scenario_toml

LEAST = 'name = "A"\npack = "town"\n'
TOWN = {
    "services_csv": (
        "id,name,division,standard_min,separation_km,separation_dense_km,separation_min,"
        "counter_min_per_visit,annual_cost_kes,capital_kes,closing_kes\n"
        "c,Card,Front,120,60,15,45,5,1000,200,30\nd,Deed,Back,,,,,8,50,7,3\ne,Entry,Front,,,,,1,,,\n"
    ),
    "formats_csv": (
        "id,name,counters,capital_kes,annual_cost_kes,services\n"
        "desk,Desk,2,100,10,c\nhall,Hall,,900,90,\nfull,Full,12,800,80,c;d\n"
    ),
    "sites_csv": (
        "id,name,area,lat,lon,status,services_today,formats,format_today,capital_kes,"
        "annual_cost_kes,closing_kes,counters,capacity_visits_per_year\n"
        "s1,Alpha,001,-0.5,36.5,existing,c;d,desk;full,full,,,77,,\n"
        "s2,Beta,001,-0.2,36.2,existing,c,,,5000,600,88,4,1000\n"
        "s3,Gamma,002,-0.5,37.5,proposed,c,,,5000,600,,,\n"
        "s4,Delta,002,-0.4,37.4,candidate,,hall,,5000,600,,,2000\n"
    ),
}


def town_with(folder: Path, **changes: str):
    return read_pack(write(folder, **{**TOWN, **changes}))


@pytest.fixture
def town(tmp_path):
    return town_with(tmp_path)


def problem_of(pack, text: str = "") -> PlanningProblem:
    return build(pack, parse_scenario(LEAST + text))


def faults_of(pack, text: str) -> dict[str, str]:
    with pytest.raises(InputError) as caught:
        problem_of(pack, text)
    return {fault.column: str(fault) for fault in caught.value.faults}


# -- formats -------------------------------------------------------------------------------

INF = np.inf


def test_formats_by_their_size_those_without_counters_last(town):
    problem = problem_of(town)
    assert problem.format_ids == ("", "desk", "full", "hall")
    assert problem.format_allowed.tolist() == [
        [False, True, True, False], [True, False, False, False],
        [True, False, False, False], [False, False, False, True],
    ]  # fmt: skip
    assert problem.today_format.tolist() == [2, 0, -1, -1]
    assert problem.format_services.tolist() == [
        [True] * 3, [True, False, False], [True, True, False], [True] * 3,
    ]  # fmt: skip
    assert problem.counters.tolist() == [
        [INF, 2, 12, INF], [4, 2, 12, INF], [INF, 2, 12, INF], [INF, 2, 12, INF],
    ]  # fmt: skip
    assert problem.counter_minutes_per_year == 90_000
    assert problem.service_counter_min.tolist() == [5, 8, 1]
    assert problem.visit_minutes.tolist() == [5, 13]


def test_a_format_has_its_own_costs_and_today_costs_no_capital(town):
    problem = problem_of(town)
    assert problem.branch_annual_kes[0].tolist() == [0, 10, 80, 90]
    assert problem.branch_annual_kes[2, 0] == 600
    assert problem.capital_kes.tolist() == [
        [0, 100, 0, 900], [0, 100, 800, 900], [5000, 100, 800, 900], [5000, 100, 800, 900],
    ]  # fmt: skip
    assert problem.capacity_visits.tolist() == [
        [INF] * 4, [1000, INF, INF, INF], [INF] * 4, [2000, INF, INF, INF],
    ]  # fmt: skip


def test_no_formats(town):
    problem = problem_of(town, "[rules]\nformats = 'off'")
    assert problem.format_ids == ("",)
    assert problem.format_allowed.all()
    assert problem.today_format.tolist() == [0, 0, -1, -1]
    assert problem.counters.tolist() == [[INF], [4], [INF], [INF]]


def test_formats_for_new_sites_that_list_none(town):
    problem = problem_of(town, "[rules]\nformats = ['full', 'desk']")
    assert problem.format_ids == ("", "desk", "full", "hall")
    assert problem.format_allowed.tolist() == [
        [False, True, True, False], [True, False, False, False],
        [False, True, True, False], [False, False, False, True],
    ]  # fmt: skip
    assert problem.today_format.tolist() == [2, 0, -1, -1]


def test_formats_that_no_site_takes_are_not_in_the_problem(tmp_path):
    sites = TOWN["sites_csv"].replace("desk;full,full", ",").replace("hall", "")
    pack = town_with(tmp_path, sites_csv=sites)
    assert problem_of(pack).format_ids == ("",)
    assert problem_of(pack, "[rules]\nformats = ['desk']").format_ids == ("", "desk")
    without = problem_of(pack, "[rules]\nformats = 'off'")
    assert problem_of(pack).fingerprint == without.fingerprint


def test_a_locked_format(town):
    rules = problem_of(town, "[sites]\nformats = { s4 = 'hall', s1 = 'desk' }").rules
    assert rules.locked_format == {0: 1, 3: 3}


# -- money ---------------------------------------------------------------------------------


def test_what_is_there_today_costs_nothing_to_have_and_something_to_end(town):
    problem = problem_of(town)
    assert problem.offering_capital_kes.tolist() == [
        [0, 0, 0], [0, 7, 0], [200, 7, 0], [200, 7, 0],
    ]  # fmt: skip
    assert problem.closing_kes.tolist() == [77, 88, 0, 0]
    assert problem.offering_closing_kes.tolist() == [[30, 3, 0], [30, 0, 0], [0] * 3, [0] * 3]


def test_budgets_of_divisions(town):
    text = "[rules]\nannual_kes = { divisions = { Back = 5, Front = 9e3 } }\n"
    problem = problem_of(town, text + "capital_kes = { max = 3, divisions = { Back = 0 } }")
    assert problem.division_ids == ("Front", "Back")
    assert problem.service_division.tolist() == [0, 1, 0]
    assert problem.rules.division_annual_max_kes == {0: 9000, 1: 5}
    assert problem.rules.division_capital_max_kes == {1: 0}
    assert (problem.rules.capital_max_kes, problem.rules.annual_max_kes) == (3, None)
    assert "Did you mean Front" in faults_of(
        town, "[rules.annual_kes.divisions]\nFrnt = 1"
    )["rules.annual_kes.divisions"]  # fmt: skip


# -- capacity ------------------------------------------------------------------------------


@pytest.mark.parametrize("capacity", ["soft", "hard"])
def test_capacity(town, capacity):
    text = f"[rules]\ncapacity = '{capacity}'\ncounters = 'by_service'"
    rules = problem_of(town, text).rules
    assert (rules.capacity, rules.counters) == (capacity, "by_service")


def test_capacity_that_would_limit_nothing(tmp_path):
    pack = read_pack(write(tmp_path))
    assert "limit nothing" in faults_of(pack, "[rules]\ncapacity = 'hard'")["rules.capacity"]


def test_counters_need_the_minutes_of_a_visit(tmp_path):
    services = TOWN["services_csv"].replace(",8,", ",,")
    pack = town_with(tmp_path, services_csv=services)
    told = faults_of(pack, "[rules]\ncapacity = 'soft'")
    assert "no counter_min_per_visit of d" in told["rules.capacity"]
    assert problem_of(pack).service_counter_min.tolist() == [5, 0, 1]


# -- areas ---------------------------------------------------------------------------------


def test_floors_of_areas_by_code_or_name(town):
    text = "[rules.branches_per_area]\nareas = { '002' = 1, 'West' = 2 }"
    assert problem_of(town, text).rules.floor_areas == {0: 2, 1: 1}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[rules.branches_per_area]\nareas = { '002' = 1, 'East' = 2 }", "rules.branches_per_area"),
        ("[standards.c]\nareas = { '002' = 0.5, 'East' = 0.2 }", "standards.c"),
    ],
)
def test_an_area_by_its_code_and_by_its_name(town, text, key):
    assert "002 is the same area" in faults_of(town, text)[f"{key}.areas"]


def test_areas_of_one_name_are_told_apart_by_code(town):
    both = replace(town, areas=tuple(replace(area, name="Twin") for area in town.areas))
    text = "[rules.branches_per_area]\nareas = { '001' = 1 }"
    assert problem_of(both, text).rules.floor_areas == {0: 1}
    told = faults_of(both, text.replace("001", "Twin"))
    assert "found Twin; expected the code or exact name of an area" in " ".join(told.values())


# -- standards -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("c = 1", [(0, None, 1, 120, True)]),
        ("c = 0", []),
        ("c = { share = 0.5, within_min = 30 }", [(0, None, 0.5, 30, True)]),
        (
            "c = { share = 0.5, scope = 'area', areas = { East = 0.0 } }",
            [(0, 0, 0.5, 120, True)],
        ),
        (
            "c = { share = 0.5, mode = 'soft', areas = { East = 0.7 } }",
            [(0, None, 0.5, 120, False), (0, 1, 0.7, 120, False)],
        ),
        ("d = { within_min = 9, areas = { '001' = 0.7 } }", [(1, 0, 0.7, 9, True)]),
        (
            "d = { share = 0.2, within_min = 9 }\nc = 0.4",
            [(0, None, 0.4, 120, True), (1, None, 0.2, 9, True)],
        ),
    ],
)
def test_standards(town, text, expected):
    made = problem_of(town, f"[standards]\n{text}").rules.standards
    assert [(e.service, e.area, e.share, e.within_min, e.is_hard) for e in made] == expected


def test_a_standard_needs_minutes(town):
    told = faults_of(
        town, "[standards]\nd = 0.5\nx = 0.3\nc = { share = 0.5, areas = { Est = 1 } }"
    )
    assert set(told) == {"standards.d.within_min", "standards", "standards.c.areas"}
    assert "no standard_min" in told["standards.d.within_min"]
    assert "Did you mean East" in told["standards.c.areas"]


@pytest.mark.parametrize(
    ("text", "place", "told"),
    [
        ("c = 1.5", "standards.c.share", "less than or equal to 1"),
        ("c = '0.5'", "standards.c", "a share, or a table with share | mode"),
        ("c = true", "standards.c", "a share, or a table"),
        ("c = {}", "standards.c", "a share, or areas with shares"),
        ("c = { scope = 'area' }", "standards.c", "expected a share"),
        ("c = { shares = 0.3 }", "standards.c.shares", "Did you mean share?"),
        ("c = { share = 0.3, within_min = 0 }", "standards.c.within_min", "greater than 0"),
        ("c = { share = 0.3, areas = { E = -1 } }", "standards.c.areas.E", "greater than or equal"),
    ],
)
def test_standards_that_are_written_wrongly(text, place, told):
    with pytest.raises(InputError) as caught:
        parse_scenario(f"{LEAST}[standards]\n{text}")
    faults = {fault.column: str(fault) for fault in caught.value.faults}
    assert told in faults[place]


# -- locks ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place", "told"),
    [
        ("[sites]\noffer = { s9 = ['c'] }", "sites.offer", "Did you mean s"),
        ("[sites]\noffer = { s4 = ['x'] }", "sites.offer.s4", "not in the pack"),
        ("[sites]\nwithhold = { s4 = ['x'] }", "sites.withhold.s4", "not in the pack"),
        ("[sites]\nformats = { s4 = 'dusk' }", "sites.formats.s4", "Did you mean desk"),
        ("[sites]\nformats = { s4 = 'desk' }", "sites.formats.s4", "expected hall"),
        ("[sites]\nformats = { s3 = 'desk' }", "sites.formats.s3", "the site is plain"),
        (
            "[sites]\nformats = { s1 = 'desk' }\noffer = { s1 = ['d'] }",
            "sites.offer.s1",
            "No format that the site may take",
        ),
        ("[sites]\noffer = { s1 = ['e'] }", "sites.offer.s1", "No format that the site may take"),
        ("[sites]\nwithhold = { s1 = ['d'] }", "sites.withhold.s1", "keeps it"),
        (
            "[rules]\nexisting = 'may_change'\n[sites]\nwithhold = { s1 = ['c', 'd', 'e'] }",
            "sites.withhold.s1",
            "an open branch offers some service",
        ),
        (
            "[sites]\nopen = ['s4']\nwithhold = { s4 = ['c', 'd', 'e'] }",
            "sites.withhold.s4",
            "an open branch offers some service",
        ),
        (
            "[rules]\nmix = 'as_listed'\n[sites]\noffer = { s4 = ['c'], s3 = ['c'] }",
            "sites.offer.s4",
            "offers only what the pack lists",
        ),
        ("[rules]\nformats = ['desk', 'x']", "rules.formats", "found x"),
    ],
)
def test_locks_that_cannot_be_kept(town, text, place, told):
    faults = faults_of(town, text)
    assert set(faults) == {place}
    assert told in faults[place]


@pytest.mark.parametrize(
    "text",
    [
        "[sites]\nclosed = ['s1']\nwithhold = { s1 = ['c', 'd', 'e'] }",
        "[rules]\nexisting = 'may_close'\n[sites]\nwithhold = { s1 = ['c', 'd', 'e'] }",
        "[rules]\nexisting = 'may_change'\n[sites]\nwithhold = { s1 = ['c'] }",
        "[sites]\noffer = { s1 = ['c', 'd'] }\nformats = { s1 = 'full' }",
        "[sites]\noffer = { s2 = ['e'], s4 = [] }\nclosed = ['s4']",
    ],
)
def test_locks_that_can_be_kept(town, text):
    assert problem_of(town, text).rules


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("offer = { s1 = ['c'] }\nwithhold = { s1 = ['c'] }", "not both (s1: c)"),
        ("offer = { s1 = ['c'] }\nclosed = ['s1']", "no offer at a site that is locked closed"),
        ("formats = { s1 = ['desk'] }", "sites.formats.s1"),
        ("offer = ['s1']", "sites.offer"),
    ],
)
def test_locks_that_contradict_one_another(text, told):
    with pytest.raises(InputError) as caught:
        parse_scenario(f"{LEAST}[sites]\n{text}")
    assert told in str(caught.value)


@pytest.mark.parametrize("value", ["'on'", "[]", "['a', 'a']", "3", "[1]", "{ a = 1 }"])
def test_formats_that_are_written_wrongly(value):
    with pytest.raises(InputError, match='"off", or a list of format ids, each once'):
        parse_scenario(f"{LEAST}[rules]\nformats = {value}")


# -- duplicates ----------------------------------------------------------------------------


def test_separations_of_the_pack_in_both_measures(town):
    problem = problem_of(town)
    assert problem.separation_km[0, 0].tolist() == [15, 15, 60, 60]  # area 001 is dense
    assert problem.near_km[0].tolist() == [15, 15, 60]
    assert (problem.separation_min[0] == 45).all()
    assert (problem.near_min[0] == 45).all()
    assert (problem.separation_km[1:] == -1).all()
    assert (problem.separation_min[1:] == -1).all()


def test_minutes_between_sites_in_the_faster_direction(town):
    problem = problem_of(town)
    km = problem.site_km
    assert problem.site_min[0, 1] == pytest.approx(km[0, 1] / 50 * 60)
    assert problem.site_min[2, 3] == pytest.approx(km[2, 3] / 25 * 60)  # both in the slow east
    assert problem.site_min[1, 2] == problem.site_min[2, 1] == pytest.approx(km[1, 2] / 50 * 60)


@pytest.mark.parametrize(("measure", "other"), [("km", "min"), ("min", "km")])
def test_a_separation_of_the_scenario_replaces_all(town, measure, other):
    text = f"[duplicates]\nseparation_{measure} = 30\nseparation_dense_{measure} = 8"
    problem = problem_of(town, text)
    own = getattr(problem, f"separation_{measure}")
    assert (own[:, :2, :2] == 8).all()
    assert (own[:, 2:] == 30).all()
    assert getattr(problem, f"near_{measure}").tolist() == [[8, 8, 30]] * 3
    assert (getattr(problem, f"separation_{other}") == -1).all()
    assert (getattr(problem, f"near_{other}") == -1).all()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("separation_km = 1\nseparation_min = 1", "either separation_km or separation_min"),
        ("separation_dense_km = 1", "separation_km beside separation_dense_km"),
        ("separation_km = 1\nseparation_dense_min = 1", "separation_min beside"),
    ],
)
def test_separations_that_do_not_go_together(text, told):
    with pytest.raises(InputError, match=told):
        parse_scenario(f"{LEAST}[duplicates]\n{text}")


# -- phases --------------------------------------------------------------------------------

ROADMAP = """
[rules]
branches = { max = 9 }
annual_kes = { max = 50 }
[[phases]]
name = "First"
branches = { exactly = 3 }
[[phases]]
name = "Last"
capital_kes = { max = 7, divisions = { Back = 2 } }
annual_kes = { max = 60 }
"""


def test_each_phase_has_its_own_limits(town):
    scenario = parse_scenario(LEAST + ROADMAP)
    first, last = phase_scenarios(scenario)
    assert (first.name, last.name) == ("A: First", "A: Last")
    rules = build(town, first).rules
    assert (rules.branches_min, rules.branches_max, rules.annual_max_kes) == (3, 3, 50)
    rules = build(town, last).rules
    assert (rules.branches_min, rules.branches_max, rules.annual_max_kes) == (None, 9, 60)
    assert rules.division_capital_max_kes == {1: 2}
    assert phase_scenarios(first) == ()
    assert parse_scenario(scenario_toml(first)).rules == first.rules


def test_a_roadmap_asks_for_its_end_state(town):
    scenario = parse_scenario(LEAST + ROADMAP)
    last = phase_scenarios(scenario)[-1]
    assert build(town, scenario).fingerprint == build(town, last).fingerprint
    written = parse_scenario(scenario_toml(scenario, town))
    assert written.phases == scenario.phases
    assert build(town, written).fingerprint == build(town, scenario).fingerprint


def test_names_in_phases_are_checked(town):
    told = faults_of(town, ROADMAP.replace("Back", "Bck"))
    assert "Did you mean Back" in told["phases.1.capital_kes.divisions"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[phases]]\nname = 'A'\n[[phases]]\nname = 'A'", "phases with different names"),
        ("[[phases]]\nbranches = { max = 3 }", "phases.0.name: found nothing"),
        ("[[phases]]\nname = 'A'\nbranch = { max = 3 }", "Did you mean branches?"),
        ("[[phases]]\nname = 'A'\nbranches = { mix = 3 }", "phases.0.branches.mix"),
        ("[[phases]]\nname = 'A'\nbranches = { min = 3, max = 2 }", "min at most max"),
        ("[phases]\nname = 'A'", "phases"),
    ],
)
def test_phases_that_are_written_wrongly(text, told):
    with pytest.raises(InputError) as caught:
        parse_scenario(LEAST + text)
    assert told in str(caught.value)


# -- published instances -------------------------------------------------------------------

PLAIN = {
    "pack_toml": 'id = "t"\nname = "T"\n',
    "areas_geojson": None,
    "services_csv": "id,name\nserve,Serve\n",
    "visit_types_csv": "id,name,services\nvisit,Visit,serve\n",
    "visits_csv": "demand_point,visit_type,visits_per_year\np1,visit,1\np2,visit,1\np3,visit,1\n",
    "demand_points_csv": "id,name,area,population\np1,A,all,1\np2,B,all,1\np3,C,all,1\n",
    "sites_csv": (
        "id,name,area,status,annual_cost_kes,capacity_visits_per_year\n"
        "s1,A,all,candidate,7500,58\ns2,B,all,candidate,5000,\n"
    ),
}
P_MEDIAN = """
[objective]
minimize = "travel_distance"
[rules]
branches = { exactly = 1 }
[duplicates]
rule = "allow"
"""


def test_a_p_median_in_the_plane(tmp_path):
    points = "id,name,area,x,y,population\np1,A,all,0,0,1\np2,B,all,3000,4000,1\np3,C,all,0,500,1\n"
    sites = "id,name,area,x,y,status\ns1,A,all,0,0,candidate\ns2,B,all,3000,4000,candidate\n"
    changes = {"demand_points_csv": points, "sites_csv": sites}
    pack = read_pack(write(tmp_path, **{**PLAIN, **changes}))
    problem = problem_of(pack, P_MEDIAN)
    assert problem.impedance.tolist() == [[0, 5], [5, 0], [0.5, pytest.approx(np.hypot(3, 3.5))]]
    assert problem.area_codes == ("all",)
    assert (problem.rules.branches_min, problem.rules.branches_max) == (1, 1)


def test_a_p_median_from_a_matrix_alone(tmp_path):
    rows = "demand_point,site,km\n" + "".join(
        f"p{i},s{j},{i * j}\n" for i in (1, 2, 3) for j in (1, 2)
    )
    pack = read_pack(write(tmp_path, **{**PLAIN, "travel_csv": rows}))
    problem = problem_of(pack, P_MEDIAN)
    assert problem.impedance.tolist() == [[1, 2], [2, 4], [3, 6]]
    named = problem_of(pack, P_MEDIAN + "[travel]\nmodel = 'matrix'")
    assert named.fingerprint == problem.fingerprint


COSTS = "demand_point,site,kes\np1,s1,10.5\np1,s2,7\np2,s1,3\np2,s2,0.125\np3,s1,2\n"
FIXED_CHARGE = "[objective]\nminimize = 'total_cost'\n[rules]\ncapacity = 'hard'\n"


@pytest.mark.parametrize("assignment", ["split", "single"])
def test_fixed_charges_from_costs_alone(tmp_path, assignment):
    pack = read_pack(write(tmp_path, **{**PLAIN, "travel_csv": COSTS}))
    problem = problem_of(pack, f"{FIXED_CHARGE}assignment = '{assignment}'")
    assert problem.impedance.tolist() == [[10.5, 7], [3, 0.125], [2, INF]]
    assert problem.branch_annual_kes.tolist() == [[7500], [5000]]
    assert problem.capacity_visits.tolist() == [[58], [INF]]
    assert problem.rules.assignment == assignment


@pytest.mark.parametrize("minimize", ["travel_time", "travel_distance"])
def test_costs_alone_give_no_time_and_no_distance(tmp_path, minimize):
    pack = read_pack(write(tmp_path, **{**PLAIN, "travel_csv": COSTS}))
    told = faults_of(pack, f"[objective]\nminimize = '{minimize}'")
    assert "costs only" in told["objective.minimize"]
    text = f"{FIXED_CHARGE}[standards]\nserve = {{ share = 0.5, within_min = 3 }}"
    assert set(faults_of(pack, text)) == {"standards"}


def test_costs_beside_minutes_count_for_money_only(town):
    rows = [("p1", "s1", 30.0, 20.0, 9.0), ("p2", "s1", 60.0, 40.0, None)]
    pack = replace(town, travel_matrix=matrix(town, rows))
    minutes = problem_of(pack, "[travel]\nmodel = 'matrix'")
    assert minutes.impedance[:2, 0].tolist() == [30, 60]
    money = problem_of(pack, "[travel]\nmodel = 'matrix'\n[objective]\nminimize = 'total_cost'")
    assert money.impedance[:2, 0].tolist() == [9, 2 * (40 * 4 + 80 + 60)]


def test_a_separation_in_minutes_needs_places(tmp_path):
    pack = read_pack(write(tmp_path, **{**PLAIN, "travel_csv": COSTS}))
    text = "[objective]\nminimize = 'total_cost'\n[duplicates]\nseparation_min = 3\n"
    assert problem_of(pack, text).rules.duplicates == "allow"
    told = faults_of(pack, text + "rule = 'forbid'")
    assert "Distances between sites are unknown" in told["duplicates.rule"]
