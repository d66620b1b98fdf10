"""Journeys on a network as values: doors, door to door and one stop, today and in a plan."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from planner.demand.account import assisted_points
from planner.demand.journeys import count_journey
from planner.evaluate import todays_network
from planner.evaluate.doors import NoWrongDoor, OneStop, no_wrong_door, one_stop, one_stop_share
from planner.evaluate.flows import Floats
from planner.evaluate.journeys import DoorToDoor, door_to_door, peak_waits, return_trip_kes
from planner.plan import Plan
from planner.present.cards import Card, Tone
from planner.present.travel import part_text
from planner.present.view import View
from planner.present.words import Words


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """What one network makes of the pack's journeys."""

    plan: Plan
    doors: NoWrongDoor
    cases: tuple[DoorToDoor, ...]
    branches: tuple[OneStop, ...]

    def case(self, journey: str) -> DoorToDoor | None:
        """Door to door of a journey, None where it needs no visit."""
        return next((each for each in self.cases if each.journey.id == journey), None)


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """The network that is shown, and today's beside it where that is another one."""

    shown: Judged
    today: Judged | None


def beside(view: View, plan: Plan, *, is_today: bool) -> Beside:
    """Judges a network and today's, on the problem that the view shows.

    Args:
        view: The pack and the problem of the network.
        plan: The network.
        is_today: Whether the network is today's, so that nothing stands beside it.
    """
    today = None if is_today else todays_network(view.problem)
    kes = return_trip_kes(view.pack, view.problem)
    return Beside(_judged(view, plan, kes), None if today is None else _judged(view, today, kes))


def _judged(view: View, plan: Plan, kes: Floats) -> Judged:
    problem, pack = view.problem, view.pack
    waits = peak_waits(problem, plan, pack)
    cases = door_to_door(problem, plan, pack, trip_kes=kes, peak_wait_min=waits)
    return Judged(plan, no_wrong_door(problem, plan, pack), cases, one_stop(problem, plan))


# -- sentences and figures -----------------------------------------------------------------


def summary(view: View, both: Beside) -> str:
    """What share of the journeys can start at the nearest branch, and where fewest can."""
    w, doors = view.words, both.shown.doors
    if doors.by_cases is None:
        return w("journeys.no_cases")
    told = [w("journeys.starts", n=w.count(doors.area_cases.sum()), share=w.share(doors.by_cases))]
    if both.today is not None:
        told.append(w("journeys.starts_today", share=w.share(both.today.doors.by_cases)))
    if doors.at_contact is not None:
        points = int(assisted_points(view.pack).sum())
        told.append(w("journeys.contact", n=points, share=w.share(doors.at_contact)))
    shares = doors.area_at_branch
    if np.isfinite(shares).any() and np.nanmin(shares) < 1:
        worst = int(np.nanargmin(shares))
        told.append(
            w("journeys.worst", area=view.area_name(worst), share=w.share(float(shares[worst])))
        )
    return " ".join(told)


def cards(view: View, both: Beside, journey: str) -> list[Card]:
    """Doors of all journeys, and time and money of the chosen one."""
    w, shown, today = view.words, both.shown, both.today
    before = None if today is None else today.doors
    found = [
        _share_card(view, "at_branch", shown.doors.by_cases, before.by_cases if before else None),
        _share_card(
            view,
            "one_stop",
            one_stop_share(shown.branches),
            None if today is None else one_stop_share(today.branches),
        ),
    ]
    if shown.doors.at_contact is not None:
        found.insert(
            1,
            _share_card(
                view,
                "at_contact",
                shown.doors.at_contact,
                before.at_contact if before else None,
            ),
        )
    case = shown.case(journey)
    if case is None or case.minutes is None or case.travel_kes is None:
        return found
    old = None if today is None else today.case(journey)
    parts = w("journeys.parts", travel=view.minutes(case.travel_min),
              counter=w.minutes(case.counter_min), own=w.minutes(case.own_min))  # fmt: skip
    moved = _change(view, w.minutes, case.minutes, old.minutes if old else None)
    error = part_text(w, view.problem.travel)
    found.append(Card(w("journeys.case_time"), w.minutes(case.minutes), parts, *moved, error))
    fees = w("journeys.beside_fees", fees=_fees(w, case.fees))
    moved = _change(view, w.money, case.travel_kes, old.travel_kes if old else None)
    found.append(Card(w("journeys.case_money"), w.money(case.travel_kes), fees, *moved))
    if case.not_completed >= 0.5:
        lost = w.count(case.not_completed)
        found.append(Card(w("journeys.not_completed"), lost, w("journeys.not_completed_note")))
    return found


def queues(view: View, both: Beside, journey: str) -> list[str]:
    """What queues of the peak hour add at most, and for whom that cannot be told."""
    w, case = view.words, both.shown.case(journey)
    if case is None or case.minutes is None:
        return []
    told = []
    if case.peak_wait_min is not None:
        told.append(w("journeys.peak_wait", wait=w.minutes(max(1.0, case.peak_wait_min))))
    if case.peak_endless:
        told.append(w("journeys.peak_endless", share=w.share(case.peak_endless)))
    if case.peak_unknown:
        told.append(w("journeys.peak_unknown", share=w.share(case.peak_unknown)))
    return told


def _share_card(view: View, name: str, share: float | None, before: float | None) -> Card:
    w = view.words
    moved = _change(view, w.share, share, before, is_more_better=True)
    return Card(w(f"journeys.{name}"), w.share(share), w(f"journeys.{name}_note"), *moved)


def _change(
    view: View,
    words: Callable[[float], str],
    value: float | None,
    before: float | None,
    *,
    is_more_better: bool = False,
) -> tuple[str, Tone]:
    """What it is today, and whether the change that can be read is for the better."""
    if value is None or before is None:
        return "", "same"
    change = view.words("journeys.was", v=words(before))
    if words(value) == words(before):
        return change, "same"
    return change, "better" if (value > before) == is_more_better else "worse"


# -- tables --------------------------------------------------------------------------------


def journey_table(view: View, both: Beside) -> pd.DataFrame:
    """Each journey that needs a visit: where it starts, and what a case takes."""
    w = view.words
    rows = []
    for at in both.shown.doors.journeys:
        row: dict[str, object] = {
            w("journeys.journey"): w.name(at.journey),
            w("journeys.starts_a_year"): round(at.starts),
        }
        now = _told(view, both.shown, at.journey.id)
        then = None if both.today is None else _told(view, both.today, at.journey.id)
        for name, value in now.items():
            if then is None:
                row[w(f"journeys.{name}")] = value
            else:
                row[w(f"journeys.{name}_then")] = then[name]
                row[w(f"journeys.{name}_now")] = value
        row[w("journeys.fees")] = _fees(w, count_journey(at.journey).fees)
        rows.append(row)
    return pd.DataFrame(rows)


def _fees(w: Words, fees: float | None) -> str:
    """Fees as far as they are known."""
    return w("journeys.fees_not_known") if fees is None else w.money(fees)


def _told(view: View, judged: Judged, journey: str) -> dict[str, str]:
    """A journey's start, time and money in one network."""
    w = view.words
    at = next(each for each in judged.doors.journeys if each.journey.id == journey)
    case = next(each for each in judged.cases if each.journey.id == journey)
    money = w.unit("none") if case.travel_kes is None else w.money(case.travel_kes)
    return {
        "at_branch": w.share(at.at_branch),
        "case_time": w.minutes(case.minutes),
        "case_money": money,
    }


def area_table(view: View, both: Beside, journey: str) -> pd.DataFrame:
    """Every area, those with the fewest starts at the nearest branch first: the map's data."""
    w, shown, today = view.words, both.shown, both.today
    case = shown.case(journey)
    rows = []
    for c in range(len(view.pack.areas)):
        row: dict[str, object] = {
            w("column.area"): view.area_name(c),
            w("journeys.cases_a_year"): round(float(shown.doors.area_cases[c])),
        }
        if today is not None:
            row[w("journeys.percent_today")] = _percent(today.doors.area_at_branch[c])
        row[w("journeys.percent_branch")] = _percent(shown.doors.area_at_branch[c])
        if shown.doors.at_contact is not None:
            row[w("journeys.percent_contact")] = _percent(shown.doors.area_at_contact[c])
        if case is not None:
            row[w("journeys.minutes_a_case")] = _whole(case.area_min[c])
            row[w("journeys.money_a_case")] = _whole(case.area_kes[c])
        rows.append(row)
    frame = pd.DataFrame(rows)
    return frame.sort_values(w("journeys.percent_branch"), kind="stable")


def stop_table(view: View, both: Beside) -> pd.DataFrame:
    """Each branch: what it can complete, and how much of what people near it need that is."""
    w = view.words
    kinds = view.pack.visit_types
    rows = [
        {
            w("column.branch"): view.site_name(each.site),
            w("journeys.completes"): w("journeys.n_of", n=len(each.kinds), of=len(kinds)),
            w("journeys.lacks"): "; ".join(
                w.name(kind) for b, kind in enumerate(kinds) if b not in each.kinds
            ),
            w("journeys.visits_near"): round(each.visits_near),
            w("journeys.index"): _percent(math.nan if each.share is None else each.share),
        }
        for each in both.shown.branches
    ]
    frame = pd.DataFrame(rows)
    return frame.sort_values(w("journeys.index"), kind="stable")


def _percent(share: float) -> float | None:
    return round(share * 100, 1) if math.isfinite(share) else None


def _whole(value: float) -> int | None:
    return round(value) if math.isfinite(value) else None
