"""The map of the page on how far it is: coarse roads, links of the graph, towns, known roads."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from planner.present.how_far.travel_judged import Judged
from planner.present.how_far.travel_page import class_of
from planner.present.maps.area_layers import plain_areas
from planner.present.maps.layers import (
    Areas,
    Legend,
    LegendRow,
    Lines,
    LineStyle,
    Link,
    Links,
    SiteMark,
    Sites,
)
from planner.present.view import DASH, View
from planner.travel import RoadError
from planner.travel.network import NetworkWays

_TOWN_RADIUS, _THIN = 3.5, 1.6
_STYLES: Mapping[str, LineStyle] = {"near": "solid", "off": "dashed", "doubtful": "dotted"}


def map_layers(view: View, judged: Judged | None) -> list[Areas | Lines | Links | Sites | Legend]:
    """Everything that travel rests on, and the known roads as lines between their towns."""
    w = view.words
    links, towns = graph_links(judged), _towns(view)
    roads = () if judged is None or judged.error is None else judged.error.roads
    rows = []
    if view.pack.roads is not None:
        rows.append(LegendRow("road", w("travel.legend_road")))
    if links:
        rows.append(LegendRow("line", w("travel.legend_link")))
    if towns:
        rows.append(LegendRow("symbol", w("travel.legend_town"), status="candidate"))
    there = {class_of(each) for each in roads}
    rows += [
        LegendRow("link", w(f"travel.legend_{name}"), style=style)
        for name, style in _STYLES.items()
        if name in there
    ]
    text = w("travel.map_words", roads=len(roads), towns=len(towns))
    return [
        plain_areas(view, text),
        Lines(links),
        Links([_link(view, each) for each in roads], weight=_THIN),
        Sites(towns),
        Legend([(w("travel.map_title"), rows)]),
    ]


def graph_links(judged: Judged | None) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """The links between neighbouring places of a national graph; none of another model."""
    if judged is None or not isinstance(judged.ways, NetworkWays):
        return []
    core = judged.ways.core
    graph = core.graph
    drawn = (graph.start < graph.end) & (graph.start >= core.first)
    at = np.round(np.column_stack([graph.lat, graph.lon]), 3)
    ends = zip(at[graph.start[drawn]].tolist(), at[graph.end[drawn]].tolist(), strict=True)
    return [((a, b), (c, d)) for (a, b), (c, d) in ends]


def _link(view: View, road: RoadError) -> Link:
    w, known = view.words, road.road
    return Link(
        (known.from_lat, known.from_lon),
        (known.to_lat, known.to_lon),
        _STYLES[class_of(road)],
        (
            f"{known.from_town} {DASH} {known.to_town}",
            w("travel.known_km", km=w.km(known.road_km)),
            w(
                "travel.modelled_km",
                km=w.km(road.modelled_km),
                error=w.unit("percent", v=w.signed(road.error * 100, 0)),
            ),
            *((w("travel.doubtful"),) if road.doubts else ()),
        ),
    )


def _towns(view: View) -> list[SiteMark]:
    w = view.words
    return [
        SiteMark(
            f"town {number}",
            town.lat,
            town.lon,
            "candidate",
            (
                town.name,
                *(
                    ()
                    if town.population is None
                    else (w("travel.people", n=w.count(town.population)),)
                ),
            ),
            radius=_TOWN_RADIUS,
        )
        for number, town in enumerate(view.pack.towns)
    ]
