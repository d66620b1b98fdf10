"""Modes of travel, by hand and against customers who are drawn one by one."""

from __future__ import annotations

import itertools
import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.errors import InputError
from planner.pack import read_pack
from planner.pack.travel_types import ModeUsers, TravelMode
from planner.pack.types import DemandPoint, Pack, Site
from planner.travel import TravelTimes, TravelTold, modes, travel_times, trip_cost_kes
from planner.travel.modes import by_mode, mode_groups, mode_trips, shares_taken
from tests.pack import tiny
from tests.travel.tiny_modes import BODA, BUS, CAR, FOOT, PEOPLE, fig, mode, use

INF = np.inf
HOURLY = 60  # KES, the tiny pack's value of time


@pytest.fixture(scope="module")
def pack(tmp_path_factory) -> Pack:
    """Points p1, p2 in area 001, p3 in the slow area 002; the value of time is 60 an hour."""
    read = read_pack(tiny.write(tmp_path_factory.mktemp("modes")))
    return replace(read, customers=PEOPLE, modes=(BUS, FOOT, CAR))


def travel(km, minutes) -> TravelTimes:
    """Three points, two sites."""
    km, minutes = (np.array(each, dtype=np.float64) for each in (km, minutes))
    between = np.array([[0.0, 9.0], [9.0, 0.0]])
    return TravelTimes(
        minutes, km, between, between, told=TravelTold("great_circle", sources=("roads",))
    )


KM = [[0, 6], [10, 7], [6, INF]]
MIN = [[0, 8], [12, 10], [12, INF]]


# -- one mode ------------------------------------------------------------------------------


def test_a_mode_with_its_own_speed(pack):
    """5 km/h on 0, 6, 10, 7 and 6 km; beyond 6 km nobody walks; 60 an hour, there and back."""
    found = by_mode(pack, travel(KM, MIN), "foot")
    assert found.minutes.tolist() == [[0, 72], [INF, INF], [72, INF]]
    assert found.kes.tolist() == [[0, 144], [INF, INF], [144, INF]]
    assert found.km.tolist() == [[0, 6], [INF, INF], [6, INF]]


def test_waiting_and_slow_areas(pack):
    """6 minutes of waiting; 30 km/h, 20 from p3; 20 a km: 2 x (120 + 18) for 6 km."""
    found = by_mode(replace(pack, modes=(BUS, BODA)), travel(KM, MIN), "boda")
    assert found.minutes.tolist() == [[6, 18], [26, 20], [24, INF]]
    assert found.kes.tolist() == [[12, 276], [452, 320], [288, INF]]


def test_a_mode_that_is_not_slower_in_slow_areas(pack):
    plain = replace(pack, modes=(BUS, mode("boda", speed_kmh=30)))
    assert by_mode(plain, travel(KM, MIN), "boda").minutes[2, 0] == 12


def test_a_mode_that_goes_by_the_model(pack):
    """0.6 of the model's minutes, for all: who has a car is not asked."""
    found = by_mode(pack, travel(KM, MIN), "car")
    assert found.minutes == pytest.approx(np.array([[0, 4.8], [7.2, 6], [7.2, INF]]))
    assert found.kes[1, 0] == pytest.approx(2 * (20 + 7.2))
    assert found.told == TravelTold("great_circle", "car", ("roads", "modes.toml"))


def test_a_mode_like_the_pack_s_own_figures_costs_what_they_say(pack):
    """Fare 4 a km, 80 a leg and the model's minutes are what [travel] of the pack has."""
    given = travel_times(pack, "great_circle")
    found = by_mode(pack, given, "bus")
    assert found.minutes == pytest.approx(given.minutes)
    assert found.kes == pytest.approx(trip_cost_kes(given.minutes, given.km, pack.travel))
    assert found.site_km is not None
    assert (found.site_min == given.site_min).all()


def test_what_is_told(pack):
    given = replace(travel(KM, MIN), notes=("first",))
    foot = by_mode(
        replace(pack, modes=(BUS, replace(FOOT, max_km=fig("max_km", 6, "assumption")))),
        given,
        "foot",
    )
    assert foot.notes == (
        "first",
        "Everybody travels by By foot, whether they can or not.",
        "2 of 6 pairs are farther than the 6 km of By foot: they have no route.",
        "Assumptions of the modes: By foot (max_km).",
    )
    mixed = by_mode(pack, given, "mixed")
    assert mixed.notes[1].startswith("Each customer takes the mode that costs least")
    assert mixed.told == TravelTold("great_circle", "mixed", ("roads", "bus fares", "modes.toml"))
    bus = by_mode(pack, replace(given, kes=np.ones((3, 2))), "bus")
    assert bus.notes[-1] == "The matrix's own costs are not used: money is that of the modes."


def test_a_share_that_is_assumed_is_told(pack):
    assumed = ModeUsers("", "", fig("users", 0.5, "assumption"))
    some = replace(pack, modes=(BUS, mode("car", (assumed,), time_factor=1)))
    assert by_mode(some, travel(KM, MIN), "mixed").notes[-1].endswith("By car (users).")


@pytest.mark.parametrize(
    ("known", "asked", "message"),
    [
        (True, "buss", "Did you mean bus?"),
        (True, "mixt", "Did you mean mixed?"),
        (True, "zzz", "Known: bus, foot, car, mixed"),
        (False, "mixed", "The pack gives no modes: bring modes.toml, or leave travel.mode out."),
    ],
)
def test_a_mode_that_is_not_there(pack, known, asked, message):
    own = pack if known else replace(pack, modes=())
    with pytest.raises(InputError) as caught:
        travel_times(own, "great_circle", asked)
    (fault,) = caught.value.faults
    assert (fault.column, fault.found, fault.message) == ("travel.mode", asked, message)


def test_costs_alone_have_no_modes(pack):
    own = replace(pack, travel_matrix=tiny.matrix(pack, [("p1", "s1", None, None, 9)]))
    with pytest.raises(InputError, match="costs only"):
        travel_times(own, "matrix", "bus")


def test_a_matrix_by_mode(pack):
    """12 km in 30 minutes, one way; its own cost of 9 is not used."""
    own = replace(pack, travel_matrix=tiny.matrix(pack, [("p1", "s1", 30, 12, 9)]))
    found = travel_times(own, "matrix", "bus")
    assert (found.minutes[0, 0], found.kes[0, 0]) == (30, 2 * (48 + 80 + 30))
    assert np.isinf(found.kes[1:]).all()
    assert found.told.mode == "bus"


def test_without_a_mode_the_pack_s_waiting_is_added_once(pack):
    """8 minutes for the bus to come and 5 to the stage; a mode has its own, a matrix all of it."""
    figures = replace(pack.travel, wait_min=fig("wait_min", 8), local_min=fig("local_min", 5))
    own = replace(pack, travel=figures, travel_matrix=tiny.matrix(pack, [("p1", "s1", 30, 12)]))
    before, after = (travel_times(each, "great_circle") for each in (pack, own))
    assert after.minutes == pytest.approx(before.minutes + 13)
    assert (after.site_min == before.site_min).all()
    assert (travel_times(own, "great_circle", "bus").minutes == before.minutes).all()
    assert travel_times(own, "matrix").minutes[0, 0] == 30


# -- who can use what ----------------------------------------------------------------------


def test_one_group_where_no_mode_names_any(pack):
    groups = mode_groups(replace(pack, modes=(BUS, FOOT)))
    assert groups.names == ((),)
    assert groups.share.tolist() == [[1], [1]]
    assert groups.able.tolist() == [[1, 1]]


def test_groups_of_two_dimensions_are_crossed(pack):
    """Town 0.25, young 0.4: independent, so 0.1 young in town."""
    bike = mode("bike", (use(0.9, "young", "age"), use(0.2, "old", "age")), speed_kmh=11)
    some = mode("some", (use(0.3),), speed_kmh=11)
    groups = mode_groups(replace(pack, modes=(BUS, CAR, bike, some)))
    assert groups.names == (
        ("town", "young"), ("town", "old"), ("country", "young"), ("country", "old"),
    )  # fmt: skip
    assert groups.share == pytest.approx(np.array([[0.1, 0.15, 0.3, 0.45]] * 2))
    assert groups.able.tolist() == [
        [1, 0.6, 0.9, 0.3], [1, 0.6, 0.2, 0.3], [1, 0.1, 0.9, 0.3], [1, 0.1, 0.2, 0.3],
    ]  # fmt: skip


# -- all modes together --------------------------------------------------------------------


def test_the_cheapest_that_each_can_use_by_hand(pack):
    """Bus 2 x (80 + 5 a km); on foot 24 a km up to 6 km; car 2 x (2 + 0.6) a km.

    With a model of 60 km/h, at 10 km: bus 2 x (40 + 80 + 10) = 260, car 2 x (20 + 6) = 52. The
    car is taken by those who have one: 0.25 x 0.6 + 0.75 x 0.1 = 0.225 of the people. At 1 km:
    car 5.2, on foot 24, bus 170: the others walk.
    """
    given = travel([[10, 1], [INF, 0], [10, 1]], [[10, 1], [INF, 0], [10, 1]])
    found = by_mode(pack, given, "mixed")
    assert found.kes[0] == pytest.approx([0.225 * 52 + 0.775 * 260, 0.225 * 5.2 + 0.775 * 24])
    assert found.minutes[0] == pytest.approx([0.225 * 6 + 0.775 * 10, 0.225 * 0.6 + 0.775 * 12])
    assert found.kes[1].tolist() == [INF, 0]
    assert found.minutes[2] == pytest.approx(found.minutes[0])
    assert found.km.tolist() == given.km.tolist()


def test_several_modes_that_only_some_can_use():
    """A costs 1 and 0.5 can use it, B 2 and 0.4, C 3 and all: 0.5, 0.5 x 0.4 and the rest."""
    kes, able = np.array([3.0, 1.0, 2.0]), np.array([[1, 0.5, 0.4]])
    assert shares_taken(kes, able) == pytest.approx(np.array([[0.3, 0.5, 0.2]]))


def test_of_two_that_cost_the_same_the_first_is_taken():
    able = np.array([[0.5, 1.0, 1.0]])
    assert shares_taken(np.array([7.0, 7.0, 7.0]), able).tolist() == [[0.5, 0.5, 0]]


def test_what_is_too_far_is_not_taken():
    kes, able = np.array([[INF, INF], [5.0, INF]]), np.array([[1.0, 1.0], [0.2, 1.0]])
    assert shares_taken(kes, able)[:, :, 0].tolist() == [[0, 1], [0, 1]]
    assert shares_taken(kes, able)[:, :, 1].tolist() == [[0, 0], [0, 0]]


@pytest.mark.parametrize("block", [1, 7, 10**9])
def test_blocks_change_nothing(pack, monkeypatch, block):
    whole = by_mode(pack, travel_times(pack, "great_circle"), "mixed")
    monkeypatch.setattr(modes, "BLOCK_ENTRIES", block)
    again = by_mode(pack, travel_times(pack, "great_circle"), "mixed")
    assert (again.minutes == whole.minutes).all()
    assert (again.kes == whole.kes).all()


def drawn(
    pack: Pack, km: float, minutes: float, count: int, seed: int
) -> tuple[float, float, list]:
    """Customers drawn one by one: a segment of each dimension, then what each of them can use."""
    rng = np.random.default_rng(seed)
    by_dimension = {"place": {"town": 0.25, "country": 0.75}, "age": {"young": 0.4, "old": 0.6}}
    cost, time = [], []
    for each in pack.modes:
        speed = each.speed_kmh.value if each.speed_kmh else None
        moving = km / speed * 60 if speed else minutes * each.time_factor.value
        taken = moving + (each.wait_min.value if each.wait_min else 0)
        fare = (each.fare_kes_per_km.value if each.fare_kes_per_km else 0) * km
        fare += each.fare_kes_per_leg.value if each.fare_kes_per_leg else 0
        too_far = each.max_km is not None and km > each.max_km.value
        cost.append(INF if too_far else 2 * (fare + taken / 60 * HOURLY))
        time.append(taken)
    chosen = np.zeros(count, dtype=np.int64)
    for n in range(count):
        own = {rng.choice(list(names), p=list(names.values())) for names in by_dimension.values()}
        best = -1
        for m, each in enumerate(pack.modes):
            share = 1.0 if not each.users else 0.0
            for one in each.users:
                if not one.group or one.group in own:
                    share = one.share.value
            can = cost[m] < INF and rng.random() < share
            if can and (best < 0 or cost[m] < cost[best]):
                best = m
        chosen[n] = best
    assert (chosen >= 0).all()
    return (
        float(np.mean(np.array(cost)[chosen])),
        float(np.mean(np.array(time)[chosen])),
        [float((chosen == m).mean()) for m in range(len(pack.modes))],
    )


@pytest.mark.parametrize(("km", "minutes"), [(2, 4), (5, 9), (30, 40)])
def test_against_customers_drawn_one_by_one(pack, km, minutes):
    """12,000 customers: shares within four standard errors, and so the means."""
    bike = mode("bike", (use(0.8, "young", "age"), use(0.3, "old", "age")), speed_kmh=11, max_km=20)
    lift = mode("lift", (use(0.15),), time_factor=0.7, wait_min=20)
    mixed = replace(pack, modes=(BUS, FOOT, CAR, bike, lift))
    count = 12_000
    kes, time, told = drawn(mixed, km, minutes, count, seed=km)
    full = np.full((3, 2), float(km)), np.full((3, 2), float(minutes))
    found = by_mode(mixed, travel(*full), "mixed")
    groups = mode_groups(mixed)
    slow = np.zeros((1, 1), dtype=np.bool_)
    taken, cost = mode_trips(mixed, full[0][:1, :1], full[1][:1, :1], slow)
    share = np.einsum("g,gm->m", groups.share[0], shares_taken(cost, groups.able)[:, :, 0, 0])
    assert share.sum() == pytest.approx(1)
    for one, other in zip(told, share, strict=True):
        assert one == pytest.approx(other, abs=4 * np.sqrt(other * (1 - other) / count) + 1e-12)
    for seen, worked_out, values in (
        (kes, found.kes[0, 0], cost),
        (time, found.minutes[0, 0], taken),
    ):
        each = np.where(share > 0, values[:, 0, 0], 0)
        spread = np.sqrt((share * each**2).sum() - (share * each).sum() ** 2)
        assert worked_out == pytest.approx((share * each).sum())
        assert seen == pytest.approx(worked_out, abs=4 * spread / np.sqrt(count))


# -- properties ----------------------------------------------------------------------------

AMOUNT = st.floats(0, 50)
SHARES = st.floats(0, 1)


@st.composite
def any_mode(draw, number: int, for_all: bool) -> TravelMode:
    figures = {
        "wait_min": draw(AMOUNT),
        "fare_kes_per_km": draw(AMOUNT),
        "fare_kes_per_leg": draw(AMOUNT),
    }
    if draw(st.booleans()):
        figures["speed_kmh"] = draw(st.floats(1, 100))
    else:
        figures["time_factor"] = draw(st.floats(0.1, 5))
    if for_all:
        return mode(f"m{number}", **figures)
    if draw(st.booleans()):
        figures["max_km"] = draw(st.floats(0.1, 200))
    users = draw(
        st.sampled_from(
            [
                (),
                (use(draw(SHARES)),),
                (use(draw(SHARES), "town"), use(draw(SHARES), "country")),
                (use(draw(SHARES), "young", "age"), use(draw(SHARES), "old", "age")),
            ]
        )
    )
    return mode(f"m{number}", users, **figures)


@st.composite
def any_modes(draw) -> tuple[TravelMode, ...]:
    count = draw(st.integers(1, 5))
    where = draw(st.integers(0, count - 1))
    return tuple(draw(any_mode(n, for_all=n == where)) for n in range(count))


@settings(deadline=None, max_examples=150)
@given(
    any_modes(), st.lists(st.tuples(st.floats(0, 300), st.floats(0, 600)), min_size=6, max_size=6)
)
def test_mixed_lies_between_the_best_for_all_and_the_best_of_any(pack, chosen, pairs):
    mixed = replace(pack, modes=chosen)
    km, minutes = np.array(pairs).T.reshape(2, 3, 2)
    given = travel(km, minutes)
    found = by_mode(mixed, given, "mixed")
    alone = {each.id: by_mode(mixed, given, each.id).kes for each in chosen}
    for_all = np.min([alone[e.id] for e in chosen if not e.users], axis=0)
    any_of = np.min(list(alone.values()), axis=0)
    assert (found.kes <= for_all * (1 + 1e-9) + 1e-6).all()
    assert (found.kes >= any_of * (1 - 1e-9) - 1e-6).all()
    assert np.isfinite(found.minutes).all()
    assert found.km == pytest.approx(given.km)


@settings(deadline=None, max_examples=50)
@given(any_modes(), st.floats(0, 100))
def test_shares_sum_to_one_and_more_modes_never_cost_more(pack, chosen, km):
    mixed = replace(pack, modes=chosen)
    groups = mode_groups(mixed)
    one = np.array([km])
    _, cost = mode_trips(mixed, one, one * 2, np.array([False]))
    share = shares_taken(cost, groups.able)
    assert share.sum(axis=1) == pytest.approx(np.ones((len(groups.names), 1)))
    assert (share >= 0).all()
    if len(chosen) > 1:
        given = travel(np.full((3, 2), km), np.full((3, 2), 2 * km))
        for_all = [each for each in chosen if not each.users and each.max_km is None]
        fewer = by_mode(replace(pack, modes=tuple(for_all)), given, "mixed")
        assert (by_mode(mixed, given, "mixed").kes <= fewer.kes * (1 + 1e-9) + 1e-6).all()


# -- size ----------------------------------------------------------------------------------


def test_many_points_fit_into_memory(pack):
    """What 10,000 points and 1,500 sites need is below 2 GB: a fifth of the points, times five."""
    rng = np.random.default_rng(3)
    points = tuple(DemandPoint(f"p{i}", f"p{i}", "001", -0.5, 36.5, 1) for i in range(2_000))
    sites = tuple(Site(f"s{j}", f"s{j}", "001", -0.5, 36.5, "candidate") for j in range(1_500))
    large = replace(pack, demand_points=points, sites=sites, modes=(BUS, FOOT, BODA, CAR))
    km = rng.uniform(0, 400, (2_000, 1_500))
    between = np.zeros((2, 2))  # what is between sites is handed on as it is
    given = TravelTimes(km * 1.4, km, between, between)
    tracemalloc.start()
    found = by_mode(large, given, "mixed")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.minutes.shape == (2_000, 1_500)
    assert peak * 5 < 2e9
    some = list(itertools.product((0, 77, 1_999), (0, 800, 1_499)))
    slow = np.zeros(len(some), dtype=np.bool_)
    at = tuple(np.array(some).T)
    taken, cost = mode_trips(large, given.km[at], given.minutes[at], slow)
    groups = mode_groups(large)
    share = np.einsum("g,gmn->mn", groups.share[0], shares_taken(cost, groups.able))
    assert found.minutes[at] == pytest.approx((share * np.where(share > 0, taken, 0)).sum(axis=0))
