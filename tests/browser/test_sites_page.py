"""Sites in a browser: a click adds one, two cells of a grid are kept, the pack is planned with."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import frame_of, served, whole_page
from tests.browser.test_browser import nothing_wrong_but_leaving
from tests.browser.test_new_pages import turn_to
from tests.browser.waiting import idle
from tests.pack import tiny

ROW, MIDDLE = 35, 17  # pixels of a grid


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A server of its own on a pack of two sites."""
    home = tmp_path_factory.mktemp("home")
    with served(home, UGATUZI_PACK=str(tiny.write(home / "tiny"))) as address:
        yield address


def test_a_click_adds_a_site_and_the_pack_is_planned_with(visit, small):
    page, seen = visit("/", address=small)
    turn_to(page, "sites")
    frame = frame_of(page)
    land = frame.locator("#map_div").bounding_box()
    # West and East fill the map: a quarter from the left and a little down is near Beta
    frame.locator("path.ug-area").first.click(
        position={"x": 0.2 * land["width"] / 2, "y": land["height"] / 4}, force=True
    )
    expect(page.get_by_text("in a straight line").first).to_be_visible(timeout=20_000)
    page.get_by_label("Name", exact=True).fill("Beta <b>market</b>")
    page.get_by_label("Name", exact=True).press("Enter")
    idle(page)
    page.get_by_role("button", name="Add this site").click()
    told = page.get_by_text("Beta <b>market</b> (West): added as Possible site")
    expect(told).to_be_visible(timeout=20_000)
    expect(frame.locator(".ug-site .ug-new")).to_have_count(1)
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(told).to_have_count(0)
    expect(frame.locator(".ug-site .ug-new")).to_have_count(0)
    page.get_by_role("button", name="Redo", exact=True).click()
    expect(told).to_be_visible()
    whole_page(page, "sites-1280-light-en")
    page.get_by_label("Name of your own pack").fill("My sites")
    page.get_by_label("Name of your own pack").press("Enter")
    idle(page)
    page.get_by_role("button", name="Keep as a pack of my own and plan with it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Where should branches open, and with which services?", timeout=30_000
    )
    assert "pack=my-sites" in page.url
    nothing_wrong_but_leaving(seen)


def test_two_cells_of_a_grid_one_after_the_other_are_both_kept(visit, small):
    page, seen = visit("/", address=small)
    turn_to(page, "sites")
    frame_of(page)
    grid = page.get_by_test_id("stDataFrame").first
    grid.scroll_into_view_if_needed()
    grid.locator("canvas").first.wait_for()
    for row, text in ((1, "Alpha city"), (2, "Gamma city")):
        grid.dblclick(position={"x": 60, "y": ROW * row + MIDDLE})
        box = page.locator("textarea.gdg-input")
        expect(box).to_be_focused()
        box.fill(text)
        page.keyboard.press("Enter")
        expect(page.get_by_text(f"→ {text}", exact=False).first).to_be_visible(timeout=20_000)
        idle(page)
    expect(page.get_by_text("Name: Alpha town → Alpha city").first).to_be_visible()
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_text("Name: Gamma town → Gamma city")).to_have_count(0)
    expect(page.get_by_text("Name: Alpha town → Alpha city").first).to_be_visible()
    nothing_wrong_but_leaving(seen)


@pytest.mark.parametrize(("width", "scheme", "language"), [(390, "dark", "sw")])
def test_nothing_is_cut_off_on_a_phone(visit, small, width, scheme, language):
    page, seen = visit(f"/?lang={language}", width=width, scheme=scheme, address=small)
    turn_to(page, "sites")
    frame_of(page)
    main = page.locator("[data-testid=stMain]")
    assert main.evaluate("box => box.scrollWidth <= box.clientWidth")
    whole_page(page, f"sites-{width}-{scheme}-{language}")
    nothing_wrong_but_leaving(seen)
