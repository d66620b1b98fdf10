"""Which rules a plan breaks, each in a sentence with names and figures; one room a subject."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain

from planner.evaluate.form import form_faults
from planner.evaluate.rules import (
    assignment,
    branches,
    capacity,
    duplicates,
    floors,
    locks,
    money,
    standards,
)
from planner.plan import Plan
from planner.problem import PlanningProblem

LISTED = 20

Check = Callable[[PlanningProblem, Plan], Iterator[str]]


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule: a short key, and the sentence a reader gets."""

    rule: str
    text: str


def violations(problem: PlanningProblem, plan: Plan) -> tuple[Violation, ...]:
    """Everything a plan breaks; of each rule at most 20 cases are told, the rest counted.

    A plan that cannot be read (shapes, positions, shares that are no numbers) is told as such
    and not looked at further.
    """
    broken = [Violation("form", text) for text in form_faults(problem, plan)]
    if broken:
        return tuple(broken)
    for rule, check in chain.from_iterable(room.CHECKS for room in ROOMS):
        texts = list(check(problem, plan))
        broken.extend(Violation(rule, text) for text in texts[:LISTED])
        if len(texts) > LISTED:
            more = f"... and {len(texts) - LISTED:,} more like the {LISTED} above."
            broken.append(Violation(rule, more))
    return tuple(broken)


# In the order in which they are told.
ROOMS = (assignment, branches, locks, money, floors, capacity, standards, duplicates)
