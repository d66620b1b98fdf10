"""How firm a plan is: other plans as good, figures at their ends, branches that are lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, zip_longest

import numpy as np

from planner.insight.assumptions import Assumption, assumptions
from planner.insight.effort import Effort
from planner.insight.frequency import Choice, Family, Frequency, frequency
from planner.insight.lost import Loss, branches_to_lose, plan_without, question_without
from planner.insight.lost_shock import Shock, shocks
from planner.insight.regret import Future, Regret, regrets
from planner.insight.resolved import Question, Resolved, questions_of, resolve
from planner.insight.ties import NearTies, near_ties
from planner.insight.uncertain import Kept, one_at_a_time
from planner.pack.types import Pack
from planner.plan import Plan, Progress, SolveReport
from planner.problem import PlanningProblem
from planner.scenario import Scenario

TIES_SHARE = 0.2  # of the time; what it leaves over goes to all that follows
SOLVES_SHARE = 0.75  # of the time left after that; the rest is for the regret
STEP_SHARE = 0.1  # of the time for all answers that a single one may take
HANDED_ON = 4  # plans of neighbours that a search begins from


@dataclass(frozen=True, slots=True)
class Depth:
    """How much is asked.

    Attributes:
        ties: Plans almost as good that are looked for, the given one included; 1 for none.
        tolerance: How much worse these may be, relative to the objective.
        figures: How many figures are tried at their ends, those first that move travel most;
            None for every figure that changes the question, 0 for none.
        lost: Whether the plan is looked for anew without each of its branches.
    """

    ties: int = 10
    tolerance: float = 0.005
    figures: int | None = None
    lost: bool = True


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What time did not suffice for: ends of figures, lost branches, futures of the regret.

    `unsure`: keys of answers that were cut short too far from their bound to be counted.
    """

    ends: tuple[Question, ...] = ()
    sites: tuple[int, ...] = ()
    futures: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Robust:
    """How firm a plan is.

    Attributes:
        report: The answer that is asked about.
        ties: Plans almost as good; None where none were asked for.
        ends: The answers with a figure at one of its ends.
        losses: The answers without one of the branches.
        shocks: What the loss of each branch means when nothing is built in its place.
        choices: Every plan found, the given one first: what is counted in `frequency`.
        frequency: How often each site and offering is chosen.
        plans: Keys of the plans that are held against one another in `regret`, in its order;
            more than one where plans are alike.
        regret: Which of them is safest.
        left_out: What time did not suffice for.
    """

    report: SolveReport
    ties: NearTies | None
    ends: tuple[Resolved, ...]
    losses: tuple[Loss, ...]
    shocks: tuple[Shock, ...]
    choices: tuple[Choice, ...]
    frequency: Frequency
    plans: tuple[tuple[str, ...], ...]
    regret: Regret
    left_out: LeftOut = field(default_factory=LeftOut)


def robust(
    pack: Pack,
    scenario: Scenario,
    report: SolveReport,
    *,
    effort: Effort,
    depth: Depth | None = None,
    added: Mapping[str, Plan] | None = None,
) -> Robust:
    """How often its sites are chosen over many plans, what a loss costs, and which plan is safest.

    Args:
        pack: The pack.
        scenario: The rules.
        report: The answer that is asked about, with a plan.
        effort: The time of all of it; what it does not suffice for is left out, and named.
        depth: How much is asked.
        added: Plans of others over the same sites and services, by name, that are held against
            this one.
    """
    if report.plan is None:
        raise ValueError("the answer has no plan to ask about")
    depth = depth or Depth()
    struck = shocks(report.problem, report.plan)
    ties = _ties(report, depth, _slice(effort, TIES_SHARE))
    near = [tie.plan for tie in ties.ties[1:]] if ties is not None else []
    questions = _questions(report, pack, scenario, depth, _slice(effort, TIES_SHARE))
    sites = branches_to_lose(report.problem, report.plan) if depth.lost else ()
    ends: list[Resolved] = []
    losses: list[Loss] = []
    asked = _in_turn(questions, sites)
    solving = _slice(effort, SOLVES_SHARE)
    for number, question in enumerate(asked):
        step = _step_of(solving, len(asked) - number)
        if step is None:
            break
        effort.tell(Progress(0.0, "solve", message=f"answers {number + 1} of {len(asked)}"))
        if isinstance(question, Question):
            others = [each.answer.plan for each in ends if each.answer.plan is not None]
            others = [*others[-HANDED_ON:], *near[:HANDED_ON]]
            ends.append(resolve(report, pack, scenario, question, effort=step, others=others))
        else:
            losses.append(plan_without(report, question, effort=step))
    left = LeftOut(
        tuple(each for each in asked[len(ends) + len(losses) :] if isinstance(each, Question)),
        tuple(each for each in asked[len(ends) + len(losses) :] if isinstance(each, int)),
    )
    furthest = max(depth.tolerance, effort.limits.gap)
    choices, unsure = _choices(report, ties, ends, losses, furthest)
    networks = _networks(choices, added or {})
    plans = [plan for _, plan in networks]
    found = regrets(plans, _futures(report, ends, losses, plans), effort=effort)
    return Robust(
        report=report,
        ties=ties,
        ends=tuple(ends),
        losses=tuple(losses),
        shocks=struck,
        choices=choices,
        frequency=frequency(report.problem, choices),
        plans=tuple(keys for keys, _ in networks),
        regret=found,
        left_out=replace(left, futures=found.left_out, unsure=unsure),
    )


def key_of(report: SolveReport, answer: Resolved | Loss) -> str:
    """Names an answer: the figure with its end, or the branch that is lost."""
    if isinstance(answer, Resolved):
        return f"{answer.question.assumption.key}:{answer.question.end}"
    return lost_key(report.problem, answer.site)


def lost_key(problem: PlanningProblem, site: int) -> str:
    """Names the loss of a branch."""
    return f"without:{problem.site_ids[site]}"


def _slice(effort: Effort, share: float) -> Effort:
    """A share of the time that is left; signs of life by the clock of the whole."""
    seconds = max(0.0, effort.left) * share
    return Effort(replace(effort.limits, seconds=seconds), 1, effort.tell, effort.should_stop)


def _in_turn(questions: Sequence[Question], sites: Sequence[int]) -> list[Question | int]:
    """The figures' ends and the lost branches by turns, so that time suffices for some of both."""
    mixed = chain.from_iterable(zip_longest(questions, sites))
    return [each for each in mixed if each is not None]


def _step_of(effort: Effort, questions: int) -> Effort | None:
    """The time of the next question, told by nobody; None where there is too little left.

    It may take more than its even share: a few right answers say more than many that were cut
    short.
    """
    if effort.left <= 0:
        return None
    least = effort.limits.seconds * STEP_SHARE
    seconds = max(effort.left / questions, min(effort.left, least))
    return Effort(replace(effort.limits, seconds=seconds), 1, None, effort.should_stop)


def _ties(report: SolveReport, depth: Depth, effort: Effort) -> NearTies | None:
    if depth.ties <= 1:
        return None
    return near_ties(report, effort=effort, tolerance=depth.tolerance, count=depth.ties)


def _questions(
    report: SolveReport, pack: Pack, scenario: Scenario, depth: Depth, effort: Effort
) -> tuple[Question, ...]:
    if depth.figures == 0 or report.plan is None:
        return ()
    figures: Sequence[Assumption] = assumptions(pack, scenario.travel.mode)
    if depth.figures is not None:
        quiet = replace(effort, on_progress=None)
        tornado = one_at_a_time(Kept(pack, scenario, report.plan), figures, effort=quiet)
        figures = [swing.assumption for swing in tornado.by("mean_min")[: depth.figures]]
    return questions_of(report, pack, scenario, figures)


def _choices(
    report: SolveReport,
    ties: NearTies | None,
    ends: Sequence[Resolved],
    losses: Sequence[Loss],
    furthest: float,
) -> tuple[tuple[Choice, ...], tuple[str, ...]]:
    """Every plan to count, and the keys of those that are too far from their bound."""
    if report.plan is None:
        raise ValueError("the answer has no plan to ask about")
    near = () if ties is None else ties.ties[1:]
    found = [Choice("given", "given", report.plan)]
    found += [Choice(f"tie:{number}", "ties", tie.plan) for number, tie in enumerate(near, 2)]
    unsure = []
    answers: tuple[Resolved | Loss, ...] = (*ends, *losses)
    for each in answers:
        plan, key = each.answer.plan, key_of(report, each)
        if plan is None:
            continue
        if each.answer.gap is None or each.answer.gap > furthest:
            unsure.append(key)
        elif isinstance(each, Resolved):
            found.append(Choice(key, "figures", plan))
        else:
            family: Family = "lost_today" if each.is_existing else "lost"
            found.append(Choice(key, family, plan, each.site))
    return tuple(found), tuple(unsure)


def _networks(
    choices: Sequence[Choice], added: Mapping[str, Plan]
) -> list[tuple[tuple[str, ...], Plan]]:
    """The plans to hold against one another, alike ones once: with their keys."""
    kept = [each for each in choices if each.barred is None]
    named = [(each.key, each.plan) for each in kept]
    named += [(f"run:{name}", plan) for name, plan in added.items()]
    found: dict[tuple[bytes, bytes], tuple[list[str], Plan]] = {}
    for key, plan in named:
        alike = plan.offers.tobytes(), plan.format.tobytes()
        found.setdefault(alike, ([], plan))[0].append(key)
    return [(tuple(keys), plan) for keys, plan in found.values()]


def _futures(
    report: SolveReport,
    ends: Sequence[Resolved],
    losses: Sequence[Loss],
    plans: Sequence[Plan],
) -> list[Future]:
    """The figures as they are, each at its ends, and the loss of each branch of any of the plans.

    Were it only those of one of the plans, the others would look safer than they are.
    """
    problem = report.problem
    found = [Future("as_is", "as_is", problem, report, report.bound)]
    for end in ends:
        asked = end.question
        key = key_of(report, end)
        found.append(Future(key, asked.end, asked.problem, end.answer, end.answer.bound))
    known = {loss.site: loss for loss in losses}
    for site in np.flatnonzero(np.any([plan.is_open for plan in plans], axis=0)).tolist():
        free, key = question_without(problem, site), lost_key(problem, site)
        loss = known.get(site)
        answer, bound = (None, None) if loss is None else (loss.answer, loss.floor)
        found.append(Future(key, "lost", free, answer, bound, site))
    return found
