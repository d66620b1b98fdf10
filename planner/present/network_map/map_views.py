"""What a map can show of a network: areas, small areas, who goes where, gaps, before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from planner.evaluate import DuplicatePair, Score
from planner.insight.land import has_degrees
from planner.insight.points import PointFigures, Trips, kinds_with, point_figures, trips
from planner.plan import Plan
from planner.present.maps import flows, gains, gaps, mixes, wards
from planner.present.maps.area_layers import (
    LAND,
    LAND_BORDER,
    area_layer,
    class_rows,
    indicator_title,
    indicator_values,
)
from planner.present.maps.classes import Classes, quantile_classes
from planner.present.maps.ground import DrawnLayer
from planner.present.maps.layers import AreaCell, Areas, Legend, LegendRow, Sites
from planner.present.maps.pair import Beside, Swipe
from planner.present.network_map import bare
from planner.present.places import Places, places_of_pack
from planner.present.results import results_map
from planner.present.results.duplicates import link_layer, link_rows
from planner.present.view import View

Symbols = Literal["status", "services", "format"]
Block = tuple[str, Sequence[LegendRow]]

LISTED = ("areas", "places", "catchments", "lines", "gaps")  # of a network that the pack lists
FOUND = ("change", "places_change", *LISTED[1:], "swipe", "beside")  # of a plan beside today
NEEDS_LAND = ("places", "places_change", "catchments", "lines", "gaps")
NEEDS_TODAY = ("places_change", "swipe", "beside")
OF_SERVICE = ("catchments", "lines", "gaps")
OF_INDICATOR = ("areas", "places")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a visitor asks the map to show.

    `name` is one of LISTED or FOUND; `service` a position, None for all visits.
    """

    name: str
    indicator: str = "minutes"
    service: int | None = None
    symbols: Symbols = "status"


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """A plan as its places see it, for the visits asked about."""

    figures: PointFigures
    trips: Trips


def can_show(view: View, names: Sequence[str], before: Score | None) -> list[str]:
    """Of some views those that the pack's places, and what is known of today, allow."""
    has_land = has_degrees(view.pack)
    return [
        name
        for name in names
        if (has_land or name not in NEEDS_LAND) and (before is not None or name not in NEEDS_TODAY)
    ]


def symbols_for(view: View) -> tuple[Symbols, ...]:
    """By what branches can be told apart: by format only where there are several."""
    return ("status", "services", "format") if len(view.problem.format_ids) > 1 else _TWO


_TWO: tuple[Symbols, ...] = ("status", "services")


def service_of(asked: Asked) -> int | None:
    """The service that a view tells of, None for all visits."""
    return asked.service if asked.name in OF_SERVICE else None


def told_of(view: View, plan: Plan, service: int | None) -> Told:
    """What each place's visits of a service get, or all its visits."""
    kinds = kinds_with(view.problem, service)
    return Told(point_figures(view.problem, plan, kinds), trips(view.problem, plan, kinds))


# -- a network that the pack lists ---------------------------------------------------------


def of_listed(
    view: View, plan: Plan, score: Score, asked: Asked, pairs: tuple[DuplicatePair, ...]
) -> list[DrawnLayer]:
    """The layers of a listed network: land, duplicates, branches and the legend."""
    over = [link_layer(view, pairs), branches(view, score, asked.symbols)]
    symbols = symbol_block(view, score, asked.symbols, pairs)
    if asked.name == "areas" and all(area.outline is None for area in view.pack.areas):
        land, block = bare.by_indicator(view, told_of(view, plan, None).figures, asked.indicator)
        ground = area_layer(view, score, asked.indicator, None)
        return [*land, ground, *over, Legend([block, symbols])]
    if asked.name == "areas":
        classes = quantile_classes(indicator_values(score, asked.indicator))
        rows = class_rows(view, classes, asked.indicator)
        filled = area_layer(view, score, asked.indicator, None)
        title = indicator_title(view, asked.indicator)
        return [filled, *over, Legend([(title, rows), symbols])]
    return [*_of_places(view, plan, score, asked, symbols, over)]


def _of_places(
    view: View, plan: Plan, score: Score, asked: Asked, symbols: Block, over: list[DrawnLayer]
) -> list[DrawnLayer]:
    """The views that rest on the land of demand points."""
    places = _land(view)
    told = told_of(view, plan, service_of(asked))
    figures, found = told.figures, told.trips
    ground = wards.clear_areas(view, described(view, score, asked))
    if asked.name == "places":
        land = wards.by_indicator(view, places, figures, found, asked.indicator)
        block = wards.indicator_block(view, figures, asked.indicator)
        return [land, ground, *over, wards.legend(view, block, symbols)]
    if asked.name == "catchments":
        land = wards.by_branch(view, places, figures, found)
        block = wards.branch_block(view, figures)
        return [land, ground, *over, wards.legend(view, block, symbols)]
    if asked.name == "lines":
        land, lines = flows.line_layers(view, places, figures, found)
        ground = _plain(view, ground)
        return [land, ground, lines, *over, Legend([flows.block(view, found), symbols])]
    land, circles = gaps.gap_layers(view, places, figures, found)
    ground = _plain(view, ground)
    return [land, ground, circles, *over, Legend([gaps.block(view, figures), symbols])]


def _land(view: View) -> Places:
    places = places_of_pack(view.pack)
    if places is None:
        raise ValueError("the places of this pack have no degrees: see can_show")
    return places


def _plain(view: View, ground: Areas) -> Areas:
    """Areas on paper: what lies below is told, not coloured."""
    cells = {area.code: AreaCell(LAND, (area.name,)) for area in view.pack.areas}
    return Areas(cells, description=ground.given["description"], border=LAND_BORDER)


def branches(view: View, score: Score, symbols: Symbols) -> Sites:
    """The branches by status or by kind."""
    if symbols == "status":
        return results_map.branch_layer(view, score)
    return mixes.branch_layer(view, score, symbols)


def symbol_block(
    view: View, score: Score, symbols: Symbols, pairs: tuple[DuplicatePair, ...]
) -> Block:
    """The part of the legend on branches and on links between them."""
    title, rows = (
        (view.words("legend.number"), results_map.status_rows(view, score))
        if symbols == "status"
        else mixes.block(view, score, symbols)
    )
    return title, [*rows, *link_rows(view, pairs)]


def described(view: View, score: Score, asked: Asked) -> str:
    """The map in a sentence, for who hears it."""
    w, count = view.words, len(view.pack.demand_points)
    key = "places" if asked.name == "places_change" else asked.name
    what = w("maps.change_of" if asked.name != key else f"indicator.{asked.indicator}")
    return w(f"maps.described_{key}", places=count, what=what, branches=score.kpis.branches)


# -- a plan beside today -------------------------------------------------------------------


def of_plan(
    view: View, plan: Plan, score: Score, before: Score | None, asked: Asked
) -> list[DrawnLayer]:
    """The layers of a plan: its change against today, or one of the views of a network."""
    pairs = score.duplicates
    over = [link_layer(view, pairs), branches(view, score, asked.symbols)]
    symbols = symbol_block(view, score, asked.symbols, pairs)
    if asked.name == "change":
        land = results_map.area_layer(view, score, before, None)
        return [land, *over, Legend([*results_map.change_blocks(view, score, before), symbols])]
    if asked.name == "places_change" and before is not None:
        return _change_of_places(view, plan, score, before, asked, [*over], symbols)
    if asked.name in ("swipe", "beside") and before is not None:
        return _pair(view, score, before, asked)
    return _of_places(view, plan, score, asked, symbols, [*over])


def _change_of_places(
    view: View,
    plan: Plan,
    score: Score,
    before: Score,
    asked: Asked,
    over: list[DrawnLayer],
    symbols: Block,
) -> list[DrawnLayer]:
    told = told_of(view, plan, None)
    changes = gains.changes(score.point_min.tolist(), before.point_min.tolist())
    fills, at = results_map.change_classes(changes)
    said = [
        wards.Told("", [results_map.change_words(view, change) for change in changes]),
        wards.travel_time(view, told.figures),
        wards.goes_to(view, told.trips),
    ]
    ground = wards.clear_areas(view, described(view, score, asked))
    land = wards.SmallAreas(_land(view), at, fills, said)
    title = view.heading(view.words("legend.change"))
    block = (title, results_map.change_rows(view, changes))
    return [land, ground, *over, wards.legend(view, block, symbols)]


def _pair(view: View, score: Score, before: Score, asked: Asked) -> list[DrawnLayer]:
    """Today and the plan by minutes, on one scale."""
    w = view.words
    sides = [indicator_values(each, "minutes") for each in (before, score)]
    classes = quantile_classes([value for side in sides for value in side])
    left, right = w("maps.today"), w("maps.plan")
    second = [
        _by_minutes(view, score, before, score, classes),
        results_map.branch_layer(view, score),
    ]
    pair: DrawnLayer = (
        Beside(second, left=left, right=right)
        if asked.name == "beside"
        else Swipe(second, left=left, right=right, label=w("compare.handle"))
    )
    title = indicator_title(view, "minutes")
    symbols = (w("legend.number"), results_map.status_rows(view, score))
    return [
        _by_minutes(view, before, before, score, classes),
        results_map.branch_layer(view, before),
        pair,
        Legend([(title, class_rows(view, classes, "minutes")), symbols]),
    ]


def _by_minutes(view: View, shown: Score, before: Score, after: Score, classes: Classes) -> Areas:
    w, cells = view.words, {}
    both = zip(view.pack.areas, shown.areas, before.areas, after.areas, strict=True)
    for area, own, old, new in both:
        lines = (
            area.name,
            f"{w('maps.today')}: {w.minutes(old.mean_min)}",
            f"{w('maps.plan')}: {w.minutes(new.mean_min)}",
        )
        cells[area.code] = AreaCell(classes.colour(own.mean_min), lines)
    text = w("map.description_plan", areas=len(cells), branches=shown.kpis.branches)
    return Areas(cells, description=text)
