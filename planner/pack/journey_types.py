"""What a pack says of journeys: what customers do from a need to its end, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from planner.pack.customer_types import Channel
from planner.pack.figures import Figure, Mark

Kind = Literal["apply", "pay", "book", "ask", "present", "decide", "collect", "feedback"]
KINDS: tuple[Kind, ...] = (
    "apply", "pay", "book", "ask", "present", "decide", "collect", "feedback",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Paper:
    """A document, or a fact (`is_fact`), that steps ask for or give.

    `agency`: who issues it, "" where that is nobody or not known.
    """

    id: str
    name: str
    agency: str = ""
    is_fact: bool = False
    name_sw: str = ""
    mark: Mark = Mark()


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a journey.

    `visit_type`: the visit it is, where presence at a branch is needed; `visits` of that type a
    case, 0 where the step is done in the visit of an earlier step (`same_visit_as`, its id).
    `kinds`: what the customer does in it, empty where the pack does not say. `presence`: whether
    somebody must come, there or to another agency. `asks`: what the customer must show or tell;
    `gives`: what he has afterwards; both as ids of papers. `channels`: how it can be done.
    `minutes`: the customer's own time without travel, queue and counter; `fee_kes` in the pack's
    currency; both None where unknown.
    """

    id: str
    name: str
    agency: str
    channels: tuple[Channel, ...]
    visit_type: str = ""
    visits: float = 0.0
    same_visit_as: str = ""
    presence: bool = False
    kinds: tuple[Kind, ...] = ()
    minutes: Figure | None = None
    fee_kes: float | None = None
    adds_value: bool | None = None
    asks: tuple[str, ...] = ()
    gives: tuple[str, ...] = ()
    name_sw: str = ""
    mark: Mark = Mark()


@dataclass(frozen=True, slots=True)
class Journey:
    """What a customer does from a need to its end, over agencies.

    `cases_of`: the visit type whose cases this journey is, "" where no count is known. `papers`:
    every paper that its steps name, in the order they are first met.
    """

    id: str
    name: str
    customer: str
    steps: tuple[Step, ...]
    division: str = ""
    cases_of: str = ""
    standard_days: float | None = None
    papers: tuple[Paper, ...] = ()
    name_sw: str = ""
    customer_sw: str = ""
    mark: Mark = Mark()
