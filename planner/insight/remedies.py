"""What could help each flagged branch: remedies with effect and cost, the best for the money first.

All is reckoned on today's network (the plan's where nothing is there today), as flags are raised
there. The steps are those of the levers, restricted to the branch or to its catchment: the visits
that go to it. New branches and services moved are those that the plan adds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from planner.demand.opinions import by_respondent, mean_of, opinions
from planner.demand.records import branch_records
from planner.demand.voices import Heard
from planner.evaluate import todays_network
from planner.evaluate.queues import BranchQueue
from planner.insight.levers.answer import Verdict, verdict
from planner.insight.levers.ground import ENDS, Array, Ground
from planner.insight.levers.networks import Network, network_of, steps_to, with_step
from planner.insight.levers.outcomes import Effect, LeftOut, Outcome, effect_of
from planner.insight.levers.places import counter_effects, redesign_effect
from planner.insight.levers.visits import travel_of, visit_effects
from planner.insight.levers.waiting import yearly_waiting
from planner.pack.types import Pack

Rule = Literal["rating", "audit", "wait", "turned_away", "overflow"]
Why = Literal["cost", "effect", "points", "branch"]


@dataclass(frozen=True, slots=True)
class BranchFlag:
    """A flagged branch: what was found, and what it should be (a limit, above or below)."""

    site: int
    rule: Rule
    value: float
    limit: float


@dataclass(frozen=True, slots=True)
class Remedy:
    """One step for one branch; `is_new` where it opens a branch, not only moves a service."""

    effect: Effect
    verdict: Verdict
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class BranchRemedies:
    """A flagged branch with what could help it.

    Attributes:
        site: Position of the branch.
        flags: All flags that it has.
        visits: Yearly visits of its catchment.
        missing: Counters that it lacks at the peak hour; None where none are known.
        remedies: With a saving for customers, most saved for the money first; those that cost
            nothing before all.
        left_out: Remedies that cannot be reckoned, and why.
        weak: What is weakest there by name, audit items (share of points) and questions (mean
            rating): nothing says what mending these costs or saves.
    """

    site: int
    flags: tuple[BranchFlag, ...]
    visits: float
    missing: int | None
    remedies: tuple[Remedy, ...]
    left_out: tuple[LeftOut, ...]
    weak: tuple[tuple[str, float], ...]


def remedies(ground: Ground, heard: Heard) -> tuple[BranchRemedies, ...]:
    """Every flagged branch with its remedies, the branch with most visits first.

    Args:
        ground: What levers are reckoned from.
        heard: What customers and auditors said.
    """
    today = todays_network(ground.problem)
    start = ground.plan if today is None else today
    network = network_of(ground, start)
    flags = branch_flags(ground, network, heard)
    sites = sorted({flag.site for flag in flags})
    if not sites:
        return ()
    steps = () if today is None else tuple(steps_to(today, ground.plan))
    grown = {j: network_of(ground, with_step(ground.problem, start, ground.plan, j)) for j in steps}
    found = [
        _of_branch(ground, network, grown, j, tuple(flag for flag in flags if flag.site == j))
        for j in sites
    ]
    return tuple(sorted(found, key=lambda each: -each.visits))


def branch_flags(ground: Ground, network: Network, heard: Heard) -> tuple[BranchFlag, ...]:
    """Open branches that opinions, audits, records or the peak hour flag.

    A recorded mean wait is held against the wait aimed at, the share turned away against its
    threshold; a queue overflows where counters that are known cannot serve the peak hour.
    """
    pack, problem = ground.pack, ground.problem
    at = {site: j for j, site in enumerate(problem.site_ids)}
    flags = [
        BranchFlag(at[each.site], each.rule, each.value, each.threshold) for each in heard.flags
    ]
    aim = pack.customers.opening.wait_min.value
    most_away = pack.voices.thresholds.turned_away.value
    for record in branch_records(pack):
        wait, away = record.total.quality.wait_min, record.total.quality.turned_away
        if wait is not None and wait > aim:
            flags.append(BranchFlag(record.site, "wait", wait, aim))
        if away is not None and away > most_away:
            flags.append(BranchFlag(record.site, "turned_away", away, most_away))
    flags += [
        BranchFlag(queue.site, "overflow", queue.peak.utilisation, 1.0)
        for queue in network.queues
        if queue.basis != "needed" and queue.overflows
    ]
    return tuple(flag for flag in flags if network.plan.is_open[flag.site])


def catchment(network: Network, site: int, knows: Array, shape: tuple[int, ...]) -> Array:
    """Share of the visits of each point and visit type that go to a branch, shape (I, B)."""
    found = np.zeros(shape)
    for rows, share in ((network.plan.assignment, knows), (network.known, 1 - knows)):
        mine = rows.site == site
        sent = rows.share[mine] * share[rows.point[mine]]
        np.add.at(found, (rows.point[mine], rows.visit_type[mine]), sent)
    return found


def _of_branch(
    ground: Ground,
    network: Network,
    grown: dict[int, Network],
    site: int,
    flags: tuple[BranchFlag, ...],
) -> BranchRemedies:
    visits = ground.problem.visits
    knows = ground.knows(ground.adoption.information)
    part = catchment(network, site, knows, visits.shape)
    found: list[Effect | LeftOut] = [*visit_effects(ground, network, part)]
    counters = counter_effects(ground, network)
    found += [counters] if isinstance(counters, LeftOut) else [
        each for each in counters if each.site == site
    ]  # fmt: skip
    found.append(redesign_effect(ground, network, site))
    near = [_nearer(ground, network, more, site, j, part) for j, more in grown.items()]
    best = max((each for each in near if each is not None), key=_ratio, default=None)
    found.append(LeftOut("branch", "branch") if best is None else best)
    effects = [each for each in found if isinstance(each, Effect) and each.likely.kes > 0]
    queue = next((each for each in network.queues if each.site == site), None)
    return BranchRemedies(
        site=site,
        flags=flags,
        visits=float((visits * part).sum()),
        missing=_missing(queue),
        remedies=tuple(
            Remedy(each, verdict(each), each is best and not network.plan.is_open[each.site])
            for each in sorted(effects, key=_ratio, reverse=True)
        ),
        left_out=tuple(each for each in found if isinstance(each, LeftOut)),
        weak=_weakest(ground.pack, ground.problem.site_ids[site], flags),
    )


def _ratio(effect: Effect) -> float:
    ratio = effect.likely.ratio
    return np.inf if ratio is None else ratio


def _missing(queue: BranchQueue | None) -> int | None:
    return None if queue is None or queue.basis == "needed" else queue.missing


def _nearer(
    ground: Ground, before: Network, after: Network, site: int, step: int, part: Array
) -> Effect | None:
    """What one step of the plan does for a catchment; None where it saves its people no trip.

    Waiting counts at the branch and at the step's own site; the cost is the step's in full, though
    it may serve others too.
    """
    knows, visits = ground.knows(ground.adoption.information), ground.problem.visits
    mine = visits * part
    travel_min, travel_kes = (
        travel_of(mine, getattr(before, unit)(knows) - getattr(after, unit)(knows))
        for unit in ("minutes", "kes")
    )
    if travel_kes <= 0:
        return None
    waited = yearly_waiting(ground, before, visits, knows)
    waits = yearly_waiting(ground, after, visits, knows)
    here = sorted({site, step})
    left = mine - visits * np.minimum(part, catchment(after, site, knows, visits.shape))
    cost = float(after.annual_kes - before.annual_kes)
    outcomes = {}
    for end in ENDS:
        wait = float((waited.at(end) - waits.at(end))[here].sum())
        kes = travel_kes + wait * ground.kes_per_minute
        outcomes[end] = Outcome(float(left.sum()), travel_min, wait, travel_kes, kes, cost)
    return effect_of("branch", outcomes, (), site=step)


def _weakest(pack: Pack, site: str, flags: tuple[BranchFlag, ...]) -> tuple[tuple[str, float], ...]:
    """The weakest question and audit item of a branch that these flagged."""
    rules, found = {flag.rule for flag in flags}, []
    if "rating" in rules:
        questions = {each.id: each for each in pack.voices.questions}
        rated = [each for each in opinions(pack.voices.answers, questions) if each.site == site]
        means = {
            key: mean_of(values).mean
            for key, values in by_respondent(rated, lambda each: each.question).items()
        }
        worst = min(means, key=lambda key: (means[key], key))
        found.append((questions[worst].text if worst in questions else worst, means[worst]))
    if "audit" in rules:
        rounds = [each for each in pack.voices.audits if each.site == site]
        last = [each for each in rounds if each.day == max(row.day for row in rounds)]
        weakest = min(last, key=lambda each: (each.score / each.most, each.item))
        found.append((weakest.item, weakest.score / weakest.most))
    return tuple(found)
