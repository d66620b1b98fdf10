"""Finished runs that are not in the store yet: a look that costs nothing where there are none."""

from __future__ import annotations

import contextlib

from planner.pack.place import home


def adopt_waiting() -> int:
    """Put the finished runs that wait into the store; for whoever lists runs.

    Returns:
        How many came into the store.
    """
    if not _is_any():
        return 0
    from planner.runs.adopt import adopt_finished  # noqa: PLC0415 - much to load

    return len(adopt_finished())


def _is_any() -> bool:
    with contextlib.suppress(OSError):
        for job in (home() / "jobs").iterdir():
            if (job / "run" / "run.json").is_file() and not any(
                (job / name).exists() for name in ("kept.json", "refused.json")
            ):
                return True
    return False
