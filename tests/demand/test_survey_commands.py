"""The commands sample and survey: words, JSON, files and exit statuses."""

import csv
import json

import pytest

from planner.cli import main
from planner.pack import read_pack
from tests.pack import tiny
from tests.pack.test_voices import ACTIONS, AUDIT, COMMENTS, SURVEY, VOICES


def told(capsys, *words):
    assert main([*words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_142_of_220(capsys):
    assert main(["sample", "--population", "220"]) == 0
    out = capsys.readouterr().out
    assert "142 of 220 people." in out
    assert "220 / (1 + 220 x 0.05^2) = 141.94" in out


@pytest.mark.parametrize(
    ("options", "is_told"),
    [
        ([], False),
        (["--confidence", "0.99"], True),
        (["--share", "0.1"], True),
        (["--share", "0.1", "--method", "cochran"], False),
        (["--share", "0.1", "--size", "9"], False),
    ],
)
def test_what_yamanes_formula_does_not_take_is_told(options, is_told, capsys):
    assert main(["sample", "--population", "220", *options]) == 0
    assert ("change the margins only" in capsys.readouterr().err) == is_told


def test_the_options_of_a_sample(capsys):
    found = told(
        capsys, "sample", "--population", "220", "--method", "cochran", "--error", "10%",
        "--confidence", "0.9", "--response", "0.5",
    )  # fmt: skip
    assert found["n"] == 52  # 67.64 / (1 + 66.64 / 220) = 51.9
    assert found["invited"] == 104
    assert found["strata"][0]["weight"] == pytest.approx(220 / 52)
    assert told(capsys, "sample", "--population", "9", "--size", "9")["margin"] == 0


def test_a_frame_with_faults_names_them_all(capsys, tmp_path):
    frame = tmp_path / "f.csv"
    frame.write_text("stratum,population\nA,0\nB,x\n")
    assert main(["sample", "--frame", str(frame), "--json"]) == 1
    faults = json.loads(capsys.readouterr().out)["faults"]
    assert [each["row"] for each in faults] == [2, 3]
    assert main(["check", str(frame), "--as", "survey_frame"]) == 1


@pytest.mark.parametrize(
    "words",
    [
        ["--population", "0"],
        ["--population", "9", "--size", "10"],
        ["--population", "9", "--error", "0"],
        ["--population", "9", "--confidence", "95"],
        ["--population", "9", "--frame", "f.csv"],
        ["--population", "9", "--by", "area"],
        ["--population", "9", "--draw"],
        ["--pack", "immigration", "--by", "weather"],
        [],
    ],
)
def test_wrong_usage(words, capsys):
    assert main(["sample", *words]) == 2


def test_people_are_drawn_and_written(capsys, tmp_path):
    frame, out = tmp_path / "f.csv", tmp_path / "drawn.csv"
    rows = "".join(f"p{i},{'Meru' if i % 4 else 'Embu'}\n" for i in range(40))
    frame.write_text(f"person,county\n{rows}")
    words = ["sample", "--frame", str(frame), "--by", "county", "--size", "8", "--draw"]
    found = told(capsys, *words, "--seed", "7", "--out", str(out))
    assert [(each["name"], each["n"]) for each in found["strata"]] == [("Embu", 2), ("Meru", 6)]
    with out.open(encoding="utf-8-sig") as file:
        drawn = list(csv.DictReader(file))
    assert [each["person"] for each in drawn] == [each["id"] for each in found["drawn"]]
    assert len(drawn) == 8
    assert told(capsys, *words, "--seed", "7")["drawn"] == found["drawn"]


def test_the_strata_of_a_pack(capsys, tmp_path):
    folder = tiny.write(tmp_path)
    found = told(capsys, "sample", "--pack", str(folder), "--by", "area", "--size", "6")
    # 16 visits in the West, 3 in the East: 5.05 and 0.95, then 2 from each at least
    assert [(each["name"], each["n"]) for each in found["strata"]] == [("West", 4), ("East", 2)]


def test_what_was_heard(capsys, tmp_path):
    folder = tiny.write(
        tmp_path, voices_toml=VOICES, survey_csv=SURVEY + "2,2026-03-02,online_use,4,,,,\n",
        audit_csv=AUDIT, actions_csv=ACTIONS, comments_csv=COMMENTS,
    )  # fmt: skip
    words = ["survey", str(folder), "--day", "1/6/2026"]
    assert main(words) == 0
    out = capsys.readouterr().out
    for line in (
        "2 people gave 6 answers",
        "Gap of speed: -5.00",
        "Theme Waiting: 1 answers",
        "Lever online, felt to be used: 4.00 (one person)",
        "Registry weighs c 75%, customers 100% (+0 places)",
        "Registry weighs speed 100%, customers not asked",
        "Comments on 0123abcd, 2026-03-04 to 2026-03-05: 1 for, 1 against, 0 neither",
        "  West: 1 for, 0 against, 0 neither",
        "  Theme Waiting: 1 comments",
    ):
        assert line in out
    found = told(capsys, *words)
    assert found["today"] == "2026-06-01"
    assert found["importance"] == {"c": 1.0}
    assert found["audits"][0]["rounds"][0]["share"] == 0.7
    assert [each["day"] for each in found["due"]] == ["2026-09-02"]


def test_the_questionnaire_is_written(capsys, tmp_path):
    folder = tiny.write(tmp_path / "pack", voices_toml=VOICES)
    for ending in ("csv", "html", "md"):
        file = tmp_path / f"q.{ending}"
        assert main(["survey", str(folder), "--questionnaire", str(file)]) == 0
        assert file.stat().st_size
    assert main(["survey", str(folder), "--questionnaire", str(tmp_path / "q.doc")]) == 2
    assert len(read_pack(folder).voices.questions) == 6
