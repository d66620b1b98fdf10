"""The pages on customers and on decisions: each draws offline, wide and narrow, in both tongues."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import frame_of, served, whole_page
from tests.browser.test_browser import nothing_wrong_but_leaving
from tests.browser.waiting import idle

WITH_MAP = ("reach", "demand", "comes", "journeys")
PAGES = ("scorecard", "levers", *WITH_MAP, "records", "voices")


@pytest.fixture(scope="module")
def second(tmp_path_factory):
    """A server of the second pack."""
    with served(tmp_path_factory.mktemp("second"), UGATUZI_PACK="one-stop") as address:
        yield address


def turn_to(page, name):
    """Open a page as its link does, also where the narrow screen hides the links."""
    title = page.locator("h1").inner_text()
    page.locator(f"[data-testid=stSidebarNavLink][href$='/{name}']").evaluate(
        "link => link.click()"
    )
    expect(page.locator("h1")).not_to_have_text(title, timeout=20_000)
    idle(page)


def draws_all(page, seen, pages, mark=None):
    frame_of(page)
    for name in pages:
        turn_to(page, name)
        assert page.locator("[data-testid=stException]").count() == 0, name
        main = page.locator("[data-testid=stMain]")
        assert main.evaluate("box => box.scrollWidth <= box.clientWidth"), name
        if name in WITH_MAP:
            expect(frame_of(page).locator("path.ug-area")).to_have_count(47)
        if mark:
            whole_page(page, f"{name}-{mark}")
    nothing_wrong_but_leaving(seen)


def test_wide_light_and_english(visit):
    page, seen = visit("/?lang=en")
    draws_all(page, seen, PAGES, "1280-light-en")


def test_narrow_dark_and_kiswahili(visit):
    page, seen = visit("/?lang=sw", width=390, scheme="dark")
    draws_all(page, seen, PAGES, "390-dark-sw")


def test_the_second_pack(visit, second):
    page, seen = visit("/?lang=sw", address=second)
    draws_all(page, seen, ("scorecard", "uncertain", *WITH_MAP))


def test_the_way_back_leads_past_every_choice(visit):
    page, _ = visit("/?lang=en")
    frame_of(page)
    turn_to(page, "demand")
    for county in ("Wajir", "Nairobi"):
        page.get_by_role("combobox", name="County").click()
        page.keyboard.type(county)
        page.keyboard.press("Enter")
        expect(page.locator(".ug-lead")).to_contain_text(county, timeout=10_000)
    page.go_back()
    expect(page.locator(".ug-lead")).to_contain_text("Wajir", timeout=10_000)
    page.go_back()
    expect(page.locator(".ug-lead")).to_contain_text("all counties", timeout=10_000)
    page.go_back()
    expect(page.locator("h1")).to_contain_text("How far", timeout=10_000)
