"""One travel matrix as each routing program writes it, for the tiny pack."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pack import tiny
from planner.errors import Fault, InputError
from planner.pack.matrix_programs import MatrixChoices
from planner.pack.packfile import read_pack_with_matrix
from planner.pack.travel_types import TravelMatrix
from planner.pack.types import Pack

POINTS, SITES = ("p1", "p2", "p3"), ("s1", "s2")
# Minutes and kilometres one way; the pair without them has no route. The other way differs.
MINUTES = ((0, 132), (60, 175), (137, None))
KM = ((0.0, 141.5), (61.25, 189.0), (143.75, None))
PAIRS = [(i, j) for i in range(3) for j in range(2)]
INDEX = {"source": [i for i, _ in PAIRS], "destination": [j for _, j in PAIRS]}
FROM_1 = {name: [each + 1 for each in values] for name, values in INDEX.items()}


def figures(kind: str, factor: float) -> list[float | None]:
    """Minutes or kilometres times a factor, row after row."""
    table = {"minutes": MINUTES, "km": KM}[kind]
    return [None if table[i][j] is None else table[i][j] * factor for i, j in PAIRS]


def osrm(**changes) -> dict[str, list]:
    """OSRM's or openrouteservice's table, flattened: seconds and metres, named by ids."""
    return {
        "source": [POINTS[i] for i, _ in PAIRS],
        "destination": [SITES[j] for _, j in PAIRS],
        "duration": figures("minutes", 60),
        "distance": figures("km", 1000),
    } | changes


def valhalla(**changes) -> dict[str, list]:
    """Valhalla's sources_to_targets: seconds and kilometres, numbered from 0."""
    return {
        "from_index": [i for i, _ in PAIRS],
        "to_index": [j for _, j in PAIRS],
        "time": figures("minutes", 60),
        "distance": figures("km", 1),
    } | changes


def r5py(**changes) -> dict[str, list]:
    """A travel time matrix of r5py: minutes, no distances."""
    return {
        "from_id": [POINTS[i] for i, _ in PAIRS],
        "to_id": [SITES[j] for _, j in PAIRS],
        "travel_time": figures("minutes", 1),
    } | changes


def own(**changes) -> dict[str, list]:
    """The planner's own columns."""
    return {
        "demand_point": [POINTS[i] for i, _ in PAIRS],
        "site": [SITES[j] for _, j in PAIRS],
        "minutes": figures("minutes", 1),
        "km": figures("km", 1),
    } | changes


def rows(table: list[list], factor: float = 1) -> list[list]:
    return [[None if cell is None else cell * factor for cell in row] for row in table]


def osrm_json(**changes) -> str:
    """The answer of OSRM's table service."""
    ends = [{"location": [36.5, -0.5], "name": "", "distance": 1.5}]
    return json.dumps(
        {
            "code": "Ok",
            "durations": rows(MINUTES, 60),
            "distances": rows(KM, 1000),
            "sources": ends * 3,
            "destinations": ends * 2,
        }
        | changes
    )


def ors_json(units: str = "m", factor: float = 1000) -> str:
    """The answer of openrouteservice's matrix service."""
    return json.dumps(
        {
            "durations": rows(MINUTES, 60),
            "distances": rows(KM, factor),
            "sources": [{"location": [36.5, -0.5], "snapped_distance": 1.5}] * 3,
            "destinations": [{"location": [36.5, -0.5], "snapped_distance": 1.5}] * 2,
            "metadata": {"service": "matrix", "query": {"profile": "driving-car", "units": units}},
        }
    )


def valhalla_json(*, slim: bool, units: str = "kilometers", factor: float = 1) -> str:
    """The answer of Valhalla's matrix service, verbose or not."""
    seconds, far = rows(MINUTES, 60), rows(KM, factor)
    table: object = {"durations": seconds, "distances": far}
    if not slim:
        table = [
            [
                {"from_index": i, "to_index": j, "time": seconds[i][j], "distance": far[i][j]}
                for j in range(2)
            ]
            for i in range(3)
        ]
    return json.dumps({"sources_to_targets": table, "units": units, "algorithm": "costmatrix"})


def wide(corner: str, factor: float = 1) -> str:
    """Minutes as a matrix with demand points down the side."""
    lines = [[corner, *SITES]]
    lines += [
        [point, *("" if cell is None else cell * factor for cell in row)]
        for point, row in zip(POINTS, MINUTES, strict=True)
    ]
    return text(lines)


def text(lines: list[list]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(lines)
    return out.getvalue()


def as_csv(columns: dict[str, list], missing: str = "") -> str:
    """A table as CSV, `missing` where there is no figure."""
    body = [
        [missing if cell is None else cell for cell in row]
        for row in zip(*columns.values(), strict=True)
    ]
    return text([list(columns), *body])


def as_parquet(columns: dict[str, list], path: Path) -> Path:
    """A table as Parquet."""
    pq.write_table(pa.table(columns), path)
    return path


# -- what is asked of it -------------------------------------------------------------------


def told(pack: Pack) -> str:
    """All that was said while a pack was read."""
    return " | ".join(pack.warnings)


def with_choices(folder: Path, content: str, name: str = "given.csv", **choices) -> Pack:
    """The tiny pack with a matrix of which something is stated."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(content)
    return read_pack_with_matrix(
        tiny.write(folder / "pack"), folder / name, MatrixChoices(**choices)
    )


def the_faults(folder: Path, content: str, name: str = "given.csv", **choices) -> tuple[Fault, ...]:
    """The faults of such a matrix."""
    with pytest.raises(InputError) as caught:
        with_choices(folder, content, name, **choices)
    return caught.value.faults


def the_fault(folder: Path, content: str, **choices) -> Fault:
    """Its one fault."""
    (fault,) = the_faults(folder, content, **choices)
    return fault


def same(matrix: TravelMatrix, other: TravelMatrix, *, km: bool = True) -> bool:
    """The same pairs with the same minutes, and the same kilometres."""
    units = ("minutes", "km") if km else ("minutes",)
    return all(
        np.array_equal(getattr(matrix, name), getattr(other, name)) for name in ("point", "site")
    ) and all(
        np.allclose(getattr(matrix, name), getattr(other, name), rtol=1e-12, atol=1e-12)
        for name in units
    )
