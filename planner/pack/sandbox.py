"""Reads a file of a complex format in a child process with limits, and ends it in any case."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.pack.faults import Findings
from planner.pack.reader_child import ARGUMENTS

_MOST_ANSWER_BYTES = 128 * 2**20
_PACKAGE_PARENT = Path(__file__).resolve().parents[2]
_FORMATS = {
    "geojson": "a GeoJSON file",
    "gpkg": "a GeoPackage",
    "parquet": "a Parquet table",
    "pbf": "an OpenStreetMap extract (.osm.pbf)",
    "repair": "outlines that do not cross themselves",
    "zip": "a workbook or a zipped Shapefile",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child may use: seconds on the clock, seconds of the processor, bytes of memory."""

    wall_seconds: float = 9.0
    cpu_seconds: int = 12
    data_bytes: int = 800 * 2**20


LIMITS = Limits()
_FULL = (errno.ENOSPC, errno.EDQUOT)


def read_in_child(
    content: bytes | Path,
    form: str,
    file: str,
    job: Mapping[str, Any],
    findings: Findings,
    limits: Limits = LIMITS,
) -> dict[str, Any] | None:
    """The child's answer on one file, or None with one clear fault where it cannot be read.

    Args:
        content: The bytes of the file, or where it is; the child gets a copy under a name of our
            own.
        form: `geojson`, `gpkg`, `parquet`, `pbf`, `zip` (a workbook or a zipped Shapefile), or
            `repair` (outlines).
        file: The file's name, for faults.
        job: What the child must know more: expected columns and limits; `arrays` names the flat
            arrays that it leaves beside its answer, with the type of each. They are put into the
            answer as `arrays`.
        findings: Takes faults and warnings.
        limits: The child and all it started are ended when they pass them.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="planner-read-") as folder:
            return _read_within(folder, content, form, file, job, findings, limits)
    except OSError as error:
        found = "no room for a copy to read: the disk for temporary files is full"
        if error.errno not in _FULL:
            found = "no copy to read: the disk for temporary files refused"
        _refuse(file, form, found, "Free some space on it and try again", findings)
        return None


def _read_within(
    folder: str,
    content: bytes | Path,
    form: str,
    file: str,
    job: Mapping[str, Any],
    findings: Findings,
    limits: Limits,
) -> dict[str, Any] | None:
    """As `read_in_child`, in a folder for the copy.

    Raises:
        OSError: The disk refuses.
    """
    upload = Path(folder) / "upload"
    if isinstance(content, Path):
        shutil.copyfile(content, upload)
    else:
        upload.write_bytes(content)
    of_child = {"cpu": limits.cpu_seconds, "data": limits.data_bytes, "parent": os.getpid()}
    order = {**job, "form": form, **of_child}
    (Path(folder) / "order.json").write_text(json.dumps(order))
    try:
        child = subprocess.Popen(
            [sys.executable, *ARGUMENTS],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env=environment_of_child(folder),
            start_new_session=True,
        )
    except OSError:
        _refuse(file, form, "a reader that cannot be started", "Try again", findings)
        return None
    try:
        answer, _ = child.communicate(timeout=limits.wall_seconds)
    except subprocess.TimeoutExpired:
        end_child(child)
        _refuse(
            file,
            form,
            f"a file that takes more than {limits.wall_seconds:g} s to read",
            "Simplify or split it",
            findings,
        )
        return None
    except BaseException:
        end_child(child)
        raise
    told = _understood(child.returncode, answer, file, form, findings)
    if told is not None and "arrays" in job:
        told["arrays"] = _arrays(Path(folder), job["arrays"])
    return told


def _arrays(folder: Path, types: Mapping[str, str]) -> dict[str, NDArray[Any]]:
    """The flat arrays that the child left; none where it left none."""
    there = {name: folder / f"{name}.bin" for name in types}
    return {name: np.fromfile(path, types[name]) for name, path in there.items() if path.is_file()}


def _understood(
    status: int, answer: bytes, file: str, form: str, findings: Findings
) -> dict[str, Any] | None:
    if status or len(answer) > _MOST_ANSWER_BYTES:
        told = (
            "a file that needs too much time or memory"
            if status < 0 or len(answer) > _MOST_ANSWER_BYTES
            else "a damaged file"
        )
        _refuse(file, form, told, "Export it again, simpler or in parts", findings)
        return None
    try:
        content = json.loads(answer)
    except ValueError:
        _refuse(file, form, "a damaged file", "Export it again", findings)
        return None
    for text in content.get("warnings", []):
        findings.warn(f"{file}: {text}")
    for fault in content.get("faults", []):
        findings.fault(
            file, fault["row"], fault["column"], fault["found"], fault["expected"], fault["message"]
        )
    is_refused = content.get("faults") and "records" not in content
    return None if is_refused else content


def _refuse(file: str, form: str, found: str, message: str, findings: Findings) -> None:
    findings.fault(file, None, None, found, _FORMATS[form], message)


def environment_of_child(folder: str) -> dict[str, str]:
    """What the child may know of this process: where Python is, and nothing else."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "SYSTEMROOT") if name in os.environ}
    return kept | {
        "PYTHONPATH": str(_PACKAGE_PARENT),
        "PYTHONDONTWRITEBYTECODE": "1",
        **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), folder),
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "ARROW_IO_THREADS": "1",
        "ARROW_DEFAULT_MEMORY_POOL": "system",  # others set aside far more than they use
        "OPENPYXL_LXML": "False",
        "OPENPYXL_DEFUSEDXML": "True",
    }


def end_child(child: subprocess.Popen[bytes]) -> None:
    """End a child and all that it started, and wait for it.

    What has a session of its own is told by the system that its parent is gone, or sees it.
    """
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(child.pid, signal.SIGKILL)
    child.kill()
    child.communicate()
