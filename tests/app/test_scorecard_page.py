"""The page of the scorecard: today against a network, in both languages, with weights."""

import pytest

from tests.app.conftest import everything


@pytest.mark.parametrize("language", ["en", "sw"])
def test_the_announced_network_against_today(app, language):
    running = app("scorecard", lang=language)
    assert not running.exception
    assert not running.error
    assert running.title[0].value.startswith(("Seven outcomes", "Matokeo saba")[language == "sw"])
    heads = [each.value for each in running.header]
    assert heads[:7] == (
        ["Speed", "Engagement", "Responsiveness", "Value", "Integration", "Choice", "Experience"]
        if language == "en"
        else ["Kasi", "Ushirikishwaji", "Mwitikio", "Thamani", "Muunganiko", "Uchaguzi",
              "Hali ya mteja"]
    )  # fmt: skip
    text = everything(running)
    assert ("2 h 1 min", "saa 2 dak 1")[language == "sw"].replace(" ", "\N{NO-BREAK SPACE}") in text
    assert "work\\_records.csv" in text


def test_nothing_is_added_up_without_weights(app):
    running = app("scorecard")
    assert "With your weights" not in everything(running)
    running.number_input(key="scorecard.weight.speed").set_value(2.0).run()
    running.number_input(key="scorecard.weight.engagement").set_value(1.0).run()
    assert not running.error
    text = everything(running)
    assert "With your weights the plan makes" in text
    assert "Without a part to compare, left out: Engagement." in text


def test_today_against_itself_changes_nothing(app):
    running = app("scorecard")
    running.selectbox(key="scorecard.subject").set_value("today").run()
    assert not running.error
    assert "are better, 0 worse" in everything(running).replace("&#44;", ",")
    assert "0 of 24 parts" in everything(running)
