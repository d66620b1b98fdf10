"""The shape: who may import what, and that importing does nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "planner"
HEAVY = ("streamlit", "folium", "branca", "streamlit_folium", "pulp", "highspy")
CORE = (
    "planner.pack",
    "planner.demand",
    "planner.travel",
    "planner.problem",
    "planner.scenario",
    "planner.plan",
    "planner.evaluate",
)

LOADED = "import json, sys, {0}; print(json.dumps(sorted(sys.modules)))"

SILENT = """
import builtins, json, logging, os, pathlib, socket, sys, warnings
opened = []
def note(event, args):
    if args and "__pycache__" in str(args[0]):  # compiled code looks whether it may be kept
        return
    if event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+"):
        opened.append(str(args[0]))
    if event in ("socket.connect", "subprocess.Popen", "os.mkdir", "os.remove"):
        opened.append(event)
sys.addaudithook(note)
sys.dont_write_bytecode = True
before = (list(logging.root.handlers), logging.root.level)
for name in {0!r}:
    __import__(name)
ours = [n for n in logging.root.manager.loggerDict if n.split(".")[0] == "planner"]
handlers = [n for n in ours if getattr(logging.getLogger(n), "handlers", [])]
print(json.dumps([opened, handlers, before == (list(logging.root.handlers), logging.root.level)]))
"""


def python(code: str, cwd: Path) -> object:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=cwd, check=True
    )
    assert done.stderr == ""
    return json.loads(done.stdout)


@pytest.mark.parametrize("names", [", ".join(CORE), "planner.cli"], ids=["core", "cli"])
def test_what_is_given_and_judged_loads_no_solver_and_no_page(tmp_path, names):
    loaded = {name.split(".")[0] for name in python(LOADED.format(names), tmp_path)}
    assert loaded.isdisjoint(HEAVY)


def test_the_optimiser_loads_no_page(tmp_path):
    loaded = {name.split(".")[0] for name in python(LOADED.format("planner.solve"), tmp_path)}
    assert {"pulp", "highspy"} <= loaded
    assert loaded.isdisjoint(HEAVY[:4])


def modules() -> list[str]:
    paths = [path.relative_to(ROOT).with_suffix("") for path in PACKAGE.rglob("*.py")]
    names = {".".join(path.parts).removesuffix(".__init__") for path in paths}
    return sorted(name for name in names if "__main__" not in name and ".present" not in name)


def test_importing_does_nothing_else(tmp_path):
    """No file is written, no process begun, no log handler set, by any module but the pages'."""
    opened, handlers, same_root = python(SILENT.format(modules()), tmp_path)
    assert opened == []
    assert handlers == []
    assert same_root
    assert list(tmp_path.iterdir()) == []


def test_import_contracts_hold():
    tool = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [tool, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


def test_every_module_has_its_place_in_the_layers():
    config = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = {
        name.strip()
        for contract in config["contracts"]
        if contract["type"] == "layers"
        for layer in contract["layers"]
        for name in layer.split("|")
        if name.strip().count(".") == 1
    }
    there = {
        f"planner.{path.stem}"
        for path in PACKAGE.iterdir()
        if path.suffix == ".py" or (path / "__init__.py").is_file()
    }
    assert layers == there - {"planner.__init__", "planner.__main__"}


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: p.name)
def test_a_modules_first_line_says_what_it_is_for(path):
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith('"""')
    assert len(first) > 20


def test_only_the_optimiser_names_a_solver_and_only_pages_name_streamlit():
    for path in PACKAGE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        inside = path.relative_to(PACKAGE).parts[0]
        if inside != "optimize":
            assert "import pulp" not in text, path
            assert "import highspy" not in text, path
        if inside != "present":
            assert "import streamlit" not in text, path
            assert "import folium" not in text, path
