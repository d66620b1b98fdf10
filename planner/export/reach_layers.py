"""Service areas and bands of minutes as GeoJSON layers (RFC 7946)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from planner.insight.catchments import Catchment
from planner.insight.isochrones import Isochrones
from planner.pack.types import Pack
from planner.problem import PlanningProblem
from planner.runs.content import plain, travel_told
from planner.runs.table import clean_text

DECIMALS = 5  # about a metre


def catchments_layer(
    pack: Pack, problem: PlanningProblem, found: Sequence[Catchment], what: str
) -> bytes:
    """Service areas as polygons; `site` is null for land that no branch serves.

    Args:
        pack: The pack.
        problem: The problem, made of the pack.
        found: The service areas.
        what: Of which network and visits, in words.
    """
    rows = []
    for each in found:
        site = None if each.site is None else pack.sites[each.site]
        told = {
            "site": None if site is None else site.id,
            "name": None if site is None else site.name,
            "demand_points": each.points,
            "people": each.people,
            "visits_per_year": each.visits,
            "share_to_this_branch": each.own_share,
            "mean_min": each.mean_min,
        }
        rows.append((each.outline, told))
    return _layer(pack, problem, rows, {"what": what})


def isochrones_layer(pack: Pack, problem: PlanningProblem, found: Isochrones, what: str) -> bytes:
    """Bands of minutes as polygons; `to_min` is null for what is farther or has no route."""
    ends = [0.0, *found.within_min, None]
    rows = [
        (band, {"from_min": ends[k], "to_min": ends[k + 1]})
        for k, band in enumerate(found.bands)
        if not band.is_empty
    ]
    drawn = {
        "what": what,
        "step_km": found.surface.step_km,
        "off_min_median": found.off_min,
        "off_min_95_percent": found.off_most_min,
    }
    return _layer(pack, problem, rows, drawn)


def _layer(
    pack: Pack,
    problem: PlanningProblem,
    rows: Iterable[tuple[BaseGeometry, Mapping[str, Any]]],
    told: Mapping[str, Any],
) -> bytes:
    collection = {
        "type": "FeatureCollection",
        "planner": _clean(
            {
                **told,
                "pack": pack.name,
                "fingerprint": problem.fingerprint,
                "travel": travel_told(problem.travel),
                "attribution": list(pack.attribution),
            }
        ),
        "features": [
            {"type": "Feature", "geometry": geometry(outline), "properties": _clean(properties)}
            for outline, properties in rows
        ],
    }
    return json.dumps(plain(collection), ensure_ascii=False, allow_nan=False).encode()


def geometry(outline: BaseGeometry, decimals: int = DECIMALS) -> dict[str, Any]:
    """A GeoJSON geometry with its rings turned as the format asks, in so many decimals."""
    turned = shapely.orient_polygons(outline)
    return dict(mapping(shapely.transform(turned, lambda xy: np.round(xy, decimals))))


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, Mapping):
        return {key: _clean(each) for key, each in value.items()}
    return [_clean(each) for each in value] if isinstance(value, list) else value
