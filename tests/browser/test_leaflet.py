"""The leaflet alone prints on one page, whatever is asked of it, and the rest stays away."""

import re

import pytest
from playwright.sync_api import expect

from planner.present.place import place_leaflet
from planner.present.place.place_facts import Side
from tests.browser.waiting import idle
from tests.present import cases

TOGGLE = "[data-testid=stCheckbox] label"


@pytest.mark.parametrize(
    "address",
    ["journey=passport&area=032&lang=sw", "journey=passport&area=023&lang=en"],
)
def test_the_leaflet_prints_on_one_page(visit, address):
    page, _ = visit(f"/journeys?{address}")
    page.locator(TOGGLE).first.click()
    expect(page.locator("iframe[title^='streamlit_folium']")).to_have_count(0, timeout=20_000)
    idle(page)
    page.emulate_media(media="print")
    expect(page.locator("h1")).to_be_hidden()
    expect(page.locator("[data-testid=stSelectbox]").first).to_be_hidden()
    sides = dict.fromkeys(("top", "left", "right", "bottom"), "12mm")
    paper = page.pdf(format="A4", margin=sides)
    assert re.findall(rb"/Count (\d+)", paper) == [b"1"]


@pytest.mark.parametrize("language", ["en", "sw"])
@pytest.mark.parametrize("service", [None, "passport_biometrics", "alien_registration"])
def test_every_area_has_one_page_of_a4_for_each_service(browser, service, language):
    plan, problem = cases.proposal(), cases.problem()
    side = Side("proposal", "x", cases.view(), plan.plan, plan.score, cases.today().score)
    at = None if service is None else problem.service_ids.index(service)
    page = browser.new_page()
    try:
        page.set_content(place_leaflet.leaflets_html(side, language, at))
        sheets = page.locator("main").count()
        paper = page.pdf(prefer_css_page_size=True)
    finally:
        page.close()
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == sheets == len(problem.area_codes)
