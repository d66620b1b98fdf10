"""Audits that the server keeps: each is worked out once for a network and its thresholds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from planner.evaluate import score
from planner.insight.duplicates import (
    DuplicateAudit,
    Thresholds,
    audit_duplicates,
    thresholds_of,
)
from planner.insight.duplicates.thresholds import LIMITS
from planner.pack.types import Pack
from planner.present.subjects import Subject

KEY = "audit.thresholds"


def worked_out(subject: Subject, thresholds: Thresholds) -> DuplicateAudit:
    """A network's audit by some thresholds, worked out once.

    Raises:
        PlannerError: Travel is a matrix of costs alone.
    """
    named = replace(thresholds, wanted=frozenset())
    mark = f"{subject.id}:{named}:{sorted(thresholds.wanted)}"
    found: DuplicateAudit = _kept(mark, subject, thresholds)
    return found


def _work_out(key: str, _subject: Subject, _thresholds: Thresholds) -> DuplicateAudit:
    del key  # the name under which the answer is kept
    own = _subject
    judged = score(own.problem, own.plan)
    return audit_duplicates(own.problem, own.plan, judged, own.pack, _thresholds)


_kept = st.cache_resource(_work_out, show_spinner=False, max_entries=12)


def chosen(pack: Pack) -> Thresholds:
    """The thresholds that this visitor judges by: the pack's, with what was changed."""
    given: Mapping[str, Any] = st.session_state.get(KEY, {})
    return replace(thresholds_of(pack), **given)


def changed(pack: Pack) -> list[str]:
    """Names of the thresholds that differ from those to begin with."""
    own, now = thresholds_of(pack), chosen(pack)
    return [name for name in (*LIMITS, "head_office", "wanted") if _of(own, name) != _of(now, name)]


def _of(thresholds: Thresholds, name: str) -> object:
    return getattr(thresholds, name)
