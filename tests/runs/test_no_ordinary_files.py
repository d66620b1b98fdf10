"""Pipes, devices and folders in the place of files are refused at once, in words."""

from __future__ import annotations

import os
import socket
import sys

import pytest

from planner.errors import InputError, PlannerError
from planner.pack import read_pack
from planner.pack.ordinary import NotOrdinaryError, open_ordinary, read_ordinary
from planner.runs import judge_and_write
from planner.runs.info import read_info
from planner.runs.store import open_store
from planner.runs.store.workspace import export_workspace, import_workspace
from planner.runs.sweeps.folder import read_sweep
from planner.scenario import read_scenario
from tests.runs import cases

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has no such pipes and devices"
)


@pytest.fixture(params=["a pipe", "a device"])
def strange(request, tmp_path):
    """Makes something in the place of a file that can be read without an end, or never."""

    def make(name):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if request.param == "a pipe":
            os.mkfifo(path)
        else:
            path.symlink_to("/dev/zero")
        return path

    return make


def test_only_ordinary_files_are_opened(strange, tmp_path):
    with pytest.raises(NotOrdinaryError):
        open_ordinary(strange("a"))
    with pytest.raises(IsADirectoryError):
        open_ordinary(tmp_path)
    for missing in (tmp_path / "none", tmp_path / "a\0b"):
        with pytest.raises(FileNotFoundError):
            open_ordinary(missing)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "s"))
        with pytest.raises(NotOrdinaryError):
            open_ordinary(tmp_path / "s")
    (tmp_path / "b").write_bytes(b"abc")
    with open_ordinary(tmp_path / "b") as file:
        assert file.read() == b"abc"
    assert [read_ordinary(tmp_path / "b", most) for most in (1, 2, 3)] == [b"ab", b"abc", b"abc"]


def test_a_scenario(strange):
    with pytest.raises(InputError) as told:
        read_scenario(strange("rules.toml"))
    assert told.value.faults[0].found == "no ordinary file"


def test_a_scenario_too_large_for_rules(tmp_path):
    path = tmp_path / "rules.toml"
    path.write_bytes(b"#" * (10 * 2**20 + 1))
    with pytest.raises(InputError) as told:
        read_scenario(path)
    assert (told.value.faults[0].found, told.value.faults[0].expected) == (
        "a file too large for rules", "at most 10 MB"
    )  # fmt: skip
    path.write_bytes(b'name = "A"\npack = "one-stop"\n'.ljust(10 * 2**20, b"#"))
    assert read_scenario(path).name == "A"


def test_a_run_a_sweep_and_what_a_new_run_would_replace(strange, tmp_path):
    run = strange("run/run.json").parent
    with pytest.raises(InputError, match=r"run\.json.*no ordinary file"):
        read_info(run)
    with pytest.raises(InputError, match=r"sweep\.json"):
        read_sweep(strange("sweep/sweep.json").parent)
    folder = cases.write_pack(tmp_path / "pack")
    pack, rules = read_pack(folder), cases.scenario(str(folder))
    with pytest.raises(PlannerError, match="is not a run folder"):
        judge_and_write(cases.no_answer(pack, rules), pack, rules, run)


def test_a_workspace(strange, tmp_path):
    path = strange("a.zip")
    with open_store(str(tmp_path / "store.sqlite")) as store:
        with pytest.raises(PlannerError, match=r"a\.zip is no ordinary file"):
            import_workspace(store, path)
        with pytest.raises(PlannerError, match="is there already and is no workspace"):
            export_workspace(store, path)
        with pytest.raises(PlannerError, match="is a folder, not a file"):
            import_workspace(store, tmp_path)
