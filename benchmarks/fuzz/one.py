"""One reader fuzzed in a process of its own.

python -m benchmarks.fuzz.one READER PLACE SECONDS KEPT SEED

Its first inputs lie in PLACE. `--again FILE` in place of the rest reads one input and tells
what came of it.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys
from hashlib import sha256
from pathlib import Path
from types import ModuleType

from benchmarks.fuzz import catalogue
from benchmarks.fuzz.mutate import changed

_ASIDE = "planner.optimize"  # its compiled loops must not be changed
_ALARM, _MOST_MB = 60, 2500
DRIVERS = {"geopackage": "gpkg", "shapefile": "zip", "zip": "zip", "pbf": "pbf"}


def main(arguments: list[str]) -> None:
    """Fuzz until the time is over; what was found lies in KEPT."""
    name, place, seconds, kept = arguments[0], Path(arguments[1]), arguments[2], arguments[3]
    os.environ |= {"UGATUZI_HOME": str(place / "home"), "UGATUZI_USER": "Amina"}
    if seconds == "--again":
        _again(name, place, Path(kept))
        return
    import atheris  # noqa: PLC0415 - not there on every system

    aside = [
        _ASIDE,
        *(f"{_ASIDE}.{each.name}" for each in pkgutil.iter_modules(["planner/optimize"])),
    ]
    with atheris.instrument_imports(include=["planner"], exclude=aside):
        family = catalogue.FAMILY[name]
        for package in catalogue.WATCHED[family]:
            _load_all(importlib.import_module(package))
        importlib.import_module(f"benchmarks.fuzz.doors.{family}")
        oracle = importlib.import_module("benchmarks.fuzz.oracle")
    only_driver(name)
    read = importlib.import_module("benchmarks.fuzz.doors").door(name, place)
    found: dict[tuple[str, str], int] = {}
    folder = Path(kept)

    def once(data: bytes) -> None:
        came = oracle.tried(read, data, place)
        if isinstance(came, bool):
            return
        key = came.kind, came.place
        if len(data) >= found.get(key, 2**60):
            return
        found[key] = len(data)
        stem = f"{name}-{came.kind}-{sha256('|'.join(key).encode()).hexdigest()[:8]}"
        (folder / stem).write_bytes(data)
        (folder / f"{stem}.txt").write_text(f"{came.kind} at {came.place}\n\n{came.trace}")

    words = place / "words"
    words.write_text("".join(f"{quoted(word)}\n" for word in catalogue.WORDS[name]))
    seeds = place / "seeds"
    longest = max(path.stat().st_size for path in seeds.iterdir())
    corpus = place / "corpus"
    corpus.mkdir(exist_ok=True)
    flags = [
        f"-seed={arguments[4]}",
        f"-max_total_time={seconds}", f"-timeout={_ALARM}", f"-rss_limit_mb={_MOST_MB}",
        f"-max_len={2 * longest + 1000}", f"-dict={words}", f"-artifact_prefix={folder}/{name}-",
        "-print_final_stats=1", "-reload=0", "-detect_leaks=0", str(corpus), str(seeds),
    ]  # fmt: skip
    ours = [word.encode() for word in catalogue.WORDS[name]]

    def mutator(data: bytes, most: int, seed: int) -> bytes:
        return changed(data, most, seed, ours, lambda each: atheris.Mutate(each, most))

    atheris.Setup([sys.argv[0], *flags], once, custom_mutator=mutator)
    atheris.Fuzz()


def _load_all(package: ModuleType) -> None:
    """Load every module of a package, also those that are loaded late, so that all are watched."""
    for each in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        importlib.import_module(each.name)


def quoted(word: str) -> str:
    r"""A word as the fuzzer's list has it: `"a\x0a"`."""
    return '"' + "".join(
        chr(byte) if 32 < byte < 127 and byte not in b'"\\' else f"\\x{byte:02x}"
        for byte in word.encode()
    ) + '"'  # fmt: skip


def only_driver(name: str) -> None:
    """Start GDAL with the one driver of a reader, as the child does; else start anew without."""
    if name not in DRIVERS:
        return
    gis_file = importlib.import_module("planner.pack.gis_file")
    try:
        gis_file.start_gdal(DRIVERS[name])
    except gis_file.OtherDriversError as error:
        os.environ["GDAL_SKIP"] = error.skip
        os.execv(sys.executable, sys.orig_argv)  # noqa: S606


def _again(name: str, place: Path, file: Path) -> None:
    from benchmarks.fuzz import doors, oracle  # noqa: PLC0415 - after the reader is known

    only_driver(name)
    came = oracle.tried(doors.door(name, place), file.read_bytes(), place)
    print(came if isinstance(came, bool) else f"{came.kind} at {came.place}\n{came.trace}")


if __name__ == "__main__":
    main(sys.argv[1:])
