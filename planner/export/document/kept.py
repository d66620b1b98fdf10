"""What the store keeps of the same plan: the steps that end at it, and looks at its figures."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import numpy as np

from planner.export.document.phases import Phases
from planner.export.document.sensitivity import Sensitivity
from planner.insight.assumptions import assumptions
from planner.insight.ends_kept import ends_of_values
from planner.insight.sampled_kept import samples_of
from planner.pack.place import STORE_VARIABLE, home
from planner.runs import StoredRun
from planner.runs.store import Store, Study, open_store
from planner.runs.store.database import FILE

_THERE = ("opens", "stays", "gains", "loses")  # what a branch does in a step where it is open
_OFFERED = ("starts", "stays")
_SAME_MOMENT = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Beside:
    """What is kept of a plan beside its run; two are the same where they are of the same studies.

    Attributes:
        studies: Ids of the studies.
        phases: The steps that end at the plan; None where none were kept.
        sensitivity: What was found of uncertain figures; None where nothing was asked.
    """

    studies: tuple[str, ...] = ()
    phases: Phases | None = field(default=None, compare=False)
    sensitivity: Sensitivity | None = field(default=None, compare=False)


def kept_beside(run: StoredRun) -> Beside:
    """What this user's store keeps of a plan; nothing where there is no store.

    Raises:
        PlannerError: There is a store that cannot be read.
    """
    if not os.environ.get(STORE_VARIABLE) and not (home() / FILE).exists():
        return Beside()
    with open_store() as store:
        return beside_in(store, run)


def studies_beside(run: StoredRun) -> tuple[str, ...]:
    """The studies that exports of a run tell of: what is made is the same while these are.

    Raises:
        PlannerError: There is a store that cannot be read.
    """
    return kept_beside(run).studies


def beside_in(store: Store, run: StoredRun) -> Beside:
    """The same of a store that is open: the latest study of each kind.

    Steps are those of the same pack whose last phase is the plan, branch by branch and service by
    service; looks are those at the very run.
    """
    used: list[str] = []
    phases = next(_roadmaps(store, run), None)
    if phases is not None:
        used.append(phases.id)
    figures = assumptions(run.pack, run.scenario.travel.mode)
    looks = {str(each.spec.get("ask")): each for each in reversed([*_looks(store, run)])}
    parts: dict[str, Any] = {
        "one_by_one": ends_of_values(_told(looks["ends"]), figures) if "ends" in looks else None,
        "drawn": samples_of(_told(looks["draw"]), figures) if "draw" in looks else None,
        "solved": _told(looks["resolve"]) if "resolve" in looks else None,
    }
    used += [each.id for each in looks.values()]
    found = Sensitivity(**parts) if any(each is not None for each in parts.values()) else None
    return Beside(tuple(sorted(used)), None if phases is None else phases.told, found)


def _told(study: Study) -> Mapping[str, Any]:
    return study.told or {}


def _roadmaps(store: Store, run: StoredRun) -> Iterator[Study]:
    """Roadmaps that end at the plan, newest first."""
    pack = run.info["pack"]["fingerprint"]
    for study in store.studies.list(kind="roadmap"):
        if study.pack == pack and study.told is not None and _ends_at(study.told, run):
            yield study


def _ends_at(told: Mapping[str, Any], run: StoredRun) -> bool:
    plan, gantt = run.report.plan, told.get("gantt")
    if plan is None or gantt is None:
        return False
    ids, services = run.problem.site_ids, run.problem.service_ids
    offered = np.argwhere(plan.offers & plan.is_open[:, None]).tolist()
    last = {
        (row["site"], each["service"])
        for row in gantt["rows"]
        if row["cells"][-1]["state"] in _THERE
        for each in row["services"]
        if each["cells"][-1] in _OFFERED
    }
    return last == {(ids[j], services[s]) for j, s in offered}


def _looks(store: Store, run: StoredRun) -> Iterator[Study]:
    """Looks at the run's uncertain figures that found something, newest first."""
    same = {
        kept.id
        for kept in store.runs.list(pack_id=run.pack.id)
        if kept.problem == run.info["fingerprint"]
        and abs(kept.created - run.created) < _SAME_MOMENT
    }
    for study in store.studies.list(kind="uncertain"):
        if study.spec.get("run") in same and study.told is not None:
            yield study
