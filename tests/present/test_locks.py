from planner.present import locks
from tests.present.cases import view

CHOICES = {"free": "free", "always open": "open", "never open": "closed"}


def test_edits_go_on_top_of_what_the_table_was_made_from():
    edits = {0: {"Your rule": "always open"}, 2: {"Your rule": "free"}}
    after = locks.edited({"c": "closed", "d": "open"}, edits, ["a", "b", "c"], CHOICES, "Your rule")
    assert after == {"a": "open", "d": "open"}


def test_the_search_finds_sites_by_name_and_county():
    turkana = locks.matching(view(), " turkana ")
    assert turkana
    area = {site.id: site.area for site in view().pack.sites}
    assert {area[each] for each in turkana} == {"023"}
    assert len(locks.matching(view(), "")) == len(view().pack.sites)


def test_the_table_says_rules_in_words():
    site = view().pack.sites[0].id
    frame = locks.lock_frame(view(), [site], {site: "closed"})
    assert frame.iloc[0].tolist() == ["Nyayo House", "never open", "Nairobi", "Branch today"]


def test_the_map_shows_every_site_once():
    layer = locks.layer(view(), {view().pack.sites[0].id: "open"})
    assert layer.block.count('"lat"') == len(view().pack.sites)
