"""The analyst's way: a table taken, mended, brought, kept as a pack, looked through, planned on."""

import csv

import pytest
from playwright.sync_api import expect

from tests.browser import steps
from tests.browser.conftest import served

START, SITE, COST = "Today's ten offices", "014-embu", 14_500_000
FAULTS = {3: ("lat", "north"), 4: ("status", "perhaps"), 6: ("capital_kes", "-5")}


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    """A server with an empty store."""
    with served(tmp_path_factory.mktemp("bench")) as address:
        yield address


@pytest.mark.parametrize("language", ["en", "sw"])
def test_from_a_table_of_ones_own_to_a_plan_on_it(visit, bench, tmp_path, language):
    walk = steps.begin(visit, bench, "analyst", language)
    steps.turn_to(walk, "data")
    head, rows = takes_a_table(walk)
    brings_faults(walk, tmp_path / "faulty.csv", head, rows)
    name = f"Own costs {language}"
    brings_a_good_one(walk, tmp_path / "sites.csv", head, rows, name)
    looks_through(walk, name)
    plans_on_it(walk)
    steps.ends(walk)


def takes_a_table(walk):
    """The empty table of sites, and the one that is shown: its columns and rows."""
    w = walk.w
    steps.stop(walk, "1-data", full=True)
    steps.choose(walk, w("data.take_kind"), w("data.kind_sites"))
    name, empty = steps.download(walk, steps.button(walk, "data.take_empty"))
    assert name == "sites.csv"
    head = next(csv.reader(empty.read_text(encoding="utf-8-sig").splitlines()))
    assert {"id", "name", "status"} <= set(head)
    filled = walk.main.locator(".st-key-data_filled button")
    expect(filled).to_contain_text(w("data.take_own"))
    name, path = steps.download(walk, filled)
    assert name == "sites.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
    assert len(rows) == len(steps.pack().sites)
    return list(reader.fieldnames), rows


def written(file, head, rows):
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, head)
        writer.writeheader()
        writer.writerows(rows)
    return file


def brings(walk, file):
    """Hand a file to the page, in place of the one that was there."""
    old = walk.main.get_by_test_id("stFileChipDeleteBtn")
    if old.count():
        old.click()
        expect(old).to_have_count(0, timeout=steps.WAIT)
        steps.settled(walk.page)
    walk.main.locator("input[type=file]").first.set_input_files(file)
    expect(walk.main.get_by_text(file.name).first).to_be_visible(timeout=steps.WAIT)
    steps.settled(walk.page)


def brings_faults(walk, file, head, rows):
    """Every fault is told with its row and column, on the page and as a file; nothing is kept."""
    bad = [dict(row) for row in rows]
    for number, (column, text) in FAULTS.items():
        bad[number - 2][column] = text  # the head is row 1
    brings(walk, written(file, head, bad))
    steps.tells(walk, steps.telling(walk, "data.refused"))
    expect(steps.button(walk, "data.keep_button")).to_have_count(0)
    table = walk.main.get_by_role("table", name=walk.w("data.faults"))
    for number, (column, text) in FAULTS.items():
        row = table.locator("tr").filter(has_text=text)
        expect(row).to_contain_text(column)
        expect(row).to_contain_text(str(number))
    steps.stop(walk, "2-faults", full=True)
    name, path = steps.download(walk, steps.button(walk, "data.faults_file"))
    assert name == "faults.csv"
    told = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
    assert {(int(each["row"]), each["column"]) for each in told} == {
        (number, column) for number, (column, _) in FAULTS.items()
    }
    assert {each["file"] for each in told} == {file.name}


def brings_a_good_one(walk, file, head, rows, name):
    """A sound table is held against what is shown, and kept beside it under a name."""
    good = [dict(row) for row in rows]
    next(row for row in good if row["id"] == SITE)["annual_cost_kes"] = str(COST)
    brings(walk, written(file, head, good))
    steps.tells(walk, steps.telling(walk, "data.accepted"))
    expect(walk.main.get_by_role("table", name=walk.w("data.counts"))).to_be_visible()
    steps.stop(walk, "3-preview", full=True)
    steps.fill(walk, walk.main.get_by_label(walk.w("data.name"), exact=True), name)
    steps.press(walk, "data.keep_button")
    steps.tells(walk, walk.w("data.was_kept", name=name, id=name.lower().replace(" ", "-")))
    assert "pack=own-costs-" in walk.page.url


def looks_through(walk, name):
    """Every page shows the data that was brought."""
    beside = walk.page.get_by_test_id("stSidebar")
    for number, page in enumerate(("today", "demand", "records", "travel"), start=4):
        steps.turn_to(walk, page)
        expect(beside.get_by_text(walk.w("guide.data", name=name))).to_have_count(1)
        if page != "records":
            expect(steps.map_of(walk).locator("path.ug-area")).to_have_count(47)
        steps.stop(walk, f"{number}-{page}")


def plans_on_it(walk):
    """A plan on that data, and its workbook with the cost that was brought."""
    steps.turn_to(walk, "plan")
    steps.choose(walk, walk.w("plan.start"), START)
    steps.find_plan(walk)
    steps.tells(walk, walk.w("result.optimal_exact"))
    steps.turn_to(walk, "export")
    run = steps.handed_run(walk, START)
    steps.stop(walk, "8-export", full=True)
    assert steps.costs(walk, steps.workbook(walk, run), SITE, COST)
