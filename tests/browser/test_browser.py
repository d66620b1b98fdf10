"""What a visitor sees: the map offline, a plan from one click, nothing from outside."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import frame_of, whole_page


def nothing_wrong(seen):
    assert seen.outside == []
    assert seen.failed == []
    assert seen.errors == []


@pytest.mark.parametrize(
    ("width", "scheme", "language"),
    [(1280, "light", "en"), (1920, "dark", "en"), (390, "light", "sw")],
)
def test_today_draws_the_map_offline(visit, width, scheme, language):
    page, seen = visit(f"/?lang={language}", width=width, scheme=scheme)
    frame = frame_of(page)
    expect(frame.locator("path.ug-area")).to_have_count(47)
    expect(frame.locator(".ug-site svg")).to_have_count(10)
    main = page.locator("[data-testid=stMain]")
    assert main.evaluate("box => box.scrollWidth <= box.clientWidth")
    assert not frame.locator("body").evaluate("box => box.scrollWidth > box.clientWidth + 1")
    whole_page(page, f"today-{width}-{scheme}-{language}")
    nothing_wrong(seen)


def test_a_click_and_the_keyboard_choose_a_county(visit):
    page, seen = visit()
    frame = frame_of(page)
    box = frame.locator(".leaflet-container")
    box.focus()
    for key in ("ArrowUp", "ArrowRight", "ArrowRight"):
        box.press(key)
    name = frame.locator(".ug-live").inner_text().split(".")[0]
    assert name
    box.press("Enter")
    expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible(timeout=10_000)
    assert re.search(r"[?&]area=\d{3}", page.url)
    box.focus()
    page.keyboard.press("Tab")  # areas are no stops of their own
    assert box.evaluate("box => document.activeElement.closest('path') === null")
    frame.locator("path.ug-area[data-code='023']").click(force=True)  # Turkana
    expect(page.get_by_role("heading", name="Turkana", exact=True)).to_be_visible(timeout=10_000)
    expect(frame.locator("path.ug-area")).to_have_count(47)
    nothing_wrong(seen)


def test_the_proposal_shows_its_pairs(visit):
    page, seen = visit()
    frame = frame_of(page)
    page.get_by_role("radio", name=re.compile("Proposed")).or_(
        page.get_by_role("button", name=re.compile("Proposed"))
    ).first.click()
    expect(frame.locator(".ug-site svg")).to_have_count(24, timeout=10_000)
    expect(frame.locator("path.ug-link").first).to_be_attached()
    whole_page(page, "proposal-1280-light-en")
    nothing_wrong(seen)


def test_one_click_finds_a_plan_that_outlives_a_reload(visit):
    page, seen = visit()
    frame_of(page)
    page.get_by_role("link", name="Plan", exact=True).click()
    frame = frame_of(page)
    expect(frame.locator(".ug-site svg")).to_have_count(159, timeout=10_000)
    page.get_by_role("combobox", name="Start from").click()
    page.get_by_role("option", name="Today's ten offices").click()
    expect(page.get_by_label("Name of this plan")).to_have_value("Today's ten offices")
    whole_page(page, "plan-1280-light-en")
    page.get_by_role("button", name="Find the best plan").click()
    expect(page.get_by_text("Best possible plan")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("heading", name="Which services where")).to_be_visible()
    frame = frame_of(page)
    expect(frame.locator(".ug-site svg")).to_have_count(10)
    whole_page(page, "result-1280-light-en")
    assert "run=" in page.url
    nothing_wrong_but_leaving(seen)

    page.get_by_role("link", name="Export").click()
    expect(page.get_by_role("button", name="Workbook (Excel)")).to_be_visible(timeout=20_000)
    with page.expect_download() as taken:
        page.get_by_role("button", name="Workbook (Excel)").click()
    assert taken.value.suggested_filename.endswith(".xlsx")
    whole_page(page, "export-1280-light-en")
    page.get_by_role("link", name="Plan", exact=True).click()
    expect(page.get_by_text("Best possible plan")).to_be_visible(timeout=20_000)
    page.reload()
    expect(page.get_by_text("Best possible plan")).to_be_visible(timeout=20_000)


def nothing_wrong_but_leaving(seen):
    """A page that is left breaks off what it was loading; that is no failure."""
    seen.failed = [each for each in seen.failed if "/component/" not in each]
    nothing_wrong(seen)


def test_clicks_on_the_map_lock_and_forbid_a_site_and_undo_takes_back(visit):
    page, seen = visit()
    frame_of(page)
    page.get_by_role("link", name="Plan", exact=True).click()
    frame = frame_of(page)
    expect(frame.locator(".ug-site svg")).to_have_count(159, timeout=10_000)
    proposed = frame.locator(".ug-site:has(.ug-proposed)")
    tops = proposed.evaluate_all("all => all.map(each => each.getBoundingClientRect().top)")
    proposed.nth(tops.index(min(tops))).click()  # the northernmost stands alone
    expect(frame.locator(".ug-site .ug-locked")).to_have_count(1, timeout=10_000)
    frame.locator(".ug-site:has(.ug-locked)").click()
    expect(frame.locator(".ug-site .ug-forbidden")).to_have_count(1, timeout=10_000)
    page.get_by_role("button", name="Undo", exact=True).first.click()
    expect(frame.locator(".ug-site .ug-locked")).to_have_count(1, timeout=10_000)
    nothing_wrong_but_leaving(seen)


def test_method_is_readable_in_the_dark_and_on_a_phone(visit):
    page, seen = visit("/", width=390, scheme="dark")
    page.goto(page.url.split("?")[0] + "method")
    expect(page.get_by_role("heading", name="Method and sources")).to_be_visible(timeout=20_000)
    main = page.locator("[data-testid=stMain]")
    assert main.evaluate("box => box.scrollWidth <= box.clientWidth")
    whole_page(page, "method-390-dark-en")
    assert seen.outside == []
