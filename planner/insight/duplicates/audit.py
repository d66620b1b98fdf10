"""The audit of duplicates of any network: pairs, groups, services, branches, three readings."""

from __future__ import annotations

import numpy as np

from planner.evaluate import Score, duplicate_pairs
from planner.evaluate.reach import require_minutes
from planner.insight.duplicates.ground import Ground
from planner.insight.duplicates.groups import groups_of
from planner.insight.duplicates.offered import (
    branches_of,
    head_office,
    second_in_time,
    services_of,
)
from planner.insight.duplicates.pairs import Pairs
from planner.insight.duplicates.places import with_moves
from planner.insight.duplicates.thresholds import Thresholds, thresholds_of
from planner.insight.duplicates.types import (
    VERDICTS,
    BranchAudit,
    DuplicateAudit,
    GroupAudit,
    PairAudit,
    Readings,
)
from planner.pack.types import Pack
from planner.plan import Plan
from planner.problem import PlanningProblem


def audit_duplicates(
    problem: PlanningProblem,
    plan: Plan,
    score: Score,
    pack: Pack,
    thresholds: Thresholds | None = None,
) -> DuplicateAudit:
    """What a network doubles, whether it is needed, and what follows. See docs/audit.md.

    Args:
        problem: The question that the network stands in: travel, visits, costs, rules.
        plan: The network: today's, a proposal, or a plan that was found.
        score: What the judge says of it.
        pack: The pack that the problem was made of.
        thresholds: From where on doubling counts as needed; the pack's to begin with.

    Raises:
        PlannerError: Travel is a matrix of costs alone, which tells no minutes.
    """
    require_minutes(pack, problem)
    limits = thresholds or thresholds_of(pack)
    ground = Ground(problem, plan, pack, limits)
    own = limits.separation_km
    given = score.duplicates if own is None else duplicate_pairs(problem, plan, own)
    groups = with_moves(ground, groups_of(ground, given))
    judge = Pairs(ground, groups)
    pairs = tuple(judge.judged(pair) for pair in given)
    head = head_office(ground)
    branches = branches_of(ground, head)
    return DuplicateAudit(
        thresholds=limits,
        pairs=pairs,
        groups=groups,
        services=services_of(ground),
        branches=branches,
        head=head,
        readings=_readings(ground, score, pairs, groups, branches, head),
    )


def _readings(
    ground: Ground,
    score: Score,
    pairs: tuple[PairAudit, ...],
    groups: tuple[GroupAudit, ...],
    branches: tuple[BranchAudit, ...],
    head: int | None,
) -> Readings:
    problem, offers = ground.problem, ground.offers
    elsewhere = offers.sum(axis=0) - (0 if head is None else offers[head])
    only = [] if head is None else np.flatnonzero(offers[head] & (elsewhere == 0)).tolist()
    members = [each for group in groups for each in group.members]
    total = float(problem.visits.sum())
    second = sum(
        second_in_time(ground, b, ground.standard(np.flatnonzero(problem.does[b]).tolist()))
        for b in range(len(problem.visit_type_ids))
    )
    return Readings(
        share_of_head=float(np.mean([each.share for each in branches])) if branches else None,
        only_head=tuple(only),
        within=score.kpis.within_standard,
        pairs={v: sum(each.verdict == v for each in pairs) for v in VERDICTS},
        branches={v: len({m.site for m in members if m.verdict == v}) for v in VERDICTS},
        saved_kes=sum(group.saved_kes for group in groups),
        second=second / total if total > 0 else None,
    )
