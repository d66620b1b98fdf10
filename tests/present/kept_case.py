"""The tiny pack of `tests.runs.cases` as pages see it, with runs of it in a store of the test."""

import csv

import numpy as np
import pytest
import streamlit as st

from planner.evaluate import score, todays_network
from planner.pack import read_pack
from planner.present import session
from planner.present.kept_store import store
from planner.runs import write_run
from planner.scenario import build, scenario_from_dict
from tests.runs.cases import CREATED, answer, objective_of, plan_of, write_pack

TODAY = np.array([[0, 0], [0, 0], [1, 0], [1, 1]], dtype=np.bool_)
THREE = np.array([[0, 0], [1, 1], [1, 0], [1, 1]], dtype=np.bool_)
TWICE = np.array([[1, 1], [1, 1], [1, 1], [1, 1]], dtype=np.bool_)
CLOSING = np.array([[1, 0], [1, 1], [0, 0], [1, 0]], dtype=np.bool_)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """A visitor who has seen nothing yet, with a place of their own."""
    monkeypatch.setenv("UGATUZI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("UGATUZI_PACK", str(tmp_path / "tiny"))
    st.cache_resource.clear()
    st.cache_data.clear()
    st.session_state.clear()


def case_in(folder):
    """The pack, written below a folder, as the pages read it."""
    return session.case_of(write_pack(folder / "tiny"))


def keep(folder, name, offers, *, source="solve", minute=0, gap=0.01, duplicates=None, **rules):
    """A run with these offerings in the store: its id, and its folder."""
    pack = read_pack(folder / "tiny")
    asked = scenario_from_dict(
        {
            "name": name,
            "pack": str(folder / "tiny"),
            "rules": rules,
            "duplicates": duplicates or {},
        }
    )
    problem = build(pack, asked)
    plan = plan_of(problem, offers)
    found = objective_of(problem, plan)
    report = answer(
        pack, asked, problem=problem, plan=plan, objective=found, bound=found * (1 - gap), gap=gap
    )
    out = write_run(
        report,
        score(problem, plan),
        score(problem, todays_network(problem)),
        pack,
        asked,
        folder / f"run {name.encode().hex()[:40]} {minute}",
        created=CREATED.replace(minute=minute),
    )
    return store().runs.keep(out, pack=pack, source=source), out


def rows(folder, table):
    """The rows of a run's table."""
    with (folder / table).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
