"""Points that could not be solved: why, in words; the details of what nobody expected in a log."""

from __future__ import annotations

import secrets
import traceback

from planner.errors import PlannerError
from planner.pack.place import home
from planner.runs.files import disk_words
from planner.runs.sweeps.types import Done, Found, Seed, Task


def changed() -> PlannerError:
    """The pack's files are not what they were when the sweep began."""
    return PlannerError(
        "The pack was changed while it was swept, so points would not be alike. Sweep again into "
        "a new folder."
    )


def lost(task: Task, tries: int) -> Done:
    """A point whose worker died each time it was tried."""
    return _done(
        task,
        tries,
        f"The worker that solved this point was ended {tries} times, from outside or because "
        "memory ran out. Use fewer workers, or a machine with more memory.",
    )


def failed(task: Task, error: Exception, tries: int) -> Done:
    """A point that ended with an error, told in words."""
    if isinstance(error, PlannerError):
        return _done(task, tries, str(error))
    if isinstance(error, OSError) and error.errno is not None:
        return _done(task, tries, f"The run could not be kept: {disk_words(error)}.")
    return _done(task, tries, _logged(error))


def _done(task: Task, tries: int, message: str) -> Done:
    found = Found(task.point.number, "failed", message=message, tries=tries)
    return Done(found, Seed(task.point.scenario, None))


def _logged(error: Exception) -> str:
    name = secrets.token_hex(4)
    words = f"Something went wrong inside the planner (error {name})."
    try:
        folder = home() / "logs"
        folder.mkdir(parents=True, exist_ok=True)
        text = "".join(traceback.format_exception(error))
        (folder / f"error-{name}.log").write_text(text, encoding="utf-8")
    except OSError:
        return words
    return f"{words} The details are in the planner's folder, logs/error-{name}.log."
