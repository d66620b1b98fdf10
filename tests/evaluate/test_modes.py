"""Who travels how: three points, two branches and three modes, worked by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.evaluate.modes import BANDS_KM, Trips, who_travels_how
from planner.pack import read_pack
from planner.plan import Assignment, Plan
from planner.scenario import Scenario, build
from planner.travel import TravelTimes
from tests.pack import tiny
from tests.travel.tiny_modes import BUS, CAR, FOOT, PEOPLE

INF = np.inf
KM = np.array([[2.0, 30], [10, 20], [INF, 30]])


@pytest.fixture
def pack(tmp_path):
    """Points p1, p2 in the first area, p3 in the second; a quarter of the people in towns."""
    return replace(read_pack(tiny.write(tmp_path)), customers=PEOPLE, modes=(BUS, FOOT, CAR))


@pytest.fixture
def problem(pack):
    """Visits a year: cards 10, 5 and 3, and 1 deed from p1."""
    return build(pack, Scenario(name="x", pack="tiny"))


def used(pack, problem, rows, usual=None):
    point, kind, site, share = zip(*rows, strict=True)
    whole = [np.array(each, dtype=np.int64) for each in (point, kind, site)]
    plan = Plan(
        np.ones(2, dtype=np.bool_),
        np.ones((2, 2), dtype=np.bool_),
        Assignment(*whole, np.array(share, dtype=np.float64)),
    )
    measured = TravelTimes(KM.copy(), KM.copy(), np.zeros((2, 2)), np.zeros((2, 2)))
    return who_travels_how(pack, problem, plan, measured, usual or measured)


ALL = [(0, 0, 0, 1), (0, 1, 0, 1), (1, 0, 1, 0.6), (1, 0, 0, 0.4), (2, 0, 1, 1)]


def test_who_travels_how_by_hand(pack, problem):
    """A model of 60 km/h; those with a car (0.225 of all) take it, the others walk up to 6 km.

    11 visits of 2 km, 3 of 20 km, 2 of 10 km, and 3 of 30 km from p3. A return trip by car costs
    5.2 a km, of that 4 in money; on foot 24 a km; by bus 160 + 8 a km, with the time 10 a km.
    """
    found = used(pack, problem, ALL)
    bus, foot, car = found.modes
    assert (bus.visits, foot.visits, car.visits) == pytest.approx(
        (0.775 * 8, 0.775 * 11, 0.225 * 19)
    )
    km = (3 * 20 + 2 * 10 + 3 * 30) / 8
    assert (bus.km, bus.minutes) == pytest.approx((km, km))
    assert (bus.fare_kes, bus.kes) == pytest.approx((160 + 8 * km, 160 + 10 * km))
    assert (foot.km, foot.minutes, foot.fare_kes, foot.kes) == pytest.approx((2, 24, 0, 48))
    every = (22 + 8 * km) / 19
    assert (car.km, car.minutes, car.fare_kes) == pytest.approx((every, 0.6 * every, 4 * every))
    assert car.kes == pytest.approx(5.2 * every)
    assert found.whole.visits == pytest.approx(19)
    assert found.whole.km == pytest.approx(every)
    assert found.whole.kes == pytest.approx(
        (bus.kes * bus.visits + foot.kes * foot.visits + car.kes * car.visits) / 19
    )
    assert found.without_route == 0


def test_near_and_far(pack, problem):
    """2 km, 10 km and 20 to 30 km; a band begins with its own kilometre."""
    found = used(pack, problem, ALL)
    assert BANDS_KM[:4] == (0, 5, 20, 50)
    assert found.bands[0] == pytest.approx([0, 0.775 * 11, 0.225 * 11])
    assert found.bands[1] == pytest.approx([0.775 * 2, 0, 0.225 * 2])
    assert found.bands[2] == pytest.approx([0.775 * 6, 0, 0.225 * 6])
    assert not found.bands[3:].any()


def test_area_by_area_and_group_by_group(pack, problem):
    found = used(pack, problem, ALL)
    assert found.areas == pytest.approx(
        np.array([[0.775 * 5, 0.775 * 11, 0.225 * 16], [0.775 * 3, 0, 0.225 * 3]])
    )
    first, second = found.area_trips
    assert (first.visits, second.visits) == pytest.approx((16, 3))
    assert first.km == pytest.approx((22 + 60 + 20) / 16)
    assert second.minutes == pytest.approx(0.775 * 30 + 0.225 * 18)
    assert found.group_names == (("town",), ("country",))
    assert found.groups[0] == pytest.approx(0.25 * np.array([0.4 * 8, 0.4 * 11, 0.6 * 19]))
    assert found.groups[1] == pytest.approx(0.75 * np.array([0.9 * 8, 0.9 * 11, 0.1 * 19]))


def test_one_mode_alone_and_no_mode(pack, problem):
    found = used(pack, problem, ALL)
    bus, foot, car = found.only
    every = (22 + 60 + 20 + 90) / 19
    assert bus == Trips(
        pytest.approx(19),
        *(pytest.approx(each) for each in (every, every, 160 + 8 * every, 160 + 10 * every)),
    )
    assert (foot.visits, foot.left_out, foot.kes) == pytest.approx((11, 8, 48))
    assert car.kes == pytest.approx(5.2 * every)
    assert found.door_to_door == bus  # the pack's own fares are the bus's
    slower = TravelTimes(KM * 2, KM.copy(), np.zeros((2, 2)), np.zeros((2, 2)))
    assert used(pack, problem, ALL, slower).door_to_door.minutes == pytest.approx(2 * every)


def test_visits_without_a_route(pack, problem):
    found = used(pack, problem, [(0, 0, 0, 1), (2, 0, 0, 1)])
    assert (found.whole.visits, found.without_route) == pytest.approx((10, 3))


def test_a_network_that_serves_nobody(pack, problem):
    found = used(pack, problem, [(2, 0, 0, 1)])
    assert found.whole == Trips(0, None, None, None, None)
    assert [each.visits for each in found.modes] == [0, 0, 0]
    assert found.only[0].km is None
