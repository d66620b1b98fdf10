import math

from planner.present.maps.classes import NO_VALUE, quantile_classes


def test_five_classes_of_ten_places():
    classes = quantile_classes([float(v) for v in range(1, 11)])
    assert classes.lows == (1, 3, 5, 7, 9)
    assert classes.highs == (2, 4, 6, 8, 10)
    assert classes.counts == (2, 2, 2, 2, 2)
    assert len(set(classes.colours)) == 5


def test_equal_values_share_a_class():
    classes = quantile_classes([1.0] * 40 + [2.0, 3.0, 4.0])
    assert classes.position(1.0) == 0
    assert sum(classes.counts) == 43
    assert classes.highs[-1] == 4.0


def test_one_value_makes_one_class():
    classes = quantile_classes([5.0, 5.0])
    assert (classes.lows, classes.highs) == ((5.0,), (5.0,))


def test_places_without_a_value_are_counted_and_grey():
    classes = quantile_classes([1.0, None, math.nan, math.inf])
    assert classes.missing == 3
    assert classes.colour(None) == classes.colour(math.nan) == NO_VALUE


def test_nothing_known():
    classes = quantile_classes([None, None])
    assert classes.colours == ()
    assert classes.colour(None) == NO_VALUE


def test_every_value_lies_in_its_class():
    values = [0.2, 3.1, 3.1, 3.2, 9.0, 11.5, 11.5, 40.0, 41.0]
    classes = quantile_classes(values)
    for value in values:
        k = classes.position(value)
        assert classes.lows[k] <= value <= classes.highs[k]


def test_a_class_has_more_than_the_one_before():
    classes = quantile_classes([float(v * v) for v in range(47)])
    assert all(a < b for a, b in zip(classes.highs, classes.lows[1:], strict=False))
