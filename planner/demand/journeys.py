"""What a journey takes: steps, visits, own time, fees and papers; and what of that is needless."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from planner.pack.customer_types import Alternatives
from planner.pack.figures import MARKS, Confidence, Figure
from planner.pack.journey_types import Journey, Paper, Step

_REMOTE = ("assisted", "online", "courier")


@dataclass(frozen=True, slots=True)
class ValueShare:
    """How much adds value, among what is judged: `of` is the judged total; None where that is 0."""

    adding: float
    of: float
    not_judged: int

    @property
    def share(self) -> float | None:
        """The share that adds value."""
        return self.adding / self.of if self.of > 0 else None


@dataclass(frozen=True, slots=True)
class Brought:
    """A paper that must be there before the journey starts: no step of the journey gives it.

    `is_foreign`: whether it comes from an agency that does not ask for it itself; `steps`: the
    steps that ask for it.
    """

    paper: Paper
    is_foreign: bool
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class AskedTwice:
    """A paper that more than one step of a journey asks for.

    Steps whose own agency gave it earlier are told apart (`GivenBack`) and do not count here.
    `within`: the agencies that ask for it in two steps or more; `over`: all that ask, where they
    are more than one. `mark`: the weakest mark of the paper and the steps; None where one has none.
    """

    paper: Paper
    steps: tuple[Step, ...]
    within: tuple[str, ...]
    over: tuple[str, ...]
    mark: Confidence | None


@dataclass(frozen=True, slots=True)
class GivenBack:
    """A paper that a step asks for although an earlier step of the same agency gave it."""

    paper: Paper
    given: Step
    asked: Step


@dataclass(frozen=True, slots=True)
class CouldBeRemote:
    """Steps done at a branch only, though some of that needs nobody to come.

    One step, where the journey says that it needs no presence (`share` is None); or all steps that
    are visits of one type, where the pack says which share of those visits needs none. `visits`:
    visits a case that would be spared, 0 for a step that is no visit to a branch of the pack.
    """

    steps: tuple[Step, ...]
    visits: float
    share: Figure | None


@dataclass(frozen=True, slots=True)
class JourneyCount:
    """What one case of a journey takes.

    Attributes:
        journey: The journey.
        agencies: In the order that the customer meets them.
        visits: Visits to a branch.
        in_person: Steps in person at a branch of the pack; `elsewhere`: at another place.
        remote: Steps that are no visit, need no presence and can be done away from a branch.
        same_visit: Steps at a branch that are done in the visit of an earlier step.
        visits_spared: Visits a case of which no step needs anybody to come, whether or not
            another channel is there for them today.
        minutes: Own minutes of the steps that give any, low, mode and high; None where none does.
        minutes_unknown: Steps that give none; travel and counter of a visit are no own minutes.
        fees: Sum of the fees that are known, None where none is; `fees_unknown`: steps that give
            none.
        steps_adding: Steps that add value among those judged; `minutes_adding` likewise.
        brought: Papers that must be there first.
        asked_twice, given_back, could_be_remote: What is needless, or may be.
    """

    journey: Journey
    agencies: tuple[str, ...]
    visits: float
    in_person: int
    elsewhere: int
    remote: int
    same_visit: int
    visits_spared: float
    minutes: tuple[float, float, float] | None
    minutes_unknown: int
    fees: float | None
    fees_unknown: int
    steps_adding: ValueShare
    minutes_adding: ValueShare
    brought: tuple[Brought, ...]
    asked_twice: tuple[AskedTwice, ...]
    given_back: tuple[GivenBack, ...]
    could_be_remote: tuple[CouldBeRemote, ...]


@dataclass(frozen=True, slots=True)
class AskedOften:
    """A paper that steps of several journeys ask for: to be asked once and kept."""

    paper: Paper
    journeys: tuple[Journey, ...]
    agencies: tuple[str, ...]
    times: int  # steps that ask for it, over all journeys


def count_journey(
    journey: Journey, alternatives: Mapping[str, Alternatives] | None = None
) -> JourneyCount:
    """Counts what one case of a journey takes, and what of that is needless.

    Args:
        journey: A checked journey.
        alternatives: What else visits could be, by visit type, as the pack says.
    """
    steps = journey.steps
    timed = [step for step in steps if step.minutes is not None]
    fees = [step.fee_kes for step in steps if step.fee_kes is not None]
    judged = [step for step in steps if step.adds_value is not None]
    back = _given_back(journey)
    return JourneyCount(
        journey=journey,
        agencies=tuple(dict.fromkeys(step.agency for step in steps)),
        visits=sum(step.visits for step in steps),
        in_person=sum(1 for step in steps if step.visit_type),
        elsewhere=sum(1 for step in steps if step.presence and not step.visit_type),
        remote=sum(1 for step in steps if _is_remote(step)),
        visits_spared=sum(_spared(steps, step) for step in steps),
        minutes=_minutes(timed) if timed else None,
        minutes_unknown=len(steps) - len(timed),
        fees=math.fsum(fees) if fees else None,
        fees_unknown=len(steps) - len(fees),
        steps_adding=ValueShare(
            sum(1 for step in judged if step.adds_value), len(judged), len(steps) - len(judged)
        ),
        minutes_adding=_minutes_adding(steps),
        brought=_brought(journey),
        asked_twice=_asked_twice(journey, back),
        given_back=back,
        same_visit=sum(1 for step in steps if step.same_visit_as),
        could_be_remote=tuple(_could_be_remote(steps, alternatives or {})),
    )


def asked_often(journeys: Sequence[Journey], least: int = 2) -> tuple[AskedOften, ...]:
    """Papers that `least` journeys or more ask for, those of the most journeys first.

    Papers that every such journey's own steps give are left out: they belong to one case alone.
    """
    found = []
    papers = {paper.id: paper for journey in journeys for paper in journey.papers}
    for paper in papers.values():
        asking = [
            journey
            for journey in journeys
            if any(paper.id in step.asks for step in journey.steps)
            and not any(paper.id in step.gives for step in journey.steps)
        ]
        steps = [step for each in asking for step in each.steps if paper.id in step.asks]
        if len(asking) >= least:
            agencies = tuple(dict.fromkeys(step.agency for step in steps))
            found.append(AskedOften(paper, tuple(asking), agencies, len(steps)))
    found.sort(key=lambda each: (-len(each.journeys), -each.times))
    return tuple(found)


# -- one journey ---------------------------------------------------------------------------


def _is_remote(step: Step) -> bool:
    return not (step.presence or step.visit_type) and bool(set(step.channels) & set(_REMOTE))


def _minutes(timed: Iterable[Step]) -> tuple[float, float, float]:
    figures = [step.minutes for step in timed if step.minutes is not None]
    return (
        sum(each.low for each in figures),
        sum(each.value for each in figures),
        sum(each.high for each in figures),
    )


def _minutes_adding(steps: Iterable[Step]) -> ValueShare:
    """Own minutes, most likely, of the steps that give them and are judged."""
    adding = of = 0.0
    not_judged = 0
    for step in steps:
        if step.minutes is None or step.adds_value is None:
            not_judged += 1
            continue
        of += step.minutes.value
        adding += step.minutes.value if step.adds_value else 0.0
    return ValueShare(adding, of, not_judged)


def _brought(journey: Journey) -> tuple[Brought, ...]:
    given = {name for step in journey.steps for name in step.gives}
    found = []
    for paper in journey.papers:
        steps = tuple(step for step in journey.steps if paper.id in step.asks)
        if steps and paper.id not in given and not paper.is_fact:
            is_foreign = bool(paper.agency) and paper.agency not in {each.agency for each in steps}
            found.append(Brought(paper, is_foreign, steps))
    return tuple(found)


def _asked_twice(journey: Journey, back: Iterable[GivenBack]) -> tuple[AskedTwice, ...]:
    known = {(each.paper.id, each.asked.id) for each in back}
    found = []
    for paper in journey.papers:
        steps = tuple(
            step
            for step in journey.steps
            if paper.id in step.asks and (paper.id, step.id) not in known
        )
        if len(steps) < 2:
            continue
        agencies = [step.agency for step in steps]
        over = tuple(dict.fromkeys(agencies))
        within = tuple(each for each in over if agencies.count(each) > 1)
        mark = _weakest(paper, steps)
        found.append(AskedTwice(paper, steps, within, over if len(over) > 1 else (), mark))
    return tuple(found)


def _weakest(paper: Paper, steps: Iterable[Step]) -> Confidence | None:
    marks = [paper.mark.confidence, *(step.mark.confidence for step in steps)]
    known = [mark for mark in marks if mark is not None]
    return max(known, key=MARKS.index) if len(known) == len(marks) else None


def _given_back(journey: Journey) -> tuple[GivenBack, ...]:
    papers = {paper.id: paper for paper in journey.papers}
    found = []
    for at, step in enumerate(journey.steps):
        for name in step.asks:
            earlier = [each for each in journey.steps[:at] if name in each.gives]
            own = [each for each in earlier if each.agency == step.agency]
            if own:
                found.append(GivenBack(papers[name], own[0], step))
    return tuple(found)


def _spared(steps: Iterable[Step], step: Step) -> float:
    """Visits of a step that are spared where nothing done in them needs anybody to come."""
    inside = [each for each in steps if each.same_visit_as == step.id]
    return 0.0 if any(each.presence for each in (step, *inside)) else step.visits


def _could_be_remote(
    steps: Sequence[Step], alternatives: Mapping[str, Alternatives]
) -> Iterable[CouldBeRemote]:
    by_type: dict[str, list[Step]] = {}
    for step in steps:
        if not step.presence and step.channels == ("branch",):
            yield CouldBeRemote((step,), _spared(steps, step), None)
        if step.visit_type:
            by_type.setdefault(step.visit_type, []).append(step)
    for kind, visits in by_type.items():
        remote = alternatives[kind].remote if kind in alternatives else None
        is_told = any(not step.presence for step in visits)
        at_branch = all(step.channels == ("branch",) for step in visits)
        if remote is not None and remote.value > 0 and at_branch and not is_told:
            spared = remote.value * sum(step.visits for step in visits)
            yield CouldBeRemote(tuple(visits), spared, remote)
