"""`[demand]` and `[channels]`: what they make of a problem, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from demand.hand import INCOME, LEVERS, pack_of
from pack.tiny import write

from planner.demand.account import assisted_points
from planner.errors import InputError
from planner.pack import read_pack
from planner.plan import SolveReport
from planner.scenario import adoption_of, build, demand_of, parse_scenario
from planner.solve import demand_words, solve


@pytest.fixture(scope="module")
def pack(tmp_path_factory):
    services = (
        "id,name,standard_min,separation_km,annual_cost_kes,counter_min_per_visit\n"
        "c,Card,120,60,1000,10\nd,Deed,,,,\n"
    )
    folder = tmp_path_factory.mktemp("hand")
    return pack_of(folder, LEVERS + INCOME, services_csv=services)


def scenario(text: str = ""):
    return parse_scenario(f'name = "T"\npack = "tiny"\n{text}')


def faults(pack, text: str) -> dict[str, str]:
    """The message of each fault by its key."""
    with pytest.raises(InputError) as caught:
        build(pack, scenario(text))
    return {str(each.column): f"{each.expected} {each.message}" for each in caught.value.faults}


def test_branches_are_placed_for_what_is_left(pack):
    text = "[channels]\nonline = 0.5\nassisted = 0.25\ninformation = 0.5"
    problem, account = build(pack, scenario(text)), demand_of(pack, scenario(text))
    assert (problem.visits == account.branch).all()
    helped = account.assisted.sum(axis=1)
    (points,) = np.nonzero(assisted_points(pack))
    away = (problem.minutes[:, points].min(axis=1) * helped).sum() / helped.sum()
    assert problem.demand == account.totals() | {"assisted_mean_min": pytest.approx(away)}
    assert problem.fingerprint != build(pack, scenario()).fingerprint
    (words,) = demand_words(problem)
    assert words.startswith("Of 19 visits a year 1 are avoided by information")


def test_without_levers_the_problem_is_the_same(pack):
    plain = build(pack, scenario())
    spelled = build(
        pack, scenario('[demand]\nyear = 2024\nlevel = "mode"\n[channels]\nonline = 0.0')
    )
    assert spelled.fingerprint == plain.fingerprint
    assert plain.need_weight is None
    assert demand_words(plain) == ()


def test_later_entries_win(pack):
    text = """[channels]
online = 0.1
[[channels.where]]
visit_types = ["get_card"]
online = 0.2
assisted = 0.3
[[channels.where]]
areas = ["East"]
online = 0.4
"""
    pulled = adoption_of(pack, scenario(text))
    assert pulled.online.tolist() == [[0.2, 0.1], [0.4, 0.4]]  # areas x visit types
    assert pulled.assisted.tolist() == [[0.3, 0.0], [0.3, 0.0]]
    assert not pulled.information.any()


def test_year_and_level(pack):
    assert demand_of(pack, scenario("[demand]\nyear = 2026")).base[0, 0] == pytest.approx(12.1)
    low = demand_of(pack, scenario('[demand]\nyear = 2026\nlevel = "low"')).base[0, 0]
    assert low == pytest.approx(11.025)


def test_less_work_at_the_counter(pack):
    problem = build(pack, scenario("[channels]\nminutes = 0.9"))
    assert problem.service_counter_min.tolist() == [9.0, 0.0]


@pytest.mark.parametrize("goal", ["travel_time", "travel_distance", "travel_cost"])
def test_need_weights_multiply_what_the_objective_counts(pack, goal):
    """West 0.4 poor x 3 + 0.6 = 1.8; East 0.1 x 3 + 0.9 = 1.2."""
    text = f'[objective]\nminimize = "{goal}"\n'
    plain = build(pack, scenario(text))
    weighted = build(pack, scenario(f'{text}[demand]\nneed_weights = ["income"]'))
    by_hand = plain.impedance * np.array([[1.8], [1.8], [1.2]])
    np.testing.assert_allclose(weighted.impedance, by_hand)
    assert (weighted.minutes == plain.minutes).all()
    assert weighted.fingerprint != plain.fingerprint
    (words,) = demand_words(weighted)
    assert "weighted: a visit counts 1.20 to 1.80 times" in words


def test_a_weighted_plan_says_so(pack):
    text = '[demand]\nneed_weights = ["income"]\n[rules]\nbranches = { max = 2 }'
    report = solve(pack, scenario(text))
    assert isinstance(report, SolveReport)
    assert report.status == "optimal"
    assert any("weighted" in note for note in report.notes)


def test_weighted_shillings_are_no_money(pack):
    text = '[objective]\nminimize = "total_cost"\n[demand]\nneed_weights = ["income"]'
    assert "weighted shillings are no money" in faults(pack, text)["demand.need_weights"]


def test_a_dimension_without_weights_is_refused(tmp_path):
    segments = INCOME.replace("[segments.need_weight]", "[segments.rates.get_deed]")
    pack = pack_of(tmp_path, LEVERS + segments)
    told = faults(pack, '[demand]\nneed_weights = ["income"]')
    assert "add [segments.need_weight]" in told["demand.need_weights"]


def test_what_a_pack_has_no_figures_for_names_file_and_key(tmp_path):
    plain = read_pack(write(tmp_path))
    text = """[demand]
year = 2030
need_weights = ["income"]
choice = "huff"
[channels]
online = 0.5
assisted = 0.5
information = 0.5
minutes = 0.5
"""
    told = faults(plain, text)
    keys = {
        "demand.year": "[growth]",
        "demand.need_weights": "[[segments]]",
        "demand.choice": "[choice]",
        "channels.online": "[online_reach] and remote of some visit type",
        "channels.assisted": "assisted_hosts with a host of some site",
        "channels.information": "[information] and wasted of some visit type",
        "channels.minutes": "counter_min_per_visit",
    }
    assert told.keys() == keys.keys()
    assert all(key in told[at] for at, key in keys.items())
    assert all(("customers.toml" in words) or ("services.csv" in words) for words in told.values())


def test_a_lever_on_a_visit_type_that_nothing_is_said_of(pack):
    text = '[[channels.where]]\nvisit_types = ["get_deed"]\nonline = 0.5\ninformation = 0.1'
    told = faults(pack, text)
    assert "remote of get_deed" in told["channels.where.0.online"]
    assert "wasted of get_deed" in told["channels.where.0.information"]


@pytest.mark.parametrize(
    ("text", "key", "words"),
    [
        ("[demand]\nyear = 2023", "demand.year", "2024 to 2074"),
        ("[demand]\nyear = 2075", "demand.year", "2024 to 2074"),
        ('[demand]\nneed_weights = ["incom"]', "demand.need_weights", "Did you mean income?"),
        ('[demand]\nneed_weights = ["income", "income"]', "demand.need_weights", "once"),
        (
            '[[channels.where]]\nvisit_types = ["get_crad"]\nonline = 0.1',
            "channels.where.0.visit_types",
            "Did you mean get_card",
        ),
        (
            '[[channels.where]]\nareas = ["Eest"]\nonline = 0.1',
            "channels.where.0.areas",
            "West or East",
        ),
    ],
)
def test_refused(pack, text, key, words):
    assert words in faults(pack, text)[key]


@pytest.mark.parametrize(
    "text",
    [
        "[channels]\nonline = 1.1",
        "[channels]\nminutes = 0",
        "[channels]\nonlin = 0.5",
        "[[channels.where]]\nareas = ['East']",
        "[demand]\nlevel = 'middle'",
        "[demand]\nyear = 2030.5",
    ],
)
def test_wrong_values(text):
    with pytest.raises(InputError):
        scenario(text)
