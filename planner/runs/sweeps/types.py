"""What a sweep is: its axes, its points, and what is known of each when it is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from planner.plan import Prices
from planner.scenario import Scenario

FrontierKind = Literal["money", "capital", "branches", "equity", "duplicates"]
MOST_POINTS = 400
MOST_TRIES = 3


@dataclass(frozen=True, slots=True)
class Axis:
    """A key of the scenario, and the values it takes in turn."""

    key: str
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """One question of a sweep: the base scenario with the values of this point."""

    number: int
    values: Mapping[str, Any]
    scenario: Scenario


@dataclass(frozen=True, slots=True, eq=False)
class Seed:
    """What a finished point hands to its neighbours: its question, its network, what is proved.

    `is_open` (J,), `offers` (J, S) and `format` (J,) are None where it has no plan.
    """

    scenario: Scenario
    bound: float | None
    is_open: NDArray[np.bool_] | None = None
    offers: NDArray[np.bool_] | None = None
    format: NDArray[np.int64] | None = None
    prices: Prices | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """One point on its way to a worker, with what its neighbours have found."""

    point: Point
    seeds: tuple[Seed, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of a point that is done: plain values, as `sweep.json` holds them.

    Attributes:
        number: Of the point.
        status: optimal, feasible, infeasible, unknown; or failed, where it could not be solved.
        fingerprint: Of the question; "" where it failed.
        objective, bound, gap: As in the run.
        unit: Of the objective.
        seconds: From the question to the run folder.
        kpis: As in the run; None without a plan.
        excess: Excess duplicates, as the rule "cap" counts them; None without a plan.
        mean: Mean impedance of a visit, in the unit of the objective.
        tail: The same of the worst-served share of the visits (`objective.tail_beta`).
        extra: What the objective counts beside travel, a visit: priced duplicates, branch costs.
        visits: Visits a year that are served.
        message: Why there is no plan, or what must be said.
        peak_memory_mb: The most memory its worker has held.
        worker: Which worker solved it.
        tries: How often it was begun.
    """

    number: int
    status: str
    fingerprint: str = ""
    objective: float | None = None
    bound: float | None = None
    gap: float | None = None
    unit: str = ""
    seconds: float = 0.0
    kpis: Mapping[str, Any] | None = None
    excess: int | None = None
    mean: float | None = None
    tail: float | None = None
    extra: float | None = None
    visits: float | None = None
    message: str = ""
    peak_memory_mb: float = 0.0
    worker: str = ""
    tries: int = 1

    @property
    def has_run(self) -> bool:
        """Whether there is a run folder."""
        return self.status != "failed"


@dataclass(frozen=True, slots=True, eq=False)
class Done:
    """What a worker hands back: what is known, and what its neighbours may begin from."""

    found: Found
    seed: Seed
