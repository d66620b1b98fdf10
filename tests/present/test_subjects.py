"""Which plan a page begins with."""

from types import SimpleNamespace

import pytest

from planner.present import subjects

NONE, OLDER, OLDEST = (SimpleNamespace(kpis=kpis) for kpis in (None, {}, {}))


@pytest.fixture
def asked(monkeypatch):
    """What the address asks for, and what was seen last on this visit."""
    state = {}
    monkeypatch.setattr(subjects.st, "session_state", state)
    monkeypatch.setattr(subjects, "asked_for", lambda name, among: state.get(name))
    return state


def test_a_run_without_a_plan_is_no_first_choice(asked):
    runs = {"none": NONE, "older": OLDER, "oldest": OLDEST}
    assert subjects.first_of(runs, "none") == "older"
    assert subjects.first_of(runs, "oldest") == "oldest"
    assert subjects.first_of(runs, "today") == "today"
    assert subjects.first_of({"none": NONE}, "none") == "none"


def test_what_was_asked_for_or_seen_last_is_shown_with_or_without_a_plan(asked):
    runs = {"older": OLDER, "none": NONE}
    asked["plan.run"] = "none"
    assert subjects.first_of(runs, "older") == "none"
    asked["run"] = "older"
    assert subjects.first_of(runs, "none") == "older"
    asked.update({"run": "gone", "plan.run": "gone"})
    assert subjects.first_of(runs, "none") == "older"
