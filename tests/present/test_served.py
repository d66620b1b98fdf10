"""Outlines are written whole, once, by whoever comes first."""

import json
import os
import subprocess
import sys

from planner.present import geometry, served
from tests.present.cases import hostile_pack, pack


def test_the_outlines_hold_every_county_once_and_no_name_of_it():
    script = geometry.outlines_script(pack())
    data = json.loads(script.split("geometry = ", 1)[1].rstrip().rstrip(";"))
    codes = [each["properties"]["code"] for each in data["areas"]["features"]]
    assert len(codes) == len(set(codes)) == 47
    assert data["roads"]["features"]
    assert len(script) < 400_000


def test_hostile_names_leave_the_outlines_alone():
    assert geometry.outlines_script(hostile_pack()) == geometry.outlines_script(pack())


def test_two_processes_at_once_agree(tmp_path):
    code = (
        "from planner.present import served;"
        "from planner.pack import find_pack, read_pack;"
        "print(served.outlines_file(read_pack(find_pack('immigration'))))"
    )
    env = os.environ | {"UGATUZI_HOME": str(tmp_path)}
    both = [
        subprocess.Popen([sys.executable, "-c", code], env=env, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    names = {process.communicate()[0].strip() for process in both}
    assert len(names) == 1
    assert [file.name for file in (tmp_path / "outlines").iterdir()] == list(names)


def test_a_home_that_cannot_be_written_is_replaced(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("UGATUZI_HOME", str(tmp_path / "file"))
    name = served.outlines_file(pack())
    assert (served.made_folder() / name).is_file()


def test_addresses_are_relative(tmp_path, monkeypatch):
    monkeypatch.setenv("UGATUZI_HOME", str(tmp_path))
    for _, address in [*served.scripts(pack()), *served.styles()]:
        assert address.startswith("../planner.present.served.")
