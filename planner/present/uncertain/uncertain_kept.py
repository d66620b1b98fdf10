"""What was asked of uncertain figures, kept as studies; and the jobs that ask."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal

from planner.insight.assumptions import Assumption
from planner.pack.fingerprint import print_of
from planner.present.kept_store import store
from planner.present.subjects import Subject
from planner.runs import jobs
from planner.runs.store import Study

KIND: Final = "uncertain"
DRAWS = 200
Ask = Literal["draw", "resolve"]


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
