"""Which points are beaten, and what lies between neighbours: by hand."""

from __future__ import annotations

import math

from planner.insight.frontier import Spot, steps, verdicts


def told(*spots):
    return [(each.is_beaten, each.by) for each in verdicts(spots)]


def test_a_point_is_dominated_where_another_is_no_worse_on_both_and_better_on_one():
    first, cheaper, other = Spot(5, 10, 10), Spot(4, 10, 10), Spot(3, 11, 11)
    assert told(first, cheaper, other) == [("yes", 1), ("no", None), ("no", None)]


def test_equal_points_are_both_kept():
    assert told(Spot(5, 10, 10), Spot(5, 10, 10)) == [("no", None), ("no", None)]


def test_rounding_in_the_last_digit_beats_nobody():
    assert told(Spot(5, 10 * (1 + 1e-12), 10), Spot(5, 10, 10)) == [("no", None), ("no", None)]


def test_a_difference_within_the_gap_may_be_dominated():
    """The first may be as low as 9 if searched on, so nobody knows whether 9.5 beats it."""
    assert told(Spot(5, 10, 9), Spot(4, 9.5, 9.5)) == [("maybe", 1), ("no", None)]
    assert told(Spot(5, 10, 9.6), Spot(4, 9.5, 9.5)) == [("yes", 1), ("no", None)]


def test_the_best_of_those_that_beat_it_is_named():
    assert told(Spot(5, 10, 10), Spot(5, 9, 9), Spot(4, 8, 8))[0] == ("yes", 2)


def test_points_without_a_plan_beat_nobody_and_are_not_beaten():
    assert told(None, Spot(1, 1, 1)) == [("no", None), ("no", None)]


def test_steps_go_along_the_frontier_with_what_is_proved_of_the_saving():
    """From (2, 10) with at least 9 to (4, 7) with at least 6.5: 9 - 7 = 2 to 10 - 6.5 = 3.5."""
    beaten = Spot(5, 8, 8)
    (step,) = steps([Spot(4, 7, 6.5), Spot(2, 10, 9), beaten, None])
    assert (step.start, step.end, step.more, step.saved) == (1, 0, 2, 3)
    assert (step.least, step.most) == (2, 3.5)


def test_a_bound_of_what_takes_more_holds_for_what_takes_less():
    """Nobody proved anything of (2, 10), but the best at 4 takes 6.5 or more."""
    (step,) = steps([Spot(2, 10), Spot(4, 7, 6.5)])
    assert (step.least, step.most) == (0, 3.5)
    (step,) = steps([Spot(2, 10), Spot(4, 7)])
    assert (step.least, step.most) == (0, math.inf)


def test_equal_points_make_one_step_and_the_first_is_named():
    (step,) = steps([Spot(2, 10, 10), Spot(4, 7, 7), Spot(4, 7, 7)])
    assert (step.start, step.end) == (0, 1)
    first, second = steps([Spot(2, 10, 10), Spot(2, 10, 10), Spot(4, 7, 7), Spot(5, 6, 6)])
    assert [(first.start, first.end), (second.start, second.end)] == [(0, 2), (2, 3)]
