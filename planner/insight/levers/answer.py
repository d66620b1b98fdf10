"""The levers of a plan, ranked by what customers save for the money, and what is on offer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from planner.insight.effort import Effort
from planner.insight.levers.ground import Ground
from planner.insight.levers.menu import Menu, menu_of
from planner.insight.levers.networks import Network, ladder, network_of, one_more
from planner.insight.levers.outcomes import Effect, LeftOut
from planner.insight.levers.places import branch_effect, counter_effects, redesign_effect
from planner.insight.levers.visits import visit_effects

MORE_BRANCHES = 3
Verdict = Literal["always", "likely", "unlikely", "never"]


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What the levers of a plan do.

    Attributes:
        ground: What all is reckoned from.
        plan: The plan as a network.
        grown: The plan with one branch more, with two, and so on, each with the one before.
        effects: One step of each lever, the one that saves most for the money first; of counters
            only the best branch.
        counters: One counter more at each branch, the best first.
        left_out: What cannot be reckoned, and why.
    """

    ground: Ground
    plan: Network
    grown: tuple[Network, ...]
    effects: tuple[Effect, ...]
    counters: tuple[Effect, ...]
    left_out: tuple[LeftOut, ...]


def answer_of(ground: Ground, effort: Effort, branches: int = MORE_BRANCHES) -> Answer:
    """Reckon all levers of a plan; each branch more is solved for.

    Args:
        ground: The ground.
        effort: The time of all solves together.
        branches: How many branches more are looked for, one after the other.
    """
    effort.questions = branches
    plan = network_of(ground, ground.plan)
    grown: list[Network] = []
    for _ in range(branches):
        more = one_more(ground, (grown[-1] if grown else plan).plan, effort)
        if more is None:
            break
        grown.append(more)
    counters = counter_effects(ground, plan)
    found = [
        *visit_effects(ground, plan),
        redesign_effect(ground, plan),
        branch_effect(ground, plan, grown[0] if grown else None),
    ]
    found += [counters] if isinstance(counters, LeftOut) else list(counters[:1])
    effects = [each for each in found if isinstance(each, Effect)]
    return Answer(
        ground=ground,
        plan=plan,
        grown=tuple(grown),
        effects=tuple(sorted(effects, key=_rank)),
        counters=() if isinstance(counters, LeftOut) else counters,
        left_out=tuple(each for each in found if isinstance(each, LeftOut)),
    )


def offer_of(answer: Answer) -> Menu:
    """What one budget may buy: the steps to the plan, branches beyond it, levels and counters."""
    return menu_of(answer.ground, (*ladder(answer.ground), *answer.grown))


def _rank(effect: Effect) -> float:
    ratio = effect.likely.ratio
    return float("-inf") if ratio is None else -ratio


def verdict(effect: Effect) -> Verdict:
    """Whether customers save more than it costs, at all ends of the figures or at some."""
    outcomes = (effect.worst, effect.likely, effect.best)
    worst, likely, best = (each.kes > each.cost for each in outcomes)
    if worst and likely and best:
        return "always"
    if not (worst or likely or best):
        return "never"
    return "likely" if likely else "unlikely"


def cannot_be_told_apart(effect: Effect, others: tuple[Effect, ...]) -> tuple[Effect, ...]:
    """The others whose savings for the money could be as high, at the ends of their figures."""
    least = low_ratio(effect)
    return tuple(each for each in others if each is not effect and high_ratio(each) >= least)


def low_ratio(effect: Effect) -> float:
    """The least that customers save for each KES, over the ends; inf where it costs nothing."""
    return min(_ratios(effect))


def high_ratio(effect: Effect) -> float:
    """The most that customers save for each KES, over the ends and what is not proved."""
    return max(_ratios(effect))


def _ratios(effect: Effect) -> list[float]:
    found = []
    for each in (effect.worst, effect.likely, effect.best):
        if each.cost > 0:
            found.append(each.kes / each.cost)
        elif each.kes > 0:
            found.append(float("inf"))
        else:
            found.append(0.0)
    if effect.unproved_kes > 0 and effect.best.cost > 0:
        found.append((effect.best.kes + effect.unproved_kes) / effect.best.cost)
    return found
