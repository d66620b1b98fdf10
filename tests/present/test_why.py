"""Prices in words: proved intervals in hours, km or money a year, as far as they are known."""

from __future__ import annotations

import pytest

from planner.present.why.why_price import price_sentence, ties_sentences, worth_table
from tests.present.cases import problem, view

NOTHING = {
    **dict.fromkeys(("low", "high", "low_share", "high_share")),
    "impossible": False,
    "shortfall_low": 0.0,
    "shortfall_high": 0.0,
    "opens": [],
    "closes": [],
}


def price(low=None, high=None, **changes):
    shares = {
        "low_share": None if low is None else low / 1e6,
        "high_share": None if high is None else high / 1e6,
    }
    return {**NOTHING, "low": low, "high": high, **shares, **changes}


@pytest.mark.parametrize(
    ("told", "unit", "words"),
    [
        (price(1200, 1200), "min", "costs 20 hours of travel a year more (0.12 % of the whole)"),
        (price(1200, 2400), "min", "costs 20 hours of travel a year to 40 hours"),
        (price(1200), "min", "costs at least 20 hours of travel a year more (at least 0.12 %"),
        (price(-2400, -1200), "min", "saves 20 hours of travel a year to 40 hours of travel"),
        (price(-2400, 0), "min", "saves at most 40 hours of travel a year; less, or nothing"),
        (price(0, 2400), "min", "costs at most 40 hours of travel a year more; it may"),
        (price(0, 0), "min", "costs nothing: that is proved"),
        (price(1200, 1200), "km", "costs 1,200 km of travel a year more"),
        (price(2e6, 2e6), "KES", "costs KES 2.0 M a year more"),
        (price(1200, 1200), "weighted min", "20 hours of travel a year (weighted)"),
        (price(impossible=True), "min", "does not exist: that is proved"),
        (price(shortfall_low=3, shortfall_high=5), "min", "misses soft rules by 3 to 5 visits"),
        (price(), "min", "was not found in the time given"),
        (price(None, None), "min", "was not found in the time given"),
    ],
)
def test_a_price_says_what_is_proved(told, unit, words):
    assert words in price_sentence(view(), told, unit).replace("\xa0", " ")
    assert price_sentence(view("sw"), told, unit)


def test_near_ties_and_limits_in_words():
    first, second = problem().site_ids[:2]
    sites = [
        {"site": first, "plans": 2, "in_all": True, "by_the_rules": False, "proved": True},
        {"site": second, "plans": 2, "in_all": True, "by_the_rules": True, "proved": True},
    ]
    told = {"tolerance": 0.005, "plans": [{}, {}], "sites": sites}
    said = [text.replace("\xa0", " ") for text in ties_sentences(view(), told)]
    assert said[0].startswith("2 plans within 0.5 %")
    assert "and 1 that the rules ask for" in said[1]
    assert said[2].startswith("Proved for every plan so near: ")
    alone = ties_sentences(view(), {**told, "plans": [{}]})
    assert [text.replace("\xa0", " ") for text in alone] == [
        "No other plan within 0.5 % was found."
    ]
    step = {"limit": "annual_kes", "now": 450_000_000, "then": 451_000_000}
    table = worth_table(view(), {"unit": "min", "limits": [{**step, **price(-600, -600)}]})
    (row,) = table.to_numpy().tolist()
    assert "saves 10 hours of travel a year" in row[3].replace("\xa0", " ")
