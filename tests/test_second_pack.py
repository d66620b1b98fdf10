"""The second built-in pack, made of the documented format alone, does all that the first does."""

from __future__ import annotations

import html
import importlib.util
import json
import re
import sys
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from command_line import run
from streamlit.testing.v1 import AppTest

from planner.demand import yearly_visits
from planner.errors import EXIT_DONE
from planner.evaluate import score, todays_network
from planner.pack import builtin_packs, check_pack, find_pack, read_pack
from planner.scenario import Scenario, build, read_scenario
from tests.app.conftest import everything

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "data" / "one-stop"
OF_THE_FIRST = re.compile(r"(?i)immigration|passport|nyayo|pasipoti|uhamiaji")


@pytest.fixture(scope="module")
def pack():
    return read_pack(FOLDER)


# -- the data ------------------------------------------------------------------------------


def test_it_is_found_by_its_id_beside_the_first():
    assert {"immigration", "one-stop"} <= set(builtin_packs())
    assert find_pack("one-stop") == FOLDER


def test_the_check_accepts_it_and_says_only_what_is_worth_knowing():
    report = check_pack(FOLDER)
    assert report.verdict in {"accept", "warn"}
    assert report.faults == ()
    assert report.totals["visits_per_year"] == 7_000_000
    assert report.totals["population"] == 47_564_296
    for warning in report.warnings:
        assert re.search(r"columns not used: iso|outside the area's outline", warning), warning


def test_the_tables_are_as_built(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    spec = importlib.util.spec_from_file_location(
        "make_second_pack", ROOT / "tools" / "make_second_pack.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    differing = sys.modules.pop("make_pack").differing
    assert differing(module.build(ROOT / "data")) == []
    volumes = module.read_rows(FOLDER / "sources/volumes.csv")
    national = module.national_visits(volumes)
    for kind, (low, mode, high) in national.items():
        assert low <= mode <= high, kind
    customers = [28_000 * 235, 28_000 * 250, 60_000 * 260]
    others = sum(mode for kind, (_, mode, _) in national.items() if kind != module.REST)
    assert [end + others for end in national[module.REST]] == customers
    assert module.shared_out(10, {"a": 1, "b": 1, "c": 1}) == {"a": 4, "b": 3, "c": 3}


def test_every_row_has_a_source_and_a_mark(pack):
    rows = (*pack.services, *pack.visit_types, *pack.sites, *pack.formats, *pack.demand_points)
    rows += pack.area_demand
    assert all(row.mark.source and row.mark.confidence for row in rows)
    assumed = [site for site in pack.sites if "town assumed" in site.mark.note]
    assert len(assumed) == 14
    assert {site.mark.confidence for site in assumed} == {"assumption"}


def test_it_is_built_otherwise_than_the_first(pack):
    first = read_pack(find_pack("immigration"))
    assert pack.area_demand is not None
    assert pack.rates is None
    assert first.rates is not None
    assert all(site.formats for site in pack.sites)
    assert not any(site.formats for site in first.sites)
    assert len({service.division for service in pack.services}) == 5
    divisions = {service.id: service.division for service in pack.services}
    both = next(each for each in pack.visit_types if each.id == "id_replacement")
    assert len({divisions[each] for each in both.services_done}) == 2


def test_one_visit_needs_two_agencies_and_another_only_a_desk(pack):
    desk = next(each for each in pack.formats if each.id == "desk")
    done_at_a_desk = {
        each.id for each in pack.visit_types if set(each.services) <= set(desk.services)
    }
    assert done_at_a_desk == {"general_help", "licence_collection", "police_clearance"}


def test_visits_are_those_of_the_counties_spread_by_population(pack):
    visits = yearly_visits(pack).mode
    given = {(row.demand_point, row.visit_type): row.visits_per_year for row in pack.area_demand}
    for b, kind in enumerate(pack.visit_types):
        for code in ("047", "009"):
            inside = [i for i, point in enumerate(pack.demand_points) if point.area == code]
            assert visits[inside, b].sum() == pytest.approx(given[code, kind.id])


def test_the_ranges_of_the_volumes_are_those_of_the_visits(pack):
    totals = {each.visit_type: each for each in yearly_visits(pack).totals}
    cards = totals["id_replacement"]  # 2.4 M x 0.68 x 0.40 to 3 M x 0.71 x 1.00
    assert (cards.low, cards.high) == (pytest.approx(653_000), pytest.approx(2_130_000))
    assert all(each.low < each.mode < each.high for each in totals.values())


def test_a_total_is_no_surer_than_its_weakest_row(pack):
    """Seven of the 47 rows of birth certificates are derived, the others assumed."""
    marks = {total.visit_type: total.mark.confidence for total in yearly_visits(pack).totals}
    assert marks["birth_certificate"] == "assumption"


# -- scenarios -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "file", sorted((FOLDER / "scenarios").glob("*.toml")), ids=lambda f: f.stem
)
def test_every_scenario_is_understood(pack, file):
    scenario = read_scenario(file)
    assert scenario.pack == "one-stop"
    build(pack, scenario)


def test_todays_network_by_another_road(pack):
    """The mean travel to the nearest branch that can do it, worked out here from the matrix."""
    problem = build(pack, Scenario(name="x", pack="one-stop"))
    judged = score(problem, todays_network(problem)).kpis
    total = 0.0
    for b, kind in enumerate(pack.visit_types):
        able = [
            j for j, site in enumerate(pack.sites)
            if site.status == "existing" and set(kind.services) <= set(site.services_today)
        ]  # fmt: skip
        assert len(able) == (15 if kind.id == "licence_biometrics" else 55)
        total += float((problem.minutes[:, able].min(axis=1) * problem.visits[:, b]).sum())
    assert judged.mean_min == pytest.approx(total / problem.visits.sum())
    assert judged.annual_kes == 1_654_000_000
    assert np.isfinite(judged.worst_tenth_min)


def test_solve_verify_export_by_name(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    status, out, _ = run(capsys, "solve", "one-stop/today", "--out", "run", "--json")
    info = json.loads(out)
    assert status == EXIT_DONE
    assert (info["status"], info["kpis"]["branches"]) == ("optimal", 55)
    assert info["kpis"]["capital_kes"] == 0
    assert info["pack"]["id"] == "one-stop"
    assert run(capsys, "verify", "run")[0] == EXIT_DONE
    assert run(capsys, "export", "run", "--out", "handed")[0] == EXIT_DONE
    assert any((tmp_path / "handed").iterdir())


def test_ten_more_centres_keep_to_the_money(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    status, out, _ = run(capsys, "solve", "one-stop/ten-more-centres", "--out", "run", "--json")
    info = json.loads(out)
    kpis, today = info["kpis"], info["baseline_kpis"]
    assert (status, info["status"]) == (EXIT_DONE, "optimal")
    assert kpis["branches"] == today["branches"] + 10
    assert kpis["capital_kes"] <= 500_000_000
    assert kpis["mean_min"] < 0.8 * today["mean_min"]
    made = [each for each in info["branches"] if each["status"] != "existing"]
    for each in made:
        if each["format"] == "desk":
            assert set(each["services"]) <= {"collection", "general_help", "police_clearance"}


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (("scenarios", "one-stop"), "ten-more-centres"),
        (("audit", "one-stop"), "nearest pair of branches"),
        (("audit", "one-stop/as-planned"), "60 branches"),
        (("demand", "one-stop"), "id_replacement"),
    ],
)
def test_commands_take_its_id(capsys, argv, said):
    status, out, err = run(capsys, *argv)
    assert status == EXIT_DONE
    assert said in out + err
    assert not OF_THE_FIRST.search(out + err)


def test_a_name_of_two_packs_means_the_first_and_can_be_told_apart(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    _, plain, _ = run(capsys, "audit", "today")
    _, first, _ = run(capsys, "audit", "immigration/today")
    _, second, _ = run(capsys, "audit", "one-stop/today")
    assert plain == first
    assert second.startswith("The centres of today\n  55 branches")
    _, _, err = run(capsys, "audit", "nothing-like-this")
    assert "one-stop" in err


def test_travel_is_written(capsys, tmp_path):
    status, _, err = run(capsys, "travel", "one-stop", "--out", tmp_path / "travel.csv")
    assert status == EXIT_DONE
    assert "44,950 pairs" in err


# -- pages ---------------------------------------------------------------------------------


@pytest.fixture
def at_home(tmp_path, monkeypatch):
    monkeypatch.setenv("UGATUZI_HOME", str(tmp_path))
    monkeypatch.setenv("UGATUZI_PACK", "one-stop")
    monkeypatch.chdir(ROOT)
    st.cache_data.clear()


PAGES = re.findall(r'page_of\("(\w+)"', (ROOT / "app.py").read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", PAGES)
def test_a_page_shows_it_and_names_nothing_of_the_first(at_home, page, pack):
    running = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    if page != "today":
        running.switch_page(f"app_pages/{page}.py")
        running = running.run()
    assert not running.exception
    assert not running.error
    tables = [table.value.to_string() for table in running.dataframe]
    text = "\n".join([everything(running), *tables])
    for note in {part for site in pack.sites for part in site.mark.note.split("; ") if part}:
        text = text.replace(note, "")  # it may tell who else sits in the building
    found = OF_THE_FIRST.search(text)
    assert found is None, text[max(0, found.start() - 80) : found.end() + 80]


def test_today_says_its_own_figures(at_home):
    running = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    text = everything(running)
    assert "7,000,000" in text
    assert "Counties with the longest travel" in text


def test_plan_starts_from_its_own_scenario(at_home):
    running = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    running.switch_page("app_pages/plan.py")
    running = running.run()
    assert running.selectbox(key="plan.start").value == "ten-more-centres"


def test_method_shows_its_limits_and_what_a_centre_costs(at_home):
    running = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    running.switch_page("app_pages/method.py")
    text = html.unescape(everything(running.run()))
    assert "customers a day" in text
    assert re.search(r"Service desk.*KES\s10\.6\sM", text)
