"""A click on the map of the page why asks about that place, and the address says which."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from planner.runs import judge_and_write
from planner.runs.store import open_store
from planner.scenario import Scenario
from planner.solve import solve
from tests.browser.conftest import frame_of, served
from tests.insight.uncertain_case import two_places


@pytest.fixture(scope="module")
def planned(tmp_path_factory):
    """A server on a pack of two places, with a plan of one branch in its store."""
    home = tmp_path_factory.mktemp("why")
    pack = two_places(home)
    rules = {"branches": {"exactly": 1}, "existing": "may_close"}
    scenario = Scenario(name="One", pack=str(pack.folder), rules=rules, solve={"gap": 0.0})
    report = solve(pack, scenario)
    judge_and_write(report, pack, scenario, home / "run")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("UGATUZI_HOME", str(home))
        with open_store() as store:
            store.runs.keep(home / "run", pack=pack)
    with served(home, UGATUZI_PACK=str(pack.folder)) as address:
        yield address


def test_a_click_asks_about_a_place(visit, planned):
    page, seen = visit("/why", address=planned)
    expect(page.get_by_text(re.compile("is in this plan"))).to_be_visible(timeout=30_000)
    frame = frame_of(page)
    frame.locator(".ug-site:has(.ug-candidate)").first.click()
    expect(page.get_by_text(re.compile("is not in this plan"))).to_be_visible(timeout=30_000)
    expect(page).to_have_url(re.compile("site="))
    assert not seen.outside
    assert not seen.errors
