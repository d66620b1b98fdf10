"""The look at what a release stands on: each thing that can be wrong is told."""

import importlib.util
import json
import subprocess
import sys
from importlib.metadata import PathDistribution
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NAME = "check_release"


@pytest.fixture
def tool(monkeypatch):
    spec = importlib.util.spec_from_file_location(NAME, ROOT / "tools" / f"{NAME}.py")
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, NAME, module)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def package(tmp_path, monkeypatch, tool):
    """A package that is installed in a folder: its licence is given, its one file can change."""

    def install(licence="MIT", version="1.0"):
        note = tmp_path / "thing-1.0.dist-info"
        note.mkdir(exist_ok=True)
        (note / "METADATA").write_text(
            f"Metadata-Version: 2.4\nName: thing\nVersion: {version}\n"
            f"License-Expression: {licence}\n"
        )
        (tmp_path / "thing.py").write_bytes(b"")
        empty = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"
        (note / "RECORD").write_text(f"thing.py,sha256={empty},0\nthing-1.0.dist-info/RECORD,,\n")
        monkeypatch.setattr(
            tool.importlib.metadata, "distribution", lambda _: PathDistribution(note)
        )
        return tmp_path / "thing.py"

    return install


def pins(tmp_path, text="thing==1.0\n"):
    path = tmp_path / "pins.txt"
    path.write_text(text)
    return path


def look(tool, monkeypatch, *words):
    monkeypatch.setattr(sys, "argv", [NAME, *map(str, words)])
    return tool.main()


def test_the_pins_of_this_project_are_read(tool):
    found = {each.plain for each in tool.read_pins(ROOT / "requirements.txt")}
    assert {"streamlit", "numpy", "jinja2"} <= found


def test_a_line_that_pins_nothing_is_refused(tool, tmp_path):
    with pytest.raises(SystemExit, match="line 2: 'thing>=1' is not pinned"):
        tool.read_pins(pins(tmp_path, "# words\nthing>=1\n"))


def test_a_package_that_is_as_it_should_be(tool, package, tmp_path, monkeypatch, capsys):
    package()
    assert look(tool, monkeypatch, "--pins", pins(tmp_path), "--no-audit") == tool.NOT_AUDITED
    assert "1 packages as they are pinned" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("licence", "version", "is_changed", "told"),
    [
        ("GPL-3.0-only", "1.0", False, "found the licence 'GPL-3.0-only'"),
        ("Permitted", "1.0", False, "found the licence"),
        ("MIT", "1.1", False, "1.1 is installed; expected 1.0"),
        ("MIT", "1.0", True, "1 files are not as in its wheel, thing.py for one"),
    ],
)
def test_what_is_wrong_is_told(
    tool, package, tmp_path, monkeypatch, capsys, licence, version, is_changed, told
):
    file = package(licence, version)
    if is_changed:
        file.write_text("import os")
    assert look(tool, monkeypatch, "--pins", pins(tmp_path), "--no-audit") == tool.WRONG
    assert told in capsys.readouterr().out


def test_a_package_that_is_not_there_is_told(tool, tmp_path, monkeypatch, capsys):
    path = pins(tmp_path, "no-such-thing-at-all==1\n")
    assert look(tool, monkeypatch, "--pins", path, "--no-audit") == tool.WRONG
    assert "not installed" in capsys.readouterr().out


def answer(monkeypatch, tool, told, status=0):
    """Have programs that are asked answer this."""
    text = told if isinstance(told, str) else json.dumps(told)
    done = subprocess.CompletedProcess([], status, text, "")
    monkeypatch.setattr(tool.subprocess, "run", lambda *_, **__: done)
    monkeypatch.setattr(tool.importlib.util, "find_spec", lambda _: True)


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({"dependencies": [{"name": "thing", "version": "1.0", "vulns": []}]}, 0),
        (
            {
                "dependencies": [
                    {
                        "name": "thing",
                        "version": "1.0",
                        "vulns": [{"id": "W-1", "fix_versions": ["1.1"]}],
                    }
                ]
            },
            1,
        ),
        ("no network", 3),
    ],
)
def test_an_audit_is_clean_finds_something_or_cannot_be_made(
    tool, package, tmp_path, monkeypatch, capsys, told, status
):
    package()
    answer(monkeypatch, tool, told)
    assert look(tool, monkeypatch, "--pins", pins(tmp_path)) == status
    said = capsys.readouterr().out
    assert ("W-1, mended in 1.1" in said) == (status == 1)
    assert ("could be reached" in said) == (status == 3)


def test_hashes_are_written_without_the_place_they_come_from(tool, tmp_path, monkeypatch):
    told = {
        "install": [
            {
                "metadata": {"name": "Thing", "version": "1.0"},
                "download_info": {
                    "url": "from the registry",
                    "archive_info": {"hashes": {"sha256": "ab" * 32}},
                },
            }
        ]
    }
    answer(monkeypatch, tool, told)
    path, out = pins(tmp_path), tmp_path / "hashed.txt"
    assert tool.write_hashes(path, tool.read_pins(path), out) == []
    assert out.read_text() == f"thing==1.0 --hash=sha256:{'ab' * 32}\n"


@pytest.mark.parametrize(("told", "status"), [({"install": []}, 0), ("", 1)])
def test_without_every_hash_nothing_is_written(tool, tmp_path, monkeypatch, told, status):
    answer(monkeypatch, tool, told, status)
    path, out = pins(tmp_path), tmp_path / "hashed.txt"
    assert tool.write_hashes(path, tool.read_pins(path), out)
    assert not out.exists()
