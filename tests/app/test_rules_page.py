"""The form of rules on the Plan page: fields set the scenario, and every step can be undone."""

import html
import tomllib

import pytest
import streamlit as st
from insight.uncertain_case import two_places

from planner.present.saved import rules_draft, saved
from planner.runs import jobs
from planner.scenario import parse_scenario
from tests.app.conftest import everything
from tests.app.test_flow import finished
from tests.command_line import run


def said(running):
    return html.unescape(everything(running)).replace("\\", "")


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A pack of two places, so that a page is quick."""
    st.cache_resource.clear()
    folder = two_places(tmp_path / "pack").folder
    monkeypatch.setenv("UGATUZI_PACK", str(folder))
    return folder


def fine(running):
    assert not running.exception
    assert not running.error
    return running


def press(running, key):
    return fine(running.button(key=key).click().run())


def draft(running):
    return running.session_state["plan.draft"]


def test_a_change_is_marked_set_back_undone_and_done_again(app, small):
    running = fine(app("plan"))
    assert "A ready scenario" in said(running)
    fine(running.number_input(key="plan.annual_m").set_value(450.5).run())
    assert draft(running).rules.annual_kes.max == 450_500_000
    assert "Yearly budget: not set → KES 450,500,000" in said(running).replace("\xa0", " ")
    press(running, "back-annual_m")
    assert draft(running).rules.annual_kes.max is None
    assert running.number_input(key="plan.annual_m").value is None
    press(running, "saved-undo")
    assert running.number_input(key="plan.annual_m").value == 450.5
    press(running, "saved-undo")
    assert draft(running).rules.annual_kes.max is None
    assert running.button(key="saved-undo").disabled
    press(running, "saved-redo")
    assert draft(running).rules.annual_kes.max == 450_500_000


def test_fields_follow_one_another(app, small):
    running = fine(app("plan"))
    fine(running.selectbox(key="plan.count_rule").set_value("exactly").run())
    assert running.number_input(key="plan.count_min").disabled
    fine(running.number_input(key="plan.count").set_value(2).run())
    fine(running.selectbox(key="plan.count_rule").set_value("any").run())
    assert running.number_input(key="plan.count").disabled
    fine(running.slider(key="plan.tail_share").set_value(50.0).run())
    assert not running.slider(key="plan.tail_beta").disabled
    assert "50 % of the weight is on the 10 %" in said(running).replace("\xa0", " ")
    fine(running.selectbox(key="plan.duplicates").set_value("forbid").run())
    fine(running.radio(key="plan.separation_by").set_value("km").run())
    fine(running.number_input(key="plan.separation").set_value(35.0).run())
    rules = draft(running)
    assert (rules.duplicates.rule, rules.duplicates.separation_km) == ("forbid", 35)
    assert rules.objective.tail_share == 0.5


def test_faults_of_a_rule_on_the_pack_are_told_before_a_search(app, small):
    running = fine(app("plan"))
    fine(running.radio(key="plan.capacity").set_value("hard").run())
    assert "rules.capacity" in said(running)
    press(running, "back-capacity")
    assert "rules.capacity" not in said(running)


def test_the_rules_as_text_are_used_or_every_fault_is_told(app, small):
    running = fine(app("plan"))
    text = running.text_area(key="plan.toml").value
    assert tomllib.loads(text)["rules"]["existing"] == draft(running).rules.existing
    running.text_area(key="plan.toml").set_value(
        'name = "Text"\npack = "here"\n[rules]\nbranchs = 1\nexisting = "gone"\n'
        "[demand]\nyear = 1\n"
    )
    press(running, "rules-apply")
    assert "2 faults" in said(running)
    assert "rules.branchs" in said(running)
    assert draft(running).name != "Text"
    rules = '\n[rules]\nformats = "off"\n[[phases]]\nname = "First"\nbranches = { max = 1 }\n'
    running.text_area(key="plan.toml").set_value('name = "Text"\npack = "here"\n' + rules)
    press(running, "rules-apply")
    assert "faults" not in said(running)
    assert (draft(running).name, draft(running).phases[0].name) == ("Text", "First")
    assert draft(running).pack == str(small)
    press(running, "saved-undo")
    assert draft(running).phases == ()


def test_a_file_opens_as_a_scenario_that_is_not_saved(app, small):
    running = fine(app("plan"))
    fine(running.number_input(key="plan.annual_m").set_value(5.0).run())
    content = 'name = "Mine"\npack = "elsewhere"\n[rules]\nbranches = { max = 1 }\n'
    running.get("file_uploader")
    running.file_uploader(key="rules.file.0").set_value(
        ("my rules.toml", content.encode("utf-8-sig"), "application/toml")
    )
    fine(running.run())
    assert running.text_input(key="plan.name").value == "Mine"
    assert running.number_input(key="plan.count").value == 1
    assert running.button(key="saved-undo").disabled
    press(running, "saved-left")
    assert running.number_input(key="plan.annual_m").value == 5.0
    running.file_uploader(key="rules.file.1").set_value(("x.toml", b"\xff\xfe", "application/toml"))
    fine(running.run())
    assert "not UTF-8" in said(running)


def test_the_downloaded_file_gives_the_same_plan_on_the_command_line(app, small, tmp_path, capsys):
    running = fine(app("plan"))
    fine(running.selectbox(key="plan.count_rule").set_value("most").run())
    fine(running.number_input(key="plan.count").set_value(1).run())
    (download,) = running.get("download_button")
    assert download is not None
    from planner.present.rules.rules_text import file_name
    from planner.scenario import scenario_toml

    rules = draft(running)
    file = tmp_path / file_name(rules.name)
    file.write_text(scenario_toml(rules))
    press(running, "plan-run")
    (job,) = jobs.recent()
    kept = finished(job.id).kept
    assert run(capsys, "solve", str(file), "--out", str(tmp_path / "out"))[0] == 0
    from planner.present.kept_store import store
    from planner.runs import read_run

    mine, theirs = store().runs.open(kept.id), read_run(tmp_path / "out")
    assert mine.problem.fingerprint == theirs.problem.fingerprint
    assert mine.report.plan.is_open.tolist() == theirs.report.plan.is_open.tolist()
    assert parse_scenario(file.read_text()).rules == rules.rules


def test_another_part_of_the_app_changes_keys_with_undo(app, small, monkeypatch):
    running = fine(app("plan"))
    state = {name: running.session_state[name] for name in ("plan.draft", "plan.back", "plan.base")}
    monkeypatch.setattr(st, "session_state", state)
    assert saved.change({"rules.branches.max": 1, "duplicates.rule": "allow"})
    assert rules_draft.now().rules.branches.max == 1
    assert not saved.change({"rules.branches.min": 5})  # more than the most
    assert rules_draft.now().rules.branches.min is None
    saved.undo()
    assert rules_draft.now().rules.branches.max is None
