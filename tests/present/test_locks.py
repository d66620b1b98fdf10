import pytest

from planner.present.rules import locks
from planner.present.rules.rules_grids import after_edits, edited
from planner.present.saved import rules_draft
from planner.scenario import Scenario
from tests.present.cases import pack, view


def rules(**sites):
    return Scenario(name="x", pack="immigration", sites=sites)


def test_a_lock_leaves_the_others_in_their_order():
    given = rules(open=["b", "a"], closed=["c"])
    assert locks.keys_with(given, "c", "open") == {
        "sites.open": ["b", "a", "c"],
        "sites.closed": [],
    }
    assert locks.keys_with(given, "b", "free") == {"sites.open": ["a"], "sites.closed": ["c"]}


def test_edits_of_the_table_go_on_top_of_what_is_set():
    first, second, third = (site.id for site in pack().sites[:3])
    given = rules(open=[third])
    grid = locks.lock_grid(view(), "")
    base = {site: {"rule": "free"} for site in (first, second, third)} | {third: {"rule": "open"}}
    edits = {0: {"rule": "open"}, 1: {"rule": "closed"}, 2: {"rule": "free"}}
    assert edited(base, edits)[second] == {"rule": "closed"}
    after = after_edits(grid, base, edits, given)
    assert locks.locks_of(after) == {first: "open", second: "closed"}
    assert locks.locks_of(given) == {third: "open"}


def test_a_click_goes_from_free_to_open_to_closed_to_free(monkeypatch):
    state = {}
    monkeypatch.setattr(rules_draft.st, "session_state", state)
    site = pack().sites[0].id
    rules_draft.begin(rules())
    seen = []
    for _ in range(3):
        locks.cycle(site)
        seen.append(locks.current().get(site))
    assert seen == ["open", "closed", None]
    rules_draft.undo()
    assert locks.current() == {site: "closed"}


def test_the_search_finds_sites_by_name_and_county():
    turkana = locks.matching(view(), " turkana ")
    assert turkana
    area = {site.id: site.area for site in view().pack.sites}
    assert {area[each] for each in turkana} == {"023"}
    assert len(locks.matching(view(), "")) == len(view().pack.sites)


@pytest.mark.parametrize(("language", "area"), [("en", "Area"), ("sw", "Sehemu")])
def test_the_table_says_area_and_status_in_words(language, area):
    grid = locks.lock_grid(view(language), "")
    assert area in grid.facts
    assert next(iter(grid.rows.values())) == "Mombasa"
    assert set(grid.columns["rule"].words) == {"free", "open", "closed"}


def test_the_map_shows_every_site_once():
    layer = locks.layer(view(), {view().pack.sites[0].id: "open"})
    assert layer.block.count('"lat"') == len(view().pack.sites)
