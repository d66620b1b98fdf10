"""The travel models of a pack, and the one way to its travel times."""

from __future__ import annotations

import numpy as np

from planner.errors import Fault, InputError
from planner.pack.travel_types import TravelModel
from planner.pack.types import Pack
from planner.travel.imported import matrix_times
from planner.travel.places import places_of
from planner.travel.straight import plane_ways, straight_ways
from planner.travel.times import TravelTimes, TravelTold
from planner.travel.ways import Ways

_LACKS = {
    "network": "The pack names no coarse roads; give `roads` in pack.toml.",
    "roads": "The pack names no road layer; give `road_layer` in pack.toml.",
}


def default_model(pack: Pack) -> TravelModel:
    """The pack's own choice; else great-circle for degrees, Euclidean for metres, or its matrix."""
    if pack.travel.model:
        return pack.travel.model
    if pack.projected:
        return "euclidean"
    if any(site.lat is None for site in pack.sites):
        return "matrix"
    return "great_circle"


def ways_of(pack: Pack, model: TravelModel) -> Ways:
    """A model that measures between places, made ready for a pack.

    Raises:
        InputError: The pack lacks what the model needs; a matrix knows its own pairs only.
    """
    has_degrees = not pack.projected and all(site.lat is not None for site in pack.sites)
    if model == "euclidean" and pack.projected:
        return plane_ways(pack)
    if model == "great_circle" and has_degrees:
        return straight_ways(pack)
    raise InputError(
        [
            Fault(
                "scenario",
                None,
                "travel.model",
                model,
                default_model(pack),
                _LACKS.get(
                    model, "The pack's places do not have the coordinates that this model needs."
                ),
            )
        ]
    )


def travel_times(pack: Pack, model: TravelModel, mode: str | None = None) -> TravelTimes:  # noqa: ARG001
    """Travel between every demand point and every site, and between sites.

    Args:
        pack: A checked pack.
        model: Which model to use; it must suit what the pack gives.
        mode: A mode of the pack, `mixed` for what each customer would choose, or None for door to
            door at the model's own speeds.

    Raises:
        InputError: The pack lacks what the model needs.
    """
    if model == "matrix":
        return matrix_times(pack)
    ways = ways_of(pack, model)
    points, sites = places_of(pack, pack.demand_points), places_of(pack, pack.sites)
    km, minutes = ways.between(points, sites)
    between, between_min = ways.between(sites, sites)
    return TravelTimes(
        minutes,
        km,
        np.minimum(between, between.T),
        np.minimum(between_min, between_min.T),
        notes=ways.notes,
        told=TravelTold(model, sources=ways.sources),
    )
