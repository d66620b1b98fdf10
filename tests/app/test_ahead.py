"""What is worked out ahead is what pages would work out, and what is wrong is left to them."""

import pytest
import streamlit as st

from planner.errors import PlannerError
from planner.present import ahead, server, session, subjects
from planner.present.demand import comes
from planner.present.reach import reach
from tests.runs.cases import write_pack


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    monkeypatch.setenv("UGATUZI_PACK", str(write_pack(tmp_path / "tiny")))
    st.cache_resource.clear()
    yield tmp_path / "tiny"
    st.cache_resource.clear()


def test_pages_find_it_done(tiny, monkeypatch):
    waits = []
    ahead.look_ahead(lambda: waits.append(1))
    assert len(waits) == 6

    def again(*_):
        raise AssertionError("worked out twice")

    monkeypatch.setattr(reach, "reach", again)
    monkeypatch.setattr(comes, "who_comes", again)
    monkeypatch.setattr(comes, "tie_outs", again)
    case = session.case()
    subject = subjects.subject_of(case, "today", {})
    assert reach.worked_out(subject, list(reach.FIRST), None).branches
    assert comes.side_by_side(subject, comes.KNOWLEDGE)
    assert comes.fitted(case) is not None


def test_the_server_makes_ready_without_anybody_there(tiny, monkeypatch):
    monkeypatch.setattr(server, "_FIRST_PAGE_SECONDS", 0.0)
    monkeypatch.setattr(server, "_IDLE_SHARE", 1000.0)
    server.make_ready()
    assert session.case().networks


def test_a_pack_with_faults_is_left_to_the_pages(tiny, monkeypatch):
    (tiny / "sites.csv").write_text("nothing", encoding="utf-8")
    monkeypatch.setattr(server, "_FIRST_PAGE_SECONDS", 0.0)
    server.make_ready()
    with pytest.raises(PlannerError):
        session.case()
