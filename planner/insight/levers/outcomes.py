"""What a step of a lever does and costs: the records that effects are told with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from planner.insight.levers.ground import End
from planner.pack.customer_types import Levers
from planner.pack.figures import Figure

Lever = Literal["online", "assisted", "information", "counter", "minutes", "branch"]
LEVERS: tuple[Lever, ...] = ("online", "assisted", "information", "counter", "minutes", "branch")
FILE = "customers.toml"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a step does a year, all figures at one end.

    Attributes:
        visits: Visits that it touches: not made, moved, or served sooner.
        travel_min: Minutes of return trips saved; below 0 where people travel more.
        wait_min: Minutes at the counter and in the queue saved.
        travel_kes: What the trips saved cost, with the time they take.
        kes: What customers save in all.
        cost: What it costs the public.
        counter_min: Counter minutes that are no longer needed; the public's gain, in no sum here.
        first_cost: Of the cost, what only the first step costs.
    """

    visits: float
    travel_min: float
    wait_min: float
    travel_kes: float
    kes: float
    cost: float
    counter_min: float = 0.0
    first_cost: float = 0.0

    @property
    def minutes(self) -> float:
        """Customers' minutes saved a year."""
        return self.travel_min + self.wait_min

    @property
    def ratio(self) -> float | None:
        """KES that customers save for each KES spent; None where it costs nothing."""
        return self.kes / self.cost if self.cost > 0 else None


@dataclass(frozen=True, slots=True)
class Effect:
    """One step of one lever.

    Attributes:
        lever: Which.
        worst: With its figures at the end where it is worth least; see `ground.at_end`.
        likely: With the figures as given.
        best: Where it is worth most.
        figures: What the pack says of it, with range, unit and mark.
        visit_type: Position, None where it is for all.
        site: The branch, None where it is for all.
        known_kes: Of what customers save, what follows from knowing new branches.
        unproved_kes: What another choice of the branch could save more, by the proved bound.
    """

    lever: Lever
    worst: Outcome
    likely: Outcome
    best: Outcome
    figures: tuple[Figure, ...]
    visit_type: int | None = None
    site: int | None = None
    known_kes: float = 0.0
    unproved_kes: float = 0.0

    def at(self, end: End) -> Outcome:
        """The outcome at one end."""
        return {"worst": self.worst, "likely": self.likely, "best": self.best}[end]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A lever that cannot be reckoned, why, and which key of the pack would help.

    `why`: cost (a figure is missing), effect (no visit could change), points (there is no assisted
    point), branch (none can be added, or none was found).
    """

    lever: Lever
    why: Literal["cost", "effect", "points", "branch"]
    keys: tuple[str, ...] = ()


def missing_costs(costs: Levers, needed: tuple[str, ...]) -> tuple[str, ...]:
    """The keys among those needed that the pack does not give."""
    return tuple(f"{FILE} [levers] {name}" for name in needed if not getattr(costs, name))


def effect_of(
    lever: Lever,
    outcomes: Mapping[End, Outcome],
    figures: tuple[Figure, ...],
    *,
    visit_type: int | None = None,
    site: int | None = None,
    known_kes: float = 0.0,
    unproved_kes: float = 0.0,
) -> Effect:
    """An effect from its outcomes at each end."""
    ends = (outcomes["worst"], outcomes["likely"], outcomes["best"])
    return Effect(lever, *ends, figures, visit_type, site, known_kes, unproved_kes)
