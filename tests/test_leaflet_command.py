"""`planner leaflet`: pages to print from a run or a pack, and what it refuses."""

import json

import pytest

from tests.command_line import run as command
from tests.runs import cases


@pytest.fixture
def tiny(tmp_path):
    return cases.write_answer(tmp_path)


@pytest.mark.parametrize("language", ["en", "sw"])
def test_a_leaflet_of_a_plan_and_of_all_areas(tiny, tmp_path, capsys, language):
    out = tmp_path / "one.html"
    asked = ("--language", language, "--json")
    status, said, _ = command(capsys, "leaflet", tiny, "--area", "021", "--out", out, *asked)
    assert status == 0
    assert json.loads(said) == {"file": "one.html", "pages": 1, "language": language}
    text = out.read_text(encoding="utf-8")
    assert text.startswith(f'<!doctype html><html lang="{language}">')
    assert "<b>$1$" not in text
    every = tmp_path / "all.html"
    asked = ("--service", "permit", *asked)
    status, said, _ = command(capsys, "leaflet", tiny, "--area", "all", "--out", every, *asked)
    assert json.loads(said)["pages"] == 4


def test_a_leaflet_of_the_branches_of_today(tiny, tmp_path, capsys):
    out = tmp_path / "one.html"
    status, said, _ = command(
        capsys, "leaflet", tmp_path / "tiny", "--area", "028", "--point", "p1", "--out", out
    )
    assert status == 0
    assert "1 page to print" in said
    assert "Iten" in out.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (("--area", "021", "--service", "pasport"), "Did you mean passport?"),
        (("--area", "21"), "no county 21"),
        (("--area", "021", "--point", "p1"), "lies in 028"),
        (("--area", "all", "--point", "p1"), "needs one area"),
    ],
)
def test_what_is_not_there_is_told(tiny, tmp_path, capsys, asked, told):
    out = tmp_path / "one.html"
    status, _, err = command(capsys, "leaflet", tiny, *asked, "--out", out)
    assert status == 2
    assert told in err
    assert not out.exists()


def test_no_file_is_written_over(tiny, tmp_path, capsys):
    out = tmp_path / "one.html"
    out.write_text("mine", encoding="utf-8")
    assert command(capsys, "leaflet", tiny, "--area", "021", "--out", out)[0] == 2
    assert out.read_text(encoding="utf-8") == "mine"
    assert command(capsys, "leaflet", tiny, "--area", "021", "--out", tmp_path / "x.pdf")[0] == 2
