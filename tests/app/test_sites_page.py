"""The page of sites: places added and changed, taken back, and kept as a pack of one's own."""

import html

import pytest
import streamlit as st

from planner.pack import find_pack, read_pack
from planner.pack.own import own_packs
from tests.app.conftest import everything
from tests.app.conftest import maps as maps_of
from tests.pack import tiny


def said(running):
    text = html.unescape(everything(running)).replace("\\", "")
    return text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.fixture(autouse=True)
def small(tmp_path, monkeypatch):
    """A pack of two sites, so that a page is quick."""
    st.cache_resource.clear()
    folder = tiny.write(tmp_path / "tiny")
    monkeypatch.setenv("UGATUZI_PACK", str(folder))
    return folder


@pytest.fixture
def click(monkeypatch):
    """What the map is told next, once."""
    told = []

    def next_click(*args, **kwargs):
        return told.pop() if told else None

    monkeypatch.setattr("planner.present.sites.sites_shown.show_map", next_click)
    return told.append


def fine(running):
    assert not running.exception
    assert not running.error
    return running


def button(running, key):
    return running.button(key=key)


@pytest.mark.parametrize("language", ["en", "sw"])
def test_a_page_without_changes_tells_the_next_step(app, language):
    running = fine(app("sites", lang=language))
    assert button(running, "sites-undo").disabled
    assert button(running, "sites-keep").disabled
    drawn = maps_of(running)[0]
    assert "last_clicked" in drawn["returned_objects"]
    assert drawn["feature_group"].count('"over"') == 2


def test_a_click_on_empty_ground_adds_a_site_at_the_nearest_known_place(app, click, small):
    running = app("sites")
    click({"code": "001", "lat": -0.21, "lon": 36.21})
    running = fine(running.run())
    assert "Beta (a demand point), 1.6 km from the place you chose" in said(running)
    assert "in West" in said(running)
    (name,) = [each for each in running.text_input if each.label == "Name"]
    assert name.value == "Beta"
    (once,) = [each for each in running.number_input if each.label == "Cost to open, KES once"]
    assert once.value == 900_000
    fine(button(running, "sites-add").click().run())
    assert "Beta (West): added as Possible site" in said(running)
    assert running.selectbox(key="sites.site").value == "001-beta"
    fine(button(running, "sites-undo").click().run())
    assert "Nothing yet" in said(running)
    fine(button(running, "sites-redo").click().run())
    assert "Beta (West): added as" in said(running)
    fine(button(running, "sites-out-1").click().run())
    assert "Nothing yet" in said(running)


def test_no_site_stands_outside_every_area(app, click):
    running = app("sites")
    click({"lat": -0.5, "lon": 38.4})
    running = fine(running.run())
    assert "No site can stand there: it is 44 km outside East" in said(running)
    assert not [each for each in running.button if each.key == "sites-add"]


def test_a_site_is_changed_by_its_form_and_moved_by_a_click(app, click):
    running = app("sites")
    click({"site": "s2", "lat": -0.5, "lon": 37.5})
    running = fine(running.run())
    assert running.selectbox(key="sites.site").value == "s2"
    (once,) = [each for each in running.number_input if each.label == "Cost to open, KES once"]
    once.set_value(700_000)
    (sent,) = [each for each in running.button if each.label == "Change this site"]
    running = fine(sent.click().run())
    assert "Cost to open, KES once: 900,000 → 700,000" in said(running)
    running.toggle(key="sites.moves").set_value(True).run()
    click({"code": "001", "lat": -0.3, "lon": 36.4})
    running = fine(running.run())
    assert "Gamma town (West), County: East → West" in said(running)
    assert not running.toggle(key="sites.moves").value


def test_faults_stand_at_their_cell_and_forbid_keeping(app, click):
    running = app("sites")
    running.session_state["sites.site"] = "s2"
    running.run()
    (status,) = [each for each in running.selectbox if each.label == "What it is"]
    status.set_value("existing")
    (sent,) = [each for each in running.button if each.label == "Change this site"]
    sent.click().run()
    (lon,) = [each for each in running.number_input if each.label == "Longitude, degrees"]
    lon.set_value(40.0)
    (sent,) = [each for each in running.button if each.label == "Change this site"]
    running = sent.click().run()
    assert "No site can stand there" in said(running)


def test_the_draft_is_kept_as_a_pack_that_the_visitor_then_plans_with(app, home, small):
    before = (small / "sites.csv").read_bytes()
    running = app("sites", site="s2")
    (name,) = [each for each in running.text_input if each.label == "Name"]
    name.set_value("<b>{{7*7}}</b>")
    (sent,) = [each for each in running.button if each.label == "Change this site"]
    running = fine(sent.click().run())
    running.text_input(key="sites.own_name").set_value("Mine")
    running.text_input(key="me.name").set_value("Asha")
    running = fine(button(running, "sites-keep").click().run())
    assert "Where should branches open" in said(running)
    (kept,) = own_packs(home / "packs")
    assert (kept.id, kept.name, kept.based_on) == ("mine", "Mine", "tiny")
    site = read_pack(find_pack("mine")).sites[1]
    assert site.name == "<b>{{7*7}}</b>"
    assert "by Asha" in site.mark.source
    assert (small / "sites.csv").read_bytes() == before
    assert running.query_params["pack"] in ("mine", ["mine"])
    running.switch_page("app_pages/sites.py").run()
    assert "Nothing yet" in said(fine(running))
    assert "<b>{{7*7}}</b> (East)" in running.selectbox(key="sites.site").options


def test_a_pack_of_given_travel_takes_changes_but_no_new_site(app, small):
    text = "id,name,area,status,services_today\ns1,A,001,existing,c\ns2,B,002,candidate,\n"
    points = "id,name,area,population\np1,Alpha,001,100\np2,Beta,001,50\np3,Gamma,002,30\n"
    rows = "demand_point,site,minutes\n" + "".join(
        f"p{i},s{j},{10 * i + j}\n" for i in (1, 2, 3) for j in (1, 2)
    )
    tiny.write(small, sites_csv=text, demand_points_csv=points, travel_csv=rows)
    running = fine(app("sites"))
    running.segmented_control(key="sites.mode").set_value("add").run()
    assert "Add the site's rows or column to that table" in said(fine(running))
    assert not [each for each in running.button if each.key == "sites-add"]


def labelled(widgets, label):
    (found,) = [each for each in widgets if each.label == label]
    return found


def test_a_pack_in_metres_has_no_map_and_takes_a_site_by_its_form(app, small, click):
    sites = "id,name,area,x,y,status,services_today\ns1,A,West,0,0,existing,c\n"
    points = (
        "id,name,area,x,y,population\np1,Alpha,West,100,0,9\np2,Beta,West,0,50,9\np3,G,East,9,9,9\n"
    )
    toml = 'id = "tiny"\nname = "Tiny"\n' + tiny.TRAVEL
    tiny.write(small, sites_csv=sites, demand_points_csv=points, pack_toml=toml)
    (small / "areas.geojson").unlink()
    running = fine(app("sites"))
    assert "no map here" in said(running)
    running.segmented_control(key="sites.mode").set_value("add").run()
    labelled(running.number_input, "x, metres").set_value(40.0)
    labelled(running.number_input, "y, metres").set_value(20.0).run()
    labelled(running.text_input, "Name").set_value("Middle").run()
    labelled(running.selectbox, "Area").set_value("East").run()
    fine(button(running, "sites-add").click().run())
    assert "Middle (East): added as Possible site" in said(running)


def test_with_formats_a_new_site_takes_the_commonest_and_no_costs(app, monkeypatch, click):
    monkeypatch.setenv("UGATUZI_PACK", "one-stop")
    running = app("sites")
    click({"code": "034", "lat": -2.2, "lon": 37.2})
    running = fine(running.run())
    formats = labelled(running.multiselect, "Formats it may take")
    assert formats.value == ["desk", "standard", "full"]
    assert not [each for each in running.number_input if "Cost" in each.label]
    labelled(running.text_input, "Name").set_value("New market").run()
    fine(button(running, "sites-add").click().run())
    assert "New market (Kajiado): added as Possible site" in said(running)


def test_every_fault_of_the_draft_is_told_at_its_cell_and_nothing_is_kept(app, home):
    running = app("sites", site="s1")
    labelled(running.selectbox, "What it is").set_value("candidate")
    labelled(running.text_input, "Name").set_value("")
    running = labelled(running.button, "Change this site").click().run()
    assert running.error
    assert "a blank cell" in said(running)
    assert button(running, "sites-keep").disabled
    fine(button(running, "sites-undo").click().run())
    assert "a blank cell" not in said(running)
    assert not own_packs(home / "packs")
