"""Plans and one area in a browser: pictures, ticks, links, the leaflet on paper, the phone."""

import re

import pytest
import streamlit as st

from planner.present.place import place_leaflet
from planner.present.place.place_facts import Side
from tests.browser.conftest import served, whole_page
from tests.browser.waiting import settled
from tests.present import cases
from tests.present.kept_case import CLOSING, THREE, case_in, keep


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A server of the tiny pack with two plans in its store."""
    folder = tmp_path_factory.mktemp("plans")
    home = folder / "home"
    home.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("UGATUZI_HOME", str(home))
        patch.setenv("UGATUZI_PACK", str(folder / "tiny"))
        st.cache_resource.clear()
        case_in(folder)
        keep(folder, "Three offices", THREE, minute=1)
        keep(folder, "One closes", CLOSING, minute=2)
    with served(home, UGATUZI_PACK=str(folder / "tiny")) as found:
        yield found


def drawn(page, which):
    """How wide each picture is that has been drawn; 0 where one could not be."""
    page.wait_for_selector(which, timeout=20_000)
    return page.eval_on_selector_all(which, "all => all.map((each) => each.naturalWidth)")


def test_from_a_choice_of_plans_to_the_comparison_and_to_one_area(visit, address):
    page, seen = visit("/plans", address=address)
    widths = drawn(page, ".ug-plan-map img")
    assert len(widths) == 3
    assert min(widths) > 100
    assert all(page.eval_on_selector_all(".ug-plan-map img", "all => all.map((each) => each.alt)"))
    settled(page)
    whole_page(page, "plans")
    for name in ("Three offices", "One closes"):
        card = page.locator('[class*="st-key-plans_card_"]').filter(
            has=page.get_by_role("heading", name=name, exact=True)
        )
        card.locator("label", has_text="Compare").click()
        page.get_by_text(re.compile(f"Ticked: .*{name}")).wait_for(timeout=15_000)
    page.get_by_role("link", name="Compare these 2").click()
    page.get_by_role("heading", name=re.compile("Three offices against|One closes against")).or_(
        page.locator(".ug-lead", has_text="against")
    ).first.wait_for(timeout=30_000)
    assert "compare=" in page.url
    assert not seen.outside
    assert not seen.errors


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_one_area_under_two_plans_fits_and_its_leaflet_prints(visit, address, width, scheme):
    page, seen = visit("/place?area=028", address=address, width=width, scheme=scheme)
    assert min(drawn(page, ".ug-place-map img")) > 300
    settled(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_text("See the leaflet here").click()
    leaflet = page.frame_locator("iframe[title='A leaflet for the people here']")
    button = leaflet.get_by_role("button", name="Print")
    button.wait_for(timeout=15_000)
    button.evaluate("(node) => { window.print = () => { node.dataset.printed = 'yes'; }; }")
    button.click()
    assert button.get_attribute("data-printed") == "yes"
    with page.expect_download() as found:
        page.get_by_role("button", name="Leaflet (Kiswahili)").click()
    content = found.value.path().read_text(encoding="utf-8")
    assert content.startswith('<!doctype html><html lang="sw">')
    whole_page(page, f"place-{width}-{scheme}")
    assert not seen.outside
    assert not seen.errors


def test_the_leaflet_is_one_page_of_a4_in_both_languages(browser):
    today = cases.today()
    page = browser.new_page()
    try:
        for code in ("001", "020", "047"):  # those with most to say, and most places
            for language in ("en", "sw"):
                plan = cases.proposal()
                side = Side("proposal", "x", cases.view(), plan.plan, plan.score, today.score)
                page.set_content(place_leaflet.leaflet_html(side, code, language))
                sheet = page.pdf(prefer_css_page_size=True)
                assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1, (code, language)
    finally:
        page.close()
