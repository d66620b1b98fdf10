"""The page of sites as values: figures of a draft, differences in words, grids and the map."""

from datetime import date

import pytest

from planner.evaluate import score, todays_network
from planner.pack import find_pack, read_pack
from planner.pack.edits import AddSite, Draft, SetCells, apply_in_memory, given_tables
from planner.present.sites import sites, sites_grids, sites_map, sites_new, sites_said
from planner.present.view import View
from planner.present.words import words
from planner.scenario import Scenario, build
from tests.present import cases

DAY = date(2026, 11, 22)


def desk(*edits, language="en", view=None):
    view = view or cases.view(language)
    given = given_tables(view.pack.folder)
    draft = Draft(edits)
    return sites.Desk(view, given, draft, apply_in_memory(given, edits))


def put(kind, key, **cells):
    return SetCells(kind, key, tuple(cells.items()), DAY, "Asha")


def added(**cells):
    usual = {"name": "Ngong", "area": "034", "lat": "-1.36", "lon": "36.65", "status": "candidate"}
    return AddSite("034-ngong-2", tuple((usual | cells).items()), DAY)


def test_the_cost_of_today_is_what_the_judge_counts():
    plain = desk()
    assert sites.yearly_today(plain.tables.rows) == cases.today().score.kpis.annual_kes
    pack = read_pack(find_pack("one-stop"))
    problem = build(pack, Scenario(name="today", pack="one-stop"))
    told = score(problem, todays_network(problem)).kpis.annual_kes
    assert sites.yearly_today(desk(view=View(words("en"), pack, problem)).tables.rows) == told


@pytest.mark.parametrize("language", ["en", "sw"])
def test_cards_follow_the_draft(language):
    key = next(k for k, cells in desk().sites.items() if cells["status"] == "existing")
    draft = desk(put("sites", key, annual_cost_kes="13000000"), added(annual_cost_kes="7000000"),
                 language=language)  # fmt: skip
    count, today, least = sites.cards(draft)
    assert count.value == "160"
    assert "1" in count.change
    assert today.tone == "worse"
    assert today.change
    assert draft.words.money(7_000_000) == least.value
    assert least.tone == "better"
    assert sites.summary(draft) != sites.summary(desk(language=language))


def test_differences_are_told_in_words_of_the_page():
    key = "047-nyayo-house"
    draft = desk(
        put("sites", key, annual_cost_kes="13000000", area="046", services_today=""), added()
    )
    told = [sites_said.change_sentence(draft, each) for each in draft.tables.changes]
    assert "Cost a year, KES: 12,000,000 → 13,000,000 (2026-11-22, Asha)" in " ".join(told)
    assert "Area: Nairobi → Nyamira" in " ".join(told)
    assert "→ blank" in " ".join(told)
    assert "Passport biometrics, Passport collection" in " ".join(told)
    table = sites_said.difference_table(draft)
    assert list(table["Name"]) == ["Ngong (Kajiado)", *["Nyayo House (Nyamira)"] * 3]
    assert sites_said.added_sentence(draft, "034-ngong-2").endswith("Possible site (2026-11-22)")


def heads(draft, kind="sites"):
    return {sites_said.column_words(draft.words, n): n for n in sites.columns_shown(draft, kind)}


def test_what_is_typed_in_a_grid_becomes_one_edit_a_row_and_nothing_where_nothing_differs():
    draft = desk()
    ids = tuple(draft.sites)
    rows = {
        0: {"Cost a year, KES": 12_500_000, "Services today or announced": ["alien_registration"]},
        1: {"Cost a year, KES": 12_000_000.0},
        2: {"Cost a year, KES": None, "Name": "  Kisumu   city "},
    }
    first, second = sites_grids.typed(draft, "sites", ids, rows, heads(draft))
    assert dict(first.cells) == {
        "annual_cost_kes": "12500000",
        "services_today": "alien_registration",
    }
    assert dict(second.cells) == {"annual_cost_kes": "", "name": "Kisumu city"}


def test_a_place_typed_in_a_grid_takes_its_area_along():
    draft = desk()
    ids = tuple(draft.sites)
    (edit,) = sites_grids.typed(draft, "sites", ids, {0: {"Latitude, degrees": -4.05,
                                "Longitude, degrees": 39.66}}, heads(draft))  # fmt: skip
    assert dict(edit.cells) == {"lat": "-4.05", "lon": "39.66", "area": "001"}
    (outside,) = sites_grids.typed(draft, "sites", ids, {0: {"Latitude, degrees": 20.0}},
                                   heads(draft))  # fmt: skip
    assert dict(outside.cells) == {"lat": "20"}  # the data check says what is wrong with it


def test_a_grid_shows_every_column_of_the_format_that_the_pack_can_use():
    draft = desk()
    for kind in draft.kinds:
        names = sites.columns_shown(draft, kind)
        ids = tuple(draft.tables.rows[kind])
        frame = sites_grids.grid_frame(draft, kind, ids, names)
        assert frame.shape == (len(ids), len(names))
        assert names[0] == "name"
        assert names[-1] == "id"
    frame = sites_grids.grid_frame(draft, "sites", ("047-nyayo-house",), ["lat", "counters"])
    assert frame.iloc[0, 0] == -1.287
    assert frame.isna().iloc[0, 1]


@pytest.mark.parametrize("language", ["en", "sw"])
def test_the_map_shows_what_was_done(language):
    draft = desk(put("sites", "047-nyayo-house", name="HQ"), added(), language=language)
    layer = sites_map.site_layer(draft, "047-nyayo-house", (0.5, 37.5))
    by_id = {each["id"]: each for each in layer.given["sites"]}
    assert by_id["034-ngong-2"]["kind"] == "new"
    assert by_id["047-nyayo-house"]["kind"] == "changed"
    assert by_id["047-nyayo-house"]["radius"] == 9
    assert (by_id["new"]["kind"], by_id["new"]["lat"]) == ("opened", 0.5)
    blocks = sites_map.legend(draft, with_place=True).given["blocks"]
    assert len(blocks[0]["rows"]) == 6
    assert "160" in sites_map.area_layer(draft).given["description"]


def test_where_a_new_site_stands_is_told_before_it_is_added():
    draft = desk()
    there = sites_new.standing(draft, (-1.37, 36.66), is_exact=False)
    assert not there.refusal
    assert "from the place you chose" in there.told[0]
    exact = sites_new.standing(draft, (-1.37, 36.66), is_exact=True)
    assert (exact.lat, exact.lon) == (-1.37, 36.66)
    assert exact.name == there.name
    assert sites_new.mark_at(draft, (-1.37, 36.66), is_exact=False) == (there.lat, there.lon)
    assert sites_new.mark_at(draft, (-4.0, 41.5), is_exact=False) is None
    sea = sites_new.standing(draft, (-4.0, 41.5), is_exact=False)
    assert "No site can stand there" in sea.refusal
    edit = sites_new.new_site(draft, {"name": "Ngong", "area": "034", "lat": "1", "note": ""})
    assert edit.id == "034-ngong-2" if "034-ngong" in draft.sites else "034-ngong"
    assert "note" not in dict(edit.cells)


def test_hostile_names_come_through_as_text():
    view = cases.view()
    draft = desk(put("sites", "047-nyayo-house", name="<img src=x onerror=alert(1)>{{7*7}}"))
    layer = sites_map.site_layer(draft, "", None)
    assert "<img" not in layer.block
    assert "{{" not in layer.block
    names = {site.id: site.name for site in view.pack.sites}
    assert names["047-nyayo-house"] == "Nyayo House"
