"""Every first input read, and a few damaged ones, without the fuzzer, as JSON.

python -m benchmarks.fuzz.sound PLACE DAMAGED READER ... (their first inputs lie in PLACE/READER)
"""

from __future__ import annotations

import json
import os
import random
import sys
from pathlib import Path

from benchmarks.fuzz import catalogue
from benchmarks.fuzz.doors import door
from benchmarks.fuzz.one import only_driver
from benchmarks.fuzz.oracle import tried


def told_of(reader: str, place: Path, damaged: int) -> dict[str, object]:
    """How many first inputs were taken, how many damaged ones were read, and what went wrong."""
    os.environ |= {"UGATUZI_HOME": str(place / "home"), "UGATUZI_USER": "Amina"}
    read = door(reader, place)
    seeds = [path.read_bytes() for path in sorted((place / "seeds").iterdir())]
    rng = random.Random(reader)  # noqa: S311 - no secret
    words = [word.encode() for word in catalogue.WORDS[reader]]
    inputs = [*seeds, *(_damaged(rng.choice(seeds), words, rng) for _ in range(damaged))]
    came = [tried(read, data, place) for data in inputs]
    return {
        "seeds": len(seeds),
        "taken": sum(each is True for each in came[: len(seeds)]),
        "inputs": len(inputs),
        "crashes": sorted({f"{e.kind} at {e.place}: {e.trace[-1500:]}" for e in came
                           if not isinstance(e, bool)}),
    }  # fmt: skip


def _damaged(content: bytes, words: list[bytes], rng: random.Random) -> bytes:
    damaged = bytearray(content)
    for _ in range(rng.randint(1, 3)):
        start = rng.randrange(1, len(damaged) + 1)
        stop = min(len(damaged), start + rng.choice([0, 0, 1, 2, 8, 60]))
        damaged[start:stop] = rng.choice(words)
    return bytes(damaged)


def main(arguments: list[str]) -> None:
    """Print one line for each reader."""
    place, damaged, *readers = arguments
    for reader in readers:
        only_driver(reader)
        told = told_of(reader, Path(place).absolute() / reader, int(damaged))
        print(json.dumps({"reader": reader, **told}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
