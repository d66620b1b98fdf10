"""What follows if a branch no longer offers some services: who goes where, and what it saves."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from planner.evaluate.flows import Floats
from planner.insight.duplicates.ground import DAYS, Ground, Ints
from planner.insight.duplicates.types import Stop


def stop_of(ground: Ground, site: int, services: tuple[int, ...], gone: Iterable[int] = ()) -> Stop:
    """One branch stops offering some services; everyone goes to the next nearest branch.

    Where others stop together with it (`gone`), nobody goes to those either. The rule of
    `evaluate.merging`, which judges one service at a time, with more told: a tenth of the moved
    visits travel longer than `extra_min_p90` more.
    """
    problem, plan = ground.problem, ground.plan
    left = ground.offers[site].copy()
    left[list(services)] = False
    ends = not left.any()
    rows = moved_rows(ground, site, services)
    sent, there = ground.sent[rows], ground.without(rows, {site, *gone})
    goes = there >= 0
    who = plan.assignment.point[rows[goes]]
    extra = ground.minutes_to(rows[goes], there[goes]) - ground.now(rows[goes])
    money = ground.kes[who, there[goes]] - ground.kes[who, site]
    moved, weights = float(sent[goes].sum()), sent[goes]
    total = float((weights * extra).sum())
    saved = int(problem.offering_annual_kes[site, list(services)].sum())
    if ends:
        saved += int(problem.branch_annual_kes[site, plan.format[site]])
    return Stop(
        site=site,
        visits=float(sent.sum()),
        stranded=float(sent[~goes].sum()),
        extra_min_mean=total / moved if moved > 0 else None,
        extra_min_p90=quantile(extra, weights, 0.9) if moved > 0 else None,
        extra_min_per_year=total,
        customers_kes=float((weights * money).sum()),
        saved_kes=saved,
        ends_branch=ends,
        days_a_week=_days(ground, site, rows),
    )


def useless_without(ground: Ground, site: int, service: int) -> tuple[int, ...]:
    """A service with those that a branch offers and nobody could use there without it."""
    needs = ground.problem.needs
    return tuple(
        s
        for s in np.flatnonzero(ground.offers[site]).tolist()
        if s == service or (needs[:, s].any() and needs[needs[:, s], service].all())
    )


def moved_rows(ground: Ground, site: int, services: tuple[int, ...]) -> Ints:
    """Rows that must go elsewhere: all of them where the branch has nothing left to offer."""
    left = ground.offers[site].copy()
    left[list(services)] = False
    return ground.rows([site], services if left.any() else range(left.size))


def quantile(values: Floats, weights: Floats, share: float) -> float:
    """The least value that at least a share of the weights does not exceed."""
    order = np.argsort(values, kind="stable")
    summed = np.cumsum(weights[order])
    at = int(np.searchsorted(summed, share * summed[-1] * (1 - 1e-12)))
    return float(values[order][min(at, values.size - 1)])


def _days(ground: Ground, site: int, rows: Ints) -> float | None:
    visits = float(ground.sent[rows].sum())
    work = float((ground.sent[rows] * ground.problem.visit_minutes[_kinds(ground, rows)]).sum())
    used = ground.used(site, visits, work)
    if used is None or not np.isfinite(used):
        return None
    return DAYS * used / ground.limits.utilisation


def _kinds(ground: Ground, rows: Ints) -> Ints:
    return ground.plan.assignment.visit_type[rows]
