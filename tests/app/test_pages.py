"""Each page runs, says the same in both languages, and loads nothing from outside."""

import re

import pytest

from tests.app.conftest import everything, maps

PAGES = (None, "plan", "journeys", "export", "method")
TITLES = {
    None: ("How far", "Watu husafiri"),
    "plan": ("Where should", "Matawi yafunguliwe"),
    "journeys": ("What a customer", "Yale mteja"),
    "export": ("Take a plan", "Chukua mpango"),
    "method": ("Method", "Mbinu"),
}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["en", "sw"])
def test_a_page_runs(app, page, language):
    running = app(page, lang=language)
    assert not running.exception
    assert not running.error
    assert running.title[0].value.startswith(TITLES[page][language == "sw"])
    for given in maps(running):
        assert not re.search(r"https?:|[^:]//", str(given["js_links"]) + str(given))


def test_today_shows_47_counties_and_ten_branches(app):
    (given,) = maps(app())
    codes = set(re.findall(r'"(\d{3})": \{"fill"', given["feature_group"]))
    assert len(codes) == 47
    assert given["feature_group"].count('"over"') == 10
    assert all(link.startswith("../planner.present.served.") for link in given["js_links"])
    assert all(link.startswith("../planner.present.served.") for link in given["css_links"])


def test_today_says_that_there_is_no_pair_and_then_that_there_are(app):
    running = app()
    assert "No two branches within" in everything(running)
    running.slider(key="today.separation").set_value(90).run()
    assert "Pairs of branches within" in everything(running)


def test_the_proposal_has_24_branches(app):
    running = app()
    running.button_group(key="today.network").set_value("proposal").run()
    assert not running.exception
    (given,) = maps(running)
    assert given["feature_group"].count('"over"') == 24


def test_a_county_can_be_linked_to(app):
    running = app(area="023")
    assert running.selectbox(key="today.area").value == "023"
    assert "Turkana" in [each.value for each in running.subheader]
    assert any(
        'class="ug-chosen-area" data-code="023"' in each.proto.body for each in running.get("html")
    )


def test_an_unknown_county_is_left_aside(app):
    running = app(area="<script>")
    assert not running.exception
    assert running.selectbox(key="today.area").value == ""


def test_choosing_a_county_puts_it_into_the_address(app):
    running = app()
    running.selectbox(key="today.area").set_value("047").run()
    assert running.query_params["area"] in ("047", ["047"])


@pytest.mark.parametrize("indicator", ["minutes", "km", "within", "visits"])
def test_every_indicator(app, indicator):
    running = app()
    running.selectbox(key="today.indicator").set_value(indicator).run()
    assert not running.exception
    assert not running.error


def test_conflicts_are_said_before_solving(app):
    running = app("plan")
    running.selectbox(key="plan.start").set_value("impossible").run()
    running.number_input(key="plan.floor").set_value(2).run()
    running.selectbox(key="plan.count_rule").set_value("most").run()
    assert any("At least 94" in each.value for each in running.warning)


def test_a_scenario_fills_the_form(app):
    running = app("plan")
    running.selectbox(key="plan.start").set_value("one-per-county").run()
    assert running.text_input(key="plan.name").value == "One per county"
    assert running.number_input(key="plan.floor").value == 1
    assert running.number_input(key="plan.annual_m").value == 800


def test_an_unknown_job_is_said_and_can_be_left(app):
    running = app("plan")
    running.query_params["job"] = "0123456789abcdef"
    running.run()
    assert not running.exception
    assert [each.value for each in running.error] == ["This plan is not on this computer"]


def test_export_without_a_plan_says_the_next_step(app):
    running = app("export")
    assert "no finished plan yet" in running.info[0].value


def test_method_shows_every_visit_type_with_marks(app):
    text = everything(app("method"))
    for word in ("Passport application", "675,000", "assumption", "1.35", "OpenStreetMap"):
        assert word in text.replace("&#44;", ",")


def test_a_failure_shows_an_id_and_no_path(app, monkeypatch):
    def broken(*_):
        raise RuntimeError("/secret/path")

    monkeypatch.setattr("planner.present.today.today.kpi_cards", broken)
    running = app()
    (error,) = running.error
    assert re.search(r"error [0-9a-f]{8}", error.value)
    assert "secret" not in everything(running) + error.value
    assert not running.exception
