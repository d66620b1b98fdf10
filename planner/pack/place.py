"""Where this user's own files are kept: packs, runs, jobs and the store."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

STORE_VARIABLE = "UGATUZI_STORE"  # of the environment: where else the store is


def home() -> Path:
    """The folder of all that is kept: UGATUZI_HOME, or the user's data folder."""
    own = os.environ.get("UGATUZI_HOME", "").strip()
    return Path(own).absolute() if own else Path(platformdirs.user_data_dir("ugatuzi-planner"))
