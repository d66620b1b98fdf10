"""The language changes in a real browser, both ways, and what was chosen stays."""

import re

from tests.browser.waiting import settled
from tests.browser.walk import open_link, page_links

PAGES = ("today", "demand", "reach", "place", "why")  # with lists of many kinds
FAILED = "[data-testid=stException], [data-testid=stAlertContentError]"


def press(page, name):
    page.locator(".st-key-language button", has_text=name).click()
    page.wait_for_selector(
        f".ug-page[data-lang={'sw' if name == 'Kiswahili' else 'en'}]", state="attached"
    )
    settled(page)


def lists(page):
    """What every list of the page shows as chosen."""
    boxes = page.locator("[data-testid=stMain] [data-testid=stSelectbox] input")
    return boxes.evaluate_all("all => all.map(each => each.value)")


def test_today_keeps_its_choice_and_the_language_is_kept(visit, planned):
    page, seen = visit("/", address=planned)
    settled(page)
    press(page, "Kiswahili")
    page.wait_for_timeout(1500)  # the map answers once more by itself
    settled(page)
    assert not page.locator(FAILED).count()
    assert "All counties" not in lists(page)
    assert page.url.endswith("/?lang=sw")
    press(page, "English")
    assert "All counties" in lists(page)
    press(page, "Kiswahili")
    page.reload()
    page.wait_for_selector("[data-lang=sw]", state="attached")
    page.goto(planned + "/")  # the browser remembers it
    page.wait_for_selector("[data-lang=sw]", state="attached")
    assert not seen.errors


def test_no_page_fails_or_forgets_when_the_language_changes(visit, planned):
    page, seen = visit("/method", address=planned)
    settled(page)
    for address in page_links(page):
        if address.rsplit("/", 1)[-1] not in PAGES:
            continue
        open_link(page, address)
        page.wait_for_selector("[data-testid=stMain] [data-testid=stSelectbox]")
        settled(page)
        first = lists(page)
        assert first, address
        press(page, "Kiswahili")
        assert re.search(r"[?&]lang=sw", page.url), address
        press(page, "English")
        assert not page.locator(FAILED).count(), address
        assert lists(page) == first, address
    assert not seen.errors
