"""A tiny pack on disk, a hand-made answer to it, and a solver that needs no optimiser."""

# ruff: noqa: RUF001 - names as people write them
from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from planner.evaluate import nearest_assignment, score, todays_network
from planner.pack import read_pack
from planner.pack.types import Pack
from planner.plan import Plan, Progress, SolveReport
from planner.problem import PlanningProblem
from planner.runs import write_run
from planner.scenario import Scenario, build, scenario_from_dict

CREATED = datetime(2025, 3, 4, 5, 6, 7, tzinfo=UTC)

# Names as people write them, and as nobody should have to fear them.
NAMES = {
    "028": "Elgeyo/Marakwet",
    "021": "Murang'a",
    "013": "Tharaka-Nithi",
    "099": "Taita’s “Área” Ñ 東",
}
BOXES = {"028": (35.0, 0.0), "021": (36.0, 0.0), "013": (37.0, 0.0), "099": (38.0, 0.0)}
HOSTILE = '=HYPERLINK("http://x","y"); {{7*7}} <b>$1$'

PACK_TOML = """\
id = "tiny"
name = "Tiny service"
currency = "KES"
year = 2024
areas = "areas.geojson"
area_label = "county"
attribution = ["© Tiny survey, CC BY 4.0", "+Second line"]
"""

DEMAND_POINTS = """\
id,name,area,lat,lon,population,source,confidence
p1,"Iten, town",028,0.5,35.5,1000,census,found
p2,Kangema,021,0.5,36.5,2000,census,found
p3,-Chuka,013,0.5,37.5,3000,census,found
p4,@Voi,099,0.5,38.5,500,census,found
"""

SERVICES = """\
id,name,division,standard_min,separation_km,counter_min_per_visit,annual_cost_kes,source,confidence
passport,Passport,Travel,120,60,10,1000000,office,assumption
permit,+Permit,Work,180,300,15,500000,office,assumption
"""

VISIT_TYPES = """\
id,name,services,visits_per_case
passport,Passport,passport,1
permit,Permit,permit,1
both,Both at once,passport;permit,1
"""

VISITS = """\
demand_point,visit_type,visits_per_year,source,confidence
p1,passport,100,count,found
p1,both,10.5,count,found
p2,passport,300,count,found
p2,permit,7,count,found
p3,passport,250,count,found
p3,permit,33.3,count,found
p4,passport,40,count,found
"""

SITES = f"""\
id,name,area,lat,lon,status,services_today,capital_kes,annual_cost_kes,capacity_visits_per_year,source,confidence,note
028-iten,Iten,028,0.5,35.55,existing,passport,0,3000000,500,gazette,found,
021-town,"{HOSTILE.replace('"', '""')}",021,0.52,36.5,candidate,,9000000,2500000,,gazette,found,"two
lines"
013-chuka,Murang’a Road,013,0.48,37.5,candidate,,8000000,2000000,50,gazette,found,
099-voi,-Voi,099,0.5,38.45,existing,passport;permit,0,1500000,,gazette,found,
"""


def write_pack(folder: Path) -> Path:
    """Write the tiny pack; return its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    features = []
    for code, (west, south) in BOXES.items():
        ring = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]
        outline = [[west + x, south + y] for x, y in ring]
        geometry = {"type": "Polygon", "coordinates": [outline]}
        properties = {"code": code, "name": NAMES[code]}
        features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    collection = {"type": "FeatureCollection", "features": features}
    (folder / "areas.geojson").write_text(json.dumps(collection), encoding="utf-8")
    files = {
        "pack.toml": PACK_TOML,
        "demand_points.csv": DEMAND_POINTS,
        "services.csv": SERVICES,
        "visit_types.csv": VISIT_TYPES,
        "visits.csv": VISITS,
        "sites.csv": SITES,
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    return folder


def names_in_order() -> list[str]:
    """The areas' names in the order of their codes."""
    return [NAMES[code] for code in sorted(NAMES)]


def scenario(pack: str = "../tiny", **changes) -> Scenario:
    rules = {"branches": {"max": 3}}
    data = {"name": "Three offices", "pack": pack, "rules": rules}
    return scenario_from_dict({**data, **changes})


def answer(pack: Pack, rules: Scenario, **changes) -> SolveReport:
    """Today's two branches, and one in 021 that offers both services; everybody goes near."""
    problem = build(pack, rules)
    offers = np.array([[0, 0], [1, 1], [1, 0], [1, 1]], dtype=np.bool_)
    plan = plan_of(problem, offers)
    objective = objective_of(problem, plan)
    data = {
        "problem": problem,
        "status": "feasible",
        "plan": plan,
        "objective": objective,
        "bound": objective * 0.75,
        "gap": (objective - objective * 0.75) / objective,
        "solver": "highs",
        "seconds": 1.5,
        "seconds_by_stage": {"load": 0.25, "solve": 1.0},
        "peak_memory_mb": 100.0,
        "notes": ("made by hand",),
    }
    return SolveReport(**{**data, **changes})


def plan_of(problem: PlanningProblem, offers) -> Plan:
    """These offerings, and everybody at the nearest branch that can serve them."""
    is_open = offers.any(axis=1)
    return Plan(is_open, offers, nearest_assignment(problem, is_open, offers))


def objective_of(problem: PlanningProblem, plan: Plan) -> float:
    return score(problem, plan).objective.total


def no_answer(pack: Pack, rules: Scenario, status: str = "infeasible", **changes) -> SolveReport:
    nothing = {"plan": None, "objective": None, "bound": None, "gap": None}
    return answer(pack, rules, **{**nothing, "status": status, **changes})


def write_answer(folder: Path, name: str = "run", **changes) -> Path:
    """A pack `tiny` and a run of it, both below `folder`; returns the run folder."""
    pack = read_pack(write_pack(folder / "tiny"))
    rules = scenario(str(folder / "tiny"))
    report = answer(pack, rules, **changes)
    today = todays_network(report.problem)
    return write_run(
        report,
        score(report.problem, report.plan),
        score(report.problem, today),
        pack,
        rules,
        folder / name,
        created=CREATED,
    )


def solve(pack, rules, *, on_progress=None, on_plan=None, should_stop=None) -> SolveReport:
    """A solver by hand: answers at once."""
    if on_progress is not None:
        on_progress(Progress(0.1, "solve", 5.0, 1.0, 0.8, ("028-iten",), "first"))
    return answer(pack, rules)
