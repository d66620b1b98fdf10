"""A pack of four places and three sites whose minutes are written by hand, and runs on it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from planner.evaluate import nearest_assignment, score
from planner.pack import read_pack
from planner.plan import Clash, Plan, SolveReport
from planner.runs import judge_and_write
from planner.runs.record import RunRecord, read_record
from planner.scenario import build, scenario_from_dict

CREATED = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)  # all of them in one second
SITES, SERVICES = ("s1", "s2", "s3"), ("card", "deed")
BOXES = {"W": (36.0, -1.0), "E": (37.0, -1.0)}
FILES = {
    "pack.toml": (
        'id = "hand"\nname = "By hand"\nyear = 2024\ncurrency = "KES"\nareas = "areas.geojson"\n'
        'area_label = "area"\nattribution = ["nobody"]\n[travel]\nmodel = "matrix"\n'
    ),
    "demand_points.csv": (
        "id,name,area,lat,lon,population\n"
        "p1,Alpha,W,-0.5,36.5,1000\np2,Beta,W,-0.4,36.6,500\n"
        "p3,Gamma,E,-0.5,37.5,2000\np4,Delta,E,-0.6,37.6,10\n"
    ),
    "services.csv": ("id,name,standard_min,annual_cost_kes\ncard,Card,60,1000\ndeed,Deed,,500\n"),
    "visit_types.csv": "id,name,services\ncards,Cards,card\n",
    "visits.csv": (
        "demand_point,visit_type,visits_per_year\np1,cards,100\np2,cards,50\np3,cards,200\n"
    ),
    "sites.csv": (
        "id,name,area,lat,lon,status,services_today,capital_kes,annual_cost_kes\n"
        "s1,Alpha town,W,-0.5,36.5,existing,card,0,10000\n"
        "s2,Gamma town,E,-0.5,37.5,candidate,,900000,20000\n"
        "s3,Beta town,W,-0.4,36.6,candidate,,800000,15000\n"
    ),
    "travel.csv": (
        "demand_point,site,minutes,km\n"
        "p1,s1,10,8\np1,s2,60,50\np1,s3,10.5,9\n"
        "p2,s1,40,30\np2,s2,30,25\np2,s3,5,4\n"
        "p3,s1,90,80\np3,s2,15,12\np3,s3,95,85\n"
        "p4,s1,20,15\np4,s2,20,15\np4,s3,20,15\n"
    ),
}


def write_pack(folder: Path, **changes: str) -> Path:
    """Write the pack; `sites_csv="..."` replaces a file."""
    folder.mkdir(parents=True, exist_ok=True)
    features = []
    for code, (west, south) in BOXES.items():
        ring = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]
        geometry = {"type": "Polygon", "coordinates": [[[west + x, south + y] for x, y in ring]]}
        properties = {"code": code, "name": {"W": "West", "E": "East"}[code]}
        features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    areas = json.dumps({"type": "FeatureCollection", "features": features})
    given = {name.rpartition("_"): text for name, text in changes.items()}
    texts = {**FILES, **{f"{stem}.{ending}": text for (stem, _, ending), text in given.items()}}
    for name, text in {**texts, "areas.geojson": areas}.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    return folder


def write_network(
    out: Path,
    pack_folder: Path,
    network: dict[str, tuple[str, ...]],
    *,
    gap: float | None = 0.25,
    created: datetime = CREATED,
    name: str = "",
    **sections: object,
) -> Path:
    """A run folder of these branches with these services; everybody goes to the nearest."""
    pack = read_pack(pack_folder)
    rules = {"existing": "may_close", **sections.pop("rules", {})}
    duplicates = {"rule": "allow", **sections.pop("duplicates", {})}
    data = {"name": name or out.name, "pack": str(pack_folder), **sections}
    scenario = scenario_from_dict({**data, "rules": rules, "duplicates": duplicates})
    problem = build(pack, scenario)
    offers = np.zeros((len(SITES), len(SERVICES)), dtype=np.bool_)
    for site, services in network.items():
        for service in services:
            offers[SITES.index(site), SERVICES.index(service)] = True
    is_open = offers.any(axis=1)
    plan = Plan(is_open, offers, nearest_assignment(problem, is_open, offers))
    objective = score(problem, plan).objective.total
    report = SolveReport(
        problem=problem,
        status="feasible",
        plan=plan,
        objective=objective,
        bound=None if gap is None else objective * (1 - gap),
        gap=gap,
        solver="highs",
        seconds=1.0,
        seconds_by_stage={},
        peak_memory_mb=1.0,
    )
    return judge_and_write(report, pack, scenario, out, created=created)


def write_no_plan(out: Path, pack_folder: Path, status: str = "infeasible") -> Path:
    """A run folder without a plan, with the reason why."""
    pack = read_pack(pack_folder)
    data = {"name": out.name, "pack": str(pack_folder), "duplicates": {"rule": "allow"}}
    scenario = scenario_from_dict({**data, "rules": {"branches": {"exactly": 3}}})
    clash = Clash("rules.branches", "At least 3 branches.", "Two are enough.")
    report = SolveReport(
        problem=build(pack, scenario),
        status=status,
        plan=None,
        objective=None,
        bound=None,
        gap=None,
        solver="highs",
        seconds=1.0,
        seconds_by_stage={},
        peak_memory_mb=1.0,
        clashes=(clash,) if status == "infeasible" else (),
    )
    return judge_and_write(report, pack, scenario, out, created=CREATED)


# Mean minutes by hand, of 100 visits from p1, 50 from p2 and 200 from p3:
# today (s1): (100*10 + 50*40 + 200*90) / 350 = 60
# east (s1, s2): (100*10 + 50*30 + 200*15) / 350 = 5500 / 350
# west (s1, s3): (100*10 + 50*5 + 200*90) / 350 = 55
# moved (s2, s3): (100*10.5 + 50*5 + 200*15) / 350 = 4300 / 350
NETWORKS = {
    "east": {"s1": ("card",), "s2": ("card", "deed")},
    "west": {"s1": ("card", "deed"), "s3": ("card",)},
    "moved": {"s2": ("card",), "s3": ("card",)},
}
MEANS = {"today": 60.0, "east": 5500 / 350, "west": 55.0, "moved": 4300 / 350}


def runs(folder: Path, *names: str) -> list[RunRecord]:
    """Records of the networks above."""
    pack = write_pack(folder / "pack")
    return [read_record(write_network(folder / name, pack, NETWORKS[name])) for name in names]
