"""The page Plan on a phone: its button is in reach, and what was found stands before the form."""

from playwright.sync_api import expect

from tests.browser.conftest import frame_of
from tests.browser.waiting import settled

TALL = 844


def is_within_window(page, place):
    box = page.locator(place).first.bounding_box()
    return box is not None and box["y"] >= 0 and box["y"] + box["height"] <= TALL


def test_the_button_that_searches_is_in_reach_and_what_is_found_stands_first(visit):
    page, _ = visit("/plan", width=390, height=TALL)
    button = ".st-key-plan-run button"
    expect(page.locator(button)).to_be_visible(timeout=30_000)
    frame_of(page)  # a map that comes late makes the page longer
    settled(page)
    assert is_within_window(page, button)
    page.locator("[data-testid=stMain]").evaluate("box => box.scrollTo(0, box.scrollHeight)")
    page.wait_for_timeout(500)
    assert is_within_window(page, button)
    last = page.locator(".st-key-plan_sites .ug-table").bounding_box()
    assert last["y"] + last["height"] <= page.locator(button).bounding_box()["y"]
    page.locator(button).click()
    found = page.locator(".st-key-plan_found")
    expect(found).to_be_visible(timeout=30_000)
    form = page.locator("[data-testid=stExpander]").first
    assert found.bounding_box()["y"] < form.bounding_box()["y"]
    expect(found.locator(".ug-lead").first).to_be_visible(timeout=60_000)
    assert found.bounding_box()["y"] < form.bounding_box()["y"]
