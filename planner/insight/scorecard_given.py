"""What the scorecard says of any network: of the pack, and of what was said and recorded."""

from __future__ import annotations

from datetime import date

import numpy as np

from planner.demand.account import able_online
from planner.demand.flags import state_of
from planner.demand.journeys import count_journey
from planner.demand.records import branch_records
from planner.demand.segments import area_of_points
from planner.demand.voices import Heard
from planner.evaluate.means import mean
from planner.pack.types import Pack
from planner.problem import PlanningProblem

Values = dict[str, float | None]


def pack_values(pack: Pack, problem: PlanningProblem) -> Values:
    """Parts that the pack decides whatever the network is."""
    return {
        "integration.asked_twice": _asked_twice(pack),
        "choice.channels": _channels_known(pack, problem),
        "choice.can_be_online": _can_be_online(pack, problem),
    }


def heard_values(pack: Pack, heard: Heard, today: date) -> Values:
    """Parts that only people's answers, audits and records can give: of today alone."""
    rated = heard.weighted or heard.everybody
    actions = pack.voices.actions
    states = [state_of(each, today) for each in actions]
    audits = [each.latest.share for each in heard.audits]
    spoken = heard.answers or pack.voices.audits
    return {
        "engagement.respondents": float(heard.respondents) if heard.answers else None,
        "engagement.participation": float(heard.comments) if heard.comments else None,
        "engagement.importance": (
            len(heard.importance) / len(pack.services)
            if heard.importance and pack.services
            else None
        ),
        "engagement.actions_closed": (
            sum(state in ("done", "measured") for state in states) / len(states) if states else None
        ),
        "responsiveness.flags": float(len(heard.flags)) if spoken else None,
        "responsiveness.overdue": float(states.count("overdue")) if states else None,
        "experience.rating": None if rated is None else rated.mean,
        "experience.rating_low": None if rated is None else rated.low,
        "experience.rating_high": None if rated is None else rated.high,
        "experience.audit": sum(audits) / len(audits) if audits else None,
        **_recorded(pack),
    }


# -- of the pack ---------------------------------------------------------------------------


def _asked_twice(pack: Pack) -> float | None:
    if not pack.journeys:
        return None
    counts = [count_journey(journey) for journey in pack.journeys]
    return float(sum(len(each.asked_twice) + len(each.given_back) for each in counts))


def _channels_known(pack: Pack, problem: PlanningProblem) -> float | None:
    """Channels by which a visit's step can be done, as its journeys say, weighted by visits."""
    found = [
        (len(step.channels), float(problem.visits[:, _kind(problem, step.visit_type)].sum()))
        for journey in pack.journeys
        for step in journey.steps
        if step.visit_type and not step.same_visit_as
    ]
    return mean(np.array([n for n, _ in found], dtype=float), np.array([v for _, v in found]))


def _kind(problem: PlanningProblem, visit_type: str) -> int:
    return problem.visit_type_ids.index(visit_type)


def _can_be_online(pack: Pack, problem: PlanningProblem) -> float | None:
    """Share of the visits that need no presence, of people who can be online."""
    alternatives = pack.customers.alternatives
    figures = [alternatives.get(kind.id) for kind in pack.visit_types]
    remote = [None if each is None else each.remote for each in figures]
    if pack.customers.online is None or all(each is None for each in remote):
        return None
    shares = np.array([0.0 if each is None else each.value for each in remote])
    able = able_online(pack)[area_of_points(pack)]
    total = float(problem.visits.sum())
    return float((problem.visits * able[:, None] * shares).sum()) / total if total > 0 else None


# -- of the records ------------------------------------------------------------------------


def _recorded(pack: Pack) -> Values:
    found = [each.total for each in branch_records(pack)]

    def over(name: str) -> float | None:
        known = [
            (value, each.served)
            for each in found
            if (value := getattr(each.quality, name)) is not None
        ]
        return mean(np.array([v for v, _ in known]), np.array([n for _, n in known]))

    return {
        "speed.right_first_time": over("right_first_time"),
        "speed.recorded_wait_min": over("wait_min"),
        "responsiveness.turned_away": over("turned_away"),
    }
