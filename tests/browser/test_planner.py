"""The planner's way: rules, locks, a plan and its reasons, a repair, sites of one's own, to go."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import steps
from tests.browser.conftest import served

START, SITE, COST = "Today's ten offices", "Embu", 14_500_000
NEW_AREA = "008"  # wide, with few sites: its middle is empty ground


@pytest.fixture(scope="module")
def workshop(tmp_path_factory):
    """A server with an empty store."""
    with served(tmp_path_factory.mktemp("workshop")) as address:
        yield address


@pytest.mark.parametrize("language", ["en", "sw"])
def test_from_rules_to_a_plan_on_sites_of_ones_own(visit, workshop, language):
    walk = steps.begin(visit, workshop, "planner", language)
    steps.turn_to(walk, "plan")
    sets_rules(walk)
    locks_a_site(walk)
    sees_what_cannot_be(walk)
    saves(walk)
    first = finds(walk, "2-plan")
    asks_why(walk)
    second = repairs(walk)
    assert second != first
    keeps_sites(walk, f"Sites {language}")
    steps.choose(walk, walk.w("plan.start"), START)
    own = steps.find_plan(walk)
    steps.tells(walk, walk.w("result.optimal_exact"))
    steps.stop(walk, "6-own")
    takes_it_away(walk, own)
    steps.ends(walk)


def field(walk, name):
    return walk.main.locator(f".st-key-plan-{name} input")


def sets_rules(walk):
    """Ready rules, and three of them changed: branches, money, and the same service close by."""
    steps.choose(walk, walk.w("plan.start"), START)
    steps.fill(walk, field(walk, "count"), 11)
    steps.fill(walk, field(walk, "new_max"), 1)
    steps.fill(walk, field(walk, "annual_m"), 380)
    steps.choose(walk, walk.w("rules.duplicates"), walk.w("plan.duplicates_allow"))
    steps.tells(walk, steps.telling(walk, "saved.ready_changed"))
    changed = {"many": 2, "money": 1, "close": 1}
    for group, n in changed.items():
        title = walk.w(f"rules.group_{group}")
        told = walk.w("rules.group_changed", title=title, n=n)
        expect(walk.main.locator(f".st-key-rules-{group} summary")).to_have_text(re.compile(told))


def undo(walk):
    """Take the last change of a rule back."""
    bar = walk.main.locator(".st-key-saved-undo")
    bar.get_by_role("button", name=walk.w("saved.undo"), exact=True).click()


def northernmost(frame, status):
    """A site that stands alone on the map, so that no other lies over it."""
    sites = frame.locator(f".ug-site:has(.ug-{status})")
    tops = sites.evaluate_all("all => all.map(each => each.getBoundingClientRect().top)")
    return sites.nth(tops.index(min(tops)))


def locks_a_site(walk):
    """A click on the map opens a site for good; undo takes it back; another click sets it again."""
    frame = steps.map_of(walk)
    alone = northernmost(frame, "proposed")
    locked = frame.locator(".ug-site .ug-locked")
    alone.click()
    expect(locked).to_have_count(1, timeout=steps.WAIT)
    steps.settled(walk.page)
    undo(walk)
    expect(locked).to_have_count(0, timeout=steps.WAIT)
    steps.settled(walk.page)
    alone.click()
    expect(locked).to_have_count(1, timeout=steps.WAIT)
    steps.stop(walk, "1-rules", full=True)


def sees_what_cannot_be(walk):
    """Money that today's branches alone take is told before any search, and undone."""
    steps.fill(walk, field(walk, "annual_m"), 10)
    steps.tells(walk, walk.w("conflict.title"))
    undo(walk)
    expect(field(walk, "annual_m")).to_have_value("380", timeout=steps.WAIT)
    expect(walk.main.get_by_text(walk.w("conflict.title"))).to_have_count(0)
    steps.settled(walk.page)


def saves(walk):
    """The rules become a scenario of one's own."""
    steps.button(walk, "saved.save_first").click()
    steps.tells(walk, steps.telling(walk, "saved.stands"))
    assert "scenario=" in walk.page.url
    steps.settled(walk.page)


def finds(walk, name):
    """The plan comes under one's eyes: a search that can be stopped, then the result."""
    before = steps.run_in(walk.page.url)
    steps.button(walk, "plan.run").click()
    expect(steps.button(walk, "progress.stop")).to_be_visible(timeout=steps.WAIT)
    run = steps.result(walk, before)
    steps.tells(walk, walk.w("result.optimal_exact"))
    expect(steps.map_of(walk).locator(".ug-site svg")).to_have_count(11, timeout=steps.WAIT)
    steps.stop(walk, name, full=True)
    return run


def asks_why(walk):
    """Why a branch is there, and by a click why another is not."""
    steps.link(walk, "why.from_plan").click()
    steps.arrived(walk, "why")
    steps.tells(walk, steps.telling(walk, "why.here"))
    northernmost(steps.map_of(walk), "candidate").click()
    steps.tells(walk, steps.telling(walk, "why.not_here"))
    assert "site=" in walk.page.url
    steps.stop(walk, "3-why", full=True)


def repairs(walk):
    """Rules that cannot hold together: a button makes a change that is enough, and it is."""
    steps.turn_to(walk, "plan")
    steps.fill(walk, field(walk, "annual_m"), 10)
    none = steps.find_plan(walk)
    expect(walk.main.get_by_role("heading", name=walk.w("mend.title"))).to_be_visible()
    steps.tells(walk, walk.w("result.infeasible"))
    steps.stop(walk, "4-impossible", full=True)
    mend = walk.main.get_by_role("button", name=steps.telling(walk, "mend.budget_annual"))
    mend.first.click()
    steps.tells(walk, steps.telling(walk, "mend.changed"))
    steps.button(walk, "mend.again").click()
    run = steps.result(walk, none)
    steps.tells(walk, walk.w("result.optimal_exact"))
    return run


def keeps_sites(walk, name):
    """A site more by a click, another cost, and both kept as a pack to plan with."""
    w = walk.w
    steps.turn_to(walk, "sites")
    area = steps.map_of(walk).locator(f"path.ug-area[data-code='{NEW_AREA}']")
    area.click(force=True)
    steps.tells(walk, steps.telling(walk, "sites.nearest"))
    steps.fill(walk, walk.main.get_by_label(w("sites.column_name"), exact=True), name)
    steps.press(walk, "sites.add")
    steps.tells(walk, re.compile(f"{name}.*{re.escape(w('status.candidate'))}"))
    steps.choose(walk, w("sites.choose"), SITE)
    cost = walk.main.get_by_label(w("sites.column_annual_cost_kes"), exact=True)
    cost.fill(str(COST))
    steps.press(walk, "sites.change_it")
    steps.tells(walk, re.compile(f"{SITE}.*→ {w.number(COST)}"))
    steps.fill(walk, walk.main.get_by_label(w("sites.keep_name"), exact=True), name)
    steps.stop(walk, "5-sites", full=True)
    steps.button(walk, "sites.keep").click()
    steps.arrived(walk, "plan")
    own = re.compile(f"[?&]pack={name.lower().replace(' ', '-')}")
    expect(walk.page).to_have_url(own, timeout=steps.WAIT)


def takes_it_away(walk, run):
    """The run stands among what is kept, and from there its files are taken."""
    steps.turn_to(walk, "kept")
    steps.tells(walk, re.compile(f"^{re.escape(START)}"))
    steps.stop(walk, "7-kept", full=True)
    link = steps.link(walk, "kept.export")
    assert run in link.get_attribute("href")
    link.click()
    steps.arrived(walk, "export")
    handed = steps.handed_run(walk, START)
    name, path = steps.download(walk, steps.button(walk, "export.toml"))
    assert name == "scenario.toml"
    assert START in path.read_text(encoding="utf-8")
    assert steps.costs(walk, steps.workbook(walk, handed), SITE, COST)
