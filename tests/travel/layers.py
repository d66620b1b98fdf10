"""Road layers written by hand, near the equator, where a degree is 111.195 km either way."""

from __future__ import annotations

import json

import numpy as np

from planner.pack.globe import pair_km
from planner.pack.travel_types import RoadLayer

DEGREE = 111.195


def layer(nodes, edges, name="roads.geojson"):
    """Roads of nodes (lat, lon) and edges: start, end, km/h and `->` for one-way, vertices.

    Vertices are those between the ends, as (lat, lon); km are those along them.
    """
    lat, lon = np.array(nodes, dtype=float).reshape(-1, 2).T
    lines, km, speed, back = [], [], [], []
    for start, end, kmh, *more in edges:
        between = [each for each in more if each != "->"]
        line = np.array([nodes[start], *(at for each in between for at in each), nodes[end]], float)
        lines.append(line)
        km.append(pair_km(*line[:-1].T, *line[1:].T).sum())
        speed.append(kmh)
        back.append("->" not in more)
    count = np.array([len(line) for line in lines])
    return RoadLayer(
        lat.copy(),
        lon.copy(),
        np.array([edge[0] for edge in edges], dtype=np.int64),
        np.array([edge[1] for edge in edges], dtype=np.int64),
        np.array(km),
        np.array(speed, dtype=float),
        np.ones(len(edges), dtype=bool),
        np.array(back),
        np.vstack(lines),
        np.concatenate([[0], np.cumsum(count)]),
        name,
    )


def roads_file(path, roads):
    """Roads as GeoJSON: each a list of (lat, lon) and its properties."""
    features = [
        {
            "type": "Feature",
            "properties": properties,
            "geometry": {"type": "LineString", "coordinates": [[lon, lat] for lat, lon in places]},
        }
        for places, properties in roads
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def random_layer(seed, wide=5, island=True):
    """A grid of crossings moved at random, some links left out, bent or one-way; an island."""
    draw = np.random.default_rng(seed)
    at = np.arange(wide * wide).reshape(wide, wide)
    nodes = [
        tuple(place)
        for place in (np.argwhere(at >= 0) + draw.uniform(-0.3, 0.3, (at.size, 2))) * 0.1
    ]
    pairs = np.vstack(
        [
            np.column_stack([at[:, :-1].ravel(), at[:, 1:].ravel()]),
            np.column_stack([at[:-1].ravel(), at[1:].ravel()]),
        ]
    )
    edges = []
    for start, end in pairs.tolist():
        if draw.random() < 0.2:
            continue
        middle = (np.array(nodes[start]) + nodes[end]) / 2 + draw.normal(0, 0.01, 2)
        bend = [[tuple(middle)]] if draw.random() < 0.5 else []
        one_way = ["->"] if draw.random() < 0.2 else []
        edges.append((start, end, float(draw.choice([30, 50, 80])), *one_way, *bend))
    if island:
        nodes += [(0.9, 0.9), (0.95, 0.92)]
        edges.append((len(nodes) - 2, len(nodes) - 1, 40.0))
    return layer(nodes, edges)
