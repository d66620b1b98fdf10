from __future__ import annotations

import pytest

from planner.pack import read_pack
from tests.runs import cases


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An own place for jobs; the server's own variable."""
    folder = tmp_path / "home"
    monkeypatch.setenv("UGATUZI_HOME", str(folder))
    return folder


@pytest.fixture
def pack_folder(tmp_path):
    return cases.write_pack(tmp_path / "tiny")


@pytest.fixture
def pack(pack_folder):
    return read_pack(pack_folder)
