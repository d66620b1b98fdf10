"""Packs with coarse roads, made for one question each."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from pack.tiny import TRAVEL, collection, feature, square, write

from planner.pack import read_pack
from planner.pack.types import Pack

FIGURE = 'low = 1\nhigh = 2\nunit = "u"\nsource = "{name} of a test"\nconfidence = "found"\n'
Place = tuple[float, float]


def roads(*lines: tuple[float | None, Sequence[Place]]) -> str:
    """A file of roads: km (None: as measured) and the places as (lat, lon) of each."""
    features = [
        {
            "type": "Feature",
            "properties": {} if km is None else {"km": km},
            "geometry": {"type": "LineString", "coordinates": [[lon, lat] for lat, lon in line]},
        }
        for km, line in lines
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


def network_pack(
    folder: Path,
    points: Sequence[Place],
    sites: Sequence[Place],
    *lines: tuple[float | None, Sequence[Place]],
    towns: Sequence[Place] = (),
    lake: tuple[float, float, float, float] | None = None,
    figures: str = "",
    changes: str = "",
) -> Pack:
    """A pack of two areas, 36 to 37 and (slow) 37 to 38 degrees east, 1 south to 0 north."""
    manifest = [
        'id = "made"',
        'name = "Made"',
        'areas = "areas.geojson"',
        'roads = "roads.geojson"',
    ]
    files = {}
    if changes:
        header = "kind,from_lat,from_lon,to_lat,to_lon,km,minutes,both_ways,name,source\n"
        files["road_changes_csv"] = header + changes
    if lake is not None:
        manifest.append('lakes = "lakes.geojson"')
        files["lakes_geojson"] = collection(
            '{"type":"Feature","properties":{"name":"L"},"geometry":' + square(*lake) + "}"
        )
    if towns:
        rows = "".join(f"town {i},{lat!r},{lon!r}\n" for i, (lat, lon) in enumerate(towns))
        files["towns_csv"] = "name,lat,lon\n" + rows

    def rows_of(places: Sequence[Place], letter: str, end: str) -> str:
        return "".join(
            f"{letter}{i},{letter} {i},{'001' if lon < 37 else '002'},{lat!r},{lon!r},{end}\n"
            for i, (lat, lon) in enumerate(places)
        )

    manifest.append('[travel]\nslow_areas = ["002"]\nmodel = "network"\n')
    for name, value in (("link_circuity", 1.4), ("road_factor", 1.1)):
        if name not in figures:
            figures += f"[travel.{name}]\nvalue = {value}\n" + FIGURE.format(name=name)
    return read_pack(
        write(
            folder,
            pack_toml="\n".join(manifest) + TRAVEL + figures,
            areas_geojson=collection(
                feature("001", "West", square(36, -1, 37, 1)),
                feature("002", "East", square(37, -1, 38, 1)),
            ),
            demand_points_csv="id,name,area,lat,lon,population\n" + rows_of(points, "p", "10"),
            sites_csv="id,name,area,lat,lon,status\n" + rows_of(sites, "s", "candidate"),
            visits_csv="demand_point,visit_type,visits_per_year\np0,get_card,10\n",
            roads_geojson=roads(*lines),
            **files,
        )
    )


def scattered(
    folder: Path,
    seed: int,
    sites: Sequence[Place] = (),
    lake: tuple[float, float, float, float] | None = None,
) -> Pack:
    """30 demand points, 8 towns, 6 roads and 12 sites (or those given) at random."""
    random = np.random.default_rng(seed)

    def some(count: int) -> list[Place]:
        lat, lon = random.uniform(-0.95, 0.95, count), random.uniform(36.05, 37.95, count)
        return [(round(a, 4), round(b, 4)) for a, b in zip(lat.tolist(), lon.tolist(), strict=True)]

    ends, points, towns = some(7), some(30), some(8)
    lines = [(None, [ends[i], *some(1), ends[i + 1]]) for i in range(6)]
    return network_pack(folder, points, sites or some(12), *lines, towns=towns, lake=lake)
