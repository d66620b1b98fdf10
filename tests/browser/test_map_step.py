"""Tables and maps in step, views of a map without flicker, and what a click costs."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import frame_of, whole_page
from tests.browser.test_browser import nothing_wrong_but_leaving
from tests.browser.waiting import settled

MOST_BYTES = 20_000
WORST = ".ug-linked >> nth=0"  # the areas with the longest travel


def view_turned(page, name):
    page.get_by_role("combobox", name="Show on the map").click()
    page.get_by_role("option", name=name, exact=True).click()
    settled(page)


def still(shape):
    """Wait until a shape stands: a window of another size moves the map a little later."""
    before = None
    for _ in range(50):
        now = shape.bounding_box()
        if now == before:
            return
        before = now
        shape.page.wait_for_timeout(200)
    pytest.fail("the map does not come to rest")


def rows(page):
    return page.locator(".ug-linked").first.locator("tbody tr")


def test_a_row_lights_its_area_and_an_area_its_row(visit):
    page, seen = visit()
    frame = frame_of(page)
    row = rows(page).first
    code = row.get_attribute("data-code")
    area = frame.locator(f"path.ug-area[data-code='{code}']")
    row.scroll_into_view_if_needed()
    row.hover()
    expect(area).to_have_attribute("stroke", "#111111")
    name = row.locator("th").inner_text()
    expect(frame.locator(".ug-tip strong")).to_have_text(name)
    page.locator("h1").hover()
    expect(area).not_to_have_attribute("stroke", "#111111")
    expect(frame.locator(".ug-tip")).to_have_count(0)

    frame.locator("#map_div").scroll_into_view_if_needed()
    area.hover(force=True)
    expect(row).to_have_class(re.compile("ug-lit"))
    frame.locator(".leaflet-control-zoom-in").hover()
    expect(row).not_to_have_class(re.compile("ug-lit"))
    nothing_wrong_but_leaving(seen)


def test_the_lit_row_comes_into_view_in_its_own_box(visit):
    page, _ = visit("/?area=047")
    frame = frame_of(page)
    view_turned(page, "Small areas")
    box = page.locator(".ug-linked.ug-scrolls").first  # the small areas of one area
    expect(box).to_be_attached(timeout=10_000)
    last = box.locator("tbody tr").last
    assert box.evaluate("box => box.scrollTop") == 0
    before = page.locator("[data-testid=stMain]").evaluate("main => main.scrollTop")
    point = last.get_attribute("data-point")
    frame.locator("body").evaluate("(body, id) => window.ugatuzi.lit('point', id, true)", point)
    assert box.evaluate("box => box.scrollTop") > 0
    assert page.locator("[data-testid=stMain]").evaluate("main => main.scrollTop") == before


def test_a_table_is_one_stop_whose_rows_are_walked_and_chosen_by_keys(visit):
    page, seen = visit()
    frame = frame_of(page)
    table = page.locator(".ug-linked").first
    assert table.locator("tr[tabindex='0']").count() == 1
    first, third = rows(page).nth(0), rows(page).nth(2)
    first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(third).to_be_focused()
    assert table.locator("tr[tabindex='0']").count() == 1
    code, name = third.get_attribute("data-code"), third.locator("th").inner_text()
    area = frame.locator(f"path.ug-area[data-code='{code}']")
    expect(area).to_have_attribute("stroke", "#111111")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible(timeout=10_000)
    assert f"area={code}" in page.url
    expect(third).to_have_attribute("aria-selected", "true")
    # The list says the same to the map and to the table, which were not drawn anew.
    page.get_by_role("combobox", name="County").click()
    page.keyboard.type("Nairobi")
    page.keyboard.press("Enter")
    settled(page)
    nairobi = frame.locator("path.ug-area[data-code='047']")
    expect(nairobi).to_have_attribute("stroke", "#b3005e", timeout=10_000)
    expect(third).not_to_have_attribute("aria-selected", "true")
    nothing_wrong_but_leaving(seen)


def test_rows_of_an_area_light_the_land_in_its_pictures(visit):
    page, seen = visit("/place?area=019&plans=today,proposal")
    ward = page.locator("tr[data-point]").nth(3)
    ward.scroll_into_view_if_needed()
    ward.hover()
    lit = page.locator(".ug-spot.ug-lit")
    expect(lit).to_have_count(2)  # one in each picture
    assert lit.first.get_attribute("data-point") == ward.get_attribute("data-point")
    names = page.locator(".ug-spot-name:visible")
    expect(names.first).to_have_text(ward.locator("th").inner_text())
    page.locator("tr[data-point]").first.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("tr[data-point]").nth(1)).to_be_focused()
    branch = page.locator(".ug-spot[data-site]").first
    site = branch.get_attribute("data-site")
    branch.click()
    rows = page.locator(f"tr[data-site='{site}']")
    assert rows.count() >= 2
    expect(rows.first).to_have_attribute("aria-selected", "true")
    expect(page.locator(".ug-spot.ug-chosen")).to_have_count(2)
    branch.click()
    expect(page.locator(".ug-spot.ug-chosen")).to_have_count(0)
    nothing_wrong_but_leaving(seen)


def test_the_list_of_sites_is_in_step_with_the_set_up_map(visit):
    page, seen = visit("/plan")
    frame = frame_of(page)
    row = page.locator(".st-key-plan_sites tr[data-site]").nth(4)
    site = row.get_attribute("data-site")
    row.scroll_into_view_if_needed()
    row.hover()
    expect(frame.locator(".ug-site.ug-lit")).to_have_count(1)
    row.click()
    expect(row.locator("td").last).to_have_text("always open", timeout=15_000)
    expect(frame.locator(".ug-site .ug-locked")).to_have_count(1)
    settled(page)
    expect(row).to_have_attribute("aria-selected", "true")
    assert row.get_attribute("data-site") == site
    nothing_wrong_but_leaving(seen)


def test_views_change_without_a_new_map_and_keep_its_place(visit):
    page, seen = visit()
    frame = frame_of(page)
    frame.locator(".leaflet-control-zoom-in").click()
    page.wait_for_timeout(600)
    frame.locator("body").evaluate("() => { window.mark = 1; window.seen = window.map.getZoom(); }")
    for name, drawn in {
        "Small areas": ".ug-land",
        "Who goes where": ".ug-land",
        "Lines to the branch": ".ug-flow",
        "Beyond the standard": ".ug-gap",
    }.items():
        view_turned(page, name)
        expect(frame.locator(drawn).first).to_be_attached(timeout=10_000)
        whole_page(page, f"map-{name.split()[0].lower()}-1280-light-en")
    same = frame.locator("body").evaluate(
        "() => [window.mark, window.map.getZoom() === window.seen]"
    )
    assert same == [1, True]
    # Small areas tell of themselves, and a click chooses the area they lie in.
    view_turned(page, "Small areas")
    area = frame.locator("path.ug-area[data-code='009']")
    still(area)
    area.hover(force=True)
    expect(frame.locator(".ug-tip")).to_contain_text("Mandera")
    nothing_wrong_but_leaving(seen)


@pytest.mark.parametrize("view", ["Counties", "Small areas"])
def test_a_click_sends_little_and_is_marked_at_once(visit, view):
    page, _ = visit()
    sent = []
    page.on("websocket", lambda ws: ws.on("framereceived", lambda data: sent.append(len(data))))
    page.reload()
    frame = frame_of(page)
    settled(page)
    if view != "Counties":
        view_turned(page, view)
        expect(frame.locator(".ug-land").first).to_be_attached(timeout=10_000)
    sent.clear()
    area = frame.locator("path.ug-area[data-code='023']")
    area.click(force=True)
    frame.locator(".leaflet-control-zoom-in").hover()
    expect(area).to_have_attribute("stroke", "#b3005e", timeout=400)
    expect(page.get_by_role("heading", name="Turkana", exact=True)).to_be_visible(timeout=10_000)
    settled(page)
    assert 0 < sum(sent) <= MOST_BYTES


def test_a_map_that_was_hidden_shows_the_whole_land(visit):
    page, _ = visit()
    frame = frame_of(page)
    bounds = "() => window.map.getBounds().contains(L.latLngBounds(window.ugatuzi.geometry.extent))"
    holder = page.locator("[data-testid=stElementContainer]:has(iframe[title^='streamlit_folium'])")
    holder.evaluate("box => { box.style.display = 'none'; }")
    page.set_viewport_size({"width": 900, "height": 700})
    page.wait_for_timeout(300)
    holder.evaluate("box => { box.style.display = ''; }")
    page.wait_for_timeout(500)
    assert frame.locator("body").evaluate(bounds)
    page.set_viewport_size({"width": 390, "height": 700})
    page.wait_for_timeout(500)
    assert frame.locator("body").evaluate(bounds)


def test_one_finger_leaves_the_map_where_it_is(browser, server):
    context = browser.new_context(
        viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True, locale="en-KE"
    )
    page = context.new_page()
    page.goto(server)
    frame = frame_of(page)
    assert not frame.locator("body").evaluate("() => window.map.dragging.enabled()")
    assert frame.locator("body").evaluate("() => window.map.touchZoom.enabled()")
    box = frame.locator("#map_div")
    box.dispatch_event("touchmove", {"touches": [], "changedTouches": [], "bubbles": True})
    expect(frame.locator(".ug-fingers.ug-shown")).to_have_text("Move the map with two fingers.")
    context.close()
