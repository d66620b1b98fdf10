"""The child process that reads workbooks, GIS files and Parquet: limits first, then the file.

Started by `sandbox`; reads one order (`order.json`) and the file `upload` in its working folder,
and answers with JSON on stdout. It has no network, little memory and little time.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

ARGUMENTS = ("-P", "-m", "planner.pack.reader_child")
_SECOND_START = "PLANNER_READER_SECOND_START"
_ADDRESS_BYTES = 4 * 2**30
_NEW_USER_AND_NETWORK = 0x10000000 | 0x40000000
_PARENT_DEATH_SIGNAL = 1
_LEFT_ALONE = 76  # exit status: nobody waits for the answer


def main() -> int:
    """Answers one order."""
    answer = own_answer()
    order = json.loads(Path("order.json").read_bytes())
    _limit(order)
    try:
        told = _read(order, answer)
    except MemoryError:
        told = _too_big()
    except RecursionError:
        told = _fault("a file nested too deeply", "Export it again")
    with os.fdopen(answer, "wb") as out:
        out.write(json.dumps(told, allow_nan=False).encode())
    return 0


def _read(order: dict[str, Any], answer: int) -> dict[str, Any]:
    from planner.pack import foreign, gis_file  # noqa: PLC0415 - only after the limits are set

    try:
        return foreign.read(order)
    except foreign.Refused as refusal:
        return refusal.answer
    except gis_file.OtherDriversError as error:
        if _SECOND_START in os.environ:
            return _fault("a file that cannot be read safely here", "Save it as GeoJSON or CSV")
        os.dup2(answer, 1)
        environment = {**os.environ, "GDAL_SKIP": error.skip, _SECOND_START: "1"}
        os.execve(sys.executable, [sys.executable, *ARGUMENTS], environment)  # noqa: S606
    except (MemoryError, RecursionError):
        raise
    except Exception as error:  # noqa: BLE001 - any library may raise anything on a hostile file
        if "memory" in str(error).lower() or "alloc" in str(error).lower():
            return _too_big()
        return _fault("a damaged file", "Export it again")


def _too_big() -> dict[str, Any]:
    return _fault("a file that needs too much memory", "Simplify or split it")


def _fault(found: str, message: str) -> dict[str, Any]:
    fault = {"row": None, "column": None, "found": found, "expected": "a sound file"}
    return {"faults": [{**fault, "message": message}]}


def own_answer() -> int:
    """Where this process answers; what libraries print goes nowhere."""
    answer = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return answer


def limit_self(
    cpu_seconds: int, data_bytes: int, parent: int, *, binds_others: bool = True
) -> None:
    """Bounds this process's memory and time, and has it end with the one that started it.

    Windows bounds neither: there the clock of the one that waits is the only limit.

    Args:
        cpu_seconds: What it may have of the processor.
        data_bytes: What it may have of memory.
        parent: The number of the process that started it; where that has ended, so does this one.
        binds_others: Whether what it starts may have no more either.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL)
        if os.getppid() != parent:  # it ended before this could be said
            sys.exit(_LEFT_ALONE)
    else:
        from planner.starter import end_with  # noqa: PLC0415 - Linux does it by itself

        end_with(parent, lambda: os._exit(_LEFT_ALONE))
    try:
        import resource  # noqa: PLC0415 - not there on every system
    except ImportError:
        return
    for what, most in (
        (resource.RLIMIT_AS, _ADDRESS_BYTES),
        (resource.RLIMIT_DATA, data_bytes),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most if binds_others else resource.getrlimit(what)[1]))


def _limit(order: dict[str, Any]) -> None:
    """Bounds this process as the order says, and leaves the network where it can."""
    limit_self(order["cpu"], order["data"], order["parent"])
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).unshare(_NEW_USER_AND_NETWORK)


if __name__ == "__main__":
    sys.exit(main())
