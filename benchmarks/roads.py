"""Roads by stated rules, and packs upon them: whoever runs them again gets the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray

from planner.pack.globe import pair_km
from planner.pack.travel_types import RoadLayer

Floats = NDArray[np.float64]
SPEEDS = (80.0, 50.0, 30.0, 20.0)  # trunk roads, main roads, other roads, dead ends
FIGURE = 'low = {0}\nhigh = {0}\nunit = "u"\nsource = "s"\nconfidence = "assumption"\n'


def generated_roads(
    wide: int, seed: int, box: tuple[float, float, float, float] = (34.0, -4.0, 42.0, 4.0)
) -> RoadLayer:
    """A country of roads: about 5.3 edges for each of `wide` x `wide` crossings.

    Crossings lie on a grid, moved by up to 0.3 of its width. Every 16th road is a trunk road and
    every 4th a main road; of the other links between neighbours 15 in 100 are left out. There are
    15 dead ends for 100 crossings. A link has 1 + Poisson(2) edges, whose ends lie 0.05 of the
    grid's width beside the line (normal law); 2 in 100 links are one-way. Nodes and edges have no
    order.

    Args:
        wide: Crossings along a side.
        seed: Of the random numbers.
        box: West, south, east, north.
    """
    draw = np.random.default_rng(seed)
    west, south, east, north = box
    step = np.array([(east - west) / (wide - 1), (north - south) / (wide - 1)])
    at = np.arange(wide * wide).reshape(wide, wide)
    place = np.argwhere(at >= 0)[:, ::-1] + draw.uniform(-0.3, 0.3, (at.size, 2))
    start = np.concatenate([at[:, :-1].ravel(), at[:-1].ravel()])
    end = np.concatenate([at[:, 1:].ravel(), at[1:].ravel()])
    road = np.concatenate(
        [np.repeat(np.arange(wide), wide - 1), np.tile(np.arange(wide), wide - 1)]
    )
    kind = np.where(road % 16 == 0, 0, np.where(road % 4 == 0, 1, 2))
    kept = (kind < 2) | (draw.random(start.size) < 0.85)
    stubs = draw.integers(0, at.size, at.size * 15 // 100)
    place = np.vstack([place, place[stubs] + draw.normal(0, 0.3, (stubs.size, 2))])
    start = np.concatenate([start[kept], stubs])
    end = np.concatenate([end[kept], at.size + np.arange(stubs.size)])
    kind = np.concatenate([kind[kept], np.full(stubs.size, 3)])
    pieces = 1 + draw.poisson(2, start.size)
    one_way = draw.random(start.size) < 0.02
    link = np.repeat(np.arange(start.size), pieces)
    nth = np.arange(link.size) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    inner = nth < pieces[link] - 1  # the end of such a piece is a new node
    new = len(place) + np.cumsum(inner) - 1
    tail = np.where(nth == 0, start[link], np.roll(new, 1))
    head = np.where(inner, new, end[link])
    share = ((nth + 1) / pieces[link])[inner, None]
    between = place[start[link]][inner] * (1 - share) + place[end[link]][inner] * share
    place = np.vstack([place, between + draw.normal(0, 0.05, between.shape)]) * step + (west, south)
    number, order = draw.permutation(len(place)), draw.permutation(link.size)
    lon, lat = np.empty_like(place).T
    lon[number], lat[number] = place.T
    tail, head = number[tail][order], number[head][order]
    lines = np.empty((2 * link.size, 2))
    lines[0::2], lines[1::2] = (np.column_stack([lat[node], lon[node]]) for node in (tail, head))
    return RoadLayer(
        lat,
        lon,
        tail,
        head,
        pair_km(lat[tail], lon[tail], lat[head], lon[head]),
        np.array(SPEEDS)[kind][link][order],
        np.ones(link.size, dtype=np.bool_),
        ~one_way[link][order],
        lines,
        np.arange(0, 2 * link.size + 1, 2),
        "generated",
    )


def write_roads(layer: RoadLayer, path: Path) -> Path:
    """The roads as a GeoPackage: a line an edge, with its speed and whether it is one-way."""
    lines = layer.lines[:, ::-1].reshape(-1, 2, 2)
    one_way = np.where(layer.backward, "no", "yes").astype(object)
    pyogrio.raw.write(
        path,
        shapely.to_wkb(shapely.linestrings(lines)),
        [layer.speed_kmh, one_way],
        ["maxspeed", "oneway"],
        geometry_type="LineString",
        crs="EPSG:4326",
        driver="GPKG",
        layer="roads",
    )
    return path


def write_country(
    folder: Path, points: int, sites: int, existing: int, standard_min: float, seed: int = 1
) -> Path:
    """A pack of places anywhere between 34 and 42 degrees east, 4 south and 4 north.

    One service with one visit a year from each point; the first `existing` sites exist.
    """
    draw = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    figures = {
        "circuity": 1.3,
        "speed_kmh": 40,
        "speed_slow_kmh": 25,
        "fare_kes_per_km": 4,
        "local_leg_kes": 80,
        "value_of_time_kes_per_hour": 60,
    }
    texts = {
        "pack.toml": 'id = "country"\nname = "Country"\n'
        + "".join(
            f"[travel.{name}]\nvalue = {value}\n{FIGURE.format(value)}"
            for name, value in figures.items()
        ),
        "services.csv": f"id,name,standard_min\nc,Card,{standard_min:g}\n",
        "visit_types.csv": "id,name,services\nget_card,Get a card,c\n",
    }
    rows = {"demand_points.csv": ["id,name,area,lat,lon,population"]}
    rows["visits.csv"] = ["demand_point,visit_type,visits_per_year"]
    rows["sites.csv"] = ["id,name,area,lat,lon,status,services_today"]
    for n, (lat, lon) in enumerate(draw.uniform((-4, 34), (4, 42), (points, 2))):
        rows["demand_points.csv"].append(f"p{n},Point {n},all,{lat:.5f},{lon:.5f},100")
        rows["visits.csv"].append(f"p{n},get_card,1")
    for n, (lat, lon) in enumerate(draw.uniform((-4, 34), (4, 42), (sites, 2))):
        status = "existing,c" if n < existing else "candidate,"
        rows["sites.csv"].append(f"s{n},Site {n},all,{lat:.5f},{lon:.5f},{status}")
    for name, lines in rows.items():
        texts[name] = "\n".join(lines) + "\n"
    for name, text in texts.items():
        (folder / name).write_text(text)
    return folder
