"""Growth and the four levers, worked out by hand; what is taken away goes nowhere unseen."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from demand.hand import INCOME, LEVERS, figure, pack_of
from planner.demand import yearly_visits
from planner.demand.account import (
    Adoption,
    able_online,
    assisted_points,
    campaign_reach,
    demand_account,
    grown,
)
from planner.pack import find_pack, read_pack


@pytest.fixture(scope="module")
def pack(tmp_path_factory):
    return pack_of(tmp_path_factory.mktemp("hand"))


@pytest.fixture(scope="module")
def base(pack):
    return yearly_visits(pack).mode


def adoption(pack, online=0.0, assisted=0.0, information=0.0):
    shape = (len(pack.areas), len(pack.visit_types))
    return Adoption(*(np.full(shape, each) for each in (online, assisted, information)))


def test_who_can_be_online_and_be_reached(pack):
    assert able_online(pack).tolist() == [pytest.approx(0.6), 0.0]
    assert campaign_reach(pack).tolist() == [0.6, 1.0]


def test_at_the_floor_people_are_online(tmp_path):
    floor = figure("online_reach.floor", 0.2)
    at_floor = pack_of(tmp_path, LEVERS.replace(floor, figure("online_reach.floor", 0.15)))
    assert able_online(at_floor).tolist() == pytest.approx([0.6, 0.15])


def test_nobody_is_online_more_than_once(tmp_path):
    text = LEVERS.replace(figure("online_reach.factor", 1.5), figure("online_reach.factor", 3))
    assert able_online(pack_of(tmp_path, text)).tolist() == pytest.approx([1.0, 0.3])


def test_segments_change_who_can_be_online(tmp_path):
    """West: 40 % poor at 0.6 x 0.5 = 0.3, 60 % rich at min(1, 0.6 x 2) = 1: 0.12 + 0.6 = 0.72."""
    assert able_online(pack_of(tmp_path, LEVERS + INCOME)).tolist() == pytest.approx([0.72, 0.0])


def test_no_lever_changes_nothing_to_the_last_bit(pack, base):
    account = demand_account(pack, base, Adoption(*np.zeros((3, 2, 2))))
    assert (account.branch == base).all()
    assert not (account.avoided.any() or account.online.any() or account.assisted.any())


def test_information(pack, base):
    """West: 0.2 wasted x 0.5 effect x 0.6 reach = 0.06; East: 0.1. Deeds: nothing is said."""
    account = demand_account(pack, base, adoption(pack, information=1.0))
    assert account.avoided.T.tolist() == [pytest.approx([0.6, 0.3, 0.3]), [0, 0, 0]]
    assert account.branch[:, 0].tolist() == pytest.approx([9.4, 4.7, 2.7])


def test_all_levers_in_their_order(pack, base):
    """p1: 10 cards, half informed: 0.3 avoided, 9.7 left, 4.85 of them need no presence;
    online 4.85 x 0.5 x 0.6 = 1.455, assisted 4.85 x 0.25 x 0.4 = 0.485, at branches 7.76.
    p3: 3 x 0.05 = 0.15 avoided, 2.85 left, 1.425 remote; nobody online, assisted 0.35625.
    """
    account = demand_account(pack, base, adoption(pack, 0.5, 0.25, 0.5))
    assert account.avoided[:, 0].tolist() == pytest.approx([0.3, 0.15, 0.15])
    assert account.online[:, 0].tolist() == pytest.approx([1.455, 0.7275, 0.0])
    assert account.assisted[:, 0].tolist() == pytest.approx([0.485, 0.2425, 0.35625])
    assert account.branch[:, 0].tolist() == pytest.approx([7.76, 3.88, 2.49375])
    assert account.branch[:, 1].tolist() == [1, 0, 0]
    assert account.totals()["branch"] == pytest.approx(15.13375)


def test_steps_that_need_presence_are_never_reduced(tmp_path):
    text = LEVERS.replace(figure("visit_types.remote", 0.5), figure("visit_types.remote", 0))
    pack = pack_of(tmp_path, text)
    base = yearly_visits(pack).mode
    assert (demand_account(pack, base, adoption(pack, 1, 1)).branch == base).all()


SHARE = st.floats(0, 1)


@given(st.tuples(SHARE, SHARE, SHARE), st.lists(st.floats(0, 1e9), min_size=6, max_size=6))
def test_no_visit_is_lost_and_none_is_negative(pack, levers, visits):
    base = np.array(visits).reshape(3, 2)
    account = demand_account(pack, base, adoption(pack, *levers))
    parts = (account.avoided, account.online, account.assisted, account.branch)
    assert all((part >= 0).all() for part in parts)
    assert sum(parts) == pytest.approx(base, rel=1e-12, abs=1e-300)


def test_growth_by_hand(pack):
    """Cards 1.1^2 = 1.21, deeds their own 0.8^2 = 0.64; low 1.05^2 and 0.5^2."""
    visits = yearly_visits(pack)
    assert grown(pack, visits, 2026)[0].tolist() == pytest.approx([12.1, 0.64])
    assert grown(pack, visits, 2026, "low")[0].tolist() == pytest.approx([11.025, 0.25])
    assert grown(pack, visits, 2026, "high")[0].tolist() == pytest.approx([14.4, 1.0])
    assert (grown(pack, visits) == visits.mode).all()
    assert (grown(pack, visits, 2024) == visits.mode).all()


def test_where_people_are_helped(pack):
    assert assisted_points(pack).tolist() == [False, True]


# -- the built-in pack ---------------------------------------------------------------------


def test_the_built_in_account_adds_up():
    pack = read_pack(find_pack("immigration"))
    base = yearly_visits(pack).mode
    account = demand_account(pack, base, adoption(pack, 0.5, 0.3, 0.5))
    told = account.totals()
    parts = told["avoided"] + told["online"] + told["assisted"] + told["branch"]
    assert parts == pytest.approx(told["base"], rel=1e-12)
    kinds = [kind.id for kind in pack.visit_types]
    presence = [kinds.index(name) for name in ("passport_problem_cases", "temporary_permits")]
    assert (account.branch[:, presence] == base[:, presence]).all()
    applications = kinds.index("passport_application")
    assert not account.online[:, applications].any()
    assert account.avoided[:, applications].sum() > 0


def test_nobody_is_online_in_the_counties_below_the_floor():
    """9.1 % x 1.3 = 11.8 % in West Pokot, 13.1 % x 1.3 = 17.0 % in Turkana."""
    pack = read_pack(find_pack("immigration"))
    able = dict(zip((area.name for area in pack.areas), able_online(pack), strict=True))
    assert [name for name, share in able.items() if share == 0] == ["Turkana", "West Pokot"]
    men, women = min(1.0, 0.647 * 1.3 * 1.2161), 0.647 * 1.3 * 0.7882
    assert able["Nairobi"] == pytest.approx(0.505 * women + 0.495 * men)
