"""The wheel carries the app and the data, and works where no checkout is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.packaging


def run(*command: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command],
        cwd=cwd,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    options = ["--no-deps", "--no-build-isolation", "--quiet", "--wheel-dir", str(folder)]
    done = run("-m", "pip", "wheel", *options, str(REPOSITORY), cwd=folder)
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def elsewhere(wheel, tmp_path_factory):
    """A folder with the wheel unpacked, away from the checkout."""
    target = tmp_path_factory.mktemp("elsewhere")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
    return target


def planner(elsewhere, *arguments, cwd):
    # -P: the working folder is not on the path; the unpacked wheel comes before the checkout
    return run("-P", "-m", "planner", *arguments, cwd=cwd, PYTHONPATH=str(elsewhere))


def test_wheel_holds_app_data_assets_and_no_byproducts(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    bundle = "planner/_bundle/"
    for needed in (
        bundle + "app.py",
        bundle + "app_pages/today.py",
        bundle + ".streamlit/config.toml",
        bundle + "data/counties/counties.geojson",
        bundle + "data/counties/LICENCES.md",
        bundle + "data/immigration/scenarios/best-14-more.toml",
        bundle + "data/one-stop/scenarios/ten-more-centres.toml",
        "planner/present/assets/vendor/leaflet/leaflet.js",
        "planner/py.typed",
    ):
        assert needed in names, needed
    assert not [name for name in names if name.endswith(".pyc") or "__pycache__" in name]


def test_installed_elsewhere_it_finds_its_own_data(elsewhere, tmp_path):
    code = "from planner.pack import bundle_root, data_root; print(bundle_root(), data_root())"
    done = run("-P", "-c", code, cwd=tmp_path, PYTHONPATH=str(elsewhere))
    assert done.returncode == 0, done.stderr
    bundle, data = done.stdout.split()
    assert Path(bundle) == elsewhere / "planner" / "_bundle"
    assert Path(data) == elsewhere / "planner" / "_bundle" / "data"


def test_installed_elsewhere_it_solves_and_verifies(elsewhere, tmp_path):
    done = planner(elsewhere, "solve", "today", "--out", "run", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    info = json.loads(done.stdout)
    assert (info["status"], info["kpis"]["branches"]) == ("optimal", 10)
    done = planner(elsewhere, "verify", "run", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
