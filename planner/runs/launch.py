"""The process of a job: how it is begun, also the one that keeps the best plan of another."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import planner
from planner.errors import PlannerError
from planner.pack.place import home
from planner.runs.files import disk_words
from planner.runs.jobfiles import JobFolder
from planner.runs.processes import JOB_VARIABLE, name_of

KEEP_BEST = "--keep-best"
WORKER: tuple[str, ...] = ("-m", "planner.runs.worker")


def begin(job: JobFolder, *, is_keeper: bool = False) -> None:
    """Begin the process that does a job, or the short one that keeps its best plan.

    Raises:
        PlannerError: It cannot be begun; in plain words.
    """
    options: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        options = {
            "creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
        }
    flags = (KEEP_BEST,) if is_keeper else ()
    try:
        with job.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-P", *WORKER, str(job.path), *flags],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=job.path,
                env=_environment(job),
                **options,
            )
    except OSError as error:
        message = f"The solving process could not begin: {disk_words(error)}."
        raise PlannerError(message) from error
    # Waits for the worker so that it leaves no zombie; ends with this process, the worker not.
    threading.Thread(target=process.wait, name=f"reap-{job.id}", daemon=True).start()
    name = name_of(process.pid)
    if name is not None and job.process(is_keeper=is_keeper) is None:
        with contextlib.suppress(OSError):  # the worker names itself, too
            job.write_process(name, is_keeper=is_keeper)


def _environment(job: JobFolder) -> Mapping[str, str]:
    temporary = str(job.path / "tmp")
    source = str(Path(planner.__file__).resolve().parent.parent)
    path = os.pathsep.join(filter(None, (source, os.environ.get("PYTHONPATH"))))
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    return {
        **threads,
        **os.environ,
        "PYTHONPATH": path,
        "PYTHONIOENCODING": "utf-8",
        "UGATUZI_HOME": str(home()),
        JOB_VARIABLE: job.id,
        **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), temporary),
    }
