"""The page on how far it is draws offline in both tongues, and a pair of places can be chosen."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import frame_of, whole_page
from tests.browser.test_browser import nothing_wrong_but_leaving
from tests.browser.test_new_pages import turn_to
from tests.browser.waiting import settled


@pytest.mark.parametrize(
    ("language", "width", "scheme"), [("en", 1280, "light"), ("sw", 390, "dark")]
)
def test_the_page_draws_links_known_roads_and_the_chart(visit, language, width, scheme):
    page, seen = visit(f"/?lang={language}", width=width, scheme=scheme)
    frame_of(page)
    turn_to(page, "travel")
    frame = frame_of(page)
    expect(frame.locator("path.ug-line")).to_have_count(1)
    assert frame.locator("path.ug-link").count() > 10
    expect(page.locator("[data-testid=stVegaLiteChart]").first).to_be_visible()
    main = page.locator("[data-testid=stMain]")
    assert main.evaluate("box => box.scrollWidth <= box.clientWidth")
    assert page.locator("[data-testid=stException]").count() == 0
    nothing_wrong_but_leaving(seen)
    whole_page(page, f"travel-{width}-{scheme}-{language}")


def test_a_pair_of_places_is_measured_by_every_model(visit):
    page, seen = visit("/?lang=en")
    frame_of(page)
    turn_to(page, "travel")
    frame_of(page)
    for label in ("From (a place with people)", "To (a site)"):
        box = page.get_by_role("combobox", name=label)
        box.scroll_into_view_if_needed()
        settled(page)  # a list that is open closes when the page is scrolled
        box.click()
        page.get_by_role("option").nth(1).click()
        settled(page)
    measured = page.get_by_role("region", name="From one place to another")
    expect(measured.get_by_role("row")).to_have_count(3, timeout=30_000)
    assert measured.inner_text().count("\xa0km") == 2
    nothing_wrong_but_leaving(seen)
