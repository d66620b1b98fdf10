"""What was asked already of uncertain figures, kept by run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import streamlit as st

from planner.insight.assumptions import Assumption
from planner.insight.effort import Effort
from planner.insight.resolved import Question, Resolved, questions_of, resolve
from planner.insight.sampled import Samples, sampled
from planner.insight.uncertain import Kept, Tornado, one_at_a_time
from planner.optimize import Limits
from planner.plan import Progress, SolveReport
from planner.present.subjects import Subject

SECONDS = 120.0  # for one button
STEP_SECONDS = 30.0  # for one end of one figure
GAP = 0.001


@dataclass(slots=True)
class Steps:
    """The questions of a run that are solved one by one; the answers by place."""

    questions: tuple[Question, ...]
    answers: dict[int, Resolved] = field(default_factory=dict)

    @property
    def next(self) -> int | None:
        """The first question without an answer."""
        return next((k for k in range(len(self.questions)) if k not in self.answers), None)


def tornado(subject: Subject) -> Tornado:
    """Each figure at its ends, asked once."""
    found: Tornado = _kept_tornado(subject.id, subject)
    return found


def _tornado(name: str, _subject: Subject) -> Tornado:
    del name
    return one_at_a_time(_kept(_subject), effort=Effort(Limits(SECONDS, GAP)))


_kept_tornado = st.cache_resource(_tornado, show_spinner=False, max_entries=20)


def samples(
    subject: Subject,
    figures: tuple[Assumption, ...],
    count: int,
    on_progress: Callable[[Progress], None],
) -> Samples:
    """Draws of all figures together."""
    effort = Effort(Limits(SECONDS, GAP), 1, on_progress)
    return sampled(
        _kept(subject),
        figures,
        effort=effort,
        count=count,
        seed=1,
    )


def steps(subject: Subject, report: SolveReport, figures: tuple[Assumption, ...]) -> Steps:
    """The questions of a run with the answers so far; kept for all who look at the run."""
    found: Steps = _kept_steps(subject.id, subject, report, figures)
    return found


def _steps(
    name: str, _subject: Subject, _report: SolveReport, _figures: tuple[Assumption, ...]
) -> Steps:
    del name
    return Steps(questions_of(_report, _subject.pack, _subject.scenario, _figures))


_kept_steps = st.cache_resource(_steps, show_spinner=False, max_entries=20)


def step(subject: Subject, report: SolveReport, asked: Steps) -> None:
    """Solve the next question and keep its answer."""
    at = asked.next
    if at is not None:
        gap = subject.scenario.solve.gap
        effort = Effort(Limits(min(STEP_SECONDS, subject.scenario.solve.time_limit_s), gap))
        asked.answers[at] = resolve(
            report, subject.pack, subject.scenario, asked.questions[at], effort=effort
        )


def _kept(subject: Subject) -> Kept:
    return Kept(subject.pack, subject.scenario, subject.plan)
