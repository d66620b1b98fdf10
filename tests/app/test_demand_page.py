"""The Demand page: its map, the chain of figures behind a number, and its empty states."""

from __future__ import annotations

import re

import pytest
from demand.hand import LEVERS, pack_of

from tests.app.conftest import everything, maps


@pytest.mark.parametrize(("language", "title"), [("en", "Who needs"), ("sw", "Nani anahitaji")])
def test_it_runs_in_both_languages(app, language, title):
    running = app("demand", lang=language)
    assert not running.exception
    assert not running.error
    assert running.title[0].value.startswith(title)
    (given,) = maps(running)
    assert len(set(re.findall(r'"(\d{3})": \{"fill"', given["feature_group"]))) == 47


def test_all_visit_types_are_told_with_their_range(app):
    text = plain(app("demand"))
    assert "All visit types, all counties: 1,442,000 visits in person a year (750,000 to" in text
    assert "Most for each person in Nairobi" in text
    assert "Choose a visit type above" in text
    assert ">Low<" in text.split("The map as a table")[0]
    assert text.count(">All together<") == 1


def test_a_visit_type_and_a_county_show_the_chain(app):
    running = app("demand", area="047")
    running.selectbox(key="demand.kind").set_value("passport_application").run()
    assert not running.exception
    text = plain(running)
    for word in ("540,000", "1.25", "0.1512883", "2,858,096", "64.7", "102,119.647", "assumption"):
        assert word in text
    assert "the-star 2024-11-19" in text


def test_every_measure_and_segment(app):
    running = app("demand")
    running.button_group(key="demand.measure").set_value("visits").run()
    assert not running.exception
    text = plain(running)
    for word in ("Below the poverty line", "Women", "Information", "Assisted points", "0.74"):
        assert word in text


def test_a_pack_with_one_lever_and_given_visits(app, monkeypatch):
    monkeypatch.setenv("UGATUZI_PACK", "one-stop")
    running = app("demand")
    assert not running.exception
    text = plain(running)
    assert text.count(">Online service<") == 1  # nothing to add up
    assert ">Low<" in text.split("The map as a table")[0]
    assert "Bar: most likely" in text


def test_choices_stay_while_another_page_is_shown(app):
    running = app("demand", area="047")
    running.selectbox(key="demand.kind").set_value("passport_application").run()
    running.button_group(key="demand.measure").set_value("visits").run()
    running.switch_page("app_pages/records.py").run()
    running.switch_page("app_pages/demand.py").run()
    assert not running.exception
    assert running.selectbox(key="demand.kind").value == "passport_application"
    assert running.selectbox(key="demand.area").value == "047"
    assert running.button_group(key="demand.measure").value == "visits"


def test_a_pack_without_customers_says_what_to_add(app, tmp_path, monkeypatch):
    folder = tmp_path / "pack"
    pack_of(folder, LEVERS)
    (folder / "customers.toml").unlink()
    monkeypatch.setenv("UGATUZI_PACK", str(folder))
    running = app("demand")
    assert not running.exception
    text = plain(running)
    assert ">Low<" not in text.split("The map as a table")[0]  # nor are there ranges
    assert "Bar: most likely" not in text
    told = [each.value for each in running.info]
    assert any("[[segments]]" in each for each in told)
    assert any("[online_reach]" in each for each in told)
    text = plain(running)  # its visits have no ends, so none are shown
    assert ">Low<" not in text.split("The map as a table")[0]
    assert "Bar: most likely" not in text


def plain(running) -> str:
    """All texts of the page without its coded characters."""
    return re.sub(r"&#(\d+);", lambda code: chr(int(code[1])), everything(running))
