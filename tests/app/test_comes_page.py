"""The page on who comes: the tie-out, the rules side by side, and what knowledge changes."""

import pytest

from planner.pack import find_pack, read_pack
from planner.present import held, session, subjects
from planner.present.demand import comes, held_chart
from planner.present.view import View
from planner.present.words import words
from tests.app.conftest import everything, maps
from tests.pack.tiny import write

NEAREST_MISSES = "misses 16.6 of 100 visits"


@pytest.fixture(scope="module")
def case():
    folder = find_pack("immigration")
    return session._read_case(str(folder), "")


def view_of(case, language="en"):
    return View(words(language).of_pack(case.pack), case.pack, case.problem)


@pytest.mark.parametrize("language", ["en", "sw"])
def test_the_page_runs(app, language):
    running = app("comes", lang=language)
    assert not running.exception
    assert not running.error
    assert running.title[0].value.startswith({"en": "Who comes", "sw": "Nani huja"}[language])
    assert "7,501" in everything(running)
    (given,) = maps(running)
    assert given["feature_group"].count('"over"') == 10


def test_the_verdict_stands_wherever_a_before_and_an_after_are(app):
    assert NEAREST_MISSES in everything(app("comes"))
    assert NEAREST_MISSES in everything(app())


def test_knowledge_empties_the_new_branches(app):
    running = app("comes")
    assert running.slider(key="comes.knowledge").disabled  # today nothing is new
    running.selectbox(key="comes.network").set_value("proposal").run()
    assert not running.slider(key="comes.knowledge").disabled
    running.slider(key="comes.knowledge").set_value(0).run()
    assert not running.exception
    (given,) = maps(running)
    assert given["feature_group"].count('"over"') == 24
    assert "Branches that stand idle: 15" in everything(running).replace("&#58;", ":")


def test_choices_stay_while_another_page_is_shown(app):
    running = app("comes")
    running.selectbox(key="comes.network").set_value("proposal").run()
    running.slider(key="comes.knowledge").set_value(0.4).run()
    running.button_group(key="comes.rule").set_value("nearest").run()
    running.switch_page("app_pages/records.py").run()
    running.switch_page("app_pages/comes.py").run()
    assert not running.exception
    assert running.selectbox(key="comes.network").value == "proposal"
    assert running.slider(key="comes.knowledge").value == 0.4
    assert running.button_group(key="comes.rule").value == "nearest"


@pytest.mark.parametrize("rule", ["assigned", "nearest", "huff"])
def test_every_rule(app, rule):
    running = app("comes")
    running.button_group(key="comes.rule").set_value(rule).run()
    assert not running.exception
    assert not running.error


def test_a_pack_without_counts_and_without_choice(app, tmp_path, monkeypatch):
    monkeypatch.setenv("UGATUZI_PACK", str(write(tmp_path / "pack")))
    running = app("comes")
    assert not running.exception
    assert "[station_counts]" in running.info[0].value
    assert list(running.button_group(key="comes.rule").options) == [
        "As the plan assigns", "The nearest branch",
    ]  # fmt: skip
    assert "The pack has no figures of choice" in everything(running).replace("\\", "")
    assert "not known whether they stand idle" in everything(running)  # no counter minutes here
    assert "Held against" not in everything(app())


def test_the_tie_out_in_words_and_as_a_table(case):
    view, (tie,) = view_of(case), comes.fitted(case)
    assert held.sentence(view, tie) == (
        "Held against 15,400 passports dispatched (2023-10-02): choosing the nearest branch misses "
        "16.6 of 100 visits; choosing by distance and attraction misses 4.7; the same, fitted to "
        "these very counts, 1.9. More than 5 of 100 is too much: branch loads by nearest choice "
        "are not to be trusted, least of all at Nyayo House (17 points too few)."
    )
    assert "pasipoti zilizotumwa" in held.sentence(view_of(case, "sw"), tie)
    frame = held.table(view, tie)
    first, last = ([str(each).replace("\xa0", " ") for each in frame.iloc[n]] for n in (0, -1))
    assert first[:4] == ["Nyayo House (Nairobi)", "7501", "48.7 %", "32.1 % (-16.6)"]
    assert last[3] == "16.6 %: does not agree"


def test_the_figures_say_where_they_come_from(case):
    frame = held.figures_table(view_of(case))
    assert frame.iloc[0]["Value"] == "0.01"
    assert (frame["Source"] != "").all()
    assert (frame["Mark"] != "").all()


def test_the_chart_says_units(case):
    chart = held_chart.chart(view_of(case), comes.fitted(case)[0]).to_dict()
    assert len(chart["datasets"][chart["data"]["name"]] if "data" in chart else next(
        iter(chart["datasets"].values())
    )) == 7 * 4  # fmt: skip
    titles = [layer["encoding"]["x"]["title"] for layer in chart["layer"]]
    assert titles == ["Share of all visits, %"] * 2


def test_side_by_side_tables_hold_every_branch(case):
    view = view_of(case)
    subject = subjects.subject_of(case, "proposal", {})
    found = comes.side_by_side(subject, 1.0)
    assert list(found) == ["assigned", "nearest", "huff"]
    branches = comes.branch_table(view, found, subject.plan)
    assert len(branches) == 24
    assert branches["Visits a year, nearest"].sum() == pytest.approx(
        case.problem.visits.sum(), abs=12
    )
    assert sum(", new" in name for name in branches["Branch"]) == 14
    queues = comes.queue_table(view, found["huff"])
    assert queues.iloc[0]["Branch"] == "Nyayo House (Nairobi)"
    assert queues.iloc[0]["Mean wait at the peak hour"].startswith("overflows")
    assert len(comes.rules_table(view, found).columns) == 4


def test_what_is_not_known_is_said(tmp_path):
    pack = read_pack(write(tmp_path / "pack"))
    found = session._read_case(str(pack.folder), "")
    view = view_of(found)
    subject = subjects.subject_of(found, "today", {})
    said = comes.remarks(view, comes.side_by_side(subject, 1.0), subject.plan)
    assert "The pack has no figures of choice by distance and attraction" in said[0]
    assert "no branch that people do not know yet" in said[1]
    assert any("Counter minutes are not given for: Card" in each for each in said)
