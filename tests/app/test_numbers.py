"""Every figure on the page of a plan is the run file's: read back and formatted anew here."""

import csv
import html
import json
import math
import re

import pytest
from bs4 import BeautifulSoup

from planner.pack import find_pack, read_pack
from planner.percent import percent_up
from planner.runs import judge_and_write
from planner.runs.store import open_store
from planner.scenario import read_scenario
from planner.solve import solve

NONE = "\N{EN DASH}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The run folder of a real plan."""
    pack = read_pack(find_pack("immigration"))
    scenario = read_scenario(pack.folder / "scenarios" / "best-14-more.toml")
    return judge_and_write(
        solve(pack, scenario), pack, scenario, tmp_path_factory.mktemp("run") / "r"
    )


@pytest.fixture
def shown(app, folder):
    """The page of that run: its cards by their label, and its tables by their caption."""
    with open_store() as store:
        run = store.runs.keep(folder, source="solve")
    running = app("plan", run=run, lang="en")
    assert not running.exception
    assert not running.error
    pages = [BeautifulSoup(each.proto.body, "html.parser") for each in running.get("html")]
    cards = {
        card.dt.get_text(): [part.get_text() for part in card.find_all("dd")]
        for page in pages
        for card in page.select(".ug-card")
    }
    tables = {
        re.sub(r" \([^(]*±[^(]*\)$", "", table.caption.get_text()): rows_of(table)
        for page in pages
        for table in page.find_all("table")
    }
    said = [str(each.value) for kind in ("text", "caption") for each in running.get(kind)]
    said += [p.get_text() for page in pages for p in page.select(".ug-lead")]
    return cards, tables, html.unescape("\n".join(said))


def rows_of(table):
    heads = [head.get_text() for head in table.thead.find_all("th")]
    return [
        dict(zip(heads, (cell.get_text() for cell in row.find_all(["th", "td"])), strict=True))
        for row in table.tbody.find_all("tr")
    ]


def rows_in(folder, name):
    with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def minutes(value):
    whole = round(float(value))
    hours, rest = divmod(whole, 60)
    if hours >= 10 or (hours and not rest):
        return f"{round(float(value) / 60)} h"
    return f"{hours} h {rest} min" if hours else f"{rest} min"


def money(value):
    if abs(value) >= 1e8:
        return f"KES {value / 1e6:,.0f} M"
    return f"KES {value / 1e6:,.1f} M" if abs(value) >= 1e6 else f"KES {value:,.0f}"


def plain(text):
    return text.replace("\N{NO-BREAK SPACE}", " ")


def whole(value):
    return f"{round(float(value)):,}"


def test_cards(shown, folder):
    cards, _, said = shown
    facts = json.loads((folder / "run.json").read_text("utf-8"))
    now, before = facts["kpis"], facts["baseline_kpis"]
    found = {label: plain(parts[0]) for label, parts in cards.items()}
    assert found["Travel per visit"].split(" ±")[0] == minutes(now["mean_min"])
    assert found["Worst-served tenth"].split(" ±")[0] == minutes(now["worst_tenth_min"])
    assert found["Visits within the standard"] == f"{now['within_standard'] * 100:.0f} %"
    assert found["Branches"] == str(now["branches"])
    assert found["Yearly cost"] == money(now["annual_kes"])
    assert found["Duplicates not needed by load"] == str(now["duplicates"]["unnecessary"])
    assert len(found) == 6  # no card that is not read here
    notes = {label: plain(" ".join(parts[1:])) for label, parts in cards.items()}
    assert minutes(before["mean_min"] - now["mean_min"]) in notes["Travel per visit"]
    assert f"{round(now['mean_km'])} km" in notes["Travel per visit"]
    gained = before["worst_tenth_min"] - now["worst_tenth_min"]
    assert minutes(gained) in notes["Worst-served tenth"]
    points = (now["within_standard"] - before["within_standard"]) * 100
    assert f"{points:.0f} " in notes["Visits within the standard"]
    assert str(now["branches"] - before["branches"]) in notes["Branches"]
    assert str(now["areas_without_branch"]) in notes["Branches"]
    assert money(now["capital_kes"]) in notes["Yearly cost"]
    assert money(now["annual_kes"] - before["annual_kes"]) in notes["Yearly cost"]
    assert str(before["duplicates"]["unnecessary"]) in notes["Duplicates not needed by load"]
    error = f"± {facts['travel']['error_share'] * 100:.0f} %"
    assert error in found["Travel per visit"]
    assert f"{percent_up(facts['gap'], 2)} %" in plain(said)  # never less than what is proved


def test_tables(shown, folder):
    _, tables, _ = shown
    checks = {
        "What to open": opened,
        "Which services where": mix,
        "Who gains": areas,
        "What it costs": costs,
        "Duplicates left": duplicates,
    }
    assert set(tables) == set(checks)  # no table that is not read here
    for name, check in checks.items():
        check(tables[name], folder)


def opened(rows, folder):
    branches = {row["name"]: row for row in rows_in(folder, "branches")}
    new = {name for name, row in branches.items() if row["status"] != "existing"}
    assert {row["Branch"] for row in rows} == new
    for row in rows:
        fact = branches[row["Branch"]]
        assert row["County"] == fact["area_name"]
        assert int(row["Services"]) == len(fact["services"].split(";"))
        assert row["Visits a year"] == whole(fact["visits_per_year"])
        assert plain(row["One way"]) == minutes(fact["mean_min"])
        assert row["Hours saved a year"] == whole(hours_saved(folder)[fact["site"]])


def hours_saved(folder):
    """Hours one way a year that each branch saves its visitors, of the pack and two assignments."""
    from planner.evaluate import todays_network
    from planner.scenario import build

    pack = read_pack(find_pack("immigration"))
    problem = build(pack, read_scenario(folder / "scenario.toml"))
    today = todays_network(problem).assignment
    ids = (problem.point_ids, problem.visit_type_ids, problem.site_ids)
    was = {
        (p, v): float(problem.minutes[p, s])
        for p, v, s in zip(today.point, today.visit_type, today.site, strict=True)
    }
    place, kind = ({name: k for k, name in enumerate(each)} for each in ids[:2])
    saved = {}
    for row in rows_in(folder, "assignment"):
        p, v = place[row["demand_point"]], kind[row["visit_type"]]
        visits = float(problem.visits[p, v]) * float(row["share"])
        gain = (was[p, v] - float(row["minutes"])) * visits / 60
        saved[row["site"]] = saved.get(row["site"], 0.0) + gain
    return saved


def mix(rows, folder):
    branches, offered = rows_in(folder, "branches"), rows_in(folder, "offerings")
    assert len(rows) == len(branches)
    names = sorted({row["service_name"] for row in offered})
    marks = sum(bool(row[name]) for row in rows for name in names)
    assert marks == len(offered)
    kept = sum(row[name] == "●" for row in rows for name in names)
    assert kept == sum(row["offered_today"] == "yes" for row in offered)
    by_branch = {}
    for row in offered:
        by_branch.setdefault(row["site_name"], set()).add(row["service_name"])
    for row in rows:
        name = row["Branch"].split(" (")[0] if row["Branch"] not in by_branch else row["Branch"]
        assert {each for each in names if row[each]} == by_branch[name]


def areas(rows, folder):
    facts = {row["name"]: row for row in rows_in(folder, "areas")}
    assert {row["County"] for row in rows} == set(facts)
    for row in rows:
        fact = facts[row["County"]]
        assert row["Today, minutes"] == whole(fact["today_mean_min"])
        assert row["Plan, minutes"] == whole(fact["mean_min"])
        change = float(fact["mean_min"]) - float(fact["today_mean_min"])
        assert math.isclose(float(row["Change, minutes"].replace(",", "")), change, abs_tol=0.5)
        assert row["Branches"] == fact["branches"]
        assert row["Visits a year"] == whole(fact["visits_per_year"])


def costs(rows, folder):
    branches = rows_in(folder, "branches")
    facts = json.loads((folder / "run.json").read_text("utf-8"))["kpis"]
    found = {row["Item"]: row for row in rows}
    for item, is_kept in (("Today's branches", True), ("New branches", False)):
        own = [row for row in branches if (row["status"] == "existing") == is_kept]
        annual = sum(int(float(row["annual_kes"])) for row in own)
        capital = sum(int(float(row["capital_kes"])) for row in own)
        assert plain(found[item]["Yearly cost"]) == money(annual)
        assert plain(found[item]["One-off cost"]) == money(capital)
        assert found[item]["Branches"] == str(len(own))
    assert plain(found["Together"]["Yearly cost"]) == money(facts["annual_kes"])
    assert plain(found["Together"]["One-off cost"]) == money(facts["capital_kes"])


def named(text, facts):
    """A branch's own name: pages add its area where the name does not tell it."""
    known = {row[each] for row in facts for each in ("site_a_name", "site_b_name")}
    return text if text in known else text.rpartition(" (")[0]


def duplicates(rows, folder):
    facts = rows_in(folder, "duplicates")
    assert len(rows) == len(facts)
    key = lambda row: (row["service_name"], row["site_a_name"], row["site_b_name"])  # noqa: E731
    by_name = {key(row): row for row in facts}
    for row in rows:
        first, second = named(row["Branch"], facts), named(row["and branch"], facts)
        service = row["Service"]
        fact = by_name.get((service, first, second)) or by_name[service, second, first]
        assert row["Road km"] == whole(fact["km"])
        assert row["Visits a year at both"] == whole(fact["load_visits_per_year"])
        assert row["The larger can serve"] == whole(fact["capacity_visits_per_year"])
        assert row["Verdict"].startswith("not") == (fact["justified"] == "no")
        extra = float(row["then minutes more a visit"].replace(",", ""))
        assert math.isclose(extra, float(fact["merged_extra_min_per_visit"]), abs_tol=0.06)
        assert plain(row["saved a year"]) == money(float(fact["merged_saved_kes_per_year"]))
