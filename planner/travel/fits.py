"""Fits the figures of a travel model to known roads, and tries the fit on roads left out of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from planner.pack.figures import Figure
from planner.pack.travel_types import KnownRoad, TravelModel, TravelParameters
from planner.pack.types import Pack
from planner.travel.judged import ErrorSize, error_size, modelled_km, suspects
from planner.travel.model import ways_of

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Figures = Mapping[str, float]

FACTORS = np.round(np.arange(1.0, 2.505, 0.01), 2)  # no road is shorter than the straight line
ROAD_FACTORS = FACTORS[:51]  # coarse roads leave out bends, not half of the way
LINK_RATIOS = np.round(np.arange(0.8, 1.85, 0.05), 2)  # link_circuity over road_factor


@dataclass(frozen=True, slots=True)
class Errors:
    """The errors on every known road, and on those whose length is not doubtful."""

    every: ErrorSize
    sound: ErrorSize | None


@dataclass(frozen=True, slots=True)
class Fit:
    """What a fit finds, and how far it is off.

    Attributes:
        figures: Those of the least mean absolute share of error, over the roads without doubt.
        low: The least figure over all fits with roads left out; `high` the greatest.
        inside: Errors on the roads that it was fitted to, and on the doubtful ones.
        pair: Errors on each road by a fit without it; None where no other is left to fit to.
        town: Errors on all roads of each town by a fit without them: a road counts once for each
            of its towns.
    """

    figures: Figures
    low: Figures
    high: Figures
    inside: Errors
    pair: Errors | None
    town: Errors | None


def judge_family(
    known: Sequence[KnownRoad], candidates: Sequence[Figures], km: Array
) -> Fit | None:
    """Fits to known roads by choice among candidates; None where no road is without doubt.

    Doubtful lengths (`suspects`) are never fitted to, but predicted like the others. Of candidates
    that do equally well the first counts.

    Args:
        known: The roads.
        candidates: Sets of figures of the model, all with the same names.
        km: What each makes of each road, shape (candidates, roads).
    """
    error = km / np.array([road.road_km for road in known]) - 1
    sound = np.array([not doubts for doubts in suspects(known)], dtype=np.bool_)
    if not sound.any():
        return None
    best = _best(error, sound)
    pairs = [np.arange(len(known)) == road for road in range(len(known))]
    towns = [
        np.array([town in _ends(road) for road in known])
        for town in dict.fromkeys(end for road in known for end in _ends(road))
    ]
    pair, by_pair = _left_out(error, sound, pairs)
    town, by_town = _left_out(error, sound, towns)
    tried = [candidates[each] for each in (best, *by_pair, *by_town)]
    names = [*candidates[best]]
    return Fit(
        candidates[best],
        {name: min(each[name] for each in tried) for name in names},
        {name: max(each[name] for each in tried) for name in names},
        Errors(error_size(error[best]), error_size(error[best][sound])),
        pair,
        town,
    )


def _best(error: Array, roads: Flags) -> int:
    """The candidate of the least mean absolute error on some roads."""
    return int(np.abs(error[:, roads]).mean(axis=1).argmin())


def _left_out(
    error: Array, sound: Flags, folds: Iterable[Flags]
) -> tuple[Errors | None, list[int]]:
    """Errors on the roads of each fold by a fit without them, and what those fits chose."""
    found: list[Array] = []
    doubtless: list[Array] = []
    chosen = []
    for fold in folds:
        if (kept := sound & ~fold).any():
            chosen.append(_best(error, kept))
            found.append(error[chosen[-1], fold])
            doubtless.append(error[chosen[-1], fold & sound])
    if not chosen:
        return None, []
    clear = np.concatenate(doubtless)
    errors = Errors(error_size(np.concatenate(found)), error_size(clear) if clear.size else None)
    return errors, chosen


def _ends(road: KnownRoad) -> tuple[tuple[float, float], tuple[float, float]]:
    return (road.from_lat, road.from_lon), (road.to_lat, road.to_lon)


@dataclass(frozen=True, slots=True)
class Family:
    """Sets of figures of one travel model, with what they make of the known roads.

    Attributes:
        model: The travel model.
        names: The figures that differ.
        in_force: What the pack uses of them.
        candidates: The sets; `km` what each makes of each road, shape (candidates, roads).
    """

    model: TravelModel
    names: tuple[str, ...]
    in_force: Figures
    candidates: tuple[Figures, ...]
    km: Array


def families(pack: Pack) -> tuple[Family, ...]:
    """What can be fitted to a pack's known roads, as far as the pack has what the models need.

    Great circle: `circuity` alone, and with `circuity_slow` where the pack has slow areas. Network:
    `road_factor` with `link_circuity`; both times the same are all kilometres times that, so only
    their ratio needs a graph of its own.

    Raises:
        InputError: A file of the pack cannot be read.
    """
    if not pack.known_roads or pack.projected:
        return ()
    found = []
    if all(site.lat is not None for site in pack.sites):
        found += _straight_families(pack)
        if pack.roads is not None:
            found.append(_network_family(pack))
    return tuple(found)


def _straight_families(pack: Pack) -> list[Family]:
    travel = pack.travel

    def made(ordinary: float, slow: float) -> Array:
        return _with(pack, "great_circle", circuity=ordinary, circuity_slow=slow)

    whole = made(1.0, 1.0)
    slow = made(1.0, 2.0) - whole  # kilometres that count as in slow areas
    c = travel.circuity.value
    one = tuple({"circuity": float(each)} for each in FACTORS)
    found = [Family("great_circle", ("circuity",), {"circuity": c}, one, FACTORS[:, None] * whole)]
    if slow.any():
        s = c if travel.circuity_slow is None else travel.circuity_slow.value
        both = [(float(one), float(other)) for one in FACTORS[::2] for other in FACTORS[::2]]
        found.append(
            Family(
                "great_circle",
                ("circuity", "circuity_slow"),
                {"circuity": c, "circuity_slow": s},
                tuple({"circuity": one, "circuity_slow": other} for one, other in both),
                np.array([one * (whole - slow) + other * slow for one, other in both]),
            )
        )
    return found


def _network_family(pack: Pack) -> Family:
    travel = pack.travel
    candidates, km = [], []
    for ratio in LINK_RATIOS.tolist():
        whole = _with(pack, "network", road_factor=1.0, link_circuity=ratio)
        for factor in ROAD_FACTORS.tolist():
            if (link := round(factor * ratio, 4)) >= 1:
                candidates.append({"road_factor": factor, "link_circuity": link})
                km.append(factor * whole)
    names = ("road_factor", "link_circuity")
    in_force = (
        1.0 if travel.road_factor is None else travel.road_factor.value,
        (travel.link_circuity or travel.circuity).value,
    )
    in_force_by_name = dict(zip(names, in_force, strict=True))
    return Family("network", names, in_force_by_name, tuple(candidates), np.array(km))


def _with(pack: Pack, model: TravelModel, **values: float) -> Array:
    """Kilometres of the known roads by a model with other figures."""
    figures = {name: Figure(name, value, value, value, "") for name, value in values.items()}
    changed: Callable[..., TravelParameters] = replace
    other = replace(pack, travel=changed(pack.travel, **figures))
    return modelled_km(other, ways_of(other, model))
