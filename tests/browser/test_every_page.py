"""No page has a fault for who sees little, hears the page or uses keys, on paper or on a phone.

All that one walk over every page finds is told here: a walk takes minutes.
"""

import pytest
from playwright.sync_api import expect

from planner.present.keys import LETTERS
from tests.browser.waiting import settled
from tests.browser.walk import AXE, faults_of


def test_no_page_has_a_fault_in_light_or_in_the_dark(walked):
    assert len(walked.pages) >= len(LETTERS)
    assert not walked.axe, "\n".join(walked.axe)


@pytest.mark.parametrize("walked", ["en"], indirect=True)
def test_every_page_prints_whole_and_without_controls(walked):
    assert not walked.cut, "\n".join(walked.cut)


@pytest.mark.parametrize("walked", ["sw"], indirect=True)  # the longer of the two languages
def test_every_page_fits_a_phone(walked):
    assert not walked.cut, "\n".join(walked.cut)


def test_the_box_of_keys_has_no_fault_and_its_keys_work(visit):
    page, _ = visit("/?lang=en")
    page.context.add_init_script(AXE)
    page.reload()
    settled(page)
    page.keyboard.press("?")
    box = page.get_by_role("dialog")
    box.get_by_text("g, then c").wait_for(timeout=10_000)
    assert faults_of(page) == []
    page.keyboard.press("Escape")
    box.wait_for(state="detached")
    page.keyboard.press("g")
    page.keyboard.press("e")
    page.wait_for_url("**/export*", timeout=10_000)
    settled(page)
    page.keyboard.press("?")
    box.get_by_text("Single keys do something").click()
    page.keyboard.press("Escape")
    page.wait_for_selector(".ug-page[data-keys=off]", state="attached", timeout=10_000)
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_timeout(500)
    assert "/export" in page.url


def test_the_first_stop_of_the_tab_key_skips_the_links(visit):
    page, _ = visit("/?lang=sw")
    settled(page)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Ruka hadi yaliyomo"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.dataset.testid") == "stMain"


def test_a_way_through_the_app_is_folded_by_a_key(visit):
    page, _ = visit("/?lang=en")
    settled(page)
    head = page.get_by_role("button", name="Make a plan")
    head.press("Enter")
    page.get_by_role("link", name="Kept").wait_for(state="detached", timeout=5_000)
    expect(head).to_have_attribute("aria-expanded", "false")


def test_the_page_of_the_address_is_found_and_marked(visit):
    page, _ = visit("/today?lang=en")
    settled(page)
    assert page.get_by_role("dialog").count() == 0
    assert (
        page.get_by_role("link", name="Today", exact=True).get_attribute("aria-current") == "page"
    )
