"""The chart of a frontier in a browser: a click opens the plan of a point, offline."""

import re

import pytest
from playwright.sync_api import expect

from planner.pack import find_pack
from planner.runs import jobs
from planner.scenario import read_scenario
from tests.app.test_flow import finished
from tests.browser.conftest import frame_of, served, whole_page
from tests.browser.test_browser import nothing_wrong_but_leaving
from tests.browser.test_new_pages import turn_to


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    """A server whose store has a sweep of two plans and one point without."""
    home = tmp_path_factory.mktemp("home")
    pack = find_pack("immigration")
    scenario = read_scenario(pack / "scenarios" / "best-14-more.toml")
    quick = scenario.model_copy(
        update={"solve": scenario.solve.model_copy(update={"gap": 0.05, "time_limit_s": 30.0})}
    )
    options = {"axes": [{"key": "rules.branches.max", "values": [8, 12, 24]}]}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("UGATUZI_HOME", str(home))
        free = quick.model_copy(
            update={
                "rules": quick.rules.model_copy(
                    update={"branches": quick.rules.branches.model_copy(update={"exactly": None})}
                )
            }
        )
        state = finished(jobs.start(pack, free, kind="sweep", options=options), seconds=240)
        assert state.status == "done"
    with served(home) as address:
        yield address


@pytest.mark.parametrize(
    ("width", "scheme", "language"),
    [(1280, "light", "en"), (1920, "dark", "sw"), (390, "light", "en")],
)
def test_a_click_on_a_point_opens_its_plan(visit, swept, width, scheme, language):
    page, seen = visit(f"/?lang={language}", width=width, scheme=scheme, address=swept)
    frame_of(page)
    turn_to(page, "frontiers")
    chart = page.locator("[data-testid=stVegaLiteChart]")
    chart.wait_for(timeout=30_000)
    frame_of(page)
    point = "Point" if language == "en" else "Nukta"
    heading = page.get_by_role("heading", name=re.compile(rf"^{point} \d"))
    expect(heading).to_contain_text(f"{point} 1")
    page.wait_for_timeout(500)
    chart.scroll_into_view_if_needed()
    chart.locator("g.mark-symbol.role-mark path").last.click()
    expect(heading).to_contain_text(f"{point} 2", timeout=10_000)
    whole_page(page, f"frontiers-{width}-{scheme}-{language}")
    main = page.locator("[data-testid=stMain]")
    assert main.evaluate("box => box.scrollWidth <= box.clientWidth")
    nothing_wrong_but_leaving(seen)
