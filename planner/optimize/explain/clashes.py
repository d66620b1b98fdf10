"""From a question without a plan to the rules that clash, each with its words and its repair."""

from __future__ import annotations

from dataclasses import replace

from planner.optimize.explain.arithmetic import sums
from planner.optimize.explain.case import Case
from planner.optimize.explain.groups import HEAVY, groups, without
from planner.optimize.explain.proofs import clash
from planner.optimize.explain.watch import Watch
from planner.optimize.explain.words import words_of
from planner.plan import Clash
from planner.problem import PlanningProblem

PROOF_SHARE = 0.6  # of the time, for finding the smallest set; the rest is for repairs
NOT_SMALLEST = "Time ran out here: fewer of these rules may be enough for the clash."


def explain(problem: PlanningProblem, watch: Watch) -> tuple[Clash, ...]:
    """The rules that cannot hold together, of a problem that is proved to have no plan.

    Sums come first: where they show a clash, only the rules that they speak of are looked at.
    Then rules are dropped group by group: what can be left out without making a plan possible is
    not needed for the clash (a deletion filter, Chinneck & Dravnieks 1991). What is left is told
    with the least change of each that helps. When time runs out the set still clashes, and the
    words say that it may not be the smallest.
    """
    proving = watch.part(PROOF_SHARE)
    stated = groups(problem)
    core, why = _start(problem, stated, proving)
    tested = [*(group for group in core if group in HEAVY), *(g for g in core if g not in HEAVY)]
    is_smallest = True
    for group in tested:
        rest = [other for other in stated if other not in core or other == group]
        if len(core) == 1:
            break
        if proving.left <= 0:
            is_smallest = False
            break
        if clash(without(problem, rest), proving):
            core.remove(group)
    alone = without(problem, [group for group in stated if group not in core])
    told = _told(Case.of(problem, alone, tuple(core), watch), why)
    if not is_smallest and told:
        last = told[-1]
        told = (*told[:-1], replace(last, text=f"{last.text} {NOT_SMALLEST}"))
    return told


def _start(
    problem: PlanningProblem, stated: tuple[str, ...], watch: Watch
) -> tuple[list[str], dict[str, str]]:
    """The rules to begin with, and what sums say of them; all rules where sums show nothing."""
    for found in sums(problem):
        few = [group for group in stated if group in found.groups]
        rest = [group for group in stated if group not in few]
        if few and (watch.left <= 0 or clash(without(problem, rest), watch)):
            first = next(group for group in found.groups if group in few)
            return few, {first: found.text}
    return list(stated), {}


def _told(case: Case, why: dict[str, str]) -> tuple[Clash, ...]:
    told = []
    for n, group in enumerate(case.core):
        part = replace(case, watch=case.watch.part(1 / (len(case.core) - n)))
        text, help_ = words_of(part, group)
        reason = f" {why[group]}" if group in why else ""
        told.append(Clash(group, f"{text}{reason}", help_.text, help_.changes))
    return tuple(told)
