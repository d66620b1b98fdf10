"""A question with everything in the order of its ids, so that the order of rows decides nothing.

A search takes the first of several equally good steps. It is asked about the question in the order
of the ids, and its plans are told in the order of the pack.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from planner.optimize.network import is_plan_of
from planner.plan import Assignment, Incumbent, Known, Plan
from planner.problem import PlanningProblem, Rules, Standard

Order = NDArray[np.int64]
AXES: Mapping[str, str] = {
    "point_ids": "I", "site_ids": "J", "service_ids": "S", "visit_type_ids": "B",
    "area_codes": "C", "area_names": "C", "format_ids": "F", "division_ids": "D",
    "point_area": "I", "site_area": "J", "visits": "IB", "needs": "BS", "does": "BS",
    "minutes": "IJ", "km": "IJ", "impedance": "IJ", "trip_kes": "IJ",
    "site_km": "JJ", "site_min": "JJ", "separation_km": "SJJ", "separation_min": "SJJ",
    "near_km": "SI", "near_min": "SI", "standard_min": "S", "service_division": "S",
    "service_counter_min": "S", "existing": "J", "proposed": "J", "today": "JS",
    "branch_annual_kes": "JF", "capital_kes": "JF", "capacity_visits": "JF", "counters": "JF",
    "format_allowed": "JF", "format_services": "FS", "today_format": "J",
    "offering_annual_kes": "JS", "offering_capital_kes": "JS", "offering_closing_kes": "JS",
    "closing_kes": "J", "need_weight": "I",
}  # fmt: skip
"""What each axis of a problem's arrays stands for, with the letters of `PlanningProblem`."""
VALUES: Mapping[str, str] = {
    "point_area": "C", "site_area": "C", "today_format": "F", "service_division": "D",
}  # fmt: skip
"""Arrays that hold positions, of what; -1 for none."""
_IDS = {"I": "point_ids", "J": "site_ids", "S": "service_ids", "B": "visit_type_ids",
        "C": "area_codes", "F": "format_ids", "D": "division_ids"}  # fmt: skip
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, eq=False)
class ById:
    """A question in the order of its ids.

    Attributes:
        problem: The question.
        there: For each letter of an axis, where in the pack what now stands here was.
        here: For each letter of an axis, where now stands what was there in the pack.
    """

    problem: PlanningProblem
    there: Mapping[str, Order]
    here: Mapping[str, Order]

    def told(self, plan: Plan) -> Plan:
        """A plan of this question, in the pack's order."""
        return _turned(plan, self.here, self.there)

    def taken(self, plan: Plan) -> Plan:
        """A plan in the pack's order, as one of this question; as it is where it is of another."""
        if not is_plan_of(self.problem, plan):
            return plan
        points, visit_types = self.problem.visits.shape
        goes = plan.assignment
        if goes.point.max(initial=-1) >= points or goes.visit_type.max(initial=-1) >= visit_types:
            plan = replace(plan, assignment=_nobody())  # of other people: its network may still do
        return _turned(plan, self.there, self.here)

    def known(self, known: Known | None) -> Known | None:
        """What other questions hand on, for this one; prices are in the order of ids already."""
        return known and replace(known, plans=tuple(map(self.taken, known.plans)))

    def incumbent(self, found: Incumbent) -> Incumbent:
        """A plan of a search that goes on, in the pack's order."""
        return replace(found, plan=self.told(found.plan))


def by_id(problem: PlanningProblem) -> ById | None:
    """A question in the order of its ids; None where it stands so already."""
    there = {letter: _sorted(getattr(problem, name), letter) for letter, name in _IDS.items()}
    if all(_is_same(order) for order in there.values()):
        return None
    here = {letter: np.argsort(order) for letter, order in there.items()}
    changed: dict[str, Any] = {"rules": _rules(problem.rules, here)}
    once: dict[tuple[int, str], NDArray[Any]] = {}  # minutes may be the impedance too
    for name, axes in AXES.items():
        value = getattr(problem, name)
        if isinstance(value, np.ndarray):
            if (id(value), axes) not in once:
                once[id(value), axes] = _moved(value, [there[letter] for letter in axes])
            moved = once[id(value), axes]
            changed[name] = _renamed(moved, here[VALUES[name]]) if name in VALUES else moved
        elif value is not None:
            changed[name] = _in_order(value, there[axes])
    return ById(replace(problem, **changed), there, here)


def _sorted(ids: Sequence[str], letter: str) -> Order:
    """The positions in the order of the ids; the plain format stays the first."""
    first = 1 if letter == "F" else 0
    rest = sorted(range(first, len(ids)), key=lambda at: ids[at])
    return np.array([*range(first), *rest], dtype=np.int64)


def _is_same(order: Order) -> bool:
    return bool((order == np.arange(order.size)).all())


def _in_order(values: Sequence[_T], order: Order) -> tuple[_T, ...]:
    return tuple(values[at] for at in order.tolist())


def _moved(array: NDArray[Any], orders: Sequence[Order]) -> NDArray[Any]:
    """An array with each axis in its order; one that repeats along an axis takes no more room."""
    once = tuple(slice(1) if stride == 0 else slice(None) for stride in array.strides)
    moved = array[once]
    for axis, order in enumerate(orders):
        if moved.shape[axis] > 1 and not _is_same(order):
            moved = np.take(moved, order, axis=axis)
    return np.broadcast_to(moved, array.shape)


def _renamed(positions: NDArray[np.int64], here: Order) -> NDArray[np.int64]:
    """Positions as they are now called; -1 stays."""
    return np.append(here, -1)[positions]


def _rules(rules: Rules, here: Mapping[str, Order]) -> Rules:
    """The rules, with positions as they are now called."""
    area, site, service, format_, division = (here[letter].tolist() for letter in "CJSFD")

    def keyed(given: Mapping[int, int] | None, names: Sequence[int]) -> Mapping[int, int] | None:
        return None if given is None else {names[at]: value for at, value in given.items()}

    def standard(each: Standard) -> Standard:
        where = None if each.area is None else area[each.area]
        return replace(each, service=service[each.service], area=where)

    fixed = rules.locked_format
    return replace(
        rules,
        division_capital_max_kes=keyed(rules.division_capital_max_kes, division),
        division_annual_max_kes=keyed(rules.division_annual_max_kes, division),
        floor_areas=keyed(rules.floor_areas, area),
        floor_services=keyed(rules.floor_services, service),
        standards=tuple(map(standard, rules.standards)),
        locked_open=frozenset(site[j] for j in rules.locked_open),
        locked_closed=frozenset(site[j] for j in rules.locked_closed),
        locked_offered=frozenset((site[j], service[s]) for j, s in rules.locked_offered),
        locked_withheld=frozenset((site[j], service[s]) for j, s in rules.locked_withheld),
        locked_format=fixed and {site[j]: format_[f] for j, f in fixed.items()},
    )


def _nobody() -> Assignment:
    none = np.empty(0, dtype=np.int64)
    return Assignment(none, none, none, np.empty(0))


def _turned(plan: Plan, order: Mapping[str, Order], names: Mapping[str, Order]) -> Plan:
    """A plan with its sites in another order, and positions as they are called there."""
    goes = plan.assignment
    point, kind = names["I"][goes.point], names["B"][goes.visit_type]
    site = names["J"][goes.site]
    rows = np.lexsort((site, kind, point))
    assignment = Assignment(point[rows], kind[rows], site[rows], goes.share[rows])
    counters = plan.counters
    return Plan(
        is_open=_moved(plan.is_open, [order["J"]]),
        offers=_moved(plan.offers, [order["J"], order["S"]]),
        assignment=assignment,
        format=_renamed(_moved(plan.format, [order["J"]]), names["F"]),
        counters=None if counters is None else _moved(counters, [order["J"], order["S"]]),
    )
