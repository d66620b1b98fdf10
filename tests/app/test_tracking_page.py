"""The page of planned and done: a table to fill in, one brought and kept, a plan to start from."""

import html
from datetime import date

import pytest

from planner.pack import find_pack, read_pack
from planner.pack.own import own_packs
from planner.runs.tracking.kept import kept_done
from tests.app.conftest import everything
from tests.app.test_plans_page import links
from tests.present.kept_case import THREE, TODAY, case_in, keep
from tests.runs.cases import HOSTILE

HEAD = "site,name,service,phase,due,opened,capital_kes,visits,visits_from,visits_to\n"
GOOD = "021-town,,,First,2026-03-01,2026-03-11,9500000,70,2026-04-01,2026-04-30\n"
EXTRA = "x-1,<b>=1+1,,,,2026-03-02,,,,\n"


def said(running):
    return html.unescape(everything(running)).replace("\xa0", " ")


def fine(running):
    assert not running.exception, running.exception
    return running


def button(running, key):
    return next(each for each in running.button if each.key == key)


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    monkeypatch.setenv("UGATUZI_PACK", str(tmp_path / "tiny"))
    case_in(tmp_path)
    return tmp_path


def brought(running, content, name="done.csv"):
    sent = [(name, content.encode(), "text/csv")]
    return running.file_uploader(key="tracking.file").set_value(sent).run()


def test_without_a_plan_the_page_says_the_next_step(app, tiny):
    running = fine(app("tracking"))
    assert "There is no plan yet" in said(running)


@pytest.mark.parametrize("language", ["en", "sw"])
def test_a_plan_is_asked_for_held_and_kept(app, tiny, language):
    keep(tiny, "Three offices", THREE)
    running = fine(app("tracking", lang=language))
    text = said(running)
    assert ("What the plan asks for", "Ambayo mpango unataka")[language == "sw"] in text
    assert HOSTILE in text
    assert "<b>$1$" not in everything(running).replace("\\", "")
    running.date_input(key="tracking.on").set_value(date(2026, 6, 30))
    running = fine(brought(running, HEAD + GOOD + EXTRA))
    text = said(running)
    assert "<b>=1+1" in text
    assert "9,500,000" in text
    assert ("1 of 1", "1 kati ya 1")[language == "sw"] in text
    running = fine(button(running, "tracking-keep").click().run())
    (kept,) = (tiny / "tracking").glob("*/0001.csv")
    assert kept.read_text() == HEAD + GOOD + EXTRA
    assert len(kept_done(kept.parent.name)) == 1
    again = fine(app("tracking", lang=language))
    assert "9,500,000" in said(again)  # the table kept last is shown


def test_a_table_at_fault_is_told_and_cannot_be_kept(app, tiny):
    keep(tiny, "Three offices", THREE)
    running = fine(brought(app("tracking"), HEAD + "021-twon,,,,soon,,-1,,,\n"))
    text = said(running)
    assert "Did you mean 021-town?" in text
    assert all(key != "tracking-keep" for key in (each.key for each in running.button))
    assert next(str(each.value) for each in running.error).startswith("3 faults")


def test_a_plan_without_a_change_says_so(app, tiny):
    keep(tiny, "As it is", TODAY)
    assert "asks for no change" in said(fine(app("tracking")))


def test_a_plan_becomes_the_network_of_today(app, tiny):
    keep(tiny, "Three offices", THREE)
    running = fine(app("tracking"))
    running.text_input(key="tracking.own_name").set_value("After <b>it</b>").run()
    running = fine(button(running, "tracking-adopt").click().run())
    (kept,) = own_packs(tiny / "packs")
    assert (kept.name, kept.based_on) == ("After <b>it</b>", "tiny")
    pack = read_pack(find_pack(kept.id))
    assert [site.status for site in pack.sites].count("existing") == 3
    assert pack.limits[-1].startswith("Today's branches are those of the plan Three offices")
    assert running.query_params["pack"] in (kept.id, [kept.id])
    assert "How far do people travel" in said(running)  # the page Today shows them


def test_what_is_done_so_far_becomes_the_network_of_today(app, tiny):
    keep(tiny, "Three offices", THREE)
    running = fine(brought(app("tracking"), HEAD + GOOD))
    running = fine(button(running, "tracking-standing").click().run())
    (kept,) = own_packs(tiny / "packs")
    pack = read_pack(find_pack(kept.id))
    assert {s.id: s.opened for s in pack.sites if s.status == "existing"} == {
        "028-iten": "", "021-town": "2026-03-11", "099-voi": "",
    }  # fmt: skip


def test_an_edited_sheet_is_told_before_it_is_kept(app, tiny):
    keep(tiny, "Three offices", THREE)
    running = fine(app("tracking"))
    head = "site,format,services,visits_per_year\n"
    bad = [("b.csv", f"{head}028-iten,,pasport,7\n".encode(), "text/csv")]
    running = fine(running.file_uploader(key="tracking.sheet").set_value(bad).run())
    assert "Did you mean passport?" in said(running)
    assert button(running, "tracking-adopt").disabled
    good = [("b.csv", f"{head}028-iten,,passport;permit,\n".encode(), "text/csv")]
    running = fine(running.file_uploader(key="tracking.sheet").set_value(good).run())
    assert "3 changes in the sheet" in said(running)  # two branches are taken out
    running = fine(button(running, "tracking-adopt").click().run())
    (kept,) = own_packs(tiny / "packs")
    pack = read_pack(find_pack(kept.id))
    today = {site.id: site.services_today for site in pack.sites if site.status == "existing"}
    assert today == {"028-iten": ("passport", "permit")}


def test_the_page_of_files_leads_to_it(app, tiny):
    run_id, _ = keep(tiny, "Three offices", THREE)
    running = fine(app("export"))
    asked = [query for page, query in links(running) if "tracking" in page]
    assert asked == [f"run={run_id}"]
