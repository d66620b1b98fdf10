"""Damaged bytes for every reader: a table, or faults in words; never an error of another kind."""

from __future__ import annotations

import random
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl

from benchmarks.reliability.rows import Row
from planner.errors import InputError
from planner.pack import check_table, read_pack
from planner.runs.verify import verify
from planner.scenario import parse_scenario, scenario_toml
from tests.runs import cases

SECONDS, QUICK_SECONDS = 60.0, 4.0
PIECES = (
    *(b"", b"\x00", b"\xff\xfe", b"'", b'"', b"\\", b"{", b"]", b",", b";", b"\t", b"\r", b"\n"),
    *(b"NaN", b"1e999", b"-1", b"null", b"true", b"0.5", b"1,5", b"=1+1", b"\xe2\x80\xae"),
    *(b"[" * 200, b"9" * 400, b"..", b"/etc/passwd", b"<!DOCTYPE a>", b"\xef\xbb\xbf", b"id"),
)


def rows(*, quick: bool) -> list[Row]:
    """The promise of every reader."""
    seconds = QUICK_SECONDS if quick else SECONDS
    with tempfile.TemporaryDirectory() as place:
        found = [_fuzzed(name, each, seconds) for name, each in _readers(Path(place)).items()]
    crashes = [crash for _, _, crash in found if crash]
    told = ", ".join(f"{name} {trials:,}" for name, trials, _ in found)
    told = f"{seconds:.0f} s each, {len(crashes)} with crashes ({told} damaged files)"
    return [
        Row(
            "damaged files for each reader",
            f"{SECONDS:.0f} s each, 0 crashes",
            told + "".join(f"; {crash}" for crash in crashes),
            False if crashes else (None if quick else True),
            "`tests/pack/test_fuzz.py`, `tests/runs/test_fuzz.py`",
        )
    ]


Reader = tuple[bytes, Callable[[bytes], object]]


def _fuzzed(name: str, reader: Reader, seconds: float) -> tuple[str, int, str]:
    """How many damaged files were read in so many seconds, and the first crash."""
    content, read = reader
    rng, end, trials = random.Random(name), time.monotonic() + seconds, 0  # noqa: S311 - no secret
    while time.monotonic() < end:
        trials += 1
        damaged = bytearray(content)
        for _ in range(rng.randint(1, 5)):
            start = rng.randrange(len(damaged) + 1)
            stop = min(len(damaged), start + rng.choice([0, 1, 2, 5, 40, 400]))
            damaged[start:stop] = rng.choice(PIECES)
        try:
            read(bytes(damaged))
        except InputError as error:
            if not error.faults:
                return name, trials, f"{name}: refused without a fault"
        except Exception as error:  # noqa: BLE001 - whatever else it is, is what is looked for
            return name, trials, f"{name}: {type(error).__name__}: {str(error)[:80]}"
    return name, trials, ""


def _readers(place: Path) -> dict[str, Reader]:
    run = cases.write_answer(place)
    pack = read_pack(place / "tiny")
    sites = (place / "tiny" / "sites.csv").read_bytes()
    areas = (place / "tiny" / "areas.geojson").read_bytes()

    def table(name: str, kind: str) -> Callable[[bytes], object]:
        def read(content: bytes) -> object:
            path = place / name
            path.write_bytes(content)
            return check_table(path, kind, rows=True)

        return read

    def of_run(name: str) -> Reader:
        file = run / name
        original = file.read_bytes()

        def read(content: bytes) -> object:
            file.write_bytes(content)
            try:
                return verify(run, pack=pack)
            finally:
                file.write_bytes(original)

        return original, read

    scenario = scenario_toml(cases.scenario()).encode()
    return {
        "CSV": (sites, table("a.csv", "sites")),
        "workbook": (_workbook(sites, place / "b.xlsx"), table("a.xlsx", "sites")),
        "GeoJSON": (areas, table("a.geojson", "areas")),
        "zip": (_zip(areas, place / "b.zip"), table("a.zip", "areas")),
        "scenario": (scenario, lambda text: parse_scenario(text.decode("utf-8", "replace"))),
        "run.json": of_run("run.json"),
        "assignment.csv": of_run("assignment.csv"),
    }


def _workbook(table: bytes, path: Path) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for line in table.decode().splitlines():
        sheet.append(line.split(","))
    book.save(path)
    return path.read_bytes()


def _zip(content: bytes, path: Path) -> bytes:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("areas.geojson", content)
    return path.read_bytes()
