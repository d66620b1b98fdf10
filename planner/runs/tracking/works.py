"""What a plan asks to be done: branches to open and close, services to begin and end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from planner.errors import Fault, InputError
from planner.evaluate.flows import live_offers, offered_today
from planner.runs.content import offering_visits
from planner.runs.info import read_csv
from planner.runs.reading import StoredRun

Kind = Literal["open", "rebuild", "close", "begin", "end", "keep", "extra"]
PLANNED: tuple[Kind, ...] = ("open", "rebuild", "close", "begin", "end")
"""`open` and `close` are of whole branches, `rebuild` gives one another format; `begin` and `end`
are of one service at a branch that stays. `keep`: nothing to be done. `extra`: not in the plan."""


@dataclass(frozen=True, slots=True)
class Work:
    """One thing that a plan asks for.

    Attributes:
        kind: What is to be done.
        site: Position of the site; `service` of the service, None for the branch.
        capital_kes: What it costs once by the plan; of a branch that opens with all it offers.
        visits_per_year: Visits of the branch, or those in which the service is worked on.
    """

    kind: Kind
    site: int
    service: int | None
    capital_kes: int
    visits_per_year: float


def planned_works(run: StoredRun) -> tuple[Work, ...]:
    """Every change against today that a run's plan asks for, in the order of the sites.

    Raises:
        ValueError: The run has no plan.
    """
    return tuple(_works(run))


def _works(run: StoredRun) -> Iterator[Work]:
    plan, judged, problem = run.report.plan, run.score, run.problem
    if plan is None or judged is None:
        raise ValueError(run.report.status)
    now, before = live_offers(plan), offered_today(problem)
    by_service = offering_visits(plan, problem)
    branches = {each.site: each for each in judged.branches}
    closed = {each.site: each.capital_kes for each in judged.closed}
    for j in range(len(problem.site_ids)):
        if j in closed:
            yield Work("close", j, None, closed[j], 0.0)
        branch = branches.get(j)
        if branch is None:
            continue
        if not problem.existing[j]:
            yield Work("open", j, None, branch.capital_kes, branch.visits_per_year)
            continue
        if int(plan.format[j]) != int(problem.today_format[j]):
            cost = int(problem.capital_kes[j, plan.format[j]])
            yield Work("rebuild", j, None, cost, branch.visits_per_year)
        for s in np.flatnonzero(now[j] & ~before[j]).tolist():
            cost = int(problem.offering_capital_kes[j, s])
            yield Work("begin", j, s, cost, float(by_service[j, s]))
        for s in np.flatnonzero(before[j] & ~now[j]).tolist():
            yield Work("end", j, s, int(problem.offering_closing_kes[j, s]), 0.0)


def phases_of(folder: Path) -> Mapping[str, str]:
    """The phase in which each branch of a kept roadmap opens, by site.

    Args:
        folder: What `planner roadmap` wrote.

    Raises:
        InputError: It is no roadmap.
    """
    header, *rows = read_csv(folder, "roadmap.csv")
    missing = [each for each in ("phase", "site", "is_new") if each not in header]
    if missing:
        found = ", ".join(header)[:80]
        fault = Fault("roadmap.csv", 1, missing[0], found, f"a column {missing[0]}",
                      "Give the folder that planner roadmap wrote")  # fmt: skip
        raise InputError([fault])
    phase, site, is_new = (header.index(each) for each in ("phase", "site", "is_new"))
    found_in: dict[str, str] = {}
    for row in rows:
        if row[is_new] == "yes":
            found_in.setdefault(row[site], row[phase])
    return found_in
