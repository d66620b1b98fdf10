"""The travel models of a pack, and the one way to its travel times."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planner.errors import Fault, InputError
from planner.pack.travel_types import TravelModel
from planner.pack.types import Pack
from planner.travel.judged import road_errors
from planner.travel.modes import by_mode
from planner.travel.places import places_of, together
from planner.travel.times import TravelTimes, TravelTold
from planner.travel.ways import Ways

_LACKS = {
    "network": "The pack names no coarse roads; give `roads` in pack.toml.",
    "roads": "The pack names no road layer; give `road_layer` in pack.toml.",
}


def default_model(pack: Pack) -> TravelModel:
    """The pack's own choice; else great-circle for degrees, Euclidean for metres, or its matrix."""
    return pack.travel.model or _simplest_model(pack)


def measuring_model(pack: Pack) -> TravelModel | None:
    """The model that measures what a matrix does not hold, such as the way between two sites.

    The pack's own choice; where that is its matrix, the national graph if it names coarse roads,
    else straight lines; None where places have no coordinates.
    """
    own = default_model(pack)
    if own != "matrix":
        return own
    simplest = _simplest_model(pack)
    if simplest == "great_circle" and pack.roads is not None:
        return "network"
    return None if simplest == "matrix" else simplest


def _simplest_model(pack: Pack) -> TravelModel:
    """The model that needs nothing but the places, or the matrix where there are none."""
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
    # Loaded here: they load long, and travel that is kept needs none of them.
    from planner.travel.network import network_ways  # noqa: PLC0415
    from planner.travel.roads import road_ways  # noqa: PLC0415
    from planner.travel.straight import plane_ways, straight_ways  # noqa: PLC0415

    has_degrees = not pack.projected and all(site.lat is not None for site in pack.sites)
    if model == "euclidean" and pack.projected:
        return plane_ways(pack)
    if model == "great_circle" and has_degrees:
        return straight_ways(pack)
    if model == "network" and has_degrees and pack.roads is not None:
        return network_ways(pack)
    if model == "roads" and has_degrees and pack.road_layer is not None:
        return road_ways(pack)
    raise InputError(
        [
            Fault(
                "scenario",
                None,
                "travel.model",
                model,
                _simplest_model(pack),
                _lack(pack, model),
            )
        ]
    )


def _lack(pack: Pack, model: TravelModel) -> str:
    """Why a model cannot measure in a pack."""
    files = {"network": pack.roads, "roads": pack.road_layer}
    if model in files and files[model] is None:
        return _LACKS[model]
    return "The pack's places do not have the coordinates that this model needs."


def travel_times(pack: Pack, model: TravelModel, mode: str | None = None) -> TravelTimes:
    """Travel between every demand point and every site, and between sites.

    Args:
        pack: A checked pack.
        model: Which model to use; it must suit what the pack gives.
        mode: A mode of the pack, `mixed` for what each customer would choose, or None for door to
            door at the model's own speeds.

    Raises:
        InputError: The pack lacks what the model or the mode needs.
    """
    measured = measured_times(pack, model)
    if mode is None and model == "matrix":
        return measured
    return door_to_door(pack, measured, mode)


def door_to_door(pack: Pack, travel: TravelTimes, mode: str | None = None) -> TravelTimes:
    """What is measured between places as people travel it: by a mode, or with waiting.

    Without a mode, the waiting and the way to the stage that the speeds do not hold are added.

    Args:
        pack: A checked pack; its demand points are the rows of `travel`.
        travel: As a model measures it.
        mode: As in `travel_times`.

    Raises:
        InputError: The pack lacks what the mode needs.
    """
    if mode is not None:
        return by_mode(pack, travel, mode)
    more = added_min(pack)
    return replace(travel, minutes=travel.minutes + more) if more else travel


def added_min(pack: Pack) -> float:
    """Minutes of waiting and of the way to the stage, once a trip, that the speeds do not hold."""
    figures = pack.travel.wait_min, pack.travel.local_min
    return sum((figure.value for figure in figures if figure is not None), 0.0)


def measured_times(pack: Pack, model: TravelModel) -> TravelTimes:
    """By the model alone, without waiting: what every mode of travel starts from.

    Raises:
        InputError: The pack lacks what the model needs.
    """
    if model == "matrix":
        from planner.travel.imported import matrix_times  # noqa: PLC0415 - few packs have one

        other = measuring_model(pack) if pack.travel_matrix is not None else None
        return matrix_times(pack, None if other is None else (other, ways_of(pack, other)))
    ways = ways_of(pack, model)
    points, sites = places_of(pack, pack.demand_points), places_of(pack, pack.sites)
    km, minutes = ways.between(together(points, sites), sites)
    between, between_min = km[len(points) :], minutes[len(points) :]
    return TravelTimes(
        minutes[: len(points)],
        km[: len(points)],
        np.minimum(between, between.T),
        np.minimum(between_min, between_min.T),
        notes=ways.notes,
        told=_told(pack, model, ways),
    )


def _told(pack: Pack, model: TravelModel, ways: Ways) -> TravelTold:
    """What stands beside every figure of a model, with its error on the known roads."""
    error = road_errors(pack, ways)
    if error is None:
        return TravelTold(model, sources=ways.sources)
    return TravelTold(
        model,
        sources=ways.sources,
        error=error.median,
        worst=error.most,
        known_count=error.count,
    )
