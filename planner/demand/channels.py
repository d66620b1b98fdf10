"""How each part of a journey can be done: the matrix of kinds and channels, and trips elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from planner.demand.account import able_online
from planner.demand.segments import area_of_points
from planner.demand.visits import yearly_visits
from planner.pack.customer_types import CHANNELS, Channel
from planner.pack.journey_types import KINDS, Journey, Kind, Step
from planner.pack.types import Pack, Site

Array = NDArray[np.float64]
Basis = Literal["cases", "people", ""]


@dataclass(frozen=True, slots=True)
class Cell:
    """The steps of one kind in one journey.

    `channels`: of all of them together. `without_coming`: each of them can be done online or by
    courier, and needs no presence. `online_only`: one of them at least can be done online and in
    no other way, so nobody is there to help.
    """

    kind: Kind
    steps: tuple[Step, ...]
    channels: tuple[Channel, ...]
    without_coming: bool
    online_only: bool


@dataclass(frozen=True, slots=True, eq=False)
class JourneyChannels:
    """One row of the matrix.

    Attributes:
        journey: The journey.
        cells: Its kinds, in the order of `KINDS`.
        unnamed: Steps whose kind the pack does not say.
        basis: What the share is weighted by: the journey's cases, or all people of the areas where
            its cases are not counted; "" where neither is known.
        shut_out: Share of the people not able to be online, where a kind is online only; None
            where none is, or where nothing is known of who can be online.
    """

    journey: Journey
    cells: tuple[Cell, ...]
    unnamed: int
    basis: Basis
    shut_out: float | None

    def cell(self, kind: Kind) -> Cell | None:
        """The steps of a kind, None where the journey has none."""
        return next((each for each in self.cells if each.kind == kind), None)

    @property
    def online_only(self) -> tuple[Kind, ...]:
        """The kinds that people who cannot be online are shut out of."""
        return tuple(each.kind for each in self.cells if each.online_only)


@dataclass(frozen=True, slots=True, eq=False)
class ChannelMatrix:
    """Every journey by what is done in it.

    `kinds`: those that any journey has, and always ask and feedback. `not_able`: share of each
    area's people not able to be online, shape (C,); None where the pack does not say.
    `without_ask`, `without_feedback`: journeys, all of whose steps have a kind, without such a step
    of their own. `for_asking`: journeys that hold nothing but asking and telling, open to all.
    """

    rows: tuple[JourneyChannels, ...]
    kinds: tuple[Kind, ...]
    not_able: Array | None
    without_ask: tuple[Journey, ...]
    without_feedback: tuple[Journey, ...]
    for_asking: tuple[Journey, ...]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Trips to an agency that has no visit types in the pack: one for each step in person there.

    `houses`: sites with a host of that name, so places where it may be; travel to it is counted
    nowhere either way.
    """

    agency: str
    steps: tuple[Step, ...]
    houses: tuple[Site, ...]


def channel_matrix(pack: Pack) -> ChannelMatrix:
    """How each kind of step of each journey can be done, and who is shut out.

    The share shut out is sum(weight x (1 - able)) / sum(weight) over areas, where able is that of
    `account.able_online` and the weight the yearly cases before any lever.

    Args:
        pack: A checked pack.
    """
    not_able = None if pack.customers.online is None else 1.0 - able_online(pack)
    visits = yearly_visits(pack).mode if not_able is not None else None
    rows = tuple(_row(pack, each, not_able, visits) for each in pack.journeys)
    met = {cell.kind for row in rows for cell in row.cells}
    judged = [row for row in rows if row.cells and not row.unnamed]
    asking = [row for row in judged if {cell.kind for cell in row.cells} <= {"ask", "feedback"}]
    others = [row for row in judged if row not in asking]
    return ChannelMatrix(
        rows=rows,
        kinds=tuple(kind for kind in KINDS if kind in met or kind in ("ask", "feedback")),
        not_able=not_able,
        without_ask=tuple(row.journey for row in others if row.cell("ask") is None),
        without_feedback=tuple(row.journey for row in others if row.cell("feedback") is None),
        for_asking=tuple(row.journey for row in asking),
    )


def _row(
    pack: Pack, journey: Journey, not_able: Array | None, visits: Array | None
) -> JourneyChannels:
    kinds = [kind for kind in KINDS if any(kind in step.kinds for step in journey.steps)]
    cells = tuple(_cell(journey, kind) for kind in kinds)
    basis: Basis = ""
    share = None
    if not_able is not None and visits is not None and any(cell.online_only for cell in cells):
        basis, weights = _weights(pack, journey, visits)
        total = weights.sum()
        share = float(weights @ not_able / total) if total > 0 else None
    unnamed = sum(1 for step in journey.steps if not step.kinds)
    return JourneyChannels(journey, cells, unnamed, basis if share is not None else "", share)


def _cell(journey: Journey, kind: Kind) -> Cell:
    steps = tuple(step for step in journey.steps if kind in step.kinds)
    given = {channel for step in steps for channel in step.channels}
    return Cell(
        kind=kind,
        steps=steps,
        channels=tuple(channel for channel in CHANNELS if channel in given),
        without_coming=all(can_stay_home(step) for step in steps),
        online_only=any(step.channels == ("online",) for step in steps),
    )


def can_stay_home(step: Step) -> bool:
    """Whether a step needs nobody to come and can be done online or by courier."""
    return not step.presence and bool({"online", "courier"} & set(step.channels))


def _weights(pack: Pack, journey: Journey, visits: Array) -> tuple[Basis, Array]:
    """What an area counts: its cases a year, or its people, shape (C,)."""
    area, areas = area_of_points(pack), len(pack.areas)
    if journey.cases_of:
        b = [kind.id for kind in pack.visit_types].index(journey.cases_of)
        cases = visits[:, b] / pack.visit_types[b].visits_per_case
        return "cases", np.bincount(area, cases, areas).astype(np.float64)
    people = np.array([point.population for point in pack.demand_points])
    return "people", np.bincount(area, people, areas).astype(np.float64)


# -- trips elsewhere -----------------------------------------------------------------------


def trips_elsewhere(journey: Journey, sites: Iterable[Site]) -> tuple[Elsewhere, ...]:
    """The trips of one case to places that are no branch of the pack, by agency.

    Args:
        journey: A checked journey.
        sites: The pack's sites; a host holds an agency where its name holds the agency's.
    """
    by_agency: dict[str, list[Step]] = {}
    for step in journey.steps:
        if step.presence and not step.visit_type:
            by_agency.setdefault(step.agency, []).append(step)
    sites = tuple(sites)
    return tuple(
        Elsewhere(agency, tuple(steps), tuple(_with_host(sites, agency)))
        for agency, steps in by_agency.items()
    )


def _with_host(sites: Iterable[Site], agency: str) -> Iterable[Site]:
    name = agency.casefold()
    return (site for site in sites if any(name in host.casefold() for host in site.hosts))
