"""What an answer is: a plan, the report of what is proved of it, what is known before. Types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from planner.problem import PlanningProblem

Status = Literal["optimal", "feasible", "infeasible", "unknown"]


@dataclass(frozen=True, slots=True, eq=False)
class Assignment:
    """Who goes where: parallel arrays of positions, and the share of the visits that go there."""

    point: NDArray[np.int64]
    visit_type: NDArray[np.int64]
    site: NDArray[np.int64]
    share: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """Which sites are open, in which format, what each offers, and who goes where.

    Attributes:
        is_open: Shape (J,).
        offers: Sites x services, shape (J, S).
        assignment: Who goes where.
        format: Format of each open site, shape (J,), -1 where closed; left out, every branch is
            plain (format 0).
        counters: Counters set aside for each service, shape (J, S), where the rules ask for
            counters by service; None otherwise.
    """

    is_open: NDArray[np.bool_]
    offers: NDArray[np.bool_]
    assignment: Assignment
    format: NDArray[np.int64] = None  # type: ignore[assignment]  # filled below
    counters: NDArray[np.int64] | None = None

    def __post_init__(self) -> None:
        """Without formats every open branch is plain."""
        given: object = self.format
        if given is None:
            plain = np.where(np.asarray(self.is_open, dtype=np.bool_), 0, -1).astype(np.int64)
            object.__setattr__(self, "format", plain)


CHANGES = (
    *("branches", "new", "budget"),
    *("floor", "floor_area", "floor_service"),
    *("capacity", "assignment", "mix", "existing"),
    *("share", "minutes"),
    *("cap", "price", "separation"),
    *("unlock", "close"),
)
"""The kinds of change of rules; `insight.mending` says which keys of a scenario each sets."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change of the rules that is known to make a plan possible, all else as it is.

    Attributes:
        what: The kind of change, one of `CHANGES`.
        values: What it speaks of, as plain values with ids: `to` is the new value.
    """

    what: str
    values: Mapping[str, str | float]


@dataclass(frozen=True, slots=True)
class Clash:
    """One of the rules that cannot hold together, in words, with the changes that would help.

    `changes` are those of the repair that are known to be enough, each by itself.
    """

    rule: str  # the scenario key, e.g. "rules.branches_per_area"
    text: str
    repair: str = ""
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Incumbent:
    """The best plan of a search that still goes on, by the optimiser's own count; not yet judged.

    `objective` and `bound` are in the problem's objective unit a year; `bound` is None where none
    is proved yet; `shortfall` is by how many visits a year the plan misses soft rules.
    """

    plan: Plan
    objective: float
    bound: float | None = None
    shortfall: float = 0.0


Prices = Mapping[str, NDArray[np.float64]]


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """What is known before a search, from other questions over the same sites and services.

    Attributes:
        plans: Plans of other questions, those of the most alike first. They need not keep this
            question's rules: each is checked anew, and left out where it breaks one. Only their
            branches, formats and offerings count; visits are assigned anew.
        bound: A lower bound of this question's objective that was proved elsewhere, in its unit a
            year; None for none. Not used where rules are soft.
        prices: Those of the most alike question's report, to begin from; any others are of no
            use, but no wrong answer comes of them.
    """

    plans: tuple[Plan, ...] = ()
    bound: float | None = None
    prices: Prices | None = None


@dataclass(frozen=True, slots=True)
class SolveReport:
    """One answer with its question: status, proved bound, and what it took.

    `objective` and `bound` are in the problem's objective unit a year; `gap` is
    (objective - bound) / objective, None when unknown, 0 when the objective is 0. `shortfall` is
    by how many visits a year the plan misses soft rules, and `shortfall_bound` the least that is
    proved to be missed; the bound of the objective holds for plans with no more shortfall.
    `prices` are what the bound charged for the question's rows, by kind: `Known` hands them on.
    """

    problem: PlanningProblem
    status: Status
    plan: Plan | None
    objective: float | None
    bound: float | None
    gap: float | None
    solver: str
    seconds: float
    seconds_by_stage: Mapping[str, float]
    peak_memory_mb: float
    shortfall: float = 0.0
    shortfall_bound: float = 0.0
    clashes: tuple[Clash, ...] = ()
    violations: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())
    prices: Prices | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Progress:
    """One sign of life of a running solve; `open_sites` are the incumbent's site ids."""

    seconds: float
    stage: Literal["load", "travel", "prepare", "bound", "build", "solve", "check", "done"]
    incumbent: float | None = None
    bound: float | None = None
    gap: float | None = None
    open_sites: tuple[str, ...] | None = None
    message: str = ""
