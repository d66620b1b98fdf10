"""The pieces every part of the formulation is built of: choices, rows, and a watch on the time."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pulp

Terms = Sequence[tuple[Any, float]]
_SENSES = {"<=": pulp.LpConstraintLE, ">=": pulp.LpConstraintGE, "==": pulp.LpConstraintEQ}
_LOOK_EVERY = 1024  # rows between two looks at the clock


class OutOfTimeError(Exception):
    """The time ended while a model was being stated."""


@dataclass(frozen=True, slots=True, eq=False)
class Choices:
    """The variables that are a network.

    Attributes:
        y: Whether a site is open, (J,).
        taken: For each site its formats with y_jf; where only one is left, that is y_j itself.
        z: Whether a site offers a service, (J, S).
    """

    y: list[pulp.LpVariable]
    taken: list[dict[int, pulp.LpVariable]]
    z: list[list[pulp.LpVariable]]


class Rows:
    """A PuLP model that rows are added to as long as there is time."""

    def __init__(self, until: float) -> None:
        """Start a model; `until` is a moment of `time.monotonic`."""
        self.model = pulp.LpProblem("branches", pulp.LpMinimize)
        self._until = until
        self._count = 0

    def add(self, terms: Iterable[tuple[Any, float]], sense: str, limit: float, name: str) -> None:
        """Add a row; a variable may stand in `terms` once.

        Raises:
            OutOfTimeError: The time is over.
        """
        expression = pulp.LpAffineExpression(terms)
        self.model.addConstraint(pulp.LpConstraint(expression, _SENSES[sense], name, limit))
        self._count += 1
        if self._count % _LOOK_EVERY == 0 and time.monotonic() > self._until:
            raise OutOfTimeError

    def share(self, name: str, most: float = 1.0, *, whole: bool = False) -> pulp.LpVariable:
        """A variable between 0 and `most`."""
        kind = pulp.LpInteger if whole else pulp.LpContinuous
        return self.model.add_variable(name, 0, most, kind)


def is_chosen(variable: pulp.LpVariable) -> bool:
    """Whether a solver set a binary variable to 1, within its tolerance."""
    return (variable.varValue or 0.0) > 0.5
