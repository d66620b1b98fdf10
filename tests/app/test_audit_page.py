"""The page of the audit: the proposal by one click, thresholds, both languages, the files."""

import json

import pytest

from tests.app.conftest import everything, maps


@pytest.mark.parametrize("language", ["en", "sw"])
def test_the_proposal_is_answered_by_one_click(app, language):
    running = app("audit", lang=language)
    assert not running.exception
    running.segmented_control(key="audit.network").set_value("proposal").run()
    assert not running.exception
    assert not running.error
    text = everything(running)
    assert ("the load needs 3", "wingi wa kazi unahitaji 3")[language == "sw"] in text
    for name in ("Westlands", "Upper Hill", "Makadara", "Kiserian", "Athi River", "Thika"):
        assert name in text
    assert ("Three meanings of", "Maana tatu za")[language == "sw"] in text
    drawn = json.dumps(maps(running))
    for colour in ("1c2624", "00664b", "b3005e"):  # by load, backup, unnecessary
        assert colour in drawn


def test_another_threshold_gives_another_answer(app):
    running = app("audit", network="proposal")
    assert "the load needs 3" in everything(running)
    field = next(each for each in running.number_input if "How full" in each.label)
    field.set_value(0.4)
    next(each for each in running.button if each.label == "Judge anew").click().run()
    assert not running.exception
    text = everything(running)
    assert "Changed thresholds" in text
    assert "the load needs 7" in text
    assert "the load needs 3" not in text
