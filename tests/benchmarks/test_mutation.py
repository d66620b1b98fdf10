"""Wrong changes on trial: each is made once, put in place, and seen or not."""

import ast
import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.mutation.__main__ import same, unseen
from benchmarks.mutation.changes import changed_tree, mutants
from benchmarks.mutation.groups import GROUPS, ROOT
from benchmarks.mutation.swap import put_in_place

SOURCE = '''"""Text."""
_MOST = 3


def few(number: int, least: int = 1) -> bool:
    """Whether it is."""
    if number > _MOST:
        return False
    return all(number >= each for each in (least,) if each)


class Held:
    @property
    def twice(self):
        return 2 * len(self.__class__.__name__)
'''


@pytest.fixture
def module(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "planner_changed.py").write_text(SOURCE)
    yield importlib.import_module("planner_changed")
    del sys.modules["planner_changed"]


def found(module):
    every = mutants(module.__name__, Path(module.__file__))
    return {each.name.partition(":")[2]: each for each in every}


def test_changes_are_told_by_what_they_do_and_leave_texts_and_annotations_alone(module):
    assert list(found(module)) == [
        "_MOST: 3 -> 4",
        "few: number > _MOST -> number >= _MOST",
        "few: False -> True",
        "few: return all((number >= each for each in (least,) if each)) -> return None",
        "few: all -> any",
        "few: number >= each -> number > each",
        "few:  for each in (least,) if each ->  for each in (least,)",
        "Held.twice: return 2 * len(self.__class__.__name__) -> return None",
        "Held.twice: 2 * len(self.__class__.__name__) -> 2 / len(self.__class__.__name__)",
        "Held.twice: 2 -> 3",
    ]


def test_a_change_is_the_only_one_in_its_tree(module):
    texts = {ast.unparse(changed_tree(each)) for each in found(module).values()}
    assert len(texts) == len(found(module))


def test_changes_are_put_into_what_is_loaded(module):
    few, held = module.few, module.Held()
    assert (few(4), few(1), held.twice) == (False, True, 8)
    put_in_place(found(module)["_MOST: 3 -> 4"])
    assert few(4)
    put_in_place(found(module)["few: number >= each -> number > each"])
    assert not few(1)
    put_in_place(found(module)["Held.twice: 2 -> 3"])
    assert held.twice == 12


def test_every_group_has_changes_and_known_ones_are_still_there():
    names = {each.name for group in GROUPS.values() for each in group.mutants()}
    assert sum(group.share for group in GROUPS.values()) == 1000
    assert set(same()) <= names, sorted(set(same()) - names)
    assert unseen(
        {"a": "survived", "b": "caught", "c": "untested", next(iter(same())): "survived"}
    ) == [
        "a",
        "c",
    ]


def test_the_command_tells_what_tests_saw(tmp_path):
    told = tmp_path / "told.json"
    order = (sys.executable, "-m", "benchmarks.mutation", "escape", "--of", "html_text:")
    done = subprocess.run(
        [*order, "--json", str(told)],
        cwd=ROOT,
        env=os.environ | {"UGATUZI_FIRST_START": "off"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert set(json.loads(told.read_text()).values()) == {"caught"}
    assert "0 not seen" in done.stdout
