"""Each uncertain figure of a network at its ends, asked once."""

from __future__ import annotations

import streamlit as st

from planner.insight.effort import Effort
from planner.insight.uncertain import Kept, Tornado, one_at_a_time
from planner.optimize import Limits
from planner.present.subjects import Subject

SECONDS = 120.0
GAP = 0.001


def tornado(subject: Subject) -> Tornado:
    """Each figure at its ends, asked once."""
    found: Tornado = _kept_tornado(subject.id, subject)
    return found


def _tornado(name: str, _subject: Subject) -> Tornado:
    del name
    kept = Kept(_subject.pack, _subject.scenario, _subject.plan)
    return one_at_a_time(kept, effort=Effort(Limits(SECONDS, GAP)))


_kept_tornado = st.cache_resource(_tornado, show_spinner=False, max_entries=20)
