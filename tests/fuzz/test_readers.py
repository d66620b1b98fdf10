"""The fuzzer's readers: each takes sound files, refuses damaged ones in words, and sees a crash."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.fuzz import __main__ as command
from benchmarks.fuzz import catalogue, mutate, one, oracle, parts
from benchmarks.fuzz.doors import kept, packs, tables
from benchmarks.fuzz.seeds.__main__ import SEEDS
from planner.errors import Fault, InputError, PlannerError
from planner.pack import check_table
from tests.pack import tiny

ROOT = Path(__file__).parents[2]
PATHS = {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"}
DAMAGED = 12
GDAL = ("geopackage", "pbf")  # each has a driver of its own; the others share a process


def run(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=ROOT, env=os.environ | PATHS, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What every reader made of its first inputs and of some damaged ones."""
    place = tmp_path_factory.mktemp("fuzz")
    readers = list(catalogue.READERS)
    run("benchmarks.fuzz.seeds", str(place), *readers)
    lines = []
    for group in ([each for each in readers if each not in GDAL], *([each] for each in GDAL)):
        out = run("benchmarks.fuzz.sound", str(place), str(DAMAGED), *group)
        lines += [json.loads(line) for line in out.splitlines() if line.startswith("{")]
    return {each["reader"]: each for each in lines}


def test_every_reader_has_seeds_words_and_a_door():
    assert catalogue.READERS.keys() == catalogue.WORDS.keys() == catalogue.FAMILY.keys()
    doors = {"tables": tables.DOORS, "packs": packs.DOORS, "kept": kept.DOORS}
    assert {name: family for family, each in doors.items() for name in each} == catalogue.FAMILY
    assert SEEDS.keys() == catalogue.READERS.keys()


@pytest.mark.parametrize("reader", catalogue.READERS)
def test_sound_files_are_taken_and_damaged_ones_lead_to_no_crash(told, reader):
    found = told[reader]
    assert found["taken"] >= 1
    assert found["taken"] >= found["seeds"] // 3
    assert found["inputs"] == found["seeds"] + DAMAGED
    assert found["crashes"] == []


def test_first_inputs_are_the_same_each_time(tmp_path):
    """Also those that hold a moment or an id: else the same seed would send other files."""
    readers = ("geopackage", "run.json", "workbook", "workspace", "zip")
    first, second = tmp_path / "first", tmp_path / "second"
    for place in (first, second):
        run("benchmarks.fuzz.seeds", str(place), *readers)
    for reader in readers:
        assert parts.files_in(first / reader / "seeds") == parts.files_in(second / reader / "seeds")


# -- what counts as a crash ----------------------------------------------------------------


def raising(error):
    def read(_data):
        raise error

    return read


def test_an_error_that_is_no_refusal_is_a_crash(tmp_path):
    came = oracle.tried(raising(KeyError("a")), b"", tmp_path)
    assert (came.kind, came.place.partition(":")[0]) == ("KeyError", "test_readers.py")


@pytest.mark.parametrize(
    ("fault", "promise"),
    [
        (None, "refused without a fault"),
        (Fault("a.csv", None, None, "{place}/a.csv", "", ""), "a path of this machine"),
        (Fault("a.csv", 0, None, "x", "", ""), "row 0"),
    ],
)
def test_a_refusal_must_be_in_words_that_can_be_told(tmp_path, fault, promise):
    if fault and "{place}" in fault.found:
        fault = Fault("a.csv", None, None, f"{tmp_path}/a.csv", "", "")
    came = oracle.tried(raising(InputError([fault] if fault else [])), b"", tmp_path)
    assert came.kind == "BrokenPromise"
    assert promise in came.trace


def test_a_sound_refusal_is_no_crash(tmp_path):
    fault = Fault("a.csv", 2, "name", "x", "y", "")
    assert oracle.tried(raising(InputError([fault])), b"", tmp_path) is False


def test_text_that_cannot_be_written_is_a_crash(tmp_path):
    came = oracle.tried(raising(PlannerError("half a letter: \ud800")), b"", tmp_path)
    assert came.kind == "UnicodeEncodeError"


def test_too_much_time_is_a_crash(tmp_path, monkeypatch):
    monkeypatch.setattr(oracle, "MOST_SECONDS", -1)
    assert oracle.tried(lambda _data: True, b"", tmp_path).kind == "Slow"


def test_too_much_memory_is_a_crash(tmp_path, monkeypatch):
    monkeypatch.setattr(oracle, "MOST_MEMORY", -1)
    assert oracle.tried(lambda _data: True, b"", tmp_path).kind == "Large"


def test_a_row_that_is_lost_or_changed_is_a_crash(tmp_path):
    path = tmp_path / "areas.csv"
    content = b"code,name\n001,West\n002,East\n"
    path.write_bytes(content)
    report = check_table(path, "areas", rows=True)
    object.__setattr__(report, "verdict", "accept")
    oracle.check_same(report, content)
    for other in (content + b"003,North\n", content.replace(b"West", b"Wets")):
        with pytest.raises(oracle.BrokenPromise):
            oracle.check_same(report, other)


def test_a_feature_that_is_lost_is_a_crash(tmp_path):
    path = tmp_path / "areas.geojson"
    content = tiny.FILES["areas.geojson"].encode()
    path.write_bytes(content)
    report = check_table(path, "areas", rows=True)
    oracle.check_features(report, content)
    oracle.check_features(report, content.replace(b"West", b"W\xe9st"))  # not UTF-8
    both = json.loads(content)
    both["features"] *= 2
    with pytest.raises(oracle.BrokenPromise, match="4 in, 2 rows out"):
        oracle.check_features(report, json.dumps(both).encode())


def test_a_figure_that_is_none_is_a_crash():
    with pytest.raises(oracle.BrokenPromise, match=r"Fault\.row is nan"):
        oracle.check_finite({"a": [Fault("a", float("nan"), None, "", "", "")]})


# -- inputs --------------------------------------------------------------------------------


def test_parts_come_back_from_one_input_and_from_a_zip():
    given = {"a.toml": b"x = 1\n", "b/c.csv": b"", "d": b"%% no head"}
    assert parts.parted(parts.joined(given)) == given
    assert parts.unzipped(parts.zipped(given)) == given
    around = {"a.toml": b"old", "e": b"stays"}
    made = parts.either(parts.IN_PARTS + parts.joined(given), around)
    assert parts.unzipped(made) == around | given
    assert parts.either(parts.AS_IT_IS + b"raw", around) == b"raw"


def test_words_are_written_as_the_fuzzer_reads_them():
    assert one.quoted('a"\\\n') == '"a\\x22\\x5c\\x0a"'


def test_changes_are_of_words_and_lines_and_the_same_for_the_same_seed():
    data, words = b'a = 1\nb = "two words"\n', [b"nan"]

    def by_bytes(_data):
        return b"by bytes"

    made = {mutate.changed(data, 60, seed, words, by_bytes) for seed in range(300)}
    assert made == {mutate.changed(data, 60, seed, words, by_bytes) for seed in range(300)}
    assert b"by bytes" in made
    assert any(b'b = "two words"' in each and b"nan" in each for each in made)
    assert any(each.count(b"two words") == 2 for each in made)
    assert len(made) > 100
    assert all(len(mutate.changed(data, 5, seed, words, by_bytes)) <= 8 for seed in range(9))


# -- the command ---------------------------------------------------------------------------


def test_without_the_fuzzer_it_is_said(monkeypatch, capsys):
    monkeypatch.setattr(command, "is_there", lambda: False)
    assert command.main(["--seconds", "1"]) == 2
    assert "install atheris" in capsys.readouterr().err


def test_the_readers_are_listed(capsys):
    assert command.main(["--list"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(catalogue.READERS)


@pytest.mark.skipif(not command.is_there(), reason="the fuzzer is for Linux on x86_64 alone")
def test_a_reader_is_fuzzed(tmp_path, capsys):
    kept = tmp_path / "kept"
    assert command.main(["--reader", "tracking", "--seconds", "2", "--kept", str(kept)]) == 0
    row = [each.strip() for each in capsys.readouterr().out.splitlines()[-1].split("|")]
    assert row[1] == "tracking"
    assert int(row[3].replace(",", "")) > 0
    assert int(row[4].replace(",", "")) > 200
    assert row[5] == "0"


def test_an_input_is_read_again(tmp_path, capsys):
    path = tmp_path / "input"
    path.write_bytes(tiny.FILES["pack.toml"].encode())
    assert command.main(["--again", str(path), "--reader", "pack.toml"]) == 0
    assert capsys.readouterr().out.strip() == "True"
