"""Whatever stands in a run folder: it is read, or refused with faults; nothing else happens."""

from __future__ import annotations

import os
import random

import pytest

from planner.errors import InputError
from planner.runs.verify import verify
from tests.runs import cases

TRIALS = int(os.environ.get("UGATUZI_FUZZ_TRIALS", "40"))
PIECES = [
    *(b"", b"\x00", b"\xff", b"'", b'"', b"\\", b"{", b"]", b",", b"\n", b"NaN", b"1e999"),
    *(b"-1", b"null", b"true", b"0.5", b"=1+1", b"\xe2\x80\xae", b"[" * 50, b"9" * 400, b"site"),
]


@pytest.mark.parametrize("name", ["run.json", "scenario.toml", "assignment.csv", "branches.csv"])
def test_a_damaged_file_is_never_a_crash(tmp_path, pack, name):
    run = cases.write_answer(tmp_path)
    path = run / name
    original, rng = path.read_bytes(), random.Random(name)
    refused = contradicted = 0
    for _ in range(TRIALS):
        content = bytearray(original)
        for _ in range(rng.randint(1, 4)):
            start = rng.randrange(len(content) + 1)
            end = min(len(content), start + rng.choice([0, 1, 2, 5, 40]))
            content[start:end] = rng.choice(PIECES)
        path.write_bytes(bytes(content))
        try:
            contradicted += not verify(run, pack=pack).agrees
        except InputError as error:
            assert error.faults
            assert str(tmp_path) not in str(error)
            refused += 1
    assert refused + contradicted > 0
