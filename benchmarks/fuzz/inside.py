"""The reading child without the child: the same reader in this process, thousands a minute.

What the child's net would catch is caught here too, but for errors of our own lines: the net is
there for libraries.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from planner.pack import foreign, gis_file, opening, parquet_columns, road_source, sandbox
from planner.pack.faults import Findings

_PLANNER = f"{os.sep}planner{os.sep}"


def read_inside(place: Path) -> None:
    """From now on files of complex formats are read in this process, in an own folder."""
    folder = place / "child"
    folder.mkdir(exist_ok=True)
    os.chdir(folder)
    for module in (opening, parquet_columns, road_source):
        module.read_in_child = _read


def _read(
    content: bytes | Path,
    form: str,
    file: str,
    job: Mapping[str, Any],
    findings: Findings,
    limits: sandbox.Limits = sandbox.LIMITS,
) -> dict[str, Any] | None:
    for left in Path().iterdir():
        left.unlink()
    foreign.UPLOAD.write_bytes(content.read_bytes() if isinstance(content, Path) else content)
    order = {**job, "form": form, "cpu": limits.cpu_seconds, "data": limits.data_bytes}
    try:
        told = foreign.read(json.loads(json.dumps(order)))
    except foreign.Refused as refusal:
        told = refusal.answer
    except gis_file.OtherDriversError:
        told = _refused("another form than this reader's")
    except (MemoryError, RecursionError):
        told = _refused("too large or too deep")
    except Exception as error:
        if is_own(error):
            raise
        told = _refused("a damaged file")
    answer = json.dumps(told, allow_nan=False).encode()
    read = sandbox._understood(0, answer, file, form, findings)  # noqa: SLF001 - as in the child
    if read is not None and "arrays" in job:
        read["arrays"] = sandbox._arrays(Path(), job["arrays"])  # noqa: SLF001
    return read


def _refused(found: str) -> dict[str, Any]:
    fault = {"row": None, "column": None, "found": found, "expected": "", "message": ""}
    return {"faults": [fault]}


def is_own(error: BaseException) -> bool:
    """Whether an error was raised by a line of the planner itself."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace is not None and _PLANNER in trace.tb_frame.f_code.co_filename
