"""A plan becomes the ground of the next one: a pack whose branches of today are the plan's."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from planner.errors import PlannerError
from planner.evaluate import Kpis, score, todays_network
from planner.pack.edits import Change, Edit, SetCells, apply_in_memory, given_tables
from planner.pack.edits_write import apply_edits
from planner.pack.manifest import FILE
from planner.pack.packfile import read_pack
from planner.pack.toml_edit import with_line_in, with_texts
from planner.pack.types import Pack, Site
from planner.plan import Plan
from planner.problem import PlanningProblem
from planner.runs.reading import StoredRun
from planner.runs.table import clean_text
from planner.scenario import build
from planner.scenario.names import formats_of
from planner.scenario.schema import Scenario

_PAID = frozenset({"capital_kes"})  # what stands costs nothing any more
_MOST_NAME = 80


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch of a network by ids: its format ("" where it is plain) and what it offers."""

    format: str
    services: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Otherwise:
    """A figure that a network has otherwise in the new pack than the plan had it."""

    figure: str
    plan: float | None
    here: float | None


@dataclass(frozen=True, slots=True)
class Adopted:
    """A pack made of a plan.

    Attributes:
        folder: The folder with its `pack.toml`.
        changes: Every cell of the old pack's tables that differs, in the order of the tables.
        added: Ids of sites that the old pack does not have.
        notes: What could not be said in a table of sites as the plan says it.
        otherwise: Figures of the same network, visits sent as the plan sends them, that are not
            the plan's; none where all agree. What it costs to build is left out: it is paid.
        nearest: The same where everybody goes to the nearest branch, as pages show today.
    """

    folder: Path
    changes: tuple[Change, ...]
    added: tuple[str, ...]
    notes: tuple[str, ...]
    otherwise: tuple[Otherwise, ...]
    nearest: tuple[Otherwise, ...]


def branches_of(run: StoredRun) -> dict[str, Branch]:
    """The branches of a run's plan by site, in the pack's order.

    Raises:
        PlannerError: The run found no plan.
    """
    plan, problem = _plan_of(run), run.problem
    return {
        problem.site_ids[j]: Branch(
            problem.format_ids[int(plan.format[j])],
            tuple(problem.service_ids[s] for s in np.flatnonzero(plan.offers[j]).tolist()),
        )
        for j in np.flatnonzero(plan.is_open).tolist()
    }


def adopt_run(
    run: StoredRun,
    into: Path,
    *,
    on: date,
    limits: Mapping[str, str],
    branches: Mapping[str, Branch] | None = None,
    more: Sequence[Edit] = (),
    by: str = "",
) -> Adopted:
    """Write a pack whose branches of today are those of a run's plan.

    All else stays as the run's pack has it. Each row that changes keeps its source, says that the
    plan changed it, and counts as an assumption: nobody has seen these branches open.

    Args:
        run: A run with a plan.
        into: A folder that is not there yet, or empty.
        on: The day that the changes are told under.
        limits: What readers of the new pack must know of it, by key of `pack.toml`.
        branches: In place of the plan's own, by site; see `branches_of`.
        more: Changes beside those of the branches, such as sites that are new.
        by: Who does it; the plan itself when left out.

    Raises:
        InputError: The new pack is at fault, with every fault.
        PlannerError: The run found no plan, or stands on a pack that is not there any more.
        OSError: The disk refuses.
    """
    plan = _plan_of(run)
    wanted = branches_of(run) if branches is None else dict(branches)
    signed = by or plan_said(run)
    edits, notes = edits_of(run.pack, run.scenario, wanted, on=on, by=signed)
    every = (*more, *edits)
    given = given_tables(run.pack.folder)
    tables = apply_in_memory(given, every)
    folder = apply_edits(run.pack.folder, every, into)
    manifest = folder / FILE
    text = manifest.read_text("utf-8-sig")
    for key, line in limits.items():
        text = with_line_in(text, key, line)
    manifest.write_text(text, encoding="utf-8", newline="\n")
    pack = read_pack(folder)
    problem = build(pack, run.scenario)
    is_own = branches is None and not more
    return Adopted(
        folder=folder,
        changes=tables.changes,
        added=tuple(tables.added),
        notes=(*notes, *_counters_note(plan)),
        otherwise=_otherwise(run, problem, plan) if is_own else (),
        nearest=_otherwise(run, problem, todays_network(problem)) if is_own else (),
    )


def set_name(folder: Path, pack_id: str, name: str) -> None:
    """Give a written pack an id and a name of its own."""
    manifest = folder / FILE
    text = with_texts(manifest.read_text("utf-8-sig"), {"id": pack_id, "name": name})
    manifest.write_text(text, encoding="utf-8", newline="\n")


def usual_name(run: StoredRun) -> str:
    """What a pack made of a run is called where nobody says otherwise."""
    return clean_text(f"{run.pack.name}: {run.scenario.name}")[:_MOST_NAME].strip()


def plan_said(run: StoredRun) -> str:
    """The plan by name and run, as the source of a row says it."""
    return clean_text(f"the plan {run.scenario.name} (run {run.id})")


def edits_of(
    pack: Pack, scenario: Scenario, branches: Mapping[str, Branch], *, on: date, by: str
) -> tuple[tuple[SetCells, ...], tuple[str, ...]]:
    """The cells of the sites that must change so that these branches are today's.

    Args:
        pack: The pack.
        scenario: The rules under which the branches were chosen.
        branches: By site.
        on: The day of the changes.
        by: Who stands for them.

    Returns:
        Changes of the pack's own sites, and what must be said of them.
    """
    edits: list[SetCells] = []
    notes: list[str] = []
    for site in pack.sites:
        branch = branches.get(site.id)
        if branch is None:
            cells = _closed(site, notes) if site.status == "existing" else {}
        else:
            cells = _standing(pack, scenario, site, branch, notes)
        changed = tuple((name, text) for name, text in cells.items() if text != _now(site, name))
        if changed:
            edits.append(SetCells("sites", site.id, changed, on, by))
    return tuple(edits), tuple(notes)


def _closed(site: Site, notes: list[str]) -> dict[str, str]:
    if not site.capital_kes and not site.formats:
        notes.append(
            f"{site.name} [{site.id}] is closed and may open again; the pack gives no one-off cost"
            " for that, so it would cost nothing: put one in before planning on."
        )
    return {"status": "candidate", "services_today": "", "format_today": ""}


def _standing(
    pack: Pack, scenario: Scenario, site: Site, branch: Branch, notes: list[str]
) -> dict[str, str]:
    cells = {"status": "existing", "services_today": ";".join(branch.services)}
    if branch.format:
        taken = site.formats or formats_of(site, scenario.rules)
        listed = taken if branch.format in taken else (*taken, branch.format)
        return {**cells, "formats": ";".join(listed), "format_today": branch.format}
    if site.formats and site.status != "existing":  # the rules left formats out
        return {**cells, **_format_for(pack, site, branch, notes)}
    return cells


def _format_for(pack: Pack, site: Site, branch: Branch, notes: list[str]) -> dict[str, str]:
    """The format of a branch whose plan knows none, at a site that lists some."""
    able = [
        each
        for each in pack.formats
        if each.id in site.formats
        and (not each.services or set(branch.services) <= set(each.services))
    ]
    if not able:
        notes.append(f"{site.name} [{site.id}]: no format offers all of it, so it lists none.")
        return {"formats": "", "format_today": ""}
    least = min(able, key=lambda each: (each.annual_cost_kes, each.id))
    notes.append(
        f"{site.name} [{site.id}]: the plan leaves formats out; it is written as {least.id}, the"
        " cheapest that may offer what it offers."
    )
    return {"format_today": least.id}


def _now(site: Site, name: str) -> str:
    value = getattr(site, name)
    return ";".join(value) if isinstance(value, tuple) else str(value or "")


def _counters_note(plan: Plan) -> tuple[str, ...]:
    if plan.counters is None:
        return ()
    told = "The plan sets counters aside for each service; a table of sites cannot say so."
    return (f"{told} They are set aside anew where they help most.",)


def _plan_of(run: StoredRun) -> Plan:
    if run.report.plan is None or run.score is None:
        raise PlannerError(f"This run has no plan to adopt: its status is {run.report.status}.")
    return run.report.plan


# -- the same figures ----------------------------------------------------------------------


def _otherwise(
    run: StoredRun, problem: PlanningProblem, plan: Plan | None
) -> tuple[Otherwise, ...]:
    """The figures that differ between a run's plan and a network of the new pack."""
    if plan is None or run.score is None:
        return ()
    here = score(problem, plan)
    before, after = _figures(run.score.kpis), _figures(here.kpis)
    return tuple(
        Otherwise(name, before[name], after[name])
        for name in before
        if name not in _PAID and not _same(before[name], after[name])
    )


def _figures(kpis: Kpis) -> dict[str, float | None]:
    told: dict[str, float | None] = {}
    for name, value in kpis.as_dict().items():
        parts: Iterable[tuple[str, object]] = (
            [(f"{name}.{part}", each) for part, each in value.items()]
            if isinstance(value, dict)
            else [(name, value)]
        )
        told |= {key: float(v) if isinstance(v, int | float) else None for key, v in parts}
    return told


def _same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-6)
