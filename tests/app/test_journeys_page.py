"""The page on journeys: every journey, every network, both languages, and a pack without any."""

import html
import json
import re

import pytest
from pack.tiny import write

from tests.app.conftest import everything, maps


def said(running):
    """All texts as people read them."""
    return html.unescape(everything(running)).replace("\N{NO-BREAK SPACE}", " ")


def test_the_passport_is_told_with_what_is_needless(app):
    running = app("journeys")
    assert not running.exception
    assert not running.error
    text = said(running)
    assert running.title[0].value == "What a customer goes through"
    assert "2.25 visits to a branch" in text
    assert "National Registration Bureau" in text
    assert "asks for it 3 times" in text
    assert "itself gave it, in the step: Print the form" in text
    assert len(running.get("vega_lite_chart")) == 1


@pytest.mark.parametrize("language", ["en", "sw"])
def test_every_journey(app, language):
    running = app("journeys", lang=language)
    for name in running.selectbox(key="journeys.pick").options:
        assert name
    for pick in ("work_permit", "passport_replacement", "travel_authorisation", "enquiry"):
        running.selectbox(key="journeys.pick").set_value(pick).run()
        assert not running.exception
        assert not running.error
        assert running.query_params["journey"] in (pick, [pick])


def test_a_journey_can_be_linked_to(app):
    running = app("journeys", journey="alien_card")
    assert running.selectbox(key="journeys.pick").value == "alien_card"
    assert "needs no visit to a branch" not in said(running)
    running = app("journeys", journey="<script>")
    assert running.selectbox(key="journeys.pick").value == "passport"


def test_the_proposal_is_held_against_today(app):
    running = app("journeys")
    assert "can start at the nearest branch" in said(running)
    assert "Today it is" not in said(running)
    running.selectbox(key="journeys.network").set_value("proposal").run()
    assert not running.exception
    text = said(running)
    assert "82 % can start at the nearest branch, whatever it offers. Today it is 91 %." in text
    (given,) = maps(running)
    assert given["feature_group"].count('"over"') == 24
    assert len(set(re.findall(r'"(\d{3})": \{"fill"', given["feature_group"]))) == 47


@pytest.mark.parametrize("indicator", ["at_branch", "at_contact", "case_time", "case_money"])
def test_every_indicator(app, indicator):
    running = app("journeys")
    running.selectbox(key="journeys.indicator").set_value(indicator).run()
    assert not running.exception
    assert not running.error


def test_a_pack_without_journeys_says_the_next_step(app, tmp_path, monkeypatch):
    monkeypatch.setenv("UGATUZI_PACK", str(write(tmp_path / "bare")))
    running = app("journeys")
    assert not running.exception
    assert "journeys.toml" in running.info[0].value


def test_names_of_a_pack_cannot_do_harm(app, tmp_path, monkeypatch):
    hostile = "<img src=x onerror=alert(1)> **b** {{7*7}}"
    text = (
        f'[[journeys]]\nid = "a"\nname = {json.dumps(hostile)}\ncustomer = {json.dumps(hostile)}\n'
        f'cases_of = "get_card"\n[[journeys.steps]]\nid = "s"\nname = {json.dumps(hostile)}\n'
        f'agency = {json.dumps(hostile)}\nchannels = ["branch"]\nvisit_type = "get_card"\n'
        f"asks = [{json.dumps(hostile)}]\n"
    )
    monkeypatch.setenv("UGATUZI_PACK", str(write(tmp_path / "hostile", journeys_toml=text)))
    running = app("journeys")
    assert not running.exception
    assert not running.error
    assert "<img" not in everything(running)
    assert "<img" not in json.dumps(maps(running))


def test_how_each_part_can_be_done(app):
    text = said(app("journeys")).replace("\\", "")
    assert "How each part can be done" in text
    assert "55 % of all people here; its cases are not counted" in text
    assert "A journey of its own for that: Enquiry or complaint." in text
    text = said(app("journeys", journey="passport_replacement")).replace("\\", "")
    assert "Trips to National Police Service: 1." in text
    assert "go to a branch where more people come at the peak hour" in text


@pytest.mark.parametrize("language", ["en", "sw"])
def test_a_leaflet_can_be_linked_to(app, language):
    running = app("journeys", journey="passport", area="023", lang=language)
    assert not running.exception
    text = said(running)
    assert "Turkana" in running.selectbox(key="journeys.area").options
    assert {"en": "Ordinary passport, first or renewed, from Turkana", "sw": "kutoka Turkana"}[
        language
    ] in text
    assert "Eldoret" in text
    assert "454 km" in text
    point = running.selectbox(key="journeys.point")
    point.select_index(3).run()
    assert not running.exception
    assert running.query_params["area"] in ("023", ["023"])
    assert running.query_params["point"]


def test_the_leaflet_alone_leaves_the_rest_out(app):
    running = app("journeys", journey="alien_card", area="001")
    assert len(running.get("vega_lite_chart")) == 1
    running.toggle(key="journeys.alone").set_value(v=True).run()
    assert not running.exception
    assert not running.get("vega_lite_chart")
    assert not maps(running)
    assert "Foreign national certificate (alien card), from Mombasa" in said(running)
    running.toggle(key="journeys.alone").set_value(v=False).run()
    assert len(running.get("vega_lite_chart")) == 1
    assert app("journeys", area="<b>").selectbox(key="journeys.area").value is None


def test_a_leaflet_names_the_places_of_the_most_people(app):
    running = app("journeys", journey="passport", area="032")
    text = said(running)
    assert "5 other places" in text
    assert "Narok" not in text.split("Where to go")[1].split("What to do, in order")[0]
