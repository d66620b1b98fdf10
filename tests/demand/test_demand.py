"""Visits from rates, rows and area totals: nothing is lost on the way to the demand points."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pack.tiny import DEMAND, FACTS, PACK, TRAVEL, write

from planner.demand import yearly_visits
from planner.demand.visits import apportion
from planner.pack import find_pack, read_pack

TOTALS = {
    "passport_application": 675_000,
    "passport_collection": 540_000,
    "passport_problem": 54_000,
    "alien_registration": 75_000,
    "citizenship": 5_000,
    "temporary_permits": 93_000,
}


@pytest.fixture(scope="module")
def pack():
    return read_pack(find_pack("immigration"))


@pytest.fixture(scope="module")
def visits(pack):
    return yearly_visits(pack)


def rated(tmp_path):
    """The tiny pack with demand.toml instead of visits.csv."""
    manifest = PACK.replace("[travel]", 'area_facts = "facts.csv"\n[travel]') + TRAVEL
    return read_pack(
        write(tmp_path, visits_csv=None, demand_toml=DEMAND, facts_csv=FACTS, pack_toml=manifest)
    )


# -- the built-in pack ---------------------------------------------------------------------


def test_the_national_totals(pack, visits):
    told = dict(zip([kind.id for kind in pack.visit_types], visits.mode.sum(axis=0), strict=False))
    assert len(told) == len(TOTALS)
    assert sorted(told.values()) == pytest.approx(sorted(TOTALS.values()))
    for total, column in zip(visits.totals, visits.mode.T, strict=True):
        assert column.sum() == pytest.approx(total.mode)
    assert visits.mode.sum() == pytest.approx(1_442_000)


def test_low_most_likely_high(visits):
    assert (visits.low <= visits.mode).all()
    assert (visits.mode <= visits.high).all()
    assert visits.low.min() >= 0
    for total in visits.totals:
        assert total.low <= total.mode <= total.high
        assert total.mark.confidence == "assumption"  # no chain is stronger than its weakest link
        assert total.chain


def test_nobody_is_left_out(pack, visits):
    people = np.array([p.population for p in pack.demand_points])
    assert (visits.mode[people > 0] > 0).all()
    areas = np.array([p.area for p in pack.demand_points])
    for area in np.unique(areas):  # inside a county, wards by population
        inside = areas == area
        share = visits.mode[inside] / visits.mode[inside].sum(axis=0)
        assert share == pytest.approx(np.outer(people[inside] / people[inside].sum(), np.ones(6)))


# -- rates, by hand ------------------------------------------------------------------------


def test_shares_by_hand(tmp_path):
    """Areas weigh 80 sqrt(40.5) and 20 sqrt(10); inside 001 two thirds live at p1."""
    visits = yearly_visits(rated(tmp_path))
    west, east = 80 * math.sqrt(40.5), 20 * math.sqrt(10)
    share = west / (west + east)
    assert visits.mode[:, 0] == pytest.approx(
        [100 * share * 2 / 3, 100 * share / 3, 100 * (1 - share)]
    )
    # deeds by population: 100, 50 and 30 of 180 people, two of them a year
    assert visits.mode[:, 1] == pytest.approx([200 / 180, 100 / 180, 60 / 180])
    assert visits.low.sum(axis=0) == pytest.approx([90, 1])
    assert visits.high.sum(axis=0) == pytest.approx([120, 3])
    card, deed = visits.totals
    assert (card.spread, deed.spread) == ("Adults", "Population of the demand points")
    assert (card.mark.confidence, deed.mark.confidence) == ("derived", "assumption")
    assert card.mark.source == "cards: s; spread: census"


def test_an_area_where_nobody_was_counted_shares_equally(tmp_path):
    pack = rated(tmp_path)
    empty = replace(
        pack,
        demand_points=tuple(
            replace(p, population=0.0) if p.area == "001" else p for p in pack.demand_points
        ),
    )
    column = yearly_visits(empty).mode[:, 0]
    assert column[0] == pytest.approx(column[1])
    assert column.sum() == pytest.approx(100)


def test_where_nobody_was_counted_at_all_every_point_counts_the_same(tmp_path):
    pack = rated(tmp_path)
    empty = replace(
        pack, demand_points=tuple(replace(p, population=0.0) for p in pack.demand_points)
    )
    visits = yearly_visits(empty)
    assert visits.mode[:, 1] == pytest.approx([2 / 3] * 3)
    assert visits.mode[:, 0].sum() == pytest.approx(100)


def test_a_visit_type_without_a_rate_has_no_visits_and_says_so(tmp_path):
    pack = rated(tmp_path)
    fewer = replace(pack, rates=replace(pack.rates, rates=pack.rates.rates[:1]))
    visits = yearly_visits(fewer)
    assert visits.mode[:, 1].tolist() == [0, 0, 0]
    assert visits.totals[1].spread == "no rate given"


# -- rows and area totals ------------------------------------------------------------------


def test_rows_as_given(tmp_path):
    visits = yearly_visits(read_pack(write(tmp_path)))
    assert visits.mode.tolist() == [[10, 1], [5, 0], [3, 0]]
    assert (visits.low == visits.mode).all()
    assert (visits.high == visits.mode).all()
    assert not visits.mode.flags.writeable


def test_area_totals_go_to_the_areas_points_whole(tmp_path):
    """10 cards in 001 over 100 and 50 people: 7 and 3; 2.5 deeds: 2 and 0, the half to p1."""
    table = (
        "area,visit_type,visits_per_year\n001,get_card,10\n001,get_deed,2.5\n002,get_card,4\n"
        "002,get_deed,0\n"
    )
    pack = read_pack(write(tmp_path, visits_csv=None, area_demand_csv=table))
    visits = yearly_visits(pack)
    assert visits.mode[:, 0].tolist() == [7, 3, 4]
    assert visits.mode[:, 1].tolist() == [1.5, 1, 0]
    assert visits.mode.sum() == 16.5


def test_a_unit_over_goes_to_the_same_place_in_any_order_of_rows(tmp_path):
    """10 visits over three places alike: 4, 3 and 3, and the fourth is the first id's."""
    area = "area,visit_type,visits_per_year\n001,get_card,10\n001,get_deed,0\n002,get_card,0\n"
    rows = [f"{name},{name},001,-0.5,36.5,100\n" for name in ("p2", "p3", "p1")]
    for number, order in enumerate(([0, 1, 2], [2, 0, 1], [1, 2, 0])):
        points = "id,name,area,lat,lon,population\n" + "".join(rows[n] for n in order)
        points += "q,Far,002,-0.5,37.5,10\n"
        folder = write(
            tmp_path / str(number), visits_csv=None, area_demand_csv=area, demand_points_csv=points
        )
        pack = read_pack(folder)
        cards = dict(
            zip((p.id for p in pack.demand_points), yearly_visits(pack).mode[:, 0], strict=True)
        )
        assert cards == {"p1": 4, "p2": 3, "p3": 3, "q": 0}


def test_rows_with_a_range_give_low_and_high(tmp_path):
    rows = (
        "demand_point,visit_type,visits_per_year,low,high\np1,get_card,10,4,16\n"
        "p2,get_card,5,,9\np3,get_card,3,2,\np1,get_deed,1,,\n"
    )
    visits = yearly_visits(read_pack(write(tmp_path, visits_csv=rows)))
    assert visits.mode.tolist() == [[10, 1], [5, 0], [3, 0]]
    assert visits.low.tolist() == [[4, 1], [5, 0], [2, 0]]
    assert visits.high.tolist() == [[16, 1], [9, 0], [3, 0]]
    cards = visits.totals[0]
    assert (cards.low, cards.mode, cards.high) == (11, 18, 28)


def test_low_and_high_of_an_area_keep_the_shares_of_its_visits(tmp_path):
    """10 over 100 and 50 people are 7 and 3, so 5 to 20 are 3.5 and 1.5 to 14 and 6."""
    table = (
        "area,visit_type,visits_per_year,low,high\n001,get_card,10,5,20\n002,get_card,4,,\n"
        "001,get_deed,0,0,3\n002,get_deed,1,,\n"
    )
    pack = read_pack(write(tmp_path, visits_csv=None, area_demand_csv=table))
    visits = yearly_visits(pack)
    assert visits.mode[:, 0].tolist() == [7, 3, 4]
    assert visits.low[:, 0].tolist() == [3.5, 1.5, 4]
    assert visits.high[:, 0].tolist() == [14, 6, 4]
    assert visits.high[:, 1].tolist() == [2, 1, 1]  # of no visits, by population


WEIGHTS = st.lists(st.floats(0, 1e6), min_size=1, max_size=30)


@given(st.integers(0, 10**9), WEIGHTS)
def test_whole_totals_are_shared_to_the_last_unit(total, weights):
    parts = apportion(total, np.array(weights))
    assert parts.sum() == total
    assert (parts == np.floor(parts)).all()
    assert (parts >= 0).all()
    base = np.array(weights) if sum(weights) > 0 else np.ones(len(weights))
    assert (abs(parts - total * base / base.sum()) < 1 + 1e-6 * total).all()


@given(st.floats(0, 1e9), WEIGHTS)
def test_other_totals_are_kept_too(total, weights):
    parts = apportion(total, np.array(weights))
    assert parts.sum() == pytest.approx(total)
    assert (parts >= 0).all()
    assert (parts != np.floor(parts)).sum() <= 1


def test_nobody_to_share_with():
    assert apportion(5, np.zeros(0)).size == 0
