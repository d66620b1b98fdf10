"""A plugin of pytest: the child that reads foreign files is measured too.

It is started with next to nothing of its parent's environment, so what coverage needs is added.
"""

from __future__ import annotations

import os

import pytest

from planner.pack import sandbox


@pytest.fixture(autouse=True)
def _measured_children(monkeypatch: pytest.MonkeyPatch) -> None:
    needed = {name: each for name, each in os.environ.items() if name.startswith("COVERAGE")}
    of_child = sandbox._environment  # noqa: SLF001 - what a child may know
    monkeypatch.setattr(sandbox, "_environment", lambda folder: of_child(folder) | needed)
