"""The files of one job: what pages and the worker tell each other through a folder."""

from __future__ import annotations

import contextlib
import json
import math
import os
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, cast, get_args, get_type_hints

from planner.people import Person
from planner.plan import Progress
from planner.runs.content import plain
from planner.runs.files import replace_file
from planner.runs.processes import ProcessName

Reason = Literal["stop", "overrun", "killed", "error"]
_REASONS: tuple[Reason, ...] = get_args(Reason)
_STAGES = frozenset(get_args(get_type_hints(Progress)["stage"]))
_TAIL_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class JobSpec:
    """What a job is to do: `pack` is a folder, `scenario` a complete TOML text.

    `kind`: solve, or one of the kinds that make a study; `options`: what that kind needs to know.
    `is_background`: nobody waits for it, so it lets all other jobs go first.
    `scenario_id`: the saved scenario it is solved from, with its version; empty for none.
    `owner`: the id of the person who began it, with their name; empty for everybody's.
    `is_private`: nobody else sees it.
    """

    id: str
    name: str
    created: float
    pack: str
    scenario: str
    kind: str = "solve"
    options: Mapping[str, Any] = field(default_factory=dict)
    is_background: bool = False
    scenario_id: str = ""
    scenario_version: int = 0
    owner: str = ""
    owner_name: str = ""
    is_private: bool = False

    @property
    def person(self) -> Person | None:
        """Whose it is; None for everybody's."""
        return Person(self.owner, self.owner_name) if self.owner else None


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a job has no run: `status` failed or lost, and a message a user can act on."""

    status: str
    message: str
    error_id: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """What a job has put into the store."""

    kind: Literal["run", "study"]
    id: str

    @property
    def link(self) -> str:
        """As it is written down: `run:<id>` or `study:<id>`."""
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True, slots=True)
class Ending:
    """Why a job's process ended without a result: `reason`, and the number in the log, if any."""

    reason: Reason
    error_id: str = ""


class JobFolder:
    """One job's folder and the files in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.run = path / "run"
        self.log = path / "worker.log"
        self.best = path / "best.npz"
        self.pack = path / "pack"
        self._taken = path / "taken"
        self._progress = path / "progress.jsonl"
        self._cancel = path / "cancel"
        self._finishing = path / "finishing"

    @property
    def id(self) -> str:
        """The job's id, which is the folder's name."""
        return self.path.name

    def write_spec(self, spec: JobSpec) -> None:
        """Write what the job is to do."""
        self._write("job.json", asdict(spec))

    def spec(self) -> JobSpec | None:
        """What the job is to do; None when there is no such job."""
        data = self._read("job.json")
        try:
            return JobSpec(
                id=str(data["id"]),
                name=str(data["name"]),
                created=float(data["created"]),
                pack=str(data["pack"]),
                scenario=str(data["scenario"]),
                kind=str(data.get("kind", "solve")),
                options=dict(data.get("options", {})),
                is_background=bool(data.get("is_background", False)),
                scenario_id=str(data.get("scenario_id", "")),
                scenario_version=int(data.get("scenario_version", 0)),
                owner=str(data.get("owner", "")),
                owner_name=str(data.get("owner_name", "")),
                is_private=bool(data.get("is_private", False)),
            )
        except (KeyError, TypeError, ValueError):
            return None

    def write_process(self, name: ProcessName, *, is_keeper: bool = False) -> None:
        """Note which process does the job, or keeps its best plan."""
        self._write("keeper.json" if is_keeper else "process.json", asdict(name))

    def process(self, *, is_keeper: bool = False) -> ProcessName | None:
        """Which process does the job, or keeps its best plan; None before it has begun."""
        data = self._read("keeper.json" if is_keeper else "process.json")
        try:
            return ProcessName(int(data["pid"]), float(data["started"]))
        except (KeyError, TypeError, ValueError):
            return None

    def write_failure(self, failure: Failure) -> None:
        """Note why there is no run."""
        self._write("error.json", asdict(failure))

    def failure(self) -> Failure | None:
        """Why there is no run; None when nothing failed."""
        data = self._read("error.json")
        if not data:
            return None
        status = "lost" if data.get("status") == "lost" else "failed"
        return Failure(status, str(data.get("message", "")), str(data.get("error_id", "")))

    @property
    def is_settled(self) -> bool:
        """Whether there is a result: a run, a study in the store, or a failure."""
        return self.has_run or self.failure() is not None or self.kept() is not None

    @property
    def is_over_unkept(self) -> bool:
        """Whether the store has yet to learn what became of the job."""
        if self.kept() is not None:
            return False
        if self.has_run:
            return not self.refusal()
        return self.kept(is_begun=True) is not None and self.failure() is not None

    def write_kept(self, kept: Kept, *, is_begun: bool = False) -> None:
        """Note what the job put into the store, or only began to make there."""
        self._write("begun.json" if is_begun else "kept.json", asdict(kept))

    def kept(self, *, is_begun: bool = False) -> Kept | None:
        """What the job put into the store, or began to make there; None for nothing."""
        data = self._read("begun.json" if is_begun else "kept.json")
        kind = data.get("kind")
        if kind not in ("run", "study"):
            return None
        return Kept(cast("Literal['run', 'study']", kind), str(data.get("id", "")))

    def write_refusal(self, message: str) -> None:
        """Note why the store will never take the run."""
        self._write("refused.json", {"message": message})

    def refusal(self) -> str:
        """Why the store will never take the run; empty when nothing was said."""
        return str(self._read("refused.json").get("message", ""))

    def write_pack_print(self, fingerprint: str) -> None:
        """Note the fingerprint of the pack as it was read."""
        self._write("pack.json", {"fingerprint": fingerprint})

    def pack_print(self) -> str:
        """The fingerprint of the pack as it was read; empty before."""
        return str(self._read("pack.json").get("fingerprint", ""))

    def write_counts(self, done: int, total: int) -> None:
        """Note how many parts of the job are done."""
        self._write("counts.json", {"done": done, "total": total})

    def counts(self) -> tuple[int, int] | None:
        """How many parts of the job are done, of how many; None for a job of one part."""
        data = self._read("counts.json")
        try:
            return int(data["done"]), int(data["total"])
        except (KeyError, TypeError, ValueError):
            return None

    def note_ending(self, ending: Ending) -> None:
        """Note why the job's process will be gone; whoever comes first is right."""
        if self.ending() is None:
            self._write("ending.json", asdict(ending))

    def ending(self) -> Ending | None:
        """Why the job's process is gone without a result; None when nobody knows."""
        data = self._read("ending.json")
        reason = data.get("reason")
        if reason not in _REASONS:
            return None
        return Ending(cast("Reason", reason), str(data.get("error_id", "")))

    def take_over(self) -> bool:
        """Claim what is left of a job whose process is gone; True for one claimer only."""
        try:
            self._taken.touch(exist_ok=False)
        except FileExistsError:
            return False
        return True

    @property
    def seconds_taken_over(self) -> float | None:
        """How long ago the rest of the job was claimed; None before."""
        return _age(self._taken)

    @property
    def has_run(self) -> bool:
        """Whether the run folder is there."""
        return (self.run / "run.json").is_file()

    def ask_to_stop(self) -> None:
        """Ask the worker to stop with the best plan found so far."""
        self._cancel.touch(exist_ok=True)

    @property
    def is_asked_to_stop(self) -> bool:
        """Whether a stop was asked for."""
        return self._cancel.exists()

    @property
    def seconds_since_stop(self) -> float | None:
        """How long ago a stop was asked for first; None when it was not."""
        return _age(self._cancel)

    def note_finishing(self) -> None:
        """Note that the solver is done and the plan is being kept."""
        self._finishing.touch()

    @property
    def seconds_finishing(self) -> float | None:
        """How long the plan has been in keeping; None before."""
        return _age(self._finishing)

    def add_progress(self, progress: Progress) -> None:
        """Add one line of progress."""
        line = json.dumps(plain(asdict(progress)), allow_nan=False) + "\n"
        with self._progress.open("ab") as file:
            file.write(line.encode())

    def progress(self, most_bytes: int = _TAIL_BYTES) -> tuple[Progress, ...]:
        """The progress so far; a line that is half written or damaged is left out."""
        try:
            with self._progress.open("rb") as file:
                size = file.seek(0, os.SEEK_END)
                start = max(0, size - most_bytes)
                file.seek(start)
                content = file.read(most_bytes)
        except OSError:
            return ()
        lines = content.split(b"\n")
        whole = lines[1 if start else 0 : -1]
        return tuple(item for item in map(_progress, whole) if item is not None)

    def _write(self, name: str, data: Mapping[str, Any]) -> None:
        replace_file(self.path / name, json.dumps(data, allow_nan=False, indent=1).encode())

    def _read(self, name: str) -> dict[str, Any]:
        with contextlib.suppress(OSError, ValueError, RecursionError):
            data = json.loads((self.path / name).read_bytes())
            if isinstance(data, dict):
                return data
        return {}


def _age(path: Path) -> float | None:
    try:
        return max(0.0, time.time() - path.stat().st_mtime)
    except OSError:
        return None


def _progress(line: bytes) -> Progress | None:
    try:
        data = json.loads(line)
        seconds, stage = data["seconds"], data["stage"]
        sites = data.get("open_sites")
        if stage not in _STAGES or not _is_number(seconds):
            return None
        return Progress(
            seconds=float(seconds),
            stage=stage,
            incumbent=_number(data.get("incumbent")),
            bound=_number(data.get("bound")),
            gap=_number(data.get("gap")),
            open_sites=None if sites is None else tuple(map(str, sites)),
            message=str(data.get("message", "")),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _number(value: Any) -> float | None:
    return float(value) if _is_number(value) else None
