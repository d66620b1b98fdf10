"""The page of one area: nothing chosen, today beside a plan, links, the leaflet, faults."""

import html

import pytest
import streamlit as st

from planner.errors import PlannerError
from planner.runs.store.runs import Runs
from tests.app.conftest import everything
from tests.app.test_plans_page import links
from tests.insight.uncertain_case import two_places
from tests.present.kept_case import CLOSING, THREE, case_in, keep


def said(running):
    """All texts of the page, as they are read."""
    return html.unescape(everything(running)).replace("\xa0", " ")


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    """A pack with two branches today."""
    st.cache_resource.clear()
    monkeypatch.setenv("UGATUZI_PACK", str(tmp_path / "tiny"))
    case_in(tmp_path)
    return tmp_path


@pytest.mark.parametrize("language", ["en", "sw"])
def test_an_area_of_the_builtin_pack_today_and_as_announced(app, language):
    running = app("place", lang=language, area="019")
    assert not running.exception
    assert not running.error
    text = said(running)
    for word in ("Nyeri", "Mugunda", "Embu"):
        assert word in text
    assert ("1 h 54 min", "saa 1 dak 54")[language == "sw"] in text
    assert len(running.get("download_button")) == 3
    assert not running.get("iframe")
    running.toggle(key="place.leaflet_seen").set_value(True).run()
    (frame,) = running.get("iframe")
    assert frame.proto.srcdoc.startswith(f'<!doctype html><html lang="{language}">')
    assert running.selectbox(key="place.area").value == "019"


def test_without_an_area_the_page_asks_for_one_and_offers_the_farthest(app):
    running = app("place")
    assert not running.exception
    assert "Choose a county above" in said(running)
    asked = [query for page, query in links(running) if "place" in page]
    assert asked[0] == "area=009"  # Mandera
    running.selectbox(key="place.area").set_value("009").run()
    assert not running.exception
    assert running.query_params["area"] in ("009", ["009"])
    assert "Mandera" in said(running)


def test_plans_stand_side_by_side_and_the_address_names_them(app, tiny):
    one, _ = keep(tiny, "Three offices", THREE, minute=1)
    two, _ = keep(tiny, "Fewer", CLOSING, minute=2)
    running = app("place", area="028", plans=f"today,{one},{two}")
    assert not running.exception
    assert not running.error
    assert running.multiselect(key="place.plans").value == ["today", one, two]
    text = said(running)
    assert "Nothing opens, closes or changes in Elgeyo/Marakwet" in text
    assert "Closes: Iten" in text
    assert "Under “Fewer” one visit from Elgeyo/Marakwet" in text
    around = [query for page, query in links(running) if query.startswith("area=")]
    assert around == [f"area=021&plans=today%2C{one}%2C{two}"]
    running.toggle(key="place.leaflet_seen").set_value(True)
    running.selectbox(key="place.leaflet_of").set_value(two).run()
    (frame,) = running.get("iframe")
    assert "This shows a plan" in html.unescape(frame.proto.srcdoc)
    running.selectbox(key="place.point").set_value("p1").run()
    assert not running.exception
    (frame,) = running.get("iframe")
    assert "Iten, town" in html.unescape(frame.proto.srcdoc)
    running.selectbox(key="place.area").set_value("021").run()
    assert not running.exception
    assert running.selectbox(key="place.point").value is None


def test_a_link_may_name_a_plan_that_a_look_has_kept(app, tiny):
    kept, _ = keep(tiny, "A near tie", THREE, source="robust")
    assert kept not in app("place", area="028").multiselect(key="place.plans").value
    running = app("place", area="028", plans=f"today,{kept}")
    assert not running.exception
    assert not running.error
    assert not running.warning
    assert running.multiselect(key="place.plans").value == ["today", kept]


def test_a_plan_that_cannot_be_read_is_told_beside_the_others(app, tiny, monkeypatch):
    bad, _ = keep(tiny, "Damaged", THREE)

    def refuse(self, run_id):
        raise PlannerError("The store is damaged.")

    running = app("place", area="028", plans=f"today,{bad}")
    monkeypatch.setattr(Runs, "folder", refuse)
    st.cache_resource.clear()
    running.run()
    assert not running.exception
    assert not running.error
    text = said(running).replace("\\", "")
    assert "The store is damaged" in text
    assert "Today one visit from Elgeyo/Marakwet" in text
    running.multiselect(key="place.plans").set_value([]).run()
    assert "Choose a network" in said(running)


def test_a_pack_without_a_branch_and_a_plan_says_what_to_do(app, tmp_path, monkeypatch):
    st.cache_resource.clear()
    folder = two_places(tmp_path / "pack").folder
    monkeypatch.setenv("UGATUZI_PACK", str(folder))
    running = app("place", area="001")
    assert not running.exception
    assert "no plan was found yet" in said(running)
    assert [each for each in running.get("page_link") if "plans" in each.proto.page]
    running.switch_page("app_pages/plans.py").run()
    assert not running.exception
    assert not running.error
    assert running.button(key="plans-first")


def test_names_of_plans_are_no_markup(app, tiny):
    name = "![x](http://elsewhere/x.png) <b>"
    one, _ = keep(tiny, name, THREE)
    running = app("place", area="021", plans=f"today,{one}")
    assert not running.exception
    assert not running.error
    marked = [each.value for each in running.subheader if "elsewhere" in each.value]
    assert len(marked) == 2
    assert all(each.startswith("\\!\\[x\\]\\(") or "“\\!\\[x\\]\\(" in each for each in marked)
    running.switch_page("app_pages/plans.py").run()
    assert not running.exception
    cards = [each.proto.body for each in running.get("html") if "elsewhere" in each.proto.body]
    assert cards
    assert not [each for each in cards if name in each]
