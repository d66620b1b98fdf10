"""Commands for what a planner asks next: a run or a scenario in, plain values and lines out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from planner.errors import PlannerError, UsageError, nearest
from planner.insight import Effort, Roadmap, near_ties
from planner.insight.asked import site_told, uses_told
from planner.insight.roadmap import roadmap
from planner.insight.roadmap_told import roadmap_told
from planner.insight.roadmap_words import roadmap_lines
from planner.insight.told import (
    ties_told,
    unit_of,
    worth_told,
)
from planner.insight.words import ties_lines, use_words, why_lines, worth_lines
from planner.insight.worth import worth
from planner.pack.types import Pack
from planner.plan import Progress, SolveReport
from planner.runs import read_run
from planner.runs.roadmap_folder import require_free_for_roadmap, write_roadmap_folder
from planner.scenario import Scenario
from planner.solve import limits_of, solve

Told = tuple[Any, list[str]]  # plain values for JSON, and lines


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A plan to ask about, with its pack and rules."""

    pack: Pack
    scenario: Scenario
    report: SolveReport

    @property
    def names(self) -> dict[str, str]:
        """What people call the sites, by id."""
        return {site.id: f"{site.name} [{site.id}]" for site in self.pack.sites}

    @property
    def unit(self) -> str:
        """The unit of the objective."""
        return unit_of(self.report.problem, self.pack.currency)


def of_run(folder: Path) -> Asked:
    """The plan of a run folder.

    Raises:
        InputError: It is no run folder, or damaged.
    """
    run = read_run(folder)
    return Asked(run.pack, run.scenario, run.report)


def of_scenario(
    pack: Pack,
    scenario: Scenario,
    on_progress: Callable[[Progress], None],
    should_stop: Callable[[], bool],
) -> Asked:
    """The plan of a scenario, solved now."""
    report = solve(pack, scenario, on_progress=on_progress, should_stop=should_stop)
    return Asked(pack, scenario, report)


def effort_of(
    scenario: Scenario, on_progress: Callable[[Progress], None], should_stop: Callable[[], bool]
) -> Effort:
    """The scenario's time limit once more, for what is asked of its plan."""
    return Effort(limits_of(scenario), 1, on_progress, should_stop)


# -- the questions -------------------------------------------------------------------------


def why(asked: Asked, effort: Effort, site: str | None, service: str | None) -> Told:
    """Why a site, or a service there, is in the plan or not; every branch's use without a site.

    Raises:
        UsageError: The site or the service is not there.
    """
    report, names, unit = asked.report, asked.names, asked.unit
    problem = report.problem
    _require_plan(asked)
    s = None if service is None else _position(service, problem.service_ids, "service")
    if site is not None:
        j = _position(site, problem.site_ids, "site")
        told, _ = site_told(report, asked.pack, j, s, effort=effort)
        return {"unit": unit, **told}, list(why_lines(told, names, unit))
    uses = uses_told(report, asked.pack, s, effort=effort)
    return {"uses": uses}, [use_words(use, names) for use in uses]


def ties(asked: Asked, effort: Effort, tolerance: float, count: int, *, prove: bool) -> Told:
    """Plans that are almost as good, and what they share."""
    _require_plan(asked)
    found = near_ties(asked.report, effort=effort, tolerance=tolerance, count=count, prove=prove)
    told = ties_told(asked.report.problem, found)
    return told, list(ties_lines(told, asked.names))


def limits_worth(asked: Asked, effort: Effort, money_step: int) -> Told:
    """What a little more or less of each limit is worth."""
    _require_plan(asked)
    told = worth_told(asked.report, worth(asked.report, effort=effort, money_step=money_step))
    lines = list(worth_lines(told, asked.unit, asked.pack.currency))
    return {"unit": asked.unit, "limits": told}, lines


def _require_plan(asked: Asked) -> None:
    if asked.report.plan is None:
        raise PlannerError("There is no plan to ask about: the run found none.")


def _position(name: str, known: tuple[str, ...], what: str) -> int:
    if name in known:
        return known.index(name)
    alike = nearest(name, known, count=3)
    hint = f" Did you mean {' or '.join(alike)}?" if alike else ""
    raise UsageError(f"There is no {what} {name} in this pack.{hint}")


# -- the roadmap ---------------------------------------------------------------------------


def write_roadmap(
    pack: Pack,
    scenario: Scenario,
    out: Path,
    on_progress: Callable[[Progress], None],
    should_stop: Callable[[], bool],
) -> tuple[Roadmap, Told]:
    """Find a scenario's roadmap and write it: a run folder for each phase, and tables.

    Raises:
        InputError: The scenario has no phases, or does not fit the pack.
        PlannerError: `out` holds something else, or the disk refuses; nothing was written.
    """
    require_free_for_roadmap(out)
    found = roadmap(pack, scenario, on_progress=on_progress, should_stop=should_stop)
    told = {
        "schema": 1,
        "name": scenario.name,
        "pack": pack.id,
        **roadmap_told(found, pack),
    }
    if found.objective is not None:
        write_roadmap_folder(found, told, pack, scenario, out)
    names = {site.id: site.name for site in pack.sites}
    return found, (told, list(roadmap_lines(told, names, told["unit"], pack.currency)))
