"""The policymaker's way: today, the plans there are, one of them, my county, its price, to go."""

import csv
import re

import pytest
from playwright.sync_api import expect

from planner.cli import main
from planner.pack import find_pack
from planner.present.words import LANGUAGES
from planner.runs import jobs
from planner.scenario import read_scenario
from tests.app.test_flow import finished
from tests.browser import steps
from tests.browser.conftest import served

NAME, BRANCHES = "Two more offices", 12
RULES = f"""name = "{NAME}"
pack = "immigration"
[rules]
branches = {{ exactly = {BRANCHES} }}
existing = "keep"
mix = "as_listed"
"""
AREA = "023"  # the largest: its middle is clicked


@pytest.fixture(scope="module")
def ready(tmp_path_factory):
    """A server with two plans and a sweep in its store: what a newcomer finds after the start."""
    home = tmp_path_factory.mktemp("ready")
    file = home / "two.toml"
    file.write_text(RULES, encoding="utf-8")
    pack = find_pack("immigration")
    announced = pack / "scenarios" / "proposal-2025.toml"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("UGATUZI_HOME", str(home))
        for number, rules in enumerate((file, announced)):
            assert main(["solve", str(rules), "--keep", "--out", str(home / str(number))]) == 0
        options = {"axes": [{"key": "rules.branches.exactly", "values": [11, 12]}]}
        job = jobs.start(pack, read_scenario(file), kind="sweep", options=options)
        assert finished(job, seconds=120).status == "done"
    with served(home) as address:
        yield address


@pytest.mark.parametrize(("language", "is_phone"), [("en", False), ("sw", True)])
def test_from_the_first_page_to_a_plan_in_hand(visit, browser, ready, language, is_phone):
    walk = steps.begin(visit, ready, "policymaker", language, is_phone=is_phone)
    looks_at_today(walk)
    opens_a_plan(walk)
    compares(walk)
    area_and_leaflet(walk, browser)
    asks_the_price(walk)
    takes_it_away(walk)
    steps.ends(walk)


def looks_at_today(walk):
    """The map is drawn, and three sentences say what matters."""
    frame = steps.map_of(walk)
    expect(frame.locator("path.ug-area")).to_have_count(47)
    answer = walk.main.locator(".ug-lead")
    for key in ("summary_far", "summary_doubled", "summary_standard"):
        expect(answer).to_have_text(steps.telling(walk, f"today.{key}"))
    steps.stop(walk, "1-today", full=True)


def card(walk, name):
    return walk.main.locator('[class*="st-key-plans_card_"]').filter(
        has=walk.page.get_by_role("heading", name=name, exact=True)
    )


def opens_a_plan(walk):
    """By the first steps to the plans, and into one; the strip ticks what was done."""
    guide = walk.page.locator(".st-key-guide_steps")
    guide.get_by_role("link", name=walk.w("guide.open")).click()
    steps.arrived(walk, "plans")
    expect(guide.get_by_role("link", name=f"✓ {walk.w('guide.see')}")).to_be_visible()
    expect(card(walk, NAME)).to_have_count(1)
    steps.stop(walk, "2-plans", full=True)
    card(walk, NAME).get_by_role("link", name=walk.w("plans.open"), exact=True).click()
    steps.arrived(walk, "plan")
    steps.tells(walk, walk.w("result.optimal_exact"))
    expect(guide.get_by_role("link", name=f"✓ {walk.w('guide.open')}")).to_be_visible()
    steps.stop(walk, "3-plan")


def compares(walk):
    """Two plans ticked on their cards stand side by side."""
    steps.turn_to(walk, "plans")
    for name in (NAME, walk.w("network.proposal", n=24)):
        card(walk, name).locator("label", has_text=walk.w("plans.pick")).click()
        expect(walk.main.get_by_text(re.compile(f"{re.escape(name)}.*\\.$")).first).to_be_visible()
        steps.settled(walk.page)
    steps.link(walk, "plans.compare", n=2).click()
    steps.arrived(walk, "compare")
    assert "compare=" in walk.page.url
    expect(walk.main.locator(".ug-lead")).to_have_count(1)
    expect(walk.main.locator(".ug-lead")).to_contain_text(NAME)
    steps.stop(walk, "4-compare", full=True)
    name, path = steps.download(walk, steps.button(walk, "compare.get_csv").first)
    assert name.endswith(".csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) > 1


def area_and_leaflet(walk, browser):
    """A click on the map of today leads to one area, and its leaflet stands alone."""
    steps.turn_to(walk, "today")
    steps.map_of(walk).locator(f"path.ug-area[data-code='{AREA}']").click(force=True)
    area = next(each.name for each in steps.pack().areas if each.code == AREA)
    more = steps.link(walk, "place.more_of", area=area)
    more.click(timeout=steps.WAIT)
    steps.arrived(walk, "place")
    expect(walk.main.get_by_role("heading", name=area, exact=True)).to_be_visible()
    assert f"area={AREA}" in walk.page.url
    steps.stop(walk, "5-place", full=True)
    for language, called in LANGUAGES.items():
        name, path = steps.download(walk, steps.button(walk, "place.leaflet_get", language=called))
        assert name == f"leaflet-{AREA}-{language}.html"
    opened_alone(browser, path)


def opened_alone(browser, path):
    """A file opened by itself, without any network, asks for nothing."""
    context = browser.new_context(offline=True)
    try:
        page, asked = context.new_page(), []
        copy = path.with_suffix(".html")
        copy.write_bytes(path.read_bytes())
        page.on("request", lambda request: asked.append(request.url))
        page.goto(copy.as_uri())
        assert page.locator("h1").count() == 1
        assert page.locator("svg").count() >= 1
        assert asked == [copy.as_uri()]
    finally:
        context.close()


def asks_the_price(walk):
    """What money and branches buy, as a chart with its points."""
    steps.turn_to(walk, "frontiers")
    expect(walk.main.locator("[data-testid=stVegaLiteChart] svg").first).to_be_visible()
    expect(walk.main.locator("g.mark-symbol.role-mark path").first).to_be_attached()
    steps.stop(walk, "6-price", full=True)


def takes_it_away(walk):
    """The plan that was opened is the one handed on, and its workbook has its branches."""
    steps.turn_to(walk, "export")
    run = steps.handed_run(walk, NAME)
    steps.stop(walk, "7-export")
    sheets = steps.workbook(walk, run)
    assert len(sheets[walk.w("export.sheet.branches")]) == 1 + BRANCHES
    guide = walk.page.locator(".st-key-guide_steps")
    expect(guide.get_by_role("link", name=f"✓ {walk.w('guide.take')}")).to_be_visible()
