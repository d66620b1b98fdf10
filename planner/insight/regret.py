"""Which plan is safest: by how much each is worse than the best, whatever the future turns out.

Min-max regret over plans that are known (Kouvelis & Yu 1997).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from planner.evaluate import violations
from planner.evaluate.flows import row_visits, unserved_visits
from planner.evaluate.loads import branch_loads
from planner.evaluate.means import mean
from planner.evaluate.objective import objective_parts
from planner.evaluate.standards import standard_scores
from planner.insight.effort import Effort
from planner.insight.lost import network_without
from planner.insight.prices import ROUNDING, SAME_VISITS
from planner.insight.uncertain import assigned_anew
from planner.plan import Plan, Progress, SolveReport
from planner.problem import PlanningProblem

# Rules whose breach is counted in visits; all others are kept or broken.
_COUNTED = frozenset(
    {
        "assignment.nobody",
        "capacity.visits",
        "capacity.minutes",
        "capacity.counters",
        "rules.standards",
    }
)
FutureKind = Literal["as_is", "low", "high", "lost"]


@dataclass(frozen=True, slots=True, eq=False)
class Future:
    """One way that things may turn out.

    Attributes:
        key: Names it: "as_is", a figure's key with its end, or the lost branch's id.
        kind: The figures as they are, one of them low or high, or a branch that is lost.
        problem: The question that plans are judged by there.
        answer: The best answer that is known there, beside the plans; None for none.
        bound: No plan is better than this there; None where nothing is proved.
        lost: The branch that is lost; plans are held there without it, nothing built anew.
    """

    key: str
    kind: FutureKind
    problem: PlanningProblem
    answer: SolveReport | None = None
    bound: float | None = None
    lost: int | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """One plan in one future, and by how much it is worse there than the best that is known.

    Attributes:
        objective: In the unit of the scenario's objective, a year.
        mean_min: Mean minutes one way of the visits served; None without any.
        keeps_rules: Whether every rule can be kept, soft ones too.
        missed: Visits a year that are not served, miss a standard or find no room.
        breaks: Whether another rule is broken than one that is counted in visits.
        broken: The first broken rule in words; empty where none is.
        missed_more: `missed` above the least of any plan there.
        breaks_more: Whether it breaks another rule there and some plan does not.
        low: Proved: the regret is no less, in objective units a year; None where the plan cannot
            be compared, as it misses more or breaks more: then its regret has no end.
        high: Proved: the regret is no more; None where nothing is proved.
        extra_min: Mean minutes a visit above those of the best plan there; None where unknown.
    """

    objective: float
    mean_min: float | None
    keeps_rules: bool
    missed: float
    breaks: bool
    broken: str = ""
    missed_more: float = 0.0
    breaks_more: bool = False
    low: float | None = None
    high: float | None = None
    extra_min: float | None = None

    @property
    def size(self) -> tuple[bool, float, float]:
        """The regret, the smallest first: broken rules, then visits missed, then the objective."""
        return self.breaks_more, self.missed_more, self.low or 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Regret:
    """The regret of every plan in every future.

    Attributes:
        plans: The networks, the given one first.
        futures: The futures that time sufficed for.
        cells: By plan, then by future.
        order: The plans, that of the smallest largest regret first.
        left_out: Keys of the futures that time did not suffice for.
    """

    plans: tuple[Plan, ...]
    futures: tuple[Future, ...]
    cells: tuple[tuple[Cell, ...], ...]
    order: tuple[int, ...]
    left_out: tuple[str, ...] = ()

    def worst(self, plan: int) -> int:
        """The future in which a plan's regret is largest; the first of equals."""
        row = self.cells[plan]
        return max(range(len(row)), key=lambda f: row[f].size)

    def largest(self, plan: int) -> Cell:
        """The cell of a plan's largest regret."""
        return self.cells[plan][self.worst(plan)]

    def mean(self, plan: int) -> float | None:
        """A plan's mean regret over all futures; None where one of them has no end."""
        lows = [cell.low for cell in self.cells[plan]]
        known = [low for low in lows if low is not None]
        return sum(known) / len(known) if known and len(known) == len(lows) else None


def regrets(plans: Sequence[Plan], futures: Sequence[Future], *, effort: Effort) -> Regret:
    """Hold every plan against the best in every future.

    In a future each plan keeps its sites, services and formats; everybody is assigned anew as
    the rules ask. The regret is at least its objective less the best that is known there, and at
    most its objective less the proved bound. A plan that misses more visits than another, or
    breaks a rule that another keeps, has a regret without end; of two such plans the one is worse
    that breaks or misses more. The plan whose largest regret is smallest comes first; of equals
    that of the smaller mean, then that which was given first.

    Args:
        plans: The networks, that which is asked about first.
        futures: The futures, the figures as they are first. A lost branch's question has to
            differ from that one's only in that the site is closed.
        effort: The time; futures that it does not suffice for are left out, and named.
    """
    columns: list[list[Cell]] = []
    for number, future in enumerate(futures):
        effort.tell(Progress(0.0, "check", message=f"futures {number + 1} of {len(futures)}"))
        as_is = columns[0] if columns else None
        column = _column(plans, future, as_is, effort, len(futures) - number)
        if column is None:
            break
        columns.append(column)
    done = tuple(futures[: len(columns)])
    held = [_compared(column, future) for column, future in zip(columns, done, strict=True)]
    cells = tuple(zip(*held, strict=True)) if held else tuple(() for _ in plans)
    found = Regret(tuple(plans), done, cells, tuple(range(len(plans))))
    order = sorted(range(len(plans)), key=lambda plan: (*_rank(found, plan), plan)) if held else ()
    left_out = tuple(future.key for future in futures[len(columns) :])
    return replace(found, order=tuple(order), left_out=left_out)


def _rank(found: Regret, plan: int) -> tuple[bool, float, float, float]:
    """What plans are ordered by; figures that differ by rounding alone are the same."""
    breaks, missed, low = found.largest(plan).size
    mean = found.mean(plan)
    return breaks, round(missed, 3), _digits(low), np.inf if mean is None else _digits(mean)


def _digits(value: float) -> float:
    return float(f"{value:.9g}")


def _column(
    plans: Sequence[Plan],
    future: Future,
    as_is: list[Cell] | None,
    effort: Effort,
    columns: int,
) -> list[Cell] | None:
    """Every plan in one future, of so many that are left; None where time did not suffice."""
    cells = []
    for number, plan in enumerate(plans):
        if effort.left <= 0:
            return None
        if future.lost is not None and as_is is not None and not plan.is_open[future.lost]:
            cells.append(as_is[number])  # it has nothing to lose
            continue
        network = plan if future.lost is None else network_without(plan, future.lost)
        found = assigned_anew(future.problem, network, effort.part(len(plans) * columns - number))
        if found is None:
            return None
        cells.append(_cell(future.problem, found[0]))
    return cells


def _cell(problem: PlanningProblem, plan: Plan) -> Cell:
    broken, rows = violations(problem, plan), plan.assignment
    short = sum(standard.visits_short for standard in standard_scores(problem, plan))
    if problem.rules.capacity != "off":
        short += sum(load.visits_over for load in branch_loads(problem, plan).values())
    unserved = float(unserved_visits(problem, rows).sum())
    return Cell(
        objective=objective_parts(problem, plan).total,
        mean_min=mean(problem.minutes[rows.point, rows.site], row_visits(problem, rows)),
        keeps_rules=not broken and short <= SAME_VISITS,
        missed=unserved + short,
        breaks=any(each.rule not in _COUNTED for each in broken),
        broken=broken[0].text if broken else "",
    )


def _compared(column: Sequence[Cell], future: Future) -> list[Cell]:
    """The cells of a future with their regret."""
    mark = min(
        (
            _Mark(cell.missed, cell.objective, cell.mean_min, is_broken=cell.breaks)
            for cell in column
        ),
        key=_Mark.rank,
    )
    answer = future.answer
    if answer is not None and answer.plan is not None:
        cell = _cell(future.problem, answer.plan)
        found = _Mark(cell.missed, cell.objective, cell.mean_min, is_broken=cell.breaks)
        mark = min(mark, found, key=_Mark.rank)
    return [_with_regret(cell, mark, future.bound) for cell in column]


@dataclass(frozen=True, slots=True)
class _Mark:
    """The best that is known in a future."""

    missed: float
    objective: float
    mean_min: float | None
    is_broken: bool

    def rank(self) -> tuple[bool, float, float]:
        """What is better comes first."""
        return self.is_broken, round(self.missed, 6), self.objective


def _with_regret(cell: Cell, mark: _Mark, bound: float | None) -> Cell:
    more = cell.missed - mark.missed
    worse = cell.breaks and not mark.is_broken
    if worse or more > SAME_VISITS:
        return replace(cell, missed_more=max(0.0, more), breaks_more=worse)
    rounding = ROUNDING * max(abs(cell.objective), abs(mark.objective))
    low = cell.objective - mark.objective
    low = low if low > rounding else 0.0
    # A bound speaks of plans that keep the rules.
    high = max(low, cell.objective - bound) if bound is not None and cell.keeps_rules else None
    known = cell.mean_min is not None and mark.mean_min is not None
    extra = (cell.mean_min or 0.0) - (mark.mean_min or 0.0) if known else None
    return replace(cell, low=low, high=high, extra_min=extra)
