"""The network that really stands: today's branches of a plan's pack with what was done since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from planner.pack.edits import Edit, SetCells
from planner.runs.as_pack import Branch, branches_of
from planner.runs.reading import StoredRun
from planner.runs.tracking.held import Line, Tracking


@dataclass(frozen=True, slots=True)
class Standing:
    """The branches by site, the days they opened as changes of sites, and what could not be told.

    `outside`: names of branches that opened and that the pack has no site for.
    `silent`: names of branches that opened without a plan, whose services no row tells.
    """

    branches: dict[str, Branch]
    opened: tuple[Edit, ...]
    outside: tuple[str, ...]
    silent: tuple[str, ...]


def standing(run: StoredRun, found: Tracking, *, by: str = "") -> Standing:
    """What stands on the day of a tracking.

    A new branch offers what the plan gives it, but for services with a row of their own that have
    not begun.

    Args:
        run: A run with a plan.
        found: What was done; see `held.hold`.
        by: Who says so, for the days on which branches opened.
    """
    problem, planned = run.problem, branches_of(run)
    now: dict[int, tuple[str, set[int]]] = {
        j: (
            problem.format_ids[int(problem.today_format[j])],
            set(np.flatnonzero(problem.today[j]).tolist()),
        )
        for j in np.flatnonzero(problem.existing).tolist()
    }
    done = [each for each in found.lines if each.done is not None and each.site is not None]
    position = {name: s for s, name in enumerate(problem.service_ids)}
    waits = {
        (each.site, each.service) for each in found.lines
        if each.kind == "begin" and each.done is None
    }  # fmt: skip
    opened: list[Edit] = []
    for each in sorted(done, key=lambda line: line.service is not None):  # branches first
        j, plan = int(each.site or 0), planned.get(each.site_id)
        if each.service is not None:
            _service(now, j, each)
        elif j in now and each.kind in ("close", "extra"):
            del now[j]
        elif plan is not None and each.kind in ("open", "rebuild"):
            offers = {position[name] for name in plan.services}
            kept = {s for s in offers if (j, s) not in waits} if each.kind == "open" else now[j][1]
            now[j] = (plan.format, kept)
        elif each.kind == "extra":
            now[j] = (_some_format(run, j), set())
        if each.kind == "open" or (each.kind == "extra" and each.service is None and j in now):
            opened.append(_day(each, found.on, by))
    names = {j: run.pack.sites[j].name for j in now}
    return Standing(
        branches={
            problem.site_ids[j]: Branch(form, tuple(problem.service_ids[s] for s in sorted(own)))
            for j, (form, own) in sorted(now.items())
        },
        opened=tuple(opened),
        outside=tuple(each.name for each in found.lines if each.site is None and each.done),
        silent=tuple(names[j] for j, (_, own) in sorted(now.items()) if not own),
    )


def _service(now: dict[int, tuple[str, set[int]]], j: int, each: Line) -> None:
    """A service that began or ended; at a branch that does not stand it does neither."""
    if j not in now or each.service is None:
        return
    form, own = now[j]
    ends = each.kind == "end" or (each.kind == "extra" and each.service in own)
    now[j] = (form, own - {each.service} if ends else own | {each.service})


def _some_format(run: StoredRun, j: int) -> str:
    """The cheapest format that a site may take; "" where it is plain."""
    problem = run.problem
    may = np.flatnonzero(problem.format_allowed[j]).tolist()
    best = min(may, key=lambda f: (int(problem.branch_annual_kes[j, f]), f))
    return problem.format_ids[best]


def _day(each: Line, on: date, by: str) -> SetCells:
    day = "" if each.done is None else each.done.isoformat()
    return SetCells("sites", each.site_id, (("opened", day),), on, by)
