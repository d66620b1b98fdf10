"""The travel matrix that the command line hands out: which pairs, what stands beside them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.errors import InputError, UsageError
from planner.pack.faults import Findings
from planner.pack.opening import MOST_TRAVEL_ROWS
from planner.pack.road_changes_file import read_road_changes
from planner.pack.road_layer_file import extent_of_pack
from planner.pack.travel_types import TravelModel
from planner.pack.types import Pack
from planner.travel import (
    TravelError,
    default_model,
    places_of,
    road_errors,
    travel_times,
    ways_of,
)
from planner.travel.model import added_min
from planner.travel.pairs import NEAREST, Pairs, Wanted, all_pairs, kept_pairs, road_pairs
from planner.travel.roads import RoadWays
from planner.travel.times import DECIMALS

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class MatrixAsked:
    """What matrix is asked for.

    Attributes:
        model: The travel model; None for the pack's, or `roads` where `roads` is given.
        roads: A road layer in place of the pack's.
        changes: Road changes in place of the pack's.
        nearest: How many nearest sites to keep for each point beside those within `within_min`
            and those that exist; None for `NEAREST`.
        within_min: None for the longest standard.
    """

    model: TravelModel | None = None
    roads: Path | None = None
    changes: Path | None = None
    nearest: int | None = None
    within_min: float | None = None

    @property
    def is_part(self) -> bool:
        """Whether fewer than all pairs are asked for."""
        return self.nearest is not None or self.within_min is not None


@dataclass(frozen=True, slots=True, eq=False)
class TravelTable:
    """One-way travel of the pairs that were kept and have a route.

    Attributes:
        pack: The pack, with the roads that were used.
        model: The travel model.
        pairs: The pairs, with what a return trip costs in `kes` where a matrix says so.
        unknown: Units that no source gives, and that have no column.
        wanted: By what rule pairs were kept; None where all were.
        notes: What was assumed, left out or joined.
        roads: The road layer made ready, where there is one.
        error: How far the model is off on the known roads; None where there are none.
        seconds: Seconds of each stage.
    """

    pack: Pack
    model: TravelModel
    pairs: Pairs
    kes: NDArray[np.float64] | None
    unknown: tuple[str, ...]
    wanted: Wanted | None
    notes: tuple[str, ...]
    roads: RoadWays | None
    error: TravelError | None
    seconds: dict[str, float]

    @property
    def frame(self) -> pd.DataFrame:
        """The long table: demand_point, site, minutes, km, and kes where it is known."""
        pack, pairs = self.pack, self.pairs
        units = {"minutes": pairs.minutes, "km": pairs.km, "kes": self.kes}
        return pd.DataFrame(
            {
                "demand_point": _ids(pairs.point, [entry.id for entry in pack.demand_points]),
                "site": _ids(pairs.site, [entry.id for entry in pack.sites]),
                **{
                    unit: values
                    for unit, values in units.items()
                    if values is not None and unit not in self.unknown
                },
            }
        )

    @property
    def lost(self) -> tuple[str, ...]:
        """Names of the demand points from which no road leads to any site."""
        reached = np.zeros(len(self.pack.demand_points), dtype=np.bool_)
        reached[self.pairs.point] = True
        points = self.pack.demand_points
        return tuple(points[at].name or points[at].id for at in np.flatnonzero(~reached).tolist())


def _ids(position: NDArray[np.int32], ids: list[str]) -> pd.Index[str]:
    return pd.Index(ids, dtype="str").take(position)


def travel_table(pack: Pack, asked: MatrixAsked, tell: Tell) -> TravelTable:
    """The travel matrix of a pack.

    All pairs, where they are as many as a pack's matrix may have and nothing less is asked for.
    Else, for each point, the sites within `within_min`, the nearest, and those that exist.

    Args:
        pack: A checked pack.
        asked: What is wanted.
        tell: Told in words how far it is.

    Raises:
        InputError: The pack, the road layer or the changes lack what the model needs; all told.
        UsageError: What is asked for does not go together.
    """
    pack, model, faulty = _with_roads(pack, asked)
    wanted = _wanted(pack, asked)
    seconds = {}
    begin = time.monotonic()
    try:
        ways = None if model == "matrix" else ways_of(pack, model)
    except InputError as lacking:
        raise InputError([*faulty.faults, *lacking.faults]) from None
    if faulty.faults:
        raise InputError(faulty.faults)
    seconds["ready"] = time.monotonic() - begin
    begin = time.monotonic()
    kes = None
    unknown: tuple[str, ...] = ()
    if isinstance(ways, RoadWays):
        pairs = _over_roads(pack, ways, wanted, tell)
        notes = ways.notes
    else:
        travel = travel_times(pack, model)
        notes, unknown = travel.notes, travel.unknown
        if wanted is not None and "minutes" in unknown:
            raise UsageError(
                "--nearest and --within need minutes, and the matrix gives costs only."
            )
        pairs = (
            all_pairs(travel.minutes, travel.km)
            if wanted is None
            else kept_pairs(travel.minutes, travel.km, wanted)
        )
        kes = None if travel.kes is None else travel.kes[pairs.point, pairs.site]
    seconds["search"] = time.monotonic() - begin
    error = None if ways is None else road_errors(pack, ways)
    return TravelTable(
        pack,
        model,
        pairs,
        kes,
        unknown,
        wanted,
        (*faulty.warnings, *notes),
        ways if isinstance(ways, RoadWays) else None,
        error,
        seconds,
    )


def _with_roads(pack: Pack, asked: MatrixAsked) -> tuple[Pack, TravelModel, Findings]:
    """The pack with the roads that are asked for, the model, and what the changes' file says."""
    model: TravelModel = asked.model or ("roads" if asked.roads else default_model(pack))
    if model != "roads" and (asked.roads or asked.changes):
        raise UsageError("--roads and --changes go with the model roads.")
    findings = Findings()
    if asked.changes:
        changes = read_road_changes(asked.changes, findings, extent_of_pack(pack))
        pack = replace(pack, road_changes=changes)
    if asked.roads:
        pack = replace(pack, road_layer=asked.roads)
    return pack, model, findings


def _wanted(pack: Pack, asked: MatrixAsked) -> Wanted | None:
    """By what rule pairs are kept; None for all."""
    every = len(pack.demand_points) * len(pack.sites)
    if every <= MOST_TRAVEL_ROWS and not asked.is_part:
        return None
    standards = [each.standard_min for each in pack.services if each.standard_min is not None]
    return Wanted(
        max(standards, default=0.0) if asked.within_min is None else asked.within_min,
        NEAREST if asked.nearest is None else asked.nearest,
        np.array([site.status == "existing" for site in pack.sites], dtype=np.bool_),
    )


def _over_roads(pack: Pack, ways: RoadWays, wanted: Wanted | None, tell: Tell) -> Pairs:
    """Pairs over the roads, door to door."""
    points, sites = places_of(pack, pack.demand_points), places_of(pack, pack.sites)
    more = added_min(pack)

    def searched(done: int, every: int) -> None:
        tell(f"{done:,} of {every:,} searches")

    if wanted is None:
        km, minutes = ways.between(points, sites, searched)
        pairs = all_pairs(minutes, km)
    else:
        on_the_way = replace(wanted, within_min=wanted.within_min - more)
        pairs = road_pairs(ways.trips(points, sites), on_the_way, searched)
    return replace(
        pairs, minutes=np.round(pairs.minutes + more, DECIMALS), km=np.round(pairs.km, DECIMALS)
    )
