"""The ten steps of docs/own-pack.md, done as they stand there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from planner.cli import main
from planner.errors import EXIT_DONE

DOC = Path(__file__).resolve().parent.parent / "docs" / "own-pack.md"
FILE = re.compile(r"^`([\w./-]+)`\n\n```(?:toml|csv)\n(.*?)^```", re.MULTILINE | re.DOTALL)
COMMANDS = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_the_steps_lead_to_a_plan(tmp_path, monkeypatch, capsys):
    text = DOC.read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("UGATUZI_HOME", str(tmp_path / "home"))
    files = FILE.findall(text)
    assert len(files) == 7
    for name, content in files:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    said = {}
    for block in COMMANDS.findall(text):
        for line in block.splitlines():
            program, *arguments = shlex.split(line)
            assert program == "planner"
            assert main(arguments) == EXIT_DONE, capsys.readouterr()
            out, err = capsys.readouterr()
            assert "Traceback" not in out + err
            said[arguments[0]] = out + err
    assert list(said) == ["check", "audit", "demand", "solve", "why", "worth", "verify", "export"]
    assert re.search(r"^(accept|warn): ", said["check"], re.MULTILINE)
    assert "no [travel] figures" in said["check"]
    assert "7,700 visits a year" in said["audit"]
    assert "open Hill office [hill]" in said["solve"]
    assert "Optimal" in said["solve"]
    assert {path.suffix for path in (tmp_path / "handed-on").iterdir()} == {
        ".csv", ".xlsx", ".geojson"
    }  # fmt: skip


def test_it_has_ten_steps_and_names_files_that_are():
    text = DOC.read_text(encoding="utf-8")
    steps = re.findall(r"^## (\d+)\. ", text, re.MULTILINE)
    assert steps == [str(number) for number in range(1, 11)]
    for name in re.findall(r"`((?:data|docs)/[\w./-]+|pack\.md|scenario\.md)`", text):
        where = DOC.parent if "/" not in name else DOC.parent.parent
        assert (where / name).exists(), name
