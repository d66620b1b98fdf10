"""The state of a search: its question and limits, the best plan and bound so far, and the time."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from planner.optimize.formulation import Aim
from planner.optimize.network import Network, overspent
from planner.optimize.serve import Served, serve
from planner.optimize.sets import ModelSets, nearest_is_best
from planner.optimize.solvers import Controls, Sign, SolverName
from planner.optimize.standards import ROUNDING, ROUNDING_VISITS
from planner.plan import Clash, Incumbent, Known, Plan, Prices, Progress, Status
from planner.problem import PlanningProblem

Stage = Literal["prepare", "bound", "build", "solve"]
LAST_SECONDS = 1.0  # what the assignment of a network may take beyond the time limit


@dataclass(frozen=True, slots=True)
class Limits:
    """When to stop: seconds, relative gap; and with what."""

    seconds: float = 120.0
    gap: float = 0.001
    solver: SolverName = "highs"
    threads: int = 1
    seed: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What was found and proved, in the problem's objective unit a year.

    `shortfall` is by how many yearly visits the plan misses soft rules, and `shortfall_bound`
    what is proved to be missed at least; None without soft rules or without a plan. `prices` are
    those of the bound, where it has some.
    """

    status: Status
    plan: Plan | None
    objective: float | None
    bound: float | None
    gap: float | None
    clashes: tuple[Clash, ...]
    seconds_by_stage: Mapping[str, float]
    notes: tuple[str, ...] = ()
    shortfall: float | None = None
    shortfall_bound: float | None = None
    prices: Prices | None = None


@dataclass(slots=True)
class Search:
    """The state of one search; the only thing in this package that changes.

    Its objective is that of `aim`: the problem's own, or the visits that fall short.
    `seconds_to_serve` is what the last assignment took: so much is kept for the next.
    `patience` is the share of the time after which a search without any plan ends.
    `has_failed`: the solver that was asked for gave no answer, so the other one goes on.
    `known`: what other questions hand on; None for nothing. `prices`: those of the own bound, or
    known.
    `on_plan` is given each plan that is taken.
    """

    problem: PlanningProblem
    limits: Limits
    on_progress: Callable[[Progress], None] | None = None
    asked_to_stop: Callable[[], bool] | None = None
    aim: Aim = field(default_factory=Aim)
    started: float = field(default_factory=time.monotonic)
    seconds: dict[str, float] = field(
        default_factory=lambda: dict.fromkeys(("bound", "build", "solve"), 0.0)
    )
    best: Network | None = None
    served: Served | None = None
    upper: float = math.inf
    lower: float = -math.inf
    is_impossible: bool = False
    seconds_to_serve: float = 0.0
    patience: float = 1.0
    has_failed: bool = False
    known: Known | None = None
    prices: Prices | None = None
    on_plan: Callable[[Incumbent], None] | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def until(self) -> float:
        """The end of the time, as `time.monotonic` tells it."""
        share = self.patience if self.best is None else 1.0
        return self.started + self.limits.seconds * share

    @property
    def left(self) -> float:
        """Seconds left."""
        return self.until - time.monotonic()

    @property
    def gap(self) -> float | None:
        """The proved relative gap; None when unknown."""
        return relative_gap(self.upper, self.lower)

    @property
    def proved(self) -> bool:
        """Whether the gap is proved to be as small as was asked for."""
        if self.aim.what == "shortfall" and self.upper - self.lower <= ROUNDING_VISITS:
            return True
        return self.gap is not None and self.gap <= max(self.limits.gap, ROUNDING)

    def enough(self) -> bool:
        """Whether a running solver may end: asked to, or the gap is proved already."""
        return self.proved or self.is_stopped()

    def is_stopped(self) -> bool:
        """Whether somebody asked for the end."""
        return self.asked_to_stop is not None and self.asked_to_stop()

    def stop(self) -> bool:
        """Whether to end: no time left, or asked to."""
        return self.left <= 0 or self.is_stopped()

    def over(self) -> bool:
        """Whether there is nothing more to look for."""
        return self.proved or self.is_impossible or self.stop()

    @contextmanager
    def stage(self, name: Stage) -> Iterator[None]:
        """Count the time of a stage, and tell that it begins."""
        begin = time.monotonic()
        self.tell(name)
        try:
            yield
        finally:
            self.seconds[name] += time.monotonic() - begin

    def tell(self, stage: Stage, *, new: bool = False, bound: float = -math.inf) -> None:
        """Tell the progress; `bound` is one that a running solver has proved so far.

        While shortfalls are made small, there are no figures of the objective to tell.
        """
        if self.on_progress is None:
            return
        seconds = time.monotonic() - self.started
        if self.aim.what == "shortfall":
            self.on_progress(Progress(seconds, stage, message="Looking for the least shortfall."))
            return
        lower = max(self.lower, min(bound, self.upper))
        sites = None
        if new and self.best is not None:
            sites = tuple(
                name
                for name, opened in zip(self.problem.site_ids, self.best.is_open, strict=True)
                if opened
            )
        self.on_progress(
            Progress(
                seconds=seconds,
                stage=stage,
                incumbent=self.upper if math.isfinite(self.upper) else None,
                bound=lower if math.isfinite(lower) else None,
                gap=relative_gap(self.upper, lower),
                open_sites=sites,
            )
        )

    def offer(
        self, network: Network, sets: ModelSets, stage: Stage, *, nearest_only: bool = False
    ) -> bool:
        """Take a network as the incumbent when it keeps the money and the visits, and is better.

        Once the gap is proved, nothing more is taken: a solver that is asked to end does so a
        little sooner or later each time, and the plan must not depend on it.

        Args:
            network: The network; it keeps the other rules.
            sets: The sets of the problem, or of a part of it.
            stage: What the progress is told as.
            nearest_only: Take no time for an assignment other than nearest choice.

        Returns:
            False when it costs more than a budget.
        """
        if overspent(self.problem, network):
            return False
        if self.proved:
            return True
        begin = time.monotonic()
        served = serve(
            self.problem,
            sets,
            network,
            self.aim,
            seconds=max(self.left, 0.0) + LAST_SECONDS,
            nearest_only=nearest_only,
        )
        if not nearest_only:
            self.seconds_to_serve = time.monotonic() - begin
        if served is not None and self.value_of(served) < self.upper:
            self.take(network, served)
            self.tell(stage, new=True)
        return True

    def take(self, network: Network, served: Served) -> None:
        """Make a network the incumbent, whatever was known before."""
        self.best, self.served, self.upper = network, served, self.value_of(served)
        self.lower = min(self.lower, self.upper)
        if self.on_plan is not None:
            is_known = self.aim.what == "objective" and math.isfinite(self.lower)
            plan, bound = plan_of(network, served), self.lower if is_known else None
            self.on_plan(Incumbent(plan, served.objective, bound, served.shortfall))

    def value_of(self, served: Served) -> float:
        """What the aim counts of an assignment."""
        return served.shortfall if self.aim.what == "shortfall" else served.objective

    def raise_bound(self, value: float) -> None:
        """Take a proved lower bound."""
        if value > self.lower:
            self.lower = min(value, self.upper)

    def controls(
        self, seconds: float, gap: float = 0.0, on_sign: Callable[[Sign], None] | None = None
    ) -> Controls:
        """Limits of one call of a solver."""
        limits = self.limits
        closely = not nearest_is_best(self.problem)
        return Controls(
            seconds, gap, limits.threads, limits.seed, on_sign, self.enough, exact=closely
        )

    @property
    def solver(self) -> SolverName:
        """The solver that was asked for, or the other one after it failed."""
        return other_solver(self.limits.solver) if self.has_failed else self.limits.solver

    def note(self, text: str) -> None:
        """Something that a reader should know; each thing once."""
        if text and text not in self.notes:
            self.notes.append(text)


def plan_of(network: Network, served: Served) -> Plan:
    """A network and who goes where in it, as a plan."""
    return Plan(network.is_open, network.offers, served.assignment, network.format, served.counters)


def relative_gap(upper: float, lower: float) -> float | None:
    """(upper - lower) / upper, 0 when upper is 0, None when either is unknown."""
    if not math.isfinite(upper) or not math.isfinite(lower):
        return None
    return max(0.0, (upper - lower) / upper) if upper > 0 else 0.0


def other_solver(name: SolverName) -> SolverName:
    """The solver that confirms what one says, and that goes on where it fails."""
    return "cbc" if name == "highs" else "highs"
