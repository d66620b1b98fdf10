"""What a click on a map tells the page."""

import streamlit as st

from planner.present.maps.maps import _new_click


def told(**said):
    return _new_click("m", said)


def test_a_click_is_told_once_and_tells_what_and_where(monkeypatch):
    monkeypatch.setattr(st, "session_state", {})
    area = {"properties": {"code": "001"}}
    site = {"properties": {"site": "s-1"}}
    first = {"lat": -1.5, "lng": 36.0}
    assert told() is None
    clicked = {"last_active_drawing": area, "last_object_clicked_count": 2, "last_clicked": first}
    assert told(**clicked) == {"code": "001", "lat": -1.5, "lon": 36.0}
    assert told(**clicked) is None
    # Open ground: the area clicked before is not told again.
    aside = clicked | {"last_clicked": {"lat": 0.0, "lng": 50.0}}
    assert told(**aside) == {"lat": 0.0, "lon": 50.0}
    # A symbol hands no place of the pointer on.
    assert told(**aside | {"last_active_drawing": site, "last_object_clicked_count": 3}) == {
        "site": "s-1"
    }


def test_a_map_put_up_anew_counts_from_nothing(monkeypatch):
    monkeypatch.setattr(st, "session_state", {})
    area = {"properties": {"code": "001"}}
    assert told(last_active_drawing=area, last_object_clicked_count=1) == {"code": "001"}
    assert told(last_active_drawing=None, last_object_clicked_count=0) is None
    assert told(last_active_drawing=area, last_object_clicked_count=1) == {"code": "001"}
