"""Journeys as plain values for JSON: the catalogue, what is needless, and what a network makes."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from planner.demand.journeys import JourneyCount, ValueShare, asked_often, count_journey
from planner.evaluate import todays_network
from planner.evaluate.doors import no_wrong_door, one_stop, one_stop_share
from planner.evaluate.journeys import door_to_door, peak_waits, return_trip_kes
from planner.insight.channels_told import channels_told
from planner.pack.figures import Figure, Mark
from planner.pack.journey_types import Step
from planner.pack.types import Pack
from planner.plan import Plan
from planner.problem import PlanningProblem

Told = dict[str, Any]


def catalogue_told(pack: Pack, only: str | None = None) -> Told:
    """The pack's journeys, or one of them, and what several of them ask for."""
    chosen = [each for each in pack.journeys if only is None or each.id == only]
    counts = [count_journey(each, pack.customers.alternatives) for each in chosen]
    often = asked_often(pack.journeys)
    ids = {each.id for each in chosen}
    return {
        "currency": pack.currency,
        "channels": channels_told(pack, only),
        "journeys": [_journey(count) for count in counts],
        "asked_in_several_journeys": [
            {
                "paper": each.paper.id,
                "name": each.paper.name,
                "is_fact": each.paper.is_fact,
                "journeys": [journey.id for journey in each.journeys],
                "agencies": list(each.agencies),
                "times": each.times,
            }
            for each in often
            if ids & {journey.id for journey in each.journeys}
        ],
    }


def networks_told(
    problem: PlanningProblem, plan: Plan, pack: Pack, only: str | None = None
) -> Told:
    """Doors, time and money of today's network and of a plan.

    Args:
        problem: The problem that the plan answers.
        plan: The plan.
        pack: Its pack.
        only: One journey; all when left out.
    """
    today = todays_network(problem)
    networks = {} if today is None else {"today": today}
    networks["plan"] = plan
    return {name: _network(problem, each, pack, only) for name, each in networks.items()}


def _network(problem: PlanningProblem, plan: Plan, pack: Pack, only: str | None) -> Told:
    doors = no_wrong_door(problem, plan, pack)
    branches = one_stop(problem, plan)
    kes = return_trip_kes(pack, problem)
    waits = peak_waits(problem, plan, pack)
    judged = door_to_door(problem, plan, pack, trip_kes=kes, peak_wait_min=waits)
    cases = {each.journey.id: each for each in judged}
    return {
        "starts_at_nearest_branch_by_cases": doors.by_cases,
        "starts_at_nearest_branch_by_visits": doors.by_visits,
        "starts_at_nearest_contact_by_cases": doors.at_contact,
        "nearest_branch_completes_visits": one_stop_share(branches),
        "journeys": [
            {
                "journey": each.journey.id,
                "name": each.journey.name,
                "starts_a_year": each.starts,
                "starts_are": "cases" if each.is_cases else "visits",
                "at_nearest_branch": each.at_branch,
                "at_nearest_contact": each.at_contact,
                "completed_a_year": case.cases,
                "not_completed_a_year": case.not_completed,
                "minutes": case.minutes,
                "travel_min": case.travel_min,
                "counter_min": case.counter_min,
                "own_min": case.own_min,
                "peak_hour_wait_min": case.peak_wait_min,
                "peak_hour_endless_share": case.peak_endless,
                "peak_hour_unknown_share": case.peak_unknown,
                "travel_cost": case.travel_kes,
                "own_minutes_unknown": count.minutes_unknown,
                "fees": case.fees,
                "fees_unknown": count.fees_unknown,
            }
            for each in doors.journeys
            if only is None or each.journey.id == only
            for case, count in ((cases[each.journey.id], count_journey(each.journey)),)
        ],
        "areas": [
            {
                "area": code,
                "cases_a_year": float(doors.area_cases[c]),
                "at_nearest_branch": _known(doors.area_at_branch[c]),
                "at_nearest_contact": _known(doors.area_at_contact[c]),
                "minutes": {
                    name: _known(case.area_min[c])
                    for name, case in cases.items()
                    if only is None or name == only
                },
            }
            for c, code in enumerate(problem.area_codes)
        ],
        "branches": [
            {
                "site": problem.site_ids[each.site],
                "visit_types": [problem.visit_type_ids[b] for b in each.kinds],
                "of": len(problem.visit_type_ids),
                "visits_near_a_year": each.visits_near,
                "one_stop_share": each.share,
            }
            for each in branches
        ],
    }


def _journey(count: JourneyCount) -> Told:
    journey = count.journey
    low, mode, high = count.minutes or (None, None, None)
    return {
        "id": journey.id,
        "name": journey.name,
        "customer": journey.customer,
        "division": journey.division,
        "cases_of": journey.cases_of,
        "standard_days": journey.standard_days,
        **_mark(journey.mark),
        "agencies": list(count.agencies),
        "visits": count.visits,
        "visits_spared": count.visits_spared,
        "steps_in_person": count.in_person,
        "steps_elsewhere": count.elsewhere,
        "steps_in_the_same_visit": count.same_visit,
        "steps_remote": count.remote,
        "own_minutes": {"low": low, "mode": mode, "high": high, "unknown": count.minutes_unknown},
        "fees": count.fees,
        "fees_unknown": count.fees_unknown,
        "steps_adding_value": _share(count.steps_adding),
        "minutes_adding_value": _share(count.minutes_adding),
        "must_be_there_first": [
            {
                "paper": each.paper.id,
                "name": each.paper.name,
                "issuer": each.paper.agency,
                "from_another_agency": each.is_foreign,
                "steps": _ids(each.steps),
            }
            for each in count.brought
        ],
        "asked_twice": [
            {
                "paper": each.paper.id,
                "name": each.paper.name,
                "steps": _ids(each.steps),
                "within_agencies": list(each.within),
                "over_agencies": list(each.over),
                "confidence": each.mark,
            }
            for each in count.asked_twice
        ],
        "given_and_asked_back": [
            {
                "paper": each.paper.id,
                "name": each.paper.name,
                "given_in": each.given.id,
                "asked_in": each.asked.id,
            }
            for each in count.given_back
        ],
        "could_be_remote": [
            {
                "steps": _ids(each.steps),
                "names": [step.name for step in each.steps],
                "visits_spared": each.visits,
                "share": None if each.share is None else _figure(each.share),
            }
            for each in count.could_be_remote
        ],
        "papers": [
            {"id": paper.id, "name": paper.name, "issuer": paper.agency, "is_fact": paper.is_fact}
            for paper in journey.papers
        ],
        "steps": [_step(step) for step in journey.steps],
    }


def _step(step: Step) -> Told:
    return {
        "id": step.id,
        "name": step.name,
        "agency": step.agency,
        "channels": list(step.channels),
        "visit_type": step.visit_type,
        "visits": step.visits,
        "same_visit_as": step.same_visit_as,
        "kinds": list(step.kinds),
        "presence": step.presence,
        "minutes": None if step.minutes is None else _figure(step.minutes),
        "fee": step.fee_kes,
        "adds_value": step.adds_value,
        "asks": list(step.asks),
        "gives": list(step.gives),
        **_mark(step.mark),
    }


def _figure(figure: Figure) -> Told:
    return {
        "low": figure.low,
        "mode": figure.value,
        "high": figure.high,
        "unit": figure.unit,
        **_mark(figure.mark),
    }


def _mark(mark: Mark) -> Told:
    return {"source": mark.source, "confidence": mark.confidence, "note": mark.note}


def _share(value: ValueShare) -> Told:
    return {
        "adding": value.adding,
        "of": value.of,
        "share": value.share,
        "steps_not_judged": value.not_judged,
    }


def _ids(steps: Iterable[Step]) -> list[str]:
    return [step.id for step in steps]


def _known(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
