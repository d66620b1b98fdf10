"""Sample sizes and allocations, worked by hand, and what must hold for any strata."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.demand.sampling import (
    cochran,
    draw,
    given_size,
    margin_of_error,
    normal_quantile,
    plan_sample,
    proportional,
    strata_of_pack,
    with_minimum,
    yamane,
)
from planner.pack import find_pack, read_pack
from planner.pack.faults import Findings
from planner.pack.frame_file import Person, read_frame


def test_yamane_of_220_at_five_percent_is_142_people():
    size = yamane(220, 0.05)
    assert round(size.exact, 1) == 141.9  # 220 / 1.55
    assert size.n == 142
    assert size.formula == "n = N / (1 + N e^2) = 220 / (1 + 220 x 0.05^2) = 141.94"


def test_yamane_does_not_add_a_person_for_rounding():
    assert yamane(400, 0.05).n == 200  # 400 / (1 + 1), exactly
    assert yamane(1, 0.05).n == 1


def test_cochran_with_his_correction():
    # z = 1.959964, n0 = 3.841459 x 0.25 / 0.0025 = 384.1459; 384.1459 / (1 + 383.1459 / 220)
    size = cochran(220, 0.05, 0.95, 0.5)
    assert size.exact == pytest.approx(384.1459 / (1 + 383.1459 / 220), abs=1e-3)
    assert size.n == 141
    assert cochran(10**9, 0.05, 0.95, 0.5).n == 385
    assert "384.15 / (1 + 383.15 / 220) = 140.12" in size.formula


def test_quantile():
    assert normal_quantile(0.95) == pytest.approx(1.959964, abs=1e-6)
    assert normal_quantile(0.99) == pytest.approx(2.575829, abs=1e-6)


def test_largest_remainder_by_hand():
    # 10 of 100: 1.5, 2.5, 6.0 -> 1, 2, 6 and one left: the remainders are equal, the first gets it
    assert proportional([15, 25, 60], 10) == [2, 2, 6]
    # 7 of 30: 2.33, 2.33, 2.33
    assert proportional([10, 10, 10], 7) == [3, 2, 2]


def test_the_minimum_is_taken_from_the_largest():
    assert with_minimum([9, 1, 0], [900, 80, 20], 2) == [6, 2, 2]
    assert with_minimum([9, 1, 0], [900, 80, 1], 2) == [7, 2, 1]  # never above its own people
    assert with_minimum([1, 1, 0], [50, 40, 10], 2) == [2, 2, 2]  # impossible: the total grows
    assert with_minimum([6, 6, 5, 0], [60, 60, 50, 9], 2) == [5, 5, 5, 2]  # the first of equals
    assert with_minimum([6, 6, 6, 0], [60, 60, 60, 9], 2) == [5, 5, 6, 2]
    assert with_minimum([10**9, 0], [10**12, 10**9], 10**8) == [9 * 10**8, 10**8]


POPULATIONS = st.lists(st.integers(1, 5000), min_size=1, max_size=12)


@given(POPULATIONS, st.integers(0, 30), st.floats(0.01, 0.3), st.sampled_from([0.4, 0.75, 1.0]))
def test_what_holds_for_any_strata(counts, least, error, response):
    populations = {f"s{i}": count for i, count in enumerate(counts)}
    size = cochran(sum(counts), error, 0.95, 0.5)
    assert 1 <= size.n <= sum(counts)
    assert 1 <= yamane(sum(counts), error).n <= sum(counts)
    plan = plan_sample(populations, size, least=least, response=response)
    floors = [min(least, count) for count in counts]
    assert sum(each.proportional for each in plan.strata) == size.n
    assert plan.n == max(size.n, sum(floors))
    for each, floor in zip(plan.strata, floors, strict=True):
        assert floor <= each.n <= each.invited <= each.population
        assert each.weight is None or each.weight * each.n == pytest.approx(each.population)


def test_margins_by_hand():
    # 1.96 sqrt(0.25 / 50 x 50 / 99)
    assert margin_of_error(50, 100, 0.95, 0.5) == pytest.approx(
        1.959964 * math.sqrt(0.25 / 50 * 50 / 99), abs=1e-6
    )
    assert margin_of_error(100, 100, 0.95, 0.5) == 0
    assert margin_of_error(0, 100, 0.95, 0.5) is None
    plan = plan_sample({"a": 100, "b": 100}, given_size(200, 100))
    own = margin_of_error(50, 100, 0.95, 0.5)
    assert plan.margin == pytest.approx(own * math.sqrt(0.5**2 * 2))


def test_a_stratum_without_answers_has_no_weight_and_the_whole_no_margin():
    plan = plan_sample({"a": 1000, "b": 1}, given_size(1001, 10), least=0)
    assert [each.n for each in plan.strata] == [10, 0]
    assert plan.strata[1].weight is None
    assert plan.margin is None


def test_people_are_invited_for_those_who_will_not_answer():
    plan = plan_sample({"a": 100, "b": 5}, given_size(105, 30), least=5, response=0.6)
    assert [(each.n, each.invited) for each in plan.strata] == [(25, 42), (5, 5)]
    assert [each.name for each in plan.too_few] == ["b"]


def test_the_same_seed_draws_the_same_people():
    persons = tuple(Person(i + 2, f"p{i}", "ab"[i % 3 == 0]) for i in range(60))
    plan = plan_sample({"a": 40, "b": 20}, given_size(60, 9))
    drawn = draw(persons, plan, 7)
    assert drawn == draw(persons, plan, 7)
    assert drawn != draw(persons, plan, 8)
    assert len(set(drawn)) == 9
    assert sum(each.stratum == "b" for each in drawn) == 3
    assert [each.row for each in drawn] == sorted(each.row for each in drawn)


def test_divisions_of_the_built_in_pack_hold_all_visits():
    pack = read_pack(find_pack("immigration"))
    divisions, without = strata_of_pack(pack, "division")
    assert sum(divisions.values()) == 1_442_000
    assert divisions["Citizenship"] == 5_000
    assert without == ()
    areas, _ = strata_of_pack(pack, "area")
    assert len(areas) == 47
    assert sum(areas.values()) == 1_442_000


# -- the frame -----------------------------------------------------------------------------


def frame(tmp_path, text, by=""):
    file = tmp_path / "frame.csv"
    file.write_text(text)
    findings = Findings()
    return read_frame(file, findings, by), findings


def test_counts_by_stratum(tmp_path):
    read, findings = frame(tmp_path, "Division,N\nA,120\nB,100\n")
    assert read.populations == {"A": 120, "B": 100}
    assert read.persons is None
    assert not findings.faults
    assert any("one row for each stratum" in each for each in findings.warnings)


def test_one_row_for_each_person_by_a_column_of_choice(tmp_path):
    text = "customer,county,division\nx,Meru,A\ny,Meru,B\nz,Embu,A\n"
    read, findings = frame(tmp_path, text)
    assert read.populations == {"A": 2, "B": 1}
    read, findings = frame(tmp_path, text, by="county")
    assert read.populations == {"Meru": 2, "Embu": 1}
    assert [(each.row, each.id) for each in read.persons] == [(2, "x"), (3, "y"), (4, "z")]
    assert not findings.faults


def test_every_fault_of_a_frame_at_once(tmp_path):
    rows = "A,100\nB,0\na,3\nC,x\n,4\nD,-2\nE,\nF,2.5\n"
    _, findings = frame(tmp_path, f"stratum,population\n{rows}")
    assert sorted((each.row, each.column) for each in findings.faults) == [
        (3, "population"),
        (4, "stratum"),
        (5, "population"),
        (6, "stratum"),
        (7, "population"),
        (8, "population"),
        (9, "population"),
    ]


def test_a_person_twice_is_a_fault(tmp_path):
    _, findings = frame(tmp_path, "person,stratum\nx,A\ny,A\nx,B\n")
    assert [(each.row, each.column) for each in findings.faults] == [(4, "person")]
