"""Scorecards that the server keeps: each is worked out once for a network and a day."""

from __future__ import annotations

from datetime import date

import streamlit as st

from planner.insight.scorecard import scorecard
from planner.insight.scorecard_types import Scorecard
from planner.present.subjects import Subject


def worked_out(subject: Subject, today: date) -> Scorecard:
    """A network's scorecard on a day, worked out once."""
    found: Scorecard = _kept(subject.id, today, subject)
    return found


def _work_out(key: str, today: date, _subject: Subject) -> Scorecard:
    del key  # the name under which the answer is kept
    own = _subject
    return scorecard(own.pack, own.scenario, own.plan, today=today, problem=own.problem)


_kept = st.cache_resource(_work_out, show_spinner=False, max_entries=8)
