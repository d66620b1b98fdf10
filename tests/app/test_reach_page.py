"""The page on reach: bands and service areas, tables, thresholds, and what is missing."""

import json

import numpy as np
import pytest
import shapely

from planner.errors import PlannerError
from planner.evaluate import listed_network
from planner.pack import read_pack
from planner.present import session, subjects
from planner.present.maps.tints import tints
from planner.present.reach import reach, reach_map
from planner.present.view import View
from planner.present.words import words
from planner.scenario import Scenario, build
from tests.app.conftest import everything, maps
from tests.demand.hand import INCOME
from tests.pack.tiny import FACTS, FILES, PACK, TRAVEL, write

SITES = (
    "id,name,area,lat,lon,status,services_today\ns1,Alpha town,001,-0.5,36.5,existing,c;d\n"
    "s2,Gamma town,002,-0.5,37.5,existing,c\ns3,Delta,002,-0.9,37.9,proposed,c;d\n"
)


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    """Two branches and an announced one, with two groups of people."""
    folder = write(
        tmp_path / "pack",
        pack_toml=PACK.replace("dense_areas", 'area_facts = "facts.csv"\ndense_areas') + TRAVEL,
        facts_csv=FACTS,
        customers_toml='facts = "facts.csv"\n' + INCOME,
        sites_csv=SITES,
    )
    monkeypatch.setenv("UGATUZI_PACK", str(folder))
    return folder


def seen(folder, network="today", language="en", within=(30, 60, 120), kind=None):
    case = session._read_case(str(folder), "")
    subject = subjects.subject_of(case, network, {})
    view = View(words(language).of_pack(case.pack), case.pack, subject.problem)
    return view, reach.worked_out(subject, within, kind)


@pytest.mark.parametrize("language", ["en", "sw"])
def test_the_page_runs(app, tiny, language):
    running = app("reach", lang=language)
    assert not running.exception
    assert not running.error
    assert running.title[0].value.startswith({"en": "Who has", "sw": "Nani ana"}[language])
    (given,) = maps(running)
    assert given["feature_group"].count('"over"') == 2
    assert given["feature_group"].count('"edge"') == 5
    assert len(running.get("download_button")) == 2


def test_it_runs_on_the_built_in_pack_and_stays_light(app):
    running = app("reach")
    assert not running.exception
    assert not running.error
    (given,) = maps(running)
    assert len(json.dumps(given)) < 300_000
    running.button_group(key="reach.view").set_value("areas").run()
    assert not running.exception
    (given,) = maps(running)
    assert len(json.dumps(given)) < 300_000


def test_service_areas_another_network_and_a_reason_to_travel(app, tiny):
    running = app("reach")
    running.button_group(key="reach.view").set_value("areas").run()
    (given,) = maps(running)
    assert given["feature_group"].count('"edge"') == 2
    running.selectbox(key="reach.network").set_value("proposal").run()
    (given,) = maps(running)
    assert given["feature_group"].count('"over"') == 3
    running.selectbox(key="reach.kind").set_value("get_deed").run()
    assert not running.exception
    assert not running.error
    (given,) = maps(running)
    assert given["feature_group"].count('"edge"') == 2  # the branch at Gamma town does no deeds


def test_times_are_chosen_and_stay(app, tiny):
    running = app("reach")
    running.button_group(key="reach.within").set_value([15, 45, 60, 240]).run()
    assert not running.exception
    assert "Visits within 45 min" in everything(running).replace("\xa0", " ")
    running.switch_page("app_pages/records.py").run()
    running.switch_page("app_pages/reach.py").run()
    assert list(running.button_group(key="reach.within").value) == [15, 45, 60, 240]
    for wrong in ([], [15, 30, 45, 60, 90]):
        running.button_group(key="reach.within").set_value(wrong).run()
        assert "one to 4 times" in running.info[0].value
        assert not running.exception


def test_areas_can_be_sorted(app, tiny):
    running = app("reach")
    running.selectbox(key="reach.order").set_value("name").run()
    assert not running.exception
    view, found = seen(tiny)
    first = {
        order: reach.area_table(view, found, order)["County"].tolist()
        for order in reach.orders(view, found)
    }
    assert first == {
        "far": ["West", "East"],
        "within.0": ["West", "East"],
        "within.1": ["West", "East"],
        "within.2": ["West", "East"],
        "visits": ["West", "East"],
        "name": ["East", "West"],
    }


def test_tables_hold_what_was_worked_out(tiny):
    view, found = seen(tiny)
    whole = reach.whole_table(view, found)
    named = dict(zip(whole["Who"], whole["Within 30\xa0min"], strict=True))
    assert named["All these visits, nearest branch"] == "74\xa0%"  # 14 of 19; 5 are 58 km off
    assert named["People, each counted once"] == "72\xa0%"  # 130 of 180
    assert named["Get a deed"] == "100\xa0%"
    groups = reach.group_table(view, found)
    assert groups["Who"].tolist() == ["income: Poor", "income: Rich"]
    bands = reach.band_table(view, found)
    assert [name.replace("\xa0", " ") for name in bands["Who"]] == [
        "Poor: 10 % (1 county)", "Poor: 40 % (1 county)",
    ]  # fmt: skip
    backup = reach.backup_table(view, found)
    assert backup["County"].tolist() == ["West", "East"]  # deeds in West have no second branch
    assert "No branch" in backup.columns  # nobody else does deeds
    assert "No branch" not in whole.columns


def test_the_summary_in_words(tiny):
    view, found = seen(tiny)
    said = " ".join(reach.summary(view, found)).replace("\xa0", " ")
    assert said.startswith("Share of the visits with a branch that can complete them: 74 % within")
    assert "5 % of the visits have no second branch." in said
    view, found = seen(tiny, language="sw")
    assert "74 %" in " ".join(reach.summary(view, found)).replace("\xa0", " ")


def test_a_branch_tells_its_service_area(tiny):
    view, found = seen(tiny)
    lines = reach_map._area_lines(view, found.areas[0])
    assert lines[0] == "Service area: 150 people, 16 visits a year"
    assert reach_map._area_lines(view, None) == ["No place sends most of its visits here."]
    (rows,) = [reach_map.band_rows(view, found)]
    assert [row.text.replace("\xa0", " ") for row in rows] == [
        "up to 30 min", "30 min \N{EN DASH} 1 h", "1 h \N{EN DASH} 2 h", "over 2 h, or no route",
    ]  # fmt: skip
    assert len({row.colour for row in rows}) == 4


def test_markers_hide_less_of_the_bands(tiny):
    view, found = seen(tiny)
    radius = {
        of_bands: max(
            mark["radius"]
            for mark in json.loads(reach_map.branch_layer(view, found, of_bands=of_bands).block)[
                "sites"
            ]
        )
        for of_bands in (True, False)
    }
    assert radius[True] < radius[False]


def test_neighbours_have_different_tints():
    cells = [shapely.box(x, y, x + 1, y + 1) for x in range(6) for y in range(6)]
    tint = tints(cells)
    touching = [
        (a, b)
        for a in range(36)
        for b in range(a)
        if cells[a].intersects(cells[b]) and tint[a] == tint[b]
    ]
    assert touching == []


def test_only_holes_that_hold_another_stay():
    land = shapely.box(0, 0, 10, 10).difference(shapely.box(1, 1, 2, 2))
    land = land.difference(shapely.box(5, 5, 6, 6))
    islet = shapely.box(11, 0, 11.01, 0.01)
    one, other = reach_map.plainer([shapely.union(land, islet), shapely.box(5, 5, 6, 6)])
    assert (len(one.interiors), one.geom_type) == (1, "Polygon")
    assert other.equals(shapely.box(5, 5, 6, 6))


# -- what is missing -----------------------------------------------------------------------


def test_without_branches_the_next_step_is_said(app, tmp_path, monkeypatch):
    bare = FILES["sites.csv"].replace("existing,c,", "candidate,,")
    monkeypatch.setenv("UGATUZI_PACK", str(write(tmp_path / "pack", sites_csv=bare)))
    running = app("reach")
    assert not running.exception
    assert "Go to Plan" in running.info[0].value


def test_without_groups_the_file_is_named(app, tmp_path, monkeypatch):
    monkeypatch.setenv("UGATUZI_PACK", str(write(tmp_path / "pack")))
    running = app("reach")
    assert not running.exception
    assert any("[[segments]]" in each.value for each in running.info)


def with_matrix(folder, unit):
    rows = "".join(f"p{i},s{j},{10 * i + j}\n" for i in (1, 2, 3) for j in (1, 2))
    (folder / "travel.csv").write_text(f"demand_point,site,{unit}\n{rows}")
    head = (folder / "pack.toml").read_text()
    (folder / "pack.toml").write_text(head.replace("[travel]\n", '[travel]\nmodel = "matrix"\n', 1))


def test_a_matrix_shows_service_areas_only(app, tmp_path, monkeypatch):
    folder = write(tmp_path / "pack")
    with_matrix(folder, "minutes")
    monkeypatch.setenv("UGATUZI_PACK", str(folder))
    running = app("reach")
    assert not running.exception
    assert "knows its own places only" in running.info[0].value
    assert list(running.button_group(key="reach.view").options) == ["Service areas"]
    assert len(running.get("download_button")) == 1


def test_costs_alone_are_said(app, tiny, tmp_path, monkeypatch):
    """Only a plan of a scenario that goes by cost can come so far; it tells no minutes."""
    folder = write(tmp_path / "costs")
    with_matrix(folder, "kes")
    pack = read_pack(folder)
    asked = Scenario(name="t", pack="p", objective={"minimize": "travel_cost"})
    problem = build(pack, asked)
    plan = listed_network(problem, problem.existing)
    with pytest.raises(PlannerError, match="neither minutes nor kilometres") as refused:
        reach.worked_out(subjects.Subject("c", pack, problem, asked, plan), (30,), None)

    def refuse(*_):
        raise refused.value

    monkeypatch.setattr("planner.present.reach.reach.worked_out", refuse)
    running = app("reach")
    assert not running.exception
    assert "costs only" in running.info[0].value


def test_metres_have_tables_but_no_map(app, tmp_path, monkeypatch):
    folder = write(
        tmp_path / "pack",
        pack_toml=FILES["pack.toml"].replace('areas = "areas.geojson"', 'areas = "areas.csv"'),
        areas_geojson=None,
        areas_csv="code,name\n001,West\n002,East\n",
        demand_points_csv="id,name,area,x,y,population\np1,A,001,0,0,1\np2,B,002,9000,0,1\n",
        sites_csv="id,name,area,x,y,status,services_today\ns1,S,001,0,0,existing,c\n",
        visits_csv="demand_point,visit_type,visits_per_year\np1,get_card,1\np2,get_card,1\n",
    )
    monkeypatch.setenv("UGATUZI_PACK", str(folder))
    running = app("reach")
    assert not running.exception
    assert not running.error
    assert "no latitude and longitude" in running.info[0].value
    assert maps(running) == []


def test_names_from_data_are_harmless(app, tiny, monkeypatch):
    text = SITES.replace("Alpha town", "<script>alert(1)</script>{{7*7}}")
    (tiny / "sites.csv").write_text(text)
    running = app("reach")
    assert not running.exception
    assert "<script>alert" not in everything(running)
    (given,) = maps(running)
    assert "<script>alert" not in json.dumps(given)
    assert "{{7" not in json.dumps(given)


def test_a_visit_type_that_nobody_does(tmp_path):
    pack = read_pack(write(tmp_path / "pack"))
    problem = build(pack, Scenario(name="t", pack="p"))
    plan = listed_network(problem, problem.existing)
    subject = subjects.Subject("t", pack, problem, Scenario(name="t", pack="p"), plan)
    view = View(words("en").of_pack(pack), pack, problem)
    found = reach.worked_out(subject, (30,), 1)
    assert found.bands is None
    assert "no open branch can complete" in reach.no_bands(view, found)
    (only,) = found.areas
    assert only.site is None
    assert reach_map.legend(view, found, of_bands=False)
    assert np.isfinite(found.reach.all.nearest.none)
    assert "have no branch to go to" in " ".join(reach.summary(view, found))
