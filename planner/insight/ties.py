"""Plans almost as good as the best and as different as can be, and what all of them share."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from planner.evaluate import score
from planner.insight.assigning import assigned
from planner.insight.changes import forced_out
from planner.insight.effort import Effort
from planner.insight.prices import SAME_VISITS
from planner.optimize.formulation import has_soft_rules
from planner.optimize.sets import ModelSets, model_sets, nearest_is_best
from planner.plan import Plan, Progress, SolveReport
from planner.problem import PlanningProblem

TRIES = 30  # networks that are judged for one step away from the plans before
TRIES_WITH_SOLVER = 4  # the same where each needs a solver to say who goes where
STEPS = 200  # exchanges from the best plan to one that is as different as can be
ROUNDING = 1e-9  # relative


@dataclass(frozen=True, slots=True, eq=False)
class Tie:
    """One plan within the tolerance: judged, with its distance from the best plan.

    `opens` and `closes`: sites that it opens and the best plan does not, and the other way
    round. `excess` is how much worse it is, as a share of the best objective; below 0 where it
    is better than the plan that was given.
    """

    plan: Plan
    objective: float
    excess: float
    opens: tuple[int, ...]
    closes: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class NearTies:
    """What holds in every plan that was found within the tolerance, and what does not.

    Attributes:
        tolerance: Relative to the objective of the plan that was given.
        ties: The plans, the given one first.
        open_count: In how many of them each site is open, shape (J,).
        offer_count: In how many each offering is, shape (J, S).
        fixed: Sites that the rules themselves open, shape (J,).
        proved: Sites that no plan within the tolerance can do without, shape (J,): those that
            the rules open, and those whose closing is proved to cost more than the tolerance.
    """

    tolerance: float
    ties: tuple[Tie, ...]
    open_count: NDArray[np.int64]
    offer_count: NDArray[np.int64]
    fixed: NDArray[np.bool_]
    proved: NDArray[np.bool_]

    @property
    def in_all(self) -> NDArray[np.bool_]:
        """Sites that are open in every plan: start there; shape (J,)."""
        return np.asarray(self.open_count == len(self.ties))

    @property
    def in_most(self) -> NDArray[np.bool_]:
        """Sites that are open in more than half of the plans, but not in all; shape (J,)."""
        return np.asarray((2 * self.open_count > len(self.ties)) & ~self.in_all)


def near_ties(
    report: SolveReport,
    *,
    effort: Effort,
    tolerance: float = 0.005,
    count: int = 10,
    prove: bool = False,
) -> NearTies:
    """Up to `count` plans within the tolerance of the plan given, as different as can be.

    Hop, skip, jump (Brill, Chang & Hopkins 1982): each next plan is led away from what the plans
    before it use, every use counted, as far as the objective stays within the tolerance. Here by
    exchanges, from the best plan on: the one that leaves most for the least loss comes first.
    Every plan is judged, and keeps every rule.

    Args:
        report: An answer with a plan, and its question.
        effort: The time; two thirds of it for the search, the rest for proofs.
        tolerance: Relative to the objective of the plan given.
        count: How many plans, the given one included.
        prove: Close each site that all plans share, one by one, and solve: either a plan within
            the tolerance is found, or it is proved that there is none.
    """
    problem = report.problem
    if report.plan is None or report.objective is None:
        raise ValueError("the answer has no plan to start from")
    limit = report.objective * (1 + tolerance)
    missed = report.shortfall + SAME_VISITS
    search = _Search(problem, model_sets(problem), limit, missed, effort)
    plans = [_tie(report, report.plan, report.objective)]
    while len(plans) < count and effort.left > effort.limits.seconds / 3 * prove:
        effort.tell(Progress(0.0, "solve", message=f"plan {len(plans) + 1} of at most {count}"))
        found = search.away_from([tie.plan for tie in plans])
        if found is None:
            break
        plans.append(_tie(report, *found))
    proved = search.sets.least_open.copy()
    if prove:
        plans += _proofs(report, plans, proved, search.limit, effort)
    opened = np.array([tie.plan.is_open for tie in plans]).sum(axis=0, dtype=np.int64)
    offered = np.array([tie.plan.offers for tie in plans]).sum(axis=0, dtype=np.int64)
    fixed = search.sets.least_open.copy()
    return NearTies(tolerance, tuple(plans), opened, offered, fixed, proved & (opened > 0))


def _tie(report: SolveReport, plan: Plan, objective: float) -> Tie:
    first, best = report.plan, report.objective
    if first is None or best is None:
        raise ValueError("the answer has no plan to compare with")
    opens = np.flatnonzero(plan.is_open & ~first.is_open).tolist()
    closes = np.flatnonzero(first.is_open & ~plan.is_open).tolist()
    excess = (objective - best) / best if best > 0 else 0.0
    return Tie(plan, objective, excess, tuple(opens), tuple(closes))


# -- proofs --------------------------------------------------------------------------------


def _proofs(
    report: SolveReport,
    plans: list[Tie],
    proved: NDArray[np.bool_],
    limit: float,
    effort: Effort,
) -> list[Tie]:
    """Close what all plans share, site by site; fills in `proved`, returns plans that came up."""
    problem = report.problem
    shared = np.all([tie.plan.is_open for tie in plans], axis=0) & ~proved
    found: list[Tie] = []

    def enough(progress: Progress) -> bool:
        """A plan without the site is near enough, or none can be."""
        plan, bound = progress.incumbent, progress.bound
        return (plan is not None and plan <= limit) or (bound is not None and bound > limit)

    sites = np.flatnonzero(shared).tolist()
    effort.questions = len(sites)
    for j in sites:
        if effort.left <= 0:
            break
        if any(not tie.plan.is_open[j] for tie in found):
            effort.questions -= 1
            continue
        asked = forced_out(problem, j)
        words = f"without {problem.site_ids[j]}"
        answer = effort.solve(asked, words, enough=None if has_soft_rules(problem) else enough)
        known = -np.inf if answer.bound is None else answer.bound
        misses_more = answer.shortfall_bound > report.shortfall + SAME_VISITS
        if answer.status == "infeasible" or misses_more or known > limit * (1 + ROUNDING):
            proved[j] = True
        elif (
            answer.plan is not None
            and answer.objective is not None
            and answer.objective <= limit
            and answer.shortfall <= report.shortfall + SAME_VISITS
        ):
            found.append(_tie(report, answer.plan, answer.objective))
    return found


# -- search --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class _Network:
    is_open: NDArray[np.bool_]
    offers: NDArray[np.bool_]
    formats: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Step:
    """An exchange: what leaves the plans before, for what loss of travel (an estimate)."""

    leaves: float
    loss: float
    close: int = -1
    open: int = -1
    drop: tuple[int, int] | None = None
    add: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    """The search for one plan more, away from those known."""

    problem: PlanningProblem
    sets: ModelSets
    limit: float
    most_shortfall: float
    effort: Effort

    def away_from(self, plans: list[Plan]) -> tuple[Plan, float] | None:
        """A plan within the limit that uses as little as can be of what these use."""
        used_sites = np.array([plan.is_open for plan in plans]).sum(axis=0, dtype=np.float64)
        used_offers = np.array([plan.offers for plan in plans]).sum(axis=0, dtype=np.float64)
        used_offers = used_offers / len(self.problem.service_ids)
        known = {plan.offers.tobytes() for plan in plans}
        best: tuple[Plan, float] | None = None
        here = _Network(plans[0].is_open, plans[0].offers, plans[0].format)
        value = score(self.problem, plans[0]).objective.total
        for _ in range(STEPS):
            if self.effort.left <= 0:
                break
            found = self._step(here, value, used_sites, used_offers)
            if found is None:
                break
            plan, value = found
            here = _Network(plan.is_open, plan.offers, plan.format)
            if plan.offers.tobytes() not in known:
                best = plan, value
        return best or self._beside(plans, known, used_sites, used_offers)

    def _beside(
        self,
        plans: list[Plan],
        known: set[bytes],
        used_sites: NDArray[np.float64],
        used_offers: NDArray[np.float64],
    ) -> tuple[Plan, float] | None:
        """Where nothing leaves what is used any further: another plan, one exchange away."""
        for plan in plans:
            here = _Network(plan.is_open, plan.offers, plan.format)
            room = self.limit - score(self.problem, plan).objective.total
            steps = [
                step
                for step in (
                    *self._site_steps(here, used_sites, used_offers),
                    *self._offer_steps(here, used_offers),
                )
                if step.loss <= room
            ]
            steps.sort(key=lambda step: (-round(step.leaves, 9), step.loss))
            found = self._first_that_holds(here, steps, self.limit, known)
            if found is not None:
                return found
        return None

    def _step(
        self,
        here: _Network,
        value: float,
        used_sites: NDArray[np.float64],
        used_offers: NDArray[np.float64],
    ) -> tuple[Plan, float] | None:
        """The first exchange, of those that promise most, that keeps rules and limit."""
        room = self.limit - value
        least = abs(room) * 1e-3 + abs(self.limit) * ROUNDING
        leaving, winning = [], []
        for step in (
            *self._site_steps(here, used_sites, used_offers),
            *self._offer_steps(here, used_offers),
        ):
            if step.leaves > ROUNDING and step.loss <= room:
                leaving.append(step)
            elif step.leaves >= -ROUNDING and step.loss < -least:
                winning.append(step)  # leaves nothing, but makes room for another that does
        leaving.sort(key=lambda step: -step.leaves / max(step.loss, least))
        winning.sort(key=lambda step: step.loss)
        found = self._first_that_holds(here, leaving, self.limit)
        return found or self._first_that_holds(here, winning, value - least)

    def _first_that_holds(
        self,
        here: _Network,
        steps: list[_Step],
        limit: float,
        known: Collection[bytes] = (),
    ) -> tuple[Plan, float] | None:
        """The first of the steps to a plan that keeps every rule and the limit, judged.

        Plans that are `known`, by their offerings, are passed over.
        """
        tries = TRIES if nearest_is_best(self.problem) else TRIES_WITH_SOLVER
        for step in steps:
            if self.effort.left <= 0 or tries == 0:
                return None
            network = self._after(here, step)
            if network is None or network.offers.tobytes() in known:
                continue
            tries -= 1
            parts = network.is_open, network.offers, network.formats
            plan = assigned(self.problem, self.sets, *parts, effort=self.effort)
            if plan is None:
                continue
            judged = score(self.problem, plan)
            missed = judged.shortfall > self.most_shortfall
            if not judged.violations and not missed and judged.objective.total <= limit:
                return plan, judged.objective.total
        return None

    def _site_steps(
        self,
        here: _Network,
        used_sites: NDArray[np.float64],
        used_offers: NDArray[np.float64],
    ) -> Iterator[_Step]:
        """Close a branch, or put another in its place with what it offers."""
        could = np.flatnonzero(~here.is_open & self.sets.most_open)
        for j in np.flatnonzero(here.is_open & ~self.sets.least_open).tolist():
            mix = here.offers[j]
            gone = float(used_sites[j] + used_offers[j, mix].sum())
            closing = here.offers.copy()
            closing[j] = False
            loss, gain = self._travel(here, closing, could, mix)
            yield _Step(gone, loss, close=j)
            for k, saved in zip(could.tolist(), gain.tolist(), strict=True):
                comes = float(used_sites[k] + used_offers[k, mix].sum())
                yield _Step(gone - comes, loss - saved, close=j, open=k)

    def _offer_steps(self, here: _Network, used_offers: NDArray[np.float64]) -> Iterator[_Step]:
        """Drop an offering, or make it at another branch instead."""
        for j, s in np.argwhere(here.offers & ~self.sets.least_offered).tolist():
            if here.offers[j].sum() == 1:
                continue
            dropping = here.offers.copy()
            dropping[j, s] = False
            could = here.is_open & ~here.offers[:, s] & self.sets.most_offered[:, s]
            others = np.flatnonzero(could)
            alone = np.zeros(here.offers.shape[1], dtype=np.bool_)
            alone[s] = True
            loss, gain = self._travel(here, dropping, others, alone)
            gone = float(used_offers[j, s])
            yield _Step(gone, loss, drop=(j, s))
            for k, saved in zip(others.tolist(), gain.tolist(), strict=True):
                step = _Step(gone - float(used_offers[k, s]), loss - saved, drop=(j, s))
                yield replace(step, add=(k, s))

    def _travel(
        self,
        here: _Network,
        without: NDArray[np.bool_],
        could: NDArray[np.int64],
        mix: NDArray[np.bool_],
    ) -> tuple[float, NDArray[np.float64]]:
        """Travel lost without something, and what each of some sites would win back with a mix.

        Everybody at the nearest branch: an estimate where rules say who goes where.
        """
        loss, gain = 0.0, np.zeros(could.size)
        reach = self.problem.impedance
        far = float(reach[np.isfinite(reach)].max(initial=0.0))
        for entry in self.sets.classes:
            needs = list(entry.needs)
            before = here.offers[:, needs].all(axis=1)
            after = np.asarray(without[:, needs].all(axis=1))
            joined: NDArray[np.bool_] = without[could] | mix
            helps: NDArray[np.bool_] = joined[:, needs].all(axis=1) & ~after[could]
            if (before == after).all() and not helps.any():
                continue
            now = np.minimum(reach[:, before].min(axis=1, initial=np.inf), far)
            then = np.minimum(reach[:, after].min(axis=1, initial=np.inf), far)
            loss += float(entry.visits @ (then - now))
            closer = np.maximum(0.0, then[:, None] - reach[:, could[helps]])
            gain[helps] += entry.visits @ closer
        return loss, gain

    def _after(self, here: _Network, step: _Step) -> _Network | None:
        """The network after an exchange; None where a site may not take what it should."""
        is_open, offers, formats = here.is_open.copy(), here.offers.copy(), here.formats.copy()
        if step.close >= 0:
            is_open[step.close], offers[step.close], formats[step.close] = False, False, -1
        if step.drop is not None:
            offers[step.drop] = False
        if step.add is not None:
            offers[step.add] = True
        if step.open >= 0:
            mix = here.offers[step.close]
            if self.problem.rules.mix == "as_listed":
                mix = self.problem.today[step.open]
            format_ = self._format(step.open, mix, int(here.formats[step.close]))
            if format_ is None:
                return None
            is_open[step.open], formats[step.open] = True, format_
            offers[step.open] = mix
        return _Network(is_open, offers, formats)

    def _format(self, site: int, mix: NDArray[np.bool_], like: int) -> int | None:
        """The format for a site: that of the branch it replaces, else the cheapest that may."""
        problem = self.problem
        may = problem.format_allowed[site] & problem.format_services[:, mix].all(axis=1)
        locked = (problem.rules.locked_format or {}).get(site)
        if locked is not None:
            return locked if may[locked] else None
        if may[like]:
            return like
        choice = np.flatnonzero(may)
        if choice.size == 0:
            return None
        return int(choice[problem.branch_annual_kes[site, choice].argmin()])
