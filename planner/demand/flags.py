"""Flags from ratings and audits, the evidence behind them, and what is due when."""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from planner.demand.audits import BranchAudit
from planner.demand.opinions import Mean
from planner.pack.voice_types import Action, Thresholds, Voices

Rule = Literal["rating", "audit"]
State = Literal["open", "overdue", "done", "measured"]
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Flag:
    """A branch below a threshold, and the rule that raised it.

    Attributes:
        value: What was found; `threshold` what it should reach.
        n: Respondents, or items of the latest audit.
        actions: The actions of the branch whose flag is this rule.
    """

    site: str
    rule: Rule
    value: float
    threshold: float
    n: int
    champion: str
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a branch, as one share: the weighted mean of the parts that are there.

    Attributes:
        opinion: (mean rating - low) / (high - low); None where nobody rated the branch.
        audit: Share of the points of the latest audit; None where there was none.
        weights: What each part that is there weighs; they sum to 1.
    """

    site: str
    score: float
    opinion: float | None
    audit: float | None
    weights: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Due:
    """Something to do at a branch by a day; `late` where that day is past.

    `day` is None for the first audit of a branch that never had one.
    """

    site: str
    what: Literal["audit", "action"]
    day: date | None
    late: bool
    action: Action | None = None


def raise_flags(
    voices: Voices, ratings: Mapping[str, Mean], audits: Sequence[BranchAudit]
) -> tuple[Flag, ...]:
    """Every branch whose mean rating (of enough people) or latest audit is below its threshold."""
    limits = voices.thresholds
    flags: list[Flag] = []

    def add(site: str, rule: Rule, value: float, threshold: float, n: int) -> None:
        taken = tuple(
            each for each in voices.actions if each.site == site and each.flag.casefold() == rule
        )
        flags.append(Flag(site, rule, value, threshold, n, voices.champions.get(site, ""), taken))

    for site, rating in ratings.items():
        enough = rating.n >= limits.least_respondents.value
        if enough and rating.mean < limits.mean_rating.value - _ROUNDING:
            add(site, "rating", rating.mean, limits.mean_rating.value, rating.n)
    for audit in audits:
        if audit.latest.share < limits.audit_share.value - _ROUNDING:
            latest = audit.latest
            add(audit.site, "audit", latest.share, limits.audit_share.value, latest.items)
    return tuple(flags)


def evidence(
    voices: Voices, ratings: Mapping[str, Mean], audits: Sequence[BranchAudit]
) -> tuple[Evidence, ...]:
    """The evidence score of each branch of which anything is known; what is missing is not 0."""
    low, high = voices.rating_low, voices.rating_high
    shares = {
        "opinion": {site: (each.mean - low) / (high - low) for site, each in ratings.items()},
        "audit": {each.site: each.latest.share for each in audits},
    }
    stated = _weights(voices.thresholds)
    told = []
    for site in dict.fromkeys([*shares["opinion"], *shares["audit"]]):
        there = {part: shares[part][site] for part in stated if site in shares[part]}
        whole = sum(stated[part] for part in there)
        if not whole:
            continue
        weights = {part: stated[part] / whole for part in there}
        score = sum(weights[part] * value for part, value in there.items())
        told.append(Evidence(site, score, there.get("opinion"), there.get("audit"), weights))
    return tuple(told)


def _weights(limits: Thresholds) -> dict[str, float]:
    return {"opinion": limits.opinion_weight.value, "audit": limits.audit_weight.value}


def state_of(action: Action, today: date) -> State:
    """Where an action stands on a day; an action without a due day is never overdue."""
    if action.done is not None and action.done <= today:
        return "done" if action.after is None else "measured"
    return "overdue" if action.due is not None and action.due < today else "open"


def change_of(action: Action) -> float | None:
    """What was measured after less what was measured before; None where either is missing."""
    if action.before is None or action.after is None:
        return None
    return action.after - action.before


def what_is_due(
    voices: Voices, audits: Sequence[BranchAudit], branches: Sequence[str], today: date
) -> tuple[Due, ...]:
    """The next audit of each branch and each action that is not done, the most urgent first.

    Args:
        voices: With its actions and how many months lie between audits.
        audits: Of any branches.
        branches: Those that should be audited: never audited, they are due at once.
        today: The day to look from.
    """
    months = int(voices.thresholds.audit_months.value)
    last = {each.site: each.latest.day for each in audits}
    due = []
    for site in dict.fromkeys([*branches, *last]):
        day = later(last[site], months) if site in last else None
        due.append(Due(site, "audit", day, day is None or day < today))
    due += [
        Due(each.site, "action", each.due, state_of(each, today) == "overdue", each)
        for each in voices.actions
        if state_of(each, today) in {"open", "overdue"}
    ]
    last_of_all = date.max
    return tuple(sorted(due, key=lambda each: (not each.late, each.day or last_of_all)))


def later(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
