"""One area under several networks, held against the run's own tables; and its leaflet."""

import html
import re
from dataclasses import replace

import numpy as np
import pytest

from planner.present import subjects
from planner.present.place import (
    place,
    place_facts,
    place_leaflet,
    place_map,
    place_people,
    place_said,
    place_tables,
)
from planner.present.place.place_facts import Side
from planner.present.words import words
from tests.present import cases
from tests.present.kept_case import CLOSING, THREE, case_in, home, keep, rows  # noqa: F401
from tests.runs.cases import HOSTILE


def said(text):
    return html.unescape(str(text)).replace("\xa0", " ")


def sides(folder, *names):
    case = case_in(folder)
    w = words("en").of_pack(case.pack)
    named = place.choices(w, case, subjects.finished_plans())
    found = place.read(w, case, named, ["today", *names])
    assert not found.faults
    return found.found


def builtin(language="en"):
    view = replace(cases.view(language), words=words(language).of_pack(cases.pack()))
    today, plan = cases.today(), cases.proposal()
    return (
        Side("today", "Today", view, today.plan, today.score, None),
        Side("proposal", "Proposed", view, plan.plan, plan.score, today.score),
    )


def test_every_figure_of_an_area_stands_in_the_run_s_tables(tmp_path):
    case_in(tmp_path)
    name, folder = keep(tmp_path, "Three", THREE)
    _, side = sides(tmp_path, name)
    w = side.view.words
    areas = {row["area"]: row for row in rows(folder, "areas.csv")}
    points = {row["demand_point"]: row for row in rows(folder, "points.csv")}
    branches = rows(folder, "branches.csv")
    for code, told in areas.items():
        area = side.area(code)
        assert area.mean_min == pytest.approx(float(told["mean_min"]))
        assert area.within_standard == pytest.approx(float(told["within_standard"]))
        assert side.area_before(code).mean_min == pytest.approx(float(told["today_mean_min"]))
        own = [row for row in branches if row["area"] == code]
        money = place_facts.spent(side, code)
        assert money.annual_kes == sum(int(row["annual_kes"]) for row in own)
        assert money.capital_kes == sum(int(row["capital_kes"]) for row in own)
        shown = {each.label: said(each.value) for each in place_said.figures(side, code)}
        mean = said(w.minutes(float(told["mean_min"])))
        assert shown[w("kpi.mean_min")] == mean
        assert shown[w("place.annual")] == said(w.money(money.annual_kes))
        for ward in place_facts.wards(side, code):
            row = points[side.view.pack.demand_points[ward.point].id]
            assert row["area"] == code
            assert ward.minutes == pytest.approx(float(row["mean_min"]))


def test_who_goes_where_adds_up_to_the_assignment(tmp_path):
    case_in(tmp_path)
    name, folder = keep(tmp_path, "Three", THREE)
    _, side = sides(tmp_path, name)
    pack, problem = side.view.pack, side.view.problem
    assigned = rows(folder, "assignment.csv")
    for code in problem.area_codes:
        sent = {}
        for row in assigned:
            point = problem.point_ids.index(row["demand_point"])
            if problem.area_codes[problem.point_area[point]] != code:
                continue
            kind = problem.visit_type_ids.index(row["visit_type"])
            visits = problem.visits[point, kind] * float(row["share"])
            of, minutes = sent.setdefault(row["site"], [0.0, 0.0]), float(row["minutes"])
            of[0] += visits
            of[1] += visits * minutes
        sent = {site: of for site, of in sent.items() if of[0] > 0}
        found = place_facts.used(side, code)
        assert {pack.sites[each.site].id for each in found} == set(sent)
        for each in found:
            visits, minutes = sent[pack.sites[each.site].id]
            assert each.visits == pytest.approx(visits)
            assert each.minutes == pytest.approx(minutes / visits)
        assert sum(each.share for each in found) == pytest.approx(1.0)


def test_what_opens_closes_and_changes(tmp_path):
    case_in(tmp_path)
    name, _ = keep(tmp_path, "Closing", CLOSING)
    _, side = sides(tmp_path, name)
    by_area = {code: place_facts.changes(side, code) for code in side.view.problem.area_codes}
    sites = [site.id for site in side.view.pack.sites]
    assert by_area["028"].closed == (sites.index("028-iten"),)
    assert by_area["021"].opened == (sites.index("021-town"),)
    ((site, added, ended),) = by_area["099"].services
    assert (sites[site], added, ended) == ("099-voi", (), (1,))
    (line,) = place_said.change_sentences(side, "028")
    assert line.startswith("Closes: ")
    (line,) = place_said.change_sentences(side, "099")
    assert "no longer offers: +Permit" in line
    today = sides(tmp_path)[0]
    assert all(place_facts.changes(today, code).is_none for code in by_area)


def test_tables_hold_every_small_place_and_every_neighbour(tmp_path):
    case_in(tmp_path)
    name, _ = keep(tmp_path, "Three", THREE)
    both = sides(tmp_path, name)
    table = place_tables.ward_table(both, "021")
    assert list(table.iloc[:, 0]) == ["Kangema"]
    assert said(table.iloc[0, 1]) == "2,000"
    assert len(table.columns) == 6
    around = place_tables.neighbour_table(both, "021")
    assert list(around.iloc[:, 0]) == ["Murang'a", "Tharaka-Nithi", "Elgeyo/Marakwet"]
    branch = place_tables.branch_table(both[1], "021")
    assert HOSTILE in branch.iloc[0, 0]


def test_the_people_of_an_area_stand_with_source_and_mark():
    today, _ = builtin()
    found = {fact.what: fact for fact in place_people.facts(today.view, "019")}
    people = found["People"]
    own = [p.population for p in cases.pack().demand_points if p.area == "019"]
    assert people.here == f"{round(sum(own), -3):,.0f}"
    poor = found["Poverty: Below the poverty line"]
    facts = cases.pack().customers.facts["019"]
    assert said(poor.here) == f"{facts['poverty_overall_pct_2022']:.0f} %"
    assert "Poverty Report 2022" in poor.mark.source
    online = next(fact for name, fact in found.items() if "online" in name)
    share = facts["internet_use_pct_2023_24"]
    assert said(online.here) == f"{share * 1.3:.0f} % ({share:.0f} % to {share * 1.6:.0f} %)"
    assert online.mark.confidence == "assumption"
    assert all(fact.mark.source and fact.mark.confidence for fact in found.values())


def test_what_needs_nobody_to_come_is_the_share_of_the_area_s_visits():
    today, _ = builtin()
    pack, problem = cases.pack(), cases.problem()
    here = problem.point_area == problem.area_codes.index("019")
    for each in place_people.remote(today, "019"):
        visits = problem.visits[here, each.kind].sum()
        assert each.visits == pytest.approx(visits)
        figure = pack.customers.alternatives.get(pack.visit_types[each.kind].id)
        if figure is None or figure.remote is None:
            assert each.spared is None
        else:
            assert each.spared[0] == pytest.approx(visits * figure.remote.value)
            assert each.spared[2] == pytest.approx(visits * figure.remote.high)


def test_maps_share_one_sheet_and_draw_every_small_place():
    both = builtin()
    shared = place_map.drawn(both, "019")
    wards = place_facts.wards(both[0], "019")
    assert len(shared.land) == len(wards)
    whole = dict(shared.outlines)["019"]
    assert sum(each.area for each in shared.land.values()) == pytest.approx(whole.area, rel=1e-3)
    for side in both:
        svg = place_map.area_map(side, shared)
        for ward in wards:
            name = cases.pack().demand_points[ward.point].name
            assert f"<title>{place_leaflet._t(name)}" in svg
        assert "http" not in svg.replace("http://www.w3.org/2000/svg", "")


@pytest.mark.parametrize("language", ["en", "sw"])
def test_the_leaflet_stands_alone_and_says_that_a_plan_is_one(language):
    today, plan = builtin()
    w = words(language)
    text = place_leaflet.leaflet_html(plan, "019", language)
    assert text.startswith(f'<!doctype html><html lang="{language}">')
    rest = text.replace("http://www.w3.org/2000/svg", "")
    assert not re.findall(r"https?:|<link|<script|src=", rest)
    assert said(w("place.leaflet_plan")) in said(text)
    now = place_leaflet.leaflet_html(today, "019", language)
    assert said(w("place.leaflet_plan")) not in said(now)
    for journey in cases.pack().journeys:
        assert w.name(journey) in said(text)
    far = next(iter(place_facts.used(plan, "019")))
    assert cases.pack().sites[far.site].name in said(text)


def test_the_leaflets_of_all_areas_are_those_of_each():
    _, plan = builtin()
    text = place_leaflet.leaflets_html(plan, "en")
    sheets = re.findall(r"<main.*?</main>", text, flags=re.DOTALL)
    assert len(sheets) == len(cases.pack().areas)
    one = place_leaflet.leaflet_html(plan, "019", "en")
    assert re.findall(r"<main.*?</main>", one, flags=re.DOTALL) == [sheets[18]]


def test_a_leaflet_of_one_service_speaks_of_that_alone():
    _, plan = builtin()
    pack, problem = cases.pack(), cases.problem()
    s = problem.service_ids.index("alien_registration")
    text = said(place_leaflet.leaflet_html(plan, "019", "en", service=s))
    assert "Alien registration: Where do I go? Nyeri" in text
    kinds = {pack.visit_types[b].id for b in range(len(problem.does)) if problem.does[b, s]}
    for journey in pack.journeys:
        is_of = any(step.visit_type in kinds for step in journey.steps)
        assert (journey.name in text) == is_of
    offering = {j for j in range(len(pack.sites)) if plan.plan.offers[j, s]}
    rows = plan.plan.assignment
    here = problem.point_area[rows.point] == problem.area_codes.index("019")
    goes = {
        j for j, b in zip(rows.site[here], rows.visit_type[here], strict=True)
        if problem.does[b, s]
    }  # fmt: skip
    assert goes <= offering
    where = text.split("<ul>")[1].split("</ul>")[0]
    for j in range(len(pack.sites)):
        assert (f"<b>{plan.view.site_name(j)}" in where) == (j in goes)


def test_an_area_without_visits_of_a_service_is_told_its_nearest_branch():
    _, plan = builtin()
    problem = plan.view.problem
    s = problem.service_ids.index("alien_registration")
    here = problem.point_area == problem.area_codes.index("019")
    visits = problem.visits.copy()
    visits[here] = np.where(problem.does[:, s][None, :], 0.0, visits[here])
    view = replace(plan.view, problem=replace(problem, visits=visits))
    text = said(place_leaflet.leaflet_html(replace(plan, view=view), "019", "en", service=s))
    able = plan.plan.is_open & plan.plan.offers[:, s]
    point = int(np.flatnonzero(here)[0])
    near = min(np.flatnonzero(able), key=lambda j: problem.impedance[point, j])
    assert f"<b>{plan.view.site_name(int(near))}" in text


def test_a_leaflet_of_one_place_names_its_own_branch():
    today, _ = builtin()
    ward = place_facts.wards(today, "019")[0]
    text = said(place_leaflet.leaflet_html(today, "019", "en", ward.point))
    assert f"Where do I go? {cases.pack().demand_points[ward.point].name} (Nyeri)" in text
    assert today.view.site_name(ward.site) in text


def test_a_leaflet_of_a_pack_without_journeys_tells_every_reason_to_come(tmp_path):
    case_in(tmp_path)
    name, _ = keep(tmp_path, "Three", THREE)
    _, side = sides(tmp_path, name)
    text = place_leaflet.leaflet_html(side, "021", "en")
    for kind in side.view.pack.visit_types:
        assert kind.name in said(text)
    assert "<b>$1$" not in text
    assert "{{" not in text
    assert HOSTILE in said(text)


def test_leaflets_of_hostile_names_hold_no_markup():
    view = cases.view(hostile=True)
    side = Side("today", "<script>", view, cases.today().plan, cases.today().score, None)
    text = place_leaflet.leaflet_html(side, "047", "en")
    assert "<script" not in text
    assert "<img" not in text
    assert "{{" not in text
