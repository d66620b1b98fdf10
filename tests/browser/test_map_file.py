"""The map in one file: opened from a disk it draws, switches, is walked, and asks for nothing."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from planner.export import export_files
from tests.export import hostile

WIDTHS = (1280, 390)


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("map")
    files = export_files(hostile.run(folder), "map")
    path = folder / "map.html"
    path.write_bytes(next(iter(files.values())))
    return path.as_uri()


@pytest.mark.parametrize("width", WIDTHS)
def test_the_file_draws_switches_and_asks_for_nothing(browser, address, width):
    page = browser.new_page(viewport={"width": width, "height": 900})
    asked, wrong = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda said: wrong.append(said.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("dialog", lambda dialog: wrong.append(dialog.message))
    page.goto(address)
    marks, views = page.locator(".ug-site svg"), page.locator("input[name=view]")
    for view in range(views.count()):
        views.nth(view).check()
        assert page.locator(".ug-area").count() == 4
        assert marks.count() in (2, 3)  # today's branches, or the plan's
        assert page.locator(".ug-legend-row").count() >= 2
    page.locator("#map_div").focus()
    page.keyboard.press("ArrowRight")
    assert any(name.split()[0] in page.locator(".ug-live").inner_text() for name in hostile.NAMES)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page)
    assert found.response["violations"] == []
    assert (asked, wrong) == ([address], [])
    page.close()
