"""What the store keeps, as plain records: scenarios with their history, runs, studies, notes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from planner.errors import PlannerError
from planner.scenario import Scenario

SubjectKind = Literal["scenario", "run", "study"]
StudyKind = Literal["sweep", "roadmap", "robust", "why", "uncertain"]
StudyStatus = Literal["running", "done", "stopped", "failed"]


class ConflictError(PlannerError):
    """Somebody else has saved the same scenario meanwhile; nothing was written.

    The message says who and when, and what to do.
    """


@dataclass(frozen=True, slots=True)
class Subject:
    """What a note or a tag is about."""

    kind: SubjectKind
    id: str


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a kept thing is: the id of a person and their name; `is_private`: others do not see it.

    Everybody sees what is not private; only its owner changes it, puts it away or brings it back.
    """

    id: str
    name: str
    is_private: bool


@dataclass(frozen=True, slots=True)
class KeptPack:
    """A pack as it was when something was solved on it; its files are in the store.

    `fingerprint`: of its files (`pack.fingerprint`); `builtin`: the id under which the planner
    ships a pack of these very files, None for all others.
    """

    fingerprint: str
    id: str
    name: str
    builtin: str | None
    kept: datetime


@dataclass(frozen=True, slots=True)
class SavedScenario:
    """A scenario that can be edited, as it stands now.

    Attributes:
        id: 16 digits from 0 to 9 and a to f.
        revision: Grows by one with every change, undo and redo too; a writer names the one it
            has seen.
        version: Which version of its history it stands at now.
        pack: How the scenario names its pack: a built-in id, or an absolute folder.
        scenario: The rules as they stand.
        based_on: Where it came from: "builtin:<pack>/<name>", "run:<id>", "scenario:<id>" or "".
        author: Who made it; `changed_by` who changed it last.
        can_undo: Whether there is an earlier version; `can_redo` a later one.
        removed: When it was put away; None while it is in use.
        tags: In order.
        owner: Whose it is; None for everybody's.
    """

    id: str
    revision: int
    version: int
    pack: str
    scenario: Scenario
    based_on: str
    author: str
    created: datetime
    changed: datetime
    changed_by: str
    can_undo: bool
    can_redo: bool
    removed: datetime | None = None
    tags: tuple[str, ...] = ()
    owner: Owner | None = None

    @property
    def name(self) -> str:
        """The scenario's name."""
        return self.scenario.name


@dataclass(frozen=True, slots=True)
class ScenarioVersion:
    """One version of a scenario's history; versions are never changed or deleted.

    `parent`: the version it was made from, None for the first. `what`: the change in words.
    """

    number: int
    parent: int | None
    made: datetime
    author: str
    what: str
    scenario: Scenario


@dataclass(frozen=True, slots=True)
class KeptRun:
    """A run in the store: what lists and pages show without opening it. Runs never change.

    Attributes:
        id: 16 digits from 0 to 9 and a to f: of the run's files, so that the same run has the
            same id wherever it is kept.
        name: The scenario's name.
        created: When it was solved (UTC).
        kept: When it came into this store.
        author: Who kept it.
        source: solve, sweep, roadmap, robust, why, first (made at the first start), import.
        scenario_id: The saved scenario it was solved from, with its `scenario_version`; or None.
        pack_id: Of the pack, with `pack` its fingerprint.
        problem: Fingerprint of the question.
        status, solver, seed, version, objective, unit, bound, gap, seconds: As in `run.json`.
        kpis: As in `run.json`; None without a plan.
        removed: When it was put away; None while it is in use.
        tags: In order.
        owner: Whose it is; None for everybody's.
    """

    id: str
    name: str
    created: datetime
    kept: datetime
    author: str
    source: str
    scenario_id: str | None
    scenario_version: int | None
    pack_id: str
    pack: str
    problem: str
    status: str
    solver: str
    seed: int
    version: str
    objective: float | None
    unit: str
    bound: float | None
    gap: float | None
    seconds: float
    kpis: Mapping[str, Any] | None
    removed: datetime | None = None
    tags: tuple[str, ...] = ()
    owner: Owner | None = None


@dataclass(frozen=True, slots=True)
class StudyPoint:
    """One solve of a study.

    Attributes:
        number: From 0, in the order that was asked for.
        values: What was set for it, by the scenario's key.
        run_id: Its run in the store; None while it waits, or where it has none.
        status: waiting, or a run's status, or failed.
        message: Why there is no run; empty otherwise.
        told: Figures of this point that are no run's own (such as `is_dominated`).
    """

    number: int
    values: Mapping[str, Any]
    run_id: str | None = None
    status: str = "waiting"
    message: str = ""
    told: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Study:
    """Many solves that belong together: a sweep, a roadmap, a look at robustness.

    `spec`: what was asked, enough to ask again; `told`: the result in plain values, None until
    it is done; `scenario`: the base scenario as TOML; `pack`: fingerprint of the pack; `owner`:
    whose it is, None for everybody's.
    """

    id: str
    kind: StudyKind
    name: str
    pack_id: str
    pack: str
    scenario: str
    spec: Mapping[str, Any]
    status: StudyStatus
    author: str
    created: datetime
    changed: datetime
    points: tuple[StudyPoint, ...] = ()
    told: Mapping[str, Any] | None = None
    removed: datetime | None = None
    tags: tuple[str, ...] = ()
    owner: Owner | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A note on something that is kept. An edited note keeps its id; `owner` as above."""

    id: str
    subject: Subject
    text: str
    author: str
    made: datetime
    owner: Owner | None = None
