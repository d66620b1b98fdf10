"""What was asked of uncertain figures, kept as studies; and the jobs that ask."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Literal

from planner.insight.assumptions import Assumption, assumptions
from planner.insight.ends_kept import ends_of_values
from planner.insight.uncertain import Tornado
from planner.pack.fingerprint import print_of
from planner.pack.place import home
from planner.present.kept_store import store
from planner.present.subjects import Subject
from planner.runs import jobs
from planner.runs.jobfiles import JobFolder
from planner.runs.store import Study

KIND: Final = "uncertain"
DRAWS = 200
ENDS_SECONDS = 120
Ask = Literal["ends", "draw", "resolve"]
_MOST_JOBS = 20


def latest(name: str, subject: Subject, ask: Ask) -> Study | None:
    """The last study of a question about a network, with something found.

    `name` is that of a listed network, or the id of a run in the store.
    """
    own = _names(name, subject)
    pack = None if subject.report is not None else print_of(subject.pack.folder).fingerprint
    for study in store().studies.list(kind=KIND):
        is_same = study.spec.get("ask") == ask and own.items() <= study.spec.items()
        if is_same and study.told is not None and pack in (None, study.pack):
            return study
    return None


def ends(name: str, subject: Subject) -> Tornado | None:
    """Each uncertain figure of a network at its ends, as it is kept; None where it was not asked.

    `name` is that of a listed network, or the id of a run in the store.
    """
    study = latest(name, subject, "ends")
    if study is None or study.told is None:
        return None
    return ends_of_values(study.told, assumptions(subject.pack, subject.scenario.travel.mode))


def try_ends(name: str, subject: Subject) -> str:
    """Begin to try every figure at both ends; the job's id."""
    options = {**_names(name, subject), "ask": "ends", "time_limit_s": ENDS_SECONDS}
    return jobs.start(subject.pack.folder, subject.scenario, kind=KIND, options=options)


def last_try(name: str, subject: Subject) -> jobs.JobState | None:
    """The last job that tries this network's figures at their ends; None where there was none."""
    own, folder = {**_names(name, subject), "ask": "ends"}, str(subject.pack.folder.absolute())
    for job, pack, asked in _asked():
        if own.items() <= asked.items() and (subject.report is not None or pack == folder):
            return job
    return None


def last_question() -> jobs.JobState | None:
    """The last job that draws figures or solves again, of whatever network."""
    return next((job for job, _, asked in _asked() if asked.get("ask") != "ends"), None)


def _asked() -> Iterator[tuple[jobs.JobState, str, Mapping[str, Any]]]:
    """The last jobs, the newest first: each with its pack's folder and what it was asked."""
    for job in jobs.recent(_MOST_JOBS, kind=KIND):
        spec = JobFolder(home() / "jobs" / job.id).spec()
        yield job, "" if spec is None else spec.pack, {} if spec is None else spec.options


def start(
    name: str, subject: Subject, ask: Ask, figures: Sequence[Assumption], after: str = ""
) -> str:
    """Begin to ask; the job's id.

    Args:
        name: Of a listed network, or the id of a run in the store.
        subject: The network.
        ask: All figures drawn together, or the plan found again at their ends.
        figures: Which figures.
        after: The study with what was answered before.
    """
    options: dict[str, Any] = {
        **_names(name, subject),
        "ask": ask,
        "figures": [each.key for each in figures],
        **({"count": DRAWS} if ask == "draw" else {"after": after}),
    }
    return jobs.start(subject.pack.folder, subject.scenario, kind=KIND, options=options)


def _names(name: str, subject: Subject) -> dict[str, str]:
    return {"network" if subject.report is None else "run": name}
