"""What `--vary` says, and what is refused."""

from __future__ import annotations

import pytest

from planner.errors import InputError, UsageError
from planner.runs.sweeps.asked import axes_of
from planner.runs.sweeps.order import depths, neighbours


def values(text):
    (axis,) = axes_of([f"key={text}"])
    return list(axis.values)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,2,3", [1, 2, 3]),
        ("450e6, 5_000", [450e6, 5000]),
        ("0..1:5", [0.0, 0.25, 0.5, 0.75, 1.0]),
        ("330e6..700e6:3", [330_000_000, 515_000_000, 700_000_000]),
        ("0..10:4", [0, 3, 7, 10]),
        ("10..0:3", [10, 5, 0]),
        ("cap,price", ["cap", "price"]),
        ('"a, b",c-d', ["a, b", "c-d"]),
        ("true,false", [True, False]),
        ("[1, 2],[3]", [[1, 2], [3]]),
        ("{ exactly = 3 },{ max = 4, min = 2 }", [{"exactly": 3}, {"max": 4, "min": 2}]),
        ("1,5..7:3", [1, 5, 6, 7]),
        ("1,true", [1, True]),
    ],
)
def test_values(text, expected):
    found = values(text)
    assert found == expected
    assert [type(each) for each in found] == [type(each) for each in expected]


def test_a_range_ends_exactly_where_it_says():
    assert values("0.1..0.7:7")[-1] == 0.7


def test_every_text_that_cannot_be_read_is_told_at_once():
    with pytest.raises(InputError) as caught:
        axes_of(["a=1,%,2..,3", "b", "c=1..2:1", "d=1,1.0", "e="])
    told = [(fault.column, fault.found) for fault in caught.value.faults]
    assert told == [
        ("a", "%"),
        ("a", "2.."),
        (None, "b"),
        ("c", "1..2:1"),
        ("d", "1.0 twice"),
        ("e", "nothing"),
    ]


def test_a_key_twice_is_a_fault():
    with pytest.raises(InputError, match="the key twice"):
        axes_of(["a=1", "a=2"])


def test_three_keys_are_refused_with_the_number_of_points():
    with pytest.raises(UsageError, match=r"3 keys, which make 2 x 3 x 2 = 12 points"):
        axes_of(["a=1,2", "b=1,2,3", "c=1,2"])


def test_too_many_points_are_refused_with_their_number():
    with pytest.raises(UsageError, match=r"21 x 20 = 420 points; a sweep has at most 400"):
        axes_of(["a=1..21:21", "b=1..20:20"])
    assert len(values("1..400:400")) == 400


def test_both_ends_come_first_and_each_point_begins_from_its_nearest():
    before = neighbours([5])
    assert before == ((), (0, 2), (0, 4), (2, 4), ())
    assert depths(before) == (0, 2, 1, 2, 0)


def test_on_a_grid_neighbours_lie_along_both_keys():
    before = neighbours([3, 2])
    assert before[0] == ()
    assert before[2] == (0, 4)  # (1, 0) from (0, 0) and (2, 0)
    assert before[3] == (1, 5)
    assert depths(before) == (0, 0, 1, 1, 0, 0)


@pytest.mark.parametrize("sizes", [[1], [2], [20], [400], [7, 9], [1, 3]])
def test_every_point_comes_after_those_it_begins_from(sizes):
    before = neighbours(sizes)
    rounds = depths(before)
    assert all(rounds[each] < rounds[n] for n, own in enumerate(before) for each in own)
