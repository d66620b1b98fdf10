"""A plugin of pytest: the children that read files for others are measured too.

They get next to nothing of their parent's environment, so what coverage needs is added.
"""

from __future__ import annotations

import os

import pytest

from planner.pack import check_apart, sandbox


@pytest.fixture(autouse=True)
def _measured_children(monkeypatch: pytest.MonkeyPatch) -> None:
    needed = {name: each for name, each in os.environ.items() if name.startswith("COVERAGE")}
    of_child = sandbox.environment_of_child
    for module in (sandbox, check_apart):
        monkeypatch.setattr(
            module, "environment_of_child", lambda folder: of_child(folder) | needed
        )
