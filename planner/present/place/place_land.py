"""The land round each demand point of one area, cut by the area's outline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np
from shapely.geometry.base import BaseGeometry

from planner.errors import PlannerError
from planner.insight.catchments import tiles
from planner.pack.types import Area, DemandPoint, Pack


@dataclass(frozen=True, slots=True)
class _Key:
    """What the land follows from; the pack itself is only carried along."""

    code: str
    outline: BaseGeometry
    points: tuple[DemandPoint, ...]
    pack: Pack = field(compare=False)


def land_of_points(
    pack: Pack, code: str, outline: BaseGeometry, points: Sequence[DemandPoint]
) -> Mapping[str, BaseGeometry]:
    """The land nearest to each demand point within the outline, in degrees, by the point's id.

    Nothing where the points have no degrees. Of points at one place one has the land.

    Args:
        pack: The pack.
        code: The area.
        outline: Of the area, in degrees.
        points: Its demand points.
    """
    return _land(_Key(code, outline, tuple(points), pack))


@lru_cache(maxsize=128)
def _land(key: _Key) -> Mapping[str, BaseGeometry]:
    alone = replace(key.pack, areas=(Area(key.code, "", key.outline),), demand_points=key.points)
    try:
        owner, land = tiles(alone, np.arange(len(key.points)))
    except PlannerError:
        return {}
    return {
        key.points[position].id: outline
        for position, outline in zip(owner, land, strict=True)
        if position >= 0
    }
