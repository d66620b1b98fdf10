"""Scenario files: every default stated, every fault told at once, nothing ignored."""

from __future__ import annotations

import math
import tomllib
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pack.tiny import matrix, write

from planner.errors import InputError
from planner.pack import find_pack, read_pack
from planner.problem import PlanningProblem, Rules, Standard
from planner.scenario import (
    Scenario,
    build,
    parse_scenario,
    price_in_objective,
    read_scenario,
    scenario_from_dict,
    scenario_toml,
)

LEAST = 'name = "A"\npack = "tiny"\n'


def faults_of(text: str, **more: object) -> list[str]:
    with pytest.raises(InputError) as caught:
        parse_scenario(text, **more)
    return [str(fault) for fault in caught.value.faults]


def the_fault(text: str) -> str:
    (fault,) = faults_of(text)
    return fault


@pytest.fixture
def tiny(tmp_path):
    return read_pack(write(tmp_path))


def problem_of(pack, text: str = "") -> PlanningProblem:
    return build(pack, parse_scenario(LEAST + text))


# -- reading -------------------------------------------------------------------------------


def test_every_default():
    scenario = parse_scenario(LEAST)
    assert tomllib.loads(scenario_toml(scenario)) == {
        "name": "A",
        "pack": "tiny",
        "description": "",
        "objective": {"minimize": "travel_time", "tail_share": 0.0, "tail_beta": 0.1},
        "rules": {
            "branches": {},
            "capital_kes": {"divisions": {}},
            "annual_kes": {"divisions": {}},
            "existing": "keep",
            "mix": "free",
            "branches_per_area": {"min": 0, "areas": {}, "services": {}},
            "capacity": "off",
            "counters": "pooled",
            "assignment": "split",
        },
        "duplicates": {
            "rule": "price",
            "max": 0,
            "price_min_per_visit": 0.1,
            "justified_by_load": True,
        },
        "standards": {},
        "demand": {"level": "mode", "records": True, "need_weights": [], "choice": "nearest"},
        "channels": {
            "online": 0.0,
            "assisted": 0.0,
            "information": 0.0,
            "minutes": 1.0,
            "where": [],
        },
        "sites": {"open": [], "closed": [], "offer": {}, "withhold": {}, "formats": {}},
        "travel": {"impedance": "minutes"},
        "solve": {"time_limit_s": 120.0, "gap": 0.001, "solver": "highs", "threads": 1, "seed": 0},
        "phases": [],
    }


FULL = """name = "Murang'a <b> ${x} \\"quoted\\""
pack = "./tiny"
description = "What"
[objective]
minimize = "travel_cost"
tail_share = 0.25
tail_beta = 0.2
[rules]
branches = { min = 1, max = 24, new_max = 3 }
capital_kes = { max = 900_000_000 }
annual_kes = { max = 450e6 }
existing = "may_close"
mix = "as_listed"
formats = "off"
branches_per_area = { min = 1, areas = { "East" = 0, "001" = 2 }, services = { c = 2 } }
counters = "by_service"
assignment = "single"
[duplicates]
rule = "cap"
max = 4
separation_km = 60
separation_dense_km = 20
justified_by_load = false
[standards]
c = 0.9
[standards.d]
share = 0.5
mode = "soft"
scope = "area"
within_min = 90
areas = { "West" = 0.8 }
[sites]
open = ["s1"]
closed = ["s2"]
offer = { s1 = ["c"] }
withhold = { s1 = ["d"] }
[solve]
time_limit_s = 5
gap = 0.01
solver = "cbc"
threads = 2
seed = 7
[[phases]]
name = "First"
branches = { max = 2 }
[[phases]]
name = "Last"
annual_kes = { max = 440e6 }
capital_kes = { divisions = {} }
"""


def test_a_full_file_comes_back_as_it_was():
    scenario = parse_scenario(FULL)
    assert scenario.rules.annual_kes.max == 450_000_000
    assert isinstance(scenario.rules.annual_kes.max, int)
    again = parse_scenario(scenario_toml(scenario))
    assert again.travel.impedance == "kes"
    assert again.model_copy(update={"travel": scenario.travel}) == scenario
    assert parse_scenario(scenario_toml(again)) == again


@given(
    name=st.text(min_size=1, max_size=50),
    money=st.none() | st.integers(0, 10**15),
    counts=st.tuples(st.none() | st.integers(0, 10**6), st.none() | st.integers(0, 10**6)),
    rule=st.sampled_from(["forbid", "cap", "price", "allow"]),
    sites=st.lists(st.text(max_size=10), max_size=4, unique=True),
    price=st.floats(0, 1e6),
)
@settings(max_examples=100, deadline=None)
def test_whatever_is_written_is_read_again(name, money, counts, rule, sites, price):
    scenario = scenario_from_dict(
        {
            "name": name,
            "pack": "p",
            "rules": {
                "branches": {"min": counts[0], "new_max": counts[1]},
                "annual_kes": {"max": money},
            },
            "duplicates": {"rule": rule, "price_min_per_visit": price},
            "sites": {"open": sites[::2], "closed": sites[1::2]},
            "travel": {"impedance": "minutes"},
        }
    )
    assert parse_scenario(scenario_toml(scenario)) == scenario


def test_a_file_with_a_byte_order_mark(tmp_path):
    path = tmp_path / "a.toml"
    path.write_bytes(b"\xef\xbb\xbf" + LEAST.encode())
    assert read_scenario(path).name == "A"


@pytest.mark.parametrize("name", ["missing.toml", ".", "a/b.toml"])
def test_a_file_that_cannot_be_read(tmp_path, name):
    with pytest.raises(InputError, match="cannot be read; check the path"):
        read_scenario(tmp_path / name)


def test_a_file_in_another_encoding(tmp_path):
    path = tmp_path / "a.toml"
    path.write_bytes('name = "Ménage"'.encode("latin-1"))
    with pytest.raises(InputError, match=r"a\.toml: found not UTF-8"):
        read_scenario(path)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name = ?", "(at line 1, column 8)"),
        ('name = "A"\nname = "B"', "Cannot overwrite a value"),
        ("a = " + "9" * 5000, "a number too long or tables too deep to read"),
        ("a = " + "[" * 5000, "a number too long or tables too deep to read"),
    ],
)
def test_what_is_no_toml(text, told):
    fault = the_fault(text)
    assert told in fault
    assert fault.startswith("scenario.toml: found ")
    assert "Traceback" not in fault


# -- faults --------------------------------------------------------------------------------


def test_every_fault_at_once_with_its_place():
    told = faults_of(
        """name = ""
extra = 1
[rules]
branches = { maximum = 24 }
annual_kes = { max = -1 }
existing = "close"
[duplicates]
rule = "forbidden"
price_min_per_visit = nan
[solve]
gap = 2
time_limit_s = 0
threads = 0
seed = 1.5
[sites]
open = "s1"
"""
    )
    places = {fault.split(": ", 1)[0].removeprefix("scenario.toml, ") for fault in told}
    assert places == {
        "name",
        "pack",
        "extra",
        "rules.branches.maximum",
        "rules.annual_kes.max",
        "rules.existing",
        "duplicates.rule",
        "duplicates.price_min_per_visit",
        "solve.gap",
        "solve.time_limit_s",
        "solve.threads",
        "solve.seed",
        "sites.open",
    }


@pytest.mark.parametrize(
    ("text", "key", "hint"),
    [
        ("rulez = 1", "rulez", "Did you mean rules?"),
        ("[rules]\nbranch = { max = 3 }", "rules.branch", "Did you mean branches?"),
        ("[rules.branches]\nmx = 3", "rules.branches.mx", "Did you mean max?"),
        ("[objective]\nminimise = 'x'", "objective.minimise", "Did you mean minimize?"),
        ("[solve]\ntime_limit = 3", "solve.time_limit", "Did you mean time_limit_s?"),
        ("[duplicates]\nqqqqqq = 3", "duplicates.qqqqqq", "Remove it."),
    ],
)
def test_unknown_keys_with_the_nearest_known_one(text, key, hint):
    fault = the_fault(LEAST + text)
    assert fault.startswith(f"scenario.toml, {key}: found unknown key")
    assert fault.endswith(hint)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[rules]\nbranches = 24", "rules.branches: found 24; expected a table with min | max"),
        ("rules = 3", "rules: found 3; expected a table with branches |"),
        ("[rules.branches]\nmax = 2.5", "rules.branches.max: found 2.5; expected a whole number"),
        (
            "[rules.branches]\nmax = '24'",
            'found "24"; expected a whole number',
        ),
        (
            "[rules.branches]\nmax = true",
            "found true; expected a whole number",
        ),
        ("[rules.branches]\nmax = inf", "rules.branches.max: found inf; expected a"),
        ("[rules.branches]\nmax = 1_000_001", "less than or equal to 1000000"),
        ("[rules.annual_kes]\nmax = 1e30", "less than or equal to 1000000000000000"),
        ("[rules.annual_kes]\nmax = 0.5", "expected a whole number"),
        ("[solve]\nsolver = 'gurobi'", "found \"gurobi\"; expected 'highs' or 'cbc'"),
        ("[sites]\nopen = 's1'", 'sites.open: found "s1"; expected a valid list'),
        (
            "[rules.branches]\nmin = 4\nmax = 2",
            "expected min at most max (4 > 2)",
        ),
        ("[duplicates]\njustified_by_load = 'yes'", "expected true or false"),
        ("[solve]\ngap = true", "found true; expected a number"),
        (
            "[rules.branches]\nexactly = 3\nmax = 4",
            "found { exactly = 3, max = 4 }; expected either exactly, or min and max",
        ),
        (
            "[sites]\nopen = ['a', 'b']\nclosed = ['b']",
            "expected each site locked open or closed, not both (b)",
        ),
    ],
)
def test_wrong_values_say_what_was_found_and_expected(text, told):
    assert told in the_fault(LEAST + text)


# -- what a pack cannot do -----------------------------------------------------------------


def test_a_model_whose_roads_the_pack_does_not_bring_is_refused(tiny):
    with pytest.raises(InputError) as caught:
        problem_of(tiny, "[travel]\nmodel = 'roads'")
    (fault,) = caught.value.faults
    assert fault.column == "travel.model"
    assert "names no road layer" in fault.message


def test_impedance_must_be_what_the_objective_counts(tiny):
    with pytest.raises(InputError, match="travel_time counts minutes"):
        problem_of(tiny, "[travel]\nimpedance = 'km'")


@pytest.mark.parametrize("model", ["euclidean", "matrix"])
def test_a_travel_model_that_the_pack_cannot_feed(tiny, model):
    with pytest.raises(InputError):
        problem_of(tiny, f"[travel]\nmodel = '{model}'")


def test_names_that_the_pack_does_not_have(tiny):
    text = "[sites]\nopen = ['s11']\nclosed = ['zzzz']\n[rules.branches_per_area.services]\nC = 1"
    with pytest.raises(InputError) as caught:
        problem_of(tiny, text)
    told = [str(fault) for fault in caught.value.faults]
    assert [fault.column for fault in caught.value.faults] == [
        "sites.open",
        "sites.closed",
        "rules.branches_per_area.services",
    ]
    assert "Did you mean s1" in told[0]
    assert "It is not in the pack" in told[1]


def test_duplicates_need_distances_between_sites(tiny):
    nowhere = replace(
        tiny,
        demand_points=tuple(replace(p, lat=None, lon=None) for p in tiny.demand_points),
        sites=tuple(replace(s, lat=None, lon=None) for s in tiny.sites),
        travel_matrix=matrix(tiny, [("p1", "s1", 5.0, 4.0)]),
    )
    with pytest.raises(InputError, match="allow duplicates, or give places"):
        problem_of(nowhere, "[duplicates]\nrule = 'price'")
    assert problem_of(nowhere).rules.duplicates == "allow"  # what is left out suits the pack
    left_out = parse_scenario("name = 'n'\npack = 'p'")
    assert parse_scenario(scenario_toml(left_out, nowhere)).duplicates.rule == "allow"
    assert problem_of(nowhere, "[duplicates]\nrule = 'allow'").rules.duplicates == "allow"


# -- the problem ---------------------------------------------------------------------------


def test_the_problem_of_a_tiny_pack(tiny):
    problem = problem_of(tiny)
    assert problem.point_ids == ("p1", "p2", "p3")
    assert problem.needs.tolist() == [[True, False], [True, True]]
    assert problem.visits.tolist() == [[10, 1], [5, 0], [3, 0]]
    assert problem.existing.tolist() == [True, False]
    assert problem.today.tolist() == [[True, False], [False, False]]
    assert problem.standard_min.tolist() == [120, np.inf]
    assert problem.separation_km[0].tolist() == [[60, 60], [60, 60]]
    assert (problem.separation_km[1] == -1).all()  # deeds have no separation: never duplicates
    assert problem.offering_annual_kes.tolist() == [[1000, 0], [1000, 0]]
    assert problem.capital_kes.tolist() == [[0], [900_000]]
    assert np.isinf(problem.capacity_visits).all()
    assert problem.rules == Rules(duplicates_price=0.1)
    assert problem.service_visits.tolist() == [19, 1]
    with pytest.raises(ValueError, match="read-only"):
        problem.visits[0, 0] = 3


def test_every_rule_reaches_the_problem(tiny):
    rules = build(tiny, parse_scenario(FULL)).rules
    assert rules == Rules(
        objective="travel_cost",
        branches_min=1,
        branches_max=24,
        new_max=3,
        annual_max_kes=440_000_000,
        tail_share=0.25,
        tail_beta=0.2,
        existing="may_close",
        mix="as_listed",
        floor_branches=1,
        floor_areas={0: 2, 1: 0},
        floor_services={0: 2},
        counters="by_service",
        assignment="single",
        standards=(
            Standard(0, None, 0.9, 120),
            Standard(1, 0, 0.8, 90, is_hard=False),
            Standard(1, 1, 0.5, 90, is_hard=False),
        ),
        duplicates="cap",
        duplicates_max=4,
        duplicates_price=pytest.approx(0.1 * 2 * (50 / 60 * 4 + 1)),
        justified_by_load=False,
        locked_open=frozenset({0}),
        locked_closed=frozenset({1}),
        locked_offered=frozenset({(0, 0)}),
        locked_withheld=frozenset({(0, 1)}),
    )
    exactly = problem_of(tiny, "[rules.branches]\nexactly = 2").rules
    assert (exactly.branches_min, exactly.branches_max) == (2, 2)


def test_a_price_in_each_unit(tiny):
    assert price_in_objective(tiny, "travel_time", 6) == 6
    assert price_in_objective(tiny, "travel_distance", 6) == 5  # at 50 km/h
    assert price_in_objective(tiny, "total_cost", 1) == pytest.approx(2 * (50 / 60 * 4 + 1))


def test_impedance_of_each_objective(tiny):
    def of(kind: str) -> np.ndarray:
        return problem_of(tiny, f"[objective]\nminimize = '{kind}'").impedance

    base = problem_of(tiny)
    assert (of("travel_time") == base.minutes).all()
    assert (of("travel_distance") == base.km).all()
    money = 2 * (base.km * 4 + 80 + base.minutes / 60 * 60)
    assert of("travel_cost") == pytest.approx(money)
    assert of("total_cost") == pytest.approx(money)


def test_one_separation_for_all(tiny):
    problem = problem_of(tiny, "[duplicates]\nseparation_km = 25")
    assert (problem.separation_km == 25).all()
    assert (problem.near_km == 25).all()


def test_dense_areas_have_their_own_separation():
    pack = read_pack(find_pack("immigration"))
    problem = build(pack, Scenario(name="A", pack="immigration"))
    dense = np.isin([site.area for site in pack.sites], list(pack.dense_areas))
    both = dense[:, None] & dense[None, :]
    service = problem.service_ids.index("passport_biometrics")
    assert set(problem.separation_km[service][both]) == {15}
    assert set(problem.separation_km[service][~both]) == {60}
    assert problem.rules.justified_by_load


# -- the fingerprint -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "[objective]\nminimize = 'travel_distance'",
        "[rules.branches]\nmin = 1",
        "[rules.branches]\nmax = 2",
        "[rules.branches]\nnew_max = 1",
        "[rules.capital_kes]\nmax = 5",
        "[rules.annual_kes]\nmax = 5",
        "[rules]\nexisting = 'may_close'",
        "[rules]\nmix = 'as_listed'",
        "[rules.branches_per_area]\nmin = 1",
        "[rules.branches_per_area.services]\nc = 1",
        "[duplicates]\nrule = 'forbid'",
        "[duplicates]\nmax = 1",
        "[duplicates]\nprice_min_per_visit = 0.2",
        "[duplicates]\nseparation_km = 61",
        "[duplicates]\njustified_by_load = false",
        "[sites]\nopen = ['s2']",
        "[sites]\nclosed = ['s2']",
        "[sites]\noffer = { s2 = ['c'] }",
        "[sites]\nwithhold = { s2 = ['c'] }",
        "[objective]\ntail_share = 0.1",
        "[objective]\ntail_beta = 0.2",
        "[rules]\nexisting = 'may_change'",
        "[rules]\ncounters = 'by_service'",
        "[rules]\nassignment = 'single'",
        "[rules.branches_per_area.areas]\nEast = 1",
        "[duplicates]\nseparation_min = 30",
        "[standards]\nc = 0.5",
        "[standards]\nc = { share = 0.5, mode = 'soft' }",
        "[standards]\nc = { share = 0.5, scope = 'area' }",
        "[standards]\nc = { share = 0.5, within_min = 100 }",
        "[[phases]]\nname = 'End'\nbranches = { max = 2 }",
    ],
)
def test_every_rule_that_matters_is_in_the_fingerprint(tiny, text):
    assert problem_of(tiny, text).fingerprint != problem_of(tiny).fingerprint


@pytest.mark.parametrize(
    "changes",
    [
        {"demand_points_csv": "id,name,area,lat,lon,population\np1,Alpha,001,-0.5,36.51,100\n"
         "p2,Beta,001,-0.2,36.2,50\np3,Gamma,002,-0.5,37.5,30\n"},
        {"visits_csv": "demand_point,visit_type,visits_per_year\np1,get_card,11\n"},
        {"services_csv": "id,name,standard_min,separation_km,annual_cost_kes\n"
         "c,Card,120,60,1001\nd,Deed,,,\n"},
        {"sites_csv": "id,name,area,lat,lon,status,services_today,capital_kes\n"
         "s1,Alpha town,001,-0.5,36.5,existing,c,0\ns2,Gamma,002,-0.5,37.5,candidate,,900001\n"},
    ],
)  # fmt: skip
def test_every_figure_that_matters_is_in_the_fingerprint(tmp_path, changes):
    one = read_pack(write(tmp_path / "one"))
    two = read_pack(write(tmp_path / "two", **changes))
    assert problem_of(one).fingerprint != problem_of(two).fingerprint


def test_names_limits_and_folders_are_not_in_the_fingerprint(tmp_path):
    one = read_pack(write(tmp_path / "one"))
    sites = (
        "id,name,area,lat,lon,status,services_today,capital_kes\n"
        "s1,Elsewhere,001,-0.5,36.5,existing,c,0\ns2,Other,002,-0.5,37.5,candidate,,900000\n"
    )
    two = read_pack(write(tmp_path / "two", sites_csv=sites))
    limits = "[solve]\ntime_limit_s = 7\ngap = 0.2\nseed = 3\nthreads = 2\nsolver = 'cbc'"
    other = build(two, parse_scenario(f'name = "B"\npack = "x"\ndescription = "y"\n{limits}'))
    assert other.fingerprint == problem_of(one).fingerprint
    assert len(other.fingerprint) == 16


def test_written_out_the_scenario_asks_the_same(tiny):
    scenario = parse_scenario(FULL)
    complete = parse_scenario(scenario_toml(scenario, tiny))
    assert complete.travel.model == "great_circle"
    assert build(tiny, complete).fingerprint == build(tiny, scenario).fingerprint


def test_no_standard_is_no_limit(tiny):
    assert math.isinf(problem_of(tiny).standard_min[1])
