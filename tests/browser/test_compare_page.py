"""Plans side by side in a browser: three kinds of map, in step, under a handle, offline."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import frame_of, whole_page
from tests.browser.test_browser import nothing_wrong_but_leaving
from tests.browser.waiting import idle

MODES = {
    "en": {"beside": "Side by side", "swipe": "Swipe", "difference": "Difference"},
    "sw": {"beside": "Bega kwa bega", "swipe": "Telezesha", "difference": "Tofauti"},
}


def opened(visit, language="en", **size):
    """The page on today's branches and the proposal, with its map drawn."""
    page, seen = visit(f"/compare?compare=today,proposal&lang={language}", **size)
    return page, seen, frame_of(page)


def turn_map(page, name):
    page.get_by_role("radio", name=name).or_(page.get_by_role("button", name=name)).first.click()
    idle(page)


@pytest.mark.parametrize(
    ("width", "scheme", "language"),
    [(1280, "light", "en"), (1920, "dark", "en"), (390, "dark", "sw")],
)
def test_every_kind_of_map_draws_offline(visit, width, scheme, language):
    page, seen, frame = opened(visit, language, width=width, scheme=scheme)
    expect(frame.locator("path.ug-area")).to_have_count(47)
    expect(frame.locator(".ug-site .ug-opened")).to_have_count(14)
    for mode in ("beside", "swipe", "difference"):
        turn_map(page, MODES[language][mode])
        expect(frame.locator("path.ug-area")).to_have_count(47 if mode == "difference" else 94)
        expect(frame.locator(".ug-site")).to_have_count(24 if mode == "difference" else 34)
        expect(frame.locator(".ug-plan")).to_have_count(0 if mode == "difference" else 2)
        main = page.locator("[data-testid=stMain]")
        assert main.evaluate("box => box.scrollWidth <= box.clientWidth")
        assert not frame.locator("body").evaluate("box => box.scrollWidth > box.clientWidth + 1")
        whole_page(page, f"compare-{mode}-{width}-{scheme}-{language}")
    expect(frame.locator("[role=slider]")).to_have_count(0)
    nothing_wrong_but_leaving(seen)


@pytest.mark.parametrize("width", [1280, 390])
def test_the_answer_cards_and_map_stand_before_all_tables(visit, width):
    page, _, _ = opened(visit, width=width)
    places = [".ug-lead", ".ug-cards", "iframe[title^='streamlit_folium']", ".ug-table"]
    tops = [page.locator(each).first.bounding_box()["y"] for each in places]
    assert tops == sorted(tops)
    assert page.locator(".ug-cards .ug-card").count() == 3


def right_of(frame, pane):
    """The columns in which a pane shows, as shares of the map's width."""
    shown = frame.locator(f".leaflet-{pane}-pane").evaluate(
        """pane => {
            const map = pane.closest('.leaflet-container').getBoundingClientRect();
            const at = pane.getBoundingClientRect().left;
            const xs = pane.style.clipPath.match(/-?[0-9.]+px -?[0-9.]+px/g).map(parseFloat);
            return xs.map(x => (at + x - map.left) / map.width);
        }"""
    )
    return min(shown), max(shown)


def test_the_handle_clips_both_plans_by_mouse_and_by_keys(visit):
    page, seen, frame = opened(visit)
    turn_map(page, "Swipe")
    handle = frame.get_by_role("slider")
    expect(handle).to_have_attribute("aria-valuenow", "50")
    assert right_of(frame, "areas") == pytest.approx((0, 0.5), abs=0.01)
    assert right_of(frame, "areas-after") == pytest.approx((0.5, 1), abs=0.01)

    handle.scroll_into_view_if_needed()
    box, land = handle.bounding_box(), frame.locator("#map_div").bounding_box()
    middle = box["x"] + box["width"] / 2
    page.mouse.move(middle, box["y"] + 200)
    page.mouse.down()
    page.mouse.move(middle - 0.2 * land["width"], box["y"] + 200, steps=4)
    page.mouse.up()
    expect(handle).to_have_attribute("aria-valuenow", "30")
    for pane in ("areas", "sites"):
        assert right_of(frame, pane) == pytest.approx((0, 0.3), abs=0.01)
        assert right_of(frame, f"{pane}-after") == pytest.approx((0.3, 1), abs=0.01)

    for key, value in (("ArrowRight", "32"), ("PageUp", "42"), ("End", "100"), ("Home", "0")):
        handle.press(key)
        expect(handle).to_have_attribute("aria-valuenow", value)
    assert right_of(frame, "areas-after") == pytest.approx((0, 1), abs=0.01)

    # Under the pointer lies the plan that is seen there, also after the map was moved.
    handle.press("PageUp")
    page.mouse.move(land["x"] + 0.7 * land["width"], land["y"] + 300)
    page.mouse.down()
    page.mouse.move(land["x"] + 0.6 * land["width"], land["y"] + 320, steps=4)
    page.mouse.up()
    page.wait_for_timeout(800)
    assert right_of(frame, "areas") == pytest.approx((0, 0.1), abs=0.01)
    there = frame.locator("#map_div").evaluate(
        """map => {
            const box = map.getBoundingClientRect();
            const hit = document.elementFromPoint(box.left + 0.5 * box.width, box.top + 300);
            return hit.closest('.leaflet-pane').className;
        }"""
    )
    assert "areas-after" in there
    nothing_wrong_but_leaving(seen)


def view_of(frame, place):
    """Where two names stand on one of two maps, relative to it: both tell of moves and zooms."""
    return frame.locator(place).evaluate(
        """map => {
            const edge = map.getBoundingClientRect();
            const names = Array.from(map.querySelectorAll('.ug-name'));
            return ['Wajir', 'Kilifi'].flatMap(name => {
                const box = names.find(each => each.textContent === name).getBoundingClientRect();
                return [box.left - edge.left, box.top - edge.top];
            });
        }"""
    )


def tall(view):
    return view[3] - view[1]


def test_two_maps_move_and_zoom_in_step(visit):
    page, seen, frame = opened(visit)
    turn_map(page, "Side by side")
    expect(frame.locator("#map_div2 path.ug-area")).to_have_count(47)
    first, second = "#map_div", "#map_div2"
    page.wait_for_timeout(500)
    start = view_of(frame, first)
    assert view_of(frame, second) == pytest.approx(start, abs=1.5)

    frame.locator(second).scroll_into_view_if_needed()
    box = frame.locator(second).bounding_box()
    page.mouse.move(box["x"] + 200, box["y"] + 300)
    page.mouse.down()
    page.mouse.move(box["x"] + 140, box["y"] + 260, steps=5)
    page.mouse.up()
    page.wait_for_timeout(800)
    moved = view_of(frame, second)
    assert moved[0] < start[0] - 20
    assert view_of(frame, first) == pytest.approx(moved, abs=1.5)

    frame.locator(".leaflet-control-zoom-in").click()
    page.wait_for_timeout(800)
    zoomed = view_of(frame, first)
    assert tall(zoomed) > 1.2 * tall(start)
    assert view_of(frame, second) == pytest.approx(zoomed, abs=1.5)

    turn_map(page, "Difference")  # the place that was looked at stays
    expect(frame.locator("path.ug-area")).to_have_count(47)
    assert tall(view_of(frame, first)) == pytest.approx(tall(zoomed), abs=1.5)
    nothing_wrong_but_leaving(seen)


def test_each_map_is_one_stop_of_the_tab_key(visit):
    page, seen, frame = opened(visit)
    turn_map(page, "Side by side")
    expect(frame.locator("#map_div2 path.ug-area")).to_have_count(47)
    for place in ("#map_div", "#map_div2"):
        box = frame.locator(place)
        stops = box.evaluate("map => map.querySelectorAll('path[tabindex=\"0\"]').length")
        assert stops == 0
        assert box.get_attribute("tabindex") == "0"
        box.focus()
        box.press("ArrowUp")
        said = box.locator(".ug-live").inner_text()
        assert re.search(r"Today's 10 branches: .*Proposed \(24\): ", said)
    turn_map(page, "Swipe")
    box = frame.locator("#map_div")
    box.focus()
    box.press("ArrowUp")
    assert "Proposed (24)" in box.locator(".ug-live").inner_text()
    nothing_wrong_but_leaving(seen)


def test_the_comparison_can_be_taken_away_and_sent_on(visit):
    page, seen, _ = opened(visit)
    with page.expect_download() as taken:
        page.get_by_role("button", name="Everything (JSON)").click()
    assert taken.value.suggested_filename == "comparison.json"
    page.get_by_role("combobox", name="Held against").click()
    page.keyboard.type("Proposed")
    page.keyboard.press("Enter")
    expect(page.locator(".ug-lead").first).to_contain_text("longer on average", timeout=10_000)
    assert "base=proposal" in page.url
    page.go_back()
    expect(page.locator(".ug-lead").first).to_contain_text("shorter on average", timeout=10_000)
    nothing_wrong_but_leaving(seen)
