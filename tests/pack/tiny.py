"""A pack of two areas, three demand points, two services and two sites, written by hand."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from planner.errors import Fault, InputError
from planner.pack import read_pack
from planner.pack.travel_types import TravelMatrix
from planner.pack.types import Pack

SQUARE = "[[[{w},{s}],[{e},{s}],[{e},{n}],[{w},{n}],[{w},{s}]]]"


def square(west: float, south: float, east: float, north: float) -> str:
    rings = SQUARE.format(w=west, s=south, e=east, n=north)
    return f'{{"type":"Polygon","coordinates":{rings}}}'


def feature(code: str, name: str, geometry: str) -> str:
    properties = f'{{"code":"{code}","name":"{name}"}}'
    return f'{{"type":"Feature","properties":{properties},"geometry":{geometry}}}'


def collection(*features: str) -> str:
    return f'{{"type":"FeatureCollection","features":[{",".join(features)}]}}'


FIGURE = 'unit = "u"\nsource = "s"\nconfidence = "assumption"\n'
TRAVEL = "".join(
    f"[travel.{name}]\nvalue = {value}\nlow = {value}\nhigh = {value}\n{FIGURE}"
    for name, value in (
        ("circuity", 1.3),
        ("speed_kmh", 50),
        ("speed_slow_kmh", 25),
        ("fare_kes_per_km", 4),
        ("local_leg_kes", 80),
        ("value_of_time_kes_per_hour", 60),
    )
)
PACK = """id = "tiny"
name = "Tiny"
year = 2024
areas = "areas.geojson"
area_label = "county"
dense_areas = ["001"]
attribution = ["nobody"]
[travel]
slow_areas = ["002"]
"""
FILES = {
    "pack.toml": PACK + TRAVEL,
    "areas.geojson": collection(
        feature("001", "West", square(36, -1, 37, 0)), feature("002", "East", square(37, -1, 38, 0))
    ),
    "demand_points.csv": (
        "id,name,area,lat,lon,population\n"
        "p1,Alpha,001,-0.5,36.5,100\np2,Beta,001,-0.2,36.2,50\np3,Gamma,002,-0.5,37.5,30\n"
    ),
    "services.csv": (
        "id,name,standard_min,separation_km,annual_cost_kes\nc,Card,120,60,1000\nd,Deed,,,\n"
    ),
    "visit_types.csv": "id,name,services\nget_card,Get a card,c\nget_deed,Get a deed,c;d\n",
    "visits.csv": (
        "demand_point,visit_type,visits_per_year\np1,get_card,10\np2,get_card,5\np3,get_card,3\n"
        "p1,get_deed,1\n"
    ),
    "sites.csv": (
        "id,name,area,lat,lon,status,services_today,capital_kes\n"
        "s1,Alpha town,001,-0.5,36.5,existing,c,0\ns2,Gamma town,002,-0.5,37.5,candidate,,900000\n"
    ),
}
DEMAND = """year = 2024
facts = "facts.csv"
[spreads.adults]
name = "Adults"
source = "census"
confidence = "derived"
terms = [{ weight = 1.0, powers = { adults = 1.0, net_pct = 0.5 } }]
[[visit_types]]
id = "get_card"
spread = "adults"
round_to = 10
[[visit_types.chain]]
name = "cards"
unit = "cards a year"
low = 90
mode = 100
high = 120
source = "s"
confidence = "found"
[[visit_types]]
id = "get_deed"
spread = "population"
[[visit_types.chain]]
name = "deeds"
unit = "deeds a year"
low = 1
mode = 2
high = 3
source = "s"
confidence = "assumption"
note = "n"
"""
FACTS = "code,town,adults,net_pct\n001,Alpha,80,40.5\n002,Gamma,20,10\n"


def write(folder: Path, **changes: str | bytes | None) -> Path:
    """Writes the tiny pack; `sites_csv="…"` replaces a file, None leaves it out."""
    folder.mkdir(parents=True, exist_ok=True)
    files: dict[str, str | bytes | None] = dict(FILES)
    for name, content in changes.items():
        stem, _, ending = name.rpartition("_")
        files[f"{stem}.{ending}"] = content
    for name, content in files.items():
        if content is not None:
            data = content.encode() if isinstance(content, str) else content
            (folder / name).write_bytes(data)
    return folder


def matrix(pack: Pack, rows: Iterable[tuple]) -> TravelMatrix:
    """A matrix of rows: demand point, site, then minutes, km and kes, None or left out for none."""
    point = [each.id for each in pack.demand_points]
    site = [each.id for each in pack.sites]
    rows = [(*row, None, None, None)[:5] for row in rows]
    units = np.array([row[2:] for row in rows], dtype=np.float64).reshape(-1, 3)
    return TravelMatrix(
        np.array([point.index(row[0]) for row in rows], dtype=np.int64),
        np.array([site.index(row[1]) for row in rows], dtype=np.int64),
        *units.T.copy(),
    )


def faults(folder: Path) -> tuple[Fault, ...]:
    """The faults of a pack; none when it reads."""
    try:
        read_pack(folder)
    except InputError as error:
        return error.faults
    return ()


def the_fault(folder: Path) -> Fault:
    """The one fault of a pack."""
    found = faults(folder)
    assert len(found) == 1, [str(each) for each in found]
    return found[0]


def warning(folder: Path, *words: str) -> str:
    """The one warning of a pack that holds the words."""
    told = [each for each in read_pack(folder).warnings if all(word in each for word in words)]
    assert len(told) == 1, read_pack(folder).warnings
    return told[0]
