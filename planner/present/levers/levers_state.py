"""What the page on the next shilling has asked already, kept by run for all who look at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import streamlit as st

from planner.demand.voices import hear
from planner.insight.effort import Effort
from planner.insight.levers.answer import Answer, answer_of, offer_of
from planner.insight.levers.ground import ground_of
from planner.insight.levers.menu import Menu
from planner.insight.levers.packages import Point, spend
from planner.insight.remedies import BranchRemedies, remedies
from planner.optimize import Limits
from planner.present.levers.levers_budget import PARTS
from planner.runs.reading import StoredRun

SECONDS = 120.0  # for one button
GAP = 0.001
NEXT = 0.1  # the next money is a tenth of the budget


@dataclass(frozen=True, slots=True, eq=False)
class Reckoned:
    """The ranking of a run's levers, and what one budget may buy."""

    answer: Answer
    menu: Menu


def reckoned(run: StoredRun, knowledge: float) -> Reckoned:
    """The levers of a run with a plan, reckoned once."""
    found: Reckoned = _kept(run.id, knowledge, run)
    return found


def _reckon(name: str, knowledge: float, _run: StoredRun) -> Reckoned:
    del name
    ground = ground_of(_run.pack, _run.scenario, _run.report, knowledge)
    answer = answer_of(ground, Effort(Limits(SECONDS, GAP)))
    return Reckoned(answer, offer_of(answer))


_kept = st.cache_resource(_reckon, show_spinner=False, max_entries=12)


def cures(run: StoredRun, knowledge: float, day: date) -> tuple[BranchRemedies, ...]:
    """The flagged branches of a run's pack with their remedies, seen from a day."""
    found: tuple[BranchRemedies, ...] = _kept_cures(
        run.id, knowledge, day, reckoned(run, knowledge)
    )
    return found


def _cures(name: str, knowledge: float, day: date, _from: Reckoned) -> tuple[BranchRemedies, ...]:
    del name, knowledge
    ground = _from.answer.ground
    return remedies(ground, hear(ground.pack, day))


_kept_cures = st.cache_resource(_cures, show_spinner=False, max_entries=12)


def frontier(run: StoredRun, knowledge: float, money: float) -> tuple[Point, ...]:
    """The best packages at parts of a budget, found once; the fourth is the budget itself."""
    found: tuple[Point, ...] = _kept_points(run.id, knowledge, money, reckoned(run, knowledge))
    return found


def _points(name: str, knowledge: float, money: float, _from: Reckoned) -> tuple[Point, ...]:
    del name, knowledge
    budgets = tuple(part * money for part in PARTS)
    return spend(_from.menu, budgets, Limits(SECONDS, GAP), more=NEXT * money)


_kept_points = st.cache_resource(_points, show_spinner=False, max_entries=40)
