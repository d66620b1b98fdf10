"""Small random packs on disk, their rows in another order, and a plan as anybody would tell it.

Run as a program it solves a pack and prints the plan: `python -m tests.determinism.packs FOLDER
SCENARIO SOLVER`.
"""

from __future__ import annotations

import csv
import io
import json
import random
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np

from planner.pack import read_pack
from planner.plan import SolveReport
from planner.scenario import Scenario, parse_scenario, scenario_from_dict
from planner.solve import solve

Told = dict[str, Any]
_TABLES = ("areas", "demand_points", "services", "visit_types", "visits", "sites", "formats",
           "travel", "area_facts", "county_facts", "area_demand", "towns", "circuity_pairs",
           "work_records", "licence_centres", "stations_2023-10-02")  # fmt: skip
_MAPS = ("areas", "counties", "lakes", "roads")


def is_tied(seed: int) -> bool:
    """Whether many plans of a random pack are equally good."""
    return seed % 3 == 0


def random_pack(folder: Path, seed: int) -> Path:
    """A pack of up to seven sites, twelve points and three services, perhaps with ties.

    With ties, places lie on a coarse grid and figures are the same for all.
    """
    at = random.Random(seed)
    tied = is_tied(seed)
    sites, points = at.randint(3, 7), at.randint(4, 12)
    services = ["card", "deed", "visa"][: at.randint(1, 3)]

    def place() -> tuple[float, float]:
        if tied:
            return at.randint(0, 3) * 0.25, 36 + at.randint(0, 3) * 0.25
        return round(at.uniform(0, 1), 5), round(at.uniform(36, 37), 5)

    def figure(low: int, high: int) -> int:
        return low if tied else at.randint(low, high)

    folder.mkdir(parents=True)
    outline = [[35, -1], [38, -1], [38, 2], [35, 2], [35, -1]]
    area = {
        "type": "Feature",
        "properties": {"code": "001", "name": "West"},
        "geometry": {"type": "Polygon", "coordinates": [outline]},
    }
    collection = {"type": "FeatureCollection", "features": [area]}
    (folder / "areas.geojson").write_text(json.dumps(collection))
    (folder / "pack.toml").write_text(
        f'id = "pack-{seed}"\nname = "Pack {seed}"\nyear = 2024\nareas = "areas.geojson"\n'
        'area_label = "county"\n'
    )
    types = [*((name, name) for name in services)]
    if len(services) > 1:
        types.append(("both", ";".join(services[:2])))
    rows: dict[str, list[tuple[object, ...]]] = {
        "demand_points": [("id", "name", "area", "lat", "lon", "population")],
        "services": [("id", "name", "separation_km", "annual_cost_kes")],
        "visit_types": [("id", "name", "services")],
        "visits": [("demand_point", "visit_type", "visits_per_year")],
        "sites": [
            ("id", "name", "area", "lat", "lon", "status", "services_today", "capital_kes",
             "annual_cost_kes"),
        ],
    }  # fmt: skip
    for number in range(points):
        rows["demand_points"].append((f"p{number}", f"P {number}", "001", *place(), 100 + number))
        rows["visits"] += [
            (f"p{number}", name, figure(50, 900)) for name, _ in types if at.random() < 0.8
        ]
    rows["services"] += [
        (name, name.title(), at.choice((0, 20)), figure(1_000_000, 3_000_000)) for name in services
    ]
    rows["visit_types"] += [(name, name.title(), needs) for name, needs in types]
    for number in range(sites):
        today = services[0] if number == 0 else ""
        status = "existing" if today else "candidate"
        money = figure(5_000_000, 9_000_000), figure(1_000_000, 2_000_000)
        rows["sites"].append((f"s{number}", f"S {number}", "001", *place(), status, today, *money))
    if len(rows["visits"]) == 1:
        rows["visits"].append(("p0", services[0], 100))
    for name, table in rows.items():
        _write(folder / f"{name}.csv", table)
    return folder


def rules(folder: Path, seed: int, solver: str = "highs") -> Scenario:
    """Rules for a random pack: some branches at most, solved to the end."""
    return scenario_from_dict(
        {
            "name": f"Rules {seed}",
            "pack": str(folder),
            "rules": {"branches": {"max": 2 + seed % 3}},
            "solve": {"gap": 0.0, "solver": solver, "time_limit_s": 60},
        }
    )


def shuffled(folder: Path, into: Path, seed: int) -> Path:
    """The same pack with the rows of every table, and the areas of its map, in another order.

    What stands beside the pack and belongs to it (`../counties`) is shuffled beside the copy.
    """
    shutil.copytree(folder, into)
    beside = folder.parent / "counties"
    if beside.is_dir():
        shutil.copytree(beside, into.parent / "counties", dirs_exist_ok=True)
    at = random.Random(seed)
    for path in sorted(into.parent.rglob("*.csv")):
        if path.stem in _TABLES:
            text = path.read_text("utf-8-sig")
            head, *rows = csv.reader(io.StringIO(text, newline=""))
            _write(path, [head, *_mixed(rows, at)])
    for path in sorted(into.parent.rglob("*.geojson")):
        if path.stem in _MAPS:
            layer = json.loads(path.read_text("utf-8"))
            path.write_text(json.dumps(layer | {"features": _mixed(layer["features"], at)}))
    return into


def _mixed(rows: list[Any], at: random.Random) -> list[Any]:
    mixed = at.sample(rows, len(rows))
    return mixed if mixed != rows else rows[::-1]


def told(report: SolveReport) -> Told:
    """A plan by ids: what is open, what each offers, and who goes where; sorted."""
    problem, plan = report.problem, report.plan
    if plan is None:
        return {"status": report.status}
    sites, services = problem.site_ids, problem.service_ids
    rows = plan.assignment
    return {
        "status": report.status,
        "objective": report.objective,
        "open": sorted(sites[j] for j in plan.is_open.nonzero()[0]),
        "offers": sorted([sites[j], services[s]] for j, s in np.argwhere(plan.offers).tolist()),
        "goes": sorted(
            [problem.point_ids[i], problem.visit_type_ids[b], sites[j], round(float(share), 12)]
            for i, b, j, share in zip(
                rows.point, rows.visit_type, rows.site, rows.share, strict=True
            )
        ),
    }  # fmt: skip


def solved(folder: Path, scenario: Scenario) -> Told:
    """The plan of a pack."""
    return told(solve(read_pack(folder), scenario))


def _write(path: Path, rows: list[Any]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


if __name__ == "__main__":
    _folder, _text, _solver = sys.argv[1:]
    _scenario = parse_scenario(Path(_text).read_text("utf-8"))
    _limits = _scenario.solve.model_copy(update={"solver": _solver})
    print(json.dumps(solved(Path(_folder), _scenario.model_copy(update={"solve": _limits}))))
