"""What a little more or less of a limit is worth: solved again on both sides, with proof."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from planner.evaluate.cliques import excess_offers
from planner.insight.changes import with_rules
from planner.insight.effort import Effort
from planner.insight.prices import Price, price_between, saving
from planner.plan import SolveReport
from planner.problem import PlanningProblem

Limit = Literal["annual_kes", "capital_kes", "branches", "new_branches", "duplicates"]
Direction = Literal["looser", "tighter", "other"]
MILLION = 1_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Worth:
    """What moving one limit does to the best objective.

    Attributes:
        limit: Which limit.
        now: Where it stands; for duplicates without a cap, how many the plan has.
        then: Where it is moved to.
        price: By how much the best objective rises; below 0 where it falls.
        answer: The answer under the moved limit.
    """

    limit: Limit
    now: int
    then: int
    price: Price
    answer: SolveReport

    @property
    def is_told(self) -> bool:
        """Whether a change is proved; otherwise it is lost within the gap."""
        price = self.price
        if price.impossible:
            return True
        if price.low is None or price.high is None:
            return price.shortfall_low > 0 or price.shortfall_high < 0
        return price.low > 0 or price.high < 0


def worth(report: SolveReport, *, effort: Effort, money_step: int = MILLION) -> tuple[Worth, ...]:
    """What a step of each limit that the rules set is worth, by solving again.

    Budgets are moved by `money_step`, counts by one, both ways. A looser limit can only lower
    the best objective, a tighter one only raise it, so what is proved on one side holds on the
    other as well. Where duplicates are priced or allowed, the plan's own number is
    the cap to start from, which is one solve more; where they are allowed, only fewer are asked
    about, as no limit can be looser.

    Args:
        report: An answer with a plan, and its question.
        effort: The time of all solves together.
        money_step: How far budgets are moved, in whole units of money.
    """
    if report.plan is None:
        raise ValueError("the answer has no plan to start from")
    moves = list(_moves(report.problem, money_step))
    many = _own_duplicates(report)
    if many is None:
        effort.questions = len(moves)
        return tuple(_moved(report, move, effort) for move in moves)
    allowed = report.problem.rules.duplicates == "allow"
    around = [m for m in _duplicate_moves(many) if not (allowed and m.direction == "looser")]
    effort.questions = len(moves) + 1 + len(around)
    found = [_moved(report, move, effort) for move in moves]
    capped = with_rules(report.problem, duplicates="cap", duplicates_max=many)
    start = effort.solve(capped, f"duplicates at most {many:,}")
    return (*found, *(_moved(start, move, effort) for move in around))


@dataclass(frozen=True, slots=True)
class _Move:
    limit: Limit
    now: int
    then: int
    direction: Direction
    rules: Mapping[str, Any]


def _moves(problem: PlanningProblem, step: int) -> Iterator[_Move]:
    rules = problem.rules
    for limit, key, size in (
        ("annual_kes", "annual_max_kes", step),
        ("capital_kes", "capital_max_kes", step),
        ("new_branches", "new_max", 1),
    ):
        now = getattr(rules, key)
        if now is not None:
            yield from _most(limit, now, size, key)
    least, most = rules.branches_min, rules.branches_max
    if least is not None and least == most:
        for then in (most + 1, most - 1):
            if then >= 0:
                both = {"branches_min": then, "branches_max": then}
                yield _Move("branches", most, then, "other", both)
    elif most is not None:
        yield from _most("branches", most, 1, "branches_max")
    if rules.duplicates in ("cap", "forbid"):
        now = rules.duplicates_max if rules.duplicates == "cap" else 0
        yield from _duplicate_moves(now)


def _most(limit: Any, now: int, size: int, key: str) -> Iterator[_Move]:
    """A limit of the kind at most, moved up and down."""
    yield _Move(limit, now, now + size, "looser", {key: now + size})
    if now > 0:
        less = max(0, now - size)
        yield _Move(limit, now, less, "tighter", {key: less})


def _duplicate_moves(now: int) -> Iterator[_Move]:
    for move in _most("duplicates", now, 1, "duplicates_max"):
        capped = {**move.rules, "duplicates": "cap"}
        yield _Move(move.limit, now, move.then, move.direction, capped)


def _own_duplicates(report: SolveReport) -> int | None:
    """Excess duplicates of the plan where no rule limits their number; None where one does."""
    problem, plan = report.problem, report.plan
    if problem.rules.duplicates not in ("price", "allow") or plan is None:
        return None
    if (problem.separation_km < 0).all() and (problem.separation_min < 0).all():
        return None
    counted = with_rules(problem, duplicates="cap")
    return sum(entry.excess for entry in excess_offers(counted, plan))


def _moved(start: SolveReport, move: _Move, effort: Effort) -> Worth:
    """Solve under the moved limit and hold it against the limit as it was."""
    words = f"{move.limit.replace('_', ' ')} {move.then:,} instead of {move.now:,}"
    answer = effort.solve(with_rules(start.problem, **move.rules), words)
    if move.direction == "looser":
        price = saving(price_between(answer, start, restricts=True))
    else:
        price = price_between(start, answer, restricts=move.direction == "tighter")
    return Worth(move.limit, move.now, move.then, price, answer)
