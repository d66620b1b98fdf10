"""Plans to choose from: which there are, what they say, who is beaten, and their small maps."""

import base64
import re
from dataclasses import replace

import pytest
import streamlit as st

from planner.compare import compare
from planner.present import session, subjects
from planner.present.compare import compare as shown
from planner.present.compare import compare_doubled, compare_members
from planner.present.plans import plans, plans_cards, plans_ground, plans_map
from planner.present.results.plans_doubled import Doubled, by_the_packs_own
from planner.present.view import View
from planner.present.words import words
from planner.runs.store.types import Subject
from tests.present import cases
from tests.present.kept_case import CLOSING, THREE, TODAY, TWICE, case_in, home, keep, rows  # noqa: F401


def said(text):
    return text.replace("\xa0", " ")


def options(folder, language="en", **asked):
    case = case_in(folder)
    view = View(words(language).of_pack(case.pack), case.pack, case.problem)
    found = plans.read(view.words, case, subjects.finished_plans(), **{"most": 12, **asked})
    return view, found


def test_ready_plans_come_first_and_a_twin_of_a_listed_network_is_told_as_that(tmp_path):
    case_in(tmp_path)
    mine, _ = keep(tmp_path, "Mine", THREE, minute=3)
    twin, _ = keep(tmp_path, "As it is", TODAY, source="first", minute=1)
    ready, _ = keep(tmp_path, "Ready", THREE, source="first", minute=2)
    view, found = options(tmp_path)
    assert list(found.found) == ["today", ready, mine]
    assert found.total == 3
    assert found.found["today"].run.id == twin
    assert "Given as it is" in plans_cards.proof(view, found.found["today"])
    assert found.found[ready].is_ready
    assert not found.found[mine].is_ready


def test_only_so_many_are_read_but_those_that_are_ticked_too(tmp_path):
    case_in(tmp_path)
    ids = [keep(tmp_path, f"Plan {n}", THREE, minute=n)[0] for n in range(4)]
    _, found = options(tmp_path, most=2, also=[ids[0]])
    assert list(found.found) == ["today", ids[3], ids[0]]
    assert found.total == 5


def test_the_figures_of_a_card_are_those_of_the_run_and_of_its_own_today(tmp_path):
    case_in(tmp_path)
    name, folder = keep(tmp_path, "Three", THREE)
    view, found = options(tmp_path)
    option = found.found[name]
    told = {
        each.label: (said(each.value), said(each.change))
        for each in plans_cards.figures(view, option)
    }
    w = view.words
    points = rows(folder, "points.csv")
    visits = [float(row["visits_per_year"]) for row in points]
    now, then = (
        sum(n * float(row[key]) for n, row in zip(visits, points, strict=True)) / sum(visits)
        for key in ("mean_min", "today_mean_min")
    )
    assert told[w("kpi.mean_min")][0] == said(w.minutes(now))
    assert told[w("kpi.mean_min")][1] == said(w("change.shorter", v=w.minutes(then - now)))
    branches = rows(folder, "branches.csv")
    annual = sum(int(row["annual_kes"]) for row in branches)
    assert told[w("kpi.annual")][0] == said(w.money(annual))
    assert told[w("kpi.branches")] == ("3", "1 more than today")
    shorter = sum(
        float(row["population"]) for row in points
        if float(row["mean_min"]) < float(row["today_mean_min"]) - 1
    )  # fmt: skip
    assert option.people.shorter == shorter > 0
    assert f"{shorter:,.0f} people travel less, 0 travel more" in said(
        plans_cards.sentence(view, option)
    )


@pytest.mark.parametrize(
    ("more_min", "more_kes", "key"),
    [(20.0, 1_000_000, "beaten"), (0.0, 1_000_000, "beaten"), (0.1, 1_000, "beaten_near")],
)
def test_a_plan_that_is_no_better_is_said_to_be(tmp_path, monkeypatch, more_min, more_kes, key):
    case_in(tmp_path)
    good, _ = keep(tmp_path, "Good", THREE, minute=1)
    bad, _ = keep(tmp_path, "Bad", THREE, minute=2)
    read = plans.compare_members.read

    def worse(*asked):
        got = read(*asked)
        if bad not in got.records:
            return got
        kpis = dict(got.records[bad].kpis)
        kpis["mean_min"] += more_min
        kpis["annual_kes"] += more_kes
        return replace(got, records={**got.records, bad: replace(got.records[bad], kpis=kpis)})

    monkeypatch.setattr(plans.compare_members, "read", worse)
    view, found = options(tmp_path)
    assert found.found[good].beaten_by == ()
    assert found.found[bad].beaten_by == ("Good",)
    assert plans_cards.rank(view, found.found[bad]) == view.words(f"plans.{key}", by="Good")


def test_duplicates_of_all_cards_are_counted_by_the_packs_own_separations(tmp_path):
    case_in(tmp_path)
    near = {"rule": "forbid", "separation_km": 1}
    own, _ = keep(tmp_path, "By its own", TWICE, minute=1, duplicates=near)
    plain, _ = keep(tmp_path, "As the pack", TWICE, minute=2)
    _, found = options(tmp_path)
    assert found.found[own].kpis["duplicates"]["pairs"] == 0
    told = found.found[plain].kpis["duplicates"]
    assert told["pairs"] > 0
    alike = found.found[plain].duplicates
    assert alike == Doubled(told["unnecessary"], told["justified"])
    assert found.found[own].duplicates == alike
    today = found.found["today"]
    assert today.duplicates.unnecessary == today.kpis["duplicates"]["unnecessary"]


def test_a_comparison_counts_duplicates_of_all_by_the_packs_own_separations(tmp_path):
    case = case_in(tmp_path)
    near = {"rule": "forbid", "separation_km": 1}
    own, _ = keep(tmp_path, "By its own", TWICE, minute=1, duplicates=near)
    plain, _ = keep(tmp_path, "As the pack", TWICE, minute=2)
    view, _ = options(tmp_path)
    choices = compare_members.choices(view.words, case)
    records = compare_members.read(case, choices, [own, plain, "today"]).records
    found = compare(list(records.values()))
    alike = compare_doubled.alike(case, found, records)
    for key in ("unnecessary", "pairs"):
        before, after = (
            next(row for row in each.kpis if row.key == f"duplicates.{key}").cells
            for each in (found, alike)
        )
        assert before[0].value == 0 != before[1].value
        assert after[0].value == after[1].value == before[1].value
        assert after[1].difference == 0
    seen = shown.Seen(view.words, case.pack, found, tuple(records.values()), ("A", "B", "C"))
    cells = {row["Figure"]: list(row)[1:] for _, row in shown.kpi_table(seen).iterrows()}
    first, second, third = cells["Duplicates not needed by load"]
    assert "(within 1.0" in first
    assert "(within each service's own separation)" in second
    assert "(within 1.0" in third  # today beside the first run, by its rules
    rows = shown.kpi_table(replace(seen, found=alike))["Figure"]
    assert "Duplicates not needed by load, within each service's own separation" in list(rows)
    assert compare_doubled.alike(case, alike, records) is alike


def test_the_result_of_a_plan_counts_by_the_packs_own_separations_too(tmp_path):
    case = case_in(tmp_path)
    near = {"rule": "forbid", "separation_km": 1}
    own, _ = keep(tmp_path, "By its own", TWICE, minute=1, duplicates=near)
    plain, _ = keep(tmp_path, "As the pack", TWICE, minute=2)
    told = session.run(plain).score.kpis.duplicates
    assert by_the_packs_own(case, session.run(plain)) is None
    assert by_the_packs_own(case, session.run(own)) == Doubled(told.unnecessary, told.justified)


def test_orders_put_the_best_first(tmp_path):
    case_in(tmp_path)
    keep(tmp_path, "Three", THREE, minute=1)
    keep(tmp_path, "Closing", CLOSING, minute=2)
    _, found = options(tmp_path)
    keys = {"price": "annual_kes", "travel": "mean_min", "worst": "worst_tenth_min"}
    for order, key in keys.items():
        values = [each.kpis[key] for each in plans.in_order(found.found.values(), order)]
        assert values == sorted(values)
    listed = plans.in_order(found.found.values(), "ready")
    assert [each.id for each in listed] == list(found.found)


def test_what_closes_is_drawn_and_told(tmp_path):
    case_in(tmp_path)
    name, _ = keep(tmp_path, "Closing", CLOSING)
    view, found = options(tmp_path)
    option = found.found[name]
    assert plans_map.branches(view, option.record) == {
        "existing": ["099-voi"],
        "proposed": [],
        "new": ["013-chuka", "021-town"],
        "closed": ["028-iten"],
    }
    text = plans_map.description(view, option, plans_map.changes(option.record.areas))
    assert "1 of today's branches close" in text
    assert "2 new branches" in text


@pytest.mark.parametrize("language", ["en", "sw"])
def test_cards_hold_no_markup_of_names_notes_and_tags(tmp_path, language):
    case_in(tmp_path)
    hostile = '<img src=x onerror="alert(1)">{{7*7}}'
    name, _ = keep(tmp_path, hostile, THREE)
    from planner.present.kept_store import store

    store().notes.add(Subject("run", name), hostile)
    store().notes.tag(Subject("run", name), hostile)
    view, found = options(tmp_path, language)
    option = found.found[name]
    html = plans_cards.card_html(view, option, (1.0, 2.0))
    assert option.name == hostile
    assert "onerror" in html  # as text
    assert "<img src=x" not in html
    assert "{{" not in html
    (picture,) = re.findall(r'<img src="data:image/svg\+xml;base64,([^"]+)"', html)
    svg = base64.b64decode(picture).decode()
    assert svg.startswith("<svg")
    assert "<script" not in svg
    assert "http" not in svg.replace("http://www.w3.org/2000/svg", "")


def test_a_comparison_has_today_as_its_base():
    assert plans.compared(["b", "today", "a"]) == {"compare": "today,b,a"}
    assert plans.compared(["b", "a"]) == {"compare": "b,a"}


def test_ticks_are_told_in_the_order_they_were_made():
    st.session_state[plans.tick_key("a")] = True
    plans.note_tick("a")
    st.session_state[plans.tick_key("b")] = True
    plans.note_tick("b")
    assert plans.picked() == ["a", "b"]
    st.session_state[plans.tick_key("a")] = False
    plans.note_tick("a")
    assert plans.picked() == ["b"]


# -- land on a sheet -----------------------------------------------------------------------


def test_the_land_of_the_builtin_pack_is_small_and_holds_every_site():
    pack = cases.pack()
    land = plans_ground.land_of(pack, plans_map.WIDTH)
    assert len(land.paths) == len(pack.areas)
    assert sum(len(path) for _, path in land.paths) < 20_000
    for site in pack.sites:
        assert land.sheet.holds(site.lon, site.lat)


def test_a_degree_is_as_long_as_it_is():
    sheet = plans_ground.sheet_round([(36.0, 60.0), (38.0, 61.0)], 200)
    west, east = sheet.at(36.0, 60.5), sheet.at(38.0, 60.5)
    south, north = sheet.at(36.0, 60.0), sheet.at(36.0, 61.0)
    assert (east[0] - west[0]) / 2 == pytest.approx((south[1] - north[1]) / 2, rel=0.03)


def test_a_projected_pack_is_drawn_by_its_places_in_metres():
    sheet = plans_ground.sheet_round([(0.0, 0.0), (10_000.0, 5_000.0)], 220, is_metres=True)
    assert sheet.px_per_km == pytest.approx(220 / 10.8)
    assert sheet.at(0.0, 0.0)[0] == pytest.approx(0.4 * sheet.px_per_km)


def test_long_land_stays_on_the_sheet():
    sheet = plans_ground.sheet_round([(0.0, 0.0), (0.1, 9.0)], 100)
    assert sheet.height <= 100 * plans_ground.TALLEST + 0.1
    assert sheet.holds(0.0, 0.0)
    assert sheet.holds(0.1, 9.0)
