"""What an explanation speaks of: the question, the part that clashes, and where it does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from planner.optimize.explain.arithmetic import out_of_reach
from planner.optimize.explain.groups import STANDARDS, with_rules
from planner.optimize.explain.proofs import Holds, can_hold
from planner.optimize.explain.watch import Watch
from planner.problem import PlanningProblem, Standard

Item = TypeVar("Item")
WHERE_SHARE = 0.5  # of what is left, for finding where the clash is


@dataclass(frozen=True, slots=True)
class Case:
    """A question without an answer, the part of it that already clashes, and the time.

    Attributes:
        problem: The question.
        clash: The question with only the rules that clash.
        core: The groups of these rules.
        areas: Areas whose floors clash already.
        watch: The time.
    """

    problem: PlanningProblem
    clash: PlanningProblem
    core: tuple[str, ...]
    areas: tuple[int, ...]
    watch: Watch

    @classmethod
    def of(
        cls,
        problem: PlanningProblem,
        clash: PlanningProblem,
        core: tuple[str, ...],
        watch: Watch,
    ) -> Case:
        """The case, with the areas whose floors are needed for the clash."""
        areas: tuple[int, ...] = ()
        if "rules.branches_per_area" in core:
            timed = watch.part(WHERE_SHARE)
            areas = smallest(
                range(len(problem.area_codes)),
                lambda fewer: can_hold(clash, timed, floor_areas=fewer) == "no",
            )
        return cls(problem, clash, core, areas, watch)

    def holds(self, **changes: object) -> Holds:
        """Whether a change of the rules makes a plan possible."""
        return can_hold(with_rules(self.problem, **changes), self.watch)

    def area(self, c: int) -> str:
        """What people call an area."""
        return (self.problem.area_names or self.problem.area_codes)[c]

    def kept_in_clash(self) -> tuple[int, ...]:
        """A smallest set of today's branches whose keeping clashes with the other rules."""
        closed = self.clash.rules.locked_closed
        kept = [j for j in np.flatnonzero(self.clash.existing).tolist() if j not in closed]
        timed = self.watch.part(WHERE_SHARE)
        return smallest(
            kept,
            lambda fewer: (
                can_hold(self.clash, timed, floor_areas=self.areas or None, kept=fewer) == "no"
            ),
        )

    def standards_in_clash(self, service: int) -> tuple[Standard, ...]:
        """A smallest set of a service's standards that clashes with the other rules.

        Where sums show standards that no site can keep, all of those.
        """
        own = [s for s in self.clash.rules.standards if s.service == service and s.is_hard]
        hopeless = tuple(out_of_reach(self.clash, own))
        if hopeless:
            return hopeless
        others = [each for each in self.clash.rules.standards if each.service != service]
        timed = self.watch.part(WHERE_SHARE)

        def still(fewer: tuple[Standard, ...]) -> bool:
            asked = with_rules(self.clash, standards=(*others, *fewer))
            return can_hold(asked, timed, floor_areas=self.areas or None) == "no"

        return smallest(own, still)

    def timed(self, share: float) -> Case:
        """The case with a part of the time that is left."""
        return replace(self, watch=self.watch.part(share))


def smallest(
    items: Sequence[Item], still_clash: Callable[[tuple[Item, ...]], bool]
) -> tuple[Item, ...]:
    """Drop items, many at a time and then one by one, as long as the rest still clash."""
    left = list(items)
    step = max(1, len(left) // 4)
    while step >= 1:
        position = 0
        while position < len(left):
            fewer = left[:position] + left[position + step :]
            if still_clash(tuple(fewer)):
                left = fewer
            else:
                position += step
        step //= 2
    return tuple(left)


def of_standards(group: str) -> bool:
    """Whether a group is the standards of a service."""
    return group.startswith(STANDARDS)
