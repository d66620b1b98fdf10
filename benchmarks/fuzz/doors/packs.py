"""Packs and what is joined to them: their files, travel matrices, roads, scenarios."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from pathlib import Path

import numpy as np

from benchmarks.fuzz import parts
from benchmarks.fuzz.inside import read_inside
from benchmarks.fuzz.oracle import Read, check, check_faults, check_finite, check_text
from planner.errors import InputError
from planner.pack import read_pack, write_pack
from planner.pack.customer_types import WorkRecords
from planner.pack.faults import Findings
from planner.pack.matrix_programs import MatrixChoices
from planner.pack.packfile import read_pack_with_matrix
from planner.pack.road_layer_file import extent_of_pack, read_road_layer
from planner.pack.travel_types import TravelMatrix
from planner.pack.types import Pack
from planner.scenario import build, parse_scenario, scenario_toml

_IN_PACK = re.compile(r"[a-z_]+\.(csv|toml|geojson)")
_HOLES = (TravelMatrix, WorkRecords)  # nan: not given


def _same(pack: Pack, other: Pack) -> bool:
    aside = {"folder": pack.folder, "warnings": (), "lakes": None, "roads": None}
    return _unnumbered(replace(pack, **aside)) == _unnumbered(replace(other, **aside))


def _unnumbered(pack: Pack) -> Pack:
    """A pack without the rows that its entries stand in: titles are not written again."""
    voices, records = pack.voices, pack.work_records
    for each in fields(voices):
        value = getattr(voices, each.name)
        if isinstance(value, tuple) and value and hasattr(value[0], "row"):
            plain = tuple(replace(entry, row=0) for entry in value)
            voices = replace(voices, **{each.name: plain})
    if records is not None:
        records = replace(records, row=np.zeros_like(records.row), file="")
    return replace(pack, voices=voices, work_records=records)


def _judge_pack(pack: Pack, place: Path) -> bool:
    """A pack that is read has sound figures, and is the same when it is written and read again."""
    check_finite(pack, _HOLES)
    for warning in pack.warnings:
        check_text(warning, place)
    if pack.road_layer is not None:
        return True
    out = place / "out"
    shutil.rmtree(out, ignore_errors=True)
    write_pack(pack, out)
    try:
        again = read_pack(out)
    except InputError as error:
        check(False, f"not read again: {error}")
    else:
        check(_same(pack, again), "another pack when it is written and read again")
    return True


def _manifest(place: Path) -> Read:
    path = place / "pack" / "pack.toml"

    def read(data: bytes) -> bool:
        path.write_bytes(data)
        return _judge_pack(read_pack(path.parent), place)

    return read


def _folder(place: Path) -> Read:
    """The files of a pack; those that an input does not hold are as they were."""
    ground = {path.name: path.read_bytes() for path in (place / "pack").iterdir()}
    folder = place / "given"

    def read(data: bytes) -> bool:
        given = {
            name: content
            for name, content in parts.parted(data).items()
            if _IN_PACK.fullmatch(name)
        }
        if "demand.toml" in given or "area_demand.csv" in given:
            given["visits.csv"] = b""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for name, content in {**ground, **given}.items():
            if content:
                (folder / name).write_bytes(content)
        return _judge_pack(read_pack(folder), place)

    return read


def _travel(place: Path) -> Read:
    return _matrix(place, ("a.csv", "a.json"))


def _parquet(place: Path) -> Read:
    read_inside(place)
    return _matrix(place, ("a.parquet",))


def _matrix(place: Path, names: tuple[str, ...]) -> Read:
    """A travel matrix; an input's first letter says by which name, and what a person says of it."""
    folder = place / "pack"
    choices = (
        MatrixChoices(), MatrixChoices("s", "m", "ids"), MatrixChoices("min", "km", "positions"),
        MatrixChoices(from_sites=True), MatrixChoices("h", "mi", "positions_from_1", "duration"),
    )  # fmt: skip
    files = [place / name for name in names]

    def read(data: bytes) -> bool:
        chosen = (data[0] - ord("a")) % (len(choices) * len(files)) if data else 0
        path = files[chosen % len(files)]
        path.write_bytes(data[1:])
        pack = read_pack_with_matrix(folder, path, choices[chosen // len(files)])
        matrix = pack.travel_matrix
        check(matrix is not None, "no matrix")
        check(not any((each < 0).any() for each in (matrix.minutes, matrix.km)), "below 0")
        for warning in pack.warnings:
            check_text(warning, place)
        return True

    return read


def _roads(place: Path) -> Read:
    return _road_layer(place, "a.geojson")


def _extract(place: Path) -> Read:
    return _road_layer(place, "a.osm.pbf")


def _road_layer(place: Path, name: str) -> Read:
    read_inside(place)
    extent, path = extent_of_pack(read_pack(place / "pack")), place / name

    def read(data: bytes) -> bool:
        path.write_bytes(data)
        findings = Findings()
        layer = read_road_layer(path, {}, findings, extent)
        check((layer is None) == bool(findings.faults), "neither roads nor faults, or both")
        check_faults(findings.faults, place)
        check_finite(layer)
        return layer is not None

    return read


def _scenario(place: Path) -> Read:
    pack = read_pack(place / "pack")

    def read(data: bytes) -> bool:
        scenario = parse_scenario(data.decode("utf-8", "replace"))
        text = scenario_toml(scenario)  # with what follows from it filled in
        text.encode()
        again = scenario_toml(parse_scenario(text))
        check(again == text, "another scenario when written and read again")
        problem = build(pack, scenario)
        check_finite((problem.visits, problem.minutes, problem.km, problem.rules))
        return True

    return read


DOORS: Mapping[str, Callable[[Path], Read]] = {
    "pack.toml": _manifest,
    "pack": _folder,
    "voices": _folder,
    "travel": _travel,
    "parquet": _parquet,
    "roads": _roads,
    "pbf": _extract,
    "scenario": _scenario,
}
