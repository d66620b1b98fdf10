"""Trips over the roads between two sets of places: column by column, or row by row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from planner.pack.travel_types import TravelParameters
from planner.travel.contraction import Core, contracted
from planner.travel.great_circle import great_circle_km
from planner.travel.legs import leg_km, leg_minutes
from planner.travel.places import Places
from planner.travel.road_graph import Array, Nodes
from planner.travel.road_net import RoadNet, RoadPoints
from planner.travel.snapping import ON_ROAD_KM, Snapped
from planner.travel.trees import trees


@dataclass(frozen=True, slots=True, eq=False)
class Joined:
    """n places and how they are joined to a contracted graph.

    Attributes:
        places: The places.
        node: Where each joins the core, shape (n,).
        straight: Within so many straight km a place is gone to without roads: the straight km of
            the leg. `km` and `minutes` are what the leg takes; inf where there is none.
    """

    places: Places
    node: Nodes
    straight: Array
    km: Array
    minutes: Array


@dataclass(frozen=True, slots=True, eq=False)
class Trips:
    """Ways from n starts to m ends: leg, roads, leg."""

    core: Core
    figures: TravelParameters
    start: Joined
    end: Joined

    def to_ends(
        self, chosen: Nodes | None = None, within_min: float = np.inf
    ) -> Iterator[tuple[Array, Array]]:
        """Kilometres and minutes from every start, each (n,), for each chosen end in turn.

        Args:
            chosen: Positions of ends; all where left out.
            within_min: Trips that take longer count as none (inf).
        """
        ends = np.arange(self.end.node.size) if chosen is None else chosen
        grown = trees(self.core, self.end.node[ends], backwards=True, within_min=within_min)
        for end, tree in zip(ends.tolist(), grown, strict=True):
            km, minutes = tree.km[self.start.node], tree.minutes[self.start.node]
            yield self._whole(slice(None), slice(end, end + 1), km, minutes, within_min)

    def from_starts(
        self, chosen: Nodes | None = None, within_min: float = np.inf
    ) -> Iterator[tuple[Array, Array]]:
        """The same for each chosen start in turn: to every end, each (m,)."""
        starts = np.arange(self.start.node.size) if chosen is None else chosen
        grown = trees(self.core, self.start.node[starts], within_min=within_min)
        for start, tree in zip(starts.tolist(), grown, strict=True):
            km, minutes = tree.km[self.end.node], tree.minutes[self.end.node]
            yield self._whole(slice(start, start + 1), slice(None), km, minutes, within_min)

    def _whole(
        self, at: slice, to: slice, km: Array, minutes: Array, within_min: float
    ) -> tuple[Array, Array]:
        """With the legs; places nearer to each other than either to its road go straight."""
        start, end = self.start, self.end
        km = km + (start.km[at] + end.km[to])
        minutes = minutes + (start.minutes[at] + end.minutes[to])
        straight = great_circle_km(
            start.places.north[at], start.places.east[at], end.places.north[to], end.places.east[to]
        ).ravel()
        near = np.flatnonzero(straight <= np.minimum(start.straight[at], end.straight[to]))
        if near.size:
            alone = self._some(at, near)
            direct = leg_km(self.figures, alone, straight[near])
            direct_min = leg_minutes(self.figures, alone, direct)
            faster = direct_min < minutes[near]
            km[near[faster]], minutes[near[faster]] = direct[faster], direct_min[faster]
        far = minutes > within_min
        km[far] = minutes[far] = np.inf
        return km, minutes

    def _some(self, at: slice, near: Nodes) -> Places:
        """The starts of some pairs; of a single start as many times as there are pairs."""
        places = self.start.places
        chosen = np.arange(len(places))[at]
        chosen = chosen[near] if chosen.size > 1 else np.repeat(chosen, near.size)
        return Places(places.north[chosen], places.east[chosen], places.slow[chosen], ())


def trips_between(
    net: RoadNet,
    figures: TravelParameters,
    start: tuple[Places, Snapped],
    end: tuple[Places, Snapped],
) -> Trips:
    """Trips between places that are joined to the roads.

    Args:
        net: The roads.
        figures: What the pack says of travel.
        start: Where trips start, and where that is on the roads.
        end: Where they end, likewise.
    """
    snapped = start[1], end[1]
    points = RoadPoints(
        np.concatenate([each.points.edge for each in snapped]),
        np.concatenate([each.points.share for each in snapped]),
    )
    graph, node = net.graph_with(points)
    core = contracted(graph, node)
    first = len(start[0])
    return Trips(
        core,
        figures,
        _joined(figures, *start, core.place[node[:first]]),
        _joined(figures, *end, core.place[node[first:]]),
    )


def _joined(figures: TravelParameters, places: Places, snapped: Snapped, node: Nodes) -> Joined:
    lost = snapped.is_lost
    km = np.where(lost, np.inf, leg_km(figures, places, snapped.km))
    straight = np.where(lost, ON_ROAD_KM, snapped.km)
    return Joined(places, node, straight, km, leg_minutes(figures, places, km))
