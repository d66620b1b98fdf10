"""The page on how far it is runs on packs with and without known roads; maps name their travel."""

import pytest

from tests.app.conftest import everything, maps
from tests.pack.tiny import PACK, TRAVEL, write
from tests.present.test_travel import KNOWN, MATRIX


@pytest.fixture
def shown(tmp_path, monkeypatch):
    """A tiny pack with known roads and a matrix, which it uses or not."""

    def start(*, model=None, known=True, name="pack"):
        head = PACK.replace("area_label", 'known_roads = "known.csv"\narea_label', 1)
        text = (head if known else PACK) + (f'model = "{model}"\n' if model else "") + TRAVEL
        files = {"pack_toml": text, "travel_csv": MATRIX, "known_csv": KNOWN if known else None}
        monkeypatch.setenv("UGATUZI_PACK", str(write(tmp_path / name, **files)))

    return start


def said(running):
    return everything(running).replace("\xa0", " ").replace("\\", "")


@pytest.mark.parametrize("language", ["en", "sw"])
def test_the_page_runs(app, language, shown):
    shown()
    running = app("travel", lang=language)
    assert not running.exception
    assert not running.error
    titles = {"en": "How far is it, and how sure", "sw": "Ni umbali gani, na kwa uhakika"}
    assert running.title[0].value.startswith(titles[language])
    (given,) = maps(running)
    assert given["feature_group"].count('"from"') == 3
    assert "± 13 %" in said(running)


def test_two_places_are_measured_by_each_model_that_suits(app, shown):
    shown()
    running = app("travel")
    assert "Choose two places" in said(running)
    running.selectbox(key="travel.point").set_value(0).run()
    running.selectbox(key="travel.site").set_value(1).run()
    assert not running.exception
    assert "145 km" in said(running)
    assert "200 km" in said(running)


def test_a_pack_without_known_roads_is_told_what_to_add(app, shown):
    shown(known=False)
    running = app("travel")
    assert not running.exception
    assert 'known_roads = "known_roads.csv"' in running.info[0].value
    assert "error not measured" in said(running)
    assert len(maps(running)) == 1


def test_the_pages_say_which_model_is_in_force(app, shown):
    shown()
    straight = said(app())
    shown(model="matrix", name="other")
    matrix = said(app())
    line = "Travel: straight lines made longer by a factor, ± 13 %."
    assert line in straight
    assert line not in matrix
    assert "Travel: a table of distances from another program" in matrix
    assert "± 13 % goes with every minute" in straight


def test_the_method_page_tells_the_model_in_force(app, shown):
    shown()
    text = said(app("method"))
    assert "Held against 3 roads of known length, this model is 13.3 % off in the median" in text
    assert "Road distance is the straight distance times a factor" in text
    shown(model="matrix", name="other")
    text = said(app("method"))
    assert "Distance and time stand in a table that another program made" in text
    assert "Road distance is the straight distance" not in text
