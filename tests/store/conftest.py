from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from planner.pack import read_pack
from planner.runs.store import Store, open_store
from planner.runs.store.workspace import export_workspace
from planner.scenario import Scenario, parse_scenario
from tests.nobody import folder_for_all
from tests.runs import cases
from tests.store import postgres
from tests.store.workspaces import fill


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """An own place for all that is kept, and a known user."""
    folder = tmp_path / "home"
    monkeypatch.setenv("UGATUZI_HOME", str(folder))
    monkeypatch.setenv("UGATUZI_USER", "Amina")
    monkeypatch.delenv("UGATUZI_STORE", raising=False)
    return folder


@pytest.fixture(scope="session")
def server() -> Iterator[postgres.Server]:
    if postgres.binaries() is None:
        pytest.skip("no PostgreSQL server is installed")
    running = postgres.Server()
    yield running
    running.close()


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def url(request, tmp_path) -> str:
    """The name of a new store, of both kinds."""
    if request.param == "SQLite":
        return str(tmp_path / "kept" / "store.sqlite")
    return request.getfixturevalue("server").new_place()


@pytest.fixture
def store(url) -> Iterator[Store]:
    with open_store(url) as opened:
        yield opened


@pytest.fixture
def open_folder() -> Iterator[Path]:
    with folder_for_all() as folder:
        yield folder


@pytest.fixture
def scenario() -> Scenario:
    return parse_scenario('name = "A"\npack = "one-stop"\n[rules.branches]\nmax = 24\n')


@pytest.fixture
def pack_folder(tmp_path):
    return cases.write_pack(tmp_path / "tiny")


@pytest.fixture
def pack(pack_folder):
    return read_pack(pack_folder)


@pytest.fixture(scope="session")
def sent(tmp_path_factory):
    """A workspace from somewhere else, made once."""
    with pytest.MonkeyPatch.context() as patch:
        place = tmp_path_factory.mktemp("sent")
        patch.setenv("UGATUZI_HOME", str(place / "home"))
        with open_store(str(place / "store.sqlite")) as store:
            fill(store, place)
            export_workspace(store, place / "work.zip")
    return place / "work.zip"


@pytest.fixture
def came(sent, tmp_path):
    """A copy of it, to be changed."""
    return Path(shutil.copy(sent, tmp_path / "came.zip"))


@pytest.fixture
def other(tmp_path, monkeypatch):
    """Another machine: its own folder and an empty store."""
    monkeypatch.setenv("UGATUZI_HOME", str(tmp_path / "elsewhere"))
    with open_store() as opened:
        yield opened
