from __future__ import annotations

from tests.runs.conftest import home, pack, pack_folder

__all__ = ["home", "pack", "pack_folder"]
