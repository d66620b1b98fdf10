"""What is told as a limit is never rounded past it."""

import pytest

from planner.percent import percent_down, percent_up
from planner.present.words import words
from planner.terminal import status_sentence


@pytest.mark.parametrize(
    ("share", "digits", "told"),
    [
        (0.000543997, 2, "0.06"),
        (0.000543997, 3, "0.055"),
        (3e-7, 2, "0.01"),
        (0.07, 1, "7.0"),  # 100 * 0.07 is a little more than 7
        (0.0, 3, "0.000"),
        (1e-12, 2, "0.00"),
        (float("inf"), 2, "inf"),
    ],
)
def test_a_limit_is_rounded_up(share: float, digits: int, told: str) -> None:
    assert percent_up(share, digits) == told


def test_what_is_at_least_is_rounded_down() -> None:
    assert percent_down(0.000549, 2) == "0.05"


@pytest.mark.parametrize("language", ["en", "sw"])
def test_pages_tell_a_gap_no_smaller_than_it_is(language: str) -> None:
    w = words(language)  # type: ignore[arg-type]
    assert "0.06" in w.gap(0.000543997)
    assert "0.01" in w.gap(3e-7)
    assert "1.3" in w.gap(0.0121)
    assert "0.05" in w.percent(0.000543997)  # an error is told to the nearest


@pytest.mark.parametrize(
    ("gap", "told"),
    [(0.000543997, "0.055%"), (3e-7, "0.001%"), (0.0, "is better."), (1e-13, "is better.")],
)
def test_the_terminal_promises_no_more_than_is_proved(gap: float, told: str) -> None:
    said = status_sentence({"status": "optimal", "gap": gap})
    assert told in said
    assert "0.000%" not in said


def test_the_terminal_rounds_the_limit_of_a_good_plan_up() -> None:
    assert "2.13%" in status_sentence({"status": "feasible", "gap": 0.021201})
    assert "13%" in status_sentence({"status": "feasible", "gap": 0.1201})
