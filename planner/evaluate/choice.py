"""Who would really come to each branch of a network, whatever the plan's assignment says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from planner.demand.choice import huff_shares, nearest_shares, with_knowledge
from planner.errors import PlannerError
from planner.evaluate.flows import Bools, Floats
from planner.evaluate.means import mean
from planner.pack.customer_types import Choice
from planner.plan import Plan
from planner.problem import PlanningProblem

Positions = NDArray[np.int64]
Rule = Literal["assigned", "nearest", "huff"]
RULES: tuple[Rule, ...] = ("assigned", "nearest", "huff")


@dataclass(frozen=True, slots=True, eq=False)
class Coming:
    """Where the yearly visits of a network go under one rule of choice.

    Attributes:
        rule: How people choose.
        knowledge: The share of them that knows the branches that are new.
        visits: By branch and visit type, shape (J, B).
        unserved: By visit type, what no branch that is known can complete, shape (B,).
        mean_min: Minutes one way of a visit that is served; `mean_km` likewise. None without any.
        within_standard: Share of the served visits whose travel keeps every standard.
        elsewhere: Share of the served visits whose branch is not the one of the plan.
    """

    rule: Rule
    knowledge: float
    visits: Floats
    unserved: Floats
    mean_min: float | None
    mean_km: float | None
    within_standard: float | None
    elsewhere: float | None

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        for array in (self.visits, self.unserved):
            array.setflags(write=False)


def new_branches(problem: PlanningProblem, plan: Plan) -> Bools:
    """The plan's branches that are not there today, shape (J,)."""
    return np.asarray(plan.is_open & ~problem.existing)


def attraction_of(problem: PlanningProblem, choice: Choice) -> Floats:
    """a_j of every site: what the pack says of it, and 1 where it says nothing, shape (J,)."""
    named = {site: figure.value for site, figure in choice.attraction.items()}
    return np.array([named.get(site, 1.0) for site in problem.site_ids])


def who_comes(
    problem: PlanningProblem,
    plan: Plan,
    rule: Rule,
    *,
    choice: Choice | None = None,
    knowledge: float = 1.0,
) -> Coming:
    """Send every visit where people would go by a rule of choice.

    Args:
        problem: The problem.
        plan: The network; its assignment counts for the rule `assigned`, and for `elsewhere`.
        rule: `assigned` as the plan says, `nearest` by the problem's impedance, `huff` by
            attraction and road km.
        choice: The figures of Huff's rule; needed for it only.
        knowledge: The share of the people that knows branches that are not there today, 0..1. The
            others choose among today's branches alone: by Huff's rule for `huff`, else the nearest.

    Returns:
        Visits by branch; with those that are not served they add up to the problem's.

    Raises:
        PlannerError: `huff` without its figures.
    """
    if rule == "huff" and choice is None:
        message = "The pack says nothing of how people choose: add [choice] to customers.toml."
        raise PlannerError(message)
    kinds = len(problem.visit_type_ids)
    visits, unserved = np.zeros((len(problem.site_ids), kinds)), np.zeros(kinds)
    sites = np.union1d(np.flatnonzero(plan.is_open), plan.assignment.site)  # few of all
    strictest = np.where(problem.does, problem.standard_min, np.inf).min(axis=1, initial=np.inf)
    weights, minutes, km, within, stayed = [], [], [], [], 0.0
    for b, shares, planned in _by_visit_type(problem, plan, sites, rule, choice, knowledge):
        sent = problem.visits[:, b, None] * shares
        visits[sites, b] = sent.sum(axis=0)
        missing = 1.0 - shares.sum(axis=1)
        unserved[b] = float((problem.visits[:, b] * np.where(missing > 1e-9, missing, 0.0)).sum())
        i, at = np.nonzero(sent)
        j = sites[at]
        weights.append(sent[i, at])
        minutes.append(problem.minutes[i, j])
        km.append(problem.km[i, j])
        within.append(problem.minutes[i, j] <= strictest[b])
        stayed += float((problem.visits[:, b, None] * np.minimum(shares, planned)).sum())
    weight = np.concatenate([np.zeros(0), *weights])
    total = float(weight.sum())
    return Coming(
        rule,
        knowledge,
        visits,
        unserved,
        mean(np.concatenate([np.zeros(0), *minutes]), weight),
        mean(np.concatenate([np.zeros(0), *km]), weight),
        mean(np.concatenate([np.zeros(0), *within]).astype(np.float64), weight),
        max(0.0, 1.0 - stayed / total) if total > 0 else None,
    )


def _by_visit_type(
    problem: PlanningProblem,
    plan: Plan,
    sites: Positions,
    rule: Rule,
    choice: Choice | None,
    knowledge: float,
) -> Iterator[tuple[int, Floats, Floats]]:
    """Each visit type with the shares of the rule and those of the plan, both (I, sites)."""
    known = problem.existing[sites]
    is_news = bool(new_branches(problem, plan).any())
    chosen = _chooser(problem, sites, rule, choice)
    for b in range(len(problem.visit_type_ids)):
        able = plan.is_open[sites] & plan.offers[np.ix_(sites, problem.needs[b])].all(axis=1)
        planned = _planned(problem, plan, sites, b)
        shares = planned if rule == "assigned" else chosen(able)
        if knowledge < 1 and is_news:
            shares = with_knowledge(shares, chosen(able & known), knowledge)
        yield b, shares, planned


def _chooser(
    problem: PlanningProblem, sites: Positions, rule: Rule, choice: Choice | None
) -> Callable[[Bools], Floats]:
    """Shares over those of the sites that can complete a visit, shape (I, sites)."""
    if rule == "huff" and choice is not None:
        km, attraction = problem.km[:, sites], attraction_of(problem, choice)[sites]
        return lambda able: huff_shares(km, able, attraction, choice.decay_per_km.value)
    near = problem.impedance[:, sites]
    return lambda able: nearest_shares(near, able)


def _planned(problem: PlanningProblem, plan: Plan, sites: Positions, b: int) -> Floats:
    """Where the plan sends a visit type, shape (I, sites)."""
    rows = plan.assignment
    mine = rows.visit_type == b
    shares = np.zeros((len(problem.point_ids), sites.size))
    at = np.searchsorted(sites, rows.site[mine])
    np.add.at(shares, (rows.point[mine], at), rows.share[mine])
    return shares
